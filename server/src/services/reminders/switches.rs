//! Which channels the district uses. Off until the 系统管理员 switches them on.

use domain::ids::DistrictId;

use crate::{
    services::rows::Rows,
    storage::{StorageError, q},
};

/// Channels of a district.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Switches {
    /// E-mail.
    pub email: bool,
    /// .ics feed.
    pub feed: bool,
    /// Group robot.
    pub robot: bool,
}

/// The switches of a district; all off where nobody decided.
pub async fn load(rows: &mut impl Rows, district: DistrictId) -> Result<Switches, StorageError> {
    let row =
        rows.first(q("SELECT email, feed, robot FROM reminder_switches WHERE district_id = $1").bind(district)).await?;
    row.map_or_else(
        || Ok(Switches::default()),
        |row| Ok(Switches { email: row.flag("email")?, feed: row.flag("feed")?, robot: row.flag("robot")? }),
    )
}
