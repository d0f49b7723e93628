//! A draft carried over to the rules in force: what its writer changed stays, everything else follows the district's
//! newer rules. Otherwise an old draft would take back, in its writer's name, what others adopted meanwhile.

use super::{Rule, RuleSet};

/// `draft`, which was made from `base`, as a draft made from `now`. The writer's fields win where both changed one.
pub fn rebased(draft: &RuleSet, base: &RuleSet, now: &RuleSet) -> RuleSet {
    fn kept<T: Clone + PartialEq>(draft: &T, base: &T, now: &T) -> T {
        if draft == base { now.clone() } else { draft.clone() }
    }
    macro_rules! take {
        ($($part:ident).+) => {
            kept(&draft.$($part).+, &base.$($part).+, &now.$($part).+)
        };
    }
    let mut out = now.clone();
    out.version = draft.version;
    out.monthly_days = take!(monthly_days);
    out.quarterly_days = take!(quarterly_days);
    out.half_yearly_days = take!(half_yearly_days);
    out.yearly_days = take!(yearly_days);
    out.once_per_term_days = take!(once_per_term_days);
    out.list.comment = take!(list.comment);
    out.list.receipt = take!(list.receipt);
    out.list.telephone = take!(list.telephone);
    out.hard_can_be_red = take!(hard_can_be_red);
    out.hard.kinds = take!(hard.kinds);
    out.hard.also = take!(hard.also);
    out.hard.never = take!(hard.never);
    out.hard.rectification = take!(hard.rectification);
    out.hard.refuted = take!(hard.refuted);
    out.red_after_days = take!(red_after_days);
    out.check_days = take!(check_days);
    out.rules = rules(&draft.rules, &base.rules, &now.rules);
    out
}

/// Additional rules are known by their names: those of `now` without what the draft removed, as the draft has them
/// where it changed them, and the draft's own below.
fn rules(draft: &[Rule], base: &[Rule], now: &[Rule]) -> Vec<Rule> {
    let of = |all: &[Rule], name: &str| all.iter().find(|rule| rule.name == name).cloned();
    let stays = |rule: &Rule| match (of(draft, &rule.name), of(base, &rule.name)) {
        (Some(mine), before) if before.as_ref() != Some(&mine) => Some(mine),
        // The draft took it out.
        (None, Some(_)) => None,
        _ => Some(rule.clone()),
    };
    let own = draft
        .iter()
        .filter(|mine| of(now, &mine.name).is_none() && of(base, &mine.name).as_ref() != Some(*mine))
        .cloned();
    now.iter().filter_map(stays).chain(own).collect()
}
