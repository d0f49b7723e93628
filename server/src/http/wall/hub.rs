//! One state for all who look at the wall of a district: asked of the database when something was written, drawn
//! once, and the same bytes for everybody. While nobody looks, nothing is asked.
//!
//! What a look costs decides how often there is one: the pause is a hundred times as long, so that the wall takes a
//! hundredth of a core at most, however many look and however much is written.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant as Moment},
};

use bytes::Bytes;
use domain::{
    ids::DistrictId,
    time::{Day, Instant},
};
use rand::Rng as _;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::draw;
use crate::{services::Services, storage::StorageError};

/// Shortest pause between two looks at the database.
const PACE: Duration = Duration::from_secs(2);
/// Longest one: a machine that is busy with other things makes a look seem dear.
const LONGEST: Duration = Duration::from_secs(15);
/// The pause in looks.
const SHARE: u32 = 100;
/// How often is asked, without a write, whether the day has changed and whether anybody still looks.
const IDLE: Duration = Duration::from_secs(20);

/// One state, ready for the wire.
#[derive(Debug, Clone, Default)]
pub(super) struct Shown {
    /// `id:`, `event: state`, `data:` and the blank line.
    pub bytes: Bytes,
    /// The markup alone.
    pub html: Arc<str>,
    /// Name of the district.
    pub district: Arc<str>,
    /// When it was asked.
    pub at: Option<Instant>,
    /// `EPOCH.SEQ`.
    pub id: Arc<str>,
}

/// The last look.
struct Look {
    commits: u64,
    day: Day,
    ended: Moment,
    took: Duration,
}

/// The wall of one district.
pub(super) struct Wall {
    district: DistrictId,
    services: Arc<Services>,
    closing: CancellationToken,
    epoch: u32,
    /// Without names, with names.
    shown: [watch::Sender<Arc<Shown>>; 2],
    last: tokio::sync::Mutex<Option<Look>>,
    pumping: AtomicBool,
}

/// The walls of an installation.
pub struct Walls {
    services: Arc<Services>,
    closing: CancellationToken,
    open: Mutex<HashMap<DistrictId, Arc<Wall>>>,
}

impl Walls {
    /// None is open yet; `closing` ends all.
    pub fn new(services: Arc<Services>, closing: CancellationToken) -> Self {
        Self { services, closing, open: Mutex::default() }
    }

    /// Cancelled when the server stops.
    pub(super) fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// The wall of a district.
    pub(super) fn of(&self, district: DistrictId) -> Arc<Wall> {
        let mut open = self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        open.entry(district)
            .or_insert_with(|| {
                Arc::new(Wall {
                    district,
                    services: self.services.clone(),
                    closing: self.closing.clone(),
                    epoch: rand::rng().next_u32(),
                    shown: std::array::from_fn(|_| watch::Sender::default()),
                    last: tokio::sync::Mutex::new(None),
                    pumping: AtomicBool::new(false),
                })
            })
            .clone()
    }
}

impl Wall {
    /// What stands now, at most a pause old.
    ///
    /// # Errors
    /// Storage, where nothing was ever shown.
    pub(super) async fn now(&self, names: bool) -> Result<Arc<Shown>, StorageError> {
        let looked = self.look().await;
        let shown = self.shown[usize::from(names)].borrow().clone();
        match looked {
            Err(e) if shown.at.is_none() => Err(e),
            _ => Ok(shown),
        }
    }

    /// Listens. The first who does sets the pump going.
    pub(super) fn subscribe(self: &Arc<Self>, names: bool) -> watch::Receiver<Arc<Shown>> {
        let receiver = self.shown[usize::from(names)].subscribe();
        if !self.pumping.swap(true, Ordering::SeqCst) {
            tokio::spawn(self.clone().pump());
        }
        receiver
    }

    /// Looks at the database where something was written since, or the day changed, and the pause is over.
    async fn look(&self) -> Result<(), StorageError> {
        let mut last = self.last.lock().await;
        let commits = *self.services.store.written().borrow();
        let day = self.services.today();
        if let Some(look) = last.as_ref().filter(|l| l.day == day)
            && (look.commits == commits || look.ended.elapsed() < look.pause())
        {
            return Ok(());
        }
        let (at, start) = (self.services.now(), Moment::now());
        let facts = Box::pin(self.services.wall(self.district)).await?;
        for (shown, names) in self.shown.iter().zip([false, true]) {
            let html = draw::live(&facts, names);
            shown.send_if_modified(|shown| {
                if shown.at.is_some() && *shown.html == *html {
                    return false;
                }
                *shown = Arc::new(self.event(&shown.id, at, &facts.district, html));
                true
            });
        }
        *last = Some(Look { commits, day, ended: Moment::now(), took: start.elapsed() });
        Ok(())
    }

    /// The state after the one with the id `before`.
    fn event(&self, before: &str, at: Instant, district: &str, html: String) -> Shown {
        let seq = before.split_once('.').and_then(|(_, seq)| seq.parse::<u64>().ok()).map_or(1, |seq| seq + 1);
        let id = format!("{}.{seq}", self.epoch);
        let data = serde_json::json!({ "at": at.0, "html": html });
        let bytes = Bytes::from(format!("id: {id}\nevent: state\ndata: {data}\n\n"));
        Shown { bytes, html: html.into(), district: district.into(), at: Some(at), id: id.into() }
    }

    fn looked_at(&self) -> bool {
        self.shown.iter().any(|shown| shown.receiver_count() > 0)
    }

    /// Looks again after each commit, until nobody listens any more.
    async fn pump(self: Arc<Self>) {
        let mut written = self.services.store.written();
        loop {
            let going = tokio::select! {
                () = self.closing.cancelled() => false,
                changed = written.changed() => changed.is_ok(),
                () = sleep(IDLE) => true,
            };
            if !going {
                return;
            }
            if !self.looked_at() {
                self.pumping.store(false, Ordering::SeqCst);
                // Somebody may have come in between, and relied on this one.
                if !self.looked_at() || self.pumping.swap(true, Ordering::SeqCst) {
                    return;
                }
            }
            let rest = self.last.lock().await.as_ref().map_or(Duration::ZERO, Look::rest);
            tokio::select! {
                () = self.closing.cancelled() => return,
                () = sleep(rest) => {}
            }
            written.mark_unchanged();
            if let Err(error) = self.look().await {
                tracing::warn!(%error, "the wall shows what it had");
                // The next commit, or the next idle look, tries again.
                sleep(PACE).await;
            }
        }
    }
}

impl Look {
    fn pause(&self) -> Duration {
        (self.took * SHARE).clamp(PACE, LONGEST)
    }

    /// What is left of the pause.
    fn rest(&self) -> Duration {
        self.pause().saturating_sub(self.ended.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_takes_a_hundredth_of_the_time() {
        let look = |ms| {
            let took = Duration::from_millis(ms);
            Look { commits: 0, day: Day::default(), ended: Moment::now(), took }.pause()
        };
        assert_eq!([look(1), look(20), look(60), look(900)], [PACE, PACE, Duration::from_secs(6), LONGEST]);
    }
}
