//! Import of a name list: persons, posts, terms, roles. Ends nothing unasked; a
//! role that reaches beyond one unit only becomes a proposal for the 安全管理员.

use std::collections::{BTreeMap, HashMap};

use app::api::imports::Sheet;
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{DistrictId, PersonId, PostId, TermId, UnitId},
    people::{
        Grant, Role,
        access::{Actor, manage_people},
    },
    time::{Day, iso},
};

use super::{
    import_units::{Making, at_row, unit_facts},
    persons, roles, terms, units,
};
use crate::{
    import::{
        self, Answers, Book, Preview,
        people::{PeopleSnapshot, PersonFact, PersonRow, PostFact},
    },
    random,
    services::{
        colours,
        duties::{handover, store::By},
        imports::{self, ImportTarget},
        rows::Rows,
    },
    storage::{Failure, Pool, StorageError, Tx, q},
};

/// Name list.
pub struct PeopleImport;

async fn snapshot(rows: &mut impl Rows, district: DistrictId) -> Result<PeopleSnapshot, StorageError> {
    let units = unit_facts(rows, district).await?;
    let mut granted: HashMap<(PersonId, UnitId), Vec<Role>> = HashMap::new();
    let found = rows
        .all(
            q("SELECT person_id, unit_id, role FROM role_grants WHERE district_id = $1 AND state <> 'ended'")
                .bind(district),
        )
        .await?;
    for row in found {
        let key = (row.id("person_id")?, row.id("unit_id")?);
        granted.entry(key).or_default().push(row.keyed("role", Role::from_key)?);
    }
    let mut posts: HashMap<PersonId, Vec<PostFact>> = HashMap::new();
    let found = rows
        .all(
            q("SELECT t.person_id, o.unit_id, o.title, o.is_head, t.starts_on, t.ends_on
               FROM terms t JOIN posts o ON o.id = t.post_id WHERE t.district_id = $1 ORDER BY t.starts_on, t.id")
            .bind(district),
        )
        .await?;
    for row in found {
        let (person, unit) = (row.id("person_id")?, row.id("unit_id")?);
        let mut held = granted.get(&(person, unit)).cloned().unwrap_or_default();
        if row.flag("is_head")? {
            held.insert(0, Role::Principal);
        }
        posts.entry(person).or_default().push(PostFact {
            unit,
            title: row.text("title")?,
            roles: held,
            from: row.opt_day("starts_on")?,
            to: row.opt_day("ends_on")?,
        });
    }
    let found =
        rows.all(q("SELECT id, name, phone FROM persons WHERE district_id = $1 ORDER BY id").bind(district)).await?;
    let persons = found
        .iter()
        .map(|row| {
            let id = row.id("id")?;
            Ok(PersonFact {
                id,
                name: row.text("name")?,
                mobile: Some(row.text("phone")?).filter(|p| !p.is_empty()),
                posts: posts.remove(&id).unwrap_or_default(),
            })
        })
        .collect::<Result<_, StorageError>>()?;
    Ok(PeopleSnapshot { units, persons })
}

fn display(preview: &Preview<PersonRow>) -> Sheet {
    imports::sheet(preview, &["单位", "姓名", "职务", "系统角色", "任职起"], |row| {
        vec![
            row.unit.name.clone(),
            row.name.clone(),
            row.title.clone(),
            row.roles.iter().map(|r| r.label()).collect::<Vec<_>>().join("、"),
            row.from.map(iso).unwrap_or_default(),
        ]
    })
}

#[async_trait]
impl ImportTarget for PeopleImport {
    fn key(&self) -> &'static str {
        "people"
    }
    fn label(&self) -> &'static str {
        "人员名单"
    }
    fn template(&self) -> import::Kind {
        import::Kind::People
    }
    fn may(&self, actor: &Actor) -> Result<(), Rejection> {
        manage_people(actor).map(|_| ())
    }
    fn back(&self, _target: &str) -> String {
        "/people/import?kind=people".into()
    }
    fn done(&self, _target: &str) -> String {
        "/people?done=imported".into()
    }

    async fn plan(
        &self,
        pool: &Pool,
        _today: Day,
        district: DistrictId,
        _target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let snapshot = snapshot(&mut pool.clone(), district).await?;
        Ok(display(&import::people::plan(book, &snapshot, answers)))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: Day,
        _target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let snapshot = snapshot(tx, actor.district).await?;
        let preview = import::people::plan(book, &snapshot, answers);
        let sheet = display(&preview);
        let rows = imports::to_write(&preview, &sheet)?;
        let mut by = terms::by(actor, tx.now());
        by.account = imports::auditor(actor);
        let making = Making { tx, actor, made: HashMap::new() };
        let mut storing = Storing { making, by, today, persons: HashMap::new(), heads: BTreeMap::new() };
        for (at, row) in rows {
            storing.row(row).await.map_err(|e| at_row(at, e))?;
        }
        storing.hand_over().await?;
        Ok(sheet)
    }
}

struct Storing<'a> {
    making: Making<'a>,
    by: By,
    today: Day,
    /// Persons of this file by their key.
    persons: HashMap<String, PersonId>,
    /// Head posts touched, with the term that ran in them before.
    heads: BTreeMap<PostId, Option<TermId>>,
}

