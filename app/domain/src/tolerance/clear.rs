//! A case of 澄清正名: something recorded here was verified to be untrue, and that is said.

use serde::{Deserialize, Serialize};

use super::{About, Talk, TalkState};
use crate::{
    Rejection,
    ids::{ClearanceId, PersonId, PostId, UnitId},
    text,
    time::{Day, zh},
};

/// In which way it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// In writing to the person.
    Letter,
    /// Face to face.
    Face,
    /// At a meeting.
    Meeting,
    /// By a 通报.
    Circular,
}

impl Way {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Letter, Self::Face, Self::Meeting, Self::Circular];

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Letter => "书面澄清",
            Self::Face => "当面澄清",
            Self::Meeting => "会议澄清",
            Self::Circular => "通报澄清",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Face => "face",
            Self::Meeting => "meeting",
            Self::Circular => "circular",
        }
    }

    /// The way of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.key() == key)
    }

    /// Others heard of it: only then a marker may say so, too.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Meeting | Self::Circular)
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearanceState {
    /// Waits for the approval.
    Asked,
    /// Approved; to be carried out.
    Approved,
    /// Carried out.
    Done,
    /// Not approved, with a reason. The end.
    Refused,
}

impl ClearanceState {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Approved, Self::Done, Self::Refused];

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Asked => "待审定",
            Self::Approved => "已审定，待澄清",
            Self::Done => "已澄清",
            Self::Refused => "未予审定",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Approved => "approved",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The state of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clearance {
    /// Id.
    pub id: ClearanceId,
    /// Unit.
    pub unit: UnitId,
    /// Its head post.
    pub post: PostId,
    /// What was recorded.
    pub about: About,
    /// That in words, as they were at the time.
    pub title: String,
    /// Whom it is for: the head then.
    pub person: (PersonId, String),
    /// The summary of the conclusion; never what somebody reported.
    pub summary: String,
    /// Way.
    pub way: Way,
    /// Who proposed it: whoever verified clears (「谁核实谁澄清」).
    pub by: (PersonId, String),
    /// When.
    pub asked_on: Day,
    /// Who approved or refused it.
    pub decided: Option<(PersonId, String, Day)>,
    /// Why it was refused.
    pub reason: String,
    /// Carried out on, where and before whom.
    pub done: Option<(Day, String)>,
    /// The person confirmed it: on the screen or 「纸质已签」.
    pub receipt: Option<(Day, String)>,
    /// 勉励谈话.
    pub talk: Option<Talk>,
    /// How far.
    pub state: ClearanceState,
    /// Counted up.
    pub version: u32,
}

impl Clearance {
    /// Begins a case. `untrue`: the proposer says that it was verified to be untrue or made up; 「未查实又不能排除」 is
    /// neither.
    ///
    /// # Errors
    /// Something never recorded; not verified to be untrue; the proposer himself is concerned; no summary.
    pub fn ask(mut self, untrue: bool) -> Result<Self, Rejection> {
        self.about = self.about.recorded()?;
        if !untrue {
            let words = "只有经核实失实或者捏造的才能澄清，没有保存。“未查实又不能排除”的不属于澄清范围。";
            return Err(Rejection::field("untrue", words));
        }
        if self.by.0 == self.person.0 {
            return Err(Rejection::NotAllowed);
        }
        self.summary = text::required("summary", "核实结论摘要", &self.summary, text::LINE_MAX)?;
        self.state = ClearanceState::Asked;
        self.version = 1;
        Ok(self)
    }

    fn at(&self, state: ClearanceState) -> Result<(), Rejection> {
        if self.state == state {
            return Ok(());
        }
        Err(Rejection::state(format!("现在是“{}”，没有改动。请刷新页面查看。", self.state.label())))
    }

    /// 审定 by another than the proposer and the person.
    ///
    /// # Errors
    /// Not waiting for it; one of them; refused without a reason.
    pub fn decide(&mut self, by: (PersonId, String), approve: bool, reason: &str, on: Day) -> Result<(), Rejection> {
        self.at(ClearanceState::Asked)?;
        if [self.by.0, self.person.0].contains(&by.0) {
            return Err(Rejection::state("提出和当事的同志不能审定，没有办理。请由其他同志办理。"));
        }
        if approve {
            self.state = ClearanceState::Approved;
        } else {
            self.reason = text::required("reason", "不同意的理由", reason, text::LINE_MAX)?;
            self.state = ClearanceState::Refused;
        }
        self.decided = Some((by.0, by.1, on));
        self.version += 1;
        Ok(())
    }

    /// Carried out.
    ///
    /// # Errors
    /// Not approved; a day before that or to come; no words of where.
    pub fn carry_out(&mut self, on: Day, words: &str, today: Day) -> Result<(), Rejection> {
        self.at(ClearanceState::Approved)?;
        let since = self.decided.as_ref().map_or(today, |(_, _, on)| *on);
        if on > today || on < since {
            let words = format!("澄清日期要在审定之日（{}）到今天之间，没有保存。请改正。", zh(since));
            return Err(Rejection::field("done_on", words));
        }
        let words = text::required("where", "澄清的场合和范围", words, 120)?;
        self.done = Some((on, words));
        self.state = ClearanceState::Done;
        self.version += 1;
        Ok(())
    }

    /// The receipt of the person; `how`: 本人确认 or 「纸质已签」 with whoever handled it.
    ///
    /// # Errors
    /// Not carried out; confirmed before; a day before that or to come; no words.
    pub fn receive(&mut self, on: Day, how: &str, today: Day) -> Result<(), Rejection> {
        self.at(ClearanceState::Done)?;
        if self.receipt.is_some() {
            return Err(Rejection::state("已经确认过，没有改动。"));
        }
        let since = self.done.as_ref().map_or(today, |(on, _)| *on);
        if on > today || on < since {
            let words = format!("日期要在{}到今天之间，没有保存。请改正。", zh(since));
            return Err(Rejection::field("paper_on", words));
        }
        self.receipt = Some((on, text::required("handler", "经办人", how, 120)?));
        self.version += 1;
        Ok(())
    }

    /// The colours that it caused are taken back.
    pub fn excuses(&self) -> bool {
        self.state == ClearanceState::Done
    }

    /// A marker may say so to whoever sees the post: only after it was said openly.
    pub fn is_marked(&self) -> bool {
        self.excuses() && self.way.is_open()
    }

    /// Is a 勉励谈话 suggested and nothing noted of it?
    pub fn suggests_talk(&self) -> bool {
        self.state == ClearanceState::Done && self.talk.is_none()
    }

    /// Notes the 勉励谈话.
    ///
    /// # Errors
    /// None is suggested; see [`Talk::noted`].
    pub fn note_talk(&mut self, state: TalkState, on: Day, by: &str, today: Day) -> Result<(), Rejection> {
        if !self.suggests_talk() {
            return Err(Rejection::state("现在没有待记的勉励谈话，没有保存。请刷新页面查看。"));
        }
        let since = self.done.as_ref().map_or(today, |(on, _)| *on);
        self.talk = Some(Talk::noted(state, on, by, since, today)?);
        self.version += 1;
        Ok(())
    }
}
