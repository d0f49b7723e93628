//! What of an uploaded table is stored until it is imported. Owns the form in which a table is kept; refuses to keep
//! a 身份证号 or a birthday: such columns lose their values, a stray number is masked. A file in which nothing of the
//! kind stands is kept as it came, so that the error file is the user's own workbook.

use std::io::Read as _;

use super::{
    Book, ImportError, Row,
    folding::{header, without_brackets},
    grid::Grid,
    headers::{HEADER_CHARS, SEARCH_ROWS},
    identity, limits,
};

/// What a kept table begins with. No file that is read begins so: a zero is no text.
const MARK: &[u8] = b"\0wuze-table\n";
/// Digits of a 身份证号.
const DIGITS: usize = 18;
/// How a spreadsheet writes one that it took for a number.
const AS_NUMBER: &str = "E+17";
/// Most bytes of one part that are looked through; the whole package was measured before.
const PART_MAX: u64 = 256 << 20;

/// The bytes to store for a file that was read as `book`. `persons`: a list of persons, of which columns of numbers
/// and birthdays are dropped by their title too.
///
/// # Errors
/// [`ImportError::Damaged`] for a package that cannot be looked through.
pub fn keep(book: &Book, bytes: Vec<u8>, persons: bool) -> Result<Vec<u8>, ImportError> {
    let clean = cleaned(book, persons);
    if clean == *book && bytes.starts_with(b"PK\x03\x04") && !package_holds_number(&bytes)? {
        return Ok(bytes);
    }
    let mut out = MARK.to_vec();
    serde_json::to_writer(&mut out, &clean).map_err(|_| ImportError::NotWritten)?;
    Ok(out)
}

/// The table of stored bytes; `None` where the file itself is kept.
///
/// # Errors
/// [`ImportError::Damaged`] for a table that cannot be read back.
pub fn kept(bytes: &[u8]) -> Result<Option<Book>, ImportError> {
    let Some(text) = bytes.strip_prefix(MARK) else { return Ok(None) };
    serde_json::from_slice(text).map(Some).map_err(|_| ImportError::Damaged)
}

fn cleaned(book: &Book, persons: bool) -> Book {
    let mut clean = book.clone();
    for grid in &mut clean.tables {
        let dropped = if persons { forbidden(grid) } else { Vec::new() };
        for row in &mut grid.rows {
            for (column, cell) in row.cells.iter_mut().enumerate() {
                if dropped.iter().any(|(from, at)| *at == column && row.number > *from) {
                    *cell = super::Cell::default();
                } else if identity::holds_number(&cell.text) {
                    cell.text = identity::masked(&cell.text);
                }
            }
        }
    }
    clean
}

/// Is a text the title of such a column, in a row of titles or by itself? 出生缺陷防治科 is none.
fn is_title(text: &str, among_titles: bool) -> bool {
    let title = without_brackets(&header(text));
    let ends = ["号", "号码", "证", "年月", "年月日", "日期", "时间", "出生", "生日", "idcard"];
    identity::forbidden_header(&header(text)) && (among_titles || ends.iter().any(|end| title.ends_with(end)))
}

/// Columns whose title says 身份证号 or 出生年月, with the row of the title. Titles stand together: a row with one
/// short text alone is none, and below the first row of them no other is.
fn forbidden(grid: &Grid) -> Vec<(u32, usize)> {
    let titles = |row: &Row| -> Vec<usize> {
        let short = |text: &str| text.chars().count() <= HEADER_CHARS;
        let own: Vec<_> = row.own().filter(|(_, cell)| short(&cell.text)).collect();
        let names = own.iter().any(|(_, cell)| matches!(header(&cell.text).as_str(), "姓名" | "名字" | "人员姓名"));
        let named = |(at, cell): &(usize, &super::Cell)| is_title(&cell.text, names).then_some(*at);
        if own.len() < 2 { Vec::new() } else { own.iter().filter_map(named).collect() }
    };
    let Some((row, found)) =
        grid.rows.iter().take(SEARCH_ROWS).map(|row| (row.number, titles(row))).find(|(_, found)| !found.is_empty())
    else {
        return Vec::new();
    };
    // A title over several columns is that of all of them.
    let wide = |at: usize| grid.merge_at(row, at).map_or(at..=at, |merge| merge.left..=merge.right);
    found.into_iter().flat_map(wide).map(|at| (row, at)).collect()
}

