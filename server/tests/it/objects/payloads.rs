//! D01, D02, D08, D09: what people type is text, in pages, in the state of pages, in
//! workbooks and in searches.

use serde_json::json;
use server::storage::q;

use super::{
    markup::{PAYLOADS, hostile},
    table::readable,
    world::{one, record, signed},
};
use crate::{
    duties::{self, done, rows, send},
    harness::{BOTH, Client, Database, TestApp},
    reviews::{planning as reviews, sealed as after},
};

async fn clean(client: &mut Client, path: &str) {
    let reply = client.get(path).await;
    assert_eq!(reply.status, 200, "{path}");
    let wrong = hostile(&reply.text());
    assert!(wrong.is_empty(), "{path}: {wrong:?}");
}

#[tokio::test]
async fn d01_d09_forty_payloads_in_every_field_stay_text() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut sysadmin) = (app.sign_in("office").await, app.sign_in("sysadmin").await);
    let mut leader = app.sign_in("leader_a").await;
    let (town, post) = (app.district.town.to_string(), app.district.town_post.to_string());
    duties::published(&mut office).await;
    let list = duties::made(&mut office, "东湖街道").await;
    for (n, payload) in PAYLOADS.iter().enumerate() {
        let (code, seen) = (format!("15.{}", n + 1), duties::version(&mut office, &list).await);
        let item = [
            ("leader", list.as_str()),
            ("seen", &seen),
            ("do", "save"),
            ("code", &code),
            ("group", "载荷"),
            ("text", payload),
            ("frequency", "yearly"),
            ("action", "optional"),
            ("source", "petition"),
            // Payloads are much alike.
            ("alike", "1"),
        ];
        done(&mut office, "/duties/lists/item", &item).await;
        let task = [
            ("year", "2026"),
            ("unit", town.as_str()),
            ("title", payload),
            ("node", payload),
            ("due_on", "2026-12-20"),
            ("owner", "谁"),
            ("done_mark", payload),
            ("alike", "1"),
        ];
        done(&mut office, "/duties/tasks/add", &task).await;
        // Names are short: a longer payload is refused, and its draft is a page too.
        let unit = [("name", *payload), ("kind", "subordinate"), ("starts_on", "2026-11-01"), ("parent", &town)];
        let reply = send(&mut sysadmin, "/people/units/add", &unit).await;
        clean(&mut sysadmin, &reply.location()).await;
    }
    duties::step(&mut office, &list, "send", &[]).await;
    let mut liaison = app.sign_in("liaison_a").await;
    for payload in PAYLOADS {
        send(&mut liaison, "/duties/lists/comment", &[("leader", &list), ("comment", payload)]).await;
    }
    let mut deputy = app.sign_in("deputy").await;
    duties::step(&mut office, &list, "submit", &[]).await;
    duties::step(&mut deputy, &list, "return", &[("reason", &PAYLOADS.concat()[..400])]).await;
    clean(&mut office, &format!("/duties/lists/{list}")).await;
    signed(&app, "东湖街道", "leader_a", "段敏").await;
    let mut last = String::new();
    for payload in PAYLOADS {
        last = record(&mut leader, payload, "other", "").await;
    }
    for (n, payload) in PAYLOADS.iter().take(30).enumerate() {
        // Names of files: the quotes of the form itself cannot carry every payload.
        let name = payload.replace(['"', '\r', '\n'], "'");
        let bytes = [crate::evidence::PDF, n.to_string().as_bytes()].concat();
        crate::evidence::added(&mut leader, &last, &name, &bytes).await;
    }
    last_record(&mut leader, &last).await;
    // A person called like a script becomes the head.
    let seen = one(&app, q("SELECT version FROM units WHERE id = $1").bind(&town), "version").await;
    let appoint = [
        ("unit", town.as_str()),
        ("seen", &seen),
        ("post", &post),
        ("person", "new"),
        ("name", PAYLOADS[3]),
        ("starts_on", "2026-11-02"),
    ];
    // Pages of the present head first, then of everybody who sees the new name.
    for path in ["/home", "/records", "/records/new", "/todo", "/duties/mine", "/me"] {
        clean(&mut leader, path).await;
    }
    done(&mut sysadmin, "/people/terms/appoint", &appoint).await;
    let unit = format!("/people/units/{town}");
    for path in ["/people", "/people/map", "/people/roles", "/people/slips", &unit, "/people?find=%3Cscript%3E"] {
        clean(&mut sysadmin, path).await;
    }
    let pages = [
        format!("/duties/lists/{list}"),
        format!("/duties/lists/{list}/compare"),
        format!("/board?post={post}&duty=lv"),
        format!("/records?post={post}"),
        "/board?q=%3C/script%3E%3Cscript%3Ealert(1)".to_owned(),
        "/duties?q=%22%3E%3Csvg%20onload%3D1%3E".to_owned(),
        "/duties/tasks?unit=".to_owned(),
        "/duties".to_owned(),
        "/board".to_owned(),
    ];
    for path in pages {
        clean(&mut office, &path).await;
    }
}

