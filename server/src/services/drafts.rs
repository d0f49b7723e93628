//! Drafts: what was typed into a form that was refused (one row per refusal, named in `?draft=`)
//! or not finished (one row per account, form and subject; its `problem` column is empty).

mod refused;

pub use refused::{DAYS, RefusedForm, SECRET_DAYS, Try};

use app::api::{
    ApiError,
    drafts::{Draft, Drafts},
};
use async_trait::async_trait;
use domain::{
    ids::DraftId,
    people::access::Actor,
    records::blocked,
    time::{DAY_MS, Instant},
};

use super::{Services, parse, storage, told};
use crate::{
    random,
    storage::{Query, Row, StorageError, Tx, q},
};

/// Drafts kept per account; the oldest go first.
const KEPT: i64 = 40;
/// Drafts end after this long without a change.
const LASTS_MS: i64 = 14 * DAY_MS;
/// A draft that holds what must not enter (身份证号, 密级标志) is kept only as long as its writer
/// needs to take it out. Afterwards it is shown to nobody, and the next midnight removes it; the
/// copy on his own device is encrypted and not affected.
const SECRET_MS: i64 = DAY_MS;

/// Which draft: form and what it is about (an id, or empty).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// `records.new`.
    pub form: String,
    /// Id of the thing, or empty.
    pub subject: String,
}

/// An unfinished form as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// When it was saved; also its version.
    pub at: Instant,
    /// Fields in order.
    pub fields: Vec<(String, String)>,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Autosaved {
    /// Saved; the new version.
    Saved(Instant),
    /// Nothing changed: there is a draft that the writer has not seen.
    Newer(Kept),
}

fn find(actor: &Actor, about: &About, now: Instant) -> Query {
    q("SELECT id, fields, updated_at FROM drafts
       WHERE account_id = $1 AND form = $2 AND subject = $3 AND problem = '' AND updated_at > $4 AND (ends_at IS NULL OR ends_at > $5)
       ORDER BY updated_at DESC, id DESC LIMIT 1")
    .bind(actor.account)
    .bind(&about.form)
    .bind(&about.subject)
    .bind(now.plus_ms(-LASTS_MS))
    .bind(now)
}

/// When a draft with these fields ends early.
fn ends(fields: &str, now: Instant) -> Option<Instant> {
    let draft: Draft = serde_json::from_str(fields).unwrap_or_default();
    draft.fields.iter().any(|(_, value)| blocked(value).is_some()).then(|| now.plus_ms(SECRET_MS))
}

fn kept(row: &Row) -> Result<Kept, StorageError> {
    let draft: Draft = row.json("fields")?;
    Ok(Kept { at: row.instant("updated_at")?, fields: draft.fields })
}

impl Services {
    /// The unfinished form of the acting account, if there is one.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn autosaved(&self, actor: &Actor, about: &About) -> Result<Option<Kept>, ApiError> {
        let row = self.store.read().row(find(actor, about, self.clock.now())).await.map_err(storage)?;
        row.as_ref().map(kept).transpose().map_err(storage)
    }

    /// Keeps an unfinished form in place of the one that the writer has `seen`.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn autosave(
        &self,
        actor: &Actor,
        about: &About,
        fields: Vec<(String, String)>,
        seen: Option<Instant>,
    ) -> Result<Autosaved, ApiError> {
        let draft = Draft { fields, ..Draft::default() };
        let text = serde_json::to_string(&draft).map_err(|_| ApiError::Unavailable)?;
        let (actor, about) = (actor.clone(), about.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let old = tx.row(find(&actor, &about, now)).await?;
                    let Some(row) = old else {
                        insert(tx, &actor, &about, text, "").await?;
                        return Ok(Autosaved::Saved(now));
                    };
                    let old = kept(&row)?;
                    if old.fields == draft.fields {
                        return Ok(Autosaved::Saved(old.at));
                    }
                    if seen != Some(old.at) {
                        return Ok(Autosaved::Newer(old));
                    }
                    // Two saves within a millisecond are still two versions.
                    let at = now.max(old.at.plus_ms(1));
                    let id: DraftId = row.id("id")?;
                    tx.execute(
                        q("UPDATE drafts SET updated_at = $1, ends_at = $2, fields = $3 WHERE id = $4")
                            .bind(at)
                            .bind(ends(&text, now))
                            .bind(text)
                            .bind(id),
                    )
                    .await?;
                    Ok(Autosaved::Saved(at))
                })
            })
            .await
            .map_err(told)
    }

    /// Removes drafts that held what must not enter and have ended (midnight); how many.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn forget_secret_drafts(&self) -> Result<u64, ApiError> {
        self.store
            .write(|tx| {
                Box::pin(async move {
                    let gone = tx.execute(q("DELETE FROM drafts WHERE ends_at <= $1").bind(tx.now())).await?;
                    if gone > 0 {
                        tx.leave_no_trace();
                    }
                    Ok(gone)
                })
            })
            .await
            .map_err(told)
    }

    /// Drops the unfinished form; with `seen` only that version of it.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn drop_autosaved(&self, actor: &Actor, about: &About, seen: Option<Instant>) -> Result<(), ApiError> {
        let (account, about) = (actor.account, about.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let all =
                        q("DELETE FROM drafts WHERE account_id = $1 AND form = $2 AND subject = $3 AND problem = ''")
                            .bind(account)
                            .bind(&about.form)
                            .bind(&about.subject);
                    tx.execute(match seen {
                        Some(at) => all.push_bind("AND updated_at = ?", at),
                        None => all,
                    })
                    .await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}

