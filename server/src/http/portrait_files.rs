//! `GET /portraits/export`: the list of portraits as a file, in the order of its page. No number of any portrait is in it.

use app::api::{
    Visitor,
    portrait::{Portraits as _, PortraitsQuery},
};
use axum::{Extension, extract::State, response::Response};

use super::{
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile},
};
use crate::App;

/// Adds the file.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/portraits/export", Policy::SignedIn, list)
}

async fn list(State(app): State<App>, Extension(visitor): Extension<Visitor>) -> Result<Response, Response> {
    let actor = posted::actor(&visitor)?;
    let mut sheet = Sheet::new("履责画像", &[("单位", 26), ("党组织主要负责人", 26), ("任期", 30), ("以前的任期", 50)]);
    let mut query = PortraitsQuery::default();
    loop {
        let page = app.services().list(&actor, query).await.map_err(|e| refused(&e))?;
        for row in page.rows {
            let earlier: Vec<String> = row.earlier.into_iter().map(|(_, label)| label).collect();
            sheet.row([row.unit, row.who, row.days, earlier.join("\n")]);
        }
        match page.next {
            Some(after) => query = PortraitsQuery { after: Some(after.to_string()) },
            None => break,
        }
    }
    TableFile::new("portraits.xlsx", "履责画像名单").sheet(sheet).answer().await
}
