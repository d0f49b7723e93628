//! The fold of a round's journal. The server judges each [`Frame`] against the same [`Fold`] that a
//! restart rebuilds, so that what was acknowledged and what is counted cannot differ. Refuses order in
//! time: the highest key of a seat wins.
//!
//! What two 计票人 read is compared on the presenters of the sheet as it stands: who was excused since a
//! reading is left out of it, and nobody types a sheet again for his sake.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Ballot, Line, Vote,
    frame::{CHANGES, Frame, Stated, Verdict},
};
use crate::{
    ids::{CommandId, PersonId, PresenterId, SeatId},
    time::Instant,
};

/// The newest electronic ballot of a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    epoch: u32,
    rev: u32,
    ballot: Ballot,
}

/// Readings of one thing by person.
type Readings<T> = BTreeMap<PersonId, T>;

/// The lines of a reading on `sheet`.
fn on<'b>(ballot: &'b Ballot, sheet: &[PresenterId]) -> Vec<&'b Line> {
    ballot.lines.iter().filter(|line| sheet.contains(&line.presenter)).collect()
}

/// What two readings must share of a line: the vote, and whether there are words. Two who copy the same
/// handwriting do not write the same commas.
type Read<'b> = (PresenterId, &'b Vote, bool);

fn read<'b>(ballot: &'b Ballot, sheet: &[PresenterId]) -> Vec<Read<'b>> {
    on(ballot, sheet).into_iter().map(|l| (l.presenter, &l.vote, !l.comment.is_empty())).collect()
}

/// The reading that two 计票人 share; none while there is no such one, or more than one.
fn agreed<T: PartialEq>(readings: impl Iterator<Item = T>) -> Option<T> {
    let readings: Vec<T> = readings.collect();
    let shared = |i: usize| readings[..i].contains(&readings[i]);
    let places: Vec<usize> = (0..readings.len()).filter(|i| shared(*i)).collect();
    let first = *places.first()?;
    let alone = places.iter().all(|i| readings[*i] == readings[first]);
    alone.then(|| readings.into_iter().nth(first)).flatten()
}

/// The verdict on one more reading. Who read may correct himself: then the two differ, and nothing is
/// sealed until they agree again. A third reading may settle a difference, never undo an agreement.
fn judge_reading<T: PartialEq>(own: Option<T>, all: impl Iterator<Item = T>, said: &T) -> Verdict {
    match (own, agreed(all)) {
        (Some(own), _) if own == *said => Verdict::Same,
        (None, Some(shared)) if shared == *said => Verdict::Same,
        (None, Some(_)) => Verdict::Conflict,
        _ => Verdict::Accepted,
    }
}

/// A round's journal so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fold {
    closed: Option<Instant>,
    paused: bool,
    votes: BTreeMap<SeatId, Held>,
    changes: BTreeMap<SeatId, u32>,
    paper: BTreeSet<SeatId>,
    handed: BTreeMap<CommandId, (String, usize)>,
    entered: BTreeMap<(String, u32), Readings<Ballot>>,
    stated: BTreeMap<String, Readings<Stated>>,
    reopened: Vec<String>,
    away: BTreeSet<SeatId>,
}

impl Fold {
    /// The fold of a whole journal. Frames that would not have been accepted change nothing.
    pub fn of<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> Self {
        let mut fold = Self::default();
        for frame in frames {
            fold.apply(frame);
        }
        fold
    }

    /// What would become of `frame` now. Pure; [`Fold::apply`] acts on the same judgement.
    pub fn judge(&self, frame: &Frame) -> Verdict {
        match frame {
            Frame::Vote { seat, epoch, rev, ballot } => self.judge_vote(*seat, *epoch, *rev, ballot),
            // After 收回 no paper is handed out; what is in the box is entered then, until the seal.
            Frame::Paper { seat } if self.paper.contains(seat) => Verdict::Same,
            Frame::Papers { key, group, seats } => match self.handed.get(key) {
                Some((of, count)) if of == group && *count == seats.len() => Verdict::Same,
                Some(_) => Verdict::Conflict,
                None if self.closed.is_some() => Verdict::Closed,
                // Somebody gave one of them paper in between: whoever counts, counts again.
                None if seats.iter().any(|s| self.paper.contains(s)) => Verdict::OnPaper,
                None => Verdict::Accepted,
            },
            Frame::Paper { .. } if self.closed.is_some() => Verdict::Closed,
            Frame::Entered { group, number, by, ballot } => match self.entered.get(&(group.clone(), *number)) {
                None => Verdict::Accepted,
                Some(held) => {
                    let sheet: Vec<PresenterId> = ballot.lines.iter().map(|l| l.presenter).collect();
                    if let Some(own) = held.get(by) {
                        let same = on(own, &sheet) == on(ballot, &sheet);
                        return if same { Verdict::Same } else { Verdict::Accepted };
                    }
                    judge_reading(None, held.values().map(|b| read(b, &sheet)), &read(ballot, &sheet))
                }
            },
            Frame::Withdrawn { group, number, by } => {
                let held = self.entered.get(&(group.clone(), *number));
                if held.is_some_and(|h| h.contains_key(by)) { Verdict::Accepted } else { Verdict::Same }
            }
            Frame::Stated { group, by, counted } => {
                let held = self.stated.get(group);
                match held.and_then(|h| h.get(by).copied()) {
                    None if *counted == Stated::default() => Verdict::Same,
                    own => judge_reading(own, held.into_iter().flat_map(|h| h.values().copied()), counted),
                }
            }
            Frame::Closed { .. } if self.closed.is_some() => Verdict::Same,
            Frame::Reopened { .. } if self.closed.is_none() => Verdict::Same,
            Frame::Away { .. } | Frame::Paused | Frame::Resumed if self.closed.is_some() => Verdict::Closed,
            Frame::Paused if self.paused => Verdict::Same,
            Frame::Resumed if !self.paused => Verdict::Same,
            _ => Verdict::Accepted,
        }
    }

