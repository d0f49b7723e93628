//! The journal of an open round on disk: append-only sealed records, one per flush.
//!
//! A record is a batch of frames, encrypted as a whole (XChaCha20-Poly1305, fresh random nonce)
//! with the round, its number and its length as associated data: records cannot be reordered, left
//! out or moved to another round. Each is padded to whole blocks, so that neither the length of a
//! ballot can be read from the blocks that stay on the disk after the key is destroyed, nor can a
//! torn write reach into a block that was flushed before.
//!
//! ```text
//! magic 4 | length of the record 4 | number 8 | nonce 24 | sealed( length of the text 4 | text | zeros ) | tag 16
//! ```
//!
//! Record n + 1 is written only after record n was flushed. So an unreadable record with a readable
//! one behind it is damage and is refused loudly; an unreadable one at the end is a write that was
//! never acknowledged, and is cut. Record 0 is empty and flushed before the round opens: a wrong key
//! is told from a torn tail by it. Limit: bytes that rot inside the very last record look like a torn tail.

use std::{fmt, fs::File, io, os::unix::fs::FileExt as _};

use chacha20poly1305::{XChaCha20Poly1305, XNonce, aead::AeadInOut as _};
use domain::{ids::RoundId, reviews::Frame};
use rand::Rng as _;

use super::key::Key;

/// Records begin and end on blocks of this many bytes: the unit that a disk writes whole.
pub const BLOCK: usize = 4_096;
const MAGIC: [u8; 4] = *b"wzr1";
const HEAD: usize = 40;
const TAG: usize = 16;

/// Why a round could not take, or could not be read back.
#[derive(Debug)]
pub enum JournalError {
    /// Key or journal is not there (restored from a backup): the round has to be held again.
    Missing,
    /// An acknowledged record cannot be read; says which. Nothing was cut.
    Damaged(String),
    /// The disk is full: nothing of the batch was taken, the round goes on.
    Full,
    /// The disk failed; the process is about to exit.
    Io(io::Error),
    /// The round ended, or the disk failed before.
    Stopped,
}

impl From<io::Error> for JournalError {
    fn from(e: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, NotFound, QuotaExceeded, StorageFull};
        match e.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::Full,
            NotFound => Self::Missing,
            _ => Self::Io(e),
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the round's key or journal is missing"),
            Self::Damaged(what) => write!(f, "the round's journal is damaged: {what}"),
            Self::Full => f.write_str("disk full"),
            Self::Io(e) => write!(f, "the round's journal: {e}"),
            Self::Stopped => f.write_str("the round stopped"),
        }
    }
}

impl std::error::Error for JournalError {}

/// The file below a journal; tests put one underneath that forgets what was not flushed.
pub trait Disk: Send + 'static {
    /// Everything in the file.
    ///
    /// # Errors
    /// The disk fails.
    fn read(&mut self) -> io::Result<Vec<u8>>;
    /// Writes `bytes` at `offset`, beyond the end where it lies there.
    ///
    /// # Errors
    /// The disk is full or fails; part of the bytes may have been written.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Returns when everything written is durable.
    ///
    /// # Errors
    /// The disk fails: nothing since the last success may be believed.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the file to `len` bytes; durable after the next [`Disk::sync`].
    ///
    /// # Errors
    /// The disk fails.
    fn cut(&mut self, len: u64) -> io::Result<()>;
}

impl Disk for File {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let len = usize::try_from(self.metadata()?.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let mut bytes = vec![0; len];
        self.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
}

/// An open journal.
pub struct Journal<D> {
    disk: D,
    cipher: XChaCha20Poly1305,
    round: RoundId,
    /// Number of the next record.
    next: u64,
    /// Durable length in bytes.
    end: u64,
}

impl<D> fmt::Debug for Journal<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("round", &self.round).field("next", &self.next).finish_non_exhaustive()
    }
}

/// What was found when a journal was opened again.
#[derive(Debug, Default)]
pub struct Found {
    /// Frames in the order of writing.
    pub frames: Vec<Frame>,
    /// Bytes of an unacknowledged write that were cut off.
    pub cut: u64,
}

impl<D: Disk> Journal<D> {
    /// Begins a journal on an empty file; durable on return.
    ///
    /// # Errors
    /// The disk fails or is full.
    pub fn create(disk: D, key: &Key, round: RoundId) -> Result<Self, JournalError> {
        let mut journal = Self { disk, cipher: key.cipher(), round, next: 0, end: 0 };
        journal.append(&[])?;
        Ok(journal)
    }

