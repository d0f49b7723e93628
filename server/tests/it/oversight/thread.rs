//! 「核查不符」 in the thread of the post: between the head and the office, and taken back there as well.

use serde_json::json;

use super::{page, registered, remark, written};
use crate::{
    duties::done,
    harness::{BOTH, TestApp},
};

/// Titles that a login reads in the cell of 督.
async fn lines(app: &TestApp, login: &str) -> Vec<String> {
    let asked = json!({ "post": app.district.school_post, "duty": "du" });
    let cell = app.sign_in(login).await.call("/api/board/cell", asked).await.json();
    let rows = cell["thread"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned());
    rows.filter(|title| title.contains("核查不符")).collect()
}

#[tokio::test]
async fn what_two_agreed_and_took_back_stands_between_head_and_office() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, ..) = written(&app).await;
        let id = registered(&app, "2026-11-02", "2026-11-06").await;
        let about = [("record", work.as_str()), ("kind", "mismatch"), ("text", "会议记录没有这项议题")];
        let mismatch = remark(&app, "office", &id, &about).await;
        let step = async |login: &str, act: &str| {
            let mut client = app.sign_in(login).await;
            let rows = page(&mut client, &id).await["remarks"].clone();
            let row = rows.as_array().unwrap().iter().find(|row| row["id"] == mismatch.as_str()).unwrap().clone();
            let seen = row["seen"].to_string();
            let fields = [
                ("inspection", id.as_str()),
                ("remark", &mismatch),
                ("do", act),
                ("seen", &seen),
                ("words", "核对过了"),
            ];
            done(&mut client, "/oversight/remark/step", &fields).await;
        };
        step("office2", "agree").await;
        app.clock.advance_ms(60_000);
        let said = "核查不符（两人认定）：第 1 页".to_owned();
        for login in ["leader_b", "office", "team", "secretary"] {
            assert_eq!(lines(&app, login).await, std::slice::from_ref(&said), "{database:?} {login}");
        }
        assert!(lines(&app, "liaison_b").await.is_empty(), "{database:?}");
        step("office", "retract").await;
        assert_eq!(lines(&app, "leader_b").await.len(), 1, "{database:?}: one of the two is not enough");
        step("office2", "retract").await;
        for login in ["leader_b", "office"] {
            assert_eq!(
                lines(&app, login).await,
                [said.clone(), "核查不符已撤回：第 1 页".to_owned()],
                "{database:?} {login}"
            );
        }
        assert!(lines(&app, "liaison_b").await.is_empty(), "{database:?}");
    }
}
