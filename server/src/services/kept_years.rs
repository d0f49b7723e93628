//! Own years that phones keep (public/year.js): a mark that every page carries and that changes when texts were
//! closed or erased. A phone that finds another one drops what it has before it asks again. The mark is the
//! process's own, random and says nothing: after a restart every phone asks once more.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::random;

/// The mark.
#[derive(Debug)]
pub struct KeptYears(AtomicU32);

impl Default for KeptYears {
    fn default() -> Self {
        Self(AtomicU32::new(fresh()))
    }
}

impl KeptYears {
    /// Texts were closed, erased or are not shared any more. Called after the commit: a phone that asked before
    /// must ask again.
    pub fn changed(&self) {
        self.0.store(fresh(), Ordering::Relaxed);
    }

    /// The mark now.
    pub fn mark(&self) -> String {
        self.0.load(Ordering::Relaxed).to_string()
    }
}

fn fresh() -> u32 {
    u32::from_str_radix(random::token().get(..8).unwrap_or_default(), 16).unwrap_or_default()
}
