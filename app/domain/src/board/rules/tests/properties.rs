//! What holds of any rules over any facts.

use chrono::Days;
use proptest::prelude::*;

use super::{
    super::{Condition, Count, Rule, RuleSet, changes, evaluate, sentences, to_form},
    Condition::{Cadence, DaysOverdue, DaysToDue, Hard, Items, Share, TimesLate, TimesWanting},
    d, facts, item, rule,
};
use crate::{
    board::{FactId, Facts, ItemFacts, Satisfied, Tone},
    duties::{Frequency, fixture::id},
    ids::RecordId,
};

prop_compose! {
    fn any_condition()(which in 0_usize..8, n in 0_u32..200, is: bool, cadence in 0_usize..6, of in 0_usize..4, per in 0_usize..4) -> Condition {
        match which {
            0 => DaysToDue { at_most: n },
            1 => DaysOverdue { at_least: n },
            2 => Hard { is },
            3 => Cadence { one_of: vec![Frequency::ALL[cadence]] },
            4 => Items { one_of: vec![["3.3", "3", "6.3", "1"][cadence % 4].to_owned()] },
            5 => TimesWanting { at_least: n % 5 },
            6 => TimesLate { at_least: n % 5 },
            _ => Share { of: Count::ALL[of], per: Count::ALL[per], at_least: n },
        }
    }
}

prop_compose! {
    fn any_rule()(
        when in proptest::collection::vec(any_condition(), 0..4), late: bool, n in 0_u32..1_000,
    ) -> Rule {
        rule(&format!("规则{n}"), if late { Tone::Late } else { Tone::Warn }, when)
    }
}

prop_compose! {
    fn any_rules()(
        mut rules in proptest::collection::vec(any_rule(), 0..4), grace in 0_u32..40, red: bool, quarterly in 0_u32..60,
    ) -> RuleSet {
        for (n, rule) in rules.iter_mut().enumerate() {
            rule.name = format!("规则{n}");
        }
        RuleSet { red_after_days: grace, hard_can_be_red: red, quarterly_days: quarterly, rules, ..RuleSet::default() }
    }
}

prop_compose! {
    fn any_item(n: usize)(
        cadence in proptest::sample::select(Frequency::ALL.to_vec()), hard: bool,
        records in proptest::collection::vec(proptest::option::of((0_u64..90, 0_u64..60, any::<bool>())), 12),
    ) -> ItemFacts {
        let mut made = item(&format!("{}.3", n * 3), "事项", cadence, hard);
        for (fact, record) in made.occurrences.iter_mut().zip(records) {
            fact.satisfied = record.map(|(after, delay, verified)| {
                let event_on = (fact.window.from + Days::new(after)).min(fact.window.to);
                let record = RecordId(id(&fact.id.to_string()));
                Satisfied { record, event_on, recorded_on: event_on + Days::new(delay), verified }
            });
        }
        made
    }
}

prop_compose! {
    fn any_facts()(
        items in (0_usize..5).prop_flat_map(|n| (0..n).map(any_item).collect::<Vec<_>>()),
        arrival in proptest::option::of(0_u64..800),
    ) -> Facts {
        Facts { term_from: arrival.map(|n| d("2024-06-01") + Days::new(n)), ..facts(items) }
    }
}

proptest! {
    /// Whatever the rules say, validated or not: no panic, the same twice, red for hard items past their day only,
    /// every named fact exists, and the rules that are named hold.
    #[test]
    fn any_rules_over_any_facts(rules in any_rules(), facts in any_facts(), offset in 0_u64..400) {
        let today = d("2026-01-01") + Days::new(offset);
        let colours = evaluate(&rules, &facts, today);
        prop_assert_eq!(&colours, &evaluate(&rules, &facts, today));
        for (colour, item) in colours.iter().zip(&facts.items) {
            if colour.tone == Tone::Late {
                prop_assert!(item.hard && rules.hard_can_be_red && colour.overdue);
            }
            for fact in &colour.facts {
                let known = match fact {
                    FactId::Occurrence(id) => item.occurrences.iter().any(|o| o.id == *id),
                    FactId::Record(id) => item.occurrences.iter().any(|o| o.satisfied.is_some_and(|s| s.record == *id)),
                    FactId::Remark(id) => item.refuted.is_some_and(|r| r.remark == *id),
                };
                prop_assert!(known);
            }
            if colour.reason.contains("补充规则") {
                let named = rules.rules.iter().find(|r| colour.reason.contains(&format!("“{}”", r.name))).unwrap();
                prop_assert!(named.tone >= colour.tone);
            }
            prop_assert!(colour.valid_until.is_none_or(|day| day > today));
        }
    }

    /// Rules only ever make a colour more urgent, and the same gap never becomes less urgent as days go by.
    #[test]
    fn monotony(rules in any_rules(), facts in any_facts(), offset in 0_u64..300, ahead in 1_u64..90) {
        let today = d("2026-01-01") + Days::new(offset);
        let plain = RuleSet { rules: Vec::new(), ..rules.clone() };
        let open = |mut facts: Facts| {
            for fact in facts.items.iter_mut().flat_map(|item| &mut item.occurrences) {
                fact.satisfied = None;
            }
            facts
        };
        let facts = open(facts);
        let now = evaluate(&rules, &facts, today);
        for ((with, without), then) in
            now.iter().zip(evaluate(&plain, &facts, today)).zip(evaluate(&rules, &facts, today + Days::new(ahead)))
        {
            prop_assert!(with.tone >= without.tone);
            prop_assert!(then.tone >= with.tone, "{} → {}", with.reason, then.reason);
        }
    }

    #[test]
    fn nothing_changes_before_valid_until(rules in any_rules(), facts in any_facts(), offset in 0_u64..400, ahead in 1_u64..120) {
        let today = d("2026-01-01") + Days::new(offset);
        let later = today + Days::new(ahead);
        for (now, then) in evaluate(&rules, &facts, today).into_iter().zip(evaluate(&rules, &facts, later)) {
            if now.valid_until.is_none_or(|day| later < day) {
                prop_assert_eq!(now, then);
            }
        }
    }

    /// What passes the checks never colours something ordinary or not yet due red, whatever the facts.
    #[test]
    fn checks_never_panic(rules in any_rules()) {
        let _ = rules.validate();
        let _ = (rules.notes(), sentences(&rules), changes(&RuleSet::default(), &rules), to_form(&rules));
    }
}
