//! 年度结转: when a book may be closed, what closing it does, and what is refused afterwards.
//! A closed book is read and printed, never written. Who may close it is decided in
//! `people::access`; nothing is deleted.

use chrono::Datelike;
use serde::{Deserialize, Serialize};

use crate::{
    Rejection,
    time::{Day, first_of, last_of, parse_iso, zh},
};

/// Day of the following year on which an open book is closed by itself (示范; the district's own).
pub const AUTOMATIC: (u32, u32) = (3, 31);

/// Why a 代录 went back that nobody confirmed before the year was closed.
pub const NOT_CONFIRMED: &str = "年度结转前没有确认，已退回，不入册。仍有必要的，请在新年度的记录本里另记一条。";

/// State of an item in a closed book whose next year asks for it.
pub const CARRIED: &str = "已结转";

/// Who closed a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// The head, with his signature.
    Head,
    /// The office, because the post was vacant.
    Office,
    /// 到期自动结转.
    Due,
}

impl ClosedBy {
    /// Chinese words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Head => "负责人签字结转",
            Self::Office => "岗位空缺，由党风政风监督室结转",
            Self::Due => "到期自动结转",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Office => "office",
            Self::Due => "due",
        }
    }

    /// The value of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Head, Self::Office, Self::Due].into_iter().find(|c| c.key() == key)
    }
}

/// What closing a book does, named and never counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingEffects {
    /// 代录 without confirmation, which go back to the 联络员: kind and day.
    pub returned: Vec<String>,
    /// Rectification that goes on under its number.
    pub items: Vec<String>,
    /// 任期一次 items without a record: the next year asks for them.
    pub carried: Vec<String>,
}

/// 「2027年1月15日年度结转」; a book that closed by itself says that nobody signed.
pub fn closed_how(on: Day, signed: bool) -> String {
    if signed { format!("{}年度结转", zh(on)) } else { format!("{}到期自动结转，未签字", zh(on)) }
}

/// When and how the head signs a book whose year runs.
pub fn to_be_signed(year: i32) -> String {
    format!(
        "{}起，由党组织主要负责人在“办理年度结转”里签字；在纸质记录本上签字的，由党风政风监督室登记。到期没有办理的自动结转，并写明未签字。",
        zh(first_of(year + 1, 1))
    )
}

/// May the book of `year` be closed today? `closed` is the day on which it was.
///
/// # Errors
/// While the year runs, and where it is closed already.
pub fn may_close(year: i32, today: Day, closed: Option<Day>) -> Result<(), Rejection> {
    if let Some(on) = closed {
        return Err(Rejection::state(format!("{year}年的记录本已于{}结转，没有重复办理。请返回记录本查看。", zh(on))));
    }
    if today.year() <= year {
        return Err(Rejection::state(format!(
            "{year}年还没有过完，暂不能结转。请在{}以后办理，年内的补记和更正照常进行。",
            zh(first_of(year + 1, 1))
        )));
    }
    Ok(())
}

/// Nothing enters a closed book: `closed` is the day on which it was closed.
///
/// # Errors
/// For a closed book, with what to do instead.
pub fn takes_records(year: i32, closed: Option<Day>) -> Result<(), Rejection> {
    match closed {
        None => Ok(()),
        Some(on) => Err(Rejection::state(format!(
            "{year}年的记录本已于{}结转，不再记录、确认和更正，没有保存。如需说明，请在今年的记录本里另记一条，写明说明的是{year}年第几页。",
            zh(on)
        ))),
    }
}

/// The automatic day of the district: `03-31`, or `None` where it is switched off (`off`).
/// Anything else means the default.
pub fn automatic_day(setting: Option<&str>) -> Option<(u32, u32)> {
    match setting {
        Some("off") => None,
        Some(text) => {
            // Of a leap year, so that 02-29 reads.
            let day = parse_iso(&format!("2024-{text}"));
            Some(day.map_or(AUTOMATIC, |day| (day.month(), day.day())))
        }
        None => Some(AUTOMATIC),
    }
}

/// Is the book of `year` closed by itself on `today`? On the day itself not yet: it is the last one to sign.
pub fn closes_by_itself(year: i32, today: Day, automatic: Option<(u32, u32)>) -> bool {
    automatic.is_some_and(|(month, day)| {
        let last = first_of(year + 1, month).with_day(day).unwrap_or_else(|| last_of(year + 1, month));
        today > last
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    #[test]
    fn from_january_and_once() {
        assert!(may_close(2026, d("2026-12-31"), None).unwrap_err().to_string().contains("2027年1月1日"));
        assert!(may_close(2026, d("2027-01-01"), None).is_ok());
        assert!(may_close(2025, d("2027-01-01"), None).is_ok());
        assert!(
            may_close(2026, d("2027-02-01"), Some(d("2027-01-05"))).unwrap_err().to_string().contains("2027年1月5日")
        );
    }

    #[test]
    fn a_closed_book_says_what_to_do() {
        assert!(takes_records(2026, None).is_ok());
        let no = takes_records(2026, Some(d("2027-01-05"))).unwrap_err().to_string();
        assert!(no.contains("没有保存") && no.contains("另记一条"), "{no}");
    }

    #[test]
    fn the_automatic_day_is_the_districts() {
        let table = [
            (None, "2027-03-31", false),
            (None, "2027-04-01", true),
            (Some("02-29"), "2027-02-28", false),
            (Some("02-29"), "2027-03-01", true),
            (Some("off"), "2030-01-01", false),
            (Some("nonsense"), "2027-04-01", true),
        ];
        for (setting, today, closes) in table {
            assert_eq!(closes_by_itself(2026, d(today), automatic_day(setting)), closes, "{setting:?} {today}");
        }
    }
}
