//! What is stored of a table between its preview and its commit, and for how long. Refuses to keep 身份证号 and
//! birthdays; the bytes go at the commit, what was never imported at the midnight after a day.

use domain::{Rejection, time::DAY_MS};

use super::{
    ImportTarget,
    uploads::{Incoming, read_book},
};
use crate::{
    import::{self, Book},
    services::Services,
    storage::{Failure, StorageError, q},
};

/// Unfinished uploads live this long, until the next midnight.
const OPEN_MS: i64 = DAY_MS;
/// What a preview said lives this long after its table came.
const KEPT_MS: i64 = 7 * DAY_MS;

/// What is stored of a file: without 身份证号 and birthdays.
pub(super) async fn to_keep(kind: &'static dyn ImportTarget, book: Book, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    // Of duties nothing but numbers that are certain: their texts speak of documents and days.
    let persons = kind.template() != import::Kind::Duties;
    let keep = move || import::keep(&book, bytes, persons);
    let kept = tokio::task::spawn_blocking(keep).await.map_err(|_| StorageError::Stopped)?;
    kept.map_err(|e| Rejection::field("file", e.to_string()).into())
}

/// Reads again what was kept.
pub(super) async fn reread(file: Incoming) -> Result<Book, Failure> {
    if file.bytes.is_empty() {
        return Err(gone().into());
    }
    let bytes = file.bytes.clone();
    let kept = tokio::task::spawn_blocking(move || import::kept(&bytes)).await.map_err(|_| StorageError::Stopped)?;
    match kept.map_err(|e| Rejection::field("file", e.to_string()))? {
        Some(book) => Ok(book),
        None => read_book(file).await,
    }
}

/// The refusal of a table whose content was cleared.
pub(super) fn gone() -> Rejection {
    Rejection::state("这份文件的内容已经清除（导入后即清除），不能再用。需要时请重新上传。")
}

impl Services {
    /// Forgets tables that were not imported within a day, the content of those that were, and old previews; how many.
    ///
    /// # Errors
    /// Storage.
    pub async fn forget_tables(&self) -> Result<u64, Failure> {
        self.store
            .write(|tx| {
                Box::pin(async move {
                    let (open, old) = (tx.now().plus_ms(-OPEN_MS), tx.now().plus_ms(-KEPT_MS));
                    let find = q("DELETE FROM uploads WHERE created_at < $1 OR (done_at IS NULL AND created_at < $2)");
                    let mut n = tx.execute(find.bind(old).bind(open)).await?;
                    // Of versions before this one, which kept them.
                    let empty = q("UPDATE uploads SET bytes = $1 WHERE done_at IS NOT NULL AND length(bytes) > 0");
                    n += tx.execute(empty.bind(Vec::<u8>::new())).await?;
                    Ok(n)
                })
            })
            .await
    }
}
