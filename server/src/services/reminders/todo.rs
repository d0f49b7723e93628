//! Rows of 提醒 in somebody's 待办, and the one line of his home.

use std::collections::HashSet;

use app::api::{ApiError, records::TodoRow};
use chrono::Days;
use domain::{
    accountability::{State, Waits},
    people::access::{self, Actor},
    reminders::{Interruption, Quarter},
    time::Day,
};

use super::Subject;
use crate::{
    services::{Services, rows::Rows, storage},
    storage::{Row, StorageError, q},
};

/// A digest that nobody looked at stands this long.
const DIGEST_DAYS: u64 = 7;

impl Services {
    pub(super) async fn todo_rows(&self, actor: &Actor) -> Result<Vec<TodoRow>, ApiError> {
        let mut rows = self.urge_rows(actor).await.map_err(storage)?;
        rows.extend(self.notice_rows(actor).await.map_err(storage)?);
        if access::decide_reminder(actor).is_ok() {
            rows.extend(self.round_row(actor).await.map_err(storage)?);
        }
        Ok(rows)
    }

    /// A 催办 stands until the matter is done, whatever was clicked and however old it is.
    async fn urge_rows(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut read = self.store.read().clone();
        let rows = read
            .all(
                q("SELECT mark, title, note, link FROM reminders WHERE person_id = $1 AND kind = $2
                   ORDER BY at DESC, id")
                .bind(actor.person)
                .bind(Interruption::Urge.key()),
            )
            .await?;
        let mut urges = Vec::new();
        for row in &rows {
            let about = Subject::of_mark(&row.text("mark")?).ok_or_else(|| StorageError::shape("mark"))?;
            urges.push((about, row));
        }
        let standing = standing(&mut read, urges.iter().map(|(about, _)| about.0)).await?;
        urges.retain(|(about, _)| standing.contains(about));
        urges.iter().map(|(_, row)| todo(row)).collect()
    }

    /// Unread: this quarter's reminder, and the newest digest of the last days.
    async fn notice_rows(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let today = self.today();
        let (quarter, week) = (Quarter::of(today).first_day(), today - Days::new(DIGEST_DAYS));
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT kind, on_day, title, note, link FROM reminders
                   WHERE person_id = $1 AND kind IN ('quarter', 'digest') AND seen_at IS NULL AND on_day >= $2
                   ORDER BY at DESC, id")
                .bind(actor.person)
                .bind(quarter.min(week)),
            )
            .await?;
        let mut out = Vec::new();
        let mut digest = false;
        for row in &rows {
            let on = row.day("on_day")?;
            let stands = match row.keyed("kind", Interruption::from_key)? {
                Interruption::Quarter => Quarter::of(on) == Quarter::of(today),
                // The newest says it all.
                Interruption::Digest => !std::mem::replace(&mut digest, true) && on >= week,
                Interruption::Urge => false,
            };
            if stands {
                out.push(todo(row)?);
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

fn todo(row: &Row) -> Result<TodoRow, StorageError> {
    Ok(TodoRow { title: row.text("title")?, note: row.text("note")?, link: row.text("link")? })
}

/// Which of these subjects still wait for the unit, each with its deadline of now: one that was
/// put off, or stands in a closed book, is no longer what was urged.
async fn standing(
    rows: &mut impl Rows,
    subjects: impl Iterator<Item = Subject>,
) -> Result<HashSet<(Subject, Day)>, StorageError> {
    let (mut items, mut occurrences) = (Vec::new(), Vec::new());
    for subject in subjects {
        match subject {
            Subject::Item(id) => items.push(id),
            Subject::Occurrence(id) => occurrences.push(id),
        }
    }
    let mut out = HashSet::new();
    if !occurrences.is_empty() {
        let open = q(
            "SELECT o.id, o.due_on FROM occurrences o WHERE o.state = 'open' AND o.record_id IS NULL
                        AND NOT EXISTS (SELECT 1 FROM book_closings b WHERE b.post_id = o.post_id AND b.year = o.year)",
        );
        for row in rows.all(open.and_in("o.id", occurrences)).await? {
            out.insert((Subject::Occurrence(row.id("id")?), row.day("due_on")?));
        }
    }
    if !items.is_empty() {
        let waits = State::ALL.iter().filter(|state| state.waits() == Waits::Unit).map(|state| state.key());
        let open = q("SELECT id, due_on FROM items WHERE 1 = 1").and_in("state", waits);
        for row in rows.all(open.and_in("id", items)).await? {
            out.insert((Subject::Item(row.id("id")?), row.day("due_on")?));
        }
    }
    Ok(out)
}
