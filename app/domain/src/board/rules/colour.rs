//! Evaluation: facts and a day in, colours with reasons out. Pure.

use std::cmp::Reverse;

use chrono::{Datelike, Days};

use super::{
    Rule, RuleSet,
    language::{Counts, Subject},
};
use crate::{
    board::{
        Tone,
        colour::{Colour, FOUND, Fact, FactId, Facts, ItemFacts, OVER, Progress, Refuted},
    },
    duties::{Frequency, period_label},
    time::{Day, zh, zh_short},
};

/// The colours of all items on `today`, in the order of `facts.items`. Pure: the same
/// rules, facts and day give the same colours.
pub fn evaluate(rules: &RuleSet, facts: &Facts, today: Day) -> Vec<Colour> {
    let counting = rules.rules.iter().any(Rule::counts);
    facts
        .items
        .iter()
        .map(|item| Evaluation { rules, facts, item, counting, hard: rules.is_hard(item) }.colour(today))
        .collect()
}

/// One item under the rules.
#[derive(Clone, Copy)]
struct Evaluation<'a> {
    rules: &'a RuleSet,
    facts: &'a Facts,
    item: &'a ItemFacts,
    /// Does any rule count due dates?
    counting: bool,
    hard: bool,
}

/// State of one occurrence on a day.
struct Standing<'a> {
    fact: &'a Fact,
    tone: Tone,
    overdue: bool,
    /// The additional rule that made it what it is.
    by: Option<&'a Rule>,
    /// Day from which time alone makes it something else.
    changes: Option<Day>,
}

impl<'a> Evaluation<'a> {
    fn may_be_red(self) -> bool {
        self.hard && self.rules.hard_can_be_red
    }

    /// How the due dates of the item had gone by `on`; records made from `before` on are not known yet.
    fn counts(self, on: Day, before: Option<Day>) -> Counts {
        let mut counts = Counts::default();
        if !self.counting {
            return counts;
        }
        for fact in self.item.occurrences.iter().filter(|f| f.due < on && self.facts.asks_for(f)) {
            match fact.satisfied.filter(|done| before.is_none_or(|day| done.recorded_on < day)) {
                None => counts.wanting += 1,
                Some(done) if done.recorded_on > fact.due => counts.late += 1,
                Some(_) => counts.in_time += 1,
            }
        }
        counts
    }

    /// Tone of something not recorded on `on`, and the additional rule that makes it more urgent than it would be.
    fn wanting(self, fact: &Fact, on: Day, counts: Counts) -> (Tone, Option<&'a Rule>) {
        let overdue = on > fact.due;
        let past = (on - fact.due).num_days();
        let mut tone = if overdue && self.may_be_red() && past > i64::from(self.rules.red_after_days) {
            Tone::Late
        } else if on >= self.rules.yellow_from(self.item.cadence, fact.due) {
            Tone::Warn
        } else {
            Tone::None
        };
        let mut by = None;
        let about =
            Subject { hard: self.hard, cadence: self.item.cadence, code: &self.item.code, due: fact.due, counts };
        for rule in &self.rules.rules {
            // Whatever a rule says: red is for hard items past their day.
            let most = if self.may_be_red() && overdue { Tone::Late } else { Tone::Warn };
            let says = rule.tone.min(most);
            if says > tone && rule.holds(about, on) {
                (tone, by) = (says, Some(rule));
            }
        }
        (tone, by)
    }

