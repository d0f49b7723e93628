//! Role × action, own-unit refusals and the district secretary's book, as tables.

use std::collections::BTreeSet;

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId, PostId, SessionId, TermId, UnitId},
    oversight::{Inspection, Purpose, Standing},
    people::{
        Grant, HeadTerm, Role,
        access::{self, Actor, PostRef, Scope, Sight},
    },
    time::first_of,
};
use uuid::Uuid;

const TOWN: UnitId = UnitId(Uuid::from_u128(1));
const OTHER: UnitId = UnitId(Uuid::from_u128(2));
const COMMISSION: UnitId = UnitId(Uuid::from_u128(3));
const HEAD: PostRef = PostRef { post: PostId(Uuid::from_u128(10)), unit: TOWN, leads_district: false };
const OTHER_HEAD: PostRef = PostRef { post: PostId(Uuid::from_u128(20)), unit: OTHER, leads_district: false };
const PERSON: PersonId = PersonId(Uuid::from_u128(30));

/// Somebody without any role.
fn nobody() -> Actor {
    Actor {
        district: DistrictId(Uuid::from_u128(40)),
        account: AccountId(Uuid::from_u128(41)),
        person: PERSON,
        session: SessionId(Uuid::from_u128(42)),
        name: "孔一帆".into(),
        grants: Vec::new(),
        terms: Vec::new(),
        post: None,
        watched: BTreeSet::new(),
    }
}

fn term(post: PostRef) -> HeadTerm {
    HeadTerm {
        term: TermId(Uuid::from_u128(50)),
        post: post.post,
        unit: post.unit,
        from: first_of(2024, 3),
        to: None,
        acting: false,
    }
}

/// The plain holder of a role: unit roles in the town, office roles in the commission;
/// those who supervise or assist watch the town.
fn holder(role: Role) -> Actor {
    let mut actor = nobody();
    match role {
        Role::Principal => actor.terms = vec![term(HEAD)],
        Role::Member | Role::Liaison => actor.grants = vec![Grant { role, unit: TOWN }],
        _ => actor.grants = vec![Grant { role, unit: COMMISSION }],
    }
    if matches!(role, Role::ResidentTeam | Role::SupervisionOffice | Role::TownCommittee) {
        actor.watched.insert(TOWN);
    }
    actor
}

/// A reading of this year's book of `post` by the holder, on the first of June.
fn running() -> Inspection {
    Inspection {
        purpose: Purpose::Daily,
        year: 2026,
        from: first_of(2026, 6),
        to: first_of(2026, 6),
        readers: vec![PERSON],
        standing: Standing::Open,
    }
}

/// May the actor mark a record as checked while he reads?
fn verifies(actor: &Actor, post: PostRef) -> bool {
    let reading = access::reading(actor, post.post, &running(), first_of(2026, 6));
    access::verify_record(actor, post, 2026, reading).is_ok()
}

#[test]
fn a_book_opens_only_to_its_readers_on_its_days() {
    let team = holder(Role::ResidentTeam);
    let sight = |actor: &Actor, inspection: &Inspection, year, on| {
        let reading = access::reading(actor, HEAD.post, inspection, on);
        access::read_during(actor, HEAD, year, reading).ok()
    };
    let day = first_of(2026, 6);
    let named = running();
    assert_eq!(sight(&team, &named, 2026, day), Some(Sight::Reading));
    let table = [
        ("another year", sight(&team, &named, 2025, day)),
        ("the day before", sight(&team, &named, 2026, first_of(2026, 5))),
        ("the day after", sight(&team, &named, 2026, first_of(2026, 7))),
        (
            "not named",
            sight(&team, &Inspection { readers: vec![PersonId(Uuid::from_u128(31))], ..named.clone() }, 2026, day),
        ),
        ("feedback written", sight(&team, &Inspection { standing: Standing::Feedback, ..named.clone() }, 2026, day)),
        ("taken back", sight(&team, &Inspection { standing: Standing::Withdrawn, ..named.clone() }, 2026, day)),
    ];
    for (what, seen) in table {
        assert_eq!(seen, Some(Sight::Outline), "{what}");
    }
    // The reading of one book opens no other, and to be named gives no right by itself.
    let other = access::reading(&team, OTHER_HEAD.post, &named, day);
    assert_eq!(access::read_during(&team, HEAD, 2026, other), Ok(Sight::Outline));
    assert_eq!(sight(&nobody(), &named, 2026, day), None);
    assert_eq!(sight(&holder(Role::GeneralOffice), &named, 2026, day), None);
    let mut own = team.clone();
    own.grants.push(Grant { role: Role::Member, unit: TOWN });
    assert_eq!(sight(&own, &named, 2026, day), Some(Sight::Outline));
    // An assistant reads, and leaves the judgement to the body.
    let town = holder(Role::TownCommittee);
    assert_eq!(sight(&town, &named, 2026, day), Some(Sight::Reading));
    assert!(access::remark_reading(&town, HEAD, &named).is_err() && !verifies(&town, HEAD));
    assert!(access::remark_reading(&team, HEAD, &named).is_ok());
    assert!(access::verify_record(&team, HEAD, 2026, None).is_err(), "nobody checks what he has not read");
}

