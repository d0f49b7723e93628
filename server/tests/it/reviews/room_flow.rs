//! A whole meeting through the open interface: from the rows of an approved plan to the seal and the
//! destroyed link; the description of the interface.

use std::collections::BTreeSet;

use axum::http::Method;
use domain::reviews::{Bundle, Identity, Outcome, Secrecy};
use serde_json::{Value, json};
use server::{http::policy::Kind, live::seal, storage::q};

use super::hall::{CHAIR, Hall, OPERATOR, RATERS, TELLERS, phone, vote};
use crate::harness::{BOTH, Database, TestApp};

#[tokio::test]
async fn a_meeting_runs_from_check_in_to_the_destroyed_link() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(11).await;
        let first = hall.plan.presenters[0].id;
        hall.command(OPERATOR, json!({ "command": "call", "presenter": first })).await;
        hall.command(OPERATOR, json!({ "command": "run_clock", "run": true })).await;
        let round = hall.open_round().await;
        let grades = ["good", "better", "good", "fair", "good", "better", "good", "good", "poor", "good"];
        for (phone, grade) in phones.iter().zip(grades) {
            hall.cast(phone, round, 1, grade).await;
        }
        // A change of mind counts, its late retry does not undo a newer one.
        hall.cast(&phones[3], round, 2, "good").await;
        let late = hall.try_cast(&phones[3], round, 1, hall.ballot("fair")).await;
        assert_eq!((late.status, late.json()["verdict"].as_str()), (200, Some("superseded")));
        // One abstains on the first presenter and recuses himself from the second, with words.
        let mixed = json!({ "lines": [
            { "presenter": first, "vote": vote("abstain"), "comment": "希望多下基层" },
            { "presenter": hall.plan.presenters[1].id, "vote": vote("recuse") },
        ] });
        assert_eq!(hall.try_cast(&phones[10], round, 1, mixed).await.status, 200);
        let chair = hall.room().await.views().chair;
        assert_eq!(
            (chair.screen.presence.entitled, chair.screen.presence.present, chair.screen.returned),
            (12, 11, 11)
        );
        assert!(chair.missing.is_empty());
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        // One 监票人 alone seals nothing.
        hall.command(TELLERS[0], json!({ "command": "confirm_seal" })).await;
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM sealed_ballots")).await, 0);
        hall.command(TELLERS[1], json!({ "command": "confirm_seal" })).await;

        assert_eq!(hall.left(), 0, "key and journal are gone");
        // 11 on the first (10 marks, 1 abstention), 11 on the second (10 marks, 1 recusal).
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM sealed_ballots")).await, 22);
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM sealed_comments WHERE state = 'raw'")).await, 1);
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.link_destroyed'")).await, 1);
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM thread_events WHERE source = 'reviews.sealed'")).await, 2);

        let path = format!("/api/v1/rounds/{round}/bundle.json");
        let mut teller = hall.app.sign_in(TELLERS[0]).await;
        let bundle: Bundle = serde_json::from_value(teller.get(&path).await.json()).unwrap();
        assert_eq!(bundle.differences(), Vec::new());
        assert_eq!(bundle.certificate, seal::certificate(&bundle));
        assert_eq!(bundle.roll.iter().filter(|r| r.returned).count(), 11);
        assert!(bundle.ballots.iter().all(|b| b.seat.is_none()));
        let result = &bundle.results[0].tally;
        assert_eq!((result.entitled, result.valid, result.abstained, result.returned), (12, 10, 1, 11));
        assert!(matches!(result.outcome, Outcome::Graded { .. }));
        assert_eq!(bundle.results[1].tally.entitled, 11, "a tapped recusal shrinks 应到 of that presenter only");
        let short = hall.room().await.meeting().rounds[0].certificate.clone().unwrap();
        assert_eq!(short, seal::short(&bundle.certificate));
        for (login, status) in [("office", 200), ("team", 200), (CHAIR, 200), (OPERATOR, 404), ("leader_a", 404)] {
            assert_eq!(hall.app.sign_in(login).await.get(&path).await.status, status, "{login}");
        }
        let taken = "SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.bundle_read'";
        assert_eq!(hall.count(q(taken)).await, 4, "each taking is noted");
        for command in ["finish", "start_feedback"] {
            hall.command(CHAIR, json!({ "command": command })).await;
        }
        // With sheets open it wants a reason.
        assert_eq!(hall.try_command("office", json!({ "command": "archive" })).await.status, 422);
        hall.command("office", json!({ "command": "archive", "reason": "外出培训" })).await;
        let state = hall.rows(q("SELECT state FROM meetings WHERE id = $1").bind(hall.meeting)).await;
        assert_eq!(state[0].text("state").unwrap(), "archived");
    }
}

