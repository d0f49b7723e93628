use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    super::{Paper3, Turn},
    day, hand, signed, talk,
};
use crate::{
    ids::{AccountId, DistrictId, PersonId, PostId, SessionId, TermId, UnitId},
    people::{
        Grant, HeadTerm, Role,
        access::{
            Actor, PostRef, TalkSight, answer_talk, approve_talk, confirm_tracking, keep_risks, own_talk, prepare_talk,
            run_talk, see_talk, see_talks, set_talks, track_talk,
        },
    },
    time::WorkCalendar,
};

const UNIT: UnitId = UnitId(Uuid::from_u128(21));
const POST: PostId = PostId(Uuid::from_u128(20));
const TERM: TermId = TermId(Uuid::from_u128(22));

fn actor(person: u128, grants: &[(Role, u128)], watches: bool) -> Actor {
    Actor {
        district: DistrictId(Uuid::nil()),
        account: AccountId(Uuid::from_u128(person)),
        person: PersonId(Uuid::from_u128(person)),
        session: SessionId(Uuid::nil()),
        name: "同志".into(),
        grants: grants.iter().map(|(role, unit)| Grant { role: *role, unit: UnitId(Uuid::from_u128(*unit)) }).collect(),
        terms: Vec::new(),
        post: None,
        watched: if watches { BTreeSet::from([UNIT]) } else { BTreeSet::new() },
    }
}

/// The head of the talk, or whoever holds the post in another term.
fn head(person: u128, term: u128) -> Actor {
    let mut actor = actor(person, &[], false);
    let term = TermId(Uuid::from_u128(term));
    actor.terms.push(HeadTerm { term, post: POST, unit: UNIT, from: day("2026-03-02"), to: None, acting: false });
    actor
}

fn post(leads_district: bool) -> PostRef {
    PostRef { post: POST, unit: UNIT, leads_district }
}

#[test]
fn before_the_talk_it_is_the_commissions_and_then_each_reads_his_part() {
    let leader = PersonId(Uuid::from_u128(1));
    let see = |actor: &Actor, leads, inside| see_talk(actor, post(leads), leader, inside).ok();
    let office = actor(2, &[(Role::ConductOffice, 90)], false);
    let team = actor(3, &[(Role::ResidentTeam, 91)], true);
    let secretary = actor(4, &[(Role::Secretary, 92)], false);
    let (own, next) = (head(1, 22), head(5, 23));
    let liaison = actor(6, &[(Role::Liaison, 21)], false);
    for (who, inside, outside) in [
        (&office, Some(TalkSight::Whole), Some(TalkSight::Whole)),
        (&secretary, Some(TalkSight::Whole), Some(TalkSight::Whole)),
        (&team, Some(TalkSight::Watching), Some(TalkSight::Watching)),
        (&own, None, Some(TalkSight::Own)),
        (&next, None, Some(TalkSight::Unit)),
        (&liaison, None, Some(TalkSight::Unit)),
        (&actor(7, &[(Role::ResidentTeam, 93)], false), None, None),
        (&actor(8, &[(Role::GeneralOffice, 92)], false), None, None),
        (&actor(9, &[(Role::SystemAdmin, 90)], false), None, None),
        // Somebody of the office in his own unit is no office there.
        (&actor(10, &[(Role::ConductOffice, 90), (Role::Member, 21)], false), None, Some(TalkSight::Unit)),
    ] {
        assert_eq!((see(who, false, true), see(who, false, false)), (inside, outside), "{:?}", who.grants);
    }
    // The 区委书记's is his own and the 区纪委书记's.
    for (who, sight) in [(&office, None), (&team, None), (&liaison, None), (&secretary, Some(TalkSight::Whole))] {
        assert_eq!(see(who, true, false), sight, "{:?}", who.grants);
    }
    assert_eq!((see(&own, true, true), see(&own, true, false)), (None, Some(TalkSight::Own)));
    assert!(TalkSight::Whole.reads_sources() && !TalkSight::Watching.reads_sources());
    assert!(TalkSight::Own.reads_record() && !TalkSight::Unit.reads_record());
}

