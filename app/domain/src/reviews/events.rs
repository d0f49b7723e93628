//! What may be asked of a meeting and what happened in it, as stored and as sent.

use serde::{Deserialize, Serialize};

use super::{Phase, Presence, Step};
use crate::ids::{PersonId, PresenterId, RoundId};

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
    /// 因故未述责: who did not come is taken off the sheet, before 收回. Calling him undoes it, but not on the
    /// sheet of a round that goes on without him. Who has reported is not taken off a sheet that is out.
    Excuse {
        /// Who.
        presenter: PresenterId,
        /// Why.
        reason: String,
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
    /// 监票人确认封存 of the round that he saw: what a delayed press meant must not seal another.
    ConfirmSeal {
        /// Which.
        round: RoundId,
    },
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
    /// 归档. With feedback sheets that were not handed over yet only with a reason.
    Archive {
        /// Why the open sheets need not be waited for.
        #[serde(default)]
        reason: String,
    },
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
    /// A presenter does not report at this meeting.
    Excused {
        /// Who.
        presenter: PresenterId,
        /// Why.
        reason: String,
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
    /// The pile of paper was changed after a 监票人 confirmed: both confirm again, the same pile.
    ConfirmationsDropped,
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
    /// Feedback sheets were still open at the 归档 that follows.
    LeftOpen {
        /// Why they were not waited for.
        reason: String,
    },
    /// The meeting moved to a later phase.
    Entered {
        /// Which.
        phase: Phase,
    },
}
