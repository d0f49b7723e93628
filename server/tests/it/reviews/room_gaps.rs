//! What a phone is told where paper and phones are mixed, who comes in after 收回, and what the rows of
//! seats and roll say of the order in which people came.

use domain::reviews::RoundState;
use serde_json::json;
use server::{live::ByHand, storage::q};

use super::{
    hall::{CHAIR, Hall, OPERATOR, Phone, phone},
    room_anonymity::bytes_below,
};
use crate::harness::{BOTH, Database};

impl Hall {
    /// Verdict and words of one more try to cast.
    async fn told(&self, phone: &Phone, round: domain::ids::RoundId, rev: u32) -> (u16, String, String) {
        let reply = self.try_cast(phone, round, rev, self.ballot("good")).await;
        let (body, status) = (reply.json(), reply.status);
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        (status, text("verdict"), format!("{}{}", text("words"), text("error")))
    }

    /// The page of a phone without scripts, at an address that was kept.
    async fn page_of(&self, phone: &Phone, query: &str) -> String {
        let mut browser = self.app.visitor();
        browser.cookies.push(("wuze_seat".into(), phone.token.clone()));
        browser.get(&format!("/room/{}{query}", self.meeting)).await.text()
    }

    async fn texts(&self, query: &'static str) -> Vec<String> {
        self.rows(q(query)).await.iter().map(|r| r.text("v").unwrap()).collect()
    }
}

#[tokio::test]
async fn no_phone_of_a_group_with_paper_is_told_counted_unless_it_is() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(11).await;
        let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
        let round = hall.open_round().await;
        // Of group a (0..5) and b (5..10) all cast; of c nobody.
        for phone in &phones[..10] {
            hall.cast(phone, round, 1, "good").await;
        }
        // Two of a take paper afterwards, and one of them never brings it back.
        for phone in &phones[..2] {
            let seat = room.seats().into_iter().find(|s| s.label == phone.label).unwrap();
            room.mark_paper(&operator, seat.id).await.unwrap();
        }
        // The one of c takes paper; it is lost, for certain his own.
        let last = room.seats().into_iter().find(|s| s.label == phones[10].label).unwrap();
        room.mark_paper(&operator, last.id).await.unwrap();
        hall.enter("a", 1, "poor").await;
        hall.state("a", 0, 1).await;
        hall.state("c", 0, 1).await;
        hall.close_and_seal().await;
        let bundle = room.bundle(round).await.unwrap().unwrap();
        assert_eq!((bundle.differences(), bundle.results[0].tally.valid), (Vec::new(), 9));
        assert_eq!(bundle.papers, [("a".to_owned(), 2), ("c".to_owned(), 1)].into());
        drop(room);
        // The same before and after a restart: nothing of it is only in memory.
        let mut hall = hall;
        for _ in 0..2 {
            for (n, phone) in phones.iter().enumerate() {
                let (status, verdict, words) = hall.told(phone, round, 1).await;
                let page = hall.page_of(phone, &format!("?sent=accepted&round={round}")).await;
                match n {
                    0..5 => {
                        assert_eq!((status, verdict.as_str()), (200, "sealed_mixed"), "{words}");
                        assert!(words.contains("没有领过纸质测评表的") && words.contains("以纸质为准"), "{words}");
                        assert!(!page.contains("✓ 已计入") && page.contains("以纸质为准"), "{page}");
                    }
                    5..10 => {
                        assert_eq!((status, verdict.as_str()), (200, "sealed_counted"), "{words}");
                        assert!(page.contains("✓ 已计入"), "{page}");
                    }
                    _ => {
                        assert_eq!(status, 403, "not 410: {words}");
                        assert!(words.contains("这张未计入") && !words.contains("照常计入"), "{words}");
                        assert!(!page.contains("✓ 已计入"), "{page}");
                    }
                }
            }
            hall = hall.restart().await;
        }
    }
}

