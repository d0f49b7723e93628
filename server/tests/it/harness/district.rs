//! A small district: one town, two departments, the commission, three administrators,
//! each with an account named after the role.

use domain::{
    ids::{AccountId, DistrictId, PersonId, PostId, TermId, UnitId},
    people::{Role, UnitKind},
};
use server::{random, storage::Store};

/// Ids that tests talk about.
#[derive(Debug, Clone)]
pub struct District {
    pub id: DistrictId,
    /// 东湖街道: head `leader_a`, 联络员 `liaison_a`.
    pub town: UnitId,
    pub town_post: PostId,
    /// 区教育局: head `leader_b`, 联络员 `liaison_b`; watched by team 1.
    pub school: UnitId,
    pub school_post: PostId,
    /// 区民政局: head `leader_c`; watched by team 2.
    pub civil: UnitId,
    pub civil_post: PostId,
    /// 区委: head `district_head`.
    pub leading: UnitId,
    pub leading_post: PostId,
    /// 派驻第一纪检监察组 (`team`), 派驻第二纪检监察组 (`team2`).
    pub team: UnitId,
    pub team2: UnitId,
    /// 党风政风监督室.
    pub office: UnitId,
    /// Persons by login.
    pub persons: Vec<(String, PersonId, AccountId)>,
}

impl District {
    pub fn person(&self, login: &str) -> PersonId {
        self.persons.iter().find(|p| p.0 == login).unwrap().1
    }

    pub fn account(&self, login: &str) -> AccountId {
        self.persons.iter().find(|p| p.0 == login).unwrap().2
    }
}

/// First day of every unit, post and term.
const SINCE: &str = "2024-01-01";

/// Login, name, unit, role; heads get a head post and a term.
type Person = (&'static str, &'static str, usize, Role);

const UNITS: [(&str, UnitKind); 8] = [
    ("东湖街道", UnitKind::Town),
    ("区教育局", UnitKind::Department),
    ("区民政局", UnitKind::Department),
    ("滨海示范区委", UnitKind::Leading),
    ("派驻第一纪检监察组", UnitKind::Team),
    ("派驻第二纪检监察组", UnitKind::Team),
    ("党风政风监督室", UnitKind::Commission),
    ("区纪委监委领导", UnitKind::Commission),
];

const PERSONS: [Person; 17] = [
    ("leader_a", "段敏", 0, Role::Principal),
    ("liaison_a", "耿伟", 0, Role::Liaison),
    ("member_a", "王晓岚", 0, Role::Member),
    ("leader_b", "叶国平", 1, Role::Principal),
    ("liaison_b", "沈宏斌", 1, Role::Liaison),
    ("leader_c", "崔嘉怡", 2, Role::Principal),
    ("district_head", "贺一舟", 3, Role::Principal),
    ("team", "黎若水", 4, Role::ResidentTeam),
    ("team2", "吴若水", 5, Role::ResidentTeam),
    ("office", "林思源", 6, Role::ConductOffice),
    ("office2", "陶文博", 6, Role::ConductOffice),
    ("secretary", "罗启明", 7, Role::Secretary),
    ("deputy", "蔡国平", 7, Role::DeputySecretary),
    ("general", "汪文博", 7, Role::GeneralOffice),
    ("sysadmin", "史丽华", 6, Role::SystemAdmin),
    ("security", "邹秋实", 6, Role::SecurityAdmin),
    ("audit", "唐建军", 6, Role::AuditAdmin),
];

/// Logins of everybody in the district.
pub fn logins() -> [&'static str; PERSONS.len()] {
    PERSONS.map(|person| person.0)
}

pub async fn build(store: &Store) -> District {
    store
        .write(|tx| {
            Box::pin(async move {
                let now = tx.now();
                let id = DistrictId(random::id(now));
                tx.insert(
                    "INSERT INTO districts (id, name, enabled_on, created_at)",
                    vec![id.into(), "滨海示范区".into(), "2026-01-01".into(), now.into()],
                )
                .await?;
                let mut units = Vec::new();
                for (position, (name, kind)) in (0_i64..).zip(UNITS) {
                    let unit = UnitId(random::id(now));
                    units.push(unit);
                    tx.insert(
                        "INSERT INTO units (id, district_id, name, kind, leads_district, starts_on, position)",
                        vec![
                            unit.into(),
                            id.into(),
                            name.into(),
                            kind.key().into(),
                            (kind == UnitKind::Leading).into(),
                            SINCE.into(),
                            position.into(),
                        ],
                    )
                    .await?;
                    tx.insert(
                        "INSERT INTO unit_names (unit_id, district_id, from_day, name)",
                        vec![unit.into(), id.into(), SINCE.into(), name.into()],
                    )
                    .await?;
                }
                let mut posts = Vec::new();
                for unit in &units[..4] {
                    let post = PostId(random::id(now));
                    posts.push(post);
                    tx.insert(
                        "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
                        vec![post.into(), id.into(), (*unit).into(), "党组织书记".into(), true.into(), SINCE.into()],
                    )
                    .await?;
                }
                let mut persons = Vec::new();
                for (login, name, place, role) in PERSONS {
                    let person = PersonId(random::id(now));
                    let account = AccountId(random::id(now));
                    tx.insert(
                        "INSERT INTO persons (id, district_id, name)",
                        vec![person.into(), id.into(), name.into()],
                    )
                    .await?;
                    tx.insert(
                        "INSERT INTO accounts (id, district_id, person_id, login, password_hash, changed_at)",
                        vec![
                            account.into(),
                            id.into(),
                            person.into(),
                            login.into(),
                            format!("hashed:{}", super::PASSWORD).into(),
                            now.into(),
                        ],
                    )
                    .await?;
                    if role == Role::Principal {
                        tx.insert(
                            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
                            vec![
                                TermId(random::id(now)).into(),
                                id.into(),
                                posts[place].into(),
                                person.into(),
                                SINCE.into(),
                            ],
                        )
                        .await?;
                    } else {
                        tx.insert(
                            "INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)",
                            vec![
                                random::id(now).to_string().into(),
                                id.into(),
                                person.into(),
                                role.key().into(),
                                units[place].into(),
                                "active".into(),
                                "system".into(),
                                SINCE.into(),
                            ],
                        )
                        .await?;
                    }
                    persons.push((login.to_owned(), person, account));
                }
                for (unit, team) in [(units[1], units[4]), (units[2], units[5])] {
                    tx.insert(
                        "INSERT INTO oversight_map (unit_id, district_id, team_id)",
                        vec![unit.into(), id.into(), team.into()],
                    )
                    .await?;
                }
                Ok(District {
                    id,
                    town: units[0],
                    town_post: posts[0],
                    school: units[1],
                    school_post: posts[1],
                    civil: units[2],
                    civil_post: posts[2],
                    leading: units[3],
                    leading_post: posts[3],
                    team: units[4],
                    team2: units[5],
                    office: units[6],
                    persons,
                })
            })
        })
        .await
        .unwrap()
}
