//! Answers and bodies of the open interface. What did not parse is never echoed.

use app::api::ApiError;
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::Rejection;
use serde::{Serialize, de::DeserializeOwned};

use crate::{http::session::Client, live};

/// An error on the wire.
#[derive(Serialize)]
struct Sorry<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

/// `{"error": …}` with a status.
pub fn sorry(status: StatusCode, words: &str, field: Option<&str>) -> Response {
    (status, Json(Sorry { error: words, field })).into_response()
}

/// An error of the services.
pub fn failed(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let field = match error {
        ApiError::Rejected(r) => r.field_name(),
        _ => None,
    };
    sorry(status, &live::said(error), field)
}

/// Address of a request, for counting failures.
pub fn client(parts: Option<&Client>) -> String {
    parts.map(|c| c.0.clone()).unwrap_or_default()
}

/// A JSON body of a known shape; anything else is 422 in words.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Response;

    async fn from_request(req: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(req, state).await.map_err(IntoResponse::into_response)?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| unreadable())
    }
}

/// What is said of a body that does not parse.
pub(super) fn unreadable() -> Response {
    failed(&Rejection::state("提交的内容不完整或格式不对，没有收下。请刷新页面后重试。").into())
}
