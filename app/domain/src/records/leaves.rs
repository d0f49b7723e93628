//! The book as leaves to turn: their order, their keys in the address, and the few that are drawn and sent
//! at once, so that the page of a book of 500 records is no longer than that of 12. The server reads the
//! whole book for it, and copies these few. Holds no text of its own.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{BookEntry, BookItem, BookMonth, BookRemark, BookSignature, YearBook};
use crate::time::month_name;

/// Leaves drawn at once; even, so that facing pages stay together.
pub const LEAVES_AT_ONCE: usize = 12;
/// Items of the list on one leaf.
const ITEMS: usize = 10;
/// Records between two lines of the contents.
const STRETCH: usize = 50;

/// One leaf with what stands on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaf {
    /// 封面.
    Cover,
    /// 目录.
    Contents,
    /// 主体责任思维导图.
    Map,
    /// 履职月历, six months.
    Months(Vec<BookMonth>),
    /// 谈心谈话要素梳理.
    Talks,
    /// Part of the list with its progress.
    Items(Vec<BookItem>),
    /// A numbered page with its record.
    Page(Box<BookEntry>),
    /// 代录 that wait for confirmation: without a page yet.
    Waiting(Vec<BookEntry>),
    /// 检查反馈意见.
    Remarks(Vec<BookRemark>),
    /// 签名 and 年度结转.
    Signatures(Vec<BookSignature>),
}

/// A line of the contents: key of the leaf and words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentsLine {
    /// Key of the leaf.
    pub key: String,
    /// Words.
    pub label: String,
}

