//! 岗位廉政风险库 of each unit, and published cases of the district. Both are what a 风险清单 is drawn from; an entry that is
//! taken off stays in the talks that it is in.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    talks::{CaseRow, RiskRow, RisksPage, RisksQuery},
};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, RiskId, UnitId},
    people::access::{self, Actor},
    talks::RiskLevel,
    text,
    time::{Day, iso, zh, zh_short},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, parse, rows::Rows, storage},
    RISK_DRAFT,
};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// An entry as it is typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RiskForm {
    /// Key of the form.
    pub command: CommandId,
    /// Unit.
    pub unit: UnitId,
    /// The entry; a new one if left out.
    pub risk: Option<RiskId>,
    /// Version that was seen.
    pub seen: i64,
    /// Takes it off instead.
    pub drop: bool,
    /// 岗位.
    pub post: String,
    /// 风险点.
    pub point: String,
    /// Key of the grade.
    pub level: String,
    /// 防控措施.
    pub control: String,
    /// 责任人.
    pub owner: String,
}

/// A published case as it is typed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseForm {
    /// Key of the form.
    pub command: CommandId,
    /// The case that is taken off; a new one if left out.
    pub case: Option<String>,
    /// Title.
    pub title: String,
    /// 岗位.
    pub post: String,
    /// 风险点.
    pub point: String,
    /// 防控措施.
    pub control: String,
    /// Published on.
    pub on: Option<Day>,
    /// Where.
    pub place: String,
}

/// A checked entry.
pub(super) struct Entry {
    pub post: String,
    pub point: String,
    pub level: RiskLevel,
    pub control: String,
    pub owner: String,
}

/// Checks the words of an entry.
pub(super) fn checked(form: &RiskForm) -> Result<Entry, Rejection> {
    Ok(Entry {
        post: text::required("post_name", "岗位", &form.post, text::NAME_MAX)?,
        point: text::required("point", "风险点", &form.point, text::LINE_MAX)?,
        level: RiskLevel::from_key(&form.level)
            .ok_or_else(|| Rejection::field("level", "还没有选风险等级，没有保存。请选一个等级。"))?,
        control: text::required("control", "防控措施", &form.control, text::LINE_MAX)?,
        owner: text::required("owner", "责任人", &form.owner, text::NAME_MAX)?,
    })
}

/// Writes a new entry.
pub(super) async fn insert(
    tx: &mut Tx,
    district: DistrictId,
    name: &str,
    unit: UnitId,
    entry: &Entry,
) -> Result<RiskId, StorageError> {
    let id = RiskId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO talk_risks (id, district_id, unit_id, post_name, point, level, control, owner, changed_at,
         changed_name)",
        vec![
            id.into(),
            district.into(),
            unit.into(),
            (&entry.post).into(),
            (&entry.point).into(),
            entry.level.key().into(),
            (&entry.control).into(),
            (&entry.owner).into(),
            tx.now().into(),
            name.into(),
        ],
    )
    .await?;
    Ok(id)
}

