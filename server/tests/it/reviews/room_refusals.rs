//! Bad input: every refusal that a meeting must survive, each with a plain sentence.

use axum::http::Method;
use domain::ids::{CommandId, RoundId};
use serde_json::{Value, json};
use server::storage::q;
use uuid::Uuid;

use super::hall::{CHAIR, COUNTERS, Hall, OPERATOR, Phone, TELLERS, ballot_of, store, vote};
use crate::harness::{BOTH, Database, Reply};

/// Refused, in Chinese, without a word of what was sent.
fn refused(reply: &Reply, status: u16) -> String {
    assert_eq!(reply.status, status, "{}", reply.text());
    let words = reply.json()["error"].as_str().unwrap().to_owned();
    assert!(words.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) && words.ends_with('。'), "{words}");
    words
}

#[tokio::test]
async fn ballots_that_must_not_count_are_refused_with_words() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(9).await;
        let round = RoundId(Uuid::new_v4());
        refused(&hall.try_cast(&phones[0], round, 1, hall.ballot("good")).await, 403);
        let round = hall.open_round().await;
        let body = |ballot: Value| json!({ "epoch": phones[0].epoch, "rev": 1, "ballot": ballot });
        let [first, second] = [hall.plan.presenters[0].id, hall.plan.presenters[1].id];
        // Before check-in, with a made-up token, without any.
        refused(&hall.put("0123456789abcdef0123456789abcdef", round, body(hall.ballot("good"))).await, 403);
        refused(&hall.put("", round, body(hall.ballot("good"))).await, 401);
        // Wrong content.
        let line = |vote: Value| json!({ "lines": [{ "presenter": first, "vote": vote }, { "presenter": second, "vote": vote }] });
        let points = json!({ "rate": { "overall": { "points": 120 }, "dimensions": {} } });
        let without = json!({ "rate": { "dimensions": {} } });
        let foreign =
            json!({ "rate": { "overall": { "grade": "good" }, "dimensions": { "made_up": { "grade": "good" } } } });
        for wrong in [
            line(points),
            line(without),
            line(foreign),
            line(json!("excellent")),
            json!({ "lines": [] }),
            json!({}),
            json!({ "lines": [{ "presenter": first, "vote": vote("good") }] }),
            ballot_of(&[first, second, first], "good"),
            ballot_of(&[first, domain::ids::PresenterId(Uuid::new_v4())], "good"),
            json!({ "lines": [], "group": "a" }),
        ] {
            refused(&hall.put(&phones[0].token, round, body(wrong)).await, 422);
        }
        let mut forged = body(hall.ballot("good"));
        forged["group"] = json!("c");
        refused(&hall.put(&phones[0].token, round, forged).await, 422);
        let mut for_another = body(hall.ballot("good"));
        for_another["seat"] = json!(phones[1].label);
        refused(&hall.put(&phones[0].token, round, for_another).await, 422);
        assert_eq!(hall.room().await.facts().returned, 0, "nothing of it was taken");
        // Twice at once: one ballot.
        let twice = tokio::join!(
            hall.try_cast(&phones[0], round, 1, hall.ballot("good")),
            hall.try_cast(&phones[0], round, 1, hall.ballot("good"))
        );
        let mut verdicts = [twice.0.json()["verdict"].clone(), twice.1.json()["verdict"].clone()];
        verdicts.sort_by_key(Value::to_string);
        assert_eq!(verdicts, [json!("accepted"), json!("same")]);
        refused(&hall.try_cast(&phones[0], round, 1, hall.ballot("poor")).await, 409);
        assert_eq!(hall.room().await.facts().returned, 1);
        // A higher epoch than the seat's own is nobody's.
        let ahead = Phone { epoch: phones[0].epoch + 1, ..phones[0].clone() };
        refused(&hall.try_cast(&ahead, round, 9, hall.ballot("poor")).await, 403);
        // While paused nothing is lost: the phone sends again.
        hall.command(OPERATOR, json!({ "command": "pause_round" })).await;
        let paused = hall.try_cast(&phones[1], round, 1, hall.ballot("good")).await;
        refused(&paused, 503);
        assert!(paused.headers.contains_key("retry-after"));
        hall.command(OPERATOR, json!({ "command": "resume_round" })).await;
        for phone in &phones[1..8] {
            hall.cast(phone, round, 1, "good").await;
        }
        // After 收回, and after the seal.
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        refused(&hall.try_cast(&phones[8], round, 1, hall.ballot("good")).await, 410);
        let again = hall.try_cast(&phones[1], round, 1, hall.ballot("good")).await;
        assert_eq!((again.status, again.json()["verdict"].as_str()), (200, Some("same")), "the truth about a retry");
        for teller in TELLERS {
            hall.command(teller, json!({ "command": "confirm_seal" })).await;
        }
        assert!(refused(&hall.try_cast(&phones[8], round, 1, hall.ballot("good")).await, 410).contains("未计入"));
        // One whose answer was lost is told that it counts; also after a restart, also on a later try.
        let hall = hall.restart().await;
        for (phone, rev) in [(&phones[1], 1), (&phones[7], 2)] {
            let late = hall.try_cast(phone, round, rev, hall.ballot("good")).await;
            let said = late.json();
            assert_eq!((late.status, said["verdict"].as_str()), (200, Some("sealed_counted")), "{}", late.text());
            assert!(said["words"].as_str().unwrap().contains("已计入"), "{said}");
        }
        refused(&hall.try_cast(&phones[8], round, 1, hall.ballot("good")).await, 410);
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle.results[0].tally.valid, 8);
    }
}

