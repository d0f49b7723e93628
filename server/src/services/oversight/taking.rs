//! 依规调取 (practice 3.3): one person of the office asks with a document number, the 书记 or 副书记 decides, a
//! second of the office confirms, each with his password or PIN; then the first takes the copy as a file, once,
//! of what stood in the book at the confirmation. It is in the audit log and in no view of the head: it writes no
//! reading and no thread, and is among the 待办 of those three alone.
//!
//! The second handler is `second`'s.

use std::collections::{BTreeMap, HashMap};

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
    oversight::{book_copy, check_word},
    people::access::{self, Actor},
    records::blocked,
    text,
    time::{Day, Instant, sane_year, zh_short},
};
use serde::Serialize;

use super::{
    super::{Services, parse, posts, posts::PostInfo, storage, told},
    TAKING, second,
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

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
    /// What.
    pub act: Verdict,
}

/// What is said to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// The approver agrees,
    Approve,
    /// or not.
    Refuse,
    /// The second handler confirms.
    Second,
}

/// The file.
#[derive(Debug)]
pub struct Taken {
    /// The copy.
    pub doc: Doc,
}

async fn load(tx: &mut Tx, actor: &Actor, id: TakingId) -> Result<(Row, PostInfo), Failure> {
    let row = tx
        .row(q(second::TAKINGS).bind(actor.district).push_bind("AND t.id = ?", id))
        .await?
        .ok_or(Rejection::NotFound)?;
    let today = tx.now().day();
    let info = posts::post(tx, actor.district, row.id("post_id")?, today).await?.ok_or(Rejection::NotFound)?;
    Ok((row, info))
}

fn number_used() -> Rejection {
    Rejection::field("number", "这个文号已经用过，没有登记。请核对文号。")
}

/// 文号 and 事由 of a request that the actor may make.
fn checked(actor: &Actor, info: &PostInfo, form: &Ask, today: Day) -> Result<(String, String), Rejection> {
    let _proof = access::ask_taking(actor, Some(info.access())).map_err(|_| Rejection::NotFound)?;
    let number = text::required("number", "文号", &form.number, text::NAME_MAX)?;
    if let Some(what) = blocked(&number) {
        return Err(Rejection::field("number", Rejection::MustNotEnter { what }.to_string()));
    }
    let reason = check_word("reason", "调取事由", &form.reason)?;
    if sane_year(form.year) != form.year || form.year > today.year() {
        return Err(Rejection::field("year", "年度不对，没有登记。请重新选择年度。"));
    }
    Ok((number, reason))
}

pub(super) async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: TakingId,
    words: &str,
) -> Result<(), Failure> {
    tx.audit(actor.district, Some(actor.account), action, &format!("taking:{id}"), words).await?;
    Ok(())
}