#[tokio::test]
async fn d01_payloads_around_a_meeting_stay_text() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut office = app.sign_in("office").await;
    let planned = reviews::approved(&app, "载荷评议会", "2026-11-05").await;
    let (meeting, presenter) = (planned.meeting.as_str(), planned.presenters[1].as_str());
    let draft = reviews::new(&mut office, "载荷", "2026-12-09").await;
    let school = app.district.school_post.to_string();
    reviews::change(&mut office, &draft, "/reviews/presenters", &[("add", &school)]).await;
    let about = [("meeting", meeting), ("presenter", presenter)];
    reviews::change(&mut office, meeting, "/reviews/step", &[("step", "open_pack")]).await;
    let (mut rater, mut team) = (app.sign_in("office2").await, app.sign_in("team").await);
    for payload in PAYLOADS {
        // A longer one is refused as a name; its draft is a page too.
        let seen = reviews::page(&mut office, &draft).await["version"].to_string();
        let fields = [
            ("meeting", draft.as_str()),
            ("seen", &seen),
            ("do", "add"),
            ("name", payload),
            ("group", "a"),
            ("unit", ""),
        ];
        let reply = send(&mut office, "/reviews/raters", &fields).await;
        clean(&mut office, &reply.location()).await;
        send(&mut rater, "/reviews/suggest", &[&about[..], &[("text", payload)]].concat()).await;
    }
    let plan = reviews::page(&mut office, &draft).await["plan"].clone();
    let rater_id = plan["raters"][0]["id"].as_str().unwrap();
    let to = plan["presenters"][0]["id"].as_str().unwrap();
    for payload in &PAYLOADS[..3] {
        let fields = [("do", "add"), ("rater", rater_id), ("presenter", to), ("reason", *payload)];
        reviews::change(&mut office, &draft, "/reviews/recusals", &fields).await;
    }
    let mut leader = app.sign_in("leader_b").await;
    let all = PAYLOADS.concat();
    let report = [&about[..], &[("seen", "0"), ("do", "late"), ("text", all.as_str())]].concat();
    done(&mut leader, "/reviews/report", &report).await;
    for payload in &PAYLOADS[..2] {
        let question = [("question", ""), ("seen", ""), ("do", "save"), ("text", *payload)];
        done(&mut team, "/reviews/questions", &[&about[..], &question].concat()).await;
    }
    for tab in ["step", "base", "raters", "recusals", "people", "presenters", "rules"] {
        clean(&mut office, &format!("/reviews/{draft}?tab={tab}")).await;
    }
    clean(&mut office, &format!("/reviews/{meeting}?tab=reports")).await;
    clean(&mut office, "/reviews").await;
    clean(&mut team, &format!("/reviews/{meeting}/questions")).await;
    clean(&mut leader, &format!("/reviews/{meeting}/report/{presenter}")).await;
    clean(&mut rater, &format!("/reviews/{meeting}/pack/{presenter}")).await;
    // The printed sheet of 「转线下」 is made without the pages' renderer.
    let listed = reviews::page(&mut office, meeting).await["suggestions"].clone();
    let (one, two) = (app.district.person("team").to_string(), app.district.person("deputy").to_string());
    let mut officer = app.sign_in("deputy").await;
    for suggestion in listed.as_array().unwrap() {
        let id = suggestion["id"].as_str().unwrap();
        let fields = [("meeting", meeting), ("what", "question"), ("id", id), ("first", &one), ("second", &two)];
        assert_eq!(send(&mut office, "/reviews/offline", &fields).await.location(), format!("/handling/{id}"));
        let sheet = send(&mut officer, "/handling/sheet", &[("id", id)]).await;
        assert_eq!(sheet.status, 200, "{}", sheet.text());
        assert_eq!(hostile(&sheet.text()), Vec::<String>::new(), "{id}");
    }
}

