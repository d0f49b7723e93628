//! The only error a browser sees. Details stay in the server's log.

use std::fmt;

use domain::Rejection;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why a call did not work, in words a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiError {
    /// Nobody is signed in, or the session ended.
    SignIn,
    /// A rule said no.
    Rejected(Rejection),
    /// The server cannot do it now; nothing was saved.
    Unavailable,
    /// The disk is full; nothing was saved, reading goes on.
    Full,
    /// The network failed on the way.
    Network,
}

impl From<Rejection> for ApiError {
    fn from(r: Rejection) -> Self {
        Self::Rejected(r)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn => f.write_str("登录已过期，这一次没有办成。请重新登录后再试。"),
            Self::Rejected(r) => r.fmt(f),
            Self::Unavailable => {
                f.write_str("系统暂时没有办成，没有保存任何改动。请稍后再试；多次不成请联系系统管理员。")
            }
            Self::Full => f.write_str("服务器存储空间已满，这次没有保存。请联系系统管理员清理后再试。"),
            Self::Network => f.write_str("网络中断，请求没有送到。请检查网络后再试，您填写的内容还在页面上。"),
        }
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    /// HTTP status of this error. Not allowed and not found look the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::Rejected(Rejection::NotAllowed | Rejection::NotFound) => 404,
            Self::Rejected(Rejection::Stale) => 409,
            Self::Rejected(_) => 422,
            Self::Unavailable | Self::Network => 503,
            Self::Full => 507,
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Network,
            // What did not parse is never echoed.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Rejected(Rejection::state("提交的内容不完整或格式不对，没有保存。请刷新页面后重试。"))
            }
            _ => Self::Unavailable,
        }
    }
}