    fn judge_vote(&self, seat: SeatId, epoch: u32, rev: u32, ballot: &Ballot) -> Verdict {
        // A retry of an acknowledged ballot is told the truth even after 收回.
        if let Some(held) = self.votes.get(&seat) {
            if epoch < held.epoch {
                return Verdict::OldDevice;
            }
            if (epoch, rev) == (held.epoch, held.rev) {
                return if *ballot == held.ballot { Verdict::Same } else { Verdict::Conflict };
            }
            if epoch == held.epoch && rev < held.rev {
                return Verdict::Superseded;
            }
        }
        if self.paper.contains(&seat) {
            Verdict::OnPaper
        } else if self.closed.is_some() {
            Verdict::Closed
        } else if self.paused {
            Verdict::Paused
        } else {
            Verdict::Accepted
        }
    }

    /// As [`Fold::apply`], for a frame that comes in now: a seat that changed its ballot [`CHANGES`] times
    /// is told so. Not for a journal that is read back: what was acknowledged counts.
    pub fn admit(&mut self, frame: &Frame) -> Verdict {
        match frame {
            Frame::Vote { seat, .. }
                if self.changes.get(seat).is_some_and(|n| *n >= CHANGES) && self.judge(frame) == Verdict::Accepted =>
            {
                Verdict::TooMany
            }
            _ => self.apply(frame),
        }
    }

    /// Takes a frame in where it is accepted.
    pub fn apply(&mut self, frame: &Frame) -> Verdict {
        let verdict = self.judge(frame);
        if verdict != Verdict::Accepted {
            return verdict;
        }
        match frame {
            Frame::Vote { seat, epoch, rev, ballot } => {
                self.votes.insert(*seat, Held { epoch: *epoch, rev: *rev, ballot: ballot.clone() });
                *self.changes.entry(*seat).or_default() += 1;
            }
            Frame::Paper { seat } => self.take_paper(*seat),
            Frame::Papers { key, group, seats } => {
                for seat in seats {
                    self.take_paper(*seat);
                }
                self.handed.insert(*key, (group.clone(), seats.len()));
            }
            Frame::Entered { group, number, by, ballot } => {
                self.entered.entry((group.clone(), *number)).or_default().insert(*by, ballot.clone());
            }
            Frame::Withdrawn { group, number, by } => {
                let key = (group.clone(), *number);
                if let Some(held) = self.entered.get_mut(&key) {
                    held.remove(by);
                    if held.is_empty() {
                        self.entered.remove(&key);
                    }
                }
            }
            Frame::Stated { group, by, counted } => {
                let held = self.stated.entry(group.clone()).or_default();
                if *counted == Stated::default() {
                    held.remove(by);
                } else {
                    held.insert(*by, *counted);
                }
                if held.is_empty() {
                    self.stated.remove(group);
                }
            }
            Frame::Paused => self.paused = true,
            Frame::Resumed => self.paused = false,
            Frame::Away { seats } => self.away.clone_from(seats),
            Frame::Closed { at } => {
                self.closed = Some(*at);
                self.paused = false;
            }
            Frame::Reopened { reason } => {
                self.closed = None;
                self.away.clear();
                self.reopened.push(reason.clone());
            }
        }
        verdict
    }

    fn take_paper(&mut self, seat: SeatId) {
        self.votes.remove(&seat);
        self.paper.insert(seat);
    }

    /// Has the round been closed (收回)?
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    /// Had anybody come to this seat when the round was closed? Whose ballot or paper there is, had.
    pub fn was_there(&self, seat: SeatId) -> bool {
        !self.away.contains(&seat) || self.votes.contains_key(&seat) || self.paper.contains(&seat)
    }

    /// Is it paused?
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// When it was closed.
    pub fn closed_at(&self) -> Option<Instant> {
        self.closed
    }

    /// Reasons of reopening, in order.
    pub fn reopened(&self) -> &[String] {
        &self.reopened
    }

