//! What every numbered document of the commission has in common: its number, whom it goes to, whom it comes from, and
//! the words of a paper that is not out yet. Layouts of 工作建议, 纪检监察建议书 and 通报; those of “三交底” and
//! “一件事” stand with their features, their fields for a district's own form here.
//!
//! Refuses a number on what is not issued: such a paper says 「征求意见稿」 or 「草稿」 where the number will stand.

use super::{
    Paper,
    number::{self, DocumentNumber},
};
use crate::{
    documents::{Block, Doc, Signature},
    time::{Day, zh},
};

/// What stands where the number will be.
pub const DRAFT_MARK: &str = "草稿，未编文号";

/// A document with its head: title, number or [`DRAFT_MARK`], and 「受文单位：」 where `to` is not empty.
pub fn opened(title: impl Into<String>, number: Option<&DocumentNumber>, to: &str) -> Doc {
    let mut doc = Doc::new(title);
    doc.number = number.map_or_else(|| DRAFT_MARK.to_owned(), ToString::to_string);
    if !to.is_empty() {
        doc.push(Block::Paragraph { text: format!("{to}：") });
    }
    doc
}

/// The end of a document: whom it comes from, with the place of the seal, and the day in Arabic digits (GB/T 9704).
pub fn sealed(doc: &mut Doc, from: &str, on: Option<Day>) {
    let day = on.map(zh).unwrap_or_default();
    let role = format!("{from}（印章）");
    doc.push(Block::Signatures { places: vec![Signature { role, name: String::new(), day }] });
}

/// 工作建议, 纪检监察建议书 or 通报.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Name of the paper: 工作建议.
    pub kind: String,
    /// What it is about.
    pub about: String,
    /// Its number, once it is issued.
    pub number: Option<DocumentNumber>,
    /// Names of the units or party organisations it goes to.
    pub to: Vec<String>,
    /// What was found. Never where it was found: units read 「监督中发现」.
    pub facts: String,
    /// What is asked for, point by point.
    pub demands: Vec<String>,
    /// Last day of the reply; none where none is asked for.
    pub reply_by: Option<Day>,
    /// Whom it comes from.
    pub from: String,
    /// Day of issue.
    pub on: Option<Day>,
}

impl Letter {
    /// The document.
    pub fn doc(&self) -> Doc {
        let title = match self.about.as_str() {
            "" => self.kind.clone(),
            about => format!("关于{about}的{}", self.kind),
        };
        let mut doc = opened(title, self.number.as_ref(), &self.to.join("、"));
        let mut n = 0;
        let mut head = |doc: &mut Doc, words: &str| {
            n += 1;
            doc.title(1, n, words);
        };
        if !self.facts.trim().is_empty() {
            head(&mut doc, "基本情况");
            paragraphs(&mut doc, &self.facts);
        }
        if !self.demands.is_empty() {
            head(&mut doc, if self.reply_by.is_some() { "意见建议" } else { "有关要求" });
            for (n, demand) in (1..).zip(&self.demands) {
                doc.paragraph(Doc::numbered(3, n, demand));
            }
        }
        if let Some(day) = self.reply_by {
            head(&mut doc, "回复要求");
            doc.paragraph(format!("请研究落实，并于{}前将落实情况书面回复。", zh(day)));
        }
        sealed(&mut doc, &self.from, self.on);
        doc
    }
}

/// Names of the fields of a paper of 问责 in a district's own form, in the order they are told.
pub(super) fn fields(paper: Paper) -> Vec<&'static str> {
    let more: &[&str] = match paper {
        Paper::Notice => {
            &["受文单位", "事项", "牵头部门", "监督牵头单位", "办理期限", "问题清单", "责任清单", "问责清单"]
        }
        Paper::TalkRecord => &[
            "谈话对象",
            "单位及职务",
            "任职方式",
            "到任日期",
            "主谈人",
            "谈话时间",
            "谈话地点",
            "记录人",
            "交底清单",
            "谈话要点",
            "谈话对象表态",
        ],
        Paper::TalkLists => &["谈话对象", "交底日期"],
        Paper::TalkPlan => &["单位", "党组织主要负责人", "党组会研究", "报送日期"],
        Paper::TalkReport | Paper::TalkTracking => &["清单对账", "问题逐项整改情况"],
        Paper::Suggestion | Paper::Recommendation => &["受文单位", "基本情况", "意见建议", "回复要求"],
        Paper::Circular => &["受文单位", "基本情况", "有关要求"],
        Paper::Tolerance => &["单位", "对象", "事项", "事情经过", "原因和补救", "核实情况", "认定意见"],
        _ => &[],
    };
    [&["区", "日期", "标题", "副标题", "文号"][..], more, &["签字", "说明", "正文"][..]].concat()
}

/// Is the document out, so that it may stand in a district's own form? One that is not carries its state where the
/// number will be, for which such a form may have no place.
pub fn is_out(doc: &Doc) -> bool {
    doc.number.is_empty() || number::parse(&doc.number).is_some()
}

/// A text as it was typed, a paragraph a line.
pub fn paragraphs(doc: &mut Doc, text: &str) {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        doc.paragraph(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{papers::number::Series, time::first_of};

    fn letter() -> Letter {
        Letter {
            kind: "工作建议".into(),
            about: "规范专业市场日常管理".into(),
            number: None,
            to: vec!["东湖街道党工委".into()],
            facts: "监督中发现，市场消防通道被占用。\n\n巡查记录不全。".into(),
            demands: vec!["清理消防通道。".into(), "补齐巡查记录。".into()],
            reply_by: Some(first_of(2026, 12)),
            from: "中共滨海示范区纪委".into(),
            on: None,
        }
    }

    #[test]
    fn a_letter_without_a_number_says_that_it_is_a_draft() {
        let doc = letter().doc();
        assert_eq!((doc.title.as_str(), doc.number.as_str()), ("关于规范专业市场日常管理的工作建议", DRAFT_MARK));
        let heads = doc.blocks.iter().filter_map(|b| match b {
            Block::Title { text, .. } => Some(text.as_str()),
            _ => None,
        });
        assert_eq!(heads.collect::<Vec<_>>(), ["一、基本情况", "二、意见建议", "三、回复要求"]);
        assert!(doc.blocks.contains(&Block::Paragraph { text: "东湖街道党工委：".into() }));
        assert!(doc.blocks.contains(&Block::Paragraph { text: "2．补齐巡查记录。".into() }));
    }

    #[test]
    fn an_issued_one_carries_its_number_and_day() {
        let number = DocumentNumber { series: Series::Circular, year: 2026, number: 3, prefix: "滨纪通".into() };
        let issued = Letter {
            kind: "通报".into(),
            reply_by: None,
            number: Some(number),
            on: Some(first_of(2026, 11)),
            ..letter()
        };
        let doc = issued.doc();
        assert_eq!(doc.number, "滨纪通〔2026〕3号");
        assert!(doc.blocks.iter().any(|b| matches!(b, Block::Title { text, .. } if text == "二、有关要求")));
        let last = doc.blocks.last();
        assert!(
            matches!(last, Some(Block::Signatures { places }) if places.iter().all(|p| p.day == "2026年11月1日")),
            "{last:?}"
        );
    }
}
