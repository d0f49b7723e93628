//! Who is told what: one pre-rendered event per role, the same bytes for everybody in it.
//!
//! A [`watch`] per role holds the newest whole state, so a slow phone skips states and never queues
//! them. Broadcasts are at most ten a second ([`PACE`]); the screen and the chair are written first.
//! Refuses deltas, and anything about a single seat.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use domain::reviews::Views;
use rand::Rng as _;
use serde::Serialize;
use tokio::sync::{Notify, watch};

/// Shortest time between two broadcasts: 3,000 ballots times 3,000 phones would be 108 s of CPU.
pub const PACE: Duration = Duration::from_millis(100);

/// Who listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LiveRole {
    /// 大屏.
    Screen,
    /// 主持人 and 会务操作员.
    Chair,
    /// 监票人.
    Teller,
    /// 计票人: the paper alone.
    Counter,
    /// 述责对象.
    Presenter,
    /// 评议人员.
    Rater,
}

impl LiveRole {
    /// In the order of writing.
    pub const ALL: [Self; 6] = [Self::Screen, Self::Chair, Self::Teller, Self::Counter, Self::Presenter, Self::Rater];

    /// Word in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Chair => "chair",
            Self::Teller => "teller",
            Self::Counter => "counter",
            Self::Presenter => "presenter",
            Self::Rater => "rater",
        }
    }

    /// The role of a word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|r| *r == self).unwrap_or(0)
    }
}

/// One event, ready for the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Changes with every start of the server.
    pub epoch: u64,
    /// Counts the events of this role.
    pub seq: u64,
    /// `id:`, `event: state`, `data:` and the blank line.
    pub bytes: Bytes,
    /// The view alone, as JSON.
    pub data: Bytes,
}

/// The hub of one room.
#[derive(Debug)]
pub struct Hub {
    epoch: u64,
    roles: [watch::Sender<Arc<Sent>>; 6],
    /// Somebody asked for a broadcast.
    pub(super) dirty: Arc<Notify>,
    /// Streams of raters open now.
    phones: Arc<AtomicU32>,
    /// Number of the echo last asked of the phones. Beside the states: who comes later is not asked.
    echo: watch::Sender<u64>,
}

impl Default for Hub {
    fn default() -> Self {
        let epoch = u64::from(rand::rng().next_u32());
        let empty = Arc::new(Sent { epoch, seq: 0, bytes: Bytes::new(), data: Bytes::new() });
        Self {
            epoch,
            roles: std::array::from_fn(|_| watch::Sender::new(empty.clone())),
            dirty: Arc::default(),
            phones: Arc::default(),
            echo: watch::Sender::new(0),
        }
    }
}

/// Counts a rater's stream for as long as it is open.
#[derive(Debug)]
pub struct Listening {
    phones: Arc<AtomicU32>,
    dirty: Arc<Notify>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.phones.fetch_sub(1, Ordering::Relaxed);
        self.dirty.notify_one();
    }
}

impl Hub {
    /// Listens as a role; the newest event is there at once.
    pub fn subscribe(&self, role: LiveRole) -> watch::Receiver<Arc<Sent>> {
        let mut receiver = self.roles[role.place()].subscribe();
        receiver.mark_unchanged();
        receiver
    }

    /// Counts a phone while the value lives.
    pub fn listen(&self) -> Listening {
        self.phones.fetch_add(1, Ordering::Relaxed);
        self.touch();
        Listening { phones: self.phones.clone(), dirty: self.dirty.clone() }
    }

    /// Streams of raters open now.
    pub fn phones(&self) -> u32 {
        self.phones.load(Ordering::Relaxed)
    }

    /// Asks for a broadcast soon.
    pub fn touch(&self) {
        self.dirty.notify_one();
    }

    /// Asks every phone for an echo; its number.
    pub fn ask_echo(&self) -> u64 {
        self.echo.send_modify(|number| *number += 1);
        *self.echo.borrow()
    }

    /// Hears of echoes asked from now on.
    pub fn echoes(&self) -> watch::Receiver<u64> {
        self.echo.subscribe()
    }

    /// Sends the views to whom they changed for.
    pub fn broadcast(&self, views: &Views) {
        self.send(LiveRole::Screen, &views.screen);
        self.send(LiveRole::Chair, &views.chair);
        self.send(LiveRole::Teller, &views.teller);
        self.send(LiveRole::Counter, &views.counter);
        self.send(LiveRole::Presenter, &views.presenter);
        self.send(LiveRole::Rater, &views.rater);
    }

    fn send<V: Serialize>(&self, role: LiveRole, view: &V) {
        let Ok(data) = serde_json::to_vec(view) else { return };
        self.roles[role.place()].send_if_modified(|sent| {
            if sent.data == data {
                return false;
            }
            let (seq, data) = (sent.seq + 1, Bytes::from(data));
            *sent = Arc::new(Sent { epoch: self.epoch, seq, bytes: frame(self.epoch, seq, &data), data });
            true
        });
    }
}

fn frame(epoch: u64, seq: u64, data: &[u8]) -> Bytes {
    let mut bytes = format!("id: {epoch}.{seq}\nevent: state\ndata: ").into_bytes();
    bytes.extend_from_slice(data);
    bytes.extend_from_slice(b"\n\n");
    bytes.into()
}
