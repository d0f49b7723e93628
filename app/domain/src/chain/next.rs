//! What the problems of a year suggest for the 自选动作 of the next. A suggestion blocks nothing: it is taken with one tap,
//! refused with one, or left alone, and then it stays quiet.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    accountability::ItemKind,
    duties::Source,
    ids::ItemId,
    text,
    time::Day,
};

/// What was said to a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// 建议列入: the unit itself asks for it; whoever keeps the draft decides.
    Asked,
    /// 已列入.
    Taken,
    /// 不列入.
    Refused,
}

impl Answer {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Asked, Self::Taken, Self::Refused];

    /// Stable key for storage and forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Taken => "taken",
            Self::Refused => "refused",
        }
    }

    /// The answer of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }

    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Asked => "单位建议列入",
            Self::Taken => "已列入",
            Self::Refused => "不列入",
        }
    }

    /// Is there nothing more to ask?
    pub fn settles(self) -> bool {
        self != Self::Asked
    }
}

/// Why a problem is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// 重复发生, struck off or not.
    Repeated,
    /// 上年销号.
    StruckOff,
}

impl Why {
    /// Word on pages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Repeated => "重复发生",
            Self::StruckOff => "已销号",
        }
    }
}

/// A problem as the rule needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its item of the closed loop.
    pub id: ItemId,
    /// Kind.
    pub kind: ItemKind,
    /// Put on the account.
    pub opened_on: Day,
    /// Struck off.
    pub closed_on: Option<Day>,
    /// The earlier one that it repeats.
    pub repeats: Option<ItemId>,
    /// What is wrong.
    pub problem: String,
    /// What was asked for.
    pub demand: String,
    /// What was answered for the year in question.
    pub answer: Option<Answer>,
}

/// A suggestion for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The problem behind it.
    pub id: ItemId,
    /// Why.
    pub why: Why,
    /// Text of the 自选动作 as it would stand in the list.
    pub words: String,
    /// Source as the office keeps it.
    pub source: Source,
    /// The unit asked for it.
    pub asked: bool,
}

/// Suggestions for the list of `year`: what repeated in the year before or since, what was struck off in the year
/// before, and what was brought over from it and struck off since. 重复发生 first, then in the order of opening. A problem
/// that a later one repeats speaks through the later one; what was answered is not asked again; what stands in `texts`
/// of the list already is no suggestion. The problems of a 评议反馈单 have their own way into the draft.
pub fn suggestions(problems: &[Problem], year: i32, texts: &BTreeSet<String>) -> Vec<Suggestion> {
    use chrono::Datelike as _;
    let superseded: BTreeSet<ItemId> = problems.iter().filter_map(|p| p.repeats).collect();
    let mut found: Vec<(Why, Day, Suggestion)> = problems
        .iter()
        .filter(|p| !p.kind.is_replied() || p.kind == ItemKind::Prompt)
        .filter(|p| p.kind != ItemKind::Review && !superseded.contains(&p.id))
        .filter(|p| p.answer.is_none_or(|a| !a.settles()))
        .filter_map(|p| {
            let opened = p.opened_on.year();
            let closed = p.closed_on.map(|day| day.year());
            let why = if p.repeats.is_some() && opened >= year - 1 && opened <= year {
                Why::Repeated
            } else if closed == Some(year - 1) || (closed == Some(year) && opened < year) {
                Why::StruckOff
            } else {
                return None;
            };
            let words = words(&p.problem, &p.demand);
            let asked = p.answer == Some(Answer::Asked);
            let source = source(p.kind);
            let fresh = !texts.contains(&words);
            fresh.then_some((why, p.opened_on, Suggestion { id: p.id, why, words, source, asked }))
        })
        .collect();
    found.sort_by(|a, b| (a.0, a.1, a.2.id).cmp(&(b.0, b.1, b.2.id)));
    found.into_iter().map(|(_, _, suggestion)| suggestion).collect()
}

/// Where an item of the list comes from, by the kind of the problem behind it.
fn source(kind: ItemKind) -> Source {
    match kind {
        ItemKind::Patrol => Source::Patrol,
        ItemKind::Review | ItemKind::Appraisal => Source::Review,
        _ => Source::Inspection,
    }
}

/// Text of the 自选动作 that a problem suggests. What was asked by a day is over when the list begins, so that the parts of
/// a sentence that name one are left out: the frequency of the item says when. As long as an item may be.
pub fn words(problem: &str, demand: &str) -> String {
    let dated = |part: &&str| {
        let mut before = ' ';
        part.chars().any(|c| {
            let day = before.is_ascii_digit() && matches!(c, '年' | '月' | '日' | '号' | '-');
            before = c;
            day
        })
    };
    let asked: Vec<&str> = demand
        .split(['，', '。', '；', '、', ',', ';', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty() && !dated(part))
        .collect();
    let problem = problem.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = if asked.is_empty() {
        format!("整改“{problem}”")
    } else {
        format!("整改“{problem}”：{}", asked.join("，"))
    };
    said.chars().take(text::LINE_MAX).collect()
}
