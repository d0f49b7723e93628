//! What is said of each fact behind a number, with the name that a question about it carries.

use super::{About, Fact, FindingFact, ItemFact, ListFact, OccurrenceFact, Part, ReviewFact, fold::stands};
use crate::{
    duties::period_label,
    time::{Day, zh, zh_short},
};

pub(super) fn list_fact(list: &ListFact, as_of: Day) -> Fact {
    let due = list.receipt_due.map(|due| format!("，{}前签收", zh_short(due))).unwrap_or_default();
    let signed = match list.signed_on.filter(|day| *day <= as_of) {
        Some(day) => format!("，{}签收", zh(day)),
        None => "，待签收".to_owned(),
    };
    Fact {
        key: list.id.0.simple().to_string(),
        about: About::List(list.id),
        code: String::new(),
        title: format!("{}年度第一责任人履责清单", list.year),
        words: format!("{}下达{due}{signed}", zh(list.issued_on)),
    }
}

/// An item with what is known of these occurrences.
pub(super) fn item_fact(item: &ItemFact, due: &[&OccurrenceFact], as_of: Day) -> Fact {
    let about = due
        .iter()
        .rev()
        .find_map(|o| o.satisfied.filter(|s| s.recorded_on <= as_of))
        .map_or(About::Nothing, |s| About::Record(s.record));
    let words: Vec<String> = due
        .iter()
        .map(|o| {
            let label = period_label(item.cadence, o.window);
            let what = match (stands(o, as_of), o.satisfied) {
                (part @ (Part::InTime | Part::Late), Some(s)) => {
                    let how = if part == Part::Late { "补记" } else { "记录" };
                    let checked = if s.verified { "，已核实" } else { "" };
                    format!("{}开展，{}{how}{checked}", zh_short(s.event_on), zh_short(s.recorded_on))
                }
                (Part::Wanting, _) => "没有记录".to_owned(),
                _ => "还没有记录，未到期".to_owned(),
            };
            format!("{label}：{}到期，{what}", zh(o.due))
        })
        .collect();
    Fact {
        key: item.duty.0.simple().to_string(),
        about,
        code: item.code.clone(),
        title: item.text.clone(),
        words: words.join("；"),
    }
}

pub(super) fn review_fact(review: &ReviewFact) -> Fact {
    let grade = review.grade.as_ref().map_or("有效票不足，没有等次".to_owned(), |g| format!("等次：{g}"));
    Fact {
        key: review.meeting.0.simple().to_string(),
        about: About::Review(review.meeting),
        code: String::new(),
        title: format!("{}年度述责评议", review.year),
        words: format!("{}，{grade}", zh(review.on)),
    }
}

pub(super) fn finding_fact(finding: &FindingFact, from: Day, as_of: Day) -> Fact {
    let since = if finding.opened_on < from {
        format!("{}挂账，{}起接续办理", zh(finding.opened_on), zh(from))
    } else {
        format!("{}挂账", zh(from))
    };
    let state = match finding.closed_on.filter(|day| *day <= as_of) {
        Some(day) => format!("{}销号，{} 天", zh(day), (day - from).num_days()),
        None => format!("在办，期限{}", zh(finding.deadline)),
    };
    Fact {
        key: finding.id.0.simple().to_string(),
        about: About::Finding(finding.id),
        code: finding.number.clone(),
        title: finding.problem.clone(),
        words: format!("{since}，{state}"),
    }
}
