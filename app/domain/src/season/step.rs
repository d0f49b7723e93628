//! A step of the plan: its states, and what may be done in which.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    ids::{PersonId, UnitId},
    oversight::Purpose,
    reminders::Quarter,
    text::{self, NAME_MAX},
    time::{Day, WorkCalendar, first_of, last_of, zh},
};

/// Longest note of a step, in characters: it stands below a reminder on a phone.
pub const NOTE_MAX: usize = 200;
/// Most parts of a step that is split.
pub const PARTS_MAX: usize = 4;

/// Kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// 季度一提醒.
    QuarterReminder,
    /// 半年一梳理.
    MidYear,
    /// 年底一检查.
    YearEnd,
}

impl StepKind {
    /// Every kind, in the order of the year.
    pub const ALL: [Self; 3] = [Self::QuarterReminder, Self::MidYear, Self::YearEnd];

    /// Every kind with each of its periods.
    pub fn periods() -> impl Iterator<Item = (Self, u32)> {
        (1..=4).map(|n| (Self::QuarterReminder, n)).chain([(Self::MidYear, 1), (Self::YearEnd, 1)])
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::QuarterReminder => "季度提醒",
            Self::MidYear => "半年梳理",
            Self::YearEnd => "年底检查",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::QuarterReminder => "quarter_reminder",
            Self::MidYear => "mid_year",
            Self::YearEnd => "year_end",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// `第三季度提醒`, `半年梳理`.
    pub fn title(self, period: u32) -> String {
        match (self, period) {
            (Self::QuarterReminder, 1) => "第一季度提醒".into(),
            (Self::QuarterReminder, 2) => "第二季度提醒".into(),
            (Self::QuarterReminder, 3) => "第三季度提醒".into(),
            (Self::QuarterReminder, _) => "第四季度提醒".into(),
            (kind, _) => kind.label().into(),
        }
    }

    /// What a reading is registered for that does this step; none for a reminder.
    pub fn purpose(self) -> Option<Purpose> {
        match self {
            Self::QuarterReminder => None,
            Self::MidYear => Some(Purpose::HalfYear),
            Self::YearEnd => Some(Purpose::YearEnd),
        }
    }

    /// The step that a reading of this purpose does.
    pub fn of_purpose(purpose: Purpose) -> Option<Self> {
        match purpose {
            Purpose::HalfYear => Some(Self::MidYear),
            Purpose::YearEnd => Some(Self::YearEnd),
            Purpose::Daily => None,
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// In the plan; the body may draft its note.
    Planned,
    /// The note waits for the 监督室.
    Drafted,
    /// The 监督室 gave the note back.
    Returned,
    /// The note is approved.
    Approved,
    /// A reading is registered for it.
    Underway,
    /// Sent, signed by both, or done on paper.
    Done,
    /// Taken out of the plan.
    Cancelled,
}

impl StepState {
    /// Every state, in the order of a filter.
    pub const ALL: [Self; 7] =
        [Self::Planned, Self::Drafted, Self::Returned, Self::Approved, Self::Underway, Self::Done, Self::Cancelled];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "已列计划",
            Self::Drafted => "待审定",
            Self::Returned => "已退回",
            Self::Approved => "已审定",
            Self::Underway => "办理中",
            Self::Done => "已完成",
            Self::Cancelled => "已取消",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Drafted => "drafted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Underway => "underway",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Is something still to be done?
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Cancelled)
    }

    /// May what is due, whose it is and how it is split still be changed?
    ///
    /// # Errors
    /// It ended, said in words.
    pub fn changes(self) -> Result<(), Rejection> {
        match self {
            Self::Done => Err(Rejection::state("这一步已经完成，没有改动。请刷新页面查看。")),
            Self::Cancelled => Err(Rejection::state("这一步已经取消，没有改动。需要时请先恢复。")),
            _ => Ok(()),
        }
    }

    /// May the body write its note, the first or another one?
    ///
    /// # Errors
    /// It waits for a decision, is approved, or ended.
    pub fn drafts(self) -> Result<(), Rejection> {
        match self {
            Self::Planned | Self::Returned | Self::Drafted => Ok(()),
            Self::Approved | Self::Underway => {
                Err(Rejection::state("这一步的内容已经审定，没有保存。需要修改的，请联系党风政风监督室退回。"))
            }
            ended => ended.changes(),
        }
    }

    /// May the 监督室 approve the note?
    ///
    /// # Errors
    /// There is none, it is approved already, or the step ended.
    pub fn approves(self) -> Result<(), Rejection> {
        match self {
            Self::Drafted => Ok(()),
            Self::Approved | Self::Underway => {
                Err(Rejection::state("这一步已经审定过，没有重复审定。请刷新页面查看。"))
            }
            Self::Planned | Self::Returned => {
                Err(Rejection::state("这一步还没有报审的内容，没有审定。请等派驻组或联系室起草。"))
            }
            ended => ended.changes(),
        }
    }

    /// May the 监督室 give the note back? An approved one too, until it is sent or begun.
    ///
    /// # Errors
    /// There is none, or it is too late.
    pub fn returns(self) -> Result<(), Rejection> {
        match self {
            Self::Drafted | Self::Approved => Ok(()),
            Self::Planned | Self::Returned => {
                Err(Rejection::state("这一步还没有报审的内容，没有退回。请刷新页面查看。"))
            }
            Self::Underway => Err(Rejection::state("这一步已经登记翻阅检查，没有退回。请先撤销那次翻阅检查。")),
            ended => ended.changes(),
        }
    }

    /// May a cancelled step come back?
    ///
    /// # Errors
    /// It is not cancelled.
    pub fn restores(self) -> Result<(), Rejection> {
        if self == Self::Cancelled {
            Ok(())
        } else {
            Err(Rejection::state("这一步没有取消，不用恢复。请刷新页面查看。"))
        }
    }
}

/// Is an open step late on `today`? Nobody's delay while the post is vacant.
pub fn late(state: StepState, due: Day, paused: bool, today: Day) -> bool {
    state.is_open() && !paused && today > due
}

/// Where a step stands in time, for [`moved`] and [`on_paper`].
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Kind.
    pub kind: StepKind,
    /// Year.
    pub year: i32,
    /// Quarter of a reminder; 1 for the others.
    pub period: u32,
}

