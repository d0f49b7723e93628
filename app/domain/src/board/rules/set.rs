//! One version of the rules: the yellow windows, what may be red, and the additional rules.

use chrono::Days;
use serde::{Deserialize, Serialize};

use super::{Rule, coherent};
use crate::{
    Rejection,
    board::ItemFacts,
    duties::{Frequency, ListDays},
    oversight::ANSWER_DAYS,
    time::Day,
};

/// One version of the rules (规则第 n 版). Yellow days are calendar days before the due day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Version, from 1; every colour names it.
    pub version: u32,
    /// Yellow before the end of a month.
    pub monthly_days: u32,
    /// Yellow before the end of a quarter.
    pub quarterly_days: u32,
    /// Yellow before the end of a half-year.
    pub half_yearly_days: u32,
    /// Yellow before the due day of a yearly item.
    pub yearly_days: u32,
    /// Yellow before the due day of a 任期一次 item.
    pub once_per_term_days: u32,
    /// Working days of a list's way to its head (H1).
    pub list: ListDays,
    /// Whether hard items go red when overdue; off, everything is at most yellow.
    pub hard_can_be_red: bool,
    /// Which items are hard. Sets stored before it was editable have the default.
    #[serde(default)]
    pub hard: HardItems,
    /// Calendar days past its due day for which a hard item is still yellow.
    #[serde(default)]
    pub red_after_days: u32,
    /// Working days for the answer to a 申请核对.
    #[serde(default = "answer_days")]
    pub check_days: u32,
    /// Additional rules; they only ever make a colour more urgent.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

fn answer_days() -> u32 {
    ANSWER_DAYS
}

impl Default for RuleSet {
    /// 示范 values of interfaces 2.
    fn default() -> Self {
        Self {
            version: 1,
            monthly_days: 5,
            quarterly_days: 10,
            half_yearly_days: 20,
            yearly_days: 30,
            once_per_term_days: 10,
            list: ListDays::default(),
            hard_can_be_red: true,
            hard: HardItems::default(),
            red_after_days: 0,
            check_days: ANSWER_DAYS,
            rules: Vec::new(),
        }
    }
}

/// The catalogue of hard matters among the items of a list (practice 3.7), known by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HardKind {
    /// 专题研究.
    Study,
    /// 民主生活会.
    Meeting,
    /// 年度报告.
    YearReport,
    /// 三个月报告.
    ThreeMonths,
    /// Marked 硬性 in the template by the district itself.
    Other,
}

impl HardKind {
    /// The whole catalogue.
    pub const ALL: [Self; 5] = [Self::Study, Self::Meeting, Self::YearReport, Self::ThreeMonths, Self::Other];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Study => "专题研究全面从严治党",
            Self::Meeting => "民主生活会",
            Self::YearReport => "年度书面报告",
            Self::ThreeMonths => "“三交底”满三个月报告",
            Self::Other => "清单模板里另外标为硬性的事项",
        }
    }

    /// Stable key of forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::Meeting => "meeting",
            Self::YearReport => "year_report",
            Self::ThreeMonths => "three_months",
            Self::Other => "other",
        }
    }

    /// The kind of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// Which of them an item's short text is about.
    pub fn of(text: &str) -> Self {
        let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if has(&["专题研究", "专题会议研究"]) {
            Self::Study
        } else if has(&["民主生活会"]) {
            Self::Meeting
        } else if has(&["满3个月", "满三个月"]) {
            Self::ThreeMonths
        } else if has(&["书面报告", "年度报告"]) {
            Self::YearReport
        } else {
            Self::Other
        }
    }
}

/// Which items are hard (may go red). Numbers are those printed: `3.3`, or `3` for a whole 大项; the longer wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HardItems {
    /// Of the items that the list marks 硬性, these kinds are hard.
    pub kinds: Vec<HardKind>,
    /// Hard by number, whatever the list says.
    pub also: Vec<String>,
    /// Ordinary by number, whatever the list says.
    pub never: Vec<String>,
    /// Overdue 整改 is hard.
    pub rectification: bool,
    /// 核查不符 is hard.
    pub refuted: bool,
}

impl Default for HardItems {
    fn default() -> Self {
        Self { kinds: HardKind::ALL.to_vec(), also: Vec::new(), never: Vec::new(), rectification: true, refuted: true }
    }
}

