//! What a reading said in the words of a record goes offline with it: remarks on it whole, lines of others and of the
//! conclusion. What was signed stays signed, and nothing new is said about it. Words that may hint at a clue are
//! pointed out to who wrote them; what must not be stored is refused in every field.

use serde_json::{Value, json};
use server::storage::q;

use super::{act, open, page, registered, written};
use crate::{
    duties::{done, execute, refused, rows},
    harness::{BOTH, Client, TestApp},
    records::{
        offline::{ask, handle, places},
        saved,
    },
};

const CLUE: &str = "有教职工反映食堂采购员长期收受供货商的购物卡";
const SHORT: &str = "食堂一事请补充";
const CUT: &str = "（此处内容已转线下）";
const IDENTITY: &str = "号码11010519491231002X";

/// Writes a remark; its id.
async fn said(app: &TestApp, login: &str, reading: &str, on: &[(&str, &str)], text: &str) -> String {
    let mut fields = vec![("inspection", reading), ("kind", "wanting"), ("text", text)];
    fields.extend_from_slice(on);
    done(&mut app.sign_in(login).await, "/oversight/remark", &fields).await;
    let find = q("SELECT id FROM inspection_remarks WHERE text = $1").bind(text);
    rows(app, find).await[0].text("id").unwrap()
}

async fn step(client: &mut Client, reading: &str, remark: &str, what: &str, words: &str) {
    let fields = [("inspection", reading), ("remark", remark), ("do", what), ("words", words)];
    done(client, "/oversight/remark/step", &fields).await;
}

fn remark(page: &Value, id: &str) -> Value {
    page["remarks"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone()
}

/// Forms of these people whose digest is kept.
async fn digests(app: &TestApp, logins: &[&str]) -> usize {
    let mut n = 0;
    for login in logins {
        let find = q("SELECT c.key FROM commands c JOIN accounts a ON a.id = c.account_id
             WHERE a.person_id = $1 AND c.body_hash <> ''");
        n += rows(app, find.bind(app.district.person(login))).await.len();
    }
    n
}

async fn hashes(app: &TestApp) -> Vec<String> {
    let find = q("SELECT content_hash FROM signatures WHERE purpose LIKE 'oversight.%' ORDER BY version, id");
    rows(app, find).await.iter().map(|row| row.text("content_hash").unwrap()).collect()
}

#[tokio::test]
async fn remarks_and_the_signed_conclusion_lose_the_words_and_stay_signed() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", &format!("{CLUE}。会后走访")), ("kind", "visit")]).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        let record = [("record", id.as_str())];
        let on = said(&app, "office", &reading, &record, &format!("{CLUE}，请补充")).await;
        let short = said(&app, "office2", &reading, &record, SHORT).await;
        let other = said(&app, "office", &reading, &[], &format!("整本看：\n{CLUE}\n其余较好")).await;
        let mut office = app.sign_in("office").await;
        step(&mut leader, &reading, &other, "ask", &format!("{CLUE}是否属实")).await;
        step(&mut office, &reading, &other, "keep", &format!("{CLUE}已经核对")).await;
        let conclusion = format!("总体较好。\n{CLUE}，已提醒");
        act(&app, "office", &reading, "feedback", &[("words", &conclusion), ("early", "1")]).await;
        act(&app, "office", &reading, "sign", &[("typed", "林思源")]).await;
        act(&app, "leader_b", &reading, "sign", &[("typed", "叶国平")]).await;
        let (before, signed) = (page(&mut office, &reading).await, hashes(&app).await);
        assert!(before.to_string().contains(CLUE) && signed.len() == 2, "{before}");
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        for login in ["leader_b", "office"] {
            let mut client = app.sign_in(login).await;
            let mut seen = page(&mut client, &reading).await.to_string();
            for path in [format!("/oversight/{reading}"), format!("/documents/reading/{reading}/page")] {
                seen.push_str(&client.get(&path).await.text());
            }
            assert!(!seen.contains("购物卡") && !seen.contains(SHORT), "{database:?} {login}: {seen}");
        }
        // Taken back it stands as it stood.
        done(&mut leader, "/handling/back", &[("id", &id)]).await;
        let again = page(&mut office, &reading).await;
        assert_eq!((&again["remarks"], &again["conclusion"]), (&before["remarks"], &before["conclusion"]));
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        for login in ["office2", "deputy"] {
            let shown = handle(&app, login, &id).await;
            for words in [CLUE, SHORT, "请补充", "是否属实", "已经核对", "已提醒"] {
                assert!(shown.contains(words), "{login} sees {words} before it is erased: {shown}");
            }
        }
        for words in [CLUE, SHORT] {
            assert_eq!(places(&app, database, words).await, Vec::<String>::new(), "{database:?} {words}");
        }
        let after = page(&mut office, &reading).await;
        for whole in [&on, &short] {
            assert_eq!(remark(&after, whole)["text"], CUT, "{after}");
        }
        assert_eq!(remark(&after, &other)["text"], format!("整本看：\n{CUT}\n其余较好"));
        assert_eq!((&remark(&after, &other)["check"], &remark(&after, &other)["answer"]), (&json!(CUT), &json!(CUT)));
        assert_eq!(after["conclusion"], format!("总体较好。\n{CUT}"));
        assert_eq!((&after["signed"], hashes(&app).await), (&before["signed"], signed), "still signed");
        let paper = office.get(&format!("/documents/reading/{reading}/page")).await.text();
        assert!(paper.contains("其中 1 页按规定转线下办理") && paper.contains("林思源"), "{paper}");
    }
}

