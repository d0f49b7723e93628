//! 督责 through the whole router on both databases: a book opens to its readers on their days, what
//! does not match is two persons' word, both sign, and a 调取 leaves no trace in the head's view.

use domain::{ids::PostId, time::parse_iso};
use serde_json::{Value, json};
use server::{random, storage::q};

use crate::{
    duties::{done, execute, issued, refused, rows, send},
    harness::{BOTH, Client, Database, PASSWORD, TestApp},
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

/// Registers a reading of the school's book by the two of the office; its id.
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
        ("share", "50"),
    ];
    let asked = done_draft(&mut office, &fields).await;
    assert!(asked.contains("确认登记并告知"), "{asked}");
    assert!(rows(app, q("SELECT id FROM inspections")).await.is_empty(), "nothing before the second tap");
    let sure: Vec<(&str, &str)> = fields.iter().copied().chain([("sure", "1")]).collect();
    done(&mut office, "/oversight/register", &sure).await;
    rows(app, q("SELECT id FROM inspections")).await[0].text("id").unwrap()
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
    assert_eq!(drawn["sample"].as_array().unwrap().len(), 3, "half of six items");
    let duty = drawn["choices"][0][0].as_str().unwrap().to_owned();
    act(&app, "office2", &id, "choose", &[("duty", &duty)]).await;
    assert!(page(&mut office, &id).await["sampling"] == "人工选定");
    assert!(not(&app, "leader_b", &id, "withdraw", &[("words", "不想")]).await.contains("权限"));
    act(&app, "office", &id, "withdraw", &[("words", "日期有变")]).await;
    done(&mut office, "/oversight/register", &again).await;
}

fn plain<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    fields.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

#[tokio::test]
async fn what_does_not_match_is_two_persons_word_and_can_be_checked() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let about = [("record", work.as_str()), ("kind", "mismatch"), ("text", "会议记录没有这项议题")];
        let mismatch = remark(&app, "office", &id, &about).await;
        let mut leader = app.sign_in("leader_b").await;
        assert!(page(&mut leader, &id).await["remarks"].as_array().unwrap().is_empty(), "one person's word only");
        let step = |what: &'static str, words: &'static str| {
            vec![
                ("inspection", id.clone()),
                ("remark", mismatch.clone()),
                ("do", what.to_owned()),
                ("words", words.to_owned()),
            ]
        };
        let mut office = app.sign_in("office").await;
        let mut second = app.sign_in("office2").await;
        let (agree, ask, give) =
            (step("agree", ""), step("ask", "请核对会议记录附件"), step("yield", "附件里有，撤回"));
        assert!(refused(&mut office, "/oversight/remark/step", &plain(&agree)).await.contains("另一名"));
        assert!(refused(&mut leader, "/oversight/remark/step", &plain(&ask)).await.contains("没有找到"));
        let none = not(&app, "office", &id, "feedback", &[("words", "意见")]).await;
        assert!(none.contains("第二人认定"), "{none}");
        assert_eq!(tone(&app, &duty).await.0, "ok");
        done(&mut second, "/oversight/remark/step", &plain(&agree)).await;
        let (red, why) = tone(&app, &duty).await;
        assert!(red == "late" && why.contains("核查不符"), "{why}");
        let ticks = "SELECT unmatched_why FROM record_duties WHERE record_id = $1";
        assert!(rows(&app, q(ticks).bind(&work)).await[0].text("unmatched_why").unwrap().contains("会议记录没有"));
        refused(&mut second, "/oversight/remark/step", &plain(&agree)).await;
        // The head asks for a check, and is right.
        done(&mut leader, "/oversight/remark/step", &plain(&ask)).await;
        refused(&mut leader, "/oversight/remark/step", &plain(&ask)).await;
        refused(&mut leader, "/oversight/remark/step", &plain(&give)).await;
        done(&mut office, "/oversight/remark/step", &plain(&give)).await;
        assert_eq!(tone(&app, &duty).await.0, "ok");
        assert!(rows(&app, q(ticks).bind(&work)).await[0].opt_text("unmatched_why").unwrap().is_none());
    }
}

