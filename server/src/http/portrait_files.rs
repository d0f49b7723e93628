//! `GET /portraits/export`: the list of portraits as a file, in the order of its page. No number of any portrait is in it.
//! `GET /portrait/export` and `/portraits/{post}/export`: the tables of one portrait, of the year that its page shows.

use app::api::{
    Visitor,
    portrait::{OverseenQuery, PortraitPage, PortraitQuery, Portraits as _, PortraitsQuery},
};
use axum::{
    Extension,
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use domain::{
    portrait::{Change, Count, Dimension, ItemState, Part, Portrait, Series},
    time::zh,
};
use serde::Deserialize;

use super::{
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile, asked},
};
use crate::App;

/// Width of a column of numbers.
const NARROW: u16 = 14;

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    let signed = Policy::SignedIn;
    builder.get(Kind::File, "/portraits/export", signed, list).get(Kind::File, "/portrait/export", signed, own).get(
        Kind::File,
        "/portraits/{post}/export",
        signed,
        overseen,
    )
}

/// Which term and year, as in the address of the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    term: Option<String>,
    year: Option<i32>,
}

async fn own(State(app): State<App>, Extension(visitor): Extension<Visitor>, uri: Uri) -> Result<Response, Response> {
    let (actor, Chosen { term, year }) = (posted::actor(&visitor)?, asked(&uri)?);
    let query = PortraitQuery { term, year, ..PortraitQuery::default() };
    tables(Box::pin(app.services().own(&actor, query)).await.map_err(|e| refused(&e))?).await
}

async fn overseen(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(post): Path<String>,
    uri: Uri,
) -> Result<Response, Response> {
    let (actor, Chosen { term, year }) = (posted::actor(&visitor)?, asked(&uri)?);
    let query = OverseenQuery { post, term, year, fact: None };
    tables(Box::pin(app.services().overseen(&actor, query)).await.map_err(|e| refused(&e))?).await
}

async fn tables(page: PortraitPage) -> Result<Response, Response> {
    let portrait = &page.portrait;
    let note = format!("{}，{}，{}年度，截至{}", page.who, page.unit, portrait.year, zh(portrait.as_of));
    let mut file = TableFile::new("portrait.xlsx", "履责画像").note(note);
    for series in portrait.series.iter().filter(|series| series.points.iter().any(Option::is_some)) {
        file = file.sheet(quarters(portrait, series));
    }
    file = file.sheet(dimensions("大项", &portrait.groups));
    if portrait.lists.len() > 1 {
        file = file.sheet(dimensions("责任清单", &portrait.lists));
    }
    file = file.sheet(findings(portrait));
    if let Some(changes) = &portrait.changes {
        let mut sheet = Sheet::new("与上季度末相比", &[("变化", 40), ("项", NARROW)]);
        for (line, what) in changes.lines.iter().zip(Change::ALL).filter(|(line, _)| line.n > 0) {
            sheet.row([what.label().to_owned(), words(line)]);
        }
        file = file.sheet(sheet);
    }
    file.answer().await
}

/// A number as its page says it: a 等次 is a word.
fn words(count: &Count) -> String {
    if count.note.is_empty() { count.n.to_string() } else { count.note.clone() }
}

fn quarters(portrait: &Portrait, series: &Series) -> Sheet {
    let parts = Part::of(series.duty);
    let mut heads = vec![("季度", 40)];
    heads.extend(parts.iter().map(|part| (part.label(), NARROW)));
    let mut sheet = Sheet::new(series.duty.label(), &heads);
    for (column, point) in portrait.columns.iter().zip(&series.points).rev() {
        let cells = (0..parts.len()).map(|n| point.as_ref().and_then(|p| p.get(n)).map_or("—".to_owned(), words));
        sheet.row(std::iter::once(column.label()).chain(cells));
    }
    sheet
}

fn dimensions(word: &str, rows: &[Dimension]) -> Sheet {
    let mut heads = vec![(word, 40)];
    heads.extend(ItemState::ALL.iter().map(|state| (state.label(), NARROW)));
    let mut sheet = Sheet::new(format!("按{word}"), &heads);
    for row in rows {
        let name = if row.no == 0 { row.name.clone() } else { format!("{}. {}", row.no, row.name) };
        let cells = row.counts.iter().map(|count| if count.n > 0 { words(count) } else { String::new() });
        sheet.row(std::iter::once(name).chain(cells));
    }
    sheet
}

fn findings(portrait: &Portrait) -> Sheet {
    let heads = [("问题", 60), ("编号", 24), ("类别", 20), ("挂账", 34), ("销号", 20), ("天数", 16)];
    let mut sheet = Sheet::new("问题整改和销号天数", &heads);
    for f in &portrait.findings {
        let from = if f.inherited { format!("{}（到任时接续）", zh(f.from)) } else { zh(f.from) };
        let (closed, days) = match f.closed_on {
            Some(day) => (zh(day), format!("{} 天销号", f.days)),
            None => ("在办".to_owned(), format!("已 {} 天", f.days)),
        };
        sheet.row([f.problem.clone(), f.number.clone(), f.kind.label().to_owned(), from, closed, days]);
    }
    sheet
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
