//! 督责 through the whole router on both databases: a book opens to its readers on their days, and to
//! nobody else. What every file here registers and does stands first.

mod about;
mod approval;
mod book;
mod by_hand;
mod changed;
mod closed;
mod deadline;
mod erased;
mod first_use;
mod here;
mod many;
mod on_paper;
mod opposite;
mod own_word;
mod remarks;
mod resumed;
mod sampled;
mod second_word;
mod sheet;
mod signing;
mod taking;
mod taking_once;
mod thread;
mod turned;
mod two_sign;
mod unissued;
mod vacancy;
mod waiting;

use domain::{ids::PostId, time::parse_iso};
use serde_json::{Value, json};
use server::{random, storage::q};

use crate::{
    duties::{done, execute, issued, refused, rows, send},
    harness::{BOTH, Client, Database, TestApp},
};

/// A reading of this year's book of `post` by `login` over the whole year, straight into the tables.
pub async fn open(app: &TestApp, post: PostId, login: &str) {
    let id = random::id(domain::time::Instant(7)).to_string();
    execute(
        app,
        q("INSERT INTO inspections (id, district_id, post_id, unit_id, year, purpose, from_day, to_day, body, standing, sampling, sample, announced_by, announced_at)
           VALUES ($1, $2, $3, '', 2026, 'daily', '2026-01-01', '2026-12-31', '', 'open', '{\"by\":\"hand\"}', '[]', $4, 0)")
        .bind(&id)
        .bind(app.district.id)
        .bind(post)
        .bind(app.district.person(login)),
    )
    .await;
    execute(
        app,
        q("INSERT INTO inspection_readers (inspection_id, person_id, district_id, name) VALUES ($1, $2, $3, '')")
            .bind(&id)
            .bind(app.district.person(login))
            .bind(app.district.id),
    )
    .await;
}

/// Ends every reading.
pub async fn shut(app: &TestApp) {
    execute(app, q("UPDATE inspections SET standing = 'closed', closed_on = '2026-11-02'")).await;
}

/// Registers a reading of the school's book by the two of the office, of the whole list; its id.
pub async fn registered(app: &TestApp, from: &str, to: &str) -> String {
    let mut office = app.sign_in("office").await;
    let (post, one, two) = ids(app);
    let fields = [
        ("year", "2026"),
        ("post", post.as_str()),
        ("purpose", "year_end"),
        ("from", from),
        ("to", to),
        ("reader", &one),
        ("reader", &two),
        ("share", "100"),
    ];
    let asked = done_draft(&mut office, &fields).await;
    assert!(asked.contains("确认登记并告知"), "{asked}");
    assert!(rows(app, q("SELECT id FROM inspections")).await.is_empty(), "nothing before the second tap");
    let sure: Vec<(&str, &str)> = fields.iter().copied().chain([("sure", "1")]).collect();
    done(&mut office, "/oversight/register", &sure).await;
    rows(app, q("SELECT id FROM inspections")).await[0].text("id").unwrap()
}

/// The sample of a reading, straight into the tables: these items of the list.
async fn only(app: &TestApp, id: &str, duties: &[&str]) {
    let mut sample = Vec::new();
    for duty in duties {
        let find = q("SELECT code, text FROM leader_items WHERE duty_id = $1 ORDER BY list_id LIMIT 1").bind(*duty);
        let item = &rows(app, find).await[0];
        let (code, text) = (item.text("code").unwrap(), item.text("text").unwrap());
        sample.push(json!({ "duty": duty, "code": code, "text": text }));
    }
    let set = q("UPDATE inspections SET sample = $1 WHERE id = $2").bind(Value::from(sample).to_string()).bind(id);
    execute(app, set).await;
}

async fn done_draft(client: &mut Client, fields: &[(&str, &str)]) -> String {
    let reply = send(client, "/oversight/register", fields).await;
    client.get(reply.location().split('#').next().unwrap()).await.text()
}

fn ids(app: &TestApp) -> (String, String, String) {
    let person = |login| app.district.person(login).to_string();
    (app.district.school_post.to_string(), person("office"), person("office2"))
}

async fn page(client: &mut Client, id: &str) -> Value {
    client.call("/api/oversight/one", json!({ "id": id })).await.json()
}

async fn act(app: &TestApp, login: &str, id: &str, what: &str, more: &[(&str, &str)]) {
    let mut client = app.sign_in(login).await;
    let seen = page(&mut client, id).await["version"].to_string();
    let mut fields = vec![("inspection", id), ("seen", seen.as_str()), ("do", what)];
    if what == "feedback" {
        fields.push(("early", "1"));
    }
    fields.extend_from_slice(more);
    done(&mut client, "/oversight/step", &fields).await;
}

async fn not(app: &TestApp, login: &str, id: &str, what: &str, more: &[(&str, &str)]) -> String {
    let mut client = app.sign_in(login).await;
    let seen = rows(app, q("SELECT version FROM inspections WHERE id = $1").bind(id)).await[0].int("version").unwrap();
    let seen = seen.to_string();
    let mut fields = vec![("inspection", id), ("seen", seen.as_str()), ("do", what)];
    fields.extend_from_slice(more);
    refused(&mut client, "/oversight/step", &fields).await
}

async fn remark(app: &TestApp, login: &str, id: &str, more: &[(&str, &str)]) -> String {
    let mut client = app.sign_in(login).await;
    let mut fields = vec![("inspection", id)];
    fields.extend_from_slice(more);
    done(&mut client, "/oversight/remark", &fields).await;
    rows(app, q("SELECT id FROM inspection_remarks ORDER BY at DESC, id DESC LIMIT 1")).await[0].text("id").unwrap()
}

/// Records of the school: one of work on 9.1, one talk; ids.
async fn written(app: &TestApp) -> (String, String, String) {
    let list = issued(app, "区教育局").await;
    let mut leader = app.sign_in("leader_b").await;
    let seen = crate::duties::version(&mut leader, &list).await;
    done(&mut leader, "/duties/sign", &[("leader", &list), ("seen", &seen), ("typed", "叶国平")]).await;
    let find = "SELECT duty_id FROM leader_items WHERE code = '9.1'";
    let duty = rows(app, q(find)).await[0].text("duty_id").unwrap();
    let form = leader.call("/api/records/new", json!({})).await.json();
    let post = form["post"].as_str().unwrap();
    let mut made = Vec::new();
    for (text, kind, duty) in [("专题研究了从严治党", "study", duty.as_str()), ("与青年干部交心", "talk", "")]
    {
        let mut fields = vec![("post", post), ("text", text), ("kind", kind), ("event_on", "")];
        if !duty.is_empty() {
            fields.push(("duty", duty));
        }
        let place = done(&mut leader, "/records/save", &fields).await;
        made.push(place.split(['/', '?']).nth(2).unwrap().to_owned());
    }
    let talk = made.pop().unwrap();
    (made.pop().unwrap(), talk, duty)
}

async fn text_of(client: &mut Client, record: &str) -> Value {
    client.call("/api/records/one", json!({ "id": record })).await.json()["row"]["text"].clone()
}

async fn tone(app: &TestApp, duty: &str) -> (String, String) {
    let find = q("SELECT tone, reason FROM colours WHERE post_id = $1 AND duty_id = $2");
    let row = &rows(app, find.bind(app.district.school_post).bind(duty)).await[0];
    (row.text("tone").unwrap(), row.text("reason").unwrap())
}

#[tokio::test]
async fn a_book_opens_to_its_readers_on_their_days_only() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, talk, _) = written(&app).await;
        let id = registered(&app, "2026-11-04", "2026-11-05").await;
        let mut leader = app.sign_in("leader_b").await;
        // Announced: on his home, among his 待办, and on the page itself.
        let home = leader.get("/home").await.text();
        assert!(home.contains("将于11月4日至11月5日翻阅您的2026年度记录本"), "{home}");
        assert!(leader.get("/todo").await.text().contains("翻阅检查"));
        assert!(page(&mut leader, &id).await["readers"].as_str().unwrap().contains("林思源"));
        let table = [("2026-11-03", false), ("2026-11-04", true), ("2026-11-05", true), ("2026-11-06", false)];
        for (day, opens) in table {
            app.clock.set_day(parse_iso(day).unwrap());
            let mut office = app.sign_in("office").await;
            assert_eq!(text_of(&mut office, &work).await.is_string(), opens, "{database:?} {day}");
            assert!(text_of(&mut office, &talk).await.is_null(), "what was said between two stays closed");
            // The sheet leads to print and export while the book is open, and there is nothing behind it otherwise.
            let papers = format!("/papers?post={}&amp;year=2026", app.district.school_post);
            let sheet = office.get(&format!("/oversight/{id}")).await.text();
            assert_eq!(sheet.contains(&papers), opens, "{day}");
            let print = format!("/documents/book/{}/2026/page", app.district.school_post);
            assert_eq!(office.get(&print).await.text().contains("专题研究了从严治党"), opens, "{day}");
            let book = office.call("/api/records/book", json!({ "post": app.district.school_post })).await.text();
            assert_eq!(book.contains("专题研究了从严治党"), opens, "{day}");
            let found = office.call("/api/search/find", json!({ "q": "从严治党" })).await.json();
            assert_eq!(found["rows"].as_array().unwrap().len(), usize::from(opens), "{day}");
            for other in ["team", "deputy", "secretary"] {
                let mut other = app.sign_in(other).await;
                assert!(text_of(&mut other, &work).await.is_null(), "not named: {day}");
            }
            let mut stranger = app.sign_in("team2").await;
            assert_eq!(stranger.call("/api/records/one", json!({ "id": work })).await.status, 404);
            assert_eq!(stranger.call("/api/oversight/one", json!({ "id": id })).await.status, 404);
        }
        let seen = rows(&app, q("SELECT viewer FROM readings WHERE announced = 1")).await;
        assert_eq!(seen.len(), 2, "one row a reader and hour, on the days of the reading");
        app.clock.set_day(parse_iso("2026-11-05").unwrap());
        let me = app.sign_in("leader_b").await.get("/me").await.text();
        assert!(me.contains("林思源"), "{me}");
        // Somebody else's book, another role, and 已核实 without a reading.
        let (post, ..) = ids(&app);
        let fields = [
            ("year", "2026"),
            ("post", post.as_str()),
            ("purpose", "daily"),
            ("from", "2026-11-05"),
            ("reader", &app.district.person("team2").to_string()),
            ("share", "10"),
            ("sure", "1"),
        ];
        let mut stranger = app.sign_in("team2").await;
        assert!(refused(&mut stranger, "/oversight/register", &fields).await.contains("没有找到"));
        let mut office = app.sign_in("office").await;
        assert!(refused(&mut office, "/oversight/register", &fields).await.contains("不在可选范围"));
        let one = app.sign_in("team").await.call("/api/records/one", json!({ "id": work })).await.json();
        assert_eq!(one["may_verify"], false);
        let seen = one["version"].to_string();
        let fields = [("record", work.as_str()), ("seen", &seen), ("decision", "verify"), ("reason", "")];
        refused(&mut app.sign_in("team").await, "/records/decide", &fields).await;
        done(&mut app.sign_in("office").await, "/records/decide", &fields).await;
    }
}

