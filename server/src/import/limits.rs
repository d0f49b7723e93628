//! What is looked at before anything is unpacked: kind by content, counts,
//! declared and real sizes, DOCTYPE. Owns the numbers; refuses to trust a file
//! name or a header of the archive.

use std::io::{Cursor, Read};

use quick_xml::{Reader, events::Event};
use zip::ZipArchive;

use super::error::ImportError;

/// Largest upload: 20 MiB.
pub const MAX_FILE_BYTES: usize = 20 << 20;
/// Most data rows of one sheet.
pub const MAX_ROWS: usize = 10_000;
/// Most columns of one sheet.
pub const MAX_COLUMNS: usize = 256;
/// Most entries of a package; an office's workbook has ten to fifty.
const MAX_ENTRIES: usize = 2_000;
/// Most bytes of a package unpacked: 64 MiB.
const MAX_INFLATED: u64 = 64 << 20;
/// Entries above 1 MiB may not unpack to more than this many times their size
/// (deflate reaches 1,032; a sheet of formatted blanks about 100).
const MAX_RATIO: u64 = 400;
const RATIO_FROM: u64 = 1 << 20;
/// Most shared strings of a workbook.
const MAX_SHARED_STRINGS: usize = 200_000;

/// What the first bytes say.
pub(super) enum Seen {
    /// A zip package.
    Zip,
    /// A compound file: .xls, .doc, an encrypted workbook.
    Compound,
    /// Text in some encoding.
    Text,
    /// Anything else, with its Chinese name.
    Other(&'static str),
}

/// A package that passed [`inspect`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    /// .xlsx
    Workbook,
    /// .docx
    Document,
}

/// Kind of a file by its content.
pub(super) fn kind_of(bytes: &[u8]) -> Seen {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        return Seen::Zip;
    }
    if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Seen::Compound;
    }
    for (magic, what) in [
        (&b"%PDF"[..], "PDF 文件"),
        (b"\x89PNG", "图片"),
        (b"\xFF\xD8\xFF", "图片"),
        (b"GIF8", "图片"),
        (b"BM", "图片"),
        (b"Rar!", "压缩包"),
        (b"7z\xBC\xAF", "压缩包"),
        (b"\x1F\x8B", "压缩包"),
        (b"{\\rtf", "RTF 文档"),
        (b"MZ", "程序"),
        (b"\x7FELF", "程序"),
    ] {
        if starts(magic) {
            return Seen::Other(what);
        }
    }
    // Excel's 「Unicode 文本」 is UTF-16 with a mark and full of NUL bytes.
    if starts(b"\xFF\xFE") || starts(b"\xFE\xFF") {
        return Seen::Text;
    }
    let head = bytes.get(..bytes.len().min(4_096)).unwrap_or(bytes);
    if bytes.contains(&0) {
        return Seen::Other("无法识别的二进制数据");
    }
    let lower = String::from_utf8_lossy(head).trim_start_matches('\u{FEFF}').trim_start().to_lowercase();
    if lower.starts_with("<!doctype") || lower.starts_with("<html") || lower.starts_with("<table") {
        return Seen::Other("网页（有的系统导出时把网页改名为 .xls；请用 WPS 或 Excel 打开后另存为 .xlsx）");
    }
    if lower.starts_with("<?xml") {
        return Seen::Other("XML 文件（请用 WPS 或 Excel 打开后另存为 .xlsx）");
    }
    Seen::Text
}

/// Checks a package as a whole and says what it is. Unpacks every entry once
/// into a small buffer: declared sizes can lie.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Package, ImportError> {
    if declared_entries(bytes).is_none_or(|n| n > MAX_ENTRIES) {
        return Err(ImportError::Bomb);
    }
    let mut archive = open(bytes)?;
    if archive.len() > MAX_ENTRIES {
        return Err(ImportError::Bomb);
    }
    let mut declared = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|_| ImportError::Damaged)?;
        if entry.encrypted() {
            return Err(ImportError::Encrypted);
        }
        declared = declared.saturating_add(entry.size());
        let out_of_proportion = entry.size() > RATIO_FROM && entry.size() / entry.compressed_size().max(1) > MAX_RATIO;
        if declared > MAX_INFLATED || out_of_proportion {
            return Err(ImportError::Bomb);
        }
    }
    let kind = package_kind(&archive)?;
    let mut left = MAX_INFLATED;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| ImportError::Damaged)?;
        let name = entry.name().map_err(|_| ImportError::Damaged)?.to_lowercase();
        let scan = Scan::of(&name);
        left = left.checked_sub(scan_entry(entry, scan, left)?).ok_or(ImportError::Bomb)?;
    }
    let strings: Vec<String> =
        names(&archive).into_iter().filter(|n| n.to_lowercase().ends_with("sharedstrings.xml")).collect();
    for name in strings {
        check_declared_strings(&part(&mut archive, &name)?)?;
    }
    Ok(kind)
}

/// Opens the archive over the uploaded bytes.
pub(crate) fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, ImportError> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| ImportError::Damaged)
}

