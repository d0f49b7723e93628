//! What heads write into their books: one plain sentence each, true to the kind of
//! record and to the items it corresponds to. No names of persons, no content of cases.
//!
//! In braces: `{org}` 党工委／党委／党组, `{focus}` and `{site}` of the unit, `{desk}` its
//! window and `{place}` its second place, `{n}` and
//! `{m}` small and larger numbers, `{fest}` the next holiday, `{half}` half-year,
//! `{sub}` what is below the unit, `{dept}` its parts, `{folk}` whom it serves.

mod any_time;
mod details;
mod half_yearly;
mod quarterly;
mod yearly;

use domain::{people::UnitKind, records::RecordKind};

pub use any_time::ANY_TIME;
pub use details::details;
pub use half_yearly::{HALF_YEARLY, ONLY_HEARD};
pub use quarterly::QUARTERLY;
pub use yearly::{THREE_MONTHS, YEARLY};

/// For which kinds of unit a sentence is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// All.
    A,
    /// 街道（镇）.
    T,
    /// 区直部门.
    D,
    /// 区属国企.
    E,
}

impl For {
    /// Is it said in a unit of `kind`?
    pub fn holds(self, kind: UnitKind) -> bool {
        match self {
            Self::A => true,
            Self::T => kind == UnitKind::Town,
            Self::D => kind == UnitKind::Department,
            Self::E => kind == UnitKind::Enterprise,
        }
    }
}

/// When in a year: month, first and last day, in how many of a hundred books.
pub type Slot = (u32, u32, u32, u32);

/// Something a head does at its time of the year.
#[derive(Debug, Clone, Copy)]
pub struct Occasion {
    /// Its name within the plan.
    pub key: &'static str,
    /// 履责类型.
    pub kind: RecordKind,
    /// Items it corresponds to.
    pub codes: &'static [&'static str],
    /// When.
    pub slots: &'static [Slot],
    /// Sentences.
    pub lines: &'static [(For, &'static str)],
}

/// Sentences of a 自选动作, by a word of its text.
pub const OPTIONAL: [(&str, RecordKind, &str); 8] = [
    ("标后履约", RecordKind::Visit, "带队检查{focus}项目标后履约情况，核对人员到岗和变更手续，提出整改意见{n}条。"),
    ("资产出租", RecordKind::Visit, "逐份核对资产出租台账和合同，收回逾期租金，补签合同{n}份。"),
    ("专项资金", RecordKind::Study, "听取专项资金使用情况汇报，要求对{focus}资金逐笔对账并按月公开。"),
    ("窗口服务", RecordKind::Visit, "到{desk}暗访窗口服务，发现等候时间偏长，当天增开办事席位。"),
    ("村级工程", RecordKind::Visit, "抽查村级小额工程{n}个，核对会议记录、公示照片和验收单。"),
    ("采购验收", RecordKind::Visit, "抽查采购验收记录{m}份，对签字不全的退回补办。"),
    ("工作群", RecordKind::Institution, "再次清理工作群和打卡小程序，解散{n}个，明确不再要求每日截图。"),
    ("信访接待", RecordKind::Visit, "在{desk}公开接待群众，当场答复{n}件，其余明确办理人和回复时间。"),
];

/// Sentences of all occasions.
#[cfg(test)]
fn all() -> impl Iterator<Item = &'static Occasion> {
    QUARTERLY.iter().chain(&HALF_YEARLY).chain(&YEARLY).chain(&ANY_TIME).chain(std::iter::once(&THREE_MONTHS))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::{
        duties::sample::sample_items,
        records::{Hit, inspect},
    };

    use super::*;

    #[test]
    fn a_bank_of_more_than_120_sentences_that_nobody_has_to_hide() {
        let lines: Vec<&str> =
            all().flat_map(|o| o.lines.iter().map(|l| l.1)).chain(OPTIONAL.iter().map(|o| o.2)).collect();
        assert!(lines.len() >= 120, "{}", lines.len());
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len());
        for line in lines {
            assert!(line.ends_with('。') && line.matches('。').count() == 1, "one sentence: {line}");
            let hits: Vec<Hit> = inspect(line);
            assert!(hits.is_empty(), "{line} {hits:?}");
        }
    }

    #[test]
    fn every_item_has_its_occasion_and_every_kind_of_unit_a_sentence() {
        let known: BTreeSet<&str> = sample_items().iter().map(|i| i.code).collect();
        let said: BTreeSet<&str> = all().flat_map(|o| o.codes).copied().collect();
        assert_eq!(known, said);
        for occasion in all() {
            for kind in [UnitKind::Town, UnitKind::Department, UnitKind::Enterprise, UnitKind::Leading] {
                assert!(occasion.lines.iter().any(|l| l.0.holds(kind)), "{} {kind:?}", occasion.key);
            }
        }
    }
}