#[tokio::test]
async fn a_tick_is_taken_off_with_a_reason_and_colours_follow() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let fields = |reason| {
            [("inspection", id.as_str()), ("record", work.as_str()), ("duty", duty.as_str()), ("reason", reason)]
        };
        for login in ["team", "leader_b", "deputy", "team2"] {
            refused(&mut app.sign_in(login).await, "/oversight/unmatch", &fields("不符")).await;
        }
        let mut office = app.sign_in("office").await;
        refused(&mut office, "/oversight/unmatch", &fields("")).await;
        let before = tone(&app, &duty).await;
        done(&mut office, "/oversight/unmatch", &fields("蹲点不是专题研究")).await;
        assert_ne!(tone(&app, &duty).await, before);
        refused(&mut office, "/oversight/unmatch", &fields("再来一次")).await;
        let mut leader = app.sign_in("leader_b").await;
        let seen = page(&mut leader, &id).await["unmatched"].to_string();
        assert!(seen.contains("蹲点不是专题研究"), "{seen}");
        let one = leader.call("/api/records/one", json!({ "id": work })).await.json();
        assert!(one["items"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn both_sign_and_nothing_changes_later() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let wanting =
            remark(&app, "office", &id, &[("duty", &duty), ("kind", "wanting"), ("text", "补充会议记录")]).await;
        // Sent twice by the outbox: once.
        let mut office = app.sign_in("office").await;
        let key = crate::duties::command();
        let sound =
            [("command", key.as_str()), ("inspection", &id), ("record", &work), ("kind", "sound"), ("text", "")];
        for _ in 0..2 {
            assert!(!office.post("/oversight/remark", &sound).await.location().contains("draft="));
        }
        assert_eq!(rows(&app, q("SELECT id FROM inspection_remarks")).await.len(), 2);
        refused(&mut app.sign_in("team").await, "/oversight/remark", &[("inspection", &id), ("kind", "sound")]).await;
        refused(&mut office, "/oversight/remark", &[("inspection", &id), ("kind", "wanting"), ("text", "机密★10年")])
            .await;
        let item = [
            ("inspection", id.as_str()),
            ("remark", &wanting),
            ("do", "item"),
            ("words", "会议记录不全"),
            ("demand", "补齐会议记录"),
            ("deadline", "2026-12-20"),
        ];
        done(&mut office, "/oversight/remark/step", &item).await;
        refused(&mut office, "/oversight/remark/step", &item).await;
        let opened = rows(&app, q("SELECT origin, origin_id, kind FROM items")).await;
        assert_eq!((opened.len(), opened[0].text("origin").unwrap().as_str()), (1, "oversight"));
        assert_eq!(opened[0].text("origin_id").unwrap(), wanting);
        not(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实，请补齐记录")]).await;
        assert!(text_of(&mut office, &work).await.is_null(), "the feedback ends the reading");
        refused(&mut office, "/oversight/remark", &[("inspection", &id), ("kind", "sound")]).await;
        // Wrong hands, wrong names, an old page.
        not(&app, "team", &id, "sign", &[("typed", "黎若水")]).await;
        not(&app, "office", &id, "sign", &[("typed", "叶国平")]).await;
        not(&app, "deputy", &id, "sign", &[("typed", "蔡国平")]).await;
        not(&app, "leader_b", &id, "paper", &[("paper_on", "2026-11-02"), ("handler", "自己")]).await;
        let stale = [("inspection", id.as_str()), ("seen", "1"), ("do", "sign"), ("typed", "叶国平")];
        refused(&mut app.sign_in("leader_b").await, "/oversight/step", &stale).await;
        act(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        not(&app, "leader_b", &id, "sign", &[("typed", "叶国平")]).await;
        // Sent back, a signature falls.
        act(&app, "office", &id, "reopen", &[]).await;
        act(&app, "office", &id, "feedback", &[("words", "总体扎实")]).await;
        act(&app, "office2", &id, "sign", &[("typed", "陶文博")]).await;
        act(&app, "office", &id, "paper", &[("paper_on", "2026-11-02"), ("handler", "林思源")]).await;
        let mut leader = app.sign_in("leader_b").await;
        let closed = page(&mut leader, &id).await;
        assert_eq!(closed["phase"], "closed", "{closed}");
        for (login, what) in
            [("office", "reopen"), ("office", "feedback"), ("office", "withdraw"), ("leader_b", "sign")]
        {
            not(&app, login, &id, what, &[("words", "改一改"), ("typed", "叶国平")]).await;
        }
        let late = [("inspection", id.as_str()), ("remark", &wanting), ("do", "ask"), ("words", "再看看")];
        refused(&mut leader, "/oversight/remark/step", &late).await;
        let paper = leader.get(&format!("/documents/reading/{id}/page")).await.text();
        for words in ["履责检查反馈意见", "补充会议记录", "总体扎实", "陶文博", "经办人林思源", "需补充"]
        {
            assert!(paper.contains(words), "{words}: {paper}");
        }
        assert_eq!(leader.get(&format!("/documents/reading/{id}/docx")).await.status, 200);
        let board =
            leader.call("/api/board/cell", json!({ "post": app.district.school_post, "duty": "du" })).await.json();
        assert!(board["text"].as_str().unwrap().contains("年底检查已确认"), "{board}");
        assert!(board["thread"].to_string().contains("双方已在检查反馈意见上签字"), "{board}");
        let book = leader.call("/api/records/book", json!({})).await.status;
        assert_eq!(book, 200);
    }
}

#[tokio::test]
async fn a_taking_needs_two_persons_and_is_never_shown_to_the_head() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let (post, ..) = ids(&app);
        let ask = |secret| {
            [
                ("post", post.as_str()),
                ("year", "2026"),
                ("number", "滨纪〔2026〕8号"),
                ("reason", "依规调取"),
                ("secret", secret),
            ]
        };
        for login in ["team", "deputy", "leader_b", "general"] {
            refused(&mut app.sign_in(login).await, "/oversight/takings/ask", &ask(PASSWORD)).await;
        }
        let mut office = app.sign_in("office").await;
        let wrong = refused(&mut office, "/oversight/takings/ask", &ask("not-it")).await;
        assert!(wrong.contains("密码或数字密码不对") && !wrong.contains("not-it"), "{wrong}");
        let kept = rows(&app, q("SELECT fields FROM drafts")).await;
        assert!(kept.iter().all(|row| !row.text("fields").unwrap().contains("not-it")), "no secret in a draft");
        done(&mut office, "/oversight/takings/ask", &ask(PASSWORD)).await;
        assert!(refused(&mut office, "/oversight/takings/ask", &ask(PASSWORD)).await.contains("已经用过"));
        let id = rows(&app, q("SELECT id FROM book_takings")).await[0].text("id").unwrap();
        let decide = [("taking", id.as_str()), ("do", "approve"), ("secret", PASSWORD)];
        let take = [("taking", id.as_str()), ("secret", PASSWORD)];
        refused(&mut office, "/oversight/takings/file", &take).await;
        refused(&mut office, "/oversight/takings/decide", &decide).await;
        let mut deputy = app.sign_in("deputy").await;
        done(&mut deputy, "/oversight/takings/decide", &decide).await;
        refused(&mut app.sign_in("secretary").await, "/oversight/takings/decide", &decide).await;
        refused(&mut deputy, "/oversight/takings/file", &take).await;
        refused(&mut app.sign_in("office2").await, "/oversight/takings/file", &take).await;
        let file = send(&mut office, "/oversight/takings/file", &take).await;
        assert_eq!(file.status, 200, "{}", file.location());
        let mut leader = app.sign_in("leader_b").await;
        for path in ["/home", "/todo", "/me", "/records", "/board"] {
            let text = leader.get(path).await.text();
            assert!(!text.contains("调取件") && !text.contains("〔2026〕8号"), "{path}");
        }
        assert!(rows(&app, q("SELECT viewer FROM readings WHERE announced = 1")).await.is_empty());
        let log = rows(&app, q("SELECT action FROM audit WHERE action LIKE 'oversight.taking%' ORDER BY seq")).await;
        let actions: Vec<String> = log.iter().map(|row| row.text("action").unwrap()).collect();
        assert_eq!(actions, ["oversight.taking_asked", "oversight.taking_approved", "oversight.taking_taken"]);
    }
}
