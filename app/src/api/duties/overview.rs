//! Wire types of 「明责 · 责任清单」: the five lists, templates, leaders' lists of a year.

use domain::{
    duties::ListState,
    ids::{CommandId, DutyListId, HandoverId, LeaderListId, PostId, TemplateId},
};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// Filters; all of them in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutiesQuery {
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Unit kind key.
    pub kind: Option<String>,
    /// State key of the newest list, or `none` for units without one.
    pub state: Option<String>,
    /// Part of the unit's or head's name.
    pub q: Option<String>,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// One of the district's lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListName {
    /// List.
    pub id: DutyListId,
    /// Stable key.
    pub key: String,
    /// Name.
    pub name: String,
    /// Responsible party (责任主体).
    pub party: String,
    /// Order.
    pub position: u32,
    /// Has it a template, so that it cannot be taken out?
    pub used: bool,
}

/// A template in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateLine {
    /// Template.
    pub id: TemplateId,
    /// Name of its list.
    pub list: String,
    /// Key of its list.
    pub list_key: String,
    /// Kind of units, or 「各类单位通用」.
    pub kind: String,
    /// Year.
    pub year: i32,
    /// Edition.
    pub edition: u32,
    /// 起草、已发布、已替换.
    pub state: String,
    /// May be edited.
    pub draft: bool,
    /// Number of items.
    pub items: u32,
}

/// The newest list of one head post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderLine {
    /// Post.
    pub post: PostId,
    /// Unit.
    pub unit: String,
    /// Unit kind label.
    pub kind: String,
    /// Present head or 「空缺」.
    pub head: String,
    /// The newest list and its row version; `None` where none is made.
    pub list: Option<(LeaderListId, i64)>,
    /// Its state.
    pub state: Option<ListState>,
    /// `第2版`, empty without a list.
    pub edition: String,
    /// What it waits for, with the date.
    pub note: String,
    /// May the viewer tick it for a batch?
    pub pick: bool,
}

/// What waits for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// `待分管副书记审定`.
    pub words: String,
    /// How many lists.
    pub count: u32,
    /// State key to filter by.
    pub state: String,
    /// Waits for the viewer himself.
    pub mine: bool,
}

/// What the viewer may do on the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeMay {
    /// Edit lists and templates, import, calendar, make lists, send, submit.
    pub edit: bool,
    /// Approve.
    pub approve: bool,
    /// Sees templates.
    pub templates: bool,
}

/// 「明责 · 责任清单」.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutiesPage {
    /// Idempotency key of the forms on the page.
    pub command: CommandId,
    /// Year shown.
    pub year: i32,
    /// Years to choose.
    pub years: Vec<i32>,
    /// 启用日 in words, if set.
    pub enabled_on: Option<String>,
    /// Years whose holidays are not entered yet.
    pub no_holidays: Vec<i32>,
    /// The five lists.
    pub lists: Vec<ListName>,
    /// Templates of the year.
    pub templates: Vec<TemplateLine>,
    /// Units with their newest list.
    pub rows: Vec<LeaderLine>,
    /// Units in sight before filtering.
    pub total: u32,
    /// Kinds present: key, label.
    pub kinds: Vec<(String, String)>,
    /// What waits for whom.
    pub waiting: Vec<Waiting>,
    /// 移交单 not yet signed by both: id, words.
    pub handovers: Vec<(HandoverId, String)>,
    /// Rights.
    pub may: OfficeMay,
    /// Default first day for lists made now, ISO.
    pub effective_on: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}
