//! The page of a 移交单.

use app::api::{
    ApiError,
    duties::{HandoverItem, HandoverPage, HandoverQuery, HandoverSide},
};
use domain::{
    Rejection,
    ids::HandoverId,
    people::{Role, access::Actor},
    time::{self, zh},
};

use super::{
    handover::{self, HANDOVER, Side},
    pages, sight,
};
use crate::services::{Services, parse, storage, told};

pub(super) async fn page(services: &Services, actor: &Actor, query: HandoverQuery) -> Result<HandoverPage, ApiError> {
    let mut read = services.store.read().clone();
    let row = handover::load(&mut read, actor.district, parse::<HandoverId>(&query.id)?).await.map_err(told)?;
    if !handover::may_see(actor, &row) {
        return Err(Rejection::NotFound.into());
    }
    // Whoever hands over or takes over reads it; else items handed down stay below.
    let readable = [row.from.0, row.to.0].contains(&actor.person)
        || sight::reads_items(&mut read, actor, row.post, row.year).await.map_err(storage)?;
    let given = pages::signatures(&mut read, HANDOVER, &row.id.to_string()).await.map_err(storage)?;
    let signed = |person| given.iter().find(|(p, _)| *p == person).map(|(_, view)| view.clone());
    let sides = vec![
        HandoverSide {
            key: "from".into(),
            label: "移交人".into(),
            name: row.from.1.clone(),
            note: row.from.2.map(|d| format!("任职至{}", zh(d))).unwrap_or_default(),
            signature: signed(row.from.0),
            may_sign: handover::may_sign(actor, &row, Side::From),
        },
        HandoverSide {
            key: "to".into(),
            label: "接收人".into(),
            name: row.to.1.clone(),
            note: format!("{}到任", zh(row.to.2)),
            signature: signed(row.to.0),
            may_sign: handover::may_sign(actor, &row, Side::To),
        },
    ];
    Ok(HandoverPage {
        command: pages::command(services),
        id: row.id,
        version: row.version,
        unit: row.unit_name.clone(),
        title: row.title.clone(),
        year: row.year,
        due_on: zh(row.due_on),
        items: row
            .open
            .iter()
            .map(|item| HandoverItem {
                code: item.code.clone(),
                text: if readable { item.text.clone() } else { String::new() },
                state: if item.started { "推进中" } else { "尚未开展" }.into(),
                wanting: item.wanting.join("；"),
            })
            .collect(),
        sides,
        may_paper: actor.has(Role::ConductOffice) && (row.from_signed.is_none() || row.to_signed.is_none()),
        today: time::iso(services.today()),
        draft: pages::draft(services, actor, "duties.handover", query.draft.as_deref()).await?,
    })
}
