//! Phones of raters: they check in with a card, listen, cast, and send again what was not acknowledged.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    sync::{Barrier, Semaphore},
    task::JoinSet,
};

use super::{
    hall::{Desk, Hall, Outcome},
    http::{Answer, Event, Events, Wire},
};

/// Grades of a ballot, by their keys.
pub const GRADES: [&str; 4] = ["good", "better", "fair", "poor"];

/// A rater with a seat.
#[derive(Debug, Clone)]
pub struct Phone {
    /// Place in the hall's list, from 0.
    pub n: usize,
    addr: SocketAddr,
    stream: String,
    /// `Bearer` and the seat's token.
    pub bearer: String,
    epoch: u64,
    presenters: Vec<String>,
}

/// What became of a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Accepted,
    Same,
    Superseded,
    Closed,
    Refused(u16),
}

impl Told {
    pub fn of(answer: &Answer) -> io::Result<Self> {
        Ok(match answer.status {
            200 => match answer.json()?["verdict"].as_str() {
                Some("accepted") => Self::Accepted,
                Some("same") => Self::Same,
                Some("superseded") => Self::Superseded,
                _ => Self::Refused(200),
            },
            410 => Self::Closed,
            other => Self::Refused(other),
        })
    }
}

impl Phone {
    async fn join(hall: Join, n: usize, card: String) -> Outcome<Self> {
        let path = format!("/api/v1/rooms/{}/join", hall.meeting);
        let body = json!({ "code": hall.code, "card": card }).to_string();
        let origin = format!("http://{}", hall.addr);
        let headers = [("origin", origin.as_str()), ("content-type", "application/json")];
        let answer = Wire::connect(hall.addr).await?.ask("POST", &path, &headers, body.as_bytes()).await?;
        if answer.status != 200 {
            return Err(format!("card {n} was not let in: {} {}", answer.status, answer.text()).into());
        }
        let seat = answer.json()?;
        let token = seat["seat_token"].as_str().ok_or("no seat_token")?;
        Ok(Self {
            n,
            addr: hall.addr,
            stream: format!("/api/v1/rooms/{}/stream?role=rater", hall.meeting),
            bearer: format!("Bearer {token}"),
            epoch: seat["epoch"].as_u64().ok_or("no epoch")?,
            presenters: Vec::new(),
        })
    }

    /// The content of a ballot with one grade for all.
    pub fn ballot(&self, grade: &str) -> Value {
        let line = |id: &String| {
            json!({
                "presenter": id,
                "vote": { "rate": { "overall": { "grade": grade }, "dimensions": {} } },
                "comment": "责任压得实，群众身边的事还要盯得再细一些，回访要做到人头上。",
            })
        };
        json!({ "lines": self.presenters.iter().map(line).collect::<Vec<_>>() })
    }

    /// A connection for ballots.
    pub async fn wire(&self) -> io::Result<Wire> {
        Wire::connect(self.addr).await
    }

