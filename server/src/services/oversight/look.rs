//! Items of earlier findings, looked at on site: the mark goes to the item's own history through the closed loop.

use app::api::ApiError;
use domain::{
    ids::{CommandId, InspectionId, ItemId},
    people::access::{self, Actor},
};
use serde::Serialize;

use super::{
    super::{Services, accountability::look},
    remark::known,
};
use crate::storage::{Failure, Tx};

/// What was seen of an item.
#[derive(Debug, Clone, Serialize)]
pub struct Look {
    /// Key.
    pub command: CommandId,
    /// Reading.
    pub inspection: InspectionId,
    /// Item of the post whose book is read.
    pub item: ItemId,
    /// 已见整改; else 仍未整改.
    pub settled: bool,
    /// Words.
    pub words: String,
}

/// Notes it, inside a command.
pub async fn note(tx: &mut Tx, actor: &Actor, form: &Look) -> Result<(), Failure> {
    let kept = known(tx, actor, form.inspection).await?;
    let _proof = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
    kept.plain.takes_remarks(tx.now().day())?;
    look::look(tx, actor, (kept.info.post, form.item), form.settled, &form.words).await
}

impl Services {
    /// Notes what was seen of an item on site.
    ///
    /// # Errors
    /// Not a reader, not in its time, no open item of this post, wrong words, or storage failed.
    pub async fn look_at_item(&self, actor: &Actor, form: Look) -> Result<ItemId, ApiError> {
        let item = form.item;
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { note(tx, &actor, &form).await })
        })
        .await?;
        Ok(item)
    }
}
