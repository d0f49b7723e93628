//! The server stops at every point of a meeting and is started again on the same data.

use domain::{
    ids::{RoundId, SeatId},
    reviews::{Frame, RoundState},
    time::Instant,
};
use serde_json::json;
use server::{
    live::round::{OpenRound, RoundFiles},
    storage::q,
};
use uuid::Uuid;

use super::hall::{CHAIR, Hall, OPERATOR, TELLERS};
use crate::harness::BOTH;

impl Hall {
    fn files(&self) -> RoundFiles {
        RoundFiles::at(self.app.folder().join("rounds"))
    }

    /// Writes into the journal while no server runs, as a crash between journal and database leaves it.
    pub(super) async fn behind_its_back(self, round: RoundId, frames: Vec<Frame>) -> Self {
        let files = self.files();
        let folder = tempfile::TempDir::new().unwrap();
        // The server must be down: take the files aside, let it stop, write, start.
        let place = folder.path().join("rounds");
        copy(&files.dir, &place);
        let open = OpenRound::resume(&RoundFiles::at(&place), round).unwrap();
        for frame in frames {
            open.submit(frame).await.unwrap();
        }
        open.stop().await;
        drop(open);
        std::fs::remove_dir_all(&files.dir).unwrap();
        copy(&place, &files.dir);
        self.restart().await
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[tokio::test]
async fn a_restart_after_every_step_loses_nothing() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await.restart().await;
        let phones = hall.check_in(9).await;
        let hall = hall.restart().await;
        assert_eq!(hall.room().await.facts().presence.present, 9);
        hall.command(OPERATOR, json!({ "command": "call", "presenter": hall.plan.presenters[1].id })).await;
        let round = hall.open_round().await;
        let hall = hall.restart().await;
        for phone in &phones[..4] {
            hall.cast(phone, round, 1, "good").await;
        }
        let hall = hall.restart().await;
        let held = hall.room().await.sheet(&phones[0].token).unwrap();
        assert_eq!((held.rev, held.round.unwrap().state), (Some(1), RoundState::Open));
        let again = hall.try_cast(&phones[0], round, 1, hall.ballot("good")).await;
        assert_eq!(again.json()["verdict"], "same");
        for phone in &phones[4..] {
            hall.cast(phone, round, 1, "fair").await;
        }
        hall.command(OPERATOR, json!({ "command": "pause_round" })).await;
        let hall = hall.restart().await;
        assert_eq!(hall.room().await.meeting().current().unwrap().state, RoundState::Paused);
        hall.command(OPERATOR, json!({ "command": "resume_round" })).await;
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        let hall = hall.restart().await;
        hall.command(OPERATOR, json!({ "command": "reopen_round", "reason": "有一位还没有交" })).await;
        let hall = hall.restart().await;
        hall.cast(&phones[8], round, 2, "good").await;
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        hall.command(TELLERS[0], json!({ "command": "confirm_seal" })).await;
        let hall = hall.restart().await;
        hall.command(TELLERS[1], json!({ "command": "confirm_seal" })).await;
        let before = hall.room().await.bundle(round).await.unwrap().unwrap();
        let hall = hall.restart().await;
        assert_eq!(hall.left(), 0);
        let room = hall.room().await;
        let bundle = room.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle, before);
        assert_eq!((bundle.results[0].tally.valid, bundle.reopened.len()), (9, 1));
        assert_eq!(room.meeting().at, Some(hall.plan.presenters[1].id));
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.link_destroyed'")).await, 1);
    }
}

#[tokio::test]
async fn what_the_journal_has_and_the_database_lacks_is_written_at_the_start() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        let hall = hall.behind_its_back(round, vec![Frame::Paused]).await;
        assert_eq!(hall.room().await.meeting().current().unwrap().state, RoundState::Paused);
        let hall = hall.behind_its_back(round, vec![Frame::Closed { at: Instant(5) }]).await;
        assert_eq!(hall.room().await.meeting().current().unwrap().state, RoundState::Closed);
        let reopened = Frame::Reopened { reason: "原因".into() };
        let hall = hall.behind_its_back(round, vec![reopened]).await;
        assert_eq!(hall.room().await.meeting().current().unwrap().state, RoundState::Open);
        hall.close_and_seal().await;
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.results[0].tally.valid, bundle.reopened), (8, vec!["原因".to_owned()]));
    }
}

