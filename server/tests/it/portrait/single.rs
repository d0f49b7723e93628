//! One fact of a number: asked about by itself, told whole, shown where it stands; and the home that counts alike.

use serde_json::json;
use server::storage::q;

use super::{number, own, school, term_of};
use crate::{
    duties::{done, execute, rows, send},
    harness::{BOTH, Client, Database, TestApp},
};

/// Asks about a subject; where it leads.
async fn ask(app: &TestApp, client: &mut Client, key: &str) -> String {
    let post = app.district.school_post.to_string();
    let fields = [("kind", "portrait"), ("post", post.as_str()), ("year", "2026"), ("key", key)];
    send(client, "/oversight/checks/ask", &fields).await.location()
}

#[tokio::test]
async fn one_fact_is_asked_about_by_itself_and_answered_there() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let panel = own(&mut leader, json!({ "fact": "2026q4.in_time" })).await["panel"].clone();
        let subject = |n: usize| panel["rows"][n]["subject"].as_str().unwrap().to_owned();
        assert_eq!(panel["rows"].as_array().unwrap().len(), 2, "{panel}");
        assert!(subject(0).starts_with(&format!("{}:", panel["subject"].as_str().unwrap())), "{panel}");
        assert_ne!(subject(0), subject(1));
        // The whole item: what is cut off may be what is asked for.
        let texts = rows(&app, q("SELECT text FROM leader_items WHERE code = '3.3'")).await;
        let whole = texts[0].text("text").unwrap();
        assert_eq!(panel["rows"][0]["title"], whole, "{database:?}");
        let place = ask(&app, &mut leader, &subject(0)).await;
        assert!(place.contains("fact=2026q4.in_time") && place.ends_with("#fact"), "{place}");
        let shown = leader.get(place.split('#').next().unwrap()).await.text();
        assert_eq!(shown.matches("待答复").count(), 1, "below its own fact: {shown}");
        let panel = own(&mut leader, json!({ "fact": "2026q4.in_time" })).await["panel"].clone();
        let may = (&panel["rows"][0]["may_ask"], &panel["rows"][1]["may_ask"], &panel["may_ask"]);
        assert_eq!(may, (&json!(false), &json!(true), &json!(true)), "{panel}");
        let kept = rows(&app, q("SELECT id, title, shown FROM fact_checks")).await;
        assert!(kept[0].text("title").unwrap().starts_with("履责画像　2026年第四季度履责：按期落实　3.3 "));
        assert!(kept[0].text("shown").unwrap().contains("到期"), "{database:?}");
        // The same once more, and a fact that is not behind the number.
        for key in [subject(0), format!("{}:abc", panel["subject"].as_str().unwrap())] {
            assert!(ask(&app, &mut leader, &key).await.contains("draft="), "{database:?}");
        }
        let id = kept[0].text("id").unwrap();
        let answer = [("check", id.as_str()), ("do", "uphold"), ("words", "与会议记录一致")];
        done(&mut app.sign_in("team").await, "/oversight/checks/step", &answer).await;
        let fact = format!("2026q4.in_time:{}", "0".repeat(32));
        let panel = own(&mut leader, json!({ "fact": fact })).await["panel"].clone();
        assert!(panel["rows"][0]["asked"][0]["answer"].as_str().unwrap().contains("与会议记录一致"), "{panel}");
        // Its item was moved out of the number since: the answer stays where it was asked.
        let other = format!("{}:{}", panel["subject"].as_str().unwrap(), "f".repeat(32));
        execute(&app, q("UPDATE fact_checks SET subject_key = $1").bind(other)).await;
        let panel = own(&mut leader, json!({ "fact": "2026q4.in_time" })).await["panel"].clone();
        assert!(panel["gone"][0]["asked"][0]["answer"].as_str().unwrap().contains("与会议记录一致"), "{panel}");
    }
}

#[tokio::test]
async fn the_facts_stand_below_their_table_and_the_paper_has_the_charts() {
    let app = TestApp::new(Database::Sqlite).await;
    school(&app).await;
    let mut leader = app.sign_in("leader_b").await;
    let text = leader.get("/portrait?fact=2026q3.late").await.text();
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
    assert!(at("id=\"duty-lv\"") < at("id=\"fact\"") && at("id=\"fact\"") < at("id=\"dimensions\""));
    assert!(at("id=\"n-2026q3.late\"") < at("id=\"fact\""), "the number itself stands above them");
    assert!(text.contains("#n-2026q3.late\""), "收起 leads back to it");
    let group = leader.get("/portrait?fact=2026.group.6.late").await.text();
    assert!(group.find("id=\"dimensions\"").unwrap() < group.find("id=\"fact\"").unwrap());
    let term = term_of(&app, "leader_b").await;
    let paper = leader.get(&format!("/documents/portrait/{term}/print")).await.text();
    assert!(paper.contains("<figure class=\"chart\"><svg") && paper.contains("本期未做"), "{paper}");
    assert_eq!(leader.get(&format!("/documents/portrait/{term}/xlsx")).await.status, 200);
    assert_eq!(leader.get(&format!("/documents/portrait/{term}/docx")).await.status, 200);
}

#[tokio::test]
async fn the_home_counts_what_the_portrait_counts() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let page = own(&mut leader, json!({})).await;
        let open = number(&page, "2026q4.pending").unwrap();
        let text = leader.get("/home").await.text();
        assert!(open > 0 && text.contains(&format!("本季度到期、本期未做的 {open} 条")), "{database:?} {open}: {text}");
        assert!(text.contains("/portrait?fact=2026q4.pending#fact") && text.contains("“随时”：没有期限"), "{text}");
        let opened = own(&mut leader, json!({ "fact": "2026q4.pending" })).await;
        assert_eq!(opened["panel"]["rows"].as_array().unwrap().len(), usize::try_from(open).unwrap());
        // Each reminder says why, and all colours are one tap away.
        assert!(text.contains(&format!("/oversight/colours/{}?year=2026#i", app.district.school_post)), "{text}");
        // Who drafts for him counts the same, and has no portrait to open.
        let text = app.sign_in("liaison_b").await.get("/home").await.text();
        assert!(text.contains(&format!("本季度到期、本期未做的 {open} 条")) && !text.contains("/portrait"), "{text}");
    }
}
