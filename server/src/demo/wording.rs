//! Fills the sentences: the unit's own work and places, small numbers, the next holiday.
//! Where a sentence has a number, a second version with another number comes along, for
//! the correction of a slip.

use chrono::Datelike as _;
use domain::{people::UnitKind, time::Day};

use super::{
    books::org,
    dice::Dice,
    houses::{HOUSES, House},
    phrases::Occasion,
    plan::UnitNo,
};

/// Who speaks, and what was said last.
pub struct Voice {
    house: &'static House,
    lines: Vec<&'static str>,
    line: usize,
    focus: usize,
    site: usize,
}

impl Voice {
    /// The sentences of an occasion that are true in this house.
    pub fn new(house: UnitNo, occasion: &Occasion, dice: &mut Dice) -> Self {
        let kind = HOUSES[house].kind;
        let lines = occasion.lines.iter().filter(|l| l.0.holds(kind)).map(|l| l.1).collect();
        Self::with(house, lines, dice)
    }

    /// One sentence.
    pub fn of_line(house: UnitNo, line: &'static str, dice: &mut Dice) -> Self {
        Self::with(house, vec![line], dice)
    }

    fn with(house: UnitNo, lines: Vec<&'static str>, dice: &mut Dice) -> Self {
        let line = dice.below(lines.len());
        Self { house: &HOUSES[house], lines, line, focus: dice.below(4), site: dice.below(3) }
    }

    /// The next sentence about `day`, and the same with another number if it has one.
    pub fn say(&mut self, day: Day, dice: &mut Dice) -> (String, Option<String>) {
        let line = self.lines.get(self.line % self.lines.len().max(1)).copied().unwrap_or_default();
        self.line += 1;
        self.focus += 1;
        self.site += 1;
        let kind = self.house.kind;
        let words = [
            ("{org}", org(kind, self.house.title)),
            ("{focus}", self.house.focus[self.focus % self.house.focus.len()]),
            ("{site}", self.house.sites[self.site % self.house.sites.len()]),
            ("{desk}", self.house.sites[0]),
            ("{place}", self.house.sites[1]),
            ("{fest}", festival(day.month())),
            ("{half}", if day.month() <= 6 { "上半年" } else { "下半年" }),
            ("{sub}", by_kind(kind, ["村社", "下属单位", "子公司", "镇街和部门"])),
            ("{dept}", by_kind(kind, ["科办", "科室", "部门", "部门"])),
            ("{folk}", by_kind(kind, ["群众", "办事群众", "用户", "企业群众"])),
        ];
        let mut text = words.iter().fold(line.to_owned(), |text, (from, to)| text.replace(from, to));
        let mut other = None;
        while text.contains("{n}") {
            let n = dice.within(2, 6);
            if other.is_none() {
                other = Some(text.replacen("{n}", &(n + 1).to_string(), 1));
            } else {
                other = other.map(|o| o.replacen("{n}", &n.to_string(), 1));
            }
            text = text.replacen("{n}", &n.to_string(), 1);
        }
        let m = dice.within(8, 36).to_string();
        (text.replace("{m}", &m), other.map(|o| o.replace("{m}", &m)))
    }
}

fn by_kind(kind: UnitKind, words: [&'static str; 4]) -> &'static str {
    match kind {
        UnitKind::Town => words[0],
        UnitKind::Enterprise => words[2],
        UnitKind::Leading => words[3],
        _ => words[1],
    }
}

/// The holiday before which a reminder in this month is sent.
fn festival(month: u32) -> &'static str {
    match month {
        1 | 2 => "春节",
        3..=5 => "“五一”",
        6 | 7 => "端午节",
        8..=10 => "中秋国庆",
        _ => "元旦",
    }
}
