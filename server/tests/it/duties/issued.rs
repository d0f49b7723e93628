//! What an issued list is: its occurrences, that it is never edited, only superseded.

use server::storage::q;

use super::{command, done, execute, issued, occurrences, page, refused, rows, send, sqlite, step, through, version};
use crate::harness::{BOTH, TestApp};

#[tokio::test]
async fn occurrences_by_frequency_and_nothing_before_the_start() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let all = occurrences(&app, app.district.school_post).await;
        let of = |code: &str| all.iter().filter(|o| o.0 == code).count();
        // Monthly routine by quarter, half-years, quarters, the year; 随时 never; 任期一次 was due in 2024.
        assert_eq!((of("1.1"), of("3.3"), of("6.3"), of("9.1"), of("13.4"), of("12.2")), (4, 2, 4, 1, 0, 0));
        assert!(all.iter().all(|o| o.2.as_str() >= "2026-01-01"));
        // Colours were written with it.
        let cells =
            rows(&app, q("SELECT duty FROM board_cells WHERE post_id = $1").bind(app.district.school_post)).await;
        assert_eq!(cells.len(), 5);
    }
}

#[tokio::test]
async fn nothing_is_due_before_the_arrival() {
    let app = sqlite().await;
    execute(&app, q("UPDATE terms SET starts_on = '2026-08-17' WHERE post_id = $1").bind(app.district.school_post))
        .await;
    issued(&app, "区教育局").await;
    let all = occurrences(&app, app.district.school_post).await;
    assert!(all.iter().all(|o| o.2.as_str() >= "2026-08-17"), "{all:?}");
    // Three months after the arrival, once.
    assert!(all.iter().any(|o| o.0 == "12.2" && o.2 == "2026-11-17"), "{all:?}");
    let counts = rows(
        &app,
        q("SELECT counts_from FROM occurrences WHERE post_id = $1 AND code = '6.3' ORDER BY window_from")
            .bind(app.district.school_post),
    )
    .await;
    assert_eq!(counts[0].text("counts_from").unwrap(), "2026-08-17");
}

#[tokio::test]
async fn nothing_is_due_before_the_enabled_day_and_without_it_nothing_is_issued() {
    let app = sqlite().await;
    execute(&app, q("UPDATE districts SET enabled_on = NULL WHERE id = $1").bind(app.district.id)).await;
    let mut office = app.sign_in("office").await;
    let mut deputy = app.sign_in("deputy").await;
    super::published(&mut office).await;
    let list = super::made(&mut office, "区教育局").await;
    step(&mut office, &list, "send", &[]).await;
    super::agree(&app, &mut office, &list).await;
    step(&mut office, &list, "submit", &[]).await;
    step(&mut deputy, &list, "approve", &[]).await;
    let seen = version(&mut office, &list).await;
    let no = refused(&mut office, "/duties/lists/step", &[("leader", &list), ("seen", &seen), ("step", "issue")]).await;
    assert!(no.contains("启用日还没有设定"));
    // Set once, with the box ticked, and never again.
    let no = refused(&mut office, "/duties/calendar/enable", &[("day", "2026-07-01")]).await;
    assert!(no.contains("我已核对"));
    done(&mut office, "/duties/calendar/enable", &[("day", "2026-07-01"), ("sure", "1")]).await;
    let reply = send(&mut office, "/duties/calendar/enable", &[("day", "2026-01-01"), ("sure", "1")]).await;
    assert!(reply.location().contains("draft="));
    step(&mut office, &list, "issue", &[]).await;
    let all = occurrences(&app, app.district.school_post).await;
    assert!(!all.is_empty() && all.iter().all(|o| o.2.as_str() >= "2026-07-01"), "{all:?}");
}

