//! Suggestions without a name. As rows: every new one rewrites all of the district in the order of their random ids,
//! so that neither their place nor the number of the transaction says which came first. As a limit: how many an account
//! made today is known only to this process, as salted digests that end with the day or with it.
//!
//! What an account suggested without a name is known to nobody, not even here: an answer like 「您已经提过」 would let
//! whoever holds a session try out whether its owner said something. So the same thing may be said again, and the page
//! counts 「次」, not 「人」.

use std::{
    collections::HashMap,
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

type Mark = [u8; 32];

/// How much this process has heard without a name today. Never written anywhere.
#[derive(Debug)]
pub struct Heard {
    salt: String,
    today: Mutex<Today>,
}

#[derive(Debug, Default)]
struct Today {
    day: Option<Day>,
    counts: HashMap<Mark, u32>,
}

impl Default for Heard {
    fn default() -> Self {
        Self { salt: random::token(), today: Mutex::default() }
    }
}

impl Heard {
    fn mark(&self, account: AccountId) -> Mark {
        let mut hasher = Sha256::new();
        for part in [self.salt.as_bytes(), account.0.as_bytes()] {
            hasher.update(part);
            hasher.update([0]);
        }
        hasher.finalize().into()
    }

    /// Counts one more of the day; `false` when there were enough.
    pub(super) fn note(&self, account: AccountId, day: Day) -> bool {
        let mark = self.mark(account);
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day != Some(day) {
            *today = Today { day: Some(day), counts: HashMap::new() };
        }
        let count = today.counts.entry(mark).or_default();
        let may = *count < A_DAY;
        if may {
            *count += 1;
        }
        may
    }

    /// Takes one back: nothing was saved.
    pub(super) fn forget(&self, account: AccountId, day: Day) {
        let mark = self.mark(account);
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        if today.day == Some(day)
            && let Some(n) = today.counts.get_mut(&mark)
        {
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
    fn five_a_day_whatever_they_are_about() {
        let (heard, day) = (Heard::default(), parse_iso("2026-11-02").unwrap());
        let (me, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        assert!((0..A_DAY).all(|_| heard.note(me, day)));
        assert!(!heard.note(me, day));
        assert!(heard.note(other, day));
        heard.forget(me, day);
        assert!(heard.note(me, day) && !heard.note(me, day));
        // The next day begins anew and knows nothing of this one.
        let next = day.succ_opt().unwrap();
        assert!(heard.note(other, next));
        assert_eq!(heard.today.lock().unwrap().counts.len(), 1);
        heard.forget(me, day);
        assert!(heard.note(me, next));
    }

    #[test]
    fn the_same_click_twice_is_one_suggestion_and_carries_no_time() {
        let command = CommandId(Uuid::from_u128(7));
        assert_eq!(id(command, "a", "b"), id(command, "a", "b"));
        assert_ne!(id(command, "a", "b"), id(command, "ab", ""));
        assert_eq!(id(command, "a", "b").0.get_version_num(), 4);
    }
}
