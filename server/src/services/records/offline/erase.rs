//! The end of 「转线下」: takes the words away wherever they stand. The page keeps its number, day and kind,
//! its matches are released, and the log keeps who did it. What a reading says of it goes, too.

use std::collections::BTreeSet;

use domain::{ids::RecordId, people::access::Actor};
use tokio::sync::OwnedMutexGuard;

use super::{
    super::{
        super::{Services, colours, search::index},
        decide::Stored,
        opened::Book,
        ticks::{release, ticked},
    },
    cases,
    common::Common,
    digests,
    held::Held,
    inspected, items,
    quoted::{Readers, cut_drafts, cut_for_good},
    shown,
    words::Words,
};
use crate::{
    evidence::PartName,
    storage::{Failure, StorageError, Tx, q},
};

/// What stands on the page afterwards.
const GONE: &str = "已转线下，系统里只留页码，对应条目已取消。";
/// The same where there is no page.
const GONE_PAGELESS: &str = "已转线下，系统里没有内容。";

/// Files that no row names any more, for after the commit.
#[derive(Debug, Default)]
pub struct Left {
    files: Vec<String>,
    parts: Vec<PartName>,
    /// Whose drafts were cut or deleted: names.
    pub drafts: Vec<String>,
}

impl Left {
    /// Nothing but drafts.
    pub fn of_drafts(drafts: Vec<String>) -> Self {
        Self { drafts, ..Self::default() }
    }
}

