//! What the desk may do with a seat that somebody holds, and that nobody is given two: 「用这台平板」, a code
//! scanned twice, a new phone after the ballot, recusals and paper, people counted by number.

use axum::http::Method;
use domain::{
    ids::{CommandId, RaterId},
    reviews::{Identity, Rater, Recusal, Secrecy},
};
use serde_json::{Value, json};
use server::{live::ByHand, storage::q};
use uuid::Uuid;

use super::{
    hall::{CHAIR, Hall, OPERATOR, Phone, RATERS, TELLERS, phone},
    planning::{drafted, refuse},
};
use crate::harness::{BOTH, Client, Database};

const NOTED: &str = "SELECT t.text FROM audit a JOIN audit_details t ON t.district_id = a.district_id AND t.seq = a.seq
     WHERE a.action = 'reviews.desk' ORDER BY a.seq";

impl Hall {
    async fn desk_notes(&self) -> Vec<String> {
        self.rows(q(NOTED)).await.iter().map(|r| r.text("text").unwrap()).collect()
    }

    /// Accounts, checked in with a browser each.
    async fn with_accounts(database: Database, n: usize) -> (Self, Vec<(Client, Phone)>) {
        let hall = Self::with(database, |_| {}).await;
        hall.command(OPERATOR, json!({ "command": "open_check_in" })).await;
        let (code, _) = hall.room().await.code();
        let mut raters = Vec::new();
        for (login, _) in &RATERS[..n] {
            let mut client = hall.app.sign_in(login).await;
            let seat = phone(&hall.try_join(&mut client, json!({ "code": code })).await);
            raters.push((client, seat));
        }
        (hall, raters)
    }

    async fn own_sheet(&self, phone: &Phone) -> Value {
        let path = format!("/api/v1/rooms/{}/sheet", self.meeting);
        self.api(&mut self.app.visitor(), Method::GET, &path, Value::Null, &phone.token).await.json()
    }
}

#[tokio::test]
async fn the_desks_tablet_takes_no_seat_over_unseen() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        let round = hall.open_round().await;
        hall.cast(&phones[0], round, 1, "poor").await;
        let seat = |label: &str| room.seats().into_iter().find(|s| s.label == label).unwrap().id;
        // One who voted, one who sits there with a phone: neither without 换机, and their phones go on.
        for held in &phones[..2] {
            let words = room.hand_seat(&operator, seat(&held.label)).await.unwrap_err().to_string();
            assert!(words.contains("换机") && words.contains(&held.label), "{words}");
            assert!(room.holds_seat(&held.token));
        }
        assert_eq!(hall.desk_notes().await.iter().filter(|n| n.contains("平板")).count(), 0);
        room.allow_change(&operator, seat(&phones[0].label)).await.unwrap();
        let given = room.hand_seat(&operator, seat(&phones[0].label)).await.unwrap();
        assert!(given.single && !room.holds_seat(&phones[0].token));
        assert!(room.hand_seat(&operator, given.seat).await.is_err(), "once for one 换机");
        // A free seat is given at once; both are in the log.
        let free = room.seats().into_iter().find(|s| !s.arrived).unwrap();
        room.hand_seat(&operator, free.id).await.unwrap();
        let notes = hall.desk_notes().await;
        for label in [&phones[0].label, &free.label] {
            assert!(notes.iter().any(|n| n.contains("用签到处的平板签到") && n.contains(label)), "{label}: {notes:?}");
        }
    }
}

#[tokio::test]
async fn the_desks_tablet_keeps_to_it_with_accounts_too() {
    for database in BOTH {
        let (hall, raters) = Hall::with_accounts(database, 8).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        let round = hall.open_round().await;
        hall.cast(&raters[0].1, round, 1, "poor").await;
        let seat = room.seats().into_iter().find(|s| s.label == raters[0].1.label).unwrap();
        assert!(room.hand_seat(&operator, seat.id).await.unwrap_err().to_string().contains("换机"));
        assert!(room.taken().contains(&seat.id));
        room.allow_change(&operator, seat.id).await.unwrap();
        room.hand_seat(&operator, seat.id).await.unwrap();
        let notes = hall.desk_notes().await;
        assert!(notes.iter().any(|n| n.contains("用签到处的平板签到")), "{notes:?}");
    }
}

