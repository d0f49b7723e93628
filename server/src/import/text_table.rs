//! .csv and pasted tables: encoding, separator, quoted fields. Row numbers are
//! those a spreadsheet program shows, blank lines included. Refuses to give any
//! text a meaning: `=1+1` is four characters.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::{
    error::ImportError,
    grid::{Book, Builder, Cell, Origin},
};

/// Reads the bytes of a .csv.
pub(super) fn read(bytes: &[u8]) -> Result<Book, ImportError> {
    parse(&decode(bytes)?, Origin::Csv)
}

/// UTF-8 with or without a mark, UTF-16 with a mark, else GBK / GB 18030.
fn decode(bytes: &[u8]) -> Result<String, ImportError> {
    let (encoding, rest) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => return String::from_utf8(rest.to_vec()).map_err(|_| ImportError::Encoding),
        [0xFF, 0xFE, rest @ ..] => (UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => (UTF_16BE, rest),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => return Ok(text.to_owned()),
            Err(_) => (GB18030, bytes),
        },
    };
    encoding
        .decode_without_bom_handling_and_without_replacement(rest)
        .map(std::borrow::Cow::into_owned)
        .ok_or(ImportError::Encoding)
}

/// Reads separated text.
pub(super) fn parse(text: &str, origin: Origin) -> Result<Book, ImportError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let separator = separator(text, origin);
    let name = if origin == Origin::Paste { "粘贴的表格" } else { "文件" };
    let mut builder = Builder::new(name);
    let mut any = false;
    let (mut row, mut column) = (1_u32, 0_usize);
    let mut field = String::new();
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    let mut at_start = true;
    loop {
        let c = chars.next();
        match c {
            Some('"') if quoted => {
                if chars.peek() == Some(&'"') {
                    chars.next();
                    field.push('"');
                } else {
                    quoted = false;
                }
            }
            Some(c) if quoted => field.push(c),
            Some('"') if at_start => {
                quoted = true;
                at_start = false;
            }
            Some('\r') if chars.peek() == Some(&'\n') => {}
            Some(c) if c == separator || c == '\n' || c == '\r' => {
                any |= !field.trim().is_empty();
                builder.put(row, column, Cell::text(std::mem::take(&mut field)))?;
                if c == separator {
                    column += 1;
                } else {
                    row = row.saturating_add(1);
                    column = 0;
                }
                at_start = true;
            }
            Some(c) => {
                field.push(c);
                at_start = false;
            }
            None => {
                any |= !field.trim().is_empty();
                builder.put(row, column, Cell::text(field))?;
                break;
            }
        }
    }
    if !any {
        return Err(ImportError::Empty);
    }
    Ok(Book { origin, tables: vec![builder.finish()], notes: Vec::new() })
}

/// The separator that the first lines agree on best. A pasted table has tabs, or it is one column.
fn separator(text: &str, origin: Origin) -> char {
    if origin == Origin::Paste && text.contains('\t') {
        return '\t';
    }
    let head: Vec<&str> = text.lines().take(20).collect();
    ['\t', ',', ';']
        .into_iter()
        .max_by_key(|s| {
            (
                head.iter().filter(|line| line.contains(*s)).count(),
                head.iter().map(|l| l.matches(*s).count()).sum::<usize>(),
            )
        })
        .filter(|s| head.iter().any(|line| line.contains(*s)))
        .unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u32, Vec<String>)> {
        let book = parse(text, Origin::Csv).unwrap();
        book.tables[0].rows.iter().map(|r| (r.number, r.cells.iter().map(|c| c.text.clone()).collect())).collect()
    }

    #[test]
    fn quotes_blank_lines_and_formulas_are_text() {
        assert_eq!(
            rows("编号,条目\r\n\r\n1.1,\"甲,\"\"乙\"\"\n丙\"\n=1+1,@x\n"),
            [
                (1, vec!["编号".into(), "条目".into()]),
                (3, vec!["1.1".into(), "甲,\"乙\"\n丙".into()]),
                (4, vec!["=1+1".into(), "@x".into()]),
            ]
        );
    }

    #[test]
    fn every_common_encoding_is_read() {
        let text = "编号,条目\n1.1,䶮";
        let (gbk, ..) = encoding_rs::GB18030.encode(text);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked: Vec<u8> = [0xEF, 0xBB, 0xBF].into_iter().chain(text.bytes()).collect();
        for bytes in [text.as_bytes().to_vec(), gbk.into_owned(), utf16, marked] {
            assert_eq!(read(&bytes).unwrap().tables[0].rows[1].cells[1].text, "䶮");
        }
    }
}
