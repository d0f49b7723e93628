//! The editable colour rules through the whole router on both databases: drafted, tried out, adopted by somebody
//! else; every colour names its version. What is refused, and that nothing else changes then.

mod edges;

use domain::board::{HardItems, RuleSet, to_form};
use serde_json::{Value, json};
use server::storage::q;

use crate::{
    duties::{command, done, execute, issued, refused, rows},
    harness::{BOTH, Client, Database, TestApp},
};

/// The fields of a form with these rules, boxes one by one.
fn fields(rules: &RuleSet) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, value) in to_form(rules) {
        let boxes = name == "kinds" || name.ends_with("_cadence");
        let values: Vec<&str> = if boxes { value.split(' ').collect() } else { vec![value.as_str()] };
        out.extend(values.into_iter().filter(|v| !v.is_empty()).map(|v| (name.clone(), v.to_owned())));
    }
    out
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

/// Saves a new draft; its id.
async fn drafted(client: &mut Client, rules: &RuleSet) -> String {
    let mut all = fields(rules);
    all.push(("do".into(), "dry".into()));
    let place = done(client, "/oversight/rules/save", &borrowed(&all)).await;
    assert!(place.contains("dry=1") && place.ends_with("#dry"), "{place}");
    place.split(['=', '&']).nth(1).unwrap().to_owned()
}

async fn page(client: &mut Client, form: Value) -> Value {
    let reply = client.call("/api/oversight/rules", form).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// Version of a draft, for its forms.
async fn seen(app: &TestApp, id: &str) -> String {
    let found = rows(app, q("SELECT version FROM rule_drafts WHERE id = $1").bind(id)).await;
    found[0].int("version").unwrap().to_string()
}

async fn step(app: &TestApp, login: &str, id: &str, act: &str, more: &[(&str, &str)]) -> String {
    let mut client = app.sign_in(login).await;
    let seen = seen(app, id).await;
    let mut fields = vec![("id", id), ("seen", seen.as_str()), ("do", act)];
    fields.extend_from_slice(more);
    done(&mut client, "/oversight/rules/step", &fields).await
}

async fn not(app: &TestApp, login: &str, id: &str, act: &str, more: &[(&str, &str)]) -> String {
    let mut client = app.sign_in(login).await;
    let seen = seen(app, id).await;
    let mut fields = vec![("id", id), ("seen", seen.as_str()), ("do", act)];
    fields.extend_from_slice(more);
    refused(&mut client, "/oversight/rules/step", &fields).await
}

/// Tone and version of the rules of an item.
async fn colour(app: &TestApp, code: &str) -> (String, i64) {
    let found = rows(app, q("SELECT tone, rule_version FROM colours WHERE code = $1 AND year = 2026").bind(code)).await;
    (found[0].text("tone").unwrap(), found[0].int("rule_version").unwrap())
}

/// 3.3 is no hard item any more.
fn eased() -> RuleSet {
    let hard = HardItems { never: vec!["3.3".into()], ..HardItems::default() };
    RuleSet { hard, ..RuleSet::default() }
}

#[tokio::test]
async fn drafted_tried_out_adopted_by_another_and_every_colour_names_the_version() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        assert_eq!(colour(&app, "3.3").await, ("late".to_owned(), 1));
        let mut office = app.sign_in("office").await;
        let id = drafted(&mut office, &eased()).await;
        let open = page(&mut office, json!({ "id": id, "dry": "1" })).await["open"].clone();
        let shift = &open["dry"]["rows"][0];
        assert!(shift["item"].as_str().unwrap().starts_with("3.3 "), "{open}");
        assert_eq!((shift["from"][0].as_str(), shift["to"][0].as_str()), (Some("late"), Some("warn")));
        assert_eq!(open["dry"]["changed"], 1);
        let only = page(&mut office, json!({ "id": id, "dry": "1", "to": "late" })).await;
        assert!(only["open"]["dry"]["rows"].as_array().unwrap().is_empty(), "the filter is the tone it becomes");
        assert_eq!(colour(&app, "3.3").await, ("late".to_owned(), 1), "a dry run changes nothing");

        step(&app, "office", &id, "ask", &[]).await;
        assert!(not(&app, "office", &id, "adopt", &[]).await.contains("没有办理这件事的权限"));
        // Whoever has no part in drafts learns nothing of this one.
        assert!(not(&app, "team", &id, "adopt", &[]).await.contains("没有找到"));
        let mut deputy = app.sign_in("deputy").await;
        assert!(deputy.get("/todo").await.text().contains("三色预警规则"));
        app.clock.advance_ms(1_000);
        let place = step(&app, "deputy", &id, "adopt", &[("words", "同意")]).await;
        assert_eq!(place, "/oversight/rules?done=adopted-2");
        assert_eq!(colour(&app, "3.3").await, ("warn".to_owned(), 2));
        assert_eq!(colour(&app, "6.3").await.1, 2, "what stays as it is names the version, too");
        let change = rows(&app, q("SELECT * FROM colour_changes WHERE rule_version = 2")).await;
        assert_eq!(change.len(), 1);
        assert_eq!(
            (change[0].text("before_tone").unwrap(), change[0].text("after_tone").unwrap()),
            ("late".into(), "warn".into())
        );
        assert!(change[0].text("reason").unwrap().contains("一般事项"));

        let now = page(&mut office, json!({})).await;
        assert_eq!(now["label"], "规则第2版");
        assert!(now["versions"][0]["adopted"].as_str().unwrap().contains("林思源起草，蔡国平审定"), "{now}");
        assert!(now["versions"][0]["changes"].to_string().contains("按编号列为一般"), "{now}");
        assert!(now["drafts"].as_array().unwrap().is_empty());
        let kept = rows(&app, q("SELECT COUNT(*) AS n FROM approvals WHERE subject = $1").bind(&id)).await;
        assert_eq!(kept[0].int("n").unwrap(), 1);
        // The history of the colour names both versions, for the head himself.
        let mut head = app.sign_in("leader_b").await;
        let post = app.district.school_post.to_string();
        let colours = head.call("/api/oversight/colours", json!({ "post": post, "year": 2026 })).await.json();
        let row = colours["rows"].as_array().unwrap().iter().find(|r| r["code"] == "3.3").unwrap();
        assert_eq!(
            (row["changes"][0]["rule"].as_str(), row["changes"][1]["rule"].as_str()),
            (Some("规则第2版"), Some("规则第1版"))
        );
        assert!(row["rule"].as_str().unwrap().contains("一般事项"));
        let shown = head.get(&format!("/oversight/colours/{post}")).await.text();
        assert!(shown.contains("颜色经过") && shown.contains("上半年应落实事项"), "{shown}");
    }
}

