//! The import engine on real and on dirty files. Owns the files of `data/`
//! (invented people and units); refuses storage: a commit is imitated by the
//! snapshot that it would leave behind.

#![expect(clippy::unwrap_used, reason = "test code: a failed unwrap is a failed test")]

mod dirt;
mod duties;
mod hostile;
mod marked;
mod people;

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;
use server::import::{Book, read};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A file of `tests/it/data`.
fn data(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data").join(name);
    std::fs::read(path).unwrap()
}

fn book(name: &str) -> Book {
    read(name, &data(name)).unwrap()
}

/// An .xlsx with one sheet of texts.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(*cells) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn sheet(rows: &[&[&str]]) -> Book {
    read("测试.xlsx", &workbook(rows)).unwrap()
}

/// The package of a plain workbook with another sheet in it.
fn with_sheet(sheet: &str) -> Vec<u8> {
    let plain = workbook(&[&["x"]]);
    let mut archive = zip::ZipArchive::new(Cursor::new(plain)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name == "xl/worksheets/sheet1.xml" {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(sheet.as_bytes()).unwrap();
        } else {
            writer.raw_copy_file(entry).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}
