//! 工作建议 with a day of reply, 制度 that link back, and the year's numbers that open exactly their rows.

use super::*;

/// A 工作建议 to the school, asked for; its id.
async fn asked(app: &TestApp, reply_by: &str) -> String {
    let post = app.district.school_post.to_string();
    let fields = [
        ("do", "draft"),
        ("kind", "suggestion"),
        ("post", post.as_str()),
        ("title", "关于规范零星采购的建议"),
        ("problem", "零星采购没有比选"),
        ("demand", "建立比选制度\n每季度抽查一次"),
        ("reply_by", reply_by),
        ("ask", "1"),
    ];
    let place = done(&mut app.sign_in("team").await, "/accountability/advices/do", &fields).await;
    place.split(['/', '?']).nth(3).unwrap().to_owned()
}

async fn one(app: &TestApp, login: &str, id: &str) -> Value {
    app.sign_in(login).await.call("/api/accountability/advice", json!({ "id": id })).await.json()
}

#[tokio::test]
async fn a_suggestion_is_approved_numbered_answered_and_struck_off() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = asked(&app, "2026-11-20").await;
        let act = |what: &'static str, seen: String| [("do", what.to_owned()), ("id", id.clone()), ("seen", seen)];
        let issue = act("issue", one(&app, "deputy", &id).await["version"].to_string());
        let issue: Vec<(&str, &str)> = issue.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let todo = app.sign_in("deputy").await.call("/api/records/todo", json!({})).await.text();
        assert!(todo.contains("工作建议 · 待审定"), "{todo}");
        // Before it is out it is nobody's business but the commission's.
        let mut leader = app.sign_in("leader_b").await;
        assert_eq!(leader.call("/api/accountability/advice", json!({ "id": id })).await.status, 404);
        for login in ["team", "office"] {
            refused(&mut app.sign_in(login).await, "/accountability/advices/do", &issue).await;
        }
        done(&mut app.sign_in("deputy").await, "/accountability/advices/do", &issue).await;
        let paper = one(&app, "leader_b", &id).await;
        assert_eq!(paper["row"]["number"], "滨纪建〔2026〕1号");
        assert_eq!((paper["hands"].as_str(), paper["about"][0].as_str()), (Some(""), Some("")), "the unit's eyes");
        let drawn = leader.get(&format!("/documents/advice/{id}/page")).await.text();
        assert!(drawn.contains("滨纪建〔2026〕1号") && drawn.contains("每季度抽查一次"), "{drawn}");
        // It waits for its reply as an item of the one loop, with the day of the reply.
        let item = paper["item"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let row = page(&mut app.sign_in("office").await, &item).await["row"].clone();
        assert_eq!((row["deadline"].as_str(), row["kind"].as_str()), (Some("2026年11月20日"), Some("工作建议")));
        assert_eq!(row["external"], "工作建议 滨纪建〔2026〕1号");
        take(&app, "leader_b", &item, "sign", &[]).await;
        applied(&app, &item).await;
        take(&app, "team", &item, "check", &[("words", "已看制度文本")]).await;
        take(&app, "office", &item, "strike", &[]).await;
        assert!(one(&app, "team", &id).await["row"]["word"].as_str().unwrap().contains("已销号"));
    }
}

