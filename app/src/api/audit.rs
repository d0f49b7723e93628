//! 审计日志: what was done, by whom, when. Texts stand in a removable detail table
//! that this page never reads.

#[cfg(feature = "ssr")]
use async_trait::async_trait;
#[cfg(feature = "ssr")]
use domain::people::access::Actor;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::{Call, call::answer};

/// Which rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Rows before this number.
    pub before: Option<i64>,
    /// Who acted: part of a name, an account name, or 「系统」.
    pub who: Option<String>,
    /// An action such as `records.read`, or a feature such as `records`.
    pub action: Option<String>,
    /// Kind of the object, such as `unit`.
    pub kind: Option<String>,
    /// First day, ISO.
    pub from: Option<String>,
    /// Last day, ISO.
    pub to: Option<String>,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Number in the chain.
    pub seq: i64,
    /// `2026-11-22 10:32`.
    pub at: String,
    /// Who: name and account, or 「系统」.
    pub who: String,
    /// What, in Chinese.
    pub action: String,
    /// To what: its name or title, never a text of the business.
    pub object: String,
    /// Where the viewer may look at it; none for who is 审计管理员 only.
    pub link: Option<String>,
    /// First digits of the hash, to be compared with a printed checkpoint.
    pub hash: String,
}

/// A feature, its name, and its actions as key and name.
pub type ActionGroup = (String, String, Vec<(String, String)>);

/// The log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Rows.
    pub rows: Vec<AuditRow>,
    /// Number of the last row of the chain.
    pub size: i64,
    /// Hash of the last row.
    pub head: String,
    /// Cursor of the next page.
    pub older: Option<i64>,
    /// Actions to filter by: feature, its name, and its actions as key and name.
    pub actions: Vec<ActionGroup>,
    /// Kinds of objects to filter by: key, name.
    pub kinds: Vec<(String, String)>,
}

/// Port of the audit service.
#[cfg(feature = "ssr")]
#[async_trait]
pub trait Audit: Send + Sync {
    /// The log, for the 审计管理员 alone.
    async fn log(&self, actor: &Actor, query: AuditQuery) -> Result<AuditPage, ApiError>;
}

/// The log.
#[server(endpoint = "audit/log", input = Json)]
pub async fn audit_log(form: AuditQuery) -> Result<AuditPage, ApiError> {
    let call = Call::current().await?;
    answer(call.audit().log(call.actor(), form).await)
}