#[tokio::test]
async fn the_same_form_twice_adopts_once_and_on_paper_needs_both() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    let id = drafted(&mut office, &eased()).await;
    step(&app, "office", &id, "ask", &[]).await;
    assert!(not(&app, "deputy", &id, "adopt", &[("paper_on", "2026-11-02")]).await.contains("同时填日期和经办人"));
    assert!(
        not(&app, "deputy", &id, "adopt", &[("paper_on", "2026-11-03"), ("handler", "陶文博")])
            .await
            .contains("还没有到")
    );
    let (mut deputy, seen, key) = (app.sign_in("deputy").await, seen(&app, &id).await, command());
    let fields = [
        ("command", key.as_str()),
        ("id", &id),
        ("seen", &seen),
        ("do", "adopt"),
        ("paper_on", "2026-11-02"),
        ("handler", "陶文博"),
    ];
    for _ in 0..2 {
        assert_eq!(deputy.post("/oversight/rules/step", &fields).await.location(), "/oversight/rules?done=adopted-2");
    }
    let versions = rows(&app, q("SELECT version FROM rule_sets ORDER BY version")).await;
    assert_eq!(versions.len(), 2, "the built-in rules are kept as the version before");
    let paper = rows(&app, q("SELECT paper_handler FROM approvals WHERE subject = $1").bind(&id)).await;
    assert_eq!(paper[0].text("paper_handler").unwrap(), "陶文博");
}

