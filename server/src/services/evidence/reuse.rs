//! 用已有材料: a file that stands beside one record is put beside another one of the same book, without being
//! sent again. Refuses files of other books, those that the actor may not see, and what was withdrawn or went offline.

use std::collections::BTreeSet;

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    records::RecordRow,
};
use domain::{
    Rejection,
    evidence::Kind,
    ids::{CommandId, EvidenceId, PersonId, PostId, RecordId},
    people::access::{self, Actor},
    records::RecordKind,
    time::zh_short,
};
use serde::Serialize;

use super::{
    super::{
        Services,
        people::like,
        records::{decide::verified_no_more, reach::find},
        rows::Rows as _,
        storage, told,
    },
    finish::{File, link},
    list::size,
    may_add,
};
use crate::storage::{Failure, Query, Row, StorageError, q};

/// Files on the page; an older one is found by its name.
const SHOWN: usize = 50;
/// Links that are looked at for them: some are the same file, some are of talks that the actor does not read.
const LOOKED_AT: i64 = 400;
/// Longest name that is looked for, in characters.
const NAME_MAX: usize = 60;
/// Key of the draft that keeps what was ticked.
pub const DRAFT: &str = "evidence.link";

/// Links of a book beside records that are still there, with the columns of those.
const LINKS: &str = "SELECT l.id AS link_id, l.name AS file_name, l.hash, l.added_at, l.added_by, l.withdrawn_at,
       f.kind AS file_kind, f.size AS file_size, r.*, p.name AS proxy_name, a.name AS author_name
     FROM evidence_links l JOIN records r ON r.id = l.record_id
     JOIN evidence_files f ON f.district_id = l.district_id AND f.hash = l.hash
     LEFT JOIN persons p ON p.id = r.proxy_person LEFT JOIN persons a ON a.id = r.author_person
     WHERE l.district_id = $1 AND r.post_id = $2 AND r.year = $3 AND r.state NOT IN ('stub', 'offline')";

/// What a record may take over from others of its book.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Year of the book.
    pub year: i32,
    /// Files, the last added first; each once, however many records it stands beside.
    pub rows: Vec<Shelved>,
    /// There are older ones.
    pub more: bool,
    /// What was ticked before, and why it was not taken.
    pub draft: Draft,
}

/// A file of the book.
#[derive(Debug, Clone)]
pub struct Shelved {
    /// A link of it: `/evidence/{id}`.
    pub id: EvidenceId,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// `1.2 MB`.
    pub size: String,
    /// When it was added.
    pub added: String,
    /// Page of the record; none for a 代录 that waits.
    pub page: Option<u32>,
    /// Kind of the record.
    pub of: RecordKind,
}

/// Puts files beside a record that stand beside others.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Idempotency key.
    pub command: CommandId,
    /// The record that takes them.
    pub record: RecordId,
    /// Links of the files, in the order of the page.
    pub files: Vec<EvidenceId>,
}

/// A book: post and year.
fn book(record: &Row) -> Result<(PostId, i32), StorageError> {
    Ok((record.id("post_id")?, record.year("year")?))
}

fn links(actor: &Actor, (post, year): (PostId, i32)) -> Query {
    q(LINKS).bind(actor.district).bind(post).bind(year)
}

impl Services {
    /// Files of the book of a record that it does not have yet; `named` narrows them down by their names.
    ///
    /// # Errors
    /// As of adding to the record.
    pub async fn evidence_shelf(
        &self,
        actor: &Actor,
        record: RecordId,
        named: &str,
        draft: Option<&str>,
    ) -> Result<Shelf, ApiError> {
        let mut read = self.store.read().clone();
        let _proof = may_add(&mut read, actor, record, self.today()).await.map_err(told)?;
        let draft = self.load(actor, DRAFT, draft).await?;
        let target = read.first(find(actor.district, record)).await.map_err(storage)?.ok_or(Rejection::NotFound)?;
        let (post, year) = book(&target).map_err(storage)?;
        let mut of_book = links(actor, (post, year))
            .push("AND l.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM evidence_links t WHERE t.withdrawn_at IS NULL")
            .push_bind("AND t.hash = l.hash AND t.record_id = ?)", record);
        let named: String = named.trim().chars().filter(|c| !domain::text::is_hidden(*c)).take(NAME_MAX).collect();
        if !named.is_empty() {
            of_book =
                of_book.push_bind("AND LOWER(l.name) LIKE ? ESCAPE '!'", format!("%{}%", like(&named.to_lowercase())));
        }
        let of_book = of_book.push("ORDER BY l.added_at DESC, l.id DESC").push_bind("LIMIT ?", LOOKED_AT);
        let found = read.all(of_book).await.map_err(storage)?;
        let mut more = i64::try_from(found.len()).unwrap_or(i64::MAX) >= LOOKED_AT;
        let seen = self.seen_of_book(actor, (post, year), &found).await?;
        let (mut rows, mut hashes) = (Vec::new(), BTreeSet::new());
        for (row, seen) in found.iter().zip(seen) {
            let Some((hash, line)) = shown(actor, row, seen.as_ref()).map_err(storage)? else { continue };
            if !hashes.insert(hash) {
                continue;
            }
            if rows.len() == SHOWN {
                more = true;
                break;
            }
            rows.push(line);
        }
        Ok(Shelf { year, rows, more, draft })
    }

