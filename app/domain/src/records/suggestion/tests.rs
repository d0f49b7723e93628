//! Which items are suggested, and why.

use super::*;
use crate::{
    duties::{Frequency, Plan, fixture, sample::sample_items},
    time::{WorkCalendar, parse_iso},
};

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn item(code: &str, text: &str, evidence: &[Evidence]) -> DutyItem {
    DutyItem { evidence: evidence.to_vec(), ..fixture::item(code, text, Frequency::Quarterly) }
}

fn codes(kind: RecordKind, items: &[DutyItem]) -> Vec<String> {
    suggest(kind, items, &[], d("2026-11-20")).into_iter().map(|s| s.code).collect()
}

#[test]
fn the_kind_must_match_what_the_item_asks() {
    let items = [
        item("5.5", "分析年轻干部思想和廉洁状况，提出一人一策", &[E::Report]),
        item("6.3", "与年轻干部经常性谈心谈话", &[E::Talk]),
        item("8.1", "重要节点前部署纠“四风”提醒并抽查", &[E::Paper, E::Inspection]),
        item("8.2", "到窗口、一线、企业蹲点收集烦心事并交办", &[E::Ledger, E::Photo]),
        item("8.3", "研究企业群众反映集中的问题和评议负面情形", &[E::Ledger, E::System]),
        item("3.3", "主持专题会议研究全面从严治党", &[E::Meeting]),
        item("4.4", "主持民主生活会，带头检视并列整改清单", &[E::Meeting, E::Ledger]),
        item("13.1", "签订并践行廉洁从政承诺书", &[E::Endorsement]),
    ];
    let table: [(RecordKind, &[&str]); 9] = [
        (RecordKind::Talk, &["6.3"]),
        (RecordKind::Visit, &["8.2", "8.1"]),
        (RecordKind::Study, &["3.3", "8.3", "8.1"]),
        (RecordKind::Meeting, &["4.4"]),
        (RecordKind::Endorsement, &[]),
        (RecordKind::Lecture, &[]),
        (RecordKind::Warning, &[]),
        (RecordKind::Institution, &[]),
        (RecordKind::Other, &[]),
    ];
    for (kind, expected) in table {
        assert_eq!(codes(kind, &items), expected, "{kind:?}");
    }
}

#[test]
fn the_best_fit_stands_before_the_lower_number() {
    let items = [
        item("2.2", "专题研究意识形态风险和阵地责任", &[E::Meeting, E::Report]),
        item("3.3", "主持专题会议研究全面从严治党", &[E::Meeting]),
        item("4.5", "对集体决定执行情况“回头看”", &[E::Inspection, E::Ledger]),
        item("8.2", "到窗口、一线、企业蹲点收集烦心事并交办", &[E::Ledger, E::Photo]),
    ];
    assert_eq!(codes(RecordKind::Visit, &items), ["8.2", "4.5"]);
    assert_eq!(codes(RecordKind::Study, &items), ["3.3", "2.2"]);
}

#[test]
fn a_talk_is_matched_by_its_type() {
    let items = [
        item("3.4", "听班子成员“一岗双责”汇报并逐一点评", &[E::Meeting, E::Talk]),
        item("5.4", "督促班子成员如实报告个人有关事项", &[E::Endorsement]),
        item("5.5", "分析年轻干部思想和廉洁状况，提出一人一策", &[E::Report]),
        item("6.1", "与班子成员逐一谈心谈话", &[E::Talk]),
        item("6.2", "与下级党组织书记、下属单位主要负责人监督谈话", &[E::Talk]),
        item("6.3", "与年轻干部经常性谈心谈话", &[E::Talk]),
        item("6.4", "回访受处理处分及关键岗位干部", &[E::Talk]),
        item("6.5", "对苗头性倾向性问题及时提醒并跟踪", &[E::Talk, E::Ledger]),
        item("7.3", "听下级书记述职并点评", &[E::Meeting]),
    ];
    let table: [(TalkType, &[&str]); 8] = [
        (TalkType::Member, &["3.4", "6.1"]),
        (TalkType::Lower, &["6.2"]),
        (TalkType::Young, &["6.3"]),
        (TalkType::KeyPost, &["6.4"]),
        (TalkType::Reminder, &["6.5"]),
        (TalkType::Revisit, &["6.4"]),
        (TalkType::Admonition, &[]),
        (TalkType::Encouragement, &[]),
    ];
    for (talk, expected) in table {
        let mut made = suggest_talk(talk, &items, &[], d("2026-11-20"));
        assert!(made.len() < 2 || why_talk(talk, &made).contains(&made[0].code));
        made.sort_by_key(|s| s.code.clone());
        let codes: Vec<_> = made.iter().map(|s| s.code.as_str()).collect();
        assert_eq!(codes, expected, "{talk:?}");
    }
    let lower = suggest_talk(TalkType::Lower, &items, &[], d("2026-11-20"));
    assert_eq!(why_talk(TalkType::Lower, &lower), "因为类型是下级党组织主要负责人监督谈话，可对应 6.2");
}

#[test]
fn an_imported_item_without_evidence_matches_by_its_words() {
    let items = [item("甲", "每季度与班子成员谈心", &[])];
    assert_eq!(codes(RecordKind::Talk, &items), ["甲"]);
    assert!(codes(RecordKind::Study, &items).is_empty());
}

