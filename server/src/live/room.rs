//! One live meeting in memory: the fold of its events, its seats, the open round, the hub.
//!
//! Commands go one after the other ([`super::command`]); checking in and ballots go beside them.
//! Refuses whoever has no part in the meeting, as if it did not exist.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{DistrictId, MeetingId, PresenterId, RaterId, RoundId, SeatId},
    people::{Role, access::Actor},
    reviews::{Bundle, BundleResult, Event, Meeting, Part, Phase, RoomFacts, RoundState, Views, project},
    time::Instant,
};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    code::Secret,
    door::Doors,
    echo::Echoes,
    facts,
    hub::{Hub, Listening, LiveRole, PACE, Sent},
    lines::{Line, Lines, Whose},
    rooms::House,
    round::{JournalError, OpenRound},
    seal::Marks,
    seats::{Seat, Seats},
    store::{self, RollLine},
};
use crate::services::{storage, told};

/// What somebody wants to do in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Click for the chair: 主持人, 会务操作员.
    Command,
    /// Confirm the seal: 监票人.
    Confirm,
    /// Enter paper: 计票人.
    Count,
    /// See the big screen: all of these and 党风政风监督室.
    See,
    /// See the paper alone: 监票人, 计票人. Turnout and who is missing are the chair's
    /// ([`Need::Command`]) and the 监票人's ([`Need::Confirm`]).
    Tally,
    /// See the presenter's page: 述责对象, and whoever sees the screen.
    Present,
    /// Be there at all: any part, or 党风政风监督室.
    Any,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) meeting: Arc<Meeting>,
    pub(super) seats: Seats,
    pub(super) round: Option<OpenRound>,
    /// Version of the stored plan this was loaded with; commands are refused where it moved on.
    pub(super) version: i64,
    /// The plan was changed behind this room: whoever asks next loads it again.
    pub(super) outdated: bool,
    /// An ended round whose key is not destroyed yet, and whether trying failed.
    pub(super) linked: Option<(RoundId, bool)>,
    /// Numbers of the round sealed last.
    pub(super) sealed: Option<facts::Kept>,
}

/// A live meeting.
#[derive(Debug)]
pub struct Room {
    id: MeetingId,
    district: DistrictId,
    pub(super) district_name: String,
    pub(super) house: House,
    pub(super) secret: Secret,
    /// Commands one after the other.
    pub(super) order: tokio::sync::Mutex<()>,
    /// Seats: phones come in side by side, the desk works alone. Taken after `order`.
    pub(super) seating: tokio::sync::RwLock<()>,
    state: RwLock<State>,
    pub(super) hub: Arc<Hub>,
    pub(super) echoes: Mutex<Echoes>,
    /// Who may take a card's seat once more.
    pub(super) doors: Doors,
    /// Streams of each seat and account.
    pub(super) lines: Arc<Lines>,
    /// Who returned a sheet in sealed rounds, for late retries.
    pub(super) marks: Marks,
    /// Ends the task that broadcasts.
    _gone: DropGuard,
}

