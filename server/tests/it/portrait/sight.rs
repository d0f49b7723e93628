//! Who sees a portrait, what of it, and what is noted.

use serde_json::json;
use server::storage::q;

use super::{number, overseen, own, school, succeeded_by, term_of};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, Database, TestApp, logins},
    papers::docx_words,
};

#[tokio::test]
async fn only_the_person_and_those_who_oversee_him_see_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let may = ["team", "office", "office2", "deputy", "secretary"];
        for login in logins() {
            let reply = overseen(&app, login).await;
            assert_eq!(reply.status == 200, may.contains(&login), "{database:?} {login}: {}", reply.status);
            assert!(!reply.text().contains("金丝雀"), "no text of a record: {login}");
            let listed = app.sign_in(login).await.call("/api/portrait/list", json!({})).await;
            let sees = listed.status == 200 && listed.text().contains("区教育局");
            assert_eq!(sees, may.contains(&login), "{login}");
        }
        // The team of another unit has its own list.
        let other = app.sign_in("team2").await.call("/api/portrait/list", json!({})).await.text();
        assert!(other.contains("区民政局") && !other.contains("区教育局"), "{other}");
        let leading = json!({ "post": app.district.leading_post });
        for login in logins() {
            let reply = app.sign_in(login).await.call("/api/portrait/one", leading.clone()).await;
            assert_eq!(reply.status == 200, login == "secretary", "{login}");
        }
        for login in logins() {
            let heads = ["leader_a", "leader_b", "leader_c", "district_head"];
            let reply = app.sign_in(login).await.call("/api/portrait/own", json!({})).await;
            assert_eq!(reply.status == 200, heads.contains(&login), "{login}: {}", reply.text());
        }
        let own = app.sign_in("leader_b").await.get("/portrait").await.text();
        assert!(own.contains("不是政治画像") && !own.contains("金丝雀"), "{own}");
        assert!(own.contains("role=\"img\"") && own.contains("<desc"), "a chart says what it shows");
    }
}

#[tokio::test]
async fn a_town_committee_only_assists() {
    let app = TestApp::new(Database::Sqlite).await;
    school(&app).await;
    let change = q("UPDATE role_grants SET role = 'town_committee' WHERE person_id = $1");
    execute(&app, change.bind(app.district.person("team"))).await;
    execute(&app, q("UPDATE oversight_map SET committee_id = team_id")).await;
    assert_eq!(overseen(&app, "team").await.status, 404);
}

#[tokio::test]
async fn whoever_left_still_sees_his_own_and_his_successor_does_not() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let before = term_of(&app, "leader_b").await;
        succeeded_by(&app, "member_a").await;
        let mut former = app.sign_in("leader_b").await;
        let page = own(&mut former, json!({})).await;
        assert_eq!((&page["ended"], &page["portrait"]["as_of"]), (&json!(true), &json!("2026-10-31")));
        // What he recorded after he left is not in it, and what falls due later is nobody's of his.
        assert_eq!(number(&page, "2026q3.late"), Some(0), "recorded on 2 November: {page}");
        let opened = own(&mut former, json!({ "fact": "2026q3.wanting" })).await;
        for row in opened["panel"]["rows"].as_array().unwrap() {
            assert_eq!(row["link"], "", "what he may not open any more is no link");
        }
        assert_eq!(former.get(&format!("/documents/portrait/{before}/print")).await.status, 200);
        let mut successor = app.sign_in("member_a").await;
        for term in [json!(before), json!(app.district.school_post)] {
            assert_eq!(successor.call("/api/portrait/own", json!({ "term": term })).await.status, 404);
        }
        let form = json!({ "post": app.district.school_post, "term": before });
        assert_eq!(successor.call("/api/portrait/one", form.clone()).await.status, 404);
        assert_eq!(successor.get(&format!("/documents/portrait/{before}/page")).await.status, 404);
        let mine = own(&mut successor, json!({})).await;
        let first = &mine["portrait"]["columns"][0];
        assert_eq!((&first["quarter"]["no"], &first["from"]), (&json!(4), &json!("2026-11-01")));
        assert_eq!(mine["portrait"]["columns"].as_array().unwrap().len(), 1);
        assert_eq!(mine["terms"].as_array().unwrap().len(), 1, "nothing of the predecessor: {mine}");
        // Those who oversee the post choose between the two.
        let seen = overseen(&app, "office").await.json();
        assert_eq!(seen["terms"].as_array().unwrap().len(), 2);
        assert!(seen["who"].as_str().unwrap().starts_with("王晓岚"));
        let earlier = app.sign_in("office").await.call("/api/portrait/one", form).await.json();
        assert!(earlier["who"].as_str().unwrap().starts_with("叶国平"), "{earlier}");
    }
}

