//! Pieces of a talk: who leads it, what was said, what was signed.

use serde::{Deserialize, Serialize};

use super::Speaker;
use crate::{accountability::Paper, ids::PersonId, signature::Signing, time::Day};

keyed! {
    /// What is signed on the day.
    SignedPaper {
        /// 廉政谈话记录表.
        Record = "record", "廉政谈话记录表";
        /// 廉洁从政承诺书.
        Commitment = "commitment", "廉洁从政承诺书";
    }
}

keyed! {
    /// Who signs.
    Side {
        /// 主谈人.
        Speaker = "speaker", "主谈人";
        /// 谈话对象.
        Leader = "leader", "谈话对象";
    }
}

/// A signature under one of the two papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Which paper.
    pub paper: SignedPaper,
    /// Which side.
    pub side: Side,
    /// Name.
    pub name: String,
    /// Day.
    pub on: Day,
    /// How.
    pub signing: Signing,
}

/// Who leads the talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lead {
    /// By the rule.
    pub speaker: Speaker,
    /// The person; `None` for a higher level, and until somebody is chosen.
    pub person: Option<PersonId>,
    /// Name; empty until somebody is chosen.
    pub name: String,
    /// Why it is delegated; empty where it is not.
    pub reason: String,
}

/// What was said on the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minutes {
    /// Day of the talk.
    pub on: Day,
    /// Place.
    pub place: String,
    /// Who else was there; with a group also the 党委主要领导.
    pub present: String,
    /// 谈话要点.
    pub words: String,
    /// 谈话对象表态.
    pub answer: String,
    /// Who wrote it down.
    pub writer: String,
}

/// Who acted when, also on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acted {
    /// Person.
    pub by: PersonId,
    /// Name.
    pub name: String,
    /// Day.
    pub on: Day,
    /// On paper.
    pub paper: Option<Paper>,
}

/// 党组会.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Met {
    /// Day.
    pub on: Day,
    /// What was settled.
    pub words: String,
}
