//! Whom a report is about, and whether another report says the same already.

use std::{collections::BTreeSet, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Kind, Period};
use crate::{ids::UnitId, people::UnitKind};

/// Whom a report is about (范围).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// The whole district.
    District,
    /// Units of one kind.
    Kind(UnitKind),
    /// Units that one 派驻组 or 联系室 supervises by the 归口表.
    Body(UnitId),
    /// One unit.
    Unit(UnitId),
}

impl Cover {
    /// `district`, `kind:town`, `body:…`, `unit:…`.
    pub fn key(self) -> String {
        match self {
            Self::District => "district".to_owned(),
            Self::Kind(kind) => format!("kind:{}", kind.key()),
            Self::Body(unit) => format!("body:{unit}"),
            Self::Unit(unit) => format!("unit:{unit}"),
        }
    }

    /// The cover of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        if key == "district" {
            return Some(Self::District);
        }
        let (sort, which) = key.split_once(':')?;
        match sort {
            "kind" => UnitKind::from_key(which).filter(|kind| kind.answers_for_a_list()).map(Self::Kind),
            "body" => UnitId::from_str(which).ok().map(Self::Body),
            "unit" => UnitId::from_str(which).ok().map(Self::Unit),
            _ => None,
        }
    }
}

/// What a report asks for, as far as another one can ask for the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Kind.
    pub kind: Kind,
    /// Whom it is about.
    pub cover: Cover,
    /// When.
    pub period: Period,
    /// The units that the cover came to.
    pub units: BTreeSet<UnitId>,
}

/// How an earlier report stands to a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// The same report.
    Same,
    /// Another one that holds every fact of the new one.
    Contained,
}

impl Overlap {
    /// What a page says of the earlier report.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "同一种类、同一范围、同一时段的报告已经有一份",
            Self::Contained => "这份报告要的事实，另一份报告里都有",
        }
    }
}

/// Does `old` hold what `new` asks for (减负: no second report for the same facts)?
pub fn overlap(new: &Asked, old: &Asked) -> Option<Overlap> {
    if new.period != old.period {
        return None;
    }
    if new.kind == old.kind && new.cover == old.cover {
        return Some(Overlap::Same);
    }
    let has = |block| old.kind.blocks().contains(block);
    let contained = new.kind.blocks().iter().all(has) && !new.units.is_empty() && new.units.is_subset(&old.units);
    contained.then_some(Overlap::Contained)
}
