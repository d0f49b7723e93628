//! Tables and properties of colours and rows.

use chrono::{Datelike, Days};
use proptest::prelude::*;

use super::*;
use crate::{
    duties::{Frequency, ListState, fixture::id, windows},
    ids::{DutyId, OccurrenceId, PostId, RecordId},
    time::{Day, Window, WorkCalendar, parse_iso, zh_short},
};

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn item(code: &str, text: &str, cadence: Frequency, hard: bool) -> ItemFacts {
    let calendar = WorkCalendar::default();
    ItemFacts {
        duty: DutyId(id(code)),
        code: code.into(),
        text: text.into(),
        cadence,
        hard,
        recorded: false,
        refuted: None,
        occurrences: (1..)
            .zip(windows(cadence, 2026))
            .map(|(n, window): (u32, Window)| Fact {
                id: OccurrenceId(id(&format!("{code}-{n}"))),
                window,
                due: calendar.last_working(window.to, window.from),
                satisfied: None,
            })
            .collect(),
    }
}

fn facts(items: Vec<ItemFacts>) -> Facts {
    Facts {
        term_from: Some(d("2024-03-01")),
        list: Some(ListFacts {
            state: ListState::Signed,
            receipt_due: Some(d("2026-02-13")),
            telephone_after: Some(d("2026-02-27")),
            signed_on: Some(d("2026-02-11")),
        }),
        items,
        ..Facts::empty(PostId(id("post")), 2026, d("2026-01-01"))
    }
}

fn done(event: &str, recorded: &str, verified: bool) -> Satisfied {
    Satisfied { record: RecordId(id(event)), event_on: d(event), recorded_on: d(recorded), verified }
}

fn one(facts: &Facts, today: &str) -> Colour {
    evaluate(&RuleSet::default(), facts, d(today)).remove(0)
}

#[test]
fn an_ordinary_item_through_a_quarter() {
    let facts = facts(vec![item("6.3", "与年轻干部经常性谈心谈话", Frequency::Quarterly, false)]);
    let table = [
        ("2026-01-01", Tone::None, "2026-03-21", Progress::NotDue),
        ("2026-03-20", Tone::None, "2026-03-21", Progress::NotDue),
        ("2026-03-21", Tone::Warn, "2026-04-01", Progress::Going),
        ("2026-03-31", Tone::Warn, "2026-04-01", Progress::Going),
    ];
    for (today, tone, until, progress) in table {
        let colour = one(&facts, today);
        assert_eq!((colour.tone, colour.valid_until, colour.progress), (tone, Some(d(until)), progress), "{today}");
        assert!(!colour.overdue);
    }
    let after = one(&facts, "2026-04-01");
    assert_eq!((after.tone, after.overdue, after.word()), (Tone::Warn, true, "需关注"));
    assert_eq!(after.reason, "6.3「与年轻干部经常性谈心谈话」第一季度尚无记录，3月31日已到期；属一般事项，不会变红。");
    // The second quarter's reminder is the next change.
    assert_eq!(after.valid_until, Some(d("2026-06-20")));
}

#[test]
fn the_reason_of_yellow_names_item_window_and_date() {
    let mut q = item("6.3", "与年轻干部经常性谈心谈话", Frequency::Quarterly, false);
    for (n, day) in ["2026-03-18", "2026-06-12", "2026-09-25"].into_iter().enumerate() {
        q.occurrences[n].satisfied = Some(done(day, day, n > 0));
    }
    let facts = facts(vec![q]);
    let calm = one(&facts, "2026-11-20");
    assert_eq!((calm.tone, calm.progress), (Tone::Ok, Progress::Done));
    assert_eq!(calm.reason, "6.3「与年轻干部经常性谈心谈话」第三季度已落实：9月25日开展，已核实。");
    let near = one(&facts, "2026-12-25");
    assert_eq!((near.tone, near.word(), near.progress), (Tone::Warn, "临近到期", Progress::Done));
    assert_eq!(near.reason, "6.3「与年轻干部经常性谈心谈话」第四季度尚无记录，12月31日到期，已进入提醒期。");
    assert_eq!(near.facts, [FactId::Occurrence(facts.items[0].occurrences[3].id)]);
}

