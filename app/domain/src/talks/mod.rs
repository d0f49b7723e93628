//! “三交底”廉政谈话 (H8): who talks with a new or transferred head, the three lists that are handed to him, record and
//! promise, and what follows up to the two reports. Every problem of the 问题清单 becomes an item of the one closed loop
//! ([`crate::accountability`]); a talk keeps no status of their putting right. Refuses to decide anything: findings
//! suggest, people write and a second person confirms.

macro_rules! keyed {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Word on pages.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// Stable key for storage and forms.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// The value of a key.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.key() == key)
            }
        }
    };
}

mod after;
mod check;
mod days;
mod follow;
mod item;
mod lists;
mod next;
mod paper;
mod paper_after;
mod pieces;
mod report;
mod rule;
mod settings;
mod state;
mod talk;

#[cfg(test)]
mod tests;

pub use check::{CheckPlan, CheckPoint, Looked, drafted_points};
pub use days::{TalkDays, Timetable};
pub use follow::{Balance, Pair, balance, pairs};
pub use item::{ORIGIN, item_of};
pub use lists::{DutyLine, LINES_MAX, ListKind, Lists, NO_MAX, Problem, Risk, RiskLevel, Sealed};
pub use next::{Todo, Turn};
pub use paper::{commitment_doc, lists_doc, record_doc};
pub use paper_after::{check_plan_doc, plan_doc, report_doc, tracking_doc};
pub use pieces::{Acted, Lead, Met, Minutes, Side, Signed, SignedPaper};
pub use report::{Claim, Finding, FindingKind, Paper3, Part, Progress, StageCheck, Written};
pub use rule::{Arrival, Delegation, Level, Span, Speaker, TalkRule, arrival};
pub use settings::{COMMITMENT, TalkSettings};
pub use state::{TalkEvent, TalkState, TalkStep};
pub use talk::Talk;
