//! Rows of the sheet of a reading: the open book beside the list.

use domain::{
    ids::{DutyId, ItemId, RecordId},
    oversight::RemarkKind,
};
use serde::{Deserialize, Serialize};

/// What somebody marked on a row, while it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkLine {
    /// Kind.
    pub kind: RemarkKind,
    /// Who, when and what: `林思源　11月5日　补充会议记录`.
    pub words: String,
    /// The viewer's own.
    pub own: bool,
    /// Another reader said the opposite; in words, empty otherwise.
    pub against: String,
}

/// A record beside the item that it corresponds to, as far as the viewer may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRecord {
    /// Id.
    pub id: RecordId,
    /// 「第 3 页　11月5日　专题研究部署」.
    pub words: String,
    /// Text; none where it may not be read.
    pub text: Option<String>,
    /// Words of a talk: no reading opens them.
    pub talk: bool,
    /// Fields of the kind: label and value.
    pub details: Vec<(String, String)>,
    /// 补记, 代录, 有更正, 已核实.
    pub tags: Vec<String>,
    /// Whose time it is, where its author is not the present head; else empty.
    pub of: String,
    /// Items that it corresponds to now: id and printed number.
    pub items: Vec<(DutyId, String)>,
    /// Marks on it.
    pub marks: Vec<MarkLine>,
}

/// A sampled item with the records that correspond to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Text.
    pub text: String,
    /// Records, by page.
    pub records: Vec<SheetRecord>,
    /// Marks on the item.
    pub marks: Vec<MarkLine>,
    /// No record speaks for it now: 印证充分 needs words.
    pub bare: bool,
}

/// An open item of the closed loop that the post answers for: looked at on site, kept there and not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRow {
    /// Id.
    pub id: ItemId,
    /// `2026-003　“三交底”问题`; the unit reads 「监督中发现」.
    pub words: String,
    /// The problem.
    pub problem: String,
    /// What was asked for.
    pub demand: String,
    /// `整改，期限12月1日`.
    pub state: String,
    /// Looks during this reading: `林思源　11月5日　仍未整改：…`.
    pub looks: Vec<String>,
}

/// A point of the 监督检查方案 of a “三交底” talk with the head, for the readers alone; looks are noted with the talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedCheck {
    /// List and line: `重要廉政风险清单　项目科：资金拨付审核不严`.
    pub words: String,
    /// How it is looked at.
    pub how: String,
    /// What was seen, or by when it is due.
    pub seen: String,
    /// Where it is noted.
    pub link: String,
}

/// The draw computed again, for whoever wants to check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedrawView {
    /// Share, least and seed in words.
    pub words: String,
    /// The list in the order of the ranks: number and text, rank, drawn.
    pub lines: Vec<(String, String, bool)>,
    /// It gives the sample of the sheet.
    pub same: bool,
    /// The list is the one of that day; otherwise today's, which may be another one.
    pub kept: bool,
}

/// How far the readers have come, so that a broken-off reading goes on where it stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// `抽查 6 条，已标 3 条`.
    pub words: String,
    /// The first row without a mark, and its number.
    pub next: Option<(String, String)>,
}