#[tokio::test]
async fn nothing_new_is_said_about_what_went() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        for login in ["office2", "deputy"] {
            handle(&app, login, &id).await;
        }
        let fields = [("inspection", reading.as_str()), ("record", &id), ("kind", "wanting"), ("text", CLUE)];
        let mut office = app.sign_in("office").await;
        assert!(refused(&mut office, "/oversight/remark", &fields).await.contains("已经转线下"), "{database:?}");
        assert!(rows(&app, q("SELECT id FROM inspection_remarks")).await.is_empty());
    }
}

#[tokio::test]
async fn words_of_a_reading_are_looked_at_too() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        let (mut office, mut leader) = (app.sign_in("office").await, app.sign_in("leader_b").await);
        let id = said(&app, "office", &reading, &[("record", &work)], "核对移送问题线索的登记").await;
        let by = |page: &Value| remark(page, &id)["by"].as_str().unwrap().to_owned();
        assert!(by(&page(&mut office, &reading).await).contains("文字里有“线索”"), "{database:?}");
        assert!(!by(&page(&mut leader, &reading).await).contains("线索"), "his own words only");
        let ask = [("inspection", reading.as_str()), ("remark", &id), ("do", "ask"), ("words", IDENTITY)];
        assert!(refused(&mut leader, "/oversight/remark/step", &ask).await.contains("身份证号"));
        step(&mut leader, &reading, &id, "ask", "这件问题线索不属实").await;
        assert!(by(&page(&mut leader, &reading).await).contains("文字里有“线索”"));
        let keep = [("inspection", reading.as_str()), ("remark", &id), ("do", "keep"), ("words", IDENTITY)];
        assert!(refused(&mut office, "/oversight/remark/step", &keep).await.contains("身份证号"));
        let new = [("inspection", reading.as_str()), ("record", &work), ("kind", "wanting"), ("text", IDENTITY)];
        assert!(refused(&mut office, "/oversight/remark", &new).await.contains("身份证号"));
        let off = |reason: &'static str| {
            [
                ("inspection", reading.clone()),
                ("record", work.clone()),
                ("duty", duty.clone()),
                ("reason", reason.into()),
            ]
        };
        let bad = off(IDENTITY);
        let bad = bad.each_ref().map(|(name, value)| (*name, value.as_str()));
        let reply = crate::duties::send(&mut office, "/oversight/unmatch", &bad).await;
        assert!(reply.location().contains("draft="), "{}", reply.location());
        let good = off("问题线索不能算落实");
        let good = good.each_ref().map(|(name, value)| (*name, value.as_str()));
        done(&mut office, "/oversight/unmatch", &good).await;
        let shown = page(&mut office, &reading).await["unmatched"].to_string();
        assert!(shown.contains("文字里有“线索”"), "{shown}");
    }
}

#[tokio::test]
async fn what_is_not_signed_by_both_is_signed_again() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        act(&app, "office", &reading, "feedback", &[("words", &format!("总体较好。\n{CLUE}"))]).await;
        let by_reader = [("typed", "林思源")];
        act(&app, "office", &reading, "sign", &by_reader).await;
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        let cut = page(&mut leader, &reading).await;
        assert_eq!(cut["signed"], json!([]), "{database:?}: what he signed stands there no more");
        act(&app, "office", &reading, "sign", &by_reader).await;
        // Given back the words are others once more.
        done(&mut leader, "/handling/back", &[("id", &id)]).await;
        act(&app, "leader_b", &reading, "sign", &[("typed", "叶国平")]).await;
        assert_eq!(page(&mut leader, &reading).await["phase"], "signing", "{database:?}");
        act(&app, "office", &reading, "sign", &by_reader).await;
        assert_eq!(page(&mut leader, &reading).await["phase"], "closed");
        let all = hashes(&app).await;
        assert!(all.len() == 4 && all[2] == all[3] && all[1] != all[3], "both signed the same: {all:?}");
    }
}

