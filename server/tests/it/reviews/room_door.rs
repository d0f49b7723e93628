//! Coming in: codes that change, tickets, cards, accounts, tablets, the desk, too many attempts.

use std::sync::Arc;

use domain::{
    ids::CommandId,
    reviews::{Identity, Phase},
};
use futures::{FutureExt as _, future::join_all};
use serde_json::json;
use server::{
    live::{ByHand, CheckIn, Device, How, Room},
    storage::q,
};
use tokio::{task::yield_now, time::timeout};
use uuid::Uuid;

use super::hall::{CHAIR, Hall, OPERATOR, RATERS, phone, store};
use crate::harness::{BOTH, Database};

#[tokio::test]
async fn codes_and_tickets_run_out() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let room = hall.room().await;
        let operator = hall.actor(OPERATOR).await;
        let cards = room.deal_cards(&operator).await.unwrap();
        let (code, url) = room.code();
        assert!(url.starts_with("http://127.0.0.1:3000/m/") && code.len() == 6);
        let early = hall.try_join(&mut hall.app.visitor(), json!({ "code": code, "card": cards[0].code })).await;
        assert_eq!(early.status, 422, "check-in is not open");
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let (found, ticket) = hall.app.app.rooms().by_code(url.rsplit('/').next().unwrap(), "").unwrap();
        assert_eq!(found.id(), hall.meeting);
        assert!(hall.app.app.rooms().by_code("000", "").is_err());
        hall.app.clock.advance_ms(30_000);
        assert_eq!(
            hall.try_join(&mut hall.app.visitor(), json!({ "code": code, "card": cards[0].code })).await.status,
            200
        );
        hall.app.clock.advance_ms(30_000);
        let late = hall.try_join(&mut hall.app.visitor(), json!({ "code": code, "card": cards[1].code })).await;
        assert_eq!((late.status, late.json()["field"].as_str()), (422, Some("code")));
        // The ticket of the first slot is good for five minutes, not more.
        hall.app.clock.advance_ms(3 * 60_000);
        assert_eq!(
            hall.try_join(&mut hall.app.visitor(), json!({ "ticket": ticket, "card": cards[1].code })).await.status,
            200
        );
        hall.app.clock.advance_ms(2 * 60_000);
        for forged in [ticket.clone(), format!("{ticket}0"), "p1.00".into(), String::new()] {
            let reply =
                hall.try_join(&mut hall.app.visitor(), json!({ "ticket": forged, "card": cards[2].code })).await;
            assert_eq!(reply.status, 422, "{forged}");
        }
        // The secret survives a restart: nobody in the hall has to scan again.
        let code = room.code();
        drop((room, found));
        let hall = hall.restart().await;
        assert_eq!(hall.room().await.code(), code);
    }
}

#[tokio::test]
async fn accounts_get_their_own_seat_and_no_other() {
    for database in BOTH {
        let hall = Hall::with(database, |_| {}).await;
        hall.command(OPERATOR, json!({ "command": "open_check_in" })).await;
        let (code, _) = hall.room().await.code();
        let mut member = hall.app.sign_in(RATERS[0].0).await;
        let first = phone(&hall.try_join(&mut member, json!({ "code": code })).await);
        assert_eq!(first.label, format!("评议{}", RATERS[0].0));
        assert!(member.cookies.iter().any(|(n, v)| n == "wuze_seat" && *v == first.token));
        let mut newer = hall.app.sign_in(RATERS[0].0).await;
        let second = phone(&hall.try_join(&mut newer, json!({ "code": code })).await);
        assert_eq!(second.epoch, first.epoch + 1);
        assert!(hall.room().await.sheet(&first.token).is_err(), "the device before is ended");
        let mut stranger = hall.app.sign_in("leader_c").await;
        assert_eq!(hall.try_join(&mut stranger, json!({ "code": code })).await.status, 422);
        assert_eq!(hall.try_join(&mut hall.app.visitor(), json!({ "code": code })).await.status, 401);
        for unknown in [json!({ "code": code, "seat": "x" }), json!({ "code": code, "rater": RATERS[1].0 })] {
            assert_eq!(hall.try_join(&mut member, unknown).await.status, 422);
        }
        let roll = hall.room().await.roll().await.unwrap();
        assert_eq!(roll.iter().filter(|l| l.arrived).count(), 1);
        assert_eq!(hall.room().await.facts().presence.present, 1);
    }
}

