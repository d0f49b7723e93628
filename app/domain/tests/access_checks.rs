//! Colour rules and 申请核对: role × action, own unit, own draft, own question.

use std::collections::BTreeSet;

use domain::{
    ids::{AccountId, DistrictId, PersonId, PostId, SessionId, TermId, UnitId},
    people::{
        Grant, HeadTerm, Role,
        access::{self, Actor, PostRef},
    },
    time::first_of,
};
use uuid::Uuid;

const TOWN: UnitId = UnitId(Uuid::from_u128(1));
const COMMISSION: UnitId = UnitId(Uuid::from_u128(3));
const HEAD: PostRef = PostRef { post: PostId(Uuid::from_u128(10)), unit: TOWN, leads_district: false };
const LEADER: PostRef =
    PostRef { post: PostId(Uuid::from_u128(20)), unit: UnitId(Uuid::from_u128(2)), leads_district: true };
const PERSON: PersonId = PersonId(Uuid::from_u128(30));
const OTHER: PersonId = PersonId(Uuid::from_u128(31));

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

#[test]
fn who_may_what() {
    use Role::{ConductOffice, DeputySecretary, Principal, ResidentTeam, Secretary, SupervisionOffice, TownCommittee};
    for role in Role::ALL {
        let actor = holder(role);
        let business = !matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin);
        assert_eq!(access::see_rules(&actor).is_ok(), business, "{role:?}");
        assert_eq!(access::draft_rules(&actor).is_ok(), role == ConductOffice, "{role:?}");
        let decides = matches!(role, Secretary | DeputySecretary);
        assert_eq!(access::adopt_rules(&actor, OTHER).is_ok(), decides, "{role:?}");
        assert!(access::adopt_rules(&actor, PERSON).is_err(), "nobody adopts what he drafted");
        let sees = matches!(
            role,
            Principal | Secretary | DeputySecretary | ConductOffice | ResidentTeam | SupervisionOffice | TownCommittee
        );
        assert_eq!(access::see_colours(&actor, HEAD).is_ok(), sees, "{role:?}");
        assert_eq!(access::ask_check(&actor, HEAD, false).is_ok(), role == Principal, "{role:?}");
        assert!(access::ask_check(&actor, HEAD, true).is_ok(), "of his own former time");
        let answers = matches!(role, ConductOffice | ResidentTeam | SupervisionOffice);
        assert_eq!(access::answer_check(&actor, HEAD, OTHER).is_ok(), answers, "{role:?}");
        assert!(access::answer_check(&actor, HEAD, PERSON).is_err(), "nobody answers himself");
        assert_eq!(access::answer_check(&actor, LEADER, OTHER).is_ok(), role == Secretary, "{role:?}");
        assert_eq!(access::see_colours(&actor, LEADER).is_ok(), role == Secretary, "{role:?}");
    }
}

#[test]
fn nobody_answers_for_his_own_unit() {
    let mut office = holder(Role::ConductOffice);
    office.grants.push(Grant { role: Role::Member, unit: TOWN });
    assert!(access::answer_check(&office, HEAD, OTHER).is_err());
}

#[test]
fn nobody_answers_about_his_own_word() {
    let said = |by: &[PersonId], alone| access::Questioned { by: by.to_vec(), alone };
    for role in [Role::ResidentTeam, Role::SupervisionOffice, Role::ConductOffice] {
        let actor = holder(role);
        assert!(access::answer_check_of(&actor, HEAD, OTHER, &said(&[], false)).is_ok());
        assert!(access::answer_check_of(&actor, HEAD, OTHER, &said(&[OTHER], false)).is_ok(), "a colleague: {role:?}");
        for alone in [false, true] {
            let refused = access::answer_check_of(&actor, HEAD, OTHER, &said(&[OTHER, PERSON], alone)).unwrap_err();
            let words = refused.to_string();
            assert!(words.contains("您标记或认定") && words.contains("副书记") == alone, "{role:?}: {words}");
        }
    }
    for role in [Role::Secretary, Role::DeputySecretary] {
        let actor = holder(role);
        assert!(access::answer_check_of(&actor, HEAD, OTHER, &said(&[OTHER], false)).is_err(), "others are left");
        assert!(access::answer_check_of(&actor, HEAD, OTHER, &said(&[OTHER], true)).is_ok(), "{role:?}");
        assert!(access::answer_check_of(&actor, HEAD, PERSON, &said(&[OTHER], true)).is_err(), "his own question");
    }
    let secretary = holder(Role::Secretary);
    assert!(access::answer_check_of(&secretary, LEADER, OTHER, &said(&[PERSON], false)).is_ok(), "nobody beside him");
    let stranger = holder(Role::Liaison);
    let refused = access::answer_check_of(&stranger, HEAD, OTHER, &said(&[PERSON], true)).unwrap_err();
    assert_eq!(refused, domain::Rejection::NotAllowed);
}
