//! What kind of matter an item is. The kind chooses labels, optional stages and default working
//! days, and nothing else: the loop is one.

use serde::{Deserialize, Serialize};

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
    /// 提示单: a 工作提示单 or 建议书.
    Prompt,
}

impl ItemKind {
    /// Every kind, in the order of a filter.
    pub const ALL: [Self; 5] = [Self::Review, Self::Inspection, Self::Talk, Self::Warning, Self::Prompt];

    /// Word on pages and in the ledger (来源).
    pub fn label(self) -> &'static str {
        match self {
            Self::Review => "评议反馈",
            Self::Inspection => "督责反馈",
            Self::Talk => "“三交底”问题",
            Self::Warning => "“一件事”问题",
            Self::Prompt => "提示单",
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
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// Does the head sign for it first (待签收)? A 督责 finding is signed at the spot.
    pub fn is_signed(self) -> bool {
        self != Self::Inspection
    }

    /// Is a plan brought before the work (拟方案)? A 提示单 is answered by the work itself.
    pub fn is_planned(self) -> bool {
        self != Self::Prompt
    }

    /// Default working days. 签收 5, 方案 15 (H6), 一件事 measures 10 (H9), 复核 10, 销号 5 (H7). “三交底”: 63 are
    /// three months of 21 working days, the day of the leader's report (H8).
    pub fn days(self) -> Days {
        let days = Days { sign: 5, plan: 15, work: 60, check: 10, strike: 5 };
        match self {
            Self::Review => days,
            Self::Inspection => Days { plan: 10, work: 30, ..days },
            Self::Talk => Days { work: 63, ..days },
            Self::Warning => Days { plan: 10, ..days },
            Self::Prompt => Days { work: 15, ..days },
        }
    }
}
