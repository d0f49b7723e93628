//! H10: the head changes; the post keeps what is open, the successor starts with his arrival.

use domain::ids::{PersonId, TermId};
use serde_json::json;
use server::storage::q;

use super::{execute, issued, occurrences, page, refused, rows, send, sqlite, step};
use crate::harness::TestApp;

/// `leader_b` leaves on 15 November; `member_a` arrives in the same post on the 16th, by the page of the post.
async fn change(app: &TestApp) -> String {
    let old = rows(app, q("SELECT id FROM terms WHERE post_id = $1").bind(app.district.school_post)).await;
    let old: TermId = old[0].id("id").unwrap();
    let (district, post) = (app.district.id, app.district.school_post);
    let arriving: PersonId = app.district.person("member_a");
    let account = app.district.account("office");
    app.clock.set_day(domain::time::parse_iso("2026-11-16").unwrap());
    let new = TermId(server::random::id(domain::time::Instant(1)));
    execute(app, q("UPDATE terms SET ends_on = '2026-11-15' WHERE id = $1").bind(old)).await;
    execute(
        app,
        q("INSERT INTO terms (id, district_id, post_id, person_id, starts_on) VALUES ($1, $2, $3, $4, '2026-11-16')")
            .bind(new)
            .bind(district)
            .bind(post)
            .bind(arriving),
    )
    .await;
    let id = app
        .app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let by = server::services::duties::By {
                    district,
                    account: Some(account),
                    name: "林思源".into(),
                    role: domain::people::Role::ConductOffice,
                    at: tx.now(),
                };
                let day = by.day();
                server::services::duties::on_head_change(tx, &by, post, old, new, day).await
            })
        })
        .await
        .unwrap();
    id.unwrap().to_string()
}

