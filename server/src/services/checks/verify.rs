//! 「已补记，待核」 in one list, and 已核实 for many at once. The mark itself is `records`' own, with all it asks for:
//! a running reading of the book, and never one's own unit. Each row is a command of its own, so that one that is
//! refused keeps no other back.

use std::collections::{HashMap, HashSet};

use app::api::{ApiError, checks::PendingRow};
use domain::{
    Rejection,
    duties::DutyItem,
    ids::{CommandId, PostId, RecordId},
    people::access::{self, Actor},
    records::{Checking, RecordKind},
    time::zh_short,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::super::{
    Services, colours,
    duties::sight,
    items::issued_item,
    oversight,
    posts::{self, PostInfo},
    records::decide,
    storage,
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Rows shown at once, and verified at once.
pub const ROWS: usize = 100;

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Record.
    pub record: RecordId,
    /// Why it was not marked.
    pub refused: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct One {
    record: RecordId,
    paper: bool,
}

async fn verify(tx: &mut Tx, actor: &Actor, one: One) -> Result<(), Failure> {
    let today = tx.now().day();
    let row = tx
        .row(
            q("SELECT post_id, year FROM records WHERE id = $1 AND district_id = $2")
                .bind(one.record)
                .bind(actor.district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    let (post, year) = (row.id("post_id")?, row.year("year")?);
    let info = posts::post(tx, actor.district, post, today).await?.ok_or(Rejection::NotFound)?;
    // Whoever never checks this unit learns nothing of the record.
    let _may = access::register_reading(actor, info.access()).map_err(|_| Rejection::NotFound)?;
    if oversight::reading_of(tx, actor, post, year, today).await?.is_none() {
        let words = "不在您登记的翻阅检查期间，没有核实。请先登记翻阅检查，看过正文再核实。";
        return Err(Rejection::state(words).into());
    }
    let how = if one.paper { Checking::Paper } else { Checking::Text };
    decide::verify_quietly(tx, actor, info.access(), one.record, how).await?;
    colours::refresh(tx, actor.district, post, year, today).await
}

/// A key of its own for each row of a form, the same whenever the form is sent again.
fn key_of(command: CommandId, record: RecordId) -> CommandId {
    let digest = Sha256::digest(format!("{command} {record}"));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    CommandId(uuid::Uuid::from_bytes(bytes))
}

impl Services {
    /// Marks many records 已核实; `paper`: talks, compared with their paper.
    ///
    /// # Errors
    /// Nothing was chosen, too many were, or storage failed. What is wrong with one row is said with that row.
    pub async fn verify_many(
        &self,
        actor: &Actor,
        command: CommandId,
        records: &[RecordId],
        paper: &[RecordId],
    ) -> Result<Vec<Verified>, ApiError> {
        let mut all: Vec<One> = Vec::new();
        for (ids, paper) in [(records, false), (paper, true)] {
            for record in ids {
                if all.iter().all(|one| one.record != *record) {
                    all.push(One { record: *record, paper });
                }
            }
        }
        if all.is_empty() {
            return Err(Rejection::field("record", "还没有选记录，没有核实。请勾选看过的记录。").into());
        }
        if all.len() > ROWS {
            let words = format!("一次最多核实 {ROWS} 条，没有核实。请分批办理。");
            return Err(Rejection::field("record", words).into());
        }
        let mut out = Vec::with_capacity(all.len());
        for one in all {
            let key = key_of(command, one.record);
            let done = self
                .once(actor, key, one, move |tx, actor, one| Box::pin(async move { verify(tx, &actor, one).await }))
                .await;
            let refused = match done {
                Ok(()) => None,
                Err(ApiError::Rejected(why)) => Some(why.to_string()),
                Err(other) => return Err(other),
            };
            out.push(Verified { record: one.record, refused });
        }
        Ok(out)
    }

    /// Records that wait for a checker of the actor's units.
    pub(super) async fn pending_rows(
        &self,
        actor: &Actor,
        posts: &HashMap<PostId, PostInfo>,
    ) -> Result<Vec<PendingRow>, StorageError> {
        let mine: Vec<PostId> = posts
            .values()
            .filter(|info| access::register_reading(actor, info.access()).is_ok())
            .map(|i| i.post)
            .collect();
        if mine.is_empty() {
            return Ok(Vec::new());
        }
        let mut read = self.store.read().clone();
        let reading = oversight::running(&mut read, actor, None, self.today()).await?;
        let found = read
            .rows(
                q(concat!(
                    "SELECT c.post_id, c.year, c.duty_id, c.code, c.reason, r.id AS record_id, r.page, r.recorded_on,
                       r.kind, r.state, COALESCE(",
                    issued_item!("text", "c.duty_id", "c.post_id", "c.year"),
                    ", '') AS text,
                       (SELECT COUNT(*) FROM record_corrections k WHERE k.record_id = r.id AND k.before_kind = 'talk') AS talked,
                       (SELECT COUNT(*) FROM occurrences o WHERE o.record_id = r.id AND o.duty_id = c.duty_id
                         AND o.recorded_on > o.due_on AND o.verified_at IS NULL) AS late
                     FROM colours c JOIN record_duties d ON d.duty_id = c.duty_id
                     JOIN records r ON r.id = d.record_id AND r.post_id = c.post_id AND r.year = c.year
                     WHERE c.district_id = $1 AND c.tone = 'pending' AND r.state = 'recorded' AND r.verified_at IS NULL
                       AND d.unmatched_why IS NULL"
                ))
                .bind(actor.district)
                .push("ORDER BY c.year DESC, c.post_id, c.code, r.page, r.id"),
            )
            .await?;
        // What he may verify now comes first, so that a large district does not crowd it out.
        let books: HashSet<(PostId, i32)> = reading.iter().map(|(post, r)| (*post, r.plain.year)).collect();
        let (mut first, mut later) = (Vec::new(), Vec::new());
        for row in found {
            let read_now = books.contains(&(row.id("post_id")?, row.year("year")?));
            let part = if read_now { &mut first } else { &mut later };
            part.push(row);
        }
        first.append(&mut later);
        let found = first;
        // Of an item, the late ones that satisfy an occurrence; where none does (核查不符), every one not checked.
        let mut late: HashMap<(PostId, i32, String), bool> = HashMap::new();
        for row in &found {
            let key = (row.id("post_id")?, row.year("year")?, row.text("duty_id")?);
            *late.entry(key).or_default() |= row.int("late")? > 0;
        }
        let mut out = Vec::new();
        let mut closed: HashMap<(PostId, i32), bool> = HashMap::new();
        for row in &found {
            let (post, year): (PostId, i32) = (row.id("post_id")?, row.year("year")?);
            let Some(info) = posts.get(&post).filter(|_| mine.contains(&post)) else { continue };
            let of_item = late.get(&(post, year, row.text("duty_id")?)).copied().unwrap_or_default();
            if of_item && row.int("late")? == 0 {
                continue;
            }
            if let std::collections::hash_map::Entry::Vacant(entry) = closed.entry((post, year)) {
                entry.insert(!sight::reads_items(&mut read, actor, post, year).await?);
            }
            let closed = closed.get(&(post, year)).copied().unwrap_or_default();
            let running = reading.get(&post).filter(|r| r.plain.year == year);
            let proof = running.map(|r| r.proof);
            let may_verify = access::verify_record(actor, info.access(), year, proof).is_ok();
            let talk = row.keyed("kind", RecordKind::from_key)?.is_talk(row.int("talked")? > 0);
            let page = row.opt_int("page")?.unwrap_or_default();
            let short = DutyItem::shorten(&row.text("text")?);
            out.push(PendingRow {
                record: row.id("record_id")?,
                unit: info.unit_name.clone(),
                item: if closed { "下级清单条目".to_owned() } else { format!("{} {short}", row.text("code")?) },
                words: format!("第 {page} 页，{}补记", zh_short(row.day("recorded_on")?)),
                why: if closed { String::new() } else { row.text("reason")? },
                may_verify,
                talk,
                reading: running.map(|r| r.id),
                book: (post, year),
                hint: if may_verify {
                    String::new()
                } else {
                    "不在您登记的翻阅检查期间；先登记翻阅检查，看过再核实".to_owned()
                },
            });
            if out.len() == ROWS {
                break;
            }
        }
        out.sort_by_key(|row| !row.may_verify);
        Ok(out)
    }

    /// Head posts of the district by id.
    pub(super) async fn posts_by_id(&self, actor: &Actor) -> Result<HashMap<PostId, PostInfo>, ApiError> {
        let all = posts::heads(&mut self.store.read().clone(), actor.district, self.today()).await.map_err(storage)?;
        Ok(all.into_iter().map(|info| (info.post, info)).collect())
    }
}