#[tokio::test]
async fn another_meeting_and_another_day_are_another_world() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        let other = Hall { meeting: store(&hall.app, &hall.plan).await, plan: hall.plan.clone(), app: hall.app };
        let theirs = other.check_in(8).await;
        let their_round = other.open_round().await;
        refused(&other.try_cast(&phones[0], their_round, 1, other.ballot("good")).await, 403);
        refused(&other.try_cast(&theirs[0], round, 1, other.ballot("good")).await, 403);
        // Replayed from yesterday: the round was void, its ballots are of no other.
        other.command(CHAIR, json!({ "command": "void_round", "reason": "设备故障" })).await;
        let new_round = other.open_round().await;
        let stale = other.try_cast(&theirs[0], their_round, 1, other.ballot("good")).await;
        assert!(refused(&stale, 403).contains("作废"));
        assert_eq!(other.try_cast(&theirs[0], new_round, 1, other.ballot("good")).await.status, 200);
    }
}

#[tokio::test]
async fn commands_are_for_their_part_once_and_by_what_was_seen() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        for login in ["leader_a", "team2", "office", "member_a", TELLERS[0], COUNTERS[0], "sysadmin"] {
            refused(&hall.try_command(login, json!({ "command": "open_check_in" })).await, 404);
        }
        let key = CommandId(Uuid::new_v4());
        let open = json!({ "command": "open_check_in", "key": key, "seen": 0 });
        let seq = hall.command(OPERATOR, open.clone()).await;
        assert_eq!(
            hall.command(OPERATOR, open).await,
            seq,
            "a retry gets the same answer, though it saw an older state"
        );
        let other = json!({ "command": "finish", "key": key });
        refused(&hall.try_command(OPERATOR, other).await, 422);
        // Two operators: the second saw an older state.
        let presenter = hall.plan.presenters[0].id;
        let stale = hall.try_command(CHAIR, json!({ "command": "call", "presenter": presenter, "seen": 0 })).await;
        assert!(refused(&stale, 409).contains("另一位会务人员"));
        // Too few are there, whatever anybody clicks.
        let round = RoundId(Uuid::new_v4());
        refused(&hall.try_command(OPERATOR, json!({ "command": "open_round", "round": round })).await, 422);
        assert_eq!(hall.left(), 0);
        for bad in [
            json!({ "command": "seal" }),
            json!({ "command": "open_round" }),
            json!({ "command": "open_round", "round": "x" }),
            json!({ "command": "finish", "by": "x" }),
            json!({ "command": "finish", "seen": "0" }),
            json!({ "command": "finish", "key": "1" }),
            json!({}),
            json!([]),
        ] {
            let mut client = hall.app.sign_in(OPERATOR).await;
            let path = format!("/api/v1/rooms/{}/commands", hall.meeting);
            refused(&hall.api(&mut client, Method::POST, &path, bad, "").await, 422);
        }
        refused(&hall.try_command(CHAIR, json!({ "command": "confirm_seal" })).await, 404);
        // An id of a round that was held already cannot be held again.
        let cards = hall.room().await.deal_cards(&hall.actor(OPERATOR).await).await.unwrap();
        for card in cards.iter().take(8) {
            hall.join(&card.code).await;
        }
        let round = hall.open_round().await;
        hall.command(CHAIR, json!({ "command": "void_round", "reason": "试一次" })).await;
        assert_eq!(hall.left(), 0, "a void round leaves no link either");
        refused(&hall.try_command(OPERATOR, json!({ "command": "open_round", "round": round })).await, 422);
        assert_eq!(hall.left(), 0);
        let events =
            hall.count(q("SELECT COUNT(*) AS n FROM meeting_events WHERE meeting_id = $1").bind(hall.meeting)).await;
        assert_eq!(events, 3);
    }
}

