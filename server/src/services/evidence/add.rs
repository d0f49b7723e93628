//! The beginning and the pieces of an upload. Each may be sent again after a lost answer, a reload,
//! or an hour without a network; nothing is doubled.

use app::api::ApiError;
use domain::{
    Rejection,
    evidence::{ACCOUNT_UPLOADS, CHUNK, Kind, Room, check_size, clean_name},
    ids::{RecordId, UploadId},
    people::access::Actor,
    records::blocked,
};
use sha2::{Digest, Sha256};

use super::{
    super::{Services, storage, told},
    disk, may_add, used,
};
use crate::{
    evidence::{Arrived, Files, Lease, PartName},
    storage::q,
};

/// Longest name that is kept as sent, in characters; cleaned at the end, when the kind is known.
const NAME_MAX: usize = 300;

/// An upload that begins, or is taken up again.
#[derive(Debug, Clone)]
pub struct Begin {
    /// Made by the client.
    pub upload: UploadId,
    /// Record.
    pub record: RecordId,
    /// Name of the file, as sent.
    pub name: String,
    /// Bytes in all.
    pub size: u64,
}

/// Where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// Bytes that are here already.
    pub sent: u64,
    /// Largest piece, in bytes.
    pub chunk: u64,
}

/// A piece of an upload.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Upload.
    pub upload: UploadId,
    /// Where it begins.
    pub offset: u64,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// Bytes.
    pub bytes: Vec<u8>,
}

impl Services {
    /// May the actor add to this record?
    ///
    /// # Errors
    /// Not found, or a record that takes no more.
    pub async fn takes_evidence(&self, actor: &Actor, record: RecordId) -> Result<(), ApiError> {
        let mut read = self.store.read().clone();
        may_add(&mut read, actor, record, self.today()).await.map(|_| ()).map_err(told)
    }

    /// Begins an upload, or says how much of it is here. One that is being ended is waited for.
    ///
    /// # Errors
    /// Not the actor's record, too large, no room, a name that must not enter.
    pub async fn begin_evidence(&self, actor: &Actor, form: Begin) -> Result<Begun, ApiError> {
        check_size(form.size).map_err(|unfit| unfit.told(&shown(&form.name)))?;
        may_be_called(&form.name)?;
        let today = self.today();
        let files = self.evidence.clone();
        let doer = actor.clone();
        let part = PartName::of(actor.account, form.upload);
        let lease = self.evidence.hold(&part).await;
        let room = self.evidence.room().await;
        let begun = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let _proof = may_add(tx, &doer, form.record, today).await?;
                    let known = tx
                        .row(
                            q("SELECT record_id, size FROM evidence_uploads WHERE account_id = $1 AND id = $2")
                                .bind(doer.account)
                                .bind(form.upload),
                        )
                        .await?;
                    let size = i64::try_from(form.size).unwrap_or(i64::MAX);
                    if let Some(row) = known {
                        if row.id::<RecordId>("record_id")? == form.record && row.int("size")? == size {
                            return Ok(None);
                        }
                        return Err(Rejection::KeyReused.into());
                    }
                    Room { used: used(tx, &doer).await?, ..room }.takes(form.size)?;
                    let dropped = oldest(tx, &doer, &files).await?;
                    let now = tx.now();
                    tx.insert(
                        "INSERT INTO evidence_uploads (account_id, id, district_id, record_id, name, size, started_at)",
                        vec![
                            doer.account.into(),
                            form.upload.to_string().into(),
                            doer.district.into(),
                            form.record.into(),
                            form.name.chars().filter(|c| *c != '\0').take(NAME_MAX).collect::<String>().into(),
                            size.into(),
                            now.into(),
                        ],
                    )
                    .await?;
                    Ok(Some(dropped))
                })
            })
            .await
            .map_err(told)?;
        if let Some(dropped) = begun {
            // What an upload of this id left that is over: none of its bytes belong to this one.
            self.drop_part(part.clone()).await;
            if let Some((upload, held)) = dropped {
                self.drop_part(PartName::of(actor.account, upload)).await;
                drop(held);
            }
        }
        let files = self.evidence.clone();
        let sent = blocking(move || {
            let sent = files.arrived(&part);
            drop(lease);
            Ok(sent)
        })
        .await?;
        Ok(Begun { sent, chunk: CHUNK })
    }

    /// Takes a piece; how many bytes are here now.
    ///
    /// # Errors
    /// No such upload of this account, a piece that does not fit, a full disk.
    pub async fn take_piece(&self, actor: &Actor, piece: Piece) -> Result<Arrived, ApiError> {
        let part = PartName::of(actor.account, piece.upload);
        let lease = self.evidence.hold(&part).await;
        let row = self
            .store
            .read()
            .row(
                q("SELECT size FROM evidence_uploads WHERE account_id = $1 AND id = $2")
                    .bind(actor.account)
                    .bind(piece.upload),
            )
            .await
            .map_err(storage)?
            .ok_or(Rejection::NotFound)?;
        let size = row.int("size").ok().and_then(|n| u64::try_from(n).ok()).ok_or(ApiError::Unavailable)?;
        let files = self.evidence.clone();
        // A record of one district must not fill the disk of all: asked again with every piece.
        files.room().await.takes(u64::try_from(piece.bytes.len()).unwrap_or(u64::MAX))?;
        blocking(move || {
            // Until the bytes are down, whether somebody still waits for the answer or not.
            let _held = lease;
            if hex::encode(Sha256::digest(&piece.bytes)) != piece.hash {
                return Err(Rejection::state("这一段在路上坏了，没有收下。请稍等，系统会自动重传。").into());
            }
            files.append(&part, piece.offset, &piece.bytes, size).map_err(|e| disk(&e))
        })
        .await
    }

    /// Takes the part of an upload away. One that stays is swept at the next start.
    pub(crate) async fn drop_part(&self, part: PartName) {
        let files = self.evidence.clone();
        let done = blocking(move || files.drop_part(&part).map_err(|e| disk(&e))).await;
        if done.is_err() {
            tracing::warn!("a part of an upload was not removed");
        }
    }
}

