//! A drawn card used a second time, a shared tablet handed on, a phone gone wild: the ballot of whoever
//! was there first is not replaced behind his back.

use axum::http::Method;
use domain::reviews::CHANGES;
use serde_json::json;
use server::{
    live::{CheckIn, Device, How},
    storage::q,
};

use super::hall::{CHAIR, Hall, OPERATOR, Phone, phone};
use crate::harness::{BOTH, Database};

const MINUTE: i64 = 60_000;

impl Hall {
    /// Sends the card once more; with a token, as the device that holds the seat.
    async fn again(&self, card: &str, token: &str) -> crate::harness::Reply {
        let path = format!("/api/v1/rooms/{}/join", self.meeting);
        let body = json!({ "code": self.room().await.code().0, "card": card });
        self.api(&mut self.app.visitor(), Method::POST, &path, body, token).await
    }
}

#[tokio::test]
async fn a_card_in_use_is_given_to_another_device_by_the_desk_alone() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        let cards = room.deal_cards(&operator).await.unwrap();
        let mut phones = Vec::new();
        for card in cards.iter().take(8) {
            phones.push(hall.join(&card.code).await);
        }
        let (owner, card) = (&phones[0], cards[0].code.as_str());
        let refused = |reply: &crate::harness::Reply| {
            reply.status == 422
                && reply.json()["field"] == "card"
                && reply.text().contains("请到签到台请工作人员办理换机")
        };
        assert!(refused(&hall.again(card, "").await), "before a ballot");
        let round = hall.open_round().await;
        hall.cast(owner, round, 1, "good").await;
        assert!(refused(&hall.again(card, "").await));
        assert!(refused(&hall.again(card, &phones[1].token).await), "another seat's device");
        hall.cast(owner, round, 2, "better").await;
        // The device itself gets its seat as it is.
        let same = phone(&hall.again(card, &owner.token).await);
        assert_eq!((&same.token, same.epoch), (&owner.token, owner.epoch));
        hall.cast(owner, round, 3, "good").await;
        let seat = room.seats().into_iter().find(|s| s.label == owner.label).unwrap();
        for login in ["office", "leader_a"] {
            assert!(room.allow_change(&hall.actor(login).await, seat.id).await.is_err());
        }
        room.allow_change(&operator, seat.id).await.unwrap();
        hall.app.clock.advance_ms(5 * MINUTE);
        assert!(refused(&hall.again(card, "").await), "five minutes are over");
        room.allow_change(&operator, seat.id).await.unwrap();
        let newer = phone(&hall.again(card, "").await);
        assert_eq!(newer.epoch, owner.epoch + 1);
        assert!(refused(&hall.again(card, "").await), "one new device");
        assert_eq!(hall.try_cast(owner, round, 4, hall.ballot("poor")).await.status, 403);
        hall.cast(&newer, round, 1, "fair").await;
        assert_eq!(room.facts().returned, 1);
        assert!(room.taken().contains(&seat.id) && room.taken().len() == 8);
        drop(room);
        // After a restart nobody else gets in either.
        let hall = hall.restart().await;
        assert!(refused(&hall.again(card, "").await));
        hall.cast(&newer, round, 2, "good").await;
        // What was permitted before the restart is gone: that is said, and one tap of the desk helps.
        hall.room().await.allow_change(&operator, seat.id).await.unwrap();
        let hall = hall.restart().await;
        let told = hall.again(card, "").await;
        assert!(refused(&told) && told.text().contains("刚刚重新启动"), "{}", told.text());
        let room = hall.room().await;
        assert!(room.taken().contains(&seat.id), "the desk's list offers 换机");
        room.allow_change(&operator, seat.id).await.unwrap();
        let third = phone(&hall.again(card, "").await);
        assert_eq!(third.epoch, newer.epoch + 1);
        let told = hall.again(card, "").await;
        assert!(refused(&told) && !told.text().contains("刚刚重新启动"), "it knows again: {}", told.text());
        hall.app.clock.advance_ms(5 * MINUTE);
        let other = hall.again(&cards[1].code, "").await;
        assert!(refused(&other) && !other.text().contains("刚刚重新启动"), "no permit lives that long");
        let noted = "SELECT COUNT(*) AS n FROM audit WHERE action = 'reviews.desk'";
        assert!(hall.count(q(noted)).await >= 3);
    }
}

