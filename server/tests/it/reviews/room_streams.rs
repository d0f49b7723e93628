//! The live streams, byte by byte: what each role receives, resuming, `resync`, the same bytes for
//! all, the end with the server.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, header},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::time::timeout;
use tower::ServiceExt as _;

use server::storage::q;

use super::hall::{CHAIR, COUNTERS, Hall, OPERATOR, Phone, TELLERS};
use crate::harness::{BOTH, Database};

/// An open stream.
struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    async fn open(hall: &Hall, query: &str, token: &str, cookie: &str, last: &str) -> Self {
        let mut request = Request::builder().uri(format!("/api/v1/rooms/{}/stream?{query}", hall.meeting));
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, format!("wuze={cookie}"));
        }
        if !last.is_empty() {
            request = request.header("last-event-id", last);
        }
        let response = hall.app.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        let head = |name: &str| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        assert!(head("content-type").unwrap().starts_with("text/event-stream"));
        assert_eq!(head("x-accel-buffering").as_deref(), Some("no"));
        assert_eq!(head("content-encoding"), None);
        Self { body: response.into_body(), text: String::new() }
    }

    async fn rater(hall: &Hall, phone: &Phone) -> Self {
        Self::open(hall, "role=rater", &phone.token, "", "").await
    }

    async fn staff(hall: &Hall, login: &str, role: &str) -> Self {
        let client = hall.app.sign_in(login).await;
        let cookie = client.cookies.iter().find(|(n, _)| n == "wuze").unwrap().1.clone();
        Self::open(hall, &format!("role={role}"), "", &cookie, "").await
    }

    /// Reads until the text holds `wanted`.
    async fn until(&mut self, wanted: &str) -> &str {
        while !self.text.contains(wanted) {
            let frame = timeout(Duration::from_secs(20), self.body.frame()).await;
            let Ok(Some(Ok(frame))) = frame else { panic!("the stream ended without {wanted}: {}", self.text) };
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
        &self.text
    }

    /// Does it end? What comes before is kept.
    async fn ends(&mut self) -> bool {
        loop {
            match timeout(Duration::from_secs(5), self.body.frame()).await {
                Ok(None) => return true,
                Ok(Some(Ok(frame))) => self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap()),
                _ => return false,
            }
        }
    }

    /// Everything up to the end of the stream.
    async fn rest(mut self) -> String {
        while let Ok(Some(Ok(frame))) = timeout(Duration::from_secs(20), self.body.frame()).await {
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
        self.text
    }
}

fn states(text: &str) -> Vec<Value> {
    let data = text.split("event: state\ndata: ").skip(1).map(|s| s.split("\n\n").next().unwrap());
    data.map(|d| serde_json::from_str(d).unwrap()).collect()
}

fn last_id(text: &str) -> String {
    text.rsplit("id: ").next().unwrap().split('\n').next().unwrap().to_owned()
}

#[tokio::test]
async fn each_role_receives_only_what_it_may_see() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(9).await;
        let mut raters = [Stream::rater(&hall, &phones[0]).await, Stream::rater(&hall, &phones[1]).await];
        let mut screen = Stream::staff(&hall, CHAIR, "screen").await;
        let mut chair = Stream::staff(&hall, OPERATOR, "chair").await;
        let mut teller = Stream::staff(&hall, TELLERS[0], "teller").await;
        let mut counter = Stream::staff(&hall, COUNTERS[0], "counter").await;
        let mut asking = Stream::staff(&hall, COUNTERS[1], "teller").await;
        let mut presenter = Stream::staff(&hall, "leader_a", "presenter").await;
        hall.command(OPERATOR, json!({ "command": "call", "presenter": hall.plan.presenters[0].id })).await;
        let round = hall.open_round().await;
        for phone in &phones {
            hall.cast(phone, round, 1, "poor").await;
        }
        chair.until("\"returned\":9").await;
        hall.close_and_seal().await;
        let certificate = hall.room().await.meeting().rounds[0].certificate.clone().unwrap();
        for stream in
            raters.iter_mut().chain([&mut screen, &mut chair, &mut teller, &mut counter, &mut asking, &mut presenter])
        {
            stream.until(&certificate).await;
        }
        hall.app.app.rooms().closing().cancel();
        let [first, second] = raters;
        let (first, second) = (first.rest().await, second.rest().await);
        let bare = |text: &str| text.split("event: state").skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(bare(&first).last(), bare(&second).last(), "the same bytes for every rater");
        let texts = [
            ("rater", first),
            ("screen", screen.rest().await),
            ("chair", chair.rest().await),
            ("teller", teller.rest().await),
            ("counter", counter.rest().await),
            // A 计票人 who asks for the 监票人's view gets his own.
            ("counter", asking.rest().await),
            ("presenter", presenter.rest().await),
        ];
        let mut secrets: Vec<String> = phones.iter().map(|p| p.token.clone()).collect();
        secrets.extend(hall.room().await.seats().iter().map(|s| s.id.to_string()));
        for (role, text) in &texts {
            // No mark, no score, no seat, no token, no running mean, for anybody.
            for word in ["poor", "good", "grade", "mean", "score", "overall", "vote\"", "seat", "token"] {
                assert!(!text.contains(word), "{role} received {word}: {text}");
            }
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{role} received a seat's secret");
            }
            let names = hall.plan.raters.iter().any(|r| text.contains(&r.name));
            assert!(!names, "{role} received a name of the roll in a meeting with cards");
            let sees = |word: &str| text.contains(word);
            let staff = matches!(*role, "chair" | "teller");
            assert_eq!(sees("missing"), staff, "{role}");
            assert_eq!(sees("on_the_way"), staff, "{role}");
            assert_eq!(sees("\"returned\""), staff || *role == "screen", "{role}");
            assert_eq!(sees("confirmed_by"), *role == "teller", "{role}");
            assert_eq!(sees("\"paper\""), matches!(*role, "teller" | "counter"), "{role}");
            assert_eq!(sees("presence"), staff || *role == "screen", "{role}");
            assert_eq!(sees("\"clock\""), !matches!(*role, "rater" | "counter"), "{role}");
        }
        // Ballots of others never touched the phones: far fewer events than ballots.
        assert!(states(&texts[0].1).len() <= 6, "{}", texts[0].1);
    }
}

