//! The meeting as a state machine: commands are judged against the fold of all events so far, and
//! every event is stored, so a restart at any point, or a replay years later, gives the same state.
//! Ballots are no events: they live in the round's journal ([`super::Fold`]) until the seal.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Announce, Event, Plan};
use crate::{
    ids::{PersonId, PresenterId, RoundId},
    time::Instant,
};

/// Where the meeting stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 筹备.
    Preparing,
    /// 签到.
    CheckIn,
    /// 进行: presenters report, are asked, commented on and appraised.
    Running,
    /// 宣布结果 (or 会后反馈).
    Announcing,
    /// 一人一单.
    Feedback,
    /// 归档.
    Archived,
}

impl Phase {
    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Preparing => "筹备",
            Self::CheckIn => "签到",
            Self::Running => "进行中",
            Self::Announcing => "宣布结果",
            Self::Feedback => "一人一单",
            Self::Archived => "已归档",
        }
    }

    /// Storage key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::CheckIn => "check_in",
            Self::Running => "running",
            Self::Announcing => "announcing",
            Self::Feedback => "feedback",
            Self::Archived => "archived",
        }
    }
}

/// What the presenter at hand is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// 述责 (timed).
    Report,
    /// 询问.
    Questions,
    /// 点评.
    Comments,
    /// 综合评议.
    Appraisal,
}

impl Step {
    /// In the order of the meeting.
    pub const ALL: [Self; 4] = [Self::Report, Self::Questions, Self::Comments, Self::Appraisal];

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Report => "述责",
            Self::Questions => "询问",
            Self::Comments => "点评",
            Self::Appraisal => "综合评议",
        }
    }
}

/// The clock of a report: time that ran before, and since when it runs now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeechClock {
    /// Milliseconds spoken until the last event.
    pub spoken_ms: i64,
    /// Running since that event, by the server's clock; none while it stands.
    pub since: Option<Instant>,
}

impl SpeechClock {
    /// Milliseconds spoken at `now`. Where the server's clock was set back it stands still; never less
    /// than at the last event, for every event is counted in ([`Self::pass`]).
    pub fn spoken(&self, now: Instant) -> i64 {
        self.spoken_ms.saturating_add(self.since.map_or(0, |s| now.0.saturating_sub(s.0).max(0)))
    }

    /// An event happened while it ran: what ran until then cannot be taken back, and it runs on from there,
    /// also where the server's clock was set back in between.
    fn pass(&mut self, at: Instant) {
        if self.since.is_some() {
            *self = Self { spoken_ms: self.spoken(at), since: Some(at) };
        }
    }
}

/// State of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// 测评进行中.
    Open,
    /// 暂停.
    Paused,
    /// 已收回, waiting for both 监票人.
    Closed,
    /// 已封存.
    Sealed,
    /// 作废 (收回多于发出), to be held again.
    Void,
    /// The server was restored without the round's journal: 需重新测评.
    Lost,
}

impl RoundState {
    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "测评进行中",
            Self::Paused => "测评暂停",
            Self::Closed => "已收回，待封存",
            Self::Sealed => "已封存",
            Self::Void => "本轮作废",
            Self::Lost => "需重新测评",
        }
    }
}

/// A round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Id.
    pub id: RoundId,
    /// Who is appraised in it, in order.
    pub presenters: Vec<PresenterId>,
    /// State.
    pub state: RoundState,
    /// 监票人 who confirmed the seal of the present closing.
    pub confirmed: BTreeSet<PersonId>,
    /// Short code of the certificate, once sealed.
    pub certificate: Option<String>,
    /// Who was taken off the sheet while it was out, with what was on the ballots about him.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_off: Vec<PresenterId>,
    /// Why it is void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
}

/// Who is there, from the seats: input to commands, never an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// 应到: the roll.
    pub entitled: u32,
    /// 实到: checked in by phone, tablet or paper.
    pub present: u32,
}

/// The meeting as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The approved plan.
    pub plan: Plan,
    /// Number of events so far; the version that commands are checked against.
    pub seq: u64,
    /// Phase.
    pub phase: Phase,
    /// The presenter at hand.
    pub at: Option<PresenterId>,
    /// His step.
    pub step: Step,
    /// Steps that each presenter was taken through.
    #[serde(default)]
    pub been: BTreeMap<PresenterId, BTreeSet<Step>>,
    /// Clock of his report.
    pub clock: SpeechClock,
    /// Presenters who were called.
    pub called: BTreeSet<PresenterId>,
    /// Rounds in order; at most the last is not ended.
    pub rounds: Vec<Round>,
    /// Whose results were announced.
    pub announced: BTreeSet<PresenterId>,
    /// Who does not report, and why.
    #[serde(default)]
    pub excused: BTreeMap<PresenterId, String>,
}

