//! Open streams of each seat and each account: so many, then the oldest ends and is told why. Tabs of
//! one phone keep working; a thousand connections of one token do not take the room from the others.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use domain::ids::{AccountId, SeatId};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

/// Streams of one seat.
pub const PER_SEAT: usize = 4;
/// Streams of one account of the staff, all roles together.
pub const PER_ACCOUNT: usize = 8;

/// Whose stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// A rater's.
    Seat(SeatId),
    /// One of the staff.
    Account(AccountId),
}

impl Whose {
    fn most(self) -> usize {
        match self {
            Self::Seat(_) => PER_SEAT,
            Self::Account(_) => PER_ACCOUNT,
        }
    }
}

/// All streams of a room, oldest first.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<Whose, VecDeque<CancellationToken>>>);

/// A stream for as long as it is open.
#[derive(Debug)]
pub struct Line {
    lines: Arc<Lines>,
    whose: Whose,
    ousted: CancellationToken,
}

impl Line {
    /// Ends when a newer stream took its place, or the seat was closed.
    pub fn ousted(&self) -> WaitForCancellationFuture<'_> {
        self.ousted.cancelled()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Cancelled or not, the mark tells one's own entry from the others.
        self.ousted.cancel();
        let mut lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = lines.get_mut(&self.whose) {
            open.retain(|line| !line.is_cancelled());
            if open.is_empty() {
                lines.remove(&self.whose);
            }
        }
    }
}

impl Lines {
    /// Seats with a stream.
    pub(super) fn seats(&self) -> u32 {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = lines.keys().filter(|whose| matches!(whose, Whose::Seat(_))).count();
        u32::try_from(seats).unwrap_or(u32::MAX)
    }

    /// Ends all streams of a seat whose device was closed: each asks at once whether it still may listen.
    pub(super) fn end(&self, seat: SeatId) {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines.get(&Whose::Seat(seat)).into_iter().flatten() {
            line.cancel();
        }
    }

    /// One more stream; the oldest ones beyond the limit end.
    pub(super) fn open(self: &Arc<Self>, whose: Whose) -> Line {
        let ousted = CancellationToken::new();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open = lines.entry(whose).or_default();
        open.push_back(ousted.clone());
        while open.len() > whose.most() {
            if let Some(oldest) = open.pop_front() {
                oldest.cancel();
            }
        }
        Line { lines: self.clone(), whose, ousted }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn the_oldest_gives_way_and_those_that_end_leave_room() {
        let lines = Arc::new(Lines::default());
        let whose = Whose::Seat(SeatId(uuid::Uuid::nil()));
        let mut open: Vec<Line> = (0..PER_SEAT).map(|_| lines.open(whose)).collect();
        assert!(open.iter().all(|l| l.ousted().now_or_never().is_none()));
        drop(open.remove(1));
        open.push(lines.open(whose));
        assert!(open.iter().all(|l| l.ousted().now_or_never().is_none()), "four again");
        open.push(lines.open(whose));
        let ousted: Vec<bool> = open.iter().map(|l| l.ousted().now_or_never().is_some()).collect();
        assert_eq!(ousted, [true, false, false, false, false]);
        open.clear();
        assert!(lines.0.lock().unwrap().is_empty());
    }
}
