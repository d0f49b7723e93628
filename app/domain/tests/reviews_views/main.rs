//! What each role sees live, read as bytes; the plan and the ballot at their edges.

#![expect(clippy::unwrap_used, reason = "test code: a failed unwrap is a failed test")]

mod bundle;
#[path = "../reviews_fixture/mod.rs"]
mod reviews_fixture;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ids::{PresenterId, SeatId},
    reviews::{
        Ballot, Command, Event, Fold, Frame, Grade, Identity, Line, Mark, Part, Plan, Recusal, ReviewRules, RoomFacts,
        Scale, Sheet, SheetLine, Vote, project,
    },
    time::Instant,
};
use reviews_fixture::*;
use serde::Serialize;
use uuid::Uuid;

/// What must be found wrong, and the change that makes it so.
type Change<T> = (&'static str, fn(&mut T));

fn json(view: &impl Serialize) -> String {
    serde_json::to_string(view).unwrap()
}

fn rate(g: Grade) -> Vote {
    Vote::Rate { overall: Mark::Grade(g), dimensions: BTreeMap::from([("team".to_owned(), Mark::Grade(g))]) }
}

fn line(p: PresenterId, vote: Vote) -> Line {
    Line { presenter: p, vote, comment: String::new() }
}

#[test]
fn no_role_sees_marks_means_or_seats_live() {
    let mut m = meeting();
    let seats: Vec<SeatId> = (0..12).map(|n| SeatId(Uuid::from_u128(0xABCD_0000 + n))).collect();
    let mut fold = Fold::default();
    for (n, seat) in seats.iter().take(8).enumerate() {
        let lines = (1..=3).map(|p| line(presenter(p), rate(Grade::ALL[n % 4]))).collect();
        fold.apply(&Frame::Vote { seat: *seat, epoch: 0, rev: 1, ballot: Ballot { lines } });
    }
    let mut facts = RoomFacts {
        presence: FULL,
        returned: fold.electronic(),
        on_the_way: 1,
        phones: 12,
        missing: vec!["评议人员12".into()],
        ..RoomFacts::default()
    };
    facts.paper.clear();
    let events = [
        Event::CheckInOpened,
        Event::Called { presenter: presenter(1) },
        Event::RoundOpened { round: round(1), presenters: (1..=3).map(presenter).collect(), presence: FULL },
        Event::RoundClosed,
        Event::SealConfirmed { teller: TELLERS[0] },
        Event::SealConfirmed { teller: TELLERS[1] },
        Event::RoundSealed { certificate: "A1B2-C3D4-E5F6-0718".into() },
    ];
    for event in events {
        m.apply(Instant(1_000), &event);
        let views = project(&m, &facts, Instant(2_000));
        let all = [
            ("rater", json(&views.rater)),
            ("screen", json(&views.screen)),
            ("chair", json(&views.chair)),
            ("teller", json(&views.teller)),
            ("presenter", json(&views.presenter)),
        ];
        for (role, text) in &all {
            for never in
                ["good", "better", "fair", "poor", "mean", "score", "points", "vote", "ballot", "comment", "weight"]
            {
                assert!(!text.contains(never), "{role} shows {never}: {text}");
            }
            assert!(seats.iter().all(|s| !text.contains(&s.to_string())), "{role} shows a seat");
            // Names of raters are for the chair's side only.
            let names = text.contains("评议人员");
            assert_eq!(names, matches!(*role, "chair" | "teller"), "{role}: {text}");
        }
        let by_role: BTreeMap<_, _> = all.into_iter().collect();
        for role in ["rater", "presenter"] {
            for counts in ["returned", "missing", "present\"", "on_the_way", "phones", "confirmed_by"] {
                assert!(!by_role[role].contains(counts), "{role} shows {counts}");
            }
        }
        assert!(!by_role["screen"].contains("missing") && !by_role["chair"].contains("confirmed_by"));
        assert!(!by_role["screen"].contains("phones"));
    }
    // The words of the state and the turn are there, and the certificate once sealed.
    let last = project(&m, &facts, Instant(2_000));
    // 集中测评: one sheet holds them all, so nobody is singled out.
    assert_eq!(last.rater.who.unwrap().2, "");
    let round = last.rater.round.unwrap();
    assert_eq!((round.words, round.certificate.as_deref()), ("已封存", Some("A1B2-C3D4-E5F6-0718")));
}

#[test]
fn a_view_before_the_meeting_is_empty_and_whole() {
    let views = project(&meeting(), &RoomFacts::default(), Instant(0));
    assert_eq!((views.rater.at, views.rater.round, views.screen.returned), (None, None, 0));
    assert_eq!(views.presenter.clock.limit_ms, 8 * 60_000);
}

fn sheet(ps: &[u128]) -> Sheet {
    let lines =
        ps.iter()
            .map(|n| SheetLine { presenter: presenter(*n), name: format!("述责人{n}"), title: "书记".into() });
    Sheet { lines: lines.collect() }
}

#[test]
fn a_ballot_is_whole_or_refused_by_name() {
    let rules = ReviewRules::default();
    let points = ReviewRules { scale: Scale::Points, ..ReviewRules::default() };
    let good = |n| line(presenter(n), rate(Grade::Good));
    let with = |comment: &str, vote: Vote| Line { comment: comment.into(), ..line(presenter(1), vote) };
    let check = |lines: Vec<Line>, s: &Sheet, r: &ReviewRules| Ballot { lines }.check(s, r);
    let two = sheet(&[1, 2]);
    let one = sheet(&[1]);
    // The order of the sheet is restored, comments are trimmed.
    let ok = check(vec![good(2), with(" 很好 ", rate(Grade::Fair))], &two, &rules).unwrap();
    assert_eq!(ok.lines.iter().map(|l| l.presenter).collect::<Vec<_>>(), [presenter(1), presenter(2)]);
    assert_eq!(ok.lines[0].comment, "很好");
    let foreign = Vote::Rate {
        overall: Mark::Grade(Grade::Good),
        dimensions: BTreeMap::from([("elsewhere".to_owned(), Mark::Grade(Grade::Good))]),
    };
    let mixed = Vote::Rate {
        overall: Mark::Grade(Grade::Good),
        dimensions: BTreeMap::from([("team".to_owned(), Mark::Points(3))]),
    };
    let of_points = |n| Vote::Rate { overall: Mark::Points(n), dimensions: BTreeMap::new() };
    let refused: Vec<(&str, Vec<Line>, u128, &ReviewRules)> = vec![
        ("没有总体评价", vec![good(1)], 2, &rules),
        ("没有总体评价", vec![], 1, &rules),
        ("不由您评议", vec![good(1), good(2), good(3)], 3, &rules),
        ("填了两次", vec![good(1), good(1)], 1, &rules),
        ("不属于这次测评", vec![line(presenter(1), foreign), good(2)], 1, &rules),
        ("不在可选范围", vec![line(presenter(1), mixed), good(2)], 1, &rules),
        ("不在可选范围", vec![line(presenter(1), of_points(90)), good(2)], 1, &rules),
        ("不在可选范围", vec![line(presenter(1), of_points(120)), line(presenter(2), of_points(100))], 1, &points),
        ("超过了 500 个字", vec![with(&"字".repeat(501), rate(Grade::Good)), good(2)], 1, &rules),
        ("已选回避", vec![with("不便评价", Vote::Recuse), good(2)], 1, &rules),
        ("不能存入本系统", vec![with("【秘密】", rate(Grade::Good)), good(2)], 1, &rules),
    ];
    for (words, lines, field, rules) in refused {
        let no = check(lines, &two, rules).unwrap_err();
        assert!(no.to_string().contains(words), "{no}");
        assert_eq!(no.field_name(), Some(presenter(field).to_string().as_str()), "{words}");
    }
    for vote in [Vote::Abstain, Vote::Recuse] {
        assert!(check(vec![line(presenter(1), vote)], &one, &rules).is_ok());
    }
    // Who recused himself from everybody has nothing to hand in.
    assert!(check(vec![], &sheet(&[]), &rules).is_err());
    for (text, ok) in
        [("100", true), ("0", true), ("101", false), ("-1", false), ("9.5", false), ("", false), ("good", false)]
    {
        assert_eq!(Mark::parse(text, Scale::Points).is_ok(), ok, "{text}");
    }
    assert!(Mark::parse("good", Scale::Grades).is_ok() && Mark::parse("90", Scale::Grades).is_err());
    for mark in Grade::ALL.map(Mark::Grade) {
        assert_eq!(Mark::parse(&mark.key(), Scale::Grades), Ok(mark));
    }
}

#[test]
fn a_plan_names_the_field_that_is_wrong() {
    let changes: [Change<Plan>; 20] = [
        ("title", |p| p.title = " ".into()),
        ("presenters", |p| p.presenters.clear()),
        ("presenters", |p| p.presenters[1].post = p.presenters[0].post),
        ("raters", |p| p.raters.clear()),
        ("raters", |p| p.raters[1].id = p.raters[0].id),
        ("raters", |p| p.raters[1].person = p.raters[0].person),
        ("raters", |p| p.raters[1].group = "z".into()),
        ("tellers", |p| p.tellers.truncate(1)),
        ("tellers", |p| p.tellers = vec![TELLERS[0]; 2]),
        ("tellers", |p| p.tellers[1] = person(1)),
        ("tellers", |p| p.tellers.push(person(77))),
        ("tellers", |p| p.tellers[0] = COUNTERS[1]),
        ("tellers", |p| p.tellers[1] = OPERATOR),
        ("groups", |p| p.rules.groups[2].weight = 30),
        ("counters", |p| p.counters = vec![COUNTERS[0]; 2]),
        ("counters", |p| p.counters.truncate(1)),
        ("counters", |p| p.counters[0] = person(1)),
        ("operators", |p| p.operators.extend([person(2)])),
        ("chair", |p| p.chair = Some(person(3))),
        ("recusals", |p| p.recusals.extend([Recusal { rater: rater(99), presenter: presenter(1) }])),
    ];
    assert!(plan().check().is_ok());
    assert!(Plan { counters: Vec::new(), ..plan() }.check().is_ok());
    // A small house has few hands: who runs the hall may count.
    assert!(Plan { counters: vec![OPERATOR, COUNTERS[0]], ..plan() }.check().is_ok());
    for (field, change) in changes {
        let mut p = plan();
        change(&mut p);
        assert_eq!(p.check().unwrap_err().field_name(), Some(field));
    }
}

#[test]
fn recusal_shrinks_one_presenters_roll_and_never_twice() {
    let mut p = plan();
    p.raters[0].unit = Some(unit(1));
    p.raters[1].person = Some(person(2));
    assert_eq!(
        p.implied_recusals(),
        BTreeSet::from([
            Recusal { rater: rater(1), presenter: presenter(1) },
            Recusal { rater: rater(2), presenter: presenter(2) },
        ])
    );
    p.recusals = p.implied_recusals();
    p.recusals.insert(Recusal { rater: rater(3), presenter: presenter(1) });
    assert_eq!([1, 2, 3].map(|n| p.entitled(presenter(n))), [10, 11, 12]);
    assert!(p.recused(rater(3), presenter(1)) && !p.recused(rater(3), presenter(2)));
    // On paper the 回避 stands on the ballot and is taken off by the tally.
    assert_eq!(p.entitled_beside_paper(presenter(1), |r| r == rater(3)), 11);
    p.identity = Identity::Card;
    assert_eq!(p.entitled(presenter(1)), 12);
    // Known beforehand, held by no card: refused, until they are off the roll.
    let no = p.check().unwrap_err();
    assert_eq!(no.field_name(), Some("raters"));
    assert!(no.to_string().contains("认卡不认人"), "{no}");
    p.recusals.clear();
    assert!(p.check().is_err(), "his own unit stands on the roll");
    let mut clean = plan();
    clean.identity = Identity::Card;
    assert!(clean.check().is_ok());
    assert_eq!(p.parts(person(2)), BTreeSet::from([Part::Rater, Part::Presenter]));
    assert_eq!(p.parts(CHAIR), BTreeSet::from([Part::Chair]));
    assert!(p.parts(person(99)).is_empty());
    let text = serde_json::to_string(&p).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), p);
}

#[test]
fn commands_from_outside_name_their_round() {
    let text = format!(r#"{{"command":"open_round","round":"{}"}}"#, round(3));
    assert_eq!(serde_json::from_str::<Command>(&text).unwrap(), Command::OpenRound { round: round(3) });
}
