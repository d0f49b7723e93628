//! Who opens a file: whoever reads the text of the record, and the 联络员 what he added.

use serde_json::json;

use super::{PDF, WORD, add, added, count, jpeg, listed, on_disk, package, problem, record};
use crate::{
    duties::command,
    harness::{BOTH, Client, Database, TestApp},
};

async fn opens(client: &mut Client, id: &str) -> bool {
    let (file, thumb) =
        (client.get(&format!("/evidence/{id}")).await, client.get(&format!("/evidence/{id}/thumb")).await);
    assert_eq!(file.status, thumb.status);
    if file.status == 404 {
        let nothing = client.get(&format!("/evidence/{}", command())).await;
        assert_eq!((file.status, file.text()), (nothing.status, nothing.text()), "like one that is not there");
        assert!(!file.headers.contains_key("accept-ranges") && !file.headers.contains_key("etag"));
    }
    file.status == 200
}

#[tokio::test]
async fn a_file_is_as_open_as_the_text_beside_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let talk = record(&mut leader, "谈话要点", "talk").await;
        let visit = record(&mut leader, "到学校看食堂", "other").await;
        let (of_talk, of_visit) = (
            added(&mut leader, &talk, "谈话.jpg", &jpeg(40, 40, 1)).await,
            added(&mut leader, &visit, "食堂.jpg", &jpeg(40, 40, 2)).await,
        );
        let sees: [(&str, bool, bool); 11] = [
            ("leader_b", true, true),
            ("liaison_b", false, true),
            ("leader_a", false, false),
            ("liaison_a", false, false),
            // Office eyes read kinds and dates, no text and no files.
            ("office", false, false),
            ("team", false, false),
            ("deputy", false, false),
            ("secretary", false, false),
            ("member_a", false, false),
            ("general", false, false),
            ("audit", false, false),
        ];
        for (login, reads_talk, reads_visit) in sees {
            let mut client = app.sign_in(login).await;
            assert_eq!(opens(&mut client, &of_talk).await, reads_talk, "{login}");
            assert_eq!(opens(&mut client, &of_visit).await, reads_visit, "{login}");
        }
        assert_eq!(app.visitor().get(&format!("/evidence/{of_visit}")).await.status, 401);
        // The office sees no list either: whether there are files is no mark of a record.
        let mut office = app.sign_in("office").await;
        assert!(listed(&mut office, &visit).await.is_empty());
        assert!(!office.get(&format!("/records/{visit}")).await.text().contains("佐证材料"));
    }
}

#[tokio::test]
async fn the_liaison_adds_to_what_he_drafted_and_keeps_sight_of_it() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut liaison, mut leader) = (app.sign_in("liaison_b").await, app.sign_in("leader_b").await);
        let drafted = record(&mut liaison, "代录谈话", "talk").await;
        let id = added(&mut liaison, &drafted, "签到.jpg", &jpeg(40, 40, 5)).await;
        assert!(opens(&mut liaison, &id).await && opens(&mut leader, &id).await);
        let confirm = |seen: String| [("record", drafted.clone()), ("seen", seen), ("decision", "confirm".to_owned())];
        let page = leader.call("/api/records/one", json!({ "id": drafted })).await.json();
        let key = command();
        let fields = confirm(page["version"].to_string());
        let mut all: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        all.push(("command", &key));
        all.push(("reason", ""));
        assert_eq!(leader.post("/records/decide", &all).await.status, 303);
        // The head adds; of a talk that was corrected the 联络员 reads no more than his own files.
        let of_head = added(&mut leader, &drafted, "补充.pdf", PDF).await;
        let seen = leader.call("/api/records/one", json!({ "id": drafted })).await.json()["version"].to_string();
        let key = command();
        let change = [
            ("command", key.as_str()),
            ("record", &drafted),
            ("seen", &seen),
            ("text", "改过的要点"),
            ("reason", "补充"),
        ];
        let to = leader.post("/records/correct", &change).await.location();
        assert_eq!(to, format!("/records/{drafted}?done=corrected"));
        assert!(opens(&mut liaison, &id).await);
        assert_eq!(liaison.get(&format!("/evidence/{of_head}")).await.status, 404);
        let rows = listed(&mut liaison, &drafted).await;
        assert_eq!((rows.len(), rows[0]["id"].as_str()), (1, Some(id.as_str())));
        assert_eq!(listed(&mut leader, &drafted).await.len(), 2);
    }
}

#[tokio::test]
async fn one_file_stands_beside_many_records_and_a_withdrawn_one_stays_named() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut leader, mut liaison) = (app.sign_in("leader_b").await, app.sign_in("liaison_b").await);
        let (one, two) = (record(&mut leader, "第一件", "other").await, record(&mut leader, "第二件", "other").await);
        let bytes = package(WORD, &["word/document.xml"]);
        let first = added(&mut leader, &one, "纪要.docx", &bytes).await;
        let second = added(&mut leader, &two, "同一份.docx", &bytes).await;
        assert_ne!(first, second);
        assert_eq!((count(&app, "files").await, count(&app, "links").await, on_disk(&app).len()), (1, 2, 1));
        let withdraw = async |client: &mut Client, id: &str, reason: &str| {
            let key = command();
            client.post("/evidence/withdraw", &[("command", &key), ("evidence", id), ("reason", reason)]).await
        };
        // Read it he may, take it back he may not.
        assert_eq!(withdraw(&mut liaison, &first, "不要了").await.status, 404);
        assert_eq!(withdraw(&mut app.sign_in("leader_a").await, &first, "不要了").await.status, 404);
        let reply = withdraw(&mut leader, &first, "  ").await;
        assert_eq!(reply.status, 422);
        assert!(reply.text().contains("撤下的原因还没有填写"));
        assert_eq!(withdraw(&mut leader, &first, "传错了版本").await.location(), format!("/records/{one}#evidence"));
        assert_eq!(withdraw(&mut leader, &first, "再来").await.status, 422);
        let rows = listed(&mut leader, &one).await;
        assert!(rows[0]["withdrawn"].as_str().unwrap().contains("传错了版本"));
        assert!(leader.get(&format!("/records/{one}")).await.text().contains("已撤下"));
        // The other record keeps it, and it can be added anew.
        assert_eq!(leader.get(&format!("/evidence/{second}")).await.body, bytes);
        added(&mut leader, &one, "纪要.docx", &bytes).await;
        assert_eq!(listed(&mut leader, &one).await.len(), 2);
    }
}

#[tokio::test]
async fn nothing_is_added_to_what_was_refused() {
    let app = TestApp::new(Database::Sqlite).await;
    let (mut leader, mut liaison) = (app.sign_in("leader_b").await, app.sign_in("liaison_b").await);
    let drafted = record(&mut liaison, "代录一件", "other").await;
    let seen = leader.call("/api/records/one", json!({ "id": drafted })).await.json()["version"].to_string();
    let key = command();
    let refuse = [
        ("command", key.as_str()),
        ("record", &drafted),
        ("seen", &seen),
        ("decision", "refuse"),
        ("reason", "不是这样"),
    ];
    leader.post("/records/decide", &refuse).await;
    let reply = add(&mut liaison, &drafted, "a.pdf", PDF).await;
    assert!(problem(&mut liaison, &drafted, &reply).await.contains("不能再添加"));
}
