//! The ballot (测评表): one line per presenter with 总体评价 required, explicit 弃权 and 回避.
//! Checked against the sheet of the seat; an empty or foreign ballot never gets in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ReviewRules, Scale};
use crate::{Rejection, ids::PresenterId, records::blocked, text};

/// Longest comment, in characters.
pub const COMMENT_MAX: usize = 500;

/// 等次.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 好.
    Good,
    /// 较好.
    Better,
    /// 一般.
    Fair,
    /// 差.
    Poor,
}

impl Grade {
    /// From best to worst.
    pub const ALL: [Self; 4] = [Self::Good, Self::Better, Self::Fair, Self::Poor];

    /// Word on the ballot.
    pub fn label(self) -> &'static str {
        match self {
            Self::Good => "好",
            Self::Better => "较好",
            Self::Fair => "一般",
            Self::Poor => "差",
        }
    }

    /// Key in forms and storage.
    pub fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Better => "better",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }

    /// The grade of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.key() == key)
    }

    /// Position from the best, 0 to 3.
    pub fn index(self) -> usize {
        match self {
            Self::Good => 0,
            Self::Better => 1,
            Self::Fair => 2,
            Self::Poor => 3,
        }
    }
}

/// One mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A grade.
    Grade(Grade),
    /// 0 to 100.
    Points(u8),
}

impl Mark {
    /// Key in forms: `good`, …, or the number.
    pub fn key(self) -> String {
        match self {
            Self::Grade(g) => g.key().to_owned(),
            Self::Points(n) => n.to_string(),
        }
    }

    /// The mark of a form value on a scale.
    ///
    /// # Errors
    /// A Chinese sentence: another scale, or above 100.
    pub fn parse(text: &str, scale: Scale) -> Result<Self, String> {
        match scale {
            Scale::Grades => Grade::from_key(text)
                .map(Self::Grade)
                .ok_or_else(|| "这个等次不存在。请在好、较好、一般、差中选一个。".into()),
            Scale::Points => match text.parse::<u8>() {
                Ok(n) if n <= 100 => Ok(Self::Points(n)),
                _ => Err("分数应为 0 到 100 的整数。请改正后再提交。".into()),
            },
        }
    }

    /// Points of the mark, 0 to 100.
    pub fn points(self, rules: &ReviewRules) -> u32 {
        match self {
            Self::Grade(g) => rules.points_of(g),
            Self::Points(n) => u32::from(n),
        }
    }

    pub(super) fn fits(self, scale: Scale) -> bool {
        match (self, scale) {
            (Self::Grade(_), Scale::Grades) => true,
            (Self::Points(n), Scale::Points) => n <= 100,
            _ => false,
        }
    }
}

/// What a rater says of one presenter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Vote {
    /// 回避: out of 应到 for this presenter only; never on the screen.
    Recuse,
    /// 弃权: counts as 收回, never as 有效.
    Abstain,
    /// A rating.
    Rate {
        /// 总体评价.
        overall: Mark,
        /// Optional rows by dimension key.
        dimensions: BTreeMap<String, Mark>,
    },
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Whom.
    pub presenter: PresenterId,
    /// What.
    pub vote: Vote,
    /// Optional words, kept apart from the marks at the seal.
    #[serde(default)]
    pub comment: String,
}

/// A whole ballot: exactly one line for every presenter of the seat's sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    /// Lines in the order of the sheet.
    pub lines: Vec<Line>,
}

/// A line of the empty sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetLine {
    /// Whom.
    pub presenter: PresenterId,
    /// Name.
    pub name: String,
    /// Unit and title.
    pub title: String,
}

/// The empty sheet of one seat in one round: those set to recuse are not on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Lines in the order of the meeting.
    pub lines: Vec<SheetLine>,
}

impl Ballot {
    /// Checks a ballot against the seat's sheet and the rules; lines come back in the order of the sheet.
    ///
    /// # Errors
    /// The field is the presenter's id: an unknown or recused presenter, one twice, one
    /// missing, a mark of another scale, an unknown dimension, a comment too long or with what must
    /// not be stored, a comment beside 回避. A sheet without lines takes nothing.
    pub fn check(self, sheet: &Sheet, rules: &ReviewRules) -> Result<Self, Rejection> {
        if sheet.lines.is_empty() {
            return Err(Rejection::state("本轮没有由您评议的述责对象（均已回避），不用提交测评表。"));
        }
        let mut given: BTreeMap<PresenterId, Line> = BTreeMap::new();
        for line in self.lines {
            let id = line.presenter;
            if !sheet.lines.iter().any(|l| l.presenter == id) {
                return Err(Rejection::field(
                    id.to_string(),
                    "这张表里有一位不由您评议（已回避，或不在本轮），没有收下。请刷新页面后重新填写。",
                ));
            }
            if given.insert(id, line).is_some() {
                return Err(Rejection::field(
                    id.to_string(),
                    "同一位述责对象填了两次，没有收下。请刷新页面后重新填写。",
                ));
            }
        }
        let mut lines = Vec::with_capacity(sheet.lines.len());
        for wanted in &sheet.lines {
            let Some(mut line) = given.remove(&wanted.presenter) else {
                return Err(Rejection::field(
                    wanted.presenter.to_string(),
                    format!("对“{}”还没有总体评价。请选一个等次，或选“弃权”。", wanted.name),
                ));
            };
            line.comment = text::optional(&wanted.presenter.to_string(), "意见", &line.comment, COMMENT_MAX)?;
            line.check(&wanted.name, rules)?;
            lines.push(line);
        }
        Ok(Self { lines })
    }
}

impl Line {
    fn check(&self, name: &str, rules: &ReviewRules) -> Result<(), Rejection> {
        let field = || self.presenter.to_string();
        if self.vote == Vote::Recuse && !self.comment.is_empty() {
            return Err(Rejection::field(field(), format!("对“{name}”已选回避，不能再写意见。请删去意见后再提交。")));
        }
        if let Some(what) = blocked(&self.comment) {
            return Err(Rejection::field(
                field(),
                format!("对“{name}”的意见里有{what}，不能存入本系统，没有收下。请删去后再提交。"),
            ));
        }
        if let Vote::Rate { overall, dimensions } = &self.vote {
            if !overall.fits(rules.scale) || dimensions.values().any(|m| !m.fits(rules.scale)) {
                return Err(Rejection::field(field(), format!("对“{name}”的评价不在可选范围内。请重新选择。")));
            }
            if dimensions.keys().any(|k| !rules.dimensions.iter().any(|d| d.key == *k)) {
                return Err(Rejection::field(field(), "表里有一行不属于这次测评。请刷新页面后重新填写。"));
            }
        }
        Ok(())
    }
}
