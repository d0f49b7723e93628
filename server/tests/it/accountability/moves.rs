//! 立行立改, proofs of the own unit alone, a leader who left, a unit that was merged, a repeated problem, 催办.

use domain::ids::{PostId, UnitId};

use super::*;

#[tokio::test]
async fn the_short_path_keeps_the_second_person() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let item = by_hand(&app, "daily", "公示栏没有更新", "").await;
        assert_eq!(state(&app, &item).await, "unsigned");
        let more = [("department", "办公室"), ("words", "当天已更新公示栏")];
        assert!(no(&app, "leader_b", &item, "settle", &more).await.contains("没有办理这件事的权限"));
        take(&app, "liaison_b", &item, "settle", &more).await;
        assert_eq!(state(&app, &item).await, "confirmed");
        assert!(no(&app, "office", &item, "strike", &[]).await.contains("复核"));
        take(&app, "leader_b", &item, "apply", &[]).await;
        // Half of it was done: now it gets a plan like every other.
        take(&app, "team", &item, "return", &[("words", "只更新了一块")]).await;
        assert_eq!(state(&app, &item).await, "planning");
        take(&app, "liaison_b", &item, "settle", &more).await;
        take(&app, "leader_b", &item, "apply", &[]).await;
        take(&app, "team", &item, "check", &[("words", "现场看过")]).await;
        no(&app, "team", &item, "strike", &[]).await;
        take(&app, "office", &item, "strike", &[]).await;
        assert_eq!(state(&app, &item).await, "closed");
        let quick =
            app.sign_in("office").await.call("/api/accountability/ledger", json!({ "quick": "1" })).await.json();
        assert_eq!(quick["rows"][0]["id"], item);
        // After the day of the plan only the plan is left: 10 working days from Monday 2 November.
        let late = by_hand(&app, "daily", "台账缺项", "").await;
        app.clock.set_day(domain::time::parse_iso("2026-11-17").unwrap());
        assert!(no(&app, "liaison_b", &late, "settle", &more).await.contains("按整改方案办理"));
    }
}

/// A record of a head with a page; its id.
async fn record_of(app: &TestApp, login: &str) -> String {
    let mut client = app.sign_in(login).await;
    let form = client.call("/api/records/new", json!({})).await.json();
    let post = form["post"].as_str().unwrap().to_owned();
    let fields = [("post", post.as_str()), ("text", "研究采购管理"), ("kind", "other"), ("event_on", "")];
    done(&mut client, "/records/save", &fields).await.split(['/', '?']).nth(2).unwrap().to_owned()
}

#[tokio::test]
async fn proofs_are_the_units_own() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let item = by_hand(&app, "prompt", "零星采购没有比选", "").await;
        take(&app, "leader_b", &item, "sign", &[]).await;
        let (own, foreign) = (record_of(&app, "leader_b").await, record_of(&app, "leader_a").await);
        let form = page(&mut app.sign_in("liaison_b").await, &item).await;
        let choices = form["around"]["provable"].to_string();
        assert!(choices.contains(&own) && !choices.contains(&foreign), "{choices}");
        // What the record says stays in the book: the proof tells page, day and kind.
        assert!(!choices.contains("采购管理"), "{choices}");
        let proof = format!("record:{foreign}");
        let told = no(&app, "liaison_b", &item, "fill", &[("words", "已比选"), ("proof", &proof)]).await;
        assert!(told.contains("只能关联本单位") && told.contains("已比选"), "the reason and what was typed");
        let nothing = format!("record:{}", random::id(domain::time::Instant(7)));
        let told = no(&app, "liaison_b", &item, "fill", &[("words", "已比选"), ("proof", &nothing)]).await;
        assert!(told.contains("只能关联本单位"), "as one that is not there");
        let proof = format!("record:{own}");
        take(&app, "liaison_b", &item, "fill", &[("words", "已比选"), ("proof", &proof)]).await;
        let seen = page(&mut app.sign_in("team").await, &item).await["around"]["proofs"].to_string();
        assert!(seen.contains("履责记录第1页") && seen.contains(&own), "{seen}");
    }
}

#[tokio::test]
async fn a_leader_who_left_is_replaced_and_the_item_goes_on() {
    let (app, item) = with_item(crate::harness::Database::Sqlite).await;
    let more = [("owner_name", "郑言"), ("department", "办公室"), ("adopted_on", "2026-11-02"), ("words", "建立制度")];
    take(&app, "liaison_b", &item, "plan", &more).await;
    assert!(no(&app, "leader_b", &item, "owner", &[("owner_name", "郑言"), ("words", "x")]).await.contains("现在就是"));
    assert!(no(&app, "leader_b", &item, "owner", &[("owner_name", "郑和"), ("words", "")]).await.contains("更换原因"));
    no(&app, "liaison_b", &item, "owner", &[("owner_name", "郑和"), ("words", "调离")]).await;
    let leader = app.district.person("leader_b").to_string();
    take(&app, "leader_b", &item, "owner", &[("owner", &leader), ("words", "郑言调离")]).await;
    take(&app, "liaison_b", &item, "fill", &[("words", "已完成")]).await;
    take(&app, "leader_b", &item, "lead", &[]).await;
    assert_eq!(state(&app, &item).await, "confirmed");
}

