//! An open round: one thread that owns its journal. Frames queue while the last batch is being
//! flushed; then the whole queue is judged against the fold, written once, flushed once, and only
//! then acknowledged. Refuses to decide what counts: `domain::reviews::Fold` judges.
//!
//! Nothing here is logged per ballot. After a failed write or flush the round takes nothing more and
//! the process ends through [`RoundFiles::broken`], as the storage writer's does.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use domain::{
    ids::RoundId,
    reviews::{Fold, Frame, Verdict},
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

pub use super::{files::RoundFiles, journal::JournalError};
use super::{
    files::{make_folder, sync_folder, sync_folder_if_there, unless_gone},
    journal::{Disk, Journal},
    key::Key,
};

/// Frames that may wait: every entitled voter of a full hall twice over, so that none is refused.
const QUEUE: usize = 8_192;
/// Most frames of one flush: bounds the size of a record.
const BATCH: usize = 512;
/// Longest time that judging of a batch goes on before it is flushed.
const WINDOW: Duration = Duration::from_millis(5);

struct Item {
    frame: Frame,
    reply: oneshot::Sender<Result<Verdict, JournalError>>,
    way: OnTheWay,
}

/// Counts a frame from its arrival until it is durable or given up.
struct OnTheWay(Arc<Shared>);

impl OnTheWay {
    fn begin(shared: &Arc<Shared>) -> Self {
        shared.on_the_way.fetch_add(1, Ordering::Relaxed);
        Self(shared.clone())
    }
}

impl Drop for OnTheWay {
    fn drop(&mut self) {
        self.0.on_the_way.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Shared {
    fold: RwLock<Fold>,
    on_the_way: AtomicU32,
    changed: watch::Sender<u64>,
    ended: CancellationToken,
}

/// A handle on an open round; the thread ends with the last one.
#[derive(Clone)]
pub struct OpenRound {
    id: RoundId,
    queue: mpsc::Sender<Item>,
    stop: CancellationToken,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for OpenRound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenRound").field("id", &self.id).finish_non_exhaustive()
    }
}

impl OpenRound {
    /// Opens a new round: fresh key (0600), empty journal, both durable on return. After an error
    /// call [`OpenRound::destroy`].
    ///
    /// # Errors
    /// Files of this round are there already, or the disk refuses.
    pub fn create(files: &RoundFiles, id: RoundId) -> io::Result<Self> {
        make_folder(&files.folder(id))?;
        make_folder(&files.key_folder(id))?;
        let key = Key::create(&files.key(id))?;
        let votes = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(files.votes(id))?;
        let round = Self::create_on(votes, &key, id, &files.broken).map_err(into_io)?;
        sync_folder(&files.folder(id))?;
        sync_folder(&files.key_folder(id))?;
        Ok(round)
    }