#[tokio::test]
async fn one_reading_of_a_post_at_a_time_and_back_again() {
    let app = TestApp::new(Database::Sqlite).await;
    written(&app).await;
    let id = registered(&app, "2026-11-02", "").await;
    let mut office = app.sign_in("office").await;
    let (post, one, _) = ids(&app);
    let again = [
        ("year", "2026"),
        ("post", post.as_str()),
        ("purpose", "daily"),
        ("from", "2026-11-03"),
        ("reader", &one),
        ("share", "10"),
        ("sure", "1"),
    ];
    assert!(refused(&mut office, "/oversight/register", &again).await.contains("没有办结"));
    // Drawn, and by hand.
    let drawn = page(&mut office, &id).await;
    assert_eq!(drawn["sample"].as_array().unwrap().len(), 6, "the whole list");
    let all = drawn["choices"].as_array().unwrap().iter().map(|choice| ("duty", choice[0].as_str().unwrap()));
    let chosen: Vec<(&str, &str)> = all.chain([("words", "全部都看")]).collect();
    act(&app, "office2", &id, "choose", &chosen).await;
    assert!(page(&mut office, &id).await["sampling"].as_str().unwrap().starts_with("人工选定"));
    assert!(not(&app, "leader_b", &id, "withdraw", &[("words", "不想")]).await.contains("权限"));
    act(&app, "office", &id, "withdraw", &[("words", "日期有变")]).await;
    done(&mut office, "/oversight/register", &again).await;
}
