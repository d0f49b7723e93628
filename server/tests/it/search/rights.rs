//! Whoever may read a text finds it by its words, nobody else; the rule is the book's.

use serde_json::json;
use server::storage::q;

use super::{correct, decide, find, ids, make_stub, save};
use crate::{
    duties::rows,
    harness::{BOTH, TestApp, logins},
};

/// Records of the school and of the 区委书记, each with a word of its own.
async fn world(app: &TestApp) -> Vec<(String, &'static str)> {
    let mut leader = app.sign_in("leader_b").await;
    let mut liaison = app.sign_in("liaison_b").await;
    let mut head = app.sign_in("district_head").await;
    let mut all = vec![
        (save(&mut leader, "到窗口蹲点，赤霞", "visit", "").await, "赤霞"),
        (save(&mut leader, "与三名干部谈话，橙雨", "talk", "").await, "橙雨"),
        (save(&mut liaison, "代录的专题会，黄沙", "study", "").await, "黄沙"),
        (save(&mut liaison, "代录的谈话，绿竹", "talk", "").await, "绿竹"),
    ];
    let confirmed = save(&mut liaison, "确认过的谈话，青瓦", "talk", "").await;
    decide(&mut leader, &confirmed, "confirm").await;
    let refused = save(&mut liaison, "没有采用的，蓝田", "visit", "").await;
    decide(&mut leader, &refused, "refuse").await;
    let renamed = save(&mut liaison, "本来是谈话，紫藤", "talk", "").await;
    decide(&mut leader, &renamed, "confirm").await;
    correct(&mut leader, &renamed, "改成了其他，紫藤", "other").await;
    let removed = save(&mut leader, "后来移除的，灰鹤", "visit", "").await;
    make_stub(app, &removed).await;
    all.extend([(confirmed, "青瓦"), (refused, "蓝田"), (renamed, "紫藤"), (removed, "灰鹤")]);
    all.push((save(&mut head, "区委书记的记录，银杏", "visit", "").await, "银杏"));
    // Somebody who holds the post later does not read his predecessor's talks.
    let before = save(&mut leader, "前任的谈话，墨梅", "talk", "").await;
    let other = app.district.person("leader_c");
    let taken = q("UPDATE records SET author_person = $1 WHERE id = $2").bind(other).bind(&before);
    crate::duties::execute(app, taken).await;
    super::reindexed(app, &before).await;
    all.push((before, "墨梅"));
    all
}

#[tokio::test]
async fn texts_are_found_by_those_who_may_read_them() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let all = world(&app).await;
        let mut found_at_all = 0;
        for login in logins() {
            let mut client = app.sign_in(login).await;
            for (id, word) in &all {
                let one = client.call("/api/records/one", json!({ "id": id })).await;
                let text = if one.status == 200 { one.json()["row"]["text"].clone() } else { json!(null) };
                let readable = text.as_str().is_some_and(|text| text.contains(word));
                for query in [(*word).to_owned(), word.chars().take(1).collect(), format!("{word} 没有")] {
                    let reply = client.call("/api/search/find", json!({ "q": query })).await;
                    let found = if reply.status == 200 { ids(&reply.json()) } else { Vec::new() };
                    let wanted = readable && !query.contains("没有");
                    assert_eq!(
                        found.contains(id),
                        wanted
                            || (readable && text.as_str().is_some_and(|t| t.contains("没有")) && query.contains(word)),
                        "{database:?}: {login} by {query}"
                    );
                    assert!(readable || !reply.text().contains(word), "{login} reads {word}");
                    found_at_all += usize::from(found.contains(id));
                }
                // The line: kind, dates, items. What may be opened is found, nothing else.
                for kind in ["visit", "talk", "study", "other"] {
                    let reply = client.call("/api/search/find", json!({ "kind": kind })).await;
                    let lines = if reply.status == 200 { ids(&reply.json()) } else { Vec::new() };
                    let is = one.status == 200 && one.json()["row"]["kind"] == kind;
                    assert_eq!(lines.contains(id), is, "{database:?}: {login} by kind {kind}, {word}");
                }
            }
        }
        assert!(found_at_all > 20, "{found_at_all}");
    }
}

#[tokio::test]
async fn whoever_sees_nothing_has_no_search() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let mut audit = app.sign_in("audit").await;
    assert_eq!(audit.call("/api/search/find", json!({ "q": "廉政" })).await.status, 404);
    assert_eq!(audit.get("/search?q=x").await.status, 404);
    for login in ["leader_a", "liaison_a", "member_a", "office", "team", "general", "sysadmin"] {
        let mut client = app.sign_in(login).await;
        assert_eq!(client.get("/search").await.status, 200, "{login}");
    }
}

