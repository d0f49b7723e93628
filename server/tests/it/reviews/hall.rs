//! A meeting for tests: an approved plan as rows, its staff signed in, phones that speak the open
//! interface only.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use domain::{
    ids::{CommandId, MeetingId, PresenterId, RaterId, RoundId},
    people::access::Actor,
    reviews::{Announce, Identity, Mode, Plan, Presenter, Rater, ReviewRules, Secrecy},
};
use serde_json::{Value, json};
use server::{
    live::{Room, seats},
    random,
    storage::Row,
};
use uuid::Uuid;

use crate::harness::{Client, Database, Reply, TestApp};

/// Logins of the staff.
pub const CHAIR: &str = "secretary";
pub const OPERATOR: &str = "general";
pub const TELLERS: [&str; 2] = ["deputy", "team"];
pub const COUNTERS: [&str; 2] = ["office2", "team2"];
/// Logins of raters with an account, in groups a, b, c.
pub const RATERS: [(&str, &str); 8] = [
    ("member_a", "a"),
    ("liaison_a", "a"),
    ("liaison_b", "a"),
    ("district_head", "b"),
    ("sysadmin", "b"),
    ("security", "b"),
    ("audit", "c"),
    ("office", "c"),
];

/// A meeting and its server.
pub struct Hall {
    pub app: TestApp,
    pub meeting: MeetingId,
    pub plan: Plan,
}

/// A phone that joined.
#[derive(Debug, Clone)]
pub struct Phone {
    pub token: String,
    pub epoch: u32,
    pub label: String,
}

impl Hall {
    /// An approved meeting with drawn cards: 5 raters in a, 5 in b, 2 in c.
    pub async fn with_cards(database: Database) -> Self {
        Self::with_cards_on(TestApp::new(database).await).await
    }

    /// The same on a server with settings of its own.
    pub async fn with_cards_on(app: TestApp) -> Self {
        Self::on(app, |plan| {
            plan.identity = Identity::Card;
            plan.raters = (0..12)
                .map(|n| Rater {
                    id: RaterId(Uuid::new_v4()),
                    person: None,
                    unit: None,
                    name: format!("评议人员{:02}", n + 1),
                    place: String::new(),
                    group: if n < 5 {
                        "a"
                    } else if n < 10 {
                        "b"
                    } else {
                        "c"
                    }
                    .into(),
                })
                .collect();
        })
        .await
    }

    /// An approved meeting with accounts, changed before it is stored.
    pub async fn with(database: Database, change: impl FnOnce(&mut Plan)) -> Self {
        Self::on(TestApp::new(database).await, change).await
    }

    /// As [`Self::with`].
    async fn on(app: TestApp, change: impl FnOnce(&mut Plan)) -> Self {
        let mut plan = plan(&app);
        change(&mut plan);
        plan.check().unwrap();
        let meeting = store(&app, &plan).await;
        Self { app, meeting, plan }
    }

    pub async fn restart(self) -> Self {
        Self { app: self.app.restart().await, ..self }
    }

    pub async fn room(&self) -> Arc<Room> {
        self.app.app.rooms().room(self.app.district.id, self.meeting).await.unwrap()
    }

    /// The actor of a login, as the session middleware makes it.
    pub async fn actor(&self, login: &str) -> Actor {
        let client = self.app.sign_in(login).await;
        let token = client.cookies.iter().find(|(n, _)| n == "wuze").unwrap().1.clone();
        (*self.app.app.services().session(&token).await.unwrap().unwrap().actor).clone()
    }

