//! 文号: one row of numbers per kind of document and year. A number that was taken is never used again, also after
//! 作废, which leaves a stub with its reason. Refuses to guess the place of a number: whoever takes one asks for the
//! next free one, whoever brings one from outside names it.

use std::{collections::BTreeSet, fmt};

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use crate::{Rejection, text, time::Day};

/// Largest number of a row.
pub const NUMBER_MAX: u32 = 99_999;
/// Longest prefix, in characters.
pub const PREFIX_MAX: usize = 20;

/// A kind of document that is numbered (domain 3.10, practice H9: the 办公室 numbers and seals).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Series {
    /// 问责预警提示单.
    WarningNotice,
    /// 廉政谈话 (记录表).
    TalkRecord,
    /// 工作建议.
    Suggestion,
    /// 纪检监察建议书.
    Recommendation,
    /// 通报.
    Circular,
    /// 工作提示单.
    Prompt,
    /// 落实情况报告, as it is registered (登记备案).
    TalkReport,
    /// 跟踪评估报告.
    Tracking,
    /// 容错认定书.
    Tolerance,
    /// 澄清正名.
    Clearance,
}

impl Series {
    /// Every row, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::WarningNotice,
        Self::TalkRecord,
        Self::Suggestion,
        Self::Recommendation,
        Self::Circular,
        Self::Prompt,
        Self::TalkReport,
        Self::Tracking,
        Self::Tolerance,
        Self::Clearance,
    ];

    /// Chinese name of the document.
    pub fn label(self) -> &'static str {
        match self {
            Self::WarningNotice => "问责预警提示单",
            Self::TalkRecord => "廉政谈话记录表",
            Self::Suggestion => "工作建议",
            Self::Recommendation => "纪检监察建议书",
            Self::Circular => "通报",
            Self::Prompt => "工作提示单",
            Self::TalkReport => "落实情况报告备案",
            Self::Tracking => "跟踪评估报告",
            Self::Tolerance => "容错认定书",
            Self::Clearance => "澄清正名",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::WarningNotice => "warning_notice",
            Self::TalkRecord => "talk_record",
            Self::Suggestion => "suggestion",
            Self::Recommendation => "recommendation",
            Self::Circular => "circular",
            Self::Prompt => "prompt",
            Self::TalkReport => "talk_report",
            Self::Tracking => "tracking",
            Self::Tolerance => "tolerance",
            Self::Clearance => "clearance",
        }
    }

    /// The row of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|series| series.key() == key)
    }

    /// The character of the row in a prefix (示范).
    fn word(self) -> &'static str {
        match self {
            Self::WarningNotice => "预",
            Self::TalkRecord => "谈",
            Self::Suggestion => "建",
            Self::Recommendation => "建书",
            Self::Circular => "通",
            Self::Prompt => "提",
            Self::TalkReport => "备",
            Self::Tracking => "评",
            Self::Tolerance => "容",
            Self::Clearance => "澄",
        }
    }

    /// The prefix until the district sets its own (示范): `滨纪预`, with the first character of the district's name.
    pub fn sample_prefix(self, district: &str) -> String {
        let first: String = district.chars().take(1).collect();
        format!("{first}纪{}", self.word())
    }

    /// Is what the number stands on nobody's business but that of those who may open it? The register then says the
    /// kind only.
    pub fn is_reserved(self) -> bool {
        matches!(self, Self::Tolerance | Self::Clearance)
    }
}

/// A number that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentNumber {
    /// Row.
    pub series: Series,
    /// Year.
    pub year: i32,
    /// 1 to [`NUMBER_MAX`].
    pub number: u32,
    /// Prefix at the time it was taken; a later change of the setting does not rename a document.
    pub prefix: String,
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{}号", self.prefix, self.year, self.number)
    }
}

