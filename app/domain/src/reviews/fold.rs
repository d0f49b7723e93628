//! The journal of an open round as values, and its fold. The server writes [`Frame`]s to disk and
//! judges each against the same [`Fold`] that a restart rebuilds, so that what was acknowledged and
//! what is counted cannot differ. Refuses order in time: the highest key of a seat wins.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Ballot;
use crate::{
    ids::{PersonId, SeatId},
    time::Instant,
};

/// One record of a round's journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// An electronic ballot. Key = (seat, epoch, rev).
    Vote {
        /// Seat.
        seat: SeatId,
        /// Raised by a new device or card of the seat; ends the old one.
        epoch: u32,
        /// Counter kept with the ballot on the phone.
        rev: u32,
        /// Content, checked against the seat's sheet.
        ballot: Ballot,
    },
    /// The seat took a paper ballot: its electronic ballot is void and blocked.
    Paper {
        /// Seat.
        seat: SeatId,
    },
    /// A paper ballot as one 计票人 read it; counts once two of them entered it alike. Belongs to
    /// no seat.
    Entered {
        /// Key of the group, by the colour of the paper.
        group: String,
        /// Place of the sheet in the pile of its group (1, 2, …), the same for both 计票人.
        number: u32,
        /// Who entered it.
        by: PersonId,
        /// Content.
        ballot: Ballot,
    },
    /// A 计票人 takes his reading of a sheet back: a sheet that was numbered twice or put on the wrong
    /// pile. It is gone when both took theirs back, and unsettled in between.
    Withdrawn {
        /// Key of the group.
        group: String,
        /// Place of the sheet.
        number: u32,
        /// Whose reading.
        by: PersonId,
    },
    /// Paper ballots of a group that came back unreadable or blank: 收回, not 有效.
    Spoiled {
        /// Key of the group.
        group: String,
        /// How many in all; the last declaration holds.
        count: u32,
    },
    /// Not accepting for a while; what was acknowledged stays.
    Paused,
    /// Accepting again.
    Resumed,
    /// 收回: before it acknowledged and counted, after it not.
    Closed {
        /// Server time, for the record.
        at: Instant,
    },
    /// Open again before the seal.
    Reopened {
        /// Why, shown in the report.
        reason: String,
    },
}

/// What becomes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Goes into the journal.
    Accepted,
    /// The same key with the same content is there already: same acknowledgement, nothing written.
    Same,
    /// The same key with other content: 409.
    Conflict,
    /// A newer choice of the seat is there already; harmless.
    Superseded,
    /// The seat's device or card was replaced by a newer one.
    OldDevice,
    /// The seat took a paper ballot.
    OnPaper,
    /// 「已封存，这张未计入」.
    Closed,
    /// The round is paused: nothing is lost, the phone keeps the ballot and sends it again.
    Paused,
    /// Sealed, and a ballot of this seat came back before 收回. Said from the sealed roll, never by the
    /// fold: which content counted is not known any more.
    SealedCounted,
}

impl Verdict {
    /// Is the ballot (or a newer one of the seat) in the count?
    pub fn counts(self) -> bool {
        matches!(self, Self::Accepted | Self::Same | Self::Superseded | Self::SealedCounted)
    }
}

/// The newest electronic ballot of a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    epoch: u32,
    rev: u32,
    ballot: Ballot,
}

/// The reading that two 计票人 share; none while there is no such one, or more than one.
fn agreed(held: &BTreeMap<PersonId, Ballot>) -> Option<&Ballot> {
    let readings: Vec<&Ballot> = held.values().collect();
    let mut shared = readings.iter().enumerate().filter(|(i, b)| readings[..*i].contains(b)).map(|(_, b)| *b);
    let first = shared.next()?;
    shared.all(|b| b == first).then_some(first)
}

