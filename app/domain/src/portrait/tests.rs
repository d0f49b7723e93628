//! Tables and properties of the portrait.

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::{
    accountability::ItemKind,
    board::{Duty, Satisfied},
    duties::{Frequency, fixture::id, windows},
    ids::{DutyId, InspectionId, ItemId, LeaderListId, MeetingId, OccurrenceId, RecordId, RemarkId},
    oversight::RemarkKind,
    time::{Day, parse_iso},
};

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn term(from: &str, to: Option<&str>) -> TermSpan {
    TermSpan { from: d(from), to: to.map(d), acting: false }
}

fn item(code: &str, cadence: Frequency, year: i32) -> ItemFact {
    ItemFact {
        duty: DutyId(id(code)),
        year,
        code: code.into(),
        text: format!("事项{code}"),
        group_no: code.split('.').next().unwrap().parse().unwrap(),
        group: "大项".into(),
        list: "first_responsible".into(),
        list_name: "书记第一责任人责任清单".into(),
        cadence,
        last_event: None,
        occurrences: windows(cadence, year)
            .into_iter()
            .map(|window| OccurrenceFact {
                id: OccurrenceId(id(&format!("{code}-{}", window.to))),
                window,
                due: window.to,
                satisfied: None,
            })
            .collect(),
    }
}

fn done(day: &str) -> Option<Satisfied> {
    parse_iso(day).map(|on| Satisfied { record: RecordId(id(day)), event_on: on, recorded_on: on, verified: false })
}

fn finding(number: &str, opened: &str, closed: Option<&str>) -> FindingFact {
    FindingFact {
        id: ItemId(id(number)),
        number: number.into(),
        kind: ItemKind::Inspection,
        problem: "台账更新不及时".into(),
        opened_on: d(opened),
        closed_on: closed.map(d),
        deadline: d(opened) + Days::new(60),
    }
}

fn point(portrait: &Portrait, duty: Duty, quarter: &str) -> Option<Vec<u32>> {
    let at = portrait.columns.iter().position(|c| c.quarter.to_string() == quarter).unwrap();
    let series = portrait.series.iter().find(|s| s.duty == duty).unwrap();
    series.points[at].as_ref().map(|counts| counts.iter().map(|c| c.n).collect())
}

#[test]
fn items_of_a_quarter_are_in_time_late_wanting_or_not_due_yet() {
    let mut facts = PortraitFacts::empty(term("2024-03-01", None), d("2026-01-01"));
    let mut q = item("6.3", Frequency::Quarterly, 2026);
    for (n, day) in ["2026-03-18", "2026-07-09"].into_iter().enumerate() {
        q.occurrences[n].satisfied = done(day);
    }
    // One item with three windows a quarter is one item.
    let mut monthly = item("1.2", Frequency::Monthly, 2026);
    for n in 0..3 {
        monthly.occurrences[n].satisfied = done("2026-01-15");
    }
    facts.items = vec![q, monthly];
    let p = portrait(&facts, 2026, d("2026-11-20"));
    assert_eq!(p.columns.len(), 4, "nothing before 启用日");
    assert_eq!(point(&p, Duty::Lv, "2026q1"), Some(vec![2, 0, 0, 0]));
    assert_eq!(point(&p, Duty::Lv, "2026q2"), Some(vec![0, 1, 1, 0]));
    assert_eq!(point(&p, Duty::Lv, "2026q3"), Some(vec![0, 0, 2, 0]));
    // October's window of the monthly item is over, November's and December's are not.
    assert_eq!(point(&p, Duty::Lv, "2026q4"), Some(vec![0, 0, 1, 1]));
    assert_eq!(p.columns.iter().map(|c| c.running).collect::<Vec<_>>(), [false, false, false, true]);
    let late = p.count("2026q2.late").unwrap();
    assert_eq!(late.facts[0].words, "第二季度：2026年6月30日到期，7月9日开展，7月9日补记");
    assert_eq!(late.facts[0].about, About::Record(RecordId(id("2026-07-09"))));
    assert!(p.count("2026q2.nothing").is_none());
    let bare = p.clone().bare();
    assert_eq!(bare.count("2026q2.late").map(|c| (c.n, c.facts.len())), Some((1, 0)));
}