#[tokio::test]
async fn a_full_hall_is_sealed_whole() {
    for database in BOTH {
        // 230 rows on two presenters: more than one statement holds.
        let hall = Hall::with(database, |plan| {
            plan.identity = Identity::Card;
            plan.raters = (0..115)
                .map(|n| domain::reviews::Rater {
                    id: domain::ids::RaterId(uuid::Uuid::new_v4()),
                    person: None,
                    unit: None,
                    name: format!("评议人员{n:03}"),
                    place: String::new(),
                    group: if n % 2 == 0 { "a" } else { "b" }.into(),
                })
                .collect();
        })
        .await;
        let phones = hall.check_in(115).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        hall.close_and_seal().await;
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.ballots.len(), bundle.differences()), (230, Vec::new()));
        let rows = hall.rows(q("SELECT id, vote FROM sealed_ballots ORDER BY id")).await;
        let stored: Vec<String> = rows.iter().map(|r| r.text("id").unwrap()).collect();
        assert_eq!(stored, bundle.ballots.iter().map(|b| b.id.to_string()).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_meeting_with_accounts_keeps_recusals_off_the_sheet_and_named_seats_on_the_ballots() {
    for database in BOTH {
        let hall = Hall::with(database, |plan| {
            plan.secrecy = Secrecy::Named;
            plan.identity = Identity::Account;
            let recusal = domain::reviews::Recusal { rater: plan.raters[0].id, presenter: plan.presenters[0].id };
            plan.recusals.insert(recusal);
        })
        .await;
        hall.command(OPERATOR, json!({ "command": "open_check_in" })).await;
        let (code, _) = hall.room().await.code();
        let mut phones = Vec::new();
        for (login, _) in RATERS {
            let mut client = hall.app.sign_in(login).await;
            phones.push(phone(&hall.try_join(&mut client, json!({ "code": code })).await));
        }
        let round = hall.open_round().await;
        let path = format!("/api/v1/rooms/{}/sheet", hall.meeting);
        let sheet = hall.api(&mut hall.app.visitor(), Method::GET, &path, Value::Null, &phones[0].token).await.json();
        assert_eq!(sheet["round"]["sheet"].as_array().unwrap().len(), 1, "{sheet}");
        let refused = hall.try_cast(&phones[0], round, 1, hall.ballot("good")).await;
        assert_eq!(refused.status, 422, "a recused presenter cannot be marked");
        let own = super::hall::ballot_of(&[hall.plan.presenters[1].id], "good");
        assert_eq!(hall.try_cast(&phones[0], round, 1, own).await.status, 200);
        for phone in &phones[1..] {
            hall.cast(phone, round, 1, "better").await;
        }
        hall.close_and_seal().await;
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle.differences(), Vec::new());
        assert_eq!(bundle.results[0].tally.entitled, 7);
        assert_eq!(bundle.results[1].tally.entitled, 8);
        assert!(bundle.ballots.iter().all(|b| b.seat.as_deref().is_some_and(|s| s.starts_with("评议"))));
        // It says who chose what: nobody of the hall gets it, by this address either.
        let path = format!("/api/v1/rounds/{round}/bundle.json");
        for (login, status) in [("office", 200), ("team", 404), (OPERATOR, 404), ("leader_a", 404)] {
            assert_eq!(hall.app.sign_in(login).await.get(&path).await.status, status, "{login}");
        }
    }
}

#[tokio::test]
async fn the_description_names_every_entry_of_the_interface_and_nothing_else() {
    let app = TestApp::new(Database::Sqlite).await;
    let described: Value = app.visitor().get("/api/v1/openapi.json").await.json();
    let mut paths = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            paths.insert((method.to_uppercase(), path.clone()));
        }
    }
    let listed: BTreeSet<(String, String)> = app
        .entries
        .iter()
        .filter(|e| matches!(e.kind, Kind::Api | Kind::Replace | Kind::Data | Kind::Stream))
        .map(|e| (e.kind.method().to_owned(), e.path.to_owned()))
        .collect();
    assert_eq!(paths, listed);
    // Every command of the domain is described.
    let commands = &described["paths"]["/api/v1/rooms/{id}/commands"]["post"]["requestBody"]["content"]["application/json"]
        ["schema"]["properties"]["command"]["enum"];
    for name in commands.as_array().unwrap() {
        let bare: Result<domain::reviews::Command, _> = serde_json::from_value(json!({ "command": name }));
        let known = bare.is_ok() || bare.is_err_and(|e| e.to_string().contains("missing field"));
        assert!(known, "{name}");
    }
}
