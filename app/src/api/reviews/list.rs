//! Wire types of the list of meetings.

use domain::{
    board::Tone,
    ids::{CommandId, MeetingId},
};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// Which meetings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingsQuery {
    /// Year reported on; every year when empty.
    pub year: Option<i32>,
    /// Draft of a refused form.
    pub draft: Option<String>,
    /// `coming`: only meetings that are approved and have not begun; `asked`: that wait for their approval;
    /// `sheet.draft`, `sheet.asked`, `sheet.signed`: with a 评议反馈单 in this state.
    #[serde(default)]
    pub state: Option<String>,
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingRow {
    /// Id.
    pub id: MeetingId,
    /// Title.
    pub title: String,
    /// `2026年12月9日 星期三`.
    pub day: String,
    /// Place.
    pub place: String,
    /// State in a word.
    pub state: String,
    /// Tone of the state.
    pub tone: Tone,
    /// The viewer's parts, such as 述责对象、监票人.
    pub parts: String,
    /// What waits for the viewer.
    pub waits: Vec<String>,
    /// Words, path, and whether it leads out of the office bundle.
    pub links: Vec<(String, String, bool)>,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingsPage {
    /// Idempotency key of 「新建」.
    pub command: CommandId,
    /// Meetings, the next one first.
    pub rows: Vec<MeetingRow>,
    /// Only meetings that are approved and have not begun.
    pub coming: bool,
    /// What else they are narrowed to, in words; empty without.
    #[serde(default)]
    pub only: String,
    /// May plan meetings.
    pub may_plan: bool,
    /// Year of a new meeting.
    pub year: i32,
    /// What was typed before a refusal.
    pub draft: Draft,
}
