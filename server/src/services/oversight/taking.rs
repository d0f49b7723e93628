//! 依规调取 (practice 3.3): one person asks with a document number, another decides, both with their
//! password or PIN; then the copy leaves the system as a file. It is in the audit log and in no view
//! of the head: it writes no reading, no thread, no 待办.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    oversight::{TakingRow, TakingsPage, TakingsQuery},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    documents::Doc,
    ids::{CommandId, PersonId, PostId, RecordId, TakingId},
    oversight::{CopiedEntry, book_copy, check_word},
    people::access::{self, Actor},
    records::RecordKind,
    text,
    time::{DAY_MS, sane_year, zh, zh_short},
};
use serde::Serialize;

use super::{
    super::{Services, posts, posts::PostInfo, storage, told},
    TAKING,
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// How long the file can be fetched again after it was first taken: a download may break off.
const AGAIN_MS: i64 = DAY_MS;
/// Rows of the page.
const SHOWN: i64 = 100;

/// A request.
#[derive(Debug, Clone, Serialize)]
pub struct Ask {
    /// Key.
    pub command: CommandId,
    /// Whose book.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// 文号.
    pub number: String,
    /// Why.
    pub reason: String,
}

/// A decision.
#[derive(Debug, Clone, Serialize)]
pub struct Decide {
    /// Key.
    pub command: CommandId,
    /// Request.
    pub taking: TakingId,
    /// Approved?
    pub yes: bool,
}

/// The file.
#[derive(Debug)]
pub struct Taken {
    /// The copy.
    pub doc: Doc,
}

async fn load(tx: &mut Tx, actor: &Actor, id: TakingId) -> Result<(Row, PostInfo), Failure> {
    let row = tx
        .row(q("SELECT * FROM book_takings WHERE id = $1 AND district_id = $2").bind(id).bind(actor.district))
        .await?
        .ok_or(Rejection::NotFound)?;
    let today = tx.now().day();
    let info = posts::post(tx, actor.district, row.id("post_id")?, today).await?.ok_or(Rejection::NotFound)?;
    Ok((row, info))
}

async fn note(tx: &mut Tx, actor: &Actor, action: &'static str, id: TakingId, words: &str) -> Result<(), Failure> {
    tx.audit(actor.district, Some(actor.account), action, &format!("taking:{id}"), words).await?;
    Ok(())
}

impl Services {
    /// Asks for a 调取. `secret` is the asker's own.
    ///
    /// # Errors
    /// Not his to ask, a wrong field or secret, a number used before, or storage failed.
    pub async fn ask_taking(&self, actor: &Actor, form: Ask, secret: &str) -> Result<(), ApiError> {
        let today = self.today();
        let info = self.post_info(actor, form.post, today).await?;
        let _proof = access::ask_taking(actor, Some(info.access())).map_err(|_| Rejection::NotFound)?;
        let number = text::required("number", "文号", &form.number, text::NAME_MAX)?;
        let reason = check_word("reason", "调取事由", &form.reason)?;
        if sane_year(form.year) != form.year || form.year > today.year() {
            return Err(Rejection::field("year", "年度不对，没有登记。请重新选择年度。").into());
        }
        self.confirm_secret(actor, secret).await.map_err(told)?;
        let actor = actor.clone();
        let body = serde_json::to_vec(&form).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let used = q("SELECT id FROM book_takings WHERE district_id = $1 AND number = $2");
                    if tx.row(used.bind(actor.district).bind(&number)).await?.is_some() {
                        return Err(Rejection::field("number", "这个文号已经用过，没有登记。请核对文号。").into());
                    }
                    let id = TakingId(random::id(tx.now()));
                    tx.insert(
                        "INSERT INTO book_takings (id, district_id, post_id, year, number, reason, state, asked_by, asked_name, asked_at)",
                        vec![
                            id.into(),
                            actor.district.into(),
                            form.post.into(),
                            form.year.into(),
                            (&number).into(),
                            (&reason).into(),
                            "asked".into(),
                            actor.person.into(),
                            (&actor.name).into(),
                            tx.now().into(),
                        ],
                    )
                    .await?;
                    let words = format!("{number} {} {}年", info.unit_name, form.year);
                    note(tx, &actor, "oversight.taking_asked", id, &words).await
                })
            })
            .await
            .map_err(told)
    }

    /// Decides on a 调取. `secret` is the decider's own.
    ///
    /// # Errors
    /// Not his to decide, decided already, a wrong secret, or storage failed.
    pub async fn decide_taking(&self, actor: &Actor, form: Decide, secret: &str) -> Result<(), ApiError> {
        let _proof = access::decide_taking(actor).map_err(|_| Rejection::NotFound)?;
        self.confirm_secret(actor, secret).await.map_err(told)?;
        let actor = actor.clone();
        let body = serde_json::to_vec(&form).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let (row, info) = load(tx, &actor, form.taking).await?;
                    may_decide(&actor, &row, &info)?;
                    if row.text("state")? != "asked" {
                        return Err(Rejection::state("这件调取已经审批过了。请刷新页面查看。").into());
                    }
                    tx.execute(
                        q("UPDATE book_takings SET state = $1, decided_by = $2, decided_name = $3, decided_at = $4 WHERE id = $5")
                            .bind(if form.yes { "approved" } else { "refused" })
                            .bind(actor.person)
                            .bind(&actor.name)
                            .bind(tx.now())
                            .bind(form.taking),
                    )
                    .await?;
                    let action = if form.yes { "oversight.taking_approved" } else { "oversight.taking_refused" };
                    note(tx, &actor, action, form.taking, &row.text("number")?).await
                })
            })
            .await
            .map_err(told)
    }

    /// Hands the copy to whoever asked, once it is approved; noted before it leaves.
    ///
    /// # Errors
    /// Not the asker, not approved, fetched too long ago, a wrong secret, or storage failed.
    pub async fn take_book(&self, actor: &Actor, id: TakingId, secret: &str) -> Result<Taken, ApiError> {
        let _proof = access::ask_taking(actor, None).map_err(|_| Rejection::NotFound)?;
        self.confirm_secret(actor, secret).await.map_err(told)?;
        let actor = actor.clone();
        let doc = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let (row, info) = load(tx, &actor, id).await?;
                    // The role may have changed since; the unit's own never take their own book.
                    let _proof = access::ask_taking(&actor, Some(info.access())).map_err(|_| Rejection::NotFound)?;
                    if !takes(&row, &actor, tx.now().0)? {
                        return Err(Rejection::NotFound.into());
                    }
                    tx.execute(
                        q("UPDATE book_takings SET state = 'taken', taken_at = COALESCE(taken_at, $1) WHERE id = $2")
                            .bind(tx.now())
                            .bind(id),
                    )
                    .await?;
                    note(tx, &actor, "oversight.taking_taken", id, &row.text("number")?).await?;
                    copy(tx, &row, &info).await
                })
            })
            .await
            .map_err(told)?;
        Ok(Taken { doc })
    }

    pub(super) async fn takings_page(&self, actor: &Actor, query: TakingsQuery) -> Result<TakingsPage, ApiError> {
        let asks = access::ask_taking(actor, None).is_ok();
        if !asks && access::decide_taking(actor).is_err() {
            return Err(Rejection::NotAllowed.into());
        }
        let today = self.today();
        let mut draft = self.load(actor, TAKING, query.draft.as_deref()).await?;
        draft.fields.retain(|(name, _)| name != "secret");
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT t.*, u.name AS unit_name, u.leads_district FROM book_takings t JOIN posts p ON p.id = t.post_id
                   JOIN units u ON u.id = p.unit_id WHERE t.district_id = $1 ORDER BY t.asked_at DESC, t.id LIMIT $2")
                .bind(actor.district)
                .bind(SHOWN),
            )
            .await
            .map_err(storage)?;
        let mut shown = Vec::new();
        for row in &rows {
            let info = self.post_info(actor, row.id("post_id").map_err(storage)?, today).await?;
            let sees = access::ask_taking(actor, Some(info.access())).is_ok() || decides(actor, &info);
            if sees {
                shown.push(self.taking_row(actor, row, &info).map_err(storage)?);
            }
        }
        Ok(TakingsPage {
            rows: shown,
            books: if asks { self.books_to_take(actor).await? } else { Vec::new() },
            years: (0..3).map(|back| today.year() - back).collect(),
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }

    fn taking_row(&self, actor: &Actor, row: &Row, info: &PostInfo) -> Result<TakingRow, StorageError> {
        let state = row.text("state")?;
        let word = match state.as_str() {
            "asked" => "待审批",
            "approved" => "已审批，待调取",
            "refused" => "未批准",
            _ => "已调取",
        };
        let mut who = format!("{} {}登记", row.text("asked_name")?, zh_short(row.instant("asked_at")?.day()));
        if let Some(at) = row.opt_instant("decided_at")? {
            who = format!("{who}；{} {}审批", row.text("decided_name")?, zh_short(at.day()));
        }
        Ok(TakingRow {
            id: row.id("id")?,
            number: row.text("number")?,
            book: format!("{}　{}年", row.text("unit_name")?, row.year("year")?),
            reason: row.text("reason")?,
            state: word.to_owned(),
            who,
            may_decide: state == "asked" && may_decide(actor, row, info).is_ok(),
            may_take: access::ask_taking(actor, Some(info.access())).is_ok() && takes(row, actor, self.clock.now().0)?,
        })
    }

    async fn books_to_take(&self, actor: &Actor) -> Result<Vec<(PostId, String)>, ApiError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT p.id, p.title, u.name FROM posts p JOIN units u ON u.id = p.unit_id
                   WHERE p.district_id = $1 AND p.is_head = 1 ORDER BY u.position, u.name, p.position, p.id")
                .bind(actor.district),
            )
            .await
            .map_err(storage)?;
        let mut out = Vec::new();
        for row in &rows {
            let info = self.post_info(actor, row.id("id").map_err(storage)?, self.today()).await?;
            if access::ask_taking(actor, Some(info.access())).is_ok() {
                let words = format!("{}　{}", row.text("name").map_err(storage)?, row.text("title").map_err(storage)?);
                out.push((info.post, words));
            }
        }
        Ok(out)
    }
}

