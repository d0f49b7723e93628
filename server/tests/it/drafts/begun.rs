//! A note that was begun, one that was refused, and an empty one: each stands in its own list only.

use super::{NEW, note, notes, record, version};
use crate::harness::{BOTH, Client, TestApp};

const SUBJECT: &str = "0199b3a4-0000-7000-8000-000000000001";

async fn home(client: &mut Client) -> String {
    client.get("/home").await.text()
}

/// The id behind `?draft=`.
fn draft(place: &str) -> String {
    place.split("draft=").nth(1).unwrap().split(['"', '&', '#']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_refused_note_is_no_begun_one() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let began = version(&note(&mut leader, SUBJECT, "", "明天去码头").await);
        let id = draft(&record(&mut leader, &[("text", "明天去码头"), ("event_on", "2099-01-01")]).await);
        // The script names what its draft mends, the text being the same as before.
        let told = [NEW[0], ("subject", SUBJECT), ("seen", &began), ("mends", &id), ("f.text", "明天去码头")];
        let seen = version(&leader.post("/drafts", &told).await);
        assert_ne!(seen, began, "{database:?}");
        assert!(!home(&mut leader).await.contains("没写完的随手记"), "{database:?}");
        assert!(leader.get("/drafts").await.text().contains("明天去码头"));
        let all = leader.get("/drafts?form=records.new&all=1").await.json();
        assert_eq!((all["notes"][0]["mends"].as_str(), all["refused"][0].as_str()), (Some(&*id), Some(&*id)));
        // Mended on, it still belongs there.
        let on = [NEW[0], ("subject", SUBJECT), ("seen", &seen), ("mends", &id), ("f.text", "后天去码头")];
        assert_eq!(leader.post("/drafts", &on).await.status, 200);
        assert!(!home(&mut leader).await.contains("没写完的随手记"), "{database:?}");
        // Another one is counted by itself; thrown away, the refused one goes with its text.
        note(&mut leader, "0199b3a4-0000-7000-8000-000000000002", "", "另一句").await;
        assert!(home(&mut leader).await.contains("有一份没写完的随手记"), "{database:?}");
        let away = [("command", "0199b3a4-0000-7000-8000-000000000000"), ("draft", id.as_str())];
        assert_eq!(leader.post("/drafts/forget", &away).await.location(), "/drafts");
        assert_eq!(notes(&mut leader).await, ["另一句"]);
    }
}

#[tokio::test]
async fn an_empty_note_is_no_draft() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        let place = record(&mut leader, &[("text", ""), ("event_on", "2026-11-20")]).await;
        let page = leader.get(&place).await.text();
        assert!(page.contains("还没有保存") && !page.contains("写的内容留作草稿"), "{page}");
        assert!(leader.get("/drafts").await.text().contains("没有留下的内容"));
        let day = [NEW[0], ("subject", SUBJECT), ("seen", ""), ("f.text", " "), ("f.event_on", "2026-11-20")];
        assert_eq!(leader.post("/drafts", &day).await.status, 204, "{database:?}");
        assert!(notes(&mut leader).await.is_empty());
        assert!(!home(&mut leader).await.contains("没写完的随手记"));
    }
}

#[tokio::test]
async fn a_begun_note_ends_with_what_is_sent_from_its_page() {
    for database in BOTH {
        let app = TestApp::new(database).await;
        let mut leader = app.sign_in("leader_a").await;
        note(&mut leader, SUBJECT, "", "到码头看防台").await;
        let begun = draft(&home(&mut leader).await);
        // Nobody else's is opened or ended by its id.
        let mut other = app.sign_in("leader_b").await;
        assert!(!other.get(&format!("/records/new?draft={begun}")).await.text().contains("码头"));
        record(&mut other, &[("text", "别人的"), ("event_on", "2099-01-01"), ("_draft", &begun)]).await;
        assert_eq!(notes(&mut leader).await, ["到码头看防台"], "{database:?}");
        // Refused, it is listed there alone; taken, nowhere.
        let back =
            record(&mut leader, &[("text", "到码头看防台"), ("event_on", "2099-01-01"), ("_draft", &begun)]).await;
        assert!(notes(&mut leader).await.is_empty(), "{database:?}");
        assert!(leader.get("/drafts").await.text().contains("到码头看防台"));
        let taken = record(&mut leader, &[("text", "到码头看防台"), ("event_on", ""), ("_draft", &draft(&back))]).await;
        assert!(taken.contains("saved=1"), "{taken}");
        note(&mut leader, SUBJECT, "", "又写一句").await;
        let begun = draft(&home(&mut leader).await);
        let taken = record(&mut leader, &[("text", "又写一句，写完了"), ("event_on", ""), ("_draft", &begun)]).await;
        assert!(taken.contains("saved=1"), "{taken}");
        assert!(!home(&mut leader).await.contains("没写完的随手记"), "{database:?}");
    }
}
