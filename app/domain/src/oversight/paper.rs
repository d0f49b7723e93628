//! 履责检查反馈意见, and the copy of a book for a statutory 调取, as documents.

use crate::documents::{Align, Block, Doc, Signature, table};

/// A remark on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRemark {
    /// 「第 12 页」, 「6.3 …」, 「整本」.
    pub about: String,
    /// 印证充分, 与实际不符, 需补充.
    pub kind: String,
    /// Words.
    pub text: String,
    /// What the head asked to be checked and what was answered; may be empty.
    pub answer: String,
    /// Number and deadline of the item of the closed loop; may be empty.
    pub item: String,
}

/// Everything on the paper of one reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedbackPaper {
    /// Unit.
    pub unit: String,
    /// Head and title of the post.
    pub head: String,
    /// Year of the book.
    pub year: i32,
    /// 半年梳理 …
    pub purpose: String,
    /// Days in words.
    pub days: String,
    /// Supervising body.
    pub body: String,
    /// Names of the readers.
    pub readers: String,
    /// How the sample came about.
    pub sampling: String,
    /// Printed number and text of each sampled item.
    pub sample: Vec<(String, String)>,
    /// Remarks that count, in order.
    pub remarks: Vec<PaperRemark>,
    /// Conclusion.
    pub conclusion: String,
    /// Name and day of the reader's and the head's signature, with 「纸质」 where on paper; empty: a line.
    pub signed: [(String, String); 2],
}

/// The paper. Holds what was found and what was answered; no score, no count of entries.
pub fn feedback_paper(paper: &FeedbackPaper) -> Doc {
    let mut doc = Doc::new(format!("{}党组织主要负责人履责检查反馈意见", paper.unit));
    doc.subtitle = format!("{}年度 · {}", paper.year, paper.purpose);
    doc.pairs([
        ("检查对象", paper.head.clone()),
        ("检查时间", paper.days.clone()),
        ("检查单位", paper.body.clone()),
        ("检查人员", paper.readers.clone()),
    ]);
    doc.title(1, 1, "抽查条目");
    doc.note(paper.sampling.clone());
    let columns = [(1, Align::Center, "编号"), (6, Align::Start, "条目")];
    doc.push(Block::Table(table(&columns, paper.sample.iter().map(|(code, text)| vec![code.clone(), text.clone()]))));
    doc.title(1, 2, "检查意见");
    if paper.remarks.is_empty() {
        doc.paragraph("本次检查没有提出意见。");
    } else {
        let columns = [
            (2, Align::Start, "检查内容"),
            (1, Align::Center, "意见"),
            (4, Align::Start, "说明"),
            (3, Align::Start, "核对情况"),
            (2, Align::Start, "整改"),
        ];
        let rows = paper
            .remarks
            .iter()
            .map(|r| vec![r.about.clone(), r.kind.clone(), r.text.clone(), r.answer.clone(), r.item.clone()]);
        doc.push(Block::Table(table(&columns, rows)));
    }
    doc.title(1, 3, "综合意见");
    doc.paragraph(paper.conclusion.clone());
    let places = ["检查人员", "党组织主要负责人"].into_iter().zip(&paper.signed);
    let places = places
        .map(|(role, (name, day))| Signature { role: role.to_owned(), name: name.clone(), day: day.clone() })
        .collect();
    doc.push(Block::Signatures { places });
    doc.footer = "本反馈意见一式两份，双方各执一份；不作为评分依据。".into();
    doc
}

/// A record in a statutory copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedEntry {
    /// 「第 12 页」.
    pub page: String,
    /// Kind and day.
    pub what: String,
    /// Text in force.
    pub text: String,
    /// 补记, 代录, printed numbers.
    pub marks: String,
}

/// The copy of a book for a 调取 under `number` (文号).
pub fn book_copy(unit: &str, head: &str, year: i32, number: &str, by: &str, entries: &[CopiedEntry]) -> Doc {
    let mut doc = Doc::new(format!("{unit}{year}年度履责记录本（依规调取件）"));
    doc.number = number.to_owned();
    doc.subtitle = head.to_owned();
    doc.note(by.to_owned());
    let columns = [
        (1, Align::Center, "页码"),
        (2, Align::Start, "类型、日期"),
        (6, Align::Start, "内容"),
        (2, Align::Start, "标记"),
    ];
    let rows = entries.iter().map(|e| vec![e.page.clone(), e.what.clone(), e.text.clone(), e.marks.clone()]);
    doc.push(Block::Table(table(&columns, rows)));
    doc.footer = "依规调取，专人保管，用后按规定归档或销毁。".into();
    doc
}
