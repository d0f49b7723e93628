//! The key of an open round: 32 random bytes in a file that only the server's account reads.
//! It exists from 开始测评 to 封存; whoever has it and the journal can tell seats from ballots,
//! so it is overwritten before it is unlinked. Refuses a file of another length.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use rand::Rng as _;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of a key.
const LEN: usize = 32;

/// A round's key; wiped from memory when dropped.
pub struct Key(Zeroizing<[u8; LEN]>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// A fresh random key.
    pub fn random() -> Self {
        let mut key = Zeroizing::new([0; LEN]);
        rand::rng().fill_bytes(&mut key[..]);
        Self(key)
    }

    /// Writes a fresh key to `path` (0600) and flushes it; the folder is the caller's to flush.
    ///
    /// # Errors
    /// The file is there already, or the disk refuses.
    pub fn create(path: &Path) -> io::Result<Self> {
        let key = Self::random();
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(&key.0[..])?;
        file.sync_all()?;
        Ok(key)
    }

    /// Reads the key back.
    ///
    /// # Errors
    /// It is not there, or not of a key's length.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; LEN]);
        let mut file = File::open(path)?;
        file.read_exact(&mut key[..])?;
        if file.read(&mut [0])? != 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a round's key is longer than a key"));
        }
        Ok(Self(key))
    }

    /// Overwrites the key with noise, flushes, unlinks. A key that is gone already is fine.
    ///
    /// # Errors
    /// The disk refuses; calling again goes on where it stopped.
    pub fn destroy(path: &Path) -> io::Result<()> {
        let mut file = match OpenOptions::new().write(true).open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(e),
        };
        let len = usize::try_from(file.metadata()?.len()).unwrap_or(LEN).clamp(LEN, 4_096);
        let mut noise = vec![0; len];
        rand::rng().fill_bytes(&mut noise);
        file.rewind()?;
        file.write_all(&noise)?;
        file.sync_all()?;
        noise.zeroize();
        fs::remove_file(path)
    }

    pub(super) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}