/// A round's journal so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fold {
    closed: Option<Instant>,
    paused: bool,
    votes: BTreeMap<SeatId, Held>,
    paper: BTreeSet<SeatId>,
    entered: BTreeMap<(String, u32), BTreeMap<PersonId, Ballot>>,
    spoiled: BTreeMap<String, u32>,
    reopened: Vec<String>,
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
            Frame::Paper { .. } if self.closed.is_some() => Verdict::Closed,
            Frame::Entered { group, number, by, ballot } => match self.entered.get(&(group.clone(), *number)) {
                Some(held) if held.get(by) == Some(ballot) => Verdict::Same,
                // Who read it may correct himself: then the two differ, and nothing is sealed until
                // they agree again. A third reading may settle a difference, never undo an agreement.
                Some(held) if held.contains_key(by) => Verdict::Accepted,
                Some(held) if agreed(held) == Some(ballot) => Verdict::Same,
                Some(held) if agreed(held).is_some() => Verdict::Conflict,
                _ => Verdict::Accepted,
            },
            Frame::Withdrawn { group, number, by } => {
                let held = self.entered.get(&(group.clone(), *number));
                if held.is_some_and(|h| h.contains_key(by)) { Verdict::Accepted } else { Verdict::Same }
            }
            Frame::Spoiled { group, count } if self.spoiled.get(group) == Some(count) => Verdict::Same,
            Frame::Closed { .. } if self.closed.is_some() => Verdict::Same,
            Frame::Reopened { .. } if self.closed.is_none() => Verdict::Same,
            Frame::Paused | Frame::Resumed if self.closed.is_some() => Verdict::Closed,
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

    /// Takes a frame in where it is accepted.
    pub fn apply(&mut self, frame: &Frame) -> Verdict {
        let verdict = self.judge(frame);
        if verdict != Verdict::Accepted {
            return verdict;
        }
        match frame {
            Frame::Vote { seat, epoch, rev, ballot } => {
                self.votes.insert(*seat, Held { epoch: *epoch, rev: *rev, ballot: ballot.clone() });
            }
            Frame::Paper { seat } => {
                self.votes.remove(seat);
                self.paper.insert(*seat);
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
            Frame::Spoiled { group, count } => {
                self.spoiled.insert(group.clone(), *count);
            }
            Frame::Paused => self.paused = true,
            Frame::Resumed => self.paused = false,
            Frame::Closed { at } => {
                self.closed = Some(*at);
                self.paused = false;
            }
            Frame::Reopened { reason } => {
                self.closed = None;
                self.reopened.push(reason.clone());
            }
        }
        verdict
    }

    /// Has the round been closed (收回)?
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
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

    /// Paper ballots of a group that two 计票人 entered alike.
    pub fn entered(&self, group: &str) -> u32 {
        let alike = self.entered.iter().filter(|((g, _), held)| g == group && agreed(held).is_some());
        u32::try_from(alike.count()).unwrap_or(u32::MAX)
    }

    /// Sheets that only one 计票人 entered, or the two entered differently: (group, number, how many readings).
    pub fn unsettled(&self) -> Vec<(String, u32, usize)> {
        let open = self.entered.iter().filter(|(_, held)| agreed(held).is_none());
        open.map(|((group, number), held)| (group.clone(), *number, held.len())).collect()
    }

    /// Paper ballots of a group declared spoiled.
    pub fn spoiled(&self, group: &str) -> u32 {
        self.spoiled.get(group).copied().unwrap_or(0)
    }

    /// Every ballot with its group: electronic in seat order, then paper. The caller shuffles by
    /// giving fresh random ids before anything is stored. `group_of` must know every seat that
    /// ever was in the meeting, revoked ones too: a ballot of an unknown seat is left out.
    pub fn ballots(&self, group_of: impl Fn(SeatId) -> Option<String>) -> Vec<(Option<SeatId>, String, Ballot)> {
        let electronic =
            self.votes.iter().filter_map(|(seat, held)| Some((Some(*seat), group_of(*seat)?, held.ballot.clone())));
        let paper =
            self.entered.iter().filter_map(|((group, _), held)| Some((None, group.clone(), agreed(held)?.clone())));
        electronic.chain(paper).collect()
    }
}
