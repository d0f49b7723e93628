//! Suggestions without a name. As rows: every new one rewrites all of the district in the order of their random ids,
//! so that neither their place nor the number of the transaction says which came first. As limits: who has already
//! suggested what is known only to this process, as salted digests that end with it.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use domain::{
    ids::{AccountId, CommandId, DistrictId, VoiceId},
    time::Day,
};
use sha2::{Digest as _, Sha256};

use crate::{
    random,
    storage::{Row, StorageError, Tx, Value, q},
};

/// Suggestions without a name that one account may make in a day.
const A_DAY: u32 = 5;
/// Digests kept; beyond them the oldest knowledge is dropped as a whole, and one voice may be heard twice.
const KEPT: usize = 50_000;

type Mark = [u8; 32];

/// What this process has heard without a name. Never written anywhere.
#[derive(Debug)]
pub struct Heard {
    salt: String,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    voices: HashSet<Mark>,
    days: HashMap<Mark, u32>,
}

impl Default for Heard {
    fn default() -> Self {
        Self { salt: random::token(), known: Mutex::default() }
    }
}

/// Why a suggestion is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// This account has an open voice on the subject.
    Twice,
    /// Enough for a day.
    TooMany,
}

impl Heard {
    fn mark(&self, account: AccountId, what: &str) -> Mark {
        let mut hasher = Sha256::new();
        for part in [self.salt.as_bytes(), account.0.as_bytes(), what.as_bytes()] {
            hasher.update(part);
            hasher.update([0]);
        }
        hasher.finalize().into()
    }

    /// Notes a voice; `what` names subject and round of answers, so that after an answer one may speak again.
    pub(super) fn note(&self, account: AccountId, what: &str, day: Day) -> Result<(), Refused> {
        let (voice, count) = (self.mark(account, what), self.mark(account, &day.to_string()));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.voices.contains(&voice) {
            return Err(Refused::Twice);
        }
        if known.days.get(&count).is_some_and(|n| *n >= A_DAY) {
            return Err(Refused::TooMany);
        }
        if known.voices.len() >= KEPT {
            *known = Known::default();
        }
        known.voices.insert(voice);
        *known.days.entry(count).or_default() += 1;
        Ok(())
    }

    /// Takes a note back: nothing was saved.
    pub(super) fn forget(&self, account: AccountId, what: &str, day: Day) {
        let (voice, count) = (self.mark(account, what), self.mark(account, &day.to_string()));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.voices.remove(&voice);
        if let Some(n) = known.days.get_mut(&count) {
            *n = n.saturating_sub(1);
        }
    }
}

/// An id that says neither when nor by whom: made of the form's key, which is kept nowhere.
pub(crate) fn id(command: CommandId, about: &str, words: &str) -> VoiceId {
    let mut hasher = Sha256::new();
    for part in [command.0.as_bytes().as_slice(), about.as_bytes(), words.as_bytes()] {
        hasher.update(part);
        hasher.update([0]);
    }
    let digest = hasher.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    VoiceId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// A row without a name.
pub(super) struct Nameless {
    pub id: VoiceId,
    pub family: String,
    pub name: String,
    pub title: String,
    pub common: bool,
    pub words: String,
    pub share: bool,
    pub on: Day,
    pub answer: Option<String>,
}

fn read(row: &Row) -> Result<Nameless, StorageError> {
    Ok(Nameless {
        id: row.id("id")?,
        family: row.text("family")?,
        name: row.text("name")?,
        title: row.text("title")?,
        common: row.flag("common")?,
        words: row.text("words")?,
        share: row.flag("share")?,
        on: row.day("on_day")?,
        answer: row.opt_text("answer_id")?,
    })
}

/// Every suggestion of the district without a name.
pub(super) async fn all(tx: &mut Tx, district: DistrictId) -> Result<Vec<Nameless>, StorageError> {
    let rows = tx
        .rows(
            q("SELECT * FROM relief_suggestions WHERE district_id = $1 AND account_id IS NULL ORDER BY id")
                .bind(district),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Puts `all` in the place of the suggestions without a name, and has what was there before swept.
pub(super) async fn rewrite(tx: &mut Tx, district: DistrictId, mut all: Vec<Nameless>) -> Result<(), StorageError> {
    all.sort_by_key(|row| row.id);
    tx.execute(q("DELETE FROM relief_suggestions WHERE district_id = $1 AND account_id IS NULL").bind(district))
        .await?;
    let rows = all
        .into_iter()
        .map(|row| {
            vec![
                row.id.into(),
                district.into(),
                row.family.into(),
                row.name.into(),
                row.title.into(),
                row.common.into(),
                row.words.into(),
                row.share.into(),
                "".into(),
                row.on.into(),
                Value::Text(row.answer),
            ]
        })
        .collect();
    tx.insert_all(
        "INSERT INTO relief_suggestions (id, district_id, family, name, title, common, words, share, person_name, on_day,
         answer_id)",
        rows,
        "",
    )
    .await?;
    tx.leave_no_trace();
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::time::parse_iso;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn one_voice_a_subject_and_five_a_day() {
        let (heard, day) = (Heard::default(), parse_iso("2026-11-02").unwrap());
        let (me, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        assert_eq!(heard.note(me, "reminder:quarter 0", day), Ok(()));
        assert_eq!(heard.note(me, "reminder:quarter 0", day), Err(Refused::Twice));
        assert_eq!(heard.note(other, "reminder:quarter 0", day), Ok(()));
        assert_eq!(heard.note(me, "reminder:quarter 1", day), Ok(()));
        for n in 0..3 {
            assert_eq!(heard.note(me, &format!("rule:{n} 0"), day), Ok(()));
        }
        assert_eq!(heard.note(me, "rule:9 0", day), Err(Refused::TooMany));
        heard.forget(me, "rule:0 0", day);
        assert_eq!(heard.note(me, "rule:9 0", day), Ok(()));
        assert_eq!(heard.note(me, "rule:8 0", day.succ_opt().unwrap()), Ok(()));
    }

    #[test]
    fn the_same_click_twice_is_one_suggestion_and_carries_no_time() {
        let command = CommandId(Uuid::from_u128(7));
        assert_eq!(id(command, "a", "b"), id(command, "a", "b"));
        assert_ne!(id(command, "a", "b"), id(command, "ab", ""));
        assert_eq!(id(command, "a", "b").0.get_version_num(), 4);
    }
}
