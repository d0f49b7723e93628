//! Digests of answered forms: a short text can be found from the digest of the form that brought it. Of what goes
//! offline they are blanked wholesale, with those who could write of it, since its day: which form quoted it cannot
//! be told from an answer. The answers stay, so that the same form sent again does nothing.

use domain::{
    ids::DistrictId,
    time::{Day, Instant},
};

use super::{super::super::rows::Rows as _, quoted::Readers};
use crate::storage::{StorageError, Tx, q};

/// Blanks the digests of the readers and of those who decide what becomes of a remark. By the primary key, account
/// by account: the table is large.
pub async fn forget(tx: &mut Tx, district: DistrictId, readers: &Readers, since: Day) -> Result<(), StorageError> {
    let mut accounts = readers.accounts(tx, district).await?;
    let deciding = q("SELECT DISTINCT a.id FROM accounts a JOIN role_grants g ON g.person_id = a.person_id
         JOIN persons s ON s.id = a.person_id WHERE s.district_id = $1 AND g.role IN ('conduct_office', 'secretary')");
    for row in &tx.all(deciding.bind(district)).await? {
        accounts.insert(row.text("id")?);
    }
    let change = q("UPDATE commands SET body_hash = '' WHERE at >= $1 AND body_hash <> ''");
    tx.execute(change.bind(Instant::start_of(since)).and_in("account_id", accounts)).await?;
    Ok(())
}
