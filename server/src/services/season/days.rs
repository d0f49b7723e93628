//! The days of the plan (示范), set by the office. What is still to come moves with them.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::CommandId,
    people::access::{self, Actor},
    season::SeasonDays,
};
use serde::Serialize;

use super::{super::Services, store};
use crate::storage::{Failure, StorageError, Tx, q};

/// The form.
#[derive(Debug, Clone, Serialize)]
pub struct SetDays {
    /// Key.
    pub command: CommandId,
    /// Version that the page showed.
    pub seen: i64,
    /// The days.
    pub days: SeasonDays,
}

async fn set(tx: &mut Tx, actor: &Actor, form: &SetDays) -> Result<(), Failure> {
    let _proof = access::set_season(actor)?;
    let days = form.days.check()?;
    let (before, version) = store::days(tx, actor.district).await?;
    if version != form.seen {
        return Err(Rejection::Stale.into());
    }
    if before == days && version > 0 {
        return Ok(());
    }
    let text = serde_json::to_string(&days).map_err(|_| StorageError::shape("days"))?;
    tx.execute(
        q("INSERT INTO season_settings (district_id, days, version, changed_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (district_id) DO UPDATE SET days = excluded.days, version = excluded.version,
             changed_at = excluded.changed_at")
        .bind(actor.district)
        .bind(&text)
        .bind(version + 1)
        .bind(tx.now()),
    )
    .await?;
    let details = format!(
        "季度提醒{}日，半年梳理{}月{}日，年底检查{}月{}日，顺延{}个工作日",
        days.reminder_day,
        days.mid_year.month,
        days.mid_year.day,
        days.year_end.month,
        days.year_end.day,
        days.resume_days
    );
    tx.audit(actor.district, Some(actor.account), "season.days_set", &format!("district:{}", actor.district), &details)
        .await?;
    Ok(())
}

impl Services {
    /// Sets the days of the plan; steps that nobody moved follow.
    ///
    /// # Errors
    /// Not the office's, days that make no year, seen too long ago, or storage failed.
    pub async fn set_season_days(&self, actor: &Actor, form: SetDays) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { set(tx, &actor, &form).await })
        })
        .await?;
        self.keep_seasons().await.map(drop)
    }
}
