//! The history of the colours, as every night of the story would have written it: each item by the rules of the day,
//! by who held the post, and by what was recorded up to then. The steps of the story colour an item only when they
//! touch it; that a day passed without a record is what they leave out.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike as _, Days};
use domain::{
    board::{Colour, Fact, Facts, ItemFacts, RuleSet, Satisfied, Tone, evaluate},
    duties::OccurrenceState,
    ids::{DutyId, PostId},
    time::{Day, Instant},
};

use super::{
    load::Loader,
    plan::{UnitNo, at},
};
use crate::{
    random,
    services::{facts, records::closing},
    storage::{Failure, StorageError, Tx, q},
};

/// What an item depends on besides its own records.
struct Course {
    /// Rules and the day from which each was in force, the earliest first.
    rules: Vec<(Day, RuleSet)>,
    /// From which day on whose term counts; `None` is a vacancy.
    heads: Vec<(Day, Option<Day>)>,
    /// The list was handed out,
    from: Day,
    /// and the last day that changes anything: the closing of the book, or the day of the first start.
    to: Day,
}

impl Course {
    /// The value that holds on `day`.
    fn on<T>(all: &[(Day, T)], day: Day) -> Option<&T> {
        all.iter().rev().find(|(from, _)| *from <= day).map(|(_, what)| what)
    }

    /// Every change of the one item of `facts`, whose first record that names it is of the day `named`.
    fn changes(&self, facts: &mut Facts, named: Option<Day>) -> Vec<(Day, Tone, Colour)> {
        let Some(item) = facts.items.first() else { return Vec::new() };
        let kept: Vec<Option<Satisfied>> = item.occurrences.iter().map(|o| o.satisfied).collect();
        let recorded = kept.iter().flatten().map(|s| s.recorded_on).chain(named);
        let dates = self.rules.iter().map(|(day, _)| *day).chain(self.heads.iter().map(|(day, _)| *day));
        let days: BTreeSet<Day> = recorded.chain(dates).chain([self.from]).collect();
        let (mut out, mut last, mut day) = (Vec::new(), Tone::None, self.from);
        while day <= self.to {
            facts.term_from = Self::on(&self.heads, day).copied().flatten();
            if let Some(item) = facts.items.first_mut() {
                item.recorded = named.is_some_and(|first| first <= day);
                for (occurrence, kept) in item.occurrences.iter_mut().zip(&kept) {
                    occurrence.satisfied = kept.filter(|s| s.recorded_on <= day);
                }
            }
            let Some(rules) = Self::on(&self.rules, day) else { break };
            let Some(colour) = evaluate(rules, facts, day).pop() else { break };
            let next = days.range(day + Days::new(1)..).next().copied();
            let next = colour.valid_until.into_iter().chain(next).min();
            if colour.tone != last {
                out.push((day, std::mem::replace(&mut last, colour.tone), colour));
            }
            match next {
                Some(next) if next > day => day = next,
                _ => break,
            }
        }
        out
    }
}

impl Loader {
    /// Writes the history of these houses up to `until`, in place of what the steps of the story left of it.
    pub(super) async fn colour_history(&self, tx: &mut Tx, houses: &[UnitNo], until: Day) -> Result<(), Failure> {
        let rules = self.rules_by_day(tx).await?;
        for house in houses {
            for year in self.plan.years().into_iter().filter(|year| *year <= until.year()) {
                self.history_of(tx, *house, (year, until), &rules).await?;
            }
        }
        Ok(())
    }

    /// The rules that the program brings with it, then what was adopted.
    async fn rules_by_day(&self, tx: &mut Tx) -> Result<Vec<(Day, RuleSet)>, Failure> {
        let mut all = vec![(self.plan.founded, RuleSet::default())];
        let find = q("SELECT rules, adopted_at FROM rule_sets WHERE district_id = $1 ORDER BY version");
        for row in tx.rows(find.bind(self.district)).await? {
            let from: Instant = row.instant("adopted_at")?;
            all.push((from.day(), row.json("rules")?));
        }
        Ok(all)
    }

