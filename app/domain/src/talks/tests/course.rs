use proptest::prelude::*;

use super::{
    super::{
        CheckPoint, Claim, Finding, FindingKind, ListKind, Paper3, Progress, Side, SignedPaper, Talk, TalkState,
        balance, check_plan_doc, commitment_doc, drafted_points, lists_doc, pairs, plan_doc, record_doc, report_doc,
        tracking_doc,
    },
    day, fill, hand, minutes, signed, talk,
};
use crate::{
    Rejection,
    accountability::Paper,
    documents::{Block, Doc},
    signature::Signing,
};

fn words() -> Paper3 {
    Paper3(["生态向好".into(), "逐项整改".into(), "防控到位".into()])
}

fn claims(talk: &Talk, progress: Progress) -> Vec<Claim> {
    talk.lists.problems.iter().map(|p| Claim { no: p.no, progress, words: "已建制度".into() }).collect()
}

fn findings(talk: &Talk, kind: FindingKind) -> Vec<Finding> {
    talk.lists.problems.iter().map(|p| Finding { no: p.no, kind, words: "看过原件".into() }).collect()
}

fn whole(doc: &Doc) {
    for block in &doc.blocks {
        if let Block::Table(table) = block {
            assert_eq!(table.broken_row(), None, "{}", doc.title);
        }
    }
}

#[test]
fn nobody_approves_what_he_prepared_and_nothing_empty_goes_on() {
    let mut talk = talk();
    assert!(talk.ask(&hand(2), day("2026-03-10")).unwrap_err().to_string().contains("问题清单还是空的"));
    let (_, event) = talk
        .prepare(&hand(2), day("2026-03-05"), ListKind::Problem, |lists| {
            fill(lists);
            Ok(())
        })
        .unwrap();
    assert_eq!(event.words, "所在单位问题清单");
    talk.ask(&hand(2), day("2026-03-10")).unwrap();
    assert!(talk.prepare(&hand(2), day("2026-03-10"), ListKind::Risk, |_| Ok(())).is_err());
    assert!(talk.approve(&hand(2), day("2026-03-10"), None).is_err());
    assert!(talk.approve(&hand(1), day("2026-03-10"), None).is_err());
    let early = Paper { on: day("2026-03-01"), handler: "林思源".into() };
    assert_eq!(talk.approve(&hand(2), day("2026-03-10"), Some(early)).unwrap_err().field_name(), Some("paper_on"));
    assert!(talk.hold(&hand(2), day("2026-03-12"), minutes("2026-03-12")).is_err());
    assert!(talk.send_back(&hand(9), day("2026-03-11"), " ").is_err());
    talk.send_back(&hand(9), day("2026-03-11"), "病因写具体").unwrap();
    assert_eq!((talk.state, talk.returned.as_str()), (TalkState::Preparing, "病因写具体"));
    talk.ask(&hand(2), day("2026-03-12")).unwrap();
    let paper = Paper { on: day("2026-03-12"), handler: "林思源".into() };
    talk.approve(&hand(2), day("2026-03-12"), Some(paper)).unwrap();
    assert_eq!(talk.state, TalkState::Approved);
}

#[test]
fn signatures_are_the_signers_own_and_each_stands_once() {
    let mut talk = talk();
    fill(&mut talk.lists);
    talk.ask(&hand(2), day("2026-03-10")).unwrap();
    talk.approve(&hand(9), day("2026-03-12"), None).unwrap();
    let today = day("2026-03-20");
    assert!(talk.hold(&hand(2), today, minutes("2026-03-21")).is_err());
    talk.hold(&hand(2), today, minutes("2026-03-19")).unwrap();
    let record = (SignedPaper::Record, Side::Leader);
    let typed = |name: &str| Signing::Typed { name: name.into() };
    assert!(talk.sign(&hand(1), today, record, typed("罗启明")).is_err());
    talk.sign(&hand(1), today, record, typed("韩立群")).unwrap();
    assert!(talk.sign(&hand(1), today, record, typed("韩立群")).is_err());
    assert!(talk.sign(&hand(9), today, (SignedPaper::Commitment, Side::Speaker), typed("罗启明")).is_err());
    let paper = |on: &str| Signing::Paper { on: day(on), handler: "林思源".into() };
    let commitment = (SignedPaper::Commitment, Side::Leader);
    assert!(talk.sign(&hand(2), today, commitment, paper("2026-03-18")).is_err());
    talk.sign(&hand(2), today, commitment, paper("2026-03-19")).unwrap();
    assert_eq!((talk.state, talk.signed_on()), (TalkState::Held, None));
    let event = talk.sign(&hand(9), today, (SignedPaper::Record, Side::Speaker), typed("罗启明")).unwrap();
    assert_eq!((event.state, talk.signed_on()), (TalkState::Signed, Some(today)));
    for doc in [record_doc(&talk), commitment_doc(&talk, "一\n二"), lists_doc(&talk)] {
        whole(&doc);
        assert!(!serde_json::to_string(&doc).unwrap().contains("巡视巡察"), "no source is on a paper");
    }
}

