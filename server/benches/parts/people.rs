//! What the measured districts of `chain` and `search` have in common: an installation with the
//! default settings, units with their heads in the tables, and who asks.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use domain::{
    ids::{AccountId, DistrictId, PersonId, PostId, SessionId, TermId, UnitId},
    people::{Grant, HeadTerm, Role, UnitKind, access::Actor},
    time::first_of,
};
use server::{
    App,
    clock::FixedClock,
    config::{Layer, Settings},
    hasher::Argon2id,
    random,
    storage::{Failure, Store, Tx},
};

use super::Outcome;

/// First day of every unit, post and term.
const SINCE: &str = "2024-01-01";

/// An installation on `store` with the default settings.
pub fn app(data: PathBuf, store: Store, clock: Arc<FixedClock>) -> Outcome<App> {
    let settings = Settings::resolve(Layer { data: Some(data), ..Layer::default() })?;
    Ok(App::new(settings.config(settings.addr), store, clock, Arc::new(Argon2id)))
}

/// A unit as it is entered.
pub struct Unit {
    pub name: String,
    pub pinyin: String,
    pub kind: UnitKind,
}

/// A district that has only its 党风政风监督室.
#[derive(Clone, Copy)]
pub struct District {
    id: DistrictId,
    office: UnitId,
}

/// A unit and who heads it.
#[derive(Clone, Copy)]
pub struct Head {
    pub unit: UnitId,
    pub post: PostId,
    pub term: TermId,
    pub person: PersonId,
}

impl District {
    pub fn id(self) -> DistrictId {
        self.id
    }

    /// Puts it into an empty database.
    pub async fn insert(tx: &mut Tx) -> Result<Self, Failure> {
        let now = tx.now();
        let id = DistrictId(random::id(now));
        tx.insert(
            "INSERT INTO districts (id, name, enabled_on, created_at)",
            vec![id.into(), "基准测试区".into(), "2026-01-01".into(), now.into()],
        )
        .await?;
        let office =
            Unit { name: "党风政风监督室".into(), pinyin: "dang feng".into(), kind: UnitKind::Commission };
        Ok(Self { id, office: unit(tx, id, office).await? })
    }

    /// A unit whose head has this title; `person` is a name, its pinyin and its initials.
    pub async fn head(
        self,
        tx: &mut Tx,
        of: Unit,
        title: &'static str,
        person: (String, String, &'static str),
    ) -> Result<Head, Failure> {
        let (now, district) = (tx.now(), self.id);
        let head = Head {
            unit: unit(tx, district, of).await?,
            post: PostId(random::id(now)),
            term: TermId(random::id(now)),
            person: PersonId(random::id(now)),
        };
        let (name, pinyin, initials) = person;
        tx.insert(
            "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
            vec![head.post.into(), district.into(), head.unit.into(), title.into(), true.into(), SINCE.into()],
        )
        .await?;
        tx.insert(
            "INSERT INTO persons (id, district_id, name, pinyin, initials)",
            vec![head.person.into(), district.into(), name.into(), pinyin.into(), initials.into()],
        )
        .await?;
        tx.insert(
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
            vec![head.term.into(), district.into(), head.post.into(), head.person.into(), SINCE.into()],
        )
        .await?;
        Ok(head)
    }

    /// The head of a unit.
    pub fn leader(self, head: Head) -> Actor {
        let Head { unit, post, term, person } = head;
        let from = first_of(2024, 1);
        Actor { terms: vec![HeadTerm { term, post, unit, from, to: None, acting: false }], ..self.actor(person) }
    }

    /// Somebody with a role in a unit.
    pub fn of_unit(self, role: Role, unit: UnitId) -> Actor {
        Actor { grants: vec![Grant { role, unit }], ..self.actor(PersonId(unit.0)) }
    }

    /// Somebody with a role in the 党风政风监督室.
    pub fn of_office(self, role: Role) -> Actor {
        self.of_unit(role, self.office)
    }

    fn actor(self, person: PersonId) -> Actor {
        Actor {
            district: self.id,
            account: AccountId(person.0),
            person,
            session: SessionId(person.0),
            name: "测试".into(),
            grants: Vec::new(),
            terms: Vec::new(),
            post: None,
            watched: BTreeSet::new(),
        }
    }
}

async fn unit(tx: &mut Tx, district: DistrictId, of: Unit) -> Result<UnitId, Failure> {
    let id = UnitId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO units (id, district_id, name, kind, starts_on, pinyin)",
        vec![id.into(), district.into(), of.name.into(), of.kind.key().into(), SINCE.into(), of.pinyin.into()],
    )
    .await?;
    Ok(id)
}
