//! The kind's own fields are found as far as the text is open; a shared talk is found by whom it is shared with.

use serde_json::json;

use super::{find, ids, snippets};
use crate::{
    duties::done,
    harness::{BOTH, Client, TestApp},
};

async fn saved(client: &mut Client, fields: &[(&str, &str)]) -> String {
    let form = client.call("/api/records/new", json!({})).await.json();
    let mut all = vec![("post", form["post"].as_str().unwrap()), ("event_on", "")];
    all.extend_from_slice(fields);
    let place = done(client, "/records/save", &all).await;
    place.split(['/', '?']).nth(2).unwrap().to_owned()
}

async fn found(app: &TestApp, login: &str, word: &str) -> Vec<String> {
    ids(&find(&mut app.sign_in(login).await, json!({ "q": word })).await)
}

#[tokio::test]
async fn fields_of_a_kind_are_searched_like_its_text() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let visit = saved(&mut leader, &[("text", "到窗口蹲点"), ("kind", "visit"), ("d.place", "银杏路服务站")]).await;
        let study = [("text", "专题研究"), ("kind", "study"), ("d.topics", "研究了白鹭项目招标")];
        let study = saved(&mut leader, &study).await;
        let talk = [("text", "与干部交心"), ("kind", "talk"), ("d.partner", "苍鹰科科长")];
        let talk = saved(&mut leader, &talk).await;
        for (word, id) in [("银杏路", &visit), ("白鹭", &study), ("苍鹰", &talk), ("蹲点 服务站", &visit)] {
            assert_eq!(found(&app, "leader_b", word).await, std::slice::from_ref(id), "{database:?} {word}");
        }
        // Shown is what was found, with the name of its field.
        let page = find(&mut leader, json!({ "q": "银杏路" })).await;
        assert_eq!(snippets(&page), ["地点：[银杏路]服务站"]);
        // The name itself is no content, and words are not joined across fields.
        assert!(found(&app, "leader_b", "地点").await.is_empty() && found(&app, "leader_b", "点银杏").await.is_empty());
        // The 联络员 reads work and no talks; from outside nobody reads fields.
        assert_eq!(found(&app, "liaison_b", "银杏路").await, std::slice::from_ref(&visit));
        assert!(found(&app, "liaison_b", "苍鹰").await.is_empty());
        for login in ["office", "team", "secretary", "leader_a"] {
            for word in ["银杏路", "白鹭", "苍鹰"] {
                assert!(found(&app, login, word).await.is_empty(), "{login} {word}");
            }
        }
        // Shared, the talk is found by the 联络员 too; and no more when it is taken back.
        for (what, by_liaison) in [("share", 1), ("unshare", 0)] {
            let seen = leader.call("/api/records/one", json!({ "id": talk })).await.json()["version"].to_string();
            let fields = [("record", talk.as_str()), ("seen", &seen), ("decision", what), ("reason", "")];
            done(&mut leader, "/records/decide", &fields).await;
            for word in ["苍鹰", "交心"] {
                assert_eq!(found(&app, "liaison_b", word).await.len(), by_liaison, "{database:?} {what} {word}");
                assert!(found(&app, "office", word).await.is_empty());
            }
        }
        // As an index of the first edition is made anew at the start.
        crate::duties::execute(&app, server::storage::q("UPDATE search_state SET edition = 1")).await;
        assert_eq!(server::services::search::index::refresh(app.app.store()).await.unwrap(), 3);
        assert_eq!(found(&app, "leader_b", "银杏路").await, [visit]);
    }
}
