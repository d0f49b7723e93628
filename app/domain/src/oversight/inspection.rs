//! One registered reading: what it is for, on which days, and how far it has come.

use chrono::{Datelike as _, Days};
use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    ids::PersonId,
    time::{Day, zh, zh_short},
};

/// Longest reading in calendar days: what is open for months is no announced reading.
pub const DAYS_MAX: u64 = 31;
/// How many days ahead a reading may begin at most (示范): what is announced is near.
pub const AHEAD_MAX: u64 = 60;
/// Wrong secrets of the head at one reading's screens in a day, before that way is closed until tomorrow (示范).
pub const HERE_MAX: u32 = 5;
/// Most readers of one book.
const READERS_MAX: usize = 8;

/// What a book is read for (H3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 半年梳理, by 15 July.
    HalfYear,
    /// 年底检查, by 20 December.
    YearEnd,
    /// 日常.
    Daily,
}

impl Purpose {
    /// Every purpose, in the order of a form.
    pub const ALL: [Self; 3] = [Self::HalfYear, Self::YearEnd, Self::Daily];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::HalfYear => "半年梳理",
            Self::YearEnd => "年底检查",
            Self::Daily => "日常翻阅检查",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::HalfYear => "half_year",
            Self::YearEnd => "year_end",
            Self::Daily => "daily",
        }
    }

    /// The purpose of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }

    /// Last day for the supervising body (示范); a daily reading has none.
    pub fn due(self, year: i32) -> Option<Day> {
        match self {
            Self::HalfYear => Day::from_ymd_opt(year, 7, 15),
            Self::YearEnd => Day::from_ymd_opt(year, 12, 20),
            Self::Daily => None,
        }
    }
}

/// Where a reading stands, apart from time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Announced; remarks are being written.
    Open,
    /// The feedback is written; both sides sign it.
    Feedback,
    /// Both signed; nothing changes.
    Closed,
    /// Taken back before anything was remarked.
    Withdrawn,
}

impl Standing {
    const ALL: [Self; 4] = [Self::Open, Self::Feedback, Self::Closed, Self::Withdrawn];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Feedback => "feedback",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The standing of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// Where a reading stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Announced, its days have not come.
    Planned,
    /// Its days: the readers read.
    Running,
    /// Its days are over, the feedback is not written.
    Over,
    /// The feedback waits for signatures.
    Signing,
    /// Both signed.
    Closed,
    /// Taken back.
    Withdrawn,
}

impl Phase {
    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Planned => "已告知",
            Self::Running => "翻阅中",
            Self::Over => "待反馈",
            Self::Signing => "待签字",
            Self::Closed => "已签字办结",
            Self::Withdrawn => "已撤销",
        }
    }
}

/// A registered reading as rules need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Purpose.
    pub purpose: Purpose,
    /// Year of the book.
    pub year: i32,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Who reads.
    pub readers: Vec<PersonId>,
    /// Apart from time.
    pub standing: Standing,
}

impl Inspection {
    /// Where it stands on `today`.
    pub fn phase(&self, today: Day) -> Phase {
        match self.standing {
            Standing::Withdrawn => Phase::Withdrawn,
            Standing::Closed => Phase::Closed,
            Standing::Feedback => Phase::Signing,
            Standing::Open if today < self.from => Phase::Planned,
            Standing::Open if today > self.to => Phase::Over,
            Standing::Open => Phase::Running,
        }
    }

    /// `11月5日` or `11月5日至11月7日`; with the year where it is not the one of the book.
    pub fn days(&self) -> String {
        let far = |day: Day| day.year() != self.year;
        let words = |day: Day| if far(self.from) || far(self.to) { zh(day) } else { zh_short(day) };
        if self.from == self.to { words(self.from) } else { format!("{}至{}", words(self.from), words(self.to)) }
    }

    /// Is the book open to `person` on `today` by this reading? Only on its days; the feedback ends it.
    pub fn opens(&self, person: PersonId, today: Day) -> bool {
        self.phase(today) == Phase::Running && self.readers.contains(&person)
    }