#[tokio::test]
async fn too_many_wrong_codes_of_one_account_wait_and_nobody_else_does() {
    let hall = Hall::with(Database::Sqlite, |_| {}).await;
    hall.command(OPERATOR, json!({ "command": "open_check_in" })).await;
    let room = hall.room().await;
    let (member, other) = (hall.actor(RATERS[0].0).await, hall.actor(RATERS[1].0).await);
    for _ in 0..10 {
        assert!(room.check_in("p1.00", CheckIn::Account(&member), Device::default()).await.is_err());
    }
    let (code, _) = room.code();
    let ticket = room.ticket(&code, "10.0.0.1").unwrap();
    let told = room.check_in(&ticket, CheckIn::Account(&member), Device::default()).await.unwrap_err().to_string();
    assert!(told.contains("10 分钟"), "{told}");
    assert!(room.check_in(&ticket, CheckIn::Account(&other), Device::default()).await.is_ok());
    hall.app.clock.advance_ms(10 * 60_000);
    let ticket = room.ticket(&room.code().0, "10.0.0.1").unwrap();
    assert!(room.check_in(&ticket, CheckIn::Account(&member), Device::default()).await.is_ok());
}

#[tokio::test]
async fn a_shared_tablet_takes_one_ballot_of_each() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.check_in(8).await;
        let room = hall.room().await;
        let operator = hall.actor(OPERATOR).await;
        assert!(room.open_tablet(&hall.actor("office").await).is_err());
        let tablet = room.open_tablet(&operator).unwrap();
        // Four have not come; the cards dealt in check_in are theirs to draw.
        let cards = room.deal_cards(&operator).await.unwrap();
        assert_eq!(cards.len(), 4);
        let round = hall.open_round().await;
        hall.app.clock.advance_ms(3 * 3_600_000);
        for card in &cards[..2] {
            let grant = room.check_in(&tablet, CheckIn::Card(&card.code), Device::default()).await.unwrap();
            assert!(grant.single);
            let seat = super::hall::Phone { token: grant.token, epoch: grant.epoch, label: grant.label };
            hall.cast(&seat, round, 1, "good").await;
            assert_eq!(hall.try_cast(&seat, round, 1, hall.ballot("good")).await.status, 200, "its own retry");
            assert_eq!(hall.try_cast(&seat, round, 2, hall.ballot("poor")).await.status, 403, "not the next in line");
        }
        let third = room.seats().into_iter().find(|s| s.label == cards[2].label).unwrap();
        let grant = room.hand_seat(&operator, third.id).await.unwrap();
        assert!(grant.single && room.seats().iter().any(|s| s.id == third.id && s.how == How::Tablet));
        assert_eq!(room.facts().presence.present, 11);
        assert!(room.check_in("t1.00", CheckIn::Card(&cards[3].code), Device::default()).await.is_err());
    }
}

#[tokio::test]
async fn the_desk_ticks_the_roll_apart_from_the_seats() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let room = hall.room().await;
        let operator = hall.actor(OPERATOR).await;
        let rater = hall.plan.raters[0].id;
        room.give_card(&operator, rater, true).await.unwrap();
        let twice = room.give_card(&operator, rater, true).await.unwrap_err().to_string();
        assert!(twice.contains("已经领过"), "{twice}");
        room.give_card(&operator, rater, false).await.unwrap();
        room.give_card(&operator, rater, true).await.unwrap();
        assert!(room.arrive_by_hand(&operator, ByHand::Rater(rater)).await.is_err(), "no name on a seat");
        assert_eq!(room.facts().presence.present, 0, "a tick on the roll seats nobody");
        let dealt = room.deal_cards(&operator).await.unwrap();
        let group = ByHand::Group { group: "c".into(), count: 2 };
        let taken = room.arrive_by_hand(&operator, group.clone()).await.unwrap();
        assert_eq!(taken.len(), 2);
        assert!(room.arrive_by_hand(&operator, group).await.is_err(), "only two seats in that group");
        // The cards of these seats are void: nobody sits twice.
        let void = dealt.iter().find(|c| c.label == taken[0]).unwrap();
        let (code, _) = room.code();
        let reply = hall.try_join(&mut hall.app.visitor(), json!({ "code": code, "card": void.code })).await;
        assert_eq!(reply.status, 422);
        assert_eq!(room.facts().presence.present, 2);
        let linked = hall.count(q("SELECT COUNT(*) AS n FROM meeting_seats WHERE rater_id IS NOT NULL")).await;
        assert_eq!(linked, 0);
        for login in ["leader_a", "office", "deputy"] {
            let actor = hall.actor(login).await;
            assert!(room.give_card(&actor, rater, true).await.is_err());
            assert!(room.deal_cards(&actor).await.is_err());
            assert!(room.revoke(&actor, room.seats()[0].id, true).await.is_err());
            assert!(room.hand_seat(&actor, room.seats()[0].id).await.is_err());
        }
        assert_eq!((room.meeting().phase, room.meeting().plan.identity), (Phase::CheckIn, Identity::Card));
    }
}

