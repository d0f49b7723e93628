//! How far a 述责报告 and the check of its facts are, in a sentence with its tone; which of its words are kept.

use domain::{
    Rejection,
    board::Tone,
    records::{self, Look},
    text,
    time::{Day, zh_short},
};

use super::{
    dates::{Dates, distance},
    reports::{REPORT_MAX, Report},
};

/// Tone and sentence of the report.
pub(super) fn report_state(report: &Report, dates: &Dates, today: Day) -> (Tone, String) {
    match report.handed_at {
        Some(at) if at.day() > dates.reports => {
            (Tone::Warn, format!("{}提交，迟于{}", zh_short(at.day()), zh_short(dates.reports)))
        }
        Some(at) => (Tone::Ok, format!("{}已提交", zh_short(at.day()))),
        None if today > dates.reports => (Tone::Warn, format!("还没有提交，{}", distance(dates.reports, today))),
        None => (Tone::None, format!("还没有提交，{}", distance(dates.reports, today))),
    }
}

/// Tone and sentence of the check of the facts.
pub(super) fn facts_word(report: &Report, dates: &Dates, today: Day) -> (Tone, String) {
    match report.checked_at {
        Some(at) if report.note.is_empty() => (Tone::Ok, format!("{}本人已核对", zh_short(at.day()))),
        Some(at) => (Tone::Ok, format!("{}本人已核对，有说明", zh_short(at.day()))),
        None if today > dates.reports => (Tone::Warn, format!("还没有核对，{}", distance(dates.reports, today))),
        None => (Tone::None, format!("还没有核对，{}", distance(dates.reports, today))),
    }
}

/// The report as it is kept, once its author looked again at new mobile numbers in it.
pub(super) fn clean(typed: &str, before: &str, look: Look) -> Result<String, Rejection> {
    let text = text::optional("text", "述责报告", typed, REPORT_MAX)?;
    look.numbers(text, before).map_err(|asked| Rejection::field("look", asked))
}

/// A short text within its bound, without what must not enter; mobile numbers are starred.
pub(super) fn guarded(field: &str, label: &str, typed: &str, max: usize) -> Result<String, Rejection> {
    Ok(records::masked(&text::optional(field, label, typed, max)?))
}
