//! One record with its corrections and items.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    records::{Correction, RecordPage, RecordQuery},
};
use domain::{
    ids::{CommandId, DutyId, PersonId, RecordId},
    people::access::{self, Actor, Sight},
    time::zh_short,
};

use super::{
    super::{Services, duties::sight, parse, storage},
    book::{hidden, shown_in_outline},
};
use crate::{
    random,
    storage::{StorageError, q},
};

impl Services {
    pub(super) async fn record_page(&self, actor: &Actor, query: RecordQuery) -> Result<RecordPage, ApiError> {
        let id: RecordId = parse(&query.id)?;
        let row = self
            .store
            .read()
            .row(
                q("SELECT r.*, p.name AS proxy_name FROM records r LEFT JOIN persons p ON p.id = r.proxy_person
                   WHERE r.id = $1 AND r.district_id = $2")
                .bind(id)
                .bind(actor.district),
            )
            .await
            .map_err(storage)?
            .ok_or_else(hidden)?;
        let post = row.id("post_id").map_err(storage)?;
        let info = self.post_info(actor, post, self.today()).await?;
        let sight = access::read_book(actor, info.access()).map_err(|_| hidden())?;
        let state = row.text("state").map_err(storage)?;
        if sight == Sight::Outline && !shown_in_outline(&state) {
            return Err(hidden());
        }
        let shown = self.record_row(actor, &row, sight).await?;
        let own = row.id::<PersonId>("author_person").map_err(storage)? == actor.person
            && access::write_record(actor, post).is_ok();
        if sight == Sight::Outline {
            self.note_reading(actor, &info, row.year("year").map_err(storage)?).await?;
        }
        let readable = shown.text.is_some();
        let corrections = if readable { self.corrections(id).await.map_err(storage)? } else { Vec::new() };
        let verified = shown.verified;
        let mut items = self.items_of_record(id).await.map_err(storage)?;
        let year = row.year("year").map_err(storage)?;
        if !sight::reads_items(&mut self.store.read().clone(), actor, post, year).await.map_err(storage)? {
            for (_, _, text) in &mut items {
                text.clear();
            }
        }
        Ok(RecordPage {
            command: CommandId(random::id(self.clock.now())),
            post,
            title: format!("{}　{}", info.unit_name, info.who()),
            items,
            corrections,
            may_correct: own && state == "recorded",
            may_confirm: own && state == "proxy",
            may_verify: state == "recorded" && !verified && access::verify_record(actor, info.access()).is_ok(),
            draft: self.load(actor, "records.correct", query.draft.as_deref()).await?,
            version: row.int("version").map_err(storage)?,
            row: shown,
        })
    }

    async fn corrections(&self, id: RecordId) -> Result<Vec<Correction>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(q("SELECT * FROM record_corrections WHERE record_id = $1 ORDER BY seq").bind(id))
            .await?;
        rows.iter()
            .map(|row| {
                let at = row.instant("at")?;
                Ok(Correction {
                    before: row.text("before_text")?,
                    after: row.text("after_text")?,
                    reason: row.text("reason")?,
                    at: format!("{} {}", zh_short(at.day()), at.clock()),
                })
            })
            .collect()
    }

    async fn items_of_record(&self, id: RecordId) -> Result<Vec<(DutyId, String, String)>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT d.duty_id, d.code, COALESCE((SELECT i.text FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
                     JOIN records r ON r.id = d.record_id
                     WHERE i.duty_id = d.duty_id AND l.post_id = r.post_id AND l.year = r.year
                     ORDER BY l.edition DESC LIMIT 1), '') AS text
                   FROM record_duties d WHERE d.record_id = $1 AND d.unmatched_why IS NULL ORDER BY d.code")
                .bind(id),
            )
            .await?;
        rows.iter().map(|row| Ok((row.id("duty_id")?, row.text("code")?, row.text("text")?))).collect()
    }
}