impl Hall {
    /// Memory and database say the same of every seat.
    async fn agrees(&self, room: &Room) -> bool {
        let rows = self.rows(q("SELECT id, epoch, arrived, token_hash, card_hash, revoked FROM meeting_seats")).await;
        let seats = room.seats();
        rows.len() == seats.len()
            && rows.iter().all(|row| {
                seats.iter().any(|s| {
                    s.id == row.id("id").unwrap()
                        && i64::from(s.epoch) == row.int("epoch").unwrap()
                        && s.arrived == row.flag("arrived").unwrap()
                        && s.revoked == row.flag("revoked").unwrap()
                        && s.token == row.opt_text("token_hash").unwrap()
                        && s.card == row.opt_text("card_hash").unwrap()
                })
            })
    }
}

#[tokio::test]
async fn a_browser_that_goes_away_does_not_part_memory_from_the_database() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let room = hall.room().await;
        let operator = hall.actor(OPERATOR).await;
        // Each is begun and dropped before its answer.
        let group = ByHand::Group { group: "a".into(), count: 2 };
        assert!(room.arrive_by_hand(&operator, group).now_or_never().is_none());
        assert!(room.deal_cards(&operator).now_or_never().is_none());
        let seat = room.seats()[11].id;
        assert!(room.revoke(&operator, seat, true).now_or_never().is_none());
        let done = || {
            let seats = room.seats();
            seats.iter().filter(|s| s.arrived).count() == 2
                && seats.iter().filter(|s| s.card.is_some()).count() >= 9
                && seats.iter().any(|s| s.revoked)
        };
        let whole = async {
            while !(done() && hall.agrees(&room).await) {
                yield_now().await;
            }
        };
        timeout(std::time::Duration::from_secs(20), whole).await.expect("memory follows the database");
    }
}

#[tokio::test]
async fn the_desk_never_writes_over_a_phone_that_is_coming_in() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let room = hall.room().await;
        let operator = hall.actor(OPERATOR).await;
        let mut held = Vec::new();
        for round in 0..3 {
            let cards = room.deal_cards(&operator).await.unwrap();
            let ticket = room.ticket(&room.code().0, "").unwrap();
            let drawn: Vec<_> = cards.iter().rev().take(2).collect();
            let coming = |code| room.check_in(&ticket, CheckIn::Card(code), Device::default());
            let phones = join_all(drawn.iter().map(|c| coming(c.code.as_str())));
            let key = CommandId(Uuid::new_v4());
            let group = if round < 2 { "c" } else { "b" };
            // At once: the same seats by number, and fresh codes for all who are not there.
            let (came, taken, dealt) =
                tokio::join!(phones, room.arrive_group(&operator, key, group.into(), 1), room.deal_cards(&operator));
            let taken = taken.unwrap_or_default();
            dealt.unwrap();
            for grant in came.into_iter().flatten() {
                assert!(!taken.contains(&grant.label), "{} serves two", grant.label);
                held.push(grant);
            }
            assert!(hall.agrees(&room).await);
            for grant in &held {
                assert!(room.holds_seat(&grant.token), "{} lost its phone", grant.label);
                assert!(room.seats().iter().any(|s| s.id == grant.seat && s.arrived && s.how == How::Phone));
            }
        }
        assert!(held.len() >= 4, "phones do get in");
        drop(room);
        let hall = hall.restart().await;
        let room = hall.room().await;
        assert!(held.iter().all(|grant| room.holds_seat(&grant.token)), "also after a restart");
    }
}