#[tokio::test]
async fn a_returned_draft_goes_back_with_its_reason_and_nobody_adopts_his_own() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    let id = drafted(&mut office, &eased()).await;
    assert!(not(&app, "deputy", &id, "adopt", &[]).await.contains("不能这样办理"), "nothing was asked");
    step(&app, "office", &id, "ask", &[]).await;
    assert!(not(&app, "deputy", &id, "return", &[]).await.contains("退回的原因还没有填写"));
    step(&app, "deputy", &id, "return", &[("words", "先在会上听一听意见")]).await;
    let shown = office.get(&format!("/oversight/rules?id={id}")).await.text();
    assert!(shown.contains("先在会上听一听意见"));
    assert!(office.get("/todo").await.text().contains("先在会上听一听意见"));

    // The 副书记 works in the office for a while and drafts himself.
    execute(
        &app,
        q("INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)
           VALUES ('00000000-0000-7000-8000-000000000001', $1, $2, 'conduct_office', $3, 'active', 'system', '2024-01-01')")
        .bind(app.district.id)
        .bind(app.district.person("deputy"))
        .bind(app.district.office),
    )
    .await;
    let mut deputy = app.sign_in("deputy").await;
    let own = drafted(&mut deputy, &eased()).await;
    step(&app, "deputy", &own, "ask", &[]).await;
    assert!(not(&app, "deputy", &own, "adopt", &[]).await.contains("您起草的不能由您审定"));
    step(&app, "secretary", &own, "adopt", &[]).await;
    // The returned one was made from the version before.
    assert!(not(&app, "office", &id, "ask", &[]).await.contains("现行的已经是规则第2版"));
    step(&app, "office", &id, "drop", &[]).await;
    assert!(not(&app, "office", &id, "ask", &[]).await.contains("已作废"));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_stays() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let mut office = app.sign_in("office").await;
        let base = fields(&eased());
        let with = |more: &[(&str, &str)]| {
            let names: Vec<&str> = more.iter().map(|(n, _)| *n).collect();
            let mut all: Vec<(String, String)> =
                base.iter().filter(|(n, _)| !names.contains(&n.as_str())).cloned().collect();
            all.extend(more.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
            all
        };
        let rule = |more: &[(&'static str, &'static str)]| {
            let mut all = vec![("rule0_name", "甲"), ("rule0_because", "示范"), ("rule0_tone", "late")];
            all.extend_from_slice(more);
            all
        };
        let table: Vec<(Vec<(&str, &str)>, &str)> = vec![
            (vec![("quarterly_days", "很多")], "应填整数"),
            (vec![("monthly_days", "28")], "应在 0 到 20 之间"),
            (vec![("hard_also", "3.3")], "互相矛盾"),
            (vec![("rule0_logins", "3")], "登录次数不能作为变色的依据"),
            (vec![("rule0_online_minutes", "3")], "在线时长"),
            (rule(&[("rule0_overdue", "1")]), "一般事项变红"),
            (rule(&[("rule0_hard", "yes")]), "还没有到期的事项变红"),
            (rule(&[("rule0_share", "50")]), "没有选哪两个次数"),
            (vec![("note", "身份证 11010519491231002X")], "不能存入本系统"),
            (vec![("surprise", "1")], "本页没有的内容"),
        ];
        for (more, words) in table {
            let page = refused(&mut office, "/oversight/rules/save", &borrowed(&with(&more))).await;
            assert!(page.contains(words), "{words}");
            assert!(page.contains("value=\"3.3\""), "{words}: what was typed is kept");
        }
        // The rules in force themselves are no draft.
        let same = refused(&mut office, "/oversight/rules/save", &borrowed(&fields(&RuleSet::default()))).await;
        assert!(same.contains("完全相同"));
        for (json, words) in
            [("{", "读不懂"), (r#"{"rules":[{"name":"甲","when":[{"factor":"logins","at_least":3}]}]}"#, "登录次数")]
        {
            let page = refused(&mut office, "/oversight/rules/file", &[("json", json)]).await;
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(rows(&app, q("SELECT id FROM rule_drafts")).await.is_empty());
        // A file that another district made is a draft like any other.
        let file = serde_json::to_string(&eased()).unwrap();
        let place = done(&mut office, "/oversight/rules/file", &[("json", &file)]).await;
        assert!(place.starts_with("/oversight/rules?id="), "{place}");
        let export = office.get("/oversight/rules/file.json").await;
        assert_eq!(serde_json::from_slice::<RuleSet>(&export.body).unwrap(), RuleSet::default());
    }
}

#[tokio::test]
async fn what_would_colour_everything_red_is_not_sent_up() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    // All that has a colour today, and not all there is.
    let also = ["1", "6", "9", "12"].map(str::to_owned).to_vec();
    let hard = HardItems { also, ..HardItems::default() };
    let id = drafted(&mut office, &RuleSet { hard, ..RuleSet::default() }).await;
    let shown = office.get(&format!("/oversight/rules?id={id}&dry=1")).await.text();
    assert!(shown.contains("全部变成红色，不能报审"));
    assert!(shown.contains("变动很大，请先核对") && shown.contains("6 条事项里有 5 条会算硬性事项"), "{shown}");
    let page = not(&app, "office", &id, "ask", &[]).await;
    assert!(page.contains("全部变成红色") && page.contains("例如："));
    assert_eq!(colour(&app, "6.3").await.0, "warn");
}

#[tokio::test]
async fn two_at_one_draft_and_too_late_versions() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let (mut office, mut office2) = (app.sign_in("office").await, app.sign_in("office2").await);
    let id = drafted(&mut office, &eased()).await;
    let mut both = fields(&RuleSet { yearly_days: 40, ..eased() });
    both.push(("id".into(), id.clone()));
    both.push(("seen".into(), "1".into()));
    done(&mut office2, "/oversight/rules/save", &borrowed(&both)).await;
    let mut late = fields(&RuleSet { yearly_days: 50, ..eased() });
    late.push(("id".into(), id.clone()));
    late.push(("seen".into(), "1".into()));
    let page = refused(&mut office, "/oversight/rules/save", &borrowed(&late)).await;
    assert!(page.contains("刚刚被别人改过") && page.contains("value=\"50\""));
}

#[tokio::test]
async fn colours_left_behind_by_a_restart_follow_at_the_next_start() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        issued(&app, "区教育局").await;
        let rules = RuleSet { version: 2, ..eased() };
        execute(
            &app,
            q("INSERT INTO rule_sets (district_id, version, rules, adopted_at) VALUES ($1, 2, $2, 0)")
                .bind(app.district.id)
                .bind(serde_json::to_string(&rules).unwrap()),
        )
        .await;
        assert_eq!(colour(&app, "3.3").await, ("late".to_owned(), 1));
        // A red that version 1 made is explained by version 1.
        let post = app.district.school_post;
        let form = json!({ "post": post, "year": 2026 });
        let shown = app.sign_in("leader_b").await.call("/api/oversight/colours", form).await.json();
        let row = shown["rows"].as_array().unwrap().iter().find(|row| row["code"] == "3.3").unwrap().clone();
        assert_eq!(row["rule"], "规则第1版（示范） · 硬性事项，逾期会变红", "{database:?}");
        app.app.services().recolour_due().await.unwrap();
        assert_eq!(colour(&app, "3.3").await, ("warn".to_owned(), 2));
    }
}