/// The next free number of a row: never below `start`, never at or below `highest`, never one of `used`. A number that
/// was brought from outside by mistake and voided stays used and is stepped over, but does not count as `highest`: one
/// wrong digit must not end the row of a year.
///
/// # Errors
/// The row is full.
pub fn next_free(start: u32, highest: Option<u32>, used: &BTreeSet<u32>) -> Result<u32, Rejection> {
    let from = highest.map_or(start, |last| last.saturating_add(1).max(start)).max(1);
    (from..=NUMBER_MAX).find(|n| !used.contains(n)).ok_or_else(|| {
        let words = format!("这一年的文号已用到 {NUMBER_MAX} 号，没有取号。请在“文号”里核对下一个文号。");
        Rejection::state(words)
    })
}

/// A number as it is typed or brought from a ledger.
///
/// # Errors
/// No whole number from 1 to [`NUMBER_MAX`].
pub fn typed(field: &str, value: &str) -> Result<u32, Rejection> {
    let digits: String = value.trim().trim_start_matches('第').trim_end_matches('号').trim().to_owned();
    let n: u32 = digits.parse().ok().filter(|n| (1..=NUMBER_MAX).contains(n)).ok_or_else(|| {
        Rejection::field(field, format!("号数「{}」不是 1 到 {NUMBER_MAX} 的整数，没有保存。请改正。", value.trim()))
    })?;
    Ok(n)
}

/// A year in which documents are numbered: not after next year, and none of another age.
///
/// # Errors
/// Anything else.
pub fn year(field: &str, year: i32, today: Day) -> Result<i32, Rejection> {
    if (2000..=today.year() + 1).contains(&year) {
        return Ok(year);
    }
    Err(Rejection::field(field, format!("年份 {year} 不对，没有保存。请填写 2000 到 {} 的年份。", today.year() + 1)))
}

/// The next free number as somebody sets it, `highest` being the last one used.
///
/// # Errors
/// At or below a used one.
pub fn start(series: Series, wanted: u32, highest: Option<u32>) -> Result<u32, Rejection> {
    match highest {
        Some(used) if wanted <= used => Err(Rejection::field(
            "next",
            format!(
                "{}本年已用到 {used} 号，下一个文号不能是 {wanted} 号，没有保存。请填写 {} 或更大的号。",
                series.label(),
                used.saturating_add(1)
            ),
        )),
        _ => Ok(wanted),
    }
}

/// A prefix as it is typed: characters of a 机关代字, nothing that would look like the year or the number.
///
/// # Errors
/// Empty, too long, with brackets or digits.
pub fn prefix(value: &str) -> Result<String, Rejection> {
    let clean = text::required("prefix", "发文代字", value, PREFIX_MAX)?;
    if clean.chars().any(|c| "〔〕[]【】()（）".contains(c) || c.is_numeric() || c.is_whitespace()) {
        let words = "发文代字里不能有括号、数字和空格，没有保存。请只填写代字，例如「滨纪预」。";
        return Err(Rejection::field("prefix", words));
    }
    Ok(clean)
}