#[tokio::test]
async fn the_list_freezes_and_the_successor_starts_with_his_arrival() {
    let app = sqlite().await;
    let list = issued(&app, "区教育局").await;
    execute(
        &app,
        q("UPDATE occurrences SET record_id = '22222222-2222-4222-8222-222222222222', event_on = '2026-05-08',
           recorded_on = '2026-05-08' WHERE post_id = $1 AND code = '9.1'")
        .bind(app.district.school_post),
    )
    .await;
    let handover = change(&app).await;
    let mut office = app.sign_in("office").await;
    let mut deputy = app.sign_in("deputy").await;
    let frozen = page(&mut office, "/api/duties/list", &list).await;
    assert_eq!(frozen["state"], "frozen");
    // It stays the list of him who had it, and only the one in force starts another edition.
    assert_eq!(
        (frozen["head"].clone(), frozen["may"]["supersede"].clone()),
        (json!("叶国平，党组织书记"), json!(false))
    );
    // The new edition lies with the approver; 下达 makes only what falls due after the arrival.
    let second = super::list_of(&mut office, "区教育局").await;
    let draft = page(&mut office, "/api/duties/list", &second).await;
    assert_eq!(
        (draft["state"].clone(), draft["edition"].clone(), draft["effective_on"].clone()),
        (json!("reviewing"), json!(2), json!("2026-11-16"))
    );
    step(&mut deputy, &second, "approve", &[]).await;
    step(&mut office, &second, "issue", &[("effective_on", "2026-11-16")]).await;
    let all = occurrences(&app, app.district.school_post).await;
    assert!(all.iter().any(|o| o.0 == "9.1" && o.4), "what the predecessor did stays done");
    let counts = rows(
        &app,
        q("SELECT counts_from FROM occurrences WHERE post_id = $1 AND code = '6.3' AND window_from = '2026-10-01'")
            .bind(app.district.school_post),
    )
    .await;
    assert_eq!(counts[0].text("counts_from").unwrap(), "2026-11-16");
    // Gaps before him are never his: nothing past is coloured late for him.
    let late = rows(
        &app,
        q("SELECT duty_id FROM colours WHERE post_id = $1 AND tone = 'late'").bind(app.district.school_post),
    )
    .await;
    assert!(late.is_empty());

    // 移交单: states only, both sign, each for himself.
    let sheet = page(&mut office, "/api/duties/handover", &handover).await;
    let codes: Vec<&str> = sheet["items"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"6.3") && !codes.contains(&"9.1"), "{codes:?}");
    assert_eq!(sheet["due_on"], "2026年11月30日");
    let mut leaving = app.sign_in("leader_b").await;
    let mut arriving = app.sign_in("member_a").await;
    let fields = |side: &'static str, name: &'static str, seen: &'static str| {
        [
            ("handover", handover.clone()),
            ("seen", seen.into()),
            ("side", side.into()),
            ("how", "screen".into()),
            ("typed", name.into()),
        ]
    };
    let post = |f: [(&'static str, String); 5]| f;
    let wrong = post(fields("to", "王晓岚", "1"));
    let plain: Vec<(&str, &str)> = wrong.iter().map(|(a, b)| (*a, b.as_str())).collect();
    assert!(send(&mut leaving, "/duties/handovers/sign", &plain).await.location().contains("draft="));
    for (client, side, name, seen) in [(&mut leaving, "from", "叶国平", "1"), (&mut arriving, "to", "王晓岚", "2")]
    {
        let form = post(fields(side, name, seen));
        let plain: Vec<(&str, &str)> = form.iter().map(|(a, b)| (*a, b.as_str())).collect();
        super::done(client, "/duties/handovers/sign", &plain).await;
    }
    let sheet = page(&mut office, "/api/duties/handover", &handover).await;
    assert!(sheet["sides"].as_array().unwrap().iter().all(|s| s["signature"]["label"] == "输入姓名"));
    let mut other = app.sign_in("leader_a").await;
    assert_eq!(other.call("/api/duties/handover", json!({ "id": handover })).await.status, 404);
    // Nothing frozen is signed or changed any more.
    let no = refused(
        &mut office,
        "/duties/lists/step",
        &[("leader", &list), ("seen", "6"), ("step", "return"), ("reason", "试")],
    )
    .await;
    assert!(no.contains("已冻结"));
}

#[tokio::test]
async fn a_vacant_post_gets_no_list() {
    let app = sqlite().await;
    execute(&app, q("UPDATE terms SET ends_on = '2026-10-31' WHERE post_id = $1").bind(app.district.school_post)).await;
    let mut office = app.sign_in("office").await;
    let mut deputy = app.sign_in("deputy").await;
    super::published(&mut office).await;
    let list = super::made(&mut office, "区教育局").await;
    step(&mut office, &list, "send", &[]).await;
    super::agree(&app, &mut office, &list).await;
    step(&mut office, &list, "submit", &[]).await;
    step(&mut deputy, &list, "approve", &[]).await;
    let seen = super::version(&mut office, &list).await;
    let no = refused(&mut office, "/duties/lists/step", &[("leader", &list), ("seen", &seen), ("step", "issue")]).await;
    assert!(no.contains("岗位目前空缺"));
}

/// Newest editions of the post: year and state.
async fn newest(app: &TestApp) -> Vec<(i32, String)> {
    let found = rows(
        app,
        q(
            "SELECT year, state FROM leader_lists l WHERE post_id = $1 AND edition =
             (SELECT MAX(n.edition) FROM leader_lists n WHERE n.post_id = l.post_id AND n.year = l.year) ORDER BY year",
        )
        .bind(app.district.school_post),
    )
    .await;
    found.iter().map(|r| (r.year("year").unwrap(), r.text("state").unwrap())).collect()
}

#[tokio::test]
async fn every_year_that_froze_is_handed_over() {
    let app = sqlite().await;
    issued(&app, "区教育局").await;
    let post = app.district.school_post;
    execute(&app, q("UPDATE leader_lists SET year = 2027 WHERE post_id = $1").bind(post)).await;
    execute(&app, q("UPDATE occurrences SET year = 2027 WHERE post_id = $1").bind(post)).await;
    let mut office = app.sign_in("office").await;
    let mut deputy = app.sign_in("deputy").await;
    let list = super::made(&mut office, "区教育局").await;
    super::through(&app, &mut office, &mut deputy, &list).await;
    change(&app).await;
    assert_eq!(newest(&app).await, [(2026, "reviewing".into()), (2027, "reviewing".into())]);
    let sheets = rows(&app, q("SELECT year FROM handovers WHERE post_id = $1").bind(post)).await;
    assert_eq!(sheets.len(), 2);
}

#[tokio::test]
async fn a_list_handed_down_starts_again_with_its_parent() {
    let app = sqlite().await;
    issued(&app, "区教育局").await;
    let (post, parent) = (app.district.school_post, app.district.town);
    execute(&app, q("UPDATE leader_lists SET from_unit_id = $1 WHERE post_id = $2").bind(parent).bind(post)).await;
    let handover = change(&app).await;
    assert_eq!(newest(&app).await, [(2026, "draft".into())]);
    // The two heads read the sheet, the office sees the numbers only.
    let text = async |login: &str| {
        let mut client = app.sign_in(login).await;
        page(&mut client, "/api/duties/handover", &handover).await["items"][0]["text"].as_str().unwrap().to_owned()
    };
    assert!(text("leader_b").await.len() > 4 && text("member_a").await.len() > 4);
    assert_eq!(text("office").await, "");
}

#[tokio::test]
async fn the_same_head_keeps_his_list_when_appointed_and_gets_it_back_when_he_returns() {
    let app = sqlite().await;
    let list = issued(&app, "区教育局").await;
    let (unit, post) = (app.district.school.to_string(), app.district.school_post);
    execute(&app, q("UPDATE terms SET acting = 1 WHERE post_id = $1").bind(post)).await;
    let person = app.district.person("leader_b").to_string();
    let post_text = post.to_string();
    let seen = async || {
        rows(&app, q("SELECT version FROM units WHERE id = $1").bind(&unit)).await[0]
            .int("version")
            .unwrap()
            .to_string()
    };
    let mut office = app.sign_in("office").await;
    let version = seen().await;
    let appoint = [
        ("unit", unit.as_str()),
        ("seen", version.as_str()),
        ("post", post_text.as_str()),
        ("person", person.as_str()),
        ("starts_on", "2026-11-02"),
    ];
    super::done(&mut office, "/people/terms/appoint", &appoint).await;
    let terms = rows(&app, q("SELECT id, acting FROM terms WHERE post_id = $1").bind(post)).await;
    assert_eq!((terms.len(), terms[0].flag("acting").unwrap()), (1, false));
    assert_eq!(page(&mut office, "/api/duties/list", &list).await["state"], "issued");

    let (version, term) = (seen().await, terms[0].text("id").unwrap());
    let end = [("unit", unit.as_str()), ("seen", version.as_str()), ("term", term.as_str()), ("ends_on", "2026-11-02")];
    super::done(&mut office, "/people/terms/end", &end).await;
    assert_eq!(newest(&app).await, [(2026, "frozen".into())]);
    app.clock.set_day(domain::time::parse_iso("2026-11-05").unwrap());
    let mut office = app.sign_in("office").await;
    let version = seen().await;
    let mut again = appoint;
    (again[1].1, again[4].1) = (version.as_str(), "2026-11-05");
    super::done(&mut office, "/people/terms/appoint", &again).await;
    assert_eq!(newest(&app).await, [(2026, "reviewing".into())]);
    assert!(rows(&app, q("SELECT id FROM handovers WHERE post_id = $1").bind(post)).await.is_empty());
}
