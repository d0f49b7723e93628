//! One server per data folder: a lock file that the kernel frees when its holder
//! ends, however it ends. Read-only work (backup, export, verify) needs no lock.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use super::Trouble;

/// Held for as long as the value lives.
#[derive(Debug)]
pub struct Held(File);

/// Makes the data folder (readable by its owner only) where it is missing.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(data: &Path) -> Result<(), Trouble> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(|e| Trouble::file("新建文件夹", data, &e))
}

/// Takes the folder for this process.
///
/// # Errors
/// Another process holds it.
pub fn hold(data: &Path) -> Result<Held, Trouble> {
    make_folder(data)?;
    let path = data.join("wuze.lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|e| Trouble::file("写入", &path, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(Held(file)),
        Err(TryLockError::WouldBlock) => Err(Trouble::new(format!(
            "数据文件夹 {} 正由另一个 wuze 使用。请先停止它，或用 --data 换一个文件夹。",
            data.display()
        ))),
        Err(TryLockError::Error(e)) => Err(Trouble::file("锁定", &path, &e)),
    }
}

/// Makes an empty database file that only its owner can read; SQLite gives its companions the same rights.
///
/// # Errors
/// The folder refuses.
pub fn make_private(path: &Path) -> Result<(), Trouble> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(Trouble::file("新建", path, &e)),
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Closing the file frees it too; said here so that the order is plain.
        let _ = self.0.unlock();
    }
}
