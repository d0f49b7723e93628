//! Refused forms that wait to be mended: which they are, why, and the page that each goes back to. A later
//! try of the same form takes the place of the one before it, and nothing of it is left once it is taken.
//! Refuses to list what nobody wrote: a form of buttons and choices alone; and a form that was only asked about
//! once more (「再按一次」), which nobody refused.

use std::{borrow::Cow, collections::BTreeSet};

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
    About, Begun, LASTS_MS, SECRET_MS, insert,
};
use crate::storage::{Query, Row, StorageError, q};

/// Forms of which somebody may have several refused ones at a time: only the draft that a page shows tells
/// which of them was mended.
const SEVERAL: [&str; 1] = ["records.new"];
/// Fields that only say 「仍要这样做」: a form sent without one is asked about, not refused.
const CONFIRMS: [&str; 2] = ["early", "alike"];
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
    pub place: Cow<'static, str>,
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
    /// It was only asked about: its address shows it, no list does.
    #[serde(default)]
    asked: bool,
    /// In what it was written; kept where the rest is changed.
    #[serde(default)]
    standing: Vec<String>,
}

fn find(actor: &Actor, about: &About) -> Query {
    q("SELECT id, fields FROM drafts WHERE account_id = $1 AND form = $2 AND subject = $3 AND problem <> ''")
        .bind(actor.account)
        .bind(&about.form)
        .bind(&about.subject)
}

/// Takes away the unfinished form that a page was opened with: what was sent from there stands in its place.
fn unfinished(actor: &Actor, about: &About, id: DraftId) -> Query {
    q("DELETE FROM drafts WHERE id = $1 AND account_id = $2 AND form = $3 AND problem = ''")
        .bind(id)
        .bind(actor.account)
        .bind(&about.form)
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
        let mut out = Vec::new();
        for row in rows {
            let (id, sheet): (DraftId, Sheet) = (row.id("id")?, row.json("fields")?);
            let same = alone && sheet.page == self.page && self.covers(&sheet.draft.fields);
            if !sheet.page.is_empty() && (self.mends == Some(id) || same) {
                out.push((id, sheet));
            }
        }
        Ok(out)
    }

    /// Was the same form sent before as `earlier`? With the same fields it was; and where a button or a tick more or
    /// less was sent, all that was written then has its field here too. Forms of one page that do different things
    /// differ in `do`: what was written in one of them does not end with another.
    fn covers(&self, earlier: &[(String, String)]) -> bool {
        let (now, before) = (names(&self.fields), names(earlier));
        let act =
            |fields: &[(String, String)]| fields.iter().find(|(name, _)| name == "do").map(|(_, act)| act.clone());
        let mut written = earlier.iter().filter(|(_, value)| is_written(value)).peekable();
        now == before
            || ((before.is_subset(&now) || now.is_subset(&before))
                && written.peek().is_some()
                && act(earlier) == act(&self.fields)
                && written.all(|(name, _)| now.contains(name.as_str())))
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
    let shown = !sheet.page.is_empty() && !sheet.asked;
    let Some(start) = sheet.start().filter(|_| shown) else { return Ok(None) };
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
                    if let Some(begun) = what.mends {
                        tx.execute(unfinished(&actor, &what.about, begun)).await?;
                    }
                    let asked = problem_field.as_deref().is_some_and(|field| CONFIRMS.contains(&field));
                    let sheet = Sheet {
                        page: what.page,
                        place: what.place.into_owned(),
                        asked,
                        standing: Vec::new(),
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
        if gone.is_empty() && what.mends.is_none() {
            return Ok(());
        }
        let (account, actor) = (actor.account, actor.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(begun) = what.mends {
                        tx.execute(unfinished(&actor, &what.about, begun)).await?;
                    }
                    if gone.is_empty() {
                        return Ok(());
                    }
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
        let held = self.held_for_drafts(actor).await.map_err(storage)?;
        let mut found = Vec::new();
        for row in &rows {
            if held.shows(row).map_err(storage)? {
                found.extend(listed(row).map_err(storage)?);
            }
        }
        Ok(found)
    }

    /// Those of one form.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn refused_ids(&self, actor: &Actor, form: &str) -> Result<Vec<DraftId>, ApiError> {
        let now = self.clock.now();
        let find = q("SELECT id, fields, updated_at FROM drafts WHERE account_id = $1 AND form = $2 AND problem <> ''
             AND updated_at > $3 AND (ends_at IS NULL OR ends_at > $4)")
        .bind(actor.account)
        .bind(form)
        .bind(now.plus_ms(-LASTS_MS))
        .bind(now);
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        let mut ids = Vec::new();
        for row in &rows {
            ids.extend(listed(row).map_err(storage)?.map(|one| one.id));
        }
        Ok(ids)
    }

    /// 「不要了」: whether there was one of the acting account. The same text as an unfinished note goes with it.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn drop_refused(&self, actor: &Actor, id: DraftId) -> Result<bool, ApiError> {
        let account = actor.account;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let find = q("SELECT form, fields FROM drafts WHERE id = $1 AND account_id = $2 AND problem <> ''");
                    let Some(row) = tx.row(find.bind(id).bind(account)).await? else { return Ok(false) };
                    let (form, sheet): (String, Sheet) = (row.text("form")?, row.json("fields")?);
                    let mut gone = vec![id];
                    if SEVERAL.contains(&form.as_str()) {
                        let find =
                            q("SELECT id, fields FROM drafts WHERE account_id = $1 AND form = $2 AND problem = ''");
                        for note in tx.rows(find.bind(account).bind(form)).await? {
                            let Begun { draft, mends } = note.json("fields")?;
                            if mends == Some(id) || text_of(&draft) == text_of(&sheet.draft) {
                                gone.push(note.id("id")?);
                            }
                        }
                    }
                    tx.execute(q("DELETE FROM drafts WHERE account_id = $1").bind(account).and_in("id", gone)).await?;
                    Ok(true)
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

/// The sentence of a note; browsers send its line breaks as they like.
fn text_of(draft: &Draft) -> String {
    draft.value("text", "").replace('\r', "")
}

fn stored(sheet: &Sheet) -> Result<String, StorageError> {
    serde_json::to_string(sheet).map_err(|_| StorageError::shape("fields"))
}
