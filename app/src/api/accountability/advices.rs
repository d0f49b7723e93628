//! 工作建议 and 纪检监察建议书: the list and one of them.

use domain::{
    board::Tone,
    ids::{AdviceId, CommandId},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::Call;
use super::{super::ApiError, Draft};

/// Which of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvicesQuery {
    /// Year of the issue.
    pub year: Option<i32>,
    /// Key of the kind.
    pub kind: Option<String>,
    /// Key of a state; `waiting`: issued and not answered.
    pub state: Option<String>,
    /// Item that a new one follows from.
    #[serde(default)]
    pub item: Option<String>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdviceRow {
    /// Id.
    pub id: AdviceId,
    /// Word of the kind.
    pub kind: String,
    /// 文号, or empty.
    pub number: String,
    /// Title.
    pub title: String,
    /// Unit name.
    pub unit: String,
    /// Handed over.
    pub issued_on: String,
    /// Day of the reply.
    pub reply_by: String,
    /// Tone: of the item that waits for the reply, else none.
    pub tone: Tone,
    /// Word beside it.
    pub word: String,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvicesPage {
    /// Key for forms.
    pub command: CommandId,
    /// Rows.
    pub rows: Vec<AdviceRow>,
    /// All rows of the filter.
    pub total: u32,
    /// Page shown, from 1.
    pub page: u32,
    /// Pages.
    pub pages: u32,
    /// Years with anything in them.
    pub years: Vec<i32>,
    /// Kinds: key, word.
    pub kinds: Vec<(String, String)>,
    /// States: key, word.
    pub states: Vec<(String, String)>,
    /// May the viewer write one?
    pub drafts: bool,
    /// Head posts for the form.
    pub posts: Vec<(String, String)>,
    /// The post that the problem of the address belongs to.
    pub post: String,
    /// Problem of the address: id and text, or empty.
    pub about: (String, String),
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Which one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceQuery {
    /// Id.
    pub id: String,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvicePage {
    /// Key for forms.
    pub command: CommandId,
    /// As in the list.
    pub row: AdviceRow,
    /// Version that forms show.
    pub version: u32,
    /// Word of the state.
    pub state: String,
    /// The problem as the unit reads it.
    pub problem: String,
    /// What is suggested.
    pub demand: String,
    /// Day of the reply, ISO, or empty.
    pub reply_iso: String,
    /// Who wrote and who approved it; empty for the unit.
    pub hands: String,
    /// Why it was sent back or dropped.
    pub reason: String,
    /// The problem it follows from: address and number, or empty.
    pub about: (String, String),
    /// The item that waits for the reply: address, or empty.
    pub item: String,
    /// May the viewer write it anew, and ask?
    pub writes: bool,
    /// May the viewer approve or send back?
    pub signs: bool,
    /// May the viewer drop it?
    pub drops: bool,
    /// Paper: address, once it is issued.
    pub paper: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// The list.
#[server(endpoint = "accountability/advices", input = Json)]
pub async fn advice_list(form: AdvicesQuery) -> Result<AdvicesPage, ApiError> {
    let call = Call::current().await?;
    super::super::call::answer(call.accountability().advices(call.actor(), form).await)
}

/// One of them.
#[server(endpoint = "accountability/advice", input = Json)]
pub async fn advice_one(form: AdviceQuery) -> Result<AdvicePage, ApiError> {
    let call = Call::current().await?;
    super::super::call::answer(call.accountability().advice(call.actor(), form).await)
}
