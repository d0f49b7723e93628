//! What is in somebody's hands: an upload is worked on by one request at a time, and one account has
//! one file made at a time. Forgets everything with the process.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// What is held.
#[derive(Debug, Default)]
pub(super) struct Leases {
    held: Mutex<BTreeSet<String>>,
    freed: Notify,
}

/// Something held until this value goes.
#[derive(Debug)]
pub struct Lease {
    of: Arc<Leases>,
    key: String,
}

impl Leases {
    fn held(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds `key`; `None` while somebody else does.
    pub(super) fn now(self: &Arc<Self>, key: &str) -> Option<Lease> {
        self.held().insert(key.to_owned()).then(|| Lease { of: self.clone(), key: key.to_owned() })
    }

    /// Holds `key` as soon as nobody else does.
    pub(super) async fn wait(self: &Arc<Self>, key: &str) -> Lease {
        loop {
            // Asked for before the try: what is freed in between is not missed.
            let mut freed = std::pin::pin!(self.freed.notified());
            freed.as_mut().enable();
            if let Some(lease) = self.now(key) {
                return lease;
            }
            freed.await;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.of.held().remove(&self.key);
        self.of.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_holds_and_the_next_waits() {
        let leases = Arc::new(Leases::default());
        let first = leases.wait("a").await;
        assert!(leases.now("a").is_none() && leases.now("b").is_some());
        let other = leases.clone();
        let next = tokio::spawn(async move { other.wait("a").await });
        tokio::task::yield_now().await;
        assert!(!next.is_finished());
        drop(first);
        let second = next.await.unwrap();
        assert!(leases.now("a").is_none());
        drop(second);
        assert!(leases.now("a").is_some());
    }
}
