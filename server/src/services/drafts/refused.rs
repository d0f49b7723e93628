//! Refused forms that wait to be mended: which they are, why, and the page that each goes back to. A later
//! try of the same form takes the place of the one before it, and nothing of it is left once it is taken.
//! Refuses to list what nobody wrote: a form of buttons and choices alone.

use std::collections::BTreeSet;

use app::{
    api::{ApiError, drafts::Draft, records::TodoRow},
    routes::page_name,
};
use domain::{
    ids::DraftId,
    people::access::Actor,
    time::{DAY_MS, Instant},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, storage, told},
    About, LASTS_MS, SECRET_MS, insert,
};
use crate::storage::{Query, Row, StorageError, q};

/// Forms of which somebody may have several refused ones at a time: only the draft that a page shows tells
/// which of them was mended.
const SEVERAL: [&str; 1] = ["records.new"];
/// Characters of what was written that a line shows.
const START: usize = 40;
/// Days that a refused form stays listed.
pub const DAYS: i64 = LASTS_MS / DAY_MS;
/// The same for one that holds what must not enter.
pub const SECRET_DAYS: i64 = SECRET_MS / DAY_MS;

/// A try to send a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Form and subject.
    pub about: About,
    /// Page that the form stands on.
    pub page: String,
    /// Where on the page (`#sign`), or empty.
    pub place: &'static str,
    /// The draft that the page showed.
    pub mends: Option<DraftId>,
    /// What was sent.
    pub fields: Vec<(String, String)>,
}

/// A refused form, for its writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedForm {
    /// Its draft.
    pub id: DraftId,
    /// Name of its page.
    pub name: &'static str,
    /// What was written, from its beginning.
    pub start: String,
    /// Why it was not taken.
    pub why: String,
    /// When.
    pub at: Instant,
    /// Address that shows the form as it was sent.
    pub back: String,
}

/// What is stored: the draft, and where it belongs. Drafts of forms without a page of their own have none.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Sheet {
    #[serde(flatten)]
    draft: Draft,
    #[serde(default)]
    page: String,
    #[serde(default)]
    place: String,
}

fn find(actor: &Actor, about: &About) -> Query {
    q("SELECT id, fields FROM drafts WHERE account_id = $1 AND form = $2 AND subject = $3 AND problem <> ''")
        .bind(actor.account)
        .bind(&about.form)
        .bind(&about.subject)
}

/// Fields of a form, whatever was typed into them.
fn names(fields: &[(String, String)]) -> BTreeSet<&str> {
    fields.iter().map(|(name, _)| name.as_str()).filter(|name| !name.starts_with("seen")).collect()
}

/// Ids, days, numbers and choices are ASCII; what somebody wrote here is Chinese.
fn is_written(value: &str) -> bool {
    !value.is_ascii()
}

impl Try {
    /// Listed tries of the same form, among rows of its form and subject.
    fn earlier(&self, rows: &[Row]) -> Result<Vec<(DraftId, Sheet)>, StorageError> {
        let alone = !SEVERAL.contains(&self.about.form.as_str());
        let names = names(&self.fields);
        let mut out = Vec::new();
        for row in rows {
            let (id, sheet): (DraftId, Sheet) = (row.id("id")?, row.json("fields")?);
            let same = alone && sheet.page == self.page && self::names(&sheet.draft.fields) == names;
            if !sheet.page.is_empty() && (self.mends == Some(id) || same) {
                out.push((id, sheet));
            }
        }
        Ok(out)
    }

    /// Can it have an earlier try at all?
    fn is_first(&self) -> bool {
        self.mends.is_none() && SEVERAL.contains(&self.about.form.as_str())
    }
}

impl Sheet {
    fn back(&self, id: DraftId) -> String {
        let mark = if self.page.contains('?') { '&' } else { '?' };
        format!("{}{mark}draft={id}{}", self.page, self.place)
    }

    /// What was written, from its beginning; `None` where nothing was.
    fn start(&self) -> Option<String> {
        let written = |(name, value): &&(String, String)| name == "text" && is_written(value);
        let fields = &self.draft.fields;
        let found = fields.iter().find(written).or_else(|| fields.iter().find(|(_, value)| is_written(value)))?;
        let line = found.1.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(match line.char_indices().nth(START) {
            Some((at, _)) => format!("{}…", &line[..at]),
            None => line,
        })
    }
}

