use std::io::{Cursor, Read as _, Write as _};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;

const TYPES: &str = "<Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn word(document: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let body = format!("<w:document xmlns:w=\"w\"><w:body>{document}</w:body></w:document>");
    let mut parts = vec![("[Content_Types].xml", TYPES.as_bytes()), ("word/document.xml", body.as_bytes())];
    parts.extend_from_slice(more);
    package(&parts)
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut text = String::new();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn p(runs: &[&str]) -> String {
    let runs: Vec<_> = runs.iter().map(|r| format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{r}</w:t></w:r>")).collect();
    let runs = runs.concat();
    format!("<w:p w14:paraId=\"1\"><w:pPr><w:jc w:val=\"center\"/></w:pPr>{runs}</w:p>")
}

fn refused(bytes: &[u8]) -> String {
    checked(bytes, &["单位", "姓名", "正文"]).unwrap_err().to_string()
}

#[test]
fn a_field_split_over_runs_is_found_and_filled_and_the_rest_stays() {
    let header = format!("<w:hdr>{}</w:hdr>", p(&["页眉", "{{单", "位}}"]));
    let picture: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let document = [p(&["单位：{", "{单", "位 }", "}，{{姓名}}好"]), p(&["不动 &amp; {}"])].concat();
    let bytes = word(&document, &[("word/header1.xml", header.as_bytes()), ("word/media/image1.png", &picture)]);
    let found = checked(&bytes, &["单位", "姓名", "正文"]).unwrap();
    assert_eq!(found.names, ["单位", "姓名"]);
    let fields: Fields = vec![("单位", "东湖街道<b>&\"".into()), ("姓名", "段敏".into())];
    let out = filled(&bytes, &fields).unwrap();
    let text = part(&out, "word/document.xml");
    assert!(text.contains("<w:t>单位：东湖街道&lt;b&gt;&amp;&quot;</w:t>"), "{text}");
    assert!(text.contains("<w:t>，段敏好</w:t>") && text.contains("不动 &amp; {}"), "{text}");
    assert!(part(&out, "word/header1.xml").contains("<w:t>东湖街道&lt;b&gt;&amp;&quot;</w:t>"));
    let image = |bytes: &[u8]| {
        let mut got = Vec::new();
        let mut zip = ZipArchive::new(Cursor::new(bytes.to_vec())).unwrap();
        zip.by_name("word/media/image1.png").unwrap().read_to_end(&mut got).unwrap();
        got
    };
    assert_eq!(image(&out), picture);
    assert_eq!(part(&out, "[Content_Types].xml"), TYPES);
    // Without values nothing at all changes.
    assert_eq!(part(&filled(&bytes, &Vec::new()).unwrap(), "word/document.xml"), part(&bytes, "word/document.xml"));
}

#[test]
fn a_report_becomes_paragraphs_and_inside_a_sentence_lines() {
    let document = [p(&["{{正", "文}}"]), p(&["意见：{{正文}}"])].concat();
    let out = filled(&word(&document, &[]), &vec![("正文", "一、甲\n二、乙".into())]).unwrap();
    let text = part(&out, "word/document.xml");
    assert_eq!(text.matches("<w:p ").count() + text.matches("<w:p>").count(), 3, "{text}");
    assert_eq!(text.matches("w14:paraId").count(), 2, "{text}");
    assert!(text.contains("意见：一、甲</w:t><w:br/><w:t>二、乙</w:t>"), "{text}");
    let mut reader = quick_xml::Reader::from_str(&text);
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
}

#[test]
fn full_width_braces_are_fields_too() {
    let bytes = word(&p(&["｛｛单位｝｝"]), &[]);
    assert_eq!(checked(&bytes, &["单位"]).unwrap().names, ["单位"]);
    assert!(part(&filled(&bytes, &vec![("单位", "甲".into())]).unwrap(), "word/document.xml").contains(">甲<"));
}

#[test]
fn a_paragraph_in_a_text_box_is_its_own() {
    let inner = p(&["{{姓名}}"]);
    let document = format!(
        "<w:p><w:r><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></w:r><w:r><w:t>{{{{单位}}}}</w:t></w:r></w:p>"
    );
    let out = filled(&word(&document, &[]), &vec![("单位", "甲\n乙".into()), ("姓名", "丙".into())]).unwrap();
    let text = part(&out, "word/document.xml");
    assert!(text.contains("<w:t>丙</w:t>") && text.contains("<w:t>甲</w:t><w:br/><w:t>乙</w:t>"), "{text}");
}

#[test]
fn unknown_and_broken_fields_are_named() {
    let words = refused(&word(&p(&["{{单位}}{{手机号}}"]), &[]));
    assert!(words.contains("没有这个字段：{{手机号}}，可用字段：{{单位}}、{{姓名}}、{{正文}}"), "{words}");
    assert!(refused(&word(&p(&["{{单位"]), &[])).contains("{{单位”后面缺少 }}"));
    assert!(refused(&word(&p(&["没有字段"]), &[])).contains("没有找到字段"));
}

#[test]
fn macros_bombs_and_other_files_are_refused() {
    let good = p(&["{{单位}}"]);
    assert!(refused(&word(&good, &[("word/vbaProject.bin", b"x")])).contains("宏"));
    let enabled = TYPES.replace("wordprocessingml.document", "ms-word.document.macroEnabled wordprocessingml");
    let body = format!("<w:document><w:body>{good}</w:body></w:document>");
    let parts: [(&str, &[u8]); 2] =
        [("[Content_Types].xml", enabled.as_bytes()), ("word/document.xml", body.as_bytes())];
    assert!(refused(&package(&parts)).contains("宏"));
    let zeros = vec![b' '; 80 << 20];
    assert!(refused(&word(&good, &[("word/media/a.bin", &zeros)])).contains("异常大"));
    let entities = b"<!DOCTYPE x [<!ENTITY a \"aa\">]><x/>";
    assert!(refused(&word(&good, &[("word/header1.xml", entities)])).contains("外部定义"));
    let rels = b"<Relationships><Relationship Type=\"x/attachedTemplate\" Target=\"http://evil.example/a.dotm\" TargetMode=\"External\"/></Relationships>";
    assert!(refused(&word(&good, &[("word/_rels/settings.xml.rels", rels)])).contains("网上的模板"));
    assert!(refused(b"").contains("还没有选文件"));
    assert!(refused(b"%PDF-1.7").contains("不是 Word"));
    assert!(refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").contains(".docx"));
    assert!(refused(&vec![b'x'; TEMPLATE_MAX + 1]).contains("5 MB"));
    assert!(refused(&word(&good, &[])[..200]).contains("损坏") || !refused(&word(&good, &[])[..200]).is_empty());
}

#[test]
fn our_own_paper_is_a_template_like_any_other() {
    let mut doc = domain::documents::Doc::new("{{单位}}的封面");
    doc.paragraph("{{正文}}");
    doc.watermark = "内部资料".into();
    let bytes = super::super::docx(&doc).unwrap();
    assert_eq!(checked(&bytes, &["单位", "正文"]).unwrap().names, ["单位", "正文"]);
}

#[test]
fn links_and_embedded_files_are_refused_however_written() {
    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let good = p(&["{{单位}}"]);
    let with = |line: &str| {
        let rels = format!("<Relationships>{line}</Relationships>");
        refused(&word(&good, &[("word/_rels/settings.xml.rels", rels.as_bytes())]))
    };
    for target in
        ["http://evil.example/t.dotm", "\\\\evil\\s\\t.dotm", "file://evil/t.dotm", "&#104;ttp://evil.example/t"]
    {
        for quote in ["'", "\""] {
            let line = format!(
                "<Relationship\nType={quote}{KIND}/attachedTemplate{quote} Target = {quote}{target}{quote} TargetMode={quote}External{quote}/>"
            );
            assert!(with(&line).contains("网上的模板"), "{line}");
        }
    }
    let image = format!("<Relationship Type='{KIND}/image' Target='http://evil.example/a.png' TargetMode='External'/>");
    assert!(with(&image).contains("图片"));
    let ole = format!("<Relationship Type='{KIND}/oleObject' Target='http://evil.example/a' TargetMode='External'/>");
    assert!(with(&ole).contains("嵌入了"));
    assert!(refused(&word(&good, &[("word/embeddings/oleObject1.bin", b"x")])).contains("嵌入了"));
}

#[test]
fn hostile_text_takes_no_longer_than_ordinary_text() {
    let begun = std::time::Instant::now();
    let open = format!("{{{{单位}}}}{}", "{{a".repeat(100_000));
    assert!(refused(&word(&p(&[&open]), &[])).contains("字段没有写完整"));
    let wide = format!("{{{{单位}}}}{}", "｛｛a".repeat(100_000));
    assert!(refused(&word(&p(&[&wide]), &[])).contains("字段没有写完整"));
    let nested = |n: usize| format!("{}{}{}", "<w:p>".repeat(n), p(&["{{单位}}"]), "</w:p>".repeat(n));
    assert!(refused(&word(&nested(40_000), &[])).contains("损坏"));
    assert!(checked(&word(&nested(4), &[]), &["单位"]).is_ok());
    let deep = format!("{}{}{}", "<w:sdt>".repeat(40_000), p(&["{{单位}}"]), "</w:sdt>".repeat(40_000));
    assert!(refused(&word(&deep, &[])).contains("损坏"));
    let names = (0..50_000).map(|n| format!("{{{{x{n}}}}}")).collect::<Vec<_>>().concat();
    let words = refused(&word(&p(&[&names]), &[]));
    assert!(words.contains("{{x0}}") && words.len() < 1_000, "{words}");
    // Many runs with many fields are filled in one go.
    let runs = vec!["{{单位}}"; 20_000];
    let many = word(&p(&runs), &[]);
    let out = filled(&many, &vec![("单位", "甲".into())]).unwrap();
    assert_eq!(part(&out, "word/document.xml").matches(">甲<").count(), 20_000);
    // Quadratic ways took minutes of each.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn fields_that_act_are_refused_and_page_numbers_are_not() {
    let code = |code: &str| format!("{}<w:p><w:fldSimple w:instr=\"{code}\"/></w:p>", p(&["{{单位}}"]));
    for bad in
        [" DDEAUTO cmd x", "INCLUDEPICTURE &quot;http://evil.example/p.png&quot;", "MACROBUTTON Run x", "LINK a b"]
    {
        let said = refused(&word(&code(bad), &[]));
        assert!(said.contains("会引用外部内容或执行程序的域") && said.contains("Ctrl+Shift+F9"), "{bad}: {said}");
    }
    for good in ["PAGE", " NUMPAGES \\* MERGEFORMAT ", "SECTIONPAGES", "DATE \\@ &quot;yyyy&quot;"] {
        assert!(checked(&word(&code(good), &[]), &["单位"]).is_ok(), "{good}");
    }
}

#[test]
fn what_must_not_enter_is_found_however_it_is_written() {
    let good = p(&["{{单位}}"]);
    for words in [
        "11010519491231002X",
        "&#49;1010519491231002&#x58;",
        "<![CDATA[11010519491231002X]]>",
        "机密★10年",
        "机密&#x2605;10年",
    ] {
        let split = format!("{good}<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
        assert!(refused(&word(&split, &[])).contains("不能存入本系统"), "{words}");
        let foot = format!("<w:ftr>{}</w:ftr>", p(&[words]));
        assert!(refused(&word(&good, &[("word/footer1.xml", foot.as_bytes())])).contains("不能存入本系统"), "{words}");
    }
    let runs = p(&["&#49;10105194", "91231002X"]);
    assert!(refused(&word(&format!("{good}{runs}"), &[])).contains("不能存入本系统"));
    assert!(refused(&word(&format!("{good}{}", p(&["&unknown;"])), &[])).contains("损坏"));
    assert!(checked(&word(&format!("{good}{}", p(&["机密室、A&amp;B &lt;附&gt; &#8212;"])), &[]), &["单位"]).is_ok());
}

#[test]
fn what_must_not_enter_is_found_in_every_part() {
    const ID: &str = "11010519491231002X";
    let good = p(&["{{单位}}"]);
    let with = |name: &str, part: &str| refused(&word(&good, &[(name, part.as_bytes())]));
    for (name, part) in [
        ("word/comments.xml", format!("<w:comments><w:comment>{}</w:comment></w:comments>", p(&[ID]))),
        ("docProps/core.xml", format!("<cp:coreProperties><dc:title>{ID}</dc:title></cp:coreProperties>")),
        ("word/charts/chart1.xml", format!("<c:chartSpace><c:v>1</c:v><c:v>{ID}</c:v><c:v>2</c:v></c:chartSpace>")),
        ("word/footnotes.xml", format!("<w:footnotes>{}</w:footnotes>", p(&[&ID[..9], &ID[9..]]))),
        ("customXml/item1.xml", format!("<x><!-- {ID} --></x>")),
        (
            "word/_rels/document.xml.rels",
            format!(
                "<Relationships><Relationship Id=\"r9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink\" Target=\"https://www.example.org/{ID}\" TargetMode=\"External\"/></Relationships>"
            ),
        ),
    ] {
        let said = with(name, &part);
        assert!(said.contains("身份证号") && said.contains("批注"), "{name}: {said}");
    }
    let text = |more: &str| word(&format!("{good}{more}"), &[]);
    let picture = format!("<w:p><w:r><w:drawing><wp:docPr id=\"1\" descr=\"{ID}\"/></w:drawing></w:r></w:p>");
    assert!(refused(&text(&picture)).contains("身份证号"));
    let hidden = ID.chars().map(|c| format!("&#{};", u32::from(c))).collect::<Vec<_>>().concat();
    assert!(refused(&text(&picture.replace(ID, &hidden))).contains("身份证号"));
    let cells =
        ID.chars().map(|c| format!("<w:tc>{}</w:tc>", p(&[c.to_string().as_str()]))).collect::<Vec<_>>().concat();
    assert!(refused(&text(&format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))).contains("身份证号"));
    assert!(refused(&text(&[p(&[&ID[..10]]), p(&[&ID[10..]])].concat())).contains("身份证号"));
}

#[test]
fn measures_and_dates_of_an_ordinary_form_are_no_numbers() {
    let sizes = "<w:p><w:pPr><w:ind w:left=\"110105\" w:right=\"19491231\" w:hanging=\"0021\"/></w:pPr></w:p>";
    let core = "<cp:coreProperties><dc:title>通知</dc:title><dcterms:created>2026-11-23T07:00:00Z</dcterms:created></cp:coreProperties>";
    let form = word(
        &format!("{}{sizes}{}", p(&["{{单位}}"]), p(&["2026年11月23日", "〔2026〕8号"])),
        &[("docProps/core.xml", core.as_bytes())],
    );
    assert!(checked(&form, &["单位"]).is_ok());
}
