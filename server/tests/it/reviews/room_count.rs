//! Two 计票人 count the paper: spoiled and unreturned apart, never more than was handed out, each step in
//! the log without what stands on a sheet; a form of the desk that crashed anywhere counts once.

use domain::{
    ids::{CommandId, RoundId, SeatId},
    reviews::{Ballot, Frame, Stated, Verdict},
};
use serde_json::json;
use server::{
    live::{ByHand, How},
    storage::q,
};
use uuid::Uuid;

use super::hall::{CHAIR, COUNTERS, Hall, OPERATOR, TELLERS, ballot_of};
use crate::harness::BOTH;

impl Hall {
    /// A meeting without a phone: 5 of a, 5 of b and 1 of c came, a round is open.
    async fn on_paper(database: crate::harness::Database) -> (Self, RoundId) {
        let hall = Self::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        for (group, count) in [("a", 5), ("b", 5), ("c", 1)] {
            room.arrive_by_hand(&operator, ByHand::Group { group: group.into(), count }).await.unwrap();
        }
        let round = hall.open_round().await;
        (hall, round)
    }

    /// 发出 per group.
    async fn out(&self) -> Vec<u32> {
        self.room().await.facts().paper.iter().map(|g| g.out).collect()
    }

    async fn papers(&self) -> Vec<String> {
        let text = "SELECT t.text FROM audit a JOIN audit_details t ON t.district_id = a.district_id AND t.seq = a.seq
                    WHERE a.action = 'reviews.paper' ORDER BY a.seq";
        self.rows(q(text)).await.iter().map(|r| r.text("text").unwrap()).collect()
    }
}

fn counted(spoiled: u32, unreturned: u32) -> Stated {
    Stated { spoiled, unreturned }
}

#[tokio::test]
async fn a_round_is_sealed_when_papers_did_not_come_back() {
    for database in BOTH {
        let (hall, round) = Hall::on_paper(database).await;
        let room = hall.room().await;
        for (group, count) in [("a", 5), ("b", 5), ("c", 1)] {
            hall.give_paper(group, count).await.unwrap();
        }
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        for n in 1..=5 {
            hall.enter("a", n, "good").await;
        }
        for n in 1..=3 {
            hall.enter("b", n, "better").await;
        }
        let [first, second] = [hall.actor(COUNTERS[0]).await, hall.actor(COUNTERS[1]).await];
        // One alone is not enough, and what he counted is nobody else's to read.
        room.state_paper(&first, "b", counted(1, 1)).await.unwrap();
        assert_eq!(room.paper().unstated, [("b".to_owned(), 1)]);
        assert_eq!(
            (room.own_statements(&first)["b"], room.own_statements(&second)["b"]),
            (counted(1, 1), counted(0, 0))
        );
        let confirm = || hall.try_command(TELLERS[0], json!({ "command": "confirm_seal" }));
        let alone = confirm().await;
        assert!(alone.status == 422 && alone.text().contains("废票、未收回张数两名计票人"), "{}", alone.text());
        room.state_paper(&second, "b", counted(2, 0)).await.unwrap();
        assert_eq!(room.paper().unstated, [("b".to_owned(), 2)]);
        assert!(confirm().await.text().contains("没有报成一致"));
        // Restarted in between: both statements are there, and neither counts.
        let hall = hall.restart().await;
        let room = hall.room().await;
        assert_eq!(room.paper().unstated, [("b".to_owned(), 2)]);
        let b = room.facts().paper[1].clone();
        assert_eq!((b.out, b.entered, b.spoiled, b.unreturned), (5, 3, 0, 0));
        room.state_paper(&second, "b", counted(1, 1)).await.unwrap();
        let short = hall.try_command(TELLERS[0], json!({ "command": "confirm_seal" })).await;
        assert!(short.text().contains("登记为未收回"), "{}", short.text());
        hall.state("c", 0, 1).await;
        assert_eq!(room.facts().returned, 9);
        for teller in TELLERS {
            hall.command(teller, json!({ "command": "confirm_seal" })).await;
        }
        let bundle = room.bundle(round).await.unwrap().unwrap();
        assert_eq!(bundle.differences(), Vec::new());
        let (tally, turnout) = (&bundle.results[0].tally, bundle.turnout());
        assert_eq!((tally.valid, tally.spoiled, tally.returned), (8, 1, 9));
        assert_eq!((turnout.present, turnout.issued, turnout.returned), (11, 11, 9));
        // Whose paper of b is missing nobody knows; the only one of c is known, and is not called returned.
        assert_eq!(bundle.unreturned.iter().map(|(k, n)| (k.as_str(), *n)).collect::<Vec<_>>(), [("b", 1)]);
        assert_eq!(bundle.roll.iter().filter(|r| r.group == "c" && r.returned).count(), 0);
        assert_eq!(hall.left(), 0);
        for wrong in [0, 6] {
            let mut bundle = bundle.clone();
            bundle.unreturned.insert("b".into(), wrong);
            assert_ne!(bundle.differences(), Vec::new());
        }
    }
}

