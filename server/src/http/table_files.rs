//! What a page of the office shows in a table, as .xlsx: the page's own service is asked with the page's own
//! filters, so a file never holds more than its page. Text cells only: nothing in it is a formula, whatever it
//! begins with, and no number column invites a ranking.
//!
//! A page offers its file like this:
//!
//! ```ignore
//! builder.get(Kind::File, "/season/export", Policy::SignedIn, export)
//!
//! async fn export(State(app): State<App>, Extension(visitor): Extension<Visitor>, uri: Uri) -> Result<Response, Response> {
//!     let (actor, query) = (posted::actor(&visitor)?, table_files::asked::<SeasonQuery>(&uri)?);
//!     let page = app.services().season(&actor, query).await.map_err(|e| reply::refused(&e))?;
//!     let mut sheet = Sheet::new("督责年历", &[("单位", 24), ("应办", 18)]);
//!     page.rows.into_iter().for_each(|r| sheet.row([r.unit, r.what]));
//!     TableFile::new("season.xlsx", "督责年历").note("截至11月20日").sheet(sheet).answer().await
//! }
//! ```

use app::api::ApiError;
use axum::{
    extract::Query,
    http::{StatusCode, Uri},
    response::Response,
};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use serde::de::DeserializeOwned;

use super::{board_files::xlsx, reply};

/// Longest text of a cell in the format, in characters.
const CELL_MAX: usize = 32_767;
/// Longest name of a sheet in the format, in characters.
const NAME_MAX: usize = 31;

/// One table of a page.
pub struct Sheet {
    name: String,
    columns: Vec<(String, u16)>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// A table with the page's column heads and their widths in characters.
    pub fn new(name: impl Into<String>, columns: &[(&str, u16)]) -> Self {
        let columns = columns.iter().map(|(head, width)| ((*head).to_owned(), *width)).collect();
        Self { name: name.into(), columns, rows: Vec::new() }
    }

    /// One line more, cell by cell as the page shows it.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }
}

/// The tables of a page, to be downloaded.
pub struct TableFile {
    plain: &'static str,
    title: String,
    note: String,
    sheets: Vec<Sheet>,
}

impl TableFile {
    /// `plain` is the ASCII file name for old browsers; the title names the file and stands above each table.
    pub fn new(plain: &'static str, title: impl Into<String>) -> Self {
        Self { plain, title: title.into(), note: String::new(), sheets: Vec::new() }
    }

    /// Beside the title: which day, which filters.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// With one more table.
    #[must_use]
    pub fn sheet(mut self, sheet: Sheet) -> Self {
        self.sheets.push(sheet);
        self
    }

    /// The download.
    ///
    /// # Errors
    /// A page that says so when the file could not be made.
    pub async fn answer(self) -> Result<Response, Response> {
        let (plain, name) = (self.plain, format!("{}.xlsx", self.title));
        // A thousand rows take some milliseconds of pure CPU: off the request threads.
        match tokio::task::spawn_blocking(move || self.workbook()).await {
            Ok(Ok(bytes)) => Ok(xlsx(plain, &name, bytes)),
            _ => Err(reply::refused(&ApiError::Unavailable)),
        }
    }

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let mut taken = Vec::new();
        for (n, sheet) in self.sheets.iter().enumerate() {
            let name = sheet_name(&sheet.name, n, &taken);
            let page = book.add_worksheet();
            page.set_name(&name)?;
            taken.push(name);
            self.fill(page, sheet)?;
        }
        book.save_to_buffer()
    }

    fn fill(&self, page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
        let strong = Format::new().set_bold();
        let head = Format::new().set_bold().set_border(FormatBorder::Thin).set_text_wrap();
        let plain = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
        let title =
            if self.note.is_empty() { self.title.clone() } else { format!("{}（{}）", self.title, self.note) };
        page.set_paper_size(9);
        page.set_landscape();
        page.set_print_fit_to_pages(1, 0);
        page.set_repeat_rows(1, 1)?;
        page.write_string_with_format(0, 0, title, &strong)?;
        for (column, (words, width)) in (0_u16..).zip(&sheet.columns) {
            page.write_string_with_format(1, column, words, &head)?;
            page.set_column_width(column, f64::from(*width))?;
        }
        page.set_freeze_panes(2, 1)?;
        for (line, cells) in (2_u32..).zip(&sheet.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                // As text, always: what begins with = + - @ stays what somebody typed.
                page.write_string_with_format(line, column, clipped(cell), &plain)?;
            }
        }
        Ok(())
    }
}

/// The page's query, read from the address of its file; empty choices are no choices, as on the page.
///
/// # Errors
/// A page that says that the address is wrong.
pub fn asked<Q: DeserializeOwned>(uri: &Uri) -> Result<Q, Response> {
    let chosen: Vec<&str> =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.ends_with('=')).collect();
    let read = format!("/?{}", chosen.join("&")).parse::<Uri>().ok().and_then(|u| Query::<Q>::try_from_uri(&u).ok());
    let Some(Query(query)) = read else {
        return Err(reply::sorry(StatusCode::BAD_REQUEST, "导出条件不对。请回到上一页重新选择条件后再导出。"));
    };
    Ok(query)
}

/// A name that the format takes: short, without its signs, different from those before.
fn sheet_name(words: &str, n: usize, taken: &[String]) -> String {
    let plain: String = words
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') && !c.is_control())
        .take(NAME_MAX)
        .collect();
    if plain.trim().is_empty() || taken.contains(&plain) { format!("表{}", n + 1) } else { plain }
}

fn clipped(text: &str) -> String {
    if text.chars().count() <= CELL_MAX { text.to_owned() } else { text.chars().take(CELL_MAX).collect() }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        year: Option<i32>,
        kind: Option<String>,
    }

    #[test]
    fn empty_choices_are_none() {
        let uri = "/x/export?year=2026&kind=".parse::<Uri>().unwrap();
        assert_eq!(asked::<Wanted>(&uri).unwrap(), Wanted { year: Some(2026), kind: None });
        assert!(asked::<Wanted>(&"/x/export?year=none".parse::<Uri>().unwrap()).is_err());
        assert!(asked::<Wanted>(&"/x/export?other=1".parse::<Uri>().unwrap()).is_err());
    }

    #[test]
    fn names_fit_the_format() {
        assert_eq!(sheet_name("半年/梳理*", 0, &[]), "半年梳理");
        assert_eq!(sheet_name("", 2, &[]), "表3");
        assert_eq!(sheet_name("表", 1, &["表".to_owned()]), "表2");
        assert_eq!(sheet_name(&"长".repeat(60), 0, &[]).chars().count(), NAME_MAX);
    }

    #[test]
    fn what_looks_like_a_formula_stays_text() {
        let mut sheet = Sheet::new("表", &[("单位", 20), ("说明", 30)]);
        sheet.row(["=1+1", "@SUM(A1)"]);
        let bytes = TableFile::new("t.xlsx", "测试").note("截至今天").sheet(sheet).workbook().unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut xml).unwrap();
        assert!(!xml.contains("<f>"), "{xml}");
        assert_eq!(xml.matches("t=\"s\"").count(), 5, "{xml}");
    }
}