fn listed(row: &Row) -> Result<Option<RefusedForm>, StorageError> {
    let (id, sheet): (DraftId, Sheet) = (row.id("id")?, row.json("fields")?);
    let Some(start) = sheet.start().filter(|_| !sheet.page.is_empty()) else { return Ok(None) };
    let name = Some(page_name(&sheet.page)).filter(|name| !name.is_empty()).unwrap_or("表单");
    let back = sheet.back(id);
    Ok(Some(RefusedForm { id, name, start, why: sheet.draft.problem, at: row.instant("updated_at")?, back }))
}

impl Services {
    /// Keeps a refused form in place of the tries before it; the address that shows it again.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn keep_refused(
        &self,
        actor: &Actor,
        what: Try,
        problem: String,
        problem_field: Option<String>,
    ) -> Result<String, ApiError> {
        let actor = actor.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if !what.is_first() {
                        let rows = tx.rows(find(&actor, &what.about)).await?;
                        for (id, sheet) in what.earlier(&rows)? {
                            // Its own address still shows it, on a page that is open elsewhere.
                            let text = stored(&Sheet { page: String::new(), ..sheet })?;
                            tx.execute(q("UPDATE drafts SET fields = $1 WHERE id = $2").bind(text).bind(id)).await?;
                        }
                    }
                    let sheet = Sheet {
                        page: what.page,
                        place: what.place.to_owned(),
                        draft: Draft { fields: what.fields, problem: problem.clone(), problem_field },
                    };
                    // The column tells a refused form from an unfinished one, so it is never empty here.
                    let why = if problem.is_empty() { "refused" } else { problem.as_str() };
                    let id = insert(tx, &actor, &what.about, stored(&sheet)?, why).await?;
                    Ok(sheet.back(id))
                })
            })
            .await
            .map_err(told)
    }

    /// The form was taken: nothing of its refused tries is left.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn mended(&self, actor: &Actor, what: Try) -> Result<(), ApiError> {
        if what.is_first() {
            return Ok(());
        }
        let rows = self.store.read().rows(find(actor, &what.about)).await.map_err(storage)?;
        let gone: Vec<DraftId> = what.earlier(&rows).map_err(storage)?.into_iter().map(|(id, _)| id).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let account = actor.account;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let drop = q("DELETE FROM drafts WHERE account_id = $1").bind(account).and_in("id", gone);
                    tx.execute(drop).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }

    /// Refused forms of the acting account, the newest first.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn refused_forms(&self, actor: &Actor) -> Result<Vec<RefusedForm>, ApiError> {
        let now = self.clock.now();
        let find = q("SELECT id, fields, updated_at FROM drafts WHERE account_id = $1 AND problem <> ''
             AND updated_at > $2 AND (ends_at IS NULL OR ends_at > $3) ORDER BY updated_at DESC, id DESC")
        .bind(actor.account)
        .bind(now.plus_ms(-LASTS_MS))
        .bind(now);
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        let found = rows.iter().filter_map(|row| listed(row).transpose());
        found.collect::<Result<_, _>>().map_err(storage)
    }

    /// 「不要了」: whether there was one of the acting account.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn drop_refused(&self, actor: &Actor, id: DraftId) -> Result<bool, ApiError> {
        let account = actor.account;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let drop = q("DELETE FROM drafts WHERE id = $1 AND account_id = $2 AND problem <> ''");
                    Ok(tx.execute(drop.bind(id).bind(account)).await? > 0)
                })
            })
            .await
            .map_err(told)
    }

    /// The line of 待办 that leads to them.
    ///
    /// # Errors
    /// Storage failed.
    pub(in crate::services) async fn refused_todo(&self, actor: &Actor) -> Result<Option<TodoRow>, ApiError> {
        let all = self.refused_forms(actor).await?;
        let note = match &all[..] {
            [] => return Ok(None),
            [one] => format!("{}：{}", one.name, one.why),
            _ => "写的内容都留着，逐份写明了原因".to_owned(),
        };
        Ok(Some(TodoRow { title: "没有通过的内容".to_owned(), note, link: "/drafts".to_owned() }))
    }
}

fn stored(sheet: &Sheet) -> Result<String, StorageError> {
    serde_json::to_string(sheet).map_err(|_| StorageError::shape("fields"))
}
