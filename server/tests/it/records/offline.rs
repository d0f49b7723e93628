//! 「转线下」: two officers are named, the words leave the book at once, each of the two sees them once, and
//! only when both have printed and signed they are erased, in every byte; a page number remains.

use serde_json::{Value, json};
use server::storage::q;

use super::{form, one, saved};
use crate::{
    duties::{done, execute, issued, refused, rows},
    evidence::{PDF, Sending, added, piece},
    harness::{BOTH, Client, Database, TestApp},
    reviews::room_anonymity::{bytes_below, holds},
};

/// Asks; the page it leads to.
pub async fn ask(app: &TestApp, client: &mut Client, record: &str, two: [&str; 2]) -> String {
    let [first, second] = two.map(|login| app.district.person(login).to_string());
    client.post("/records/offline", &[("record", record), ("first", &first), ("second", &second)]).await.location()
}

/// What one of the two is shown.
pub async fn sheet(app: &TestApp, login: &str, record: &str) -> String {
    let reply = app.sign_in(login).await.post("/handling/sheet", &[("id", record)]).await;
    if reply.status == 200 { reply.text() } else { String::new() }
}

/// Looks, prints and confirms.
pub async fn handle(app: &TestApp, login: &str, record: &str) -> String {
    let shown = sheet(app, login, record).await;
    let fields = [("id", record), ("printed", "1")];
    done(&mut app.sign_in(login).await, "/handling/printed", &fields).await;
    shown
}

