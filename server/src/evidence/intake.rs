//! From what was sent to what is stored: its kind by content, pictures encoded anew, the hash. The
//! part is read once; what is recognised, hashed and written are the same bytes, whatever happens to
//! the part meanwhile. Everything here blocks; callers run it apart from the request threads.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use domain::evidence::{self, FILE_MAX, HEAD, Kind, Sent, TAIL, Unfit};
use sha2::{Digest, Sha256};

use super::{
    package,
    parts::write_new,
    picture::{self, Picture},
};

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

/// Does the file at `part` begin like a picture? Pictures wait for their turn to be decoded, which
/// nothing else has to.
///
/// # Errors
/// The disk refused.
pub fn looks_like_picture(part: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(part)?.take(u64::try_from(HEAD).unwrap_or(0)).read_to_end(&mut head)?;
    Ok(matches!(evidence::recognise(&head, &[]), Ok(Sent::Jpeg | Sent::Png | Sent::Webp)))
}

/// Prepares the file at `part` as `temp`. `hash` is what the sender says of the bytes he sent,
/// hex; empty where he cannot.
///
/// # Errors
/// [`Refused`]; then nothing is left at `temp`.
pub fn prepare(part: &Path, temp: PathBuf, hash: &str) -> Result<Prepared, Refused> {
    let mut bytes = Vec::new();
    File::open(part)?.take(FILE_MAX + 1).read_to_end(&mut bytes)?;
    evidence::check_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
    let sent = hex::encode(Sha256::digest(&bytes));
    if !hash.is_empty() && hash != sent {
        return Err(Refused::Broken);
    }
    let head = bytes.get(..HEAD).unwrap_or(&bytes);
    let tail = bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default();
    match evidence::recognise(head, tail)? {
        Sent::Pdf if evidence::pdf_acts(&bytes) => Err(Unfit::Acting.into()),
        Sent::Pdf => stored(Kind::Pdf, &bytes, sent, None, temp),
        Sent::Package => stored(package::look(&bytes)?, &bytes, sent, None, temp),
        picture => {
            let Picture { kind, bytes, thumb } = picture::remade(picture, bytes)?;
            let hash = hex::encode(Sha256::digest(&bytes));
            stored(kind, &bytes, hash, Some(thumb), temp)
        }
    }
}

fn stored(kind: Kind, bytes: &[u8], hash: String, thumb: Option<Vec<u8>>, temp: PathBuf) -> Result<Prepared, Refused> {
    write_new(&temp, bytes)?;
    Ok(Prepared { kind, hash, size: u64::try_from(bytes.len()).unwrap_or(u64::MAX), thumb, temp })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Files;

    const PDF: &[u8] = b"%PDF-1.7\n%%EOF";

    fn made(files: &Files, bytes: &[u8]) -> Prepared {
        let part = files.fresh().unwrap();
        fs::write(&part, bytes).unwrap();
        prepare(&part, files.fresh().unwrap(), "").unwrap()
    }

    #[test]
    fn what_stands_under_a_hash_is_never_written_over() {
        let folder = tempfile::TempDir::new().unwrap();
        let files = Files::new(folder.path(), u64::MAX, 0);
        let first = made(&files, PDF);
        files.place(&first).unwrap();
        files.place(&made(&files, PDF)).unwrap();
        assert_eq!(fs::read(files.file(&first.hash)).unwrap(), PDF);
        // Other bytes under the same name, as a fault or an attack would bring them.
        let mut forged = made(&files, b"%PDF-1.7\n% other\n%%EOF");
        forged.hash.clone_from(&first.hash);
        assert!(files.place(&forged).is_ok(), "the same content is there already");
        assert_eq!(fs::read(files.file(&first.hash)).unwrap(), PDF);
        fs::remove_file(files.file(&first.hash)).unwrap();
        let mut forged = made(&files, b"%PDF-1.7\n% other\n%%EOF");
        forged.hash.clone_from(&first.hash);
        assert!(files.place(&forged).is_err());
        assert!(!files.file(&first.hash).exists(), "bytes of another hash never stay");
        fs::write(files.file(&first.hash), b"decayed").unwrap();
        assert!(files.place(&made(&files, PDF)).is_err());
        assert_eq!(fs::read(files.file(&first.hash)).unwrap(), b"decayed");
    }

    #[test]
    fn a_pdf_that_acts_is_not_prepared() {
        let folder = tempfile::TempDir::new().unwrap();
        let files = Files::new(folder.path(), u64::MAX, 0);
        let part = files.fresh().unwrap();
        fs::write(&part, b"%PDF-1.7\n1 0 obj <</S/JavaScript/JS(app.alert(1))>> endobj\n%%EOF").unwrap();
        let refused = prepare(&part, files.fresh().unwrap(), "");
        assert!(matches!(refused, Err(Refused::Unfit(Unfit::Acting))), "{refused:?}");
        assert!(Unfit::Acting.told("材料.pdf").to_string().contains("打印"));
    }

    #[test]
    fn only_pictures_wait_for_the_decoder() {
        let folder = tempfile::TempDir::new().unwrap();
        let part = folder.path().join("part");
        for (bytes, picture) in
            [(PDF, false), (b"\xFF\xD8\xFF\xE0".as_slice(), true), (b"\x89PNG\r\n\x1A\n", true), (b"PK\x03\x04", false)]
        {
            fs::write(&part, bytes).unwrap();
            assert_eq!(looks_like_picture(&part).unwrap(), picture);
        }
    }
}