/// The second person: never the one who asked, never of the unit, and for the 区委书记's book the 书记.
fn may_decide(actor: &Actor, row: &Row, info: &PostInfo) -> Result<(), Failure> {
    if !decides(actor, info) || row.id::<PersonId>("asked_by")? == actor.person {
        return Err(Rejection::NotAllowed.into());
    }
    Ok(())
}

fn decides(actor: &Actor, info: &PostInfo) -> bool {
    access::decide_taking(actor).is_ok()
        && access::read_book(actor, info.access()) == Ok(access::Sight::Outline)
        && !actor.terms.iter().any(|t| t.unit == info.unit)
}

/// May the actor fetch the file of this request at `now`?
fn takes(row: &Row, actor: &Actor, now: i64) -> Result<bool, StorageError> {
    let own = row.id::<PersonId>("asked_by")? == actor.person;
    let state = row.text("state")?;
    let again = row.opt_instant("taken_at")?.is_some_and(|at| now - at.0 <= AGAIN_MS);
    Ok(own && (state == "approved" || (state == "taken" && again)))
}

async fn copy(tx: &mut Tx, taking: &Row, info: &PostInfo) -> Result<Doc, Failure> {
    let year = taking.year("year")?;
    let rows = tx
        .rows(
            q("SELECT r.*, p.name AS proxy_name FROM records r LEFT JOIN persons p ON p.id = r.proxy_person
               WHERE r.post_id = $1 AND r.year = $2 AND r.state IN ('recorded', 'stub') ORDER BY r.page")
            .bind(info.post)
            .bind(year),
        )
        .await?;
    let mut entries = Vec::new();
    for row in &rows {
        let codes = tx
            .rows(
                q("SELECT code FROM record_duties WHERE record_id = $1 AND unmatched_why IS NULL ORDER BY code")
                    .bind(row.id::<RecordId>("id")?),
            )
            .await?;
        let mut marks: Vec<String> = codes.iter().map(|c| c.text("code")).collect::<Result<_, _>>()?;
        if row.flag("late")? {
            marks.push("补记".into());
        }
        if let Some(name) = row.opt_text("proxy_name")? {
            marks.push(format!("{name}代录"));
        }
        let kind = row.keyed("kind", RecordKind::from_key)?;
        let stub = row.text("state")? == "stub";
        entries.push(CopiedEntry {
            page: format!("第 {} 页", row.opt_int("page")?.unwrap_or_default()),
            what: format!("{}　{}", kind.label(), zh(row.day("event_on")?)),
            text: if stub { "已依规移除".into() } else { row.text("text")? },
            marks: marks.join("、"),
        });
    }
    let by = format!(
        "文号 {}；登记 {}；审批 {}；调取日期 {}。",
        taking.text("number")?,
        taking.text("asked_name")?,
        taking.text("decided_name")?,
        zh(tx.now().day())
    );
    Ok(book_copy(&info.unit_name, &info.who(), year, &taking.text("number")?, &by, &entries))
}