    /// Takes a round up again after a restart: reads the journal, cuts a torn tail, folds.
    ///
    /// # Errors
    /// [`JournalError::Missing`], or [`JournalError::Damaged`] (nothing is dropped silently).
    pub fn resume(files: &RoundFiles, id: RoundId) -> Result<Self, JournalError> {
        let votes = OpenOptions::new().read(true).write(true).open(files.votes(id))?;
        let key = Key::read(&files.key(id)).map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
                JournalError::Damaged("the key is not of a key's length".into())
            }
            _ => e.into(),
        })?;
        Self::resume_on(votes, &key, id, &files.broken)
    }

    /// As [`OpenRound::create`] on any disk.
    ///
    /// # Errors
    /// The disk fails or is full.
    pub fn create_on<D: Disk>(
        disk: D,
        key: &Key,
        id: RoundId,
        broken: &CancellationToken,
    ) -> Result<Self, JournalError> {
        let journal = Journal::create(disk, key, id)?;
        Self::start(journal, Fold::default(), id, broken)
    }

    /// As [`OpenRound::resume`] on any disk.
    ///
    /// # Errors
    /// As there.
    pub fn resume_on<D: Disk>(
        disk: D,
        key: &Key,
        id: RoundId,
        broken: &CancellationToken,
    ) -> Result<Self, JournalError> {
        let (journal, found) = Journal::open(disk, key, id)?;
        if found.cut > 0 {
            tracing::warn!(bytes = found.cut, "an unacknowledged write at the end of a round's journal was cut off");
        }
        Self::start(journal, Fold::of(&found.frames), id, broken)
    }

    fn start<D: Disk>(
        journal: Journal<D>,
        fold: Fold,
        id: RoundId,
        broken: &CancellationToken,
    ) -> Result<Self, JournalError> {
        let (queue, items) = mpsc::channel(QUEUE);
        let ended = CancellationToken::new();
        let shared = Arc::new(Shared {
            fold: RwLock::new(fold.clone()),
            on_the_way: AtomicU32::new(0),
            changed: watch::Sender::new(0),
            ended: ended.clone(),
        });
        let stop = CancellationToken::new();
        let worker = Worker { journal, ahead: fold, shared: shared.clone(), stop: stop.clone() };
        let broken = broken.clone();
        thread::Builder::new()
            .name("round".into())
            .spawn(move || {
                // A panic here must end the process like a failed disk: nobody may go on without a journal.
                let guard = broken.drop_guard();
                let _ended = ended.drop_guard();
                if worker.run(items).is_ok() {
                    guard.disarm();
                }
            })
            .map_err(JournalError::Io)?;
        Ok(Self { id, queue, stop, shared })
    }

    /// Which round.
    pub fn id(&self) -> RoundId {
        self.id
    }

    /// Takes a frame: judged, and durable before this returns [`Verdict::Accepted`]. Every other
    /// verdict also speaks of durable frames only. Giving up waiting does not take a frame back.
    ///
    /// # Errors
    /// Nothing is known to be taken: [`JournalError::Full`] goes on, [`JournalError::Stopped`] does not.
    pub async fn submit(&self, frame: Frame) -> Result<Verdict, JournalError> {
        let (reply, answer) = oneshot::channel();
        let way = OnTheWay::begin(&self.shared);
        self.queue.send(Item { frame, reply, way }).await.map_err(|_| JournalError::Stopped)?;
        answer.await.map_err(|_| JournalError::Stopped)?
    }

    /// Looks at what is durable. Short: the round's thread waits.
    pub fn with<T>(&self, look: impl FnOnce(&Fold) -> T) -> T {
        look(&self.shared.fold.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A copy of what is durable; for the seal, not for every ballot.
    pub fn fold(&self) -> Arc<Fold> {
        Arc::new(self.with(Fold::clone))
    }

    /// Frames received and not yet durable (在路上).
    pub fn on_the_way(&self) -> u32 {
        self.shared.on_the_way.load(Ordering::Relaxed)
    }

    /// Changes after each batch that became durable.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.shared.changed.subscribe()
    }

    /// Ends the thread after the batch at hand: later frames are refused, the key leaves memory.
    /// Call before [`OpenRound::destroy`].
    pub async fn stop(&self) {
        self.stop.cancel();
        // Wakes a thread that waits for a frame; it is not taken.
        let _ = self.submit(Frame::Resumed).await;
        self.shared.ended.cancelled().await;
    }

    /// Destroys what links ballots to seats: overwrites and flushes the key, unlinks key and journal,
    /// flushes the folders. May be called again after a crash at any point, and for what never was.
    ///
    /// # Errors
    /// The disk refuses; call again.
    pub fn destroy(files: &RoundFiles, id: RoundId) -> io::Result<()> {
        Key::destroy(&files.key(id))?;
        sync_folder_if_there(&files.key_folder(id))?;
        unless_gone(fs::remove_file(files.votes(id)))?;
        sync_folder_if_there(&files.folder(id))?;
        for folder in [files.key_folder(id), files.folder(id)] {
            unless_gone(fs::remove_dir(&folder))?;
            if let Some(parent) = folder.parent() {
                sync_folder_if_there(parent)?;
            }
        }
        Ok(())
    }

    /// Rounds of which anything is left, in no order: to be resumed or destroyed at start.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn found(files: &RoundFiles) -> io::Result<Vec<RoundId>> {
        let mut found = BTreeSet::new();
        for dir in [&files.dir, &files.keys] {
            let entries = match fs::read_dir(dir) {
                Ok(entries) => entries,
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Err(e) => return Err(e),
            };
            for entry in entries {
                found.extend(entry?.file_name().to_str().and_then(|name| name.parse::<RoundId>().ok()));
            }
        }
        Ok(found.into_iter().collect())
    }
}

struct Worker<D> {
    journal: Journal<D>,
    /// The durable fold and the batch at hand.
    ahead: Fold,
    shared: Arc<Shared>,
    stop: CancellationToken,
}

/// The journal can no longer be believed.
struct Broken;

impl<D: Disk> Worker<D> {
    fn run(mut self, mut items: mpsc::Receiver<Item>) -> Result<(), Broken> {
        while let Some(first) = items.blocking_recv() {
            if self.stop.is_cancelled() {
                break;
            }
            // Company comes while the batch before is flushed: nobody waits for it here.
            let began = Instant::now();
            let mut batch = Vec::new();
            let mut next = Some(first);
            while let Some(item) = next {
                let verdict = self.ahead.admit(&item.frame);
                batch.push((item, verdict));
                let more = batch.len() < BATCH && began.elapsed() < WINDOW;
                next = more.then(|| items.try_recv().ok()).flatten();
            }
            self.commit(batch)?;
        }
        Ok(())
    }

    fn commit(&mut self, batch: Vec<(Item, Verdict)>) -> Result<(), Broken> {
        let taken: Vec<&Frame> =
            batch.iter().filter(|(_, v)| *v == Verdict::Accepted).map(|(item, _)| &item.frame).collect();
        if !taken.is_empty() {
            match self.journal.append(&taken) {
                Ok(()) => {
                    let mut fold = self.shared.fold.write().unwrap_or_else(PoisonError::into_inner);
                    for frame in taken {
                        fold.apply(frame);
                    }
                }
                Err(JournalError::Full) => {
                    tracing::error!("the disk is full: a round's journal refuses ballots");
                    self.ahead = self.shared.fold.read().unwrap_or_else(PoisonError::into_inner).clone();
                    for (item, _) in batch {
                        let _ = item.reply.send(Err(JournalError::Full));
                    }
                    return Ok(());
                }
                Err(error) => {
                    tracing::error!(%error, "stopping so that a restart can verify the data");
                    return Err(Broken);
                }
            }
        }
        let mut answers = Vec::with_capacity(batch.len());
        let mut written = false;
        for (Item { reply, way, .. }, verdict) in batch {
            written |= verdict == Verdict::Accepted;
            drop(way);
            answers.push((reply, verdict));
        }
        if written {
            self.shared.changed.send_modify(|n| *n += 1);
        }
        for (reply, verdict) in answers {
            // The sender may be gone; its frame counts all the same.
            let _ = reply.send(Ok(verdict));
        }
        Ok(())
    }
}

fn into_io(e: JournalError) -> io::Error {
    match e {
        JournalError::Io(e) => e,
        JournalError::Full => io::ErrorKind::StorageFull.into(),
        other => io::Error::other(other),
    }
}
