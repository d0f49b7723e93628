//! Drafts: what was typed into a form that was refused (one row per refusal, named in `?draft=`)
//! or not finished (one row per account, form and subject; its `problem` column is empty). The subject of a
//! form for new things is the note that was begun, so that several of them never meet.

mod refused;
mod standing;

pub use refused::{DAYS, RefusedForm, SECRET_DAYS, Try};

use app::api::{
    ApiError,
    drafts::{Draft, Drafts},
};
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::DraftId,
    people::access::Actor,
    records::blocked,
    time::{DAY_MS, Instant},
};
use serde::{Deserialize, Serialize};

use self::standing::stamped;
use super::{Services, parse, storage, told};
use crate::{
    random,
    storage::{Query, Row, StorageError, Tx, q},
};

/// Unfinished forms kept per account, where the newest is refused with words; and as many refused ones, of which the
/// page that lists them says that the oldest go first.
pub const KEPT: i64 = 40;
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
    /// Id of the thing, or of the note that was begun (the command id of its page), or empty.
    pub subject: String,
}

/// An unfinished form as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Names it in `?draft=`.
    pub id: DraftId,
    /// When it was saved; also its version.
    pub at: Instant,
    /// Fields in order.
    pub fields: Vec<(String, String)>,
    /// The refused form that it mends: listed there, it is no begun note.
    pub mends: Option<DraftId>,
}

/// A draft as it is stored.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Begun {
    #[serde(flatten)]
    draft: Draft,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mends: Option<DraftId>,
}

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Autosaved {
    /// Saved; the new version.
    Saved(Instant),
    /// Nothing changed: there is a draft that the writer has not seen.
    Newer(Kept),
}

/// Unfinished notes of one form that are still shown.
fn notes(columns: Query, actor: &Actor, form: &str, now: Instant) -> Query {
    columns
        .push(
            "FROM drafts WHERE account_id = $1 AND form = $2 AND problem = '' AND updated_at > $3
             AND (ends_at IS NULL OR ends_at > $4)",
        )
        .bind(actor.account)
        .bind(form)
        .bind(now.plus_ms(-LASTS_MS))
        .bind(now)
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
    let Begun { draft, mends } = row.json("fields")?;
    Ok(Kept { id: row.id("id")?, at: row.instant("updated_at")?, fields: draft.fields, mends })
}

impl Services {
    /// The unfinished form of the acting account, if there is one.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn autosaved(&self, actor: &Actor, about: &About) -> Result<Option<Kept>, ApiError> {
        let row = self.store.read().row(find(actor, about, self.clock.now())).await.map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let held = self.held_for_drafts(actor).await.map_err(storage)?;
        if held.shows(&row).map_err(storage)? { kept(&row).map(Some).map_err(storage) } else { Ok(None) }
    }

    /// The unfinished forms of the acting account, whatever they are about: subject and draft, the newest first.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn unfinished(&self, actor: &Actor, form: &str) -> Result<Vec<(String, Kept)>, ApiError> {
        let find = notes(q("SELECT id, subject, fields, updated_at"), actor, form, self.clock.now());
        let rows = self.store.read().rows(find.push("ORDER BY updated_at DESC, id DESC")).await.map_err(storage)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let refused = self.refused_ids(actor, form).await?;
        let held = self.held_for_drafts(actor).await.map_err(storage)?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            if held.shows(row).map_err(storage)? {
                let mut one = kept(row).map_err(storage)?;
                one.mends = one.mends.filter(|id| refused.contains(id));
                all.push((row.text("subject").map_err(storage)?, one));
            }
        }
        Ok(all)
    }

    /// Those of them that nobody refused, the newest first.
    ///
    /// # Errors
    /// Storage failed.
    pub(in crate::services) async fn begun(&self, actor: &Actor, form: &str) -> Result<Vec<DraftId>, ApiError> {
        let all = self.unfinished(actor, form).await?;
        Ok(all.into_iter().filter(|(_, kept)| kept.mends.is_none()).map(|(_, kept)| kept.id).collect())
    }

    /// Keeps an unfinished form, or one that `mends` a refused one, in place of the one that the writer has `seen`.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn autosave(
        &self,
        actor: &Actor,
        about: &About,
        fields: Vec<(String, String)>,
        seen: Option<Instant>,
        mends: Option<DraftId>,
    ) -> Result<Autosaved, ApiError> {
        let begun = Begun { draft: Draft { fields, ..Draft::default() }, mends };
        let text = serde_json::to_string(&begun).map_err(|_| ApiError::Unavailable)?;
        let held = self.held_for_drafts(actor).await.map_err(storage)?;
        let (actor, about) = (actor.clone(), about.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let old = tx.row(find(&actor, &about, now)).await?;
                    let Some(row) = old else {
                        let all = q("SELECT fields FROM drafts WHERE account_id = $1 AND problem = ''
                               AND updated_at > $2 AND (ends_at IS NULL OR ends_at > $3)");
                        let all = all.bind(actor.account).bind(now.plus_ms(-LASTS_MS)).bind(now);
                        // Those of a role that has ended nobody can delete: they take no room.
                        if held.count(&tx.rows(all).await?)? >= KEPT {
                            return Err(Rejection::state(format!(
                                "未写完的草稿已有 {KEPT} 份，这一份没有存到服务器。请先提交或删去几份，再接着写。"
                            ))
                            .into());
                        }
                        insert(tx, &actor, &about, text, "").await?;
                        return Ok(Autosaved::Saved(now));
                    };
                    // Of a role that has ended: nobody reads it, so nobody is asked about it.
                    let shown = held.shows(&row)?;
                    let old = kept(&row)?;
                    let same = old.fields == begun.draft.fields;
                    // The same text that was refused since is new in what it mends.
                    if shown && same && (mends.is_none() || mends == old.mends) {
                        return Ok(Autosaved::Saved(old.at));
                    }
                    if shown && !same && seen != Some(old.at) {
                        return Ok(Autosaved::Newer(old));
                    }
                    // Two saves within a millisecond are still two versions.
                    let at = now.max(old.at.plus_ms(1));
                    let id: DraftId = row.id("id")?;
                    tx.execute(
                        q("UPDATE drafts SET updated_at = $1, ends_at = $2, fields = $3 WHERE id = $4")
                            .bind(at)
                            .bind(ends(&text, now))
                            .bind(stamped(&text, &actor, &about.form)?)
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

/// Inserts a draft; the ended ones and the account's oldest refused ones make room.
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
            stamped(&fields, actor, &about.form)?.into(),
            problem.into(),
            now.into(),
        ],
    )
    .await?;
    tx.execute(
        q("DELETE FROM drafts WHERE account_id = $1 AND (updated_at <= $2 OR ends_at <= $4
             OR (problem <> '' AND id NOT IN (SELECT id FROM drafts WHERE account_id = $1 AND problem <> ''
               ORDER BY updated_at DESC, id DESC LIMIT $3)))")
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
        let Some(row) = row else { return Ok(Draft::default()) };
        let held = self.held_for_drafts(actor).await.map_err(storage)?;
        if !held.shows(&row).map_err(storage)? {
            return Ok(Draft::default());
        }
        row.json("fields").map_err(|e: StorageError| storage(e))
    }
}
