//! One unit and one person in full, for those who maintain people.

use app::api::{
    ApiError,
    people::{AccountLine, PersonPage, PersonQuery, PostLine, TermLine, UnitPage, UnitQuery},
};
use domain::{
    Rejection,
    ids::{PersonId, PostId, UnitId},
    people::{
        Role,
        access::{Actor, handle_account, manage_people, manage_security, see_directory},
    },
    time::{Day, Instant, zh},
};

use super::{directory, lines};
use crate::{
    services::{Services, parse, rows::Rows, storage},
    storage::{Pool, StorageError, q},
};

/// Forms with a key of their own on a detail page, at most.
const FORMS: usize = 12;

impl Services {
    pub(super) async fn unit_page(&self, actor: &Actor, query: UnitQuery) -> Result<UnitPage, ApiError> {
        let _proof = see_directory(actor)?;
        let id: UnitId = parse(&query.id)?;
        let draft = self.people_draft(actor, query.draft.as_deref()).await?;
        let page = self.unit_rows(actor, id, query.find.as_deref()).await.map_err(storage)?;
        page.map(|page| UnitPage { draft, ..page }).ok_or_else(|| Rejection::NotFound.into())
    }

    async fn unit_rows(&self, actor: &Actor, id: UnitId, find: Option<&str>) -> Result<Option<UnitPage>, StorageError> {
        let (district, today) = (actor.district, self.today());
        let mut read = self.store.read().clone();
        let row = read
            .first(
                q("SELECT id, name, kind, ends_on, merged_into, version FROM units WHERE id = $1 AND district_id = $2")
                    .bind(id)
                    .bind(district),
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let all = lines::unit_names(&mut read, district).await?;
        let heads = lines::heads(&mut read, district, today).await?;
        let mut by = lines::oversight(&mut read, district, &all).await?;
        let unit = lines::unit_line(&row, &heads, &by)?;
        let running = unit.ended.is_empty();
        let merged: Option<UnitId> = row.opt_id("merged_into")?;
        let grants = read
            .all(lines::grants_query(district).push_bind("AND g.unit_id = ? ORDER BY g.role, p.pinyin", id))
            .await?;
        let grants = grants.iter().map(|r| lines::grant_line(r, actor)).collect::<Result<Vec<_>, _>>()?;
        let found = match find.filter(|f| !f.trim().is_empty()) {
            Some(find) => directory::find_persons(&mut read, district, find, true).await?,
            None => Vec::new(),
        };
        let mut others = lines::running_units(&mut read, district).await?;
        others.retain(|(other, _)| *other != id);
        Ok(Some(UnitPage {
            commands: (0..FORMS).map(|_| directory::fresh(self)).collect(),
            version: row.int("version")?,
            names: names_of(&mut read, id).await?,
            merged_into: merged.map(|m| (m, all.get(&m).cloned().unwrap_or_default())),
            posts: posts_of(&mut read, id, today).await?,
            grants,
            oversight: by.remove(&id).unwrap_or_default(),
            bodies: lines::bodies(&mut read, district).await?,
            others,
            found,
            may_edit: running && manage_people(actor).is_ok(),
            running,
            unit,
            draft: app::api::drafts::Draft::default(),
        }))
    }

    pub(super) async fn person_page(&self, actor: &Actor, query: PersonQuery) -> Result<PersonPage, ApiError> {
        let _proof = see_directory(actor)?;
        let id: PersonId = parse(&query.id)?;
        let draft = self.people_draft(actor, query.draft.as_deref()).await?;
        let page = self.person_rows(actor, id).await.map_err(storage)?;
        page.map(|page| PersonPage { draft, ..page }).ok_or_else(|| Rejection::NotFound.into())
    }

    async fn person_rows(&self, actor: &Actor, id: PersonId) -> Result<Option<PersonPage>, StorageError> {
        let (district, today) = (actor.district, self.today());
        let mut read = self.store.read().clone();
        let row = read
            .first(q("SELECT name, phone FROM persons WHERE id = $1 AND district_id = $2").bind(id).bind(district))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let terms = read
            .all(
                q("SELECT u.id AS unit_id, u.name, o.title, t.starts_on, t.ends_on, t.acting
                   FROM terms t JOIN posts o ON o.id = t.post_id JOIN units u ON u.id = o.unit_id
                   WHERE t.person_id = $1 ORDER BY t.starts_on DESC, t.id DESC")
                .bind(id),
            )
            .await?;
        let mut posts = Vec::new();
        for t in &terms {
            let acting = if t.flag("acting")? { "（主持工作）" } else { "" };
            let end = t.opt_day("ends_on")?;
            posts.push((
                t.id("unit_id")?,
                t.text("name")?,
                format!("{}{acting}", t.text("title")?),
                lines::span(t.day("starts_on")?, end),
                end.is_none_or(|e| e >= today),
            ));
        }
        let grants =
            read.all(lines::grants_query(district).push_bind("AND g.person_id = ? ORDER BY g.role, g.id", id)).await?;
        let grants = grants.iter().map(|r| lines::grant_line(r, actor)).collect::<Result<Vec<_>, _>>()?;
        let privileged = grants.iter().any(|g| !g.waits && g.role.needs_confirmation());
        let may_edit = manage_people(actor).is_ok();
        let phone = if may_edit { row.text("phone")? } else { String::new() };
        Ok(Some(PersonPage {
            commands: (0..FORMS).map(|_| directory::fresh(self)).collect(),
            id,
            name: row.text("name")?,
            phone,
            posts,
            grants,
            accounts: self.accounts_of(&mut read, actor, id, privileged).await?,
            roles: Role::ALL.into_iter().filter(|r| *r != Role::Principal).collect(),
            units: lines::running_units(&mut read, district).await?,
            may_edit,
            own: id == actor.person,
            draft: app::api::drafts::Draft::default(),
        }))
    }

    async fn accounts_of(
        &self,
        read: &mut Pool,
        actor: &Actor,
        person: PersonId,
        privileged: bool,
    ) -> Result<Vec<AccountLine>, StorageError> {
        let now = self.clock.now();
        let rows = read
            .all(
                q("SELECT a.id, a.login, a.password_hash, a.disabled_at,
                     (SELECT COUNT(*) FROM sessions s WHERE s.account_id = a.id AND s.expires_at > $2) AS running,
                     (SELECT COUNT(*) FROM devices v WHERE v.account_id = a.id AND v.ended_at IS NULL AND v.expires_at > $2) AS bound,
                     (SELECT MAX(c.expires_at) FROM activations c WHERE c.account_id = a.id AND c.used_at IS NULL AND c.expires_at > $2) AS code,
                     (SELECT MAX(c.created_at) FROM activations c WHERE c.account_id = a.id AND c.used_at IS NULL AND c.expires_at > $2) AS printed
                   FROM accounts a WHERE a.person_id = $1 ORDER BY a.id")
                .bind(person)
                .bind(now),
            )
            .await?;
        let may_handle = handle_account(actor, person, privileged).is_ok();
        let may_end = manage_security(actor, Some(person)).is_ok();
        let mut out = Vec::with_capacity(rows.len());
        for row in &rows {
            let reset = self.reset_line(read, actor, row.id("id")?, (person, privileged)).await?;
            out.push({
                let disabled = row.opt_int("disabled_at")?.is_some();
                let devices = row.small("bound")?;
                let state = if disabled {
                    "已停用"
                } else if row.text("password_hash")?.is_empty() && devices == 0 {
                    "未启用"
                } else {
                    "已启用"
                };
                AccountLine {
                    id: row.id("id")?,
                    login: row.text("login")?,
                    state: state.to_owned(),
                    disabled,
                    sessions: row.small("running")?,
                    devices,
                    printed: row.opt_int("printed")?.map(|at| zh(Instant(at).day())).unwrap_or_default(),
                    code_until: row.opt_int("code")?.map(|at| zh(Instant(at).day())).unwrap_or_default(),
                    may_handle,
                    may_end,
                    reset,
                }
            });
        }
        Ok(out)
    }
}

async fn names_of(read: &mut Pool, unit: UnitId) -> Result<Vec<(String, String)>, StorageError> {
    let rows =
        read.all(q("SELECT from_day, name FROM unit_names WHERE unit_id = $1 ORDER BY from_day").bind(unit)).await?;
    let mut names: Vec<(String, Day)> = Vec::new();
    for row in rows {
        names.push((row.text("name")?, row.day("from_day")?));
    }
    let mut out = Vec::new();
    for (at, (name, from)) in names.iter().enumerate() {
        let to = names.get(at + 1).and_then(|(_, next)| next.pred_opt());
        out.push((name.clone(), lines::span(*from, to)));
    }
    out.reverse();
    // The present name alone is no history.
    if out.len() < 2 { Ok(Vec::new()) } else { Ok(out) }
}

async fn posts_of(read: &mut Pool, unit: UnitId, today: Day) -> Result<Vec<PostLine>, StorageError> {
    let posts = read
        .all(
            q("SELECT id, title, is_head FROM posts WHERE unit_id = $1 ORDER BY is_head DESC, position, id").bind(unit),
        )
        .await?;
    let terms = read
        .all(
            q("SELECT t.id, t.post_id, t.person_id, p.name, t.starts_on, t.ends_on, t.acting
               FROM terms t JOIN persons p ON p.id = t.person_id JOIN posts o ON o.id = t.post_id
               WHERE o.unit_id = $1 ORDER BY t.starts_on DESC, t.id DESC")
            .bind(unit),
        )
        .await?;
    let mut out = Vec::with_capacity(posts.len());
    for post in &posts {
        let id: PostId = post.id("id")?;
        let mut mine = Vec::new();
        for term in &terms {
            if term.id::<PostId>("post_id")? != id {
                continue;
            }
            let to = term.opt_day("ends_on")?;
            mine.push(TermLine {
                id: term.id("id")?,
                person: term.id("person_id")?,
                name: term.text("name")?,
                span: lines::span(term.day("starts_on")?, to),
                acting: term.flag("acting")?,
                running: to.is_none_or(|to| to >= today),
            });
        }
        out.push(PostLine { id, title: post.text("title")?, is_head: post.flag("is_head")?, terms: mine });
    }
    Ok(out)
}
