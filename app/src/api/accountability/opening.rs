//! What was found outside of the system, put on the account by hand.

use domain::ids::CommandId;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::Call;
use super::{super::ApiError, Draft};

/// The form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenQuery {
    /// Draft to continue.
    pub draft: Option<String>,
}

/// The form for a new item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPage {
    /// Key for the form.
    pub command: CommandId,
    /// Head posts: id and 「单位 · 岗位」.
    pub posts: Vec<(String, String)>,
    /// Kinds that are registered by hand: key, word, default working days.
    pub kinds: Vec<(String, String, u32)>,
    /// What was typed before a refusal.
    pub draft: Draft,
}

/// The form for a new item.
#[server(endpoint = "accountability/new", input = Json)]
pub async fn item_opening(form: OpenQuery) -> Result<OpenPage, ApiError> {
    let call = Call::current().await?;
    super::super::call::answer(call.accountability().opening(call.actor(), form).await)
}
