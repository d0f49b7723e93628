//! What a rater's page says of the seat's ballot: what the server knows, and nothing beyond it. The
//! same words as in `public/ballot.js`.

use axum::http::StatusCode;
use domain::{Rejection, reviews::RoundState};

use super::ballot::Typed;
use crate::live::HeldRound;

/// What a page is drawn with beside the room.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What a refused form had typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub wrong: Vec<Rejection>,
    /// Why nothing was received.
    pub problem: Option<String>,
    /// What became of the ballot sent last: `accepted`, `superseded`, `closed`.
    pub sent: Option<String>,
    /// Round of that ballot.
    pub sent_round: String,
    /// Ticket of the shared tablet, or `desk`.
    pub tablet: String,
    /// Of the answer.
    pub status: StatusCode,
}

/// Class of the box, the word in it, one sentence more.
pub(super) type Words = (&'static str, &'static str, &'static str);

/// An older ballot counts, the last change came after 收回.
const LATE: Words = ("wait", "计入的是上一次交的", "最后一次修改未计入");

impl Told {
    /// Was this browser told `word` about its ballot of the round?
    fn heard(&self, round: &HeldRound, word: &str) -> bool {
        self.sent.as_deref() == Some(word) && self.sent_round == round.id.to_string()
    }

    /// Does an older ballot count than the one sent last?
    pub fn late(&self, round: &HeldRound, received: bool) -> bool {
        received && round.state == RoundState::Closed && self.heard(round, "closed")
    }

    /// Of a round that is not ended. `received`: the journal holds a ballot of the seat; `single`: a tablet's,
    /// which takes one.
    pub fn truth(&self, round: &HeldRound, received: bool, single: bool) -> Words {
        match (round.state, received) {
            (RoundState::Open | RoundState::Paused, true) if self.heard(round, "superseded") => {
                ("good", "✓ 已收到", "您在别处交过更新的一张，以那张为准")
            }
            (RoundState::Open | RoundState::Paused, true) if single => {
                ("good", "✓ 已收到", "会场平板上只交一次，要修改请到签到台")
            }
            (RoundState::Open, true) => ("good", "✓ 已收到", "收回以前可以修改"),
            (RoundState::Paused, true) => ("good", "✓ 已收到", "测评暂停，继续后可以修改"),
            (RoundState::Open, false) => ("", "还没有交", ""),
            (RoundState::Paused, false) => ("wait", "测评暂停", "填好的不会丢，继续后再提交"),
            (_, true) if self.late(round, true) => LATE,
            (_, true) => ("good", "✓ 已计入", "测评表已收回"),
            (_, false) if self.heard(round, "closed") => ("bad", "已封存，这张未计入", "测评表已收回"),
            (_, false) => ("bad", "没有收到您的测评表", "测评表已收回，这一轮没有计入"),
        }
    }

    /// Of a round that is over: the server itself no longer knows whose ballot was in.
    pub fn ended(&self, round: &HeldRound) -> Words {
        match round.state {
            RoundState::Void => ("bad", "本轮作废，不计入", "请等下一轮开始"),
            RoundState::Lost => ("bad", "需重新测评", "请等下一轮开始"),
            _ if self.heard(round, "closed") => ("bad", "这一张未计入", "收回前显示“已收到”的那一张照常计入"),
            _ if self.heard(round, "accepted") || self.heard(round, "superseded") => {
                ("good", "✓ 已计入", "已封存。领了纸质测评表的，以纸质为准")
            }
            _ => ("", "这一轮已封存", "收回前显示“已收到”的都已计入；领了纸质测评表的，以纸质为准"),
        }
    }
}