#[test]
fn both_reports_are_paired_and_take_two_hands() {
    let mut talk = signed();
    let june = day("2026-06-18");
    assert!(talk.planned(&hand(3), june, 15).is_err());
    talk.meet(&hand(3), day("2026-03-20"), day("2026-03-20"), "逐条研究").unwrap();
    talk.planned(&hand(3), day("2026-03-27"), 15).unwrap();
    let stage = (words(), findings(&talk, FindingKind::Differs));
    let alone = talk.assess(&hand(7), day("2026-05-19"), day("2026-05-19"), "", stage.clone());
    assert_eq!(alone.unwrap_err().field_name(), Some("second"));
    talk.assess(&hand(7), day("2026-05-19"), day("2026-05-19"), "黎若水", stage).unwrap();
    // The tracking report answers the leader's: there is none yet.
    assert!(talk.write_tracking(&hand(7), june, words(), Vec::new()).is_err());
    assert!(talk.send_report(&hand(1), june, None).is_err());
    talk.write_report(&hand(3), june, words(), claims(&talk, Progress::Done)[..14].to_vec()).unwrap();
    assert!(talk.send_report(&hand(1), june, None).unwrap_err().to_string().contains("还有 1 个问题"));
    talk.write_report(&hand(3), june, words(), claims(&talk, Progress::Done)).unwrap();
    assert!(talk.send_report(&hand(3), june, None).unwrap_err().to_string().contains("本人报送"));
    talk.send_report(&hand(1), june, None).unwrap();
    assert!(talk.write_report(&hand(3), june, words(), Vec::new()).is_err());
    assert!(talk.file_report(&hand(3), june, "滨纪备〔2026〕1号").is_err());
    talk.return_report(&hand(2), june, "补充第三项").unwrap();
    talk.write_report(&hand(1), june, words(), claims(&talk, Progress::Done)).unwrap();
    talk.send_report(&hand(1), june, None).unwrap();
    assert!(pairs(&talk, false).iter().all(super::super::Pair::clashes), "the stage check said otherwise");
    let july = day("2026-07-01");
    talk.write_tracking(&hand(7), july, words(), findings(&talk, FindingKind::Proved)).unwrap();
    assert!(talk.file_tracking(&hand(8), july, "", None).is_err());
    talk.send_tracking(&hand(7), july).unwrap();
    assert!(talk.file_tracking(&hand(8), july, "", None).is_err(), "the leader's report is filed first");
    talk.file_report(&hand(2), july, "滨纪备〔2026〕1号").unwrap();
    assert!(talk.file_tracking(&hand(7), july, "", None).is_err());
    talk.file_tracking(&hand(8), july, "滨纪评〔2026〕1号", None).unwrap();
    let items: Vec<(bool, bool)> = (0..15).map(|n| (n < 14, n == 14)).collect();
    let stands = balance(&talk, &items);
    assert_eq!((stands.problems, stands.closed, stands.overdue, stands.clashes), (15, 14, 1, 0));
    assert!(talk.close(&hand(2), july, 1).unwrap_err().to_string().contains("还有 1 个问题没有销号"));
    talk.close(&hand(2), july, 0).unwrap();
    assert!(talk.state.is_over() && talk.end(&hand(2), july, "离任").is_err());
    for doc in [report_doc(&talk), tracking_doc(&talk), plan_doc(&talk, &[]), check_plan_doc(&talk)] {
        whole(&doc);
    }
}

#[test]
fn a_higher_level_confirms_on_paper_what_nobody_else_may_read() {
    let mut talk = signed();
    let june = day("2026-06-18");
    talk.write_report(&hand(1), june, words(), claims(&talk, Progress::Done)).unwrap();
    talk.send_report(&hand(1), june, None).unwrap();
    talk.file_report(&hand(9), june, "滨纪备〔2026〕1号").unwrap();
    talk.write_tracking(&hand(9), june, words(), findings(&talk, FindingKind::Proved)).unwrap();
    talk.send_tracking(&hand(9), june).unwrap();
    let paper = |on: &str| Paper { on: day(on), handler: "林思源".into() };
    assert!(talk.file_tracking(&hand(9), june, "号", None).is_err());
    for (name, on, field) in [
        ("", "2026-06-18", "reviewer"),
        ("同志", "2026-06-18", "reviewer"),
        ("韩立群", "2026-06-18", "reviewer"),
        ("市纪委副书记", "2026-06-17", "paper_on"),
        ("市纪委副书记", "2026-06-19", "paper_on"),
    ] {
        let no = talk.file_tracking(&hand(9), june, "号", Some((name.into(), paper(on)))).unwrap_err();
        assert_eq!(no.field_name(), Some(field), "{name} {on}");
    }
    let event = talk.file_tracking(&hand(9), june, "号", Some(("市纪委副书记".into(), paper("2026-06-18")))).unwrap();
    let tracking = talk.tracking.as_ref().unwrap();
    assert_eq!((event.paper, tracking.filed.as_ref().unwrap().1.as_str()), (tracking.paper.clone(), "市纪委副书记"));
    assert!(serde_json::to_string(&tracking_doc(&talk)).unwrap().contains("纸质审核"));
}