#[tokio::test]
async fn numbers_above_what_was_handed_out_are_refused_at_entry() {
    for database in BOTH {
        let (hall, _) = Hall::on_paper(database).await;
        let room = hall.room().await;
        let [first, second] = [hall.actor(COUNTERS[0]).await, hall.actor(COUNTERS[1]).await];
        hall.give_paper("a", 3).await.unwrap();
        let enter = |who, group: &'static str, n| {
            let (room, sheet) = (room.clone(), hall.paper("good"));
            async move { room.enter_paper(who, group, n, sheet).await.map_err(|e| e.to_string()) }
        };
        assert!(enter(&first, "b", 1).await.unwrap_err().contains("没有登记发出"));
        assert!(enter(&first, "a", 4).await.unwrap_err().contains("没有第 4 张"));
        enter(&first, "a", 1).await.unwrap();
        enter(&first, "a", 2).await.unwrap();
        let state = |who, stated| {
            let room = room.clone();
            async move { room.state_paper(who, "a", stated).await.map_err(|e| e.to_string()) }
        };
        let over = state(&first, counted(1, 1)).await.unwrap_err();
        assert!(
            over.contains("发出 3 张。录入 2 张，加上废票 1 张、未收回 1 张共 4 张") && over.contains("请核对"),
            "{over}"
        );
        assert!(state(&first, counted(u32::MAX, u32::MAX)).await.is_err());
        assert_eq!(state(&first, counted(1, 0)).await.unwrap(), Verdict::Accepted);
        assert_eq!(state(&first, counted(1, 0)).await.unwrap(), Verdict::Same);
        let many = enter(&first, "a", 3).await.unwrap_err();
        assert!(many.contains("您录入 3 张，另报废票 1 张、未收回 0 张") && many.contains("请核对"), "{many}");
        // The other one's own numbers are judged by themselves, and tell nothing.
        for n in 1..=3 {
            enter(&second, "a", n).await.unwrap();
        }
        assert!(state(&second, counted(1, 0)).await.unwrap_err().contains("录入 3 张"));
        room.withdraw_paper(&second, "a", 3).await.unwrap();
        state(&second, counted(1, 0)).await.unwrap();
        let a = room.facts().paper[0].clone();
        assert_eq!((a.out, a.entered, a.spoiled, a.unreturned), (3, 2, 1, 0));
        // Taking it back is always possible.
        assert_eq!(state(&second, counted(0, 0)).await.unwrap(), Verdict::Accepted);
        assert_eq!(room.facts().paper[0].spoiled, 0);
        // Who did what with which sheet is in the log; never what stands on it, or how many.
        let lines = hall.papers().await;
        assert_eq!(lines.len(), 9, "one per change, none for a repeat or a refusal: {lines:?}");
        let colour = &hall.plan.rules.groups[0].colour;
        assert!(
            lines[0].starts_with(&format!("录入纸质测评表：{colour}")) && lines[0].ends_with("第 1 张"),
            "{}",
            lines[0]
        );
        assert!(lines.iter().any(|l| l.starts_with("撤回本人录入的纸质测评表")));
        for word in ["好", "good", "废票 ", "未收回 ", "总体"] {
            assert!(lines.iter().all(|l| !l.contains(word)), "{word} in {lines:?}");
        }
        let by = "SELECT COUNT(DISTINCT actor) AS n FROM audit WHERE action = 'reviews.paper'";
        assert_eq!(hall.count(q(by)).await, 2);
    }
}

