//! Files of 佐证材料 on the disk: called by the SHA-256 of their bytes, below `attachments/` (so that
//! backup, restore and export carry them), outside of everything that is served by path.
//! Refuses to know records and rights: services ask first.

mod intake;
mod lease;
mod package;
mod parts;
pub mod picture;
mod spool;

use std::{
    fs::{self, File},
    io::{self, Read as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::{evidence::Room, ids::AccountId};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex as Gate, OwnedMutexGuard, Semaphore};

pub use intake::{Prepared, Refused, looks_like_picture, prepare};
pub use lease::Lease;
pub use package::{look, look_at_template};
pub use parts::{Arrived, PartName};
pub use spool::Spool;

use crate::config::Config;
use lease::Leases;

/// Documents read at once: each is held in memory, 20 MB at most.
const READERS: usize = 3;
/// How long the disk has to say how much is free. A mounted folder whose server is away does not answer at all.
const DISK_WAIT: Duration = Duration::from_secs(5);
/// Bytes compared at once.
const STEP: usize = 64 * 1024;

/// The store of an installation.
pub struct Files {
    root: PathBuf,
    quota: u64,
    reserve: u64,
    /// Bytes free beside a path.
    free: fn(&Path) -> u64,
    leases: Arc<Leases>,
    /// One picture is decoded at a time: each takes up to some 125 MB for a second at most (`benches/evidence`).
    /// First come, first served; with [`Self::turn`] nobody stands in the queue twice.
    pub decoding: Arc<Semaphore>,
    /// What need not be decoded does not wait for pictures.
    pub reading: Arc<Semaphore>,
    placing: Arc<Gate<()>>,
}

impl Files {
    /// The store below `base`/attachments.
    pub fn new(base: &Path, quota: u64, reserve: u64) -> Self {
        Self {
            root: base.join("attachments").join("evidence"),
            quota,
            reserve,
            free,
            leases: Arc::default(),
            decoding: Arc::new(Semaphore::new(1)),
            reading: Arc::new(Semaphore::new(READERS)),
            placing: Arc::default(),
        }
    }

    /// As the installation is configured.
    pub fn of(config: &Config) -> Self {
        let evidence = &config.evidence;
        Self::new(evidence.base(&config.data), evidence.quota, evidence.reserve)
    }

    /// Room on the disk, with nothing counted yet of what a district has taken. Asked apart from the request
    /// threads, and before a command of the one writer, never inside it: the folder may be mounted from elsewhere.
    /// A disk that does not answer has none.
    pub async fn room(&self) -> Room {
        let (root, free) = (self.root.clone(), self.free);
        let asked = tokio::task::spawn_blocking(move || free(&root));
        let free = tokio::time::timeout(DISK_WAIT, asked).await.map_or(0, |free| free.unwrap_or(0));
        Room { used: 0, quota: self.quota, free, reserve: self.reserve }
    }

    /// Where the file of a hash is.
    pub fn file(&self, hash: &str) -> PathBuf {
        self.root.join("files").join(hash.get(..2).unwrap_or("xx")).join(hash)
    }

    /// Where its thumbnail is, if it has one.
    pub fn thumb(&self, hash: &str) -> PathBuf {
        self.file(hash).with_extension("thumb")
    }

    /// Alone with the placed files: held from the look at the rows to the commit or the removal that
    /// follows from it, so that nobody takes a file away that another upload is about to name.
    pub async fn alone(&self) -> OwnedMutexGuard<()> {
        self.placing.clone().lock_owned().await
    }

    /// An upload in one hand, as soon as it is free: while it is being ended, nothing of it is
    /// written, begun anew or cleared away.
    pub async fn hold(&self, part: &PartName) -> Lease {
        self.leases.wait(part.key()).await
    }

    /// The same, if it is free now.
    pub fn hold_now(&self, part: &PartName) -> Option<Lease> {
        self.leases.now(part.key())
    }

    /// The account's turn to have a file made: one at a time, however many it has sent.
    pub async fn turn(&self, account: AccountId) -> Lease {
        self.leases.wait(&format!("account {account}")).await
    }

    /// Gives a prepared file its place; one that is there already stays as it is. Durable when it
    /// returns. The caller is [`Self::alone`].
    ///
    /// # Errors
    /// Writing failed, or what stands under the hash is not of the hash; nothing was changed then.
    pub fn place(&self, prepared: &Prepared) -> io::Result<()> {
        let to = self.file(&prepared.hash);
        let folder = to.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        let there = to.try_exists()?;
        if there && !is_of(&to, &prepared.hash)? {
            return Err(io::Error::other("another content stands under this hash"));
        }
        let thumb = self.thumb(&prepared.hash);
        if let Some(bytes) = prepared.thumb.as_ref().filter(|_| !thumb.exists()) {
            let part = prepared.temp.with_extension("thumb.part");
            parts::write_new(&part, bytes)?;
            fs::rename(&part, &thumb)?;
        }
        if !there {
            fs::rename(&prepared.temp, &to)?;
            if !is_of(&to, &prepared.hash)? {
                self.remove(&prepared.hash)?;
                return Err(io::Error::other("the disk did not keep what was written"));
            }
        }
        File::open(folder)?.sync_all()
    }

    /// Names of all placed files and thumbnails, in order.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn stored(&self) -> io::Result<Vec<String>> {
        let mut out = Vec::new();
        let folders = match fs::read_dir(self.root.join("files")) {
            Ok(folders) => folders,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(out),
            Err(e) => return Err(e),
        };
        for folder in folders {
            for file in fs::read_dir(folder?.path())? {
                out.push(file?.file_name().to_string_lossy().into_owned());
            }
        }
        out.sort();
        Ok(out)
    }

    /// Takes a file and its thumbnail away; one that is gone is fine.
    ///
    /// # Errors
    /// The disk refused.
    pub fn remove(&self, hash: &str) -> io::Result<()> {
        parts::unless_gone(fs::remove_file(self.thumb(hash)))?;
        parts::unless_gone(fs::remove_file(self.file(hash)))
    }
}

