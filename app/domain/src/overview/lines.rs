//! What is due and what was finished: lines with a day, by whom, and the place that they open.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A step of the year's plan of 督责.
    Step,
    /// 签收 of a list.
    Receipt,
    /// A hard item of the lists.
    Hard,
    /// 整改.
    Item,
    /// A registered reading of a book.
    Reading,
    /// 述责评议.
    Review,
}

impl LineKind {
    /// Every kind, in the order of a page.
    pub const ALL: [Self; 6] = [Self::Step, Self::Receipt, Self::Hard, Self::Item, Self::Reading, Self::Review];

    /// Stable key, as addresses carry it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Receipt => "receipt",
            Self::Hard => "hard",
            Self::Item => "item",
            Self::Reading => "reading",
            Self::Review => "review",
        }
    }

    /// The kind of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Word while it is due.
    pub fn due_label(self) -> &'static str {
        match self {
            Self::Step => "督责工作",
            Self::Receipt => "清单签收",
            Self::Hard => "硬性事项",
            Self::Item => "问题整改",
            Self::Reading => "翻阅检查",
            Self::Review => "述责评议",
        }
    }

    /// Word once it is finished.
    pub fn done_label(self) -> &'static str {
        match self {
            Self::Step => "督责办结",
            Self::Receipt => "清单已签收",
            Self::Hard => "硬性事项已落实",
            Self::Item => "整改已销号",
            Self::Reading => "检查双方已签字",
            Self::Review => "评议已封存",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Due or finished on.
    pub on: Day,
    /// What it is about.
    pub kind: LineKind,
    /// What, in words.
    pub what: String,
    /// Whose: a unit, or 「东湖街道等 12 个单位」.
    pub who: String,
    /// How many units or items it stands for.
    pub units: u32,
    /// Who has to act.
    pub by: String,
    /// Past its day: of a supervising body its own delay, of a unit the unit's.
    pub late: bool,
    /// The place that it opens.
    pub to: String,
}

/// Lines in their order, with totals of all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// The first ones.
    pub lines: Vec<Line>,
    /// How many units or items of each kind, of all lines; only what there is.
    pub totals: Vec<(LineKind, u32)>,
    /// Lines that are not shown.
    pub more: u32,
}

impl Panel {
    /// Units and items of all kinds.
    pub fn total(&self) -> u32 {
        self.totals.iter().map(|(_, n)| n).sum()
    }
}

/// Lines by day (the newest first where `newest`), then by kind and words; at most `most` of them are shown, of one
/// kind where only that was asked for, and the totals count all.
pub fn panel(mut lines: Vec<Line>, newest: bool, only: Option<LineKind>, most: usize) -> Panel {
    lines.sort_by(|a, b| {
        let days = if newest { b.on.cmp(&a.on) } else { a.on.cmp(&b.on) };
        days.then_with(|| (a.kind, &a.what, &a.who, &a.to).cmp(&(b.kind, &b.what, &b.who, &b.to)))
    });
    let count = |kind| lines.iter().filter(|line| line.kind == kind).map(|line| line.units).sum::<u32>();
    let totals = LineKind::ALL.into_iter().map(|kind| (kind, count(kind))).filter(|(_, n)| *n > 0).collect();
    lines.retain(|line| only.is_none_or(|kind| line.kind == kind));
    let more = u32::try_from(lines.len().saturating_sub(most)).unwrap_or(u32::MAX);
    lines.truncate(most);
    Panel { lines, totals, more }
}

/// `东湖街道`, or 「东湖街道等 12 个单位」 for more than one.
pub fn units_in_words(first: &str, units: u32) -> String {
    if units > 1 { format!("{first}等 {units} 个单位") } else { first.to_owned() }
}

/// The same without names, for a screen that everybody passes: what may name a unit or a problem becomes the word of
/// its kind, and what then reads alike on one day is one line. Nothing is lost of the numbers.
pub fn nameless(lines: Vec<Line>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    for line in lines {
        let what = match line.kind {
            LineKind::Step | LineKind::Receipt => line.what,
            // Words that several units share name none of them; an item of one unit may be its own, in its own words.
            LineKind::Hard if line.units > 1 => line.what,
            LineKind::Hard | LineKind::Item | LineKind::Reading | LineKind::Review => line.kind.due_label().to_owned(),
        };
        let same = |l: &&mut Line| l.on == line.on && l.kind == line.kind && l.what == what;
        if let Some(known) = out.iter_mut().find(same) {
            known.units += line.units;
            known.late |= line.late;
        } else {
            out.push(Line { what, who: String::new(), by: String::new(), to: String::new(), ..line });
        }
    }
    out
}

/// What is past its day as one line for each kind, from the earliest day on: many of them must not leave what is still
/// to come without a place. Nothing is lost of the numbers.
pub fn folded(lines: Vec<Line>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    for line in lines {
        let same = |l: &&mut Line| line.late && l.late && l.kind == line.kind;
        if let Some(known) = out.iter_mut().find(same) {
            known.units += line.units;
            known.on = known.on.min(line.on);
        } else if line.late {
            out.push(Line { what: line.kind.due_label().to_owned(), ..line });
        } else {
            out.push(line);
        }
    }
    out
}
