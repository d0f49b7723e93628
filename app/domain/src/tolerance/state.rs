//! States and steps of a case, and what may follow what.

use serde::{Deserialize, Serialize};

/// How far a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Asked for or proposed; waits for the 监督室.
    Asked,
    /// Taken on; its verifier is at work.
    Verifying,
    /// Verified; waits for the decision.
    Verified,
    /// 予以容错; waits to be told.
    Allowed,
    /// 不予容错; waits to be told.
    Denied,
    /// Told that it is allowed; waits to be put to use.
    Told,
    /// Allowed, told and used (备案应用). The end.
    Used,
    /// Told that it is not allowed. The end.
    Closed,
    /// Not taken on, with a reason. The end.
    Declined,
    /// Taken back by whoever asked. The end.
    Withdrawn,
}

/// Who moves next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// 监督室.
    Office,
    /// The named verifier.
    Verifier,
    /// 分管副书记 or 书记.
    Leaders,
    /// Nobody.
    Nobody,
}

impl CaseState {
    /// All, in order.
    pub const ALL: [Self; 10] = [
        Self::Asked,
        Self::Verifying,
        Self::Verified,
        Self::Allowed,
        Self::Denied,
        Self::Told,
        Self::Used,
        Self::Closed,
        Self::Declined,
        Self::Withdrawn,
    ];

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Asked => "待受理",
            Self::Verifying => "核实中",
            Self::Verified => "待认定",
            Self::Allowed => "已认定，待反馈",
            Self::Denied => "未予认定，待反馈",
            Self::Told => "已反馈，待应用",
            Self::Used => "已备案应用",
            Self::Closed => "已反馈，未予认定",
            Self::Declined => "不予受理",
            Self::Withdrawn => "已撤回",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Verifying => "verifying",
            Self::Verified => "verified",
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Told => "told",
            Self::Used => "used",
            Self::Closed => "closed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Who moves next.
    pub fn waits(self) -> Waits {
        match self {
            Self::Asked | Self::Allowed | Self::Denied | Self::Told => Waits::Office,
            Self::Verifying => Waits::Verifier,
            Self::Verified => Waits::Leaders,
            Self::Used | Self::Closed | Self::Declined | Self::Withdrawn => Waits::Nobody,
        }
    }

    /// Nothing follows any more.
    pub fn is_over(self) -> bool {
        self.waits() == Waits::Nobody
    }

    /// It was decided that it counts: the colours that it caused are taken back.
    pub fn excuses(self) -> bool {
        matches!(self, Self::Allowed | Self::Told | Self::Used)
    }

    /// The state after a step; `None` where the step does not follow.
    pub fn after(self, step: Step) -> Option<Self> {
        Some(match (self, step) {
            (Self::Asked, Step::Accept) | (Self::Verifying, Step::Reassign) => Self::Verifying,
            (Self::Asked, Step::Decline) => Self::Declined,
            (Self::Asked | Self::Verifying, Step::Withdraw) => Self::Withdrawn,
            (Self::Verifying, Step::Verify) => Self::Verified,
            (Self::Verified, Step::SendBack) => Self::Verifying,
            (Self::Verified, Step::Allow) => Self::Allowed,
            (Self::Verified, Step::Deny) => Self::Denied,
            (Self::Allowed, Step::Tell) => Self::Told,
            (Self::Denied, Step::Tell) => Self::Closed,
            (Self::Told, Step::Use) => Self::Used,
            _ => return None,
        })
    }
}

/// A step of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 受理, and who verifies.
    Accept,
    /// Another verifier, such as after the first one left.
    Reassign,
    /// 不予受理.
    Decline,
    /// Taken back.
    Withdraw,
    /// 核实.
    Verify,
    /// Back to the verifier.
    SendBack,
    /// 予以容错.
    Allow,
    /// 不予容错.
    Deny,
    /// 反馈.
    Tell,
    /// 备案应用.
    Use,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 10] = [
        Self::Accept,
        Self::Reassign,
        Self::Decline,
        Self::Withdraw,
        Self::Verify,
        Self::SendBack,
        Self::Allow,
        Self::Deny,
        Self::Tell,
        Self::Use,
    ];

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Accept => "受理",
            Self::Reassign => "改派核实人",
            Self::Decline => "不予受理",
            Self::Withdraw => "撤回",
            Self::Verify => "提交核实情况",
            Self::SendBack => "退回补充核实",
            Self::Allow => "认定：予以容错",
            Self::Deny => "认定：不予容错",
            Self::Tell => "反馈",
            Self::Use => "备案应用",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reassign => "reassign",
            Self::Decline => "decline",
            Self::Withdraw => "withdraw",
            Self::Verify => "verify",
            Self::SendBack => "send_back",
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Tell => "tell",
            Self::Use => "use",
        }
    }

    /// The step of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }
}
