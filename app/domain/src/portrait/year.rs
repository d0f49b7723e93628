//! The list of a year by dimension: the 大项 as printed, and the five responsibility lists.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    About, Count, Fact, ItemFact, ItemState, Key, Part, PortraitFacts,
    fold::{due_items, stands, worst},
    told::item_fact,
};
use crate::{
    duties::{DutyItem, DutyListKey, Frequency},
    time::{Day, zh},
};

/// One dimension of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Printed number; 0 for a responsibility list.
    pub no: u32,
    /// Name.
    pub name: String,
    /// Items in each of [`ItemState::ALL`].
    pub counts: Vec<Count>,
}

/// Every item of the year's list that asked something of this head, once, with how it stands.
pub(super) fn standing(facts: &PortraitFacts, year: i32, as_of: Day) -> Vec<(&ItemFact, ItemState, Fact)> {
    let mut all: Vec<_> = due_items(facts, |o| chrono::Datelike::year(&o.due) == year)
        .into_iter()
        .map(|(item, due)| {
            let state = match worst(&due, as_of) {
                Part::Wanting => ItemState::Wanting,
                Part::Late => ItemState::Late,
                // Nothing wanting and nothing late: what fell due so far was done, or nothing fell due yet.
                Part::Pending if due.iter().any(|o| stands(o, as_of) == Part::InTime) => ItemState::Again,
                Part::Pending => ItemState::Pending,
                _ => ItemState::InTime,
            };
            (item, state, item_fact(item, &due, as_of))
        })
        .collect();
    // 随时 items are never due; they are shown and never wanting.
    for item in facts.items.iter().filter(|i| i.year == year && i.cadence == Frequency::AnyTime) {
        let last = item.last_event.filter(|day| *day <= as_of);
        let words = last.map_or("随时做，还没有记录；没有期限，不算未落实".to_owned(), |day| {
            format!("随时做，最近一次{}", zh(day))
        });
        let key = item.duty.0.simple().to_string();
        let fact = Fact { key, about: About::Nothing, code: item.code.clone(), title: item.text.clone(), words };
        all.push((item, if last.is_some() { ItemState::AnyTime } else { ItemState::AnyIdle }, fact));
    }
    all.sort_by_cached_key(|(item, ..)| (DutyItem::order(&item.code), item.duty));
    all
}

/// By 大项.
pub(super) fn groups(facts: &PortraitFacts, year: i32, as_of: Day) -> Vec<Dimension> {
    let mut found: BTreeMap<u32, (String, BTreeMap<ItemState, Vec<Fact>>)> = BTreeMap::new();
    for (item, state, fact) in standing(facts, year, as_of) {
        let group = found.entry(item.group_no).or_insert_with(|| (item.group.clone(), BTreeMap::new()));
        group.1.entry(state).or_default().push(fact);
    }
    found
        .into_iter()
        .map(|(no, (name, states))| Dimension { no, name, counts: counts(states, |s| Key::Group(year, no, s)) })
        .collect()
}

/// By responsibility list, in the order of the defaults, the district's own behind them.
pub(super) fn lists(facts: &PortraitFacts, year: i32, as_of: Day) -> Vec<Dimension> {
    type Named = (String, BTreeMap<ItemState, Vec<Fact>>);
    let place = |key: &str| DutyListKey::DEFAULTS.iter().position(|(own, ..)| *own == key).unwrap_or(usize::MAX);
    let mut found: BTreeMap<(usize, String), Named> = BTreeMap::new();
    for (item, state, fact) in standing(facts, year, as_of) {
        let list = found
            .entry((place(&item.list), item.list.clone()))
            .or_insert_with(|| (item.list_name.clone(), BTreeMap::new()));
        list.1.entry(state).or_default().push(fact);
    }
    found
        .into_iter()
        .map(|((_, key), (name, states))| Dimension {
            no: 0,
            name,
            counts: counts(states, |s| Key::List(year, key.clone(), s)),
        })
        .collect()
}

fn counts(mut states: BTreeMap<ItemState, Vec<Fact>>, key: impl Fn(ItemState) -> Key) -> Vec<Count> {
    ItemState::ALL.into_iter().map(|state| Count::of(&key(state), states.remove(&state).unwrap_or_default())).collect()
}
