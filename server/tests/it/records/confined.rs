//! Talks whose notes stay with their author: nobody lets the 联络员 read them.

use serde_json::json;
use server::storage::q;

use super::{one, proxy::decide, saved};
use crate::{
    duties::{execute, rows, send},
    harness::{BOTH, TestApp},
};

#[tokio::test]
async fn a_talk_that_stays_with_its_author_is_never_shared() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let mut liaison = app.sign_in("liaison_b").await;
        for (talk, why) in
            [("young", "年轻干部谈心的谈话要点只有本人可见"), ("revisit", "回访教育的谈话要点限范围知悉")]
        {
            let id = saved(&mut leader, &[("kind", "talk"), ("text", "谈话要点金丝雀"), ("d.talk", talk)]).await;
            assert_eq!(one(&mut leader, &id).await["may_share"], false, "{database:?} {talk}");
            let page = leader.get(&format!("/records/{id}")).await.text();
            assert!(!page.contains("value=\"share\""), "{database:?} {talk}");
            let back = decide(&mut leader, &id, "share", &[]).await;
            assert!(leader.get(&back).await.text().contains(why), "{database:?} {talk}: {back}");
            assert!(!liaison.get(&format!("/records/{id}")).await.text().contains("金丝雀"), "{database:?} {talk}");
            // Shared by an earlier version: taken back at any time.
            execute(&app, q("UPDATE records SET shared = 1 WHERE id = $1").bind(&id)).await;
            assert_eq!(one(&mut leader, &id).await["may_share"], true);
            assert!(!decide(&mut leader, &id, "unshare", &[]).await.contains("draft="));
        }
        // Another type is shared, until it turns out to be one of these; called something else it stays so.
        let id = saved(&mut leader, &[("kind", "talk"), ("text", "与班子成员谈心"), ("d.talk", "member")]).await;
        assert!(!decide(&mut leader, &id, "share", &[]).await.contains("draft="));
        assert!(liaison.get(&format!("/records/{id}")).await.text().contains("与班子成员谈心"));
        for (talk, kind) in [("young", "talk"), ("member", "talk")] {
            let seen = one(&mut leader, &id).await["version"].to_string();
            let fields = [
                ("record", id.as_str()),
                ("seen", &seen),
                ("only", "details"),
                ("kind", kind),
                ("d.talk", talk),
                ("reason", "类型选错"),
            ];
            let place = send(&mut leader, "/records/correct", &fields).await.location();
            assert!(!place.contains("draft="), "{place}");
            let shared = rows(&app, q("SELECT shared FROM records WHERE id = $1").bind(&id)).await;
            assert!(!shared[0].flag("shared").unwrap(), "{database:?} {talk}");
            let page = liaison.call("/api/records/one", json!({ "id": id })).await.json();
            assert!(page["row"]["text"].is_null(), "{database:?} {talk}");
            assert!(decide(&mut leader, &id, "share", &[]).await.contains("draft="), "{database:?} {talk}");
        }
    }
}
