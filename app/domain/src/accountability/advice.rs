//! 工作建议 and 纪检监察建议书: drafted by the 监督室, approved by another, numbered, handed to one unit, answered by a day.
//! What becomes of it is the closed loop's: on issue it opens one item whose deadline is the day of the reply.

use serde::{Deserialize, Serialize};

use super::{ItemKind, keyed::keyed, near};
use crate::{
    Rejection,
    ids::{AdviceId, ItemId, PersonId, PostId, UnitId},
    papers::number::Series,
    text,
    time::{Day, WorkCalendar, zh},
};

/// Longest text, in characters.
const TEXT_MAX: usize = 4_000;
/// Longest title, in characters.
const TITLE_MAX: usize = 80;

keyed! {
    /// Which of the two.
    AdviceKind {
        /// 工作建议.
        Suggestion = "suggestion", "工作建议";
        /// 纪检监察建议书.
        Recommendation = "recommendation", "纪检监察建议书";
    }
}

keyed! {
    /// How far the paper is; the reply is the item's.
    AdviceState {
        /// Being written.
        Draft = "draft", "起草中";
        /// Waits for the approval.
        Asked = "asked", "待审定";
        /// Sent back with a reason.
        Returned = "returned", "已退回";
        /// Approved, numbered and handed over.
        Issued = "issued", "已发出";
        /// Withdrawn before it was issued.
        Dropped = "dropped", "不再发出";
    }
}

impl AdviceKind {
    /// Kind of the item that it opens.
    pub fn item(self) -> ItemKind {
        match self {
            Self::Suggestion => ItemKind::Suggestion,
            Self::Recommendation => ItemKind::Recommendation,
        }
    }

    /// Row of its numbers.
    pub fn series(self) -> Series {
        match self {
            Self::Suggestion => Series::Suggestion,
            Self::Recommendation => Series::Recommendation,
        }
    }
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// 标题.
    pub title: String,
    /// The problem as the unit reads it: never where it came from.
    pub problem: String,
    /// What is suggested.
    pub demand: String,
    /// Day of the reply.
    pub reply_by: Option<Day>,
}

/// A 工作建议 or 建议书.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// Id.
    pub id: AdviceId,
    /// Which.
    pub kind: AdviceKind,
    /// To which unit.
    pub unit: UnitId,
    /// Its head post.
    pub post: PostId,
    /// The problem that it follows from, if it is on the account.
    pub about: Option<ItemId>,
    /// Text.
    pub lines: Lines,
    /// How far.
    pub state: AdviceState,
    /// Who wrote it last.
    pub drafted_by: (PersonId, String),
    /// Who approved it.
    pub approved_by: Option<(PersonId, String)>,
    /// Why it was sent back or dropped.
    pub reason: String,
    /// 文号 as it stands on the paper.
    pub number: String,
    /// Handed over.
    pub issued_on: Option<Day>,
    /// The item that waits for the reply.
    pub item: Option<ItemId>,
    /// Counted up.
    pub version: u32,
}

impl Lines {
    /// Checked; a draft may be without a day.
    fn checked(self, today: Day) -> Result<Self, Rejection> {
        if let Some(day) = self.reply_by
            && day <= today
        {
            return Err(Rejection::field("reply_by", "答复期限应晚于今天，没有保存。请重新选择日期。"));
        }
        // It becomes the deadline of an item.
        self.reply_by.map(|day| near("reply_by", day, today)).transpose()?;
        Ok(Self {
            title: text::required("title", "标题", &self.title, TITLE_MAX)?,
            problem: text::required("problem", "发现的问题", &self.problem, TEXT_MAX / 2)?,
            demand: text::required("demand", "建议", &self.demand, TEXT_MAX / 2)?,
            reply_by: self.reply_by,
        })
    }
}

