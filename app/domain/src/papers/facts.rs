//! What the book says about an item, as lines of a report: days, what was done, pages. Refuses the
//! notes of talks (a report leaves the house), what the head has not confirmed, and every count.

use std::collections::HashMap;

use crate::{
    duties::{DutyListKey, Frequency},
    ids::DutyId,
    records::{BookEntry, BookItem, YearBook},
    time::zh_short,
};

use super::book::pages;

/// Longest part of a record's text in a report, in characters: its first sentence.
const SAID: usize = 60;
/// Most records of an item that are told with their words; more are named by day and page.
const TOLD: usize = 4;

/// The district's five lists and to which of them each item belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FiveLists {
    /// Key and name, in the district's order.
    pub names: Vec<(String, String)>,
    /// Key of an item's list.
    pub of: HashMap<DutyId, String>,
}

impl FiveLists {
    /// Key and name of every list; the default ones where the district named none.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        if self.names.is_empty() {
            DutyListKey::DEFAULTS.iter().map(|(key, name, _)| ((*key).to_owned(), (*name).to_owned())).collect()
        } else {
            self.names.clone()
        }
    }

    /// Does an item belong to the list of this key? One without a list belongs to the leader's own.
    pub(super) fn holds(&self, key: &str, item: &BookItem) -> bool {
        let own = DutyListKey::first_responsible().0;
        let known = self.of.get(&item.duty).filter(|of| self.all().iter().any(|(key, _)| key == *of));
        known.map_or(key == own, |of| of == key)
    }
}

/// A place that the person fills in: judgement is never drafted.
pub fn blank(what: &str) -> String {
    format!("〔请填写：{what}〕")
}

/// Records that count, by item: its printed number may be another one than when the record was written.
pub(super) fn by_item(book: &YearBook) -> HashMap<DutyId, Vec<&BookEntry>> {
    let mut out: HashMap<DutyId, Vec<&BookEntry>> = HashMap::new();
    for entry in book.entries.iter().filter(|e| e.page.is_some() && !e.stub) {
        for duty in &entry.duties {
            out.entry(*duty).or_default().push(entry);
        }
    }
    for entries in out.values_mut() {
        entries.sort_by_key(|e| (e.event_on, e.page));
    }
    out
}

/// A line for each item: what was done for it, or a place to say why not.
pub(super) fn lines<'a>(
    items: impl Iterator<Item = &'a BookItem>,
    entries: &HashMap<DutyId, Vec<&BookEntry>>,
) -> Vec<String> {
    items.filter_map(|item| line(item, entries.get(&item.duty).map_or(&[][..], Vec::as_slice))).collect()
}

fn line(item: &BookItem, entries: &[&BookEntry]) -> Option<String> {
    let head = format!("{}　{}", item.code, item.text.trim_end_matches('。'));
    let head = head.trim_end();
    if entries.is_empty() {
        // What nobody had to do needs no excuse.
        return (item.frequency != Frequency::AnyTime)
            .then(|| format!("{head}：{}", blank("落实情况；记录本里还没有对应的记录")));
    }
    let told: Vec<String> = if entries.len() <= TOLD {
        entries.iter().map(|e| told(e)).collect()
    } else {
        let days: Vec<String> = entries.iter().map(|e| zh_short(e.event_on)).collect();
        let found: Vec<u32> = entries.iter().filter_map(|e| e.page).collect();
        vec![format!("{}（记录本{}）", days.join("、"), pages(&found))]
    };
    Some(format!("{head}：{}。", told.join("；")))
}

fn told(entry: &BookEntry) -> String {
    let said = entry.text.as_deref().filter(|_| !entry.is_talk()).map(first_sentence).unwrap_or_default();
    let mark = if entry.late { "，补记" } else { "" };
    let page = entry.page.map(|page| format!("（记录本第{page}页{mark}）")).unwrap_or_default();
    let said = if said.is_empty() { String::new() } else { format!("，{said}") };
    format!("{}{}{said}{page}", zh_short(entry.event_on), entry.kind.label())
}

/// What a report says of a text: up to the first full stop, at most 60 characters.
pub fn first_sentence(text: &str) -> String {
    let first = text.trim().split(['。', '\n', '；', '！', '？']).next().unwrap_or_default().trim();
    let mut said: String = first.chars().take(SAID).collect();
    if first.chars().count() > SAID {
        said.push('…');
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::RecordId,
        records::RecordKind,
        time::{Day, first_of},
    };

    fn entry(kind: RecordKind, talked: bool) -> BookEntry {
        let on: Day = first_of(2026, 3);
        BookEntry {
            record: RecordId(uuid::Uuid::from_u128(1)),
            page: Some(7),
            kind,
            text: Some("与王某谈家风。第二句".into()),
            details: Vec::new(),
            event_on: on,
            recorded_on: on,
            late: false,
            proxy: None,
            head: String::new(),
            verified: false,
            codes: Vec::new(),
            duties: Vec::new(),
            corrections: Vec::new(),
            stub: false,
            talked,
        }
    }

    #[test]
    fn a_talk_called_something_else_keeps_its_words() {
        for (kind, talked, said) in [
            (RecordKind::Other, false, "3月1日其他，与王某谈家风（记录本第7页）"),
            (RecordKind::Other, true, "3月1日其他（记录本第7页）"),
            (RecordKind::Talk, false, "3月1日谈心谈话（记录本第7页）"),
        ] {
            assert_eq!(told(&entry(kind, talked)), said);
        }
    }
}
