//! What must not enter by way of a file, what a change of files does to 已核实, and what a refusal
//! says without scripts.

use serde_json::json;
use server::storage::q;

use super::{PDF, Sending, add, added, count, listed, on_disk, package, problem, record};
use crate::{
    duties::{command, rows},
    harness::{BOTH, Database, TestApp},
};

/// Invented; its check sign is right.
const IDENTITY: &str = "11010519491231002X";

#[tokio::test]
async fn names_and_reasons_are_read_like_any_other_text() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let (mut liaison, mut leader) = (app.sign_in("liaison_b").await, app.sign_in("leader_b").await);
        let about = record(&mut leader, "有材料的一件", "other").await;
        let spaced: String = IDENTITY.chars().flat_map(|c| [c, '|']).collect();
        for name in [format!("某某{IDENTITY}.pdf"), format!("{spaced}.pdf"), "机密★10年.pdf".to_owned()] {
            let sending = Sending { id: command(), record: &about, name: &name, bytes: PDF };
            let reply = sending.begin(&mut leader).await;
            assert_eq!(reply.status, 422, "{name}");
            assert!(reply.json()["problem"].as_str().unwrap().contains("文件名里有"), "{}", reply.text());
            let reply = add(&mut leader, &about, &name, PDF).await;
            assert!(problem(&mut leader, &about, &reply).await.contains("请给文件改个名字"));
        }
        let id = added(&mut leader, &about, "纪要.pdf", PDF).await;
        let withdraw = async |client: &mut crate::harness::Client, reason: &str| {
            let key = command();
            client.post("/evidence/withdraw", &[("command", &key), ("evidence", &id), ("reason", reason)]).await
        };
        for reason in [format!("因{IDENTITY}"), "【秘密】".to_owned()] {
            let reply = withdraw(&mut leader, &reason).await;
            assert_eq!(reply.status, 422);
            assert!(reply.text().contains("不能存入本系统"));
        }
        assert!(listed(&mut leader, &about).await[0]["withdrawn"].is_null(), "{database:?}");
        assert_eq!(withdraw(&mut leader, "传错了").await.status, 303);
        let proxy = record(&mut liaison, "代录一件", "other").await;
        let refuse = async |client: &mut crate::harness::Client, reason: &str| {
            let key = command();
            let fields = [("command", key.as_str()), ("record", &proxy), ("seen", "1"), ("decision", "refuse")];
            client.post("/records/decide", &[&fields[..], &[("reason", reason)]].concat()).await
        };
        refuse(&mut leader, &format!("因{IDENTITY}")).await;
        let state = rows(&app, q("SELECT state, refused_why FROM records WHERE id = $1").bind(&proxy)).await;
        assert_eq!(state[0].text("state").unwrap(), "proxy");
        refuse(&mut leader, "不是本人做的").await;
        let state = rows(&app, q("SELECT state FROM records WHERE id = $1").bind(&proxy)).await;
        assert_eq!(state[0].text("state").unwrap(), "refused");
    }
}

#[tokio::test]
async fn a_change_of_files_takes_the_check_back() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let about = record(&mut leader, "要核实的一件", "other").await;
        let first = added(&mut leader, &about, "证据.pdf", PDF).await;
        crate::oversight::open(&app, app.district.school_post, "office").await;
        let mut office = app.sign_in("office").await;
        let page = async |client: &mut crate::harness::Client| {
            client.call("/api/records/one", json!({ "id": about })).await.json()
        };
        let other = [PDF, b"other"].concat();
        for round in 0..2 {
            let before = page(&mut office).await;
            assert_eq!((&before["may_verify"], &before["row"]["verified"]), (&json!(true), &json!(false)));
            let (key, seen) = (command(), before["version"].to_string());
            let fields = [("command", key.as_str()), ("record", &about), ("seen", &seen), ("decision", "verify")];
            office.post("/records/decide", &[&fields[..], &[("reason", "")]].concat()).await;
            let checked = page(&mut office).await;
            assert_eq!(checked["row"]["verified"], true);
            assert!(checked["evidence"]["note"].as_str().unwrap().contains("要重新核实"));
            // The same file again changes nothing.
            let again = add(&mut leader, &about, "证据.pdf", if round == 0 { PDF } else { &other }).await;
            assert!(again.location().contains("draft="));
            assert_eq!(page(&mut office).await["row"]["verified"], true);
            if round == 0 {
                added(&mut leader, &about, "又一份.pdf", &other).await;
            } else {
                let key = command();
                let fields = [("command", key.as_str()), ("evidence", &first), ("reason", "换一份")];
                assert_eq!(leader.post("/evidence/withdraw", &fields).await.status, 303);
            }
            let after = page(&mut office).await;
            assert_eq!((&after["may_verify"], &after["row"]["verified"]), (&json!(true), &json!(false)), "{round}");
            assert_ne!(after["version"], checked["version"], "a page that showed the old files is stale");
            let html = office.get(&format!("/records/{about}")).await.text();
            assert!(html.contains("核实之后材料有变动，这条记录待重新核实"), "{database:?}");
            let counted = rows(&app, q("SELECT COUNT(*) AS n FROM occurrences WHERE verified_at IS NOT NULL")).await;
            assert_eq!(counted[0].int("n").unwrap(), 0);
        }
    }
}

#[tokio::test]
async fn the_same_content_again_is_said_and_a_plain_form_shows_why() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let about = record(&mut leader, "选了两次", "other").await;
        added(&mut leader, &about, "方案.pdf", PDF).await;
        let reply = add(&mut leader, &about, "方案（副本）.pdf", PDF).await;
        let place = reply.location();
        assert!(place.starts_with(&format!("/records/{about}?draft=")) && place.ends_with("#evidence"), "{place}");
        // As a browser without scripts sees it: the part behind # never leaves it.
        let html = leader.get(place.split('#').next().unwrap()).await.text();
        assert!(html.contains("这份材料已经在这条记录里了（「方案.pdf」）"), "{database:?}");
        let sending = Sending { id: command(), record: &about, name: "b.pdf", bytes: PDF };
        sending.begin(&mut leader).await;
        sending.piece(&mut leader, 0, PDF.len()).await;
        let key = command();
        let reply = sending.finish(&mut leader, &key).await;
        assert_eq!(reply.status, 422);
        assert!(reply.json()["problem"].as_str().unwrap().contains("这份材料已经在这条记录里了"));
        assert_eq!(sending.finish(&mut leader, &key).await.json(), reply.json(), "the same command, the same answer");
        assert_eq!((count(&app, "links").await, count(&app, "uploads").await, on_disk(&app).len()), (1, 0, 1));
        // Beside another record it is another material.
        let other = record(&mut leader, "另一件", "other").await;
        added(&mut leader, &other, "方案.pdf", PDF).await;
    }
}

#[tokio::test]
async fn documents_that_run_or_fetch_are_refused() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let about = record(&mut leader, "带东西的文档", "other").await;
    let enabled = "application/vnd.ms-word.document.macroEn&#97;bled.main+xml wordprocessingml";
    for (bytes, words) in [
        (package(enabled, &["word/document.xml"]), "带有宏"),
        (package(super::WORD, &["word/document.xml", "word/embeddings/oleObject1.bin"]), "嵌入了"),
        (package(super::WORD, &["word/document.xml", "word/a.scr"]), "嵌入了"),
    ] {
        let reply = add(&mut leader, &about, "纪要.docx", &bytes).await;
        assert!(problem(&mut leader, &about, &reply).await.contains(words), "{words}");
    }
    assert!(listed(&mut leader, &about).await.is_empty());
}