#[test]
fn what_was_excused_causes_no_colour_and_no_word_says_why() {
    let hard = item("3.3", "主持专题会议研究全面从严治党", Frequency::HalfYearly, true);
    let red = facts(vec![hard.clone()]);
    assert_eq!(one(&red, "2026-07-01").tone, Tone::Late);
    let excused = Facts { excused: [hard.occurrences[0].id].into(), ..red };
    let calm = one(&excused, "2026-07-01");
    assert_eq!((calm.tone, calm.overdue, calm.progress), (Tone::None, false, Progress::NotDue));
    assert!(!calm.reason.contains("容错") && !calm.reason.contains("上半年"), "{}", calm.reason);
    // The second half-year is asked for as ever.
    assert_eq!(one(&excused, "2027-01-01").tone, Tone::Late);
    // Recorded late: it waits for no checker any more.
    let mut late = hard.clone();
    late.occurrences[0].satisfied = Some(done("2026-06-28", "2026-07-09", false));
    let late = facts(vec![late]);
    assert_eq!(one(&late, "2026-07-10").tone, Tone::Pending);
    let excused = Facts { excused: [hard.occurrences[0].id].into(), ..late };
    assert_eq!(one(&excused, "2026-07-10").tone, Tone::Ok);
}

#[test]
fn a_hard_item_goes_red_then_pending_then_green() {
    let mut hard = item("3.3", "主持专题会议研究全面从严治党", Frequency::HalfYearly, true);
    let red = one(&facts(vec![hard.clone()]), "2026-07-01");
    assert_eq!((red.tone, red.word(), red.progress), (Tone::Late, "逾期", Progress::Going));
    hard.occurrences[0].satisfied = Some(done("2026-06-28", "2026-07-09", false));
    let waiting = one(&facts(vec![hard.clone()]), "2026-07-10");
    assert_eq!((waiting.tone, waiting.progress), (Tone::Pending, Progress::Going));
    assert!(waiting.reason.contains("7月9日补记，等待核实"));
    assert_eq!(waiting.facts.len(), 2);
    hard.occurrences[0].satisfied = Some(done("2026-06-28", "2026-07-09", true));
    let green = one(&facts(vec![hard.clone()]), "2026-07-10");
    assert_eq!((green.tone, green.progress), (Tone::Ok, Progress::Done));
    // Recorded in time needs nobody, and the switch turns red off altogether.
    hard.occurrences[0].satisfied = Some(done("2026-06-28", "2026-06-30", false));
    assert_eq!(one(&facts(vec![hard.clone()]), "2026-07-10").tone, Tone::Ok);
    hard.occurrences[0].satisfied = None;
    let soft = RuleSet { hard_can_be_red: false, ..RuleSet::default() };
    assert_eq!(evaluate(&soft, &facts(vec![hard]), d("2026-07-10"))[0].tone, Tone::Warn);
}

#[test]
fn any_time_items_are_never_coloured_by_time() {
    let mut any = item("1.4", "重大事项按时限请示报告", Frequency::AnyTime, false);
    let silent = one(&facts(vec![any.clone()]), "2026-12-31");
    assert_eq!((silent.tone, silent.progress, silent.valid_until), (Tone::None, Progress::NotDue, None));
    any.recorded = true;
    let noted = one(&facts(vec![any]), "2026-12-31");
    assert_eq!((noted.tone, noted.progress), (Tone::Ok, Progress::Done));
}

#[test]
fn a_successor_never_answers_for_what_was_due_before_him() {
    let mut facts = facts(vec![item("3.3", "专题研究", Frequency::HalfYearly, true)]);
    facts.term_from = Some(d("2026-09-01"));
    assert_eq!(one(&facts, "2026-09-02").tone, Tone::None);
    // The predecessor's late record waits for no checker on the successor's row.
    facts.items[0].occurrences[0].satisfied = Some(done("2026-06-20", "2026-07-20", false));
    assert_eq!(one(&facts, "2026-09-02").tone, Tone::Ok);
    facts.vacancies = vec![Window { from: d("2026-12-20"), to: d("2027-01-15") }];
    facts.items[0].occurrences[0].satisfied = None;
    assert_eq!(one(&facts, "2027-01-20").tone, Tone::None);
    facts.vacancies.clear();
    assert_eq!(one(&facts, "2027-01-20").tone, Tone::Late);
}

