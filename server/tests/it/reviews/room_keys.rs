//! `--key-dir` on another medium: the key stands there and nowhere else, no backup holds it, it ends with the
//! seal; and a start without that medium says what is missing and loses nothing.

use domain::reviews::RoundState;
use serde_json::json;
use server::{operations::backup::backup, storage::q};
use tempfile::TempDir;

use super::{
    hall::{CHAIR, Hall},
    room_anonymity::{bytes_below, unpacked},
};
use crate::harness::{BOTH, Database, TestApp};

async fn hall(database: Database, keys: &TempDir) -> Hall {
    let place = keys.path().join("keys");
    let app = TestApp::with(database, |config| config.key_dir = Some(place)).await;
    Hall::with_cards_on(app).await
}

fn files(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    bytes_below(folder, "none", &mut found);
    found
}

#[tokio::test]
async fn the_key_stands_on_its_own_medium_only_and_ends_with_the_seal() {
    for database in BOTH {
        let stick = TempDir::new().unwrap();
        let hall = hall(database, &stick).await;
        let phones = hall.check_in(9).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        let path = stick.path().join("keys").join(round.to_string()).join("key");
        let key = std::fs::read(&path).unwrap();
        assert_eq!(key.len(), 32);
        assert_eq!(files(stick.path()).len(), 1, "nothing but the key");
        let data = hall.app.folder();
        assert!(data.join("rounds").join(round.to_string()).join("votes").is_file());
        assert!(!data.join("rounds").join(round.to_string()).join("key").exists(), "not beside the journal");
        let elsewhere = |files: &[(String, Vec<u8>)]| {
            files.iter().find(|(_, bytes)| bytes.windows(32).any(|w| w == key)).map(|(name, _)| name.clone())
        };
        assert_eq!(elsewhere(&files(&data)), None);
        let kept = TempDir::new().unwrap();
        let saved = kept.path().join("all.backup");
        let store = hall.app.app.store();
        backup(store.url(), &data, &saved, store.now()).await.unwrap();
        assert_eq!(elsewhere(&files(kept.path())), None);
        assert_eq!(elsewhere(&unpacked(&saved)), None);
        hall.close_and_seal().await;
        assert_eq!((files(stick.path()).len(), hall.left()), (0, 0), "key and journal are gone");
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle.results[0].tally.valid, u32::try_from(phones.len()).unwrap());
    }
}

#[tokio::test]
async fn a_start_without_the_medium_says_what_is_missing_and_loses_nothing() {
    for database in BOTH {
        let stick = TempDir::new().unwrap();
        let hall = hall(database, &stick).await;
        let phones = hall.check_in(9).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        assert_eq!(hall.app.app.rooms().missing_keys().await.unwrap(), Vec::<String>::new());
        let (here, away) = (stick.path().join("keys"), stick.path().join("pulled"));
        std::fs::rename(&here, &away).unwrap();
        let hall = hall.restart().await;
        let said = hall.app.app.rooms().missing_keys().await.unwrap();
        assert_eq!(said.len(), 1);
        for words in ["2026年度述责述廉评议会", "密钥", &here.display().to_string(), "--key-dir", "重新启动", "没有丢"]
        {
            assert!(said[0].contains(words), "{words}: {said:?}");
        }
        assert!(hall.app.app.rooms().room(hall.app.district.id, hall.meeting).await.is_err());
        assert!(hall.app.folder().join("rounds").join(round.to_string()).join("votes").is_file());
        // The medium is there again: every ballot is.
        std::fs::rename(&away, &here).unwrap();
        let hall = hall.restart().await;
        assert_eq!(hall.app.app.rooms().missing_keys().await.unwrap(), Vec::<String>::new());
        hall.close_and_seal().await;
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle.results[0].tally.valid, u32::try_from(phones.len()).unwrap());
    }
}

#[tokio::test]
async fn a_key_on_a_medium_that_was_pulled_is_not_called_destroyed() {
    const NOTED: &str = "SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.link_destroyed'";
    for database in BOTH {
        // Pulled so that its folder is gone, or so that an empty one stands where it was mounted.
        for mount in [false, true] {
            let stick = TempDir::new().unwrap();
            let hall = hall(database, &stick).await;
            let phones = hall.check_in(9).await;
            let round = hall.open_round().await;
            for phone in &phones {
                hall.cast(phone, round, 1, "good").await;
            }
            let (here, away) = (stick.path().join("keys"), stick.path().join("pulled"));
            std::fs::rename(&here, &away).unwrap();
            if mount {
                std::fs::create_dir(&here).unwrap();
            }
            hall.close_and_seal().await;
            let votes = hall.app.folder().join("rounds").join(round.to_string()).join("votes");
            let mut hall = hall;
            for restarted in [false, true] {
                if restarted {
                    hall = hall.restart().await;
                }
                let views = hall.room().await.views();
                let last = views.rater.round.unwrap();
                assert_eq!((last.state, last.destroyed), (RoundState::Sealed, false), "restarted: {restarted}");
                assert!(views.chair.notice.is_some_and(|n| n.contains("接好介质")), "restarted: {restarted}");
                assert_eq!(hall.count(q(NOTED)).await, 0, "nothing is claimed");
                assert!(votes.is_file() && away.join(round.to_string()).join("key").is_file());
            }
            let said = hall.app.app.rooms().missing_keys().await.unwrap();
            assert!(said.len() == 1 && said[0].contains("还没有销毁"), "{said:?}");
            // Connected again: the next command destroys it, as does the room itself in the background.
            if mount {
                std::fs::remove_dir(&here).unwrap();
            }
            std::fs::rename(&away, &here).unwrap();
            hall.command(CHAIR, json!({ "command": "finish" })).await;
            let last = hall.room().await.views().rater.round.unwrap();
            assert!(last.destroyed && files(stick.path()).is_empty() && hall.left() == 0);
            assert_eq!(hall.count(q(NOTED)).await, 1);
        }
    }
}
