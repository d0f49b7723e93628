//! Which items a record may correspond to (对应清单条目). Suggested only where the kind
//! of record matches what the item asks: 蹲点 is not 研究, a talk is not a written 一人一策
//! (practice 3.5). A suggestion is never pre-ticked: the leader ticks.
//!
//! Matches by the item's words and evidence, never by its number, so that an imported
//! list of other numbers and wording works too.

mod alike;

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use self::alike::alike;
use super::{RecordKind, TalkType};
use crate::{
    duties::{DutyItem, Evidence, ExistingOccurrence},
    ids::DutyId,
    time::Day,
};

/// More would be a list to read, not a hint.
pub const SUGGESTIONS_MAX: usize = 5;

/// An item that a record may correspond to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Short text.
    pub short: String,
    /// This window has a record already; another one is further evidence.
    pub recorded: bool,
}

/// What an item must say to match a kind.
struct Asks {
    kind: RecordKind,
    /// One of these words stands in the item, the one that fits best first,
    words: &'static [&'static str],
    /// none of these,
    not: &'static [&'static str],
    /// and it asks for one of these kinds of evidence (or names none).
    evidence: &'static [Evidence],
}

use Evidence as E;

/// 示范 table: what each kind of record can stand for.
const TABLE: [Asks; 8] = [
    Asks {
        kind: RecordKind::Study,
        words: &["专题会", "专题研究", "研究", "会商", "部署", "听取", "汇报", "开会", "第一议题"],
        not: &["民主生活会", "谈话", "谈心", "述职", "党课"],
        evidence: &[E::Meeting, E::Ledger, E::Report, E::Paper],
    },
    Asks {
        kind: RecordKind::Talk,
        words: &["谈心", "谈话", "提醒", "回访", "约谈"],
        not: &["一人一策", "四风", "研究"],
        evidence: &[E::Talk],
    },
    Asks {
        kind: RecordKind::Visit,
        words: &["蹲点", "调研", "督导", "抽查", "检查", "回头看", "难点问题", "一线", "走访"],
        not: &["研究", "教学", "自查", "报告"],
        evidence: &[E::Ledger, E::Photo, E::Inspection],
    },
    Asks {
        kind: RecordKind::Lecture,
        words: &["党课", "学习", "带头学", "中心组", "组织生活", "培训", "宣讲"],
        not: &["民主生活会", "警示教育", "谈话"],
        evidence: &[E::Study],
    },
    Asks {
        kind: RecordKind::Meeting,
        words: &["民主生活会", "评议反馈问题整改"],
        not: &[],
        evidence: &[E::Meeting, E::Ledger],
    },
    Asks {
        kind: RecordKind::Warning,
        words: &["警示教育", "廉洁教育", "以案促改", "以案为鉴", "文化点", "案例"],
        not: &["谈话"],
        evidence: &[E::Meeting, E::Study, E::Endorsement, E::System, E::Photo],
    },
    Asks {
        kind: RecordKind::Endorsement,
        words: &["督办", "批示", "请示", "督促", "听取纪检", "签批", "报备"],
        not: &["承诺", "会商", "议题"],
        evidence: &[E::Endorsement],
    },
    Asks {
        kind: RecordKind::Institution,
        words: &["制度", "修订", "分工", "权力清单", "流程", "责任清单", "减负清单", "规则", "防控"],
        not: &["接到", "学", "上会"],
        evidence: &[E::Paper, E::Ledger],
    },
];

impl Asks {
    /// How well the item fits: the place of the best word in it (0 fits best); `None` where
    /// it asks for something else.
    fn fit(&self, item: &DutyItem) -> Option<usize> {
        let says = |word: &str| item.text.contains(word);
        let evident = item.evidence.is_empty() || item.evidence.iter().any(|e| self.evidence.contains(e));
        if !evident || self.not.iter().any(|word| says(word)) {
            return None;
        }
        self.words.iter().position(|word| says(word))
    }
}

/// What an item must say, and must not, to match a type of talk (示范). A talk that leaves only a mark is suggested only where the item asks for no more.
fn talk_words(talk: TalkType) -> (&'static [&'static str], &'static [&'static str]) {
    match talk {
        TalkType::Arrival => (&["任职谈话", "新任", "三交底"], &["书面报告", "报告"]),
        TalkType::Member => (&["班子成员", "家风"], &["个人有关事项", "述职"]),
        TalkType::Lower => (&["下级", "下属单位主要负责人"], &["述职"]),
        TalkType::Young => (&["年轻干部"], &["一人一策"]),
        TalkType::KeyPost => (&["关键岗位", "重点岗位", "身边工作人员"], &["轮岗", "任职年限", "签承诺"]),
        TalkType::Reminder => (&["苗头性", "及时提醒"], &[]),
        TalkType::Revisit => (&["回访"], &[]),
        TalkType::Group => (&["任职谈话", "新任"], &["报告"]),
        TalkType::Encouragement => (&["容错", "澄清", "激励", "关心关爱"], &[]),
        TalkType::Criticism | TalkType::Admonition | TalkType::Inquiry => (&[], &[]),
    }
}

