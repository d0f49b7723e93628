//! The settings of the talks: who talks, days, 方面, the promise. Every saved one is a version of its own; a talk keeps
//! the days with which it was registered.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    talks::{TalkSettingsPage, TalksQuery},
};
use domain::{
    Rejection,
    ids::CommandId,
    people::access::{self, Actor},
    talks::TalkSettings,
    time::zh,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, storage},
    SETTINGS_DRAFT, store,
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx},
};

/// The form of the settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetTalks {
    /// Key of the form.
    pub command: CommandId,
    /// Version that was seen.
    pub seen: i64,
    /// As typed.
    pub settings: TalkSettings,
}

pub(crate) async fn set(tx: &mut Tx, actor: &Actor, form: SetTalks) -> Result<(), Failure> {
    let _proof = access::set_talks(actor)?;
    let (_, version, _) = store::settings(tx, actor.district).await?;
    if version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let settings = form.settings.checked()?;
    let json = serde_json::to_string(&settings).map_err(|_| StorageError::shape("settings"))?;
    tx.insert(
        "INSERT INTO talk_settings (district_id, version, settings, at, person_name)",
        vec![actor.district.into(), (version + 1).into(), json.into(), tx.now().into(), (&actor.name).into()],
    )
    .await?;
    let words = format!("第 {} 版", version + 1);
    let object = format!("district:{}", actor.district);
    tx.audit(actor.district, Some(actor.account), "talks.settings", &object, &words).await?;
    Ok(())
}

impl Services {
    /// Saves the settings; they are 示范 no longer.
    ///
    /// # Errors
    /// Not the office; stale; a rule that is not whole.
    pub async fn set_talks(&self, actor: &Actor, form: SetTalks) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { set(tx, &actor, form).await })
        })
        .await
    }

    pub(super) async fn talk_settings_page(
        &self,
        actor: &Actor,
        query: TalksQuery,
    ) -> Result<TalkSettingsPage, ApiError> {
        let _proof = access::set_talks(actor)?;
        let mut read = self.store.read().clone();
        let (settings, version, who) = store::settings(&mut read, actor.district).await.map_err(storage)?;
        Ok(TalkSettingsPage {
            settings,
            confirmed: who.map(|(name, on)| format!("{name}，{}", zh(on))).unwrap_or_default(),
            version,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, SETTINGS_DRAFT, query.draft.as_deref()).await?,
        })
    }
}
