//! Whoever said that something does not match may come to see it otherwise. What two said is not undone by one: his
//! 「印证充分」 asks for the withdrawal, and the other one's confirms it.

use super::{Mark, RemarkKind};
use crate::ids::{DutyId, PersonId, RecordId};

impl Mark<'_> {
    /// Does 「印证充分」 about this say that nothing is left of the mismatch? Of a page as a whole it means each of its
    /// items; of one item it leaves what was said of the others.
    fn is_undone_by(&self, record: Option<RecordId>, duty: Option<DutyId>) -> bool {
        let same = self.record == record && (record.is_some() || duty.is_some());
        let whole = record.is_some() && duty.is_none();
        same && (whole || self.duty == duty || (self.duty.is_none() && duty.is_some_and(|one| self.reach == [one])))
    }
}

/// Mismatches that two agreed on and that `person`, one of the two, now calls 印证充分. `seconds`: who agreed to each.
/// One that the head asks to have checked is taken back in the answer, and none that became an item.
pub fn turned(
    standing: &[Mark<'_>],
    seconds: &[Option<PersonId>],
    person: PersonId,
    (record, duty): (Option<RecordId>, Option<DutyId>),
) -> Vec<usize> {
    let own = |m: &Mark<'_>, second: Option<PersonId>| {
        let r = m.remark;
        let agreed = r.kind == RemarkKind::Mismatch && r.agreed && !r.withdrawn && !r.check_asked;
        agreed && r.is_of(person, second) && m.is_undone_by(record, duty)
    };
    standing.iter().zip(seconds).enumerate().filter(|(_, (m, second))| own(m, **second)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::oversight::{ProposalState, Remark};

    #[test]
    fn sound_undoes_what_it_speaks_for_and_only_by_one_of_the_two() {
        let (one, two, other) = (1, 2, 3);
        let person = |n| PersonId(Uuid::from_u128(n));
        let duty = |n| DutyId(Uuid::from_u128(n));
        let page = Some(RecordId(Uuid::from_u128(9)));
        let remark = Remark {
            kind: RemarkKind::Mismatch,
            by: person(one),
            agreed: true,
            check_asked: false,
            check_answered: false,
            withdrawn: false,
            proposal: ProposalState::Absent,
        };
        let (both, single) = ([duty(11), duty(12)], [duty(11)]);
        let mark = |record, duty, reach| Mark { record, duty, remark: &remark, text: "", reach };
        let of = |m: Mark<'_>, n, about| !turned(&[m], &[Some(person(two))], person(n), about).is_empty();
        let table = [
            (mark(page, Some(duty(11)), &[][..]), (page, Some(duty(11))), true),
            (mark(page, Some(duty(11)), &[][..]), (page, None), true),
            (mark(page, Some(duty(11)), &[][..]), (page, Some(duty(12))), false),
            (mark(page, None, &both[..]), (page, Some(duty(11))), false),
            (mark(page, None, &both[..]), (page, None), true),
            (mark(page, None, &single[..]), (page, Some(duty(11))), true),
            (mark(page, Some(duty(11)), &[][..]), (None, Some(duty(11))), false),
            (mark(None, Some(duty(11)), &[][..]), (None, Some(duty(11))), true),
            (mark(None, Some(duty(11)), &[][..]), (None, None), false),
        ];
        for (n, (mark, about, undone)) in table.into_iter().enumerate() {
            assert_eq!(of(mark, one, about), undone, "{n}");
            assert_eq!(of(mark, two, about), undone, "{n}");
            assert!(!of(mark, other, about), "{n}");
        }
        for settled in [
            Remark { withdrawn: true, ..remark.clone() },
            Remark { check_asked: true, ..remark.clone() },
            Remark { agreed: false, ..remark.clone() },
            Remark { kind: RemarkKind::Wanting, ..remark.clone() },
        ] {
            let mark = Mark { record: page, duty: None, remark: &settled, text: "", reach: &[] };
            assert!(!of(mark, one, (page, None)), "{settled:?}");
        }
    }
}
