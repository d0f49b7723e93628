//! Anonymity: database file, WAL, backup, export and logs are read for anything that ties a seat, a
//! token, a card or a phone to a ballot, while a round is open and after the seal.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use domain::reviews::{Bundle, SealedBallot};
use serde_json::json;
use server::{
    operations::{backup::backup, export::export},
    storage::q,
};
use tracing_subscriber::fmt::MakeWriter;

use super::hall::{Hall, Phone};
use crate::harness::{BOTH, Database};

/// A comment that nobody else writes.
const WORDS: &str = "多到一线听取意见壹贰叁";

/// Every byte of every file below a folder, `skip` left out.
pub fn bytes_below(folder: &Path, skip: &str, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            if entry.file_name() != skip {
                bytes_below(&path, skip, found);
            }
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

/// Log lines of everything, as loud as it gets.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// What was written.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

async fn cast_all(hall: &Hall, phones: &[Phone], round: domain::ids::RoundId) {
    let grades = ["good", "better", "fair", "poor"];
    for (n, phone) in phones.iter().enumerate() {
        let mut ballot = hall.ballot(grades[n % 4]);
        if n == 0 {
            ballot["lines"][0]["comment"] = json!(WORDS);
        }
        assert_eq!(hall.try_cast(phone, round, 1, ballot).await.status, 200);
    }
}

#[tokio::test]
async fn nothing_of_an_open_ballot_is_anywhere_but_in_its_sealed_journal() {
    // What the log says of it is read from a process of its own: `rounds::halls`.
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(11).await;
    let round = hall.open_round().await;
    let before = hall.count(q("SELECT COUNT(*) AS n FROM audit")).await;
    let commands = hall.count(q("SELECT COUNT(*) AS n FROM commands")).await;
    cast_all(&hall, &phones, round).await;
    assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM audit")).await, before);
    assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM commands")).await, commands);
    let mut files = Vec::new();
    bytes_below(&hall.app.folder(), "none", &mut files);
    assert!(files.iter().any(|(name, _)| name.ends_with("votes")));
    for (name, bytes) in &files {
        for word in [WORDS, "\"poor\"", "\"overall\""] {
            assert!(!holds(bytes, word), "{name} holds {word} while the round is open");
        }
        for phone in &phones {
            assert!(!holds(bytes, &phone.token), "{name} holds a token");
        }
    }
}

#[tokio::test]
async fn after_the_seal_nothing_ties_a_seat_to_a_ballot() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(11).await;
        let round = hall.open_round().await;
        cast_all(&hall, &phones, round).await;
        hall.close_and_seal().await;
        assert_eq!(hall.left(), 0);
        let seats = hall.room().await.seats();
        let ballots = hall
            .rows(q("SELECT id, round_id, presenter_id, group_key, vote, seat_label FROM sealed_ballots ORDER BY id"))
            .await;
        assert_eq!(ballots.len(), 22);
        let ids: Vec<String> = ballots.iter().map(|r| r.text("id").unwrap()).collect();
        assert!(ids.iter().all(|id| id.as_bytes()[14] == b'4'), "random ids carry no time");
        assert!(ballots.iter().all(|r| r.opt_text("seat_label").unwrap().is_none()));
        // A rater's two votes share no id and stand nowhere near each other by any column.
        let groups: Vec<String> = ballots.iter().map(|r| r.text("group_key").unwrap()).collect();
        assert!(groups.iter().all(|g| ["a", "b+c", "a+b", "b", "a+b+c", "c"].contains(&g.as_str())), "{groups:?}");
        assert!(!groups.iter().any(|g| g == "c"), "a group below five is merged");
        let comments = hall.rows(q("SELECT id, text FROM sealed_comments")).await;
        assert_eq!(comments.len(), 1);
        assert!(!ids.contains(&comments[0].text("id").unwrap()));
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        let text = serde_json::to_string(&bundle).unwrap();
        assert!(!text.contains(WORDS), "comments are not in the bundle");
        for seat in &seats {
            assert!(!text.contains(&seat.id.to_string()), "the bundle names seats by label only");
        }
        // The order of the roll says nothing about the order of ballots, nor the other way round.
        let by_id = |b: &Bundle| b.ballots.windows(2).all(|w: &[SealedBallot]| w[0].id < w[1].id);
        assert!(
            by_id(&bundle) && bundle.roll.windows(2).all(|w| (&w[0].group, &w[0].seat) < (&w[1].group, &w[1].seat))
        );
        let audit = hall.rows(q("SELECT text FROM audit_details")).await;
        for row in audit {
            let text = row.text("text").unwrap();
            assert!(!text.contains(WORDS) && !seats.iter().any(|s| text.contains(&s.id.to_string())), "{text}");
            // With cards the log names no card at all.
            assert!(!seats.iter().any(|s| text.contains(&s.label)), "{text}");
        }
        if database == Database::Sqlite {
            let mut files = Vec::new();
            bytes_below(&hall.app.folder(), "none", &mut files);
            for (name, bytes) in &files {
                assert!(!name.contains("rounds") && !name.ends_with("votes") && !name.ends_with("key"), "{name}");
                for phone in &phones {
                    assert!(!holds(bytes, &phone.token), "{name} holds a token");
                }
                // No row holds a seat's id together with a mark: the texts never meet within a record.
                for seat in &seats {
                    assert!(!near(bytes, &seat.id.to_string(), "\"overall\"", 300), "{name} ties a seat to a mark");
                }
            }
        }
    }
}

