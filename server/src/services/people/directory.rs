//! What the pages of 组织与人员 read: the directory, roles, 归口表, slips.

use std::collections::HashMap;

use app::api::{
    ApiError,
    people::{
        DirectoryPage, DirectoryQuery, MapLine, MapPage, MapQuery, MePage, MeQuery, People, PersonLine, PersonPage,
        PersonQuery, RolesPage, RolesQuery, SlipsPage, UnitPage, UnitQuery,
    },
};
use async_trait::async_trait;
use domain::{
    ids::{CommandId, DistrictId},
    people::{
        Role, UnitKind,
        access::{Actor, manage_people, see_directory},
    },
    text::NAME_MAX,
};

use super::{lines, order::body_key};
use crate::{
    random,
    services::{Services, rows::Rows, storage},
    storage::{StorageError, q},
};

/// Persons shown for one search.
const FOUND_MAX: i64 = 60;

/// A fresh idempotency key for a form.
pub(super) fn fresh(services: &Services) -> CommandId {
    CommandId(random::id(services.clock.now()))
}

/// Drafts of all forms of this feature lie under one name.
pub const DRAFT: &str = "people";

impl Services {
    pub(super) async fn people_draft(
        &self,
        actor: &Actor,
        id: Option<&str>,
    ) -> Result<app::api::drafts::Draft, ApiError> {
        app::api::drafts::Drafts::load(self, actor, DRAFT, id).await
    }
}

