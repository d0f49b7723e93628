//! How much may be stored. A reserve is kept free, so that records and ballots still save when
//! no file does any more.

use super::Unfit;
use crate::Rejection;

/// Largest file, in bytes.
pub const FILE_MAX: u64 = 20 * 1024 * 1024;
/// Bytes of one piece of an upload.
pub const CHUNK: u64 = 512 * 1024;
/// Days after which an unfinished upload is cleared away.
pub const UPLOAD_DAYS: i64 = 7;
/// Unfinished uploads of one account; the oldest makes room for the next. A page sends one after the
/// other: more than one is left behind by pages that were closed.
pub const ACCOUNT_UPLOADS: u32 = 6;
/// Part and finished file stand side by side for a moment.
const COPIES: u64 = 2;

/// Is the size of a file one that is taken?
///
/// # Errors
/// Empty or too large.
pub fn check_size(bytes: u64) -> Result<(), Unfit> {
    match bytes {
        0 => Err(Unfit::Empty),
        n if n > FILE_MAX => Err(Unfit::Large),
        _ => Ok(()),
    }
}

/// Room for files, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Taken by the district: its files, and of what others have on the way the largest of each account.
    pub used: u64,
    /// What the district may take.
    pub quota: u64,
    /// Free on the disk.
    pub free: u64,
    /// Kept free for everything else.
    pub reserve: u64,
}

impl Room {
    /// Is there room for a file of `bytes`?
    ///
    /// # Errors
    /// Says which limit was met; records themselves are saved all the same.
    pub fn takes(&self, bytes: u64) -> Result<(), Rejection> {
        if self.used.saturating_add(bytes) > self.quota {
            return Err(Rejection::state(
                "全区的佐证材料空间已用完，这个文件没有添加；记录本身照常保存。请联系系统管理员增加空间后再试。",
            ));
        }
        let needed = self.reserve.saturating_add(bytes.saturating_mul(COPIES));
        if self.free < needed {
            return Err(Rejection::state(
                "服务器剩余空间要留给履责记录和测评，这个文件没有添加；记录本身照常保存。请联系系统管理员清理磁盘后再试。",
            ));
        }
        Ok(())
    }
}
