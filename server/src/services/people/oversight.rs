//! 归口: which team, office and town committee supervise a unit. It decides what
//! they see, from their next request on.

use domain::{
    Rejection,
    ids::{DistrictId, UnitId},
    people::{
        UnitKind,
        access::{Actor, ManagePeople, manage_people},
    },
};

use super::{
    Command,
    units::{bump, seen_unit, unit},
};
use crate::{
    services::{Services, season},
    storage::{Failure, Tx, q},
};

/// Who supervises a unit (归口).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Oversight {
    /// 派驻组.
    pub team: Option<UnitId>,
    /// 联系纪检监察室.
    pub office: Option<UnitId>,
    /// 镇（街道）纪（工）委.
    pub committee: Option<UnitId>,
}

/// Sets the 归口 of a unit inside a command (also for imports).
pub(crate) async fn set_oversight(
    tx: &mut Tx,
    _proof: ManagePeople,
    district: DistrictId,
    of: UnitId,
    by: Oversight,
) -> Result<(), Failure> {
    unit(tx, district, of).await?;
    let wanted = [
        (by.team, UnitKind::Team, "team"),
        (by.office, UnitKind::Commission, "office"),
        (by.committee, UnitKind::Committee, "committee"),
    ];
    for (body, kind, field) in wanted {
        let Some(body) = body else { continue };
        let found = unit(tx, district, body).await?;
        if found.kind != kind || body == of {
            let no = format!("「{}」不是{}，不能归口，没有保存。请另选。", found.name, kind.label());
            return Err(Rejection::field(field, no).into());
        }
    }
    tx.execute(
        q("INSERT INTO oversight_map (unit_id, district_id, team_id, office_id, committee_id) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (unit_id) DO UPDATE SET team_id = excluded.team_id, office_id = excluded.office_id,
             committee_id = excluded.committee_id")
        .bind(of)
        .bind(district)
        .bind(by.team)
        .bind(by.office)
        .bind(by.committee),
    )
    .await?;
    Ok(())
}

impl Services {
    /// Changes who supervises a unit.
    pub async fn map_unit(
        &self,
        actor: &Actor,
        command: Command,
        unit: UnitId,
        seen: i64,
        by: Oversight,
    ) -> Result<(), Failure> {
        let proof = manage_people(actor)?;
        let (district, account) = (actor.district, actor.account);
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let row = seen_unit(tx, district, unit, seen).await?;
                    set_oversight(tx, proof, district, unit, by).await?;
                    bump(tx, unit).await?;
                    season::keep_unit(tx, district, unit, tx.now().day()).await?;
                    tx.audit(district, Some(account), "people.map_changed", &format!("unit:{unit}"), &row.name).await?;
                    Ok(())
                })
            })
            .await
    }
}