    /// Opens a journal: reads every record, cuts off a torn tail (durably).
    ///
    /// # Errors
    /// [`JournalError::Damaged`] where an acknowledged record cannot be read; the file is untouched then.
    pub fn open(mut disk: D, key: &Key, round: RoundId) -> Result<(Self, Found), JournalError> {
        let mut bytes = disk.read()?;
        let mut journal = Self { disk, cipher: key.cipher(), round, next: 0, end: 0 };
        let (mut found, mut at) = (Found::default(), 0);
        while at < bytes.len() {
            let Some(len) = journal.unseal(&mut bytes, at, journal.next) else { break };
            let text = text_of(&bytes[at + HEAD..at + len - TAG]);
            let frames: Vec<Frame> = text
                .and_then(|t| serde_json::from_slice(t).ok())
                .ok_or_else(|| JournalError::Damaged(format!("record {} is of another format", journal.next)))?;
            found.frames.extend(frames);
            journal.next += 1;
            at += len;
        }
        if journal.next == 0 {
            return Err(JournalError::Damaged("its first record cannot be read with this key".into()));
        }
        if let Some(later) = (at..bytes.len()).step_by(BLOCK).find(|o| journal.is_record(&mut bytes, *o)) {
            return Err(JournalError::Damaged(format!(
                "record {} at byte {at} cannot be read, but a later one at byte {later} can",
                journal.next
            )));
        }
        journal.end = at as u64;
        found.cut = (bytes.len() - at) as u64;
        if found.cut > 0 {
            journal.disk.cut(journal.end)?;
            journal.disk.sync()?;
        }
        Ok((journal, found))
    }

    /// Appends one record: one write, one flush. Durable on return.
    ///
    /// # Errors
    /// [`JournalError::Full`]: nothing was taken, going on is safe. Anything else: it is not known
    /// what is on the disk, this journal must not be used again before it was reopened.
    pub fn append(&mut self, frames: &[&Frame]) -> Result<(), JournalError> {
        let record = self.seal(frames)?;
        if let Err(e) = self.disk.write_at(self.end, &record) {
            let why = JournalError::from(e);
            // Half a record must not stay under the next one.
            self.disk.cut(self.end).and_then(|()| self.disk.sync()).map_err(JournalError::Io)?;
            return Err(why);
        }
        // A flush that failed has dropped its pages: a second try would lie. "Full" here is fatal too.
        self.disk.sync().map_err(JournalError::Io)?;
        self.next += 1;
        self.end += record.len() as u64;
        Ok(())
    }

    fn seal(&self, frames: &[&Frame]) -> Result<Vec<u8>, JournalError> {
        let mut text = vec![0; 4];
        serde_json::to_writer(&mut text, frames).map_err(|e| JournalError::Io(e.into()))?;
        let len = (HEAD + text.len() + TAG).next_multiple_of(BLOCK);
        let size = |n: usize| u32::try_from(n).map_err(|_| JournalError::Io(io::ErrorKind::FileTooLarge.into()));
        let (said, whole) = (size(text.len() - 4)?, size(len)?);
        text[..4].copy_from_slice(&said.to_le_bytes());
        text.resize(len - HEAD - TAG, 0);
        let mut nonce = [0; 24];
        rand::rng().fill_bytes(&mut nonce);
        self.cipher
            .encrypt_in_place(&XNonce::from(nonce), &self.bound(self.next, whole), &mut text)
            .map_err(|_| JournalError::Io(io::Error::other("encryption failed")))?;
        let mut record = Vec::with_capacity(len);
        record.extend_from_slice(&MAGIC);
        record.extend_from_slice(&whole.to_le_bytes());
        record.extend_from_slice(&self.next.to_le_bytes());
        record.extend_from_slice(&nonce);
        record.append(&mut text);
        Ok(record)
    }

    /// What a record is bound to besides its key.
    fn bound(&self, number: u64, len: u32) -> [u8; 28] {
        let mut data = [0; 28];
        data[..16].copy_from_slice(self.round.0.as_bytes());
        data[16..24].copy_from_slice(&number.to_le_bytes());
        data[24..].copy_from_slice(&len.to_le_bytes());
        data
    }

    /// Decrypts record `number` at `at` in place; its length, or nothing where it is none.
    fn unseal(&self, bytes: &mut [u8], at: usize, number: u64) -> Option<usize> {
        let (len, found) = head(bytes, at)?;
        if found != number {
            return None;
        }
        let bound = self.bound(number, u32::try_from(len).ok()?);
        let nonce = XNonce::from(<[u8; 24]>::try_from(&bytes[at + 16..at + HEAD]).ok()?);
        let (text, tag) = bytes[at + HEAD..at + len].split_at_mut(len - HEAD - TAG);
        let tag = chacha20poly1305::Tag::from(<[u8; TAG]>::try_from(&*tag).ok()?);
        self.cipher.decrypt_inout_detached(&nonce, &bound, text.into(), &tag).ok()?;
        Some(len)
    }

    /// Does a record written later than the one that is missing stand at `at`?
    fn is_record(&self, bytes: &mut [u8], at: usize) -> bool {
        head(bytes, at).is_some_and(|(_, number)| number >= self.next && self.unseal(bytes, at, number).is_some())
    }
}

/// Length and number of the record that begins at `at`, where one may.
fn head(bytes: &[u8], at: usize) -> Option<(usize, u64)> {
    let head = bytes.get(at..at + HEAD)?;
    let len = u32::from_le_bytes(head[4..8].try_into().ok()?) as usize;
    let number = u64::from_le_bytes(head[8..16].try_into().ok()?);
    let whole = len > 0 && len.is_multiple_of(BLOCK) && len <= bytes.len() - at;
    (head[..4] == MAGIC && whole).then_some((len, number))
}

/// The text inside an unsealed record.
fn text_of(plain: &[u8]) -> Option<&[u8]> {
    let (len, rest) = plain.split_first_chunk::<4>()?;
    rest.get(..u32::from_le_bytes(*len) as usize)
}
