//! 年度报告 and 述责述廉报告: sections drafted from the book, changed by the person, drawn again
//! without losing a changed word. Facts are filled in by item; every judgement is a blank.

use serde::{Deserialize, Serialize};

use super::{
    FiveLists, blank,
    book::{list_words, present},
    facts::{self, BLANK},
};
use crate::{
    documents::{Block, Doc},
    oversight::RemarkKind,
    records::{BookItem, YearBook},
};

/// Most characters of a section.
pub const SECTION_MAX: usize = 20_000;
/// Key of the section into which the book writes what announced readings found wanting. Like the readings
/// themselves it is the head's: whoever may not see them neither reads nor draws nor changes it.
pub const HEADS_OWN: &str = "problems";
/// What stands in its place on a paper of somebody else.
const WITHHELD: &str = "〔这一部分由党组织主要负责人填写〕";
/// Words of a group that is about the leader himself (述廉).
const OWN: [&str; 3] = ["表率", "自律", "自身"];

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// 年度报告: 主体责任落实情况, by 大项.
    Annual,
    /// 述责述廉报告, by the five lists.
    Conduct,
}

impl ReportKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Annual, Self::Conduct];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Annual => "annual",
            Self::Conduct => "conduct",
        }
    }

    /// The kind of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Annual => "年度报告",
            Self::Conduct => "述责述廉报告",
        }
    }
}

/// A section of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Stable key: `overview`, `group-3`, `list-function`.
    pub key: String,
    /// Level of its title: 1 or 2.
    pub level: u8,
    /// Title without number.
    pub title: String,
    /// What was drawn from the book when the person last looked at it.
    pub drawn: String,
    /// Text as it stands.
    pub text: String,
    /// Only a title, no text.
    pub heading: bool,
    /// Version of this section.
    pub version: u32,
}

impl Section {
    fn new(key: impl Into<String>, level: u8, title: impl Into<String>, lines: &[String]) -> Self {
        let drawn = lines.join("\n");
        let (key, title) = (key.into(), title.into());
        Self { key, level, title, text: drawn.clone(), drawn, heading: false, version: 1 }
    }

    fn heading(key: &str, title: &str) -> Self {
        Self { heading: true, ..Self::new(key, 1, title, &[]) }
    }

    /// Did the person change it?
    pub fn edited(&self) -> bool {
        self.text != self.drawn
    }
}

/// The report as the book gives it today.
pub fn drafted(book: &YearBook, lists: &FiveLists, kind: ReportKind) -> Vec<Section> {
    let entries = facts::by_item(book);
    let about = |items: &mut dyn Iterator<Item = &BookItem>, what: &str| {
        let mut lines = facts::lines(items, &entries);
        lines.push(blank(what));
        lines
    };
    let own = |item: &BookItem| OWN.iter().any(|word| item.group.contains(word));
    let mut out = Vec::new();
    match kind {
        ReportKind::Annual => {
            let lines = [
                format!("{}年度第一责任人履责清单{}。", book.year, list_words(book)),
                blank("落实全面从严治党主体责任的总体情况和自我评价"),
            ];
            out.push(Section::new("overview", 1, "总体情况", &lines));
            out.push(Section::heading("work", "主要工作"));
            let mut groups: Vec<(u32, &str)> = Vec::new();
            for item in &book.items {
                if !groups.contains(&(item.group_no, item.group.as_str())) {
                    groups.push((item.group_no, &item.group));
                }
            }
            for (no, name) in groups {
                let mut items = book.items.iter().filter(|i| i.group_no == no && i.group == name);
                let lines = about(&mut items, "这一项的做法和成效");
                out.push(Section::new(format!("group-{no}"), 2, name, &lines));
            }
            out.push(Section::new(HEADS_OWN, 1, "存在的问题", &problems(book)));
            out.push(Section::new("mending", 1, "上年度反馈问题整改情况", &[blank("逐项写明整改到哪一步")]));
        }
        ReportKind::Conduct => {
            out.push(Section::heading("duty", "履行责任情况"));
            for (key, name) in lists.all() {
                let mut items = book.items.iter().filter(|i| !own(i) && lists.holds(&key, i));
                let lines = about(&mut items, "这一方面的做法和成效");
                out.push(Section::new(format!("list-{key}"), 2, name.trim_end_matches("清单"), &lines));
            }
            let lines = about(&mut book.items.iter().filter(|i| own(i)), "遵守廉洁自律规定的情况");
            out.push(Section::new("clean", 1, "廉洁自律情况", &lines));
            out.push(Section::new(HEADS_OWN, 1, "存在的问题", &problems(book)));
            out.push(Section::new("mending", 1, "上年度评议反馈问题整改情况", &[blank("逐项写明整改到哪一步")]));
        }
    }
    out.push(Section::new("plans", 1, "下一步打算", &[blank("针对问题的具体措施、责任人和时限")]));
    out
}

/// What announced readings found wanting, and room for the person's own words. Praise is no problem.
fn problems(book: &YearBook) -> Vec<String> {
    let mut lines: Vec<String> = book
        .remarks
        .iter()
        .filter(|r| matches!(r.kind, Some(RemarkKind::Wanting | RemarkKind::Mismatch)))
        .map(|r| format!("{}{}检查反馈：{}", crate::time::zh_short(r.on), r.by, r.text.replace('\n', " ")))
        .collect();
    lines.push(blank("存在的问题和原因"));
    lines
}

