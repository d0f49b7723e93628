//! Which part of a book a paper shows.

use crate::{
    Rejection,
    records::{BookEntry, RecordKind},
    time::{Day, parse_iso, zh},
};

/// Largest page number that a question may name.
const PAGE_MAX: u32 = 99_999;

/// A range of pages or of event days, and one kind; the default is the whole book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// First and last page.
    pub pages: Option<(u32, u32)>,
    /// First and last day.
    pub days: Option<(Day, Day)>,
    /// Only this kind.
    pub kind: Option<RecordKind>,
}

/// One end as typed.
enum End {
    Page(u32),
    Day(Day),
}

fn end(field: &str, typed: &str) -> Result<Option<End>, Rejection> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Some(day) = parse_iso(typed) {
        return Ok(Some(End::Day(day)));
    }
    match typed.parse() {
        Ok(page) if (1..=PAGE_MAX).contains(&page) => Ok(Some(End::Page(page))),
        _ => Err(Rejection::field(field, "范围要写页码（如 12）或日期（如 2026-06-01）。请改正后再试。")),
    }
}

impl Range {
    /// The range of what was typed: pages or days (`2026-06-01`), either end may be open.
    ///
    /// # Errors
    /// No page and no day, both mixed, the wrong way round, or no kind of record.
    pub fn parse(from: &str, to: &str, kind: &str) -> Result<Self, Rejection> {
        let kind = match kind.trim() {
            "" => None,
            key => Some(
                RecordKind::from_key(key)
                    .ok_or_else(|| Rejection::field("kind", "没有这种履责类型。请重新选择后再试。"))?,
            ),
        };
        let backwards = || Rejection::field("to", "范围的结尾早于开头。请改正后再试。");
        let (pages, days) = match (end("from", from)?, end("to", to)?) {
            (None, None) => (None, None),
            (Some(End::Page(a)), Some(End::Page(b))) => (Some((a, b)), None),
            (Some(End::Page(a)), None) => (Some((a, PAGE_MAX)), None),
            (None, Some(End::Page(b))) => (Some((1, b)), None),
            (Some(End::Day(a)), Some(End::Day(b))) => (None, Some((a, b))),
            (Some(End::Day(a)), None) => (None, Some((a, Day::MAX))),
            (None, Some(End::Day(b))) => (None, Some((Day::MIN, b))),
            _ => return Err(Rejection::field("to", "范围的开头和结尾要么都是页码，要么都是日期。请改正后再试。")),
        };
        if pages.is_some_and(|(a, b)| a > b) || days.is_some_and(|(a, b)| a > b) {
            return Err(backwards());
        }
        Ok(Self { pages, days, kind })
    }

    /// Is this the whole book?
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Does an entry stand in it? A range of pages holds nothing that has no page.
    pub fn holds(&self, entry: &BookEntry) -> bool {
        self.pages.is_none_or(|(a, b)| entry.page.is_some_and(|page| (a..=b).contains(&page)))
            && self.days.is_none_or(|(a, b)| (a..=b).contains(&entry.event_on))
            && self.kind.is_none_or(|kind| kind == entry.kind)
    }

    /// 「第 3 页至第 8 页，谈心谈话」; empty for the whole book.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if let Some((a, b)) = self.pages {
            words.push(match b {
                PAGE_MAX => format!("第{a}页起"),
                b if a == b => format!("第{a}页"),
                b => format!("第{a}页至第{b}页"),
            });
        }
        if let Some((a, b)) = self.days {
            words.push(match (a == Day::MIN, b == Day::MAX) {
                (true, _) => format!("{}以前", zh(b)),
                (_, true) => format!("{}以后", zh(a)),
                _ if a == b => zh(a),
                _ => format!("{}至{}", zh(a), zh(b)),
            });
        }
        if let Some(kind) = self.kind {
            words.push(kind.label().to_owned());
        }
        words.join("，")
    }
}
