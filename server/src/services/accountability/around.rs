//! What stands around an item on its page: proofs, 制度, 工作建议, repeated and similar problems, 催办, the unit that takes
//! over. Each as far as this reader may see it.

use app::api::accountability::{Around, Related};
use domain::{
    accountability::{Item, Step, Waits},
    duties::alike,
    ids::{DistrictId, ItemId, UnitId},
    people::access::{self as sight, Actor},
    time::{WorkCalendar, iso, zh},
};

use super::{
    super::{Services, rows::Rows},
    access::{role_for, sees},
    find::SOON,
    measures, proofs,
    store::{self, Kept},
};
use crate::storage::{StorageError, q};

/// Problems that are compared for likeness, newest first.
const COMPARED: i64 = 300;
/// Similar ones shown.
const SHOWN: usize = 3;

fn related(kept: &Kept) -> Related {
    let problem: String = kept.item.problem.chars().take(30).collect();
    Related { id: kept.item.id, number: kept.number.clone(), problem, state: kept.item.state.label().to_owned() }
}

/// Units that can take an item over: those with a head post, that did not end.
pub(super) async fn heirs(
    rows: &mut impl Rows,
    district: DistrictId,
    but: Option<UnitId>,
) -> Result<Vec<(String, String)>, StorageError> {
    let find =
        q("SELECT u.id, u.name FROM units u WHERE u.district_id = $1 AND u.ends_on IS NULL AND u.leads_district = 0
         AND EXISTS (SELECT 1 FROM posts p WHERE p.unit_id = u.id AND p.is_head = 1 AND p.ends_on IS NULL)
         ORDER BY u.position, u.name, u.id");
    let rows = rows.all(find.bind(district)).await?;
    let all =
        rows.iter().map(|row| Ok((row.text("id")?, row.text("name")?))).collect::<Result<Vec<_>, StorageError>>()?;
    let but = but.map(|unit| unit.to_string()).unwrap_or_default();
    Ok(all.into_iter().filter(|(id, _)| *id != but).collect())
}

impl Services {
    pub(super) async fn around(
        &self,
        actor: &Actor,
        kept: &Kept,
        steps: &[(Step, bool)],
        calendar: &WorkCalendar,
    ) -> Result<Around, StorageError> {
        let mut read = self.store.read().clone();
        let (district, item, today) = (actor.district, &kept.item, self.today());
        let takes = |step: Step| steps.iter().any(|(s, _)| *s == step);
        let fills = takes(Step::Fill) || takes(Step::Settle);
        let office = role_for(actor, kept, Step::Relate, false).is_some();
        let regulations = regulations(&mut read, district, item.id).await?;
        let advices = advices(&mut read, actor, kept).await?;
        let measures =
            if sight::list_measures(actor).is_ok() { measures::of_item(&mut read, kept).await? } else { Vec::new() };
        let earlier = match item.repeats {
            Some(id) => store::these(&mut read, district, &[id]).await?.iter().find(|k| sees(actor, k)).map(related),
            None => None,
        };
        let (ended, heirs) = if takes(Step::Transfer) {
            (ended(&mut read, item.unit).await?, heirs(&mut read, district, Some(item.unit)).await?)
        } else {
            (String::new(), Vec::new())
        };
        let urged = urged(&mut read, district, item).await?;
        let near = item.state.waits() == Waits::Unit && item.deadline <= today + chrono::Days::new(SOON);
        Ok(Around {
            proofs: proofs::shown(actor, kept.post(), item),
            provable: if fills { proofs::provable(&mut read, district, item).await? } else { Vec::new() },
            regulations,
            registers: !item.is_closed() && sight::add_regulation(actor, item.unit, kept.leads_district).is_ok(),
            advices,
            advises: sight::draft_advice(actor, kept.post()).is_ok(),
            earlier,
            later: self.later(actor, item).await?,
            numbered: self.numbered(actor, kept).await?,
            alike: if office && item.repeats.is_none() { similar(&mut read, actor, item).await? } else { Vec::new() },
            urges: near && urged.is_empty() && sight::urge_liaison(actor, kept.post()).is_ok(),
            urged,
            heirs,
            ended,
            settle_by: if takes(Step::Settle) { zh(item.settle_by(calendar)) } else { String::new() },
            measures,
        })
    }

    /// Those that repeat it, in the reader's sight.
    async fn later(&self, actor: &Actor, item: &Item) -> Result<Vec<Related>, StorageError> {
        let mut read = self.store.read().clone();
        let find = q("SELECT l.item_id FROM item_lines l WHERE l.repeats = $1 ORDER BY l.year, l.number LIMIT 20");
        let ids: Vec<ItemId> =
            read.all(find.bind(item.id)).await?.iter().map(|row| row.id("item_id")).collect::<Result<_, _>>()?;
        let all = store::these(&mut read, actor.district, &ids).await?;
        Ok(all.iter().filter(|kept| sees(actor, kept)).map(related).collect())
    }
}

impl Services {
    /// Those that stand under the same number of another ledger, in the reader's sight; to units such a ledger may be a
    /// source that they do not read.
    async fn numbered(&self, actor: &Actor, kept: &Kept) -> Result<Vec<Related>, StorageError> {
        let item = &kept.item;
        let Some(external) = item.external.as_ref().filter(|_| tells(actor, kept)) else { return Ok(Vec::new()) };
        let mut read = self.store.read().clone();
        let find =
            q("SELECT l.item_id FROM item_lines l WHERE l.district_id = $1 AND l.external = $2 AND l.item_id <> $3
             AND l.external <> '' ORDER BY l.year, l.number LIMIT 20");
        let words = format!("{} {}", external.ledger, external.number);
        let rows = read.all(find.bind(actor.district).bind(words).bind(item.id)).await?;
        let ids: Vec<ItemId> = rows.iter().map(|row| row.id("item_id")).collect::<Result<_, _>>()?;
        let all = store::these(&mut read, actor.district, &ids).await?;
        Ok(all.iter().filter(|kept| sees(actor, kept) && tells(actor, kept)).map(related).collect())
    }
}

/// May the reader know that the item stands in that ledger?
fn tells(actor: &Actor, kept: &Kept) -> bool {
    sight::sees_sources(actor) || !kept.item.kind.is_inside()
}

/// 制度 that answer it.
async fn regulations(
    rows: &mut impl Rows,
    district: DistrictId,
    item: ItemId,
) -> Result<Vec<(String, String, String)>, StorageError> {
    let find =
        q("SELECT g.title, g.number, g.unit_id FROM regulation_items m JOIN regulations g ON g.id = m.regulation_id
         WHERE m.item_id = $1 AND g.district_id = $2 AND g.withdrawn_at IS NULL ORDER BY g.adopted_on, g.id");
    let rows = rows.all(find.bind(item).bind(district)).await?;
    rows.iter()
        .map(|row| {
            let link = format!("/accountability/regulations?unit={}", row.text("unit_id")?);
            Ok((format!("《{}》", row.text("title")?), row.text("number")?, link))
        })
        .collect()
}

/// 工作建议 that follow from it, as far as the reader may see them.
async fn advices(rows: &mut impl Rows, actor: &Actor, kept: &Kept) -> Result<Vec<(String, String)>, StorageError> {
    let find = q("SELECT a.id, a.state, a.advice FROM advices a WHERE a.district_id = $1
         AND (a.about = $2 OR a.item_id = $2) ORDER BY a.made_at, a.id");
    let mut out = Vec::new();
    for row in rows.all(find.bind(actor.district).bind(kept.item.id)).await? {
        if sight::see_advice(actor, kept.post(), row.text("state")? == "issued").is_err() {
            continue;
        }
        let advice: domain::accountability::Advice = row.json("advice")?;
        let number = if advice.number.is_empty() { advice.state.label().to_owned() } else { advice.number };
        let words = format!("{}《{}》 {number}", advice.kind.label(), advice.lines.title);
        out.push((words, format!("/accountability/advices/{}", advice.id)));
    }
    Ok(out)
}

/// Earlier problems of the unit that say nearly the same: a suggestion, which somebody links or not.
async fn similar(rows: &mut impl Rows, actor: &Actor, item: &Item) -> Result<Vec<Related>, StorageError> {
    let find = store::items_query(actor.district)
        .push_bind("AND i.unit_id = ?", item.unit)
        .push_bind("AND i.opened_on <= ?", item.opened_on)
        .push_bind("AND i.id <> ?", item.id)
        .push_bind("ORDER BY i.opened_on DESC, i.id DESC LIMIT ?", COMPARED);
    let mut out = Vec::new();
    for row in rows.all(find).await? {
        let kept = store::read(&row)?;
        if out.len() < SHOWN && alike(&kept.item.problem, &item.problem) && sees(actor, &kept) {
            out.push(related(&kept));
        }
    }
    Ok(out)
}

/// What became of a unit that ended.
async fn ended(rows: &mut impl Rows, unit: UnitId) -> Result<String, StorageError> {
    let find = q("SELECT u.name, u.ends_on, h.name AS heir FROM units u LEFT JOIN units h ON h.id = u.merged_into
         WHERE u.id = $1 AND u.ends_on IS NOT NULL");
    let Some(row) = rows.first(find.bind(unit)).await? else { return Ok(String::new()) };
    let day = zh(row.day("ends_on")?);
    Ok(match row.opt_text("heir")? {
        Some(heir) => format!("{}已于{day}并入{heir}，这一项需要移交承接单位。", row.text("name")?),
        None => format!("{}已于{day}撤销，这一项需要移交承接单位。", row.text("name")?),
    })
}

/// Who asked the 联络员 for this deadline, and when.
async fn urged(rows: &mut impl Rows, district: DistrictId, item: &Item) -> Result<String, StorageError> {
    let find = q("SELECT person_name, at FROM reminder_urges WHERE district_id = $1 AND subject = 'item'
         AND subject_id = $2 AND due_on = $3");
    let row = rows.first(find.bind(district).bind(item.id.to_string()).bind(iso(item.deadline))).await?;
    row.map_or(Ok(String::new()), |row| Ok(format!("{} {}", row.text("person_name")?, zh(row.instant("at")?.day()))))
}
