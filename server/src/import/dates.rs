//! Dates as offices write them: real dates, serial numbers, `2026.3.12`,
//! `2021年12月`, `2026-02-10`, `2026/2/3`, `202603`. A month alone means its
//! first day. Refuses a year alone and anything outside 1950–2100.

use chrono::{Datelike, Days, NaiveDate};
use domain::time::Day;

use super::{
    folding::{half_width, numeral},
    grid::Cell,
};

/// Serials of 1950-01-01 and 2100-12-31.
const SERIALS: std::ops::RangeInclusive<u64> = 18_264..=73_415;

/// The day a cell names.
pub(super) fn day(cell: &Cell) -> Option<Day> {
    cell.date.filter(|d| sensible(*d)).or_else(|| parse(&cell.text))
}

fn sensible(day: Day) -> bool {
    (1950..=2100).contains(&day.year())
}

fn parse(text: &str) -> Option<Day> {
    let text: String = text.trim().chars().map(half_width).collect();
    // A time of day after the date says nothing here.
    let text =
        text.split_once([' ', 'T']).filter(|(_, time)| time.contains(':')).map_or(text.as_str(), |(date, _)| date);
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_end_matches(['起', '止', '至', '前', '后']);
    let digits = text.chars().all(|c| c.is_ascii_digit());
    let found = match text.len() {
        5 if digits => serial(text.parse().ok()?),
        6 if digits => NaiveDate::from_ymd_opt(text.get(..4)?.parse().ok()?, text.get(4..)?.parse().ok()?, 1),
        8 if digits => NaiveDate::from_ymd_opt(
            text.get(..4)?.parse().ok()?,
            text.get(4..6)?.parse().ok()?,
            text.get(6..)?.parse().ok()?,
        ),
        _ => parts(text),
    };
    found.filter(|d| sensible(*d))
}

/// Day zero of Excel's calendar is 1899-12-30 for every day after February 1900.
fn serial(number: u64) -> Option<Day> {
    SERIALS
        .contains(&number)
        .then(|| NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(number)))
        .flatten()
}

fn parts(text: &str) -> Option<Day> {
    let parts: Vec<&str> =
        text.split(['.', '-', '/', '—', '–', '年', '月', '日', '号']).filter(|part| !part.is_empty()).collect();
    let year: i32 = match parts.first()? {
        year if year.len() == 4 => year.parse().ok()?,
        year => chinese_year(year)?,
    };
    let small = |part: &str| -> Option<u32> { if part.len() <= 2 { part.parse().ok() } else { numeral(part) } };
    match parts.as_slice() {
        [_, month] => NaiveDate::from_ymd_opt(year, small(month)?, 1),
        [_, month, day] => NaiveDate::from_ymd_opt(year, small(month)?, small(day)?),
        _ => None,
    }
}

/// `二〇二六`.
fn chinese_year(text: &str) -> Option<i32> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| numeral(&c.to_string()).filter(|n| *n < 10)).collect();
    let digits = digits.filter(|d| d.len() == 4)?;
    i32::try_from(digits.iter().fold(0, |sum, d| sum * 10 + d)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::iso;

    #[test]
    fn the_ways_of_writing_a_date() {
        for (text, want) in [
            ("2026.3.12", "2026-03-12"),
            ("2021年12月", "2021-12-01"),
            ("2026-02-10", "2026-02-10"),
            ("2026/2/3", "2026-02-03"),
            ("2026年3月12日", "2026-03-12"),
            ("２０２６．３．１２", "2026-03-12"),
            ("2025-08", "2025-08-01"),
            ("202508", "2025-08-01"),
            ("20250816", "2025-08-16"),
            ("2024-06-01 00:00:00", "2024-06-01"),
            ("46093", "2026-03-12"),
            ("二〇二六年三月", "2026-03-01"),
            ("2026.3", "2026-03-01"),
        ] {
            assert_eq!(parse(text).map(iso).as_deref(), Some(want), "{text}");
        }
        for text in ["2026", "2026-13", "2026-02-30", "三月", "", "待定", "99999", "12", "1.1", "1900.1.1"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
