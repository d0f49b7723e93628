//! The sums hold whatever storage counts, and every number says where it leads.

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::{
    accountability::Stage as ItemStage,
    board::{Duty, Tally, Tone},
    people::UnitKind,
    time::{Day, parse_iso},
};

fn day(text: &str) -> Day {
    parse_iso(text).unwrap()
}

fn tones() -> impl Strategy<Value = Tone> {
    proptest::sample::select(Tone::ALL.to_vec())
}

fn patterns() -> impl Strategy<Value = Vec<Pattern>> {
    let cells = [tones(), tones(), tones(), tones(), tones()];
    let one = (proptest::sample::select(UnitKind::ALL.to_vec()), cells, 0_u32..50)
        .prop_map(|(kind, cells, units)| Pattern { kind, cells, units });
    proptest::collection::vec(one, 0..40)
}

fn facts(standing: Standing) -> FlowFacts {
    FlowFacts {
        standing,
        unsigned: 3,
        progress: Tally { done: 5, going: 2, not_due: 1, any_time: 0 },
        steps: StepFacts { done: 2, open: 3, late: 1, unassigned: 1 },
        readings: vec![(2025, 0), (2026, 1)],
        meetings: 1,
        next_meeting: Some(day("2026-12-09")),
        items: ItemFacts {
            stages: vec![(ItemStage::Working, 4), (ItemStage::Checking, 1), (ItemStage::Closed, 9)],
            overdue: 2,
            closed: 9,
        },
    }
}

proptest! {
    #[test]
    fn sums_are_equal(patterns in patterns()) {
        let units: u32 = patterns.iter().map(|p| p.units).sum();
        let folded = standing(patterns.clone());
        prop_assert_eq!(folded.all.total(), units);
        prop_assert_eq!(folded.rows.iter().map(|r| r.all.total()).sum::<u32>(), units);
        for (n, duty) in Duty::ALL.into_iter().enumerate() {
            prop_assert_eq!(folded.duty(duty).total(), units);
            for tone in Tone::ALL {
                let by_kind: u32 = folded.rows.iter().map(|r| r.duties[n].of(tone)).sum();
                prop_assert_eq!(folded.duty(duty).of(tone), by_kind);
            }
        }
        for tone in Tone::ALL {
            prop_assert_eq!(folded.rows.iter().map(|r| r.all.of(tone)).sum::<u32>(), folded.all.of(tone));
        }
        // The same units counted in another order, or split into single ones, fold to the same.
        let split = patterns.iter().rev().flat_map(|p| (0..p.units).map(|_| Pattern { units: 1, ..*p }));
        prop_assert_eq!(standing(split), folded);
    }

    #[test]
    fn a_bar_is_full(patterns in patterns()) {
        let folded = standing(patterns);
        let bar = folded.all.bar();
        let mut end = 0;
        for (tone, units, from, length) in &bar {
            prop_assert_eq!(*from, end);
            prop_assert!(*units == folded.all.of(*tone) && *units > 0);
            end = from + length;
        }
        prop_assert_eq!(end, if folded.all.total() == 0 { 0 } else { 1_000 });
    }

    #[test]
    fn every_link_counts_all_units(patterns in patterns()) {
        let facts = facts(standing(patterns));
        for stage in flow(&facts) {
            prop_assert_eq!(stage.counts.iter().map(|c| c.n).sum::<u32>(), facts.standing.all.total());
            prop_assert_eq!(stage.units.total(), facts.standing.all.total());
            for count in stage.counts.iter().chain(&stage.going) {
                prop_assert!(count.n > 0 && count.to.starts_with('/') && !count.words.is_empty());
            }
        }
    }

    #[test]
    fn a_panel_counts_what_it_cuts(days in proptest::collection::vec((0_u64..60, 1_u32..9), 0..80), most in 0_usize..40) {
        let lines: Vec<Line> = days.iter().map(|(after, units)| line(*after, *units)).collect();
        let units: u32 = lines.iter().map(|l| l.units).sum();
        let made = panel(lines.clone(), false, None, most);
        prop_assert_eq!(made.total(), units);
        prop_assert_eq!(made.lines.len() + usize::try_from(made.more).unwrap(), lines.len());
        prop_assert!(made.lines.is_sorted_by(|a, b| a.on <= b.on));
        prop_assert!(panel(lines.clone(), true, None, most).lines.is_sorted_by(|a, b| a.on >= b.on));
        // One kind alone shows what its total counts, and leaves the totals as they are.
        for (kind, n) in &made.totals {
            let one = panel(lines.clone(), false, Some(*kind), 100);
            prop_assert_eq!(one.lines.iter().map(|l| l.units).sum::<u32>(), *n);
            prop_assert_eq!(&one.totals, &made.totals);
        }
    }
}

