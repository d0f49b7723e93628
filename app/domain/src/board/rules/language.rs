//! The language of additional rules: small and closed. A condition speaks of the days of an item, of what kind
//! it is, and of how its own due dates of the year went. There is no word for sign-ins, entries, time online or
//! length of texts, so no rule can be made of them.

use serde::{Deserialize, Serialize};

use super::set::under;
use crate::{board::Tone, duties::Frequency, time::Day};

/// Something countable of one item in one year: its own due dates, never its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// 已到期次数.
    FellDue,
    /// 按期落实次数: recorded by the due day.
    InTime,
    /// 补记次数: recorded after it.
    Late,
    /// 到期未落实次数.
    Wanting,
}

impl Count {
    /// Every count.
    pub const ALL: [Self; 4] = [Self::FellDue, Self::InTime, Self::Late, Self::Wanting];

    /// Chinese words.
    pub fn label(self) -> &'static str {
        match self {
            Self::FellDue => "已到期次数",
            Self::InTime => "按期落实次数",
            Self::Late => "补记次数",
            Self::Wanting => "到期未落实次数",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::FellDue => "fell_due",
            Self::InTime => "in_time",
            Self::Late => "late",
            Self::Wanting => "wanting",
        }
    }

    /// The count of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// The counts of an item on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub in_time: u32,
    pub late: u32,
    pub wanting: u32,
}

impl Counts {
    pub fn of(self, count: Count) -> u32 {
        match count {
            Count::FellDue => self.in_time + self.late + self.wanting,
            Count::InTime => self.in_time,
            Count::Late => self.late,
            Count::Wanting => self.wanting,
        }
    }
}

/// One condition. The list is closed: interfaces 2 and practice 3.6 say what must never colour anybody.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "factor", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// 距到期不超过 n 天; holds past the due day, too.
    DaysToDue {
        /// Calendar days.
        at_most: u32,
    },
    /// 逾期 n 天以上.
    DaysOverdue {
        /// Calendar days, from 1.
        at_least: u32,
    },
    /// 硬性事项, or 一般事项.
    Hard {
        /// Which of the two.
        is: bool,
    },
    /// 频次.
    Cadence {
        /// One of these.
        one_of: Vec<Frequency>,
    },
    /// 条目.
    Items {
        /// Printed numbers: `3.3`, or `3` for a 大项.
        one_of: Vec<String>,
    },
    /// 本年到期未落实次数.
    TimesWanting {
        /// From 1.
        at_least: u32,
    },
    /// 本年补记次数.
    TimesLate {
        /// From 1.
        at_least: u32,
    },
    /// One count by another in percent. Where the divisor is 0 it does not hold.
    Share {
        /// What is divided.
        of: Count,
        /// By what.
        per: Count,
        /// Percent, from 1.
        at_least: u32,
    },
}

/// What a condition is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub hard: bool,
    pub cadence: Frequency,
    pub code: &'a str,
    pub due: Day,
    pub counts: Counts,
}

impl Condition {
    /// Names of the factors, as they stand in JSON, with their Chinese words.
    pub const FACTORS: [(&'static str, &'static str); 8] = [
        ("days_to_due", "距到期天数"),
        ("days_overdue", "逾期天数"),
        ("hard", "是否硬性事项"),
        ("cadence", "频次"),
        ("items", "清单条目"),
        ("times_wanting", "本年到期未落实次数"),
        ("times_late", "本年补记次数"),
        ("share", "上述次数之间的比值"),
    ];