#[tokio::test]
async fn a_phone_whose_answer_was_lost_comes_in_again() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
    let room = hall.room().await;
    let cards = room.deal_cards(&hall.actor(OPERATOR).await).await.unwrap();
    let body = || json!({ "code": room.code().0, "card": cards[0].code });
    let mut browser = hall.app.visitor();
    browser.get("/m").await;
    let first = phone(&hall.try_join(&mut browser, body()).await);
    browser.cookies.retain(|(name, _)| name != "wuze_seat");
    let second = phone(&hall.try_join(&mut browser, body()).await);
    assert_eq!((second.epoch, room.holds_seat(&first.token)), (first.epoch + 1, false));
    let mut other = hall.app.visitor();
    other.get("/m").await;
    assert_eq!(hall.try_join(&mut other, body()).await.status, 422);
    // Twice at once: one device gets it.
    let twice = || json!({ "code": room.code().0, "card": cards[1].code });
    let (mut a, mut b) = (hall.app.visitor(), hall.app.visitor());
    let (a, b) = tokio::join!(hall.try_join(&mut a, twice()), hall.try_join(&mut b, twice()));
    assert_eq!(a.status.min(b.status), 200);
    assert_eq!(a.status.max(b.status), 422);
}

#[tokio::test]
async fn a_tablet_handed_on_keeps_what_was_cast() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.check_in(8).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        let card = room.deal_cards(&operator).await.unwrap().remove(0);
        let tablet = room.open_tablet(&operator).unwrap();
        let come = || room.check_in(&tablet, CheckIn::Card(&card.code), Device { seat: None, form: "the tablet's" });
        // Looked, went away, comes back: nothing was cast.
        let looked = come().await.unwrap();
        assert!(come().await.is_err(), "while the tablet holds the seat");
        room.leave(&looked.token).await.unwrap();
        let grant = come().await.unwrap();
        assert!(grant.epoch > looked.epoch && !room.holds_seat(&looked.token));
        let round = hall.open_round().await;
        let seat = Phone { token: grant.token.clone(), epoch: grant.epoch, label: grant.label };
        hall.cast(&seat, round, 1, "good").await;
        room.leave(&grant.token).await.unwrap();
        room.leave(&grant.token).await.unwrap();
        let told = come().await.unwrap_err().to_string();
        assert!(told.contains("换机"), "{told}");
        drop(room);
        let hall = hall.restart().await;
        let room = hall.room().await;
        let come = || room.check_in(&tablet, CheckIn::Card(&card.code), Device::default());
        assert!(come().await.is_err(), "also after a restart: the journal knows the ballot");
        room.allow_change(&operator, grant.seat).await.unwrap();
        let changed = come().await.unwrap();
        let seat = Phone { token: changed.token, epoch: changed.epoch, label: changed.label };
        hall.cast(&seat, round, 1, "poor").await;
        assert!(room.seats().iter().any(|s| s.id == grant.seat && s.how == How::Tablet));
        assert_eq!(room.facts().returned, 1);
        // The next round is a new sheet: nobody needs the desk for it.
        room.leave(&seat.token).await.unwrap();
        hall.command(CHAIR, json!({ "command": "void_round", "reason": "试一次" })).await;
        assert!(come().await.is_ok());
    }
}

#[tokio::test]
async fn a_seat_changes_its_ballot_so_many_times_and_keeps_the_last() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(8).await;
    let round = hall.open_round().await;
    for rev in 1..=CHANGES {
        hall.cast(&phones[0], round, rev, if rev == CHANGES { "fair" } else { "good" }).await;
    }
    let more = hall.try_cast(&phones[0], round, CHANGES + 1, hall.ballot("poor")).await;
    assert_eq!(more.status, 409);
    assert!(more.text().contains("改动次数太多，已保留上一次的选择"), "{}", more.text());
    let hall = hall.restart().await;
    assert_eq!(hall.try_cast(&phones[0], round, CHANGES + 1, hall.ballot("poor")).await.status, 409);
    let same = hall.try_cast(&phones[0], round, CHANGES, hall.ballot("fair")).await;
    assert_eq!(same.json()["verdict"], "same", "{}", same.text());
    for phone in &phones[1..] {
        hall.cast(phone, round, 1, "good").await;
    }
    hall.close_and_seal().await;
    let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
    assert_eq!((bundle.results[0].tally.valid, bundle.differences()), (8, Vec::new()));
}