#[test]
fn what_is_due_again_in_the_year_is_not_what_never_fell_due() {
    let mut facts = PortraitFacts::empty(term("2024-03-01", None), d("2026-01-01"));
    let mut again = item("6.3", Frequency::Quarterly, 2026);
    for (n, day) in ["2026-03-18", "2026-06-09", "2026-09-04"].into_iter().enumerate() {
        again.occurrences[n].satisfied = done(day);
    }
    facts.items = vec![again, item("13.1", Frequency::Yearly, 2026)];
    let p = portrait(&facts, 2026, d("2026-11-20"));
    let code = |key: &str| p.count(key).unwrap().facts.iter().map(|f| f.code.clone()).collect::<Vec<_>>();
    assert_eq!(code("2026.group.6.again"), ["6.3"]);
    assert_eq!(code("2026.group.13.pending"), ["13.1"]);
    // In the quarter both are what is still to be done.
    assert_eq!(code("2026q4.pending"), ["6.3", "13.1"]);
}

#[test]
fn a_quarter_without_facts_is_a_gap() {
    let mut facts = PortraitFacts::empty(term("2024-03-01", None), d("2026-01-01"));
    facts.items = vec![item("3.3", Frequency::HalfYearly, 2026)];
    let p = portrait(&facts, 2026, d("2026-11-20"));
    assert_eq!(point(&p, Duty::Lv, "2026q1"), None);
    assert_eq!(point(&p, Duty::Lv, "2026q2"), Some(vec![0, 0, 1, 0]));
    for duty in [Duty::Ming, Duty::Du, Duty::Ping, Duty::Wen] {
        assert!(p.series.iter().find(|s| s.duty == duty).unwrap().points.iter().all(Option::is_none), "{duty:?}");
    }
}

#[test]
fn nothing_before_the_arrival_and_nothing_after_the_leaving() {
    let items = vec![item("6.3", Frequency::Quarterly, 2026)];
    let findings = vec![finding("2026-001", "2026-02-10", Some("2026-08-20")), finding("2026-002", "2026-03-01", None)];
    let before = PortraitFacts {
        items: items.clone(),
        findings: findings.clone(),
        ..PortraitFacts::empty(term("2024-03-01", Some("2026-06-15")), d("2026-01-01"))
    };
    let p = portrait(&before, 2026, d("2026-11-20"));
    assert_eq!((p.as_of, p.columns.len()), (d("2026-06-15"), 2));
    assert_eq!(p.columns[1].to, Some(d("2026-06-15")));
    assert!(!p.columns[1].running);
    // The second quarter's item fell due after he had left.
    assert_eq!(point(&p, Duty::Lv, "2026q2"), None);
    // What his successor struck off was in hand when he left.
    assert_eq!(p.findings.iter().map(|f| f.closed_on).collect::<Vec<_>>(), [None, None]);

    let after = PortraitFacts { items, findings, ..PortraitFacts::empty(term("2026-08-03", None), d("2026-01-01")) };
    let p = portrait(&after, 2026, d("2026-11-20"));
    assert_eq!(p.columns[0].from, Some(d("2026-08-03")));
    assert_eq!(p.columns[0].label(), "2026年第三季度（8月3日起算）");
    assert_eq!(point(&p, Duty::Lv, "2026q3"), Some(vec![0, 0, 1, 0]));
    // What he took over is counted from his arrival.
    let speed: Vec<_> = p.findings.iter().map(|f| (f.inherited, f.days)).collect();
    assert_eq!(speed, [(true, 17), (true, 109)]);
    // A head of tomorrow has nothing yet.
    let p = portrait(&PortraitFacts::empty(term("2026-08-03", None), d("2027-01-01")), 2026, d("2026-11-20"));
    assert!(p.columns.is_empty() && p.changes.is_none() && p.counts().next().is_none());
}