    /// Seats with an electronic ballot, in seat order, without time.
    pub fn returned(&self) -> impl Iterator<Item = SeatId> + '_ {
        self.votes.keys().copied()
    }

    /// Epoch and rev of a seat's newest electronic ballot, for the page that goes on counting.
    pub fn newest(&self, seat: SeatId) -> Option<(u32, u32)> {
        self.votes.get(&seat).map(|held| (held.epoch, held.rev))
    }

    /// A seat's newest electronic ballot with its epoch and rev.
    pub fn held(&self, seat: SeatId) -> Option<(u32, u32, &Ballot)> {
        self.votes.get(&seat).map(|held| (held.epoch, held.rev, &held.ballot))
    }

    /// Seats that took a paper ballot.
    pub fn on_paper(&self) -> &BTreeSet<SeatId> {
        &self.paper
    }

    /// Number of electronic ballots in.
    pub fn electronic(&self) -> u32 {
        u32::try_from(self.votes.len()).unwrap_or(u32::MAX)
    }

    /// Paper ballots of a group that two 计票人 entered alike, for the presenters of `sheet`.
    pub fn entered(&self, group: &str, sheet: &[PresenterId]) -> u32 {
        let alike = self.entered.iter().filter(|((g, _), held)| g == group && Self::shared(held, sheet).is_some());
        u32::try_from(alike.count()).unwrap_or(u32::MAX)
    }

    /// Do two 计票人 agree on this sheet of paper?
    pub fn is_settled(&self, group: &str, number: u32, sheet: &[PresenterId]) -> bool {
        self.entered.get(&(group.to_owned(), number)).is_some_and(|held| Self::shared(held, sheet).is_some())
    }

    /// Sheets that only one 计票人 entered, or the two entered differently: (group, number, how many readings).
    pub fn unsettled(&self, sheet: &[PresenterId]) -> Vec<(String, u32, usize)> {
        let open = self.entered.iter().filter(|(_, held)| Self::shared(held, sheet).is_none());
        open.map(|((group, number), held)| (group.clone(), *number, held.len())).collect()
    }

    /// Numbers of the sheets of a group that one 计票人 entered.
    pub fn entered_by(&self, group: &str, by: PersonId) -> BTreeSet<u32> {
        let own = self.entered.iter().filter(|((g, _), held)| g == group && held.contains_key(&by));
        own.map(|((_, number), _)| *number).collect()
    }

    /// What two 计票人 counted alike of a group; nothing while they have not.
    pub fn stated(&self, group: &str) -> Stated {
        self.stated.get(group).and_then(|held| agreed(held.values().copied())).unwrap_or_default()
    }

    /// What one 计票人 counted.
    pub fn stated_by(&self, group: &str, by: PersonId) -> Stated {
        self.stated.get(group).and_then(|held| held.get(&by)).copied().unwrap_or_default()
    }

    /// Groups whose spoiled and unreturned papers one 计票人 alone counted, or two counted differently, with
    /// how many did. What each said is not told.
    pub fn unstated(&self) -> Vec<(String, usize)> {
        let open = self.stated.iter().filter(|(_, held)| agreed(held.values().copied()).is_none());
        open.map(|(group, held)| (group.clone(), held.len())).collect()
    }

    /// Was paper handed out by this form? Group and number then.
    pub fn handed(&self, key: CommandId) -> Option<(&str, usize)> {
        self.handed.get(&key).map(|(group, count)| (group.as_str(), *count))
    }

    fn shared<'h>(held: &'h Readings<Ballot>, sheet: &[PresenterId]) -> Option<Vec<Read<'h>>> {
        agreed(held.values().map(|b| read(b, sheet)))
    }

    /// The sheet that two 计票人 share. Of words that both copied, the longer copy.
    fn settled(held: &Readings<Ballot>, sheet: &[PresenterId]) -> Option<Vec<Line>> {
        let shared = Self::shared(held, sheet)?;
        let copies: Vec<&Ballot> = held.values().filter(|b| read(b, sheet) == shared).collect();
        let words = |presenter: PresenterId| {
            let all = copies.iter().flat_map(|b| &b.lines).filter(|l| l.presenter == presenter).map(|l| &l.comment);
            all.max_by_key(|c| (c.chars().count(), *c)).cloned().unwrap_or_default()
        };
        let line = |(presenter, vote, _): &Read<'_>| Line {
            presenter: *presenter,
            vote: (*vote).clone(),
            comment: words(*presenter),
        };
        Some(shared.iter().map(line).collect())
    }

    /// Every ballot with its group: electronic in seat order, then paper for the presenters of `sheet`. The
    /// caller shuffles by giving fresh random ids before anything is stored. `group_of` must know every seat
    /// that ever was in the meeting, revoked ones too: a ballot of an unknown seat is left out.
    pub fn ballots(
        &self,
        sheet: &[PresenterId],
        group_of: impl Fn(SeatId) -> Option<String>,
    ) -> Vec<(Option<SeatId>, String, Ballot)> {
        let electronic =
            self.votes.iter().filter_map(|(seat, held)| Some((Some(*seat), group_of(*seat)?, held.ballot.clone())));
        let paper = self.entered.iter().filter_map(|((group, _), held)| {
            Some((None, group.clone(), Ballot { lines: Self::settled(held, sheet)? }))
        });
        electronic.chain(paper).collect()
    }
}
