//! Bad input before the meeting: long texts, unknown fields, stale versions, ids of others,
//! strange names, the same thing twice; remarks outside the meeting.

use std::collections::BTreeSet;

use domain::{
    ids::{CommandId, SessionId},
    people::{Grant, HeadTerm, access::Actor},
    reviews::Step,
};
use serde_json::json;
use server::{random, services::reviews::remarks::NoteRemark, storage::q};

use super::planning::{approved, change, drafted, new, page, refuse};
use crate::{
    duties::{command, execute, refused, rows, send, sqlite},
    harness::TestApp,
};

const DAY: &str = "2026-12-09";

/// The actor of a login as the session middleware would build it, for calls without a route.
pub async fn actor(app: &TestApp, login: &str) -> Actor {
    let person = app.district.person(login);
    let grants = rows(app, q("SELECT role, unit_id FROM role_grants WHERE person_id = $1").bind(person)).await;
    Actor {
        district: app.district.id,
        account: app.district.account(login),
        person,
        session: SessionId(random::id(domain::time::Instant(5))),
        name: login.to_owned(),
        grants: grants
            .iter()
            .map(|r| Grant {
                role: r.keyed("role", domain::people::Role::from_key).unwrap(),
                unit: r.id("unit_id").unwrap(),
            })
            .collect(),
        terms: Vec::<HeadTerm>::new(),
        post: None,
        watched: BTreeSet::new(),
    }
}

#[tokio::test]
async fn long_texts_unknown_fields_and_stale_pages_are_refused_with_their_words() {
    let app = sqlite().await;
    let planned = drafted(&app, "坏输入", DAY).await;
    let (mut office, meeting) = (app.sign_in("office").await, planned.meeting.as_str());
    let long = "长".repeat(20_000);
    let base = |title: &'static str| {
        vec![
            ("title", title),
            ("year", "2026"),
            ("on_day", DAY),
            ("place", ""),
            ("mode", "together"),
            ("secrecy", "anonymous"),
            ("identity", "card"),
            ("announce", "afterwards"),
        ]
    };
    let mut too_long = base("");
    too_long[0] = ("title", &long);
    assert!(refuse(&mut office, meeting, "/reviews/base", &too_long).await.contains("超过了 60 个字"));
    let mut more = base("好的名称");
    more.push(("state", "approved"));
    assert!(refuse(&mut office, meeting, "/reviews/base", &more).await.contains("没有的内容"));
    let mut wrong = base("好的名称");
    wrong[4] = ("mode", "secretly");
    assert!(refuse(&mut office, meeting, "/reviews/base", &wrong).await.contains("可选范围"));
    for (day, word) in [("2026-02-30", "不是日期"), ("2031-01-01", "不在2026年或次年"), ("", "还没有填会议日期")]
    {
        let mut fields = base("好的名称");
        fields[2] = ("on_day", day);
        assert!(refuse(&mut office, meeting, "/reviews/base", &fields).await.contains(word), "{day}");
    }
    let mut stale = base("盖掉别人的");
    stale.extend([("meeting", meeting), ("seen", "1")]);
    assert!(refused(&mut office, "/reviews/base", &stale).await.contains("盖掉别人的"));
    // A function refuses fields that it does not know.
    for path in ["meetings", "plan", "questions", "report", "pack"] {
        let reply = office.call(&format!("/api/reviews/{path}"), json!({ "id": meeting, "mass": true })).await;
        assert_eq!(reply.status, 422, "{path}");
    }
    let page = page(&mut office, meeting).await;
    assert_eq!(page["plan"]["title"], "坏输入");
    // The reports' own bound.
    let approved = approved(&app, "报告太长", DAY).await;
    let mut leader = app.sign_in("leader_a").await;
    let form = [
        ("meeting", approved.meeting.as_str()),
        ("presenter", &approved.presenters[0]),
        ("seen", "0"),
        ("do", "hand"),
        ("text", &long),
    ];
    let back = refused(&mut leader, "/reviews/report", &form).await;
    assert!(back.contains("超过了 8000 个字") && back.contains("长长长"), "{back:.300}");
}