impl Services {
    /// Asks for a 调取; the request. `secret` is the asker's own.
    ///
    /// # Errors
    /// Not his to ask, a wrong field or secret, a number used before, or storage failed.
    pub async fn ask_taking(&self, actor: &Actor, form: Ask, secret: &str) -> Result<TakingId, ApiError> {
        let today = self.today();
        let info = self.post_info(actor, form.post, today).await?;
        let (number, reason) = checked(actor, &info, &form, today)?;
        self.confirm_secret(actor, secret).await.map_err(told)?;
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let used = q("SELECT id FROM book_takings WHERE district_id = $1 AND number = $2");
                if tx.row(used.bind(actor.district).bind(&number)).await?.is_some() {
                    return Err(number_used().into());
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
                note(tx, &actor, "oversight.taking_asked", id, &words).await?;
                Ok(id)
            })
        })
        .await
    }

    /// Would this form register? For the page that asks once more, and says whose book it is.
    ///
    /// # Errors
    /// As [`ask_taking`](Self::ask_taking), without the secret.
    pub async fn check_taking(&self, actor: &Actor, form: &Ask) -> Result<(), ApiError> {
        let today = self.today();
        let info = self.post_info(actor, form.post, today).await?;
        let (number, _) = checked(actor, &info, form, today)?;
        let used = q("SELECT id FROM book_takings WHERE district_id = $1 AND number = $2");
        match self.store.read().row(used.bind(actor.district).bind(number)).await.map_err(storage)? {
            Some(_) => Err(number_used().into()),
            None => Ok(()),
        }
    }

    /// Decides on a 调取, or confirms an approved one as its second handler. `secret` is the actor's own.
    ///
    /// # Errors
    /// Not his to decide, decided already, a wrong secret, or storage failed.
    pub async fn decide_taking(&self, actor: &Actor, form: Decide, secret: &str) -> Result<(), ApiError> {
        match form.act {
            Verdict::Second => access::ask_taking(actor, None).map(|_| ()),
            Verdict::Approve | Verdict::Refuse => access::decide_taking(actor).map(|_| ()),
        }
        .map_err(|_| Rejection::NotFound)?;
        self.confirm_secret(actor, secret).await.map_err(told)?;
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let (row, info) = load(tx, &actor, form.taking).await?;
                if form.act == Verdict::Second {
                    return second::confirm(tx, &actor, &row, &info).await;
                }
                may_decide(&actor, &row, &info)?;
                if row.text("state")? != "asked" {
                    return Err(Rejection::state("这件调取已经审批过了。请刷新页面查看。").into());
                }
                tx.execute(
                    q("UPDATE book_takings SET state = $1, decided_by = $2, decided_name = $3, decided_at = $4 WHERE id = $5")
                        .bind(if form.act == Verdict::Approve { "approved" } else { "refused" })
                        .bind(actor.person)
                        .bind(&actor.name)
                        .bind(tx.now())
                        .bind(form.taking),
                )
                .await?;
                let action = match form.act {
                    Verdict::Approve => "oversight.taking_approved",
                    _ => "oversight.taking_refused",
                };
                note(tx, &actor, action, form.taking, &row.text("number")?).await
            })
        })
        .await
    }

    /// Hands the copy to whoever asked, once for each confirmation by a second; noted before it is read. What
    /// came to the book after the confirmation is not in it.
    ///
    /// # Errors
    /// Not the asker, not approved, not confirmed within a day, taken already, a wrong secret, or storage failed.
    pub async fn take_book(&self, actor: &Actor, id: TakingId, secret: &str) -> Result<Taken, ApiError> {
        let _proof = access::ask_taking(actor, None).map_err(|_| Rejection::NotFound)?;
        self.confirm_secret(actor, secret).await.map_err(told)?;
        let by = actor.clone();
        let (row, info, until) = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let (row, info) = load(tx, &by, id).await?;
                    // The role may have changed since; the unit's own never take their own book.
                    let _proof = access::ask_taking(&by, Some(info.access())).map_err(|_| Rejection::NotFound)?;
                    let now = tx.now();
                    if row.id::<PersonId>("asked_by")? == by.person && second::waits(&row, now)? {
                        let words = "还没有第二名经办人确认，或者确认后已经调取过、已超过24小时，没有调取。请党风政风监督室的另一名同志登录后，在依规调取里确认。";
                        return Err(Rejection::state(words).into());
                    }
                    if !takes(&row, &by, now)? {
                        return Err(Rejection::NotFound.into());
                    }
                    let until = second::confirmed(&row, now)?.ok_or(Rejection::NotFound)?;
                    tx.execute(
                        q("UPDATE book_takings SET state = 'taken', taken_at = $1 WHERE id = $2")
                            .bind(now)
                            .bind(id),
                    )
                    .await?;
                    note(tx, &by, "oversight.taking_taken", id, &row.text("number")?).await?;
                    Ok((row, info, until))
                })
            })
            .await
            .map_err(told)?;
        let year = row.year("year").map_err(storage)?;
        let book = self.book_taken(actor, &info, year, until).await?;
        let files = self.files_of(info.post, year, until).await.map_err(storage)?;
        let taking = second::under(&row, until, self.clock.now()).map_err(storage)?;
        Ok(Taken { doc: book_copy(&book, &taking, &files) })
    }

    /// Names of the 佐证材料 that stood beside the records of a book at `until`.
    async fn files_of(
        &self,
        post: PostId,
        year: i32,
        until: Instant,
    ) -> Result<BTreeMap<RecordId, Vec<String>>, StorageError> {
        let find = q("SELECT l.record_id, l.name FROM evidence_links l JOIN records r ON r.id = l.record_id
                      WHERE r.post_id = $1 AND r.year = $2 AND l.added_at <= $3
                        AND (l.withdrawn_at IS NULL OR l.withdrawn_at > $3) ORDER BY l.added_at, l.id");
        let mut files: BTreeMap<RecordId, Vec<String>> = BTreeMap::new();
        for row in self.store.read().rows(find.bind(post).bind(year).bind(until)).await? {
            files.entry(row.id("record_id")?).or_default().push(row.text("name")?);
        }
        Ok(files)
    }

    pub(super) async fn takings_page(&self, actor: &Actor, query: TakingsQuery) -> Result<TakingsPage, ApiError> {
        let asks = access::ask_taking(actor, None).is_ok();
        if !asks && access::decide_taking(actor).is_err() {
            return Err(Rejection::NotAllowed.into());
        }
        let today = self.today();
        let mut draft = self.load(actor, TAKING, query.draft.as_deref()).await?;
        draft.fields.retain(|(name, _)| name != "secret");
        let posts = posts::heads(&mut self.store.read().clone(), actor.district, today).await.map_err(storage)?;
        let sees = |info: &&PostInfo| access::ask_taking(actor, Some(info.access())).is_ok() || decides(actor, info);
        let seen: HashMap<PostId, &PostInfo> = posts.iter().filter(sees).map(|info| (info.post, info)).collect();
        let mut find = q(second::TAKINGS).bind(actor.district).and_in("t.post_id", seen.keys().copied());
        if let Some(before) = query.before.as_deref() {
            // One that he does not see is no place in his list.
            let place = q("SELECT post_id, asked_at, id FROM book_takings WHERE district_id = $1 AND id = $2")
                .bind(actor.district)
                .bind(parse::<TakingId>(before)?);
            let place = self.store.read().row(place).await.map_err(storage)?.ok_or(Rejection::NotFound)?;
            if !seen.contains_key(&place.id("post_id").map_err(storage)?) {
                return Err(Rejection::NotFound.into());
            }
            let (at, id) = (place.int("asked_at").map_err(storage)?, place.text("id").map_err(storage)?);
            find = find.push_bind("AND (t.asked_at, t.id) < (?", at).push_bind(", ?)", id);
        }
        let find = find.push_bind("ORDER BY t.asked_at DESC, t.id DESC LIMIT ?", SHOWN + 1);
        let rows = self.store.read().rows(find).await.map_err(storage)?;
        let page = usize::try_from(SHOWN).unwrap_or(usize::MAX);
        let mut shown = Vec::new();
        for row in rows.iter().take(page) {
            let post: PostId = row.id("post_id").map_err(storage)?;
            if let Some(info) = seen.get(&post) {
                shown.push(self.taking_row(actor, row, info).map_err(storage)?);
            }
        }
        Ok(TakingsPage {
            older: shown.last().map(|row: &TakingRow| row.id).filter(|_| rows.len() > page),
            rows: shown,
            books: if asks { books_to_take(actor, &posts) } else { Vec::new() },
            years: (0..3).map(|back| today.year() - back).collect(),
            // A draft without a problem passed every check; a wrong secret is typed again where it was asked for: here
            // only that of a request, which has a number. Those of the list stand at their row.
            confirm: asks
                && draft.fields.iter().any(|(name, _)| name == "number")
                && (draft.problem.is_empty() || draft.problem_field.as_deref() == Some("secret")),
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }

    fn taking_row(&self, actor: &Actor, row: &Row, info: &PostInfo) -> Result<TakingRow, StorageError> {
        let state = row.text("state")?;
        let now = self.clock.now();
        let mut who = format!("{} {}登记", row.text("asked_name")?, zh_short(row.instant("asked_at")?.day()));
        if let Some(at) = row.opt_instant("decided_at")? {
            who = format!("{who}；{} {}审批", row.text("decided_name")?, zh_short(at.day()));
        }
        if let Some(at) = row.opt_instant("second_at")? {
            who = format!("{who}；{} {}确认", row.text("second_name")?, zh_short(at.day()));
        }
        Ok(TakingRow {
            id: row.id("id")?,
            number: row.text("number")?,
            book: format!("{}　{}年", info.unit_name, row.year("year")?),
            reason: row.text("reason")?,
            state: second::state(row, info, now)?,
            who,
            may_decide: state == "asked" && may_decide(actor, row, info).is_ok(),
            may_second: second::may_confirm(actor, row, info, now)?,
            may_take: access::ask_taking(actor, Some(info.access())).is_ok() && takes(row, actor, now)?,
        })
    }
}

/// Every book that the actor may ask for, in the order of the directory.
fn books_to_take(actor: &Actor, posts: &[PostInfo]) -> Vec<(PostId, String)> {
    posts
        .iter()
        .filter(|info| access::ask_taking(actor, Some(info.access())).is_ok())
        .map(|info| (info.post, format!("{}　{}", info.unit_name, info.who())))
        .collect()
}

/// The approver: never the one who asked, never of the unit, and for the 区委书记's book the 书记.
pub(super) fn may_decide(actor: &Actor, row: &Row, info: &PostInfo) -> Result<(), Failure> {
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
pub(super) fn takes(row: &Row, actor: &Actor, now: Instant) -> Result<bool, StorageError> {
    Ok(row.id::<PersonId>("asked_by")? == actor.person && second::confirmed(row, now)?.is_some())
}
