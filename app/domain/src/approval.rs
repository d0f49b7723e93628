//! The one type of approval step for all hand-overs H1–H10.

use serde::{Deserialize, Serialize};

use crate::{
    ids::AccountId,
    people::Role,
    time::{Day, Instant},
};

/// What was decided at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// 同意.
    Agreed,
    /// 退回修改; the reason is required.
    Returned,
    /// 提出意见 without deciding (a unit's comment in H1).
    Commented,
}

impl Decision {
    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Agreed => "同意",
            Self::Returned => "退回修改",
            Self::Commented => "提出意见",
        }
    }
}

/// One step of an approval, kept for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Step within its flow, such as `审定`.
    pub step: String,
    /// In which role it was decided.
    pub by_role: Role,
    /// Who decided.
    pub account: AccountId,
    /// Outcome.
    pub decision: Decision,
    /// Reason or comment; may be empty when agreed.
    pub reason: String,
    /// When the decision was made on paper: day and handler.
    pub paper: Option<(Day, String)>,
    /// When the server took it.
    pub at: Instant,
}
