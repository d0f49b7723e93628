//! A number and the facts behind it: the number is how many they are.

use serde::{Deserialize, Serialize};

use super::Key;
use crate::ids::{InspectionId, ItemId, LeaderListId, MeetingId, RecordId};

/// Where a fact can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum About {
    /// An item of the list without a record: nothing to open.
    Nothing,
    /// A record of the book.
    Record(RecordId),
    /// A list.
    List(LeaderListId),
    /// A reading of the book.
    Reading(InspectionId),
    /// A review meeting.
    Review(MeetingId),
    /// An item of the 问题整改台账.
    Finding(ItemId),
}

/// One fact behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Names it among the facts of its number, for a question about it alone: the id of the item, list, remark, reading,
    /// meeting or finding, in 32 digits.
    pub key: String,
    /// Where it can be read.
    pub about: About,
    /// Printed number; may be empty.
    pub code: String,
    /// What it is.
    pub title: String,
    /// What is known of it, with days. Never the text of a record.
    pub words: String,
}

/// A number of the portrait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Its name, a [`Key`] as text.
    pub key: String,
    /// How many facts there are.
    pub n: u32,
    /// A word that says more than the number, such as the 等次; may be empty.
    pub note: String,
    /// The facts; left out of pages that show the number alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

impl Count {
    /// The number of these facts.
    pub fn of(key: &Key, facts: Vec<Fact>) -> Self {
        Self { key: key.to_string(), n: u32::try_from(facts.len()).unwrap_or(u32::MAX), note: String::new(), facts }
    }

    /// The fact of a [`Fact::key`].
    pub fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.key == key)
    }
}
