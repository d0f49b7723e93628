//! What the school's world is made of besides its lists: a 移交单, a device, a meeting to come.

use serde_json::json;
use server::{random, storage::q};

use super::world::one;
use crate::{
    duties::{done, execute},
    harness::TestApp,
    reviews::planning as reviews,
};

/// A 移交单 of the school's post, from a head of long ago to the present one.
pub async fn handover(app: &TestApp) -> String {
    let id = || random::id(domain::time::Instant(7)).to_string();
    let (person, term, handover) = (id(), id(), id());
    let (district, post) = (app.district.id, app.district.school_post);
    let now = one(app, q("SELECT id FROM terms WHERE post_id = $1").bind(post), "id").await;
    let open = json!([{ "code": "9.9", "text": "金丝雀移交事项", "wanting": ["金丝雀缺口"], "started": false }]);
    execute(
        app,
        q("INSERT INTO persons (id, district_id, name) VALUES ($1, $2, '钟一鸣')").bind(&person).bind(district),
    )
    .await;
    execute(
        app,
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on, ends_on)
           VALUES ($1, $2, $3, $4, '2022-01-01', '2023-12-31')")
        .bind(&term)
        .bind(district)
        .bind(post)
        .bind(&person),
    )
    .await;
    execute(
        app,
        q("INSERT INTO handovers (id, district_id, post_id, year, from_term, to_term, open_items, due_on, created_at)
           VALUES ($1, $2, $3, 2026, $4, $5, $6, '2026-12-01', 0)")
        .bind(&handover)
        .bind(district)
        .bind(post)
        .bind(&term)
        .bind(&now)
        .bind(open.to_string()),
    )
    .await;
    handover
}

/// A bound device of `leader_b`.
pub async fn device(app: &TestApp) -> String {
    let id = random::id(domain::time::Instant(8)).to_string();
    execute(
        app,
        q("INSERT INTO devices (id, district_id, account_id, token_hash, pin_hash, label, created_at, expires_at)
           VALUES ($1, $2, $3, 'canary-device-token', 'hashed:canary-pin', '金丝雀手机', 0, 4000000000000)")
        .bind(&id)
        .bind(app.district.id)
        .bind(app.district.account("leader_b")),
    )
    .await;
    id
}

/// What the meeting of the school is made of.
pub struct Meeting {
    pub id: String,
    pub presenters: Vec<String>,
    pub rater: String,
}

/// An approved meeting in three days: report handed in, a sealed question, a suggestion.
pub async fn meeting(app: &TestApp) -> Meeting {
    let mut office = app.sign_in("office").await;
    let meeting = reviews::new(&mut office, "金丝雀评议会", "2026-11-05").await;
    let school = app.district.school_post.to_string();
    reviews::change(&mut office, &meeting, "/reviews/presenters", &[("add", &school)]).await;
    reviews::raters(&mut office, &meeting, &[("蔡国平", "a"), ("罗启明", "a"), ("陶文博", "b"), ("外来人", "c")]).await;
    let person = |login: &str| app.district.person(login).to_string();
    let (office1, office2) = (person("office"), person("office2"));
    let (deputy, secretary) = (person("deputy"), person("secretary"));
    let people = [
        ("chair", secretary.as_str()),
        ("operator", &office1),
        ("teller", &office2),
        ("teller", &deputy),
        ("counter", &office1),
        ("counter", &secretary),
    ];
    reviews::change(&mut office, &meeting, "/reviews/people", &people).await;
    reviews::change(&mut office, &meeting, "/reviews/step", &[("step", "ask")]).await;
    reviews::change(&mut app.sign_in("secretary").await, &meeting, "/reviews/step", &[("step", "approve")]).await;
    let plan = reviews::page(&mut office, &meeting).await["plan"].clone();
    let id = |value: &serde_json::Value| value["id"].as_str().unwrap().to_owned();
    let (presenter, rater) = (id(&plan["presenters"][0]), id(&plan["raters"][0]));
    let about = [("meeting", meeting.as_str()), ("presenter", presenter.as_str())];
    let report = [("seen", "0"), ("do", "late"), ("text", "金丝雀述责报告")];
    done(&mut app.sign_in("leader_b").await, "/reviews/report", &[&about[..], &report].concat()).await;
    let question = [("question", ""), ("seen", ""), ("do", "save"), ("text", "金丝雀询问题")];
    done(&mut app.sign_in("team").await, "/reviews/questions", &[&about[..], &question].concat()).await;
    reviews::change(&mut office, &meeting, "/reviews/step", &[("step", "open_pack")]).await;
    let suggestion = [("text", "金丝雀询问建议")];
    done(&mut app.sign_in("office2").await, "/reviews/suggest", &[&about[..], &suggestion].concat()).await;
    Meeting { presenters: vec![presenter], rater, id: meeting }
}
