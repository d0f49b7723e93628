//! A sealed round as a file, and the note that its 计票报告单 was signed by hand. Who may is decided by the
//! service; a refused note comes back with its words.

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::signature::Signing;

use super::{
    document_files::file,
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply,
};
use crate::{
    App,
    services::{parse, reviews::count::COUNT_DRAFT},
};

/// Adds the file and the form.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/reviews/rounds/{id}/bundle", Policy::SignedIn, bundle).form(
        "/reviews/count/signed",
        Policy::SignedIn,
        signed,
    )
}

async fn bundle(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let taken = async { app.services().take_bundle(&actor, parse(&id)?).await };
    let (name, bytes) = taken.await.map_err(|e| reply::sorry(reply::status(&e), &e.to_string()))?;
    Ok(file("bundle.json", &name, "application/json", bytes))
}

async fn signed(posted: Posted) -> Response {
    let round = posted.fields.text("round");
    let page = format!("/reviews/feedback?meeting={}", reply::encode(&posted.fields.text("meeting")));
    let job = async {
        let fields = posted.only(&["round", "meeting", "paper_on", "handler"])?;
        let on = fields.needed_day("paper_on", "签字日期", "还没有填签字日期，没有保存。请选择日期。")?;
        let signing = Signing::Paper { on, handler: fields.text("handler") };
        let (key, round) = (fields.command()?, fields.parsed("round")?);
        posted.services().note_count_signed(&posted.actor, key, round, signing).await
    };
    let home = Home::new(COUNT_DRAFT, page).about(&*round);
    posted.ended(job, home, |meeting| format!("/reviews/feedback?meeting={meeting}&done=1")).await
}