#[tokio::test]
async fn whoever_is_excused_between_two_readings_costs_no_second_typing() {
    for database in BOTH {
        let (hall, round) = Hall::on_paper(database).await;
        let room = hall.room().await;
        hall.give_paper("a", 5).await.unwrap();
        let [first, second] = [hall.actor(COUNTERS[0]).await, hall.actor(COUNTERS[1]).await];
        let [stays, gone] = [hall.plan.presenters[0].id, hall.plan.presenters[1].id];
        let sheet = |a: &str, b: Option<&str>| -> Ballot {
            let mut one = ballot_of(&[stays], a);
            if let Some(b) = b {
                one["lines"].as_array_mut().unwrap().extend(ballot_of(&[gone], b)["lines"].as_array().unwrap().clone());
            }
            serde_json::from_value(one).unwrap()
        };
        for n in 1..=4 {
            room.enter_paper(&first, "a", n, sheet("good", Some("fair"))).await.unwrap();
        }
        // Both read sheet 5, and differ on him alone.
        room.enter_paper(&first, "a", 5, sheet("good", Some("fair"))).await.unwrap();
        room.enter_paper(&second, "a", 5, sheet("good", Some("poor"))).await.unwrap();
        assert_eq!(room.paper().unsettled.len(), 5);
        hall.command(OPERATOR, json!({ "command": "excuse", "presenter": gone, "reason": "出差\u{FFFF}\u{202E}" }))
            .await;
        assert_eq!(room.paper().unsettled.len(), 4, "they agree on everybody who is left");
        for n in 1..=4 {
            assert_eq!(room.enter_paper(&second, "a", n, sheet("good", None)).await.unwrap(), Verdict::Accepted);
        }
        assert_eq!(room.paper().unsettled, Vec::new());
        assert_eq!(room.enter_paper(&first, "a", 1, sheet("good", None)).await.unwrap(), Verdict::Same);
        assert_eq!(room.facts().paper[0].entered, 5);
        hall.close_and_seal().await;
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.results.len(), bundle.results[0].tally.valid, bundle.differences()), (1, 5, Vec::new()));
        let events = hall.rows(q("SELECT event FROM meeting_events ORDER BY seq")).await;
        let said: Vec<String> = events.iter().map(|r| r.text("event").unwrap()).collect();
        assert!(said.iter().any(|e| e.contains("\"出差\"")), "hidden characters are dropped: {said:?}");
    }
}

#[tokio::test]
async fn paper_by_number_counts_once_wherever_it_was_killed() {
    for database in BOTH {
        let (hall, round) = Hall::on_paper(database).await;
        let operator = hall.actor(OPERATOR).await;
        let seats: Vec<_> = hall.room().await.seats();
        let of = |group: &str| -> Vec<SeatId> {
            seats.iter().filter(|s| s.group == group && s.how == How::Hand).map(|s| s.id).collect()
        };
        let key = || CommandId(Uuid::new_v4());
        let (early, late, done) = (key(), key(), key());
        // Killed before the journal: nothing was handed out, the form sent again hands out.
        let hall = hall.restart().await;
        hall.room().await.paper_group(&operator, early, "a".into(), 2).await.unwrap();
        assert_eq!(hall.out().await, [2, 0, 0]);
        // Killed between the journal and the note of the key: the journal knows the form.
        let frame = Frame::Papers { key: late, group: "b".into(), seats: of("b")[..3].to_vec() };
        let hall = hall.behind_its_back(round, vec![frame]).await;
        let noted = |key: CommandId| q("SELECT COUNT(*) AS n FROM commands WHERE key = $1").bind(key.to_string());
        assert_eq!((hall.out().await, hall.count(noted(late)).await), (vec![2, 3, 0], 0));
        let room = hall.room().await;
        for _ in 0..2 {
            room.paper_group(&operator, late, "b".into(), 3).await.unwrap();
            assert_eq!((hall.out().await, hall.count(noted(late)).await), (vec![2, 3, 0], 1));
        }
        for (key, group, count) in [(late, "b", 2), (late, "a", 3), (early, "a", 1)] {
            assert!(room.paper_group(&operator, key, group.into(), count).await.is_err(), "another form");
        }
        // Killed after the note.
        room.paper_group(&operator, done, "a".into(), 3).await.unwrap();
        drop(room);
        let hall = hall.restart().await;
        hall.room().await.paper_group(&operator, done, "a".into(), 3).await.unwrap();
        assert_eq!(hall.out().await, [5, 3, 0]);
        // Also where the round was closed before the form was sent again.
        let again = Frame::Papers { key: key(), group: "b".into(), seats: of("b")[3..].to_vec() };
        let Frame::Papers { key: closed, .. } = again else { unreachable!() };
        let hall = hall.behind_its_back(round, vec![again]).await;
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        hall.room().await.paper_group(&operator, closed, "b".into(), 2).await.unwrap();
        assert_eq!(hall.out().await, [5, 5, 0]);
    }
}
