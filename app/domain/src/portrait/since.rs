//! What changed since last time: after the last day of the quarter before, or since the arrival where that is later.

use serde::{Deserialize, Serialize};

use super::{
    About, Change, Count, Fact, Key, Part, PortraitFacts, Quarter,
    fold::{by_day, due_items, own_findings, receipt, stands},
    told::{finding_fact, item_fact, list_fact, review_fact},
};
use crate::time::{Day, zh};

/// Changes of the quarter that runs on the day of the portrait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// First day that is looked at: the day after the quarter before ended, or the first one that counts.
    pub from: Day,
    /// Last day: that of the portrait.
    pub to: Day,
    /// A number for each of [`Change::ALL`].
    pub lines: Vec<Count>,
}

pub(super) fn changes(facts: &PortraitFacts, as_of: Day) -> Changes {
    let quarter = Quarter::of(as_of);
    let from = quarter.first().max(facts.starts());
    let new = |day: Day| from <= day && day <= as_of;
    let lines = Change::ALL
        .into_iter()
        .map(|what| {
            let found: Vec<Fact> = match what {
                Change::Lists => by_day(&facts.lists, |l| (l.issued_on, l.id.0))
                    .into_iter()
                    .filter(|l| receipt(facts, l, as_of).is_some())
                    .filter(|l| new(l.issued_on) || l.signed_on.is_some_and(new))
                    .map(|l| list_fact(l, as_of))
                    .collect(),
                Change::Done => {
                    items(facts, as_of, |part, recorded, _| part == Part::InTime && recorded.is_some_and(new))
                }
                Change::Late => {
                    items(facts, as_of, |part, recorded, _| part == Part::Late && recorded.is_some_and(new))
                }
                // The gap opens on the day after the due day.
                Change::Wanting => {
                    items(facts, as_of, |part, _, due| part == Part::Wanting && due.succ_opt().is_some_and(new))
                }
                Change::Readings => by_day(&facts.readings, |r| (r.closed_on, r.id.0))
                    .into_iter()
                    .filter(|r| new(r.closed_on) && facts.obliges(r.to))
                    .map(|r| Fact {
                        key: r.id.0.simple().to_string(),
                        about: About::Reading(r.id),
                        code: String::new(),
                        title: r.purpose.clone(),
                        words: format!("{}双方签字，意见 {} 条", zh(r.closed_on), r.remarks.len()),
                    })
                    .collect(),
                Change::Results => by_day(&facts.reviews, |r| (r.on, r.meeting.0))
                    .into_iter()
                    .filter(|r| new(r.on) && facts.obliges(r.on))
                    .map(review_fact)
                    .collect(),
                Change::Opened => findings(facts, as_of, |from, _| new(from)),
                Change::Closed => findings(facts, as_of, |_, closed| closed.is_some_and(new)),
            };
            Count::of(&Key::Since(quarter, what), found)
        })
        .collect();
    Changes { from, to: as_of, lines }
}

/// Items one of whose occurrences `wanted` picks by how it stands, when it was recorded and when it was due.
fn items(facts: &PortraitFacts, as_of: Day, wanted: impl Fn(Part, Option<Day>, Day) -> bool) -> Vec<Fact> {
    due_items(facts, |o| wanted(stands(o, as_of), o.satisfied.map(|s| s.recorded_on), o.due))
        .into_iter()
        .map(|(item, due)| item_fact(item, &due, as_of))
        .collect()
}

fn findings(facts: &PortraitFacts, as_of: Day, wanted: impl Fn(Day, Option<Day>) -> bool) -> Vec<Fact> {
    own_findings(facts, as_of)
        .into_iter()
        .filter(|(f, from)| wanted(*from, f.closed_on.filter(|day| *day <= as_of)))
        .map(|(f, from)| finding_fact(f, from, as_of))
        .collect()
}
