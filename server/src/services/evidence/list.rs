//! The files of a record as its page shows them, and one of them to be opened.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    evidence::{EvidencePart, EvidenceRow},
};
use domain::{
    Rejection,
    evidence::Kind,
    ids::{CommandId, EvidenceId, PersonId, RecordId},
    people::access::{self, Actor},
    time::zh_short,
};

use super::{
    super::{
        Services,
        records::{Reach, offline::shown_to_officer, reach::find, record_rules},
        rows::Rows as _,
        storage, told,
    },
    may_add,
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, q},
};

/// A file that somebody may open.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Name to save it under.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its hash.
    pub hash: String,
}

impl Services {
    /// The files of a record, as far as the actor may see them.
    pub(crate) async fn evidence_part(
        &self,
        actor: &Actor,
        record: RecordId,
        draft: Option<&str>,
    ) -> Result<EvidencePart, ApiError> {
        let reach = self.reach(actor, record).await?;
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT l.*, f.kind, f.size, p.name AS added_name FROM evidence_links l
                   JOIN evidence_files f ON f.district_id = l.district_id AND f.hash = l.hash
                   LEFT JOIN persons p ON p.id = l.added_by
                   WHERE l.record_id = $1 AND l.district_id = $2 ORDER BY l.added_at, l.id")
                .bind(record)
                .bind(actor.district),
            )
            .await
            .map_err(storage)?;
        let mut read = self.store.read().clone();
        let may_add = match may_add(&mut read, actor, record, self.today()).await {
            Ok(_) => true,
            Err(Failure::Rejected(_)) => false,
            Err(e) => return Err(told(e)),
        };
        let mut shown = Vec::new();
        for row in &rows {
            let by: PersonId = row.id("added_by").map_err(storage)?;
            if !reach.is_offline() && access::see_evidence(actor, reach.reads_text, true, by).is_ok() {
                shown.push(line(actor, &reach, row, by, may_add).map_err(storage)?);
            }
        }
        if shown.iter().any(|row| row.may_withdraw) {
            let rules = record_rules(&mut read, actor.district).await.map_err(storage)?;
            for row in shown.iter_mut().filter(|row| row.may_withdraw) {
                let hint = rules.hint(&[&row.name]);
                if !hint.is_empty() {
                    row.added = format!("{}　{hint}", row.added);
                }
            }
        }
        let draft = self.load(actor, "evidence.add", draft).await?;
        let row = read.first(find(actor.district, record)).await.map_err(storage)?;
        let note = row.map_or(Ok(""), |row| checked(&row)).map_err(storage)?.to_owned();
        Ok(EvidencePart {
            record,
            command: CommandId(random::id(self.clock.now())),
            rows: shown,
            may_add,
            note,
            problem: draft.problem,
        })
    }

    /// A file to open.
    ///
    /// # Errors
    /// Not found, for everybody who may not read its record.
    pub async fn evidence_file(&self, actor: &Actor, id: EvidenceId) -> Result<Opened, ApiError> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT l.record_id, l.hash, l.name, l.added_by, f.kind FROM evidence_links l
                   JOIN evidence_files f ON f.district_id = l.district_id AND f.hash = l.hash
                   WHERE l.id = $1 AND l.district_id = $2")
                .bind(id)
                .bind(actor.district),
            )
            .await
            .map_err(storage)?
            .ok_or(Rejection::NotFound)?;
        // Of a record that went offline, to its two officers while they print it.
        if !shown_to_officer(&mut self.store.read().clone(), actor, id, self.today()).await.map_err(storage)? {
            let reach = self.reach(actor, row.id("record_id").map_err(storage)?).await?;
            let by: PersonId = row.id("added_by").map_err(storage)?;
            let knows = !reach.is_offline();
            let _proof = access::see_evidence(actor, reach.reads_text, knows, by).map_err(|_| Rejection::NotFound)?;
        }
        let read = || {
            Ok::<_, StorageError>(Opened {
                name: row.text("name")?,
                kind: row.keyed("kind", Kind::from_key)?,
                hash: row.text("hash")?,
            })
        };
        read().map_err(storage)
    }
}

/// What adding and withdrawing does, or did, to 已核实.
fn checked(record: &Row) -> Result<&'static str, StorageError> {
    if record.opt_int("verified_at")?.is_some() {
        return Ok("这条记录已核实。添加或撤下材料后，要重新核实。");
    }
    // A correction takes the name back too, and is seen for itself.
    let before = record.opt_id::<PersonId>("verified_by")?.is_some();
    Ok(if before { "核实之后材料有变动，这条记录待重新核实。" } else { "" })
}

fn line(actor: &Actor, reach: &Reach, row: &Row, by: PersonId, open: bool) -> Result<EvidenceRow, StorageError> {
    let kind = row.keyed("kind", Kind::from_key)?;
    let at = row.instant("added_at")?;
    let withdrawn = match row.opt_instant("withdrawn_at")? {
        None => None,
        Some(at) => Some(format!("{}：{}", zh_short(at.day()), row.text("withdrawn_why")?)),
    };
    Ok(EvidenceRow {
        id: row.id("id")?,
        name: row.text("name")?,
        kind: kind.label().to_owned(),
        picture: kind.is_picture(),
        size: size(row.int("size")?),
        added: format!("{}　{}", row.opt_text("added_name")?.unwrap_or_default(), zh_short(at.day())),
        may_withdraw: open
            && withdrawn.is_none()
            && access::withdraw_evidence(actor, reach.post, reach.hands, by).is_ok(),
        withdrawn,
    })
}

/// `1.2 MB`, `340 KB`.
pub(super) fn size(bytes: i64) -> String {
    const MB: i64 = 1024 * 1024;
    if bytes >= MB { format!("{}.{} MB", bytes / MB, bytes % MB * 10 / MB) } else { format!("{} KB", bytes / 1024 + 1) }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read_at_a_glance() {
        assert_eq!(size(10), "1 KB");
        assert_eq!(size(340 * 1024), "341 KB");
        assert_eq!(size(1_300_000), "1.2 MB");
        assert_eq!(size(20 * 1024 * 1024), "20.0 MB");
    }
}
