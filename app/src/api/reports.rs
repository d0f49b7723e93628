//! 报告 of the office: the list, one report with its facts and judgements, two editions compared. A leader's own
//! 述责报告 is none of this.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    ids::{CommandId, PersonId, ReportId},
    reports::{FactBlock, FactChange, Job, Piece, State},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;

/// Which part of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportsQuery {
    /// Draft to continue, or to confirm.
    pub draft: Option<String>,
    /// The last report of the page before.
    #[serde(default)]
    pub before: Option<String>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// Id.
    pub id: ReportId,
    /// Kind.
    pub kind: String,
    /// Whom it is about.
    pub cover: String,
    /// Period.
    pub period: String,
    /// Word of the state.
    pub state: String,
    /// Who wrote it, and when it was begun.
    pub writer: String,
}

/// A report that holds the facts a new one asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Existing {
    /// The report, where the viewer may open it; nothing else is told of it otherwise.
    pub id: Option<ReportId>,
    /// Its title.
    pub title: String,
    /// How it stands to the new one, or whom to ask about it.
    pub words: String,
    /// Word of its state.
    pub state: String,
    /// Who wrote it.
    pub writer: String,
}

/// A paper that was finished outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideRow {
    /// Which.
    pub paper: String,
    /// 文号.
    pub number: String,
    /// Date on it.
    pub on: String,
    /// Copies.
    pub copies: u32,
    /// Who registered it and when.
    pub who: String,
}

/// The list with its forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportsPage {
    /// Newest first.
    pub rows: Vec<ReportRow>,
    /// The last report of the page before, as it was asked for.
    pub before: Option<String>,
    /// The last one of this page, where older ones follow.
    pub older: Option<ReportId>,
    /// Kinds to choose: key and name.
    pub kinds: Vec<(String, String)>,
    /// Covers to choose; empty where the viewer may not write.
    pub covers: Vec<(String, String)>,
    /// Periods to choose.
    pub periods: Vec<(String, String)>,
    /// The draft is complete, and these hold its facts already: asked about once more.
    pub existing: Vec<Existing>,
    /// Papers finished outside, newest first.
    pub outside: Vec<OutsideRow>,
    /// Which there are: key and name; empty where the viewer may not register.
    pub papers: Vec<(String, String)>,
    /// Key for forms.
    pub command: CommandId,
    /// Today, ISO.
    pub today: String,
    /// What was typed before.
    pub draft: Draft,
}

/// Which report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// A judgement as it stands, and what was typed of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// Key.
    pub key: String,
    /// Title.
    pub label: String,
    /// Words as they are stored; empty until somebody wrote them.
    pub text: String,
    /// What stands in the box: the same, or the text of a refused form.
    pub typed: String,
    /// What the form is given of it: version and mark of the text.
    pub seen: String,
    /// Somebody else changed it while it was typed.
    pub clash: bool,
    /// Why it was refused; empty otherwise.
    pub error: String,
    /// Who wrote it last and when.
    pub saved: String,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "which forms stand on the page")]
pub struct ReportPage {
    /// Id.
    pub id: ReportId,
    /// `滨海示范区2026年第三季度督责简报`.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// How far its facts are.
    pub progress: ReportProgress,
    /// Moment that the facts are about, and the rules then; empty until they are begun.
    pub as_of: String,
    /// Facts in the viewer's sight.
    pub facts: Vec<FactBlock>,
    /// Judgements.
    pub parts: Vec<PartView>,
    /// Who began it and when.
    pub writer: String,
    /// The viewer began it.
    pub own: bool,
    /// Why it was sent back; empty otherwise.
    pub returned: String,
    /// Who approved it and when; empty until then.
    pub approved: String,
    /// Who filed it and when; empty until then.
    pub filed: String,
    /// Readers of a filed report.
    pub readers: Vec<String>,
    /// Who did what, when and why, the earliest first.
    pub course: Vec<String>,
    /// Code of the content; empty until it is filed.
    pub hash: String,
    /// The content is what was filed.
    pub hash_holds: bool,
    /// What differs from the sources today.
    pub drift: Vec<FactChange>,
    /// Why the sources were not looked at; empty where they were.
    pub not_looked: String,
    /// Editions: number and words.
    pub editions: Vec<(i64, String)>,
    /// The viewer writes judgements.
    pub may_write: bool,
    /// May have the facts computed anew.
    pub may_refresh: bool,
    /// May stop the computing.
    pub may_cancel: bool,
    /// May send it.
    pub may_ask: bool,
    /// Why it cannot be sent as it is stored; empty where it can.
    pub unready: String,
    /// May approve it or send it back.
    pub may_decide: bool,
    /// May file it.
    pub may_file: bool,
    /// May let more people read it.
    pub may_widen: bool,
    /// May give it up.
    pub may_drop: bool,
    /// The viewer keeps its readers and is none of them: nothing of its content is here.
    pub closed: bool,
    /// People to choose as readers, with unit or post; without those who read it anyway.
    pub candidates: Vec<(PersonId, String)>,
    /// Version for forms.
    pub version: i64,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which report's progress.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgressQuery {
    /// Id.
    pub id: String,
}

/// How far the facts of a report are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportProgress {
    /// State of the computing.
    pub job: Job,
    /// Blocks that are there.
    pub done: u32,
    /// Blocks in all.
    pub all: u32,
    /// One sentence.
    pub words: String,
}

/// Which editions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompareQuery {
    /// Report.
    pub id: String,
    /// Earlier edition; the one before the last if left out.
    pub from: Option<String>,
    /// Later edition; the last if left out.
    pub to: Option<String>,
}

/// Two editions beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedPage {
    /// Report.
    pub id: ReportId,
    /// Its title.
    pub title: String,
    /// Editions to choose: number and words.
    pub editions: Vec<(i64, String)>,
    /// Earlier one.
    pub from: i64,
    /// Later one.
    pub to: i64,
    /// Judgements that differ: title and pieces.
    pub parts: Vec<(String, Vec<Piece>)>,
    /// Facts that differ.
    pub facts: Vec<FactChange>,
}

/// Port of the office's reports.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Reports: Send + Sync {
    /// The list.
    async fn reports(&self, actor: &Actor, query: ReportsQuery) -> Result<ReportsPage, ApiError>;
    /// One report.
    async fn office_report(&self, actor: &Actor, query: ReportQuery) -> Result<ReportPage, ApiError>;
    /// How far its facts are.
    async fn report_progress(&self, actor: &Actor, query: ProgressQuery) -> Result<ReportProgress, ApiError>;
    /// Two editions.
    async fn compared(&self, actor: &Actor, query: CompareQuery) -> Result<ComparedPage, ApiError>;
}

/// The list.
#[server(endpoint = "reports/list", input = Json)]
pub async fn office_reports(form: ReportsQuery) -> Result<ReportsPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.reports().reports(call.actor(), form).await)
}

/// One report.
#[server(endpoint = "reports/one", input = Json)]
pub async fn office_report(form: ReportQuery) -> Result<ReportPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.reports().office_report(call.actor(), form).await)
}

/// How far the facts of a report are.
#[server(endpoint = "reports/progress", input = Json)]
pub async fn watch_report(form: ProgressQuery) -> Result<ReportProgress, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.reports().report_progress(call.actor(), form).await)
}

/// Two editions.
#[server(endpoint = "reports/compare", input = Json)]
pub async fn compared_editions(form: CompareQuery) -> Result<ComparedPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.reports().compared(call.actor(), form).await)
}
