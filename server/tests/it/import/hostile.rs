//! Files that mean harm or are simply the wrong ones: refused with a sentence
//! that says what happened and what to do.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use server::import::{Answers, ImportError, MAX_FILE_BYTES, duties, people, read, units};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{data, with_sheet};

/// A package with the given parts.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn refused(name: &str, bytes: &[u8]) -> ImportError {
    let error = read(name, bytes).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("没有导入") || said.contains("没能"), "{said}");
    assert!(said.contains('请'), "{said}");
    error
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let zeros = vec![b' '; 70 << 20];
    let declared = package(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(declared.len() < 1 << 20);
    assert_eq!(refused("a.xlsx", &declared), ImportError::Bomb);
    // The same with a lie about the size in the directory.
    let mut lying = declared.clone();
    let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    while let Some(at) = lying.windows(4).position(|w| w == size) {
        lying[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    assert!(matches!(refused("a.xlsx", &lying), ImportError::Bomb | ImportError::Damaged));
    let within = vec![b' '; 40 << 20];
    let ratio = package(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &within)]);
    assert_eq!(refused("a.xlsx", &ratio), ImportError::Bomb);
}

#[test]
fn too_many_parts_strings_rows_or_columns_are_refused() {
    let names: Vec<String> = (0..2_100).map(|n| format!("xl/x{n}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &b""[..])).collect();
    assert_eq!(refused("a.xlsx", &package(&parts)), ImportError::Bomb);
    for strings in [
        format!("<sst>{}</sst>", "<si><t>a</t></si>".repeat(200_001)),
        "<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>".to_owned(),
    ] {
        let bytes = package(&[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", strings.as_bytes())]);
        assert_eq!(refused("a.xlsx", &bytes), ImportError::Bomb);
    }
    let csv = "1,a\n".repeat(10_100);
    assert!(matches!(refused("a.csv", csv.as_bytes()), ImportError::TooManyRows { .. }));
    let wide = format!("{}x\n", "a,".repeat(300));
    assert!(matches!(refused("a.csv", wide.as_bytes()), ImportError::TooManyColumns { .. }));
}

#[test]
fn a_far_off_cell_costs_nothing() {
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c></row><row r="1048576"><c r="B1048576"><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>"#;
    let bytes = with_sheet(sheet);
    let book = read("a.xlsx", &bytes).unwrap();
    assert_eq!(book.tables[0].rows.len(), 2);
    assert_eq!(book.tables[0].rows[1].number, 1_048_576);
    let far = sheet.replace("B1048576", "XFD1048576");
    assert!(matches!(refused("a.xlsx", &with_sheet(&far)), ImportError::TooManyColumns { .. }));
}

#[test]
fn entities_and_doctypes_are_refused() {
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet><sheetData/></worksheet>"#;
    assert_eq!(refused("a.xlsx", &with_sheet(laughs)), ImportError::Doctype);
    let late = format!("<?xml version=\"1.0\"?>{}<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><w/>", " ".repeat(65_530));
    assert_eq!(refused("a.docx", &package(&[("word/document.xml", late.as_bytes())])), ImportError::Doctype);
    let bare =
        "<w:document xmlns:w=\"w\"><w:tbl><w:tr><w:tc><w:p><w:t>&x;</w:t></w:p></w:tc></w:tr></w:tbl></w:document>";
    assert_eq!(refused("a.docx", &package(&[("word/document.xml", bare.as_bytes())])), ImportError::Doctype);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("<!DOCTYPE x>".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(refused("a.docx", &package(&[("word/document.xml", &utf16)])), ImportError::Damaged);
}

#[test]
fn wrong_files_are_named_by_content() {
    let wrong = |name: &str, bytes: &[u8]| match refused(name, bytes) {
        ImportError::WrongType { what } => what,
        other => panic!("{name}: {other:?}"),
    };
    assert!(wrong("清单.xlsx", b"%PDF-1.7 x").contains("PDF"));
    assert!(wrong("清单.csv", b"\x89PNG\r\n\x1a\n").contains("图片"));
    assert!(wrong("清单.xls", b"<html><table><tr><td>1</td></tr></table></html>").contains("网页"));
    assert!(wrong("清单.xlsx", &package(&[("a.txt", b"x")])).contains("压缩包"));
    assert!(wrong("清单.csv", b"a\0b").contains("二进制"));
    assert!(matches!(refused("清单.xlsx", "编号,条目".as_bytes()), ImportError::Mismatch { .. }));
    assert_eq!(refused("清单.et", b"whatever"), ImportError::WpsOwn);
    assert!(refused("清单.wps", b"\xD0\xCF").to_string().contains("另存为 .xlsx 或 .docx"));
    assert_eq!(refused("清单.xlsx", b""), ImportError::Empty);
    assert_eq!(refused("清单.csv", b" \n,,\n"), ImportError::Empty);
    assert_eq!(refused("清单.xlsx", &vec![b'x'; MAX_FILE_BYTES + 1]), ImportError::TooLarge);
    assert_eq!(refused("清单.csv", b"\x81\x20\xFF\xFF"), ImportError::Encoding);
    assert_eq!(
        refused("清单.docx", &package(&[("word/document.xml", b"<w:document xmlns:w='w'/>")])),
        ImportError::NoTable
    );
    let truncated = data("duties_plain.xlsx");
    refused("清单.xlsx", &truncated[..truncated.len() / 2]);
}

#[test]
fn a_right_file_under_a_wrong_name_is_read() {
    assert!(read("清单.docx", &data("duties_plain.xlsx")).is_ok());
    assert!(read("../../etc/清单\u{202E}xslx.exe", &data("duties_plain.xlsx")).is_ok());
}

/// A compound file with one stream of 4,096 bytes or more.
fn compound(stream_name: &str, stream: &[u8]) -> Vec<u8> {
    let sectors = stream.len().div_ceil(512).max(8);
    let mut file = vec![0_u8; 512];
    file[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    file[26..28].copy_from_slice(&3_u16.to_le_bytes());
    file[28..30].copy_from_slice(&0xFFFE_u16.to_le_bytes());
    file[30..32].copy_from_slice(&9_u16.to_le_bytes());
    file[32..34].copy_from_slice(&6_u16.to_le_bytes());
    file[44..48].copy_from_slice(&1_u32.to_le_bytes());
    file[48..52].copy_from_slice(&1_u32.to_le_bytes());
    file[56..60].copy_from_slice(&4_096_u32.to_le_bytes());
    file[60..64].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    file[68..72].copy_from_slice(&0xFFFF_FFFE_u32.to_le_bytes());
    for place in file[76..512].chunks_exact_mut(4) {
        place.copy_from_slice(&u32::MAX.to_le_bytes());
    }
    file[76..80].copy_from_slice(&0_u32.to_le_bytes());
    let mut fat = vec![0xFFFF_FFFD_u32, 0xFFFF_FFFE];
    fat.extend((0..sectors).map(|n| if n + 1 == sectors { 0xFFFF_FFFE } else { u32::try_from(n + 3).unwrap() }));
    fat.resize(128, u32::MAX);
    file.extend(fat.iter().flat_map(|n| n.to_le_bytes()));
    let mut directory = vec![0_u8; 512];
    for (at, (name, kind, start, size)) in
        [("Root Entry", 5_u8, 0xFFFF_FFFE_u32, 0_usize), (stream_name, 2, 2, sectors * 512)].into_iter().enumerate()
    {
        let entry = &mut directory[at * 128..(at + 1) * 128];
        for (i, unit) in name.encode_utf16().enumerate() {
            entry[i * 2..i * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64..66].copy_from_slice(&u16::try_from((name.len() + 1) * 2).unwrap().to_le_bytes());
        entry[66] = kind;
        entry[68..80].fill(0xFF);
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
    }
    directory[76..80].copy_from_slice(&1_u32.to_le_bytes());
    file.extend(directory);
    let mut padded = stream.to_vec();
    padded.resize(sectors * 512, 0);
    file.extend(padded);
    file
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut out = kind.to_le_bytes().to_vec();
    out.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    out.extend(data);
    out
}

/// A BIFF8 workbook of one sheet with the given cell records.
fn biff(cells: &[u8]) -> Vec<u8> {
    let bof = |kind: u16| record(0x0809, &[0x0600_u16.to_le_bytes(), kind.to_le_bytes(), [0, 0], [0, 0]].concat());
    let mut globals = bof(5);
    let name = [&[0, 0, 2, 0][..], b"S1"].concat();
    let start = u32::try_from(globals.len() + 4 + 4 + name.len() + 4).unwrap();
    globals.extend(record(0x0085, &[&start.to_le_bytes()[..], &name].concat()));
    globals.extend(record(0x000A, &[]));
    globals.extend(bof(16));
    globals.extend(cells);
    globals.extend(record(0x000A, &[]));
    globals
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut data =
        [row.to_le_bytes(), column.to_le_bytes(), [0, 0], u16::try_from(units.len()).unwrap().to_le_bytes()].concat();
    data.push(1);
    data.extend(units.iter().flat_map(|u| u.to_le_bytes()));
    record(0x0204, &data)
}

#[test]
fn old_workbooks_are_read_and_old_dangers_refused() {
    let cells =
        [label(0, 0, "编号"), label(0, 1, "大项"), label(0, 2, "条目"), label(1, 0, "1.1"), label(1, 2, "甲")].concat();
    let book = read("a.xls", &compound("Workbook", &biff(&cells))).unwrap();
    assert_eq!(book.tables[0].rows[1].cells[2].text, "甲");
    let far = [label(0, 0, "a"), label(65_535, 255, "b")].concat();
    assert_eq!(refused("a.xls", &compound("Workbook", &biff(&far))), ImportError::Bomb);
    let huge = record(0x0200, &[&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0, 0xFF, 0xFF, 0, 0]].concat());
    assert_eq!(refused("a.xls", &compound("Workbook", &biff(&huge))), ImportError::Bomb);
    let locked = [record(0x0809, &[0, 6, 5, 0]), record(0x002F, &[1, 0, 1, 0])].concat();
    assert_eq!(refused("a.xls", &compound("Workbook", &locked)), ImportError::Encrypted);
    assert_eq!(refused("a.xlsx", &compound("EncryptedPackage", b"x")), ImportError::Encrypted);
    assert_eq!(refused("a.doc", &compound("WordDocument", b"x")), ImportError::OldWord);
}

fn everything(name: &str, bytes: &[u8]) {
    if let Ok(book) = read(name, bytes) {
        duties::plan(&book, &[], &Answers::default());
        people::plan(&book, &people::PeopleSnapshot::default(), &Answers::default());
        units::plan(&book, &units::UnitsSnapshot::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000), magic in 0_usize..4) {
        let start: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xFF\xFE"];
        everything("a.csv", &[start[magic], &bytes].concat());
    }

    #[test]
    fn no_damage_panics(which in 0_usize..4, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let name = ["duties_office.xlsx", "duties_annex.docx", "people.xlsx", "duties_gbk.csv"][which];
        let mut bytes = data(name);
        for (at, value) in hits {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        everything(name, &bytes);
    }

    #[test]
    fn no_text_panics(text in "([编号大项条目频次佐证单位姓名职务一二三、（）1-9.\\-年月日\t\n,\"]|\\PC){0,300}") {
        everything("a.csv", text.as_bytes());
        everything("a.csv", format!("编号,大项,条目,频次,佐证材料\n{text}").as_bytes());
        everything("a.csv", format!("单位,单位类型,姓名,职务,系统角色,任职起\n{text}").as_bytes());
    }
}
