//! Limits beside what was measured, as `… of 50 ms ok`. A bench that saw a value above its limit ends with 1.

use std::{
    error::Error,
    sync::atomic::{AtomicU32, Ordering},
};

/// Values above their limits.
static OVER: AtomicU32 = AtomicU32::new(0);

/// The words behind a printed `value`: its limit and how it stands to it, both in `unit`.
pub fn of(value: f64, most: f64, unit: &str) -> String {
    let fits = value <= most;
    if !fits {
        OVER.fetch_add(1, Ordering::Relaxed);
    }
    format!("of {most} {unit} {}", if fits { "ok" } else { "OVER" })
}

/// Whether everything stayed within its limit.
///
/// # Errors
/// Something did not; `main` passes it on, and the bench ends with 1.
pub fn verdict() -> Result<(), Box<dyn Error>> {
    match OVER.load(Ordering::Relaxed) {
        0 => Ok(()),
        n => Err(format!("{n} above a limit").into()),
    }
}