    /// Sends JSON, with a bearer token where one is given.
    pub async fn api(&self, client: &mut Client, method: Method, path: &str, body: Value, token: &str) -> Reply {
        let mut builder = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if !token.is_empty() {
            builder = builder.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        client.send(builder, Body::from(body.to_string())).await
    }

    /// A command of a login; the whole answer. A confirmation that names no round is of the one at hand.
    pub async fn try_command(&self, login: &str, command: Value) -> Reply {
        let mut client = self.app.sign_in(login).await;
        let mut body = command;
        if body["command"] == "confirm_seal" && body.get("round").is_none() {
            let round = self.room().await.meeting().rounds.last().map(|r| r.id);
            body["round"] = json!(round.unwrap_or_else(|| RoundId(Uuid::new_v4())));
        }
        if body.get("key").is_none() {
            body["key"] = json!(CommandId(Uuid::new_v4()));
        }
        let path = format!("/api/v1/rooms/{}/commands", self.meeting);
        self.api(&mut client, Method::POST, &path, body, "").await
    }

    /// A command that works.
    pub async fn command(&self, login: &str, command: Value) -> u64 {
        let reply = self.try_command(login, command.clone()).await;
        assert_eq!(reply.status, 200, "{command}: {}", reply.text());
        reply.json()["seq"].as_u64().unwrap()
    }

    /// Opens check-in, gives everybody a card, joins `n` phones in the order of cards.
    pub async fn check_in(&self, n: usize) -> Vec<Phone> {
        self.command(CHAIR, json!({ "command": "open_check_in" })).await;
        let cards = self.room().await.deal_cards(&self.actor(OPERATOR).await).await.unwrap();
        let mut phones = Vec::new();
        for card in cards.iter().take(n) {
            phones.push(self.join(&card.code).await);
        }
        phones
    }

    /// Joins with a card.
    pub async fn join(&self, card: &str) -> Phone {
        let (code, _) = self.room().await.code();
        let reply = self.try_join(&mut self.app.visitor(), json!({ "code": code, "card": card })).await;
        phone(&reply)
    }

    pub async fn try_join(&self, client: &mut Client, body: Value) -> Reply {
        let path = format!("/api/v1/rooms/{}/join", self.meeting);
        self.api(client, Method::POST, &path, body, "").await
    }

    /// Opens a round as the operator.
    pub async fn open_round(&self) -> RoundId {
        let round = RoundId(Uuid::new_v4());
        self.command(OPERATOR, json!({ "command": "open_round", "round": round })).await;
        round
    }

    /// Casts a ballot; the whole answer.
    pub async fn try_cast(&self, phone: &Phone, round: RoundId, rev: u32, ballot: Value) -> Reply {
        let body = json!({ "epoch": phone.epoch, "rev": rev, "ballot": ballot });
        self.put(&phone.token, round, body).await
    }

    pub async fn put(&self, token: &str, round: RoundId, body: Value) -> Reply {
        let path = format!("/api/v1/rounds/{round}/ballot");
        self.api(&mut self.app.visitor(), Method::PUT, &path, body, token).await
    }

    /// Casts one grade for everybody; it must be taken.
    pub async fn cast(&self, phone: &Phone, round: RoundId, rev: u32, grade: &str) {
        let reply = self.try_cast(phone, round, rev, self.ballot(grade)).await;
        assert_eq!((reply.status, reply.json()["verdict"].as_str()), (200, Some("accepted")), "{}", reply.text());
    }

    /// A ballot with one grade for everybody.
    pub fn ballot(&self, grade: &str) -> Value {
        let presenters: Vec<PresenterId> = self.plan.presenters.iter().map(|p| p.id).collect();
        ballot_of(&presenters, grade)
    }

    /// Closes, and both 监票人 confirm.
    pub async fn close_and_seal(&self) {
        self.command(OPERATOR, json!({ "command": "close_round" })).await;
        for teller in TELLERS {
            self.command(teller, json!({ "command": "confirm_seal" })).await;
        }
    }

    pub async fn rows(&self, query: server::storage::Query) -> Vec<Row> {
        self.app.app.store().read().rows(query).await.unwrap()
    }

    pub async fn count(&self, query: server::storage::Query) -> i64 {
        self.rows(query).await[0].int("n").unwrap()
    }

    /// Rounds of which files are left.
    pub fn left(&self) -> usize {
        std::fs::read_dir(self.app.folder().join("rounds")).map_or(0, Iterator::count)
    }
}

/// The seat in an answer of `join`.
pub fn phone(reply: &Reply) -> Phone {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let body = reply.json();
    Phone {
        token: body["seat_token"].as_str().unwrap().to_owned(),
        epoch: u32::try_from(body["epoch"].as_u64().unwrap()).unwrap(),
        label: body["label"].as_str().unwrap().to_owned(),
    }
}

pub fn ballot_of(presenters: &[PresenterId], grade: &str) -> Value {
    let lines: Vec<Value> = presenters.iter().map(|p| json!({ "presenter": p, "vote": vote(grade) })).collect();
    json!({ "lines": lines })
}

/// A grade, `abstain` or `recuse`.
pub fn vote(grade: &str) -> Value {
    match grade {
        "abstain" | "recuse" => json!(grade),
        _ => json!({ "rate": { "overall": { "grade": grade }, "dimensions": {} } }),
    }
}

fn plan(app: &TestApp) -> Plan {
    let d = &app.district;
    let presenter = |post, unit, login: &str, name: &str, title: &str| Presenter {
        id: PresenterId(Uuid::new_v4()),
        post,
        unit,
        person: d.person(login),
        name: name.into(),
        title: title.into(),
    };
    Plan {
        title: "2026年度述责述廉评议会".into(),
        year: 2026,
        on: app.app.services().today(),
        place: "三楼会议室".into(),
        mode: Mode::Together,
        secrecy: Secrecy::Anonymous,
        identity: Identity::Account,
        announce: Announce::Afterwards,
        rules: ReviewRules::default(),
        presenters: vec![
            presenter(d.town_post, d.town, "leader_a", "段敏", "东湖街道党组织书记"),
            presenter(d.school_post, d.school, "leader_b", "叶国平", "区教育局党组织书记"),
        ],
        raters: RATERS
            .iter()
            .map(|(login, group)| Rater {
                id: RaterId(Uuid::new_v4()),
                person: Some(d.person(login)),
                unit: None,
                name: format!("评议{login}"),
                place: String::new(),
                group: (*group).into(),
            })
            .collect(),
        recusals: BTreeSet::new(),
        chair: Some(d.person(CHAIR)),
        operators: BTreeSet::from([d.person(OPERATOR)]),
        tellers: TELLERS.map(|t| d.person(t)).to_vec(),
        counters: COUNTERS.map(|t| d.person(t)).to_vec(),
    }
}

/// The rows of an approved plan.
pub async fn store(app: &TestApp, plan: &Plan) -> MeetingId {
    let (plan, district) = (plan.clone(), app.district.id);
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                let id = MeetingId(random::id(now));
                let text = serde_json::to_string(&plan).unwrap();
                tx.insert(
                    "INSERT INTO meetings (id, district_id, year, on_day, title, state, plan, approved_at, created_at)",
                    vec![
                        id.into(),
                        district.into(),
                        plan.year.into(),
                        plan.on.into(),
                        (&plan.title).into(),
                        "approved".into(),
                        text.into(),
                        now.into(),
                        now.into(),
                    ],
                )
                .await?;
                seats::make(tx, district, id, &plan).await?;
                Ok(id)
            })
        })
        .await
        .unwrap()
}
