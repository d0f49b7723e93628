//! Wire types of the calendar, the yearly tasks, the 移交单 and the import page.

use domain::ids::{CommandId, HandoverId, TaskId, UnitId};
use serde::{Deserialize, Serialize};

use super::SignatureView;
use crate::api::drafts::Draft;

/// Which year of the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarQuery {
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// 启用日 to be confirmed, ISO.
    pub enable: Option<String>,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// A day that differs from the plain week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// ISO day.
    pub day: String,
    /// `星期四`.
    pub weekday: String,
    /// `holiday` or `workday`.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// The working calendar of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPage {
    /// Idempotency key.
    pub command: CommandId,
    /// Year.
    pub year: i32,
    /// Days in order.
    pub days: Vec<DayRow>,
    /// Years whose holidays are not entered yet.
    pub no_holidays: Vec<i32>,
    /// 启用日 in words, if set.
    pub enabled_on: Option<String>,
    /// 启用日 to be confirmed: ISO and in words.
    pub enable: Option<(String, String)>,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which yearly tasks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TasksQuery {
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Unit id.
    pub unit: Option<String>,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// A yearly task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Task.
    pub id: TaskId,
    /// Row version for writes.
    pub version: i64,
    /// Unit.
    pub unit: String,
    /// 任务.
    pub title: String,
    /// 节点.
    pub node: String,
    /// Due day, ISO.
    pub due_on: String,
    /// 责任人.
    pub owner: String,
    /// 完成标志.
    pub done_mark: String,
    /// Done on, in words.
    pub done_on: Option<String>,
    /// Past its day and not done.
    pub overdue: bool,
    /// Source as the viewer may read it.
    pub source: String,
    /// The viewer may mark it done.
    pub may_finish: bool,
    /// The viewer may take it out.
    pub may_remove: bool,
}

/// 年度任务清单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TasksPage {
    /// Idempotency key.
    pub command: CommandId,
    /// Year.
    pub year: i32,
    /// Years to choose.
    pub years: Vec<i32>,
    /// Tasks by unit and due day.
    pub rows: Vec<TaskRow>,
    /// Units in sight.
    pub units: Vec<(UnitId, String)>,
    /// Units the viewer may add tasks for.
    pub writable: Vec<(UnitId, String)>,
    /// The viewer names internal sources.
    pub inside: bool,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which 移交单.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverQuery {
    /// 移交单 id.
    pub id: String,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// One side of a 移交单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverSide {
    /// `from` or `to`.
    pub key: String,
    /// 移交人 or 接收人.
    pub label: String,
    /// Name.
    pub name: String,
    /// `任职至 2026年11月15日`.
    pub note: String,
    /// The signature, once given.
    pub signature: Option<SignatureView>,
    /// The viewer is that person and may sign.
    pub may_sign: bool,
}

/// An item that stays with the post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverItem {
    /// `6.3`.
    pub code: String,
    /// Text.
    pub text: String,
    /// 推进中 or 尚未开展.
    pub state: String,
    /// Windows still wanting.
    pub wanting: String,
}

/// 移交单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverPage {
    /// Idempotency key.
    pub command: CommandId,
    /// 移交单.
    pub id: HandoverId,
    /// Row version for writes.
    pub version: i64,
    /// Unit.
    pub unit: String,
    /// Title of the post.
    pub title: String,
    /// Year.
    pub year: i32,
    /// Both sign until, in words.
    pub due_on: String,
    /// What stays with the post.
    pub items: Vec<HandoverItem>,
    /// 移交人, 接收人.
    pub sides: Vec<HandoverSide>,
    /// The office may note a paper signature.
    pub may_paper: bool,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Where to import into.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Key of the list; 第一责任人 when empty.
    pub list: Option<String>,
    /// Template to import into; the open draft of the list when empty.
    pub template: Option<String>,
    /// Year of a new draft; this one when empty.
    pub year: Option<i32>,
    /// Unit kind key of a new draft; all kinds when empty.
    pub kind: Option<String>,
    /// Refused form to show again.
    pub draft: Option<String>,
}

/// Where an import goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPage {
    /// Idempotency key.
    pub command: CommandId,
    /// The district's lists: key, name.
    pub lists: Vec<(String, String)>,
    /// Chosen list.
    pub list: String,
    /// Year.
    pub year: i32,
    /// Kinds of units: key, label.
    pub kinds: Vec<(String, String)>,
    /// Chosen kind key, empty for all.
    pub kind: String,
    /// The draft it goes to, or that a new one will be made.
    pub target: String,
    /// Target text of the upload form.
    pub key: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}