#[tokio::test]
async fn no_digest_of_a_form_stays_that_could_be_tried_out() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut office) = (app.sign_in("leader_b").await, app.sign_in("office").await);
        saved(&mut app.sign_in("leader_a").await, &[("text", "到窗口蹲点半天")]).await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        let on = said(&app, "office", &reading, &[("record", &id)], SHORT).await;
        let key = crate::duties::command();
        let asks = [
            ("command", key.as_str()),
            ("inspection", &reading),
            ("remark", &on),
            ("do", "ask"),
            ("words", "食堂一事不实"),
        ];
        let reply = leader.post("/oversight/remark/step", &asks).await;
        assert!(!reply.location().contains("draft="), "{}", reply.location());
        step(&mut office, &reading, &on, "keep", "食堂一事属实").await;
        act(&app, "office", &reading, "feedback", &[("words", "食堂一事请说明")]).await;
        let concerned = ["leader_b", "liaison_b", "office", "office2"];
        assert!(digests(&app, &concerned).await > 4 && digests(&app, &["leader_a"]).await == 1, "{database:?}");
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        for login in ["office2", "deputy"] {
            handle(&app, login, &id).await;
        }
        assert_eq!((digests(&app, &concerned).await, digests(&app, &["leader_a"]).await), (0, 1), "{database:?}");
        // Sent again it is done, and does nothing.
        let again = leader.post("/oversight/remark/step", &asks).await;
        assert_eq!((again.status, again.location()), (reply.status, reply.location()));
        assert_eq!(remark(&page(&mut leader, &reading).await, &on)["check"], CUT);
        // The answer of one form is none of another's.
        let other = [("command", key.as_str()), ("inspection", &reading), ("seen", "1"), ("do", "withdraw")];
        assert!(leader.post("/oversight/step", &other).await.location().contains("draft="), "{database:?}");
    }
}

#[tokio::test]
async fn reasons_about_other_records_stay_in_the_log() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        written(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let form = leader.call("/api/records/new", json!({})).await.json();
        let duty = |n: usize| form["choices"][n]["duty"].as_str().unwrap().to_owned();
        let (one, two) = (duty(0), duty(1));
        let class = [("text", "到班级听课"), ("kind", "visit"), ("duty", one.as_str()), ("duty", &two)];
        let other = saved(&mut leader, &class).await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        let mut office = app.sign_in("office").await;
        let quoting = format!("{CLUE}，与听课无关");
        for (duty, reason) in [(&one, "听课不是专题研究"), (&two, quoting.as_str())] {
            let fields = [("inspection", reading.as_str()), ("record", &other), ("duty", duty), ("reason", reason)];
            done(&mut office, "/oversight/unmatch", &fields).await;
        }
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        for login in ["office2", "deputy"] {
            handle(&app, login, &id).await;
        }
        let find =
            q("SELECT d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
             WHERE a.object = $1 AND a.action = 'oversight.unmatched'");
        let log = rows(&app, find.bind(format!("record:{other}"))).await;
        let log: Vec<String> = log.iter().map(|row| row.text("text").unwrap()).collect();
        assert!(log.len() == 1 && log[0].ends_with("听课不是专题研究"), "{database:?} {log:?}");
        assert_eq!(places(&app, database, CLUE).await, Vec::<String>::new(), "{database:?}");
    }
}

#[tokio::test]
async fn readings_of_other_posts_are_named_once() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let find = q("SELECT id FROM posts WHERE id <> $1 ORDER BY id LIMIT 1").bind(app.district.school_post);
        let other: domain::ids::PostId = rows(&app, find).await[0].id("id").unwrap();
        open(&app, other, "office").await;
        let reading = rows(&app, q("SELECT id FROM inspections")).await[0].text("id").unwrap();
        // More than are read at once; a place is named once, whatever stands between.
        for n in 0..130 {
            let text = if n % 64 == 1 { CLUE } else { "无关的一件" };
            let insert =
                q("INSERT INTO inspection_remarks (id, inspection_id, district_id, kind, text, by_person, by_name, at)
                 VALUES ($1, $2, $3, 'wanting', $4, $5, '', 7)");
            let key = server::random::id(domain::time::Instant(n)).to_string();
            let insert = insert.bind(key).bind(&reading).bind(app.district.id).bind(text);
            execute(&app, insert.bind(app.district.person("office"))).await;
        }
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        let page = app.sign_in("office2").await.get(&format!("/handling/{id}")).await.text();
        assert_eq!(page.matches("2026年翻阅检查的意见").count(), 1, "{database:?} {page}");
        assert!(!page.contains("购物卡") && !page.contains("等（只列出"), "{page}");
    }
}