impl Room {
    /// Loads a meeting, takes its open round up again, writes what a crash kept from being written.
    pub(super) async fn load(house: &House, id: MeetingId) -> Result<Arc<Self>, ApiError> {
        let mut read = house.store.read().clone();
        let loaded = store::load(&mut read, id).await.map_err(storage)?.ok_or(Rejection::NotFound)?;
        let mut meeting = Meeting::replay(loaded.plan, &loaded.events);
        let round = match meeting.current().map(|r| r.id) {
            Some(round) => resume(house, round).await?,
            None => None,
        };
        let now = house.clock.now();
        let missed = match (meeting.current(), &round) {
            (Some(_), None) => vec![(now, Event::RoundLost)],
            (Some(stored), Some(open)) => open.with(|fold| missed(stored.state, fold, now)),
            (None, _) => Vec::new(),
        };
        if !missed.is_empty() {
            let (before, events, district, version) =
                (meeting.clone(), missed.clone(), loaded.district, loaded.version);
            let written = house.store.write(move |tx| {
                Box::pin(async move {
                    store::append(tx, (district, id, version), &before, None, &events).await?;
                    let words = format!("重新启动后补记：{}", super::command::told_of(&events));
                    tx.audit(district, None, "reviews.recovered", &id.to_string(), &words).await?;
                    Ok(())
                })
            });
            written.await.map_err(told)?;
            for (at, event) in &missed {
                meeting.apply(*at, event);
            }
        }
        // Ended before a restart, and its key out of reach since: nothing is called destroyed.
        let ended = |r: &&domain::reviews::Round| matches!(r.state, RoundState::Sealed | RoundState::Void);
        let linked = meeting.rounds.iter().filter(ended).map(|r| r.id).find(|id| house.is_linked(*id));
        let seats = Seats::of(loaded.seats.iter().cloned());
        let sealed = match meeting.rounds.last().filter(|r| r.state == RoundState::Sealed) {
            Some(round) => {
                let bundle = store::bundle(&mut read, id, round.id).await.map_err(storage)?;
                bundle.map(|bundle| facts::kept_of(&meeting, &seats, round, &bundle))
            }
            None => None,
        };
        let hub = Arc::new(Hub::default());
        let gone = CancellationToken::new();
        let earlier = loaded.seats.iter().filter(|s| s.arrived).map(|s| s.id).collect();
        let room = Arc::new(Self {
            id,
            district: loaded.district,
            district_name: loaded.district_name,
            house: house.clone(),
            secret: loaded.secret,
            order: tokio::sync::Mutex::default(),
            seating: tokio::sync::RwLock::default(),
            state: RwLock::new(State {
                meeting: Arc::new(meeting),
                seats,
                round: None,
                version: loaded.version,
                outdated: false,
                linked: linked.map(|id| (id, true)),
                sealed,
            }),
            hub: hub.clone(),
            echoes: Mutex::default(),
            doors: Doors::new(now, earlier),
            lines: Arc::default(),
            marks: Marks::default(),
            _gone: gone.clone().drop_guard(),
        });
        room.hub.broadcast(&room.views());
        room.follow(round);
        if linked.is_some() {
            room.keep_trying();
        }
        let weak = Arc::downgrade(&room);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = gone.cancelled() => break,
                    () = hub.dirty.notified() => {}
                }
                let Some(room) = weak.upgrade() else { break };
                room.hub.broadcast(&room.views());
                drop(room);
                tokio::select! {
                    () = gone.cancelled() => break,
                    () = sleep(PACE) => {}
                }
            }
        });
        Ok(room)
    }

    /// Id of the meeting.
    pub fn id(&self) -> MeetingId {
        self.id
    }

    /// Its district.
    pub fn district(&self) -> DistrictId {
        self.district
    }

    /// The meeting as it stands.
    pub fn meeting(&self) -> Arc<Meeting> {
        self.read().meeting.clone()
    }

    /// What the views are made of besides the meeting.
    pub fn facts(&self) -> RoomFacts {
        let state = self.read();
        self.known(&state)
    }

    fn known(&self, state: &State) -> RoomFacts {
        let facts = facts::gather(&state.meeting, &state.seats, state.round.as_ref(), state.sealed.as_ref(), &self.hub);
        RoomFacts { linked: state.linked, echoed: self.echoed(), ..facts }
    }

    /// Every role's view now.
    pub fn views(&self) -> Views {
        let state = self.read();
        project(&state.meeting, &self.known(&state), self.house.clock.now())
    }

    /// Listens as a role; the newest event is there at once. Who may is the caller's question.
    pub fn subscribe(&self, role: LiveRole) -> watch::Receiver<Arc<Sent>> {
        self.hub.subscribe(role)
    }

    /// Hears of the echoes asked of the phones from now on.
    pub fn echoes(&self) -> watch::Receiver<u64> {
        self.hub.echoes()
    }

    /// Counts a rater's stream while the value lives.
    pub fn listen(&self) -> Listening {
        self.hub.listen()
    }

    /// A stream while the value lives; the oldest of the same seat or account may end for it.
    pub fn line(&self, whose: Whose) -> Line {
        self.lines.open(whose)
    }

    /// May the actor do this in the meeting?
    ///
    /// # Errors
    /// Not found, for a meeting of another district and for one without a part in it.
    pub fn may(&self, actor: &Actor, need: Need) -> Result<(), ApiError> {
        let parts = self.read().meeting.plan.parts(actor.person);
        let has = |wanted: &[Part]| wanted.iter().any(|p| parts.contains(p));
        let staff = has(&[Part::Chair, Part::Operator, Part::Teller, Part::Counter]) || actor.has(Role::ConductOffice);
        let may = match need {
            Need::Command => has(&[Part::Chair, Part::Operator]),
            Need::Confirm => has(&[Part::Teller]),
            Need::Count => has(&[Part::Counter]),
            Need::Tally => has(&[Part::Teller, Part::Counter]),
            Need::See => staff,
            Need::Present => staff || has(&[Part::Presenter]),
            Need::Any => staff || !parts.is_empty(),
        };
        if may && actor.district == self.district { Ok(()) } else { Err(Rejection::NotFound.into()) }
    }

    /// All seats by group and label, for the desk.
    pub fn seats(&self) -> Vec<Seat> {
        let state = self.read();
        state.seats.sorted(&state.meeting.plan).into_iter().cloned().collect()
    }

    /// Seats that took a paper ballot in the round at hand.
    pub fn on_paper(&self) -> BTreeSet<SeatId> {
        let state = self.read();
        state.round.as_ref().map(|open| open.with(|fold| fold.on_paper().clone())).unwrap_or_default()
    }

    /// Is the meeting past 进行, with nothing of it left to do in memory?
    pub(super) fn is_over(&self) -> bool {
        let state = self.read();
        state.meeting.phase > Phase::Running && state.round.is_none()
    }

    /// The roll with its ticks, in the order of the plan.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn roll(&self) -> Result<Vec<RollLine>, ApiError> {
        let mut read = self.house.store.read().clone();
        let ticks = store::roll(&mut read, self.id).await.map_err(storage)?;
        let meeting = self.meeting();
        let ticks: HashMap<RaterId, (bool, bool)> = ticks.into_iter().map(|t| (t.0, (t.1, t.2))).collect();
        let line = |r: &domain::reviews::Rater| {
            let (arrived, card_given) = ticks.get(&r.id).copied().unwrap_or_default();
            RollLine { rater: r.id, name: r.name.clone(), group: r.group.clone(), arrived, card_given }
        };
        Ok(meeting.plan.raters.iter().map(line).collect())
    }

    /// The sealed bundle of a round of this meeting.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn bundle(&self, round: RoundId) -> Result<Option<Bundle>, ApiError> {
        let mut read = self.house.store.read().clone();
        store::bundle(&mut read, self.id, round).await.map_err(storage)
    }

    /// The result of a presenter, once it was announced; for the screen.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn results(&self, presenter: PresenterId) -> Result<Option<BundleResult>, ApiError> {
        let meeting = self.meeting();
        let Some(round) = meeting.sealed(presenter).filter(|_| meeting.announced.contains(&presenter)) else {
            return Ok(None);
        };
        self.sealed_result(round.id, presenter).await
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the handle of a round (or none) and broadcasts what becomes durable in it.
    pub(super) fn follow(&self, round: Option<OpenRound>) {
        if let Some(open) = &round {
            let (mut changed, hub) = (open.changed(), Arc::downgrade(&self.hub));
            tokio::spawn(async move {
                while changed.changed().await.is_ok() {
                    let Some(hub) = hub.upgrade() else { break };
                    hub.touch();
                }
            });
        }
        self.write().round = round;
        self.hub.touch();
    }
}

