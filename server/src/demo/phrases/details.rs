//! Details of every third record: a few fields of its kind, true of any unit. No names.

use domain::records::{DetailField as F, RecordDetails, RecordKind};

/// Fields of the record of this number; none for most.
pub fn details(kind: RecordKind, no: usize) -> RecordDetails {
    let pairs: &[(F, &str)] = match kind {
        _ if !no.is_multiple_of(3) => &[],
        RecordKind::Study => {
            &[(F::Attendees, "班子成员、各科室负责人"), (F::Decided, "逐项明确责任人和完成时限，月底前报进展")]
        }
        RecordKind::Talk => &[(F::Place, "谈心室"), (F::FollowUp, "下季度回看一次")],
        RecordKind::Visit => &[(F::AssignedTo, "综合科牵头，有关科室配合")],
        RecordKind::Lecture => &[(F::Attendees, "机关全体党员")],
        RecordKind::Meeting => &[(F::Attendees, "班子成员"), (F::Decided, "列出整改清单，逐条明确责任人")],
        RecordKind::Warning => &[(F::Attendees, "中层以上干部和关键岗位人员")],
        RecordKind::Endorsement => &[(F::Title, "重要事项办理单")],
        RecordKind::Other => &[],
        RecordKind::Institution => &[(F::Document, "内部印发")],
    };
    RecordDetails { talk: None, values: pairs.iter().map(|(field, value)| (*field, (*value).to_owned())).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_could_have_been_typed() {
        for kind in RecordKind::ALL {
            let made = details(kind, 3);
            assert_eq!(made.clone().check(kind).unwrap(), made, "{kind:?}");
            assert!(details(kind, 4).is_empty());
        }
    }
}