    /// The request that casts a ballot.
    pub fn request(&self, wire: &Wire, round: &str, rev: u32, grade: &str) -> Vec<u8> {
        let body = json!({ "epoch": self.epoch, "rev": rev, "ballot": self.ballot(grade) }).to_string();
        let headers = [("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        wire.request("PUT", &format!("/api/v1/rounds/{round}/ballot"), &headers, body.as_bytes())
    }

    /// Sends one ballot.
    pub async fn cast(&self, wire: &mut Wire, round: &str, rev: u32, grade: &str) -> io::Result<Told> {
        let request = self.request(wire, round, rev, grade);
        Told::of(&wire.exchange(&request).await?)
    }

    /// Sends until there is an answer, over as many connections and restarts as it takes.
    pub async fn cast_until_told(&self, round: &str, rev: u32, grade: &str) -> Outcome<Told> {
        let began = Instant::now();
        while began.elapsed() < Duration::from_mins(1) {
            if let Ok(mut wire) = self.wire().await {
                match self.cast(&mut wire, round, rev, grade).await {
                    Ok(Told::Refused(503)) | Err(_) => {}
                    Ok(told) => return Ok(told),
                }
            }
            tokio::time::sleep(Duration::from_millis(20 + (self.n % 30) as u64)).await;
        }
        Err(format!("phone {} got no answer for a minute", self.n).into())
    }

    /// Opens the rater's stream, from a cursor where there is one.
    pub async fn listen(&self, after: Option<&str>) -> io::Result<Events> {
        let path = after.map_or_else(|| self.stream.clone(), |id| format!("{}&after={id}", self.stream));
        Wire::connect(self.addr).await?.events(&path, &[("authorization", &self.bearer)]).await
    }
}

#[derive(Clone)]
struct Join {
    addr: SocketAddr,
    meeting: String,
    code: String,
}

/// Everybody with a card checks in at once; how long until the last was seated.
pub async fn join_all(hall: &Hall, desk: &Desk) -> Outcome<(Vec<Phone>, Duration)> {
    let join = Join { addr: hall.addr, meeting: hall.made.meeting.clone(), code: desk.code().await? };
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for (n, card) in hall.made.cards.iter().enumerate() {
        tasks.spawn(Phone::join(join.clone(), n, card.code.clone()));
    }
    let mut phones = Vec::new();
    while let Some(done) = tasks.join_next().await {
        phones.push(done??);
    }
    phones.sort_by_key(|p| p.n);
    Ok((phones, began.elapsed()))
}

/// What a burst was told: per phone the answer and the time until it came, and the time until the last.
pub struct Burst {
    pub told: Vec<(usize, Told, Duration)>,
    pub all: Duration,
}

impl Burst {
    pub fn refused(&self) -> usize {
        self.told.iter().filter(|(_, told, _)| *told != Told::Accepted).count()
    }

    pub fn times(&self) -> super::numbers::Times {
        super::numbers::Times::of(self.told.iter().map(|(_, _, took)| *took))
    }
}

/// All phones, connected already, cast at the same moment.
pub async fn burst(phones: &[Phone], round: &str, rev: u32) -> Outcome<Burst> {
    let start = Arc::new(Barrier::new(phones.len() + 1));
    let mut tasks = JoinSet::new();
    for phone in phones.iter().cloned() {
        let (start, round) = (start.clone(), round.to_owned());
        tasks.spawn(async move {
            let mut wire = phone.wire().await?;
            let request = phone.request(&wire, &round, rev, GRADES[phone.n % 4]);
            start.wait().await;
            let began = Instant::now();
            let answer = wire.exchange(&request).await?;
            let took = began.elapsed();
            Ok::<_, io::Error>((phone.n, Told::of(&answer)?, took))
        });
    }
    start.wait().await;
    let began = Instant::now();
    let mut told = Vec::new();
    while let Some(done) = tasks.join_next().await {
        told.push(done??);
    }
    Ok(Burst { told, all: began.elapsed() })
}

/// Streams of all phones, each with the first state read; at most 500 are being opened at a time.
pub async fn listen_all(phones: &[Phone]) -> Outcome<Vec<(Event, Events)>> {
    let room = Arc::new(Semaphore::new(500));
    let mut tasks = JoinSet::new();
    for phone in phones {
        let (room, phone) = (room.clone(), phone.clone());
        tasks.spawn(async move {
            let _place = room.acquire_owned().await.map_err(io::Error::other)?;
            let mut events = phone.listen(None).await?;
            Ok::<_, io::Error>((events.next().await?, events))
        });
    }
    let mut streams = Vec::new();
    while let Some(done) = tasks.join_next().await {
        streams.push(done??);
    }
    Ok(streams)
}

/// A meeting that is under way: everybody is in, a round is open.
pub struct Going {
    pub desk: Desk,
    pub phones: Vec<Phone>,
    pub round: String,
    /// From the first phone at the door to the last in its seat.
    pub joined: Duration,
}

/// Seats everybody and opens a round.
pub async fn begin(hall: &Hall) -> Outcome<Going> {
    let desk = hall.operator().await?;
    let (mut phones, joined) = join_all(hall, &desk).await?;
    let round = desk.open_round().await?;
    let first = phones.first().ok_or("nobody came")?.clone();
    let mut events = first.listen(None).await?;
    let presenters = loop {
        let state: Value = serde_json::from_str(&events.next().await?.data)?;
        if state["round"]["id"] == json!(round) {
            let all = state["round"]["presenters"].as_array().cloned().unwrap_or_default();
            break all.iter().filter_map(|p| p.as_str().map(str::to_owned)).collect::<Vec<_>>();
        }
    };
    // Nobody recuses himself in this meeting: every sheet is the whole list.
    for phone in &mut phones {
        phone.presenters.clone_from(&presenters);
    }
    Ok(Going { desk, phones, round, joined })
}