/// Bytes free on the disk of a path, or of the nearest folder above that is there; 0 where it does not say.
fn free(path: &Path) -> u64 {
    let there = path.ancestors().find(|p| p.exists()).unwrap_or(Path::new("."));
    rustix::fs::statvfs(there).map_or(0, |s| s.f_bavail.saturating_mul(s.f_frsize))
}

/// Does a file hold the bytes of this hash?
fn is_of(path: &Path, hash: &str) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; STEP]);
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(hex::encode(hasher.finalize()) == hash);
        }
        hasher.update(buffer.get(..n).unwrap_or_default());
    }
}

/// Makes a folder (0700) with its parents and makes their entries durable.
fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let first = path.ancestors().find(|p| p.exists()).unwrap_or(path).to_owned();
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    for above in path.ancestors().skip(1).take_while(|p| p.starts_with(&first)) {
        if !above.as_os_str().is_empty() {
            File::open(above)?.sync_all()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Condvar, Mutex};

    use super::*;

    static SAID: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

    /// A disk that answers only once somebody on the request thread got on with his work.
    fn far_away(_: &Path) -> u64 {
        let waited = SAID.1.wait_timeout_while(SAID.0.lock().unwrap(), Duration::from_secs(3), |said| !*said).unwrap();
        if waited.1.timed_out() { 0 } else { 70 }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_disk_that_is_slow_to_answer_holds_nobody_up() {
        let files = Files { free: far_away, ..Files::new(Path::new("."), 100, 10) };
        let others = async {
            *SAID.0.lock().unwrap() = true;
            SAID.1.notify_all();
        };
        let (room, ()) = tokio::join!(files.room(), others);
        assert_eq!(room, Room { used: 0, quota: 100, free: 70, reserve: 10 });
    }
}
