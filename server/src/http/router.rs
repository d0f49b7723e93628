//! Puts the whole router together. Each feature adds its routes in its own file.

use app::routes::{Bundle, PAGES};
use axum::{
    Extension, Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};

use domain::people::Role;
use tower::{Layer as _, ServiceExt as _};
use tower_http::{CompressionLevel, compression::CompressionLayer};

use super::{
    assets, guard, health,
    policy::{Builder, Entry, Kind, Policy},
    reply, resume_forms, session,
};
use crate::App;

/// The router with its inventory.
pub struct Site {
    /// Ready to serve.
    pub router: Router,
    /// Every route with its policy.
    pub entries: Vec<Entry>,
}

/// The log is for its administrator alone; he sees nothing else.
const AUDITORS: Policy = Policy::Roles(&[Role::AuditAdmin]);

/// Builds the router once.
pub fn site(app: &App) -> Site {
    // The executor on which pages run their resources; an error means that it is set already.
    // Never through `leptos_axum::generate_route_list`: while that runs, every resource that starts
    // anywhere in the process is told to wait for ever (`SuppressResourceLoad` is one global flag).
    let _ = any_spawner::Executor::init_tokio();
    let mut builder = Builder::new(app.clone())
        .get(Kind::File, "/healthz", Policy::Public, health::alive)
        .get(Kind::File, "/readyz", Policy::Public, health::ready)
        .get(Kind::File, "/", Policy::Public, session::front);
    for (path, bundle) in PAGES {
        let policy = if *path == "/audit" { AUDITORS } else { Policy::SignedIn };
        if *bundle != Bundle::Bare {
            builder = builder.page(path, *bundle, policy);
        }
    }
    for path in [
        "/api/records/home",
        "/api/records/new",
        "/api/records/save",
        "/api/records/book",
        "/api/records/one",
        "/api/records/todo",
        "/api/book/turn",
        "/api/book/map",
        "/api/book/calendar",
        "/api/book/closing",
        "/api/search/find",
        "/api/duties/overview",
        "/api/duties/template",
        "/api/duties/compare",
        "/api/duties/list",
        "/api/duties/mine",
        "/api/duties/sign",
        "/api/duties/calendar",
        "/api/duties/tasks",
        "/api/duties/handover",
        "/api/duties/import",
        "/api/people/directory",
        "/api/people/unit",
        "/api/people/person",
        "/api/people/roles",
        "/api/people/map",
        "/api/people/slips",
        "/api/people/me",
        "/api/portrait/own",
        "/api/portrait/one",
        "/api/portrait/list",
        "/api/reviews/meetings",
        "/api/reviews/plan",
        "/api/reviews/questions",
        "/api/reviews/report",
        "/api/reviews/pack",
        "/api/imports/start",
        "/api/imports/upload",
        "/api/board/matrix",
        "/api/board/cell",
        "/api/board/item",
        "/api/accountability/ledger",
        "/api/accountability/item",
        "/api/accountability/new",
        "/api/accountability/figures",
        "/api/accountability/measures",
        "/api/accountability/advices",
        "/api/accountability/advice",
        "/api/accountability/regulations",
        "/api/oversight/list",
        "/api/oversight/one",
        "/api/oversight/takings",
        "/api/oversight/rules",
        "/api/oversight/colours",
        "/api/oversight/checks",
        "/api/reviews/sheets",
        "/api/reviews/sheet",
        "/api/reviews/comments",
        "/api/reminders/month",
        "/api/reminders/ways",
        "/api/reminders/desk",
        "/api/reminders/urges",
        "/api/reports/list",
        "/api/reports/one",
        "/api/reports/progress",
        "/api/reports/compare",
        "/api/settings/records",
        "/api/warnings/list",
        "/api/warnings/one",
        "/api/warnings/notice",
        "/api/season/board",
        "/api/season/step",
        "/api/chain/thread",
        "/api/chain/flow",
        "/api/letters/list",
        "/api/letters/one",
        "/api/numbers/page",
        "/api/tolerance/page",
        "/api/tolerance/one",
        "/api/clearances/one",
        "/api/relief/page",
        "/api/overview/page",
        "/api/talks/list",
        "/api/talks/one",
        "/api/talks/prepare",
        "/api/talks/risks",
        "/api/talks/passed",
        "/api/talks/settings",
    ] {
        builder = builder.function(path, Policy::SignedIn);
    }
    builder = builder.function("/api/audit/log", AUDITORS);
    builder = super::record_forms::routes(builder);
    builder = super::record_offline::routes(builder);
    builder = super::book_forms::routes(builder);
    builder = super::draft_forms::routes(builder);
    builder = super::offline::routes(builder);
    builder = super::evidence::routes(builder);
    builder = super::duties_forms::routes(builder);
    builder = super::duties_list_forms::routes(builder);
    builder = super::duties_files::routes(builder);
    builder = super::board_files::routes(builder);
    builder = super::wall::routes(builder);
    builder = super::chain_files::routes(builder);
    builder = super::page_files::routes(builder);
    builder = super::account_files::routes(builder);
    builder = super::matter_files::routes(builder);
    builder = super::own_files::routes(builder);
    builder = super::review_files::routes(builder);
    builder = super::people_forms::routes(builder);
    builder = super::accountability_forms::routes(builder);
    builder = super::accountability_papers::routes(builder);
    builder = super::oversight_forms::routes(builder);
    builder = super::rules_forms::routes(builder);
    builder = super::checks_forms::routes(builder);
    builder = super::rules_files::routes(builder);
    builder = super::season_forms::routes(builder);
    builder = super::warnings_forms::routes(builder);
    builder = super::letter_forms::routes(builder);
    builder = super::numbers_forms::routes(builder);
    builder = super::tolerance_forms::routes(builder);
    builder = super::relief_forms::routes(builder);
    builder = super::reminders::routes(builder);
    builder = super::office_reports::routes(builder);
    builder = super::settings_forms::routes(builder);
    builder = super::talks_forms::routes(builder);
    builder = super::document_files::routes(builder);
    builder = super::portrait_files::routes(builder);
    builder = super::book_papers::routes(builder);
    builder = super::paper_pages::routes(builder);
    builder = super::paper_templates::routes(builder);
    builder = super::count_forms::routes(builder);
    builder = super::report_files::routes(builder);
    builder = super::import_forms::routes(builder);
    builder = super::review_forms::routes(builder);
    builder = super::review_own_forms::routes(builder);
    builder = super::hall::routes(builder);
    builder = super::live::routes(builder);
    builder = session::routes(builder);
    let (router, entries) = builder.finish();
    let forms = resume_forms::OwnForms::of(&entries);
    let router = router
        // Outside the inventory: content-addressed and the same for everyone.
        .route("/pkg/{name}", get(assets::serve))
        .fallback(|| async {
            reply::sorry(StatusCode::NOT_FOUND, "没有找到这个页面，地址可能写错了。")
        })
        .layer(Extension(forms))
        .layer(from_fn_with_state(app.clone(), session::visitor))
        .layer(from_fn(packed))
        .layer(from_fn(guard::headers))
        .layer(from_fn_with_state(app.clone(), origin))
        .with_state(app.clone());
    Site { router, entries }
}

/// Pages and data; assets come packed already. A live stream goes around it: the layer would leave its
/// bytes alone, but keep 5 KB of a packer's state for each of 10,000.
async fn packed(req: Request, next: Next) -> Response {
    // Files of evidence are packed already.
    if req.uri().path().ends_with("/stream") || req.uri().path().starts_with("/evidence/") {
        return next.run(req).await;
    }
    let packing = CompressionLayer::new().quality(CompressionLevel::Precise(4));
    packing.layer(next).oneshot(req).await.into_response()
}

async fn origin(State(app): State<App>, mut req: Request, next: Next) -> Response {
    req.extensions_mut().insert(guard::PublicOrigin(app.config().origin()));
    next.run(req).await
}