/// Does the number `code` of an item fall under `named`, an item or a 大项?
pub(super) fn under(code: &str, named: &str) -> bool {
    code == named || code.strip_prefix(named).is_some_and(|rest| rest.starts_with('.'))
}

impl RuleSet {
    /// `规则第3版`.
    pub fn label(&self) -> String {
        format!("规则第{}版", self.version)
    }

    /// Days before the due day in which an item of this cadence is yellow; `None` for 随时.
    pub fn yellow_days(&self, cadence: Frequency) -> Option<u32> {
        match cadence {
            Frequency::Monthly => Some(self.monthly_days),
            Frequency::Quarterly => Some(self.quarterly_days),
            Frequency::HalfYearly => Some(self.half_yearly_days),
            Frequency::Yearly => Some(self.yearly_days),
            Frequency::OncePerTerm => Some(self.once_per_term_days),
            Frequency::AnyTime => None,
        }
    }

    /// First day on which an unsatisfied occurrence is yellow.
    pub fn yellow_from(&self, cadence: Frequency, due: Day) -> Day {
        due - Days::new(u64::from(self.yellow_days(cadence).unwrap_or(0)))
    }

    /// Is an item hard under these rules: one that the list marks `marked`, with this number and short text?
    pub fn counts_as_hard(&self, marked: bool, code: &str, text: &str) -> bool {
        let longest = |names: &[String]| names.iter().filter(|n| under(code, n)).map(String::len).max();
        match (longest(&self.hard.also), longest(&self.hard.never)) {
            (None, None) => marked && self.hard.kinds.contains(&HardKind::of(text)),
            (also, never) => also > never,
        }
    }

    /// [`counts_as_hard`](Self::counts_as_hard) of an item's facts.
    pub fn is_hard(&self, item: &ItemFacts) -> bool {
        self.counts_as_hard(item.hard, &item.code, &item.text)
    }

    /// May overdue 整改 be red?
    pub fn rectification_is_red(&self) -> bool {
        self.hard_can_be_red && self.hard.rectification
    }

    /// May 核查不符 be red?
    pub fn refuted_is_red(&self) -> bool {
        self.hard_can_be_red && self.hard.refuted
    }

    /// Checks a rule set that somebody wrote: no reminder longer than the window itself, nothing that contradicts
    /// itself or has no effect, red for hard items past their day only.
    ///
    /// # Errors
    /// The first thing that is wrong, at its field, with an example of what it would do.
    pub fn validate(&self) -> Result<(), Rejection> {
        let limits = [
            ("monthly_days", "每月事项的提醒天数", self.monthly_days, 0, 20),
            ("quarterly_days", "每季度事项的提醒天数", self.quarterly_days, 0, 60),
            ("half_yearly_days", "每半年事项的提醒天数", self.half_yearly_days, 0, 120),
            ("yearly_days", "每年事项的提醒天数", self.yearly_days, 0, 180),
            ("once_per_term_days", "任期一次事项的提醒天数", self.once_per_term_days, 0, 60),
            ("comment_days", "征求意见工作日数", self.list.comment, 1, 60),
            ("receipt_days", "签收工作日数", self.list.receipt, 1, 60),
            ("telephone_days", "电话提醒工作日数", self.list.telephone, self.list.receipt, 90),
            ("red_after_days", "硬性事项逾期后显示红色的天数", self.red_after_days, 0, 90),
            ("check_days", "申请核对的答复工作日数", self.check_days, 1, 30),
        ];
        for (field, label, value, from, to) in limits {
            if value < from || value > to {
                return Err(Rejection::field(
                    field,
                    format!("{label}是 {value}，应在 {from} 到 {to} 之间，没有保存。请改正后再提交。"),
                ));
            }
        }
        if self.version == 0 {
            return Err(Rejection::field("version", "规则版本号从 1 开始，没有保存。请改正后再提交。"));
        }
        coherent::check(self)
    }

    /// What whoever adopts the rules should know though nothing is wrong: shares whose divisor may be 0.
    pub fn notes(&self) -> Vec<String> {
        (1..).zip(&self.rules).flat_map(|(n, rule): (usize, &Rule)| coherent::notes(n, rule)).collect()
    }
}