#[test]
fn a_wall_names_nobody_and_loses_no_number() {
    let of =
        |kind, what: &str, who: &str| Line { kind, what: what.into(), who: who.into(), by: who.into(), ..line(3, 2) };
    let lines = vec![
        of(LineKind::Item, "待复核：东湖街道窗口排队过长", "东湖街道"),
        of(LineKind::Item, "整改：区教育局台账不全", "区教育局"),
        of(LineKind::Step, "年底检查", "区民政局"),
        of(LineKind::Hard, "1.1 专题研究", "东湖街道"),
        Line { units: 1, ..of(LineKind::Hard, "8.2 东湖街道夜市整治", "东湖街道") },
    ];
    let plain = nameless(lines);
    assert_eq!(
        plain.iter().map(|l| (l.what.as_str(), l.units)).collect::<Vec<_>>(),
        [("问题整改", 4), ("年底检查", 2), ("1.1 专题研究", 2), ("硬性事项", 1)]
    );
    assert!(plain.iter().all(|l| l.who.is_empty() && l.by.is_empty() && l.to.is_empty()));
}

#[test]
fn what_is_late_leaves_room_for_what_comes() {
    let of = |kind, after, late| Line { kind, late, what: format!("{after}"), ..line(after, 3) };
    let lines = vec![
        of(LineKind::Step, 2, true),
        of(LineKind::Step, 1, true),
        of(LineKind::Item, 3, true),
        of(LineKind::Step, 20, false),
        of(LineKind::Step, 21, false),
    ];
    let units: u32 = lines.iter().map(|l| l.units).sum();
    let folded = folded(lines);
    let shown: Vec<(&str, u32, bool)> = folded.iter().map(|l| (l.what.as_str(), l.units, l.late)).collect();
    assert_eq!(shown, [("督责工作", 6, true), ("问题整改", 3, true), ("20", 3, false), ("21", 3, false)]);
    assert_eq!(folded[0].on, line(1, 1).on);
    assert_eq!(folded.iter().map(|l| l.units).sum::<u32>(), units);
}

fn line(after: u64, units: u32) -> Line {
    let kind = LineKind::ALL[usize::try_from(after).unwrap() % LineKind::ALL.len()];
    Line {
        on: day("2026-11-02") + Days::new(after),
        kind,
        what: kind.due_label().to_owned(),
        who: units_in_words("东湖街道", units),
        units,
        by: String::new(),
        late: false,
        to: "/board".to_owned(),
    }
}

#[test]
fn a_unit_stands_by_its_most_urgent_cell() {
    let cells = [Tone::Ok, Tone::Warn, Tone::None, Tone::None, Tone::Late];
    let folded = standing([Pattern { kind: UnitKind::Town, cells, units: 2 }]);
    assert_eq!(folded.all, Tones { late: 2, ..Tones::default() });
    assert_eq!(folded.all.attention(), 2);
    assert_eq!(folded.all.words(), "◆ 逾期 2");
    assert_eq!(folded.duty(Duty::Lv).warn, 2);
}

#[test]
fn an_empty_district_says_so() {
    let chain = flow(&FlowFacts::default());
    assert!(chain.iter().all(|s| s.counts.is_empty() && s.going.is_empty() && !s.note.is_empty()));
    assert_eq!(chain[0].note, "还没有应签收责任清单的单位。");
    assert!(Tones::default().bar().is_empty());
}

#[test]
fn a_delay_is_the_bodys_not_the_units() {
    let cells = [Tone::Ok, Tone::Ok, Tone::None, Tone::None, Tone::Ok];
    let chain = flow(&facts(standing([Pattern { kind: UnitKind::Department, cells, units: 4 }])));
    let du = &chain[2];
    assert!(du.note.contains("1 项由监督单位延误，不影响单位"), "{}", du.note);
    assert_eq!(du.units, Tones { none: 4, ..Tones::default() });
    assert_eq!(chain[4].note, "整改在办 5 项，本月销号 9 项。");
    // Never more waiting for a receipt than units without one.
    assert!(chain[0].going.is_empty());
    // Every number of the plan opens the steps that it counted.
    let to: Vec<(&str, u32, &str)> = du.going.iter().map(|c| (c.words.as_str(), c.n, c.to.as_str())).collect();
    assert_eq!(
        to,
        [
            ("监督单位应办未办", 1, "/oversight/season?state=late"),
            ("监督单位待办", 3, "/oversight/season?state=coming"),
            ("监督单位已办", 2, "/oversight/season?state=done"),
            ("归口表没有监督单位", 1, "/oversight/season?body=none&state=open"),
            ("2026年度翻阅检查进行中", 1, "/oversight?year=2026&state=open"),
        ]
    );
    assert_eq!(chain[3].going[0].to, "/reviews?state=coming");
    let note = &chain[1].note;
    assert!(note.contains("已落实 5 条") && note.contains("指到今天为止到期的都已落实"), "{note}");
}
