use proptest::prelude::*;

use super::{d, person, unit};
use crate::{
    ids::PersonId,
    time::{DayKind, WorkCalendar},
    warnings::{Count, Level, Matter, Stage, hand_on, handling, next_talk},
};

fn at(stage: Stage) -> Matter {
    let mut m = Matter::proposed(person(1));
    let steps: [(Stage, fn(&mut Matter)); 8] = [
        (Stage::Proposed, |m| m.adopt(person(2)).unwrap()),
        (Stage::Drafting, |m| m.ask(&[]).unwrap()),
        (Stage::Countersign, |m| m.settle(&[]).unwrap()),
        (Stage::Simulating, |m| m.send(person(2), &[]).unwrap()),
        (Stage::Reviewing, |m| m.agree(person(3)).unwrap()),
        (Stage::Issuing, |m| m.issue(person(4)).unwrap()),
        (Stage::Sealing, |m| m.seal(person(5), &[]).unwrap()),
        (Stage::Responding, |m| drop(m.report(person(2), (0, 0), "都办结了").unwrap())),
    ];
    for (before, step) in steps {
        if m.stage == stage {
            return m;
        }
        assert_eq!(m.stage, before);
        step(&mut m);
    }
    m
}

#[test]
fn a_matter_goes_from_the_first_word_to_its_end() {
    let mut m = at(Stage::Closing);
    m.close(person(3)).unwrap();
    assert!(m.stage.is_over() && m.stage.step() == crate::warnings::FiveStep::Respond);
    for stage in Stage::ALL {
        assert_eq!(Stage::from_key(stage.key()), Some(stage));
    }
}

#[test]
fn nothing_is_sent_with_an_empty_list_or_an_open_border() {
    let gap = ["问题清单还是空的".to_owned()];
    let no = at(Stage::Drafting).ask(&gap).unwrap_err().to_string();
    assert!(no.contains("1 处不完整") && no.contains("问题清单还是空的"), "{no}");
    let no = at(Stage::Countersign).settle(&["区教育局".into(), "东湖街道".into()]).unwrap_err().to_string();
    assert!(no.contains("区教育局等 2 家"), "{no}");
    assert!(at(Stage::Simulating).send(person(2), &gap).is_err());
    assert!(at(Stage::Sealing).seal(person(5), &gap).is_err(), "what changed since");
    let no = at(Stage::Responding).report(person(2), (1, 3), "完").unwrap_err().to_string();
    assert!(no.contains("1 份") && no.contains("3 项"), "{no}");
    assert!(at(Stage::Responding).report(person(2), (0, 0), " ").is_err());
}

#[test]
fn what_was_sealed_comes_back_only_before_anything_was_delivered() {
    assert!(at(Stage::Responding).recall(true, "单位写错").unwrap_err().to_string().contains("已有提示单送达"));
    assert_eq!(at(Stage::Responding).recall(false, " ").unwrap_err().field_name(), Some("reason"));
    assert!(at(Stage::Closing).recall(false, "单位写错").is_err());
    let mut m = at(Stage::Responding);
    assert_eq!(m.recall(false, "单位写错").unwrap(), "单位写错");
    assert_eq!((m.stage, m.hands.sealer, m.hands.issuer), (Stage::Simulating, None, None));
}

#[test]
fn a_refused_step_changes_nothing_and_says_where_it_stands() {
    let mut m = at(Stage::Reviewing);
    let before = m.clone();
    assert!(m.adopt(person(9)).unwrap_err().to_string().contains("待分管副书记审定"));
    assert!(m.agree(person(2)).is_err(), "whoever sent it");
    assert!(m.send_back(" ").unwrap_err().field_name() == Some("reason"));
    assert_eq!(m, before);
    m.send_back("依据写得不够").unwrap();
    assert_eq!((m.stage, m.hands.sender), (Stage::Simulating, None));
    assert!(at(Stage::Responding).drop("不办了").is_err(), "what was sent is struck off, not dropped");
    assert!(Matter::proposed(person(1)).adopt(person(1)).is_err());
}