#[tokio::test]
async fn an_issued_list_is_never_edited() {
    let app = sqlite().await;
    let list = issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    let items = page(&mut office, "/api/duties/list", &list).await;
    let duty = items["items"][0]["item"]["duty"].as_str().unwrap().to_owned();
    let seen = items["version"].to_string();
    let drop = format!("drop:{duty}");
    for fields in [
        vec![("do", drop.as_str())],
        vec![
            ("do", "save"),
            ("duty", &duty),
            ("code", "1.1"),
            ("group", "甲"),
            ("text", "乙"),
            ("frequency", "yearly"),
        ],
    ] {
        let mut all = vec![("leader", list.as_str()), ("seen", seen.as_str())];
        all.extend(fields);
        assert!(refused(&mut office, "/duties/lists/item", &all).await.contains("不能修改条目"));
    }
    let no = refused(
        &mut office,
        "/duties/lists/propose",
        &[("leader", &list), ("seen", &seen), ("text", "自选"), ("frequency", "yearly"), ("source", "patrol")],
    )
    .await;
    assert!(no.contains("不能修改条目"));
    assert_eq!(page(&mut office, "/api/duties/list", &list).await["items"], items["items"]);
}

#[tokio::test]
async fn superseding_keeps_what_is_satisfied_and_cancels_what_is_dropped() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let list = issued(&app, "区教育局").await;
        let post = app.district.school_post;
        // The yearly item is satisfied.
        execute(
            &app,
            q("UPDATE occurrences SET record_id = '22222222-2222-4222-8222-222222222222', event_on = '2026-05-08',
               recorded_on = '2026-05-08' WHERE post_id = $1 AND code = '9.1'")
            .bind(post),
        )
        .await;
        let mut office = app.sign_in("office").await;
        let mut deputy = app.sign_in("deputy").await;
        let to = done(&mut office, "/duties/lists/edition", &[("leader", &list), ("effective_on", "2026-10-01")]).await;
        let second = to.trim_start_matches("/duties/lists/").split('?').next().unwrap().to_owned();
        assert_eq!(page(&mut office, "/api/duties/list", &list).await["state"], "issued", "the old one stays in force");
        let draft = page(&mut office, "/api/duties/list", &second).await;
        assert_eq!(draft["edition"], 2);
        // 9.1 and 6.3 leave, 14.1 comes.
        for code in ["9.1", "6.3"] {
            let now = page(&mut office, "/api/duties/list", &second).await;
            let found = now["items"].as_array().unwrap().iter().find(|i| i["item"]["code"] == code).unwrap();
            let drop = format!("drop:{}", found["item"]["duty"].as_str().unwrap());
            let seen = now["version"].to_string();
            done(&mut office, "/duties/lists/item", &[("leader", &second), ("seen", &seen), ("do", &drop)]).await;
        }
        let seen = version(&mut office, &second).await;
        let new = [
            ("leader", second.as_str()),
            ("seen", &seen),
            ("do", "save"),
            ("code", "14.1"),
            ("group", "自选动作"),
            ("text", "每季度到联系企业走访"),
            ("frequency", "quarterly"),
            ("action", "optional"),
            ("evidence", "ledger"),
        ];
        done(&mut office, "/duties/lists/item", &new).await;
        through(&app, &mut office, &mut deputy, &second).await;
        assert_eq!(page(&mut office, "/api/duties/list", &list).await["state"], "superseded");
        let all = occurrences(&app, post).await;
        let states = |code: &str| all.iter().filter(|o| o.0 == code).map(|o| o.3.as_str()).collect::<Vec<_>>();
        assert_eq!(states("9.1"), ["open"], "satisfied stays");
        assert!(states("6.3").contains(&"cancelled"));
        assert!(states("14.1").iter().all(|s| *s == "open") && !states("14.1").is_empty());
        assert_eq!(states("1.1").len(), 4);
        // Signed again: the first receipt does not count for the second edition.
        assert_eq!(page(&mut office, "/api/duties/list", &second).await["signature"], serde_json::Value::Null);
        let changes = office
            .call("/api/duties/compare", serde_json::json!({ "what": "list", "id": second, "with": list }))
            .await
            .json();
        let kinds: Vec<&str> =
            changes["changes"].as_array().unwrap().iter().map(|c| c["change"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["dropped", "dropped", "added", "same"]);
        let _ = command();
    }
}