#[test]
fn rule_sets_are_data_and_checked() {
    let rules = RuleSet { version: 3, ..RuleSet::default() };
    assert_eq!(rules.label(), "规则第3版");
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<RuleSet>(&json).unwrap(), rules);
    assert!(serde_json::from_str::<RuleSet>(&json.replace("yearly_days", "logins")).is_err());
    assert!(rules.validate().is_ok());
    let bad = RuleSet { monthly_days: 40, ..rules.clone() };
    assert_eq!(bad.validate().unwrap_err().field_name(), Some("monthly_days"));
    assert!(RuleSet { version: 0, ..rules }.validate().is_err());
}

#[test]
fn the_receipt_cell_in_each_state() {
    let rules = RuleSet::default();
    let with = |list: Option<ListFacts>, today: &str| {
        let facts = Facts { list, ..facts(Vec::new()) };
        let [ming, ..] = row(&rules, &facts, &[], d(today)).cells;
        (ming.tone, ming.word, ming.text, ming.valid_until)
    };
    let signed = facts(Vec::new()).list.unwrap();
    let issued = ListFacts { state: ListState::Issued, signed_on: None, ..signed };
    assert_eq!(with(Some(signed), "2026-11-20"), (Tone::Ok, "正常".into(), "已签收 2月11日".into(), None));
    let waiting = with(Some(issued), "2026-02-13");
    assert_eq!(waiting, (Tone::None, "待签收".into(), "2月13日前签收".into(), Some(d("2026-02-14"))));
    let overdue = with(Some(issued), "2026-02-14");
    assert_eq!(overdue, (Tone::Warn, "需关注".into(), "超期未签收".into(), Some(d("2026-02-28"))));
    assert_eq!(with(Some(issued), "2026-03-02").3, None);
    let draft = ListFacts { state: ListState::Commenting, ..issued };
    assert_eq!(with(Some(draft), "2026-02-14").2, "征求意见");
    assert_eq!(with(None, "2026-02-14").2, "尚未下达");
}

#[test]
fn a_new_head_without_a_list_shows_the_day_of_arrival() {
    let facts = Facts { term_from: Some(d("2026-11-16")), list: None, ..facts(Vec::new()) };
    let row = row(&RuleSet::default(), &facts, &[], d("2026-11-20"));
    assert_eq!(row.cells[0].text, "11月16日到任");
    assert_eq!(row.cells[1].text, "尚未启用");
    for cell in &row.cells[2..] {
        assert_eq!((cell.tone, cell.text.as_str()), (Tone::None, "—"));
        assert!(cell.why.starts_with("本环节尚无数据："));
    }
}

#[test]
fn the_fulfilment_cell_names_items() {
    let rules = RuleSet::default();
    let cell = |items: Vec<ItemFacts>, today: &str| {
        let facts = facts(items);
        let colours = evaluate(&rules, &facts, d(today));
        row(&rules, &facts, &colours, d(today)).cells[1].clone()
    };
    let talk = item("6.3", "谈心谈话", Frequency::Quarterly, false);
    let near = cell(vec![talk.clone()], "2026-03-25");
    assert_eq!((near.tone, near.word.as_str(), near.text.as_str()), (Tone::Warn, "临近到期", "6.3 谈心谈话"));
    let study = item("3.3", "专题研究", Frequency::HalfYearly, true);
    let both = cell(vec![talk, study.clone()], "2026-07-01");
    assert_eq!((both.tone, both.text.as_str()), (Tone::Late, "3.3 专题研究"));
    assert!(both.why.contains("3.3") && both.why.contains("6.3"));
    let mut held = study;
    held.occurrences[0].satisfied = Some(done("2026-06-02", "2026-06-02", false));
    let calm = cell(vec![held], "2026-07-01");
    assert_eq!((calm.tone, calm.text.as_str()), (Tone::Ok, "暂无临近到期事项"));
    assert!(calm.why.starts_with("已落实 1 条"), "the count stands in the drawer");
    let talks = ["6.1", "6.2", "6.3"].map(|code| item(code, "谈心谈话", Frequency::Quarterly, false));
    let many = cell(talks.to_vec(), "2026-03-25");
    assert_eq!(many.text, "6.1、6.2 等", "no count that could be compared with the row below");
}

