//! Nobody decides on his own, nothing is skipped, nothing unrecorded is cleared.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{
    ids::{ClearanceId, ItemId, OccurrenceId, PersonId, PostId, RemarkId, ToleranceId, UnitId},
    time::{Day, first_of},
};

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn today() -> Day {
    first_of(2026, 11)
}

fn application() -> Application {
    Application { facts: "项目延期".into(), reasons: "管线不明".into(), remedy: "已补测".into() }
}

fn findings(eligible: bool) -> Findings {
    let part = || "经核实，情况属实。".to_owned();
    let situations = if eligible { vec![SITUATIONS[0].to_owned()] } else { Vec::new() };
    Findings { motive: part(), procedure: part(), outcome: part(), remedy: part(), situations, eligible }
}

fn case() -> Case {
    Case {
        id: ToleranceId(Uuid::from_u128(1)),
        unit: UnitId(Uuid::from_u128(2)),
        post: PostId(Uuid::from_u128(3)),
        about: About::Occurrence(OccurrenceId(Uuid::from_u128(4))),
        title: "3.3 专题研究".into(),
        concerned: Concerned::Head { person: person(1), name: "叶国平".into() },
        by: (person(1), "叶国平".into()),
        proposed: false,
        asked_on: today(),
        application: application(),
        accepted_by: None,
        verifier: None,
        findings: None,
        decided: None,
        reason: String::new(),
        told: None,
        used: String::new(),
        talk: None,
        state: CaseState::Asked,
        version: 0,
    }
    .ask()
    .unwrap()
}

fn clearance(about: About, untrue: bool) -> Result<Clearance, crate::Rejection> {
    Clearance {
        id: ClearanceId(Uuid::from_u128(1)),
        unit: UnitId(Uuid::from_u128(2)),
        post: PostId(Uuid::from_u128(3)),
        about,
        title: "核查意见".into(),
        person: (person(1), "叶国平".into()),
        summary: "经核实，记录属实。".into(),
        way: Way::Face,
        by: (person(2), "黎若水".into()),
        asked_on: today(),
        decided: None,
        reason: String::new(),
        done: None,
        receipt: None,
        talk: None,
        state: ClearanceState::Asked,
        version: 0,
    }
    .ask(untrue)
}

#[test]
fn a_case_goes_from_application_to_use() {
    let mut case = case();
    case.accept(person(2), (person(3), "黎若水".into())).unwrap();
    let known: Vec<String> = SITUATIONS.iter().map(|s| (*s).to_owned()).collect();
    case.verify(person(3), findings(true).checked(&known).unwrap()).unwrap();
    assert!(!case.state.excuses());
    case.decide((person(4), "蔡国平".into()), true, "符合容错情形", today()).unwrap();
    assert!(case.state.excuses() && !case.suggests_talk(), "the talk comes after the feedback");
    case.tell(today(), "当面反馈，林思源", today()).unwrap();
    assert!(case.suggests_talk());
    case.note_talk(TalkState::Held, today(), "罗启明", today()).unwrap();
    case.put_to_use("年度考核不作扣分").unwrap();
    assert_eq!((case.state, case.suggests_talk()), (CaseState::Used, false));
    assert!(case.note_talk(TalkState::Held, today(), "罗启明", today()).is_err(), "noted once");
}

#[test]
fn another_verifies_where_the_first_one_left() {
    let mut case = case();
    assert!(case.reassign(person(2), (person(3), "甲".into())).is_err(), "not taken on yet");
    case.accept(person(2), (person(3), "甲".into())).unwrap();
    assert!(case.reassign(person(1), (person(4), "乙".into())).is_err(), "asked himself");
    assert!(case.reassign(person(2), (person(1), "丙".into())).is_err(), "verifies for himself");
    assert_eq!(case.reassign(person(2), (person(3), "甲".into())).unwrap_err().field_name(), Some("verifier"));
    case.reassign(person(2), (person(4), "乙".into())).unwrap();
    assert!(case.verify(person(3), findings(true)).is_err());
    case.verify(person(4), findings(true)).unwrap();
    // Neither who took it on nor who verified decides.
    for hand in [2, 4] {
        assert!(case.decide((person(hand), "某人".into()), true, "同意", today()).is_err(), "{hand}");
    }
    case.decide((person(5), "某人".into()), true, "同意", today()).unwrap();
}

#[test]
fn whoever_asked_or_verified_does_not_decide() {
    let mut case = case();
    assert!(case.accept(person(1), (person(3), "甲".into())).is_err(), "asked himself");
    assert!(case.accept(person(2), (person(1), "叶国平".into())).is_err(), "would verify his own case");
    case.accept(person(2), (person(3), "黎若水".into())).unwrap();
    assert_eq!(case.verify(person(2), findings(true)), Err(crate::Rejection::NotAllowed));
    case.verify(person(3), findings(true)).unwrap();
    for hand in [1, 3] {
        assert!(case.decide((person(hand), "甲".into()), true, "同意", today()).is_err());
        assert!(case.send_back(person(hand), "补充").is_err());
    }
    assert!(case.decide((person(4), "甲".into()), true, " ", today()).is_err(), "without a reason");
    assert_eq!(case.state, CaseState::Verified);
}

#[test]
fn what_is_not_eligible_is_not_allowed() {
    let mut case = case();
    case.accept(person(2), (person(3), "黎若水".into())).unwrap();
    case.verify(person(3), findings(false)).unwrap();
    assert!(case.decide((person(4), "甲".into()), true, "同意", today()).is_err());
    case.decide((person(4), "甲".into()), false, "不属于可容错情形", today()).unwrap();
    case.tell(today(), "书面反馈，林思源", today()).unwrap();
    assert_eq!((case.state, case.state.excuses(), case.suggests_talk()), (CaseState::Closed, false, false));
}

