//! The fold: facts and a day go in, the portrait comes out. Pure; the order of the facts does not matter.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use super::{
    About, Changes, Count, Dimension, Fact, FindingFact, ItemFact, Key, ListFact, OccurrenceFact, Part, PortraitFacts,
    Quarter, since,
    told::{finding_fact, item_fact, list_fact, review_fact},
    year,
};
use crate::{
    accountability::ItemKind,
    board::Duty,
    duties::DutyItem,
    ids::{DutyId, ItemId},
    oversight::RemarkKind,
    time::{Day, first_of, last_of, zh},
};

/// A quarter of the portrait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Quarter.
    pub quarter: Quarter,
    /// It is not over: its numbers still change (进行中).
    pub running: bool,
    /// First day that counts, where it is not the quarter's own: arrival or 启用日.
    pub from: Option<Day>,
    /// Last day of the term, where it is not the quarter's own.
    pub to: Option<Day>,
}

/// One duty over the quarters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Duty.
    pub duty: Duty,
    /// A number for each of [`Part::of`] the duty per column; `None` where the quarter has no facts: a gap, no zero.
    pub points: Vec<Option<Vec<Count>>>,
}

/// A finding with its speed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Item of the account.
    pub item: ItemId,
    /// 台账编号.
    pub number: String,
    /// Kind.
    pub kind: ItemKind,
    /// What is to be put right.
    pub problem: String,
    /// Counted from: when it was opened, or the arrival of a head who took it over.
    pub from: Day,
    /// Opened before the arrival (到任时接续).
    pub inherited: bool,
    /// Struck off, as far as the term knows.
    pub closed_on: Option<Day>,
    /// Calendar days from `from` to the striking off, or to the day of the portrait.
    pub days: i64,
}

/// What one head did in one term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portrait {
    /// First day that counts.
    pub starts: Day,
    /// The day that it shows.
    pub as_of: Day,
    /// Year chosen: the columns are its quarters and those of the year before, as far as the term goes.
    pub year: i32,
    /// Years to choose, the latest first.
    pub years: Vec<i32>,
    /// Quarters, the earliest first; none before arrival and 启用日.
    pub columns: Vec<Column>,
    /// The five duties in the order of the chain.
    pub series: Vec<Series>,
    /// 大项 of the year's list, in printed order.
    pub groups: Vec<Dimension>,
    /// The five responsibility lists, as far as items belong to them.
    pub lists: Vec<Dimension>,
    /// Items of the account, the earliest first.
    pub findings: Vec<Finding>,
    /// Since the end of the last quarter; `None` where nothing counts yet.
    pub changes: Option<Changes>,
}

impl Portrait {
    /// Every number.
    pub fn counts(&self) -> impl Iterator<Item = &Count> {
        let series = self.series.iter().flat_map(|s| s.points.iter().flatten().flatten());
        let dimensions = self.groups.iter().chain(&self.lists).flat_map(|d| &d.counts);
        series.chain(dimensions).chain(self.changes.iter().flat_map(|c| &c.lines))
    }

    /// The number of a key with its facts; `None` for a key that this portrait did not make.
    pub fn count(&self, key: &str) -> Option<&Count> {
        self.counts().find(|count| count.key == key)
    }

    /// The same numbers without the facts behind them, for a page that shows those of one number at a time.
    #[must_use]
    pub fn bare(mut self) -> Self {
        let series = self.series.iter_mut().flat_map(|s| s.points.iter_mut().flatten().flatten());
        let dimensions = self.groups.iter_mut().chain(&mut self.lists).flat_map(|d| &mut d.counts);
        let lines = self.changes.iter_mut().flat_map(|c| &mut c.lines);
        for count in series.chain(dimensions).chain(lines) {
            count.facts = Vec::new();
        }
        self
    }
}

