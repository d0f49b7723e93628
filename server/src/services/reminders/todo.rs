//! Rows of 提醒 in somebody's 待办, and the one line of his home.

use app::api::{ApiError, records::TodoRow};
use chrono::Days;
use domain::{
    people::access::{self, Actor},
    reminders::{Interruption, Quarter},
    time::iso,
};

use crate::{
    services::{Services, storage},
    storage::{StorageError, q},
};

/// A digest that nobody looked at stands this long.
const DIGEST_DAYS: u64 = 7;

impl Services {
    pub(super) async fn todo_rows(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        let mut rows = self.notice_rows(actor).await.map_err(storage)?;
        if access::decide_reminder(actor).is_ok() {
            rows.extend(self.round_row(actor).await.map_err(storage)?);
        }
        Ok(rows)
    }

    async fn notice_rows(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let today = self.today();
        let week = iso(today - Days::new(DIGEST_DAYS));
        // A 催办 stands until the matter is done, whatever was clicked; the others until they are read.
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT r.kind, r.mark, r.on_day, r.title, r.note, r.link FROM reminders r
                   WHERE r.person_id = $1 AND (
                     (r.kind <> 'urge' AND r.seen_at IS NULL)
                     OR (r.kind = 'urge' AND (
                       EXISTS (SELECT 1 FROM occurrences o WHERE r.mark = 'occurrence:' || o.id || '@' || o.due_on
                         AND o.state = 'open' AND o.record_id IS NULL)
                       OR EXISTS (SELECT 1 FROM items i WHERE r.mark = 'item:' || i.id || '@' || i.due_on
                         AND i.state IN ('unsigned', 'planning', 'working', 'filled', 'confirmed')))))
                   ORDER BY r.at DESC, r.id LIMIT 40")
                .bind(actor.person),
            )
            .await?;
        let mut out = Vec::new();
        let mut digest = false;
        for row in &rows {
            let on = row.day("on_day")?;
            let stands = match row.keyed("kind", Interruption::from_key)? {
                Interruption::Quarter => Quarter::of(on) == Quarter::of(today),
                // The newest says it all.
                Interruption::Digest => !std::mem::replace(&mut digest, true) && iso(on) >= week,
                Interruption::Urge => true,
            };
            if stands {
                out.push(TodoRow { title: row.text("title")?, note: row.text("note")?, link: row.text("link")? });
            }
        }
        Ok(out)
    }

    async fn round_row(&self, actor: &Actor) -> Result<Option<TodoRow>, StorageError> {
        let of = Quarter::of(self.today());
        let row = self
            .store
            .read()
            .row(
                q("SELECT state FROM reminder_rounds WHERE district_id = $1 AND year = $2 AND quarter = $3
                   AND state = 'draft'")
                .bind(actor.district)
                .bind(of.year)
                .bind(of.quarter),
            )
            .await?;
        Ok(row.map(|_| TodoRow {
            title: format!("审定{of}履责提醒"),
            note: "系统已起草，审定后以区纪委名义一次发送".into(),
            link: "/reminders".into(),
        }))
    }
}
