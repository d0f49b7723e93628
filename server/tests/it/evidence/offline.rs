//! 「转线下」 takes the files of a record along, from the disk too where no other record uses them; who may
//! do it; and what `wuze doctor` finds afterwards.

use std::fs;

use serde_json::json;
use server::{
    operations::doctor::{Level, files},
    storage::q,
};

use super::{PDF, added, count, listed, on_disk, record, sha};
use crate::{
    duties::{execute, rows},
    harness::{BOTH, Client, TestApp},
    records::offline::{ask, handle},
};

/// Asks as `client` and lets the two handle it; what they were shown.
async fn offline(app: &TestApp, client: &mut Client, record: &str) -> Option<String> {
    if ask(app, client, record, ["secretary", "deputy"]).await.contains("draft=") {
        return None;
    }
    handle(app, "secretary", record).await;
    Some(handle(app, "deputy", record).await)
}

#[tokio::test]
async fn files_go_with_their_record_and_stay_with_another() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let (one, two) = (record(&mut leader, "鸬鹚一事", "visit").await, record(&mut leader, "另一件", "visit").await);
        let own = [PDF, b"own"].concat();
        let mine = added(&mut leader, &one, "只在这里.pdf", &own).await;
        let shared = added(&mut leader, &one, "两处都用.pdf", PDF).await;
        let stays = added(&mut leader, &two, "另一处.pdf", PDF).await;
        let sheet = offline(&app, &mut leader, &one).await.unwrap();
        assert!(sheet.contains("鸬鹚一事"));
        assert!(sheet.contains("两处都用.pdf（另有 1 条记录用了这份材料，那里的不会删除）"), "{sheet}");
        assert!(!sheet.contains("只在这里.pdf（另有"));
        for id in [&mine, &shared] {
            assert_eq!(leader.get(&format!("/evidence/{id}")).await.status, 404, "{database:?}");
        }
        assert_eq!(
            (leader.get(&format!("/evidence/{stays}")).await.body, on_disk(&app)),
            (PDF.to_vec(), vec![sha(PDF)])
        );
        assert_eq!((count(&app, "files").await, count(&app, "links").await), (1, 1));
        assert!(listed(&mut leader, &one).await.is_empty());
        // Neither the book on paper nor the search names what was there.
        for path in ["/documents/book?year=2026", "/search?q=%E9%B8%AC%E9%B9%9A", "/records"] {
            let text = leader.get(path).await.text();
            assert!(!text.contains("只在这里") && !text.contains("鸬鹚一事"), "{path}");
        }
        let base = app.app.config().data.clone();
        let found = files(app.app.store().url(), &base).await.unwrap();
        assert_eq!((found.check, found.level), ("evidence", Level::Ok), "{}", found.words);
    }
}

#[tokio::test]
async fn the_head_and_a_reader_may_hand_over_what_they_read() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let (work, talk) = (record(&mut leader, "鸬鹚一事", "visit").await, record(&mut leader, "谈话", "talk").await);
        let other = app.district.person("leader_c");
        let before = record(&mut leader, "前任的一件", "visit").await;
        let before_talk = record(&mut leader, "前任的谈话", "talk").await;
        for id in [&before, &before_talk] {
            execute(&app, q("UPDATE records SET author_person = $1 WHERE id = $2").bind(other).bind(id)).await;
        }
        let offered = async |client: &mut Client, id: &str| {
            let page = client.call("/api/records/one", json!({ "id": id })).await.json();
            page["officers"].as_array().is_some_and(|officers| !officers.is_empty())
        };
        // Before a reading nobody of the commission; afterwards its readers, never for talks.
        for login in ["office", "team", "deputy", "liaison_b", "leader_a"] {
            let mut client = app.sign_in(login).await;
            assert!(offline(&app, &mut client, &work).await.is_none(), "{login}");
            assert!(!offered(&mut client, &work).await, "{login}");
        }
        // The present head does it for what he reads of his predecessor's, and that is not the talks.
        assert!(offered(&mut leader, &before).await && !offered(&mut leader, &before_talk).await);
        assert!(offline(&app, &mut leader, &before_talk).await.is_none());
        assert!(offline(&app, &mut leader, &before).await.unwrap().contains("前任的一件"));
        crate::oversight::open(&app, app.district.school_post, "office").await;
        for login in ["office2", "team", "deputy"] {
            let mut client = app.sign_in(login).await;
            assert!(offline(&app, &mut client, &work).await.is_none(), "not a reader: {login}");
        }
        let mut office = app.sign_in("office").await;
        assert!(!offered(&mut office, &talk).await && offline(&app, &mut office, &talk).await.is_none());
        // Another draft of the author is not looked into.
        let draft = |text: &'static str| [("form", "records.new"), ("subject", ""), ("seen", ""), ("f.text", text)];
        leader.post("/drafts", &draft("别的一件")).await;
        assert!(offered(&mut office, &work).await);
        assert!(offline(&app, &mut office, &work).await.unwrap().contains("鸬鹚一事"));
        let drafts = rows(&app, q("SELECT fields FROM drafts WHERE form = 'records.new'")).await;
        assert_eq!(drafts.len(), 1, "{database:?}");
        let page = leader.get(&format!("/records/{work}")).await.text();
        assert!(page.contains("只留页码") && !page.contains("鸬鹚一事"));
    }
}

#[tokio::test]
async fn doctor_names_what_is_missing_altered_or_left_over() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_b").await;
        let about = record(&mut leader, "带附件", "other").await;
        let bodies: Vec<Vec<u8>> = (0..3_u8).map(|n| [PDF, &[n]].concat()).collect();
        for body in &bodies {
            added(&mut leader, &about, "a.pdf", body).await;
        }
        let base = app.app.config().data.clone();
        let url = app.app.store().url();
        assert!(files(url, &base).await.unwrap().words.contains("3 份"));
        let place = |hash: &str| base.join("attachments/evidence/files").join(&hash[..2]).join(hash);
        let (gone, altered) = (sha(&bodies[0]), sha(&bodies[1]));
        fs::remove_file(place(&gone)).unwrap();
        fs::write(place(&altered), b"other").unwrap();
        let orphan = sha(b"nobody");
        fs::create_dir_all(place(&orphan).parent().unwrap()).unwrap();
        fs::write(place(&orphan), b"nobody").unwrap();
        let found = files(url, &base).await.unwrap();
        assert_eq!(found.level, Level::Warn);
        for words in [format!("{gone} 不见了"), format!("{altered} 的内容变了"), format!("{orphan} 是多余的")]
        {
            assert!(found.words.contains(&words), "{database:?} {words}: {}", found.words);
        }
        assert!(!found.words.contains(&sha(&bodies[2])), "{}", found.words);
    }
}
