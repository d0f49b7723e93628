//! Paper: a meeting without any phone, and a mix in which nobody counts twice.

use domain::{
    ids::CommandId,
    reviews::{Ballot, RoundState, Stated, Verdict},
};
use serde_json::json;
use server::{live::ByHand, storage::q};

use super::hall::{CHAIR, COUNTERS, Hall, OPERATOR, TELLERS};
use crate::harness::BOTH;

impl Hall {
    /// Hands out paper with a form of its own.
    pub(super) async fn give_paper(&self, group: &str, count: u32) -> Result<(), app::api::ApiError> {
        let (room, operator) = (self.room().await, self.actor(OPERATOR).await);
        room.paper_group(&operator, CommandId(uuid::Uuid::new_v4()), group.into(), count).await
    }

    /// Both 计票人 count the same.
    pub(super) async fn state(&self, group: &str, spoiled: u32, unreturned: u32) {
        let room = self.room().await;
        for login in COUNTERS {
            let counted = Stated { spoiled, unreturned };
            room.state_paper(&self.actor(login).await, group, counted).await.unwrap();
        }
    }

    pub(super) fn paper(&self, grade: &str) -> Ballot {
        serde_json::from_value(self.ballot(grade)).unwrap()
    }

    /// Both 计票人 enter a sheet alike.
    pub(super) async fn enter(&self, group: &str, number: u32, grade: &str) {
        let room = self.room().await;
        for login in COUNTERS {
            let verdict = room.enter_paper(&self.actor(login).await, group, number, self.paper(grade)).await.unwrap();
            assert!(verdict.counts(), "{verdict:?}");
        }
    }
}

#[tokio::test]
async fn a_meeting_without_any_phone_runs_complete() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let room = hall.room().await;
        let operator = hall.actor(OPERATOR).await;
        for (group, count) in [("a", 5), ("b", 5), ("c", 1)] {
            room.arrive_by_hand(&operator, ByHand::Group { group: group.into(), count }).await.unwrap();
        }
        assert!(hall.give_paper("a", 1).await.is_err(), "no round yet");
        let round = hall.open_round().await;
        for (group, count) in [("a", 5), ("b", 5), ("c", 1)] {
            hall.give_paper(group, count).await.unwrap();
        }
        assert!(hall.give_paper("a", 1).await.is_err(), "everybody has one");
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        assert!(hall.give_paper("c", 1).await.is_err());
        let incomplete = hall.try_command(TELLERS[0], json!({ "command": "confirm_seal" })).await;
        assert!(incomplete.status == 422 && incomplete.text().contains("只收回 0 张"), "{}", incomplete.text());
        for n in 1..=5 {
            hall.enter("a", n, "good").await;
        }
        for n in 1..=4 {
            hall.enter("b", n, "better").await;
        }
        // One read it differently: nothing is sealed before they agree.
        let [first, second] = [hall.actor(COUNTERS[0]).await, hall.actor(COUNTERS[1]).await];
        room.enter_paper(&first, "b", 5, hall.paper("fair")).await.unwrap();
        room.enter_paper(&second, "b", 5, hall.paper("poor")).await.unwrap();
        assert_eq!(room.paper().unsettled, vec![("b".to_owned(), 5, 2)]);
        hall.state("c", 1, 0).await;
        let differ = hall.try_command(TELLERS[0], json!({ "command": "confirm_seal" })).await;
        assert!(differ.text().contains("第 5 张"), "{}", differ.text());
        room.enter_paper(&second, "b", 5, hall.paper("fair")).await.unwrap();
        for teller in TELLERS {
            hall.command(teller, json!({ "command": "confirm_seal" })).await;
        }
        let bundle = room.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle.differences(), Vec::new());
        let tally = &bundle.results[0].tally;
        assert_eq!((tally.entitled, tally.valid, tally.spoiled, tally.returned), (12, 10, 1, 11));
        assert_eq!(hall.left(), 0);
    }
}