#[tokio::test]
async fn a_merged_unit_hands_over_and_the_heir_signs_anew() {
    for database in BOTH {
        let (app, item) = with_item(database).await;
        plan(&app, &item).await;
        let d = app.district.clone();
        let (school, civil): (UnitId, UnitId) = (d.school, d.civil);
        execute(
            &app,
            q("UPDATE units SET ends_on = '2026-11-02', merged_into = $1 WHERE id = $2").bind(civil).bind(school),
        )
        .await;
        let shown = page(&mut app.sign_in("office").await, &item).await;
        assert!(shown["around"]["ended"].as_str().unwrap().contains("并入区民政局"), "{}", shown["around"]);
        let to = civil.to_string();
        no(&app, "liaison_b", &item, "transfer", &[("unit", &to), ("words", "撤并")]).await;
        let leading = d.leading.to_string();
        no(&app, "office", &item, "transfer", &[("unit", &leading), ("words", "撤并")]).await;
        assert!(no(&app, "office", &item, "transfer", &[("unit", &to), ("words", "")]).await.contains("移交原因"));
        let past = [("unit", to.as_str()), ("words", "撤并"), ("until", "2026-11-02")];
        assert!(no(&app, "office", &item, "transfer", &past).await.contains("晚于今天"));
        take(&app, "office", &item, "transfer", &[("unit", &to), ("words", "机构改革")]).await;
        assert_eq!(state(&app, &item).await, "unsigned");
        let row = &rows(&app, q("SELECT unit_id, post_id FROM items WHERE id = $1").bind(&item)).await[0];
        assert_eq!(row.id::<PostId>("post_id").unwrap(), d.civil_post);
        // The old house does not read it any more, the new one does, with what was done before.
        assert_eq!(
            app.sign_in("liaison_b").await.call("/api/accountability/item", json!({ "id": item })).await.status,
            404
        );
        let heir = page(&mut app.sign_in("leader_c").await, &item).await;
        assert!(heir["history"].to_string().contains("由区教育局移交区民政局：机构改革"), "{}", heir["history"]);
        take(&app, "leader_c", &item, "sign", &[]).await;
        assert_eq!(state(&app, &item).await, "planning");
    }
}

#[tokio::test]
async fn repeated_problems_are_recognised_offered_and_linked() {
    let app = crate::duties::sqlite().await;
    let first = by_hand(&app, "patrol", "零星工程没有按规定集体研究", "").await;
    let second = by_hand(&app, "audit", "零星工程没有按规定集体研究决定", "").await;
    let shown = page(&mut app.sign_in("office").await, &second).await;
    assert_eq!(shown["around"]["alike"][0]["id"], first, "{}", shown["around"]);
    // A suggestion only, and not for the unit.
    assert!(shown["around"]["earlier"].is_null() && shown["row"]["repeated"] == false);
    let own = page(&mut app.sign_in("leader_b").await, &second).await;
    assert_eq!(own["around"]["alike"], json!([]));
    let number = shown["around"]["alike"][0]["number"].as_str().unwrap().to_owned();
    for wrong in ["", "2026-999", "第一号", shown["row"]["number"].as_str().unwrap()] {
        no(&app, "office", &second, "relate", &[("earlier", wrong)]).await;
    }
    no(&app, "leader_b", &second, "relate", &[("earlier", &number)]).await;
    take(&app, "office", &second, "relate", &[("earlier", &number)]).await;
    let later = page(&mut app.sign_in("leader_b").await, &first).await;
    assert_eq!(later["around"]["later"][0]["id"], second);
    let found = app.sign_in("office").await.call("/api/accountability/ledger", json!({ "repeated": "1" })).await.json();
    assert_eq!((found["total"].as_u64(), &found["rows"][0]["id"]), (Some(1), &json!(second)));
}

#[tokio::test]
async fn the_liaison_is_asked_once_for_a_deadline() {
    let app = crate::duties::sqlite().await;
    let near = by_hand(&app, "daily", "台账没有更新", "2026-11-06").await;
    let far = by_hand(&app, "daily", "制度没有修订", "2026-12-31").await;
    let mut office = app.sign_in("office").await;
    assert_eq!(page(&mut office, &near).await["around"]["urges"], true);
    assert_eq!(page(&mut office, &far).await["around"]["urges"], false);
    refused(&mut office, "/accountability/urge", &[("item", &far)]).await;
    refused(&mut app.sign_in("leader_b").await, "/accountability/urge", &[("item", &near)]).await;
    done(&mut office, "/accountability/urge", &[("item", &near)]).await;
    let shown = page(&mut office, &near).await;
    assert!(shown["around"]["urged"].as_str().unwrap().contains("林思源") && shown["around"]["urges"] == false);
    assert!(refused(&mut office, "/accountability/urge", &[("item", &near)]).await.contains("只提醒一次"));
}

#[tokio::test]
async fn a_problem_of_the_same_item_of_the_list_is_recognised_as_repeated() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        crate::duties::issued(&app, "区教育局").await;
        let code = rows(&app, q("SELECT code FROM leader_items ORDER BY code LIMIT 1")).await;
        let (code, post) = (code[0].text("code").unwrap(), app.district.school_post.to_string());
        let mut office = app.sign_in("office").await;
        let form = |problem: &'static str, code: &str| {
            [
                ("kind", "daily".to_owned()),
                ("post", post.clone()),
                ("problem", problem.to_owned()),
                ("demand", "按期整改".to_owned()),
                ("code", code.to_owned()),
            ]
        };
        let wrong = form("议事规则没有修订", "99.9");
        let wrong: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let told = refused(&mut office, "/accountability/open", &wrong).await;
        assert!(told.contains("没有“99.9”这一条") && told.contains("议事规则没有修订"), "{told}");
        for problem in ["议事规则没有修订", "会议记录不全"] {
            let fields = form(problem, &code);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            done(&mut office, "/accountability/open", &fields).await;
        }
        let found = office.call("/api/accountability/ledger", json!({ "repeated": "1" })).await.json();
        assert_eq!((&found["total"], &found["rows"][0]["problem"]), (&json!(1), &json!("会议记录不全")), "{found}");
    }
}
