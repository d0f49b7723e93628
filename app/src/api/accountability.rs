//! 问责: the ledger of problems being put right (问题整改台账), one item with its history and what
//! the viewer may do next.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use domain::{
    accountability::Step,
    board::Tone,
    ids::{CommandId, ItemId},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::Call;
use super::drafts::Draft;

mod advices;
mod figures;
mod measures;
mod opening;
mod regulations;

pub use advices::*;
pub use figures::*;
pub use measures::*;
pub use opening::*;
pub use regulations::*;

/// Filters of the ledger; all of them in the URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerQuery {
    /// Unit id.
    pub unit: Option<String>,
    /// Stage key; `open` for everything not ended.
    pub state: Option<String>,
    /// Kind key.
    pub kind: Option<String>,
    /// `overdue`, or `soon`: the deadline is within ten days.
    pub due: Option<String>,
    /// `mine`: the next step is the viewer's; `ended`: the unit ended and somebody has to take it over.
    pub turn: Option<String>,
    /// Words of the problem, an external number, or `2026-003`.
    #[serde(default)]
    pub q: Option<String>,
    /// Anything: only what repeats an earlier problem.
    #[serde(default)]
    pub repeated: Option<String>,
    /// Anything: only 立行立改.
    #[serde(default)]
    pub quick: Option<String>,
    /// Put on the account from this day, ISO.
    #[serde(default)]
    pub from: Option<String>,
    /// To this day.
    #[serde(default)]
    pub to: Option<String>,
    /// Struck off from this day, ISO.
    #[serde(default)]
    pub ended_from: Option<String>,
    /// To this day.
    #[serde(default)]
    pub ended_to: Option<String>,
    /// `feature:id` of the document they came from; for the office.
    #[serde(default)]
    pub origin: Option<String>,
    /// Item of the duty list.
    #[serde(default)]
    pub duty: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
    /// With `period`: only units of this cover of a report.
    #[serde(default)]
    pub cover: Option<String>,
    /// With `cover`: only what was on the account in this period.
    #[serde(default)]
    pub period: Option<String>,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Item.
    pub id: ItemId,
    /// `2026-003`.
    pub number: String,
    /// Unit name.
    pub unit: String,
    /// Word of the kind.
    pub kind: String,
    /// What is wrong.
    pub problem: String,
    /// What is asked for.
    pub demand: String,
    /// 责任领导.
    pub owner: String,
    /// 责任部门.
    pub department: String,
    /// ISO.
    pub opened_on: String,
    /// ISO.
    pub deadline: String,
    /// Word of the state.
    pub state: String,
    /// Tone of the state.
    pub tone: Tone,
    /// Word beside the tone: 「逾期」, 「临近到期」, 「正常」.
    pub word: String,
    /// Same unit, item and kind within twelve months.
    pub repeated: bool,
    /// Number in another ledger.
    pub external: String,
    /// 立行立改.
    #[serde(default)]
    pub quick: bool,
}

/// The ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPage {
    /// One page of rows after filtering: what is late first, then by deadline.
    pub rows: Vec<LedgerRow>,
    /// Rows of all pages; of a search at most [`LedgerPage::COUNTED`].
    #[serde(default)]
    pub total: u32,
    /// Page shown, from 1.
    #[serde(default)]
    pub page: u32,
    /// Pages.
    #[serde(default)]
    pub pages: u32,
    /// May the viewer put something on the account by hand, and bring ledgers?
    #[serde(default)]
    pub keeps: bool,
    /// May the viewer read published measures?
    #[serde(default)]
    pub measures: bool,
    /// Units in sight that have items: id, name.
    pub units: Vec<(String, String)>,
    /// Stages: key, word.
    pub stages: Vec<(String, String)>,
    /// Kinds: key, word.
    pub kinds: Vec<(String, String)>,
    /// 整改在办, before filtering.
    pub open: u32,
    /// Of them 逾期.
    pub overdue: u32,
    /// Cover and period that the rows are narrowed to; empty without.
    #[serde(default)]
    pub only: String,
    /// `11月20日`.
    pub as_of: String,
}

impl LedgerPage {
    /// Rows of a page.
    pub const SHOWN: u32 = 50;
    /// Most rows that a search counts.
    pub const COUNTED: u32 = 1_000;
}