/// Erases inside the command of the second officer.
pub async fn erase(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    stored: &Stored,
    held: &Held,
    readers: &Readers,
    common: &Common,
) -> Result<Left, Failure> {
    let words = common.own(tx, actor.district, held.words()).await?;
    release_matches(tx, actor, id, stored).await?;
    tx.execute(
        q("UPDATE records SET text = $1, details = '{}', refused_why = '', shared = 0, verified_at = NULL,
             verified_by = NULL, version = version + 1 WHERE id = $2")
        .bind(if stored.page.is_some() { GONE } else { GONE_PAGELESS })
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
    // The chain of the log holds digests only; what can be read of it goes, but who took it offline stays.
    tx.execute(
        q("DELETE FROM audit_details WHERE district_id = $1 AND seq IN (SELECT seq FROM audit
             WHERE district_id = $1 AND object = $2 AND action NOT LIKE 'records.offline%')")
        .bind(actor.district)
        .bind(format!("record:{id}")),
    )
    .await?;
    let mut drafts = own_forms(tx, actor, id).await?;
    drafts.extend(cut_drafts(tx, actor, readers, &words).await?);
    cut_for_good(tx, actor.district, stored.post, &words).await?;
    inspected::cut_for_good(tx, actor.district, stored.post, id, &words, held.said()).await?;
    items::cut(tx, actor.district, stored.post, id, &words).await?;
    cases::cut(tx, actor.district, stored.post, &words).await?;
    shown::forget_tasks(tx, actor.district, &words).await?;
    answers(tx, id, stored, &words).await?;
    let since = stored.row.day("event_on")?.min(stored.row.day("recorded_on")?);
    digests::forget(tx, actor.district, readers, since).await?;
    let left = files(tx, actor, id).await?;
    index::remove(tx, id).await?;
    tx.leave_no_trace_of_record();
    Ok(Left { drafts, ..left })
}

/// What cannot be checked any more proves nothing: the next record of each window takes its place.
async fn release_matches(tx: &mut Tx, actor: &Actor, id: RecordId, stored: &Stored) -> Result<(), Failure> {
    let mut book = Book::open(tx, stored.post, stored.year).await?;
    for duty in ticked(tx, id).await? {
        release(tx, &mut book, id, duty).await?;
    }
    // Reasons of earlier changes may say what stood there.
    tx.execute(
        q("UPDATE record_duties SET unmatched_why = '已转线下', occurrence_id = NULL,
             unmatched_by = COALESCE(unmatched_by, $1) WHERE record_id = $2")
        .bind(actor.person)
        .bind(id),
    )
    .await?;
    let today = tx.now().day();
    colours::refresh(tx, actor.district, stored.post, stored.year, today).await
}

/// Forms about the record, whoever began them; whose, without those of the actor.
async fn own_forms(tx: &mut Tx, actor: &Actor, id: RecordId) -> Result<Vec<String>, StorageError> {
    let find =
        q("SELECT s.name FROM drafts d JOIN accounts a ON a.id = d.account_id JOIN persons s ON s.id = a.person_id
         WHERE d.district_id = $1 AND d.subject = $2 AND d.account_id <> $3 ORDER BY d.id")
        .bind(actor.district)
        .bind(id)
        .bind(actor.account);
    let whose = tx.rows(find).await?.iter().map(|row| row.text("name")).collect::<Result<_, _>>()?;
    tx.execute(q("DELETE FROM drafts WHERE district_id = $1 AND subject = $2").bind(actor.district).bind(id)).await?;
    Ok(whose)
}

/// Stored answers of those who wrote it and added its files.
async fn answers(tx: &mut Tx, id: RecordId, stored: &Stored, words: &Words) -> Result<(), StorageError> {
    let mut people: BTreeSet<String> =
        [stored.row.opt_text("author_person")?, stored.row.opt_text("proxy_person")?].into_iter().flatten().collect();
    let links = tx.rows(q("SELECT id, added_by FROM evidence_links WHERE record_id = $1").bind(id)).await?;
    for link in &links {
        people.insert(link.text("added_by")?);
    }
    let links = links.iter().map(|link| link.text("id")).collect::<Result<Vec<_>, _>>()?;
    for person in people {
        let rows = tx
            .rows(
                q("SELECT account_id, key, answer FROM commands
                   WHERE account_id IN (SELECT id FROM accounts WHERE person_id = $1)")
                .bind(person),
            )
            .await?;
        for row in &rows {
            let answer = row.text("answer")?;
            if words.are_in(&answer) || links.iter().any(|link| answer.contains(link)) {
                tx.execute(
                    q("DELETE FROM commands WHERE account_id = $1 AND key = $2")
                        .bind(row.text("account_id")?)
                        .bind(row.text("key")?),
                )
                .await?;
            }
        }
    }
    Ok(())
}

/// Unlinks the files of the record, and uploads that were not ended; those that stand beside no other one
/// are to be removed.
async fn files(tx: &mut Tx, actor: &Actor, id: RecordId) -> Result<Left, Failure> {
    let parts = tx
        .rows(q("SELECT account_id, id FROM evidence_uploads WHERE record_id = $1").bind(id))
        .await?
        .iter()
        .map(|row| Ok(PartName::of(row.id("account_id")?, row.id("id")?)))
        .collect::<Result<Vec<_>, StorageError>>()?;
    let rows = tx.rows(q("SELECT DISTINCT hash FROM evidence_links WHERE record_id = $1").bind(id)).await?;
    tx.execute(q("DELETE FROM evidence_links WHERE record_id = $1").bind(id)).await?;
    tx.execute(q("DELETE FROM evidence_uploads WHERE record_id = $1").bind(id)).await?;
    let mut files = Vec::new();
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
            files.push(hash);
        }
    }
    Ok(Left { files, parts, drafts: Vec::new() })
}

impl Services {
    /// Rows first: a file that stays behind is opened by nobody, and `wuze doctor` names it.
    pub(super) async fn remove_left(&self, alone: OwnedMutexGuard<()>, left: Left) {
        self.remove_unnamed(alone, left.files).await;
        self.drop_parts(left.parts).await;
    }

    async fn drop_parts(&self, parts: Vec<PartName>) {
        for part in parts {
            // Whoever is sending a piece ends first; the next one finds no upload.
            let lease = self.evidence.hold(&part).await;
            self.drop_part(part).await;
            drop(lease);
        }
    }
}
