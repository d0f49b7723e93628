//! 翻阅检查 as tables: days, draw, the second person, the step of the board.

use uuid::Uuid;

use super::*;
use crate::{
    ids::{DutyId, PersonId},
    time::{Day, parse_iso},
};

mod going;
mod opposite;

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn new(from: &str, to: &str) -> NewInspection {
    let readers = vec![person(1), person(2), person(1)];
    NewInspection { purpose: Purpose::Daily, year: 2026, from: Some(d(from)), to: parse_iso(to), readers }
}

#[test]
fn a_reading_is_announced_bounded_and_has_readers() {
    let today = d("2026-11-02");
    let good = new("2026-11-02", "").check(today).unwrap();
    assert_eq!((good.to, good.readers.len()), (d("2026-11-02"), 2));
    let wrong = [
        (new("2026-11-01", ""), "from"),
        (NewInspection { from: None, ..new("2026-11-02", "") }, "from"),
        (new("2027-01-02", ""), "from"),
        (new("9999-12-31", ""), "from"),
        (new("2026-11-05", "2026-11-04"), "to"),
        (new("2026-11-02", "2026-12-03"), "to"),
        (NewInspection { year: 2024, ..new("2026-11-02", "") }, "year"),
        (NewInspection { readers: Vec::new(), ..new("2026-11-02", "") }, "reader"),
    ];
    for (inspection, field) in wrong {
        assert_eq!(inspection.check(today).unwrap_err().field_name(), Some(field));
    }
    assert!(new("2026-11-02", "2026-12-02").check(today).is_ok());
    assert!(here_open(HERE_MAX - 1).is_ok() && here_open(HERE_MAX).unwrap_err().field_name() == Some("secret"));
    let days = |from, to| new(from, to).check(today).unwrap().days();
    assert_eq!(days("2026-11-05", "2026-11-07"), "11月5日至11月7日");
    assert_eq!(days("2027-01-01", ""), "2027年1月1日", "the last day that may be registered, and of another year");
    assert_eq!(days("2026-12-30", "2027-01-02"), "2026年12月30日至2027年1月2日");
}

#[test]
fn days_and_standing_make_the_phase() {
    let open = new("2026-11-03", "2026-11-05").check(d("2026-11-02")).unwrap();
    let table = [
        (Standing::Open, "2026-11-02", Phase::Planned, false),
        (Standing::Open, "2026-11-03", Phase::Running, true),
        (Standing::Open, "2026-11-05", Phase::Running, true),
        (Standing::Open, "2026-11-06", Phase::Over, true),
        (Standing::Feedback, "2026-11-04", Phase::Signing, false),
        (Standing::Closed, "2026-11-04", Phase::Closed, false),
        (Standing::Withdrawn, "2026-11-04", Phase::Withdrawn, false),
    ];
    for (standing, on, phase, remarks) in table {
        let it = Inspection { standing, ..open.clone() };
        assert_eq!(it.phase(d(on)), phase);
        assert_eq!(it.takes_remarks(d(on)).is_ok(), remarks, "{standing:?} {on}");
        assert_eq!(it.opens(person(2), d(on)), phase == Phase::Running);
        assert!(!it.opens(person(3), d(on)));
    }
}

#[test]
fn a_draw_can_be_repeated_and_does_not_depend_on_the_order() {
    let items: Vec<DutyId> = (1..=60).map(|n| DutyId(Uuid::from_u128(n))).collect();
    let drawn = draw(Uuid::from_u128(7), 42, 10, &items);
    assert_eq!(drawn.len(), 6);
    assert_eq!(draw(Uuid::from_u128(7), 42, 10, &items), drawn);
    let mut turned = items.clone();
    turned.reverse();
    let mut again = draw(Uuid::from_u128(7), 42, 10, &turned);
    again.reverse();
    assert_eq!(again, drawn);
    assert_ne!(draw(Uuid::from_u128(8), 42, 10, &items), drawn);
    assert_ne!(draw(Uuid::from_u128(7), 43, 10, &items), drawn);
    assert_eq!(draw(Uuid::from_u128(7), 42, 10, &items[..3]).len(), 1);
    assert!(draw(Uuid::from_u128(7), 42, 10, &[]).is_empty());
    assert_eq!(draw(Uuid::from_u128(7), 42, 100, &items), items);
    // Every item has its chance: over many seeds none is left out.
    let hit = |duty: &DutyId| (0..200).any(|seed| draw(Uuid::from_u128(7), seed, 10, &items).contains(duty));
    assert!(items.iter().all(hit));
    assert!(share(0).is_err() && share(101).is_err() && share(10) == Ok(10));
}