#[tokio::test]
async fn an_acting_head_and_a_vacancy_are_said() {
    let app = TestApp::new(Database::Sqlite).await;
    school(&app).await;
    let acting = q("UPDATE terms SET acting = 1 WHERE person_id = $1");
    execute(&app, acting.bind(app.district.person("leader_b"))).await;
    let page = app.sign_in("leader_b").await.get("/portrait").await.text();
    assert!(page.contains("主持工作"), "{page}");
    let leave = q("UPDATE terms SET ends_on = '2026-10-31' WHERE person_id = $1");
    execute(&app, leave.bind(app.district.person("leader_b"))).await;
    let list = app.sign_in("office").await.call("/api/portrait/list", json!({})).await.text();
    assert!(
        list.contains("党组织书记（空缺）") && list.contains("叶国平　2024年1月1日至2026年10月31日主持工作"),
        "{list}"
    );
}

#[tokio::test]
async fn a_look_by_supervision_is_noted_once_an_hour() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let seen = || q("SELECT object FROM audit WHERE action = 'oversight.portrait_seen'");
        let mut leader = app.sign_in("leader_b").await;
        own(&mut leader, json!({})).await;
        assert!(rows(&app, seen()).await.is_empty(), "one's own is no look");
        overseen(&app, "team").await;
        overseen(&app, "team").await;
        overseen(&app, "team2").await;
        let noted = rows(&app, seen()).await;
        assert_eq!(noted.len(), 1);
        assert_eq!(noted[0].text("object").unwrap(), format!("term:{}", term_of(&app, "leader_b").await));
        app.clock.advance_ms(3_600_000);
        let term = term_of(&app, "leader_b").await;
        app.sign_in("team").await.get(&format!("/documents/portrait/{term}/xlsx")).await;
        assert_eq!(rows(&app, seen()).await.len(), 2, "its paper is a look too");
    }
}

#[tokio::test]
async fn its_tables_are_a_paper_in_every_form() {
    let app = TestApp::new(Database::Sqlite).await;
    school(&app).await;
    let term = term_of(&app, "leader_b").await;
    let mut leader = app.sign_in("leader_b").await;
    for form in ["page", "print", "docx", "xlsx"] {
        let reply = leader.get(&format!("/documents/portrait/{term}/{form}")).await;
        assert_eq!(reply.status, 200, "{form}");
        let words = if matches!(form, "docx" | "xlsx") { docx_words(&reply) } else { reply.text() };
        for said in ["五责按季度", "2026年第四季度（进行中）", "不是政治画像", "叶国平"] {
            assert!(words.contains(said), "{form}: {said}");
        }
        assert!(!words.contains("金丝雀"), "{form}");
    }
}

/// 一级抓一级: numbers and states of a list handed down go up, what its items say does not.
#[tokio::test]
async fn contents_of_a_list_handed_down_stay_below() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        school(&app).await;
        let parent = q("UPDATE leader_lists SET from_unit_id = $1").bind(app.district.leading);
        execute(&app, parent).await;
        let asked = json!({ "post": app.district.school_post, "fact": "2026q3.late" });
        let mut leader = app.sign_in("leader_b").await;
        let mine = own(&mut leader, json!({ "fact": "2026q3.late" })).await;
        let said = mine["panel"]["rows"][0]["title"].as_str().unwrap().to_owned();
        let group = mine["portrait"]["groups"][0]["name"].as_str().unwrap().to_owned();
        assert!(!said.contains("下级清单条目") && !group.contains("下级清单条目"), "{mine}");
        let term = term_of(&app, "leader_b").await;
        for login in ["team", "office", "deputy"] {
            let mut client = app.sign_in(login).await;
            let reply = client.call("/api/portrait/one", asked.clone()).await;
            let (text, page) = (reply.text(), reply.json());
            assert!(!text.contains(&said) && !text.contains(&group), "{database:?} {login}: {text}");
            assert_eq!(page["panel"]["rows"][0]["title"], "下级清单条目", "{database:?} {login}");
            assert_eq!(number(&page, "2026q3.late"), Some(1), "its state goes up");
            let paper = client.get(&format!("/documents/portrait/{term}/print")).await.text();
            assert!(!paper.contains(&said) && !paper.contains(&group), "{database:?} {login}: {paper}");
        }
        // The person reads his own for ever, also when he is of the unit no more.
        succeeded_by(&app, "member_a").await;
        let mut former = app.sign_in("leader_b").await;
        assert_eq!(own(&mut former, json!({})).await["portrait"]["groups"][0]["name"], group);
    }
}
