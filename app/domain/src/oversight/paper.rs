//! 履责检查反馈意见, and the copy of a book for a statutory 调取, as documents.

use std::collections::BTreeMap;

use crate::{
    documents::{Align, Block, Doc, Signature, table},
    ids::RecordId,
    papers::push_entry,
    records::YearBook,
};

/// A remark on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRemark {
    /// 「第 12 页」, 「6.3 …」, 「整本」.
    pub about: String,
    /// 印证充分, 与实际不符, 需补充.
    pub kind: String,
    /// Who said it; both names where two did.
    pub by: String,
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
    /// Earlier readings of the same kind that were taken back; empty without one.
    pub earlier: String,
    /// Printed number and text of each sampled item.
    pub sample: Vec<(String, String)>,
    /// Pages that went offline since the reading was announced; 0: nothing is said.
    pub offline: usize,
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
    if !paper.earlier.is_empty() {
        doc.note(paper.earlier.clone());
    }
    let columns = [(1, Align::Center, "编号"), (6, Align::Start, "条目")];
    doc.push(Block::Table(table(&columns, paper.sample.iter().map(|(code, text)| vec![code.clone(), text.clone()]))));
    if paper.offline > 0 {
        doc.note(format!("其中 {} 页按规定转线下办理，不在本次翻阅范围。", paper.offline));
    }
    doc.title(1, 2, "检查意见");
    if paper.remarks.is_empty() {
        doc.paragraph("本次检查没有提出意见。");
    } else {
        let columns = [
            (2, Align::Start, "检查内容"),
            (1, Align::Center, "意见"),
            (4, Align::Start, "说明"),
            (1, Align::Center, "填写人"),
            (2, Align::Start, "核对情况"),
            (2, Align::Start, "整改"),
        ];
        let rows = paper
            .remarks
            .iter()
            .map(|r| [&r.about, &r.kind, &r.text, &r.by, &r.answer, &r.item].map(Clone::clone).to_vec());
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

/// Under what a book is taken: number, who had a hand in it and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taking {
    /// 文号.
    pub number: String,
    /// Who asked, who approved, who confirmed as the second handler, the day, in words.
    pub by: String,
}

/// The copy of a book for a 调取: every page with its text, fields, items, days, marks and corrections, and
/// the names of its 佐证材料 (`files`). The heads are those of the book's year.
pub fn book_copy(book: &YearBook, taking: &Taking, files: &BTreeMap<RecordId, Vec<String>>) -> Doc {
    let mut doc = Doc::new(format!("{}{}年度履责记录本（依规调取件）", book.unit, book.year));
    doc.number.clone_from(&taking.number);
    let heads: Vec<&str> = book.heads.iter().map(|head| head.name.as_str()).collect();
    let heads = if heads.is_empty() { "空缺".to_owned() } else { heads.join("、") };
    doc.subtitle = format!("{}　{heads}", book.title);
    doc.note(taking.by.clone());
    if book.entries.is_empty() {
        doc.paragraph("（本年度没有记录。）");
    }
    for entry in &book.entries {
        push_entry(&mut doc, entry, book.sight);
        if let Some(names) = files.get(&entry.record).filter(|_| !entry.stub) {
            doc.push(Block::List { items: vec![format!("佐证材料：{}", names.join("、"))] });
        }
    }
    doc.footer = "依规调取，专人保管，用后按规定归档或销毁。".into();
    doc
}
