//! Role × action around review meetings and the closed loop, as tables.

use std::collections::BTreeSet;

use domain::{
    ids::{AccountId, DistrictId, PersonId, PostId, SessionId, TermId, UnitId},
    people::{
        Grant, HeadTerm, Role,
        access::{self, Actor, PostRef, ResultRef, ResultSight},
    },
    reviews::Part,
    time::first_of,
};
use uuid::Uuid;

const TOWN: UnitId = UnitId(Uuid::from_u128(1));
const OTHER: UnitId = UnitId(Uuid::from_u128(2));
const COMMISSION: UnitId = UnitId(Uuid::from_u128(3));
const HEAD: PostRef = PostRef { post: PostId(Uuid::from_u128(10)), unit: TOWN, leads_district: false };
const PERSON: PersonId = PersonId(Uuid::from_u128(30));
const SOMEBODY: PersonId = PersonId(Uuid::from_u128(31));

fn holder(role: Role) -> Actor {
    let mut actor = Actor {
        district: DistrictId(Uuid::from_u128(40)),
        account: AccountId(Uuid::from_u128(41)),
        person: PERSON,
        session: SessionId(Uuid::from_u128(42)),
        name: "孔一帆".into(),
        grants: Vec::new(),
        terms: Vec::new(),
        post: None,
        watched: BTreeSet::new(),
    };
    match role {
        Role::Principal => {
            actor.terms = vec![HeadTerm {
                term: TermId(Uuid::from_u128(50)),
                post: HEAD.post,
                unit: TOWN,
                from: first_of(2024, 3),
                to: None,
                acting: false,
            }];
        }
        Role::Member | Role::Liaison => actor.grants = vec![Grant { role, unit: TOWN }],
        _ => actor.grants = vec![Grant { role, unit: COMMISSION }],
    }
    if matches!(role, Role::ResidentTeam | Role::SupervisionOffice | Role::TownCommittee) {
        actor.watched.insert(TOWN);
    }
    actor
}

/// What `actor` may do about the town and its head, `SOMEBODY`, without any part in the meeting.
fn allowed(actor: &Actor) -> Vec<&'static str> {
    let table = [
        ("plan", access::plan_meeting(actor).is_ok()),
        ("plans", access::see_plans(actor).is_ok()),
        ("approve", access::approve_meeting(actor).is_ok()),
        ("question", access::draft_question(actor, TOWN).is_ok()),
        ("questions", access::handle_questions(actor, TOWN).is_ok()),
        ("report", access::report_own(actor, HEAD.post, PERSON).is_ok()),
        ("draft", access::draft_feedback(actor, TOWN).is_ok()),
        ("sign", access::sign_feedback(actor, TOWN).is_ok()),
        ("accept", access::accept_item(actor, HEAD.post).is_ok()),
        ("fill", access::fill_item(actor, TOWN).is_ok()),
        ("lead", access::lead_item(actor, TOWN, None).is_ok()),
        ("check", access::check_item(actor, HEAD).is_ok()),
        ("strike", access::strike_item(actor, HEAD).is_ok()),
        ("decide", access::decide_item(actor, HEAD).is_ok()),
    ];
    table.into_iter().filter(|(_, yes)| *yes).map(|(name, _)| name).collect()
}

fn result(person: PersonId) -> ResultRef {
    ResultRef { person, unit: TOWN, leads_district: false }
}

