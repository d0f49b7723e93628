//! Power that fails between any two steps of the seal and of the destruction: what was not flushed is as it
//! was before. Every ballot is counted, and nothing that links seats to ballots is left after the next start.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{ids::RoundId, reviews::RoundState};
use serde_json::json;
use server::storage::q;
use tempfile::TempDir;

use super::hall::{Hall, OPERATOR, TELLERS};
use crate::harness::BOTH;

const NOTED: &str = "SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.link_destroyed'";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Hall {
    fn rounds(&self) -> PathBuf {
        self.app.folder().join("rounds")
    }

    /// The files of rounds as they were, and a start on them.
    async fn with_files(self, saved: &Path) -> Self {
        let _ = fs::remove_dir_all(self.rounds());
        copy(saved, &self.rounds());
        self.restart().await
    }

    async fn valid(&self, round: RoundId) -> u32 {
        let bundle = self.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle.differences(), Vec::new());
        bundle.results[0].tally.valid
    }
}

#[tokio::test]
async fn before_the_seal_is_stored_the_round_is_only_closed() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        let saved = TempDir::new().unwrap();
        copy(&hall.rounds(), saved.path());
        for teller in TELLERS {
            // Whatever was done for the seal, the files are those of before it until the database has it.
            let hall = &hall;
            assert_eq!(hall.room().await.meeting().current().unwrap().state, RoundState::Closed);
            hall.command(teller, json!({ "command": "confirm_seal" })).await;
        }
        assert_eq!((hall.valid(round).await, hall.left()), (8, 0));
        // Sealed in the database, and of the destruction nothing was flushed: key and journal are back.
        let hall = hall.with_files(saved.path()).await;
        assert_eq!((hall.valid(round).await, hall.left(), hall.count(q(NOTED)).await), (8, 0, 1));
    }
}

#[tokio::test]
async fn at_every_step_of_the_destruction_the_next_start_goes_on() {
    type Step = fn(&Path);
    let steps: [Step; 4] = [
        |folder| fs::write(folder.join("key"), [0x5a; 32]).unwrap(),
        |folder| fs::remove_file(folder.join("key")).unwrap(),
        |folder| fs::remove_file(folder.join("votes")).unwrap(),
        |folder| fs::remove_dir(folder).unwrap(),
    ];
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        let saved = TempDir::new().unwrap();
        copy(&hall.rounds(), saved.path());
        let key = fs::read(hall.rounds().join(round.to_string()).join("key")).unwrap();
        hall.close_and_seal().await;
        let mut hall = hall;
        for done in 0..=steps.len() {
            let place = TempDir::new().unwrap();
            copy(saved.path(), place.path());
            for step in &steps[..done] {
                step(&place.path().join(round.to_string()));
            }
            hall = hall.with_files(place.path()).await;
            let last = hall.room().await.views().rater.round.unwrap();
            assert_eq!((last.state, last.destroyed), (RoundState::Sealed, true), "after {done}");
            assert_eq!((hall.valid(round).await, hall.left()), (8, 0), "after {done}");
            assert_eq!(hall.count(q(NOTED)).await, 1, "after {done}");
            let mut files = Vec::new();
            super::room_anonymity::bytes_below(&hall.app.folder(), "none", &mut files);
            for (name, bytes) in files {
                assert!(!bytes.windows(key.len()).any(|w| w == key), "after {done} the key is in {name}");
            }
        }
    }
}
