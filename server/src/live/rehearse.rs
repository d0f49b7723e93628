//! A rehearsal that leaves no trace: a copy of the meeting in memory, made-up marks, a journal in a
//! folder of its own on the same disk, which is gone afterwards. Nothing reaches the database, the
//! log or the phones.

use std::{path::PathBuf, sync::Arc, time::Instant};

use app::api::ApiError;
use domain::{
    ids::{RoundId, SeatId},
    people::access::Actor,
    reviews::{Ballot, Frame, Grade, Line, Mark, Scale, Verdict, Vote},
};
use futures::{StreamExt as _, stream::FuturesUnordered};
use rand::Rng as _;
use uuid::Uuid;

use super::{
    room::{Need, Room},
    rooms::House,
    round::{OpenRound, RoundFiles},
    seal,
    seats::{Seat, Seats},
};

/// Folder of rehearsals beside the rounds; what a crash left there is swept at start.
const FOLDER: &str = "rehearsal";

/// What a rehearsal showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// Made-up ballots cast at once.
    pub cast: u32,
    /// Counted after closing and reading the journal again.
    pub counted: u32,
    /// All of them acknowledged within, in milliseconds.
    pub all_ms: u64,
    /// 95 of 100 acknowledged within, in milliseconds.
    pub p95_ms: u64,
    /// Everything cast was counted, and the sealing works.
    pub good: bool,
}

impl Room {
    /// Lets every seat cast a made-up ballot at once, closes, reads back, counts, and destroys it all.
    ///
    /// # Errors
    /// Not the chair, not an operator; a round is open; the disk refuses.
    pub async fn rehearse(self: &Arc<Self>, by: &Actor) -> Result<Rehearsal, ApiError> {
        self.may(by, Need::Command)?;
        let _order = self.order.lock().await;
        let (mut meeting, seats) = {
            let state = self.read();
            if state.round.is_some() {
                return Err(domain::Rejection::state("测评进行中，不能演练。请在测评开始前演练。").into());
            }
            // Everybody is there.
            let seats = Seats::of(state.seats.iter().map(|s| Seat { arrived: true, ..s.clone() }));
            ((*state.meeting).clone(), seats)
        };
        let id = RoundId(Uuid::new_v4());
        let folder = folder(&self.house).join(id.to_string());
        let files = RoundFiles::at(&folder);
        let swept = Sweep(folder);
        let open = tokio::task::spawn_blocking({
            let files = files.clone();
            move || OpenRound::create(&files, id)
        });
        let open = open.await.map_err(|_| ApiError::Unavailable)?.map_err(|_| ApiError::Unavailable)?;
        let presenters: Vec<_> = meeting.plan.presenters.iter().map(|p| p.id).collect();
        let scale = meeting.plan.rules.scale;
        let began = Instant::now();
        // As on the day: nobody's sheet holds whom he is set to recuse from; an empty one is not cast.
        let ballots: Vec<(SeatId, Ballot)> = seats
            .iter()
            .map(|s| {
                let sheet = presenters.iter().filter(|p| !s.rater.is_some_and(|r| meeting.plan.recused(r, **p)));
                (s.id, made_up(sheet, scale))
            })
            .filter(|(_, ballot)| !ballot.lines.is_empty())
            .collect();
        let expected = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
        let mut casting: FuturesUnordered<_> = ballots
            .into_iter()
            .map(|(seat, ballot)| {
                let frame = Frame::Vote { seat, epoch: 1, rev: 1, ballot };
                let open = open.clone();
                async move { (open.submit(frame).await, began.elapsed()) }
            })
            .collect();
        let (mut cast, mut took) = (0, Vec::new());
        while let Some((verdict, elapsed)) = casting.next().await {
            cast += u32::from(matches!(verdict, Ok(Verdict::Accepted)));
            took.push(elapsed.as_millis());
        }
        drop(casting);
        let closed = open.submit(Frame::Closed { at: self.house.clock.now() }).await;
        open.stop().await;
        drop(open);
        // Read again as after a restart: what counts is what is on the disk.
        let again = files.clone();
        let read = tokio::task::spawn_blocking(move || OpenRound::resume(&again, id));
        let fold = read.await.map_err(|_| ApiError::Unavailable)?.map_err(|_| ApiError::Unavailable)?.fold();
        let counted = u32::try_from(fold.ballots(&presenters, |s: SeatId| seats.group_of(s)).len()).unwrap_or(u32::MAX);
        let presence = super::facts::presence(&seats);
        let now = self.house.clock.now();
        for event in [
            domain::reviews::Event::RoundOpened { round: id, presenters, presence },
            domain::reviews::Event::RoundClosed,
        ] {
            meeting.apply(now, &event);
        }
        let sealed = seal::prepare(&meeting, &seats, &fold, &self.district_name);
        let ended = tokio::task::spawn_blocking(move || OpenRound::destroy(&files, id)).await;
        drop(swept);
        took.sort_unstable();
        let ms = |t: Option<&u128>| t.map_or(0, |t| u64::try_from(*t).unwrap_or(u64::MAX));
        let place = (took.len() * 95).div_ceil(100).saturating_sub(1);
        Ok(Rehearsal {
            cast,
            counted,
            all_ms: ms(took.last()),
            p95_ms: ms(took.get(place)),
            good: closed.is_ok()
                && cast == expected
                && counted == cast
                && sealed.is_ok_and(|s| s.bundle.differences().is_empty())
                && matches!(ended, Ok(Ok(()))),
        })
    }
}

/// Removes the rehearsal's folder however it ends.
struct Sweep(PathBuf);

impl Drop for Sweep {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
        if let Some(parent) = self.0.parent() {
            // Stays where another rehearsal is running.
            let _ = std::fs::remove_dir(parent);
        }
    }
}

fn folder(house: &House) -> PathBuf {
    house.files.dir.parent().map_or_else(|| house.files.dir.join(FOLDER), |data| data.join(FOLDER))
}

/// Removes what a rehearsal left that was cut short.
pub(super) fn sweep(house: &House) {
    let _ = std::fs::remove_dir_all(folder(house));
}

fn made_up<'a>(sheet: impl Iterator<Item = &'a domain::ids::PresenterId>, scale: Scale) -> Ballot {
    let mut dice = rand::rng();
    let lines = sheet.map(|presenter| {
        let mark = match scale {
            Scale::Grades => Mark::Grade(Grade::ALL[dice.next_u32() as usize % Grade::ALL.len()]),
            Scale::Points => Mark::Points(u8::try_from(dice.next_u32() % 101).unwrap_or(0)),
        };
        let vote = Vote::Rate { overall: mark, dimensions: std::collections::BTreeMap::new() };
        Line { presenter: *presenter, vote, comment: String::new() }
    });
    Ballot { lines: lines.collect() }
}