#[tokio::test]
async fn names_twice_and_ids_of_others_do_not_get_in() {
    let app = sqlite().await;
    let planned = drafted(&app, "名册", DAY).await;
    let (mut office, meeting) = (app.sign_in("office").await, planned.meeting.as_str());
    let add = |name: &'static str| [("do", "add"), ("name", name), ("group", "c"), ("unit", "")];
    for name in ["蔡国平", " 蔡 国平", "祝明远"] {
        let back = refuse(&mut office, meeting, "/reviews/raters", &add(name)).await;
        assert!(back.contains("已在名册上"), "{name}");
    }
    let back = refuse(&mut office, meeting, "/reviews/raters", &add("")).await;
    assert!(back.contains("姓名还没有填写"));
    change(&mut office, meeting, "/reviews/raters", &add("😀\u{202E}𠮷")).await;
    let roll = page(&mut office, meeting).await["plan"]["raters"].clone();
    assert!(roll.to_string().contains("😀𠮷"), "{roll}");
    let (nobody, other) =
        (random::id(domain::time::Instant(3)).to_string(), app.district.person("leader_c").to_string());
    let foreign = [
        ("/reviews/presenters", vec![("add", nobody.as_str())]),
        ("/reviews/presenters", vec![("n.nonsense", "1")]),
        ("/reviews/raters", vec![("do", "move"), ("rater", nobody.as_str()), ("group", "a")]),
        ("/reviews/raters", vec![("do", "move"), ("rater", roll[0]["id"].as_str().unwrap()), ("group", "z")]),
        (
            "/reviews/recusals",
            vec![("do", "add"), ("rater", nobody.as_str()), ("presenter", nobody.as_str()), ("reason", "无")],
        ),
        ("/reviews/people", vec![("chair", nobody.as_str())]),
        ("/reviews/step", vec![("step", "publish")]),
    ];
    for (path, fields) in foreign {
        refuse(&mut office, meeting, path, &fields).await;
    }
    // A meeting of nobody, and one of another district.
    for id in [nobody.as_str(), "", "../..", "%", &"9".repeat(10_000)] {
        assert_eq!(office.call("/api/reviews/plan", json!({ "id": id })).await.status, 404);
        assert_eq!(office.call("/api/reviews/pack", json!({ "id": id, "presenter": id })).await.status, 404);
    }
    // Two tellers who are one, or a presenter: refused when asked for.
    let (chair, office2) = (app.district.person("secretary").to_string(), app.district.person("office2").to_string());
    for (second, word) in
        [(office2.as_str(), "不能是同一人"), (&app.district.person("leader_b").to_string(), "述责对象"), ("", "两名")]
    {
        let people = [
            ("chair", chair.as_str()),
            ("operator", &chair),
            ("teller", &office2),
            ("teller", second),
            ("counter", &office2),
            ("counter", &other),
        ];
        change(&mut office, meeting, "/reviews/people", &people).await;
        let back = refuse(&mut office, meeting, "/reviews/step", &[("step", "ask")]).await;
        assert!(back.contains(word), "{word}");
    }
}

#[tokio::test]
async fn the_same_submit_twice_makes_one_meeting() {
    let app = sqlite().await;
    let mut office = app.sign_in("office").await;
    let key = command();
    let fields = [("command", key.as_str()), ("title", "只有一场"), ("year", "2026"), ("on_day", DAY), ("place", "")];
    let first = office.post("/reviews/new", &fields).await.location();
    assert_eq!(office.post("/reviews/new", &fields).await.location(), first);
    assert_eq!(rows(&app, q("SELECT id FROM meetings")).await.len(), 1);
    for login in ["leader_a", "team", "secretary", "sysadmin"] {
        let reply = send(&mut app.sign_in(login).await, "/reviews/new", &fields[1..]).await;
        assert!(reply.location().contains("draft="), "{login}");
    }
    let meeting = new(&mut office, "第二场", DAY).await;
    assert_eq!(office.get(&format!("/reviews/{meeting}")).await.status, 200);
    for tab in ["base", "presenters", "raters", "recusals", "people", "rules", "reports", "step", "%3Cx%3E"] {
        assert_eq!(office.get(&format!("/reviews/{meeting}?tab={tab}")).await.status, 200, "{tab}");
    }
    assert_eq!(office.get("/reviews").await.status, 200);
}

#[tokio::test]
async fn remarks_are_noted_by_the_operator_while_the_meeting_runs() {
    let app = sqlite().await;
    let planned = approved(&app, "点评", DAY).await;
    let services = app.app.services();
    let (operator, other) = (actor(&app, "office").await, actor(&app, "team").await);
    let form = |step, text: &str| NoteRemark {
        command: CommandId(command().parse().unwrap()),
        meeting: planned.meeting.parse().unwrap(),
        presenter: planned.presenters[0].parse().unwrap(),
        step,
        person_name: "罗启明".to_owned(),
        text: text.to_owned(),
    };
    assert!(services.note_remark(&operator, form(Step::Comments, "太早")).await.is_err());
    execute(&app, q("UPDATE meetings SET state = 'running' WHERE id = $1").bind(&planned.meeting)).await;
    assert!(services.note_remark(&other, form(Step::Comments, "不是我")).await.is_err());
    assert!(services.note_remark(&operator, form(Step::Appraisal, "不是这一步")).await.is_err());
    assert!(services.note_remark(&operator, form(Step::Comments, &"长".repeat(20_000))).await.is_err());
    let twice = form(Step::Comments, "责任压得实");
    let id = services.note_remark(&operator, twice.clone()).await.unwrap();
    assert_eq!(services.note_remark(&operator, twice).await.unwrap(), id);
    let (meeting, presenter) = (planned.meeting.parse().unwrap(), planned.presenters[0].parse().unwrap());
    let read = services.remarks(&operator, meeting, presenter).await.unwrap();
    assert_eq!((read.len(), read[0].text.as_str()), (1, "责任压得实"));
    assert!(services.remarks(&other, meeting, presenter).await.is_err());
}