#[test]
fn a_sample_larger_than_the_list_is_the_list_and_says_so() {
    let items: Vec<DutyId> = (1..=5).map(|n| DutyId(Uuid::from_u128(n))).collect();
    let table = [
        (100, 0, 5, "清单共 5 条，全部列入"),
        (1, 0, 1, "不足一条，抽 1 条"),
        (10, 8, 5, "要求不少于 8 条，清单只有 5 条，全部列入"),
        (10, 3, 3, "按 10% 是 1 条，按“不少于 3 条”抽 3 条"),
        (50, 0, 3, "抽 3 条（不足一条的算一条）"),
        (20, 0, 1, "清单共 5 条，按 20% 抽 1 条。"),
    ];
    for (share, least, many, words) in table {
        let drawn = draw_least(Uuid::from_u128(7), 42, (share, least), &items);
        assert_eq!((drawn.len(), wanted(share, least, 5)), (many, many), "{share} {least}");
        let why = why_so_many(share, least, 5);
        assert!(why.contains(words), "{why}");
    }
    assert!(draw_least(Uuid::from_u128(7), 42, (10, 8), &[]).is_empty());
    assert!(why_so_many(10, 8, 0).contains("没有条目"));
    assert!(least(LEAST_MAX).is_ok() && least(LEAST_MAX + 1).unwrap_err().field_name() == Some("least"));
    let stored = r#"{"by":"draw","share":10,"seed":42}"#;
    let sampling: Sampling = serde_json::from_str(stored).unwrap();
    assert_eq!(sampling, Sampling::Draw { share: 10, seed: 42, least: 0, of: None }, "readings registered before");
    assert!(!sampling.words().contains("不少于"), "what was signed stays what was signed");
}