/// One record, and its form again with a refused correction.
async fn last_record(leader: &mut Client, id: &str) {
    clean(leader, &format!("/records/{id}")).await;
    let bad = [("record", id), ("seen", "1"), ("text", PAYLOADS[14]), ("reason", PAYLOADS[7])];
    let place = send(leader, "/records/correct", &bad).await.location();
    clean(leader, &place).await;
}

#[tokio::test]
async fn d02_formulas_are_text_in_every_workbook() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut office, mut sysadmin) = (app.sign_in("office").await, app.sign_in("sysadmin").await);
    let town = app.district.town.to_string();
    let template = duties::published(&mut office).await;
    let list = duties::made(&mut office, "东湖街道").await;
    let formulas = ["=1+1", "+1", "-1+2", "@SUM(A1)", "=HYPERLINK(\"http://evil.example\")", "=cmd|' /C calc'!A0"];
    for (n, formula) in formulas.iter().enumerate() {
        let (code, seen) = (format!("15.{}", n + 1), duties::version(&mut office, &list).await);
        let item = [
            ("leader", list.as_str()),
            ("seen", &seen),
            ("do", "save"),
            ("code", &code),
            ("group", formula),
            ("text", formula),
            ("frequency", "yearly"),
            ("action", "optional"),
            ("source", "petition"),
            // Payloads are much alike.
            ("alike", "1"),
        ];
        done(&mut office, "/duties/lists/item", &item).await;
        let task = [
            ("year", "2026"),
            ("unit", town.as_str()),
            ("title", formula),
            ("due_on", "2026-12-20"),
            ("owner", formula),
            ("done_mark", formula),
            ("alike", "1"),
        ];
        done(&mut office, "/duties/tasks/add", &task).await;
    }
    let seen = one(&app, q("SELECT version FROM units WHERE id = $1").bind(&town), "version").await;
    let rename = [("unit", town.as_str()), ("seen", &seen), ("name", "=1+1街道"), ("from_day", "2026-11-01")];
    done(&mut sysadmin, "/people/units/rename", &rename).await;
    // A pasted table with a wrong cell, back as the error file.
    let pasted = duties::PASTED.replacen("每季度", "每旬", 1).replacen("主持专题会议", "=1+1主持专题会议", 1);
    let target = json!({ "list": "first_responsible", "year": 2026 }).to_string();
    let fields = [("kind", "duties"), ("target", target.as_str()), ("pasted", &pasted)];
    let upload = office.upload("/imports/upload", &fields, "", b"").await.location();
    let exports = [
        (format!("{upload}/errors"), 1),
        (format!("{upload}/export"), 0),
        ("/board/export".to_owned(), 1),
        ("/duties/export?what=year".to_owned(), 1),
        ("/duties/export?what=tasks".to_owned(), formulas.len()),
        (format!("/duties/export?what=list&id={list}"), formulas.len()),
        (format!("/duties/export?what=template&id={template}"), 0),
    ];
    for (path, expected) in exports {
        let reply = office.get(&path).await;
        assert_eq!(reply.status, 200, "{path}");
        let text = readable(&reply.body);
        assert!(!text.contains("<f>") && !text.contains("<f "), "{path} holds a formula");
        assert!(!text.contains("t=\"str\"") && !text.contains("<hyperlink"), "{path}");
        // Every cell with a value is a shared string, never a number.
        for cell in text.split("<c ").skip(1) {
            let head = cell.split('>').next().unwrap();
            assert!(head.contains("t=\"s\"") || head.ends_with('/'), "{path}: <c {head}>");
        }
        let kept = formulas
            .iter()
            .filter(|f| text.contains(&f.replace('"', "&quot;").replace('\'', "&apos;")) || text.contains(*f));
        assert!(kept.count() >= expected.min(1), "{path} lost the texts");
    }
}

#[tokio::test]
async fn d08_wildcards_and_quotes_find_nothing_and_break_nothing() {
    for database in BOTH {
        search(TestApp::new(database).await).await;
    }
}

