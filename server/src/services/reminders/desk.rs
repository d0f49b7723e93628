//! The desk: the quarter's round and what did not arrive for the office, the channels for the
//! 系统管理员, totals of interruptions for both.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reminders::{DeskPage, DraftQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId},
    people::{
        Role,
        access::{self, Actor},
    },
    reminders::MessageState,
    time::zh_short,
};

use super::{DESK_DRAFT, switches};
use crate::{
    random,
    services::{Services, storage},
    storage::{StorageError, q},
};

impl Services {
    pub(super) async fn desk_page(&self, actor: &Actor, query: DraftQuery) -> Result<DeskPage, ApiError> {
        let office = access::decide_reminder(actor).is_ok();
        let sysadmin = access::set_channels(actor).is_ok();
        let leads = actor.has(Role::Secretary) || actor.has(Role::DeputySecretary);
        if !office && !sysadmin && !leads {
            return Err(Rejection::NotAllowed.into());
        }
        let draft = self.load(actor, DESK_DRAFT, query.draft.as_deref()).await?;
        let today = self.today();
        let round = if office { self.round_view(actor.district, today).await.map_err(storage)? } else { None };
        let undelivered = if office { self.undelivered(actor.district).await.map_err(storage)? } else { Vec::new() };
        let on = switches::load(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
        Ok(DeskPage {
            office,
            sysadmin,
            round,
            undelivered,
            switches: [on.email, on.feed, on.robot],
            ready: [self.carrier.has_email(), self.carrier.has_robot()],
            totals: self.totals(actor.district, today).await.map_err(storage)?,
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }

    /// 未送达 and 未确认送达, the newest first.
    async fn undelivered(&self, district: DistrictId) -> Result<Vec<(String, String, String, String)>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT m.channel, m.state, m.changed_at, s.name FROM reminder_messages m
                   LEFT JOIN persons s ON s.id = m.person_id
                   WHERE m.district_id = $1 AND m.state IN ('given_up', 'unknown')
                   ORDER BY m.changed_at DESC, m.id LIMIT 50")
                .bind(district),
            )
            .await?;
        rows.iter()
            .map(|row| {
                let channel = if row.text("channel")? == "email" { "电子邮件" } else { "工作群机器人" };
                Ok((
                    row.opt_text("name")?.unwrap_or_else(|| "工作群".into()),
                    channel.to_owned(),
                    zh_short(row.instant("changed_at")?.day()),
                    row.keyed("state", MessageState::from_key)?.label().to_owned(),
                ))
            })
            .collect()
    }
}