#[test]
fn every_part_must_be_said() {
    assert_eq!(
        Application { remedy: String::new(), ..application() }.checked().unwrap_err().field_name(),
        Some("remedy")
    );
    let known: Vec<String> = SITUATIONS.iter().map(|s| (*s).to_owned()).collect();
    let open = Findings { outcome: String::new(), ..findings(true) };
    assert_eq!(open.checked(&known).unwrap_err().field_name(), Some("outcome"));
    let other = Findings { situations: vec!["别的情形".into()], ..findings(true) };
    assert_eq!(other.checked(&known).unwrap_err().field_name(), Some("situation"));
    assert!(Findings { situations: Vec::new(), ..findings(true) }.checked(&known).is_err());
    assert!(findings(false).checked(&known).is_ok());
    let matter = Case { about: About::Matter, title: " ".into(), ..case() };
    assert_eq!(matter.ask().unwrap_err().field_name(), Some("matter"));
    let cadre = Case { concerned: Concerned::Cadre { name: String::new() }, ..case() };
    assert_eq!(cadre.ask().unwrap_err().field_name(), Some("cadre"));
}

#[test]
fn nothing_unrecorded_is_cleared_and_nothing_that_may_be_true() {
    assert_eq!(clearance(About::Matter, true).unwrap_err().field_name(), Some("about"));
    let remark = About::Remark(RemarkId(Uuid::from_u128(9)));
    assert_eq!(clearance(remark, false).unwrap_err().field_name(), Some("untrue"));
    assert!(clearance(remark, true).is_ok());
    assert!(Settings::default().clears().is_err(), "off by default");
    assert!(Settings { clearance: true, ..Settings::default() }.clears().is_ok());
}

#[test]
fn a_marker_only_after_it_was_said_openly() {
    for way in Way::ALL {
        let mut case =
            Clearance { way, ..clearance(About::Item(ItemId(Uuid::from_u128(9))), true).unwrap() };
        assert!(case.decide((person(2), "黎若水".into()), true, "", today()).is_err(), "the proposer");
        assert!(case.decide((person(1), "叶国平".into()), true, "", today()).is_err(), "the person");
        assert!(case.carry_out(today(), "党组会", today()).is_err(), "not approved");
        case.decide((person(4), "蔡国平".into()), true, "", today()).unwrap();
        assert!(!case.is_marked() && !case.excuses());
        assert!(case.carry_out(first_of(2026, 10), "党组会", today()).is_err(), "before the approval");
        case.carry_out(today(), "区教育局党组扩大会", today()).unwrap();
        assert_eq!((case.excuses(), case.is_marked()), (true, way.is_open()));
        case.receive(today(), "本人确认", today()).unwrap();
        assert!(case.receive(today(), "本人确认", today()).is_err());
    }
}

#[test]
fn keys_lead_back() {
    for about in [
        About::Occurrence(OccurrenceId(Uuid::from_u128(1))),
        About::Remark(RemarkId(Uuid::from_u128(1))),
        About::Item(ItemId(Uuid::from_u128(1))),
        About::Matter,
    ] {
        assert_eq!(About::from_key(&about.key()), Some(about));
    }
    assert_eq!(About::from_key("item:1"), None);
    assert!(CaseState::ALL.into_iter().all(|s| CaseState::from_key(s.key()) == Some(s)));
    assert!(Step::ALL.into_iter().all(|s| Step::from_key(s.key()) == Some(s)));
    assert!(Way::ALL.into_iter().all(|w| Way::from_key(w.key()) == Some(w)));
    assert!(ClearanceState::ALL.into_iter().all(|s| ClearanceState::from_key(s.key()) == Some(s)));
    assert!(Settings::typed(true, "一\n\n二\n一").is_ok_and(|s| s.situations == ["一", "二"]));
    assert!(Settings::typed(true, " \n").is_err());
}

proptest! {
    /// Whatever is tried by whomever in whatever order: what excuses was verified and decided by two who did not ask.
    #[test]
    fn no_path_skips_the_second_person(tries in prop::collection::vec((0_usize..Step::ALL.len(), 1_u128..6), 0..40)) {
        let mut case = case();
        for (step, who) in tries {
            let before = case.version;
            let by = (person(who), "某人".to_owned());
            let done = match Step::ALL[step] {
                Step::Accept => case.accept(by.0, (person(who % 5 + 1), "核实人".into())),
                Step::Reassign => case.reassign(by.0, (person(who % 5 + 1), "核实人".into())),
                Step::Decline => case.decline(by.0, "理由"),
                Step::Withdraw => case.withdraw(by.0),
                Step::Verify => case.verify(by.0, findings(who != 5)),
                Step::SendBack => case.send_back(by.0, "补充"),
                Step::Allow => case.decide(by, true, "意见", today()),
                Step::Deny => case.decide(by, false, "意见", today()),
                Step::Tell => case.tell(today(), "当面", today()),
                Step::Use => case.put_to_use("备案"),
            };
            prop_assert_eq!(done.is_ok(), before != case.version, "a refused step changes nothing");
            if case.state.excuses() {
                let verifier = case.verifier.as_ref().map(|v| v.0);
                let decider = case.decided.as_ref().map(|d| d.0);
                prop_assert!(case.findings.as_ref().is_some_and(|f| f.eligible));
                prop_assert!(verifier.is_some() && decider.is_some() && verifier != decider);
                prop_assert!(verifier != Some(case.by.0) && decider != Some(case.by.0));
            }
        }
    }
}
