//! Small items and occurrences for the tests of this crate.

use uuid::Uuid;

use super::{Action, DutyItem, DutyListKey, Evidence, ExistingOccurrence, Frequency, NewOccurrence, OccurrenceState};
use crate::ids::{DutyId, OccurrenceId};

/// A stable id made of `text`: no randomness in tests.
pub(crate) fn id(text: &str) -> Uuid {
    let mut hash = 0xcbf2_9ce4_8422_2325_6c62_272e_07bb_0142_u128;
    for byte in text.bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    Uuid::from_u128(hash)
}

/// An ordinary item.
pub(crate) fn item(code: &str, text: &str, frequency: Frequency) -> DutyItem {
    DutyItem {
        duty: DutyId(id(&format!("{code}{text}{}", frequency.key()))),
        code: code.into(),
        group_no: DutyItem::order(code)[0],
        group: "大项".into(),
        text: text.into(),
        frequency,
        due: None,
        months: Vec::new(),
        evidence: vec![Evidence::Meeting],
        action: Action::Mandatory,
        hard: false,
        routine: false,
        list: DutyListKey::first_responsible(),
        source: None,
    }
}

/// The stored form of a new occurrence, open and unsatisfied.
pub(crate) fn occurrence(new: &NewOccurrence) -> ExistingOccurrence {
    ExistingOccurrence {
        id: OccurrenceId(id(&format!("{}{}", new.duty, new.period_no))),
        duty: new.duty,
        period_no: new.period_no,
        window: new.window,
        due: new.due,
        counts_from: new.counts_from,
        state: OccurrenceState::Open,
        satisfied: false,
    }
}
