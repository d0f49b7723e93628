//! Wrong attempts in memory: by login, device, code and address. Bounded; what
//! concerns a real account is also stored with it and survives a restart.
//!
//! An attempt is charged before it is looked at, so that a hundred guesses at
//! once cannot all slip through before the first is found wrong.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::{people::secrets::delay_seconds, time::Instant};

/// Names kept at once; beyond it the longest untouched tenth goes.
const KEPT: usize = 20_000;
/// Failures of one address within a minute before it has to wait. Generous: a hall is one address.
const PER_ADDRESS: u32 = 300;
/// Wrong one-time codes of everybody within a minute.
const CODES: u32 = 1_000;
/// Length of the windows above, in milliseconds.
const WINDOW_MS: i64 = 60_000;

#[derive(Debug, Clone, Copy, Default)]
struct Attempt {
    failures: u32,
    retry_after: i64,
    touched: i64,
}

/// Counters of wrong attempts.
#[derive(Debug, Default)]
pub struct Attempts {
    named: Mutex<HashMap<String, Attempt>>,
    windows: Mutex<HashMap<String, (i64, u32)>>,
}

/// What is stored of a named counter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stored {
    /// Wrong attempts in a row.
    pub failures: u32,
    /// No attempt is looked at before this instant.
    pub retry_after: i64,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Attempts {
    /// Charges an attempt for `name`, or says how many seconds to wait. `stored` is
    /// what the database knows of it.
    pub fn charge(&self, name: &str, now: Instant, stored: Stored) -> Result<(), u32> {
        let mut named = open(&self.named);
        shed(&mut named);
        let attempt = named.entry(name.to_owned()).or_default();
        if stored.failures > attempt.failures {
            attempt.failures = stored.failures;
            attempt.retry_after = stored.retry_after;
        }
        attempt.touched = now.0;
        if attempt.retry_after > now.0 {
            return Err(seconds(attempt.retry_after - now.0));
        }
        attempt.failures = attempt.failures.saturating_add(1);
        attempt.retry_after = now.0 + i64::from(delay_seconds(attempt.failures)) * 1_000;
        Ok(())
    }

    /// What to store after a wrong attempt.
    pub fn stored(&self, name: &str) -> Stored {
        let named = open(&self.named);
        named.get(name).map_or_else(Stored::default, |a| Stored { failures: a.failures, retry_after: a.retry_after })
    }

    /// A right attempt clears the name.
    pub fn clear(&self, name: &str) {
        open(&self.named).remove(name);
    }

    /// Counts a failure of an address.
    pub fn failed_from(&self, address: &str, now: Instant) {
        self.count(&format!("ip:{address}"), now);
    }

    /// Seconds that an address has to wait, if any. Successes never count.
    pub fn address_waits(&self, address: &str, now: Instant) -> Option<u32> {
        self.over(&format!("ip:{address}"), PER_ADDRESS, now)
    }

    /// Counts a wrong one-time code.
    pub fn wrong_code(&self, now: Instant) {
        self.count("codes", now);
    }

    /// Seconds that everybody's codes have to wait, if any.
    pub fn codes_wait(&self, now: Instant) -> Option<u32> {
        self.over("codes", CODES, now)
    }

    fn count(&self, name: &str, now: Instant) {
        let mut windows = open(&self.windows);
        if windows.len() >= KEPT {
            windows.retain(|_, (from, _)| now.0 - *from < WINDOW_MS);
        }
        let entry = windows.entry(name.to_owned()).or_insert((now.0, 0));
        if now.0 - entry.0 >= WINDOW_MS {
            *entry = (now.0, 0);
        }
        entry.1 = entry.1.saturating_add(1);
    }

    fn over(&self, name: &str, most: u32, now: Instant) -> Option<u32> {
        let windows = open(&self.windows);
        let (from, count) = *windows.get(name)?;
        let left = from + WINDOW_MS - now.0;
        (count >= most && left > 0).then(|| seconds(left))
    }
}

/// Whole seconds, rounded up.
fn seconds(ms: i64) -> u32 {
    u32::try_from((ms + 999) / 1_000).unwrap_or(1).max(1)
}

fn shed(named: &mut HashMap<String, Attempt>) {
    if named.len() < KEPT {
        return;
    }
    let mut times: Vec<i64> = named.values().map(|a| a.touched).collect();
    times.sort_unstable();
    let before = times.get(KEPT / 10).copied().unwrap_or(i64::MAX);
    named.retain(|_, a| a.touched > before);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_guess_waits_and_the_delay_grows() {
        let attempts = Attempts::default();
        let at = |ms: i64| Instant(1_000_000 + ms);
        for _ in 0..5 {
            assert_eq!(attempts.charge("a", at(0), Stored::default()), Ok(()));
        }
        assert_eq!(attempts.charge("a", at(0), Stored::default()), Err(1));
        assert_eq!(attempts.charge("a", at(1_000), Stored::default()), Ok(()));
        assert_eq!(attempts.charge("a", at(1_000), Stored::default()), Err(2));
        attempts.clear("a");
        assert_eq!(attempts.charge("a", at(1_000), Stored::default()), Ok(()));
    }

    #[test]
    fn what_was_stored_counts_after_a_restart() {
        let stored = Stored { failures: 9, retry_after: 5_000 };
        assert_eq!(Attempts::default().charge("a", Instant(1_000), stored), Err(4));
    }

    #[test]
    fn a_flood_of_names_stays_bounded() {
        let attempts = Attempts::default();
        for n in 0..(KEPT + 10) {
            let _ = attempts.charge(&n.to_string(), Instant(i64::try_from(n).unwrap()), Stored::default());
        }
        assert!(open(&attempts.named).len() <= KEPT);
    }

    #[test]
    fn an_address_waits_after_many_failures_only_within_its_minute() {
        let attempts = Attempts::default();
        for _ in 0..PER_ADDRESS {
            attempts.failed_from("10.0.0.1", Instant(0));
        }
        assert_eq!(attempts.address_waits("10.0.0.1", Instant(0)), Some(60));
        assert_eq!(attempts.address_waits("10.0.0.2", Instant(0)), None);
        assert_eq!(attempts.address_waits("10.0.0.1", Instant(WINDOW_MS)), None);
    }
}
