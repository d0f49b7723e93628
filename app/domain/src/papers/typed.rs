//! A report as its one form sends it: which sections the person changed, and which of these somebody else
//! changed meanwhile. Refuses to write over words that the person never saw.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Section;
use crate::text::is_hidden;

/// What the form was given of a section: its version, and a mark of the text in the box. With both a form of
/// many boxes tells which of them the person touched, also when a draft comes back days later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Version of the section.
    pub version: u32,
    /// Mark of the text.
    pub mark: u64,
}

impl Seen {
    /// What a form is given of a text.
    pub fn of(version: u32, text: &str) -> Self {
        Self { version, mark: mark(text) }
    }

    /// What to do with what was typed over it, `now` being what stands there.
    pub fn change(self, typed: &str, now: Self) -> Change {
        let typed = mark(typed);
        if typed == self.mark || typed == now.mark {
            Change::Same
        } else if self.version == now.version {
            Change::Own
        } else {
            Change::Clash
        }
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:016x}", self.version, self.mark)
    }
}

impl FromStr for Seen {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (version, mark) = text.split_once('.').ok_or(())?;
        Ok(Self { version: version.parse().map_err(|_| ())?, mark: u64::from_str_radix(mark, 16).map_err(|_| ())? })
    }
}

/// A section as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// Key.
    pub key: String,
    /// What the form was given.
    pub seen: Seen,
    /// What was in the box.
    pub text: String,
    /// What is new in the book was looked at.
    pub looked: bool,
}

/// What became of a section between its form and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The person changed nothing, or what he typed stands there already.
    Same,
    /// The person changed it, and nobody else did.
    Own,
    /// Both did.
    Clash,
}

impl Typed {
    /// Did the person change the words that the form was given?
    pub fn text_changed(&self) -> bool {
        mark(&self.text) != self.seen.mark
    }

    /// Did the person change anything of it?
    pub fn touched(&self) -> bool {
        self.looked || self.text_changed()
    }

    /// What to do with it, `section` being as it stands now.
    pub fn against(&self, section: &Section) -> Change {
        if !self.touched() || (!self.looked && mark(&self.text) == mark(&section.text)) {
            Change::Same
        } else if self.seen.version == section.version {
            Change::Own
        } else {
            Change::Clash
        }
    }
}

impl Section {
    /// What a form is given of it.
    pub fn seen(&self) -> Seen {
        Seen::of(self.version, &self.text)
    }
}

/// FNV-1a over the text as a browser sends it back: ends of lines, edges and hidden characters do not count.
fn mark(text: &str) -> u64 {
    let clean: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    clean
        .trim()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str, version: u32) -> Section {
        Section {
            key: "clean".into(),
            level: 1,
            title: "廉洁自律情况".into(),
            drawn: "原文".into(),
            text: text.into(),
            heading: false,
            version,
        }
    }

    fn typed(text: &str, seen: Seen) -> Typed {
        Typed { key: "clean".into(), seen, text: text.into(), looked: false }
    }

    #[test]
    fn only_what_the_person_touched_can_clash() {
        let first = section("甲\n乙", 1);
        let seen = first.seen();
        assert_eq!(seen.to_string().parse(), Ok(seen));
        for (text, now, expected) in [
            // A browser sends CRLF, and nothing was typed.
            ("甲\r\n乙\r\n", section("甲\n乙", 1), Change::Same),
            ("甲\n乙", section("别人写的", 2), Change::Same),
            ("甲\n乙\n丙", section("甲\n乙", 1), Change::Own),
            ("", section("甲\n乙", 1), Change::Own),
            ("甲\n乙\n丙", section("别人写的", 2), Change::Clash),
            // Both wrote the same.
            ("别人写的", section("别人写的", 2), Change::Same),
        ] {
            assert_eq!(typed(text, seen).against(&now), expected, "{text}");
        }
        // A form without ticks asks the mark alone, and is told the same.
        let now = section("别人写的", 2).seen();
        let told = ["甲\r\n乙", "甲\n乙\n丙", "别人写的"].map(|text| seen.change(text, now));
        assert_eq!(told, [Change::Same, Change::Clash, Change::Same]);
        assert_eq!(seen.change("甲\n乙\n丙", seen), Change::Own);
        let looked = Typed { looked: true, ..typed("甲\n乙", seen) };
        assert_eq!(looked.against(&first), Change::Own);
        assert_eq!(looked.against(&section("甲\n乙", 2)), Change::Clash);
    }

    #[test]
    fn what_is_no_mark_is_none() {
        for bad in ["", "1", "1.", ".1", "x.1", "1.zz", "-1.1", "1.11111111111111111", "1.2.3"] {
            assert!(bad.parse::<Seen>().is_err(), "{bad}");
        }
    }
}