#[tokio::test]
async fn a_day_of_reply_in_the_past_is_refused_and_a_return_mends_it() {
    let app = crate::duties::sqlite().await;
    let post = app.district.school_post.to_string();
    let mut fields = vec![
        ("do", "draft"),
        ("kind", "recommendation"),
        ("post", post.as_str()),
        ("title", "建议书"),
        ("problem", "零星采购没有比选"),
        ("demand", "建立比选制度"),
        ("reply_by", "2026-11-02"),
    ];
    let told = refused(&mut app.sign_in("office").await, "/accountability/advices/do", &fields).await;
    assert!(told.contains("晚于今天") && told.contains("零星采购没有比选"));
    fields.pop();
    fields.extend([("reply_by", "2026-11-05"), ("ask", "1")]);
    let place = done(&mut app.sign_in("office").await, "/accountability/advices/do", &fields).await;
    let id = place.split(['/', '?']).nth(3).unwrap().to_owned();
    // The day passed on the signer's table.
    app.clock.set_day(domain::time::parse_iso("2026-11-06").unwrap());
    let seen = one(&app, "deputy", &id).await["version"].to_string();
    let mut deputy = app.sign_in("deputy").await;
    let issue = [("do", "issue"), ("id", id.as_str()), ("seen", seen.as_str())];
    assert!(refused(&mut deputy, "/accountability/advices/do", &issue).await.contains("已过"));
    let back = [("do", "return"), ("id", id.as_str()), ("seen", seen.as_str()), ("reason", "改期")];
    done(&mut deputy, "/accountability/advices/do", &back).await;
    let seen = one(&app, "office", &id).await["version"].to_string();
    let again = [
        ("do", "rewrite"),
        ("id", id.as_str()),
        ("seen", seen.as_str()),
        ("title", "建议书"),
        ("problem", "零星采购没有比选"),
        ("demand", "建立比选制度"),
        ("reply_by", ""),
        ("ask", "1"),
    ];
    done(&mut app.sign_in("office").await, "/accountability/advices/do", &again).await;
    let seen = one(&app, "deputy", &id).await["version"].to_string();
    let issue = [("do", "issue"), ("id", id.as_str()), ("seen", seen.as_str())];
    done(&mut deputy, "/accountability/advices/do", &issue).await;
    // No number was spent on the one that was refused; 20 working days from Friday 6 November.
    let paper = one(&app, "leader_b", &id).await;
    assert_eq!(
        (paper["row"]["number"].as_str(), paper["row"]["reply_by"].as_str()),
        (Some("滨纪建书〔2026〕1号"), Some("2026年12月4日"))
    );
}

#[tokio::test]
async fn nothing_new_is_handed_to_a_unit_that_ended() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let id = asked(&app, "").await;
        let d = &app.district;
        execute(
            &app,
            q("UPDATE units SET ends_on = '2026-11-01', merged_into = $1 WHERE id = $2").bind(d.civil).bind(d.school),
        )
        .await;
        let seen = one(&app, "deputy", &id).await["version"].to_string();
        let issue = [("do", "issue"), ("id", id.as_str()), ("seen", seen.as_str())];
        let told = refused(&mut app.sign_in("deputy").await, "/accountability/advices/do", &issue).await;
        assert!(told.contains("区教育局已于2026年11月1日并入区民政局"), "{told}");
        assert!(rows(&app, q("SELECT number FROM document_numbers")).await.is_empty(), "no number was spent");
        let mut office = app.sign_in("office").await;
        let posts = office.call("/api/accountability/new", json!({})).await.json()["posts"].to_string();
        assert!(posts.contains("区民政局") && !posts.contains("区教育局"), "{posts}");
        let post = d.school_post.to_string();
        let fields = [("kind", "daily"), ("post", post.as_str()), ("problem", "台账缺项"), ("demand", "补齐")];
        let told = refused(&mut office, "/accountability/open", &fields).await;
        assert!(told.contains("请改选区民政局") && told.contains("台账缺项"), "{told}");
        assert!(rows(&app, q("SELECT id FROM items")).await.is_empty());
    }
}

