//! Looks into an office package without unpacking it: names of its parts and the list of their types.

use std::{
    fs::File,
    io::{BufReader, Read as _},
};

use domain::evidence::{self, Kind, Unfit};
use zip::ZipArchive;

/// Most bytes read of the list of types; that of a long report has some 50 KB.
const TYPES_MAX: u64 = 1024 * 1024;

/// The kind of a zip archive.
///
/// # Errors
/// Not Word or Excel, with macros, or damaged.
pub fn look(file: File) -> Result<Kind, Unfit> {
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| Unfit::Damaged)?;
    // Something stands before the archive.
    if zip.offset() != 0 {
        return Err(Unfit::Two);
    }
    let mut names = Vec::new();
    for name in zip.file_names() {
        names.push(name.map_err(|_| Unfit::Damaged)?.into_owned());
    }
    let mut types = Vec::new();
    if let Ok(part) = zip.by_name("[Content_Types].xml") {
        part.take(TYPES_MAX).read_to_end(&mut types).map_err(|_| Unfit::Damaged)?;
    }
    evidence::package(names.iter().map(String::as_str), &String::from_utf8_lossy(&types))
}