#[test]
fn what_a_predecessor_had_done_is_neither_credit_nor_gap() {
    let mut yearly = item("3.3", Frequency::Yearly, 2026);
    yearly.occurrences[0].satisfied = done("2026-03-10");
    let mut own = item("6.3", Frequency::Yearly, 2026);
    own.occurrences[0].satisfied = done("2026-09-10");
    let items = vec![yearly, own];
    let facts = PortraitFacts { items, ..PortraitFacts::empty(term("2026-08-03", None), d("2026-01-01")) };
    let p = portrait(&facts, 2026, d("2026-11-20"));
    assert_eq!(point(&p, Duty::Lv, "2026q4"), Some(vec![1, 0, 0, 0]));
    assert_eq!(
        p.groups.iter().map(|g| g.no).collect::<Vec<_>>(),
        [6],
        "the item of the predecessor asks nothing of him"
    );
}

#[test]
fn readings_reviews_and_lists_have_their_quarters() {
    let mut facts = PortraitFacts::empty(term("2024-03-01", None), d("2026-01-01"));
    facts.lists = vec![ListFact {
        id: LeaderListId(id("l")),
        year: 2026,
        issued_on: d("2026-02-02"),
        receipt_due: Some(d("2026-02-09")),
        signed_on: Some(d("2026-02-11")),
        replaced: false,
    }];
    let remark = |kind: RemarkKind| RemarkFact { id: RemarkId(id(kind.key())), kind, about: "第 3 页".into() };
    facts.readings = vec![ReadingFact {
        id: InspectionId(id("r")),
        purpose: "半年梳理".into(),
        to: d("2026-06-30"),
        closed_on: d("2026-07-02"),
        remarks: vec![remark(RemarkKind::Sound), remark(RemarkKind::Wanting), remark(RemarkKind::Sound)],
    }];
    facts.reviews =
        vec![ReviewFact { meeting: MeetingId(id("m")), year: 2025, on: d("2026-01-20"), grade: Some("好".into()) }];
    let p = portrait(&facts, 2026, d("2026-07-20"));
    assert_eq!(point(&p, Duty::Ming, "2026q1"), Some(vec![0, 1, 0]));
    assert_eq!(point(&p, Duty::Du, "2026q2"), Some(vec![2, 1, 0]));
    assert_eq!(point(&p, Duty::Du, "2026q3"), None);
    assert_eq!(p.count("2026q1.result").unwrap().note, "2025年度 好");
    let changes = p.changes.as_ref().unwrap();
    assert_eq!((changes.from, changes.to), (d("2026-07-01"), d("2026-07-20")));
    let new: Vec<_> = changes.lines.iter().filter(|l| l.n > 0).map(|l| l.key.as_str()).collect();
    assert_eq!(new, ["2026q3.since.readings"]);
    assert!(
        portrait_doc(
            &PaperHead { unit: "区教育局".into(), who: "甲，书记".into(), span: "2024年3月1日起".into() },
            &p,
            Vec::new()
        )
        .plain_text()
        .contains("2025年度 好")
    );
}

/// One item: how often, and per window whether and when it was recorded after its start.
fn facts_of(items: Vec<(Frequency, Vec<Option<u64>>)>, from: u64, to: Option<u64>, enabled: u64) -> PortraitFacts {
    let day = |n: u64| d("2025-01-01") + Days::new(n);
    let mut facts =
        PortraitFacts::empty(TermSpan { from: day(from), to: to.map(|n| day(from + n)), acting: false }, day(enabled));
    for (n, (cadence, records)) in items.into_iter().enumerate() {
        for year in [2025, 2026] {
            let mut item = item(&format!("{}.{n}", n % 13 + 1), cadence, year);
            for (o, record) in item.occurrences.iter_mut().zip(&records) {
                o.satisfied = record.map(|late| {
                    let on = o.window.from + Days::new(late);
                    Satisfied {
                        record: RecordId(id(&on.to_string())),
                        event_on: o.window.from,
                        recorded_on: on,
                        verified: false,
                    }
                });
            }
            facts.items.push(item);
        }
    }
    facts
}