#[tokio::test]
async fn a_sealed_round_whose_key_is_still_there_is_destroyed_before_anybody_is_let_in() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        let kept = tempfile::TempDir::new().unwrap();
        copy(&hall.files().dir, &kept.path().join("rounds"));
        hall.close_and_seal().await;
        assert_eq!(hall.left(), 0);
        // As if the power had gone between COMMIT and the destruction.
        copy(&kept.path().join("rounds"), &hall.files().dir);
        assert_eq!(hall.left(), 1);
        let hall = hall.restart().await;
        assert_eq!(hall.left(), 0, "finished before listening");
        // A round that nobody knows and that holds nothing: a crash before its event.
        let orphan = RoundId(Uuid::new_v4());
        OpenRound::create(&hall.files(), orphan).unwrap().stop().await;
        let hall = hall.restart().await;
        assert_eq!(hall.left(), 0);
        // One that holds ballots is left alone: it may belong to another database.
        let foreign = OpenRound::create(&hall.files(), orphan).unwrap();
        foreign.submit(Frame::Paper { seat: SeatId(Uuid::from_u128(1)) }).await.unwrap();
        foreign.stop().await;
        drop(foreign);
        let hall = hall.restart().await;
        assert_eq!(hall.left(), 1);
    }
}

#[tokio::test]
async fn the_destruction_is_noted_once_wherever_the_crash_came() {
    let noted = "SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.link_destroyed'";
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        hall.open_round().await;
        hall.command(CHAIR, json!({ "command": "void_round", "reason": "设备故障" })).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        hall.close_and_seal().await;
        assert_eq!(hall.count(q(noted)).await, 2);
        let hall = hall.restart().await;
        assert_eq!(hall.count(q(noted)).await, 2, "noted rounds are not noted again");
        // As if the power had gone between the destruction and its line.
        for text in [
            "DELETE FROM audit_details WHERE seq IN (SELECT seq FROM audit WHERE action = 'reviews.link_destroyed')",
            "DELETE FROM audit WHERE action = 'reviews.link_destroyed'",
        ] {
            let written = hall.app.app.store().write(move |tx| {
                Box::pin(async move {
                    tx.execute(q(text)).await?;
                    Ok(())
                })
            });
            written.await.unwrap();
        }
        let hall = hall.restart().await.restart().await;
        assert_eq!(hall.count(q(noted)).await, 2, "the void round and the sealed one, once each");
        let told = hall.rows(q("SELECT text FROM audit_details WHERE text LIKE '%密钥已销毁%'")).await;
        assert!(told.iter().any(|r| r.text("text").unwrap().contains(&round.to_string())));
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_destroyed_is_said_and_tried_again() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        // The disk refuses: something that is no file stands where the key was.
        let key = hall.files().dir.join(round.to_string()).join("key");
        std::fs::remove_file(&key).unwrap();
        std::fs::create_dir(&key).unwrap();
        hall.close_and_seal().await;
        let room = hall.room().await;
        let said = || {
            let views = room.views();
            let last = views.rater.round.unwrap();
            (last.state, last.destroyed, views.chair.notice.is_some())
        };
        assert_eq!(said(), (RoundState::Sealed, false, true), "sealed, and nothing claimed");
        let noted = "SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.link_destroyed'";
        assert_eq!(hall.count(q(noted)).await, 0);
        assert!(hall.left() > 0);
        // The next command tries again, as does the room itself from time to time.
        std::fs::remove_dir(&key).unwrap();
        hall.command(CHAIR, json!({ "command": "finish" })).await;
        assert_eq!(said(), (RoundState::Sealed, true, false));
        assert_eq!((hall.left(), hall.count(q(noted)).await), (0, 1));
    }
}

