//! Which rows a state of the address asks for: `attention`, a tone such as `late` (the most urgent cell), a cell
//! such as `lv.late`, or `due.DUTY.DAY` (an item of the list without a record by its day). Anything else asks for all.

use std::collections::HashSet;

use app::api::{ApiError, board::BoardCell};
use domain::{
    board::{Duty, Tone},
    ids::{DistrictId, DutyId},
    time::{Day, parse_iso},
};

use super::super::{Services, storage};
use crate::storage::{StorageError, q};

/// Rows to keep.
pub(super) enum Wanted {
    /// All.
    All,
    /// With something 临近, 待核 or 逾期.
    Attention,
    /// Whose most urgent cell has this tone.
    Worst(Tone),
    /// Whose cell at this place has this tone.
    Cell(usize, Tone),
    /// Of these posts.
    Posts(HashSet<String>),
}

impl Wanted {
    /// Does the row of `post` with these cells stay?
    pub(super) fn keeps(&self, post: &str, cells: &[BoardCell]) -> bool {
        match self {
            Self::All => true,
            Self::Attention => cells.iter().any(|c| c.0.needs_attention()),
            Self::Worst(tone) => cells.iter().map(|c| c.0).max().unwrap_or(Tone::None) == *tone,
            Self::Cell(place, tone) => cells.get(*place).is_some_and(|c| c.0 == *tone),
            Self::Posts(posts) => posts.contains(post),
        }
    }
}

impl Services {
    /// What `state` asks for.
    pub(super) async fn rows_wanted(
        &self,
        district: DistrictId,
        year: i32,
        state: Option<&str>,
    ) -> Result<Wanted, ApiError> {
        let Some(state) = state else { return Ok(Wanted::All) };
        if state == "attention" {
            return Ok(Wanted::Attention);
        }
        if let Some(tone) = Tone::from_key(state) {
            return Ok(Wanted::Worst(tone));
        }
        let parts: Vec<&str> = state.split('.').collect();
        match parts.as_slice() {
            ["due", duty, day] => match (duty.parse::<DutyId>(), parse_iso(day)) {
                (Ok(duty), Some(day)) => {
                    Ok(Wanted::Posts(self.posts_due(district, year, duty, day).await.map_err(storage)?))
                }
                _ => Ok(Wanted::All),
            },
            [duty, tone] => match (Duty::ALL.iter().position(|d| d.key() == *duty), Tone::from_key(tone)) {
                (Some(place), Some(tone)) => Ok(Wanted::Cell(place, tone)),
                _ => Ok(Wanted::All),
            },
            _ => Ok(Wanted::All),
        }
    }

    /// Posts of which an item due on `day` has no record. The rows in sight are chosen by the board, not here.
    async fn posts_due(
        &self,
        district: DistrictId,
        year: i32,
        duty: DutyId,
        day: Day,
    ) -> Result<HashSet<String>, StorageError> {
        let find = q("SELECT DISTINCT o.post_id FROM occurrences o WHERE o.district_id = $1 AND o.year = $2
                        AND o.duty_id = $3 AND o.due_on = $4 AND o.state = 'open' AND o.record_id IS NULL")
        .bind(district)
        .bind(year)
        .bind(duty)
        .bind(day);
        self.store.read().rows(find).await?.iter().map(|row| row.text("post_id")).collect()
    }
}
