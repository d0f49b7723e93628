//! Names that a district's own Word file may hold as {{字段}}, and their values. The names are
//! fixed, so that a file can be checked when it is handed in.

use super::{
    ReportKind, Section,
    book::{heads, list_words, present},
    report::{HEADS_OWN, report_text, title},
};
use crate::{
    records::YearBook,
    time::{Day, zh},
};

/// Names and values.
pub type Fields = Vec<(&'static str, String)>;

/// A paper for which the district may hand in a Word file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 记录本封面.
    Cover,
    /// 年度报告.
    Annual,
    /// 述责述廉报告.
    Conduct,
    /// 检查反馈意见.
    Remarks,
    /// 评议反馈单.
    Feedback,
    /// 计票报告单.
    Count,
    /// 问责预警提示单.
    Notice,
    /// 廉政谈话记录表.
    TalkRecord,
    /// 廉洁从政承诺书.
    TalkCommitment,
    /// The three lists of a talk.
    TalkLists,
    /// 整改方案.
    TalkPlan,
    /// 落实情况报告.
    TalkReport,
    /// 跟踪评估报告.
    TalkTracking,
    /// 监督检查方案.
    TalkChecks,
    /// 工作建议.
    Suggestion,
    /// 纪检监察建议书.
    Recommendation,
    /// 通报.
    Circular,
    /// 容错认定书.
    Tolerance,
}

impl Paper {
    /// Every paper.
    pub const ALL: [Self; 18] = [
        Self::Cover,
        Self::Annual,
        Self::Conduct,
        Self::Remarks,
        Self::Feedback,
        Self::Count,
        Self::Notice,
        Self::TalkRecord,
        Self::TalkCommitment,
        Self::TalkLists,
        Self::TalkPlan,
        Self::TalkReport,
        Self::TalkTracking,
        Self::TalkChecks,
        Self::Suggestion,
        Self::Recommendation,
        Self::Circular,
        Self::Tolerance,
    ];

    /// Is it drawn from the record book of a post and year? The others are read from the document itself.
    pub fn is_of_book(self) -> bool {
        matches!(self, Self::Cover | Self::Annual | Self::Conduct | Self::Remarks)
    }

    /// Stable key, also the word in its address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Annual => "annual",
            Self::Conduct => "conduct",
            Self::Remarks => "remarks",
            Self::Feedback => "feedback",
            Self::Count => "count",
            Self::Notice => "notice",
            Self::TalkRecord => "talk-record",
            Self::TalkCommitment => "talk-commitment",
            Self::TalkLists => "talk-lists",
            Self::TalkPlan => "talk-plan",
            Self::TalkReport => "talk-report",
            Self::TalkTracking => "talk-tracking",
            Self::TalkChecks => "talk-checks",
            Self::Suggestion => "suggestion",
            Self::Recommendation => "recommendation",
            Self::Circular => "circular",
            Self::Tolerance => "tolerance",
        }
    }

    /// The paper of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| paper.key() == key)
    }

    /// Name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cover => "履责记录本封面",
            Self::Annual => "年度报告",
            Self::Conduct => "述责述廉报告",
            Self::Remarks => "履责检查反馈意见",
            Self::Feedback => "述责述廉评议反馈单",
            Self::Count => "计票报告单",
            Self::Notice => "问责预警提示单",
            Self::TalkRecord => "廉政谈话记录表",
            Self::TalkCommitment => "廉洁从政承诺书",
            Self::TalkLists => "“三交底”清单",
            Self::TalkPlan => "整改方案",
            Self::TalkReport => "落实情况报告",
            Self::TalkTracking => "跟踪评估报告",
            Self::TalkChecks => "监督检查方案",
            Self::Suggestion => "工作建议",
            Self::Recommendation => "纪检监察建议书",
            Self::Circular => "通报",
            Self::Tolerance => "容错认定书",
        }
    }

    /// The report that it is, if it is one.
    pub fn report(self) -> Option<ReportKind> {
        match self {
            Self::Annual => Some(ReportKind::Annual),
            Self::Conduct => Some(ReportKind::Conduct),
            _ => None,
        }
    }

    /// Names of its fields, in the order they are told.
    pub fn names(self) -> Vec<&'static str> {
        let more: &[&'static str] = match self {
            Self::Cover => &["任职情况", "履责清单", "年度结转"],
            Self::Annual => &["标题", "总体情况", "主要工作", "存在的问题", "整改情况", "下一步打算", "正文"],
            Self::Conduct => &["标题", "履行责任情况", "廉洁自律情况", "存在的问题", "整改情况", "下一步打算", "正文"],
            Self::Remarks => &["检查反馈意见", "检查日期", "检查人员", "本人意见"],
            Self::Feedback => return super::meeting::FEEDBACK.to_vec(),
            Self::Count => return super::meeting::COUNT.to_vec(),
            other => return super::official::fields(other),
        };
        [&["区", "单位", "职务", "姓名", "年度", "日期"][..], more].concat()
    }
}

/// Values of the fields of a paper; `sections` only of a report. Every name has a value.
pub fn report_fields(book: &YearBook, paper: Paper, sections: &[Section], today: Day) -> Fields {
    let all = |pick: &dyn Fn(&crate::records::BookRemark) -> String| {
        let mut lines: Vec<String> = book.remarks.iter().map(pick).filter(|line| !line.trim().is_empty()).collect();
        lines.dedup();
        lines.join("\n")
    };
    let of = |key: &str| sections.iter().find(|s| s.key == key).map(|s| s.text.clone()).unwrap_or_default();
    // The sections below a heading, with their titles.
    let below = |key: &str| {
        let after = sections.iter().skip_while(|s| s.key != key).skip(1);
        let part: Vec<Section> = after.take_while(|s| s.level == 2).cloned().collect();
        report_text(&part)
    };
    let value = |name: &str| match name {
        "区" => book.district.clone(),
        "单位" => book.unit.clone(),
        "职务" => book.title.clone(),
        "姓名" => present(book),
        "年度" => book.year.to_string(),
        "日期" => zh(today),
        "任职情况" => heads(book),
        "履责清单" => list_words(book),
        "年度结转" => book.closed_words().unwrap_or_default(),
        "标题" => paper.report().map(|kind| title(book, kind)).unwrap_or_default(),
        "总体情况" => of("overview"),
        "主要工作" => below("work"),
        "履行责任情况" => below("duty"),
        "廉洁自律情况" => of("clean"),
        "存在的问题" => of(HEADS_OWN),
        "整改情况" => of("mending"),
        "下一步打算" => of("plans"),
        "正文" => report_text(sections),
        "检查反馈意见" => all(&|r| {
            let about = if r.about.is_empty() { String::new() } else { format!("（{}）", r.about) };
            format!("{about}{}", r.text)
        }),
        "检查日期" => all(&|r| zh(r.on)),
        "检查人员" => all(&|r| r.by.clone()),
        "本人意见" => all(&|r| r.answer.clone()),
        _ => String::new(),
    };
    paper.names().into_iter().map(|name| (name, value(name))).collect()
}

/// Values to show what a file will look like: every field says its own name.
pub fn sample_fields(paper: Paper) -> Fields {
    let said = |name: &'static str| match name {
        "正文" | "主要工作" | "履行责任情况" => {
            (name, format!("一、{name}第一段（示例）\n{name}第二段（示例）"))
        }
        _ => (name, format!("{name}（示例）")),
    };
    paper.names().into_iter().map(said).collect()
}
