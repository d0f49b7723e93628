//! What stands in the draft of another edition is said to nobody before it is issued.

use serde_json::json;
use server::storage::q;

use super::{registered, remark, written};
use crate::{
    duties::{done, execute, page, refused},
    harness::{BOTH, TestApp},
};

/// Of the list in force, and of the draft.
const OLD: &str = "主持警示教育会";
const DRAFTED: &str = "还没有下达的新条文";

#[tokio::test]
async fn a_ticked_item_reads_as_it_was_issued() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (work, _, duty) = written(&app).await;
        let reading = registered(&app, "2026-11-02", "2026-11-06").await;
        remark(&app, "office", &reading, &[("duty", duty.as_str()), ("kind", "wanting"), ("text", "补充签到表")]).await;
        // Edition 2: 9.1 has other words and another number; 14.1 is new.
        let mut office = app.sign_in("office").await;
        let list = crate::duties::rows(
            &app,
            q("SELECT id FROM leader_lists WHERE post_id = $1").bind(app.district.school_post),
        )
        .await;
        let list = list[0].text("id").unwrap();
        let place =
            done(&mut office, "/duties/lists/edition", &[("leader", &list), ("effective_on", "2026-12-01")]).await;
        let second = place.trim_start_matches("/duties/lists/").split('?').next().unwrap().to_owned();
        let changed = q("UPDATE leader_items SET text = $1, code = '19.9' WHERE list_id = $2 AND duty_id = $3");
        execute(&app, changed.bind(DRAFTED).bind(&second).bind(&duty)).await;
        let seen = page(&mut office, "/api/duties/list", &second).await["version"].to_string();
        let new = [
            ("leader", second.as_str()),
            ("seen", &seen),
            ("do", "save"),
            ("code", "14.1"),
            ("group", "自选动作"),
            ("text", DRAFTED),
            ("frequency", "quarterly"),
            ("action", "optional"),
            ("evidence", "ledger"),
        ];
        done(&mut office, "/duties/lists/item", &new).await;

        let post = app.district.school_post.to_string();
        let mut leader = app.sign_in("leader_b").await;
        let record = leader.call("/api/records/one", json!({ "id": work })).await.json()["items"].to_string();
        let cell =
            leader.call("/api/board/cell", json!({ "post": post, "duty": "lv" })).await.json()["items"].to_string();
        let about =
            leader.call("/api/records/book", json!({ "post": post, "duty": duty })).await.json()["about"].to_string();
        for (what, text) in [("record", record), ("cell", cell), ("book", about)] {
            assert!(text.contains(OLD) && !text.contains(DRAFTED), "{database:?} {what}: {text}");
        }
        let sheet = leader.call("/api/oversight/one", json!({ "id": reading })).await.json()["remarks"].to_string();
        assert!(sheet.contains("9.1") && !sheet.contains("19.9"), "{database:?}: {sheet}");
        // Nobody remarks on what the unit has not been given.
        let drafted = q("SELECT duty_id FROM leader_items WHERE list_id = $1 AND code = '14.1'").bind(&second);
        let drafted = crate::duties::rows(&app, drafted).await[0].text("duty_id").unwrap();
        let fields =
            [("inspection", reading.as_str()), ("duty", &drafted), ("kind", "wanting"), ("text", "也补充签到表")];
        assert!(refused(&mut office, "/oversight/remark", &fields).await.contains("没有找到"), "{database:?}");
    }
}
