//! 全区总览: the chain of a whole district, its units by type and colour, what is due and what was finished.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
use domain::overview::{LineKind, Panel, Stage, Standing};
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// What of the overview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverviewQuery {
    /// Calendar days ahead of what is due: 7, 30 or 90; 30 when empty or anything else.
    pub within: Option<u32>,
    /// Only this kind of what is due: `step`.
    #[serde(default)]
    pub due: Option<String>,
    /// Only this kind of what was finished.
    #[serde(default)]
    pub closed: Option<String>,
}

/// 全区总览, or the units of a supervising body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewPage {
    /// Year.
    pub year: i32,
    /// `11月20日`.
    pub as_of: String,
    /// All units of the district; else those of the viewer's 归口.
    pub district: bool,
    /// The viewer may open the wall screen.
    pub wall: bool,
    /// With the post of the 区委书记, which the wall and the overviews of others leave out.
    pub leading: bool,
    /// The chain.
    pub stages: Vec<Stage>,
    /// Units by type and colour.
    pub standing: Standing,
    /// Calendar days ahead.
    pub within: u32,
    /// The kinds that were asked for, of what is due and of what was finished.
    pub only: [Option<LineKind>; 2],
    /// What is due in these days, and what is past its day.
    pub due: Panel,
    /// What was finished since the first of the month.
    pub closed: Panel,
    /// `11月`.
    pub month: String,
}

/// Port of the service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Overview: Send + Sync {
    /// The overview of the units in the actor's sight.
    async fn at_a_glance(&self, actor: &Actor, query: OverviewQuery) -> Result<OverviewPage, ApiError>;
}

/// The overview of the units in the viewer's sight.
#[server(endpoint = "overview/page", input = Json)]
pub async fn at_a_glance(form: OverviewQuery) -> Result<OverviewPage, ApiError> {
    let call = Call::current().await?;
    answer(call.overview().at_a_glance(call.actor(), form).await)
}
