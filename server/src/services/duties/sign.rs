//! 签收: one signature over exactly one edition and its content, by the present
//! head of the post — drawn, typed, or noted from paper.

use domain::{
    Rejection,
    board::Visibility,
    ids::{LeaderListId, PersonId, PostId},
    people::access::{NotePaperReceipt, SignList},
    signature::{Signature, Signing},
    time::{Day, zh_short},
};

use super::super::rows::Rows;
use super::{
    steps,
    store::{self, By, ListRow},
};
use crate::{
    services::{colours, signatures},
    storage::{Failure, StorageError, Tx, q},
};

/// Purpose of the receipt's signature.
pub const RECEIPT: &str = "duties.receipt";

/// Who gives the signature to the system.
#[derive(Debug, Clone, Copy)]
pub enum Signer {
    /// The head himself, on the screen.
    Head(SignList),
    /// The office or the supervising body notes a paper receipt of the head.
    Paper(NotePaperReceipt),
}

/// The head of a post on a day: person and name.
pub async fn head_on(from: &mut impl Rows, post: PostId, day: Day) -> Result<Option<(PersonId, String)>, StorageError> {
    let rows = from
        .all(
            q("SELECT p.id, p.name FROM terms t JOIN persons p ON p.id = t.person_id
               WHERE t.post_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               ORDER BY t.starts_on DESC LIMIT 1")
            .bind(post)
            .bind(day),
        )
        .await?;
    rows.first().map(|row| Ok((row.id("id")?, row.text("name")?))).transpose()
}

/// 签收. On screen only by the head himself (`by` is he); paper only through the office's proof.
pub async fn sign(
    tx: &mut Tx,
    by: &By,
    who: Signer,
    id: LeaderListId,
    seen: i64,
    signing: Signing,
) -> Result<(), Failure> {
    let mut row = steps::open(tx, by, id, seen).await?;
    let on = match (&signing, who) {
        (Signing::Paper { on, .. }, Signer::Paper(_)) => *on,
        (Signing::Drawn { .. } | Signing::Typed { .. }, Signer::Head(_)) => by.day(),
        _ => return Err(Rejection::NotAllowed.into()),
    };
    let Some((person, name)) = head_on(&mut *tx, row.list.post, on).await? else {
        return Err(Rejection::field("paper_on", "签收日期当天这个岗位没有负责人，没有保存。请核对日期。").into());
    };
    let signing = signing.check(&name, by.day())?;
    row.list = row.list.sign(on)?;
    store::save_list(tx, &row, seen, by.at).await?;
    keep(tx, by, &row, person, &signing).await?;
    let details = format!("{} {} {}", row.unit_name, name, signing.label());
    tx.audit(by.district, by.account, "duties.signed", &format!("leader_list:{id}"), &details).await?;
    let title = format!("签收{}年第一责任人履责清单（{}，{}）", row.list.year, signing.label(), zh_short(on));
    steps::told(tx, by, &row, "duties.signed", title, Visibility::All).await?;
    colours::refresh(tx, by.district, row.list.post, row.list.year, by.day()).await
}

async fn keep(tx: &mut Tx, by: &By, row: &ListRow, person: PersonId, signing: &Signing) -> Result<(), StorageError> {
    let signature = Signature {
        purpose: RECEIPT.to_owned(),
        subject: row.list.id.to_string(),
        version: row.list.edition.into(),
        content_hash: row.content_hash.clone(),
        person,
        post: row.list.post,
        at: by.at,
        signing: signing.clone(),
    };
    signatures::keep(tx, by.district, &signature).await
}
