//! The leader's own list (第一责任人履责清单) of one post and year: its states and the
//! steps between them (H1, H10). Refuses editing once issued: an issued list is only
//! superseded or frozen. Who may take a step is decided in `people::access`.

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    ids::{LeaderListId, PostId},
    text,
    time::{Day, WorkCalendar, zh, zh_short},
};

/// Working days a unit has to comment (H1).
pub const COMMENT_DAYS: u32 = 5;
/// Working days a head has to sign the receipt (H1).
pub const RECEIPT_DAYS: u32 = 5;
/// Working days after which an unsigned list is a telephone item for the 派驻组 (H1).
pub const TELEPHONE_DAYS: u32 = 10;

/// Day counts of H1 in working days; the district's own, with the defaults above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListDays {
    /// For the unit's comments.
    pub comment: u32,
    /// For the receipt.
    pub receipt: u32,
    /// Until an unsigned list becomes a telephone item.
    pub telephone: u32,
}

impl Default for ListDays {
    fn default() -> Self {
        Self { comment: COMMENT_DAYS, receipt: RECEIPT_DAYS, telephone: TELEPHONE_DAYS }
    }
}

/// State of a leader's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListState {
    /// 起草.
    Draft,
    /// 征求意见: the unit comments.
    Commenting,
    /// 待审定: lies with the 分管副书记.
    Reviewing,
    /// 已审定.
    Approved,
    /// 已下达, not yet signed.
    Issued,
    /// 已签收.
    Signed,
    /// 已替换 by a later edition.
    Superseded,
    /// 已冻结: the head changed (H10).
    Frozen,
}

impl ListState {
    /// Every state, in the order of the flow.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Commenting,
        Self::Reviewing,
        Self::Approved,
        Self::Issued,
        Self::Signed,
        Self::Superseded,
        Self::Frozen,
    ];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "起草",
            Self::Commenting => "征求意见",
            Self::Reviewing => "待审定",
            Self::Approved => "已审定",
            Self::Issued => "已下达",
            Self::Signed => "已签收",
            Self::Superseded => "已替换",
            Self::Frozen => "已冻结",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Commenting => "commenting",
            Self::Reviewing => "reviewing",
            Self::Approved => "approved",
            Self::Issued => "issued",
            Self::Signed => "signed",
            Self::Superseded => "superseded",
            Self::Frozen => "frozen",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Has the list been handed down, so that it is only superseded, never edited?
    pub fn is_issued(self) -> bool {
        matches!(self, Self::Issued | Self::Signed | Self::Superseded | Self::Frozen)
    }

    /// Does the list oblige its head now?
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Issued | Self::Signed)
    }

    /// What can be done in this state, as the second half of a refusal.
    fn way_on(self) -> &'static str {
        match self {
            Self::Draft => "请先修改完善，再送单位征求意见。",
            Self::Commenting => "请等单位反馈意见或征求意见期满后，再提交审定。",
            Self::Reviewing => "请等分管副书记审定；要修改，请先退回起草。",
            Self::Approved => "请下达清单；要修改，请先退回起草。",
            Self::Issued => "下达后的清单不能改动，只能另制新版清单替换；尚未签收的请提醒签收。",
            Self::Signed => "签收后的清单不能改动，只能另制新版清单替换。",
            Self::Superseded => "请在最新一版清单上办理。",
            Self::Frozen => "负责人已变动，请在新到任负责人的清单上办理。",
        }
    }
}

/// A leader's list without its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaderList {
    /// Identity of this edition.
    pub id: LeaderListId,
    /// Whose list.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// Row version; transitions leave it alone, storage compares and raises it.
    pub version: i64,
    /// Edition within post and year, from 1; a superseding list has the next one.
    pub edition: u32,
    /// State.
    pub state: ListState,
    /// When it went to the unit for comment.
    pub sent_on: Option<Day>,
    /// When it was issued.
    pub issued_on: Option<Day>,
    /// First day on which it obliges; known when issued.
    pub effective_on: Option<Day>,
    /// When the head signed, on screen or on paper.
    pub signed_on: Option<Day>,
    /// Why it was last returned.
    pub returned: Option<String>,
}

impl LeaderList {
    /// A new first edition.
    pub fn draft(id: LeaderListId, post: PostId, year: i32) -> Self {
        Self {
            id,
            post,
            year,
            version: 1,
            edition: 1,
            state: ListState::Draft,
            sent_on: None,
            issued_on: None,
            effective_on: None,
            signed_on: None,
            returned: None,
        }
    }

    /// A draft of the next edition; the issued one stays in force until the new one is issued.
    pub fn next_edition(&self, id: LeaderListId) -> Result<Self, Rejection> {
        if !self.state.is_issued() {
            return Err(self.refuse("另制新版"));
        }
        Ok(Self { edition: self.edition + 1, ..Self::draft(id, self.post, self.year) })
    }

    /// May items be added, changed or taken out now?
    pub fn check_editable(&self) -> Result<(), Rejection> {
        match self.state {
            ListState::Draft | ListState::Commenting => Ok(()),
            _ => Err(self.refuse("修改条目")),
        }
    }