/// The oldest unfinished upload of an account that has too many; its row is gone, and it is held so
/// that its part can go too. One that is being worked on is not taken away.
async fn oldest(
    tx: &mut crate::storage::Tx,
    actor: &Actor,
    files: &Files,
) -> Result<Option<(UploadId, Lease)>, crate::storage::Failure> {
    let rows = tx
        .rows(q("SELECT id FROM evidence_uploads WHERE account_id = $1 ORDER BY started_at, id").bind(actor.account))
        .await?;
    if rows.len() < usize::try_from(ACCOUNT_UPLOADS).unwrap_or(usize::MAX) {
        return Ok(None);
    }
    for row in &rows {
        let id: UploadId = row.id("id")?;
        let Some(lease) = files.hold_now(&PartName::of(actor.account, id)) else { continue };
        tx.execute(q("DELETE FROM evidence_uploads WHERE account_id = $1 AND id = $2").bind(actor.account).bind(id))
            .await?;
        return Ok(Some((id, lease)));
    }
    Err(Rejection::state("正在上传的文件太多，这一个没有开始。请等前面的传完后再添加。").into())
}

/// May a file be called so? Its name is read and printed like any other text.
fn may_be_called(name: &str) -> Result<(), Rejection> {
    // As sent, and as it will stand on the page.
    match blocked(name).or_else(|| blocked(&clean_name(name, Kind::Pdf))) {
        Some(what) => Err(Rejection::field(
            "file",
            format!("文件名里有{what}，不能存入本系统，没有添加。请给文件改个名字，再选一次。"),
        )),
        None => Ok(()),
    }
}

/// Runs what blocks apart from the request threads. A panic in it is no panic of ours.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(ApiError::Unavailable))
}

/// A name for a sentence, before its kind is known.
pub(super) fn shown(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !domain::text::is_hidden(*c) && !c.is_control()).take(60).collect();
    if plain.trim().is_empty() { "文件".to_owned() } else { plain }
}
