//! Wrong codes, tickets and cards, counted per account, ticket or address. Only failures count: a hall
//! is one address, and 3,000 who type correctly must all get in. Addresses are held back from the six
//! digits alone; who scans the QR or holds a drawn card (128 bits) never waits for his neighbours.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Rejection, time::Instant};

/// Failures that an account may have within [`WINDOW_MS`].
const PER_ACCOUNT: u32 = 10;
/// Wrong cards under one ticket within [`WINDOW_MS`]; a tablet's serves many.
const PER_TICKET: u32 = 60;
/// Wrong digits of an address within [`WINDOW_MS`]: a whole hall may stand behind it. Of a million
/// codes two are right, so that a guess stays below one in 500, and it only opens the form.
const PER_ADDRESS: u32 = 1_000;
/// Ten minutes, in milliseconds.
const WINDOW_MS: i64 = 10 * 60_000;
/// Counters kept at most, whoever tries: beyond, those that are over go, then the oldest.
const KEPT: usize = 10_000;

/// Counters of failures.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<String, (u32, Instant)>>);

/// Who tries.
#[derive(Debug, Clone)]
pub(super) enum Who {
    /// A signed-in account.
    Account(String),
    /// The holder of a valid ticket.
    Ticket(String),
    /// An address.
    Address(String),
}

impl Who {
    fn key(&self) -> String {
        match self {
            Self::Account(id) => format!("a{id}"),
            Self::Ticket(ticket) => format!("t{ticket}"),
            Self::Address(address) => format!("c{address}"),
        }
    }

    fn most(&self) -> u32 {
        match self {
            Self::Account(_) => PER_ACCOUNT,
            Self::Ticket(_) => PER_TICKET,
            Self::Address(_) => PER_ADDRESS,
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Self::Address(_) => "这里输错签到码的次数过多，六位数字暂停 10 分钟。请直接扫描大屏上的二维码签到。",
            _ => "签到码或评议卡号输错次数过多，暂停 10 分钟。请到签到处由会务人员办理。",
        }
    }
}

impl Attempts {
    /// May this one try?
    ///
    /// # Errors
    /// Too many failures within ten minutes.
    pub(super) fn check(&self, who: &Who, now: Instant) -> Result<(), Rejection> {
        let counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = counters.get(&who.key()).is_some_and(|(n, since)| *n >= who.most() && now.0 - since.0 < WINDOW_MS);
        if over { Err(Rejection::state(who.words())) } else { Ok(()) }
    }

    /// Notes a failure.
    pub(super) fn failed(&self, who: &Who, now: Instant) {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = who.key();
        if counters.len() >= KEPT && !counters.contains_key(&key) {
            counters.retain(|_, (_, since)| now.0 - since.0 < WINDOW_MS);
            if counters.len() >= KEPT
                && let Some(oldest) = counters.iter().min_by_key(|(_, (_, since))| since.0).map(|(k, _)| k.clone())
            {
                counters.remove(&oldest);
            }
        }
        let counter = counters.entry(key).or_insert((0, now));
        if now.0 - counter.1.0 >= WINDOW_MS {
            *counter = (0, now);
        }
        counter.0 = counter.0.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_fails_waits_and_another_does_not() {
        let attempts = Attempts::default();
        let (one, other) = (Who::Account("1".into()), Who::Account("2".into()));
        for n in 0..i64::from(PER_ACCOUNT) {
            assert!(attempts.check(&one, Instant(n)).is_ok());
            attempts.failed(&one, Instant(n));
        }
        assert!(attempts.check(&one, Instant(20)).is_err());
        assert!(attempts.check(&other, Instant(20)).is_ok());
        assert!(attempts.check(&one, Instant(WINDOW_MS)).is_ok());
    }

    #[test]
    fn the_counters_never_outgrow_their_limit() {
        let attempts = Attempts::default();
        for n in 0..KEPT + 50 {
            attempts.failed(&Who::Address(n.to_string()), Instant(i64::try_from(n).unwrap()));
        }
        let counters = attempts.0.lock().unwrap();
        assert_eq!(counters.len(), KEPT);
        assert!(!counters.contains_key("c0") && counters.contains_key(&format!("c{}", KEPT + 49)));
    }
}
