//! A meeting that stores its events, and short words for commands.

use domain::{
    Rejection,
    ids::{PersonId, RoundId},
    reviews::{Command, Event, Meeting, Plan, Presence, RoundState, Step},
    time::Instant,
};

use crate::reviews_fixture::*;

/// A meeting that stores what happens to it, as the server does.
pub struct Hall {
    pub meeting: Meeting,
    pub events: Vec<(Instant, Event)>,
    pub now: i64,
}

impl Hall {
    pub fn new(plan: Plan) -> Self {
        Self { meeting: Meeting::new(plan), events: Vec::new(), now: 1_000_000 }
    }

    pub fn by(&mut self, by: PersonId, command: &Command, presence: Presence) -> Result<usize, Rejection> {
        let before = self.meeting.clone();
        let events = self.meeting.decide(command, by, presence)?;
        assert_eq!(self.meeting, before, "judging changes nothing");
        let n = events.len();
        for event in events {
            self.now += 1_000;
            self.meeting.apply(Instant(self.now), &event);
            self.events.push((Instant(self.now), event));
        }
        // Both 监票人 confirmed: the server adds the seal in the same transaction.
        if self.meeting.may_seal() {
            let event = Event::RoundSealed { certificate: "A1B2-C3D4-E5F6-0718".into() };
            self.meeting.apply(Instant(self.now), &event);
            self.events.push((Instant(self.now), event));
        }
        Ok(n)
    }

    pub fn go(&mut self, command: Command) -> Result<usize, Rejection> {
        self.by(OPERATOR, &command, FULL)
    }

    pub fn seal(&mut self) {
        for teller in TELLERS {
            let at_hand = self.meeting.rounds.last().map_or(round(0), |r| r.id);
            assert_eq!(self.by(teller, &confirm(at_hand), FULL), Ok(1));
        }
    }

    pub fn state(&self) -> Option<RoundState> {
        self.meeting.rounds.last().map(|r| r.state)
    }
}

pub fn call(n: u128) -> Command {
    Command::Call { presenter: presenter(n) }
}

pub fn open(n: u128) -> Command {
    Command::OpenRound { round: round(n) }
}

pub fn excuse(n: u128, reason: &str) -> Command {
    Command::Excuse { presenter: presenter(n), reason: reason.into() }
}

pub fn confirm(round: RoundId) -> Command {
    Command::ConfirmSeal { round }
}

pub fn reopen(reason: &str) -> Command {
    Command::ReopenRound { reason: reason.into() }
}

pub fn void(reason: &str) -> Command {
    Command::VoidRound { reason: reason.into() }
}

/// Every kind of command once, with its name.
pub fn commands() -> Vec<(&'static str, Command)> {
    vec![
        ("check_in", Command::OpenCheckIn),
        ("call", call(2)),
        ("excuse", excuse(3, "因公出差")),
        ("move", Command::MoveTo { step: Step::Questions }),
        ("clock", Command::RunClock { run: true }),
        ("open", open(9)),
        ("pause", Command::PauseRound),
        ("resume", Command::ResumeRound),
        ("close", Command::CloseRound),
        ("reopen", reopen("漏收一张")),
        ("confirm", confirm(round(1))),
        ("void", void("收回多于发出")),
        ("announce", Command::Announce { presenter: presenter(1) }),
        ("finish", Command::Finish),
        ("feedback", Command::StartFeedback),
        ("archive", Command::Archive { reason: String::new() }),
    ]
}
