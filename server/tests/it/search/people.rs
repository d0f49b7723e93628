//! Units and heads by characters, syllables and initials, as far as the viewer sees them.

use serde_json::{Value, json};

use super::{find, ids, save};
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
        // In one's own book every record is of one's unit: its name finds what it is written in.
        assert_eq!(ids(&find(&mut leader, json!({ "q": "教育局" })).await), Vec::<String>::new());
    }
}