/// The portrait of `facts` on `today`, with the quarters of `year` and the year before.
pub fn portrait(facts: &PortraitFacts, year: i32, today: Day) -> Portrait {
    let (starts, as_of) = (facts.starts(), facts.as_of(today));
    let years: Vec<i32> = (starts.year()..=as_of.year().max(starts.year())).rev().collect();
    let year = year.clamp(starts.year(), as_of.year().max(starts.year()));
    let from = starts.max(first_of(year - 1, 1));
    let to = as_of.min(last_of(year, 12));
    let runs = facts.term.to.is_none_or(|to| to >= today);
    let columns: Vec<Column> = if from > to {
        Vec::new()
    } else {
        Quarter::between(from, to)
            .into_iter()
            .map(|quarter| Column {
                quarter,
                running: runs && quarter.last() >= today,
                from: Some(starts).filter(|day| quarter.holds(*day) && *day > quarter.first()),
                to: facts.term.to.filter(|day| quarter.holds(*day) && *day < quarter.last()),
            })
            .collect()
    };
    let quarters: Vec<Quarter> = columns.iter().map(|c| c.quarter).collect();
    let series = Duty::ALL
        .into_iter()
        .map(|duty| Series { duty, points: quarters.iter().map(|q| point(facts, duty, *q, as_of)).collect() })
        .collect();
    Portrait {
        starts,
        as_of,
        year,
        years,
        series,
        groups: year::groups(facts, year, as_of),
        lists: year::lists(facts, year, as_of),
        findings: findings(facts, as_of),
        changes: (starts <= as_of).then(|| since::changes(facts, as_of)),
        columns,
    }
}

/// The numbers of a duty in a quarter; `None` where it has no facts.
fn point(facts: &PortraitFacts, duty: Duty, quarter: Quarter, as_of: Day) -> Option<Vec<Count>> {
    let mut found: BTreeMap<Part, Vec<Fact>> = BTreeMap::new();
    let mut note = String::new();
    let known = match duty {
        Duty::Ming => {
            for list in by_day(&facts.lists, |l| (l.issued_on, l.id.0)) {
                if quarter.holds(list.issued_on)
                    && let Some(part) = receipt(facts, list, as_of)
                {
                    found.entry(part).or_default().push(list_fact(list, as_of));
                }
            }
            !found.is_empty()
        }
        Duty::Lv => {
            for (item, due) in due_items(facts, |o| quarter.holds(o.due)) {
                let part = worst(&due, as_of);
                found.entry(part).or_default().push(item_fact(item, &due, as_of));
            }
            !found.is_empty()
        }
        Duty::Du => {
            let mut read = false;
            for reading in by_day(&facts.readings, |r| (r.to, r.id.0)) {
                if quarter.holds(reading.to) && facts.obliges(reading.to) {
                    read = true;
                    for remark in &reading.remarks {
                        let part = match remark.kind {
                            RemarkKind::Sound => Part::Sound,
                            RemarkKind::Wanting => Part::ToAdd,
                            RemarkKind::Mismatch => Part::Mismatch,
                        };
                        found.entry(part).or_default().push(Fact {
                            key: remark.id.0.simple().to_string(),
                            about: About::Reading(reading.id),
                            code: remark.about.clone(),
                            title: remark.kind.label().into(),
                            words: format!("{}，{}双方签字", reading.purpose, zh(reading.closed_on)),
                        });
                    }
                }
            }
            read
        }
        Duty::Ping => {
            for review in by_day(&facts.reviews, |r| (r.on, r.meeting.0)) {
                if quarter.holds(review.on) && facts.obliges(review.on) && review.on <= as_of {
                    let grade = review.grade.as_deref().unwrap_or("有效票不足，没有等次");
                    note = format!("{}年度 {grade}", review.year);
                    found.entry(Part::Result).or_default().push(review_fact(review));
                }
            }
            !found.is_empty()
        }
        Duty::Wen => {
            let end = quarter.last().min(as_of);
            let mine = own_findings(facts, as_of);
            for (finding, from) in &mine {
                let closed = finding.closed_on.filter(|day| *day <= as_of);
                let fact = finding_fact(finding, *from, as_of);
                if quarter.holds(*from) {
                    found.entry(Part::Opened).or_default().push(fact.clone());
                }
                if closed.is_some_and(|day| quarter.holds(day)) {
                    found.entry(Part::Closed).or_default().push(fact.clone());
                }
                if *from <= end && closed.is_none_or(|day| day > end) {
                    found.entry(Part::Open).or_default().push(fact);
                }
            }
            // Once there was a finding, none in hand is a fact.
            mine.iter().any(|(_, from)| *from <= end)
        }
    };
    known.then(|| {
        Part::of(duty)
            .iter()
            .map(|part| Count {
                note: if *part == Part::Result { note.clone() } else { String::new() },
                ..Count::of(&Key::Quarter(quarter, *part), found.remove(part).unwrap_or_default())
            })
            .collect()
    })
}

