//! The meeting as a state machine: commands are judged against the fold of all events so far, and
//! every event is stored, so a restart at any point, or a replay years later, gives the same state.
//! Ballots are no events: they live in the round's journal ([`super::Fold`]) until the seal.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Announce, Mode, Plan, ReviewRules};
use crate::{
    Rejection,
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
    /// Milliseconds spoken before the last stop.
    pub spoken_ms: i64,
    /// Running since, by the server's clock.
    pub since: Option<Instant>,
}

impl SpeechClock {
    /// Milliseconds spoken at `now`; a clock set back never shows less than before.
    pub fn spoken(&self, now: Instant) -> i64 {
        self.spoken_ms + self.since.map_or(0, |s| (now.0 - s.0).max(0))
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
}

/// Who is there, from the seats: input to commands, never an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// 应到: the roll.
    pub entitled: u32,
    /// 实到: checked in by phone, tablet or paper.
    pub present: u32,
}

/// What the operator, a 监票人 or the office asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command", deny_unknown_fields)]
pub enum Command {
    /// 开始签到.
    OpenCheckIn,
    /// 请某位述责: the first starts the meeting.
    Call {
        /// Who.
        presenter: PresenterId,
    },
    /// Moves the presenter at hand to a step.
    MoveTo {
        /// Step.
        step: Step,
    },
    /// Starts or stops the clock of the report.
    RunClock {
        /// Run?
        run: bool,
    },
    /// 开始测评.
    OpenRound {
        /// Id made by the client of the command.
        round: RoundId,
    },
    /// 暂停测评.
    PauseRound,
    /// 继续测评.
    ResumeRound,
    /// 收回.
    CloseRound,
    /// 重新开放, before the seal.
    ReopenRound {
        /// Why.
        reason: String,
    },
    /// 监票人确认封存.
    ConfirmSeal,
    /// 作废本轮.
    VoidRound {
        /// Why.
        reason: String,
    },
    /// 宣布一位的结果.
    Announce {
        /// Whose.
        presenter: PresenterId,
    },
    /// 结束会议，转入宣布或反馈.
    Finish,
    /// 转入一人一单.
    StartFeedback,
    /// 归档.
    Archive,
}

