//! Files of 佐证材料 on the disk: called by the SHA-256 of their bytes, below `attachments/` (so that
//! backup, restore and export carry them), outside of everything that is served by path.
//! Refuses to know records and rights: services ask first.

mod intake;
mod package;
mod parts;
pub mod picture;

use std::{
    fs::{self, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use domain::evidence::Room;
use tokio::sync::{Mutex as Gate, Semaphore};

pub use intake::{Prepared, Refused, prepare};
pub use parts::{Arrived, PartName};

use crate::config::Config;

/// Locks of unfinished uploads: pieces of one upload must not be written at once.
const STRIPES: usize = 16;

/// The store of an installation.
pub struct Files {
    root: PathBuf,
    quota: u64,
    reserve: u64,
    stripes: Vec<Mutex<()>>,
    /// One picture is decoded at a time: each takes up to some 110 MB for half a second (`benches/evidence`).
    pub decoding: Arc<Semaphore>,
    /// Held from the last rename to the commit, so that nobody takes a file away that another
    /// upload of the same content is about to name.
    pub placing: Gate<()>,
}

impl Files {
    /// The store below `base`/attachments.
    pub fn new(base: &Path, quota: u64, reserve: u64) -> Self {
        Self {
            root: base.join("attachments").join("evidence"),
            quota,
            reserve,
            stripes: (0..STRIPES).map(|_| Mutex::new(())).collect(),
            decoding: Arc::new(Semaphore::new(1)),
            placing: Gate::new(()),
        }
    }

    /// As the installation is configured.
    pub fn of(config: &Config) -> Self {
        let evidence = &config.evidence;
        Self::new(evidence.base(&config.data), evidence.quota, evidence.reserve)
    }

    /// Room beside the `used` bytes of a district. A disk that does not answer has none.
    pub fn room(&self, used: u64) -> Room {
        let there = self.root.ancestors().find(|p| p.exists()).unwrap_or(Path::new("."));
        let free = rustix::fs::statvfs(there).map_or(0, |s| s.f_bavail.saturating_mul(s.f_frsize));
        Room { used, quota: self.quota, free, reserve: self.reserve }
    }

    /// Where the file of a hash is.
    pub fn file(&self, hash: &str) -> PathBuf {
        self.root.join("files").join(hash.get(..2).unwrap_or("xx")).join(hash)
    }

    /// Where its thumbnail is, if it has one.
    pub fn thumb(&self, hash: &str) -> PathBuf {
        self.file(hash).with_extension("thumb")
    }

    /// Gives a prepared file its place. Durable when it returns.
    ///
    /// # Errors
    /// Writing failed; nothing stands under the hash that was not there before.
    pub fn place(&self, prepared: &Prepared) -> io::Result<()> {
        let to = self.file(&prepared.hash);
        let folder = to.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        if let Some(bytes) = &prepared.thumb {
            let part = prepared.temp.with_extension("thumb.part");
            parts::write_new(&part, bytes)?;
            fs::rename(&part, self.thumb(&prepared.hash))?;
        }
        fs::rename(&prepared.temp, &to)?;
        File::open(folder)?.sync_all()
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
