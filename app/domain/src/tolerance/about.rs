//! What a case is about: something that the system recorded, or, for 容错 alone, a matter in words.

use std::str::FromStr as _;

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    ids::{ItemId, OccurrenceId, RemarkId},
};

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// An item of the list that was not recorded in time.
    Occurrence(OccurrenceId),
    /// 核查不符: a remark of a 翻阅检查.
    Remark(RemarkId),
    /// An item of the closed loop.
    Item(ItemId),
    /// A matter of which the system has no record.
    Matter,
}

impl About {
    /// `occurrence:…`, `remark:…`, `item:…`, `matter`.
    pub fn key(self) -> String {
        match self {
            Self::Occurrence(id) => format!("occurrence:{id}"),
            Self::Remark(id) => format!("remark:{id}"),
            Self::Item(id) => format!("item:{id}"),
            Self::Matter => "matter".to_owned(),
        }
    }

    /// What a key means; `None` for none.
    pub fn from_key(key: &str) -> Option<Self> {
        if key == "matter" {
            return Some(Self::Matter);
        }
        let (sort, id) = key.split_once(':')?;
        match sort {
            "occurrence" => OccurrenceId::from_str(id).ok().map(Self::Occurrence),
            "remark" => RemarkId::from_str(id).ok().map(Self::Remark),
            "item" => ItemId::from_str(id).ok().map(Self::Item),
            _ => None,
        }
    }

    /// The word of its kind on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Occurrence(_) => "履责清单事项",
            Self::Remark(_) => "核查意见",
            Self::Item(_) => "问题整改",
            Self::Matter => "其他事项",
        }
    }

    /// 澄清 is of something that was recorded: what never stood here cannot be put right here.
    ///
    /// # Errors
    /// A matter in words.
    pub fn recorded(self) -> Result<Self, Rejection> {
        if self == Self::Matter {
            let words = "系统里没有记载过这件事，不用在这里澄清，没有保存。请选择系统里已有的记载；其他情形请线下办理。";
            return Err(Rejection::field("about", words));
        }
        Ok(self)
    }
}