#[tokio::test]
async fn who_comes_after_the_sheets_were_taken_in_belongs_to_the_next_round() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let cards = hall.room().await.deal_cards(&hall.actor(OPERATOR).await).await.unwrap();
        let mut phones = Vec::new();
        for card in &cards[..8] {
            phones.push(hall.join(&card.code).await);
        }
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        // The code was read from the screen before 收回.
        let code = hall.room().await.code().0;
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        let late = hall.try_join(&mut hall.app.visitor(), json!({ "code": code, "card": cards[8].code })).await;
        assert_eq!((late.status, late.json()["late"].as_bool()), (200, Some(true)), "{}", late.text());
        let late = phone(&late);
        let said = hall.page_of(&late, "").await;
        assert!(said.contains("您已签到") && said.contains("没有您的测评表") && said.contains("不计入这一轮的实到"));
        assert!(!said.contains("没有收到您的测评表") && !said.contains("data-submit"), "{said}");
        assert!(!hall.page_of(&phones[0], "").await.contains("您已签到"), "a phone that was there");
        assert_eq!(hall.told(&late, round, 1).await.0, 410);
        // At the desk too.
        let group = ByHand::Group { group: "c".into(), count: 1 };
        hall.room().await.arrive_by_hand(&hall.actor(OPERATOR).await, group).await.unwrap();
        assert_eq!(hall.room().await.facts().presence.present, 10, "they are in the hall");
        // The journal alone knows who was there: a restart changes nothing.
        let hall = hall.restart().await;
        assert!(hall.page_of(&late, "").await.contains("您已签到"));
        for teller in super::hall::TELLERS {
            hall.command(teller, json!({ "command": "confirm_seal" })).await;
        }
        let room = hall.room().await;
        let bundle = room.bundle(round).await.unwrap().unwrap();
        let turnout = bundle.turnout();
        assert_eq!((turnout.entitled, turnout.present, turnout.issued, turnout.returned), (12, 8, 8, 8));
        assert_eq!((bundle.differences(), bundle.results[0].entitled), (Vec::new(), 12));
    }
}

#[tokio::test]
async fn a_round_that_is_opened_again_takes_in_who_came_late() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let cards = hall.room().await.deal_cards(&hall.actor(OPERATOR).await).await.unwrap();
        let mut phones = Vec::new();
        for card in &cards[..8] {
            phones.push(hall.join(&card.code).await);
        }
        let round = hall.open_round().await;
        hall.command(OPERATOR, json!({ "command": "close_round" })).await;
        phones.push(hall.join(&cards[8].code).await);
        hall.command(OPERATOR, json!({ "command": "reopen_round", "reason": "一位刚到" })).await;
        assert!(hall.page_of(&phones[8], "").await.contains("data-submit"));
        for phone in &phones {
            hall.cast(phone, round, 1, "good").await;
        }
        hall.close_and_seal().await;
        let bundle = hall.room().await.bundle(round).await.unwrap().unwrap();
        let turnout = bundle.turnout();
        assert_eq!((turnout.present, turnout.issued, turnout.returned), (9, 9, 9));
        assert_eq!((bundle.differences(), hall.room().await.meeting().rounds[0].state), (vec![], RoundState::Sealed));
    }
}

/// Rows in the order of their place and of their keys; who wrote them; the first place.
const PLACES: [[&str; 4]; 2] = [
    [
        "SELECT id AS v FROM meeting_seats ORDER BY ctid",
        "SELECT id AS v FROM meeting_seats ORDER BY id",
        "SELECT DISTINCT xmin::text AS v FROM meeting_seats",
        "SELECT ctid::text AS v FROM meeting_seats ORDER BY ctid LIMIT 1",
    ],
    [
        "SELECT rater_id AS v FROM meeting_roll ORDER BY ctid",
        "SELECT rater_id AS v FROM meeting_roll ORDER BY rater_id",
        "SELECT DISTINCT xmin::text AS v FROM meeting_roll",
        "SELECT ctid::text AS v FROM meeting_roll ORDER BY ctid LIMIT 1",
    ],
];

