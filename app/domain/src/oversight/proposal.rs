//! A reader proposes that a remark becomes an item of the closed loop; the 党风政风监督室 decides (H3:
//! nothing leaves without approval). Until then it waits (待审定) and stands nowhere else.

use serde::{Deserialize, Serialize};

use super::Remark;
use crate::{
    Rejection,
    ids::PersonId,
    time::{Day, zh},
};

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Nothing was proposed.
    #[default]
    Absent,
    /// 待审定.
    Waiting,
    /// 同意: the item is opened.
    Approved,
    /// 不同意; it may be proposed anew.
    Returned,
}

impl ProposalState {
    const ALL: [Self; 4] = [Self::Absent, Self::Waiting, Self::Approved, Self::Returned];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Absent => "",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Returned => "returned",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// What was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The problem.
    pub problem: String,
    /// What is asked for.
    pub demand: String,
    /// Deadline; the default of the kind if left out.
    pub deadline: Option<Day>,
    /// Who proposed it.
    pub by: PersonId,
    /// His name.
    pub by_name: String,
    /// Why it was not agreed to; empty until then.
    #[serde(default)]
    pub returned: String,
    /// Proposed after both had signed: it is no part of what they signed.
    #[serde(default)]
    pub after: bool,
}

impl Proposal {
    /// One sentence for readers and for whoever decides; empty where there is nothing to say.
    pub fn words(&self, state: ProposalState) -> String {
        match state {
            ProposalState::Approved if self.after => {
                format!("双方签字后由{}提请，党风政风监督室同意转为整改事项", self.by_name)
            }
            ProposalState::Absent | ProposalState::Approved => String::new(),
            ProposalState::Returned => format!("未同意转为整改事项：{}", self.returned),
            ProposalState::Waiting => {
                let until = self.deadline.map(|day| format!("；期限：{}", zh(day))).unwrap_or_default();
                format!("待党风政风监督室审定：{}；要求：{}{until}（{}提请）", self.problem, self.demand, self.by_name)
            }
        }
    }
}

impl Remark {
    /// May it be proposed as an item now?
    ///
    /// # Errors
    /// It asks for nothing, it does not count yet, or it is being decided.
    pub fn propose(&self) -> Result<(), Rejection> {
        if self.kind == super::RemarkKind::Sound || !self.counts() {
            return Err(Rejection::state("只有“需补充”和经两人认定的“与实际不符”可以转为整改事项。"));
        }
        match self.proposal {
            ProposalState::Absent | ProposalState::Returned => Ok(()),
            ProposalState::Waiting => {
                Err(Rejection::state("这条意见已经提请转为整改事项，没有重复提请。请等党风政风监督室审定。"))
            }
            ProposalState::Approved => {
                Err(Rejection::state("这条意见已经转为整改事项，没有重复登记。请在问题整改台账里查看。"))
            }
        }
    }

    /// Does the 监督室 have to decide?
    pub fn waits_for_office(&self) -> bool {
        !self.withdrawn && self.proposal == ProposalState::Waiting
    }
}
