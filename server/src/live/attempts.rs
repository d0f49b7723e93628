//! Wrong codes and cards, counted per account or per address. Only failures count: a hall is one
//! address, and 3,000 who type correctly must all get in.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::{Rejection, time::Instant};

/// Failures that an account may have within [`WINDOW_MS`].
const PER_ACCOUNT: u32 = 10;
/// Failures that an address may have within [`WINDOW_MS`]: a whole hall may stand behind it.
const PER_ADDRESS: u32 = 300;
/// Ten minutes, in milliseconds.
const WINDOW_MS: i64 = 10 * 60_000;
/// Counters kept at most; beyond, those that are over go.
const KEPT: usize = 10_000;

/// Counters of one room.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<String, (u32, Instant)>>);

/// Who tries.
#[derive(Debug, Clone)]
pub(super) enum Who {
    /// A signed-in account.
    Account(String),
    /// An address.
    Address(String),
}

impl Who {
    fn key(&self) -> String {
        match self {
            Self::Account(id) => format!("a{id}"),
            Self::Address(address) => format!("c{address}"),
        }
    }

    fn most(&self) -> u32 {
        match self {
            Self::Account(_) => PER_ACCOUNT,
            Self::Address(_) => PER_ADDRESS,
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
        if over {
            Err(Rejection::state("签到码或评议卡号输错次数过多，暂停 10 分钟。请到签到处由会务人员办理。"))
        } else {
            Ok(())
        }
    }

    /// Notes a failure.
    pub(super) fn failed(&self, who: &Who, now: Instant) {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= KEPT {
            counters.retain(|_, (_, since)| now.0 - since.0 < WINDOW_MS);
        }
        let counter = counters.entry(who.key()).or_insert((0, now));
        if now.0 - counter.1.0 >= WINDOW_MS {
            *counter = (0, now);
        }
        counter.0 += 1;
    }
}