/// Where the house still holds `words`: files of the data folder, tables and indexes of PostgreSQL as they
/// lie on its disk.
pub async fn places(app: &TestApp, database: Database, words: &str) -> Vec<String> {
    let mut files = Vec::new();
    bytes_below(&app.folder(), "none", &mut files);
    let mut found: Vec<String> = files.into_iter().filter(|(_, b)| holds(b, words)).map(|(name, _)| name).collect();
    if database == Database::Postgres {
        execute(app, q("CHECKPOINT")).await;
        let find = q("SELECT relname::text AS n FROM pg_class WHERE relkind IN ('r', 'i', 't')
             AND pg_relation_filepath(oid) IS NOT NULL
             AND position(convert_to($1, 'UTF8') IN pg_read_binary_file(pg_relation_filepath(oid), 0, 1000000000, true)) > 0")
        .bind(words);
        found.extend(rows(app, find).await.iter().map(|r| r.text("n").unwrap()));
    }
    found
}

async fn finds(client: &mut Client, words: &str) -> bool {
    let found = client.call("/api/search/find", json!({ "q": words })).await;
    assert_eq!(found.status, 200, "{}", found.text());
    !found.json()["rows"].as_array().unwrap().is_empty()
}

async fn todo(client: &mut Client, record: &str) -> bool {
    let page = client.call("/api/records/todo", json!({})).await.json();
    page["rows"].as_array().unwrap().iter().any(|row| row["link"] == format!("/handling/{record}"))
}

/// A record with a correction, a draft, a file and half of another one, and quoted in a report.
async fn told_everywhere(app: &TestApp, leader: &mut Client) -> String {
    issued(app, "区教育局").await;
    let duty = form(leader).await.2[0].1.clone();
    let told = [("text", "鸬鹚鹈鹕鹣鹫一事"), ("kind", "visit"), ("d.place", "鹳鹤鹦鹉鹬鹭"), ("duty", &duty)];
    let id = saved(leader, &told).await;
    let now = one(leader, &id).await;
    let (command, seen) = (now["command"].as_str().unwrap().to_owned(), now["version"].to_string());
    let change = [("command", command.as_str()), ("record", &id), ("seen", &seen)];
    let words = [("text", "鸲鸫鸱鸮鸳鸯一事，已请有关部门尽快核实"), ("kind", "visit"), ("reason", "鸵鸹鸺鸻鸼鸽")];
    assert!(!leader.post("/records/correct", &[&change[..], &words].concat()).await.location().contains("draft="));
    let draft = |text: &'static str| [("form", "records.new"), ("subject", ""), ("seen", ""), ("f.text", text)];
    leader.post("/drafts", &draft("又是鸲鸫鸱鸮鸳鸯一事，已请有关部门尽快核实")).await;
    app.sign_in("liaison_b").await.post("/drafts", &draft("无关的一件")).await;
    added(leader, &id, "鹎鹐鹒鹓鹔鹕.pdf", &[PDF, "鹘鹙鹚鹛鹜鹝".as_bytes()].concat()).await;
    let half = ["%PDF-1.7 鹞鹟鹠鹡鹢鹥".as_bytes(), &[b'x'; 400]].concat();
    let upload = Sending { id: crate::duties::command(), record: &id, name: "鹧鹨鹩鹪鹯鹰.pdf", bytes: &half };
    assert_eq!(upload.begin(leader).await.status, 200);
    assert_eq!(piece(leader, &upload.id, 0, &half[..200]).await.status, 200);
    let post = app.district.school_post.to_string();
    done(leader, "/papers/draw", &[("post", &post), ("year", "2026"), ("kind", "annual")]).await;
    assert!(leader.get(&report(app)).await.text().contains("鸲鸫鸱鸮鸳鸯"), "the report quotes it");
    id
}

/// Each of these stands somewhere of the record of [`told_everywhere`].
const WORDS: [&str; 10] = [
    "鸬鹚鹈鹕鹣鹫",
    "鹳鹤鹦鹉鹬鹭",
    "鸲鸫鸱鸮鸳鸯",
    "鸵鸹鸺鸻鸼鸽",
    "鹎鹐鹒鹓鹔鹕",
    "鹘鹙鹚鹛鹜鹝",
    "鹞鹟鹠鹡鹢鹥",
    "鹧鹨鹩鹪鹯鹰",
    // Pairs of the index.
    "鸲鸫",
    "鸳鸯",
];

fn report(app: &TestApp) -> String {
    format!("/papers/annual/{}/2026", app.district.school_post)
}

#[tokio::test]
async fn two_officers_erase_every_byte_and_the_page_number_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = told_everywhere(&app, &mut leader).await;
        assert!(finds(&mut leader, "鸲鸫鸱鸮").await);
        assert_eq!(ask(&app, &mut leader, &id, ["office", "deputy"]).await, format!("/records/{id}"));
        handle(&app, "office", &id).await;
        for words in WORDS {
            assert!(
                !places(&app, database, words).await.is_empty() || words.chars().count() == 2,
                "{words} is there yet"
            );
        }
        let shown = handle(&app, "deputy", &id).await;
        for words in
            WORDS.iter().filter(|w| !["鸵鸹鸺鸻鸼鸽", "鹘鹙鹚鹛鹜鹝", "鹞鹟鹠鹡鹢鹥", "鹧鹨鹩鹪鹯鹰"].contains(w))
        {
            assert!(shown.contains(words), "{words} is on the sheet");
        }
        for words in WORDS {
            assert_eq!(places(&app, database, words).await, Vec::<String>::new(), "{database:?} {words}");
        }
        let page = leader.get(&format!("/records/{id}")).await.text();
        assert!(page.contains("只留页码") && page.contains("第 1 页"));
        assert!(!finds(&mut leader, "鸲鸫鸱鸮").await);
        // What has nothing to do with it stays; nothing is counted that is not there.
        let drafts = rows(&app, q("SELECT fields FROM drafts WHERE form = 'records.new'")).await;
        assert_eq!(drafts.len(), 2, "{database:?}");
        assert!(drafts.iter().any(|d| d.text("fields").unwrap().contains("无关的一件")));
        for table in ["files", "links", "uploads"] {
            assert_eq!(crate::evidence::count(&app, table).await, 0, "{table}");
        }
        // The log says who, without words and without a digest of them.
        let log = rows(
            &app,
            q("SELECT a.action, d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
               WHERE a.action LIKE 'records.offline%' ORDER BY a.seq"),
        )
        .await;
        let log: Vec<(String, String)> =
            log.iter().map(|r| (r.text("action").unwrap(), r.text("text").unwrap())).collect();
        let said: Vec<(&str, &str)> = log.iter().map(|(a, d)| (a.as_str(), d.as_str())).collect();
        assert_eq!(
            said,
            [
                ("records.offline_asked", "林思源、蔡国平"),
                ("records.offline_shown", ""),
                ("records.offline_printed", ""),
                ("records.offline_shown", ""),
                ("records.offline_printed", ""),
                ("records.offline_draft", "叶国平"),
                ("records.offline", "林思源、蔡国平"),
            ]
        );
        let shown = app.sign_in("audit").await.get("/audit").await.text();
        assert!(shown.contains("转线下办结并删除原文") && !shown.contains(">records.offline"), "{shown}");
        // A second click, and the next record: the stub keeps its page.
        done(&mut app.sign_in("deputy").await, "/handling/printed", &[("id", &id), ("printed", "1")]).await;
        let next = saved(&mut leader, &[("text", "下一条")]).await;
        assert_eq!(one(&mut leader, &next).await["row"]["page"], 2);
    }
}