#[tokio::test]
async fn a_revoked_phone_a_new_device_and_a_clock_set_back() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let operator = hall.actor(OPERATOR).await;
        let room = hall.room().await;
        let cards = room.deal_cards(&operator).await.unwrap();
        let mut phones = Vec::new();
        for card in cards.iter().take(9) {
            phones.push(hall.join(&card.code).await);
        }
        let round = hall.open_round().await;
        hall.cast(&phones[0], round, 1, "good").await;
        // The same card on another phone, after the desk's 换机: the old one ends, also for its late retries.
        let seat = room.seats().into_iter().find(|s| s.label == phones[0].label).unwrap();
        room.allow_change(&operator, seat.id).await.unwrap();
        let newer = hall.join(&cards[0].code).await;
        assert_eq!(newer.epoch, phones[0].epoch + 1);
        refused(&hall.try_cast(&phones[0], round, 2, hall.ballot("poor")).await, 403);
        hall.cast(&newer, round, 1, "better").await;
        assert_eq!(room.facts().returned, 1, "one person, one ballot");
        // Removed in the middle of the round: what was cast stays, nothing new comes.
        let lost = room.seats().into_iter().find(|s| s.label == phones[1].label).unwrap();
        hall.cast(&phones[1], round, 1, "good").await;
        room.revoke(&operator, lost.id, true).await.unwrap();
        refused(&hall.try_cast(&phones[1], round, 2, hall.ballot("poor")).await, 403);
        let (code, _) = room.code();
        let again = json!({ "code": code, "card": cards[1].code });
        refused(&hall.try_join(&mut hall.app.visitor(), again.clone()).await, 422);
        room.revoke(&operator, lost.id, false).await.unwrap();
        let back = super::hall::phone(&hall.try_join(&mut hall.app.visitor(), again).await);
        hall.cast(&back, round, 1, "good").await;
        assert_eq!(room.facts().returned, 2);
        // The clock goes back an hour in the middle of it.
        hall.app.clock.advance_ms(-3_600_000);
        for phone in &phones[2..9] {
            hall.cast(phone, round, 1, "good").await;
        }
        hall.close_and_seal().await;
        let bundle = room.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.results[0].tally.valid, bundle.differences()), (9, Vec::new()));
    }
}

#[tokio::test]
async fn the_paths_of_seats_and_rounds_know_no_strangers() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(8).await;
    let meeting = hall.meeting;
    let nobody = "01930000-0000-7000-8000-000000000000";
    let get = |path: String, token: String| {
        let hall = &hall;
        async move { hall.api(&mut hall.app.visitor(), Method::GET, &path, Value::Null, &token).await }
    };
    refused(&get(format!("/api/v1/rooms/{meeting}/sheet"), "00".into()).await, 403);
    refused(&get(format!("/api/v1/rooms/{nobody}/sheet"), phones[0].token.clone()).await, 404);
    refused(&get(format!("/api/v1/rooms/{nobody}/stream"), phones[0].token.clone()).await, 404);
    refused(&get(format!("/api/v1/rooms/{meeting}/stream?role=chair"), phones[0].token.clone()).await, 401);
    for (login, role, status) in [
        ("leader_a", "chair", 404),
        ("leader_c", "presenter", 404),
        ("member_a", "screen", 404),
        ("office", "teller", 404),
        ("office", "chair", 404),
        ("office2", "chair", 404),
        (OPERATOR, "counter", 404),
        (CHAIR, "teller", 404),
        (CHAIR, "nobody", 404),
    ] {
        let mut client = hall.app.sign_in(login).await;
        let reply = client.get(&format!("/api/v1/rooms/{meeting}/stream?role={role}")).await;
        assert_eq!(reply.status, status, "{login} {role}");
    }
    let mut client = hall.app.sign_in("leader_a").await;
    refused(&client.get(&format!("/api/v1/rooms/{meeting}/code")).await, 404);
    refused(&client.get(&format!("/api/v1/rounds/{nobody}/bundle.json")).await, 404);
    // A draft is no room.
    let draft = store(&hall.app, &hall.plan).await;
    hall.app
        .app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(q("UPDATE meetings SET state = 'draft' WHERE id = $1").bind(draft)).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut chair = hall.app.sign_in(CHAIR).await;
    refused(&chair.get(&format!("/api/v1/rooms/{draft}/code")).await, 404);
}

