//! 「转线下」 of a meeting's texts: one asks and leaves every page, two officers see it once each from their own
//! accounts, and with the second it is gone from every byte; the log holds neither words nor a digest.

use domain::time::parse_iso;
use serde_json::json;
use server::storage::q;

use super::{
    own::{DAY, report},
    planning::{Planned, approved, page},
};
use crate::{
    duties::{done, execute, refused, rows, send},
    harness::{BOTH, Client, TestApp},
    records::offline::places,
};

const WORDS: &str = "鸬鹚鹈鹕收了鹳鹤鸳鸯的好处";

/// Asks for it; what is answered.
async fn ask(
    app: &TestApp,
    client: &mut Client,
    planned: &Planned,
    clue: (&str, &str),
    two: [&str; 2],
) -> crate::harness::Reply {
    let [first, second] = two.map(|login| app.district.person(login).to_string());
    let fields = [
        ("meeting", planned.meeting.as_str()),
        ("what", clue.0),
        ("id", clue.1),
        ("first", &first),
        ("second", &second),
    ];
    send(client, "/reviews/offline", &fields).await
}

async fn sheet(app: &TestApp, login: &str, id: &str) -> String {
    let reply = app.sign_in(login).await.post("/handling/sheet", &[("id", id)]).await;
    if reply.status == 200 { reply.text() } else { String::new() }
}

async fn confirm(app: &TestApp, login: &str, id: &str) {
    done(&mut app.sign_in(login).await, "/handling/printed", &[("id", id), ("printed", "1")]).await;
}

async fn todo(app: &TestApp, login: &str, id: &str) -> bool {
    let page = app.sign_in(login).await.call("/api/records/todo", json!({})).await.json();
    page["rows"].as_array().unwrap().iter().any(|row| row["link"] == format!("/handling/{id}"))
}

/// The presenter checks his facts with a note.
async fn noted(leader: &mut Client, planned: &Planned, note: &str) {
    let shown = report(leader, planned, 1).await;
    let seen = shown["version"].to_string();
    let fields = [
        ("meeting", planned.meeting.as_str()),
        ("presenter", &planned.presenters[1]),
        ("seen", &seen),
        ("shown", shown["shown"].as_str().unwrap()),
        ("note", note),
    ];
    done(leader, "/reviews/facts", &fields).await;
}

#[tokio::test]
async fn a_suggestion_is_erased_by_two_officers_in_every_byte() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "建议", DAY).await;
        app.clock.set_day(parse_iso("2026-12-04").unwrap());
        let fields = [("meeting", planned.meeting.as_str()), ("presenter", &planned.presenters[1]), ("text", WORDS)];
        done(&mut app.sign_in("office2").await, "/reviews/suggest", &fields).await;
        // Somebody has it in a form that was not sent.
        let draft = [("form", "records.new"), ("subject", ""), ("seen", ""), ("f.text", WORDS)];
        app.sign_in("leader_b").await.post("/drafts", &draft).await;
        let mut office = app.sign_in("office").await;
        let id = page(&mut office, &planned.meeting).await["suggestions"][0]["id"].as_str().unwrap().to_owned();
        let clue = ("question", id.as_str());
        // Two different officers, neither he who asks nor the presenter; nobody but the office asks.
        for (two, words) in [
            (["team", "team"], "不能是同一人"),
            (["office", "team"], "不能自己办理"),
            (["team", "leader_b"], "不能自己办理"),
            (["team", "liaison_a"], "不是纪检机构的干部"),
        ] {
            let reply = ask(&app, &mut office, &planned, clue, two).await;
            assert!(reply.status == 422 && reply.text().contains(words), "{two:?} {}", reply.text());
        }
        let reply = ask(&app, &mut app.sign_in("team").await, &planned, clue, ["office2", "deputy"]).await;
        assert_eq!(reply.status, 404);
        assert_eq!(page(&mut office, &planned.meeting).await["suggestions"][0]["text"], WORDS);
        for _ in 0..2 {
            let reply = ask(&app, &mut office, &planned, clue, ["team", "deputy"]).await;
            assert_eq!(reply.location(), format!("/handling/{id}"), "{}", reply.text());
        }
        assert_eq!(ask(&app, &mut app.sign_in("office2").await, &planned, clue, ["team", "deputy"]).await.status, 422);
        // Off every page at once; only the two see it, once each.
        for login in ["office", "office2", "deputy", "team", "secretary"] {
            let mut client = app.sign_in(login).await;
            for path in [format!("/reviews/{}?tab=reports", planned.meeting), format!("/handling/{id}")] {
                assert!(!client.get(&path).await.text().contains(WORDS), "{login} {path}");
            }
        }
        for (login, status) in [("office", 200), ("office2", 200), ("team", 200), ("leader_b", 404), ("team2", 404)] {
            assert_eq!(app.sign_in(login).await.get(&format!("/handling/{id}")).await.status, status, "{login}");
        }
        assert!(todo(&app, "team", &id).await && todo(&app, "deputy", &id).await && !todo(&app, "office", &id).await);
        assert_eq!(sheet(&app, "office", &id).await, "", "he asked");
        let yes = [("id", id.as_str()), ("printed", "1")];
        assert!(refused(&mut app.sign_in("team").await, "/handling/printed", &yes).await.contains("还没有查看内容"));
        let shown = sheet(&app, "team", &id).await;
        assert!(shown.contains(WORDS) && shown.contains("询问建议，涉及"), "{shown}");
        assert_eq!(sheet(&app, "team", &id).await, "", "once");
        let back = refused(&mut office, "/handling/back", &[("id", &id)]).await;
        assert!(back.contains("不能撤回"), "{back}");
        confirm(&app, "team", &id).await;
        assert!(!places(&app, database, WORDS).await.is_empty(), "one alone erases nothing");
        assert!(sheet(&app, "deputy", &id).await.contains(WORDS));
        confirm(&app, "deputy", &id).await;
        confirm(&app, "deputy", &id).await;
        assert_eq!(places(&app, database, WORDS).await, Vec::<String>::new(), "{database:?}");
        assert!(office.get(&format!("/handling/{id}")).await.text().contains("已经删除"));
        assert_eq!(ask(&app, &mut office, &planned, clue, ["team", "deputy"]).await.status, 422, "it is gone");
        let log = rows(
            &app,
            q("SELECT a.action, d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
               WHERE a.action LIKE 'reviews.offline%' ORDER BY a.seq"),
        )
        .await;
        let log: Vec<(String, String)> =
            log.iter().map(|r| (r.text("action").unwrap(), r.text("text").unwrap())).collect();
        let acts: Vec<&str> = log.iter().map(|(act, _)| act.trim_start_matches("reviews.offline")).collect();
        assert_eq!(acts, ["_asked", "_shown", "_printed", "_shown", "_printed", "_draft", ""]);
        let words: String = log.iter().map(|(_, words)| words.as_str()).collect();
        assert!(!words.contains("sha256") && words.contains("蔡国平") && words.chars().count() < 40, "{words}");
    }
}

