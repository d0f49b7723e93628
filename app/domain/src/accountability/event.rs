//! What every step carries: the hand, the paper beside it, the line of the history that it leaves.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{State, Step};
use crate::{
    Rejection,
    ids::{PersonId, UnitId},
    text,
    time::{Day, zh},
};

/// Who acts, with the units he belongs to in any role: nobody checks his own unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// Person.
    pub person: PersonId,
    /// Name for the history.
    pub name: String,
    /// Every unit of a term or a role of his.
    pub units: BTreeSet<UnitId>,
}

/// 「纸质已签」: the day on the paper and who handled it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Day on the paper.
    pub on: Day,
    /// 经办人.
    pub handler: String,
}

impl Paper {
    /// A paper of a day between the hand-over and today, with its handler.
    pub(super) fn check(paper: Option<Self>, earliest: Day, today: Day) -> Result<Option<Self>, Rejection> {
        let Some(paper) = paper else { return Ok(None) };
        let handler = text::required("handler", "经办人", &paper.handler, text::NAME_MAX)?;
        if paper.on > today || paper.on < earliest {
            return Err(Rejection::field(
                "paper_on",
                format!("纸质签字日期应在{}到今天之间，没有保存。请核对日期。", zh(earliest)),
            ));
        }
        Ok(Some(Self { on: paper.on, handler }))
    }
}

/// What happened to an item; append-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemEvent {
    /// Step.
    pub step: Step,
    /// Who.
    pub by: PersonId,
    /// His name at the time.
    pub by_name: String,
    /// On which day.
    pub on: Day,
    /// State after it.
    pub state: State,
    /// Reason, evidence, measures: what was said with it.
    pub words: String,
    /// On paper.
    pub paper: Option<Paper>,
}

impl ItemEvent {
    pub(super) fn new(step: Step, by: &Hand, on: Day, state: State, words: String) -> Self {
        Self { step, by: by.person, by_name: by.name.clone(), on, state, words, paper: None }
    }
}