#[test]
fn who_registers_sees_and_takes() {
    let inspection = running();
    for role in Role::ALL {
        let actor = holder(role);
        let office = matches!(role, Role::ConductOffice | Role::SupervisionOffice | Role::ResidentTeam);
        assert_eq!(access::register_reading(&actor, HEAD).is_ok(), office, "{role:?}");
        assert_eq!(access::remark_reading(&actor, HEAD, &inspection).is_ok(), office, "{role:?}");
        let sees =
            office || matches!(role, Role::Principal | Role::Secretary | Role::DeputySecretary | Role::TownCommittee);
        assert_eq!(access::see_reading(&actor, HEAD).is_ok(), sees, "{role:?}");
        assert_eq!(access::answer_reading(&actor, HEAD).is_ok(), role == Role::Principal, "{role:?}");
        assert_eq!(access::ask_taking(&actor, Some(HEAD)).is_ok(), role == Role::ConductOffice, "{role:?}");
        let decides = matches!(role, Role::Secretary | Role::DeputySecretary);
        assert_eq!(access::decide_taking(&actor).is_ok(), decides, "{role:?}");
    }
}

/// 提醒: 催办 by whoever supervises, the quarter's reminder by the office, channels by the 系统管理员 alone.
#[test]
fn who_interrupts_whom() {
    let leading = PostRef { leads_district: true, ..HEAD };
    for role in Role::ALL {
        let actor = holder(role);
        let body = matches!(role, Role::SupervisionOffice | Role::ResidentTeam);
        let urges = role == Role::ConductOffice || body;
        assert_eq!(access::urge_liaison(&actor, HEAD).is_ok(), urges, "{role:?}");
        assert_eq!(access::urge_liaison(&actor, OTHER_HEAD).is_ok(), role == Role::ConductOffice, "{role:?}");
        // The 区委书记 is the 区纪委书记's alone, who is no office.
        assert!(access::urge_liaison(&actor, leading).is_err(), "{role:?}");
        let mut own = actor.clone();
        own.grants.push(Grant { role: Role::Member, unit: TOWN });
        assert!(access::urge_liaison(&own, HEAD).is_err(), "{role:?} in his own unit");
        assert_eq!(access::decide_reminder(&actor).is_ok(), role == Role::ConductOffice, "{role:?}");
        assert_eq!(access::set_channels(&actor).is_ok(), role == Role::SystemAdmin, "{role:?}");
        assert_eq!(access::set_record_rules(&actor).is_ok(), role == Role::ConductOffice, "{role:?}");
        assert_eq!(access::answer_relief(&actor).is_ok(), role == Role::ConductOffice, "{role:?}");
    }
    let mut both = holder(Role::ConductOffice);
    both.grants.push(Grant { role: Role::Secretary, unit: COMMISSION });
    assert!(access::urge_liaison(&both, leading).is_ok());
    let nobody = nobody();
    assert!(access::urge_liaison(&nobody, HEAD).is_err() && access::decide_reminder(&nobody).is_err());
    assert!(access::set_channels(&nobody).is_err() && access::set_record_rules(&nobody).is_err());
}

