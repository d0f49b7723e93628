//! What the house tells of a round beside its result: the numbers of `/metrics`, the log lines, and the refusal
//! of a seal where ballots and roll disagree.

use std::sync::Arc;

use domain::{
    ids::SeatId,
    reviews::{Ballot, Frame},
};
use serde_json::json;
use server::{
    config::{Layer, Settings},
    operations::{metrics::Metrics, requests::Requests},
    storage::q,
};
use uuid::Uuid;

use super::{
    hall::{Hall, OPERATOR, TELLERS},
    room_anonymity::{Lines, holds},
};
use crate::harness::{BOTH, Database};

/// The page without what changes by itself.
fn numbers(metrics: &Metrics, hall: &Hall) -> String {
    let page = metrics.page(hall.app.app.store());
    page.lines()
        .filter(|l| !l.contains("resident_memory") && !l.contains("connections_open"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn numbers_and_log_tell_nothing_of_who_voted_what_or_when() {
    for database in BOTH {
        let mut hall = Hall::with_cards(database).await;
        let metrics = Arc::new(Metrics::default());
        let data = hall.app.folder();
        let settings = Settings::resolve(Layer { data: Some(data), ..Layer::default() }).unwrap();
        hall.app.router = Requests::new(&hall.app.entries, &settings, metrics.clone()).around(hall.app.router.clone());
        let phones = hall.check_in(11).await;
        let round = hall.open_round().await;
        let seats = hall.room().await.seats();
        let lines = Lines::default();
        let subscriber =
            tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
        let before = numbers(&metrics, &hall);
        assert!(before.contains("wuze_requests_total{kind=\"api\""), "{before}");
        {
            let _loud = tracing::subscriber::set_default(subscriber);
            for (n, phone) in phones.iter().enumerate() {
                let grade = ["good", "better", "fair", "poor"][n % 4];
                assert_eq!(hall.try_cast(phone, round, 1, hall.ballot(grade)).await.status, 200);
                // Not even how many came in, which beside a clock would say when each did.
                assert_eq!(numbers(&metrics, &hall), before, "{database:?}: after {n}");
                // The page of a browser without scripts comes back with every ballot.
                let mut browser = hall.app.visitor();
                browser.cookies.push(("wuze_seat".into(), phone.token.clone()));
                browser.get(&format!("/room/{}", hall.meeting)).await;
                assert_eq!(numbers(&metrics, &hall), before);
            }
        }
        let log = lines.bytes();
        hall.close_and_seal().await;
        let after = numbers(&metrics, &hall);
        let named = seats.iter().flat_map(|s| [s.id.to_string(), s.label.clone()]);
        let secret: Vec<String> = named
            .chain(phones.iter().map(|p| p.token.clone()))
            .chain(hall.plan.raters.iter().map(|r| r.name.clone()))
            .chain(hall.plan.presenters.iter().map(|p| p.id.to_string()))
            .chain([round.to_string(), hall.meeting.to_string(), "poor".into(), "/ballot".into(), "/room/".into()])
            .collect();
        for word in &secret {
            assert!(!holds(after.as_bytes(), word), "{database:?}: the numbers hold {word}");
            assert!(!holds(&log, word), "{database:?}: the log holds {word}");
        }
        // Its labels are these and no others.
        for line in after.lines().filter(|l| l.contains('{')) {
            assert!(
                ["version=", "kind=", "le="].iter().any(|label| line.contains(&format!("{{{label}"))),
                "a label that is not allowed: {line}"
            );
        }
    }
}

#[tokio::test]
async fn ballots_that_the_roll_does_not_know_are_not_sealed() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(9).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        // A ballot of a seat that never was in this meeting, as only a damaged or foreign journal has it.
        let ballot: Ballot = serde_json::from_value(hall.ballot("poor")).unwrap();
        let foreign = Frame::Vote { seat: SeatId(Uuid::new_v4()), epoch: 1, rev: 1, ballot };
        let hall = hall.behind_its_back(round, vec![foreign]).await;
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        hall.command(TELLERS[0], json!({ "command": "confirm_seal" })).await;
        let refused = hall.try_command(TELLERS[1], json!({ "command": "confirm_seal" })).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        let words = "收回的测评表与名册记录的张数对不上，不能封存。请作废本轮，重新测评。";
        assert!(refused.text().contains(words), "{}", refused.text());
        // Nothing of it is stored, and the journal stands until the round is void.
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM sealed_ballots")).await, 0);
        assert_eq!(hall.left(), 1);
    }
}

#[tokio::test]
async fn the_same_pile_without_the_foreign_ballot_is_sealed() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(9).await;
    let round = hall.open_round().await;
    for phone in &phones {
        hall.cast(phone, round, 1, "good").await;
    }
    hall.behind_its_back(round, Vec::new()).await.close_and_seal().await;
}
