//! A look into compound files (CFB) before the .xls parser gets them: which
//! program wrote it, is it encrypted, and how large a table its records claim.
//! Owns just enough of the container to walk the workbook's records; refuses to
//! read a cell.

use super::{error::ImportError, limits::MAX_COLUMNS, limits::MAX_ROWS};

/// Cells that all sheets together may span; the parser allocates the whole rectangle of each.
const MAX_SPANNED: u64 = (MAX_ROWS as u64 + 50) * MAX_COLUMNS as u64;
/// Sheets of one workbook.
const MAX_SHEETS: usize = 64;
const END: u32 = 0xFFFF_FFFA;

/// Refuses what is no readable .xls.
pub(super) fn inspect(bytes: &[u8]) -> Result<(), ImportError> {
    let file = File::open(bytes).ok_or(ImportError::Damaged)?;
    if file.find(&["EncryptedPackage", "EncryptionInfo"]).is_some() {
        return Err(ImportError::Encrypted);
    }
    let Some(entry) = file.find(&["Workbook", "Book"]) else {
        return Err(if file.find(&["WordDocument"]).is_some() {
            ImportError::OldWord
        } else {
            ImportError::WrongType { what: "无法识别的旧版文件".to_owned() }
        });
    };
    let stream = file.stream(entry).ok_or(ImportError::Damaged)?;
    check_records(&stream)
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
}

struct File<'a> {
    bytes: &'a [u8],
    shift: u32,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini_shift: u32,
    cutoff: usize,
    entries: Vec<Entry>,
    mini: Vec<u8>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|c| c.try_into().ok().map(u32::from_le_bytes)).collect()
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u32::from(u16_at(bytes, 30)?);
        let mini_shift = u32::from(u16_at(bytes, 32)?);
        if !matches!(shift, 9 | 12) || mini_shift != 6 {
            return None;
        }
        let mut file = Self {
            bytes,
            shift,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini_shift,
            cutoff: usize::try_from(u32_at(bytes, 56)?).ok()?,
            entries: Vec::new(),
            mini: Vec::new(),
        };
        let mut fat_sectors = words(bytes.get(76..512)?);
        let mut next = u32_at(bytes, 68)?;
        // Each step consumes a sector of the file, so its length bounds the walk.
        for _ in 0..=bytes.len() >> shift {
            let Some(sector) = file.sector(next) else { break };
            let mut list = words(sector);
            next = list.pop()?;
            fat_sectors.extend(list);
        }
        for id in fat_sectors.into_iter().filter(|id| *id < END) {
            let Some(sector) = file.sector(id) else { continue };
            let list = words(sector);
            file.fat.extend(list);
            if file.fat.len() > bytes.len() {
                return None;
            }
        }
        let directory = file.chain(u32_at(bytes, 48)?)?;
        let root_type = 5;
        let mut root = None;
        for record in directory.chunks_exact(128) {
            let length = usize::from(u16_at(record, 64)?).clamp(2, 64) - 2;
            let units: Vec<u16> = record.get(..length)?.chunks_exact(2).filter_map(|c| u16_at(c, 0)).collect();
            let entry = Entry {
                name: String::from_utf16_lossy(&units),
                start: u32_at(record, 116)?,
                size: usize::try_from(u32_at(record, 120)?).ok()?,
            };
            match record.get(66)? {
                0 => {}
                kind if *kind == root_type => root = Some(entry.start),
                _ => file.entries.push(entry),
            }
        }
        file.mini_fat = words(&file.chain(u32_at(bytes, 60)?).unwrap_or_default());
        file.mini = root.and_then(|start| file.chain(start)).unwrap_or_default();
        Some(file)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        if id >= END {
            return None;
        }
        let from = (usize::try_from(id).ok()?.checked_add(1)?).checked_mul(1 << self.shift)?;
        let to = (from + (1 << self.shift)).min(self.bytes.len());
        self.bytes.get(from..to)
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut at = start;
        while at < END {
            out.extend_from_slice(self.sector(at)?);
            if out.len() > self.bytes.len() + (1 << self.shift) {
                return None;
            }
            at = *self.fat.get(usize::try_from(at).ok()?)?;
        }
        Some(out)
    }

    fn find(&self, names: &[&str]) -> Option<&Entry> {
        names.iter().find_map(|name| self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name)))
    }

    fn stream(&self, entry: &Entry) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        if entry.size >= self.cutoff {
            out = self.chain(entry.start)?;
        } else {
            let mut at = entry.start;
            while at < END && out.len() <= self.cutoff {
                let from = usize::try_from(at).ok()? << self.mini_shift;
                out.extend_from_slice(self.mini.get(from..(from + 64).min(self.mini.len()))?);
                at = *self.mini_fat.get(usize::try_from(at).ok()?)?;
            }
        }
        out.truncate(entry.size);
        Some(out)
    }
}

/// Records of a BIFF stream from an offset.
fn records(stream: &[u8], mut at: usize) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let kind = u16_at(stream, at)?;
        let length = usize::from(u16_at(stream, at + 2)?);
        let data = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        Some((kind, data))
    })
}

fn check_records(stream: &[u8]) -> Result<(), ImportError> {
    let mut sheets = Vec::new();
    for (kind, data) in records(stream, 0) {
        match kind {
            0x002F => return Err(ImportError::Encrypted),
            0x0085 => sheets.push(usize::try_from(u32_at(data, 0).unwrap_or(0)).unwrap_or(usize::MAX)),
            0x000A => break,
            _ => {}
        }
    }
    if sheets.len() > MAX_SHEETS {
        return Err(ImportError::Bomb);
    }
    let mut spanned = 0_u64;
    for start in sheets {
        let (mut rows, mut columns) = (0_u64, 0_u64);
        for (kind, data) in records(stream, start) {
            match kind {
                0x0200 => {
                    let last_row = if data.len() == 10 { u16_at(data, 2).map(u32::from) } else { u32_at(data, 4) };
                    if last_row.unwrap_or(0) > 65_536 {
                        return Err(ImportError::Bomb);
                    }
                }
                // Number, Label, RString, BoolErr, RK, LabelSST, Formula: row, column, …
                0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 => {
                    rows = rows.max(u64::from(u16_at(data, 0).unwrap_or(0)) + 1);
                    columns = columns.max(u64::from(u16_at(data, 2).unwrap_or(0)) + 1);
                }
                // MulRk: the last column stands at the end.
                0x00BD => {
                    rows = rows.max(u64::from(u16_at(data, 0).unwrap_or(0)) + 1);
                    let last = u16_at(data, data.len().saturating_sub(2)).unwrap_or(0);
                    columns = columns.max(u64::from(last) + 1);
                }
                _ => {}
            }
        }
        spanned += rows * columns;
    }
    if spanned > MAX_SPANNED { Err(ImportError::Bomb) } else { Ok(()) }
}