#[tokio::test]
async fn a_plan_that_is_drafted_again_never_starts() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let (meeting, chair) = (hall.meeting, hall.actor(CHAIR).await);
        let change = |text: &'static str| {
            let store = hall.app.app.store();
            store.write(move |tx| {
                Box::pin(async move {
                    tx.execute(q(text).bind(meeting)).await?;
                    Ok(())
                })
            })
        };
        let state = || async {
            let rows = hall.rows(q("SELECT state FROM meetings WHERE id = $1").bind(meeting)).await;
            rows[0].text("state").unwrap()
        };
        // Somebody holds the room; the plan behind it gains a version (a recusal) and stays approved.
        let held = hall.room().await;
        let opens = |room: std::sync::Arc<server::live::Room>| {
            let chair = chair.clone();
            async move { room.command(&chair, CommandId(Uuid::new_v4()), None, domain::reviews::Command::OpenCheckIn).await }
        };
        change("UPDATE meetings SET version = version + 1 WHERE id = $1").await.unwrap();
        let stale = opens(held.clone()).await.unwrap_err();
        assert!(matches!(stale, app::api::ApiError::Rejected(domain::Rejection::Stale)), "{stale:?}");
        assert_eq!(state().await, "approved");
        // Whoever asks next gets the room of the newer plan.
        let fresh = hall.room().await;
        assert!(!std::sync::Arc::ptr_eq(&held, &fresh));
        // 重新报审: neither room can open the check-in of a draft, and nobody gets one.
        change("UPDATE meetings SET state = 'draft', version = version + 1 WHERE id = $1").await.unwrap();
        hall.app.app.rooms().forget(meeting);
        for room in [held, fresh] {
            assert!(opens(room).await.is_err());
        }
        assert_eq!(state().await, "draft");
        assert_eq!(
            hall.count(q("SELECT COUNT(*) AS n FROM meeting_events WHERE meeting_id = $1").bind(meeting)).await,
            0
        );
        refused(&hall.try_command(CHAIR, json!({ "command": "open_check_in" })).await, 404);
    }
}

#[tokio::test]
async fn an_acknowledged_ballot_stays_acknowledged_when_a_presenter_is_excused() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        for phone in &phones[..7] {
            hall.cast(phone, round, 1, "good").await;
        }
        let gone = hall.plan.presenters[1].id;
        hall.command(OPERATOR, json!({ "command": "excuse", "presenter": gone, "reason": "出差" })).await;
        let verdict = |reply: &Reply| (reply.status, reply.json()["verdict"].as_str().map(str::to_owned));
        let same = (200, Some("same".to_owned()));
        assert_eq!(verdict(&hall.try_cast(&phones[0], round, 1, hall.ballot("good")).await), same);
        // The page drawn since has one line less.
        let short = |grade: &str| ballot_of(&[hall.plan.presenters[0].id], grade);
        assert_eq!(verdict(&hall.try_cast(&phones[0], round, 1, short("good")).await), same);
        refused(&hall.try_cast(&phones[0], round, 1, short("poor")).await, 409);
        // A form that was filled before, sent only now.
        let accepted = (200, Some("accepted".to_owned()));
        assert_eq!(verdict(&hall.try_cast(&phones[7], round, 1, hall.ballot("good")).await), accepted);
        assert_eq!(verdict(&hall.try_cast(&phones[0], round, 2, short("better")).await), accepted);
        let late = hall.try_cast(&phones[0], round, 1, hall.ballot("good")).await;
        assert_eq!(verdict(&late), (200, Some("superseded".to_owned())));
        hall.close_and_seal().await;
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.results.len(), bundle.results[0].tally.valid, bundle.differences()), (1, 8, Vec::new()));
    }
}
