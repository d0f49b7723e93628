//! The words of outside ledgers: how far a matter is, which channel it came from, until when.

use chrono::{Datelike, NaiveDate};
use domain::{
    accountability::{ItemKind, Progress},
    time::Day,
};

use crate::import::{dates, folding::same_text, grid::Cell};

/// How far, as a cell says it; `None` for a wording that is asked about.
pub(super) fn progress(text: &str) -> Option<Progress> {
    let text = same_text(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // What is not yet comes before what is: 「未完成」 holds 「完成」.
    if has(&["待签收", "未签收"]) {
        Some(Progress::Unsigned)
    } else if has(&["待复核", "待验收", "待销号", "申请销号", "已报送"]) {
        Some(Progress::Checking)
    } else if has(&["未", "正在", "整改中", "推进", "持续", "长期", "在办", "基本", "部分"]) || text == "否"
    {
        Some(Progress::Working)
    } else if has(&["销号", "完成", "到位", "办结", "已整改", "已答复", "已回复"])
        || ["是", "√", "✓"].contains(&text.as_str())
    {
        Some(Progress::Closed)
    } else {
        None
    }
}

/// Which channel, in a 整改 ledger that holds several.
pub(super) fn kind(text: &str) -> Option<ItemKind> {
    let text = same_text(text);
    [
        ("巡", ItemKind::Patrol),
        ("审计", ItemKind::Audit),
        ("民主评议", ItemKind::Appraisal),
        ("述责", ItemKind::Review),
        ("交底", ItemKind::Talk),
        ("提示", ItemKind::Prompt),
        ("建议书", ItemKind::Recommendation),
        ("工作建议", ItemKind::Suggestion),
        ("督责", ItemKind::Inspection),
        ("检查", ItemKind::Inspection),
        ("日常", ItemKind::Daily),
        ("监督", ItemKind::Daily),
    ]
    .into_iter()
    .find(|(word, _)| text.contains(word))
    .map(|(_, kind)| kind)
}

/// What a deadline cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// A day.
    Day(Day),
    /// 「长期坚持」, 「立行立改」: no day.
    Open,
    /// Nothing that is understood.
    Unknown,
}

/// 「2026年6月底前」 and a month alone mean its last day; 「6月底」 without a year is asked for by an error, not guessed.
pub(super) fn until(cell: &Cell) -> Until {
    let text = same_text(&cell.text);
    if ["长期", "持续", "立行立改", "即知即改", "立即", "常态"].iter().any(|word| text.contains(word)) {
        return Until::Open;
    }
    if let Some(day) = cell.date {
        return Until::Day(day);
    }
    let bare = text.trim_end_matches(['前', '底', '末', '止']);
    let month_end = bare.len() < text.trim_end_matches('前').len() || !text.contains('日') && parts(bare) == 2;
    match dates::day(&Cell::text(bare)) {
        Some(day) if month_end && day.day() == 1 => Until::Day(last_of(day)),
        Some(day) => Until::Day(day),
        None => Until::Unknown,
    }
}

fn parts(text: &str) -> usize {
    text.split(['.', '-', '/', '年', '月']).filter(|part| !part.is_empty()).count()
}

fn last_of(day: Day) -> Day {
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1).and_then(|next| next.pred_opt()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use domain::time::iso;

    use super::*;

    #[test]
    fn what_is_not_yet_is_not_done() {
        for (text, want) in [
            ("已完成", Some(Progress::Closed)),
            ("未完成", Some(Progress::Working)),
            ("已销号", Some(Progress::Closed)),
            ("未销号", Some(Progress::Working)),
            ("基本完成", Some(Progress::Working)),
            ("长期坚持", Some(Progress::Working)),
            ("申请销号", Some(Progress::Checking)),
            ("待签收", Some(Progress::Unsigned)),
            ("√", Some(Progress::Closed)),
            ("否", Some(Progress::Working)),
            ("见附件", None),
        ] {
            assert_eq!(progress(text), want, "{text}");
        }
    }

    #[test]
    fn a_month_means_its_last_day() {
        let day = |text: &str| match until(&Cell::text(text)) {
            Until::Day(day) => iso(day),
            other => format!("{other:?}"),
        };
        for (text, want) in [
            ("2026年6月底前", "2026-06-30"),
            ("2026年12月底", "2026-12-31"),
            ("2026年6月", "2026-06-30"),
            ("2026-02", "2026-02-28"),
            ("2026年6月15日前", "2026-06-15"),
            ("2026.6.1", "2026-06-01"),
            ("长期坚持", "Open"),
            ("立行立改", "Open"),
            ("尽快", "Unknown"),
            ("6月底", "Unknown"),
        ] {
            assert_eq!(day(text), want, "{text}");
        }
        assert_eq!(kind("区委巡察反馈"), Some(ItemKind::Patrol));
        assert_eq!(kind("日常监督检查"), Some(ItemKind::Inspection));
        assert_eq!(kind("其他"), None);
    }
}