#[test]
fn later_columns_never_blame_the_unit_for_the_supervisor() {
    let facts = Facts {
        oversight: Some(OversightFacts {
            step: "半年梳理".into(),
            done_on: None,
            due: None,
            next: None,
            underway: false,
        }),
        review: Some(ReviewFacts { sealed: Some((2025, "较好".into())), next_on: None }),
        rectification: Some(RectificationFacts { open: 2, overdue: 1, before: 0, next_due: Some(d("2026-12-01")) }),
        ..facts(Vec::new())
    };
    let row = row(&RuleSet::default(), &facts, &[], d("2026-11-20"));
    let seen: Vec<_> = row.cells[2..].iter().map(|c| (c.tone, c.text.as_str())).collect();
    assert_eq!(
        seen,
        [(Tone::None, "半年梳理待确认"), (Tone::Ok, "较好（2025年）"), (Tone::Late, "整改在办 2 / 逾期 1")]
    );
    assert_eq!((row.tone(), row.valid_until), (Tone::Late, Some(d("2026-12-02"))));
    assert_eq!((row.worst().duty, row.worst().tone), (Duty::Wen, Tone::Late), "the unit takes the colour of its worst");
    assert_eq!(worst([]), None);
    // Late since before he came: told, and no colour of his.
    let before = Some(RectificationFacts { open: 2, overdue: 0, before: 1, next_due: None });
    let cell = super::row(&RuleSet::default(), &Facts { rectification: before, ..facts }, &[], d("2026-11-20"));
    assert_eq!((cell.cells[4].tone, cell.cells[4].text.as_str()), (Tone::Ok, "整改在办 2 项"));
    assert!(cell.cells[4].why.contains("其中 1 项的期限在现任到任"));
}

#[test]
fn a_coming_review_is_recoloured_on_the_day_after() {
    let facts =
        Facts { review: Some(ReviewFacts { sealed: None, next_on: Some(d("2026-12-09")) }), ..facts(Vec::new()) };
    let ping = |today: &str| row(&RuleSet::default(), &facts, &[], d(today)).cells[3].clone();
    for today in ["2026-11-20", "2026-12-09"] {
        let cell = ping(today);
        assert_eq!((cell.text.as_str(), cell.valid_until), ("12月9日", Some(d("2026-12-10"))), "{today}");
    }
    let after = ping("2026-12-10");
    assert_eq!((after.text.as_str(), after.valid_until), ("—", None));
    assert!(after.why.contains("还没有封存"));
}

prop_compose! {
    fn any_item(n: usize)(
        cadence in proptest::sample::select(Frequency::ALL.to_vec()),
        hard: bool, recorded: bool,
        records in proptest::collection::vec(proptest::option::of((0_u64..90, 0_u64..60, any::<bool>())), 12),
    ) -> ItemFacts {
        let mut made = item(&format!("{}.{}", n / 5 + 1, n % 5 + 1), "事项", cadence, hard);
        for (fact, record) in made.occurrences.iter_mut().zip(records) {
            fact.satisfied = record.map(|(after, delay, verified)| {
                let event_on = (fact.window.from + Days::new(after)).min(fact.window.to);
                Satisfied {
                    record: RecordId(id(&fact.id.to_string())),
                    event_on,
                    recorded_on: event_on + Days::new(delay),
                    verified,
                }
            });
        }
        ItemFacts { recorded: recorded || made.occurrences.iter().any(|o| o.satisfied.is_some()), ..made }
    }
}

prop_compose! {
    fn any_facts()(
        items in (0_usize..6).prop_flat_map(|n| (0..n).map(any_item).collect::<Vec<_>>()),
        arrival in proptest::option::of(0_u64..800), start in 0_u64..800,
    ) -> Facts {
        let day = |n: u64| d("2025-06-01") + Days::new(n);
        Facts { term_from: arrival.map(day), enabled_on: day(start), ..facts(items) }
    }
}

