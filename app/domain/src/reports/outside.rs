//! 干部廉情状况分析 and 廉情报告: made from a skeleton of facts and finished outside. Only number, date and copies are
//! kept here (practice 3.11). A 政治画像 never enters in any form.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection, text,
    time::{Day, zh},
};

/// Most copies of one paper.
pub const COPIES_MAX: u32 = 500;

/// A paper that is finished outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// 干部廉情状况分析.
    Cadres,
    /// 廉情报告.
    Integrity,
}

impl Outside {
    /// Both, in the order of a form.
    pub const ALL: [Self; 2] = [Self::Cadres, Self::Integrity];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cadres => "干部廉情状况分析",
            Self::Integrity => "廉情报告",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cadres => "cadres",
            Self::Integrity => "integrity",
        }
    }

    /// The paper of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.key() == key)
    }

    /// Headings that are left empty for the pen (示范).
    pub fn blanks(self) -> &'static [&'static str] {
        match self {
            Self::Cadres => &["干部队伍基本情况", "廉情状况分析", "需要关注的方面", "意见建议"],
            Self::Integrity => &["基本情况", "廉情情况", "处置建议"],
        }
    }
}

/// What is kept of such a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Which.
    pub paper: Outside,
    /// 文号.
    pub number: String,
    /// Date on the paper.
    pub on: Day,
    /// How many copies.
    pub copies: u32,
}

impl Registered {
    /// Checks what was typed on `today`.
    ///
    /// # Errors
    /// No number, a date to come, no copy or too many.
    pub fn check(self, today: Day) -> Result<Self, Rejection> {
        let number = text::required("number", "文号", &self.number, text::NAME_MAX)?;
        if self.on > today {
            return Err(Rejection::field("on", format!("日期晚于今天（{}），没有登记。请核对日期。", zh(today))));
        }
        if self.copies == 0 || self.copies > COPIES_MAX {
            return Err(Rejection::field(
                "copies",
                format!("份数应在 1 到 {COPIES_MAX} 之间，没有登记。请改正后再提交。"),
            ));
        }
        Ok(Self { number, ..self })
    }
}