#[tokio::test]
async fn nobody_counts_twice_whatever_the_mix() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(9).await;
        let room = hall.room().await;
        let operator = hall.actor(OPERATOR).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        // His phone failed, he takes paper: the electronic ballot is void, a retry of it is refused.
        let seat = room.seats().into_iter().find(|s| s.label == phones[0].label).unwrap();
        assert_eq!(room.mark_paper(&operator, seat.id).await.unwrap(), Verdict::Accepted);
        assert_eq!(room.mark_paper(&operator, seat.id).await.unwrap(), Verdict::Same);
        for rev in [1, 2] {
            assert_eq!(hall.try_cast(&phones[0], round, rev, hall.ballot("good")).await.status, 403);
        }
        let held = room.sheet(&phones[0].token).unwrap();
        assert!(held.on_paper && held.rev.is_none());
        assert_eq!(room.facts().returned, 8);
        assert!(room.enter_paper(&operator, "a", 1, hall.paper("good")).await.is_err(), "not a 计票人");
        hall.enter(&seat.group, 1, "poor").await;
        assert_eq!(room.facts().returned, 9);
        hall.close_and_seal().await;
        let bundle = room.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.results[0].tally.valid, bundle.roll.iter().filter(|r| r.returned).count()), (9, 9));
        assert_eq!(bundle.differences(), Vec::new());
    }
}

#[tokio::test]
async fn more_back_than_handed_out_can_only_be_void() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        let room = hall.room().await;
        let counter = hall.actor(COUNTERS[0]).await;
        let over = room.enter_paper(&counter, "a", 1, hall.paper("good")).await.unwrap_err().to_string();
        assert!(over.contains("没有登记发出") && over.contains("作废"), "{over}");
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        hall.command(CHAIR, json!({ "command": "void_round", "reason": "收回多于发出" })).await;
        assert_eq!(room.meeting().rounds[0].state, RoundState::Void);
        assert_eq!(hall.left(), 0);
        let stranger = hall.actor("leader_a").await;
        assert!(room.state_paper(&stranger, "a", Stated::default()).await.is_err());
        assert!(room.bundle(round).await.unwrap().is_none());
        // What was in the void round is nowhere, and its number is not used again.
        assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM sealed_ballots")).await, 0);
        let again = hall.try_command(OPERATOR, json!({ "command": "open_round", "round": round })).await;
        assert_eq!(again.status, 422, "{}", again.text());
    }
}

#[tokio::test]
async fn both_tellers_confirm_the_same_pile() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let room = hall.room().await;
        let round = hall.open_round().await;
        for phone in &phones[1..] {
            hall.cast(phone, round, 1, "good").await;
        }
        let seat = room.seats().into_iter().find(|s| s.label == phones[0].label).unwrap();
        room.mark_paper(&hall.actor(OPERATOR).await, seat.id).await.unwrap();
        hall.enter(&seat.group, 1, "good").await;
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        hall.command(TELLERS[0], json!({ "command": "confirm_seal" })).await;
        assert_eq!(room.views().screen.confirmed, 1);
        // The same reading again changes nothing; another one takes the confirmation back.
        hall.enter(&seat.group, 1, "good").await;
        assert_eq!(room.views().screen.confirmed, 1);
        hall.enter(&seat.group, 1, "poor").await;
        assert_eq!(room.views().screen.confirmed, 0);
        hall.command(TELLERS[1], json!({ "command": "confirm_seal" })).await;
        assert!(room.bundle(round).await.unwrap().is_none(), "the first confirmed another pile");
        let hall = hall.restart().await;
        let room = hall.room().await;
        assert_eq!(room.views().screen.confirmed, 1, "as stored");
        // A correction at the moment of the seal: in the count, or refused; never acknowledged and lost.
        let counters = [hall.actor(COUNTERS[0]).await, hall.actor(COUNTERS[1]).await];
        let sheet = hall.paper("fair");
        let (sealed, corrected) = tokio::join!(
            hall.try_command(TELLERS[0], json!({ "command": "confirm_seal" })),
            room.enter_paper(&counters[0], &seat.group, 1, sheet.clone())
        );
        if corrected.is_ok() {
            assert_eq!(sealed.status, 422, "the two readings differ now: {}", sealed.text());
            room.enter_paper(&counters[1], &seat.group, 1, sheet).await.unwrap();
            for teller in TELLERS {
                hall.command(teller, json!({ "command": "confirm_seal" })).await;
            }
        }
        let bundle = room.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.results[0].tally.valid, bundle.differences()), (8, Vec::new()));
        let words = room.enter_paper(&counters[0], &seat.group, 1, hall.paper("good")).await.unwrap_err().to_string();
        assert!(words.contains("没有进行中的测评"), "{words}");
        assert!(room.state_paper(&counters[0], &seat.group, Stated { spoiled: 1, unreturned: 0 }).await.is_err());
        assert!(room.withdraw_paper(&counters[0], &seat.group, 1).await.is_err());
    }
}