#[tokio::test]
async fn a_note_comes_back_whole_or_goes_with_what_could_be_tried_out() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "说明", DAY).await;
        let mut leader = app.sign_in("leader_b").await;
        noted(&mut leader, &planned, WORDS).await;
        let mut office = app.sign_in("office").await;
        let note = async |office: &mut Client| page(office, &planned.meeting).await["reports"][1]["note"].clone();
        assert_eq!(note(&mut office).await, WORDS);
        let id = planned.presenters[1].clone();
        let clue = ("note", id.as_str());
        ask(&app, &mut office, &planned, clue, ["team", "deputy"]).await;
        assert_eq!(note(&mut office).await, "");
        assert!(!leader.get(&format!("/reviews/{}/report/{id}", planned.meeting)).await.text().contains(WORDS));
        let place = done(&mut office, "/handling/back", &[("id", &id)]).await;
        assert_eq!(place, format!("/reviews/{}?tab=reports", planned.meeting));
        assert_eq!(note(&mut office).await, WORDS);
        // Again; meanwhile the presenter writes another one, which stays.
        ask(&app, &mut office, &planned, clue, ["team", "deputy"]).await;
        noted(&mut leader, &planned, "另一段说明").await;
        let back = refused(&mut office, "/handling/back", &[("id", &id)]).await;
        assert!(back.contains("已经重新写了说明"), "{back}");
        for login in ["team", "deputy"] {
            assert!(sheet(&app, login, &id).await.contains(WORDS));
            confirm(&app, login, &id).await;
        }
        assert_eq!(note(&mut office).await, "另一段说明");
        assert_eq!(places(&app, database, WORDS).await, Vec::<String>::new(), "{database:?}");
        let hashes = rows(
            &app,
            q("SELECT c.body_hash FROM commands c JOIN accounts a ON a.id = c.account_id
               WHERE a.person_id = $1 AND c.answer = 'null'")
            .bind(app.district.person("leader_b")),
        )
        .await;
        assert!(!hashes.is_empty() && hashes.iter().all(|r| r.text("body_hash").unwrap().is_empty()));
    }
}

#[tokio::test]
async fn too_few_officers_says_whom_to_appoint_and_an_ended_role_is_none() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let planned = approved(&app, "人手", DAY).await;
        noted(&mut app.sign_in("leader_b").await, &planned, WORDS).await;
        let mut office = app.sign_in("office").await;
        let offered = page(&mut office, &planned.meeting).await["handlers"].to_string();
        assert!(offered.contains("蔡国平") && !offered.contains("林思源"), "{offered}");
        // Everybody's role ended yesterday but the asker's and one more.
        let ended = q("UPDATE role_grants SET ends_on = '2026-11-01' WHERE person_id NOT IN ($1, $2)")
            .bind(app.district.person("office"))
            .bind(app.district.person("deputy"));
        execute(&app, ended).await;
        let shown = page(&mut office, &planned.meeting).await;
        assert!(!shown["people"].to_string().contains("吴若水") && shown["handlers"].as_array().unwrap().len() == 1);
        assert!(shown["too_few"].as_str().unwrap().contains("请系统管理员"), "{shown}");
        let clue = ("note", planned.presenters[1].as_str());
        let reply = ask(&app, &mut office, &planned, clue, ["team", "deputy"]).await;
        assert!(reply.status == 422 && reply.text().contains("不足两名"), "{}", reply.text());
        let html = office.get(&format!("/reviews/{}?tab=reports", planned.meeting)).await.text();
        assert!(html.contains("由安全管理员确认后"), "{html}");
    }
}