#[tokio::test]
async fn a_code_scanned_twice_changes_nothing() {
    for database in BOTH {
        let (hall, mut raters) = Hall::with_accounts(database, 2).await;
        let (code, _) = hall.room().await.code();
        let (client, first) = &mut raters[0];
        let again = phone(&hall.try_join(client, json!({ "code": code })).await);
        // The page keeps what it has not sent by this token.
        assert_eq!((&again.token, again.epoch), (&first.token, first.epoch));
        assert!(hall.room().await.holds_seat(&first.token));
        // Another browser of the same person ends it.
        let mut other = hall.app.sign_in(RATERS[0].0).await;
        let second = phone(&hall.try_join(&mut other, json!({ "code": code })).await);
        assert_eq!((second.epoch, hall.room().await.holds_seat(&first.token)), (first.epoch + 1, false));
    }
}

#[tokio::test]
async fn what_the_phone_before_sent_counts_and_is_said_so() {
    for database in BOTH {
        let (hall, raters) = Hall::with_accounts(database, 8).await;
        let round = hall.open_round().await;
        for (_, seat) in &raters[..7] {
            hall.cast(seat, round, 1, "good").await;
        }
        let (code, _) = hall.room().await.code();
        let mut newer = hall.app.sign_in(RATERS[0].0).await;
        let seat = phone(&hall.try_join(&mut newer, json!({ "code": code })).await);
        let sheet = hall.own_sheet(&seat).await;
        assert_eq!((&sheet["received"], &sheet["rev"]), (&json!(true), &Value::Null), "numbers begin anew: {sheet}");
        let page = format!("/room/{}", hall.meeting);
        let html = newer.get(&page).await.text();
        assert!(html.contains("✓ 已收到") && html.contains("data-held=\"0\"") && !html.contains("还没有交"), "{html}");
        let never = hall.own_sheet(&raters[7].1).await;
        assert_eq!((&never["received"], &never["rev"]), (&json!(false), &Value::Null));
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        let html = newer.get(&page).await.text();
        assert!(html.contains("✓ 已计入") && !html.contains("没有收到"), "{html}");
        for teller in TELLERS {
            hall.command(teller, json!({ "command": "confirm_seal" })).await;
        }
        assert_eq!(hall.room().await.bundle(round).await.unwrap().unwrap().results[0].tally.valid, 7);
    }
}

#[tokio::test]
async fn who_must_recuse_gets_no_full_sheet() {
    for database in BOTH {
        let hall = Hall::with(database, |plan| {
            let recusal = Recusal { rater: plan.raters[0].id, presenter: plan.presenters[0].id };
            plan.recusals.insert(recusal);
        })
        .await;
        hall.command(OPERATOR, json!({ "command": "open_check_in" })).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        for rater in &hall.plan.raters[1..] {
            room.arrive_by_hand(&operator, ByHand::Rater(rater.id)).await.unwrap();
        }
        hall.open_round().await;
        let seat = |n: usize| room.seats().into_iter().find(|s| s.rater == Some(hall.plan.raters[n].id)).unwrap();
        let words = room.mark_paper(&operator, seat(0).id).await.unwrap_err().to_string();
        assert!(words.contains("回避") && words.contains("平板") && words.contains("段敏"), "{words}");
        assert!(!seat(0).arrived && room.on_paper().is_empty(), "nothing was done of it");
        room.mark_paper(&operator, seat(1).id).await.unwrap();
        assert!(room.on_paper().contains(&seat(1).id));
    }
}

