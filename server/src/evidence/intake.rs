//! From what was sent to what is stored: its kind by content, pictures encoded anew, the hash.
//! Everything here blocks; callers run it apart from the request threads.

use std::{
    fs::{self, File},
    io::{self, Read, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use domain::evidence::{self, HEAD, Kind, Sent, TAIL, Unfit};
use sha2::{Digest, Sha256};

use super::{
    package,
    parts::write_new,
    picture::{self, Picture},
};

/// Bytes moved at once.
const STEP: usize = 64 * 1024;

/// A file as it will be stored, still under a name of its own.
#[derive(Debug)]
pub struct Prepared {
    /// What it is.
    pub kind: Kind,
    /// SHA-256 of the bytes stored, hex.
    pub hash: String,
    /// Bytes stored.
    pub size: u64,
    /// A picture of at most [`evidence::THUMB_SIDE`] pixels.
    pub thumb: Option<Vec<u8>>,
    /// Where it is until it is placed; gone with this value.
    pub(super) temp: PathBuf,
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // Renamed away where it was placed.
        let _ = fs::remove_file(&self.temp);
    }
}

/// Why nothing was prepared.
#[derive(Debug)]
pub enum Refused {
    /// The file is none that is taken.
    Unfit(Unfit),
    /// It is not what the sender has: other bytes, or not all of them.
    Broken,
    /// The disk refused.
    Disk(io::Error),
}

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit(unfit)
    }
}

impl From<io::Error> for Refused {
    fn from(e: io::Error) -> Self {
        Self::Disk(e)
    }
}

/// Prepares the file at `part` as `temp`. `hash` is what the sender says of the bytes he sent,
/// hex; empty where he cannot.
///
/// # Errors
/// [`Refused`]; then nothing is left at `temp`.
pub fn prepare(part: &Path, temp: PathBuf, hash: &str) -> Result<Prepared, Refused> {
    let mut file = File::open(part)?;
    let size = file.metadata()?.len();
    evidence::check_size(size)?;
    let sent = hashed(&mut file)?;
    if !hash.is_empty() && hash != sent {
        return Err(Refused::Broken);
    }
    let head = piece(&mut file, 0, HEAD)?;
    let tail = piece(&mut file, size.saturating_sub(u64::try_from(TAIL).unwrap_or(0)), TAIL)?;
    match evidence::recognise(&head, &tail)? {
        Sent::Pdf => document(Kind::Pdf, part, temp, sent, size),
        Sent::Package => document(package::look(file)?, part, temp, sent, size),
        picture => pictured(picture, part, temp),
    }
}

/// A document is stored byte by byte.
fn document(kind: Kind, part: &Path, temp: PathBuf, hash: String, size: u64) -> Result<Prepared, Refused> {
    let prepared = Prepared { kind, hash, size, thumb: None, temp };
    fs::copy(part, &prepared.temp)?;
    File::open(&prepared.temp)?.sync_all()?;
    Ok(prepared)
}

fn pictured(sent: Sent, part: &Path, temp: PathBuf) -> Result<Prepared, Refused> {
    let bytes = fs::read(part)?;
    let Picture { kind, bytes, thumb } = picture::remade(sent, bytes)?;
    write_new(&temp, &bytes)?;
    let hash = hex::encode(Sha256::digest(&bytes));
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Prepared { kind, hash, size, thumb: Some(thumb), temp })
}

fn hashed(file: &mut File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; STEP];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(buffer.get(..n).unwrap_or_default());
    }
}

fn piece(file: &mut File, from: u64, len: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut out = Vec::new();
    file.take(u64::try_from(len).unwrap_or(0)).read_to_end(&mut out)?;
    Ok(out)
}