/// The report drawn again: an unchanged section takes the new text, a changed one keeps its own;
/// a changed section that the book no longer gives stays at the end.
pub fn refreshed(old: &[Section], fresh: Vec<Section>) -> Vec<Section> {
    let mut out: Vec<Section> = fresh
        .into_iter()
        .map(|new| match old.iter().find(|s| s.key == new.key) {
            Some(kept) if kept.edited() => Section { level: new.level, title: new.title, ..kept.clone() },
            Some(kept) if kept.drawn == new.drawn => Section { version: kept.version, ..new },
            Some(kept) => Section { version: kept.version + 1, ..new },
            None => new,
        })
        .collect();
    let gone: Vec<Section> =
        old.iter().filter(|s| s.edited() && !out.iter().any(|n| n.key == s.key)).cloned().collect();
    out.extend(gone);
    out
}

/// What somebody who may not see the readings can draw: of the [head's own](HEADS_OWN) section his book gives
/// nothing, so that it stays as it stands in `old`.
pub fn without_heads_own(old: &[Section], fresh: Vec<Section>) -> Vec<Section> {
    let kept = old.iter().find(|s| s.key == HEADS_OWN);
    fresh.into_iter().map(|new| kept.filter(|s| s.key == new.key).cloned().unwrap_or(new)).collect()
}

/// The report for somebody who may not see the readings: the [head's own](HEADS_OWN) section says whose it is.
pub fn withheld(mut sections: Vec<Section>) -> Vec<Section> {
    for section in sections.iter_mut().filter(|s| s.key == HEADS_OWN) {
        (section.text, section.drawn) = (WITHHELD.into(), WITHHELD.into());
    }
    sections
}

/// Lines that the book gives now and did not give when the person last looked at the section.
pub fn added(kept: &Section, fresh: &[Section]) -> Vec<String> {
    let Some(new) = fresh.iter().find(|s| s.key == kept.key) else { return Vec::new() };
    let before: Vec<&str> = kept.drawn.lines().collect();
    new.drawn.lines().filter(|line| !line.starts_with('〔') && !before.contains(line)).map(str::to_owned).collect()
}

/// Sections in which a 〔请填写〕 is left: key, title, how many.
pub fn blanks(sections: &[Section]) -> Vec<(&str, &str, usize)> {
    let left = |s: &Section| s.text.matches(BLANK).count();
    let some = sections.iter().filter(|s| !s.heading && left(s) > 0);
    some.map(|s| (s.key.as_str(), s.title.as_str(), left(s))).collect()
}

/// Title of the paper.
pub(super) fn title(book: &YearBook, kind: ReportKind) -> String {
    match kind {
        ReportKind::Annual => format!("关于{}年度落实全面从严治党主体责任情况的报告", book.year),
        ReportKind::Conduct => format!("{}年度述责述廉报告", book.year),
    }
}

/// Sections with their numbers: level, numbered title, text.
fn numbered(sections: &[Section]) -> Vec<(u8, String, &Section)> {
    let (mut one, mut two) = (0, 0);
    let mut number = |level: u8| {
        if level == 1 {
            (one, two) = (one + 1, 0);
            one
        } else {
            two += 1;
            two
        }
    };
    sections.iter().map(|s| (s.level, Doc::numbered(s.level, number(s.level), &s.title), s)).collect()
}

/// The report as a document.
pub fn report_doc(book: &YearBook, kind: ReportKind, sections: &[Section]) -> Doc {
    let mut doc = Doc::new(title(book, kind));
    doc.subtitle = format!("{}　{}　{}", book.unit, book.title, present(book)).trim().to_owned();
    for (level, title, section) in numbered(sections) {
        doc.push(Block::Title { level, text: title });
        for line in section.text.lines().filter(|line| !line.trim().is_empty()) {
            doc.paragraph(line.trim());
        }
    }
    doc.signatures(&["党组织主要负责人"]);
    doc
}

/// The report as plain text, to be taken over into a form.
pub fn report_text(sections: &[Section]) -> String {
    let mut out = Vec::new();
    for (_, title, section) in numbered(sections) {
        out.push(title);
        out.extend(section.text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.trim().to_owned()));
    }
    out.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(problems: &str) -> Vec<Section> {
        vec![Section::new("overview", 1, "总体情况", &[]), Section::new(HEADS_OWN, 1, "存在的问题", &[problems.into()])]
    }

    #[test]
    fn blanks_that_are_left_are_told_by_section() {
        let mut some = sections(&format!("{}\n{}", blank("甲"), blank("乙")));
        assert_eq!(blanks(&some), [(HEADS_OWN, "存在的问题", 2)]);
        some[1].text = "都写了".into();
        some.push(Section::heading("work", "主要工作"));
        assert!(blanks(&some).is_empty());
    }

    #[test]
    fn who_sees_no_readings_leaves_the_heads_own_as_it_stands() {
        let (by_head, blind) = (sections("检查反馈：补记较晚"), sections("〔请填写：存在的问题和原因〕"));
        assert_eq!(refreshed(&by_head, without_heads_own(&by_head, blind.clone())), by_head);
        assert_eq!(refreshed(&by_head, blind.clone())[1].text, blind[1].text, "or it would be lost");
        assert_eq!(without_heads_own(&[], blind.clone()), blind, "the first drawing");
        let mut changed = by_head.clone();
        changed[1].text = "本人的话".into();
        assert_eq!(refreshed(&changed, without_heads_own(&changed, blind)), changed);
        let shown = withheld(by_head.clone());
        assert!(!format!("{shown:?}").contains("补记较晚") && shown[0] == by_head[0], "{shown:?}");
    }
}
