//! 点题 and 研判: a matter begins, and is adopted with its 牵头部门, its 监督牵头单位 and its days, or declined with the reason.

use std::collections::BTreeSet;

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    accountability::near,
    ids::{CommandId, DistrictId, UnitId, WarningId},
    people::{
        Role, UnitKind,
        access::{self, Actor},
    },
    text,
    time::{Day, zh},
    warnings::{Count, Matter, Source, Stage, stages},
};
use serde::Serialize;

use super::{
    super::{Services, rows::Rows},
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Longest title, in characters.
const TITLE_MAX: usize = 60;
/// Most 监督牵头单位 of a matter.
const SUPERVISORS_MAX: usize = 4;

/// 点题.
#[derive(Debug, Clone, Serialize)]
pub struct Propose {
    /// Key.
    pub command: CommandId,
    /// Title.
    pub title: String,
    /// What it is about.
    pub aim: String,
    /// Source; a department's own is always the department.
    pub source: Source,
    /// Words of it, for the office.
    pub source_words: String,
}

/// What was decided about it.
#[derive(Debug, Clone, Serialize)]
pub enum Judged {
    /// 采纳.
    Adopt(Terms),
    /// 不采纳.
    Decline(String),
    /// Other terms of one that was adopted.
    Set(Terms),
}

/// What a matter is adopted with.
#[derive(Debug, Clone, Serialize)]
pub struct Terms {
    /// 分析研判.
    pub analysis: String,
    /// 牵头部门.
    pub lead: UnitId,
    /// 监督牵头单位.
    pub supervisors: Vec<UnitId>,
    /// To be finished by.
    pub ends_on: Option<Day>,
    /// How days are counted.
    pub count: Count,
    /// 签收 and 报措施.
    pub days: (u32, u32),
    /// Process stages as typed.
    pub stages: String,
}

/// The form of 研判.
#[derive(Debug, Clone, Serialize)]
pub struct Judge {
    /// Key.
    pub command: CommandId,
    /// Matter.
    pub matter: WarningId,
    /// Version that the page showed.
    pub seen: i64,
    /// Decision.
    pub what: Judged,
}

/// Units of a district that are there on `today`: those that may answer (`false`) or supervise (`true`).
pub async fn units(
    from: &mut impl Rows,
    district: DistrictId,
    today: Day,
    bodies: bool,
) -> Result<Vec<(UnitId, String)>, StorageError> {
    let find = q("SELECT id, name, kind FROM units WHERE district_id = $1 AND leads_district = 0 AND starts_on <= $2
                    AND (ends_on IS NULL OR ends_on >= $2) ORDER BY position, name, id")
    .bind(district)
    .bind(today);
    let mut out = Vec::new();
    for row in from.all(find.at_once(&["id", "name", "kind"])).await? {
        let kind = row.keyed("kind", UnitKind::from_key)?;
        if matches!(kind, UnitKind::Team | UnitKind::Commission) == bodies && kind != UnitKind::Committee {
            out.push((row.id("id")?, row.text("name")?));
        }
    }
    Ok(out)
}

/// A unit that may answer for a duty.
///
/// # Errors
/// None of the district, ended, the district's own committee or a body of the commission; storage failed.
pub async fn answering(
    from: &mut impl Rows,
    district: DistrictId,
    unit: UnitId,
    today: Day,
) -> Result<String, Failure> {
    let found = units(from, district, today, false).await?.into_iter().find(|(id, _)| *id == unit);
    let none = || Rejection::field("unit", "这个单位不能列为责任单位，或已经撤并，没有保存。请重新选择。");
    Ok(found.ok_or_else(none)?.1)
}

async fn propose(tx: &mut Tx, actor: &Actor, form: &Propose) -> Result<WarningId, Failure> {
    let _proof = access::propose_matter(actor)?;
    let inside = !access::sees_sources(actor)
        && ![Role::ResidentTeam, Role::SupervisionOffice].into_iter().any(|role| actor.has(role));
    let source = if inside { Source::Department } else { form.source };
    let title = text::required("title", "事项名称", &form.title, TITLE_MAX)?;
    let aim = text::required("aim", "事项说明", &form.aim, text::LINE_MAX)?;
    let words = text::optional("source_words", "来源说明", &form.source_words, text::LINE_MAX)?;
    let (now, district) = (tx.now(), actor.district);
    let same = q("SELECT id FROM warning_matters WHERE district_id = $1 AND title = $2
                  AND stage NOT IN ('declined', 'closed', 'dropped')");
    if tx.row(same.bind(district).bind(&title)).await?.is_some() {
        let words = "同名的一件事正在办理，没有重复点题。需要补充情况的，请联系党风政风监督室。";
        return Err(Rejection::field("title", words).into());
    }
    let unit = actor.term().map(|t| t.unit).or_else(|| actor.grants.first().map(|g| g.unit));
    let matter = Matter::proposed(actor.person);
    let id = WarningId(random::id(now));
    tx.insert(
        "INSERT INTO warning_matters (id, district_id, year, title, aim, source, source_words, proposed_by,
           proposed_name, proposed_unit, proposed_at, stage, hands)",
        vec![
            id.into(),
            district.into(),
            now.day().year().into(),
            (&title).into(),
            (&aim).into(),
            source.key().into(),
            words.into(),
            actor.person.into(),
            (&actor.name).into(),
            unit.into(),
            now.into(),
            matter.stage.key().into(),
            store::json(&matter.hands)?.into(),
        ],
    )
    .await?;
    let kept = store::load(tx, district, id).await?;
    store::note(tx, actor, &kept, ("warnings.proposed", "点题", "asked"), "").await?;
    Ok(id)
}

/// Checks the terms and writes them.
async fn set(tx: &mut Tx, actor: &Actor, kept: &Kept, terms: &Terms) -> Result<String, Failure> {
    let (today, district) = (tx.now().day(), actor.district);
    let analysis = text::required("analysis", "分析研判", &terms.analysis, text::RECORD_MAX)?;
    let end = terms.ends_on.ok_or_else(|| Rejection::field("ends_on", "还没有填完成时限，没有保存。请选择日期。"))?;
    if end <= today {
        return Err(Rejection::field("ends_on", "完成时限不晚于今天，没有保存。请选择今天以后的日期。").into());
    }
    // What no item can be opened with would stop every delivery.
    near("ends_on", end, today)?;
    let (sign, answer) = Count::days(terms.days.0, terms.days.1)?;
    let stages = stages(&terms.stages)?;
    let all = units(tx, district, today, false).await?;
    let bodies = units(tx, district, today, true).await?;
    // The office itself may take the lead, as with a building project.
    let lead = all.iter().chain(&bodies).find(|(id, _)| *id == terms.lead);
    let (_, lead) = lead.ok_or_else(|| Rejection::field("lead", "还没有选牵头部门，没有保存。请选一家。"))?;
    let chosen: BTreeSet<UnitId> = terms.supervisors.iter().copied().collect();
    let known = chosen.iter().all(|id| bodies.iter().any(|(body, _)| body == id));
    if chosen.is_empty() || chosen.len() > SUPERVISORS_MAX || !known {
        let words = format!("监督牵头单位应选 1 到 {SUPERVISORS_MAX} 家室、组，没有保存。请重新选择。");
        return Err(Rejection::field("supervisor", words).into());
    }
    let late = q("SELECT COUNT(*) AS n FROM warning_cells WHERE matter_id = $1 AND due_on > $2");
    if tx.row(late.bind(kept.id).bind(end)).await?.map_or(Ok(0), |row| row.int("n"))? > 0 {
        let words = "责任清单里有晚于这一天的时限，没有保存。请先改那些时限，或选更晚的日期。";
        return Err(Rejection::field("ends_on", words).into());
    }
    tx.execute(
        q("UPDATE warning_matters SET analysis = $1, lead_id = $2, ends_on = $3, counts = $4, sign_days = $5,
             answer_days = $6, stages = $7 WHERE id = $8")
        .bind(analysis)
        .bind(terms.lead)
        .bind(end)
        .bind(terms.count.key())
        .bind(sign)
        .bind(answer)
        .bind(store::json(&stages)?)
        .bind(kept.id),
    )
    .await?;
    tx.execute(q("DELETE FROM warning_supervisors WHERE matter_id = $1").bind(kept.id)).await?;
    let rows = chosen.iter().map(|unit| vec![kept.id.into(), (*unit).into(), district.into()]).collect();
    tx.insert_all("INSERT INTO warning_supervisors (matter_id, unit_id, district_id)", rows, "").await?;
    Ok(format!("牵头部门：{lead}；完成时限：{}", zh(end)))
}

async fn judge(tx: &mut Tx, actor: &Actor, form: &Judge) -> Result<(), Failure> {
    let (mut kept, _) = store::seen(tx, actor, form.matter).await?;
    let _proof = access::run_matter(actor)?;
    store::stepped(tx, &kept, form.seen).await?;
    match &form.what {
        Judged::Adopt(terms) => {
            kept.matter.adopt(actor.person)?;
            let words = set(tx, actor, &kept, terms).await?;
            store::keep(tx, kept.id, &kept.matter, "").await?;
            store::note(tx, actor, &kept, ("warnings.adopted", "研判", "agreed"), &words).await?;
        }
        Judged::Decline(reason) => {
            let reason = kept.matter.decline(actor.person, reason)?;
            store::keep(tx, kept.id, &kept.matter, &reason).await?;
            store::note(tx, actor, &kept, ("warnings.declined", "研判", "refused"), &reason).await?;
        }
        Judged::Set(terms) => {
            let stage = kept.matter.stage;
            if stage == Stage::Proposed || !stage.fills() {
                let words = format!("这件事现在是“{}”，不能调整。请刷新页面查看最新进度。", stage.label());
                return Err(Rejection::state(words).into());
            }
            let words = set(tx, actor, &kept, terms).await?;
            store::note(tx, actor, &kept, ("warnings.set", "调整牵头和时限", "agreed"), &words).await?;
        }
    }
    Ok(())
}

impl Services {
    /// 点题.
    ///
    /// # Errors
    /// Not his, wrong words, the same title in hand, or storage failed.
    pub async fn propose_matter(&self, actor: &Actor, form: Propose) -> Result<WarningId, ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { propose(tx, &actor, &form).await })
        })
        .await
    }

    /// 研判.
    ///
    /// # Errors
    /// Not his, not now, seen too long ago, wrong terms, or storage failed.
    pub async fn judge_matter(&self, actor: &Actor, form: Judge) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { judge(tx, &actor, &form).await })
        })
        .await
    }
}

/// 点题 in a story that is told at once.
pub(crate) async fn propose_quietly(tx: &mut Tx, actor: &Actor, form: &Propose) -> Result<WarningId, Failure> {
    propose(tx, actor, form).await
}

/// 研判 in a story that is told at once.
pub(crate) async fn judge_quietly(tx: &mut Tx, actor: &Actor, form: &Judge) -> Result<(), Failure> {
    judge(tx, actor, form).await
}