/// Inserts a draft; the account's oldest and the ended ones make room.
async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    about: &About,
    fields: String,
    problem: &str,
) -> Result<DraftId, StorageError> {
    let now = tx.now();
    let id = DraftId(random::id(now));
    tx.insert(
        "INSERT INTO drafts (id, district_id, account_id, form, subject, ends_at, fields, problem, updated_at)",
        vec![
            id.into(),
            actor.district.into(),
            actor.account.into(),
            (&about.form).into(),
            (&about.subject).into(),
            ends(&fields, now).into(),
            fields.into(),
            problem.into(),
            now.into(),
        ],
    )
    .await?;
    tx.execute(
        q("DELETE FROM drafts WHERE account_id = $1 AND (updated_at <= $2 OR ends_at <= $4 OR id NOT IN (
             SELECT id FROM drafts WHERE account_id = $1 ORDER BY updated_at DESC, id DESC LIMIT $3))")
        .bind(actor.account)
        .bind(now.plus_ms(-LASTS_MS))
        .bind(KEPT)
        .bind(now),
    )
    .await?;
    Ok(id)
}

#[async_trait]
impl Drafts for Services {
    async fn keep(&self, actor: &Actor, form: &str, subject: &str, draft: Draft) -> Result<DraftId, ApiError> {
        let actor = actor.clone();
        let about = About { form: form.to_owned(), subject: subject.to_owned() };
        let text = serde_json::to_string(&draft).map_err(|_| ApiError::Unavailable)?;
        // The column tells a refused form from an unfinished one, so it is never empty here.
        let problem = if draft.problem.is_empty() { "refused".to_owned() } else { draft.problem };
        self.store
            .write(move |tx| Box::pin(async move { Ok(insert(tx, &actor, &about, text, &problem).await?) }))
            .await
            .map_err(told)
    }

    async fn load(&self, actor: &Actor, form: &str, id: Option<&str>) -> Result<Draft, ApiError> {
        let Some(id) = id else { return Ok(Draft::default()) };
        let id: DraftId = parse(id)?;
        let row = self
            .store
            .read()
            .row(
                q("SELECT fields FROM drafts WHERE id = $1 AND account_id = $2 AND form = $3
                   AND (ends_at IS NULL OR ends_at > $4)")
                .bind(id)
                .bind(actor.account)
                .bind(form)
                .bind(self.clock.now()),
            )
            .await
            .map_err(storage)?;
        row.map_or(Ok(Draft::default()), |row| row.json("fields").map_err(|e: StorageError| storage(e)))
    }
}