#[tokio::test]
async fn an_item_made_from_a_remark_on_it_keeps_nothing() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        let on = said(&app, "office", &reading, &[("record", &id)], SHORT).await;
        let (problem, demand) = (format!("问题：{CLUE}"), format!("要求整改：{CLUE}"));
        let fields = [("inspection", reading.as_str()), ("remark", &on), ("do", "item"), ("words", &problem)];
        let fields = [&fields[..], &[("demand", demand.as_str())]].concat();
        done(&mut app.sign_in("office").await, "/oversight/remark/step", &fields).await;
        step(&mut app.sign_in("office2").await, &reading, &on, "approve", "").await;
        let log =
            q("SELECT d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
             WHERE a.action = 'accountability.step'");
        let line = rows(&app, log).await[0].text("text").unwrap();
        assert!(line.starts_with("挂账 ") && line.ends_with("第1号"), "{database:?} {line}");
        let find = || q("SELECT i.id, i.item, i.state, e.words FROM items i JOIN item_events e ON e.item_id = i.id");
        let item = rows(&app, find()).await[0].text("id").unwrap();
        assert!(rows(&app, q("SELECT title FROM thread_events")).await.len() > 1);
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        let page = app.sign_in("deputy").await.get(&format!("/handling/{id}")).await.text();
        assert!(page.contains("问题整改 2026-001（办结时由系统删去）") && !page.contains("购物卡"), "{page}");
        for login in ["office2", "deputy"] {
            handle(&app, login, &id).await;
        }
        let left = &rows(&app, find()).await[0];
        let stored: Value = left.json("item").unwrap();
        assert_eq!((&stored["problem"], &stored["demand"]), (&json!(CUT), &json!(CUT)), "{database:?}");
        assert_eq!((left.text("words").unwrap().as_str(), &stored["version"]), (CUT, &json!(2)));
        for path in [format!("/accountability/{item}"), "/accountability".into(), "/todo".into(), "/board".into()] {
            let page = leader.get(&path).await.text();
            assert!(!page.contains("食堂采购员"), "{database:?} {path}: {page}");
        }
        for row in rows(&app, q("SELECT title FROM thread_events WHERE link LIKE '/accountability/%'")).await {
            assert_eq!(row.text("title").unwrap(), format!("问题整改 · 挂账：{CUT}"), "{database:?}");
        }
        for words in [CLUE, SHORT, "食堂采购员"] {
            assert_eq!(places(&app, database, words).await, Vec::<String>::new(), "{database:?} {words}");
        }
    }
}

#[tokio::test]
async fn a_short_remark_that_a_report_drew_is_cut_there() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let (work, _, _) = written(&app).await;
        let id = saved(&mut leader, &[("text", CLUE), ("kind", "visit")]).await;
        let reading = registered(&app, "2026-11-02", "2026-11-05").await;
        said(&app, "office", &reading, &[("record", &id)], SHORT).await;
        said(&app, "office2", &reading, &[("record", &work)], "会议记录请补充").await;
        act(&app, "office", &reading, "feedback", &[("words", "总体较好")]).await;
        act(&app, "leader_b", &reading, "sign", &[("typed", "叶国平")]).await;
        act(&app, "office", &reading, "sign", &[("typed", "林思源")]).await;
        let post = app.district.school_post.to_string();
        done(&mut leader, "/papers/draw", &[("post", &post), ("year", "2026"), ("kind", "annual")]).await;
        let report = || q("SELECT sections FROM report_drafts");
        let drawn = rows(&app, report()).await[0].text("sections").unwrap();
        assert!(drawn.contains(SHORT) && drawn.contains("会议记录请补充"), "{database:?} {drawn}");
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        assert!(!rows(&app, report()).await[0].text("sections").unwrap().contains(SHORT), "{database:?}");
        done(&mut leader, "/handling/back", &[("id", &id)]).await;
        assert_eq!(rows(&app, report()).await[0].text("sections").unwrap(), drawn, "{database:?}");
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        for login in ["office2", "deputy"] {
            handle(&app, login, &id).await;
        }
        let left = rows(&app, report()).await[0].text("sections").unwrap();
        assert!(!left.contains(SHORT) && left.contains("会议记录请补充"), "{database:?} {left}");
    }
}