/// The journal of an open round; none where nothing is left of it (restored from a backup).
async fn resume(house: &House, round: RoundId) -> Result<Option<OpenRound>, ApiError> {
    let files = house.files.clone();
    let opened = tokio::task::spawn_blocking(move || match OpenRound::resume(&files, round) {
        Err(JournalError::Missing) => {
            // Half of it there: a key folder that is not mounted must not cost the ballots.
            let left = OpenRound::found(&files).is_ok_and(|found| found.contains(&round));
            if left { Err(JournalError::Damaged("key or journal is missing".into())) } else { Ok(None) }
        }
        other => other.map(Some),
    });
    match opened.await {
        Ok(Ok(open)) => Ok(open),
        Ok(Err(error)) => {
            tracing::error!(%round, %error, "an open round cannot be read; remove its folder to hold it again");
            Err(ApiError::Unavailable)
        }
        Err(_) => Err(ApiError::Unavailable),
    }
}

/// Events that the journal has and the database has not: a crash came between the two.
fn missed(stored: RoundState, fold: &domain::reviews::Fold, now: Instant) -> Vec<(Instant, Event)> {
    let closed = fold.is_closed();
    match stored {
        RoundState::Open | RoundState::Paused if closed => vec![(fold.closed_at().unwrap_or(now), Event::RoundClosed)],
        RoundState::Closed if !closed => {
            let reason = fold.reopened().last().cloned().unwrap_or_default();
            vec![(now, Event::RoundReopened { reason })]
        }
        RoundState::Open if fold.is_paused() => vec![(now, Event::RoundPaused)],
        RoundState::Paused if !fold.is_paused() => vec![(now, Event::RoundResumed)],
        _ => Vec::new(),
    }
}
