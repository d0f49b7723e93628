//! 制度 that a unit made or mended as a result (三重一大 and others): kept as a document that links back to the problem.

use serde::{Deserialize, Serialize};

use super::keyed::keyed;
use crate::{
    Rejection,
    ids::{ItemId, RegulationId, UnitId},
    text,
    time::Day,
};

/// Longest title, in characters.
const TITLE_MAX: usize = 100;
/// Most problems that one document answers.
pub(super) const ITEMS_MAX: usize = 50;

keyed! {
    /// What a document is about (示范).
    RegulationKind {
        /// 三重一大.
        Decisions = "decisions", "“三重一大”";
        /// 工程建设.
        Works = "works", "工程建设";
        /// 采购.
        Procurement = "procurement", "采购";
        /// 资金资产.
        Assets = "assets", "资金资产";
        /// 选人用人.
        Personnel = "personnel", "选人用人";
        /// 作风.
        Conduct = "conduct", "作风和为民服务";
        /// 其他.
        Other = "other", "其他";
    }
}

/// A document of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulation {
    /// Id.
    pub id: RegulationId,
    /// Whose.
    pub unit: UnitId,
    /// About what.
    pub kind: RegulationKind,
    /// Title without marks.
    pub title: String,
    /// The unit's own 文号; may be empty.
    pub number: String,
    /// Adopted.
    pub adopted_on: Day,
    /// A mended one, else a new one.
    pub mended: bool,
    /// The problems it answers.
    pub items: Vec<ItemId>,
}

impl Regulation {
    /// Checked.
    ///
    /// # Errors
    /// A text that is missing, too long or must not be stored; a day after today; too many problems.
    pub fn checked(self, today: Day) -> Result<Self, Rejection> {
        let title = text::required("title", "制度名称", &self.title, TITLE_MAX)?;
        let title = title.trim_matches(['《', '》']).to_owned();
        if title.is_empty() {
            return Err(Rejection::field("title", "制度名称还没有填写。请补上后再提交。"));
        }
        if self.adopted_on > today {
            return Err(Rejection::field("adopted_on", "印发日期晚于今天，没有保存。印发后再登记。"));
        }
        if self.items.len() > ITEMS_MAX {
            let words = format!("一项制度最多对应 {ITEMS_MAX} 个问题，没有保存。");
            return Err(Rejection::field("item", words));
        }
        let number = text::optional("number", "文号", &self.number, text::NAME_MAX)?;
        Ok(Self { title, number, ..self })
    }
}
