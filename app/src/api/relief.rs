//! 减负反馈: what is asked of people in total, suggestions and answers. Port, server function, wire types.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, ReliefAnswerId, VoiceId},
    relief::{Rates, Verdict},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliefQuery {
    /// Subject that a link brought along: `item:…`.
    pub about: Option<String>,
    /// Draft to continue.
    pub draft: Option<String>,
    /// The last answer of the page before.
    #[serde(default)]
    pub before: Option<String>,
    /// Page of open subjects, from 1.
    #[serde(default)]
    pub page: Option<u32>,
}

/// Figures of a quarter in the present rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterRow {
    /// `2026年第三季度`.
    pub label: String,
    /// It is not over.
    pub running: bool,
    /// There are enough units; else every number is 0 and not shown.
    pub shown: bool,
    /// Reminders by kind: words, how many.
    pub reminders: Vec<(String, u32)>,
    /// Minutes of reading them.
    pub reminder_minutes: u32,
    /// Forms: name, how often, minutes.
    pub forms: Vec<(String, u32, u32)>,
    /// Fields that had to be filled in, over all forms, and those that could be left empty.
    pub fields: [u32; 2],
    /// Minutes of everything.
    pub minutes: u32,
}

/// A subject that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRow {
    /// `item:…`, `other:…`.
    pub key: String,
    /// What it is called, as far as the viewer may know.
    pub title: String,
    /// Voices.
    pub voices: u32,
    /// `11月5日`: the first voice.
    pub since: String,
    /// `11月19日`: last day of the answer.
    pub due: String,
    /// It is over: the office's own delay.
    pub late: bool,
    /// For the office: who and what; `不署名`.
    pub words: Vec<(String, String)>,
    /// For the office: voices without words.
    pub more: u32,
    /// For the office: voices whose words are not in `words` but in the file.
    pub cut: u32,
}

/// An answered subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRow {
    /// Id.
    pub id: ReliefAnswerId,
    /// What it was about.
    pub title: String,
    /// Answer.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// What changed.
    pub changed: String,
    /// Voices.
    pub voices: u32,
    /// `2026年11月5日`.
    pub on: String,
    /// Words whose writers agreed.
    pub words: Vec<String>,
}

/// What the viewer suggested under his name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MineRow {
    /// Id.
    pub id: VoiceId,
    /// What it is about.
    pub title: String,
    /// His words.
    pub words: String,
    /// `11月5日`.
    pub on: String,
    /// The answer, or none.
    pub verdict: Option<Verdict>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReliefPage {
    /// Quarters, the oldest first, the running one last.
    pub quarters: Vec<QuarterRow>,
    /// Minutes of forms in the running quarter by groups of units: words, units, minutes.
    pub groups: Vec<(String, u32, u32)>,
    /// Rates of the estimate.
    pub rates: Rates,
    /// Who confirmed them; empty while they are 示范.
    pub confirmed: String,
    /// For a save of the rates that comes later than somebody else's.
    pub seen: String,
    /// What became lighter since the oldest quarter shown.
    pub lighter: Vec<String>,
    /// Subjects to choose by family.
    pub choices: Vec<(String, Vec<(String, String)>)>,
    /// The subject of the link, where the viewer may suggest about it: key and words.
    pub about: Option<(String, String)>,
    /// Waiting for an answer.
    pub open: Vec<OpenRow>,
    /// Subjects waiting in total.
    pub open_total: u32,
    /// Page of them.
    pub page: u32,
    /// More follow.
    pub next: bool,
    /// Answered, the newest first.
    pub answers: Vec<AnswerRow>,
    /// The last one of this page, where older ones follow.
    pub older: Option<ReliefAnswerId>,
    /// Answered subjects, and those that changed something.
    pub tally: [u32; 2],
    /// What the viewer suggested under his name.
    pub mine: Vec<MineRow>,
    /// The viewer answers.
    pub office: bool,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
    /// Which form it is of: `suggest`, `answer`, `rates`.
    pub draft_of: String,
}

/// Port of 减负反馈.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Relief: Send + Sync {
    /// The page.
    async fn relief_page(&self, actor: &Actor, query: ReliefQuery) -> Result<ReliefPage, ApiError>;
}

/// The page.
#[server(endpoint = "relief/page", input = Json)]
pub async fn relief_desk(form: ReliefQuery) -> Result<ReliefPage, ApiError> {
    let call = Call::current().await?;
    answer(call.relief().relief_page(call.actor(), form).await)
}