#[test]
fn wanting_ones_come_first_and_five_are_enough() {
    let items: Vec<_> = (1..=8).map(|n| item(&format!("6.{n}"), &format!("谈心谈话之{n}"), &[E::Talk])).collect();
    let calendar = WorkCalendar::default();
    let mut stored: Vec<_> = Plan {
        year: 2026,
        items: &items,
        term_from: d("2024-01-01"),
        enabled_on: d("2026-01-01"),
        effective_on: d("2026-01-01"),
        vacancies: &[],
        calendar: &calendar,
    }
    .occurrences()
    .iter()
    .map(fixture::occurrence)
    .collect();
    for o in &mut stored {
        o.satisfied = o.duty == items[0].duty;
    }
    let made = suggest(RecordKind::Talk, &items, &stored, d("2026-11-20"));
    let codes: Vec<_> = made.iter().map(|s| s.code.as_str()).collect();
    assert_eq!(codes, ["6.2", "6.3", "6.4", "6.5", "6.6"]);
    assert_eq!(why(RecordKind::Talk, &made[..2]), "因为类型是谈心谈话，可对应 6.2、6.3");
    let two = suggest(RecordKind::Talk, &items[..2], &stored, d("2026-11-20"));
    assert_eq!(why(RecordKind::Talk, &two), "因为类型是谈心谈话，可对应 6.2；可补充 6.1（本期已有记录）");
    assert_eq!(why(RecordKind::Talk, &[]), "");
}

#[test]
fn a_record_of_this_window_does_not_push_the_best_fit_away() {
    let items: Vec<_> = sample_items().iter().map(|row| row.item(DutyId(fixture::id(row.code)))).collect();
    let calendar = WorkCalendar::default();
    let mut stored: Vec<_> = Plan {
        year: 2026,
        items: &items,
        term_from: d("2024-01-01"),
        enabled_on: d("2026-01-01"),
        effective_on: d("2026-01-01"),
        vacancies: &[],
        calendar: &calendar,
    }
    .occurrences()
    .iter()
    .map(fixture::occurrence)
    .collect();
    let code = |s: Vec<Suggestion>| s.into_iter().map(|s| s.code).collect::<Vec<_>>();
    for recorded in [&[][..], &["3.3"], &["3.3", "2.2"]] {
        let duty = |code: &&str| DutyId(fixture::id(code));
        for o in &mut stored {
            o.satisfied = recorded.iter().map(duty).any(|duty| duty == o.duty);
        }
        let found = code(suggest(RecordKind::Study, &items, &stored, d("2026-11-23")));
        assert_eq!(found[..2], ["3.3", "2.2"], "{recorded:?}: {found:?}");
    }
}

#[test]
fn a_sentence_alone_sounds_like_a_kind() {
    let table = [
        ("和年轻干部小周谈心", Some(RecordKind::Talk)),
        ("班子会专题研究从严治党，听取汇报", Some(RecordKind::Study)),
        ("到窗口蹲点半天，检查了作风", Some(RecordKind::Visit)),
        ("组织观看警示教育片", Some(RecordKind::Warning)),
        ("去了一趟外地", None),
    ];
    for (text, kind) in table {
        assert_eq!(resembles(text), kind, "{text}");
    }
    let items = [item("6.1", "与班子成员逐一谈心谈话", &[E::Talk])];
    let found = suggest(RecordKind::Talk, &items, &[], d("2026-11-20"));
    assert_eq!(why_like(RecordKind::Talk, &found), "这像一次谈心谈话，可对应 6.1");
    assert_eq!(why_like(RecordKind::Talk, &[]), "");
}

#[test]
fn a_sentence_is_near_the_items_that_share_its_words() {
    let items = [
        item("2.2", "专题研究意识形态风险和阵地责任", &[E::Meeting, E::Report]),
        item("3.3", "主持专题会议研究全面从严治党", &[E::Meeting]),
        item("11.3", "对提示单、建议书按期研究回复", &[E::Report]),
    ];
    let note = "上午主持党工委专题会议，研究下半年的事";
    let near = |text: &str, stored: &[ExistingOccurrence]| {
        suggest_like(RecordKind::Study, text, &items, stored, d("2026-11-20"))
    };
    let codes = |found: &[Suggestion]| found.iter().map(|s| s.code.clone()).collect::<Vec<_>>();
    assert_eq!(resembles(note), Some(RecordKind::Study));
    assert_eq!(codes(&near(note, &[])), ["3.3", "2.2"]);
    // The kind alone names them all.
    assert_eq!(codes(&near("研究了一下", &[])).len(), 3);
    assert_eq!(codes(&near("研究提示单的回复", &[])), ["11.3"]);
    // A record of this window does not push the nearest one behind the others.
    let calendar = WorkCalendar::default();
    let mut stored: Vec<_> = Plan {
        year: 2026,
        items: &items,
        term_from: d("2024-01-01"),
        enabled_on: d("2026-01-01"),
        effective_on: d("2026-01-01"),
        vacancies: &[],
        calendar: &calendar,
    }
    .occurrences()
    .iter()
    .map(fixture::occurrence)
    .collect();
    for o in &mut stored {
        o.satisfied = o.duty == items[1].duty;
    }
    let said = why_like(RecordKind::Study, &near(note, &stored));
    assert!(said.ends_with("可补充 3.3（本期已有记录）；可对应 2.2"), "{said}");
}