impl Meeting {
    /// A meeting that has not begun.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            seq: 0,
            phase: Phase::Preparing,
            at: None,
            step: Step::Report,
            been: BTreeMap::new(),
            clock: SpeechClock::default(),
            called: BTreeSet::new(),
            rounds: Vec::new(),
            announced: BTreeSet::new(),
            excused: BTreeMap::new(),
        }
    }

    /// The state after all events.
    pub fn replay<'a>(plan: Plan, events: impl IntoIterator<Item = &'a (Instant, Event)>) -> Self {
        let mut meeting = Self::new(plan);
        for (at, event) in events {
            meeting.apply(*at, event);
        }
        meeting
    }

    /// The round that is not ended yet.
    pub fn current(&self) -> Option<&Round> {
        self.rounds.last().filter(|r| matches!(r.state, RoundState::Open | RoundState::Paused | RoundState::Closed))
    }

    /// Why the rounds since the last sealed one are void, the one at hand left out.
    pub fn voided(&self) -> Vec<String> {
        let since = self.rounds.iter().rev().skip(1).take_while(|r| r.state != RoundState::Sealed);
        let mut reasons: Vec<String> = since.filter_map(|r| r.void.clone()).collect();
        reasons.reverse();
        reasons
    }

    /// 姓名：原因 of a presenter who does not report.
    pub fn taken_off(&self, presenter: PresenterId) -> Option<String> {
        let reason = self.excused.get(&presenter)?;
        Some(format!("{}：{reason}", self.plan.presenter(presenter)?.name))
    }

    /// The sealed round of a presenter.
    pub fn sealed(&self, presenter: PresenterId) -> Option<&Round> {
        self.rounds.iter().find(|r| r.state == RoundState::Sealed && r.presenters.contains(&presenter))
    }

    /// Takes an event in. Never fails: what is stored has happened.
    pub fn apply(&mut self, at: Instant, event: &Event) {
        self.seq += 1;
        self.clock.pass(at);
        match event {
            Event::CheckInOpened => self.phase = self.phase.max(Phase::CheckIn),
            Event::Called { presenter } => {
                self.phase = self.phase.max(Phase::Running);
                self.at = Some(*presenter);
                self.called.insert(*presenter);
                self.excused.remove(presenter);
                self.step = Step::Report;
                self.been.entry(*presenter).or_default().insert(Step::Report);
                self.clock = SpeechClock::default();
            }
            Event::Excused { presenter, reason } => {
                self.excused.insert(*presenter, reason.clone());
                self.called.remove(presenter);
                if self.at == Some(*presenter) {
                    self.at = None;
                    self.clock = SpeechClock::default();
                }
                if let Some(round) = self.rounds.last_mut()
                    && matches!(round.state, RoundState::Open | RoundState::Paused)
                {
                    if round.presenters.contains(presenter) {
                        round.taken_off.push(*presenter);
                    }
                    round.presenters.retain(|p| p != presenter);
                }
            }
            Event::Moved { step } => {
                self.stop(at);
                self.step = *step;
                if let Some(presenter) = self.at {
                    self.been.entry(presenter).or_default().insert(*step);
                }
            }
            Event::Clock { run: true } => self.clock.since = Some(at),
            Event::Clock { run: false } => self.stop(at),
            Event::RoundOpened { round, presenters, .. } => {
                self.phase = self.phase.max(Phase::Running);
                self.rounds.push(Round {
                    id: *round,
                    presenters: presenters.clone(),
                    state: RoundState::Open,
                    confirmed: BTreeSet::new(),
                    certificate: None,
                    taken_off: Vec::new(),
                    void: None,
                });
            }
            Event::RoundPaused => self.round_becomes(RoundState::Paused),
            Event::RoundResumed => self.round_becomes(RoundState::Open),
            Event::RoundClosed => {
                self.round_becomes(RoundState::Closed);
                self.stop(at);
            }
            Event::RoundReopened { .. } => {
                self.round_becomes(RoundState::Open);
                if let Some(round) = self.rounds.last_mut() {
                    round.confirmed.clear();
                }
            }
            Event::SealConfirmed { teller } => {
                if let Some(round) = self.rounds.last_mut() {
                    round.confirmed.insert(*teller);
                }
            }
            Event::ConfirmationsDropped => {
                if let Some(round) = self.rounds.last_mut() {
                    round.confirmed.clear();
                }
            }
            Event::RoundSealed { certificate } => {
                self.round_becomes(RoundState::Sealed);
                if let Some(round) = self.rounds.last_mut() {
                    round.certificate = Some(certificate.clone());
                    if self.plan.announce == Announce::AtOnce {
                        self.announced.extend(round.presenters.iter().copied());
                    }
                }
            }
            Event::RoundVoided { reason } => {
                self.round_becomes(RoundState::Void);
                if let Some(round) = self.rounds.last_mut() {
                    round.void = Some(reason.clone());
                }
            }
            Event::RoundLost => self.round_becomes(RoundState::Lost),
            Event::Announced { presenter } => {
                self.announced.insert(*presenter);
            }
            // Kept for the record; the sheets themselves go on.
            Event::LeftOpen { .. } => {}
            Event::Entered { phase } => {
                self.phase = *phase;
                self.stop(at);
            }
        }
    }

    fn stop(&mut self, at: Instant) {
        self.clock = SpeechClock { spoken_ms: self.clock.spoken(at), since: None };
    }

    fn round_becomes(&mut self, state: RoundState) {
        if let Some(round) = self.rounds.last_mut() {
            round.state = state;
        }
    }
}
