//! The list of matters: to the office all of them, to a body those it leads or whose units it watches, to a unit those
//! it is asked in, to whoever 点题 his own.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    warnings::{MatterRow, MattersPage, MattersQuery},
};
use domain::{
    ids::CommandId,
    people::{
        Role,
        access::{self, Actor},
    },
    warnings::Stage,
};

use super::{
    super::{Services, storage},
    NEW,
    one::reads_reason,
    store,
};
use crate::{
    random,
    storage::{Query, StorageError, q},
};

/// Matters of a page.
const SHOWN: u32 = 30;

/// Keeps what the actor may see of matters (`m`).
fn in_sight(find: Query, actor: &Actor) -> Query {
    let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|r| actor.has(r));
    if leads {
        return find;
    }
    let own: Vec<_> = actor.own_units().into_iter().collect();
    let bodies: Vec<_> = access::bodies(actor).collect();
    let watches = [Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|role| actor.has(role));
    let watched: Vec<_> = if watches { actor.watched.iter().copied().collect() } else { Vec::new() };
    let find = find
        .push_bind("AND (m.proposed_by = ?", actor.person)
        .push("OR m.id IN (SELECT matter_id FROM warning_supervisors WHERE 1 = 1")
        .and_in("unit_id", bodies)
        .push(") OR (m.stage <> 'proposed' AND 1 = 1")
        .and_in("m.lead_id", own.iter().copied())
        .push(
            ") OR (m.stage NOT IN ('proposed', 'declined', 'drafting', 'dropped') AND m.id IN
                 (SELECT matter_id FROM warning_cells WHERE 1 = 1",
        )
        .and_in("unit_id", own.iter().copied())
        .push(
            ")) OR (m.stage IN ('responding', 'closing', 'closed') AND m.id IN
                 (SELECT matter_id FROM warning_cells WHERE 1 = 1",
        )
        .and_in("unit_id", watched)
        .push("))");
    if actor.has(Role::GeneralOffice) {
        find.push("OR m.stage IN ('sealing', 'responding', 'closing', 'closed'))")
    } else {
        find.push(")")
    }
}

impl Services {
    pub(super) async fn matters_page(&self, actor: &Actor, query: MattersQuery) -> Result<MattersPage, ApiError> {
        let stage = query.stage.as_deref().unwrap_or_default();
        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let over = stage == "over";
        let only = Stage::from_key(stage);
        let mut find = in_sight(store::matters(actor.district), actor);
        if over {
            find = find.push("AND m.stage IN ('declined', 'closed', 'dropped')");
        } else if let Some(only) = only {
            find = find.push_bind("AND m.stage = ?", only.key());
        } else {
            find = find.push("AND m.stage NOT IN ('declined', 'closed', 'dropped')");
        }
        let find = find
            .push("ORDER BY m.proposed_at DESC, m.id DESC")
            .push_bind("LIMIT ?", SHOWN + 1)
            .push_bind("OFFSET ?", (page - 1) * SHOWN);
        let found = self.store.read().rows(find).await.map_err(storage)?;
        let more = found.len() > SHOWN as usize;
        let kept =
            found.iter().take(SHOWN as usize).map(store::read).collect::<Result<Vec<_>, _>>().map_err(storage)?;
        let rows = self.matter_lines(&kept, access::sees_sources(actor)).await.map_err(storage)?;
        Ok(MattersPage {
            stage: if over { "over".into() } else { only.map(|s| s.key().to_owned()).unwrap_or_default() },
            rows,
            page,
            more,
            may_propose: access::propose_matter(actor).is_ok(),
            office: access::sees_sources(actor)
                || [Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|role| actor.has(role)),
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, NEW, query.draft.as_deref()).await?,
        })
    }

    /// Lines with what waits in each matter. Two statements.
    async fn matter_lines(&self, kept: &[store::Kept], inside: bool) -> Result<Vec<MatterRow>, StorageError> {
        let ids: Vec<_> = kept.iter().map(|k| k.id).collect();
        let find = q("SELECT matter_id, COUNT(DISTINCT unit_id) AS n FROM warning_cells WHERE 1 = 1")
            .and_in("matter_id", ids.iter().copied())
            .push("GROUP BY matter_id");
        let units = self.store.read().rows(find).await?;
        let find = q("SELECT matter_id, state, COUNT(*) AS n FROM warning_notices WHERE state <> 'void'")
            .and_in("matter_id", ids.iter().copied())
            .push("GROUP BY matter_id, state");
        let notices = self.store.read().rows(find).await?;
        let mut out = Vec::new();
        for one in kept {
            let mut all = 0;
            let mut unsigned = 0;
            for row in &notices {
                if row.id::<domain::ids::WarningId>("matter_id")? == one.id {
                    let n = row.small("n")?;
                    all += n;
                    if matches!(row.text("state")?.as_str(), "queued" | "made" | "delivered") {
                        unsigned += n;
                    }
                }
            }
            let mut n = 0;
            for row in &units {
                if row.id::<domain::ids::WarningId>("matter_id")? == one.id {
                    n = row.small("n")?;
                }
            }
            let words = match (all, unsigned) {
                (0, _) if inside || reads_reason(one.matter.stage) => one.reason.clone(),
                (0, _) => String::new(),
                (all, 0) => format!("提示单 {all} 份，都已签收"),
                (all, left) => format!("提示单 {all} 份，{left} 份还没有签收"),
            };
            out.push(MatterRow {
                id: one.id,
                title: one.title.clone(),
                lead: one.lead_name.clone(),
                stage: one.matter.stage,
                units: n,
                words,
            });
        }
        Ok(out)
    }
}