#[tokio::test]
async fn nobody_but_the_two_reads_it_while_it_waits_and_it_comes_back_whole() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = told_everywhere(&app, &mut leader).await;
        let before = one(&mut leader, &id).await;
        let file = before["evidence"]["rows"][0]["id"].as_str().unwrap().to_owned();
        let mark = |page: String| page.split("kept").nth(1).unwrap().chars().take(30).collect::<String>();
        let mark_before = mark(leader.get("/home").await.text());
        ask(&app, &mut leader, &id, ["office", "deputy"]).await;
        // A phone that kept the year hears of it on the next page.
        assert_ne!(mark(leader.get("/home").await.text()), mark_before);
        crate::oversight::open(&app, app.district.school_post, "office2").await;
        for login in ["leader_b", "liaison_b", "office", "office2", "deputy", "secretary", "team"] {
            let mut client = app.sign_in(login).await;
            let post = app.district.school_post;
            let mut seen = String::new();
            for path in [
                format!("/records/{id}"),
                format!("/records?post={post}"),
                format!("/book?post={post}&year=2026"),
                format!("/documents/book/{post}/2026/page"),
                report(&app),
                format!("/documents/annual/{post}/2026/page"),
                format!("/handling/{id}"),
                format!("/evidence/{file}"),
            ] {
                seen.push_str(&client.get(&path).await.text());
            }
            seen.push_str(&client.call("/api/records/book", json!({ "post": post })).await.text());
            for words in WORDS.iter().filter(|w| w.chars().count() > 2) {
                assert!(!seen.contains(words), "{database:?}: {login} reads {words}");
            }
            assert!(!finds(&mut client, "鸲鸫鸱鸮").await, "{login}");
        }
        let waiting = one(&mut leader, &id).await;
        assert_eq!(waiting["row"]["text"], "已转线下，待两名干部办理。");
        assert_eq!((waiting["may_correct"].clone(), waiting["handling"].clone()), (json!(false), json!(true)));
        // Nobody else takes it back, and nobody who has nothing to do with it knows of the page.
        for login in ["liaison_b", "office", "team", "leader_a"] {
            let reply = app.sign_in(login).await.post("/handling/back", &[("id", &id)]).await;
            assert!(reply.location().contains("draft="), "{login}");
        }
        for (login, status) in [("leader_b", 200), ("office", 200), ("office2", 200), ("liaison_b", 404), ("team", 404)]
        {
            assert_eq!(app.sign_in(login).await.get(&format!("/handling/{id}")).await.status, status, "{login}");
        }
        assert_eq!(done(&mut leader, "/handling/back", &[("id", &id)]).await, format!("/records/{id}"));
        let after = one(&mut leader, &id).await;
        for part in ["row", "corrections", "items", "details"] {
            assert_eq!(after[part], before[part], "{part}");
        }
        assert_eq!(after["evidence"]["rows"], before["evidence"]["rows"]);
        assert!(finds(&mut leader, "鸲鸫鸱鸮").await);
        assert!(leader.get(&report(&app)).await.text().contains("鸲鸫鸱鸮鸳鸯"));
        assert!(!todo(&mut app.sign_in("office").await, &id).await);
        // And again.
        assert_eq!(ask(&app, &mut leader, &id, ["office", "deputy"]).await, format!("/records/{id}"));
    }
}

