//! The chain closed, through the whole router: one thread from an item of a list to the list of the next year, what a
//! struck-off problem suggests for it, and the flow whose numbers open exactly what they count.

mod flow;
mod next;
mod thread;

use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{agree, done, execute, issued, page as read, rows, step},
    harness::{Client, Database, TestApp},
};

/// Puts a problem of the school on the account; its id.
async fn by_hand(app: &TestApp, problem: &str) -> String {
    let post = app.district.school_post.to_string();
    let fields =
        [("kind", "daily"), ("post", post.as_str()), ("problem", problem), ("demand", "每季度研究一次"), ("deadline", "")];
    let place = done(&mut app.sign_in("office").await, "/accountability/open", &fields).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

async fn take(app: &TestApp, login: &str, item: &str, step: &str, more: &[(&str, &str)]) {
    let mut client = app.sign_in(login).await;
    let seen = client.call("/api/accountability/item", json!({ "id": item })).await.json()["version"].to_string();
    let mut fields = vec![("item", item), ("seen", seen.as_str()), ("step", step)];
    fields.extend_from_slice(more);
    done(&mut client, "/accountability/step", &fields).await;
}

/// The short path to its end: four hands.
async fn struck_off(app: &TestApp, item: &str) {
    take(app, "liaison_b", item, "settle", &[("department", "办公室"), ("words", "当天改好")]).await;
    take(app, "leader_b", item, "apply", &[]).await;
    take(app, "team", item, "check", &[("words", "现场看过")]).await;
    take(app, "office", item, "strike", &[]).await;
}

/// An item of the school's list by its printed number.
async fn duty(app: &TestApp, list: &str, code: &str) -> String {
    let find = q("SELECT duty_id FROM leader_items WHERE list_id = $1 AND code = $2").bind(list).bind(code);
    rows(app, find).await[0].text("duty_id").unwrap()
}

/// Says straight in the tables that a problem is about an item of the list.
async fn about(app: &TestApp, item: &str, duty: &str) {
    let text = rows(app, q("SELECT item FROM items WHERE id = $1").bind(item)).await[0].text("item").unwrap();
    let mut plain: Value = serde_json::from_str(&text).unwrap();
    plain["duty"] = json!(duty);
    let set = q("UPDATE items SET duty_id = $1, item = $2 WHERE id = $3");
    execute(app, set.bind(duty).bind(plain.to_string()).bind(item)).await;
    execute(app, q("UPDATE item_lines SET duty_id = $1 WHERE item_id = $2").bind(duty).bind(item)).await;
}

/// The school's draft list of 2027; its id.
async fn next_list(app: &TestApp) -> String {
    let mut office = app.sign_in("office").await;
    let target = json!({ "list": "first_responsible", "year": 2027 }).to_string();
    let pasted = crate::duties::PASTED;
    let fields = [("kind", "duties"), ("target", target.as_str()), ("pasted", pasted)];
    let reply = office.upload("/imports/upload", &fields, "", b"").await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let upload = reply.location().rsplit('/').next().unwrap().to_owned();
    done(&mut office, "/imports/commit", &[("upload", &upload)]).await;
    let overview = office.call("/api/duties/overview", json!({ "year": 2027 })).await.json();
    let template = overview["templates"][0]["id"].as_str().unwrap().to_owned();
    let seen = read(&mut office, "/api/duties/template", &template).await["version"].to_string();
    done(&mut office, "/duties/templates/publish", &[("template", &template), ("seen", &seen)]).await;
    let make = [("year", "2027"), ("kind", ""), ("effective_on", "2027-01-01")];
    done(&mut office, "/duties/make", &make).await;
    let found = q("SELECT id FROM leader_lists WHERE year = 2027 AND post_id = $1").bind(app.district.school_post);
    rows(app, found).await[0].text("id").unwrap()
}

/// Draft → 下达 from the first of January 2027.
async fn handed_out(app: &TestApp, list: &str) {
    let mut office = app.sign_in("office").await;
    step(&mut office, list, "send", &[]).await;
    agree(app, &mut office, list).await;
    step(&mut office, list, "submit", &[]).await;
    step(&mut app.sign_in("deputy").await, list, "approve", &[]).await;
    step(&mut office, list, "issue", &[("effective_on", "2027-01-01"), ("alike", "1")]).await;
}

/// A page of the head's book that names an item of his list.
async fn record(client: &mut Client, text: &str, kind: &str, duty: &str) {
    let form = client.call("/api/records/new", json!({})).await.json();
    let post = form["post"].as_str().unwrap();
    let fields = [("post", post), ("text", text), ("kind", kind), ("event_on", ""), ("duty", duty)];
    done(client, "/records/save", &fields).await;
}

/// Answers a suggestion; the reply's place.
async fn learn(client: &mut Client, list: &str, answer: &str, item: &str) -> String {
    let seen = read(client, "/api/duties/list", list).await["version"].to_string();
    let what = format!("{answer}:{item}");
    done(client, "/duties/lists/learn", &[("leader", list), ("seen", &seen), ("do", &what)]).await
}

async fn thread(client: &mut Client, form: Value) -> Value {
    let reply = client.call("/api/chain/thread", form).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// Titles at a station.
fn at(page: &Value, station: &str) -> Vec<String> {
    let all = page["thread"]["stretches"].as_array().unwrap();
    let one = all.iter().find(|s| s["station"] == station).unwrap_or_else(|| panic!("{station} in {page}"));
    one["knots"].as_array().unwrap().iter().map(|k| k["title"].as_str().unwrap().to_owned()).collect()
}

/// An installation with the school's list issued; the list.
async fn with_list(database: Database) -> (TestApp, String) {
    let app = TestApp::new(database).await;
    let list = issued(&app, "区教育局").await;
    (app, list)
}
