//! The one place where signatures are written. What is signed, and whether the signer may, is the feature's question;
//! a kept signature is never changed or taken back, a new version of the content is signed anew.

use domain::{ids::DistrictId, signature::Signature};

use crate::{
    random,
    storage::{StorageError, Tx},
};

/// Keeps a signature in the transaction of whatever it signs. Its drawing, typed name or paper was checked before
/// ([`domain::signature::Signing::check_for`]).
///
/// # Errors
/// Storage failed.
pub async fn keep(tx: &mut Tx, district: DistrictId, signature: &Signature) -> Result<(), StorageError> {
    let signing = serde_json::to_string(&signature.signing).map_err(|_| StorageError::shape("signing"))?;
    tx.insert(
        "INSERT INTO signatures (id, district_id, purpose, subject, version, content_hash, person_id, post_id, at, signing)",
        vec![
            random::id(signature.at).to_string().into(),
            district.into(),
            (&signature.purpose).into(),
            (&signature.subject).into(),
            signature.version.into(),
            (&signature.content_hash).into(),
            signature.person.into(),
            signature.post.into(),
            signature.at.into(),
            signing.into(),
        ],
    )
    .await?;
    Ok(())
}