#[test]
fn what_never_falls_due_is_counted_apart_and_what_is_due_again_is_said() {
    let mut again = item("1.3", "每季度研究", Frequency::Quarterly, false);
    for (n, day) in ["2026-03-18", "2026-06-09", "2026-09-04"].into_iter().enumerate() {
        again.occurrences[n].satisfied = Some(done(day, day, false));
    }
    let mut late = again.clone();
    (late.duty, late.code) = (DutyId(id("2.2")), "2.2".into());
    late.occurrences[3].satisfied = Some(done("2026-11-02", "2026-11-02", false));
    let yearly = item("3.4", "年底报告", Frequency::Yearly, false);
    let mut any = item("13.4", "随时报告", Frequency::AnyTime, false);
    any.occurrences.clear();
    let facts = facts(vec![again, late, yearly, any]);
    let today = d("2026-11-02");
    let colours = evaluate(&RuleSet::default(), &facts, today);
    let tally = Tally::of(&colours);
    assert_eq!(tally.words(), "已落实 2 条，推进中 0 条，未到期 1 条，随时 1 条");
    assert_eq!(tally.all(), 4);
    assert_eq!(ThisQuarter::of(&facts, &colours, today), ThisQuarter { open: 2, again: 1 });
}

proptest! {
    #[test]
    fn same_facts_same_colours_and_every_word_is_true(facts in any_facts(), offset in 0_u64..400) {
        let rules = RuleSet::default();
        let today = d("2026-01-01") + Days::new(offset);
        let colours = evaluate(&rules, &facts, today);
        prop_assert_eq!(&colours, &evaluate(&rules, &facts.clone(), today));
        prop_assert_eq!(colours.len(), facts.items.len());
        for (colour, item) in colours.iter().zip(&facts.items) {
            // The explanation names the item, and only facts that exist.
            let subject = [&item.code, "「", &item.text, "」"].concat();
            prop_assert!(colour.reason.starts_with(&subject));
            for fact in &colour.facts {
                let known = match fact {
                    FactId::Occurrence(id) => item.occurrences.iter().any(|o| o.id == *id),
                    FactId::Record(id) => item.occurrences.iter().any(|o| o.satisfied.is_some_and(|s| s.record == *id)),
                    FactId::Remark(id) => item.refuted.is_some_and(|r| r.remark == *id),
                };
                prop_assert!(known);
            }
            if colour.tone.needs_attention() {
                // It names a date, and that date is one the present head answers for.
                let Some(FactId::Occurrence(id)) = colour.facts.first() else { panic!("no fact") };
                let fact = item.occurrences.iter().find(|o| o.id == *id).unwrap();
                prop_assert!(colour.reason.contains(&zh_short(fact.due)));
                prop_assert!(facts.obliges(fact.due) && fact.due >= facts.enabled_on);
                prop_assert!(facts.term_from.is_some_and(|from| fact.due >= from));
                prop_assert_eq!(fact.satisfied.is_some(), colour.tone == Tone::Pending);
            }
            // Red and its aftermath are for hard items only, and only after the due day.
            prop_assert!(item.hard || colour.tone <= Tone::Warn);
            prop_assert!(colour.tone != Tone::Late || colour.overdue);
            prop_assert!(colour.valid_until.is_none_or(|day| day > today));
        }
    }

    #[test]
    fn nothing_changes_before_valid_until(facts in any_facts(), offset in 0_u64..400, ahead in 1_u64..120) {
        let rules = RuleSet::default();
        let today = d("2026-01-01") + Days::new(offset);
        let later = today + Days::new(ahead);
        for (now, then) in evaluate(&rules, &facts, today).into_iter().zip(evaluate(&rules, &facts, later)) {
            if now.valid_until.is_none_or(|day| later < day) {
                prop_assert_eq!(now, then);
            }
        }
    }

    #[test]
    fn a_row_counts_items_and_takes_the_worst_tone(facts in any_facts(), offset in 0_u64..400) {
        let rules = RuleSet::default();
        let today = d("2026-01-01") + Days::new(offset);
        let colours = evaluate(&rules, &facts, today);
        let row = row(&rules, &facts, &colours, today);
        prop_assert_eq!(row.tally.all() as usize, facts.items.len());
        let worst = colours.iter().map(|c| c.tone).max().unwrap_or(Tone::None);
        prop_assert_eq!(row.cells[1].tone, worst);
        prop_assert!(row.cells.iter().all(|c| !c.why.is_empty() && !c.text.is_empty()));
        prop_assert!(today.year() >= 2026);
    }
}