/// Which item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoopQuery {
    /// Item id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// A line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRow {
    /// What was done.
    pub step: String,
    /// Name and role.
    pub who: String,
    /// `2026年11月5日`.
    pub on: String,
    /// Words said with it.
    pub words: String,
    /// 「纸质已签：日期、经办人」, or empty.
    pub paper: String,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoopPage {
    /// Which list it became a suggestion of, for the office; empty where none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub suggested: String,
    /// As in the ledger.
    pub row: LedgerRow,
    /// Version that forms show.
    pub version: u32,
    /// Key for forms.
    pub command: CommandId,
    /// Whose turn, by when.
    pub words: String,
    /// Why this colour.
    pub why: String,
    /// 整改措施.
    pub measures: String,
    /// 整改情况.
    pub evidence: String,
    /// Extension in words, or empty.
    pub extension: String,
    /// An earlier item that this one repeats.
    pub repeats: Option<ItemId>,
    /// Where it came from, in the words this viewer may read.
    pub origin: String,
    /// Link to the sheet it came from, where the viewer may open it.
    pub origin_link: String,
    /// History, oldest first.
    pub history: Vec<PastRow>,
    /// Steps to offer, with whether only a paper signature can be noted.
    pub steps: Vec<(Step, bool)>,
    /// 班子成员 of the unit: id, name, for the plan.
    pub owners: Vec<(String, String)>,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
    /// What stands around it.
    pub around: Around,
}

/// A problem that belongs to this one: an earlier, a later, a similar one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Item.
    pub id: ItemId,
    /// `2026-003`.
    pub number: String,
    /// Its first words.
    pub problem: String,
    /// Word of its state.
    pub state: String,
}

/// What stands around an item: proofs, 制度, repeated problems, 催办, heirs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// What proves the filling-in: words and, where the viewer may open it, the address.
    pub proofs: Vec<(String, String)>,
    /// What the unit can name as proof: key and words.
    pub provable: Vec<(String, String)>,
    /// 制度: title, number, address.
    pub regulations: Vec<(String, String, String)>,
    /// May the viewer register a 制度 for it?
    pub registers: bool,
    /// 工作建议 and 建议书 that follow from it: kind and title, address.
    pub advices: Vec<(String, String)>,
    /// May the viewer write one?
    pub advises: bool,
    /// The problem that it repeats.
    pub earlier: Option<Related>,
    /// Those that repeat it.
    pub later: Vec<Related>,
    /// Others under the same number of another ledger.
    pub numbered: Vec<Related>,
    /// Earlier ones of the unit that say nearly the same, for the office.
    pub alike: Vec<Related>,
    /// May the viewer ask the 联络员 to follow up now?
    pub urges: bool,
    /// Who asked when, or empty.
    pub urged: String,
    /// Units that can take it over: id and name; empty where the viewer cannot hand it over.
    pub heirs: Vec<(String, String)>,
    /// The unit ended: what became of it, or empty.
    pub ended: String,
    /// Last day of the short path, or empty where it is not open.
    pub settle_by: String,
    /// Published measures that name it, for those who may read them: words and address.
    pub measures: Vec<(String, String)>,
}

/// Port of the closed loop.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Accountability: Send + Sync {
    /// The ledger.
    async fn ledger(&self, actor: &Actor, query: LedgerQuery) -> Result<LedgerPage, ApiError>;
    /// One item.
    async fn closed_loop(&self, actor: &Actor, query: LoopQuery) -> Result<LoopPage, ApiError>;
    /// The form for what was found outside of the system.
    async fn opening(&self, actor: &Actor, query: OpenQuery) -> Result<OpenPage, ApiError>;
    /// The numbers of a year.
    async fn statistics(&self, actor: &Actor, query: FiguresQuery) -> Result<FiguresPage, ApiError>;
    /// Published measures.
    async fn measures(&self, actor: &Actor, query: MeasuresQuery) -> Result<MeasuresPage, ApiError>;
    /// 工作建议 and 建议书.
    async fn advices(&self, actor: &Actor, query: AdvicesQuery) -> Result<AdvicesPage, ApiError>;
    /// One of them.
    async fn advice(&self, actor: &Actor, query: AdviceQuery) -> Result<AdvicePage, ApiError>;
    /// 制度.
    async fn regulations(&self, actor: &Actor, query: RegulationsQuery) -> Result<RegulationsPage, ApiError>;
}

/// The ledger.
#[server(endpoint = "accountability/ledger", input = Json)]
pub async fn ledger(form: LedgerQuery) -> Result<LedgerPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.accountability().ledger(call.actor(), form).await)
}

/// One item.
#[server(endpoint = "accountability/item", input = Json)]
pub async fn closed_loop(form: LoopQuery) -> Result<LoopPage, ApiError> {
    let call = Call::current().await?;
    super::call::answer(call.accountability().closed_loop(call.actor(), form).await)
}