#[tokio::test]
async fn a_restored_round_without_its_journal_has_to_be_held_again() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        hall.cast(&phones[0], round, 1, "good").await;
        std::fs::remove_dir_all(&hall.files().dir).unwrap();
        let hall = hall.restart().await;
        let room = hall.room().await;
        assert_eq!(room.meeting().rounds[0].state, RoundState::Lost);
        let lost = hall.try_cast(&phones[0], round, 1, hall.ballot("good")).await;
        assert!(lost.status == 403 && lost.text().contains("需重新测评"), "{}", lost.text());
        let again = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, again, 1, "good").await;
        }
        hall.close_and_seal().await;
        assert_eq!(room.bundle(again).await.unwrap().unwrap().results[0].tally.valid, 8);
        hall.command(CHAIR, json!({ "command": "finish" })).await;
        // The one ballot of the lost round is in no count.
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM sealed_ballots")).await, 16);
    }
}

#[tokio::test]
async fn a_rehearsal_counts_everything_and_leaves_no_trace() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let before = hall.count(q("SELECT COUNT(*) AS n FROM audit WHERE action LIKE 'reviews.%'")).await;
        let room = hall.room().await;
        let shown = room.rehearse(&hall.actor(OPERATOR).await).await.unwrap();
        assert!(shown.good && shown.cast == 12 && shown.counted == 12, "{shown:?}");
        assert!(room.rehearse(&hall.actor("leader_a").await).await.is_err());
        assert_eq!(hall.left(), 0);
        assert!(!hall.app.folder().join("rehearsal").exists());
        assert_eq!(room.meeting().seq, 0);
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM audit WHERE action LIKE 'reviews.%'")).await, before);
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM meeting_rounds")).await, 0);
    }
}

#[tokio::test]
async fn a_rehearsal_keeps_to_the_recusals_of_the_plan() {
    for database in BOTH {
        let hall = Hall::with(database, |plan| {
            plan.identity = domain::reviews::Identity::Account;
            let [first, second] = [plan.presenters[0].id, plan.presenters[1].id];
            for (rater, presenter) in [(0, first), (0, second), (1, first), (4, second)] {
                plan.recusals.insert(domain::reviews::Recusal { rater: plan.raters[rater].id, presenter });
            }
        })
        .await;
        let shown = hall.room().await.rehearse(&hall.actor(OPERATOR).await).await.unwrap();
        // Who is set to recuse from everybody has no sheet to cast.
        assert!(shown.good && shown.cast == shown.counted && shown.cast == 7, "{shown:?}");
        assert_eq!(hall.left(), 0);
    }
}

#[tokio::test]
async fn a_pause_that_the_database_refuses_is_none() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        // The plan behind the room has another version: no event is stored.
        let moved = async |by: i64| {
            let id = hall.meeting;
            let written = hall.app.app.store().write(move |tx| {
                Box::pin(async move {
                    tx.execute(q("UPDATE meetings SET version = version + $1 WHERE id = $2").bind(by).bind(id)).await?;
                    Ok(())
                })
            });
            written.await.unwrap();
        };
        moved(1).await;
        assert_eq!(hall.try_command(OPERATOR, json!({ "command": "pause_round" })).await.status, 409);
        hall.cast(&phones[0], round, 1, "good").await;
        moved(-1).await;
        hall.command(OPERATOR, json!({ "command": "pause_round" })).await;
        moved(1).await;
        assert_eq!(hall.try_command(OPERATOR, json!({ "command": "resume_round" })).await.status, 409);
        let waits = hall.try_cast(&phones[1], round, 1, hall.ballot("good")).await;
        assert_eq!(waits.status, 503, "still paused: {}", waits.text());
        moved(-1).await;
        hall.command(OPERATOR, json!({ "command": "resume_round" })).await;
        hall.cast(&phones[1], round, 1, "good").await;
    }
}