    fn standing(self, fact: &'a Fact, today: Day, counts: Counts) -> Standing<'a> {
        if let Some(done) = fact.satisfied {
            // Yellow turns green by the person's own record; what was red waits for a checker.
            // A gap from before the arrival is not the successor's, so it waits for nobody.
            let on = done.recorded_on;
            let was_red = on > fact.due
                && self.may_be_red()
                && self.facts.asks_for(fact)
                && self.wanting(fact, on, self.counts(on, Some(on))).0 == Tone::Late;
            let tone = if was_red && !done.verified { Tone::Pending } else { Tone::Ok };
            return Standing { fact, tone, overdue: false, by: None, changes: None };
        }
        let (tone, by) = self.wanting(fact, today, counts);
        Standing { fact, tone, overdue: today > fact.due, by, changes: self.next(fact, today) }
    }

    /// The first day after `today` on which time alone may change something not recorded.
    fn next(self, fact: &Fact, today: Day) -> Option<Day> {
        let usual = [
            Some(self.rules.yellow_from(self.item.cadence, fact.due)),
            fact.due.succ_opt(),
            self.may_be_red()
                .then(|| fact.due.checked_add_days(Days::new(u64::from(self.rules.red_after_days) + 1)))
                .flatten(),
        ];
        let added = self.rules.rules.iter().flat_map(|rule| &rule.when).map(|c| c.turns(fact.due));
        usual.into_iter().chain(added).flatten().filter(|day| *day > today).min()
    }

    fn colour(self, today: Day) -> Colour {
        let Self { rules, facts, item, .. } = self;
        let counts = self.counts(today, None);
        let standings: Vec<Standing> = item
            .occurrences
            .iter()
            .filter(|fact| fact.satisfied.is_some() || facts.asks_for(fact))
            .map(|fact| self.standing(fact, today, counts))
            .collect();
        // The occurrence that speaks for the item: the most urgent; among equals the latest
        // done, the earliest wanting.
        let leading = standings.iter().max_by_key(|s| {
            let days = s.fact.due.num_days_from_ce();
            (s.tone, if s.tone == Tone::Ok { days } else { -days }, Reverse(s.fact.id))
        });
        let (tone, overdue, reason) = match leading {
            Some(s) => (s.tone, s.overdue, self.reason(s, counts)),
            // An item with dates of which none is asked for any more.
            None if item.recorded && item.cadence != Frequency::AnyTime => {
                (Tone::Ok, false, format!("{}已有记录。", subject(item)))
            }
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
        let going = tone == Tone::Pending
            || refuted.is_some()
            || standings.iter().any(wanting)
            || (!done && tone == Tone::Warn);
        let progress = if going {
            Progress::Going
        } else if done {
            Progress::Done
        } else {
            Progress::NotDue
        };
        // What rules count changes with every due date of the item, recorded or not.
        let dates = item.occurrences.iter().filter(|_| self.counting).filter_map(|fact| fact.due.succ_opt());
        let valid_until = standings.iter().filter_map(|s| s.changes).chain(dates.filter(|day| *day > today)).min();
        Colour {
            duty_id: item.duty,
            code: item.code.clone(),
            text: item.text.clone(),
            tone,
            overdue,
            refuted: refuted.is_some(),
            reason,
            facts: self.ground(refuted, leading, today),
            progress,
            rule_version: rules.version,
            valid_until,
        }
    }

    /// What the colour rests on. 核查不符 rests on the remark alone until something answers it.
    fn ground(self, refuted: Option<Refuted>, leading: Option<&Standing>, today: Day) -> Vec<FactId> {
        let found = refuted.map(|r| FactId::Remark(r.remark));
        let dated = leading.filter(|_| refuted.is_none_or(|r| r.answered.is_some()));
        found.into_iter().chain(dated.map(|s| self.fact_ids(s, today)).unwrap_or_default()).collect()
    }

    /// What a standing rests on: the occurrence that speaks, its record, and what a rule counted.
    fn fact_ids(self, standing: &Standing, today: Day) -> Vec<FactId> {
        let record = standing.fact.satisfied.map(|done| FactId::Record(done.record));
        let mut ids: Vec<FactId> = std::iter::once(FactId::Occurrence(standing.fact.id)).chain(record).collect();
        if standing.by.is_some_and(Rule::counts) {
            let counted = self.item.occurrences.iter().filter(|f| f.id != standing.fact.id && f.due < today);
            let counted = counted.filter(|f| self.facts.asks_for(f));
            let behind = |f: &&Fact| f.satisfied.is_none_or(|done| done.recorded_on > f.due);
            ids.extend(counted.filter(behind).map(|f| FactId::Occurrence(f.id)));
        }
        ids
    }

    fn reason(self, standing: &Standing, counts: Counts) -> String {
        let Standing { fact, tone, overdue, by, .. } = standing;
        let year = self.facts.year;
        let what = subject(self.item);
        let period = period_label(self.item.cadence, fact.window);
        let due = date(fact.due, year);
        if let (None, Some(rule)) = (fact.satisfied, by) {
            let state = if *overdue { OVER } else { "到期" };
            let counted = if rule.counts() {
                format!("，本年到期未落实 {} 次、补记 {} 次", counts.wanting, counts.late)
            } else {
                String::new()
            };
            return format!(
                "{what}{period}尚无记录，{due}{state}{counted}；按补充规则“{}”（{}）显示{}。",
                rule.name,
                rule.conditions(),
                if *tone == Tone::Late { "红色" } else { "黄色" }
            );
        }
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
            (None, Tone::Late) => format!("{what}{period}尚无记录，{due}{OVER}，现已逾期。"),
            (None, Tone::Warn) if *overdue => format!("{what}{period}尚无记录，{due}{OVER}；{}", self.not_red()),
            (None, Tone::Warn) => format!("{what}{period}尚无记录，{due}到期，已进入提醒期。"),
            (None, _) => format!("{what}{period}尚无记录，{due}到期，未到提醒期。"),
        }
    }

    /// Why something past its day is yellow.
    fn not_red(self) -> String {
        if !self.hard {
            "属一般事项，不会变红。".to_owned()
        } else if self.rules.hard_can_be_red {
            format!("属硬性事项，逾期超过 {} 天显示红色。", self.rules.red_after_days)
        } else {
            "属硬性事项，现行规则不使用红色。".to_owned()
        }
    }
}

/// 随时 items: never due, never coloured by time.
const NO_DATE: &str = "随时开展的事项不设期限，不会变色。";

fn refuted_tone(rules: &RuleSet, refuted: Refuted) -> Tone {
    match refuted.answered {
        Some(_) => Tone::Pending,
        None if rules.refuted_is_red() => Tone::Late,
        None => Tone::Warn,
    }
}

fn refuted_reason(item: &ItemFacts, refuted: Refuted, year: i32) -> String {
    let (what, on) = (subject(item), date(refuted.on, year));
    match refuted.answered {
        Some(_) => format!("{what}{on}核查不符，现已补记，等待核实。"),
        None => format!("{what}{on}翻阅检查{FOUND}（两人认定）；请据实补充，或对检查意见申请核对。"),
    }
}

fn subject(item: &ItemFacts) -> String {
    format!("{}「{}」", item.code, item.text)
}

fn date(day: Day, year: i32) -> String {
    if day.year() == year { zh_short(day) } else { zh(day) }
}
