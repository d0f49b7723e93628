//! 让联络员看到: the notes of one talk, by its author. Refuses it in a closed book, and for the types of talk
//! whose notes stay with the author; what is shared can be taken back at any time.

use app::api::records::SavedRecord;
use domain::{
    Rejection,
    ids::{PersonId, RecordId},
    people::access::{self, Actor},
    records::{RecordDetails, RecordKind, Shareable},
};

use super::super::{
    super::{rows::Rows, search::index},
    closing,
    decide::Stored,
};
use crate::storage::{Failure, Row, StorageError, Tx, q};

/// A record as the rule about sharing sees it: as it stands, and as it stood before its corrections.
pub(in super::super) async fn shareable(
    rows: &mut impl Rows,
    id: RecordId,
    record: &Row,
) -> Result<Shareable, StorageError> {
    let before =
        rows.all(q("SELECT before_kind, before_details FROM record_corrections WHERE record_id = $1").bind(id)).await?;
    let mut talked = false;
    let mut types = Vec::from_iter(record.json::<RecordDetails>("details")?.talk);
    for row in &before {
        talked |= RecordKind::was_talk(row.opt_text("before_kind")?.as_deref());
        if row.opt_text("before_details")?.is_some() {
            types.extend(row.json::<RecordDetails>("before_details")?.talk);
        }
    }
    Ok(Shareable {
        kind: record.keyed("kind", RecordKind::from_key)?,
        talked,
        recorded: record.text("state")? == "recorded",
        confined: Shareable::confined_of(types),
    })
}

/// Lets the 联络员 read the notes of a talk (`shared`), or not any more.
pub(in super::super) async fn share(
    tx: &mut Tx,
    actor: &Actor,
    id: RecordId,
    stored: &Stored,
    shared: bool,
) -> Result<SavedRecord, Failure> {
    let _proof = access::write_record(actor, stored.post)?;
    if stored.row.id::<PersonId>("author_person")? != actor.person {
        return Err(Rejection::NotAllowed.into());
    }
    if shared {
        closing::open_year(tx, stored.post, stored.year).await?;
    }
    shareable(tx, id, &stored.row).await?.check(shared)?;
    tx.execute(q("UPDATE records SET shared = $1, version = version + 1 WHERE id = $2").bind(shared).bind(id)).await?;
    index::replace(tx, id).await?;
    let action = if shared { "records.share" } else { "records.unshare" };
    tx.audit(actor.district, Some(actor.account), action, &format!("record:{id}"), "").await?;
    Ok(SavedRecord { record: id, page: stored.page, late: false, codes: String::new() })
}