/// What happened. Append-only; `at` is the server's clock and decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// 签到开始.
    CheckInOpened,
    /// A presenter was called up.
    Called {
        /// Who.
        presenter: PresenterId,
    },
    /// The presenter at hand moved on.
    Moved {
        /// To.
        step: Step,
    },
    /// The clock runs or stops.
    Clock {
        /// Runs?
        run: bool,
    },
    /// 开始测评.
    RoundOpened {
        /// Id.
        round: RoundId,
        /// Who is on the sheet.
        presenters: Vec<PresenterId>,
        /// 应到 and 实到 at that moment.
        presence: Presence,
    },
    /// 暂停.
    RoundPaused,
    /// 继续.
    RoundResumed,
    /// 收回.
    RoundClosed,
    /// 重新开放.
    RoundReopened {
        /// Why.
        reason: String,
    },
    /// A 监票人 confirmed.
    SealConfirmed {
        /// Who.
        teller: PersonId,
    },
    /// 已封存: written in the same transaction as the sealed ballots.
    RoundSealed {
        /// Short code of the certificate.
        certificate: String,
    },
    /// 作废.
    RoundVoided {
        /// Why.
        reason: String,
    },
    /// The journal is gone (restored from a backup): 需重新测评.
    RoundLost,
    /// 宣布.
    Announced {
        /// Whose result.
        presenter: PresenterId,
    },
    /// The meeting moved to a later phase.
    Entered {
        /// Which.
        phase: Phase,
    },
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
    /// Clock of his report.
    pub clock: SpeechClock,
    /// Presenters who were called.
    pub called: BTreeSet<PresenterId>,
    /// Rounds in order; at most the last is not ended.
    pub rounds: Vec<Round>,
    /// Whose results were announced.
    pub announced: BTreeSet<PresenterId>,
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
            clock: SpeechClock::default(),
            called: BTreeSet::new(),
            rounds: Vec::new(),
            announced: BTreeSet::new(),
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

    /// The sealed round of a presenter.
    pub fn sealed(&self, presenter: PresenterId) -> Option<&Round> {
        self.rounds.iter().find(|r| r.state == RoundState::Sealed && r.presenters.contains(&presenter))
    }

    /// Judges a command by `by`; the events it causes, without applying them.
    ///
    /// # Errors
    /// Says in Chinese what state the meeting is in and what to do first.
    pub fn decide(&self, command: &Command, by: PersonId, presence: Presence) -> Result<Vec<Event>, Rejection> {
        let no = |message: &str| Err(Rejection::state(message));
        if self.phase == Phase::Archived {
            return no("会议已归档，不能再操作。");
        }
        let one = |event| Ok(vec![event]);
        match command {
            Command::OpenCheckIn if self.phase == Phase::Preparing => one(Event::CheckInOpened),
            Command::OpenCheckIn => no("签到已经开始，不用再开。"),
            Command::Call { presenter } => self.call(*presenter),
            Command::MoveTo { step } => {
                if self.phase != Phase::Running || self.at.is_none() {
                    return no("还没有请人述责。请先选择述责对象。");
                }
                if self.step == *step { Ok(Vec::new()) } else { one(Event::Moved { step: *step }) }
            }
            Command::RunClock { run } => {
                if self.at.is_none() || self.step != Step::Report {
                    return no("现在不在述责环节，不用计时。");
                }
                if self.clock.since.is_some() == *run { Ok(Vec::new()) } else { one(Event::Clock { run: *run }) }
            }
            Command::OpenRound { round } => self.open(*round, presence),
            Command::PauseRound => match self.state() {
                Some(RoundState::Open) => one(Event::RoundPaused),
                _ => no("现在没有进行中的测评，不能暂停。"),
            },
            Command::ResumeRound => match self.state() {
                Some(RoundState::Paused) => one(Event::RoundResumed),
                _ => no("测评没有暂停，不用继续。"),
            },
            Command::CloseRound => match self.state() {
                Some(RoundState::Open | RoundState::Paused) => one(Event::RoundClosed),
                Some(RoundState::Closed) => no("测评表已经收回，请监票人确认封存。"),
                _ => no("测评还没有开始，不能收回。"),
            },
            Command::ReopenRound { reason } => match self.state() {
                Some(RoundState::Closed) if reason.trim().is_empty() => {
                    Err(Rejection::field("reason", "重新开放要写明原因，会印在计票报告单上。请填写。"))
                }
                Some(RoundState::Closed) => one(Event::RoundReopened { reason: reason.trim().to_owned() }),
                _ => no("只有收回以后、封存以前可以重新开放。"),
            },
            Command::ConfirmSeal => self.confirm(by),
            Command::VoidRound { reason } => match self.state() {
                None => no("现在没有可作废的测评。"),
                Some(_) if reason.trim().is_empty() => {
                    Err(Rejection::field("reason", "作废要写明原因，会印在计票报告单上。请填写。"))
                }
                Some(_) => one(Event::RoundVoided { reason: reason.trim().to_owned() }),
            },
            Command::Announce { presenter } => self.announce(*presenter),
            Command::Finish => self.finish(),
            Command::StartFeedback => match self.phase {
                Phase::Announcing => one(Event::Entered { phase: Phase::Feedback }),
                Phase::Feedback => no("已经在一人一单环节。"),
                _ => no("会议还没有结束，不能转入一人一单。请先结束会议。"),
            },
            Command::Archive => match self.phase {
                Phase::Feedback => one(Event::Entered { phase: Phase::Archived }),
                _ => no("一人一单还没有办，不能归档。"),
            },
        }
    }

    fn state(&self) -> Option<RoundState> {
        self.current().map(|r| r.state)
    }

    fn call(&self, presenter: PresenterId) -> Result<Vec<Event>, Rejection> {
        if self.plan.presenter(presenter).is_none() {
            return Err(Rejection::NotFound);
        }
        match self.phase {
            Phase::Preparing => return Err(Rejection::state("还没有开始签到。请先开始签到。")),
            Phase::CheckIn | Phase::Running => {}
            _ => return Err(Rejection::state("会议已经结束，不能再请人述责。")),
        }
        if self.plan.mode == Mode::OneByOne && self.current().is_some() {
            return Err(Rejection::state("上一位的测评还没有封存。请先收回并由监票人封存。"));
        }
        if self.at == Some(presenter) { Ok(Vec::new()) } else { Ok(vec![Event::Called { presenter }]) }
    }

    fn open(&self, round: RoundId, presence: Presence) -> Result<Vec<Event>, Rejection> {
        if let Some(open) = self.current() {
            // The same command twice (two operators, a retry) is one opening.
            if open.id == round {
                return Ok(Vec::new());
            }
            return Err(Rejection::state("已有一轮测评没有封存。请先收回并由监票人封存。"));
        }
        if !matches!(self.phase, Phase::CheckIn | Phase::Running) {
            return Err(Rejection::state("会议不在进行中，不能开始测评。"));
        }
        let rule = self.plan.rules.start_quorum;
        if !ReviewRules::reaches(rule, presence.present, presence.entitled) {
            let needed = ReviewRules::needed(rule, presence.entitled);
            return Err(Rejection::state(format!(
                "实到 {} 人，不足应到 {} 人的 {}/{}（需 {needed} 人），不能开始测评。请等人到齐或另行安排。",
                presence.present, presence.entitled, rule.0, rule.1
            )));
        }
        let open: Vec<PresenterId> =
            self.plan.presenters.iter().map(|p| p.id).filter(|id| self.sealed(*id).is_none()).collect();
        let presenters = match self.plan.mode {
            Mode::Together => open,
            Mode::OneByOne => match self.at {
                Some(at) if open.contains(&at) => vec![at],
                Some(_) => return Err(Rejection::state("这一位已经封存，不能再测评。请先请下一位述责。")),
                None => return Err(Rejection::state("逐人测评要先请人述责。请先选择述责对象。")),
            },
        };
        if presenters.is_empty() {
            return Err(Rejection::state("所有述责对象都已封存，没有可测评的对象。"));
        }
        Ok(vec![Event::RoundOpened { round, presenters, presence }])
    }

    fn confirm(&self, by: PersonId) -> Result<Vec<Event>, Rejection> {
        if !self.plan.tellers.contains(&by) {
            return Err(Rejection::NotAllowed);
        }
        match self.current() {
            Some(r) if r.state == RoundState::Closed && r.confirmed.contains(&by) => Ok(Vec::new()),
            Some(r) if r.state == RoundState::Closed => Ok(vec![Event::SealConfirmed { teller: by }]),
            Some(_) => Err(Rejection::state("测评表还没有收回，不能封存。请先收回。")),
            None => Err(Rejection::state("现在没有待封存的测评。")),
        }
    }

    /// Have both 监票人 confirmed the present closing?
    pub fn may_seal(&self) -> bool {
        self.current().is_some_and(|r| {
            r.state == RoundState::Closed && self.plan.tellers.iter().all(|t| r.confirmed.contains(t))
        })
    }

    fn announce(&self, presenter: PresenterId) -> Result<Vec<Event>, Rejection> {
        if self.plan.announce == Announce::Afterwards {
            return Err(Rejection::state("这次会议约定会后反馈，不在会上宣布结果。"));
        }
        if self.sealed(presenter).is_none() {
            return Err(Rejection::state("这一位的测评还没有封存，不能宣布。"));
        }
        if self.announced.contains(&presenter) { Ok(Vec::new()) } else { Ok(vec![Event::Announced { presenter }]) }
    }

    fn finish(&self) -> Result<Vec<Event>, Rejection> {
        if !matches!(self.phase, Phase::CheckIn | Phase::Running) {
            return Err(Rejection::state("会议不在进行中，不能结束。"));
        }
        if self.current().is_some() {
            return Err(Rejection::state("还有一轮测评没有封存。请先收回并由监票人封存，或作废本轮。"));
        }
        if let Some(left) = self.plan.presenters.iter().find(|p| self.sealed(p.id).is_none()) {
            return Err(Rejection::state(format!("对“{}”的测评还没有封存，会议不能结束。", left.name)));
        }
        Ok(vec![Event::Entered { phase: Phase::Announcing }])
    }

    /// Takes an event in. Never fails: what is stored has happened.
    pub fn apply(&mut self, at: Instant, event: &Event) {
        self.seq += 1;
        match event {
            Event::CheckInOpened => self.phase = self.phase.max(Phase::CheckIn),
            Event::Called { presenter } => {
                self.phase = self.phase.max(Phase::Running);
                self.at = Some(*presenter);
                self.called.insert(*presenter);
                self.step = Step::Report;
                self.clock = SpeechClock::default();
            }
            Event::Moved { step } => {
                self.stop(at);
                self.step = *step;
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
            Event::RoundSealed { certificate } => {
                self.round_becomes(RoundState::Sealed);
                if let Some(round) = self.rounds.last_mut() {
                    round.certificate = Some(certificate.clone());
                    if self.plan.announce == Announce::AtOnce {
                        self.announced.extend(round.presenters.iter().copied());
                    }
                }
            }
            Event::RoundVoided { .. } => self.round_becomes(RoundState::Void),
            Event::RoundLost => self.round_becomes(RoundState::Lost),
            Event::Announced { presenter } => {
                self.announced.insert(*presenter);
            }
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
