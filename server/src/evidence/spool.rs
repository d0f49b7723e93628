//! A file that comes whole in one form: kept on the disk while it comes, so that memory holds one piece of it
//! however large it is and however slowly it comes. Goes with its value; what a crash leaves is swept with the
//! parts. Everything here but the drop blocks; callers run it apart from the request threads.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
};

use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;

use super::Files;

/// What has come so far of a file.
pub struct Spool {
    /// Where it still has a name.
    path: Option<PathBuf>,
    /// There until the drop.
    file: Option<File>,
    hash: Sha256,
    size: u64,
}

impl Files {
    /// A spool that is empty.
    ///
    /// # Errors
    /// The disk refused.
    pub fn spool(&self) -> io::Result<Spool> {
        let path = self.fresh()?;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        // Without a name it is gone with its handle, whatever happens. Some mounted folders want the name until then.
        let path = fs::remove_file(&path).is_err().then_some(path);
        Ok(Spool { path, file: Some(file), hash: Sha256::new(), size: 0 })
    }
}

impl Spool {
    /// Adds what came. It need not be durable: without its upload nobody asks for it.
    ///
    /// # Errors
    /// The disk refused.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file()?.write_all(bytes)?;
        self.hash.update(bytes);
        self.size = self.size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Bytes that came.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of them, hex.
    pub fn hash(&self) -> String {
        hex::encode(self.hash.clone().finalize())
    }

    /// At most `most` bytes from `offset` on; none at the end.
    ///
    /// # Errors
    /// The disk refused.
    pub fn read(&mut self, offset: u64, most: u64) -> io::Result<Vec<u8>> {
        let file = self.file()?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn file(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        let (path, file) = (self.path.take(), self.file.take());
        let remove = move || {
            drop(file);
            if path.is_some_and(|path| fs::remove_file(path).is_err()) {
                tracing::warn!("a spooled upload was not removed");
            }
        };
        // Whoever hangs up drops it on a request thread, and the disk may be far away.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_) => remove(),
        }
    }
}