/// A due day that the office moves a step to: a working day from today to the end of the year, of a reminder within its
/// quarter.
///
/// # Errors
/// None, past, beyond the end, a day off; or a reason is missing.
pub fn moved(
    place: Place,
    to: Option<Day>,
    why: &str,
    today: Day,
    calendar: &WorkCalendar,
) -> Result<(Day, String), Rejection> {
    let no = |words: String| Rejection::field("to", words);
    let to = to.ok_or_else(|| no("还没有选新的期限，没有改期。请选择日期。".into()))?;
    if to < today {
        return Err(no("新的期限早于今天，没有改期。请选择今天或以后的工作日。".into()));
    }
    let (first, last) = match place.kind {
        StepKind::QuarterReminder => {
            let of = Quarter { year: place.year, quarter: place.period.clamp(1, 4) };
            (of.first_day(), of.last_day())
        }
        StepKind::MidYear | StepKind::YearEnd => (first_of(place.year, 1), last_of(place.year, 12)),
    };
    if to > last {
        let words = match place.kind {
            StepKind::QuarterReminder => "季度提醒只能在本季度内发送",
            StepKind::MidYear | StepKind::YearEnd => "期限不能晚于本年度最后一天",
        };
        return Err(no(format!("{words}（{}），没有改期。请选择更早的日期。", zh(last))));
    }
    if to < first {
        return Err(no(format!("新的期限早于{}，没有改期。请选择更晚的日期。", zh(first))));
    }
    if !calendar.is_working(to) {
        return Err(no(format!("{}不是工作日，没有改期。请按工作日历选择工作日。", zh(to))));
    }
    Ok((to, text::required("why", "改期原因", why, NOTE_MAX)?))
}

/// What was done on paper: the day, not before the year and not after today, who handled it, and what there is of it.
///
/// # Errors
/// A day outside of that, no handler, or not a word of the papers.
pub fn on_paper(
    place: Place,
    on: Option<Day>,
    handler: &str,
    words: &str,
    today: Day,
) -> Result<(Day, String, String), Rejection> {
    let on = on.ok_or_else(|| Rejection::field("on", "还没有填完成日期，没有登记。请选择日期。"))?;
    if on > today {
        return Err(Rejection::field("on", "完成日期晚于今天，没有登记。请核对日期。"));
    }
    if on < first_of(place.year, 1) {
        return Err(Rejection::field("on", format!("完成日期早于{}年，没有登记。请核对日期。", place.year)));
    }
    let handler = text::required("handler", "经办人", handler, NAME_MAX)?;
    Ok((on, handler, text::required("why", "说明", words, NOTE_MAX)?))
}

/// Why a step goes to others: without it nobody knows later on whose it was.
///
/// # Errors
/// None, too long, or what must not enter.
pub fn why_given(typed: &str) -> Result<String, Rejection> {
    text::required("why", "改派原因", typed, NOTE_MAX)
}

/// Why a step is split, as [`why_given`].
///
/// # Errors
/// As there.
pub fn why_split(typed: &str) -> Result<String, Rejection> {
    text::required("why", "拆分原因", typed, NOTE_MAX)
}

/// Who does a step, or a part of it: a body, or one of its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Share {
    /// Body.
    pub body: UnitId,
    /// The person, where it is given to one.
    pub person: Option<PersonId>,
}

/// Who does a step from now on, one of those that may.
///
/// # Errors
/// A body that does not watch the unit, or a person who does not work in it.
pub fn assigned(chosen: Share, allowed: &[Share]) -> Result<Share, Rejection> {
    if allowed.contains(&chosen) {
        return Ok(chosen);
    }
    Err(Rejection::field(
        "share",
        "所选的承办单位没有归口监督这个单位，或所选的人不在承办单位，没有改派。请先在“组织与人员 · 归口”里设定，或另选。",
    ))
}

/// Over whom a step is split: two to [`PARTS_MAX`], each among those that may have it.
///
/// # Errors
/// A reminder, which goes out once; fewer than two; too many; the same twice; one that may not have it.
pub fn parts(kind: StepKind, chosen: &[Share], allowed: &[Share]) -> Result<Vec<Share>, Rejection> {
    if kind == StepKind::QuarterReminder {
        return Err(Rejection::state("季度提醒由区纪委统一发送一次，不能拆分。"));
    }
    if chosen.len() < 2 {
        return Err(Rejection::field("part", "拆分至少选两家（人）承办，没有拆分。只由一家办理的，请用“改派”。"));
    }
    if chosen.len() > PARTS_MAX {
        return Err(Rejection::field("part", format!("最多拆分给 {PARTS_MAX} 家（人），没有拆分。请减少。")));
    }
    if chosen.iter().collect::<BTreeSet<_>>().len() != chosen.len() {
        return Err(Rejection::field("part", "同一家（人）选了两次，没有拆分。请重新选择。"));
    }
    if chosen.iter().any(|share| !allowed.contains(share)) {
        return Err(Rejection::field(
            "part",
            "所选单位没有归口监督这个单位，没有拆分。请先在“组织与人员 · 归口”里设定，或另选。",
        ));
    }
    Ok(chosen.to_vec())
}
