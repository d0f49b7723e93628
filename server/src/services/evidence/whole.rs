//! A file that comes whole in one form, for browsers without scripts: spooled while it comes, then taken like any
//! other upload, piece by piece.

use app::api::ApiError;
use domain::{
    evidence::CHUNK,
    ids::{CommandId, RecordId, UploadId},
    people::access::Actor,
};
use sha2::{Digest as _, Sha256};

use super::{super::Services, Begin, Finish, Piece, add::blocking, disk};
use crate::evidence::Spool;

impl Services {
    /// A place for a file that comes whole.
    ///
    /// # Errors
    /// The disk refused.
    pub async fn spool_evidence(&self) -> Result<Spool, ApiError> {
        let files = self.evidence.clone();
        blocking(move || files.spool().map_err(|e| disk(&e))).await
    }

    /// Adds what came of it.
    ///
    /// # Errors
    /// No room, or the disk refused.
    pub async fn spooled(&self, mut spool: Spool, bytes: Vec<u8>) -> Result<Spool, ApiError> {
        self.evidence.room().await.takes(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        blocking(move || spool.add(&bytes).map(|()| spool).map_err(|e| disk(&e))).await
    }

    /// Adds a file that is all here. The form's key names the upload too: sent twice, it is one.
    ///
    /// # Errors
    /// As of beginning, pieces and finishing.
    pub async fn add_spooled(
        &self,
        actor: &Actor,
        (record, command): (RecordId, CommandId),
        name: String,
        mut spool: Spool,
    ) -> Result<(), ApiError> {
        let (upload, hash, size) = (UploadId(command.0), spool.hash(), spool.size());
        let mut offset = self.begin_evidence(actor, Begin { upload, record, name, size }).await?.sent;
        while offset < size {
            let (read, bytes) = blocking(move || {
                let bytes = spool.read(offset, CHUNK).map_err(|e| disk(&e))?;
                Ok((spool, bytes))
            })
            .await?;
            spool = read;
            let end = offset.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
            if end == offset {
                return Err(ApiError::Unavailable);
            }
            let piece = Piece { upload, offset, hash: hex::encode(Sha256::digest(&bytes)), bytes };
            // What does not fit is said by the end, which looks at the whole.
            self.take_piece(actor, piece).await?;
            offset = end;
        }
        self.finish_evidence(actor, Finish { command, upload, hash }).await.map(drop)
    }
}
