//! What the book says about an item, as sentences of a report: day, what was done, page. A fact stands once,
//! below its first item. Refuses the notes of talks (a report leaves the house), what the head has not
//! confirmed, and every count.

use std::collections::HashMap;

use crate::{
    duties::{DutyListKey, Frequency},
    ids::DutyId,
    records::{BookEntry, BookItem, RecordKind, YearBook},
    time::zh_short,
};

use super::book::pages;

/// Longest part of a record's text in a report, in characters: its first sentence.
const SAID: usize = 60;
/// Most records of an item that are told with their words; of more, all are named by day and page,
const TOLD: usize = 4;
/// and these with their words: the ones that say most.
const SAMPLES: usize = 3;

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

/// How a place begins that the person fills in.
pub(super) const BLANK: &str = "〔请填写";

/// A place that the person fills in: judgement is never drafted.
pub fn blank(what: &str) -> String {
    format!("{BLANK}：{what}〕")
}

/// A record below one of its items.
pub(super) struct Fact<'a> {
    entry: &'a BookEntry,
    /// Printed number of the item below which it is told, where that is another one.
    told_at: Option<&'a str>,
    /// Numbers of the other items that it is told for.
    also: Vec<&'a str>,
}

/// Records that count, by item: its printed number may be another one than when the record was written.
pub(super) fn by_item(book: &YearBook) -> HashMap<DutyId, Vec<Fact<'_>>> {
    let mut out: HashMap<DutyId, Vec<Fact<'_>>> = HashMap::new();
    for entry in book.entries.iter().filter(|e| e.page.is_some() && !e.stub) {
        let mut of = book.items.iter().filter(|item| entry.duties.contains(&item.duty));
        let Some(first) = of.next() else { continue };
        let rest: Vec<&BookItem> = of.collect();
        let also = rest.iter().map(|item| item.code.as_str()).collect();
        out.entry(first.duty).or_default().push(Fact { entry, told_at: None, also });
        for item in rest {
            out.entry(item.duty).or_default().push(Fact { entry, told_at: Some(&first.code), also: Vec::new() });
        }
    }
    for facts in out.values_mut() {
        facts.sort_by_key(|fact| (fact.entry.event_on, fact.entry.page));
    }
    out
}

/// A line for each item: what was done for it, or a place to say why not.
pub(super) fn lines<'a>(
    items: impl Iterator<Item = &'a BookItem>,
    facts: &HashMap<DutyId, Vec<Fact<'_>>>,
) -> Vec<String> {
    items.filter_map(|item| line(item, facts.get(&item.duty).map_or(&[][..], Vec::as_slice))).collect()
}