/// [`suggest`] for a talk of this type: 班子成员谈心 is not 年轻干部谈心.
pub fn suggest_talk(
    talk: TalkType,
    items: &[DutyItem],
    occurrences: &[ExistingOccurrence],
    event_on: Day,
) -> Vec<Suggestion> {
    let (words, not) = talk_words(talk);
    let fits =
        |item: &&DutyItem| words.iter().any(|w| item.text.contains(w)) && !not.iter().any(|w| item.text.contains(w));
    let own: Vec<DutyItem> = items.iter().filter(fits).cloned().collect();
    // 听班子成员汇报并点评 asks for a meeting and a talk: its evidence says so.
    let evident = own.into_iter().filter(|i| i.evidence.is_empty() || i.evidence.contains(&E::Talk));
    let asks = Asks { kind: RecordKind::Talk, words, not: &["一人一策", "四风", "研究"], evidence: &[E::Talk] };
    found(&asks, &evident.collect::<Vec<_>>(), occurrences, event_on)
}

/// [`why`] for a type of talk.
pub fn why_talk(talk: TalkType, found: &[Suggestion]) -> String {
    said(talk.label(), found)
}

/// The kind that a sentence without one sounds like: that of the longest word that asks for it, of equal
/// ones the first in the sentence. `None` where nothing speaks of a kind.
pub fn resembles(text: &str) -> Option<RecordKind> {
    let heard = TABLE.iter().flat_map(move |asks| {
        asks.words.iter().filter_map(move |word| {
            let at = text.find(word)?;
            Some(((Reverse(word.chars().count()), at), asks.kind))
        })
    });
    heard.min_by_key(|(place, _)| *place).map(|(_, kind)| kind)
}

/// What a sentence without a kind could stand for: 「这像一次谈心谈话，可对应 6.1、6.3」; empty for none.
pub fn why_like(kind: RecordKind, found: &[Suggestion]) -> String {
    worded(&format!("这像一次{}", kind.label()), found)
}

/// Items for a record of `kind` about `event_on`: the best fit first, of the same fit those still wanting in
/// the window of that day, then the soonest due. At most [`SUGGESTIONS_MAX`]; nothing for [`RecordKind::Other`].
pub fn suggest(
    kind: RecordKind,
    items: &[DutyItem],
    occurrences: &[ExistingOccurrence],
    event_on: Day,
) -> Vec<Suggestion> {
    TABLE.iter().find(|a| a.kind == kind).map_or_else(Vec::new, |asks| found(asks, items, occurrences, event_on))
}

/// [`suggest`] for a sentence that only sounds like `kind`: what shares most words with it first, and where some
/// do, nothing that shares none.
pub fn suggest_like(
    kind: RecordKind,
    text: &str,
    items: &[DutyItem],
    occurrences: &[ExistingOccurrence],
    event_on: Day,
) -> Vec<Suggestion> {
    let Some(asks) = TABLE.iter().find(|a| a.kind == kind) else { return Vec::new() };
    let shared = |item: &DutyItem| alike(text, &item.text);
    let (near, far): (Vec<DutyItem>, Vec<DutyItem>) =
        items.iter().filter(|item| asks.fit(item).is_some()).cloned().partition(|item| shared(item) > 0);
    ranked(asks, if near.is_empty() { &far } else { &near }, occurrences, event_on, shared)
}

fn found(asks: &Asks, items: &[DutyItem], occurrences: &[ExistingOccurrence], event_on: Day) -> Vec<Suggestion> {
    ranked(asks, items, occurrences, event_on, |_| 0)
}

/// What shares most first, then as [`suggest`] says.
fn ranked(
    asks: &Asks,
    items: &[DutyItem],
    occurrences: &[ExistingOccurrence],
    event_on: Day,
    shared: impl Fn(&DutyItem) -> usize,
) -> Vec<Suggestion> {
    let mut found: Vec<_> = items
        .iter()
        .filter_map(|item| asks.fit(item).map(|fit| ((Reverse(shared(item)), fit), item)))
        .map(|(fit, item)| {
            let now = occurrences.iter().find(|o| o.is_of(item.duty) && o.window.holds(event_on));
            let recorded = now.is_some_and(|o| !o.is_wanting());
            // Without a date after what is due.
            let due = now.map_or((true, None), |o| (false, Some(o.due)));
            ((fit, recorded, due, DutyItem::order(&item.code)), item)
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
        .into_iter()
        .take(SUGGESTIONS_MAX)
        .map(|((_, recorded, ..), item)| Suggestion {
            duty: item.duty,
            code: item.code.clone(),
            short: item.short(),
            recorded,
        })
        .collect()
}

/// Why these items are suggested, as one sentence with their numbers; empty for none.
pub fn why(kind: RecordKind, found: &[Suggestion]) -> String {
    said(kind.label(), found)
}

fn said(label: &str, found: &[Suggestion]) -> String {
    worded(&format!("因为类型是{label}"), found)
}

fn worded(start: &str, found: &[Suggestion]) -> String {
    let codes = |recorded: bool| {
        let list: Vec<&str> = found.iter().filter(|s| s.recorded == recorded).map(|s| s.code.as_str()).collect();
        list.join("、")
    };
    match (codes(false), codes(true)) {
        (open, done) if open.is_empty() && done.is_empty() => String::new(),
        (open, done) if done.is_empty() => format!("{start}，可对应 {open}"),
        (open, done) if open.is_empty() => format!("{start}，可补充 {done}（本期已有记录）"),
        // What fits best is named first, whether this window has it already or not.
        (open, done) if found.first().is_some_and(|s| s.recorded) => {
            format!("{start}，可补充 {done}（本期已有记录）；可对应 {open}")
        }
        (open, done) => format!("{start}，可对应 {open}；可补充 {done}（本期已有记录）"),
    }
}

#[cfg(test)]
mod tests;
