//! Tables of the rules.

use super::*;

fn zip_end(comment: &[u8]) -> Vec<u8> {
    let mut end = b"PK\x05\x06".to_vec();
    end.extend([0; 16]);
    end.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    end.extend_from_slice(comment);
    end
}

fn with(head: &[u8], rest: &[u8]) -> Vec<u8> {
    [head, &[b'x'; 64], rest].concat()
}

#[test]
fn content_decides_and_nothing_else() {
    let table: &[(&[u8], Result<Sent, Unfit>)] = &[
        (b"", Err(Unfit::Empty)),
        (b"\xFF\xD8\xFF\xE0....JFIF", Ok(Sent::Jpeg)),
        (b"\x89PNG\r\n\x1A\n", Ok(Sent::Png)),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Ok(Sent::Webp)),
        (b"RIFF\x10\0\0\0WAVEfmt ", Err(Unfit::Film)),
        (b"%PDF-1.7\n", Ok(Sent::Pdf)),
        (b"\n%PDF-1.7\n", Err(Unfit::Unknown)),
        (b"PK\x03\x04", Ok(Sent::Package)),
        (b"\0\0\0\x18ftypheic", Err(Unfit::Heic)),
        (b"\0\0\0\x18ftypavif", Err(Unfit::Heic)),
        (b"\0\0\0\x18ftypmp42", Err(Unfit::Film)),
        (b"GIF89a", Err(Unfit::Moving)),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Err(Unfit::Old)),
        (b"MZ\x90\0", Err(Unfit::Program)),
        (b"\x7FELF", Err(Unfit::Program)),
        (b"#!/bin/sh", Err(Unfit::Program)),
        (b"<!DOCTYPE html><html>", Err(Unfit::Markup)),
        (b"  <SVG xmlns=", Err(Unfit::Markup)),
        (b"<?xml version='1.0'?><x/>", Err(Unfit::Markup)),
        (b"\xFF\xFE<\0s\0c\0r\0i\0p\0t\0", Err(Unfit::Markup)),
        (b"Rar!\x1A\x07", Err(Unfit::OtherPackage)),
        (b"\x1F\x8B\x08", Err(Unfit::OtherPackage)),
        ("就是一些字".as_bytes(), Err(Unfit::Unknown)),
    ];
    for (bytes, expected) in table {
        assert_eq!(recognise(bytes, bytes), *expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn two_files_in_one_are_refused() {
    for head in [b"\xFF\xD8\xFF\xE0".as_slice(), b"\x89PNG\r\n\x1A\n", b"%PDF-1.4"] {
        let archive = with(head, &zip_end(b""));
        assert_eq!(recognise(&archive, &archive), Err(Unfit::Two));
        let commented = with(head, &zip_end(b"a comment"));
        assert_eq!(recognise(&commented, &commented), Err(Unfit::Two));
        let page = with(head, b"<script>alert(1)</script>");
        assert_eq!(recognise(&page, &page), Err(Unfit::Two));
        // The four letters alone prove nothing.
        let chance = with(head, b"PK\x05\x06 and a lot of other bytes that are no directory");
        assert!(recognise(&chance, &chance).is_ok());
    }
}

fn typed(content: &str) -> Vec<Typed> {
    vec![Typed { part: String::new(), content: content.to_owned() }]
}

#[test]
fn packages_are_known_by_what_is_in_them() {
    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    let look = |names: &[&str], types: &str| package(names.iter().copied(), &typed(types), &[]);
    assert_eq!(look(&["[Content_Types].xml", "word/document.xml"], WORD), Ok(Kind::Docx));
    assert_eq!(look(&["xl/workbook.xml", "xl/printerSettings/printerSettings1.bin"], EXCEL), Ok(Kind::Xlsx));
    assert_eq!(look(&["word/document.xml", "word/vbaProject.bin"], WORD), Err(Unfit::Macro));
    assert_eq!(look(&["word/document.xml", "deep/er/VBAPROJECT.dat"], WORD), Err(Unfit::Macro));
    assert_eq!(look(&["xl/workbook.xml", "xl/macrosheets/sheet1.xml"], EXCEL), Err(Unfit::Macro));
    assert_eq!(look(&["word/document.xml", "word/activeX/activeX1.xml"], WORD), Err(Unfit::Macro));
    assert_eq!(look(&["word/document.xml", "word/embeddings/oleObject1.bin"], WORD), Err(Unfit::Embedded));
    assert_eq!(look(&["word/document.xml", "word/a.scr"], WORD), Err(Unfit::Embedded));
    assert_eq!(look(&["word/document.xml", "WORD\\Document.xml"], WORD), Err(Unfit::Damaged));
    let enabled = "application/vnd.ms-word.document.macroEnabled.main+xml wordprocessingml";
    assert_eq!(look(&["word/document.xml"], enabled), Err(Unfit::Macro));
    assert_eq!(look(&["ppt/presentation.xml"], "presentationml"), Err(Unfit::OtherPackage));
    assert_eq!(look(&["word/document.xml", "xl/workbook.xml"], WORD), Err(Unfit::Two));
    assert_eq!(look(&["OFD.xml"], ""), Err(Unfit::OtherPackage));
    assert_eq!(look(&["a.txt"], ""), Err(Unfit::OtherPackage));
    let many: Vec<String> = (0..6_000).map(|n| format!("word/media/{n}.png")).collect();
    assert_eq!(package(many.iter().map(String::as_str), &typed(WORD), &[]), Err(Unfit::Damaged));
}

#[test]
fn only_web_pages_are_named_outside_of_a_package() {
    const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    let table = [
        ("x/hyperlink", "http://example.org", "External", Ok(Kind::Docx)),
        ("x/hyperlink", "mailto:a@example.org", " external ", Ok(Kind::Docx)),
        ("x/image", "media/a.png", "", Ok(Kind::Docx)),
        ("x/hyperlink", "javascript:alert(1)", "External", Err(Unfit::Linked)),
        ("x/hyperlink", "\\\\evil\\s", "External", Err(Unfit::Linked)),
        ("x/image", "http://example.org/a.png", "External", Err(Unfit::Linked)),
        ("x/image", "HT\nTP://example.org/a.png", "", Err(Unfit::Linked)),
        ("x/image", "a.png", "Whatever", Err(Unfit::Linked)),
        ("x/attachedTemplate", "a.dotm", "", Err(Unfit::Linked)),
        ("x/externalLinkPath", "book.xlsx", "External", Err(Unfit::Linked)),
        ("x/oleObject", "embed/a.bin", "", Err(Unfit::Embedded)),
        ("x/package", "embed/a.xlsx", "Internal", Err(Unfit::Embedded)),
        ("x/vbaProject", "a.bin", "", Err(Unfit::Macro)),
    ];
    for (kind, target, mode, expected) in table {
        let related = Related { kind: kind.into(), target: target.into(), mode: mode.into() };
        assert_eq!(package(["word/document.xml"].into_iter(), &typed(WORD), &[related]), expected, "{kind} {target}");
    }
}

#[test]
fn names_lose_what_deceives() {
    let table = [
        ("蹲点照片.jpg", "蹲点照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\x\\会议.JPEG", "会议.jpg"),
        ("报告\u{202E}gpj.exe", "报告gpj.jpg"),
        ("a\0b\r\nc\td.png", "ab c d.jpg"),
        ("😀🎉.png", "😀🎉.jpg"),
        ("...", "佐证材料.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("", "佐证材料.jpg"),
        ("a\"b<c>d|e:f*g?h.jpg", "a b c d e f g h.jpg"),
        ("２０２６．１１．０２．pdf", "２０２６．１１．０２．pdf.jpg"),
        ("第一次.研究部署会议纪要", "第一次.研究部署会议纪要.jpg"),
    ];
    for (name, expected) in table {
        assert_eq!(clean_name(name, Kind::Jpeg), expected, "{name:?}");
    }
    let long = clean_name(&"很长".repeat(500), Kind::Pdf);
    assert_eq!(long.chars().count(), 64);
    assert_eq!(clean_name("发票.exe", Kind::Pdf), "发票.pdf");
}

#[test]
fn photos_shrink_and_long_screenshots_stay_readable() {
    assert_eq!(stored_size(8_000, 6_000), (2_560, 1_920));
    assert_eq!(stored_size(3_000, 4_000), (1_920, 2_560));
    assert_eq!(stored_size(640, 480), (640, 480));
    assert_eq!(stored_size(1_080, 2_400), (1_080, 2_400));
    let (width, height) = stored_size(1_080, 12_000);
    assert!(width >= 1_000 && u64::from(width) * u64::from(height) <= 14_010_000, "{width}×{height}");
    assert_eq!(stored_size(2_000, 10_000).0, 1_080);
    assert_eq!(stored_size(1, 30_000), (1, 30_000));
    assert_eq!(within(4_000, 1, THUMB_SIDE), (320, 1));
}

#[test]
fn bombs_are_refused_before_they_are_opened() {
    assert!(check_pixels(8_064, 6_048, Held::Strips).is_ok());
    assert!(check_pixels(8_064, 6_048, Held::Rows).is_ok(), "48 million");
    assert!(check_pixels(16_320, 12_240, Held::Strips).is_ok());
    for (width, height, held) in [
        (50_000, 50_000, Held::Strips),
        (30_001, 1, Held::Strips),
        (10_000, 6_000, Held::Rows),
        (8_064, 6_048, Held::Whole),
    ] {
        assert_eq!(check_pixels(width, height, held), Err(Unfit::Pixels { width, height }));
    }
    assert_eq!(check_pixels(0, 5, Held::Strips), Err(Unfit::Damaged));
}

#[test]
fn exif_says_which_way_is_up() {
    let little = |value: u8| {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend([0x0F, 0x01, 2, 0, 4, 0, 0, 0, b'a', b'b', b'c', 0]);
        tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0]);
        tiff
    };
    assert_eq!(exif_orientation(&little(6)), Orientation { quarters: 1, mirrored: false });
    let wrapped = [b"Exif\0\0".as_slice(), &little(8)].concat();
    assert_eq!(exif_orientation(&wrapped), Orientation { quarters: 3, mirrored: false });
    let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0";
    assert_eq!(exif_orientation(big), Orientation { quarters: 2, mirrored: false });
    for broken in [b"".as_slice(), b"II", b"II*\0\xFF\xFF\xFF\xFF", b"MM\0*\0\0\0\x08\xFF\xFF", &little(99)] {
        assert_eq!(exif_orientation(broken), Orientation::UPRIGHT);
    }
}

#[test]
fn room_keeps_a_reserve_for_records_and_ballots() {
    const MB: u64 = 1024 * 1024;
    let room = Room { used: 90 * MB, quota: 100 * MB, free: 3_000 * MB, reserve: 2_000 * MB };
    assert!(room.takes(10 * MB).is_ok());
    assert!(room.takes(10 * MB + 1).unwrap_err().to_string().contains("记录本身照常保存"));
    assert!(Room { free: 2_020 * MB, ..room }.takes(10 * MB).is_ok());
    assert!(Room { free: 2_019 * MB, ..room }.takes(10 * MB).is_err());
    assert!(Room { free: 0, reserve: u64::MAX, ..room }.takes(1).is_err());
    assert!(Room { used: u64::MAX, ..room }.takes(1).is_err());
    assert_eq!(check_size(0), Err(Unfit::Empty));
    assert_eq!(check_size(FILE_MAX), Ok(()));
    assert_eq!(check_size(FILE_MAX + 1), Err(Unfit::Large));
}

#[test]
fn every_refusal_says_what_happened_and_what_to_do() {
    let all = [
        Unfit::Empty,
        Unfit::Large,
        Unfit::Damaged,
        Unfit::Pixels { width: 9, height: 9 },
        Unfit::Heic,
        Unfit::Moving,
        Unfit::Film,
        Unfit::Old,
        Unfit::Macro,
        Unfit::Linked,
        Unfit::Embedded,
        Unfit::OtherPackage,
        Unfit::Markup,
        Unfit::Program,
        Unfit::Two,
        Unfit::Unknown,
    ];
    for unfit in all {
        let words = unfit.told("照片.jpg").to_string();
        assert!(words.starts_with("「照片.jpg」") && words.contains("没有添加。"), "{words}");
        assert!(words.split("没有添加。").nth(1).is_some_and(|todo| todo.chars().count() > 5), "{words}");
    }
}
