//! The register of risks, what was passed on, the settings.

use domain::{
    ids::{CommandId, RiskId, TalkId, UnitId},
    talks::{RiskLevel, TalkSettings},
};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// Which register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RisksQuery {
    /// Unit; the first of the viewer's if left out.
    #[serde(default)]
    pub unit: Option<String>,
    /// Entry to change.
    #[serde(default)]
    pub risk: Option<String>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// An entry of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskRow {
    /// Id.
    pub id: RiskId,
    /// 岗位.
    pub post: String,
    /// 风险点.
    pub point: String,
    /// 等级.
    pub level: RiskLevel,
    /// 防控措施.
    pub control: String,
    /// 责任人.
    pub owner: String,
    /// Who changed it last.
    pub changed: String,
    /// Version for forms.
    pub version: i64,
}

/// A published case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// 岗位 that it is about.
    pub post: String,
    /// 风险点.
    pub point: String,
    /// 防控措施.
    pub control: String,
    /// When and where it was published.
    pub published: String,
}

/// The register of a unit, and the published cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RisksPage {
    /// Units whose register the viewer may keep.
    pub units: Vec<(UnitId, String)>,
    /// The one that is shown.
    pub unit: Option<UnitId>,
    /// Its name.
    pub unit_name: String,
    /// Entries, high ones first.
    pub rows: Vec<RiskRow>,
    /// The entry that is changed.
    pub risk: Option<RiskRow>,
    /// Published cases, newest first; empty where the viewer does not keep them.
    pub cases: Vec<CaseRow>,
    /// May keep the cases, and import the registers of all units.
    pub may_cases: bool,
    /// Why an uploaded table was refused; empty otherwise.
    pub refused: String,
    /// Today, ISO.
    pub today: String,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before.
    pub draft: Draft,
}

/// Which of the lists that were passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassedQuery {
    /// Talk; the list of lists alone if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Draft to continue.
    #[serde(default)]
    pub draft: Option<String>,
}

/// A list as it was passed on to a 下属单位.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedList {
    /// Talk.
    pub talk: TalkId,
    /// The viewer's unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Unit that passed it on.
    pub from: String,
    /// When, by whom.
    pub at: String,
    /// What it says about it.
    pub words: String,
    /// Problems: 方面, 病症, 处方.
    pub problems: Vec<[String; 3]>,
    /// Key of the state.
    pub state: String,
    /// Own answer: what was looked at here. Read by nobody else.
    pub answer: String,
    /// Who answered, and when.
    pub answered: String,
}

/// What was passed on to the viewer's units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedPage {
    /// Everything, the newest first.
    pub rows: Vec<super::PassedRow>,
    /// The one that is opened.
    pub one: Option<PassedList>,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before.
    pub draft: Draft,
}

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkSettingsPage {
    /// As they are.
    pub settings: TalkSettings,
    /// Who confirmed them and when; empty while they are 示范.
    pub confirmed: String,
    /// Version for forms; 0 while they are 示范.
    pub version: i64,
    /// Key for forms.
    pub command: CommandId,
    /// What was typed before.
    pub draft: Draft,
}