#[tokio::test]
async fn searching_one_book_from_outside_is_noted_like_opening_it() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    save(&mut leader, "到窗口蹲点", "visit", "").await;
    let mut office = app.sign_in("office").await;
    let post = app.district.school_post.to_string();
    let page = find(&mut office, json!({ "post": post, "kind": "visit" })).await;
    assert_eq!((ids(&page).len(), page["rows"][0]["snippet"].clone()), (1, json!([])));
    assert_eq!(rows(&app, q("SELECT viewer_name FROM readings")).await[0].text("viewer_name").unwrap(), "林思源");
    let mut stranger = app.sign_in("leader_a").await;
    assert_eq!(stranger.call("/api/search/find", json!({ "post": post, "kind": "visit" })).await.status, 404);
}

#[tokio::test]
async fn what_is_corrected_is_found_by_what_it_says_now() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let id = save(&mut leader, "与甲乙丙谈话，蜻蜓", "visit", "").await;
        assert_eq!(ids(&find(&mut leader, json!({ "q": "蜻蜓" })).await), std::slice::from_ref(&id));
        correct(&mut leader, &id, "与甲乙丙谈话，蝴蝶", "visit").await;
        assert_eq!(ids(&find(&mut leader, json!({ "q": "蜻蜓" })).await), Vec::<String>::new());
        assert_eq!(ids(&find(&mut leader, json!({ "q": "蝴蝶" })).await), std::slice::from_ref(&id));
        assert_eq!(ids(&find(&mut leader, json!({ "status": "corrected" })).await), [id.as_str()]);
        assert_eq!(ids(&find(&mut leader, json!({ "status": "added" })).await), Vec::<String>::new());
        // What only fills in an open field is a 补充, and no 更正.
        let filled = save(&mut leader, "去看看瓢虫", "visit", "").await;
        let one = leader.call("/api/records/one", json!({ "id": filled })).await.json();
        let seen = one["version"].to_string();
        let fields = [
            ("record", filled.as_str()),
            ("seen", &seen),
            ("kind", "visit"),
            ("only", "details"),
            ("d.place", "银杏路"),
        ];
        crate::duties::done(&mut leader, "/records/correct", &fields).await;
        let mut stood = async |status: &str| ids(&find(&mut leader, json!({ "status": status })).await);
        assert_eq!((stood("added").await, stood("corrected").await), (vec![filled.clone()], vec![id.clone()]));
        // An index of the edition before called both the same; it is made anew at the start.
        crate::duties::execute(&app, server::storage::q("UPDATE search_state SET edition = 2")).await;
        assert_eq!(server::services::search::index::refresh(app.app.store()).await.unwrap(), 2);
        assert_eq!((stood("added").await, stood("corrected").await), (vec![filled], vec![id]));
    }
}

#[tokio::test]
async fn an_index_made_anew_finds_the_same() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let all = world(&app).await;
        let mut leader = app.sign_in("leader_b").await;
        let mut before = Vec::new();
        for (_, word) in &all {
            before.push(ids(&find(&mut leader, json!({ "q": word })).await));
        }
        let kinds = ids(&find(&mut leader, json!({ "kind": "talk" })).await);
        let store = app.app.store();
        let n = server::services::search::index::rebuild(store).await.unwrap();
        assert_eq!(n, u64::try_from(all.len()).unwrap());
        assert_eq!(server::services::search::index::refresh(store).await.unwrap(), 0);
        for ((_, word), before) in all.iter().zip(&before) {
            assert_eq!(&ids(&find(&mut leader, json!({ "q": word })).await), before, "{database:?} {word}");
        }
        let mut after = ids(&find(&mut leader, json!({ "kind": "talk" })).await);
        let mut kinds = kinds;
        after.sort();
        kinds.sort();
        assert_eq!(after, kinds, "{database:?}");
        // Saving goes on in it.
        let new = save(&mut leader, "重建以后，天鹅", "visit", "").await;
        assert_eq!(ids(&find(&mut leader, json!({ "q": "天鹅" })).await), [new]);
    }
}

#[tokio::test]
async fn the_program_makes_the_index_anew() {
    let app = TestApp::new(crate::harness::Database::Sqlite).await;
    let mut leader = app.sign_in("leader_b").await;
    let id = save(&mut leader, "到窗口蹲点，赤霞", "visit", "").await;
    crate::duties::execute(&app, q("DELETE FROM search_docs")).await;
    assert_eq!(ids(&find(&mut leader, json!({ "q": "赤霞" })).await), Vec::<String>::new());
    let folder = app.folder();
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_wuze"))
        .current_dir(&folder)
        .args(["reindex", "--data", "."])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("共 1 条记录"), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(ids(&find(&mut leader, json!({ "q": "赤霞" })).await), [id]);
}