#[tokio::test]
async fn one_person_alone_gets_nowhere() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", "鸬鹚鹈鹕鹣鹫一事"), ("kind", "visit")]).await;
        let file = added(&mut leader, &id, "a.pdf", PDF).await;
        // Refused on the same page, with the choice kept.
        let same = ask(&app, &mut leader, &id, ["office", "office"]).await;
        assert!(same.starts_with(&format!("/records/{id}?draft=")), "{same}");
        let page = leader.get(&same).await.text();
        let chosen = format!("value=\"{}\" selected", app.district.person("office"));
        assert!(page.contains("不能是同一人") && page.matches(&chosen).count() == 2, "{page}");
        for two in [["office", "leader_b"], ["liaison_b", "office"], ["sysadmin", "office"]] {
            assert!(ask(&app, &mut leader, &id, two).await.contains("draft="), "{two:?}");
        }
        for login in ["office", "liaison_b", "leader_a", "secretary"] {
            assert!(ask(&app, &mut app.sign_in(login).await, &id, ["office2", "deputy"]).await.contains("draft="));
        }
        // Its reader asks too, but is none of the two.
        crate::oversight::open(&app, app.district.school_post, "office").await;
        let mut office = app.sign_in("office").await;
        assert!(ask(&app, &mut office, &id, ["office", "deputy"]).await.contains("draft="));
        assert_eq!(one(&mut leader, &id).await["row"]["text"], "鸬鹚鹈鹕鹣鹫一事");
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        assert!(
            todo(&mut app.sign_in("office2").await, &id).await && todo(&mut app.sign_in("deputy").await, &id).await
        );
        // Neither the asker nor a third one looks; nobody confirms before he looked, or without saying so.
        for login in ["leader_b", "office", "secretary"] {
            assert_eq!(sheet(&app, login, &id).await, "", "{login}");
        }
        let mut first = app.sign_in("office2").await;
        assert_eq!(first.get(&format!("/evidence/{file}")).await.status, 404);
        let yes = [("id", id.as_str()), ("printed", "1")];
        assert!(refused(&mut first, "/handling/printed", &yes).await.contains("还没有查看内容"));
        let shown = sheet(&app, "office2", &id).await;
        assert!(shown.contains("鸬鹚鹈鹕鹣鹫一事") && shown.contains("陶文博") && shown.contains("蔡国平"));
        assert_eq!(sheet(&app, "office2", &id).await, "", "once");
        assert_eq!(first.get(&format!("/evidence/{file}")).await.status, 200);
        assert!(refused(&mut first, "/handling/printed", &[("id", &id)]).await.contains("还没有确认"));
        let back = refused(&mut leader, "/handling/back", &[("id", &id)]).await;
        assert!(back.contains("不能撤回"), "{back}");
        done(&mut first, "/handling/printed", &yes).await;
        done(&mut first, "/handling/printed", &yes).await;
        assert_eq!(first.get(&format!("/evidence/{file}")).await.status, 404);
        let held = rows(&app, q("SELECT held FROM offline_requests")).await[0].text("held").unwrap();
        assert!(held.contains("鸬鹚鹈鹕鹣鹫一事"), "one of them alone erases nothing");
        // The second one leaves: another is named, by the asker or the 监督室, never the first again.
        execute(
            &app,
            q("UPDATE role_grants SET state = 'ended' WHERE person_id = $1").bind(app.district.person("deputy")),
        )
        .await;
        assert_eq!(sheet(&app, "deputy", &id).await, "");
        assert!(todo(&mut leader, &id).await);
        let name = |slot: &'static str, login: &str| {
            [("id", id.clone()), ("slot", slot.to_owned()), ("officer", app.district.person(login).to_string())]
        };
        let send = async |client: &mut Client, fields: [(&'static str, String); 3]| {
            let fields = fields.each_ref().map(|(a, b)| (*a, b.as_str()));
            client.post("/handling/officer", &fields).await.location()
        };
        let mut liaison = app.sign_in("liaison_b").await;
        assert!(send(&mut liaison, name("2", "secretary")).await.contains("draft="));
        for (slot, login) in [("1", "secretary"), ("2", "office2"), ("2", "leader_b"), ("2", "deputy")] {
            assert!(send(&mut leader, name(slot, login)).await.contains("draft="), "{slot} {login}");
        }
        assert!(send(&mut office, name("2", "office")).await.contains("draft="), "not himself");
        assert_eq!(send(&mut office, name("2", "secretary")).await, format!("/handling/{id}"));
        assert!(leader.get("/todo").await.text().contains("经办人由蔡国平改为"), "{database:?}: the asker is told");
        assert!(handle(&app, "secretary", &id).await.contains("鸬鹚鹈鹕鹣鹫一事"));
        assert!(leader.get(&format!("/handling/{id}")).await.text().contains("已经删除"));
        assert_eq!(rows(&app, q("SELECT held FROM offline_requests")).await[0].text("held").unwrap(), "");
    }
}

/// `record_id` of the windows of an item that have one.
async fn satisfied(app: &TestApp, code: &str) -> Vec<String> {
    let find = q("SELECT record_id FROM occurrences WHERE post_id = $1 AND code = $2 AND record_id IS NOT NULL");
    let found = rows(app, find.bind(app.district.school_post).bind(code)).await;
    found.iter().map(|r| r.text("record_id").unwrap()).collect()
}