fn line(item: &BookItem, facts: &[Fact<'_>]) -> Option<String> {
    let head = format!("{}　{}", item.code, item.text.trim_end_matches('。'));
    let head = head.trim_end();
    if facts.is_empty() {
        // What nobody had to do needs no excuse.
        return (item.frequency != Frequency::AnyTime)
            .then(|| format!("{head}：{}", blank("落实情况；记录本里还没有对应的记录")));
    }
    let (own, elsewhere): (Vec<&Fact<'_>>, Vec<&Fact<'_>>) = facts.iter().partition(|fact| fact.told_at.is_none());
    let mut said: Vec<String> =
        if own.len() <= TOLD { own.iter().map(|fact| told(fact)).collect() } else { many(&own) };
    let mut places: Vec<(&str, Vec<String>)> = Vec::new();
    for fact in elsewhere {
        let (Some(code), day) = (fact.told_at, zh_short(fact.entry.event_on)) else { continue };
        match places.iter_mut().find(|(of, _)| *of == code) {
            Some((_, days)) => days.push(day),
            None => places.push((code, vec![day])),
        }
    }
    said.extend(places.iter().map(|(code, days)| format!("{}的做法见{code}", days.join("、"))));
    Some(format!("{head}：{}。", said.join("；")))
}

/// All days and pages, then the few that say most, in their order.
fn many(facts: &[&Fact<'_>]) -> Vec<String> {
    let days: Vec<String> = facts.iter().map(|fact| zh_short(fact.entry.event_on)).collect();
    let found: Vec<u32> = facts.iter().filter_map(|fact| fact.entry.page).collect();
    let mut most: Vec<usize> = (0..facts.len()).filter(|at| !said(facts[*at].entry).is_empty()).collect();
    most.sort_by_key(|at| std::cmp::Reverse(said(facts[*at].entry).chars().count()));
    most.truncate(SAMPLES);
    most.sort_unstable();
    let mut out = vec![format!("{}开展（记录本{}）", days.join("、"), pages(&found))];
    let lead = |n: usize| if n == 0 { "其中" } else { "" };
    out.extend(most.iter().enumerate().map(|(n, at)| format!("{}{}", lead(n), told(facts[*at]))));
    out
}

/// What a report says of a record: the words of a talk stay in the book.
fn said(entry: &BookEntry) -> String {
    entry.text.as_deref().filter(|_| !entry.is_talk()).map(first_sentence).unwrap_or_default()
}

/// Does a sentence name the kind of its record already, whole or by one of its words?
fn names(sentence: &str, kind: &str) -> bool {
    let letters: Vec<char> = kind.chars().collect();
    letters.chunks_exact(2).any(|word| sentence.contains(&word.iter().collect::<String>()))
}

/// `3月5日，到政务大厅走流程（蹲点调研，记录本第1页）（同时对应3.2）`.
fn told(fact: &Fact<'_>) -> String {
    let entry = fact.entry;
    let (day, said, kind) = (zh_short(entry.event_on), said(entry), entry.kind.label());
    let named = entry.kind != RecordKind::Other;
    let mut marks = Vec::new();
    let sentence = match (said.is_empty(), named) {
        (true, true) => format!("{day}，开展{kind}"),
        (true, false) => day,
        (false, _) => {
            marks.extend((named && !names(&said, kind)).then(|| kind.to_owned()));
            format!("{day}，{said}")
        }
    };
    marks.extend(entry.page.map(page_mark));
    marks.extend(entry.late.then(|| "补记".to_owned()));
    let also =
        if fact.also.is_empty() { String::new() } else { format!("（同时对应{}）", fact.also.join("、")) };
    let marks = if marks.is_empty() { String::new() } else { format!("（{}）", marks.join("，")) };
    format!("{sentence}{marks}{also}")
}

fn page_mark(page: u32) -> String {
    format!("记录本第{page}页")
}

/// Does a line tell the record of a page with these words ([`first_sentence`] of its text), as a report draws it?
pub fn tells(line: &str, said: &str, page: u32) -> bool {
    let (open, page) = (format!("，{said}（"), page_mark(page));
    line.match_indices(&open).any(|(at, _)| {
        let marks = line[at + open.len()..].split('）').next().unwrap_or_default();
        marks.split('，').any(|mark| mark == page)
    })
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
            (RecordKind::Other, false, "3月1日，与王某谈家风（记录本第7页）"),
            (RecordKind::Other, true, "3月1日（记录本第7页）"),
            (RecordKind::Talk, false, "3月1日，开展谈心谈话（记录本第7页）"),
        ] {
            let entry = entry(kind, talked);
            assert_eq!(told(&Fact { entry: &entry, told_at: None, also: Vec::new() }), said);
        }
    }

    #[test]
    fn a_kind_is_named_only_where_the_sentence_does_not() {
        for (kind, text, said) in [
            (RecordKind::Other, "分析上半年形势", "3月1日，分析上半年形势（记录本第7页）"),
            (RecordKind::Meeting, "民主生活会上带头查摆", "3月1日，民主生活会上带头查摆（记录本第7页）"),
            (RecordKind::Visit, "到政务大厅走流程", "3月1日，到政务大厅走流程（蹲点调研，记录本第7页）"),
        ] {
            let entry = BookEntry { text: Some(text.into()), ..entry(kind, false) };
            let line = told(&Fact { entry: &entry, told_at: None, also: vec!["3.2"] });
            assert_eq!(line, format!("{said}（同时对应3.2）"));
            assert!(tells(&line, text, 7) && !tells(&line, text, 1) && !tells(&line, "到政务大厅", 7), "{line}");
        }
    }

    #[test]
    fn many_records_keep_their_days_and_say_what_was_done() {
        let entries: Vec<BookEntry> =
            ["学习", "研究廉政风险防控方案并逐项明确责任人", "通报情况", "听取汇报并部署整改任务", "部署"]
                .into_iter()
                .enumerate()
                .map(|(n, text)| {
                    let on: Day = first_of(2026, u32::try_from(n).unwrap() + 1);
                    let page = u32::try_from(n).unwrap() + 1;
                    BookEntry {
                        text: Some(text.into()),
                        event_on: on,
                        page: Some(page),
                        ..entry(RecordKind::Other, false)
                    }
                })
                .collect();
        let facts: Vec<Fact<'_>> =
            entries.iter().map(|entry| Fact { entry, told_at: None, also: vec!["3.2"] }).collect();
        let said = many(&facts.iter().collect::<Vec<_>>()).join("；");
        assert!(
            said.starts_with("1月1日、2月1日、3月1日、4月1日、5月1日开展（记录本第1至5页）；其中2月1日，研究廉政"),
            "{said}"
        );
        assert!(said.contains("4月1日，听取汇报并部署整改任务（记录本第4页）（同时对应3.2）"), "{said}");
        assert_eq!(said.matches('；').count(), SAMPLES, "{said}");
        assert!(!said.contains("学习"), "{said}");
    }
}