/// Persons by name, pinyin or initials.
pub(in crate::services) async fn find_persons(
    rows: &mut impl Rows,
    district: DistrictId,
    text: &str,
    exact: bool,
) -> Result<Vec<PersonLine>, StorageError> {
    // A control character is in no name, and a zero byte would find everybody.
    let text: String = text.trim().chars().filter(|c| !domain::text::is_hidden(*c)).take(NAME_MAX).collect();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let text = text.as_str();
    let query = q("SELECT p.id, p.name, p.pinyin FROM persons p WHERE p.district_id = $1").bind(district);
    let query = if exact {
        query.push_bind("AND p.name = ?", text)
    } else {
        let spaced = format!("{}%", like(&text.to_lowercase()));
        query
            .push_bind("AND (p.name LIKE ? ESCAPE '!'", format!("%{}%", like(text)))
            .push_bind("OR REPLACE(p.pinyin, ' ', '') LIKE ? ESCAPE '!'", spaced.clone())
            .push_bind("OR p.initials LIKE ? ESCAPE '!')", spaced)
    };
    let found = rows.all(query.push_bind("ORDER BY p.pinyin, p.name, p.id LIMIT ?", FOUND_MAX)).await?;
    let mut out = Vec::with_capacity(found.len());
    for row in found {
        let id: domain::ids::PersonId = row.id("id")?;
        let places = rows
            .all(
                q("SELECT u.name, o.title, t.ends_on FROM terms t JOIN posts o ON o.id = t.post_id
                   JOIN units u ON u.id = o.unit_id WHERE t.person_id = $1 ORDER BY t.starts_on DESC LIMIT 4")
                .bind(id),
            )
            .await?;
        let words = places
            .iter()
            .map(|r| {
                let ended = if r.opt_text("ends_on")?.is_some() { "（曾任）" } else { "" };
                Ok(format!("{}{}{ended}", r.text("name")?, r.text("title")?))
            })
            .collect::<Result<Vec<_>, StorageError>>()?;
        out.push(PersonLine { id, name: row.text("name")?, place: words.join("；") });
    }
    Ok(out)
}

/// Text for LIKE with `!` as escape.
pub(crate) fn like(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

#[async_trait]
impl People for Services {
    async fn directory(&self, actor: &Actor, query: DirectoryQuery) -> Result<DirectoryPage, ApiError> {
        let _proof = see_directory(actor)?;
        let draft = self.people_draft(actor, query.draft.as_deref()).await?;
        self.directory_page(actor, &query, draft).await.map_err(storage)
    }

    async fn unit(&self, actor: &Actor, query: UnitQuery) -> Result<UnitPage, ApiError> {
        self.unit_page(actor, query).await
    }

    async fn person(&self, actor: &Actor, query: PersonQuery) -> Result<PersonPage, ApiError> {
        self.person_page(actor, query).await
    }

    async fn roles(&self, actor: &Actor, query: RolesQuery) -> Result<RolesPage, ApiError> {
        let _proof = see_directory(actor)?;
        let draft = self.people_draft(actor, query.draft.as_deref()).await?;
        let found = self
            .store
            .read()
            .rows(lines::grants_query(actor.district).push("ORDER BY g.role, p.pinyin, g.id"))
            .await
            .map_err(storage)?;
        let (mut waiting, mut running) = (Vec::new(), Vec::new());
        for row in found {
            let line = lines::grant_line(&row, actor).map_err(storage)?;
            if line.waits {
                waiting.push(line);
            } else if line.role.needs_confirmation() {
                running.push(line);
            }
        }
        let commands = waiting.iter().map(|_| fresh(self)).collect();
        Ok(RolesPage { commands, waiting, running, may_confirm: actor.has(Role::SecurityAdmin), draft })
    }

    async fn map(&self, actor: &Actor, query: MapQuery) -> Result<MapPage, ApiError> {
        let _proof = see_directory(actor)?;
        let draft = self.people_draft(actor, query.draft.as_deref()).await?;
        self.map_page(actor, &query, draft).await.map_err(storage)
    }

    async fn slips(&self, actor: &Actor, query: RolesQuery) -> Result<SlipsPage, ApiError> {
        let _proof = see_directory(actor)?;
        let draft = self.people_draft(actor, query.draft.as_deref()).await?;
        let units = self.unopened_by_unit(actor.district).await.map_err(storage)?;
        Ok(SlipsPage { command: fresh(self), units, draft })
    }

    async fn me(&self, actor: &Actor, query: MeQuery) -> Result<MePage, ApiError> {
        let draft = self.people_draft(actor, query.draft.as_deref()).await?;
        self.me_page(actor, draft).await.map_err(storage)
    }
}

impl Services {
    async fn directory_page(
        &self,
        actor: &Actor,
        query: &DirectoryQuery,
        draft: app::api::drafts::Draft,
    ) -> Result<DirectoryPage, StorageError> {
        let district = actor.district;
        let mut read = self.store.read().clone();
        let names = lines::unit_names(&mut read, district).await?;
        let heads = lines::heads(&mut read, district, self.today()).await?;
        let by = lines::oversight(&mut read, district, &names).await?;
        let found = read
            .all(
                q("SELECT id, name, kind, ends_on, pinyin FROM units WHERE district_id = $1
                   ORDER BY CASE WHEN ends_on IS NULL THEN 0 ELSE 1 END, position, id")
                .bind(district),
            )
            .await?;
        let find = query.find.as_deref().map(str::trim).filter(|f| !f.is_empty());
        let kind = query.kind.as_deref().and_then(UnitKind::from_key);
        let mut kinds: Vec<(UnitKind, u32)> = UnitKind::ALL.into_iter().map(|k| (k, 0)).collect();
        let mut units = Vec::new();
        let mut keys = HashMap::new();
        for row in &found {
            let line = lines::unit_line(row, &heads, &by)?;
            let small = find.map(str::to_lowercase).unwrap_or_default();
            let fits = small.is_empty()
                || line.name.contains(&small)
                || line.head.contains(&small)
                || row.text("pinyin")?.replace(' ', "").starts_with(&small);
            if !fits {
                continue;
            }
            if line.ended.is_empty()
                && let Some(count) = kinds.iter_mut().find(|(k, _)| *k == line.kind)
            {
                count.1 += 1;
            }
            if kind.is_none_or(|k| k == line.kind) {
                if lines::is_body(line.kind) {
                    keys.insert(line.id, body_key(&line.name, &row.text("pinyin")?));
                }
                units.push(line);
            }
        }
        kinds.retain(|(_, n)| *n > 0);
        let place = |k: UnitKind| UnitKind::ALL.iter().position(|x| *x == k);
        // Business units keep the district's own order, bodies stand by number.
        units.sort_by_cached_key(|u| (!u.ended.is_empty(), place(u.kind), keys.get(&u.id).cloned()));
        let persons = match find {
            Some(find) => find_persons(&mut read, district, find, false).await?,
            None => Vec::new(),
        };
        let waiting = read
            .first(
                q("SELECT COUNT(*) AS n FROM role_grants WHERE district_id = $1 AND state = 'proposed'").bind(district),
            )
            .await?
            .map_or(Ok(0), |r| r.small("n"))?;
        let may_edit = manage_people(actor).is_ok();
        Ok(DirectoryPage { command: fresh(self), units, kinds, persons, waiting, may_edit, draft })
    }

    async fn map_page(
        &self,
        actor: &Actor,
        query: &MapQuery,
        draft: app::api::drafts::Draft,
    ) -> Result<MapPage, StorageError> {
        let district = actor.district;
        let mut read = self.store.read().clone();
        let names = lines::unit_names(&mut read, district).await?;
        let mut by = lines::oversight(&mut read, district, &names).await?;
        let found = read
            .all(
                q("SELECT id, name, kind, version FROM units WHERE district_id = $1 AND ends_on IS NULL
                     AND kind NOT IN ('team', 'commission', 'committee') ORDER BY kind, position, id")
                .bind(district),
            )
            .await?;
        let mut rows = Vec::with_capacity(found.len());
        for row in &found {
            let unit = row.id("id")?;
            rows.push(MapLine {
                unit,
                name: row.text("name")?,
                kind: row.keyed("kind", UnitKind::from_key)?,
                version: row.int("version")?,
                by: by.remove(&unit).unwrap_or_default(),
            });
        }
        let place = |k: UnitKind| UnitKind::ALL.iter().position(|x| *x == k);
        rows.sort_by_key(|r| place(r.kind));
        let open = query.unit.as_deref().and_then(|u| rows.iter().find(|r| r.unit.to_string() == u)).cloned();
        let bodies = lines::bodies(&mut read, district).await?;
        Ok(MapPage { command: fresh(self), rows, bodies, open, may_edit: manage_people(actor).is_ok(), draft })
    }
}