    async fn history_of(
        &self,
        tx: &mut Tx,
        house: UnitNo,
        (year, until): (i32, Day),
        rules: &[(Day, RuleSet)],
    ) -> Result<(), Failure> {
        let (post, base) = (self.post(house)?, self.plan.base);
        let find = q("SELECT MIN(issued_at) AS at FROM leader_lists WHERE post_id = $1 AND year = $2");
        let issued = tx.row(find.bind(post).bind(year)).await?;
        let Some(from) = issued.map(|row| row.opt_instant("at")).transpose()?.flatten() else { return Ok(()) };
        let Some(known) = facts::gather(tx, self.district, post, year, until).await? else { return Ok(()) };
        let to = closing::closed_on(tx, post, year).await?.unwrap_or(until);
        let course = Course { rules: rules.to_vec(), heads: self.heads_by_day(house), from: from.day(), to };
        let named = named(tx, post, year).await?;
        let mut one = Facts { items: Vec::new(), ..known.facts.clone() };
        let mut rows = Vec::new();
        for item in &known.facts.items {
            // What was carried over when the book was closed stood in it until then.
            let then = known.occurrences.iter().map(|o| &o.plain).filter(|o| o.state == OccurrenceState::Carried);
            let carried = then.filter(|o| o.duty == item.duty).map(|o| Fact {
                id: o.id,
                window: o.window,
                due: o.due,
                satisfied: None,
            });
            let occurrences = item.occurrences.iter().copied().chain(carried).collect();
            one.items = vec![ItemFacts { occurrences, ..item.clone() }];
            for (day, before, colour) in course.changes(&mut one, named.get(&item.duty).copied()) {
                // A record of the day turns it in the evening, a day that passed by turns it in the night.
                let by_record = colour.tone == Tone::Ok || colour.tone == Tone::Pending;
                let when = if by_record && day < base { at(day, 19, 30) } else { Instant::start_of(day) };
                let facts: Vec<String> = colour.facts.iter().map(ToString::to_string).collect();
                rows.push(vec![
                    random::id(when).to_string().into(),
                    self.district.into(),
                    post.into(),
                    year.into(),
                    item.duty.into(),
                    before.key().into(),
                    colour.tone.key().into(),
                    colour.reason.into(),
                    facts.join(",").into(),
                    colour.rule_version.into(),
                    when.into(),
                ]);
            }
        }
        tx.execute(q("DELETE FROM colour_changes WHERE post_id = $1 AND year = $2").bind(post).bind(year)).await?;
        tx.append(
            "INSERT INTO colour_changes (id, district_id, post_id, year, duty_id, before_tone, after_tone, reason, facts, rule_version, at)",
            rows,
        );
        Ok(())
    }

    /// Who answers for the post from which day on: the first day of his term, or nobody.
    fn heads_by_day(&self, house: UnitNo) -> Vec<(Day, Option<Day>)> {
        let mut all: Vec<(Day, Option<Day>)> = Vec::new();
        for term in self.plan.terms.iter().filter(|t| t.head && t.unit == house) {
            all.push((term.from, Some(term.from)));
            all.extend(term.to.map(|to| (to + Days::new(1), None)));
        }
        // Where the next one comes on the very day, there is no vacancy.
        all.sort_by_key(|(day, from)| (*day, from.is_some()));
        all
    }
}

/// The first day on which a record that counts named each item.
async fn named(tx: &mut Tx, post: PostId, year: i32) -> Result<HashMap<DutyId, Day>, StorageError> {
    let find = q("SELECT d.duty_id, MIN(r.recorded_on) AS first_on FROM record_duties d
                  JOIN records r ON r.id = d.record_id
                  WHERE r.post_id = $1 AND r.year = $2 AND r.state = 'recorded' AND d.unmatched_why IS NULL
                  GROUP BY d.duty_id");
    let rows = tx.rows(find.bind(post).bind(year)).await?;
    rows.iter().map(|row| Ok((row.id("duty_id")?, row.day("first_on")?))).collect()
}
