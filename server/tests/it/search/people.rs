//! Units and heads by characters, syllables and initials, as far as the viewer sees them.

use serde_json::{Value, json};

use super::{decide, find, ids, save};
use crate::harness::{BOTH, Client, TestApp};

fn names(page: &Value, of: &str, what: &str) -> Vec<String> {
    page[of].as_array().unwrap().iter().map(|p| p[what].as_str().unwrap().to_owned()).collect()
}

async fn units(client: &mut Client, word: &str) -> Vec<String> {
    names(&find(client, json!({ "q": word })).await, "posts", "unit")
}

#[tokio::test]
async fn heads_and_units_are_found_by_initials() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut office = app.sign_in("office").await;
        for word in ["教育", "区教育局", "jyj", "qjyj", "jiaoyu", "叶国平", "国平", "ygp", "YGP", "yeguo"] {
            assert_eq!(units(&mut office, word).await, ["区教育局"], "{database:?} {word}");
        }
        for word in ["叶", "y", "平国", "gyp", "贺一舟", "滨海"] {
            // 区委书记's row is for himself and the 书记; one character names too many.
            assert_eq!(units(&mut office, word).await, Vec::<String>::new(), "{database:?} {word}");
        }
        // One character of a unit's name is enough for the list of units; it names no records.
        for word in ["教", "育"] {
            let page = find(&mut office, json!({ "q": word })).await;
            assert_eq!(names(&page, "posts", "unit"), ["区教育局"], "{database:?} {word}");
            assert!(ids(&page).is_empty(), "{database:?} {word}");
        }
        let (mut secretary, mut team2) = (app.sign_in("secretary").await, app.sign_in("team2").await);
        assert_eq!(units(&mut secretary, "hyz").await, ["滨海示范区委"]);
        assert_eq!(units(&mut team2, "cjy").await, ["区民政局"]);
        for login in ["team2", "leader_a", "liaison_a", "member_a"] {
            let mut client = app.sign_in(login).await;
            assert_eq!(units(&mut client, "ygp").await, Vec::<String>::new(), "{login}");
        }
        let mut sysadmin = app.sign_in("sysadmin").await;
        let page = find(&mut sysadmin, json!({ "q": "沈宏斌" })).await;
        assert_eq!(
            (names(&page, "persons", "name"), page["records"].clone()),
            (vec!["沈宏斌".to_owned()], json!(false))
        );
        let mut team = app.sign_in("team").await;
        assert_eq!(names(&find(&mut team, json!({ "q": "沈宏斌" })).await, "persons", "name"), Vec::<String>::new());
    }
}

#[tokio::test]
async fn records_are_found_by_unit_and_head_from_outside() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let one = save(&mut leader, "到窗口蹲点", "visit", "2026-10-08").await;
        let two = save(&mut leader, "讲党课", "lecture", "2026-10-09").await;
        let mut civil = app.sign_in("leader_c").await;
        save(&mut civil, "到窗口蹲点", "visit", "2026-10-08").await;
        for login in ["office", "team", "deputy"] {
            let mut client = app.sign_in(login).await;
            for (word, found) in [
                ("教育局", vec![&two, &one]),
                ("ygp", vec![&two, &one]),
                ("教育局 蹲点", vec![&one]),
                ("教育局 10月 党课学习", vec![&two]),
                ("教育局 9月", vec![]),
                ("到窗口", vec![]),
            ] {
                let page = find(&mut client, json!({ "q": word })).await;
                let found: Vec<String> = found.into_iter().cloned().collect();
                assert_eq!(ids(&page), found, "{database:?} {login} {word}");
            }
        }
        // A row is headed by its unit and page, and texts are opened by a reading: the page leads there.
        let mut office = app.sign_in("office").await;
        let page = office.get("/search?q=%E6%95%99%E8%82%B2%E5%B1%80").await.text();
        assert!(page.contains("<b>区教育局　2026年第 "), "{database:?}: {page}");
        assert!(office.get("/search").await.text().contains("正文要先登记才能搜索"), "{database:?}");
        // In one's own book every record is of one's unit: its name finds what it is written in.
        assert_eq!(ids(&find(&mut leader, json!({ "q": "教育局" })).await), Vec::<String>::new());
    }
}

#[tokio::test]
async fn ones_own_book_is_searched_by_who_drafted() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut liaison, mut leader) = (app.sign_in("liaison_b").await, app.sign_in("leader_b").await);
        let drafted = save(&mut liaison, "组织学习一次", "lecture", "2026-10-28").await;
        save(&mut leader, "到窗口蹲点", "visit", "2026-10-29").await;
        for confirmed in [false, true] {
            if confirmed {
                decide(&mut leader, &drafted, "confirm").await;
            }
            for client in [&mut leader, &mut liaison] {
                for word in ["沈宏斌", "宏斌", "shb", "SHB", "hongbin", "沈宏斌 组织"] {
                    let found = ids(&find(client, json!({ "q": word })).await);
                    assert_eq!(found, [drafted.as_str()], "{database:?} {confirmed} {word}");
                }
                // One character names too many, and another unit's 联络员 drafts nothing here.
                for word in ["沈", "s", "耿伟", "沈宏斌 蹲点"] {
                    assert!(ids(&find(client, json!({ "q": word })).await).is_empty(), "{database:?} {word}");
                }
            }
        }
        // Names mean units and heads where a book is seen from outside.
        let mut office = app.sign_in("office").await;
        assert!(ids(&find(&mut office, json!({ "q": "沈宏斌" })).await).is_empty(), "{database:?}");
    }
}
