//! The end of an upload: what it is, its place on the disk, then file, link and audit in one
//! transaction. A crash anywhere leaves no row without its file; a file without a row is named in
//! `stored_as` and taken away at the next start.

use std::sync::Arc;

use app::api::ApiError;
use domain::{
    Rejection,
    evidence::{Room, clean_name},
    ids::{CommandId, EvidenceId, RecordId, UploadId},
    people::access::Actor,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, records::decide::verified_no_more, storage, told},
    add::{blocking, shown},
    disk, may_add, used,
};
use crate::{
    evidence::{Lease, PartName, Prepared, Refused, looks_like_picture, prepare},
    random,
    storage::{Failure, Tx, q},
};

/// Files in view beside one record; more belong into one document.
const RECORD_FILES: i64 = 40;

/// The command that ends an upload.
#[derive(Debug, Clone, Serialize)]
pub struct Finish {
    /// Idempotency key.
    pub command: CommandId,
    /// Upload.
    pub upload: UploadId,
    /// SHA-256 of all bytes sent, hex; empty from a form without scripts.
    pub hash: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    /// The link.
    pub evidence: EvidenceId,
    /// Record.
    pub record: RecordId,
    /// Name as it is shown.
    pub name: String,
    /// The record had the same content already: nothing was added.
    #[serde(default)]
    pub again: bool,
}

impl Added {
    /// Says so where nothing was added.
    fn told(self) -> Result<Self, ApiError> {
        if !self.again {
            return Ok(self);
        }
        let words =
            format!("这份材料已经在这条记录里了（「{}」），没有重复添加。如果选错了文件，请重新选择。", self.name);
        Err(Rejection::field("file", words).into())
    }
}

struct Upload {
    record: RecordId,
    name: String,
    size: u64,
}

impl Services {
    /// Ends an upload. The same command again has the same answer. The upload is held until it is
    /// over: nobody writes to it, begins it anew or clears it away meanwhile.
    ///
    /// # Errors
    /// Not all here, not what it says, no kind that is taken, no room, there already.
    pub async fn finish_evidence(&self, actor: &Actor, form: Finish) -> Result<Added, ApiError> {
        let part = PartName::of(actor.account, form.upload);
        // First the turn: what waits for it may still be cleared away by its own account.
        let turn = Arc::new(self.evidence.turn(actor.account).await);
        let lease = Arc::new(self.evidence.hold(&part).await);
        let Some(upload) = self.upload(actor, form.upload).await? else {
            return self.finished_before(actor, &form).await?.told();
        };
        let files = self.evidence.clone();
        let there = part.clone();
        let sent = blocking(move || Ok(files.arrived(&there))).await?;
        if sent != upload.size {
            return Err(Rejection::state("文件还没有传完，没有添加。请保持页面打开，联网后会接着传。").into());
        }
        let prepared = match self.prepared(&part, &form.hash, (turn.clone(), lease.clone())).await {
            Ok(prepared) => prepared,
            Err(Refused::Disk(e)) => return Err(disk(&e)),
            // Sent again, it would be refused again: nothing of it is kept.
            Err(Refused::Unfit(unfit)) => {
                self.forget(actor, form.upload).await?;
                return Err(unfit.told(&shown(&upload.name)).into());
            }
            Err(Refused::Broken) => {
                self.forget(actor, form.upload).await?;
                let words =
                    format!("「{}」传到这里时内容变了，没有添加。请重新选择文件再传一次。", shown(&upload.name));
                return Err(Rejection::field("file", words).into());
            }
        };
        let added = self.enter(actor, &form, upload, prepared).await?;
        self.forget(actor, form.upload).await?;
        added.told()
    }

