//! `GET /healthz` (alive) and `GET /readyz` (database answers, migrations done).

use axum::{extract::State, http::StatusCode, response::IntoResponse};

use crate::{App, storage::q};

/// Alive: the process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// Ready: the database answers and its schema is ours.
pub async fn ready(State(app): State<App>) -> impl IntoResponse {
    let known = crate::storage::MIGRATIONS.last().map_or(0, |m| m.version);
    let found = app
        .store()
        .read()
        .row(q("SELECT MAX(version) AS version FROM schema_versions"))
        .await
        .ok()
        .flatten()
        .and_then(|row| row.int("version").ok());
    if found == Some(known) && !app.store().broken().is_cancelled() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    }
}