/// Do two texts stand within `distance` bytes of each other? Looks at the file's bytes, not at rows: texts of
/// neighbouring rows count as well, so it may find more than a record that holds both, never less.
fn near(bytes: &[u8], one: &str, other: &str, distance: usize) -> bool {
    let at = bytes.windows(one.len()).enumerate().filter(|(_, w)| *w == one.as_bytes()).map(|(i, _)| i);
    at.into_iter().any(|i| {
        let from = i.saturating_sub(distance);
        let to = (i + one.len() + distance).min(bytes.len());
        holds(&bytes[from..to], other)
    })
}

/// Every entry of a packed archive, unpacked where it is a text or the database itself.
pub fn unpacked(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut entry = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            (format!("entry {i}"), bytes)
        })
        .collect()
}

#[tokio::test]
async fn a_backup_and_an_export_of_an_open_round_hold_no_ballot_and_no_key() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(11).await;
        let round = hall.open_round().await;
        cast_all(&hall, &phones, round).await;
        let folder = tempfile::TempDir::new().unwrap();
        let now = hall.app.app.store().now();
        let (url, data) = (hall.app.app.store().url().clone(), hall.app.folder());
        let key = std::fs::read(data.join("rounds").join(round.to_string()).join("key")).unwrap();
        let mut texts = Vec::new();
        for open in [true, false] {
            if !open {
                hall.close_and_seal().await;
            }
            let (saved, exported) =
                (folder.path().join(format!("{open}.backup")), folder.path().join(format!("{open}.zip")));
            backup(&url, &data, &saved, now).await.unwrap();
            export(&url, &data, &exported, now).await.unwrap();
            texts.push((open, "backup", std::fs::read(&saved).map(|b| vec![("all".to_owned(), b)]).unwrap()));
            texts.push((open, "backup", unpacked(&saved)));
            texts.push((open, "export", unpacked(&exported)));
        }
        let seats = hall.room().await.seats();
        for (open, what, entries) in &texts {
            for (name, bytes) in entries {
                assert!(!bytes.windows(key.len()).any(|w| w == key), "{what} {name} holds the key of a round");
                for phone in &phones {
                    assert!(!holds(bytes, &phone.token), "{what} {name} holds a token");
                }
                if *open {
                    assert!(!holds(bytes, WORDS), "{what} {name} holds words of an open ballot");
                    assert!(!holds(bytes, "\"overall\""), "{what} {name} holds an open ballot");
                }
                for seat in &seats {
                    assert!(
                        !near(bytes, &seat.id.to_string(), "\"overall\"", 200),
                        "{what} {name} ties a seat to a mark"
                    );
                }
            }
        }
    }
}
