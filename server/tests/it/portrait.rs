//! 履责画像 through the whole router: its numbers are its facts on both databases, and nobody sees it but the person
//! himself, for ever, and the bodies that oversee his post.

mod facts;
mod sight;
mod single;

use domain::{
    ids::TermId,
    time::{Instant, parse_iso},
};
use serde_json::{Value, json};
use server::{random, storage::q};

use crate::{
    duties::{self, done, execute, rows},
    harness::{Client, TestApp},
    papers::record,
};

/// The school's signed list, and records of its head: one in time, one late, one at any time.
pub async fn school(app: &TestApp) {
    let list = duties::issued(app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let seen = duties::version(&mut leader, &list).await;
    done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", "叶国平")]).await;
    record(&mut leader, "金丝雀第三季度谈心", "talk", &["6.3"], "2026-09-20").await;
    record(&mut leader, "金丝雀本季度谈心", "talk", &["6.3"], "2026-10-20").await;
    record(&mut leader, "金丝雀研究部署", "study", &["3.3"], "2026-10-12").await;
    record(&mut leader, "金丝雀随时报告", "other", &["13.4"], "2026-10-15").await;
}

/// The own portrait of whoever `client` is.
pub async fn own(client: &mut Client, form: Value) -> Value {
    let reply = client.call("/api/portrait/own", form).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// Every number of a page: key and value.
pub fn numbers(page: &Value) -> Vec<(String, u64)> {
    let portrait = &page["portrait"];
    let all = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut counts = Vec::new();
    for series in all(&portrait["series"]) {
        for point in all(&series["points"]) {
            counts.extend(all(&point));
        }
    }
    for part in ["groups", "lists"] {
        for row in all(&portrait[part]) {
            counts.extend(all(&row["counts"]));
        }
    }
    counts.extend(all(&portrait["changes"]["lines"]));
    counts.iter().map(|c| (c["key"].as_str().unwrap().to_owned(), c["n"].as_u64().unwrap())).collect()
}

/// The number of a key; `None` in a gap.
pub fn number(page: &Value, key: &str) -> Option<u64> {
    numbers(page).into_iter().find(|(own, _)| own == key).map(|(_, n)| n)
}

/// The running term of a post.
pub async fn term_of(app: &TestApp, login: &str) -> String {
    let find = q("SELECT id FROM terms WHERE person_id = $1 ORDER BY starts_on DESC LIMIT 1");
    rows(app, find.bind(app.district.person(login))).await[0].text("id").unwrap()
}

/// The head of the school leaves on the last day of October; `login` comes on the first of November.
pub async fn succeeded_by(app: &TestApp, login: &str) {
    // The list was handed out in his time.
    let issued = Instant::start_of(parse_iso("2026-02-02").unwrap());
    execute(app, q("UPDATE leader_lists SET issued_at = $1").bind(issued)).await;
    let leave = q("UPDATE terms SET ends_on = '2026-10-31' WHERE person_id = $1");
    execute(app, leave.bind(app.district.person("leader_b"))).await;
    let arrive =
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-11-01')")
            .bind(TermId(random::id(Instant(3))))
            .bind(app.district.id)
            .bind(app.district.school_post)
            .bind(app.district.person(login));
    execute(app, arrive).await;
}

/// The school's book of `year` was closed.
pub async fn closed(app: &TestApp, year: i64) {
    let close = q("INSERT INTO book_closings
         (post_id, year, district_id, unit_id, closed_on, closed_at, by_whom, person_name, done)
       VALUES ($1, $2, $3, $4, '2026-11-02', 0, 'head', '', '{}')")
    .bind(app.district.school_post)
    .bind(year)
    .bind(app.district.id)
    .bind(app.district.school);
    execute(app, close).await;
}

/// What the portrait of the school's post answers to `login`.
pub async fn overseen(app: &TestApp, login: &str) -> crate::harness::Reply {
    let form = json!({ "post": app.district.school_post });
    app.sign_in(login).await.call("/api/portrait/one", form).await
}