    /// Name of the factor.
    pub fn factor(&self) -> &'static str {
        match self {
            Self::DaysToDue { .. } => "days_to_due",
            Self::DaysOverdue { .. } => "days_overdue",
            Self::Hard { .. } => "hard",
            Self::Cadence { .. } => "cadence",
            Self::Items { .. } => "items",
            Self::TimesWanting { .. } => "times_wanting",
            Self::TimesLate { .. } => "times_late",
            Self::Share { .. } => "share",
        }
    }

    /// Does it speak of how earlier due dates went?
    pub(super) fn counts(&self) -> bool {
        matches!(self, Self::TimesWanting { .. } | Self::TimesLate { .. } | Self::Share { .. })
    }

    /// Does it hold of an occurrence that nothing was recorded for, on day `on`?
    pub(super) fn holds(&self, about: Subject<'_>, on: Day) -> bool {
        let left = (about.due - on).num_days();
        match self {
            Self::DaysToDue { at_most } => left <= i64::from(*at_most),
            Self::DaysOverdue { at_least } => -left >= i64::from((*at_least).max(1)),
            Self::Hard { is } => about.hard == *is,
            Self::Cadence { one_of } => one_of.contains(&about.cadence),
            Self::Items { one_of } => one_of.iter().any(|named| under(about.code, named)),
            Self::TimesWanting { at_least } => about.counts.wanting >= (*at_least).max(1),
            Self::TimesLate { at_least } => about.counts.late >= (*at_least).max(1),
            Self::Share { of, per, at_least } => {
                let (of, per) = (u64::from(about.counts.of(*of)), u64::from(about.counts.of(*per)));
                // Nothing divided by nothing is no share: the rule does not apply.
                per > 0 && of * 100 >= u64::from((*at_least).max(1)) * per
            }
        }
    }

    /// First days on which time alone can make it hold, for an occurrence due on `due`.
    pub(super) fn turns(&self, due: Day) -> Option<Day> {
        match self {
            Self::DaysToDue { at_most } => due.checked_sub_days(chrono::Days::new(u64::from(*at_most))),
            Self::DaysOverdue { at_least } => due.checked_add_days(chrono::Days::new(u64::from((*at_least).max(1)))),
            _ => None,
        }
    }

    /// In plain words: 「逾期 10 天以上」.
    pub fn words(&self) -> String {
        match self {
            Self::DaysToDue { at_most } => format!("距到期不超过 {at_most} 天"),
            Self::DaysOverdue { at_least } => format!("逾期 {at_least} 天以上"),
            Self::Hard { is: true } => "属硬性事项".to_owned(),
            Self::Hard { is: false } => "属一般事项".to_owned(),
            Self::Cadence { one_of } => {
                let words: Vec<&str> = one_of.iter().map(|f| f.label()).collect();
                format!("频次为{}", words.join("、"))
            }
            Self::Items { one_of } => {
                let word = |code: &String| if code.contains('.') { code.clone() } else { format!("第 {code} 大项") };
                format!("条目为 {}", one_of.iter().map(word).collect::<Vec<_>>().join("、"))
            }
            Self::TimesWanting { at_least } => format!("本年到期未落实 {at_least} 次以上"),
            Self::TimesLate { at_least } => format!("本年补记 {at_least} 次以上"),
            Self::Share { of, per, at_least } => {
                format!("本年{}占{}的 {at_least}% 以上", of.label(), per.label())
            }
        }
    }

    /// Whatever it holds of, `wider` holds of as well.
    pub(super) fn within(&self, wider: &Self) -> bool {
        match (self, wider) {
            (Self::DaysToDue { at_most: a }, Self::DaysToDue { at_most: b }) => a <= b,
            // Past the due day no days are left.
            (Self::DaysOverdue { .. }, Self::DaysToDue { .. }) => true,
            (Self::DaysOverdue { at_least: a }, Self::DaysOverdue { at_least: b })
            | (Self::TimesWanting { at_least: a }, Self::TimesWanting { at_least: b })
            | (Self::TimesLate { at_least: a }, Self::TimesLate { at_least: b }) => a >= b,
            (Self::Hard { is: a }, Self::Hard { is: b }) => a == b,
            (Self::Cadence { one_of: a }, Self::Cadence { one_of: b }) => a.iter().all(|f| b.contains(f)),
            (Self::Items { one_of: a }, Self::Items { one_of: b }) => {
                a.iter().all(|code| b.iter().any(|named| under(code, named)))
            }
            (
                Self::Share { of, per, at_least },
                Self::Share { of: other_of, per: other_per, at_least: other_least },
            ) => of == other_of && per == other_per && at_least >= other_least,
            _ => false,
        }
    }
}

/// An additional rule: where all conditions hold of something not recorded yet, it is at least this urgent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is called; every reason that it causes names it.
    pub name: String,
    /// All of them must hold.
    pub when: Vec<Condition>,
    /// [`Tone::Warn`] or [`Tone::Late`].
    pub tone: Tone,
    /// Why the district has it; shown with the rules.
    pub because: String,
}

impl Rule {
    /// Does it hold?
    pub(super) fn holds(&self, about: Subject<'_>, on: Day) -> bool {
        !self.when.is_empty() && self.when.iter().all(|c| c.holds(about, on))
    }

    /// Does one of its conditions speak of how earlier due dates went?
    pub(super) fn counts(&self) -> bool {
        self.when.iter().any(Condition::counts)
    }

    /// Its conditions in words, joined.
    pub fn conditions(&self) -> String {
        self.when.iter().map(Condition::words).collect::<Vec<_>>().join("，并且")
    }

    /// Whatever it colours, `wider` colours as well.
    pub(super) fn within(&self, wider: &Self) -> bool {
        wider.when.iter().all(|b| self.when.iter().any(|a| a.within(b)))
    }

    /// `黄色` or `红色`.
    pub fn colour(&self) -> &'static str {
        if self.tone == Tone::Late { "红色" } else { "黄色" }
    }
}