impl Advice {
    /// Begins a draft.
    ///
    /// # Errors
    /// A text that is missing, too long or must not be stored; a day that is not in the future.
    pub fn draft(
        id: AdviceId,
        kind: AdviceKind,
        (unit, post): (UnitId, PostId),
        about: Option<ItemId>,
        lines: Lines,
        by: (PersonId, String),
        today: Day,
    ) -> Result<Self, Rejection> {
        Ok(Self {
            id,
            kind,
            unit,
            post,
            about,
            lines: lines.checked(today)?,
            state: AdviceState::Draft,
            drafted_by: by,
            approved_by: None,
            reason: String::new(),
            number: String::new(),
            issued_on: None,
            item: None,
            version: 1,
        })
    }

    fn open(&self) -> Result<(), Rejection> {
        if matches!(self.state, AdviceState::Draft | AdviceState::Returned) {
            return Ok(());
        }
        Err(Rejection::state(format!("这一份现在是“{}”，不能修改。请刷新页面查看。", self.state.label())))
    }

    /// Written anew.
    ///
    /// # Errors
    /// Asked for or issued already; as [`draft`](Self::draft).
    pub fn rewrite(&mut self, lines: Lines, by: (PersonId, String), today: Day) -> Result<(), Rejection> {
        self.open()?;
        self.lines = lines.checked(today)?;
        self.drafted_by = by;
        self.version += 1;
        Ok(())
    }

    /// Asks for the approval.
    ///
    /// # Errors
    /// Asked for or issued already.
    pub fn ask(&mut self) -> Result<(), Rejection> {
        self.open()?;
        self.state = AdviceState::Asked;
        self.version += 1;
        Ok(())
    }

    /// Sent back to the drafter.
    ///
    /// # Errors
    /// Not asked for; the drafter himself; no reason.
    pub fn send_back(&mut self, by: PersonId, reason: &str) -> Result<(), Rejection> {
        self.decides(by)?;
        self.reason = text::required("reason", "退回原因", reason, text::LINE_MAX)?;
        self.state = AdviceState::Returned;
        self.version += 1;
        Ok(())
    }

    /// Approved by another than the drafter; numbered and handed over with it. The day of the reply, where none was
    /// written, is the kind's.
    ///
    /// # Errors
    /// Not asked for; the drafter himself; the day of the reply is over meanwhile.
    pub fn issue(
        &mut self,
        by: (PersonId, String),
        number: String,
        item: ItemId,
        on: Day,
        calendar: &WorkCalendar,
    ) -> Result<Day, Rejection> {
        self.decides(by.0)?;
        let day = self.lines.reply_by.unwrap_or_else(|| calendar.plus_working(on, self.kind.item().days().work));
        if day <= on {
            let words = format!("答复期限{}已过，没有发出。请退回起草人改期。", zh(day));
            return Err(Rejection::state(words));
        }
        self.lines.reply_by = Some(day);
        self.approved_by = Some(by);
        self.number = number;
        self.item = Some(item);
        self.issued_on = Some(on);
        self.state = AdviceState::Issued;
        self.reason = String::new();
        self.version += 1;
        Ok(day)
    }

    /// Dropped before it was issued.
    ///
    /// # Errors
    /// Issued or dropped already; no reason.
    pub fn drop_it(&mut self, reason: &str) -> Result<(), Rejection> {
        if matches!(self.state, AdviceState::Issued | AdviceState::Dropped) {
            return Err(Rejection::state(format!("这一份现在是“{}”，不能撤下。", self.state.label())));
        }
        self.reason = text::required("reason", "原因", reason, text::LINE_MAX)?;
        self.state = AdviceState::Dropped;
        self.version += 1;
        Ok(())
    }

    fn decides(&self, by: PersonId) -> Result<(), Rejection> {
        if self.state != AdviceState::Asked {
            return Err(Rejection::state(format!("这一份现在是“{}”，不用审定。请刷新页面查看。", self.state.label())));
        }
        if by == self.drafted_by.0 {
            return Err(Rejection::state("起草人不能自己审定。请由另一位负责同志审定。"));
        }
        Ok(())
    }
}
