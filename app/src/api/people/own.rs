//! Wire types of everybody's own page.

use domain::ids::{CommandId, PostId, SessionId};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// A running session of the own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// Session.
    pub id: SessionId,
    /// `安卓手机 · 微信`.
    pub label: String,
    /// `11月22日 10:32 登录，最近 10:50`.
    pub note: String,
    /// This one.
    pub here: bool,
}

/// A bound device of the own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLine {
    /// Row id.
    pub id: String,
    /// `安卓手机 · 微信`.
    pub label: String,
    /// `绑定至 2027年2月20日`.
    pub note: String,
}

/// Own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MePage {
    /// Idempotency key of forms on the page.
    pub command: CommandId,
    /// Name.
    pub name: String,
    /// Login name.
    pub login: String,
    /// Posts to act in: id, label, chosen.
    pub posts: Vec<(PostId, String, bool)>,
    /// Roles with their units, in words.
    pub roles: Vec<String>,
    /// Own sessions.
    pub sessions: Vec<SessionLine>,
    /// Own devices.
    pub devices: Vec<DeviceLine>,
    /// Has a password.
    pub has_password: bool,
    /// The session came from a bound device.
    pub by_device: bool,
    /// Present 联络员 of the own units, who see the own book: who, what they may, since when.
    pub liaisons: Vec<(String, String, String)>,
    /// Announced readings of the own book, the latest first: who, what and why, when.
    pub readings: Vec<(String, String, String)>,
    /// Wrong tries of the own secret on a reader's screen, the latest first: who held it, what, when.
    pub tries: Vec<(String, String, String)>,
    /// What was typed before a refusal (never secrets).
    pub draft: Draft,
}

/// Which part of the own page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeQuery {
    /// Draft of a refused form.
    pub draft: Option<String>,
}