    /// The reading broke off and goes on until `to`: told to the head again, like its first days.
    ///
    /// # Errors
    /// Not begun or ended; a day before today or not after the last one; longer than [`DAYS_MAX`] from today.
    pub fn prolong(&self, today: Day, to: Option<Day>) -> Result<Day, Rejection> {
        if !matches!(self.phase(today), Phase::Running | Phase::Over) {
            return Err(Rejection::state("只有翻阅中或日期已过、还没有反馈的检查可以顺延，没有保存。请刷新页面查看。"));
        }
        let to = to.ok_or_else(|| Rejection::field("to", "还没有选顺延到哪天，没有保存。请选择日期。"))?;
        if to < today || to <= self.to {
            return Err(Rejection::field("to", "顺延后的日期应不早于今天、晚于原来的结束日期，没有保存。请重新选择。"));
        }
        if to > today + Days::new(DAYS_MAX - 1) {
            return Err(Rejection::field("to", format!("从今天起最长顺延 {DAYS_MAX} 天，没有保存。请缩短日期。")));
        }
        Ok(to)
    }

    /// May remarks still be written on `today`? What was noted on site without a network comes in later.
    ///
    /// # Errors
    /// Said in words: not begun, already in signing, or ended.
    pub fn takes_remarks(&self, today: Day) -> Result<(), Rejection> {
        match self.phase(today) {
            Phase::Running | Phase::Over => Ok(()),
            Phase::Planned => {
                Err(Rejection::state(format!("翻阅检查从{}开始，意见还没有保存。请到时再填写。", zh_short(self.from))))
            }
            Phase::Signing => {
                Err(Rejection::state("反馈意见已经定稿，正在签字，这条意见没有保存。如需修改，请先退回修改。"))
            }
            Phase::Closed | Phase::Withdrawn => {
                Err(Rejection::state("这次翻阅检查已经结束，这条意见没有保存。如有新情况，请另行登记翻阅检查。"))
            }
        }
    }
}

/// May the head still sign with his secret on the reader's screen, after so many wrong ones today?
///
/// # Errors
/// Closed until tomorrow; his own device and paper stay.
pub fn here_open(wrong_today: u32) -> Result<(), Rejection> {
    if wrong_today < HERE_MAX {
        return Ok(());
    }
    Err(Rejection::field(
        "secret",
        format!(
            "这次检查今天已输错 {HERE_MAX} 次密码，当天不再接受在这里输入密码签字，没有核对密码。请负责人在自己的设备上签字，或登记纸质签字。"
        ),
    ))
}

/// What it takes to register a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInspection {
    /// Purpose.
    pub purpose: Purpose,
    /// Year of the book.
    pub year: i32,
    /// First day.
    pub from: Option<Day>,
    /// Last day; the first one if left out.
    pub to: Option<Day>,
    /// Who reads.
    pub readers: Vec<PersonId>,
}

impl NewInspection {
    /// Checks it on `today`.
    ///
    /// # Errors
    /// A missing, past or far day, an end before the beginning or too far from it, no reader, a year that is
    /// neither this one nor the last.
    pub fn check(self, today: Day) -> Result<Inspection, Rejection> {
        let from = self.from.ok_or_else(|| Rejection::field("from", "还没有选开始日期，没有登记。请选择日期。"))?;
        let to = self.to.unwrap_or(from);
        if from < today {
            return Err(Rejection::field(
                "from",
                "开始日期早于今天，没有登记。翻阅检查须先告知，请选择今天或以后的日期。",
            ));
        }
        if from > today + Days::new(AHEAD_MAX) {
            return Err(Rejection::field(
                "from",
                format!(
                    "开始日期在 {AHEAD_MAX} 天以后，没有登记。翻阅检查最早提前 {AHEAD_MAX} 天登记（示范），请核对日期。"
                ),
            ));
        }
        if to < from {
            return Err(Rejection::field("to", "结束日期早于开始日期，没有登记。请核对日期。"));
        }
        if to > from + Days::new(DAYS_MAX - 1) {
            return Err(Rejection::field("to", format!("一次翻阅检查最长 {DAYS_MAX} 天，没有登记。请缩短日期。")));
        }
        if !(today.year() - 1..=today.year()).contains(&self.year) {
            return Err(Rejection::field("year", "只能登记今年或去年的记录本，没有登记。请重新选择年度。"));
        }
        let mut readers: Vec<PersonId> = Vec::new();
        for reader in self.readers {
            if !readers.contains(&reader) {
                readers.push(reader);
            }
        }
        if readers.is_empty() {
            return Err(Rejection::field("reader", "还没有选翻阅人员，没有登记。请至少选择一人。"));
        }
        if readers.len() > READERS_MAX {
            return Err(Rejection::field("reader", format!("翻阅人员最多 {READERS_MAX} 人，没有登记。请减少人数。")));
        }
        Ok(Inspection { purpose: self.purpose, year: self.year, from, to, readers, standing: Standing::Open })
    }
}
