//! The system clock, read in one place; tests move their own.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use domain::time::{Day, Instant};

/// Where "now" comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Server time.
    fn now(&self) -> Instant;

    /// Today in Asia/Shanghai.
    fn today(&self) -> Day {
        self.now().day()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis());
        Instant(i64::try_from(ms).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Noon of `day`.
    pub fn at_noon(day: Day) -> Self {
        Self(AtomicI64::new(Instant::start_of(day).plus_ms(12 * 3_600_000).0))
    }

    /// Moves the clock on by `ms` milliseconds (back when negative).
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// Sets the clock to noon of `day`.
    pub fn set_day(&self, day: Day) {
        self.0.store(Instant::start_of(day).plus_ms(12 * 3_600_000).0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}
