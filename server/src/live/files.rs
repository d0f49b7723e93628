//! Where rounds keep key and journal, and folders whose entries are durable. Refuses to look into either.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use domain::ids::RoundId;
use tokio_util::sync::CancellationToken;

use crate::{config::Config, storage::Store};

/// Where rounds keep their files, and whom a broken disk tells.
#[derive(Debug, Clone)]
pub struct RoundFiles {
    /// `<dir>/<round>/votes`.
    pub dir: PathBuf,
    /// `<keys>/<round>/key`; the same folder, or one on another medium.
    pub keys: PathBuf,
    /// Cancelled when a journal failed: the process must exit.
    pub broken: CancellationToken,
}

impl RoundFiles {
    /// Both in one folder; tests.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        Self { keys: dir.clone(), dir, broken: CancellationToken::new() }
    }

    /// As the installation is configured: `rounds` in the data folder, keys in `key_dir` where one is set.
    pub fn of(config: &Config, store: &Store) -> Self {
        let dir = config.data.join("rounds");
        let keys = config.key_dir.clone().unwrap_or_else(|| dir.clone());
        Self { dir, keys, broken: store.broken().clone() }
    }

    pub(super) fn folder(&self, id: RoundId) -> PathBuf {
        self.dir.join(id.to_string())
    }

    pub(super) fn key_folder(&self, id: RoundId) -> PathBuf {
        self.keys.join(id.to_string())
    }

    pub(super) fn votes(&self, id: RoundId) -> PathBuf {
        self.folder(id).join("votes")
    }

    pub(super) fn key(&self, id: RoundId) -> PathBuf {
        self.key_folder(id).join("key")
    }
}

/// Makes a round's folder (0700) with its parents, and makes its entry durable.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
    let first = !parent.exists();
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    sync_folder(parent)?;
    // The first round makes the folder of rounds too. Otherwise the one above is none of ours to open.
    match parent.parent().filter(|above| first && !above.as_os_str().is_empty()) {
        Some(above) => sync_folder(above),
        None => Ok(()),
    }
}

/// Makes what a folder lists durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// The same for a folder that may be gone.
pub(super) fn sync_folder_if_there(path: &Path) -> io::Result<()> {
    unless_gone(sync_folder(path))
}

/// What is gone already is fine.
pub(super) fn unless_gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
