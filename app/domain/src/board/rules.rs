//! The rules by which items get their colours: serialisable, versioned data and one pure
//! function. Refuses clocks, counting of entries and any factor such as sign-ins.
//!
//! Source: interfaces 2; red only for hard items (practice 3.7).

use std::cmp::Reverse;

use chrono::{Datelike, Days};
use serde::{Deserialize, Serialize};

use super::{
    Tone,
    colour::{Colour, Fact, FactId, Facts, ItemFacts, Progress, Refuted},
};
use crate::{
    Rejection,
    duties::{Frequency, ListDays, period_label},
    time::{Day, zh, zh_short},
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
        }
    }
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

    /// Checks a rule set that somebody wrote: no reminder longer than the window itself.
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
        Ok(())
    }
}

/// The colours of all items on `today`, in the order of `facts.items`. Pure: the same
/// rules, facts and day give the same colours.
pub fn evaluate(rules: &RuleSet, facts: &Facts, today: Day) -> Vec<Colour> {
    facts.items.iter().map(|item| colour(rules, facts, item, today)).collect()
}

/// State of one occurrence on a day.
struct Standing<'a> {
    fact: &'a Fact,
    tone: Tone,
    overdue: bool,
    /// Day from which time alone makes it something else.
    changes: Option<Day>,
}

fn standing<'a>(rules: &RuleSet, facts: &Facts, item: &ItemFacts, fact: &'a Fact, today: Day) -> Standing<'a> {
    let red = item.hard && rules.hard_can_be_red;
    if let Some(done) = fact.satisfied {
        // Yellow turns green by the person's own record; what was red waits for a checker.
        // A gap from before the arrival is not the successor's, so it waits for nobody.
        let was_red = red && done.recorded_on > fact.due && facts.obliges(fact.due);
        let tone = if was_red && !done.verified { Tone::Pending } else { Tone::Ok };
        return Standing { fact, tone, overdue: false, changes: None };
    }
    let yellow = rules.yellow_from(item.cadence, fact.due);
    if today > fact.due {
        let tone = if red { Tone::Late } else { Tone::Warn };
        Standing { fact, tone, overdue: true, changes: None }
    } else if today >= yellow {
        Standing { fact, tone: Tone::Warn, overdue: false, changes: fact.due.succ_opt() }
    } else {
        Standing { fact, tone: Tone::None, overdue: false, changes: Some(yellow) }
    }
}

fn colour(rules: &RuleSet, facts: &Facts, item: &ItemFacts, today: Day) -> Colour {
    let standings: Vec<Standing> = item
        .occurrences
        .iter()
        .filter(|fact| fact.satisfied.is_some() || facts.obliges(fact.due))
        .map(|fact| standing(rules, facts, item, fact, today))
        .collect();
    // The occurrence that speaks for the item: the most urgent; among equals the latest
    // done, the earliest wanting.
    let leading = standings.iter().max_by_key(|s| {
        let days = s.fact.due.num_days_from_ce();
        (s.tone, if s.tone == Tone::Ok { days } else { -days }, Reverse(s.fact.id))
    });
    let (tone, overdue, reason) = match leading {
        Some(s) => (s.tone, s.overdue, reason(item, s, facts.year)),
        None if item.recorded => (Tone::Ok, false, format!("{}已有记录；{}", subject(item), NO_DATE)),
        None if item.cadence == Frequency::AnyTime => {
            (Tone::None, false, format!("{}尚无记录；{NO_DATE}", subject(item)))
        }
        None => (Tone::None, false, format!("{}目前没有到期要求。", subject(item))),
    };
    let refuted = item.refuted.filter(|r| r.answered != Some(true));
    let (tone, overdue, reason) = match refuted {
        // Red whatever the item: 核查不符 is hard in itself, and no date makes it so.
        Some(r) => (refuted_tone(rules, r), false, refuted_reason(item, r, facts.year)),
        None => (tone, overdue, reason),
    };
    let done = item.recorded || standings.iter().any(|s| s.fact.satisfied.is_some());
    let wanting = |s: &Standing| s.fact.satisfied.is_none() && s.fact.due < today;
    let progress =
        if tone == Tone::Pending || refuted.is_some() || standings.iter().any(wanting) || (!done && tone == Tone::Warn)
        {
            Progress::Going
        } else if done {
            Progress::Done
        } else {
            Progress::NotDue
        };
    Colour {
        duty_id: item.duty,
        code: item.code.clone(),
        text: item.text.clone(),
        tone,
        overdue,
        reason,
        facts: leading.map(|s| fact_ids(s.fact)).unwrap_or_default(),
        progress,
        rule_version: rules.version,
        valid_until: standings.iter().filter_map(|s| s.changes).min(),
    }
}

/// 随时 items: never due, never coloured by time.
const NO_DATE: &str = "随时开展的事项不设期限，不会变色。";

fn refuted_tone(rules: &RuleSet, refuted: Refuted) -> Tone {
    match refuted.answered {
        Some(_) => Tone::Pending,
        None if rules.hard_can_be_red => Tone::Late,
        None => Tone::Warn,
    }
}

fn refuted_reason(item: &ItemFacts, refuted: Refuted, year: i32) -> String {
    let (what, on) = (subject(item), date(refuted.on, year));
    match refuted.answered {
        Some(_) => format!("{what}{on}核查不符，现已补记，等待核实。"),
        None => format!("{what}{on}翻阅检查认定核查不符（两人认定）；请据实补充，或对检查意见申请核对。"),
    }
}

fn fact_ids(fact: &Fact) -> Vec<FactId> {
    let record = fact.satisfied.map(|done| FactId::Record(done.record));
    std::iter::once(FactId::Occurrence(fact.id)).chain(record).collect()
}

fn subject(item: &ItemFacts) -> String {
    format!("{}「{}」", item.code, item.text)
}

fn date(day: Day, year: i32) -> String {
    if day.year() == year { zh_short(day) } else { zh(day) }
}

fn reason(item: &ItemFacts, standing: &Standing, year: i32) -> String {
    let Standing { fact, tone, overdue, .. } = standing;
    let what = subject(item);
    let period = period_label(item.cadence, fact.window);
    let due = date(fact.due, year);
    match (fact.satisfied, tone) {
        (Some(done), Tone::Pending) => format!(
            "{what}{period}应于{due}前落实，{}开展、{}补记，等待核实。",
            date(done.event_on, year),
            date(done.recorded_on, year)
        ),
        (Some(done), _) if done.recorded_on > fact.due => format!(
            "{what}{period}已落实：{}开展，{}补记{}。",
            date(done.event_on, year),
            date(done.recorded_on, year),
            if done.verified { "，已核实" } else { "" }
        ),
        (Some(done), _) => format!(
            "{what}{period}已落实：{}开展{}。",
            date(done.event_on, year),
            if done.verified { "，已核实" } else { "，已记录" }
        ),
        (None, Tone::Late) => format!("{what}{period}尚无记录，{due}已到期，现已逾期。"),
        (None, Tone::Warn) if *overdue => format!("{what}{period}尚无记录，{due}已到期；属一般事项，不会变红。"),
        (None, Tone::Warn) => format!("{what}{period}尚无记录，{due}到期，已进入提醒期。"),
        (None, _) => format!("{what}{period}尚无记录，{due}到期，未到提醒期。"),
    }
}
