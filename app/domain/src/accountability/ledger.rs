//! What a ledger says of many items together: in hand, overdue, repeated.

use chrono::Months;
use serde::{Deserialize, Serialize};

use super::Item;
use crate::{ids::ItemId, time::Day};

/// 「整改在办 n / 逾期 n」 of one post.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Not ended, those on hold too.
    pub open: u32,
    /// Of them past the deadline by the unit's own delay.
    pub overdue: u32,
    /// Struck off.
    pub closed: u32,
    /// The nearest deadline of those that can still become overdue.
    pub next_due: Option<Day>,
}

impl Ledger {
    /// Counts items.
    pub fn of<'a>(items: impl IntoIterator<Item = &'a Item>, today: Day) -> Self {
        let mut ledger = Self::default();
        for item in items {
            if item.is_closed() {
                ledger.closed += 1;
                continue;
            }
            ledger.open += 1;
            if item.is_overdue(today) {
                ledger.overdue += 1;
            } else if item.state.waits() == super::Waits::Unit && !item.excused {
                ledger.next_due = Some(ledger.next_due.map_or(item.deadline, |d| d.min(item.deadline)));
            }
        }
        ledger
    }
}

/// The latest earlier item that `item` repeats (重复发生): same unit, same duty and same kind,
/// opened within the 12 months before. Without a duty nothing can be said.
pub fn repeats<'a>(item: &Item, earlier: impl IntoIterator<Item = &'a Item>) -> Option<ItemId> {
    let duty = item.duty?;
    let since = item.opened_on.checked_sub_months(Months::new(12))?;
    earlier
        .into_iter()
        .filter(|e| e.id != item.id && e.unit == item.unit && e.kind == item.kind && e.duty == Some(duty))
        .filter(|e| since <= e.opened_on && e.opened_on <= item.opened_on)
        .max_by_key(|e| (e.opened_on, e.id))
        .map(|e| e.id)
}
