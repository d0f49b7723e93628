//! Situations of 容错, and whether 澄清正名 is used; 示范 until the 监督室 saved them.

use app::api::{ApiError, tolerance::ToleranceSettings};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId},
    people::access::{self, Actor},
    time::zh,
    tolerance::Settings,
};
use serde::Serialize;

use super::super::{Services, rows::Rows};
use crate::storage::{Failure, StorageError, Tx, q};

/// Settings as typed.
#[derive(Debug, Clone, Serialize)]
pub struct SetSettings {
    /// 澄清正名 is used.
    pub clearance: bool,
    /// Situations, one a line.
    pub situations: String,
    /// Version that the form showed.
    pub seen: u32,
}

/// What is set, who set it, and the version.
pub(super) async fn load(
    rows: &mut impl Rows,
    district: DistrictId,
) -> Result<(Settings, String, u32), StorageError> {
    let find = q("SELECT settings, set_name, set_on, version FROM tolerance_settings WHERE district_id = $1");
    match rows.first(find.bind(district)).await? {
        Some(row) => {
            let by = format!("{}，{}", row.text("set_name")?, zh(row.day("set_on")?));
            Ok((row.json("settings")?, by, row.small("version")?))
        }
        None => Ok((Settings::default(), String::new(), 0)),
    }
}

/// For the page of the 监督室.
pub(super) fn view((settings, confirmed, seen): &(Settings, String, u32)) -> ToleranceSettings {
    ToleranceSettings {
        clearance: settings.clearance,
        situations: settings.situations.join("\n"),
        confirmed: confirmed.clone(),
        seen: *seen,
    }
}

/// Sets them within a command.
pub(crate) async fn set_quietly(tx: &mut Tx, actor: &Actor, form: SetSettings) -> Result<(), Failure> {
    let _proof = access::set_tolerance(actor)?;
    let (_, _, version) = load(tx, actor.district).await?;
    if version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let settings = Settings::typed(form.clearance, &form.situations)?;
    let text = serde_json::to_string(&settings).map_err(|_| StorageError::shape("settings"))?;
    let today = tx.now().day();
    tx.execute(
        q("INSERT INTO tolerance_settings (district_id, settings, set_name, set_on, version)
           VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (district_id) DO UPDATE SET settings = excluded.settings, set_name = excluded.set_name,
             set_on = excluded.set_on, version = excluded.version")
        .bind(actor.district)
        .bind(text)
        .bind(&actor.name)
        .bind(today)
        .bind(version + 1),
    )
    .await?;
    let words = format!(
        "容错情形 {} 条；澄清正名{}",
        settings.situations.len(),
        if settings.clearance { "启用" } else { "不启用" }
    );
    let object = format!("district:{}", actor.district);
    tx.audit(actor.district, Some(actor.account), "tolerance.settings", &object, &words).await?;
    Ok(())
}

impl Services {
    /// Sets situations and whether 澄清 is used.
    ///
    /// # Errors
    /// Not the 监督室's, stale, no situation.
    pub async fn set_tolerance(&self, actor: &Actor, key: CommandId, form: SetSettings) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { set_quietly(tx, &actor, form).await }))
            .await
    }
}