async fn same(tx: &mut Tx, district: DistrictId, unit: UnitId, entry: &Entry) -> Result<Option<RiskId>, StorageError> {
    let find = q("SELECT id FROM talk_risks WHERE district_id = $1 AND unit_id = $2 AND post_name = $3 AND point = $4
                  AND ended_on IS NULL ORDER BY id LIMIT 1");
    let find = find.bind(district).bind(unit).bind(&entry.post).bind(&entry.point);
    tx.row(find).await?.map(|row| row.id("id")).transpose()
}

pub(crate) async fn keep(tx: &mut Tx, actor: &Actor, form: RiskForm) -> Result<(), Failure> {
    let _proof = access::keep_risks(actor, form.unit).map_err(|_| Rejection::NotFound)?;
    let known = q("SELECT name FROM units WHERE id = $1 AND district_id = $2 AND leads_district = 0");
    let unit = tx.row(known.bind(form.unit).bind(actor.district)).await?.ok_or(Rejection::NotFound)?;
    let unit_name = unit.text("name")?;
    let (id, words) = match form.risk {
        None => {
            let entry = checked(&form)?;
            if same(tx, actor.district, form.unit, &entry).await?.is_some() {
                let words = "这个岗位已有同样的风险点，没有重复添加。请修改原来的一条。";
                return Err(Rejection::field("point", words).into());
            }
            (insert(tx, actor.district, &actor.name, form.unit, &entry).await?, "添加")
        }
        Some(id) => {
            let find = q("SELECT version FROM talk_risks WHERE id = $1 AND district_id = $2 AND unit_id = $3
                          AND ended_on IS NULL");
            let row = tx.row(find.bind(id).bind(actor.district).bind(form.unit)).await?;
            let row = row.ok_or(Rejection::NotFound)?;
            if row.int("version")? != form.seen {
                return Err(Rejection::Stale.into());
            }
            let now = tx.now();
            if form.drop {
                let end = q("UPDATE talk_risks SET ended_on = $1, changed_at = $2, changed_name = $3,
                             version = version + 1 WHERE id = $4");
                tx.execute(end.bind(now.day()).bind(now).bind(&actor.name).bind(id)).await?;
                (id, "移出")
            } else {
                let entry = checked(&form)?;
                if same(tx, actor.district, form.unit, &entry).await?.is_some_and(|other| other != id) {
                    let words = "这个岗位已有同样的风险点，没有保存。请合并成一条。";
                    return Err(Rejection::field("point", words).into());
                }
                update(tx, actor, id, &entry).await?;
                (id, "修改")
            }
        }
    };
    let details = format!("{unit_name} {words}廉政风险点");
    tx.audit(actor.district, Some(actor.account), "talks.risk", &format!("risk:{id}"), &details).await?;
    Ok(())
}

/// Changes an entry.
pub(super) async fn update(tx: &mut Tx, actor: &Actor, id: RiskId, entry: &Entry) -> Result<(), StorageError> {
    let now = tx.now();
    let set = q("UPDATE talk_risks SET post_name = $1, point = $2, level = $3, control = $4, owner = $5,
                 changed_at = $6, changed_name = $7, version = version + 1 WHERE id = $8");
    let set = set.bind(&entry.post).bind(&entry.point).bind(entry.level.key()).bind(&entry.control);
    tx.execute(set.bind(&entry.owner).bind(now).bind(&actor.name).bind(id)).await.map(drop)
}

pub(crate) async fn case(tx: &mut Tx, actor: &Actor, form: CaseForm) -> Result<(), Failure> {
    let _proof = access::set_talks(actor)?;
    let (now, today) = (tx.now(), tx.now().day());
    if let Some(case) = form.case {
        let end = q("UPDATE talk_cases SET ended_on = $1, changed_at = $2, changed_name = $3
                     WHERE id = $4 AND district_id = $5 AND ended_on IS NULL");
        let end = end.bind(today).bind(now).bind(&actor.name).bind(&case).bind(actor.district);
        if tx.execute(end).await? == 0 {
            return Err(Rejection::NotFound.into());
        }
        tx.audit(actor.district, Some(actor.account), "talks.case", &format!("case:{case}"), "移出典型案例").await?;
        return Ok(());
    }
    let title = text::required("title", "案例名称", &form.title, text::LINE_MAX)?;
    let post = text::required("case_post", "岗位", &form.post, text::NAME_MAX)?;
    let point = text::required("case_point", "风险点", &form.point, text::LINE_MAX)?;
    let control = text::required("case_control", "防控措施", &form.control, text::LINE_MAX)?;
    let place = text::required("case_place", "通报出处", &form.place, text::NAME_MAX)?;
    let on = form.on.ok_or_else(|| Rejection::field("case_on", "还没有填通报日期，没有保存。请选择日期。"))?;
    if on > today {
        let words = "通报日期晚于今天，没有保存。只登记已经公开通报的案例。";
        return Err(Rejection::field("case_on", words).into());
    }
    let id = random::id(now).to_string();
    tx.insert(
        "INSERT INTO talk_cases (id, district_id, title, post_name, point, control, published_on, place, changed_at,
         changed_name)",
        vec![
            (&id).into(),
            actor.district.into(),
            (&title).into(),
            (&post).into(),
            (&point).into(),
            (&control).into(),
            on.into(),
            (&place).into(),
            now.into(),
            (&actor.name).into(),
        ],
    )
    .await?;
    tx.audit(actor.district, Some(actor.account), "talks.case", &format!("case:{id}"), &title).await?;
    Ok(())
}

fn row_of(row: &Row) -> Result<RiskRow, StorageError> {
    Ok(RiskRow {
        id: row.id("id")?,
        post: row.text("post_name")?,
        point: row.text("point")?,
        level: row.keyed("level", RiskLevel::from_key)?,
        control: row.text("control")?,
        owner: row.text("owner")?,
        changed: format!("{}　{}", row.text("changed_name")?, zh_short(row.instant("changed_at")?.day())),
        version: row.int("version")?,
    })
}

/// Units whose register the actor may keep, in the order of the directory.
async fn kept_units(from: &mut impl Rows, actor: &Actor) -> Result<Vec<(UnitId, String)>, StorageError> {
    let find = q("SELECT id, name FROM units WHERE district_id = $1 AND ends_on IS NULL AND leads_district = 0
                  AND kind NOT IN ('team', 'committee', 'commission') ORDER BY position, name, id");
    let mut out = Vec::new();
    for row in &from.all(find.bind(actor.district)).await? {
        let unit: UnitId = row.id("id")?;
        if access::keep_risks(actor, unit).is_ok() {
            out.push((unit, row.text("name")?));
        }
    }
    Ok(out)
}

/// Entries of a unit that stand, high ones first.
async fn entries(from: &mut impl Rows, actor: &Actor, unit: UnitId) -> Result<Vec<RiskRow>, StorageError> {
    let find = q("SELECT * FROM talk_risks WHERE district_id = $1 AND unit_id = $2 AND ended_on IS NULL
                  ORDER BY CASE level WHEN 'high' THEN 0 WHEN 'middle' THEN 1 ELSE 2 END, post_name, point, id");
    from.all(find.bind(actor.district).bind(unit)).await?.iter().map(row_of).collect()
}

async fn cases(from: &mut impl Rows, actor: &Actor) -> Result<Vec<CaseRow>, StorageError> {
    let find = q("SELECT * FROM talk_cases WHERE district_id = $1 AND ended_on IS NULL
                  ORDER BY published_on DESC, id LIMIT 200");
    from.all(find.bind(actor.district))
        .await?
        .iter()
        .map(|row| {
            Ok(CaseRow {
                id: row.text("id")?,
                title: row.text("title")?,
                post: row.text("post_name")?,
                point: row.text("point")?,
                control: row.text("control")?,
                published: format!("{}　{}", zh(row.day("published_on")?), row.text("place")?),
            })
        })
        .collect()
}

impl Services {
    /// Adds, changes or takes off an entry of the register of risks.
    ///
    /// # Errors
    /// Not of that unit, stale, or a wrong text.
    pub async fn keep_risk(&self, actor: &Actor, form: RiskForm) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { keep(tx, &actor, form).await })
        })
        .await
    }

    /// Adds or takes off a published case.
    ///
    /// # Errors
    /// Not the office, or a wrong text.
    pub async fn keep_case(&self, actor: &Actor, form: CaseForm) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { case(tx, &actor, form).await })
        })
        .await
    }

    pub(super) async fn risks_page(&self, actor: &Actor, query: RisksQuery) -> Result<RisksPage, ApiError> {
        let mut read = self.store.read().clone();
        let units = kept_units(&mut read, actor).await.map_err(storage)?;
        let asked = query.unit.as_deref().map(parse::<UnitId>).transpose()?;
        let unit = match asked {
            Some(asked) => Some(units.iter().find(|(id, _)| *id == asked).cloned().ok_or(Rejection::NotFound)?),
            None => units.first().cloned(),
        };
        let may_cases = access::set_talks(actor).is_ok();
        if unit.is_none() && !may_cases {
            return Err(Rejection::NotAllowed.into());
        }
        let rows = match &unit {
            Some((id, _)) => entries(&mut read, actor, *id).await.map_err(storage)?,
            None => Vec::new(),
        };
        let wanted = query.risk.as_deref().map(parse::<RiskId>).transpose()?;
        let risk = match wanted {
            Some(id) => Some(rows.iter().find(|row| row.id == id).cloned().ok_or(Rejection::NotFound)?),
            None => None,
        };
        let cases = if may_cases { cases(&mut read, actor).await.map_err(storage)? } else { Vec::new() };
        Ok(RisksPage {
            unit: unit.as_ref().map(|(id, _)| *id),
            unit_name: unit.map(|(_, name)| name).unwrap_or_default(),
            units,
            rows,
            risk,
            cases,
            may_cases,
            refused: self.load(actor, "imports", query.draft.as_deref()).await?.problem,
            today: iso(self.today()),
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, RISK_DRAFT, query.draft.as_deref()).await?,
        })
    }
}