#[tokio::test]
async fn wrong_cards_of_one_address_keep_nobody_out() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
    let room = hall.room().await;
    let cards = room.deal_cards(&hall.actor(OPERATOR).await).await.unwrap();
    let mut guest = hall.app.visitor();
    // A whole hall behind one address: 320 mistyped cards, each phone with its own ticket.
    for _ in 0..320 {
        let wrong = hall.try_join(&mut guest, json!({ "code": room.code().0, "card": "AAAA-AAAA" })).await;
        assert_eq!((wrong.status, wrong.json()["field"].as_str()), (422, Some("card")));
        hall.app.clock.advance_ms(1);
    }
    assert_eq!(hall.try_join(&mut guest, json!({ "code": room.code().0, "card": cards[0].code })).await.status, 200);
    // One ticket is not for trying cards without end; the next one is free again.
    let ticket = room.ticket(&room.code().0, "").unwrap();
    for _ in 0..60 {
        assert!(room.check_in(&ticket, CheckIn::Card("AAAA"), Device::default()).await.is_err());
    }
    let waits = room.check_in(&ticket, CheckIn::Card(&cards[1].code), Device::default()).await.unwrap_err().to_string();
    assert!(waits.contains("10 分钟"), "{waits}");
    hall.app.clock.advance_ms(1);
    let ticket = room.ticket(&room.code().0, "").unwrap();
    assert!(room.check_in(&ticket, CheckIn::Card(&cards[1].code), Device::default()).await.is_ok());
}

#[tokio::test]
async fn six_digits_cannot_be_tried_for_ever_and_the_qr_is_never_stopped() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let room = hall.room().await;
    let rooms = hall.app.app.rooms();
    let (digits, url) = room.code();
    let token = url.rsplit('/').next().unwrap().to_owned();
    assert!(rooms.by_code(&digits, "10.0.0.1").is_err(), "a room before 签到 is not looked at");
    hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
    let wrong = if digits == "000001" { "000002" } else { "000001" };
    for _ in 0..1_000 {
        assert!(rooms.by_code(wrong, "10.0.0.1").is_err());
    }
    let told = rooms.by_code(&digits, "10.0.0.1").unwrap_err().to_string();
    assert!(told.contains("二维码"), "{told}");
    assert!(room.ticket(&digits, "10.0.0.1").is_err(), "joining counts with it");
    assert!(rooms.by_code(&token, "10.0.0.1").is_ok());
    assert!(rooms.by_code(&digits, "10.0.0.2").is_ok());
    for _ in 0..1_100 {
        assert!(rooms.by_code("no-such-code", "10.0.0.3").is_err());
    }
    assert!(rooms.by_code(&digits, "10.0.0.3").is_ok(), "only digits count");
    hall.app.clock.advance_ms(10 * 60_000);
    assert!(rooms.by_code(&room.code().0, "10.0.0.1").is_ok());
}

#[tokio::test]
async fn a_meeting_that_is_over_leaves_memory_once_nobody_holds_it() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(8).await;
    let round = hall.open_round().await;
    for phone in &phones {
        hall.cast(phone, round, 1, "good").await;
    }
    hall.close_and_seal().await;
    let rooms = hall.app.app.rooms();
    let others = [store(&hall.app, &hall.plan).await, store(&hall.app, &hall.plan).await];
    let running = Arc::downgrade(&hall.room().await);
    rooms.meeting(others[0]).await.unwrap();
    assert!(running.upgrade().is_some(), "a meeting in 进行 stays");
    hall.command(CHAIR, json!({ "command": "finish" })).await;
    let held = hall.room().await;
    rooms.meeting(others[1]).await.unwrap();
    assert!(running.upgrade().is_some(), "so does one that somebody holds");
    drop(held);
    let third = store(&hall.app, &hall.plan).await;
    rooms.meeting(third).await.unwrap();
    assert!(running.upgrade().is_none());
    assert_eq!(hall.room().await.meeting().phase, Phase::Announcing, "whoever asks loads it again");
}