#[test]
fn a_check_plan_keeps_what_was_looked_at() {
    let mut talk = signed();
    let today = day("2026-04-01");
    let points = drafted_points(&talk.lists, day("2026-05-01"));
    assert!(talk.look(&hand(7), today, points[0].no, "看过").is_err());
    assert!(talk.adopt_checks(&hand(7), today, Vec::new()).is_err());
    let twice = vec![points[0].clone(), points[0].clone()];
    assert_eq!(talk.adopt_checks(&hand(7), today, twice), Err(Rejection::NotFound));
    let past = vec![CheckPoint { by: day("2026-03-31"), ..points[0].clone() }];
    assert!(talk.adopt_checks(&hand(7), today, past).is_err());
    talk.adopt_checks(&hand(7), today, points.clone()).unwrap();
    talk.look(&hand(7), today, points[0].no, "看过会议记录").unwrap();
    assert_eq!(talk.checks.count(), (1, 17));
    talk.look(&hand(8), today, points[0].no, "再看，已经改正").unwrap();
    let looks: Vec<&str> = talk.checks.points[0].looks().map(|l| l.words.as_str()).collect();
    assert_eq!(looks, ["看过会议记录", "再看，已经改正"], "nothing is written over");
    assert!(talk.adopt_checks(&hand(7), today, points[1..].to_vec()).is_err());
    talk.adopt_checks(&hand(7), today, points[..2].to_vec()).unwrap();
    assert!(talk.checks.points[0].looked.is_some());
}

#[test]
fn a_talk_of_a_head_who_left_ends_with_a_reason() {
    let mut talk = signed();
    assert!(talk.end(&hand(2), day("2026-04-01"), " ").is_err());
    talk.end(&hand(2), day("2026-04-01"), "负责人调离").unwrap();
    assert!(talk.send_report(&hand(1), day("2026-06-18"), None).is_err());
    assert_eq!(talk.signed_on(), Some(day("2026-03-20")));
}

proptest! {
    /// Whatever is tried in whatever order, a talk that is signed was approved by somebody who did not prepare it, and a
    /// closed one has two reports, each with a second hand.
    #[test]
    fn no_path_goes_around_the_second_person(tries in prop::collection::vec((0_u8..14, 1_u128..6), 1..120)) {
        let mut talk = talk();
        let mut today = day("2026-03-05");
        for (what, who) in tries {
            let by = hand(who);
            today = today + chrono::Days::new(1);
            let name = |side| Signing::Typed { name: talk.signer(side).to_owned() };
            let (leader, speaker) = (name(Side::Leader), name(Side::Speaker));
            let _ = match what {
                0 => talk.prepare(&by, today, ListKind::Problem, |lists| {
                    if lists.problems.is_empty() { fill_late(lists, today); }
                    Ok(())
                }).map(|(_, e)| e),
                1 => talk.ask(&by, today),
                2 => talk.approve(&by, today, None),
                3 => talk.hold(&by, today, super::super::Minutes { on: today, ..minutes("2026-03-20") }),
                4 => talk.sign(&by, today, (SignedPaper::Record, Side::Leader), leader),
                5 => talk.sign(&by, today, (SignedPaper::Commitment, Side::Leader), leader),
                6 => talk.sign(&by, today, (SignedPaper::Record, Side::Speaker), speaker),
                7 => talk.meet(&by, today, today, "研究"),
                8 => talk.planned(&by, today, 1),
                9 => talk.assess(&by, today, today, "", (words(), findings(&talk, FindingKind::Proved))),
                10 => talk.write_report(&by, today, words(), claims(&talk, Progress::Done))
                    .and_then(|_| talk.send_report(&by, today, None)),
                11 => talk.file_report(&by, today, "号"),
                12 => talk.write_tracking(&by, today, words(), findings(&talk, FindingKind::Proved))
                    .and_then(|_| talk.send_tracking(&by, today)),
                _ => talk.file_tracking(&by, today, "号", None).and_then(|_| talk.close(&by, today, 0)),
            };
            if !talk.state.is_inside() {
                let approved = talk.approved.as_ref().unwrap();
                prop_assert!(!talk.prepared_by.contains(&approved.by) && approved.by != talk.person);
            }
            if talk.state == TalkState::Closed {
                let (report, tracking) = (talk.report.as_ref().unwrap(), talk.tracking.as_ref().unwrap());
                prop_assert_ne!(report.filed.as_ref().unwrap().0, report.writer);
                prop_assert_ne!(tracking.filed.as_ref().unwrap().0, tracking.writer);
                prop_assert!(talk.unsigned().is_empty() && !talk.stages.is_empty());
            }
        }
    }
}

fn fill_late(lists: &mut super::super::Lists, today: crate::time::Day) {
    lists.put_problem(super::problem("主体责任", "问题"), today).unwrap();
    lists.put_duty(super::duty("每季度研究")).unwrap();
    lists.put_risk(super::risk("资金", super::super::RiskLevel::High)).unwrap();
}