/// What stands on a leaf, where it stands in the book.
#[derive(Debug, Clone)]
enum Place<'a> {
    Cover,
    Contents,
    Map,
    Months(&'a [BookMonth]),
    Talks,
    Items(&'a [BookItem]),
    Page(&'a BookEntry),
    Waiting(Vec<&'a BookEntry>),
    Remarks,
    Signatures,
}

impl Place<'_> {
    /// What a part that begins with this leaf is called: 「七月至十二月」.
    fn words(&self) -> String {
        match self {
            Self::Cover => "封面".to_owned(),
            Self::Contents => "目录".to_owned(),
            Self::Map => "主体责任思维导图".to_owned(),
            Self::Months(months) => match (months.first(), months.last()) {
                (Some(first), Some(last)) => format!("{}至{}", month_name(first.month), month_name(last.month)),
                _ => "履职月历".to_owned(),
            },
            Self::Talks => "谈心谈话要素梳理".to_owned(),
            Self::Items(items) => items.first().map_or_else(String::new, |item| format!("清单 {} 起", item.code)),
            Self::Page(entry) => format!("履责记录，第 {} 页起", entry.page.unwrap_or_default()),
            Self::Waiting(_) => "代录，待确认".to_owned(),
            Self::Remarks => "检查反馈意见".to_owned(),
            Self::Signatures => "签名".to_owned(),
        }
    }

    /// A copy to send.
    fn leaf(&self, book: &YearBook) -> Leaf {
        match self {
            Self::Cover => Leaf::Cover,
            Self::Contents => Leaf::Contents,
            Self::Map => Leaf::Map,
            Self::Months(months) => Leaf::Months(months.to_vec()),
            Self::Talks => Leaf::Talks,
            Self::Items(items) => Leaf::Items(items.to_vec()),
            Self::Page(entry) => Leaf::Page(Box::new((*entry).clone())),
            Self::Waiting(entries) => Leaf::Waiting(entries.iter().map(|entry| (*entry).clone()).collect()),
            Self::Remarks => Leaf::Remarks(book.remarks.clone()),
            Self::Signatures => Leaf::Signatures(book.signatures.clone()),
        }
    }
}

/// The leaves of a book with their keys, in order.
#[derive(Debug, Clone)]
pub struct Leaves<'a> {
    book: &'a YearBook,
    all: Vec<(String, Place<'a>)>,
    /// 目录.
    pub contents: Vec<ContentsLine>,
}

impl<'a> Leaves<'a> {
    /// Takes the book apart.
    pub fn of(book: &'a YearBook) -> Self {
        let mut made = Self { book, all: Vec::new(), contents: Vec::new() };
        made.add("cover", Some("封面"), Place::Cover);
        made.add("contents", None, Place::Contents);
        made.add("map", Some("主体责任思维导图"), Place::Map);
        for (i, half) in book.months.chunks(6).enumerate() {
            let label = (i == 0).then_some("履职月历");
            made.add(&format!("months-{}", i + 1), label, Place::Months(half));
        }
        made.add("talks", Some("谈心谈话要素梳理"), Place::Talks);
        for (i, items) in book.items.chunks(ITEMS).enumerate() {
            let label = (i == 0).then_some("第一责任人履责清单");
            made.add(&format!("list-{}", i + 1), label, Place::Items(items));
        }
        let (paged, waiting): (Vec<_>, Vec<_>) = book.entries.iter().partition(|e| e.page.is_some());
        let last = paged.last().and_then(|e| e.page).unwrap_or_default();
        for (i, entry) in paged.into_iter().enumerate() {
            let page = entry.page.unwrap_or_default();
            let label = (i % STRETCH == 0).then(|| {
                let to = last.min(page.saturating_add(u32::try_from(STRETCH).unwrap_or(1) - 1));
                if page == to {
                    format!("履责记录，第 {page} 页")
                } else {
                    format!("履责记录，第 {page} 至 {to} 页")
                }
            });
            made.add(&format!("p{page}"), label.as_deref(), Place::Page(entry));
        }
        if !book.sight.is_from_outside() && !waiting.is_empty() {
            made.add("waiting", Some("代录，待确认"), Place::Waiting(waiting));
        }
        made.add("remarks", Some("检查反馈意见"), Place::Remarks);
        made.add("signatures", Some("签名"), Place::Signatures);
        made
    }

    fn add(&mut self, key: &str, label: Option<&str>, leaf: Place<'a>) {
        if let Some(label) = label {
            self.contents.push(ContentsLine { key: key.to_owned(), label: label.to_owned() });
        }
        self.all.push((key.to_owned(), leaf));
    }

    /// Where a key stands; the cover for one that the book does not have.
    fn index(&self, key: &str) -> usize {
        self.all.iter().position(|(own, _)| own == key).unwrap_or(0)
    }

    fn window(&self, at: usize) -> Range<usize> {
        let from = at - at % LEAVES_AT_ONCE;
        from..self.all.len().min(from + LEAVES_AT_ONCE)
    }

    /// The leaves around `key`, and the keys of the last one before and the first one after them.
    pub fn around(self, key: &str) -> Around {
        let at = self.index(key);
        let range = self.window(at);
        let key_of = |i: usize| self.all.get(i).map(|(key, _)| key.clone());
        let (before, after) = (range.start.checked_sub(1).and_then(key_of), key_of(range.end));
        let after_words = self.all.get(range.end).map(|(_, place)| place.words()).unwrap_or_default();
        let at = self.all.get(at).map(|(key, _)| key.clone()).unwrap_or_default();
        let drawn = self.all.get(range).unwrap_or_default();
        let leaves = drawn.iter().map(|(key, place)| (key.clone(), place.leaf(self.book))).collect();
        Around { at, before, after, after_words, leaves, contents: self.contents }
    }
}

/// The leaves drawn at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// Key of the leaf asked for.
    pub at: String,
    /// Key of the leaf before these.
    pub before: Option<String>,
    /// Key of the leaf after these.
    pub after: Option<String>,
    /// What the part that begins there is called; empty at the end.
    pub after_words: String,
    /// Keys and leaves.
    pub leaves: Vec<(String, Leaf)>,
    /// 目录.
    pub contents: Vec<ContentsLine>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        duties::fixture,
        ids::{PostId, RecordId},
        people::access::Sight,
        records::RecordKind,
        time::first_of,
    };

    fn entry(page: Option<u32>) -> BookEntry {
        BookEntry {
            record: RecordId(fixture::id(&format!("record {page:?}"))),
            page,
            kind: RecordKind::Other,
            text: None,
            details: Vec::new(),
            event_on: first_of(2026, 1),
            recorded_on: first_of(2026, 1),
            late: false,
            proxy: None,
            head: String::new(),
            verified: false,
            codes: Vec::new(),
            duties: Vec::new(),
            corrections: Vec::new(),
            stub: false,
            talked: false,
        }
    }

    fn book(pages: u32, waiting: bool, sight: Sight) -> YearBook {
        YearBook {
            post: PostId(fixture::id("post")),
            year: 2026,
            district: String::new(),
            unit: String::new(),
            title: String::new(),
            heads: Vec::new(),
            sight,
            list: None,
            items: Vec::new(),
            months: Vec::new(),
            entries: (1..=pages).map(|p| entry(Some(p))).chain(waiting.then(|| entry(None))).collect(),
            remarks: Vec::new(),
            signatures: Vec::new(),
            closed_on: None,
            closed_by: None,
        }
    }

    #[test]
    fn every_leaf_is_reached_by_turning() {
        let book = book(120, true, Sight::Full);
        let leaves = Leaves::of(&book);
        let all: Vec<String> = leaves.all.iter().map(|(key, _)| key.clone()).collect();
        let (mut seen, mut next) = (Vec::new(), Some("cover".to_owned()));
        while let Some(key) = next {
            let around = leaves.clone().around(&key);
            assert!(around.leaves.len() <= LEAVES_AT_ONCE);
            assert_eq!(around.before.as_ref(), seen.last());
            assert_eq!(around.after.is_none(), around.after_words.is_empty());
            seen.extend(around.leaves.into_iter().map(|(key, _)| key));
            next = around.after;
        }
        assert_eq!(seen, all);
        assert_eq!(leaves.clone().around("p77").at, "p77");
        assert_eq!(leaves.clone().around("cover").after_words, "履责记录，第 9 页起");
        assert_eq!(leaves.clone().around("p999").at, "cover");
        let labels: Vec<&str> = leaves.contents.iter().map(|c| c.label.as_str()).collect();
        assert!(
            labels.contains(&"履责记录，第 1 至 50 页") && labels.contains(&"履责记录，第 101 至 120 页"),
            "{labels:?}"
        );
    }

    #[test]
    fn what_waits_is_not_for_office_eyes() {
        let has = |sight| Leaves::of(&book(1, true, sight)).all.iter().any(|(key, _)| key == "waiting");
        assert!(has(Sight::Full) && has(Sight::WithoutTalks) && !has(Sight::Outline) && !has(Sight::Reading));
    }
}
