//! How tests plan a meeting through the router: draft, roll, people, approval.

use serde_json::{Value, json};

use crate::{
    duties::done,
    harness::{Client, TestApp},
};

/// A meeting that the tests made.
#[derive(Debug, Clone)]
pub struct Planned {
    pub meeting: String,
    /// Presenter ids: the town's head, then the school's.
    pub presenters: Vec<String>,
}

/// The page of a plan as the office reads it.
pub async fn page(client: &mut Client, meeting: &str) -> Value {
    let reply = client.call("/api/reviews/plan", json!({ "id": meeting })).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// A form about the plan as the page shows it now; where it leads.
pub async fn change(client: &mut Client, meeting: &str, path: &str, more: &[(&str, &str)]) -> String {
    let seen = page(client, meeting).await["version"].to_string();
    let mut fields = vec![("meeting", meeting), ("seen", seen.as_str())];
    fields.extend_from_slice(more);
    done(client, path, &fields).await
}

/// The same form, which must be refused; the page it comes back to.
pub async fn refuse(client: &mut Client, meeting: &str, path: &str, more: &[(&str, &str)]) -> String {
    let seen = page(client, meeting).await["version"].to_string();
    let mut fields = vec![("meeting", meeting), ("seen", seen.as_str())];
    fields.extend_from_slice(more);
    crate::duties::refused(client, path, &fields).await
}

/// A new draft of a meeting on a day.
pub async fn new(office: &mut Client, title: &str, day: &str) -> String {
    let fields = [("title", title), ("year", "2026"), ("on_day", day), ("place", "区会议中心")];
    let place = done(office, "/reviews/new", &fields).await;
    place.rsplit('/').next().unwrap().to_owned()
}

/// Adds raters by hand: name and group.
pub async fn raters(office: &mut Client, meeting: &str, raters: &[(&str, &str)]) {
    for (name, group) in raters {
        let fields = [("do", "add"), ("name", *name), ("group", *group), ("unit", "")];
        change(office, meeting, "/reviews/raters", &fields).await;
    }
}

/// Turns the draft to accounts, where recusals can be set before the meeting.
pub async fn accounts(office: &mut Client, meeting: &str, title: &str) {
    let fields = [
        ("title", title),
        ("year", "2026"),
        ("on_day", "2026-12-09"),
        ("place", "区会议中心"),
        ("mode", "together"),
        ("secrecy", "anonymous"),
        ("identity", "account"),
        ("announce", "afterwards"),
    ];
    change(office, meeting, "/reviews/base", &fields).await;
}

/// A complete draft: two presenters, three raters with accounts and two without.
pub async fn drafted(app: &TestApp, title: &str, day: &str) -> Planned {
    let mut office = app.sign_in("office").await;
    let meeting = new(&mut office, title, day).await;
    let (town, school) = (app.district.town_post.to_string(), app.district.school_post.to_string());
    change(&mut office, &meeting, "/reviews/presenters", &[("add", &town), ("add", &school)]).await;
    let people = [("蔡国平", "a"), ("罗启明", "a"), ("陶文博", "b"), ("杜文清", "b"), ("祝明远", "c")];
    raters(&mut office, &meeting, &people).await;
    let person = |login: &str| app.district.person(login).to_string();
    let (chair, operator, general) = (person("secretary"), person("office"), person("general"));
    let (office2, deputy) = (person("office2"), person("deputy"));
    let fields = [
        ("chair", chair.as_str()),
        ("operator", &operator),
        ("teller", &office2),
        ("teller", &deputy),
        ("counter", &operator),
        ("counter", &general),
    ];
    change(&mut office, &meeting, "/reviews/people", &fields).await;
    let plan = page(&mut office, &meeting).await;
    let presenters =
        plan["plan"]["presenters"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect();
    Planned { meeting, presenters }
}

/// A meeting whose plan was asked for and approved.
pub async fn approved(app: &TestApp, title: &str, day: &str) -> Planned {
    let planned = drafted(app, title, day).await;
    let mut office = app.sign_in("office").await;
    change(&mut office, &planned.meeting, "/reviews/step", &[("step", "ask")]).await;
    let mut secretary = app.sign_in("secretary").await;
    change(&mut secretary, &planned.meeting, "/reviews/step", &[("step", "approve")]).await;
    planned
}