/// Names of the actions that `actor` may take towards `post`.
fn allowed(actor: &Actor, post: PostRef) -> Vec<&'static str> {
    let unit = post.unit;
    let table = [
        ("edit", access::edit_lists(actor).is_ok()),
        ("propose", access::propose_items(actor, unit).is_ok()),
        ("comment", access::comment_list(actor, unit).is_ok()),
        ("approve", access::approve_list(actor, post).is_ok()),
        ("issue", access::issue_list(actor).is_ok()),
        ("sign", access::sign_list(actor, post.post).is_ok()),
        ("paper", access::note_paper_receipt(actor, unit).is_ok()),
        ("write", access::write_record(actor, post.post).is_ok()),
        ("draft", access::draft_record(actor, post).is_ok()),
        ("verify", verifies(actor, post)),
        ("people", access::manage_people(actor).is_ok()),
        ("security", access::manage_security(actor, None).is_ok()),
        ("audit", access::read_audit(actor).is_ok()),
        ("hand_over", access::hand_over(actor, post.post).is_ok()),
        ("row", access::board_scope(actor).is_ok_and(|scope| scope.holds(unit))),
        ("sources", access::sees_sources(actor)),
    ];
    table.into_iter().filter(|(_, yes)| *yes).map(|(name, _)| name).collect()
}

#[test]
fn each_role_may_do_exactly_this_in_its_own_field() {
    let supervising: &[&str] = &["propose", "paper", "verify", "row"];
    let table: [(Role, &[&str], Option<Sight>); 13] = [
        (Role::Principal, &["comment", "sign", "write", "hand_over", "row"], Some(Sight::Full)),
        (Role::Member, &["row"], None),
        (Role::Liaison, &["comment", "draft", "row"], Some(Sight::WithoutTalks)),
        (Role::Secretary, &["approve", "row", "sources"], Some(Sight::Outline)),
        (Role::DeputySecretary, &["approve", "row", "sources"], Some(Sight::Outline)),
        (
            Role::ConductOffice,
            &["edit", "propose", "issue", "paper", "verify", "people", "hand_over", "row", "sources"],
            Some(Sight::Outline),
        ),
        (Role::SupervisionOffice, supervising, Some(Sight::Outline)),
        (Role::ResidentTeam, supervising, Some(Sight::Outline)),
        (Role::TownCommittee, &["row"], Some(Sight::Outline)),
        (Role::GeneralOffice, &["row"], None),
        (Role::SystemAdmin, &["people"], None),
        (Role::SecurityAdmin, &["security"], None),
        (Role::AuditAdmin, &["audit"], None),
    ];
    assert_eq!(table.len(), Role::ALL.len());
    for (role, actions, sight) in table {
        let actor = holder(role);
        assert_eq!(allowed(&actor, HEAD), actions, "{role:?}");
        assert_eq!(access::read_book(&actor, HEAD).ok(), sight, "{role:?}");
        assert_eq!(access::read_book(&actor, HEAD).err(), sight.is_none().then_some(Rejection::NotAllowed));
    }
    assert!(allowed(&nobody(), HEAD).is_empty());
    assert!(access::read_book(&nobody(), HEAD).is_err());
}

#[test]
fn another_unit_is_out_of_reach_for_all_but_the_district_roles() {
    let district: &[&str] = &["row", "sources"];
    for role in Role::ALL {
        let actor = holder(role);
        let may = allowed(&actor, OTHER_HEAD);
        match role {
            Role::ConductOffice => assert!(may.contains(&"verify") && may.contains(&"row")),
            Role::Secretary | Role::DeputySecretary => assert_eq!(may, [&["approve"], district].concat()),
            Role::GeneralOffice => assert_eq!(may, ["row"]),
            Role::SystemAdmin => assert_eq!(may, ["people"]),
            Role::SecurityAdmin => assert_eq!(may, ["security"]),
            Role::AuditAdmin => assert_eq!(may, ["audit"]),
            _ => {
                assert!(may.is_empty(), "{role:?}: {may:?}");
                assert!(access::read_book(&actor, OTHER_HEAD).is_err(), "{role:?}");
            }
        }
    }
}

#[test]
fn rows_are_filtered_to_own_and_watched_units() {
    let mut actor = holder(Role::ResidentTeam);
    actor.watched.insert(OTHER);
    assert_eq!(access::board_scope(&actor), Ok(Scope::Units(BTreeSet::from([TOWN, OTHER]))));
    // A watched set without a supervising role opens nothing.
    actor.grants = vec![Grant { role: Role::Liaison, unit: TOWN }];
    assert_eq!(access::board_scope(&actor), Ok(Scope::Units(BTreeSet::from([TOWN]))));
    assert!(access::note_paper_receipt(&actor, OTHER).is_err());
    assert_eq!(access::board_scope(&holder(Role::ConductOffice)), Ok(Scope::District));
}

