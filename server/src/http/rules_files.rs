//! Files of the colour rules: the rules in force as JSON, to take along; the dry run and the questions as .xlsx.

use app::api::{
    Visitor,
    checks::{Checks as _, ChecksQuery},
    rules::RulesQuery,
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse as _, Response},
};

use super::{
    policy::{Builder, Kind, Policy},
    posted::actor,
    reply,
    table_files::{Sheet, TableFile, asked},
};
use crate::{
    App,
    services::{rules::to_json, storage},
};

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::File, "/oversight/rules/file.json", Policy::SignedIn, rules)
        .get(Kind::File, "/oversight/rules/export", Policy::SignedIn, dry)
        .get(Kind::File, "/oversight/checks/export", Policy::SignedIn, checks)
}

fn refused(error: &app::api::ApiError) -> Response {
    reply::sorry(reply::status(error), &error.to_string())
}

/// The rules in force.
async fn rules(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let _proof = domain::people::access::draft_rules(&actor).map_err(|e| refused(&e.into()))?;
    let mut read = app.store().read().clone();
    let rules = crate::services::posts::rules(&mut read, actor.district).await.map_err(|e| refused(&storage(e)))?;
    let mut response = to_json(&rules).into_response();
    let name = format!("attachment; filename=\"rules-v{}.json\"", rules.version);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// Every change of a dry run that fits the page's filters.
async fn dry(State(app): State<App>, Extension(visitor): Extension<Visitor>, uri: Uri) -> Result<Response, Response> {
    let (actor, query) = (actor(&visitor)?, asked::<RulesQuery>(&uri)?);
    let dry = app.services().dry_table(&actor, &query).await.map_err(|e| refused(&e))?;
    let columns = [("单位", 22), ("条目", 28), ("现在", 12), ("现在的原因", 44), ("试算后", 12), ("试算后的原因", 44)];
    let mut sheet = Sheet::new("试算", &columns);
    for row in dry.rows {
        let state = |(tone, word, _): &(domain::board::Tone, String, String)| format!("{} {word}", tone.icon());
        let (from, to) = (state(&row.from), state(&row.to));
        sheet.row([row.unit, row.item, from, row.from.2, to, row.to.2]);
    }
    let note = format!("按{}的事实试算", dry.as_of);
    TableFile::new("rules-dry-run.xlsx", "三色预警规则试算").note(note).sheet(sheet).answer().await
}

/// The questions as listed.
async fn checks(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Result<Response, Response> {
    let (actor, query) = (actor(&visitor)?, asked::<ChecksQuery>(&uri)?);
    let page = app.services().checks(&actor, query).await.map_err(|e| refused(&e))?;
    let columns = [("单位、申请人", 24), ("事项", 28), ("当时显示", 44), ("申请", 24), ("说明", 36), ("答复", 44)];
    let mut sheet = Sheet::new("申请核对", &columns);
    for row in page.rows {
        let asked = row.view.asked;
        sheet.row([row.unit, format!("{} {}", row.kind, row.title), row.shown, asked, row.view.words, row.view.answer]);
    }
    let mut pending = Sheet::new("已补记待核", &[("单位", 24), ("条目", 28), ("记录", 24), ("原因", 60)]);
    for row in page.pending {
        pending.row([row.unit, row.item, row.words, row.why]);
    }
    let file = TableFile::new("checks.xlsx", "申请核对和待核实").sheet(sheet);
    let file = if page.show == "open" { file.sheet(pending) } else { file };
    file.answer().await
}