    async fn upload(&self, actor: &Actor, id: UploadId) -> Result<Option<Upload>, ApiError> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT record_id, name, size FROM evidence_uploads WHERE account_id = $1 AND id = $2")
                    .bind(actor.account)
                    .bind(id),
            )
            .await
            .map_err(storage)?;
        let Some(row) = row else { return Ok(None) };
        let read = || {
            Ok::<_, crate::storage::StorageError>(Upload {
                record: row.id("record_id")?,
                name: row.text("name")?,
                size: u64::try_from(row.int("size")?).unwrap_or(0),
            })
        };
        read().map(Some).map_err(storage)
    }

    /// The stored answer of a command whose upload is gone.
    async fn finished_before(&self, actor: &Actor, form: &Finish) -> Result<Added, ApiError> {
        let body = serde_json::to_vec(form).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(actor.account, form.command.to_string(), &body, |_| {
                Box::pin(async { Err::<Added, Failure>(Rejection::NotFound.into()) })
            })
            .await
            .map_err(told)
    }

    /// Makes the stored file. A picture waits for the decoder, everything else for nobody's picture.
    async fn prepared(&self, part: &PartName, hash: &str, held: (Arc<Lease>, Arc<Lease>)) -> Result<Prepared, Refused> {
        let gone = || Refused::Disk(std::io::Error::other("stopping"));
        let (files, there) = (self.evidence.clone(), part.clone());
        let picture = tokio::task::spawn_blocking(move || looks_like_picture(&files.part(&there)));
        let picture = picture.await.map_err(|_| gone())??;
        let queue = if picture { &self.evidence.decoding } else { &self.evidence.reading };
        let permit = queue.clone().acquire_owned().await.map_err(|_| gone())?;
        let (files, part, hash) = (self.evidence.clone(), part.clone(), hash.to_owned());
        let work = move || {
            // Until the work is over, even where nobody waits for it any more: whoever hangs up and
            // asks again does not get a second decoder.
            let _held = (permit, held);
            prepare(&files.part(&part), files.fresh()?, &hash)
        };
        // A decoder that panics met a picture that is none.
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(Refused::Unfit(domain::evidence::Unfit::Damaged)))
    }

    /// Places the file and enters it.
    async fn enter(&self, actor: &Actor, form: &Finish, upload: Upload, prepared: Prepared) -> Result<Added, ApiError> {
        let alone = self.evidence.alone().await;
        let (account, id, hash) = (actor.account, form.upload, prepared.hash.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        q("UPDATE evidence_uploads SET stored_as = $1 WHERE account_id = $2 AND id = $3")
                            .bind(hash)
                            .bind(account)
                            .bind(id),
                    )
                    .await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)?;
        let file = File {
            record: upload.record,
            name: clean_name(&upload.name, prepared.kind),
            kind: prepared.kind.key(),
            hash: prepared.hash.clone(),
            size: prepared.size,
            action: "records.evidence_added",
            noted: prepared.kind.label().to_owned(),
        };
        let files = self.evidence.clone();
        let placed = blocking(move || files.place(&prepared).map_err(|e| disk(&e))).await;
        let done = match placed {
            Ok(()) => self.entered(actor, form, file.clone()).await,
            Err(e) => Err(e),
        };
        // After anything else nobody knows what was committed: the next start looks.
        if matches!(done, Err(ApiError::Rejected(_) | ApiError::Full)) {
            self.remove_unnamed(alone, vec![file.hash]).await;
        }
        done
    }

    async fn entered(&self, actor: &Actor, form: &Finish, file: File) -> Result<Added, ApiError> {
        let body = serde_json::to_vec(form).map_err(|_| ApiError::Unavailable)?;
        let (doer, today, room) = (actor.clone(), self.today(), self.evidence.room().await);
        self.store
            .once(actor.account, form.command.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let _proof = may_add(tx, &doer, file.record, today).await?;
                    if !known(tx, &doer, &file.hash).await? {
                        Room { used: used(tx, &doer).await?, ..room }.takes(file.size)?;
                    }
                    let added = link(tx, &doer, &file).await?;
                    if !added.again {
                        verified_no_more(tx, doer.district, file.record, today).await?;
                    }
                    Ok(added)
                })
            })
            .await
            .map_err(told)
    }

    /// The upload is over, one way or the other.
    async fn forget(&self, actor: &Actor, upload: UploadId) -> Result<(), ApiError> {
        let account = actor.account;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        q("DELETE FROM evidence_uploads WHERE account_id = $1 AND id = $2").bind(account).bind(upload),
                    )
                    .await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)?;
        self.drop_part(PartName::of(account, upload)).await;
        Ok(())
    }
}

/// A placed file on its way into the rows.
#[derive(Clone)]
pub(super) struct File {
    /// The record beside which it will stand.
    pub record: RecordId,
    /// Name as it is shown.
    pub name: String,
    /// Key of its kind.
    pub kind: &'static str,
    /// Hash of what is stored.
    pub hash: String,
    /// Bytes stored.
    pub size: u64,
    /// What the log calls it, and what it says of the file.
    pub action: &'static str,
    pub noted: String,
}

async fn known(tx: &mut Tx, actor: &Actor, hash: &str) -> Result<bool, Failure> {
    let row = tx
        .row(
            q("SELECT 1 AS n FROM evidence_files WHERE district_id = $1 AND hash = $2").bind(actor.district).bind(hash),
        )
        .await?;
    Ok(row.is_some())
}

/// Enters the file, where it is not known, and puts it beside the record, where it does not stand yet.
pub(super) async fn link(tx: &mut Tx, actor: &Actor, file: &File) -> Result<Added, Failure> {
    let now = tx.now();
    let size = i64::try_from(file.size).unwrap_or(i64::MAX);
    tx.execute(
        q("INSERT INTO evidence_files (district_id, hash, kind, size, stored_at)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
        .bind(actor.district)
        .bind(&file.hash)
        .bind(file.kind)
        .bind(size)
        .bind(now),
    )
    .await?;
    let there = tx
        .rows(
            q("SELECT id, hash, name FROM evidence_links WHERE record_id = $1 AND withdrawn_at IS NULL")
                .bind(file.record),
        )
        .await?;
    for row in &there {
        if row.text("hash")? == file.hash {
            // Chosen twice: once is enough, and said.
            let (evidence, name) = (row.id("id")?, row.text("name")?);
            return Ok(Added { evidence, record: file.record, name, again: true });
        }
    }
    if i64::try_from(there.len()).unwrap_or(i64::MAX) >= RECORD_FILES {
        return Err(Rejection::state(format!(
            "这条记录已有 {RECORD_FILES} 个佐证材料，没有再添加。请把其余的合并成一份 PDF，或撤下不需要的。"
        ))
        .into());
    }
    let id = EvidenceId(random::id(now));
    tx.insert(
        "INSERT INTO evidence_links (id, district_id, record_id, hash, name, added_at, added_by)",
        vec![
            id.into(),
            actor.district.into(),
            file.record.into(),
            (&file.hash).into(),
            (&file.name).into(),
            now.into(),
            actor.person.into(),
        ],
    )
    .await?;
    let object = format!("record:{}", file.record);
    tx.audit(actor.district, Some(actor.account), file.action, &object, &file.noted).await?;
    Ok(Added { evidence: id, record: file.record, name: file.name.clone(), again: false })
}