    /// Puts files beside a record; all of them or none. The same command again changes nothing.
    ///
    /// # Errors
    /// Not found for everybody who may not add to the record or not see a file, and for files of other books.
    /// Nothing chosen; one that is there already or was withdrawn meanwhile; more than a record takes.
    pub async fn link_evidence(&self, actor: &Actor, form: Link) -> Result<(), ApiError> {
        self.sees_all(actor, &form).await?;
        let today = self.today();
        self.once(actor, form.command, form, move |tx, doer, form| {
            Box::pin(async move {
                let _proof = may_add(tx, &doer, form.record, today).await?;
                if form.files.is_empty() {
                    return Err(Rejection::field("evidence", "还没有勾选材料。请勾选后再添加。").into());
                }
                let target = tx.row(find(doer.district, form.record)).await?.ok_or(Rejection::NotFound)?;
                let book = book(&target)?;
                for id in &form.files {
                    let source = tx.row(links(&doer, book).push_bind("AND l.id = ?", *id)).await?;
                    let file = taken_over(&source.ok_or(Rejection::NotFound)?, form.record)?;
                    let added = link(tx, &doer, &file).await?;
                    if added.again {
                        return Err(there_already(&added.name).into());
                    }
                }
                verified_no_more(tx, doer.district, form.record, today).await?;
                Ok(())
            })
        })
        .await
    }

    /// Every file is of the book of the record, and the actor may see each where it stands.
    async fn sees_all(&self, actor: &Actor, form: &Link) -> Result<(), ApiError> {
        let mut read = self.store.read().clone();
        let target = read.first(find(actor.district, form.record)).await.map_err(storage)?;
        let of = book(&target.ok_or(Rejection::NotFound)?).map_err(storage)?;
        let asked: BTreeSet<EvidenceId> = form.files.iter().copied().collect();
        let found = read.all(links(actor, of).and_in("l.id", asked.iter().copied())).await.map_err(storage)?;
        let seen = self.seen_of_book(actor, of, &found).await?;
        let mut known = 0;
        for (row, seen) in found.iter().zip(seen) {
            let by: PersonId = row.id("added_by").map_err(storage)?;
            let (knows, reads) = (seen.is_some(), seen.is_some_and(|seen| seen.text.is_some()));
            let _proof = access::see_evidence(actor, reads, knows, by).map_err(|_| Rejection::NotFound)?;
            known += 1;
        }
        if known == asked.len() { Ok(()) } else { Err(Rejection::NotFound.into()) }
    }
}

/// Hash and line of a file, where the actor may see it.
fn shown(actor: &Actor, row: &Row, seen: Option<&RecordRow>) -> Result<Option<(String, Shelved)>, StorageError> {
    let Some(seen) = seen else { return Ok(None) };
    if access::see_evidence(actor, seen.text.is_some(), true, row.id("added_by")?).is_err() {
        return Ok(None);
    }
    let line = Shelved {
        id: row.id("link_id")?,
        name: row.text("file_name")?,
        kind: row.keyed("file_kind", Kind::from_key)?,
        size: size(row.int("file_size")?),
        added: zh_short(row.instant("added_at")?.day()),
        page: seen.page,
        of: seen.kind,
    };
    Ok(Some((row.text("hash")?, line)))
}

/// The file of a link, on its way to another record.
fn taken_over(source: &Row, record: RecordId) -> Result<File, Failure> {
    let name = source.text("file_name")?;
    if source.opt_int("withdrawn_at")?.is_some() {
        let words = format!("「{name}」已经从原来的记录撤下，勾选的材料都没有添加。请刷新页面后重新选择。");
        return Err(Rejection::state(words).into());
    }
    let kind = source.keyed("file_kind", Kind::from_key)?;
    let from = source.opt_int("page")?.map_or_else(|| "代录".to_owned(), |page| format!("第 {page} 页"));
    Ok(File {
        record,
        name,
        kind: kind.key(),
        hash: source.text("hash")?,
        size: u64::try_from(source.int("file_size")?).unwrap_or(0),
        action: "records.evidence_linked",
        noted: format!("{}，取自{from}", kind.label()),
    })
}

fn there_already(name: &str) -> Rejection {
    Rejection::state(format!("「{name}」已经在这条记录里了，勾选的材料都没有添加。请刷新页面后重新选择。"))
}
