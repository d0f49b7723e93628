//! 「转线下」 of a record (practice 3.4): its author finds that it holds a clue, two named officers
//! look at it, it is printed for the 信访室 and erased here. A stub keeps the page number; index,
//! corrections, files, drafts and details of the log lose the words, the log keeps a digest.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{PersonId, RecordId},
    people::access::{self, Actor},
    records::{RecordDetails, RecordKind},
    time::{Day, Instant},
};
use sha2::{Digest, Sha256};

use super::{
    super::{Services, posts, rows::Rows, search::index, told},
    decide::{Stored, load, visible},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// A record in the hands of two officers.
#[derive(Debug, Clone, Copy)]
pub struct Handling {
    /// Record.
    pub record: RecordId,
    /// The two officers.
    pub officers: (PersonId, PersonId),
}

/// The sheet that is shown and printed.
#[derive(Debug, Clone)]
pub struct RecordSheet {
    /// Unit and post.
    pub post: String,
    /// Page of the book.
    pub page: Option<u32>,
    /// 履责类型.
    pub kind: RecordKind,
    /// When it happened.
    pub event_on: Day,
    /// The words, which are still kept here until they are erased.
    pub text: String,
    /// Fields of the kind, and earlier texts.
    pub lines: Vec<(String, String)>,
    /// Digest of the words: what is erased later is what was shown.
    pub seen: String,
    /// The two officers.
    pub officers: [String; 2],
    /// When.
    pub at: Instant,
}

/// Who can be named as one who looks on: holders of an office of the 纪委, by pinyin.
pub(super) async fn officers(rows: &mut impl Rows, actor: &Actor) -> Result<Vec<(String, String)>, StorageError> {
    let found = rows
        .all(
            q("SELECT DISTINCT s.id, s.name, s.pinyin FROM persons s JOIN role_grants g ON g.person_id = s.id
               WHERE s.district_id = $1 AND g.state = 'active' AND g.role IN ('secretary', 'deputy_secretary',
                 'conduct_office', 'general_office', 'supervision_office', 'resident_team')
               ORDER BY s.pinyin, s.id")
            .bind(actor.district),
        )
        .await?;
    found.iter().map(|row| Ok((row.text("id")?, row.text("name")?))).collect()
}

impl Services {
    /// Shows the record to two officers, to be printed. Nothing is erased: a lost answer loses
    /// nothing, and every showing stands in the log.
    ///
    /// # Errors
    /// Not the author's own; two different officers are needed; it is gone already.
    pub async fn show_record_offline(&self, actor: &Actor, of: Handling) -> Result<RecordSheet, ApiError> {
        let actor = actor.clone();
        // Never through the store of answers: the words must not stay there.
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let (sheet, _) = find(tx, &actor, of).await?;
                    let sheet = sheet
                        .ok_or_else(|| Rejection::state("内容已经转线下，系统里没有了。请查看已打印的办理单。"))?;
                    note(tx, &actor, of, &sheet, "records.offline_shown").await?;
                    Ok(sheet)
                })
            })
            .await
            .map_err(told)
    }

    /// Erases what was shown, once the sheet is printed. Again: nothing more happens.
    ///
    /// # Errors
    /// As [`Self::show_record_offline`]; stale where the words are no longer those that were shown.
    pub async fn erase_record_offline(&self, actor: &Actor, of: Handling, seen: &str) -> Result<(), ApiError> {
        let (actor, seen) = (actor.clone(), seen.to_owned());
        let orphans = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let (sheet, stored) = find(tx, &actor, of).await?;
                    let Some(sheet) = sheet else { return Ok(Vec::new()) };
                    if sheet.seen != seen {
                        return Err(Rejection::Stale.into());
                    }
                    let orphans = erase(tx, &actor, of.record, &stored).await?;
                    tx.leave_no_trace();
                    note(tx, &actor, of, &sheet, "records.offline").await?;
                    Ok(orphans)
                })
            })
            .await
            .map_err(told)?;
        // Rows first: a file that stays behind is found by nobody and swept at the next start.
        let files = self.evidence.clone();
        let removed =
            tokio::task::spawn_blocking(move || orphans.iter().filter(|hash| files.remove(hash).is_err()).count());
        if removed.await.unwrap_or(1) > 0 {
            tracing::warn!("a file of a record that went offline could not be removed yet");
        }
        Ok(())
    }
}