/// The text of one part, within the limits.
pub(crate) fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<String, ImportError> {
    let entry = archive.by_name(name).map_err(|_| ImportError::Damaged)?;
    let mut text = Vec::new();
    entry.take(MAX_INFLATED + 1).read_to_end(&mut text).map_err(|_| ImportError::Damaged)?;
    if text.len() as u64 > MAX_INFLATED {
        return Err(ImportError::Bomb);
    }
    let text = String::from_utf8(text).map_err(|_| ImportError::Damaged)?;
    Ok(text.strip_prefix('\u{FEFF}').map_or_else(|| text.clone(), str::to_owned))
}

fn names(archive: &ZipArchive<Cursor<&[u8]>>) -> Vec<String> {
    archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect()
}

fn package_kind(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<Package, ImportError> {
    let names = names(archive);
    let has = |wanted: &str| names.iter().any(|n| n.eq_ignore_ascii_case(wanted));
    let other = |what: &str| Err(ImportError::WrongType { what: what.to_owned() });
    if has("word/document.xml") {
        Ok(Package::Document)
    } else if has("xl/workbook.xml") || names.iter().any(|n| n.ends_with("/workbook.xml")) {
        Ok(Package::Workbook)
    } else if has("xl/workbook.bin") {
        other("二进制工作簿 .xlsb（请用 WPS 或 Excel 打开后另存为 .xlsx）")
    } else if has("ppt/presentation.xml") {
        other("演示文稿")
    } else if has("content.xml") {
        other("OpenDocument 文件（请打开后另存为 .xlsx 或 .docx）")
    } else {
        other("压缩包（请先解压，再选择里面的表格）")
    }
}

/// Entries according to the end record; `None` for Zip64, which no file of our size needs.
fn declared_entries(bytes: &[u8]) -> Option<usize> {
    let tail_from = bytes.len().saturating_sub(66_000);
    let tail = bytes.get(tail_from..)?;
    let at = tail.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    match u16::from_le_bytes([count[0], count[1]]) {
        u16::MAX => None,
        n => Some(usize::from(n)),
    }
}

/// What to look for while unpacking.
#[derive(Clone, Copy)]
struct Scan {
    markup: bool,
    strings: bool,
}

impl Scan {
    fn of(lower_name: &str) -> Self {
        Self {
            markup: [".xml", ".rels", ".vml"].iter().any(|end| lower_name.ends_with(end)),
            strings: lower_name.ends_with("sharedstrings.xml"),
        }
    }
}

/// Unpacks one entry, keeping nothing but the end of the last chunk; returns its real size.
fn scan_entry(mut entry: impl Read, scan: Scan, left: u64) -> Result<u64, ImportError> {
    const OVERLAP: usize = 9;
    let mut buffer = vec![0_u8; 64 * 1024 + OVERLAP];
    let mut kept = 0;
    let mut total = 0_u64;
    let mut strings = 0_usize;
    loop {
        let free = buffer.get_mut(kept..).ok_or(ImportError::Damaged)?;
        let read = entry.read(free).map_err(|_| ImportError::Damaged)?;
        let window = buffer.get(..kept + read).ok_or(ImportError::Damaged)?;
        if scan.markup {
            // UTF-16 would hide a DOCTYPE from the search below; no office program writes it.
            if total == 0
                && (window.starts_with(b"\xFF\xFE")
                    || window.starts_with(b"\xFE\xFF")
                    || window.starts_with(b"<\0")
                    || window.starts_with(b"\0<"))
            {
                return Err(ImportError::Damaged);
            }
            let complete = if read == 0 { window.len() } else { window.len().saturating_sub(OVERLAP) };
            let mut at = 0;
            while let Some(found) = window.get(at..complete).and_then(|w| w.iter().position(|b| *b == b'<')) {
                let tag = window.get(at + found..).unwrap_or_default();
                if tag.starts_with(b"<!DOCTYPE") || tag.starts_with(b"<!ENTITY") {
                    return Err(ImportError::Doctype);
                }
                if scan.strings && (tag.starts_with(b"<si>") || tag.starts_with(b"<si ") || tag.starts_with(b"<si/")) {
                    strings += 1;
                    if strings > MAX_SHARED_STRINGS {
                        return Err(ImportError::Bomb);
                    }
                }
                at += found + 1;
            }
            let keep_from = complete;
            kept = window.len() - keep_from;
            buffer.copy_within(keep_from..keep_from + kept, 0);
        }
        if read == 0 {
            return Ok(total);
        }
        total += read as u64;
        if total > left {
            return Err(ImportError::Bomb);
        }
    }
}

/// The parser reserves memory for the declared number of strings before it reads one.
fn check_declared_strings(text: &str) -> Result<(), ImportError> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(e) | Event::Empty(e)) => {
                for attribute in e.attributes().with_checks(false).flatten() {
                    let counts = matches!(attribute.key.as_ref(), "uniqueCount" | "count");
                    // The total count may be larger than the unique one; a hundred uses each is plenty.
                    let most =
                        if attribute.key.as_ref() == "count" { MAX_SHARED_STRINGS * 100 } else { MAX_SHARED_STRINGS };
                    if counts && attribute.value.parse::<usize>().map_or(!attribute.value.is_empty(), |n| n > most) {
                        return Err(ImportError::Bomb);
                    }
                }
                return Ok(());
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(ImportError::Damaged),
        }
    }
}