#[test]
fn each_role_may_do_exactly_this() {
    let supervising: &[&str] = &["question", "check"];
    let leading: &[&str] = &["plans", "approve", "sign", "decide"];
    let table: [(Role, &[&str], Option<ResultSight>); 13] = [
        (Role::Principal, &["report", "accept", "lead"], None),
        (Role::Member, &["fill", "lead"], None),
        (Role::Liaison, &["fill"], None),
        (Role::Secretary, leading, Some(ResultSight::Score)),
        (Role::DeputySecretary, leading, Some(ResultSight::Score)),
        (Role::ConductOffice, &["plan", "plans", "questions", "draft", "strike"], Some(ResultSight::Score)),
        (Role::SupervisionOffice, supervising, Some(ResultSight::Grade)),
        (Role::ResidentTeam, supervising, Some(ResultSight::Grade)),
        (Role::TownCommittee, &[], None),
        (Role::GeneralOffice, &[], None),
        (Role::SystemAdmin, &[], None),
        (Role::SecurityAdmin, &[], None),
        (Role::AuditAdmin, &[], None),
    ];
    assert_eq!(table.len(), Role::ALL.len());
    for (role, actions, sight) in table {
        let actor = holder(role);
        assert_eq!(allowed(&actor), actions, "{role:?}");
        // A successor in the post sees no result of his predecessor; the presenter sees his own.
        assert_eq!(access::see_results(&actor, result(SOMEBODY)).ok(), sight, "{role:?}");
        assert_eq!(access::see_results(&actor, result(PERSON)), Ok(ResultSight::Score));
        let hint = matches!(role, Role::Secretary | Role::DeputySecretary);
        assert_eq!(access::sees_study_hint(&actor, result(SOMEBODY)), hint, "{role:?}");
    }
}

#[test]
fn nobody_acts_on_his_own_unit_from_the_commissions_side() {
    for role in [Role::ConductOffice, Role::DeputySecretary, Role::Secretary, Role::ResidentTeam] {
        let mut actor = holder(role);
        actor.grants.push(Grant { role: Role::Member, unit: TOWN });
        let may = allowed(&actor);
        let side = ["question", "questions", "draft", "sign", "check", "strike", "decide"];
        assert!(side.iter().all(|a| !may.contains(a)), "{role:?}: {may:?}");
        assert!(access::see_results(&actor, result(SOMEBODY)).is_err(), "{role:?}");
        assert!(!access::sees_study_hint(&actor, result(SOMEBODY)), "{role:?}");
        let outside = ResultRef { unit: OTHER, ..result(SOMEBODY) };
        assert_eq!(access::see_results(&actor, outside).is_ok(), role != Role::ResidentTeam);
        assert!(access::hand(&actor).units.contains(&TOWN));
    }
}

#[test]
fn the_district_secretarys_result_is_for_two_persons() {
    let leading = ResultRef { leads_district: true, ..result(SOMEBODY) };
    for role in Role::ALL {
        let sees = access::see_results(&holder(role), leading).is_ok();
        assert_eq!(sees, role == Role::Secretary, "{role:?}");
        assert_eq!(access::sees_study_hint(&holder(role), leading), role == Role::Secretary, "{role:?}");
        let post = PostRef { leads_district: true, ..HEAD };
        assert!(access::check_item(&holder(role), post).is_err(), "{role:?}");
        assert_eq!(access::decide_item(&holder(role), post).is_ok(), role == Role::Secretary, "{role:?}");
    }
}

#[test]
fn the_hall_is_the_chairs_and_the_operators() {
    let runs = |parts: &[Part]| access::run_hall(&parts.iter().copied().collect()).is_ok();
    for part in [Part::Chair, Part::Operator, Part::Teller, Part::Counter, Part::Rater, Part::Presenter] {
        assert_eq!(runs(&[part]), matches!(part, Part::Chair | Part::Operator), "{part:?}");
    }
    assert!(!runs(&[]));
    // Who reports does not run the hall, whatever else the plan says.
    assert!(!runs(&[Part::Operator, Part::Presenter]));
}

#[test]
fn a_named_leader_confirms_and_nobody_else() {
    let member = holder(Role::Member);
    assert!(access::lead_item(&member, TOWN, Some(PERSON)).is_ok());
    assert!(access::lead_item(&member, TOWN, Some(SOMEBODY)).is_err());
    assert!(access::lead_item(&member, OTHER, Some(PERSON)).is_err());
    assert!(access::report_own(&holder(Role::Principal), HEAD.post, SOMEBODY).is_err());
}