/// The sheet, or none where the record is a stub already.
async fn find(tx: &mut Tx, actor: &Actor, of: Handling) -> Result<(Option<RecordSheet>, Stored), Failure> {
    let stored = load(tx, actor.district, of.record).await?;
    let today = tx.now().day();
    let info = posts::post(tx, actor.district, stored.post, today).await?.ok_or(Rejection::NotFound)?;
    visible(actor, &info, &stored)?;
    let _proof = access::write_record(actor, stored.post)?;
    // Whoever reads the text already; office eyes read it in a registered 翻阅检查 only.
    if stored.row.id::<PersonId>("author_person")? != actor.person {
        return Err(Rejection::NotAllowed.into());
    }
    let (first, second) = of.officers;
    if first == second {
        return Err(Rejection::state("应由两名不同的干部一同查看，没有转出。请重新选择。").into());
    }
    let known = officers(tx, actor).await?;
    let name = |person: PersonId| {
        let found = known.iter().find(|(id, _)| *id == person.to_string());
        found
            .map(|(_, name)| name.clone())
            .ok_or_else(|| Rejection::state("所选的查看人不是纪检机构的干部，没有转出。请返回重新选择。"))
    };
    let officers = [name(first)?, name(second)?];
    if stored.state == "stub" {
        return Ok((None, stored));
    }
    let kind = stored.row.keyed("kind", RecordKind::from_key)?;
    let details: RecordDetails = stored.row.json("details")?;
    let mut lines = details.details_lines(kind);
    for row in tx
        .rows(
            q("SELECT before_text, after_text FROM record_corrections WHERE record_id = $1 ORDER BY seq")
                .bind(of.record),
        )
        .await?
    {
        let (before, after) = (row.text("before_text")?, row.text("after_text")?);
        if before != after {
            lines.push(("更正前".to_owned(), before));
        }
    }
    let mut digest = Sha256::new();
    for part in std::iter::once(&stored.text).chain(lines.iter().flat_map(|(label, value)| [label, value])) {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let sheet = RecordSheet {
        post: format!("{}{}", info.unit_name, info.title),
        page: stored.page,
        kind,
        event_on: stored.row.day("event_on")?,
        text: stored.text.clone(),
        lines,
        seen: hex::encode(digest.finalize()),
        officers,
        at: tx.now(),
    };
    Ok((Some(sheet), stored))
}

/// The log keeps who looked and a digest.
async fn note(
    tx: &mut Tx,
    actor: &Actor,
    of: Handling,
    sheet: &RecordSheet,
    action: &'static str,
) -> Result<(), StorageError> {
    let details = format!("{} sha256:{}", sheet.officers.join("、"), sheet.seen);
    tx.audit(actor.district, Some(actor.account), action, &format!("record:{}", of.record), &details).await
}

/// Takes the words away wherever they stand; hashes of files that nothing needs any more.
async fn erase(tx: &mut Tx, actor: &Actor, id: RecordId, stored: &Stored) -> Result<Vec<String>, Failure> {
    tx.execute(
        q("UPDATE records SET state = 'stub', text = '', details = '{}', refused_why = '', shared = 0, verified_at = NULL,
             verified_by = NULL, version = version + 1 WHERE id = $1")
        .bind(id),
    )
    .await?;
    tx.execute(
        q("UPDATE record_corrections SET before_text = '', after_text = '', reason = '', before_details = NULL,
             after_details = NULL WHERE record_id = $1")
        .bind(id),
    )
    .await?;
    tx.execute(
        q("UPDATE record_duties SET unmatched_why = '已转线下' WHERE record_id = $1 AND unmatched_why IS NOT NULL")
            .bind(id),
    )
    .await?;
    let page = stored.page.map_or_else(String::new, |n| format!("（第 {n} 页）"));
    tx.execute(
        q("UPDATE thread_events SET title = $1 WHERE district_id = $2 AND post_id = $3 AND link = $4")
            .bind(format!("履责记录已转线下{page}"))
            .bind(actor.district)
            .bind(stored.post)
            .bind(format!("/records/{id}")),
    )
    .await?;
    // The chain of the log holds digests only; what can be read of it goes.
    tx.execute(
        q("DELETE FROM audit_details WHERE district_id = $1
           AND seq IN (SELECT seq FROM audit WHERE district_id = $1 AND object = $2)")
        .bind(actor.district)
        .bind(format!("record:{id}")),
    )
    .await?;
    let people = [Some(stored.row.id::<PersonId>("author_person")?), stored.row.opt_id("proxy_person")?];
    for person in people.into_iter().flatten() {
        tx.execute(
            q("DELETE FROM drafts WHERE (form = 'records.new' OR subject = $1)
               AND account_id IN (SELECT id FROM accounts WHERE person_id = $2)")
            .bind(id)
            .bind(person),
        )
        .await?;
    }
    index::remove(tx, id).await?;
    files(tx, actor, id).await
}

/// Unlinks the files of the record; those that stand beside no other one are to be removed.
async fn files(tx: &mut Tx, actor: &Actor, id: RecordId) -> Result<Vec<String>, Failure> {
    // The stored answer to an upload names its file.
    for link in tx.rows(q("SELECT id FROM evidence_links WHERE record_id = $1").bind(id)).await? {
        tx.execute(q("DELETE FROM commands WHERE answer LIKE $1").bind(format!("%{}%", link.text("id")?))).await?;
    }
    let rows = tx.rows(q("SELECT DISTINCT hash FROM evidence_links WHERE record_id = $1").bind(id)).await?;
    tx.execute(q("DELETE FROM evidence_links WHERE record_id = $1").bind(id)).await?;
    tx.execute(q("DELETE FROM evidence_uploads WHERE record_id = $1").bind(id)).await?;
    let mut orphans = Vec::new();
    for row in &rows {
        let hash = row.text("hash")?;
        let gone = tx
            .execute(
                q("DELETE FROM evidence_files WHERE district_id = $1 AND hash = $2 AND NOT EXISTS (
                     SELECT 1 FROM evidence_links WHERE district_id = $1 AND hash = $2)")
                .bind(actor.district)
                .bind(&hash),
            )
            .await?;
        let elsewhere =
            tx.row(q("SELECT 1 AS n FROM evidence_files WHERE hash = $1 LIMIT 1").bind(&hash)).await?.is_some();
        if gone > 0 && !elsewhere {
            orphans.push(hash);
        }
    }
    Ok(orphans)
}