#[tokio::test]
async fn a_new_holiday_moves_only_what_is_still_to_come() {
    let app = sqlite().await;
    issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    let before = occurrences(&app, app.district.school_post).await;
    assert!(before.iter().any(|o| o.2 == "2026-12-31"));
    let paste = "2026-12-31\t放假\t元旦调休（示范）";
    done(&mut office, "/duties/calendar/days", &[("year", "2026"), ("paste", paste)]).await;
    let after = occurrences(&app, app.district.school_post).await;
    assert!(after.iter().all(|o| o.2 != "2026-12-31"));
    let past = |all: &[(String, String, String, String, bool)]| {
        all.iter().filter(|o| o.2.as_str() < "2026-11-02").cloned().collect::<Vec<_>>()
    };
    assert_eq!(past(&before), past(&after));
    let no = refused(&mut office, "/duties/calendar/days", &[("year", "2026"), ("paste", "国庆放假")]).await;
    assert!(no.contains("第 1 行") && no.contains("国庆放假"));
}

#[tokio::test]
async fn another_named_date_in_a_new_edition_moves_what_is_still_open() {
    let app = sqlite().await;
    let list = issued(&app, "区教育局").await;
    let post = app.district.school_post;
    let mut office = app.sign_in("office").await;
    let mut deputy = app.sign_in("deputy").await;
    let to = done(&mut office, "/duties/lists/edition", &[("leader", &list), ("effective_on", "2026-10-01")]).await;
    let second = to.trim_start_matches("/duties/lists/").split('?').next().unwrap().to_owned();
    execute(
        &app,
        q("UPDATE leader_items SET due_month = 11, due_day = 30, code = '9.9' WHERE list_id = $1 AND code = '9.1'")
            .bind(&second),
    )
    .await;
    through(&app, &mut office, &mut deputy, &second).await;
    let all = occurrences(&app, post).await;
    let yearly: Vec<_> = all.iter().filter(|o| o.0.starts_with("9.")).collect();
    assert_eq!(yearly.len(), 1, "{yearly:?}");
    assert_eq!((yearly[0].0.as_str(), yearly[0].2.as_str(), yearly[0].3.as_str()), ("9.9", "2026-11-30", "open"));
}

#[tokio::test]
async fn a_new_holiday_moves_receipts_comments_and_the_cells_of_the_board() {
    let app = sqlite().await;
    let school = issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    let town = super::list_of(&mut office, "东湖街道").await;
    super::step(&mut office, &town, "send", &[]).await;
    let day = async |column: &str, list: &str| {
        let found = rows(&app, q("SELECT comment_until, receipt_due FROM leader_lists WHERE id = $1").bind(list)).await;
        found[0].text(column).unwrap()
    };
    assert_eq!(
        (day("receipt_due", &school).await, day("comment_until", &town).await),
        ("2026-11-09".into(), "2026-11-09".into())
    );
    let paste = "2026-11-05\t放假\t调休（示范）";
    done(&mut office, "/duties/calendar/days", &[("year", "2026"), ("paste", paste)]).await;
    assert_eq!(
        (day("receipt_due", &school).await, day("comment_until", &town).await),
        ("2026-11-10".into(), "2026-11-10".into())
    );
    let cell = rows(
        &app,
        q("SELECT text FROM board_cells WHERE post_id = $1 AND duty = 'ming'").bind(app.district.school_post),
    )
    .await;
    assert!(cell[0].text("text").unwrap().contains("11月10日"), "{}", cell[0].text("text").unwrap());
}

#[tokio::test]
async fn the_first_day_is_near_today() {
    let app = sqlite().await;
    execute(&app, q("UPDATE districts SET enabled_on = NULL WHERE id = $1").bind(app.district.id)).await;
    let mut office = app.sign_in("office").await;
    for day in ["2016-11-02", "2062-11-02"] {
        let no = refused(&mut office, "/duties/calendar/enable", &[("day", day), ("sure", "1")]).await;
        assert!(no.contains("超过一年"));
    }
    done(&mut office, "/duties/calendar/enable", &[("day", "2026-01-01"), ("sure", "1")]).await;
}
