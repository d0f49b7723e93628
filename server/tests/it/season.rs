//! 督责安排 through the whole router on both databases: the plan that makes itself, what the office does with a step,
//! words of the bodies that go out with the quarter's one reminder, readings that do steps; and a whole year.

mod acts;
mod board;
mod house;
mod readings;
mod words;
mod year;

use domain::{ids::PostId, time::parse_iso};
use server::storage::{Row, q};

use crate::{
    duties::rows,
    harness::{Database, TestApp},
};

/// The plan as the night of `day` leaves it.
async fn night(app: &TestApp, day: &str) -> u64 {
    app.clock.set_day(parse_iso(day).unwrap());
    app.app.services().keep_seasons().await.unwrap()
}

/// A district with the plan of 2026, on 5 January.
async fn planned(database: Database) -> TestApp {
    let app = TestApp::new(database).await;
    night(&app, "2026-01-05").await;
    app
}

/// The first part of a step.
async fn step(app: &TestApp, post: PostId, kind: &str, period: i64) -> Row {
    let find = q("SELECT * FROM season_steps WHERE post_id = $1 AND kind = $2 AND period = $3 AND part = 1");
    rows(app, find.bind(post).bind(kind).bind(period)).await.remove(0)
}

/// Its id and version, as forms carry them.
async fn marks(app: &TestApp, post: PostId, kind: &str, period: i64) -> (String, String) {
    let row = step(app, post, kind, period).await;
    (row.text("id").unwrap(), row.int("version").unwrap().to_string())
}

/// One of its columns.
async fn column(app: &TestApp, post: PostId, kind: &str, period: i64, name: &str) -> String {
    step(app, post, kind, period).await.opt_text(name).unwrap().unwrap_or_default()
}