#[tokio::test]
async fn a_stream_takes_up_where_it_broke() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(8).await;
    let mut stream = Stream::rater(&hall, &phones[0]).await;
    let id = last_id(stream.until("event: state").await);
    drop(stream);
    // Current: nothing is repeated, the next change comes.
    let mut current = Stream::open(&hall, &format!("after={id}"), &phones[0].token, "", "").await;
    hall.open_round().await;
    let text = current.until("\"state\":\"open\"").await.to_owned();
    assert!(!text.contains("resync"));
    // The last check-in may have been told with the state before this one or in one of its own.
    assert!(!text.contains(&format!("id: {id}\n")), "{text}");
    let open = |state: &&Value| state.to_string().contains("\"state\":\"open\"");
    assert_eq!(states(&text).iter().filter(open).count(), 1, "{text}");
    // Behind: the whole state, no resync. The header is younger than the address.
    let newest = last_id(&text);
    let mut behind = Stream::open(&hall, &format!("after={newest}"), &phones[0].token, "", &id).await;
    assert!(!behind.until("event: state").await.contains("resync"));
    // After a restart of the server: resync, then the state.
    let hall = hall.restart().await;
    let mut after = Stream::open(&hall, &format!("after={newest}"), &phones[0].token, "", "").await;
    let text = after.until("\"state\":\"open\"").await;
    assert!(text.find("event: resync").unwrap() < text.find("event: state").unwrap());
    hall.app.app.rooms().closing().cancel();
    assert!(after.rest().await.contains("resync"), "streams end with the server");
}

#[tokio::test]
async fn phones_answer_an_echo_and_the_chair_reads_it() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(8).await;
    let room = hall.room().await;
    let mut streams = Vec::new();
    for phone in &phones[..3] {
        streams.push(Stream::rater(&hall, phone).await);
    }
    // A second tab of the first phone is no second seat.
    let tab = Stream::rater(&hall, &phones[0]).await;
    let mut chair = Stream::staff(&hall, OPERATOR, "chair").await;
    chair.until("\"phones\":4").await;
    assert!(room.check_phones(&hall.actor("leader_a").await).is_err());
    let number = room.check_phones(&hall.actor(OPERATOR).await).unwrap();
    for (stream, phone) in streams.iter_mut().zip(&phones) {
        stream.until(&format!("event: echo\ndata: {number}\n\n")).await;
        hall.app.clock.advance_ms(40);
        let path = format!("/api/v1/rooms/{}/echo", hall.meeting);
        let mut client = hall.app.visitor();
        let reply =
            hall.api(&mut client, axum::http::Method::POST, &path, json!({ "number": number }), &phone.token).await;
        assert_eq!(reply.status, 204);
        let stranger = hall.api(&mut client, axum::http::Method::POST, &path, json!({ "number": number }), "00").await;
        assert!(matches!(stranger.status, 403 | 404), "{}", stranger.status);
    }
    hall.app.clock.advance_ms(1_000);
    let check = room.phones();
    assert_eq!((check.open, check.asked, check.answered), (3, number, 3));
    assert_eq!(check.p95_ms, Some(120));
    // The chair's page hears of it without being loaded again.
    chair.until("\"echoed\":3").await;
    // Who comes in later is asked by the next one alone; its stream shows so by the state that comes first.
    let mut late = Stream::rater(&hall, &phones[3]).await;
    late.until("event: state").await;
    let next = room.check_phones(&hall.actor(OPERATOR).await).unwrap();
    let heard = late.until("event: echo").await;
    assert!(heard.contains(&format!("event: echo\ndata: {next}\n\n")), "{heard}");
    assert!(!heard.contains(&format!("event: echo\ndata: {number}\n\n")), "an old question: {heard}");
    assert_eq!(room.phones().answered, 0);
    drop((streams, tab, late));
    assert_eq!(room.phones().open, 0);
}

