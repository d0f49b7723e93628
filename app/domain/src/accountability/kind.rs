//! What kind of matter an item is. The kind chooses labels, optional stages and default working
//! days, and nothing else: the loop is one.

use serde::{Deserialize, Serialize};

use crate::duties::Source;

/// Default working days of the stages (H6, H7); a district may set its own per item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// To sign, from the hand-over.
    pub sign: u32,
    /// To bring a plan, from the hand-over.
    pub plan: u32,
    /// To finish, from the hand-over; gives the first deadline.
    pub work: u32,
    /// To check, from the application.
    pub check: u32,
    /// To strike off, from the check.
    pub strike: u32,
}

/// Kind of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// 评议反馈: a problem of a 评议反馈单.
    Review,
    /// 督责反馈: found at a 督责 inspection.
    Inspection,
    /// 三交底: a line of the 问题清单 or 风险清单 of a talk.
    Talk,
    /// 一件事: a line of the 问题清单 of a matter.
    Warning,
    /// 提示单: a 工作提示单.
    Prompt,
    /// 巡察反馈: of an inspection by the 巡察机构; comes from outside the system.
    Patrol,
    /// 审计反馈.
    Audit,
    /// 民主评议: of a public appraisal.
    Appraisal,
    /// 日常监督: found by the commission at its daily work, registered by hand.
    Daily,
    /// 工作建议: answered within its reply deadline.
    Suggestion,
    /// 纪检监察建议书: likewise, and binding.
    Recommendation,
}

impl ItemKind {
    /// Every kind, in the order of a filter.
    pub const ALL: [Self; 11] = [
        Self::Review,
        Self::Inspection,
        Self::Talk,
        Self::Warning,
        Self::Prompt,
        Self::Suggestion,
        Self::Recommendation,
        Self::Patrol,
        Self::Audit,
        Self::Appraisal,
        Self::Daily,
    ];
    /// Those that somebody of the office registers by hand: what was found outside of the system.
    pub const BY_HAND: [Self; 5] = [Self::Daily, Self::Patrol, Self::Audit, Self::Appraisal, Self::Prompt];
    /// Key of the filter for problems, without what only waits for a reply.
    pub const PROBLEMS: &str = "problems";
    /// Key of the filter that units use for every kind whose source is inside.
    pub const FOUND: &str = "found";

    /// Word on pages and in the ledger (来源).
    pub fn label(self) -> &'static str {
        match self {
            Self::Review => "评议反馈",
            Self::Inspection => "督责反馈",
            Self::Talk => "“三交底”问题",
            Self::Warning => "“一件事”问题",
            Self::Prompt => "提示单",
            Self::Patrol => "巡察反馈",
            Self::Audit => "审计反馈",
            Self::Appraisal => "民主评议",
            Self::Daily => "日常监督",
            Self::Suggestion => "工作建议",
            Self::Recommendation => "纪检监察建议书",
        }
    }

    /// Stable key for storage and forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Inspection => "inspection",
            Self::Talk => "talk",
            Self::Warning => "warning",
            Self::Prompt => "prompt",
            Self::Patrol => "patrol",
            Self::Audit => "audit",
            Self::Appraisal => "appraisal",
            Self::Daily => "daily",
            Self::Suggestion => "suggestion",
            Self::Recommendation => "recommendation",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// Does the word say which channel of the commission found it? Sources stay inside (practice 3.2): a review, a
    /// talk, a notice, a suggestion were handed to the unit, the rest is 「监督中发现」 to it.
    pub fn is_inside(self) -> bool {
        matches!(self, Self::Inspection | Self::Patrol | Self::Audit | Self::Appraisal | Self::Daily)
    }

    /// The word for a reader; `office` for those who may know sources.
    pub fn label_for(self, office: bool) -> &'static str {
        if office || !self.is_inside() { self.label() } else { Source::OUTSIDE }
    }

    /// Is it answered by the work itself, within the reply deadline?
    pub fn is_replied(self) -> bool {
        matches!(self, Self::Prompt | Self::Suggestion | Self::Recommendation)
    }

    /// Does the head sign for it first (待签收)? A 督责 finding is signed at the spot.
    pub fn is_signed(self) -> bool {
        self != Self::Inspection
    }

    /// Is a plan brought before the work (拟方案)? A 提示单 or a suggestion is answered by the work itself.
    pub fn is_planned(self) -> bool {
        !self.is_replied()
    }

    /// Default working days. 签收 5, 方案 15 (H6), 一件事 measures 10 (H9), 复核 10, 销号 5 (H7). “三交底”: 63 are
    /// three months of 21 working days, the day of the leader's report (H8). 工作建议 15 and 建议书 20 to the reply,
    /// 巡察 and 审计 a plan in 15 and three months (示范).
    pub fn days(self) -> Days {
        let days = Days { sign: 5, plan: 15, work: 60, check: 10, strike: 5 };
        match self {
            Self::Review => days,
            Self::Inspection => Days { plan: 10, work: 30, ..days },
            Self::Talk => Days { work: 63, ..days },
            Self::Warning => Days { plan: 10, ..days },
            Self::Prompt | Self::Suggestion => Days { work: 15, ..days },
            Self::Recommendation => Days { work: 20, ..days },
            Self::Patrol | Self::Audit => Days { work: 63, ..days },
            Self::Appraisal | Self::Daily => Days { plan: 10, work: 30, ..days },
        }
    }
}
