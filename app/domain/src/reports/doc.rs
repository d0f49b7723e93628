//! A report as a document, and the skeleton of a paper that is finished outside.

use super::{FactBlock, Judgement, Kind, Outside, Period};
use crate::{
    documents::{Align, Block as Piece, Doc, Signature, table},
    time::{Instant, zh},
};

/// Everything on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Kind.
    pub kind: Kind,
    /// `滨海示范区`, `街道（镇）`, a unit.
    pub cover: String,
    /// Period.
    pub period: Period,
    /// 「草稿」, 「待审核」; empty once it is filed.
    pub standing: String,
    /// When the facts were computed.
    pub as_of: Instant,
    /// Version of the rules of colours then.
    pub rule_version: u32,
    /// Facts, in printed order, as the reader may see them; empty while they are not complete.
    pub facts: Vec<FactBlock>,
    /// Judgements.
    pub texts: Vec<(Judgement, String)>,
    /// Who wrote it.
    pub writer: String,
    /// Who approved it and when; empty until then.
    pub approved: (String, String),
    /// Names of the readers, where it is filed.
    pub readers: String,
    /// Code of the content, where it is filed.
    pub hash: String,
}

/// The report: 基本情况 with the facts, then what people wrote, heading by heading.
pub fn report_doc(paper: &Paper) -> Doc {
    // The period stands in the title: a file is named by it.
    let mut doc = Doc::new(format!("{}{}{}", paper.cover, paper.period.label(), paper.kind.after_period()));
    doc.number.clone_from(&paper.standing);
    doc.title(1, 1, "基本情况");
    if paper.facts.is_empty() {
        doc.note("事实还没有取好，本稿没有数字。");
    } else {
        doc.note(format!(
            "以下事实由系统于{} {}取自所列来源，颜色按规则第{}版。单位按固定顺序排列，不排名。",
            zh(paper.as_of.day()),
            paper.as_of.clock(),
            paper.rule_version
        ));
    }
    for (n, block) in (1..).zip(&paper.facts) {
        push_facts(&mut doc, n, block);
    }
    for (n, part) in (2..).zip(paper.kind.judgements()) {
        doc.title(1, n, part.label(paper.kind));
        let words = paper.texts.iter().find(|(known, _)| known == part).map_or("", |(_, words)| words.as_str());
        if words.trim().is_empty() {
            doc.paragraph("（待填写）");
        }
        for line in words.lines().filter(|line| !line.trim().is_empty()) {
            doc.paragraph(line);
        }
    }
    let places = vec![
        Signature { role: "起草".to_owned(), name: paper.writer.clone(), day: String::new() },
        Signature { role: "审核".to_owned(), name: paper.approved.0.clone(), day: paper.approved.1.clone() },
    ];
    doc.push(Piece::Signatures { places });
    if !paper.hash.is_empty() {
        doc.push(Piece::Code { label: "内容校验码".to_owned(), text: short(&paper.hash) });
    }
    doc.footer = if paper.readers.is_empty() {
        "内部资料，未归档，不外传。".to_owned()
    } else {
        format!("内部资料，限阅：{}。", paper.readers)
    };
    doc
}

/// `A1B2-C3D4-E5F6-0718`: the first 64 bits, to be compared by eye.
fn short(hash: &str) -> String {
    let head: Vec<char> = hash.chars().take(16).map(|c| c.to_ascii_uppercase()).collect();
    head.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn push_facts(doc: &mut Doc, n: u32, block: &FactBlock) {
    doc.title(2, n, block.block.label());
    if !block.empty.is_empty() {
        doc.paragraph(block.empty.clone());
    }
    if !block.lines.is_empty() {
        let said: Vec<String> = block.lines.iter().map(|line| format!("{}{}", line.label, line.value)).collect();
        doc.paragraph(format!("{}。", said.join("，")));
    }
    if !block.rows.is_empty() {
        let last = block.columns.len().saturating_sub(1);
        // What stands last is the longest.
        let columns: Vec<(u32, Align, &str)> = (0..)
            .zip(&block.columns)
            .map(|(at, words)| (if at == last { 4 } else { 2 }, Align::Start, words.as_str()))
            .collect();
        doc.push(Piece::Table(table(&columns, block.rows.iter().map(|row| row.cells.clone()))));
    }
    let sources: Vec<String> =
        block.sources.iter().map(|source| format!("{} {} 项", source.name, source.count)).collect();
    let from = if sources.is_empty() { String::new() } else { format!("来源：{}。", sources.join("，")) };
    let note = format!("{}{from}", block.note);
    if !note.is_empty() {
        doc.note(note);
    }
}

/// The skeleton of 干部廉情状况分析 or 廉情报告: facts of the system, and empty headings for what is written outside.
pub fn skeleton_doc(
    paper: Outside,
    cover: &str,
    period: Period,
    (at, rule_version): (Instant, u32),
    facts: &[FactBlock],
) -> Doc {
    let mut doc = Doc::new(format!("{cover}{}{}（事实底稿）", period.label(), paper.label()));
    doc.pairs([("文号", String::new()), ("成文日期", String::new()), ("份数", String::new())]);
    doc.title(1, 1, "系统内的事实");
    doc.note(format!("由系统于{} {}取得，颜色按规则第{rule_version}版。", zh(at.day()), at.clock()));
    for (n, block) in (1..).zip(facts) {
        push_facts(&mut doc, n, block);
    }
    for (n, heading) in (2..).zip(paper.blanks()) {
        doc.title(1, n, heading);
        doc.push(Piece::Lines { count: 8 });
    }
    doc.footer = "其余内容在系统外完成；系统只登记文号、日期和份数，不保存本文。".to_owned();
    doc
}
