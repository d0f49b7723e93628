//! Published 问责 measures: number, date, kind; and the dictionaries they are chosen from.

use domain::ids::{CommandId, MeasureId};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::Call;
use super::{super::ApiError, Draft};

/// Which of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasuresQuery {
    /// Year of the publication.
    pub year: Option<i32>,
    /// Key of a way.
    pub way: Option<String>,
    /// Key of a state.
    #[serde(default)]
    pub state: Option<String>,
    /// Item that a new one follows from.
    #[serde(default)]
    pub item: Option<String>,
    /// One that was sent back, to be filled in anew.
    #[serde(default)]
    pub mend: Option<String>,
    /// Draft to continue.
    pub draft: Option<String>,
    /// Page, from 1.
    #[serde(default)]
    pub page: Option<u32>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureRow {
    /// Id.
    pub id: MeasureId,
    /// Version that forms show.
    pub version: u32,
    /// Unit name.
    pub unit: String,
    /// 「党内 · 通报」.
    pub kind: String,
    /// 督促提醒, 曝光通报, 分类处置.
    pub way: String,
    /// 四种形态, or empty.
    pub form: String,
    /// 党组织 or 领导干部, with the level where one is named.
    pub target: String,
    /// 文号, or empty.
    pub number: String,
    /// Day of the decision.
    pub decided_on: String,
    /// Day of the publication.
    pub published_on: String,
    /// 「已开展，文号，日期」, or empty.
    pub dual: String,
    /// Word of the state.
    pub state: String,
    /// Who filled in, who confirmed.
    pub hands: String,
    /// Why it was sent back or struck out.
    pub reason: String,
    /// Address of the problem, or empty.
    pub item: String,
    /// May the viewer confirm or send it back now?
    pub confirms: bool,
    /// May the viewer fill it in anew?
    pub mends: bool,
    /// May the viewer strike it out?
    pub strikes: bool,
}

/// What stands in one that was sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mending {
    /// Id.
    pub id: MeasureId,
    /// Version.
    pub version: u32,
    /// Names and values of the form's fields.
    pub fields: Vec<(String, String)>,
    /// Why it was sent back.
    pub reason: String,
}

/// An entry of the dictionaries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindRow {
    /// Key.
    pub key: String,
    /// Word.
    pub label: String,
    /// Key of the dictionary.
    pub book: String,
    /// 「督促提醒 · 第一种形态 · 领导干部 · 有文号」.
    pub words: String,
    /// No longer chosen.
    pub retired: bool,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasuresPage {
    /// Key for forms.
    pub command: CommandId,
    /// Rows.
    pub rows: Vec<MeasureRow>,
    /// All rows of the filter.
    pub total: u32,
    /// Page shown, from 1.
    pub page: u32,
    /// Pages.
    pub pages: u32,
    /// Years with anything in them.
    pub years: Vec<i32>,
    /// Ways: key, word.
    pub ways: Vec<(String, String)>,
    /// States: key, word.
    pub states: Vec<(String, String)>,
    /// May the viewer fill one in?
    pub enters: bool,
    /// The viewer may change the dictionaries.
    pub keeps: bool,
    /// Head posts for the form.
    pub posts: Vec<(String, String)>,
    /// The post that the problem of the address belongs to.
    pub post: String,
    /// Problem of the address: id and words, or empty.
    pub about: (String, String),
    /// Levels: key, word.
    pub levels: Vec<(String, String)>,
    /// The dictionaries.
    pub kinds: Vec<KindRow>,
    /// Version of the dictionaries.
    pub edition: u32,
    /// The dictionaries are still 示范.
    pub sample: bool,
    /// Books, ways, forms, targets for a new entry: key, word.
    pub choices: [Vec<(String, String)>; 4],
    /// The one that is filled in anew.
    pub mending: Option<Mending>,
    /// Today, ISO.
    pub today: String,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Published measures.
#[server(endpoint = "accountability/measures", input = Json)]
pub async fn published_measures(form: MeasuresQuery) -> Result<MeasuresPage, ApiError> {
    let call = Call::current().await?;
    super::super::call::answer(call.accountability().measures(call.actor(), form).await)
}
