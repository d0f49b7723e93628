//! The district's own name: shown on every page, in titles and documents. Changed by those
//! who maintain people, audited; refuses an empty one and one that somebody changed meanwhile.

use domain::{
    Rejection,
    people::access::{Actor, manage_people},
    text::{self, NAME_MAX},
};

use super::Command;
use crate::{
    services::Services,
    storage::{Failure, q},
};

impl Services {
    /// Renames the district; `seen` is the name that the form showed.
    pub async fn rename_district(
        &self,
        actor: &Actor,
        command: Command,
        seen: String,
        name: &str,
    ) -> Result<(), Failure> {
        let _proof = manage_people(actor)?;
        let name = text::required("district", "区名", name, NAME_MAX)?;
        let (district, account) = (actor.district, actor.account);
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let row = tx.row(q("SELECT name FROM districts WHERE id = $1").bind(district)).await?;
                    let before = row.ok_or(Rejection::NotFound)?.text("name")?;
                    if before != seen {
                        return Err(Rejection::Stale.into());
                    }
                    if before == name {
                        return Err(Rejection::field("district", "新区名与现在的相同，没有改动。").into());
                    }
                    tx.execute(q("UPDATE districts SET name = $1 WHERE id = $2").bind(&name).bind(district)).await?;
                    let words = format!("{before} → {name}");
                    tx.audit(
                        district,
                        Some(account),
                        "people.district_renamed",
                        &format!("district:{district}"),
                        &words,
                    )
                    .await?;
                    Ok(())
                })
            })
            .await
    }
}