#[test]
fn each_step_has_its_hand_and_none_of_the_own_unit() {
    let office = actor(2, &[(Role::ConductOffice, 90)], false);
    let team = actor(3, &[(Role::ResidentTeam, 91)], true);
    let secretary = actor(4, &[(Role::Secretary, 92)], false);
    let inside = actor(5, &[(Role::ConductOffice, 21), (Role::ResidentTeam, 21)], true);
    let liaison = actor(6, &[(Role::Liaison, 21)], false);
    let p = post(false);
    assert!(run_talk(&office, p).is_ok() && run_talk(&team, p).is_err() && run_talk(&inside, p).is_err());
    assert!(prepare_talk(&team, p).is_ok() && prepare_talk(&office, p).is_ok() && prepare_talk(&inside, p).is_err());
    assert!(approve_talk(&secretary, p).is_ok() && approve_talk(&office, p).is_err());
    assert!(track_talk(&team, p).is_ok() && track_talk(&office, p).is_err() && track_talk(&inside, p).is_err());
    assert!(confirm_tracking(&office, p).is_ok() && confirm_tracking(&team, p).is_ok());
    assert!(answer_talk(&liaison, p, TERM).is_ok() && answer_talk(&team, p, TERM).is_err());
    // Whoever left, or came after, answers for nothing of it.
    assert!(own_talk(&head(1, 22), TERM).is_ok() && own_talk(&head(1, 23), TERM).is_err());
    assert!(keep_risks(&liaison, UNIT).is_ok() && keep_risks(&liaison, UnitId(Uuid::from_u128(77))).is_err());
    assert!(set_talks(&office).is_ok() && set_talks(&team).is_err());
    assert!(see_talks(&liaison).is_ok() && see_talks(&actor(9, &[(Role::AuditAdmin, 90)], false)).is_err());
    // For the 区委书记: his secretary of discipline alone, and nobody of the unit for him.
    let leads = post(true);
    assert!(run_talk(&office, leads).is_err() && run_talk(&secretary, leads).is_ok());
    assert!(track_talk(&team, leads).is_err() && answer_talk(&liaison, leads, TERM).is_err());
}

#[test]
fn what_is_next_names_its_hand_and_its_day() {
    let calendar = WorkCalendar::default();
    let turns = |talk: &super::super::Talk, open| -> Vec<Turn> {
        talk.todos(&calendar, open).into_iter().map(|todo| todo.turn).collect()
    };
    let new = talk();
    assert_eq!(turns(&new, 0), vec![Turn::Preparer]);
    assert!(new.todos(&calendar, 0)[0].is_late(day("2026-03-19")));
    let mut talk = signed();
    // 党组会, 方案, 监督检查方案, stage check and report, by their days.
    let days: Vec<_> = talk.todos(&calendar, 15).iter().filter_map(|todo| todo.by).collect();
    assert!(days.is_sorted() && days.len() == 5);
    assert_eq!(turns(&talk, 15)[0], Turn::Unit);
    talk.meet(&hand(3), day("2026-03-20"), day("2026-03-20"), "研究").unwrap();
    talk.planned(&hand(3), day("2026-03-27"), 15).unwrap();
    assert!(!turns(&talk, 15).contains(&Turn::Unit));
    let words = Paper3(["好".into(), "好".into(), "好".into()]);
    let claims = talk.lists.problems.iter().map(|p| super::super::Claim {
        no: p.no,
        progress: super::super::Progress::Done,
        words: "已改".into(),
    });
    let claims = claims.collect();
    talk.write_report(&hand(1), day("2026-06-18"), words, claims).unwrap();
    talk.send_report(&hand(1), day("2026-06-18"), None).unwrap();
    let now = turns(&talk, 15);
    assert!(now.contains(&Turn::Office) && now.contains(&Turn::Tracker) && !now.contains(&Turn::Leader));
    // Ten working days after the report, not after its last day.
    assert_eq!(talk.timetable(&calendar).track_by, Some(day("2026-07-02")));
}