#[tokio::test]
async fn the_rows_of_seats_and_roll_do_not_say_who_came_when() {
    for database in BOTH {
        for ends in ["seal", "void", "finish"] {
            let hall = Hall::with_cards(database).await;
            hall.command(CHAIR, json!({ "command": "open_check_in" })).await;
            let (room, operator) = (hall.room().await, hall.actor(OPERATOR).await);
            let cards = room.deal_cards(&operator).await.unwrap();
            // One after the other is ticked off at the desk, then sits down with the card just drawn.
            let mut phones = Vec::new();
            for (n, card) in cards.iter().enumerate().rev().skip(2) {
                room.give_card(&operator, hall.plan.raters[n].id, true).await.unwrap();
                phones.push(hall.join(&card.code).await);
            }
            if database == Database::Postgres {
                let [place, sorted, writers, _] = PLACES[0];
                let told = hall.texts(place).await != hall.texts(sorted).await || hall.texts(writers).await.len() > 1;
                assert!(told, "the order is there to be swept");
            }
            let round = hall.open_round().await;
            for phone in &phones {
                hall.cast(phone, round, 1, "good").await;
            }
            match ends {
                "seal" => hall.close_and_seal().await,
                "void" => {
                    hall.command(OPERATOR, json!({ "command": "close_round" })).await;
                    hall.command(CHAIR, json!({ "command": "void_round", "reason": "重来" })).await;
                }
                _ => {
                    hall.close_and_seal().await;
                    // Somebody comes in after the seal, and the meeting ends.
                    room.give_card(&operator, hall.plan.raters[11].id, true).await.unwrap();
                    phones.push(hall.join(&cards[11].code).await);
                    hall.command(CHAIR, json!({ "command": "finish" })).await;
                }
            }
            // Nobody lost his seat by it, and nothing changed but the places.
            assert!(phones.iter().all(|p| room.holds_seat(&p.token)), "{ends}");
            let came = i64::try_from(phones.len()).unwrap();
            assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM meeting_seats WHERE arrived = 1")).await, came);
            assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM meeting_roll WHERE card_given = 1")).await, came);
            assert_eq!(hall.count(q("SELECT COUNT(*) AS n FROM meeting_seats")).await, 12);
            if database == Database::Postgres {
                for [place, sorted, writers, first] in PLACES {
                    assert_eq!(hall.texts(place).await, hall.texts(sorted).await, "{ends}");
                    assert_eq!(hall.texts(writers).await.len(), 1, "one transaction wrote them all: {ends}");
                    assert_eq!(hall.texts(first).await, ["(0,1)"], "no older versions: {ends}");
                }
            } else {
                let tokens = hall
                    .texts("SELECT token_hash AS v FROM meeting_seats WHERE token_hash IS NOT NULL ORDER BY id")
                    .await;
                in_order(&hall, &tokens);
            }
            drop(room);
            let hall = hall.restart().await;
            let room = hall.room().await;
            assert!(phones.iter().all(|p| room.holds_seat(&p.token)), "{ends}: after a restart");
        }
    }
}

/// Texts of the embedded database stand once, and within a page in the order of `texts`.
fn in_order(hall: &Hall, texts: &[String]) {
    const PAGE: usize = 4_096;
    let mut files = Vec::new();
    bytes_below(&hall.app.folder(), "none", &mut files);
    let mut places = Vec::new();
    for text in texts {
        let mut found = Vec::new();
        for (name, bytes) in &files {
            let at = bytes.windows(text.len()).enumerate().filter(|(_, w)| *w == text.as_bytes());
            found.extend(at.map(|(i, _)| (name.clone(), i)));
        }
        assert!(found.len() == 1 && found[0].0.strip_suffix(".db").is_some(), "{found:?}");
        places.push(found[0].1);
    }
    for page in places.chunk_by(|a, b| a / PAGE == b / PAGE) {
        let falls = page.windows(2).all(|w| w[0] > w[1]);
        assert!(falls || page.windows(2).all(|w| w[0] < w[1]), "within a page in the order of ids: {page:?}");
    }
}