fn some_facts() -> impl Strategy<Value = PortraitFacts> {
    let records = proptest::collection::vec(proptest::option::of(0_u64..200), 12);
    let items = proptest::collection::vec((proptest::sample::select(Frequency::ALL.to_vec()), records), 0..12);
    (items, 0_u64..500, proptest::option::of(0_u64..500), 0_u64..500)
        .prop_map(|(items, from, to, enabled)| facts_of(items, from, to, enabled))
}

proptest! {
    #[test]
    fn every_number_is_its_facts_and_sums_up(facts in some_facts(), year in 2024_i32..2028, on in 0_u64..800) {
        let today = d("2025-01-01") + Days::new(on);
        let p = portrait(&facts, year, today);
        for count in p.counts() {
            prop_assert_eq!(usize::try_from(count.n).unwrap(), count.facts.len());
            let key = Key::parse(&count.key);
            prop_assert_eq!(key.map(|k| k.to_string()), Some(count.key.clone()));
            // Each of its facts can be asked about by itself.
            prop_assert!(count.facts.iter().all(|f| count.fact(&f.key) == Some(f)));
        }
        // A key names one number.
        let mut keys: Vec<_> = p.counts().map(|c| c.key.clone()).collect();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), p.counts().count());
        // Items due in a quarter are each in one part, and no quarter has only zeros where nothing was due.
        let lv = p.series.iter().find(|s| s.duty == Duty::Lv).unwrap();
        let own = |o: &OccurrenceFact| o.satisfied.is_none_or(|s| s.event_on >= facts.term.from);
        for (column, point) in p.columns.iter().zip(&lv.points) {
            let due = facts
                .items
                .iter()
                .filter(|i| i.occurrences.iter().any(|o| column.quarter.holds(o.due) && facts.obliges(o.due) && own(o)))
                .count();
            let sum: u32 = point.iter().flatten().map(|c| c.n).sum();
            prop_assert_eq!(usize::try_from(sum).unwrap(), due);
            prop_assert_eq!(point.is_some(), due > 0);
        }
        // Both ways through the year's list meet the same items.
        let sum = |rows: &[Dimension]| -> u32 { rows.iter().flat_map(|r| &r.counts).map(|c| c.n).sum() };
        prop_assert_eq!(sum(&p.groups), sum(&p.lists));
    }

    #[test]
    fn the_same_facts_give_the_same_portrait(facts in some_facts(), on in 0_u64..800) {
        let today = d("2025-01-01") + Days::new(on);
        let mut turned = facts.clone();
        turned.items.reverse();
        for item in &mut turned.items {
            item.occurrences.reverse();
        }
        prop_assert_eq!(portrait(&facts, 2026, today), portrait(&turned, 2026, today));
    }

    #[test]
    fn nothing_outside_the_term_and_the_enabled_days(facts in some_facts(), on in 0_u64..800) {
        let today = d("2025-01-01") + Days::new(on);
        let p = portrait(&facts, 2026, today);
        for column in &p.columns {
            prop_assert!(column.quarter.last() >= p.starts && column.quarter.first() <= p.as_of);
            prop_assert!(!column.running || (column.quarter.last() >= today && facts.term.to.is_none_or(|to| to >= today)));
        }
        if p.starts > p.as_of {
            prop_assert!(p.columns.is_empty());
        }
        // Nothing is late or wanting on the day of the portrait that could still be done.
        for count in p.counts().filter(|c| c.key.ends_with(".wanting") && c.n > 0) {
            prop_assert!(count.facts.iter().all(|f| f.words.contains("没有记录")));
        }
    }
}
