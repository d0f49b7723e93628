//! Coming in: codes that change, tickets, cards, accounts, tablets, the desk, too many attempts.

use domain::reviews::{Identity, Phase};
use serde_json::json;
use server::{
    live::{ByHand, CheckIn, How},
    storage::q,
};

use super::hall::{CHAIR, Hall, OPERATOR, RATERS, phone};
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
        let (found, ticket) = hall.app.app.rooms().by_code(url.rsplit('/').next().unwrap()).unwrap();
        assert_eq!(found.id(), hall.meeting);
        assert!(hall.app.app.rooms().by_code("000").is_none());
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
        let second = phone(&hall.try_join(&mut member, json!({ "code": code })).await);
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
        assert!(room.check_in("p1.00", CheckIn::Account(&member), "10.0.0.1").await.is_err());
    }
    let (code, _) = room.code();
    let ticket = room.ticket(&code, "10.0.0.1").unwrap();
    let told = room.check_in(&ticket, CheckIn::Account(&member), "10.0.0.1").await.unwrap_err().to_string();
    assert!(told.contains("10 分钟"), "{told}");
    assert!(room.check_in(&ticket, CheckIn::Account(&other), "10.0.0.1").await.is_ok());
    hall.app.clock.advance_ms(10 * 60_000);
    let ticket = room.ticket(&room.code().0, "10.0.0.1").unwrap();
    assert!(room.check_in(&ticket, CheckIn::Account(&member), "10.0.0.1").await.is_ok());
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
            let grant = room.check_in(&tablet, CheckIn::Card(&card.code), "").await.unwrap();
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
        assert!(room.check_in("t1.00", CheckIn::Card(&cards[3].code), "").await.is_err());
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
