//! Suggestions that wait for the office.

use app::api::records::TodoRow;
use domain::{
    people::access::{self, Actor},
    time::zh_short,
};

use super::{
    super::{Services, posts},
    answer,
};
use crate::storage::{StorageError, q};

impl Services {
    /// One line for the office, whatever their number: the earliest day is what matters.
    pub(in crate::services) async fn relief_todos(&self, actor: &Actor) -> Result<Option<TodoRow>, StorageError> {
        if access::answer_relief(actor).is_err() {
            return Ok(None);
        }
        let mut read = self.store.read().clone();
        let rows = read
            .rows(
                q("SELECT family, name, MIN(on_day) AS since FROM relief_suggestions
                   WHERE district_id = $1 AND answer_id IS NULL GROUP BY family, name ORDER BY since, family, name")
                .bind(actor.district),
            )
            .await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let (rates, ..) = answer::rates(&answer::settings(&mut read, actor.district).await?);
        let calendar = posts::calendar(&mut read, actor.district).await?;
        let due = calendar.plus_working(first.day("since")?, rates.days);
        Ok(Some(TodoRow {
            title: format!("减负建议待答复 · {} 件", rows.len()),
            note: format!("最早的一件请于{}前答复", zh_short(due)),
            link: "/relief#open".to_owned(),
        }))
    }
}