async fn search(app: TestApp) {
    let mut office = app.sign_in("office").await;
    duties::published(&mut office).await;
    duties::made(&mut office, "东湖街道").await;
    let long = "长".repeat(10_000);
    let words = [
        "%",
        "_",
        "'",
        "\"",
        ";--",
        "' OR '1'='1",
        "\\",
        "!",
        "*",
        "东%",
        "东_街道",
        "NEAR(",
        "\u{0}",
        "$1",
        "?",
        &long,
    ];
    for word in words {
        for (path, field, rows) in [
            ("/api/board/matrix", "q", "rows"),
            ("/api/duties/overview", "q", "rows"),
            ("/api/people/directory", "find", "units"),
            ("/api/people/directory", "find", "persons"),
        ] {
            let reply = office.call(path, json!({ field: word })).await;
            assert!(matches!(reply.status, 200 | 422), "{path} {word:.20}: {}", reply.status);
            if reply.status == 200 {
                assert_eq!(reply.json()[rows], json!([]), "{path} {word:.20}");
            }
        }
        let unit = app.district.town.to_string();
        let found = office.call("/api/people/unit", json!({ "id": unit, "find": word })).await;
        assert_eq!(found.json()["found"], json!([]), "{word:.20}");
        // As an id, a year, a kind, a state.
        for (path, form) in [
            ("/api/records/one", json!({ "id": word })),
            ("/api/records/book", json!({ "post": word })),
            ("/api/duties/list", json!({ "id": word })),
            ("/api/duties/template", json!({ "id": word })),
            ("/api/duties/handover", json!({ "id": word })),
            ("/api/people/person", json!({ "id": word })),
            ("/api/imports/upload", json!({ "id": word })),
            ("/api/board/cell", json!({ "post": word, "duty": word })),
        ] {
            assert_eq!(office.call(path, form).await.status, 404, "{path} {word:.20}");
        }
        for (path, form) in [
            ("/api/board/matrix", json!({ "kind": word, "state": word, "team": word })),
            ("/api/duties/overview", json!({ "kind": word, "state": word })),
            ("/api/people/directory", json!({ "kind": word })),
        ] {
            let status = office.call(path, form).await.status;
            assert!(matches!(status, 200 | 404 | 422), "{path} {word:.20}: {status}");
        }
    }
    // A byte that PostgreSQL does not take is no reason for 「暂时没有办成」.
    let mut security = app.sign_in("security").await;
    for (client, path, field) in [
        (&mut security, "/people/roles/end", "grant"),
        (&mut office, "/me/device", "device"),
        (&mut app.visitor(), "/signin", "login"),
    ] {
        let reply = send(client, path, &[(field, "\u{0}' OR 1=1 --"), ("password", "\u{0}\u{0}")]).await;
        assert!(matches!(reply.status, 303 | 422), "{path}: {}", reply.status);
        let unavailable = rows(&app, q("SELECT id FROM drafts WHERE problem LIKE '系统暂时%'")).await;
        assert!(unavailable.is_empty(), "{path}");
    }
    assert!(!rows(&app, q("SELECT id FROM units")).await.is_empty());
}

#[tokio::test]
async fn d01_payloads_after_a_review_stay_text() {
    let app = TestApp::new(Database::Sqlite).await;
    after::sealed(&app).await;
    let all = PAYLOADS.concat();
    let part = |from: usize, count: usize| all.chars().skip(from).take(count).collect::<String>();
    let item = after::handed_with(&app, &part(0, 480)).await;
    let sheet = after::sheet_of_school(&app).await;
    let mut liaison = app.sign_in("liaison_b").await;
    let (name, words) = (part(0, 50), part(300, 900));
    let plan = [
        ("item", item.as_str()),
        ("seen", "2"),
        ("step", "plan"),
        ("owner_name", &name),
        ("department", &name),
        ("adopted_on", "2026-11-02"),
        ("words", &words),
    ];
    done(&mut liaison, "/accountability/step", &plan).await;
    // A refused form is a page, too.
    let wrong = [("item", item.as_str()), ("seen", "1"), ("step", "fill"), ("words", &words)];
    let reply = send(&mut liaison, "/accountability/step", &wrong).await;
    clean(&mut liaison, &reply.location()).await;
    let mut office = app.sign_in("office").await;
    for path in [
        format!("/reviews/feedback/{sheet}"),
        format!("/accountability/{item}"),
        "/accountability".to_owned(),
        format!("/documents/feedback/{sheet}/page"),
        format!("/documents/feedback/{sheet}/print"),
        format!("/board?post={}&duty=wen", app.district.school_post),
    ] {
        clean(&mut office, &path).await;
    }
    clean(&mut app.sign_in("leader_b").await, &format!("/reviews/mine/{sheet}")).await;
    clean(&mut app.sign_in("leader_b").await, "/todo").await;
}
