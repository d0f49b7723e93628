//! Papers of a matter: one notice as it was made, all of them in one file for the 办公室, the three lists.

use app::api::ApiError;
use domain::{
    Rejection,
    documents::{Block, Doc},
    ids::{WarningId, WarningNoticeId},
    people::access::{Actor, MatterSight},
    warnings::lists_doc,
};

use super::{
    super::{Services, storage, told},
    notices, store,
};
use crate::storage::{StorageError, q};

impl Services {
    /// The notice as it was made.
    ///
    /// # Errors
    /// Not his to see, not made yet, or storage failed.
    pub async fn notice_paper(&self, actor: &Actor, id: WarningNoticeId) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let (notice, _) = notices::seen(&mut read, actor, id).await.map_err(told)?;
        if matches!(notice.state.as_str(), "queued" | "void") {
            return Err(Rejection::state("这份提示单还没有编好文号，或已经作废。请稍后再看。").into());
        }
        let find = q("SELECT doc FROM warning_notices WHERE id = $1").bind(id);
        let row = self.store.read().row(find).await.map_err(storage)?.ok_or(Rejection::NotFound)?;
        let mut doc: Doc = row.json("doc").map_err(storage)?;
        // What happened since stands below it, never in it.
        let zh = domain::time::zh;
        let signed = match (&notice.signed, &notice.paper) {
            // Whoever noted the paper did not sign it.
            (_, (Some(on), handler)) => Some(format!("纸质已签：{}，经办人{handler}", zh(*on))),
            ((Some(on), name), _) => Some(format!("签收：{name} {}", zh(*on))),
            _ => None,
        };
        if let Some(words) = signed {
            doc.note(words);
        }
        if !notice.moved.is_empty() {
            doc.note(notice.moved.clone());
        }
        Ok(doc)
    }

    /// Every notice of a matter on its own page, for printing and sealing.
    ///
    /// # Errors
    /// Not his to see, or storage failed.
    pub async fn notices_paper(&self, actor: &Actor, id: WarningId) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let (kept, sight) = store::seen(&mut read, actor, id).await.map_err(told)?;
        if sight != MatterSight::Whole {
            return Err(Rejection::NotFound.into());
        }
        let find = q("SELECT doc FROM warning_notices WHERE matter_id = $1 AND state NOT IN ('queued', 'void')
                      ORDER BY position, id");
        let rows = self.store.read().rows(find.bind(id)).await.map_err(storage)?;
        let docs = rows.iter().map(|row| row.json("doc")).collect::<Result<Vec<Doc>, StorageError>>();
        let mut all = Doc::new(format!("{}问责预警提示单", kept.title));
        for (n, doc) in docs.map_err(storage)?.into_iter().enumerate() {
            if n > 0 {
                all.push(Block::PageBreak);
            }
            all.push(Block::Centered { text: format!("{}　{}", doc.title, doc.number) });
            all.blocks.extend(doc.blocks);
            all.footer = doc.footer;
        }
        Ok(all)
    }

    /// The three lists; without the third one for those who may not see it before it is sent.
    ///
    /// # Errors
    /// Not his to see, or storage failed.
    pub async fn lists_paper(&self, actor: &Actor, id: WarningId) -> Result<Doc, ApiError> {
        let mut read = self.store.read().clone();
        let (kept, sight) = store::seen(&mut read, actor, id).await.map_err(told)?;
        let mut whole = store::whole(&mut read, id, self.today()).await.map_err(storage)?;
        match sight {
            MatterSight::Whole => {}
            MatterSight::Lists if kept.matter.stage.is_sent() => {}
            MatterSight::Lists => whole.lists.situations.clear(),
            MatterSight::Units(_) | MatterSight::Outcome => return Err(Rejection::NotFound.into()),
        }
        let standing = if kept.matter.stage.is_sent() { "" } else { kept.matter.stage.label() };
        Ok(lists_doc(&kept.title, standing, &whole.lists, &whole.names))
    }
}
