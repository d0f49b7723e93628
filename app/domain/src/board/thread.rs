//! The thread of one item: an append-only line of what the five duties did about it,
//! written by whichever feature acts, in the same transaction.

use serde::{Deserialize, Serialize};

use super::Duty;
use crate::{
    ids::{DutyId, PostId},
    time::Instant,
};

/// A stage of the thread is one of the five duties.
pub type Stage = Duty;

/// Who may read an event of a thread, among those who may see the post at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everyone who sees the row.
    All,
    /// The office and the supervising bodies only (sources, preparation).
    Office,
    /// The head himself only.
    Owner,
}

impl Visibility {
    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Office => "office",
            Self::Owner => "owner",
        }
    }

    /// The visibility of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::All, Self::Office, Self::Owner].into_iter().find(|v| v.key() == key)
    }

    /// May a reader see it who is (`owner`) the head of the post, or (`office`) of the
    /// office or a supervising body?
    pub fn shows_to(self, owner: bool, office: bool) -> bool {
        match self {
            Self::All => true,
            Self::Office => office && !owner,
            Self::Owner => owner,
        }
    }
}

/// One event of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadEvent {
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// Item; `None` for what concerns the whole list, such as its receipt.
    pub duty: Option<DutyId>,
    /// Which of the five duties acted.
    pub stage: Stage,
    /// When.
    pub at: Instant,
    /// Feature and kind that wrote it, such as `records.saved`.
    pub source: String,
    /// One line.
    pub title: String,
    /// Where to read on, a path of this system.
    pub link: Option<String>,
    /// Who may read it.
    pub visibility: Visibility,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_reads_his_own_and_the_office_its_own() {
        let table = [
            (Visibility::All, [true, true, true]),
            (Visibility::Office, [false, true, false]),
            (Visibility::Owner, [true, false, false]),
        ];
        for (visibility, [owner, office, other]) in table {
            assert_eq!(visibility.shows_to(true, false), owner);
            assert_eq!(visibility.shows_to(false, true), office);
            assert_eq!(visibility.shows_to(false, false), other);
            assert_eq!(Visibility::from_key(visibility.key()), Some(visibility));
        }
    }
}
