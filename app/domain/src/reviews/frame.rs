//! The journal of an open round as values: what is written ([`Frame`]) and what becomes of it
//! ([`Verdict`]). A frame of an older program stays readable. Refuses nothing: [`super::Fold`] judges.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Ballot;
use crate::{
    ids::{CommandId, PersonId, SeatId},
    time::Instant,
};

/// Changes of one seat that a round takes: a phone gone wild must not fill the disk of the hall.
pub const CHANGES: u32 = 200;

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
    /// So many papers handed out at once, with the key of the desk's form: the same form counts once,
    /// whatever stopped between this record and the form's answer.
    Papers {
        /// Key of the form.
        key: CommandId,
        /// Key of the group.
        group: String,
        /// Seats of the group that had none.
        seats: Vec<SeatId>,
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
    /// Papers of a group as one 计票人 counted them, besides those that are entered; holds once two of them
    /// counted alike. Nothing of either is as if nothing had been stated.
    Stated {
        /// Key of the group.
        group: String,
        /// Who counted.
        by: PersonId,
        /// How many in all; his last statement holds.
        counted: Stated,
    },
    /// Not accepting for a while; what was acknowledged stays.
    Paused,
    /// Accepting again.
    Resumed,
    /// Seats nobody had come to when the round was about to be closed, just before its [`Frame::Closed`]: who
    /// comes in later belongs to the next round. The last such record holds.
    Away {
        /// Seats.
        seats: BTreeSet<SeatId>,
    },
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

/// Papers that are not entered, as one 计票人 counted them: 发出 = entered + spoiled + unreturned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// 废票: came back unreadable or blank. 收回, not 有效.
    pub spoiled: u32,
    /// 未收回: handed out and not in the box. No 收回.
    pub unreturned: u32,
}

impl Stated {
    /// Both.
    pub fn sum(self) -> u32 {
        self.spoiled.saturating_add(self.unreturned)
    }
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
    /// The seat changed its ballot [`CHANGES`] times: the last one stays, this one is not taken.
    TooMany,
    /// Sealed, and a ballot of this seat came back before 收回. Said from the sealed roll, never by the
    /// fold: which content counted is not known any more.
    SealedCounted,
    /// Sealed, and a sheet of this seat came back; its group had paper as well, and nobody knows any more
    /// whose: said where [`Verdict::SealedCounted`] might not be true.
    SealedMixed,
    /// Sealed, and nothing of this seat came back, whose group had paper as well.
    SealedNothing,
}

impl Verdict {
    /// Is the ballot (or a newer one of the seat) in the count?
    pub fn counts(self) -> bool {
        matches!(self, Self::Accepted | Self::Same | Self::Superseded | Self::SealedCounted)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::reviews::Fold;

    fn seat(n: u128) -> SeatId {
        SeatId(Uuid::from_u128(n))
    }

    fn away(seats: &[u128]) -> Frame {
        Frame::Away { seats: seats.iter().map(|n| seat(*n)).collect() }
    }

    fn there(fold: &Fold) -> Vec<u128> {
        (1..=4).filter(|n| fold.was_there(seat(*n))).collect()
    }

    #[test]
    fn who_came_after_the_closing_was_not_there() {
        let mut fold = Fold::default();
        assert_eq!(there(&fold), [1, 2, 3, 4], "nobody is away before it is said");
        let vote = Frame::Vote { seat: seat(1), epoch: 1, rev: 1, ballot: Ballot { lines: Vec::new() } };
        assert_eq!(fold.apply(&vote), Verdict::Accepted);
        assert_eq!(fold.apply(&Frame::Paper { seat: seat(2) }), Verdict::Accepted);
        // The last record before the closing holds; whose ballot or paper there is, was there.
        assert_eq!(fold.apply(&away(&[4])), Verdict::Accepted);
        assert_eq!(there(&fold), [1, 2, 3]);
        assert_eq!(fold.apply(&away(&[1, 2, 3])), Verdict::Accepted);
        assert_eq!(there(&fold), [1, 2, 4]);
        assert_eq!(fold.apply(&Frame::Closed { at: Instant(7) }), Verdict::Accepted);
        // Afterwards it says nothing more: who comes in then belongs to the next round.
        assert_eq!(fold.apply(&away(&[])), Verdict::Closed);
        assert_eq!(there(&fold), [1, 2, 4]);
        // Open again, everybody may come.
        assert_eq!(fold.apply(&Frame::Reopened { reason: "有人刚到".into() }), Verdict::Accepted);
        assert_eq!(there(&fold), [1, 2, 3, 4]);
    }

    #[test]
    fn it_is_read_back_as_it_was_written() {
        let text = r#"{"away":{"seats":["00000000-0000-0000-0000-000000000003"]}}"#;
        assert_eq!(serde_json::from_str::<Frame>(text).unwrap(), away(&[3]));
        assert_eq!(serde_json::to_string(&away(&[3])).unwrap(), text);
        assert!(Verdict::Accepted.counts() && !Verdict::Closed.counts());
    }
}
