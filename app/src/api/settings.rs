//! 系统设置: what the office sets for the record books of its district. Port, server function and wire types.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
use domain::ids::CommandId;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::{ApiError, drafts::Draft, reminders::DraftQuery};
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// A part of the page, saved by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartState {
    /// `林思源，11月22日`; empty while the values are 示范.
    pub confirmed: String,
    /// What the page shows, for a save that comes later than somebody else's.
    pub seen: String,
}

/// 系统设置.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// Words of the list, and whether they warn here.
    pub words: Vec<(String, bool)>,
    /// Words that the district added, one a line.
    pub more: String,
    /// Working days to draft a 代录, and to confirm it.
    pub days: [u32; 2],
    /// Month and day of the automatic 年度结转; none where it is off.
    pub closes: Option<(u32, u32)>,
    /// Share of items that a 翻阅检查 draws, in percent.
    pub share: u32,
    /// States: words, days, closing, share.
    pub parts: [PartState; 4],
    /// Idempotency key.
    pub command: CommandId,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// Port of the service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Settings: Send + Sync {
    /// What stands now.
    async fn record_settings(&self, actor: &Actor, query: DraftQuery) -> Result<SettingsPage, ApiError>;
}

/// What stands now.
#[server(endpoint = "settings/records", input = Json)]
pub async fn record_settings(form: DraftQuery) -> Result<SettingsPage, ApiError> {
    let call = Call::current().await?;
    answer(call.settings().record_settings(call.actor(), form).await)
}