#[tokio::test]
async fn everybody_of_the_chain_reads_the_rules_and_nobody_else_a_draft() {
    let app = TestApp::new(Database::Sqlite).await;
    issued(&app, "区教育局").await;
    let mut office = app.sign_in("office").await;
    let id = drafted(&mut office, &eased()).await;
    for login in ["leader_b", "liaison_b", "member_a", "team", "general"] {
        let mut client = app.sign_in(login).await;
        let now = page(&mut client, json!({})).await;
        assert_eq!((now["label"].as_str(), now["drafts"].as_array().unwrap().len()), (Some("规则第1版"), 0), "{login}");
        let draft = client.call("/api/oversight/rules", json!({ "id": id })).await;
        let unknown = client.call("/api/oversight/rules", json!({ "id": command() })).await;
        assert_eq!((draft.status, draft.text()), (unknown.status, unknown.text()), "{login}");
        assert_eq!(draft.status, 404, "{login}");
        assert!(client.get("/oversight/rules/file.json").await.status >= 400, "{login}");
    }
    for login in ["sysadmin", "security", "audit"] {
        let mut client = app.sign_in(login).await;
        assert!(client.call("/api/oversight/rules", json!({})).await.status >= 400, "{login}");
    }
    let file = office.get(&format!("/oversight/rules/export?id={id}&dry=1")).await;
    assert_eq!(file.status, 200);
    assert!(file.body.starts_with(b"PK"), "a workbook");
}