/// A 文号 as it stands in a ledger: `滨纪预〔2026〕8号`, `滨纪预[2026]第 8 号`. Prefix, year, number; `None` for what
/// is none.
pub fn parse(text: &str) -> Option<(String, i32, u32)> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let open = plain.find(['〔', '[', '【', '(', '（'])?;
    let (prefix, rest) = plain.split_at(open);
    let rest = rest.get(rest.chars().next()?.len_utf8()..)?;
    let close = rest.find(['〕', ']', '】', ')', '）'])?;
    let (year, rest) = rest.split_at(close);
    let rest = rest.get(rest.chars().next()?.len_utf8()..)?;
    let number = rest.trim_start_matches('第').strip_suffix('号').unwrap_or(rest.trim_start_matches('第'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if prefix.is_empty() || !digits(year) || year.len() != 4 || !digits(number) {
        return None;
    }
    let number = number.parse().ok().filter(|n| (1..=NUMBER_MAX).contains(n))?;
    Some((prefix.to_owned(), year.parse().ok()?, number))
}

/// Digits as a Chinese keyboard also types them.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::first_of;

    #[test]
    fn a_number_reads_as_documents_write_it() {
        let number =
            DocumentNumber { series: Series::WarningNotice, year: 2026, number: 8, prefix: "滨纪预".to_owned() };
        assert_eq!(number.to_string(), "滨纪预〔2026〕8号");
        assert_eq!(Series::WarningNotice.sample_prefix("滨海示范区"), "滨纪预");
        for series in Series::ALL {
            assert_eq!(Series::from_key(series.key()), Some(series));
            assert!(prefix(&series.sample_prefix("滨海示范区")).is_ok());
        }
    }

    #[test]
    fn ledgers_write_it_in_many_ways() {
        for text in [
            "滨纪预〔2026〕8号",
            "滨纪预[2026]8号",
            "滨纪预【2026】第8号",
            " 滨纪预（2026） 8 号",
            "滨纪预(２０２６)８",
            "滨纪预〔2026〕008号",
        ] {
            assert_eq!(parse(text), Some(("滨纪预".to_owned(), 2026, 8)), "{text}");
        }
        for text in [
            "",
            "滨纪预2026-8",
            "〔2026〕8号",
            "滨纪预〔26〕8号",
            "滨纪预〔2026〕号",
            "滨纪预〔2026〕0号",
            "甲〔2026",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_typed_is_checked() {
        assert_eq!((typed("n", "8"), typed("n", " 第8号 ")), (Ok(8), Ok(8)));
        for bad in ["", "0", "-1", "八", "100000", "8.5"] {
            assert_eq!(typed("n", bad).unwrap_err().field_name(), Some("n"), "{bad}");
        }
        for bad in ["", "滨纪预〔", "滨纪 预", "滨纪2", &"字".repeat(PREFIX_MAX + 1)] {
            assert_eq!(prefix(bad).unwrap_err().field_name(), Some("prefix"), "{bad}");
        }
        let today = first_of(2026, 11);
        assert!(year("y", 2027, today).is_ok() && year("y", 2028, today).is_err() && year("y", 1999, today).is_err());
        assert!(start(Series::Circular, 8, Some(7)).is_ok() && start(Series::Circular, 7, Some(7)).is_err());
        assert!(next_free(1, Some(NUMBER_MAX), &BTreeSet::new()).is_err());
        // 88 was typed for 8 and voided: the row goes on at 8, and steps over 88 when it gets there.
        assert_eq!(next_free(1, Some(7), &BTreeSet::from([88])), Ok(8));
        assert_eq!(next_free(1, Some(87), &BTreeSet::from([88])), Ok(89));
    }

    proptest! {
        #[test]
        fn no_number_is_given_twice(
            starts in prop::collection::vec(0_u32..60, 1..20),
            outside in prop::collection::vec(1_u32..60, 0..20),
        ) {
            // Takers, settings of the start and numbers from outside in any order.
            let mut used = std::collections::BTreeSet::new();
            let mut floor = 1;
            for (n, wanted) in starts.iter().enumerate() {
                if let Ok(set) = start(Series::Prompt, *wanted, used.last().copied()) {
                    floor = set;
                }
                if let Some(brought) = outside.get(n) {
                    used.insert(*brought);
                }
                let next = next_free(floor, used.last().copied(), &used).unwrap();
                prop_assert!(next >= 1 && used.insert(next), "{next} was used before");
            }
        }

        #[test]
        fn what_is_written_is_read_again(number in 1_u32..=NUMBER_MAX, year in 2000_i32..2100) {
            let written = DocumentNumber { series: Series::Prompt, year, number, prefix: "滨纪提".into() }.to_string();
            prop_assert_eq!(parse(&written), Some(("滨纪提".to_owned(), year, number)));
        }
    }
}