    /// 送单位征求意见.
    pub fn send_for_comment(self, today: Day, items: usize) -> Result<Self, Rejection> {
        self.only(&[ListState::Draft], "送单位征求意见")?;
        if items == 0 {
            return Err(Rejection::state("清单里还没有条目，不能送单位征求意见。请先导入或添加条目。"));
        }
        Ok(Self { state: ListState::Commenting, sent_on: Some(today), ..self })
    }

    /// Last day for the unit's comments.
    pub fn comment_until(&self, days: ListDays, calendar: &WorkCalendar) -> Option<Day> {
        self.sent_on.map(|day| calendar.plus_working(day, days.comment))
    }

    /// 提交审定, once the unit has answered (`answered`) or its days are over.
    pub fn submit(
        self,
        today: Day,
        answered: bool,
        days: ListDays,
        calendar: &WorkCalendar,
    ) -> Result<Self, Rejection> {
        self.only(&[ListState::Commenting], "提交审定")?;
        match self.comment_until(days, calendar) {
            Some(until) if !answered && today <= until => Err(Rejection::state(format!(
                "单位还没有反馈意见，征求意见期到{}为止，暂不能提交审定。请等单位反馈，或期满后再提交。",
                zh_short(until)
            ))),
            _ => Ok(Self { state: ListState::Reviewing, ..self }),
        }
    }

    /// 提交审定 again after a return: the unit is asked anew only where items changed since
    /// the list last lay before the approver (`unchanged`: they did not).
    pub fn resubmit(self, unchanged: bool) -> Result<Self, Rejection> {
        self.only(&[ListState::Draft], "提交审定")?;
        if self.returned.is_none() {
            return Err(Rejection::state("这份清单还没有征求过单位意见，不能提交审定。请先送单位征求意见。"));
        }
        if !unchanged {
            return Err(Rejection::state("退回后条目已有改动，不能直接提交审定。请先送单位征求意见。"));
        }
        Ok(Self { state: ListState::Reviewing, ..self })
    }

    /// 退回起草, before it is issued; the reason is required.
    pub fn return_to_draft(self, reason: &str) -> Result<Self, Rejection> {
        self.only(&[ListState::Commenting, ListState::Reviewing, ListState::Approved], "退回起草")?;
        let reason = text::required("reason", "退回理由", reason, text::LINE_MAX)?;
        Ok(Self { state: ListState::Draft, sent_on: None, returned: Some(reason), ..self })
    }

    /// 审定.
    pub fn approve(self) -> Result<Self, Rejection> {
        self.only(&[ListState::Reviewing], "审定")?;
        Ok(Self { state: ListState::Approved, returned: None, ..self })
    }

    /// 下达; obliges from `effective_on`, which lies within the list's year or before it.
    pub fn issue(self, today: Day, effective_on: Day) -> Result<Self, Rejection> {
        self.only(&[ListState::Approved], "下达")?;
        if effective_on > crate::time::last_of(self.year, 12) {
            return Err(Rejection::field(
                "effective_on",
                format!("生效日期 {} 晚于清单所属的{}年，没有下达。请核对生效日期。", zh(effective_on), self.year),
            ));
        }
        Ok(Self { state: ListState::Issued, issued_on: Some(today), effective_on: Some(effective_on), ..self })
    }

    /// Last day for the receipt.
    pub fn receipt_due(&self, days: ListDays, calendar: &WorkCalendar) -> Option<Day> {
        self.issued_on.map(|day| calendar.plus_working(day, days.receipt))
    }

    /// Last day before an unsigned list becomes a telephone item for the 派驻组.
    pub fn telephone_after(&self, days: ListDays, calendar: &WorkCalendar) -> Option<Day> {
        self.issued_on.map(|day| calendar.plus_working(day, days.telephone))
    }

    /// Is it to be called about today?
    pub fn needs_telephone(&self, today: Day, days: ListDays, calendar: &WorkCalendar) -> bool {
        self.state == ListState::Issued && self.telephone_after(days, calendar).is_some_and(|day| today > day)
    }

    /// 签收 on `on`: today on the screen, or the day on the paper.
    pub fn sign(self, on: Day) -> Result<Self, Rejection> {
        self.only(&[ListState::Issued], "签收")?;
        match self.issued_on {
            Some(issued) if on < issued => Err(Rejection::field(
                "paper_on",
                format!("签收日期早于下达日期（{}），没有保存。请核对日期。", zh(issued)),
            )),
            _ => Ok(Self { state: ListState::Signed, signed_on: Some(on), ..self }),
        }
    }

    /// 替换 by a later edition that is being issued.
    pub fn supersede(self) -> Result<Self, Rejection> {
        self.only(&[ListState::Issued, ListState::Signed], "替换")?;
        Ok(Self { state: ListState::Superseded, ..self })
    }

    /// 冻结, because the head changes (H10).
    pub fn freeze(self) -> Result<Self, Rejection> {
        self.only(&[ListState::Issued, ListState::Signed], "冻结")?;
        Ok(Self { state: ListState::Frozen, ..self })
    }

    fn only(&self, states: &[ListState], step: &str) -> Result<(), Rejection> {
        if states.contains(&self.state) { Ok(()) } else { Err(self.refuse(step)) }
    }

    fn refuse(&self, step: &str) -> Rejection {
        Rejection::state(format!("这份清单现在是“{}”，不能{step}。{}", self.state.label(), self.state.way_on()))
    }
}

#[cfg(test)]
mod tests;