#[test]
fn no_handling_names_a_decision() {
    for word in ["给予党内警告", "免职", "诫勉", "通报批评", "处分", "移送司法机关", "停职检查"]
    {
        let no = handling(Level::Head, word).unwrap_err();
        assert!(no.field_name() == Some("head") && no.to_string().contains("不写处理决定"), "{word}");
    }
    for word in crate::warnings::HANDLINGS {
        assert_eq!(handling(Level::Direct, word).unwrap(), word);
    }
    assert!(handling(Level::Deputy, "").is_err());
}

#[test]
fn days_are_working_days_unless_the_matter_says_otherwise() {
    let calendar = WorkCalendar::new([(d("2026-11-16"), DayKind::Holiday)]);
    assert_eq!(Count::Working.after(d("2026-11-02"), 5, &calendar), d("2026-11-09"));
    assert_eq!(Count::Calendar.after(d("2026-11-02"), 5, &calendar), d("2026-11-07"));
    assert_eq!(next_talk(d("2026-11-02"), &calendar), d("2026-11-17"), "two weeks on, and no day off");
    assert!(Count::days(10, 5).is_err() && Count::days(0, 5).is_err() && Count::days(5, 10).is_ok());
}

#[test]
fn a_duty_is_not_handed_round() {
    let (a, b, c) = (unit(1), unit(2), unit(3));
    assert!(hand_on(&[], a, a, "甲").is_err());
    assert!(hand_on(&[(a, b)], b, c, "丙").is_ok());
    let no = hand_on(&[(a, b), (b, c)], c, a, "甲").unwrap_err().to_string();
    assert!(no.contains("原由甲转出") && no.contains("区委办"), "{no}");
    assert!(hand_on(&[(a, b)], b, a, "甲").is_err());
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Adopt,
    Ask,
    Settle,
    Redraft,
    Send,
    Agree,
    Back,
    Issue,
    Seal,
    Unseal,
    Recall,
    Report,
    Close,
    Reopen,
}

fn ops() -> impl Strategy<Value = Vec<(Op, u128)>> {
    use Op::*;
    let all = vec![Adopt, Ask, Settle, Redraft, Send, Agree, Back, Issue, Seal, Unseal, Recall, Report, Close, Reopen];
    proptest::collection::vec((proptest::sample::select(all), 1_u128..6), 0..80)
}

fn take(m: &mut Matter, op: Op, by: PersonId) {
    let _ = match op {
        Op::Adopt => m.adopt(by),
        Op::Ask => m.ask(&[]),
        Op::Settle => m.settle(&[]),
        Op::Redraft => m.redraft("再改").map(drop),
        Op::Send => m.send(by, &[]),
        Op::Agree => m.agree(by),
        Op::Back => m.send_back("再改").map(drop),
        Op::Issue => m.issue(by),
        Op::Seal => m.seal(by, &[]),
        Op::Unseal => m.unseal("再改").map(drop),
        Op::Recall => m.recall(false, "再改").map(drop),
        Op::Report => m.report(by, (0, 0), "完").map(drop),
        Op::Close => m.close(by),
        Op::Reopen => m.reopen("再办").map(drop),
    };
}

proptest! {
    #[test]
    fn no_path_skips_the_second_person(ops in ops()) {
        let mut m = Matter::proposed(person(1));
        for (op, by) in ops {
            take(&mut m, op, person(by));
            let h = &m.hands;
            if m.stage > Stage::Proposed && m.stage != Stage::Declined {
                prop_assert!(h.adopter.is_some() && h.adopter != h.proposer);
            }
            if matches!(m.stage, Stage::Issuing | Stage::Sealing) || m.stage.is_sent() {
                prop_assert!(h.sender.is_some() && h.reviewer.is_some() && h.reviewer != h.sender);
            }
            if m.stage == Stage::Sealing || m.stage.is_sent() {
                prop_assert!(h.issuer.is_some() && h.issuer != h.sender && h.issuer != h.reviewer);
            }
            if m.stage.is_sent() {
                prop_assert!(h.sealer.is_some() && h.sealer != h.sender && h.sealer != h.issuer);
            }
        }
    }
}
