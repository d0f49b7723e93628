//! Judging commands: what may happen to a meeting in the state it is in. Pure; nothing changes here.

use super::{Announce, Command, Event, Meeting, Mode, Phase, Presence, ReviewRules, RoundState, SpeechClock, Step};
use crate::{
    Rejection,
    ids::{PersonId, PresenterId, RoundId},
    text,
};

impl Meeting {
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
            Command::Excuse { presenter, reason } => self.excuse(*presenter, reason),
            Command::MoveTo { step } => {
                if self.phase != Phase::Running || self.at.is_none() {
                    return no("还没有请人述责。请先选择述责对象。");
                }
                if self.step == *step { Ok(Vec::new()) } else { one(Event::Moved { step: *step }) }
            }
            Command::RunClock { run } => {
                if self.phase != Phase::Running || self.at.is_none() || self.step != Step::Report {
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
            Command::ConfirmSeal { round } => self.confirm(by, *round),
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
            Command::Archive { reason } => match self.phase {
                Phase::Feedback if reason.trim().is_empty() => one(Event::Entered { phase: Phase::Archived }),
                Phase::Feedback => Ok(vec![
                    Event::LeftOpen { reason: text::required("reason", "归档的原因", reason, text::LINE_MAX)? },
                    Event::Entered { phase: Phase::Archived },
                ]),
                _ => no("一人一单还没有办，不能归档。"),
            },
        }
    }

    /// Nothing is left to do about a presenter: sealed or excused.
    fn is_settled(&self, presenter: PresenterId) -> bool {
        self.excused.contains_key(&presenter) || self.sealed(presenter).is_some()
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
        // His name stands on no ballot that is in, and those who voted would not know that it came back.
        if self.current().is_some_and(|r| r.taken_off.contains(&presenter)) {
            return Err(Rejection::state(
                "他已注明未述责，不在本轮的测评表上。请先收回并封存本轮，再请他述责，为他另开一轮测评。",
            ));
        }
        if self.at == Some(presenter) { Ok(Vec::new()) } else { Ok(vec![Event::Called { presenter }]) }
    }

    fn excuse(&self, presenter: PresenterId, reason: &str) -> Result<Vec<Event>, Rejection> {
        let Some(who) = self.plan.presenter(presenter) else { return Err(Rejection::NotFound) };
        if !matches!(self.phase, Phase::Preparing | Phase::CheckIn | Phase::Running) {
            return Err(Rejection::state("会议已经结束，不能再调整述责对象。"));
        }
        if self.sealed(presenter).is_some() {
            return Err(Rejection::state(format!("对“{}”的测评已经封存，不能改为未述责。", who.name)));
        }
        if let Some(round) = self.current().filter(|r| r.presenters.contains(&presenter)) {
            if round.state == RoundState::Closed {
                return Err(Rejection::state("测评表已经收回，不能再调整述责对象。确需调整请先重新开放。"));
            }
            if self.has_reported(presenter) {
                return Err(Rejection::state(format!(
                    "“{}”已经述责，测评正在进行，不能改为未述责。测评表上的评价照常计入；确需不评这一位，请写明理由作废本轮，重新测评。",
                    who.name
                )));
            }
            if round.presenters.len() == 1 {
                return Err(Rejection::state("本轮测评只有这一位。请先作废本轮，再注明未述责。"));
            }
        }
        if reason.trim().is_empty() {
            return Err(Rejection::field("reason", "未述责要写明原因，会印在计票报告单上。请填写。"));
        }
        if self.excused.contains_key(&presenter) {
            return Ok(Vec::new());
        }
        Ok(vec![Event::Excused { presenter, reason: reason.trim().to_owned() }])
    }

    /// Was he called, and not just now by mistake: his clock ran, or the meeting went on from him?
    fn has_reported(&self, presenter: PresenterId) -> bool {
        let just_called =
            self.at == Some(presenter) && self.step == Step::Report && self.clock == SpeechClock::default();
        self.called.contains(&presenter) && !just_called
    }

    /// Presenters on the sheet of the round at hand who were not called yet: asked about before 收回.
    pub fn uncalled(&self) -> Vec<PresenterId> {
        let sheet = self.current().map(|r| r.presenters.as_slice()).unwrap_or_default();
        sheet.iter().copied().filter(|p| !self.called.contains(p)).collect()
    }

    fn open(&self, round: RoundId, presence: Presence) -> Result<Vec<Event>, Rejection> {
        if let Some(open) = self.current() {
            // The same command twice (two operators, a retry) is one opening.
            if open.id == round {
                return Ok(Vec::new());
            }
            return Err(Rejection::state("已有一轮测评没有封存。请先收回并由监票人封存。"));
        }
        if self.rounds.iter().any(|r| r.id == round) {
            return Err(Rejection::state("这一轮测评已经结束。请刷新页面后重新开始一轮。"));
        }
        if !matches!(self.phase, Phase::CheckIn | Phase::Running) {
            return Err(Rejection::state("会议不在进行中，不能开始测评。"));
        }
        if presence.present == 0 {
            return Err(Rejection::state("还没有评议人员签到，不能开始测评。请先签到。"));
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
            self.plan.presenters.iter().map(|p| p.id).filter(|id| !self.is_settled(*id)).collect();
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

    fn confirm(&self, by: PersonId, round: RoundId) -> Result<Vec<Event>, Rejection> {
        if !self.plan.tellers.contains(&by) {
            return Err(Rejection::NotAllowed);
        }
        match self.current() {
            Some(r) if r.id != round => {
                Err(Rejection::state("您看到的那一轮测评已经不是现在这一轮，没有确认。请刷新页面，看清后再确认。"))
            }
            Some(r) if r.state == RoundState::Closed && r.confirmed.contains(&by) => Ok(Vec::new()),
            Some(r) if r.state == RoundState::Closed => Ok(vec![Event::SealConfirmed { teller: by }]),
            Some(_) => Err(Rejection::state("测评表还没有收回，不能封存。请先收回。")),
            None => Err(Rejection::state("现在没有待封存的测评。")),
        }
    }

    /// Have both 监票人 confirmed the present closing?
    pub fn may_seal(&self) -> bool {
        self.current()
            .is_some_and(|r| r.state == RoundState::Closed && self.plan.tellers.iter().all(|t| r.confirmed.contains(t)))
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
        if let Some(left) = self.plan.presenters.iter().find(|p| !self.is_settled(p.id)) {
            return Err(Rejection::state(format!(
                "对“{}”的测评还没有封存，会议不能结束。请先测评；本人没有到会的，请注明未述责。",
                left.name
            )));
        }
        Ok(vec![Event::Entered { phase: Phase::Announcing }])
    }
}
