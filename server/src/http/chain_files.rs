//! The pages of the chain as files: the flow with its table, and one thread, each made of the page's own answer.

use app::api::{
    Visitor,
    chain::{Chain, FlowQuery, ThreadQuery},
};
use axum::{Extension, extract::State, http::Uri, response::Response};
use domain::{
    chain::{Spot, seat_label},
    time::zh,
};

use super::{
    policy::{Builder, Kind, Policy},
    posted,
    reply::refused,
    table_files::{Sheet, TableFile, asked},
};
use crate::App;

type Asked = (State<App>, Extension<Visitor>, Uri);
type Answer = Result<Response, Response>;

/// Adds the files.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::File, "/chain/export", Policy::SignedIn, flow)
        .get(Kind::File, "/chain/item/export", Policy::SignedIn, thread)
}

fn longest(days: Option<u32>) -> String {
    days.map(|days| format!("{days} 天")).unwrap_or_default()
}

fn line(spot: &Spot) -> [String; 5] {
    [
        spot.duty.label().to_owned(),
        format!("{} {}", spot.tone.icon(), spot.label),
        format!("{} {}", spot.n, spot.measure),
        seat_label(spot.seat).to_owned(),
        longest(spot.days),
    ]
}

async fn flow((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<FlowQuery>(&uri)?);
    let page = Chain::flow(app.services().as_ref(), &actor, query).await.map_err(|e| refused(&e))?;
    let heads = [("环节", 10), ("节点", 30), ("数量", 12), ("等待方", 30), ("最长等待", 12)];
    let mut spots = Sheet::new("各环节的节点", &heads);
    for spot in page.flow.links.iter().flat_map(|link| &link.spots) {
        spots.row(line(spot));
    }
    spots.row(line(&page.flow.closed));
    let mut seats = Sheet::new("等在哪里", &[("等待方", 30), ("在等的", 80), ("最长等待", 12)]);
    for seat in &page.flow.seats {
        let all: Vec<String> =
            seat.spots.iter().map(|s| format!("{}·{} {} {}", s.duty.label(), s.label, s.n, s.measure)).collect();
        seats.row([seat_label(seat.seat).to_owned(), all.join("；"), longest(seat.days)]);
    }
    TableFile::new("chain.xlsx", "五责流转图")
        .note(format!("{}年度，截至{}。只按环节和等待方统计，不按人、不排名", page.year, page.as_of))
        .sheet(spots)
        .sheet(seats)
        .answer()
        .await
}

async fn thread((State(app), Extension(visitor), uri): Asked) -> Answer {
    let (actor, query) = (posted::actor(&visitor)?, asked::<ThreadQuery>(&uri)?);
    let page = Chain::thread(app.services().as_ref(), &actor, query).await.map_err(|e| refused(&e))?;
    let mut sheet =
        Sheet::new("全程一条线", &[("环节", 12), ("日期", 16), ("事项", 60), ("说明", 40), ("情况", 10)]);
    for stretch in &page.thread.stretches {
        for knot in &stretch.knots {
            let stands = if knot.open { "待办" } else { "已办" };
            let station = stretch.station.label().to_owned();
            let title = format!("{} {}", knot.tone.icon(), knot.title);
            sheet.row([station.clone(), zh(knot.on), title, knot.note.clone(), stands.to_owned()]);
            for step in &knot.lines {
                sheet.row([station.clone(), zh(step.on), step.words.clone(), String::new(), String::new()]);
            }
        }
    }
    TableFile::new("thread.xlsx", "全程一条线")
        .note(format!("{}。{}。{}", page.title, page.lead, page.words))
        .sheet(sheet)
        .answer()
        .await
}