/// Stands a number anywhere in a package: in sheets that are hidden, in remarks, in a rounded number?
fn package_holds_number(bytes: &[u8]) -> Result<bool, ImportError> {
    let mut archive = limits::open(bytes)?;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| ImportError::Damaged)?;
        let mut part = Vec::new();
        entry.take(PART_MAX).read_to_end(&mut part).map_err(|_| ImportError::Damaged)?;
        let wanted = AS_NUMBER.as_bytes();
        if holds_run(&part) || part.windows(wanted.len()).any(|w| w == wanted) {
            return Ok(true);
        }
        // Written with signs between the digits, or with digits of another width.
        if std::str::from_utf8(&part).is_ok_and(identity::holds_number) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// 17 digits and a digit or X, with no digit before or after.
fn holds_run(bytes: &[u8]) -> bool {
    bytes
        .split(|b| !b.is_ascii_digit() && !matches!(b, b'X' | b'x'))
        .any(|run| run.len() == DIGITS && run.iter().take(DIGITS - 1).all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::paste;

    const ID: &str = "11010519491231002X";

    fn stored(text: &str, persons: bool) -> (String, Book) {
        let book = paste(text).unwrap();
        let bytes = keep(&book, text.as_bytes().to_vec(), persons).unwrap();
        let again = kept(&bytes).unwrap().unwrap();
        (String::from_utf8(bytes).unwrap(), again)
    }

    #[test]
    fn columns_of_numbers_and_birthdays_lose_their_values() {
        let text = format!(
            "人员名单\n单位\t姓名\t身份证号\t出生年月\t职务\n甲镇\t段敏\t{ID}\t1949-12\t书记\n甲镇\t耿伟\t110101199001011234\t1990.1\t主任\n"
        );
        let (bytes, book) = stored(&text, true);
        for word in [ID, "110101199001011234", "1949-12", "1990.1"] {
            assert!(!bytes.contains(word), "{word}");
        }
        let grid = &book.tables[0];
        let cell = |row: usize, at: usize| grid.rows[row].cell(at).map(|c| c.text.clone()).unwrap_or_default();
        assert_eq!(cell(1, 2), "身份证号", "the title stays and says that the column was dropped");
        assert_eq!((cell(2, 1), cell(3, 4)), ("段敏".to_owned(), "主任".to_owned()));
    }

    #[test]
    fn a_stray_number_is_masked_and_still_refused() {
        let (bytes, book) = stored(&format!("单位\t姓名\t职务\n甲镇\t段敏\t书记{ID}\n"), false);
        assert!(!bytes.contains(ID));
        assert!(identity::holds_number(&book.tables[0].rows[1].cell(2).unwrap().text));
        // No title: an office of that name.
        let (bytes, _) = stored("单位\t姓名\t职务\n甲镇\t段敏\t出生缺陷防治科科长\n甲镇\t耿伟\t主任\n", true);
        assert!(bytes.contains("主任"));
    }

    #[test]
    fn a_table_reads_back_as_it_was() {
        let text = "单位\t姓名\n甲镇\t段敏\n\n乙镇\t耿伟\n";
        let (_, book) = stored(text, true);
        assert_eq!(book, paste(text).unwrap());
        assert_eq!(kept(b"PK\x03\x04").unwrap(), None);
        assert!(kept(b"\0wuze-table\n{").is_err());
        assert!(super::super::read("a.txt", b"\0wuze-table\n{}").is_err(), "nobody brings one himself");
        assert!(holds_run(b"<t>110101199001011234</t>") && !holds_run(b"0.1101011990010112345"));
    }
}
