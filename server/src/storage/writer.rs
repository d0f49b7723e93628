//! The one writer: takes the commands that queued during the last commit (256 at
//! most), runs each in its own savepoint inside one transaction, commits once, then
//! answers all.
//!
//! One flush costs about 4 ms; committing one by one would allow 200 writes a
//! second, in groups thousands. Nothing is acknowledged before the commit.

use std::{
    any::Any,
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    Rejection,
    ids::AccountId,
    time::{DAY_MS, Instant},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::{
    Conn, Pool, StorageError, Tx, Url,
    awake::awake,
    open, q,
    traces::{Owed, Traces},
};
use crate::clock::Clock;

/// Most commands in one transaction.
const BATCH: usize = 256;
/// Commands waiting beyond this many are refused at once rather than late.
const QUEUE: usize = 4_096;
/// How soon a sweep of traces is tried again that a reader was in the way of.
const SWEEP_AGAIN: Duration = Duration::from_secs(2);
/// Key of the PostgreSQL advisory lock: one writer even if two servers were started by mistake.
const LOCK: &str = "SELECT pg_advisory_xact_lock(5051)";

/// Why a command did not happen. Nothing of it was saved.
#[derive(Debug)]
pub enum Failure {
    /// A rule said no.
    Rejected(Rejection),
    /// The machine failed.
    Storage(StorageError),
}

impl From<Rejection> for Failure {
    fn from(r: Rejection) -> Self {
        Self::Rejected(r)
    }
}

impl From<StorageError> for Failure {
    fn from(e: StorageError) -> Self {
        Self::Storage(e)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(r) => r.fmt(f),
            Self::Storage(e) => e.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

type Answer = Result<Box<dyn Any + Send>, Failure>;
type Job = Box<dyn for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Answer> + Send>;

struct Command {
    job: Job,
    reply: oneshot::Sender<Answer>,
}

/// The storage of one installation: readers and the writer.
#[derive(Clone)]
pub struct Store {
    read: Pool,
    queue: mpsc::Sender<Command>,
    broken: CancellationToken,
    closing: CancellationToken,
    done: CancellationToken,
    sweeping: Arc<AtomicBool>,
    written: Arc<watch::Sender<u64>>,
    clock: Arc<dyn Clock>,
    url: Url,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens, migrates and starts the writer. `durable` is false in tests only.
    pub async fn open(url: Url, clock: Arc<dyn Clock>, durable: bool) -> Result<Self, StorageError> {
        let pools = open::open(&url, durable).await?;
        let (queue, commands) = mpsc::channel(QUEUE);
        let store = Self {
            read: pools.read,
            queue,
            broken: CancellationToken::new(),
            closing: CancellationToken::new(),
            done: CancellationToken::new(),
            sweeping: Arc::default(),
            written: Arc::new(watch::Sender::new(0)),
            clock,
            url,
        };
        tokio::spawn(store.clone().run(pools.write, commands));
        Ok(store)
    }

    /// Finishes what is queued, then closes every connection. Later writes are refused.
    pub async fn close(&self) {
        self.closing.cancel();
        self.done.cancelled().await;
        self.read.close().await;
    }

    /// Readers.
    pub fn read(&self) -> &Pool {
        &self.read
    }

    /// Where the data is.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Commands waiting for the writer.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Are traces of erased words still being swept?
    pub fn sweeping(&self) -> bool {
        self.sweeping.load(Ordering::Relaxed)
    }

    /// Changes with every commit: who shows what stands in the database looks again when it does.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    /// Server time.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Cancelled when the writer met an I/O error: the process must exit.
    pub fn broken(&self) -> &CancellationToken {
        &self.broken
    }

    /// Runs one command in the writer; returns after the commit.
    pub async fn write<T, F>(&self, job: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, Failure>> + Send + 'static,
    {
        let job: Job = Box::new(move |tx| {
            let work = job(tx);
            Box::pin(async move { work.await.map(|t| Box::new(t) as Box<dyn Any + Send>) })
        });
        let (reply, answer) = oneshot::channel();
        self.queue.send(Command { job, reply }).await.map_err(|_| StorageError::Stopped)?;
        let value = answer.await.map_err(|_| StorageError::Stopped)??;
        value.downcast::<T>().map(|t| *t).map_err(|_| StorageError::shape("answer").into())
    }

    /// Runs one command at most once for `(account, key)`: a retry with the same
    /// body gets the stored answer, another body under the same key is refused, and
    /// so is a retry after the answer was forgotten. Where the digest of the body was blanked
    /// (what was said went offline), any body of that key gets the stored answer.
    pub async fn once<T, F>(&self, account: AccountId, key: String, body: &[u8], job: F) -> Result<T, Failure>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'a> FnOnce(&'a mut Tx) -> BoxFuture<'a, Result<T, Failure>> + Send + 'static,
    {
        let body_hash = hex::encode(Sha256::digest(body));
        self.write(move |tx| {
            Box::pin(async move {
                if let Some([hash, answer]) = tx.answered(account, &key).await? {
                    if answer.is_empty() {
                        // Carried out, and its answer forgotten: see `operations::midnight`.
                        return Err(Rejection::DoneBefore.into());
                    }
                    if hash.is_empty() {
                        // Its digest was blanked: what it said went offline. The answer of another form is none of this.
                        return serde_json::from_str(&answer).map_err(|_| Rejection::KeyReused.into());
                    }
                    if hash != body_hash {
                        return Err(Rejection::KeyReused.into());
                    }
                    return Ok(serde_json::from_str(&answer).map_err(|_| StorageError::shape("answer"))?);
                }
                let value = job(tx).await?;
                let answer = serde_json::to_string(&value).map_err(|_| StorageError::shape("answer"))?;
                tx.keep_answer(account, &key, body_hash, answer);
                Ok(value)
            })
        })
        .await
    }
}

impl Store {
    async fn run(self, pool: Pool, mut commands: mpsc::Receiver<Command>) {
        // A panic in a command ends this task: everybody waiting must learn that.
        let _done = self.done.clone().drop_guard();
        let broken = self.broken.clone().drop_guard();
        let mut owed = left_by_the_last(&pool, self.clock.now()).await;
        loop {
            self.sweeping.store(owed.any(), Ordering::Relaxed);
            let pause = if owed.ready() { Duration::ZERO } else { SWEEP_AGAIN };
            let first = tokio::select! {
                biased;
                first = commands.recv() => first,
                () = self.closing.cancelled() => {
                    commands.close();
                    commands.recv().await
                }
                () = tokio::time::sleep(pause), if owed.any() => {
                    if !owed.ready() {
                        owed.again();
                    }
                    step_of(&pool, &mut owed).await;
                    continue;
                }
            };
            let Some(first) = first else { break };
            let mut batch = vec![first];
            // The 5 ms of a batch are spent in the commit before it: whoever came
            // meanwhile is in the queue already, so nobody waits for company.
            while batch.len() < BATCH {
                match commands.try_recv() {
                    Ok(next) => batch.push(next),
                    Err(_) => break,
                }
            }
            match commit(&pool, batch, &self.clock, &mut owed).await {
                Ok(()) => self.written.send_modify(|commits| *commits += 1),
                Err(e) if e.is_fatal() => {
                    tracing::error!(error = %e, "writer met an I/O error; stopping so that a restart can verify the data");
                    return;
                }
                Err(_) => {}
            }
            // Also where the queue is never empty.
            step_of(&pool, &mut owed).await;
        }
        owed.again();
        while owed.ready() {
            step_of(&pool, &mut owed).await;
        }
        broken.disarm();
        pool.close().await;
    }
}

/// Runs a batch. An error means that nothing of it was saved (every sender was told so).
/// Whoever left traces to be swept is answered by `owed`.
async fn commit(pool: &Pool, batch: Vec<Command>, clock: &Arc<dyn Clock>, owed: &mut Owed) -> Result<(), StorageError> {
    let mut tx = match begin(pool, clock).await {
        Ok(tx) => tx,
        Err(e) => return Err(refuse(batch.into_iter().map(|c| c.reply), e)),
    };
    let mut answers = Vec::with_capacity(batch.len());
    let mut waiting = batch.into_iter();
    let mut failed = None;
    let mut start = SAVE;
    for Command { job, reply } in waiting.by_ref() {
        tx.traces = Traces::default();
        match step(&mut tx, start, job).await {
            Ok(answer) => answers.push((reply, answer, tx.traces)),
            Err(e) => {
                // What it is told is said below, with the others.
                answers.push((reply, Err(StorageError::Stopped.into()), Traces::default()));
                failed = Some(e);
                break;
            }
        }
        start = NEXT;
    }
    let committed = match failed {
        None => match tx.write_late().await {
            Ok(()) => tx.conn.script("COMMIT").await,
            Err(e) => Err(e),
        },
        Some(e) => Err(e),
    };
    match committed {
        Ok(()) => {
            for (reply, answer, traces) in answers {
                // Nothing of a refused command is left.
                let traces = if answer.is_ok() { traces } else { Traces::default() };
                // The sender may be gone; its command is saved all the same.
                owed.add(traces, pool.is_sqlite(), Box::new(move || drop(reply.send(answer))));
            }
            Ok(())
        }
        Err(e) => {
            let _ = tx.conn.script("ROLLBACK").await;
            Err(refuse(answers.into_iter().map(|a| a.0).chain(waiting.map(|c| c.reply)), e))
        }
    }
}

/// What a process that ended soon after an erasure may not have swept.
async fn left_by_the_last(pool: &Pool, now: Instant) -> Owed {
    let mut owed = Owed::default();
    let find = q("SELECT 1 AS n FROM offline_requests WHERE state = 'erased' AND ended_at > $1 LIMIT 1")
        .bind(now.plus_ms(-DAY_MS));
    if pool.row(find).await.is_ok_and(|row| row.is_some()) {
        owed.add(Traces { meetings: true, record: true }, pool.is_sqlite(), Box::new(|| ()));
    }
    owed
}

/// One step of what is owed; without a connection after a pause.
async fn step_of(pool: &Pool, owed: &mut Owed) {
    if !owed.ready() {
        return;
    }
    match pool.acquire().await {
        Ok(mut conn) => owed.step(&mut conn).await,
        Err(_) => owed.put_off(),
    }
}

async fn begin(pool: &Pool, clock: &Arc<dyn Clock>) -> Result<Tx, StorageError> {
    let mut conn = pool.acquire().await?;
    begin_on(&mut conn).await?;
    Ok(Tx::new(conn, clock.now()))
}

async fn begin_on(conn: &mut Conn) -> Result<(), StorageError> {
    if conn.is_sqlite() {
        conn.script("BEGIN IMMEDIATE").await
    } else {
        conn.script("BEGIN").await?;
        conn.script(LOCK).await
    }
}

/// Before the first command of a batch.
const SAVE: &str = "SAVEPOINT command";
/// Before each later one: what the one before left is kept, in the same trip to the database.
/// The last savepoint ends with the transaction.
const NEXT: &str = "RELEASE SAVEPOINT command; SAVEPOINT command";

/// One command in its savepoint. `Err` only where the savepoint itself failed.
async fn step(tx: &mut Tx, start: &'static str, job: Job) -> Result<Answer, StorageError> {
    awake(tx.conn.is_sqlite(), tx.conn.script(start)).await?;
    tx.begin();
    let now = tx.now;
    // A panic in one command must not take the others, or the process, with it.
    let answer = AssertUnwindSafe(job(tx)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a command panicked; it was taken back");
        Err(StorageError::shape("command").into())
    });
    tx.now = now;
    if let Err(failure) = &answer {
        match failure {
            Failure::Storage(e) if e.is_fatal() => return Err(StorageError::Stopped),
            // SQLite may have taken the whole transaction back by itself: nobody of the batch was saved.
            Failure::Storage(StorageError::Full) => return Err(StorageError::Full),
            _ => {}
        }
        tx.taken_back();
        tx.conn.script("ROLLBACK TO SAVEPOINT command").await?;
    }
    Ok(answer)
}

/// Tells every sender that nothing was saved, and hands the error on.
fn refuse(replies: impl Iterator<Item = oneshot::Sender<Answer>>, e: StorageError) -> StorageError {
    for reply in replies {
        let told = if matches!(e, StorageError::Full) { StorageError::Full } else { StorageError::Stopped };
        let _ = reply.send(Err(told.into()));
    }
    e
}