#[tokio::test]
async fn a_stream_ends_with_what_allowed_it() {
    for database in BOTH {
        let hall = Hall::with_cards(database).await;
        let phones = hall.check_in(8).await;
        let room = hall.room().await;
        let mut stays = [
            Stream::rater(&hall, &phones[0]).await,
            Stream::staff(&hall, OPERATOR, "chair").await,
            Stream::staff(&hall, TELLERS[1], "teller").await,
        ];
        let mut rater = Stream::rater(&hall, &phones[1]).await;
        let mut chair = Stream::staff(&hall, CHAIR, "chair").await;
        let mut teller = Stream::staff(&hall, TELLERS[0], "teller").await;
        let mut office = Stream::staff(&hall, "office", "screen").await;
        // Signed out; disabled; no longer of the office; 停用.
        let [gone, disabled, moved] = [CHAIR, TELLERS[0], "office"].map(|login| hall.app.district.person(login));
        for (query, who) in [
            ("DELETE FROM sessions WHERE account_id = (SELECT id FROM accounts WHERE person_id = $1)", gone),
            ("UPDATE accounts SET disabled_at = 1 WHERE person_id = $1", disabled),
            ("UPDATE role_grants SET state = 'ended' WHERE person_id = $1", moved),
        ] {
            let write = hall.app.app.store().write(move |tx| {
                Box::pin(async move {
                    tx.execute(q(query).bind(who)).await?;
                    Ok(())
                })
            });
            write.await.unwrap();
        }
        let seat = room.seats().into_iter().find(|s| s.label == phones[1].label).unwrap();
        room.revoke(&hall.actor(OPERATOR).await, seat.id, true).await.unwrap();
        // The phone is told at once, in words.
        assert!(rater.until("event: revoked").await.contains("这部手机已停用"));
        hall.app.clock.advance_ms(15_000);
        // Whatever happens next is not for them any more.
        let round = hall.open_round().await;
        for (who, stream) in
            [("rater", &mut rater), ("chair", &mut chair), ("teller", &mut teller), ("office", &mut office)]
        {
            assert!(stream.ends().await, "{who} goes on listening");
            assert!(!stream.text.contains(&round.to_string()), "{who} heard of it");
        }
        for stream in &mut stays {
            stream.until(&round.to_string()).await;
        }
    }
}

#[tokio::test]
async fn a_seat_and_an_account_have_so_many_streams_and_the_oldest_gives_way() {
    let hall = Hall::with_cards(Database::Sqlite).await;
    let phones = hall.check_in(8).await;
    let mut tabs = Vec::new();
    for _ in 0..5 {
        tabs.push(Stream::rater(&hall, &phones[0]).await);
    }
    let mut other = Stream::rater(&hall, &phones[1]).await;
    let gone = tabs.remove(0).rest().await;
    assert!(gone.ends_with("\n\n") && gone.contains("event: gone\ndata: {\"error\":\"这个页面已在别处打开"), "{gone}");
    assert!(!gone.contains("resync"));
    let client = hall.app.sign_in(CHAIR).await;
    let cookie = client.cookies.iter().find(|(n, _)| n == "wuze").unwrap().1.clone();
    let mut desks = Vec::new();
    for n in 0..9 {
        let role = if n % 2 == 0 { "role=chair" } else { "role=screen" };
        desks.push(Stream::open(&hall, role, "", &cookie, "").await);
    }
    assert!(desks.remove(0).rest().await.contains("event: gone"));
    // A tab that is closed makes room for another one.
    tabs.pop();
    tabs.push(Stream::rater(&hall, &phones[0]).await);
    let round = hall.open_round().await;
    for stream in tabs.iter_mut().chain(&mut desks).chain([&mut other]) {
        let text = stream.until(&round.to_string()).await;
        assert!(!text.contains("event: gone"), "{text}");
    }
}