#[tokio::test]
async fn every_number_of_the_year_opens_its_rows() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let item = by_hand(&app, "daily", "“三重一大”议事规则没有修订", "").await;
        by_hand(&app, "audit", "往来款没有清理", "").await;
        let id = asked(&app, "").await;
        let seen = one(&app, "deputy", &id).await["version"].to_string();
        let issue = [("do", "issue"), ("id", id.as_str()), ("seen", seen.as_str())];
        done(&mut app.sign_in("deputy").await, "/accountability/advices/do", &issue).await;
        let (unit, other) = (app.district.school.to_string(), app.district.town.to_string());
        let add = |unit: &str, item: &str, day: &str| {
            [
                ("do", "add".to_owned()),
                ("unit", unit.to_owned()),
                ("kind", "decisions".to_owned()),
                ("title", "《“三重一大”事项议事规则》".to_owned()),
                ("adopted_on", day.to_owned()),
                ("mended", "1".to_owned()),
                ("item", item.to_owned()),
            ]
        };
        let mut liaison = app.sign_in("liaison_b").await;
        for (unit, item, day, told) in [
            (unit.as_str(), item.as_str(), "2026-11-03", "晚于今天"),
            (other.as_str(), "", "2026-11-02", "还没有选单位"),
        ] {
            let fields = add(unit, item, day);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            assert!(refused(&mut liaison, "/accountability/regulations/do", &fields).await.contains(told));
        }
        // A document answers problems of its own unit alone, whoever registers it.
        let fields = add(&other, &item, "2026-11-02");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        refused(&mut app.sign_in("office").await, "/accountability/regulations/do", &fields).await;
        let fields = add(&unit, &item, "2026-11-02");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        done(&mut liaison, "/accountability/regulations/do", &fields).await;
        let shown = page(&mut app.sign_in("team").await, &item).await["around"]["regulations"].to_string();
        assert!(shown.contains("《“三重一大”事项议事规则》"), "{shown}");
        // It answers another problem of the unit as well.
        let second = by_hand(&app, "daily", "重大事项没有上会", "").await;
        let made = liaison.call("/api/accountability/regulations", json!({ "item": second })).await.json();
        let made = made["rows"][0]["id"].as_str().unwrap().to_owned();
        let link = [("do", "link"), ("id", made.as_str()), ("item", second.as_str())];
        refused(&mut app.sign_in("leader_a").await, "/accountability/regulations/do", &link).await;
        done(&mut liaison, "/accountability/regulations/do", &link).await;
        let shown = page(&mut app.sign_in("team").await, &second).await["around"]["regulations"].to_string();
        assert!(shown.contains("《“三重一大”事项议事规则》"), "{shown}");

        let mut office = app.sign_in("office").await;
        let figures = office.call("/api/accountability/figures", json!({ "year": 2026 })).await.json();
        let head: Vec<(String, u64)> = figures["head"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| (f["label"].as_str().unwrap().to_owned(), f["count"].as_u64().unwrap()))
            .collect();
        let want = [("发现问题", 3), ("廉政谈话", 0), ("工作建议", 1), ("建立和完善制度", 1)];
        assert_eq!(head, want.map(|(label, n)| (label.to_owned(), n)));
        // Each number is the number of its rows.
        for list in ["head", "stages", "waits", "marks", "kinds"] {
            for figure in figures[list].as_array().unwrap() {
                let link = figure["link"].as_str().unwrap();
                let (path, query) = link.split_once('?').unwrap_or((link, ""));
                let call = match path {
                    "/accountability" => "/api/accountability/ledger",
                    "/accountability/advices" => "/api/accountability/advices",
                    "/accountability/regulations" => "/api/accountability/regulations",
                    _ => continue,
                };
                let mut form = serde_json::Map::new();
                for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
                    let value = if name == "year" { json!(2026) } else { json!(value) };
                    form.insert(name.to_owned(), value);
                }
                let rows = office.call(call, Value::Object(form)).await.json();
                assert_eq!(rows["total"], figure["count"], "{list} {link}");
            }
        }
        // Nobody counts what he may not see.
        let own = app.sign_in("leader_a").await.call("/api/accountability/figures", json!({})).await.json();
        assert!(own["head"].as_array().unwrap().iter().all(|f| f["count"] == 0), "{own}");
    }
}
