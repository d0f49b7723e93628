//! The four renderers say the same, and none of them lets a text become markup.

use std::io::Read as _;

use domain::{
    documents::{Align, Block, Cell, Doc, Orientation, Signature, table},
    papers,
};

use super::{docx, html, sheet, xlsx};

mod book;

/// Every kind of block, with a text that is dangerous in HTML, XML and cells.
fn sample() -> Doc {
    let mut doc = Doc::new("计票报告单");
    doc.subtitle = "滨海示范区 2026年度".into();
    doc.number = "评〔2026〕3号".into();
    doc.footer = "规则第3版".into();
    doc.watermark = "内部资料　王晓岚　2026年12月9日".into();
    let mut groups = table(
        &[(3, Align::Start, "组别"), (1, Align::End, "有效"), (1, Align::End, "均值")],
        [vec!["甲组", "5", "92.00"], vec!["乙组<b>&\"", "7", "=1+1"]],
    );
    groups.rows.push(vec![Cell::strong("合计").spanning(2, 1), Cell::text("90.67")]);
    groups.rows.push(vec![Cell::text("备注").spanning(1, 2), Cell::text("一").spanning(2, 1)]);
    groups.rows.push(vec![Cell::text("二").spanning(2, 1)]);
    doc.title(1, 1, "参会情况")
        .title(2, 1, "分组")
        .title(3, 1, "说明")
        .paragraph("第一行\n第二行 </script><script>alert(1)</script>")
        .push(Block::Centered { text: "居中".into() })
        .push(Block::List { items: vec!["甲".into(), "乙".into()] })
        .push(Block::Table(groups))
        .pairs([("应到", "24 人".into()), ("实到", "23 人".into()), ("收回", "22 张".into())])
        .push(Block::Code { label: "封存校验码".into(), text: "A1B2-C3D4-E5F6-0718".into() })
        .push(Block::Drawing { path: "M 1 1 L 2 2".into(), label: "手写签名".into() })
        .push(Block::Lines { count: 2 })
        .push(Block::Cut)
        .push(Block::PageBreak)
        .push(Block::Signatures {
            places: vec![Signature {
                role: "监票人".into(), name: "王晓岚".into(), day: "2026年12月9日".into()
            }],
        })
        .signatures(&["监票人", "主持人", "计票人"])
        .note("一份存档。");
    doc
}

/// The words between tags, entities resolved, parts and lines run together.
fn words(markup: &str) -> String {
    let mut out = String::new();
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        rest = after.split_once('>').map_or("", |(_, r)| r);
    }
    out.push_str(rest);
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        out = out.replace(entity, c);
    }
    out.replace('\n', "")
}

fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|n| {
            let mut part = zip.by_index(n).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[test]
fn four_renderers_hold_the_same_words() {
    let book = book::full();
    let reports = papers::ReportKind::ALL
        .map(|kind| papers::report_doc(&book, kind, &papers::drafted(&book, &papers::FiveLists::default(), kind)));
    let mut docs = vec![
        sample(),
        Doc { orientation: Orientation::Landscape, ..sample() },
        papers::book_doc(&book, papers::Range::default()),
        papers::book_doc(&book, papers::Range { pages: Some((1, 1)), ..papers::Range::default() }),
        papers::cover_doc(&book),
        papers::remarks_doc(&book),
    ];
    docs.extend(reports);
    for doc in docs {
        let of = |bytes: Vec<u8>| {
            let all: Vec<String> = parts(&bytes)
                .into_iter()
                // The words of a drawn watermark stand in an attribute.
                .map(|(name, text)| if name.starts_with("word/header") { text } else { words(&text) })
                .collect();
            all.join(" ")
        };
        let drawn = [
            ("page", words(&html(&doc))),
            ("print", words(&sheet(&doc))),
            ("docx", of(docx(&doc).unwrap())),
            ("xlsx", of(xlsx(&doc).unwrap())),
        ];
        for line in doc.plain_text().lines() {
            for (name, text) in &drawn {
                assert!(text.contains(line), "{name} lacks {line}: {text}");
            }
        }
    }
}

#[test]
fn no_text_becomes_markup() {
    let mut doc = sample();
    doc.watermark.push_str("</w:hdr><script>\"'&");
    for page in [html(&doc), sheet(&doc)] {
        assert!(!page.contains("<script") && page.contains("&lt;script"), "{page}");
    }
    for (name, text) in parts(&docx(&doc).unwrap()) {
        let mut reader = quick_xml::Reader::from_str(&text);
        while reader.read_event().unwrap_or_else(|e| panic!("{name}: {e}")) != quick_xml::events::Event::Eof {}
    }
    let sheet: String = parts(&xlsx(&doc).unwrap()).into_iter().map(|(_, t)| t).collect();
    assert!(!sheet.contains("<f>"), "a text became a formula");
}

#[test]
fn a_docx_has_the_measures_of_the_standard() {
    let parts = parts(&docx(&sample()).unwrap());
    let part = |name: &str| &parts.iter().find(|(n, _)| n == name).unwrap().1;
    let document = part("word/document.xml");
    assert!(
        document.contains("w:type=\"linesAndChars\" w:linePitch=\"579\" w:charSpace=\"-849\"")
            && document.contains("<w:tblHeader/>")
    );
    assert_eq!(document.matches("<w:tc>").count(), document.matches("</w:tc>").count());
    assert!(part("word/settings.xml").contains("evenAndOddHeaders"));
    assert!(part("word/footer1.xml").contains("w:jc w:val=\"right\""));
    assert!(part("word/footer2.xml").contains("w:jc w:val=\"left\""));
    assert!(part("word/fontTable.xml").contains("仿宋_GB2312"));
}

#[test]
fn five_hundred_records_are_drawn_quickly() {
    let mut doc = Doc::new("履责纪实记录本");
    for n in 1..=500_u32 {
        doc.title(3, n, "蹲点调研")
            .paragraph("到村里现场走访，听取意见，研究解决办法。".repeat(8))
            .pairs([("日期", "2026年11月2日".to_owned()), ("对应条目", "8.2".to_owned())]);
    }
    let began = std::time::Instant::now();
    assert!(html(&doc).len() > 100_000 && sheet(&doc).len() > 100_000);
    assert!(docx(&doc).unwrap().len() > 10_000 && xlsx(&doc).unwrap().len() > 10_000);
    // Four renderings, unoptimised, beside other tests: far below what a stuck one would take.
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}