#[test]
fn a_choice_by_hand_says_why_and_what_it_replaced() {
    let old: Sampling = serde_json::from_str(r#"{"by":"hand"}"#).unwrap();
    assert_eq!((old.words().as_str(), old.drawn()), ("人工选定", None));
    let drawn = Drawn { share: 10, seed: 42, least: 0, of: None };
    let hand = Sampling::Hand { reason: "只查警示教育".into(), replaced: Some(drawn) };
    assert_eq!(hand.words(), "人工选定，替换按 10% 抽取的结果，原抽取码 42，原因：只查警示教育");
    assert_eq!((hand.drawn(), hand.code().contains("42")), (Some(drawn), true));
    assert_eq!(serde_json::from_str::<Sampling>(&serde_json::to_string(&hand).unwrap()).unwrap(), hand);
    assert!(enough(3, 3).is_ok() && enough(0, 0).is_ok());
    assert_eq!(enough(1, 3).unwrap_err().field_name(), Some("duty"));
}

#[test]
fn a_draw_is_computed_again_and_compared() {
    let pool: Vec<DutyId> = (1..=60).map(|n| DutyId(Uuid::from_u128(n))).collect();
    let id = Uuid::from_u128(7);
    let sample = draw_least(id, 42, (10, 0), &pool);
    let again = redraw(id, 42, (10, 0), &pool, &sample);
    assert!(again.same && again.lines.len() == 60);
    assert!(again.lines.windows(2).all(|two| two[0].rank <= two[1].rank), "in the order of the ranks");
    assert!(again.lines[..6].iter().all(|l| l.drawn) && again.lines[6..].iter().all(|l| !l.drawn));
    assert!(again.lines[..6].iter().all(|l| sample.contains(&l.duty)));
    let mut other = sample.clone();
    other[0] = again.lines[59].duty;
    assert!(!redraw(id, 42, (10, 0), &pool, &other).same && !redraw(id, 43, (10, 0), &pool, &sample).same);
    assert!(!redraw(id, 42, (10, 0), &pool, &sample[1..]).same);
}

#[test]
fn what_broke_off_goes_on_for_days_that_are_told_again() {
    let open = new("2026-11-03", "2026-11-05").check(d("2026-11-02")).unwrap();
    let to = |on: &str, day: &str| open.prolong(d(on), parse_iso(day));
    assert_eq!(to("2026-11-05", "2026-11-09"), Ok(d("2026-11-09")));
    assert_eq!(to("2026-11-20", "2026-11-20"), Ok(d("2026-11-20")), "its days were over");
    for (on, day) in [
        ("2026-11-02", "2026-11-09"),
        ("2026-11-04", "2026-11-05"),
        ("2026-11-20", "2026-11-19"),
        ("2026-11-05", ""),
        ("2026-11-05", "2026-12-06"),
    ] {
        assert!(to(on, day).is_err(), "{on} {day}");
    }
    assert!(
        Inspection { standing: Standing::Feedback, ..open }.prolong(d("2026-11-05"), parse_iso("2026-11-09")).is_err()
    );
}

fn said(kind: RemarkKind, by: u128) -> Remark {
    Remark {
        kind,
        by: person(by),
        agreed: false,
        check_asked: false,
        check_answered: false,
        withdrawn: false,
        proposal: ProposalState::Absent,
    }
}

fn on<'a>(duty: Option<DutyId>, remark: &'a Remark, text: &'a str) -> Mark<'a> {
    Mark { record: None, duty, remark, text, reach: &[] }
}

#[test]
fn a_tap_changes_the_own_mark_and_leaves_the_others() {
    use RemarkKind::{Mismatch, Sound, Wanting};
    let (duty, other) = (Some(DutyId(Uuid::from_u128(1))), Some(DutyId(Uuid::from_u128(2))));
    let (own, theirs) = (said(Sound, 1), said(Sound, 2));
    let both = [on(duty, &theirs, ""), on(duty, &own, "")];
    assert_eq!(tap(&both, person(1), (None, duty), (Sound, "")), Tap::Same(1), "tapped twice is once");
    assert_eq!(tap(&both, person(1), (None, duty), (Wanting, "补")), Tap::Instead(1));
    assert_eq!(tap(&both, person(1), (None, duty), (Sound, "有台账")), Tap::Instead(1));
    assert_eq!(tap(&both, person(1), (None, other), (Sound, "")), Tap::New);
    assert_eq!(tap(&both, person(3), (None, duty), (Sound, "")), Tap::New, "another reader's own");
    // What somebody built on stays beside it.
    for built in [
        Remark { agreed: true, ..said(Mismatch, 1) },
        Remark { check_asked: true, ..said(Wanting, 1) },
        Remark { proposal: ProposalState::Waiting, ..said(Wanting, 1) },
        Remark { withdrawn: true, ..said(Wanting, 1) },
    ] {
        assert_eq!(tap(&[on(duty, &built, "原话")], person(1), (None, duty), (Sound, "")), Tap::New, "{built:?}");
    }
    // The whole book is no row: remarks on it only come.
    let whole = Mark { record: None, duty: None, remark: &own, text: "", reach: &[] };
    assert_eq!(tap(&[whole], person(1), (None, None), (Sound, "")), Tap::New);
}

#[test]
fn what_does_not_match_is_two_persons_word() {
    let one = Remark {
        kind: RemarkKind::Mismatch,
        by: person(1),
        agreed: false,
        check_asked: false,
        check_answered: false,
        withdrawn: false,
        proposal: ProposalState::Absent,
    };
    assert!(!one.counts() && one.agree(person(1)).is_err() && one.agree(person(2)).is_ok());
    assert!(one.ask_check().is_err() && feedback_ready(std::slice::from_ref(&one)).is_err());
    let two = Remark { agreed: true, ..one.clone() };
    assert!(two.counts() && two.agree(person(2)).is_err() && two.ask_check().is_ok());
    assert!(feedback_ready(&[two, Remark { withdrawn: true, ..one.clone() }]).is_ok());
    let wanting = Remark { kind: RemarkKind::Wanting, ..one.clone() };
    assert!(wanting.counts() && wanting.agree(person(2)).is_err());
    // What shall become an item waits for the office, and the feedback with it.
    assert!(one.propose().is_err() && Remark { kind: RemarkKind::Sound, ..one }.propose().is_err());
    for (proposal, may) in [
        (ProposalState::Absent, true),
        (ProposalState::Waiting, false),
        (ProposalState::Approved, false),
        (ProposalState::Returned, true),
    ] {
        let remark = Remark { proposal, ..wanting.clone() };
        assert_eq!(remark.propose().is_ok(), may, "{proposal:?}");
        let waits = proposal == ProposalState::Waiting;
        assert_eq!((remark.waits_for_office(), feedback_ready(&[remark]).is_err()), (waits, waits), "{proposal:?}");
        assert_eq!(ProposalState::from_key(proposal.key()), Some(proposal));
    }
}

#[test]
fn words_are_guarded_and_sound_needs_none() {
    let check = |kind, text: &str| RemarkDraft { kind, text: text.into() }.check().map(|d| d.text);
    assert_eq!(check(RemarkKind::Sound, "  "), Ok(String::new()));
    assert!(check(RemarkKind::Wanting, " ").is_err() && check(RemarkKind::Mismatch, "").is_err());
    assert!(check(RemarkKind::Wanting, "机密★10年").is_err());
    assert_eq!(check(RemarkKind::Wanting, "联系 13800000000"), Ok("联系 138****0000".into()));
    assert!(check(RemarkKind::Wanting, &"字".repeat(REMARK_MAX + 1)).is_err());
}

#[test]
fn the_board_speaks_of_one_step_at_a_time() {
    let half = Done { purpose: Purpose::HalfYear, on: d("2026-07-08") };
    let end = Done { purpose: Purpose::YearEnd, on: d("2026-12-08") };
    let daily = Done { purpose: Purpose::Daily, on: d("2026-03-01") };
    let table = [
        ("2026-03-05", vec![daily], "半年梳理", None, true),
        ("2026-07-20", vec![], "半年梳理", None, true),
        ("2026-08-01", vec![half], "半年梳理", Some(half.on), true),
        ("2026-11-01", vec![half], "年底检查", None, false),
        ("2026-12-20", vec![half, end], "年底检查", Some(end.on), false),
        ("2027-02-01", vec![half], "年底检查", None, false),
    ];
    for (on, done, word, done_on, turns) in table {
        let facts = step(2026, d(on), &done, &[]);
        assert_eq!((facts.step.as_str(), facts.done_on, facts.next.is_some()), (word, done_on, turns), "{on}");
    }
}

#[test]
fn the_plan_says_when_a_step_is_due_and_all_of_its_parts_do_it() {
    use crate::season::StepState;
    let part = |state, due: &str, done: Option<&str>| PlanStep {
        purpose: Purpose::HalfYear,
        state,
        due: d(due),
        done_on: done.map(d),
        paused: false,
    };
    let signed = [Done { purpose: Purpose::HalfYear, on: d("2026-07-08") }];
    let of = |plan: &[PlanStep]| {
        let facts = step(2026, d("2026-07-20"), &signed, plan);
        (facts.due, facts.done_on)
    };
    let (first, second) =
        (part(StepState::Done, "2026-07-15", Some("2026-07-08")), part(StepState::Underway, "2026-07-31", None));
    assert_eq!(of(&[first, second]), (Some(d("2026-07-31")), None));
    assert_eq!(
        of(&[first, part(StepState::Cancelled, "2026-07-31", None)]),
        (Some(d("2026-07-15")), Some(d("2026-07-08")))
    );
    assert_eq!(of(&[PlanStep { paused: true, ..second }]), (None, None), "a vacant post");
    // Cancelled altogether: nothing is due, and what was signed counts.
    assert_eq!(of(&[part(StepState::Cancelled, "2026-07-15", None)]), (None, Some(d("2026-07-08"))));
}

#[test]
fn the_paper_names_what_was_found_and_both_hands() {
    let paper = FeedbackPaper {
        unit: "东湖街道".into(),
        remarks: vec![PaperRemark {
            about: "第 3 页".into(),
            kind: RemarkKind::Wanting.label().into(),
            by: "林思源".into(),
            text: "补充会议记录".into(),
            answer: String::new(),
            item: String::new(),
        }],
        signed: [("黎若水".into(), "2026年11月5日".into()), Default::default()],
        ..FeedbackPaper::default()
    };
    let text = format!("{:?}", feedback_paper(&paper));
    for words in ["履责检查反馈意见", "第 3 页", "需补充", "补充会议记录", "林思源", "黎若水", "不作为评分依据"]
    {
        assert!(text.contains(words), "{words}");
    }
    assert!(!text.contains("转线下"));
    let text = format!("{:?}", feedback_paper(&FeedbackPaper { offline: 2, ..paper }));
    assert!(text.contains("其中 2 页按规定转线下办理，不在本次翻阅范围。"), "{text}");
}

#[test]
fn what_two_said_is_taken_back_by_both() {
    let remark = Remark {
        kind: RemarkKind::Mismatch,
        by: person(1),
        agreed: true,
        check_asked: false,
        check_answered: false,
        withdrawn: false,
        proposal: ProposalState::Absent,
    };
    let (one, two) = (person(1), Some(person(2)));
    assert_eq!(remark.retract(one, None, false), Ok(Retracting::Whole));
    assert_eq!(remark.retract(one, two, false), Ok(Retracting::Asked));
    assert_eq!(remark.retract(person(2), two, true), Ok(Retracting::Whole));
    for (who, second, asked) in [(2, None, false), (3, two, false), (3, two, true), (2, two, false), (1, two, true)] {
        assert!(remark.retract(person(who), second, asked).is_err(), "{who} {asked}");
    }
    assert!(Remark { withdrawn: true, ..remark }.retract(one, None, false).is_err());
}

#[test]
fn the_same_verdict_of_another_reader_is_the_second_word() {
    use crate::ids::RecordId;
    let waiting = |by| Remark {
        kind: RemarkKind::Mismatch,
        by: person(by),
        agreed: false,
        check_asked: false,
        check_answered: false,
        withdrawn: false,
        proposal: ProposalState::Absent,
    };
    let (one, gone) = (waiting(1), Remark { withdrawn: true, ..waiting(1) });
    let (page, item, other) = (RecordId(Uuid::from_u128(9)), DutyId(Uuid::from_u128(1)), DutyId(Uuid::from_u128(2)));
    let mark = |remark, record, duty| Mark { record, duty, remark, text: "没有这项议题", reach: &[] };
    let table = [
        // Standing, said now, what the record corresponds to, confirmed.
        ((Some(page), Some(item)), (Some(page), Some(item)), vec![item, other], true),
        ((Some(page), Some(item)), (Some(page), Some(other)), vec![item, other], false),
        ((Some(page), Some(item)), (Some(page), None), vec![item], true),
        ((Some(page), None), (Some(page), Some(item)), vec![item], true),
        ((Some(page), None), (Some(page), Some(item)), vec![item, other], false),
        ((Some(page), None), (Some(page), None), vec![], true),
        ((None, Some(item)), (None, Some(item)), vec![], true),
        ((None, Some(item)), (None, Some(other)), vec![], false),
        ((Some(page), Some(item)), (None, Some(item)), vec![item], false),
    ];
    for ((record, duty), said, ticked, confirmed) in table {
        let standing = [mark(&gone, record, duty), mark(&one, record, duty)];
        let found = seconded(&standing, person(2), said, &ticked);
        assert_eq!(found, if confirmed { vec![1] } else { vec![] }, "{record:?} {duty:?} {said:?}");
        assert!(seconded(&standing, person(1), said, &ticked).is_empty(), "nobody seconds himself");
        assert_eq!(joined(&standing, person(1), said, &ticked), found);
    }
    assert_eq!(both_said("没有这项议题", "陶文博", "日期对不上"), "没有这项议题；陶文博：日期对不上");
    assert_eq!(both_said("没有这项议题", "陶文博", "没有这项议题"), "没有这项议题");
}
