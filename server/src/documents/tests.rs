//! The four renderers say the same, and none of them lets a text become markup.

use std::io::Read as _;

use domain::{
    documents::{Align, Block, Cell, Doc, Orientation, Signature, table},
    oversight::{FeedbackPaper, PaperRemark, Taking, book_copy, feedback_paper},
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

/// The papers there are: those of a book, of a reading, of a copy, and every kind of block.
fn papers_of_all_kinds() -> Vec<Doc> {
    let book = book::full();
    let remark = PaperRemark {
        about: "第 1 页".into(),
        kind: "需补充".into(),
        by: "吴若水".into(),
        text: "会议记录没有附上。".into(),
        answer: "已补充".into(),
        item: "整改事项〔2026〕3号".into(),
    };
    let reading = FeedbackPaper {
        unit: "西桥街道".into(),
        head: "孔一帆（党工委书记）".into(),
        year: 2026,
        purpose: "半年梳理".into(),
        days: "7月6日至7月10日".into(),
        body: "第一纪检监察室".into(),
        readers: "吴若水".into(),
        sampling: "系统抽取10%".into(),
        earlier: String::new(),
        sample: vec![("6.3".into(), "到一线蹲点".into())],
        offline: 1,
        remarks: vec![remark],
        conclusion: "能够按清单落实各项责任。".into(),
        signed: [("吴若水".into(), "2026年7月10日".into()), (String::new(), String::new())],
    };
    let taking = Taking { number: "调〔2026〕1号".into(), by: "吴若水申请，沈嘉怡批准。".into() };
    let files = book.entries.iter().map(|entry| (entry.record, vec!["签到表.pdf".to_owned(), "现场.jpg".to_owned()]));
    let mut docs = vec![
        sample(),
        Doc { orientation: Orientation::Landscape, ..sample() },
        papers::book_doc(&book, papers::Range::default()),
        papers::book_doc(&book, papers::Range { pages: Some((1, 1)), ..papers::Range::default() }),
        papers::cover_doc(&book),
        papers::remarks_doc(&book),
        feedback_paper(&reading),
        feedback_paper(&FeedbackPaper { remarks: Vec::new(), ..reading }),
        book_copy(&book, &taking, &files.collect()),
    ];
    docs.extend(
        papers::ReportKind::ALL
            .map(|kind| papers::report_doc(&book, kind, &papers::drafted(&book, &papers::FiveLists::default(), kind))),
    );
    docs
}

/// Markup without its style sheet, its title and its script, which are not read as text.
fn body(markup: &str) -> String {
    let mut out = markup.to_owned();
    for tag in ["style", "title", "script"] {
        while let (Some(from), Some(to)) = (out.find(&format!("<{tag}")), out.find(&format!("</{tag}>"))) {
            out.replace_range(from..to, "");
        }
    }
    // The drawing of the map says what the outline beside it says, in fewer words.
    while let Some(from) = out.find("<figure class=\"doc-map\">") {
        let to = out[from..].find("</figure>").map_or(out.len(), |at| from + at);
        out.replace_range(from..to, "");
    }
    out
}

/// Pieces of text between tags, without white space: a renderer may break a line where it likes.
fn pieces(markup: &str) -> Vec<String> {
    let close = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    let markup = body(markup);
    let all = markup.split('<').map(|part| words(part.split_once('>').map_or(part, |(_, text)| text)));
    all.map(|text| close(&text)).filter(|text| !text.is_empty()).collect()
}

/// What a form has of its own: the colon between two texts, room for a day, dashes beside the page's number, and in a
/// table the places of its strings and the code before a watermark.
fn is_of_the_form(plain: &str, name: &str, piece: &str) -> bool {
    let parts = piece.strip_prefix("&C").filter(|_| name == "xlsx").unwrap_or(piece);
    piece == "年月日"
        || parts.split('：').all(|part| plain.contains(part))
        || (name == "docx" && piece == "—")
        || (name == "xlsx" && piece.chars().all(|c| c.is_ascii_digit()))
}

/// What a paper reads in each of its forms; in .docx and .xlsx only what is a text there.
fn drawn(doc: &Doc) -> [(&'static str, Vec<String>); 4] {
    let of = |bytes: Vec<u8>, wanted: fn(&str) -> bool| -> Vec<String> {
        let parts = parts(&bytes).into_iter().filter(|(name, _)| wanted(name));
        // The words of a drawn watermark stand in an attribute; a code of a field is none.
        let text = |(_, xml): (String, String)| {
            let marks = xml.split("string=\"").skip(1).filter_map(|rest| rest.split('"').next());
            let marks: Vec<String> = marks.flat_map(pieces).collect();
            let xml = xml.replace("<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>", "");
            [pieces(&xml), marks].concat()
        };
        parts.flat_map(text).collect()
    };
    [
        ("page", pieces(&html(doc))),
        ("print", pieces(&sheet(doc))),
        (
            "docx",
            of(docx(doc).unwrap(), |name| {
                ["word/document", "word/header", "word/footer"].iter().any(|part| name.starts_with(part))
            }),
        ),
        (
            "xlsx",
            of(xlsx(doc).unwrap(), |name| name.starts_with("xl/sharedStrings") || name.starts_with("xl/worksheets/")),
        ),
    ]
}

#[test]
fn four_renderers_hold_the_same_words() {
    let close = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
    for doc in papers_of_all_kinds() {
        let plain = close(&doc.plain_text());
        for (name, pieces) in drawn(&doc) {
            let text = pieces.concat();
            for line in doc.plain_text().lines() {
                assert!(text.contains(&close(line)), "{name} of {} lacks {line}: {text}", doc.title);
            }
            for piece in &pieces {
                assert!(
                    plain.contains(piece) || is_of_the_form(&plain, name, piece),
                    "{name} of {} adds {piece}",
                    doc.title
                );
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
fn five_hundred_records_are_drawn_whole() {
    let mut doc = Doc::new("履责纪实记录本");
    for n in 1..=500_u32 {
        doc.title(3, n, "蹲点调研")
            .paragraph(format!("第{n}次{}", "到村里现场走访，听取意见，研究解决办法。".repeat(8)))
            .pairs([("日期", "2026年11月2日".to_owned()), ("对应条目", "8.2".to_owned())]);
    }
    // How long it takes is measured by `benches/papers`.
    for (name, pieces) in drawn(&doc) {
        assert!(pieces.iter().filter(|piece| piece.ends_with("蹲点调研")).count() == 500, "{name}");
        assert!(pieces.iter().filter(|piece| piece.contains("次到村里现场走访")).count() == 500, "{name}");
    }
}
