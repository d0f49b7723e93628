//! Words that must not enter: blocked, asked about with one tap, masked; the draft always kept.

use domain::time::DAY_MS;
use server::storage::q;

use super::{form, one, saved};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, Client, Database, TestApp},
};

async fn send(leader: &mut Client, text: &str, look: &str) -> String {
    let (command, post, _) = form(leader).await;
    let fields = [("command", command.as_str()), ("post", &post), ("text", text), ("event_on", ""), ("look", look)];
    leader.post("/records/save", &fields).await.location()
}

#[tokio::test]
async fn a_clue_like_word_costs_one_tap_and_an_ordinary_sentence_none() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        assert!(send(&mut leader, "听取信访形势分析", "").await.contains("saved=1"));
        let back = send(&mut leader, "研究问题线索处置机制", "").await;
        let page = leader.get(&back).await.text();
        assert!(page.contains("不涉及具体内容，仍然保存") && page.contains("研究问题线索处置机制"));
        assert!(!page.contains("遮住"));
        assert!(send(&mut leader, "研究问题线索处置机制", "keep").await.contains("saved=1"));
    }
}

#[tokio::test]
async fn a_mobile_number_is_masked_or_kept_as_its_author_says() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let back = send(&mut leader, "与店主（13800000000）谈", "").await;
    assert!(leader.get(&back).await.text().contains("把号码中间四位遮住再保存"));
    for (look, text) in [("mask", "与店主（138****0000）谈"), ("keep", "与店主（13800000000）谈")] {
        let id = saved(&mut leader, &[("text", "与店主（13800000000）谈"), ("look", look)]).await;
        assert_eq!(one(&mut leader, &id).await["row"]["text"], text);
    }
}

#[tokio::test]
async fn a_district_sets_its_own_words() {
    let app = TestApp::new(Database::Sqlite).await;
    let settings = r#"{"clue_words":{"more":["内鬼"],"fewer":["线索"]}}"#;
    execute(&app, q("UPDATE districts SET settings = $1").bind(settings.to_owned())).await;
    let mut leader = app.sign_in("leader_a").await;
    assert!(send(&mut leader, "研究问题线索处置机制", "").await.contains("saved=1"));
    assert!(send(&mut leader, "谨防内鬼", "").await.contains("draft="));
}

#[tokio::test]
async fn a_correction_asks_about_new_words_only() {
    let app = TestApp::new(Database::Sqlite).await;
    let mut leader = app.sign_in("leader_a").await;
    let id = saved(&mut leader, &[("text", "研究问题线索处置机制"), ("look", "keep")]).await;
    for (text, look, there) in [
        ("研究问题线索处置机制两次", "", true),
        ("研究问题线索处置机制和立案流程", "", false),
        ("研究问题线索处置机制和立案流程", "keep", true),
    ] {
        let now = one(&mut leader, &id).await;
        let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
        let fields = [
            ("command", command),
            ("record", &id),
            ("seen", &seen),
            ("text", text),
            ("reason", "次数"),
            ("items", "1"),
            ("look", look),
        ];
        let to = leader.post("/records/correct", &fields).await.location();
        assert_eq!(to == format!("/records/{id}?done=corrected"), there, "{text} {look} {to}");
        if !there {
            assert!(leader.get(&to).await.text().contains("不涉及具体内容，仍然保存"));
        }
    }
}

#[tokio::test]
async fn a_correction_that_must_not_enter_is_kept_as_a_draft_of_its_record() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let id = saved(&mut leader, &[("text", "与两名同志谈话")]).await;
        let now = one(&mut leader, &id).await;
        let (command, seen) = (now["command"].as_str().unwrap(), now["version"].to_string());
        for (field, text, reason) in [
            ("text", "与证件11010519491231002X的同志谈话", "人写错了"),
            ("reason", "与三名同志谈话", "证件11010519491231002X"),
            ("text", "绝密★启用前，与两名同志谈话", "补密级"),
        ] {
            let fields = [
                ("command", command),
                ("record", &id),
                ("seen", &seen),
                ("text", text),
                ("reason", reason),
                ("look", "keep"),
            ];
            let back = leader.post("/records/correct", &fields).await.location();
            assert!(back.starts_with(&format!("/records/{id}?")) && back.contains("draft="), "{field}: {back}");
            let page = leader.get(&back).await.text();
            assert!(page.contains(text) && page.contains(reason) && page.contains("不能存入"), "{database:?} {field}");
            assert!(!app.sign_in("liaison_a").await.get(&back).await.text().contains(text));
        }
        let kept = one(&mut leader, &id).await;
        assert_eq!((&kept["row"]["text"], &kept["version"]), (&now["row"]["text"], &now["version"]));
        assert!(kept["corrections"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_must_not_enter_leaves_the_servers_drafts_after_a_day() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let back = send(&mut leader, "证件11010519491231002X", "keep").await;
        assert!(leader.get(&back).await.text().contains("11010519491231002X"), "kept for its author");
        let auto = [("form", "records.new"), ("subject", ""), ("seen", ""), ("f.text", "证件 110105 19491231 002X")];
        assert_eq!(leader.post("/drafts", &auto).await.status, 200);
        let plain = send(&mut leader, "", "").await;
        let count = || q("SELECT id FROM drafts");
        assert_eq!(rows(&app, count()).await.len(), 3);
        let services = app.app.services();
        assert_eq!(services.forget_secret_drafts().await.unwrap(), 0);
        execute(&app, q("UPDATE drafts SET ends_at = ends_at - $1 WHERE ends_at IS NOT NULL").bind(DAY_MS + 1)).await;
        assert!(!leader.get(&back).await.text().contains("11010519491231002X"), "ended");
        assert_eq!(leader.get("/drafts?form=records.new&subject=").await.status, 204);
        assert_eq!(services.forget_secret_drafts().await.unwrap(), 2);
        assert_eq!(rows(&app, count()).await.len(), 1);
        assert_eq!(leader.get(&plain).await.status, 200);
    }
}