#[test]
fn nobody_checks_or_approves_his_own() {
    // A member of the office who also belongs to the town in some role.
    for role in [Role::Member, Role::Liaison, Role::TownCommittee, Role::ConductOffice] {
        let mut actor = holder(Role::ConductOffice);
        actor.grants.push(Grant { role, unit: TOWN });
        assert!(!verifies(&actor, HEAD), "{role:?}");
        assert!(verifies(&actor, OTHER_HEAD), "{role:?}");
    }
    let mut head_and_team = holder(Role::ResidentTeam);
    head_and_team.terms = vec![term(HEAD)];
    assert!(!verifies(&head_and_team, HEAD));
    let mut secretary = holder(Role::Secretary);
    secretary.terms = vec![term(HEAD)];
    assert!(access::approve_list(&secretary, HEAD).is_err());
    assert!(access::approve_list(&secretary, OTHER_HEAD).is_ok());
    let guard = holder(Role::SecurityAdmin);
    assert!(access::manage_security(&guard, Some(PERSON)).is_err());
    assert!(access::manage_security(&guard, Some(PersonId(Uuid::from_u128(31)))).is_ok());
}

#[test]
fn the_district_secretarys_book_is_for_two_persons() {
    let leading = PostRef { leads_district: true, ..HEAD };
    for role in Role::ALL {
        let expected = match role {
            Role::Principal => Some(Sight::Full),
            Role::Secretary => Some(Sight::Outline),
            _ => None,
        };
        assert_eq!(access::read_book(&holder(role), leading).ok(), expected, "{role:?}");
        assert!(!verifies(&holder(role), leading), "{role:?}");
        assert!(access::draft_record(&holder(role), leading).is_err(), "{role:?}");
        let hands = access::Hands { author: PersonId(Uuid::from_u128(31)), proxy: Some(PERSON) };
        assert!(access::add_evidence(&holder(role), leading, hands).is_err(), "{role:?}");
        let drafts = role == Role::Liaison;
        assert_eq!(access::add_evidence(&holder(role), HEAD, hands).is_ok(), drafts, "{role:?}");
    }
}

#[test]
fn who_left_in_the_middle_answers_and_nobody_else_does() {
    let left = nobody();
    assert!(access::see_reading_of(&left, HEAD, &[PERSON]).is_ok());
    assert!(access::answer_reading_of(&left, HEAD, &[PERSON]).is_ok());
    let others = [PersonId(Uuid::from_u128(31))];
    assert!(access::see_reading_of(&left, HEAD, &others).is_err());
    assert!(access::answer_reading_of(&left, HEAD, &others).is_err());
    for role in Role::ALL {
        let actor = holder(role);
        let present = access::answer_reading_of(&actor, HEAD, &others).is_ok();
        assert_eq!(present, role == Role::Principal, "{role:?}: nothing is taken from who is there now");
        let sees = access::see_reading_of(&actor, HEAD, &[]).is_ok();
        assert_eq!(sees, access::see_reading(&actor, HEAD).is_ok(), "{role:?}");
    }
}

#[test]
fn several_posts_and_roles_add_up() {
    let mut actor = holder(Role::Principal);
    actor.terms.push(HeadTerm { term: TermId(Uuid::from_u128(51)), ..term(OTHER_HEAD) });
    assert!(access::write_record(&actor, HEAD.post).is_ok() && access::write_record(&actor, OTHER_HEAD.post).is_ok());
    assert_eq!(actor.term().map(|t| t.post), Some(HEAD.post));
    actor.post = Some(OTHER_HEAD.post);
    assert_eq!(actor.term().map(|t| t.post), Some(OTHER_HEAD.post));
    // A post that is no longer held falls back to one that is.
    actor.post = Some(PostId(Uuid::from_u128(99)));
    assert_eq!(actor.term().map(|t| t.post), Some(HEAD.post));
    assert_eq!(actor.own_units(), BTreeSet::from([TOWN, OTHER]));
}