#[tokio::test]
async fn nobody_is_counted_by_number_where_seats_belong_to_people() {
    for database in BOTH {
        let (hall, raters) = Hall::with_accounts(database, 6).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        let key = || CommandId(Uuid::new_v4());
        let words = room.arrive_group(&operator, key(), "c".into(), 1).await.unwrap_err().to_string();
        assert!(words.contains("对应到人"), "{words}");
        assert_eq!(room.facts().presence.present, u32::try_from(raters.len()).unwrap());
        let last = hall.plan.raters[6].id;
        room.arrive_by_hand(&operator, ByHand::Rater(last)).await.unwrap();
        hall.open_round().await;
        assert!(room.paper_group(&operator, key(), "c".into(), 1).await.is_err());
        assert!(room.on_paper().is_empty());
    }
}

#[tokio::test]
async fn cards_and_numbers_together_are_no_more_than_the_roll() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        room.deal_cards(&operator).await.unwrap();
        let group = |n| ByHand::Group { group: "a".into(), count: n };
        // Five in the group: four drew a card and have not come in yet, so five seats are free, for one person.
        for rater in &hall.plan.raters[..4] {
            room.give_card(&operator, rater.id, true).await.unwrap();
        }
        let words = room.arrive_by_hand(&operator, group(2)).await.unwrap_err().to_string();
        assert!(words.contains("名册上 5 人") && words.contains("发卡 4 人"), "{words}");
        room.arrive_by_hand(&operator, group(1)).await.unwrap();
        // The fifth draws a card on top: he sits there already.
        let words = room.give_card(&operator, hall.plan.raters[4].id, true).await.unwrap_err().to_string();
        assert!(words.contains("按人数登记 1 人"), "{words}");
        // A card given back leaves room again.
        room.give_card(&operator, hall.plan.raters[0].id, false).await.unwrap();
        room.give_card(&operator, hall.plan.raters[4].id, true).await.unwrap();
    }
}

#[tokio::test]
async fn the_console_says_how_many_are_missing_not_how_many_names_fit() {
    let hall = Hall::with(Database::Sqlite, |plan| {
        plan.identity = Identity::Card;
        plan.secrecy = Secrecy::Anonymous;
        let rater = |n: u32| Rater {
            id: RaterId(Uuid::new_v4()),
            person: None,
            unit: None,
            name: format!("评议人员{n:03}"),
            place: String::new(),
            group: "a".into(),
        };
        plan.raters = (0..90).map(rater).collect();
    })
    .await;
    hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
    let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
    room.arrive_by_hand(&operator, ByHand::Group { group: "a".into(), count: 90 }).await.unwrap();
    hall.open_round().await;
    for presenter in &hall.plan.presenters {
        hall.command(OPERATOR, json!({ "command": "call", "presenter": presenter.id })).await;
    }
    hall.command(OPERATOR, json!({ "command": "move_to", "step": "appraisal" })).await;
    let facts = room.facts();
    assert_eq!((facts.left, facts.missing.len()), (90, 61));
    let html = hall.app.sign_in(OPERATOR).await.get(&format!("/hall/{}", hall.meeting)).await.text();
    assert!(html.contains("还有 90 人没有交"), "{html}");
}

#[tokio::test]
async fn a_teller_without_an_account_is_said_before_the_meeting() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let page = format!("/hall/{}/ready", hall.meeting);
        let mut operator = hall.app.sign_in(OPERATOR).await;
        let row = |html: &str| html.split("监票人两名").next().unwrap().rsplit("<tr>").next().unwrap().to_owned();
        assert!(row(&operator.get(&page).await.text()).contains("✓"));
        let planned = drafted(&hall.app, "另一场评议会", "2026-12-09").await;
        let account = hall.app.district.account("deputy");
        let disabled = hall.app.app.store().write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                tx.execute(q("UPDATE accounts SET disabled_at = $1 WHERE id = $2").bind(now).bind(account)).await?;
                Ok(())
            })
        });
        disabled.await.unwrap();
        let html = operator.get(&page).await.text();
        assert!(row(&html).contains("▲") && html.contains("没有能登录的账号"), "{html}");
        // Nor is a plan with such a 监票人 asked for.
        let mut office = hall.app.sign_in("office").await;
        let back = refuse(&mut office, &planned.meeting, "/reviews/step", &[("step", "ask")]).await;
        assert!(back.contains("没有能登录的账号"), "{back}");
    }
}
