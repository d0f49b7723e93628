//! Denials of signed-in accounts in the audit log: refused by role, by object, or asking
//! for what is not there (which must look the same). One row at once per account, entry
//! and minute; more of the same minute are counted and written as one row later, so that
//! a flood cannot fill the disk and no attempt is lost from the count.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{
    ids::{AccountId, DistrictId},
    people::access::Actor,
    time::Instant,
};

use crate::{services::Services, storage::Failure};

/// How long one row stands for all denials of an account at an entry.
const WINDOW_MS: i64 = 60_000;
/// Pairs of account and entry counted at once. Beyond it nothing new is noted until a minute
/// is over: 20,000 rows a minute are a flood in themselves.
const KEPT: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Who {
    district: DistrictId,
    account: AccountId,
    entry: String,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    from: i64,
    /// Denials after the one that was written.
    more: u64,
}

/// Denials of the last minute.
#[derive(Debug, Default)]
pub struct Denials(Mutex<HashMap<Who, Window>>);

impl Denials {
    fn open(&self) -> MutexGuard<'_, HashMap<Who, Window>> {
        // A counter is never half-changed: a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one; true where a row has to be written for it.
    fn first(&self, who: Who, now: Instant) -> bool {
        let mut windows = self.open();
        if let Some(window) = windows.get_mut(&who) {
            window.more += 1;
            return false;
        }
        if windows.len() >= KEPT {
            return false;
        }
        windows.insert(who, Window { from: now.0, more: 0 });
        true
    }

    /// Takes the windows that are over at `now`, and of those the ones with something to write.
    fn over(&self, now: Instant) -> Vec<(Who, u64)> {
        let mut out = Vec::new();
        self.open().retain(|who, window| {
            let over = now.0 - window.from >= WINDOW_MS;
            if over && window.more > 0 {
                out.push((who.clone(), window.more));
            }
            !over
        });
        out
    }
}

impl Services {
    /// Notes that `actor` was denied at `entry` (`POST /records/save`); `path` is what he asked
    /// for, without its query. Errors are logged only: a full disk must not change the answer.
    pub async fn note_denied(&self, actor: &Actor, entry: &str, path: &str) {
        let now = self.clock.now();
        let mut rows: Vec<(Who, Option<u64>, String)> =
            self.door.denials.over(now).into_iter().map(|(who, more)| (who, Some(more), String::new())).collect();
        let who = Who { district: actor.district, account: actor.account, entry: entry.to_owned() };
        if self.door.denials.first(who.clone(), now) {
            rows.push((who, None, path.chars().take(200).collect()));
        }
        if let Err(error) = self.write_denials(rows).await {
            tracing::warn!(%error, "denials not noted");
        }
    }

    /// Writes what was counted but not written yet; how many rows. At midnight what is over,
    /// and at a stop (`all`) everything.
    pub async fn flush_denials(&self, all: bool) -> Result<u64, Failure> {
        let now = if all { Instant(i64::MAX) } else { self.clock.now() };
        let rows =
            self.door.denials.over(now).into_iter().map(|(who, more)| (who, Some(more), String::new())).collect();
        self.write_denials(rows).await
    }

    async fn write_denials(&self, rows: Vec<(Who, Option<u64>, String)>) -> Result<u64, Failure> {
        if rows.is_empty() {
            return Ok(0);
        }
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let mut n = 0;
                    for (who, more, details) in rows {
                        let more = more.map(|n| format!(" +{n}")).unwrap_or_default();
                        let object = format!("entry:{}{more}", who.entry);
                        tx.audit(who.district, Some(who.account), "people.denied", &object, &details).await?;
                        n += 1;
                    }
                    Ok::<u64, Failure>(n)
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(n: u128) -> Who {
        let id = uuid::Uuid::from_u128(n);
        Who { district: DistrictId(id), account: AccountId(id), entry: "GET /x".into() }
    }

    #[test]
    fn one_row_a_minute_and_the_rest_is_counted() {
        let denials = Denials::default();
        assert!(denials.first(who(1), Instant(0)));
        for _ in 0..99 {
            assert!(!denials.first(who(1), Instant(10)));
        }
        assert!(denials.first(who(2), Instant(10)), "another account");
        assert_eq!(denials.over(Instant(WINDOW_MS)), [(who(1), 99)]);
        assert!(denials.first(who(1), Instant(WINDOW_MS)));
        assert!(denials.over(Instant(WINDOW_MS)).is_empty(), "written once");
    }

    #[test]
    fn a_flood_of_accounts_stays_bounded() {
        let denials = Denials::default();
        let rows = (0..30_000).filter(|n| denials.first(who(*n), Instant(0))).count();
        assert_eq!(rows, KEPT);
    }
}