#[tokio::test]
async fn matches_are_released_when_it_is_erased_and_the_next_record_takes_the_place() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut leader = app.sign_in("leader_b").await;
        let (_, _, choices) = form(&mut leader).await;
        let duty = |code: &str| choices.iter().find(|(c, _)| c == code).unwrap().1.clone();
        let (once, shared) = (duty("9.1"), duty("6.3"));
        let clue = saved(&mut leader, &[("text", "鸬鹚一事"), ("duty", &once), ("duty", &shared)]).await;
        let other = saved(&mut leader, &[("text", "另一件"), ("duty", &shared)]).await;
        let counts = satisfied(&app, "9.1").await;
        assert_eq!(satisfied(&app, "6.3").await, std::slice::from_ref(&clue));
        ask(&app, &mut leader, &clue, ["office", "deputy"]).await;
        assert_eq!(satisfied(&app, "6.3").await, std::slice::from_ref(&clue), "nothing is released before");
        for login in ["office", "deputy"] {
            handle(&app, login, &clue).await;
        }
        assert_eq!(
            (satisfied(&app, "6.3").await, satisfied(&app, "9.1").await),
            (vec![other], Vec::new()),
            "{counts:?}"
        );
        let page = one(&mut leader, &clue).await;
        assert_eq!((page["row"]["codes"].clone(), page["items"].clone()), (json!([]), json!([])));
        assert!(page["row"]["text"].as_str().unwrap().contains("对应条目"), "{page}");
    }
}

#[tokio::test]
async fn a_closed_book_and_a_running_reading_say_that_a_page_went() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = saved(&mut leader, &[("text", "鸬鹚一事"), ("kind", "visit")]).await;
        let other = saved(&mut leader, &[("text", "别的一件"), ("kind", "visit")]).await;
        let reading = crate::oversight::registered(&app, "2026-11-02", "2026-11-05").await;
        let mut office = app.sign_in("office").await;
        // Nothing becomes a talk under the eyes of its reader.
        let now = one(&mut leader, &other).await;
        let (key, seen) = (now["command"].as_str().unwrap().to_owned(), now["version"].to_string());
        let talk = [
            ("command", key.as_str()),
            ("record", &other),
            ("seen", &seen),
            ("text", "别的一件"),
            ("kind", "talk"),
            ("reason", "改类型"),
        ];
        let place = leader.post("/records/correct", &talk).await.location();
        assert!(leader.get(&place).await.text().contains("翻阅检查期间不能改为谈心谈话，检查结束后再改"), "{place}");
        assert_eq!(one(&mut leader, &other).await["row"]["kind"], "visit");
        ask(&app, &mut leader, &id, ["office2", "deputy"]).await;
        let sheet = office.call("/api/oversight/one", json!({ "id": reading })).await.json();
        let said: Vec<&Value> = sheet["unmatched"].as_array().unwrap().iter().filter(|r| r[0] == json!(id)).collect();
        assert_eq!(said[0][2], "11月2日转线下，不能翻阅", "{sheet}");
        let paper = office.get(&format!("/documents/reading/{reading}/page")).await.text();
        assert!(paper.contains("其中 1 页按规定转线下办理，不在本次翻阅范围。"));
        done(&mut leader, "/handling/back", &[("id", &id)]).await;
        crate::oversight::shut(&app).await;
        // The year is over and its book closed: a clue must still be removable.
        app.clock.set_day(domain::time::parse_iso("2027-01-05").unwrap());
        let mut leader = app.sign_in("leader_b").await;
        let post = app.district.school_post.to_string();
        let closing = leader.call("/api/book/closing", json!({ "post": post, "year": 2026 })).await.json();
        let fields = [
            ("post", post.as_str()),
            ("year", "2026"),
            ("seen", closing["seen"].as_str().unwrap()),
            ("typed", "叶国平"),
        ];
        done(&mut leader, "/book/close", &fields).await;
        let signed = q("SELECT content_hash FROM signatures WHERE purpose = 'records.closing'");
        let before = rows(&app, signed.clone()).await[0].text("content_hash").unwrap();
        assert_eq!(ask(&app, &mut leader, &id, ["office2", "deputy"]).await, format!("/records/{id}"));
        for login in ["office2", "deputy"] {
            assert!(handle(&app, login, &id).await.contains("鸬鹚一事"));
        }
        assert_eq!(rows(&app, signed).await[0].text("content_hash").unwrap(), before);
        let page = leader.get(&format!("/book/closing?post={post}&year=2026")).await.text();
        assert!(page.contains("结转后有 1 页转到系统外办理"), "{page}");
    }
}