impl Storing<'_> {
    async fn row(&mut self, row: &PersonRow) -> Result<(), Failure> {
        let from = row.from.unwrap_or(self.today);
        let unit = self.making.unit(&row.unit, from.min(self.today)).await?;
        let person = self.person(row).await?;
        let post = self.post(unit, row, from).await?;
        self.term(post, person, from, row.to).await?;
        // Somebody who has left holds nothing through this row.
        if row.to.is_some_and(|to| to < self.today) {
            return Ok(());
        }
        for role in row.roles.iter().filter(|r| **r != Role::Principal) {
            let grant = Grant { role: *role, unit };
            if roles::held(self.making.tx, person).await?.contains(&grant) {
                continue;
            }
            let proof = manage_people(self.making.actor)?;
            roles::propose(self.making.tx, proof, self.making.actor, person, grant, self.today).await?;
        }
        Ok(())
    }

    async fn person(&mut self, row: &PersonRow) -> Result<PersonId, Failure> {
        let mobile = row.mobile.as_deref().unwrap_or("");
        let known = row.person.or_else(|| self.persons.get(&row.person_key).copied());
        let person = if let Some(person) = known {
            if !mobile.is_empty() {
                self.making
                    .tx
                    .execute(q("UPDATE persons SET phone = $1 WHERE id = $2").bind(mobile).bind(person))
                    .await?;
            }
            person
        } else {
            let proof = manage_people(self.making.actor)?;
            persons::add_person(self.making.tx, proof, self.making.actor.district, &row.name, mobile).await?
        };
        self.persons.insert(row.person_key.clone(), person);
        Ok(person)
    }

    /// The post of a row: by title, or the unit's one head post; made where it is missing.
    async fn post(&mut self, unit: UnitId, row: &PersonRow, from: Day) -> Result<PostId, Failure> {
        let head = row.roles.contains(&Role::Principal);
        let title =
            if row.title.is_empty() { row.roles.first().map_or("工作人员", |r| r.label()) } else { &row.title };
        let posts = self
            .making
            .tx
            .rows(
                q("SELECT id, title, is_head FROM posts WHERE unit_id = $1 AND ends_on IS NULL ORDER BY position, id")
                    .bind(unit),
            )
            .await?;
        let mut found: Option<(PostId, bool)> = None;
        for post in &posts {
            let is_head = post.flag("is_head")?;
            // A row that does not say 一把手 still belongs to the head post of that very title.
            if post.text("title")? == title && (is_head == head || found.is_none()) || (head && is_head) {
                found = Some((post.id("id")?, is_head));
                if is_head == head {
                    break;
                }
            }
        }
        let (post, is_head) = if let Some(found) = found {
            found
        } else {
            let proof = manage_people(self.making.actor)?;
            let start = from.min(self.today);
            let district = self.making.actor.district;
            (units::add_post(self.making.tx, proof, district, unit, title, head, start).await?, head)
        };
        if is_head && !self.heads.contains_key(&post) {
            let before = running(self.making.tx, post, self.today).await?;
            self.heads.insert(post, before.map(|(term, _)| term));
        }
        Ok(post)
    }

    async fn term(&mut self, post: PostId, person: PersonId, from: Day, to: Option<Day>) -> Result<(), Failure> {
        if to.is_some_and(|to| to < from) {
            return Err(Rejection::state("任职止早于任职起。").into());
        }
        let tx = &mut *self.making.tx;
        let rows = tx
            .rows(
                q("SELECT id, starts_on, ends_on FROM terms WHERE post_id = $1 AND person_id = $2 ORDER BY starts_on DESC")
                    .bind(post)
                    .bind(person),
            )
            .await?;
        let mut same: Option<(TermId, Day)> = None;
        for row in &rows {
            let runs = row.opt_day("ends_on")?.is_none_or(|end| from <= end);
            let starts_on = row.day("starts_on")?;
            if starts_on == from || (same.is_none() && runs) {
                same = Some((row.id("id")?, starts_on));
            }
        }
        if let Some((term, began)) = same {
            tx.execute(
                q("UPDATE terms SET starts_on = $1, ends_on = COALESCE($2, ends_on) WHERE id = $3")
                    .bind(from)
                    .bind(to)
                    .bind(term),
            )
            .await?;
            if began != from {
                // What fell due before the first day is not asked of this head.
                colours::refresh_rows(tx, self.by.district, post, self.today).await?;
            }
            return Ok(());
        }
        let term = TermId(random::id(tx.now()));
        tx.insert(
            "INSERT INTO terms (id, district_id, post_id, person_id, starts_on, ends_on)",
            vec![term.into(), self.by.district.into(), post.into(), person.into(), from.into(), to.into()],
        )
        .await?;
        Ok(())
    }

    /// Heads that changed by this file are handed over once all its rows stand.
    async fn hand_over(&mut self) -> Result<(), Failure> {
        for (post, before) in std::mem::take(&mut self.heads) {
            let Some(before) = before else { continue };
            let now = running(self.making.tx, post, self.today).await?;
            match now {
                Some((term, from)) if term != before => {
                    handover::on_head_change(self.making.tx, &self.by, post, before, term, from).await?;
                }
                Some(_) => {}
                None => handover::on_departure(self.making.tx, &self.by, post, self.today).await?,
            }
        }
        Ok(())
    }
}

async fn running(tx: &mut Tx, post: PostId, today: Day) -> Result<Option<(TermId, Day)>, StorageError> {
    let row = tx
        .row(
            q("SELECT id, starts_on FROM terms WHERE post_id = $1 AND starts_on <= $2 AND (ends_on IS NULL OR ends_on >= $2)
               ORDER BY starts_on DESC LIMIT 1")
            .bind(post)
            .bind(today),
        )
        .await?;
    row.map(|r| Ok((r.id("id")?, r.day("starts_on")?))).transpose()
}
