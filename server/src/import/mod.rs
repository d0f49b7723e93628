//! The import engine: bytes of an office's file → tables → mapped, checked
//! rows → a preview; and workbooks out (template, error file).
//!
//! Owns reading (.xlsx, .xls, .csv in UTF-8 and GBK, .docx tables, pasted
//! tables), limits, header matching, the typed readers of the three kinds of
//! table and the error file. Refuses storage, clocks and sessions: what exists
//! comes in as a snapshot, what should change goes out as a [`Preview`]; whoever
//! stores it does so in one transaction or not at all. Everything here is
//! synchronous and may take a second: call it through `spawn_blocking`.

mod compound;
mod dates;
pub mod duties;
mod error;
mod folding;
mod grid;
mod headers;
mod identity;
mod keeping;
mod leaving;
pub mod ledger;
mod limits;
mod marked;
mod marked_package;
mod numbers;
pub mod people;
mod preview;
mod prose;
pub mod raters;
pub mod risks;
mod spreadsheet;
mod template;
mod text_table;
pub mod units;
mod word;
mod word_text;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use error::ImportError;
pub(crate) use folding::numeral;
pub use grid::{Book, Cell, Fault, Grid, Merge, Origin, Row, column_letter};
pub use keeping::{keep, kept};
pub use limits::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS};
pub(crate) use limits::{Package, inspect, open, part};
pub use marked::error_file;
pub use preview::{
    Answers, CellProblem, Change, Choice, Outcome, PlannedRow, Preview, ProblemLine, Question, Summary, UnitFact,
    UnitRef,
};
pub use prose::{PROSE_MAX, prose};
pub use template::{Kind, filled, template};

/// Reads a file by its content; `file_name` only helps to word a refusal and to
/// tell a text table from stray text.
///
/// # Errors
/// [`ImportError`] where the file is not one we read, is too large, is
/// encrypted or damaged. Its `Display` is the Chinese sentence for the user.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Book, ImportError> {
    // The spreadsheet parsers were not written for hostile input; a panic in
    // one of them must stay one user's failed upload.
    catch_unwind(AssertUnwindSafe(|| read_any(file_name, bytes))).unwrap_or(Err(ImportError::Damaged))
}

/// Reads a table pasted from a spreadsheet or a document (tab-separated lines).
///
/// # Errors
/// As [`read`].
pub fn paste(text: &str) -> Result<Book, ImportError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    text_table::parse(text, Origin::Paste)
}

fn read_any(file_name: &str, bytes: &[u8]) -> Result<Book, ImportError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    if bytes.is_empty() {
        return Err(ImportError::Empty);
    }
    let extension = file_name.rsplit_once('.').map(|(_, e)| e.trim().to_lowercase()).unwrap_or_default();
    if matches!(extension.as_str(), "et" | "ett" | "wps" | "wpt") {
        return Err(ImportError::WpsOwn);
    }
    match limits::kind_of(bytes) {
        limits::Seen::Zip => match limits::inspect(bytes)? {
            limits::Package::Workbook => spreadsheet::read_xlsx(bytes),
            limits::Package::Document => word::read(bytes),
        },
        limits::Seen::Compound => {
            compound::inspect(bytes)?;
            spreadsheet::read_xls(bytes)
        }
        limits::Seen::Text => match extension.as_str() {
            "csv" | "txt" | "tsv" | "" => text_table::read(bytes),
            _ => Err(ImportError::Mismatch { extension }),
        },
        limits::Seen::Other(what) => Err(ImportError::WrongType { what: what.to_owned() }),
    }
}