/// In the order of time, the same however they were loaded.
pub(super) fn by_day<T, K: Ord>(all: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut sorted: Vec<&T> = all.iter().collect();
    sorted.sort_by_key(|t| key(t));
    sorted
}

/// How a list was received; `None` where it asked nobody of this term.
pub(super) fn receipt(facts: &PortraitFacts, list: &ListFact, as_of: Day) -> Option<Part> {
    if list.issued_on < facts.term.from || list.issued_on > as_of {
        return None;
    }
    match list.signed_on.filter(|day| *day <= as_of) {
        Some(day) if list.receipt_due.is_some_and(|due| day > due) => Some(Part::SignedLate),
        Some(_) => Some(Part::Signed),
        None if list.replaced => None,
        None => Some(Part::Unsigned),
    }
}

/// Items with those of their occurrences that `wanted` picks and that oblige this head, in printed order. An item of
/// two years' lists comes once. What a predecessor had done before the arrival is neither this head's work nor his gap.
pub(super) fn due_items(
    facts: &PortraitFacts,
    wanted: impl Fn(&OccurrenceFact) -> bool,
) -> Vec<(&ItemFact, Vec<&OccurrenceFact>)> {
    type Due<'a> = (&'a ItemFact, Vec<&'a OccurrenceFact>);
    let mut by_duty: BTreeMap<(Vec<u32>, DutyId), Due> = BTreeMap::new();
    for item in by_day(&facts.items, |i| (i.year, i.duty)) {
        let own = |o: &&OccurrenceFact| o.satisfied.is_none_or(|s| s.event_on >= facts.term.from);
        for occurrence in item.occurrences.iter().filter(|o| facts.obliges(o.due) && wanted(o)).filter(own) {
            let place = (DutyItem::order(&item.code), item.duty);
            by_duty.entry(place).or_insert_with(|| (item, Vec::new())).1.push(occurrence);
        }
    }
    let mut all: Vec<_> = by_duty.into_values().collect();
    for (_, due) in &mut all {
        due.sort_by_key(|o| (o.due, o.id));
    }
    all
}

/// How an item stands by the worst of these occurrences: 未落实 before 补记 before 未到期 before 按期落实.
pub(super) fn worst(due: &[&OccurrenceFact], as_of: Day) -> Part {
    let all: Vec<Part> = due.iter().map(|o| stands(o, as_of)).collect();
    let order = [Part::Wanting, Part::Late, Part::Pending];
    order.into_iter().find(|part| all.contains(part)).unwrap_or(Part::InTime)
}

/// How an occurrence stands.
pub(super) fn stands(o: &OccurrenceFact, as_of: Day) -> Part {
    match o.satisfied.filter(|s| s.recorded_on <= as_of) {
        Some(s) if s.recorded_on <= o.due => Part::InTime,
        Some(_) => Part::Late,
        None if o.due < as_of => Part::Wanting,
        None => Part::Pending,
    }
}

/// Findings that this head answers for, with the day they are counted from: those opened in the term, and those that
/// were open when he arrived (H10: open items stay with the post).
pub(super) fn own_findings(facts: &PortraitFacts, as_of: Day) -> Vec<(&FindingFact, Day)> {
    let starts = facts.starts();
    let mut own: Vec<_> = facts
        .findings
        .iter()
        .filter(|f| f.opened_on <= as_of && f.closed_on.is_none_or(|day| day >= starts) && starts <= as_of)
        .map(|f| (f, f.opened_on.max(starts)))
        .collect();
    own.sort_by(|a, b| (a.1, &a.0.number, a.0.id).cmp(&(b.1, &b.0.number, b.0.id)));
    own
}

fn findings(facts: &PortraitFacts, as_of: Day) -> Vec<Finding> {
    own_findings(facts, as_of)
        .into_iter()
        .map(|(f, from)| {
            let closed_on = f.closed_on.filter(|day| *day <= as_of);
            Finding {
                item: f.id,
                number: f.number.clone(),
                kind: f.kind,
                problem: f.problem.clone(),
                from,
                inherited: f.opened_on < from,
                closed_on,
                days: (closed_on.unwrap_or(as_of) - from).num_days(),
            }
        })
        .collect()
}
