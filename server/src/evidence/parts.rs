//! Unfinished uploads: one growing `.part` file each, which backups skip. Refuses pieces that leave a
//! gap or differ from what is there.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use domain::ids::{AccountId, UploadId};
use sha2::{Digest, Sha256};

use super::{Files, make_folder};
use crate::random;

/// The file of an upload: made of account and client-made id, so that nobody reaches another's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartName(String);

impl PartName {
    /// The name of an upload's part.
    pub fn of(account: AccountId, upload: UploadId) -> Self {
        let hash = Sha256::digest(format!("{account}/{upload}").as_bytes());
        Self(format!("{}.part", hex::encode(hash)))
    }

    /// What leases call it.
    pub(super) fn key(&self) -> &str {
        &self.0
    }
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// It is on the disk; so many bytes are now.
    Now(u64),
    /// It does not fit: so many bytes are there.
    Elsewhere(u64),
}

impl Files {
    /// Path of an upload's part.
    pub fn part(&self, name: &PartName) -> PathBuf {
        self.parts().join(&name.0)
    }

    fn parts(&self) -> PathBuf {
        self.root.join("parts")
    }

    /// A fresh path for a file that is being made.
    pub fn fresh(&self) -> io::Result<PathBuf> {
        make_folder(&self.parts())?;
        Ok(self.parts().join(format!("{}.part", random::token())))
    }

    /// Bytes there of an upload.
    pub fn arrived(&self, name: &PartName) -> u64 {
        fs::metadata(self.part(name)).map_or(0, |m| m.len())
    }

    /// Appends a piece at `offset`, at most up to `size` bytes in all. The same piece again is fine.
    /// Durable when it returns. The caller [holds](Files::hold) the upload.
    ///
    /// # Errors
    /// The disk refused; then the piece is not there.
    pub fn append(&self, name: &PartName, offset: u64, bytes: &[u8], size: u64) -> io::Result<Arrived> {
        make_folder(&self.parts())?;
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(self.part(name))?;
        let there = file.metadata()?.len();
        let end = offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if offset > there || end > size {
            return Ok(Arrived::Elsewhere(there));
        }
        file.seek(SeekFrom::Start(offset))?;
        if offset < there {
            let mut before = vec![0; bytes.len()];
            // Sent twice (the answer was lost): what is there must be the same.
            if end <= there && file.read_exact(&mut before).is_ok() && before == bytes {
                return Ok(Arrived::Now(there));
            }
            return Ok(Arrived::Elsewhere(there));
        }
        if let Err(e) = file.write_all(bytes).and_then(|()| file.sync_data()) {
            let _ = file.set_len(there);
            return Err(e);
        }
        Ok(Arrived::Now(end))
    }

    /// Takes the part of an upload away.
    ///
    /// # Errors
    /// The disk refused.
    pub fn drop_part(&self, name: &PartName) -> io::Result<()> {
        unless_gone(fs::remove_file(self.part(name)))
    }

    /// Takes away what nobody knows of: parts of no upload, and files that were being made when the
    /// power went. For the start only; the number of files.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn sweep(&self, known: &[PartName]) -> io::Result<u64> {
        let known: BTreeSet<&str> = known.iter().map(|n| n.0.as_str()).collect();
        let entries = match fs::read_dir(self.parts()) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(e) => return Err(e),
        };
        let mut gone = 0;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            if !name.to_str().is_some_and(|n| known.contains(n)) {
                unless_gone(fs::remove_file(entry.path()))?;
                gone += 1;
            }
        }
        Ok(gone)
    }
}

/// Writes a new file (0600); durable when it returns, gone when it failed.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file: File| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

/// What is gone already is fine.
pub(super) fn unless_gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
