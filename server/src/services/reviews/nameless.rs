//! Suggestions without a name, as rows. Every new one rewrites all of its meeting in the order of their
//! random ids, within one transaction: neither the place of a row in the file (PostgreSQL's ctid, a cell
//! in an embedded page), nor the number of the transaction that wrote it (xmin), nor the database's log
//! says which came first and could be laid beside who was signed in then. Refuses authors and times.

use domain::ids::{CommandId, DistrictId, MeetingId, PresenterId, QuestionId};
use sha2::{Digest, Sha256};

use crate::storage::{Row, StorageError, Tx, q};

/// Rows of one statement: seven values each stay far below what either database binds at most.
const ROWS: usize = 200;

/// A suggestion without a name.
pub(super) struct Nameless {
    /// Random.
    pub(super) id: QuestionId,
    /// Whom it is for.
    pub(super) presenter: PresenterId,
    /// What should be asked; empty once it went offline.
    pub(super) text: String,
    /// Key of the state.
    pub(super) state: String,
    /// When its presenter's questions were opened.
    pub(super) opened_at: Option<i64>,
}

/// An id that says neither when nor by whom: made of the form's key, which is kept nowhere.
pub(super) fn id(command: CommandId, text: &str) -> QuestionId {
    let mut hasher = Sha256::new();
    hasher.update(command.0.as_bytes());
    hasher.update(text.as_bytes());
    let digest = hasher.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    QuestionId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn read(row: &Row) -> Result<Nameless, StorageError> {
    Ok(Nameless {
        id: row.id("id")?,
        presenter: row.id("presenter_id")?,
        text: row.text("text")?,
        state: row.text("state")?,
        opened_at: row.opt_int("opened_at")?,
    })
}

/// Every suggestion of a meeting.
pub(super) async fn all(tx: &mut Tx, meeting: MeetingId) -> Result<Vec<Nameless>, StorageError> {
    let rows = tx
        .rows(
            q("SELECT id, presenter_id, text, state, opened_at FROM meeting_questions
               WHERE meeting_id = $1 AND anonymous = 1")
            .bind(meeting),
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Puts `all` in the place of the suggestions of a meeting, and has what was there before swept.
pub(super) async fn rewrite(
    tx: &mut Tx,
    (district, meeting): (DistrictId, MeetingId),
    mut all: Vec<Nameless>,
) -> Result<(), StorageError> {
    all.sort_by_key(|s| s.id);
    tx.execute(q("DELETE FROM meeting_questions WHERE meeting_id = $1 AND anonymous = 1").bind(meeting)).await?;
    for some in all.chunks(ROWS) {
        let mut query = q("INSERT INTO meeting_questions
            (id, meeting_id, presenter_id, district_id, text, state, opened_at, anonymous) VALUES");
        for (n, row) in some.iter().enumerate() {
            query = query
                .push_bind(if n == 0 { "(?" } else { ", (?" }, row.id)
                .push_bind(", ?", meeting)
                .push_bind(", ?", row.presenter)
                .push_bind(", ?", district)
                .push_bind(", ?", &row.text)
                .push_bind(", ?", &*row.state)
                .push_bind(", ?", row.opened_at)
                .push(", 1)");
        }
        tx.execute(query).await?;
    }
    tx.leave_no_trace();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_click_twice_is_one_suggestion() {
        let command = CommandId(uuid::Uuid::from_u128(7));
        assert_eq!(id(command, "问"), id(command, "问"));
        assert_ne!(id(command, "问"), id(command, "答"));
        assert_ne!(id(CommandId(uuid::Uuid::from_u128(8)), "问"), id(command, "问"));
    }
}
