//! Rows of matters. Only queries and mapping, and what every step leaves.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Rejection,
    ids::{DistrictId, ItemId, UnitId, WarningId, WarningLineId},
    people::{
        Role,
        access::{self, Actor, MatterRef, MatterSight},
    },
    time::{Day, Instant},
    warnings::{Cell, Count, Duty, Lists, Matter, Part, Problem, Situation, Source, Stage},
};

use super::super::rows::Rows;
use crate::{
    random,
    storage::{Failure, Query, Row, StorageError, Tx, q},
};

/// A matter with the names around it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Id.
    pub id: WarningId,
    /// Title.
    pub title: String,
    /// What it is about.
    pub aim: String,
    /// Who 点题; for the office.
    pub source: Source,
    /// Words of it.
    pub source_words: String,
    /// Who, from which unit, when.
    pub proposed: (String, String, Instant),
    /// 分析研判.
    pub analysis: String,
    /// 牵头部门.
    pub lead: Option<UnitId>,
    /// Its name.
    pub lead_name: String,
    /// 监督牵头单位.
    pub supervisors: Vec<(UnitId, String)>,
    /// To be finished by.
    pub ends_on: Option<Day>,
    /// How days are counted, and how many: 签收, 报措施.
    pub days: (Count, u32, u32),
    /// Process stages.
    pub stages: Vec<String>,
    /// Stage and hands.
    pub matter: Matter,
    /// Why it was declined, returned or dropped last.
    pub reason: String,
    /// Sent round, signed, sealed, ended.
    pub asked_on: Option<Day>,
    /// 签发.
    pub issued_on: Option<Day>,
    /// 用印.
    pub sent_on: Option<Day>,
    /// 办结.
    pub closed_on: Option<Day>,
    /// 办结报告.
    pub report: String,
    /// Version for steps.
    pub version: i64,
}

impl Kept {
    /// For access.
    pub fn of(&self, parties: BTreeSet<UnitId>) -> Result<MatterRef, Rejection> {
        Ok(MatterRef {
            stage: self.matter.stage,
            lead: self.lead,
            supervisors: self.bodies(),
            parties,
            proposer: self.matter.hands.proposer.ok_or(Rejection::NotFound)?,
        })
    }

    /// 监督牵头单位.
    pub fn bodies(&self) -> BTreeSet<UnitId> {
        self.supervisors.iter().map(|(id, _)| *id).collect()
    }

    /// Last day of a time within the matter.
    pub fn end(&self, today: Day) -> Day {
        self.ends_on.unwrap_or(today)
    }
}

/// The lists with what forms need of them.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    /// Lists.
    pub lists: Lists,
    /// Names of the units, with why one is none any more.
    pub names: BTreeMap<UnitId, (String, Option<String>)>,
    /// Where an ended unit went.
    pub heirs: BTreeMap<UnitId, (UnitId, String)>,
    /// Versions of lines.
    pub versions: BTreeMap<WarningLineId, i64>,
    /// Versions and items of cells.
    pub cells: BTreeMap<(WarningLineId, UnitId), (i64, Option<ItemId>)>,
}

impl Whole {
    /// What the lists lack, in sentences: all three, or only the shape.
    pub fn missing(&self, today: Option<Day>) -> Vec<String> {
        let gaps = match today {
            Some(today) => self.lists.gaps(&self.names, today),
            None => self.lists.shape_gaps(&self.names),
        };
        gaps.into_iter().map(|gap| gap.words).collect()
    }

    /// Name of a unit.
    pub fn name(&self, unit: UnitId) -> String {
        self.names.get(&unit).map(|(name, _)| name.clone()).unwrap_or_default()
    }
}

const MATTERS: &str = "SELECT m.*, l.name AS lead_name, COALESCE(p.name, '') AS proposed_unit_name
  FROM warning_matters m LEFT JOIN units l ON l.id = m.lead_id LEFT JOIN units p ON p.id = m.proposed_unit
  WHERE m.district_id = $1";

/// Matters of a district; more conditions can be pushed (`m` matter).
pub fn matters(district: DistrictId) -> Query {
    q(MATTERS).bind(district)
}

/// A matter of a row of [`matters`]; its 监督牵头单位 are not in it.
pub fn read(row: &Row) -> Result<Kept, StorageError> {
    Ok(Kept {
        id: row.id("id")?,
        title: row.text("title")?,
        aim: row.text("aim")?,
        source: row.keyed("source", Source::from_key)?,
        source_words: row.text("source_words")?,
        proposed: (row.text("proposed_name")?, row.text("proposed_unit_name")?, row.instant("proposed_at")?),
        analysis: row.text("analysis")?,
        lead: row.opt_id("lead_id")?,
        lead_name: row.opt_text("lead_name")?.unwrap_or_default(),
        supervisors: Vec::new(),
        ends_on: row.opt_day("ends_on")?,
        days: (row.keyed("counts", Count::from_key)?, row.small("sign_days")?, row.small("answer_days")?),
        stages: row.json("stages")?,
        matter: Matter { stage: row.keyed("stage", Stage::from_key)?, hands: row.json("hands")? },
        reason: row.text("reason")?,
        asked_on: row.opt_day("asked_on")?,
        issued_on: row.opt_day("issued_on")?,
        sent_on: row.opt_day("sent_on")?,
        closed_on: row.opt_day("closed_on")?,
        report: row.text("report")?,
        version: row.int("version")?,
    })
}

/// One matter, or 「没有找到」. Two statements.
pub async fn load(from: &mut impl Rows, district: DistrictId, id: WarningId) -> Result<Kept, Failure> {
    let row = from.first(matters(district).push_bind("AND m.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    let mut kept = read(&row)?;
    let find = q("SELECT s.unit_id, u.name FROM warning_supervisors s JOIN units u ON u.id = s.unit_id
                  WHERE s.matter_id = $1 ORDER BY u.position, u.name, u.id");
    for row in from.all(find.bind(id)).await? {
        kept.supervisors.push((row.id("unit_id")?, row.text("name")?));
    }
    Ok(kept)
}

/// One matter with how much the actor sees of it; what he may not see is not there.
pub async fn seen(from: &mut impl Rows, actor: &Actor, id: WarningId) -> Result<(Kept, MatterSight), Failure> {
    let kept = load(from, actor.district, id).await?;
    let find = q("SELECT DISTINCT unit_id FROM warning_cells WHERE matter_id = $1
                  UNION SELECT unit_id FROM warning_notices WHERE matter_id = $1 AND state <> 'void'");
    let parties = from.all(find.bind(id)).await?.iter().map(|row| row.id("unit_id")).collect::<Result<_, _>>()?;
    let sight = access::see_matter(actor, &kept.of(parties)?)?;
    Ok((kept, sight))
}

/// The lists of a matter on `today`. Five statements.
pub async fn whole(from: &mut impl Rows, id: WarningId, today: Day) -> Result<Whole, StorageError> {
    let mut out = Whole::default();
    let find = q("SELECT id, category, text, version FROM warning_problems WHERE matter_id = $1 ORDER BY position, id");
    for row in from.all(find.bind(id).at_once(&["id", "category", "text", "version"])).await? {
        let line = Problem { id: row.id("id")?, group: row.text("category")?, text: row.text("text")? };
        out.versions.insert(line.id, row.int("version")?);
        out.lists.problems.push(line);
    }
    let find = q("SELECT id, COALESCE(problem_id, '') AS problem_id, text, standard, follows, version
                  FROM warning_duties WHERE matter_id = $1 ORDER BY position, id");
    let columns = &["id", "problem_id", "text", "standard", "follows", "version"];
    for row in from.all(find.bind(id).at_once(columns)).await? {
        let problem = row.text("problem_id")?.parse().ok();
        let (text, standard) = (row.text("text")?, row.text("standard")?);
        let line = Duty { id: row.id("id")?, problem, text, standard, after: row.json("follows")? };
        out.versions.insert(line.id, row.int("version")?);
        out.lists.duties.push(line);
    }
    let find = q("SELECT duty_id, unit_id, part, office, person, leader, measure, COALESCE(due_on, '') AS due_on,
                    COALESCE(item_id, '') AS item_id, version
                  FROM warning_cells WHERE matter_id = $1 ORDER BY duty_id, unit_id");
    let columns =
        &["duty_id", "unit_id", "part", "office", "person", "leader", "measure", "due_on", "item_id", "version"];
    for row in from.all(find.bind(id).at_once(columns)).await? {
        let cell = cell(&row)?;
        out.cells.insert((cell.duty, cell.unit), (row.int("version")?, row.text("item_id")?.parse().ok()));
        out.lists.cells.push(cell);
    }
    let find = q("SELECT id, text, direct, deputy, head, basis, version FROM warning_situations
                  WHERE matter_id = $1 ORDER BY position, id");
    let columns = &["id", "text", "direct", "deputy", "head", "basis", "version"];
    for row in from.all(find.bind(id).at_once(columns)).await? {
        let line = Situation {
            id: row.id("id")?,
            text: row.text("text")?,
            handling: [row.text("direct")?, row.text("deputy")?, row.text("head")?],
            basis: row.text("basis")?,
        };
        out.versions.insert(line.id, row.int("version")?);
        out.lists.situations.push(line);
    }
    let find = q("SELECT u.id, u.name, COALESCE(u.ends_on, '') AS ends_on, COALESCE(h.id, '') AS heir_id,
                    COALESCE(h.name, '') AS heir
                  FROM units u LEFT JOIN units h ON h.id = u.merged_into
                  WHERE u.id IN (SELECT unit_id FROM warning_cells WHERE matter_id = $1)
                     OR u.id IN (SELECT unit_id FROM warning_notices WHERE matter_id = $1)
                  ORDER BY u.position, u.name, u.id");
    let columns = &["id", "name", "ends_on", "heir_id", "heir"];
    for row in from.all(find.bind(id).at_once(columns)).await? {
        let unit: UnitId = row.id("id")?;
        let ended = domain::time::parse_iso(&row.text("ends_on")?).is_some_and(|day| day < today);
        let heir = row.text("heir")?;
        let why = ended.then(|| match heir.as_str() {
            "" => "已撤销".to_owned(),
            heir => format!("已并入{heir}"),
        });
        if let (true, Ok(id)) = (ended, row.text("heir_id")?.parse()) {
            out.heirs.insert(unit, (id, heir));
        }
        out.names.insert(unit, (row.text("name")?, why));
    }
    Ok(out)
}

fn cell(row: &Row) -> Result<Cell, StorageError> {
    Ok(Cell {
        duty: row.id("duty_id")?,
        unit: row.id("unit_id")?,
        part: row.keyed("part", Part::from_key)?,
        office: row.text("office")?,
        person: row.text("person")?,
        leader: row.text("leader")?,
        measure: row.text("measure")?,
        due: domain::time::parse_iso(&row.text("due_on")?),
    })
}

/// A step changes the version; somebody else's step in between is stale.
pub async fn stepped(tx: &mut Tx, kept: &Kept, seen: i64) -> Result<(), Failure> {
    let query = q("UPDATE warning_matters SET version = version + 1 WHERE id = $1 AND version = $2");
    if tx.execute(query.bind(kept.id).bind(seen)).await? == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// Keeps stage, hands and the reason said with the step.
pub async fn keep(tx: &mut Tx, id: WarningId, matter: &Matter, reason: &str) -> Result<(), StorageError> {
    let hands = json(&matter.hands)?;
    tx.execute(
        q("UPDATE warning_matters SET stage = $1, hands = $2, reason = $3 WHERE id = $4")
            .bind(matter.stage.key())
            .bind(hands)
            .bind(reason)
            .bind(id),
    )
    .await
    .map(drop)
}

/// Roles in which steps are taken, the weightier first.
const ROLES: [Role; 8] = [
    Role::Secretary,
    Role::DeputySecretary,
    Role::ConductOffice,
    Role::GeneralOffice,
    Role::ResidentTeam,
    Role::SupervisionOffice,
    Role::Principal,
    Role::Liaison,
];

/// A line of 经过, with the audit entry.
pub async fn note(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (action, step, decision): (&'static str, &'static str, &'static str),
    why: &str,
) -> Result<(), StorageError> {
    let role = ROLES.into_iter().find(|role| actor.has(*role));
    tx.insert(
        "INSERT INTO approvals (id, district_id, subject, step, by_role, account_id, person_name, decision, reason, at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            kept.id.to_string().into(),
            step.into(),
            role.map_or("", Role::key).into(),
            actor.account.to_string().into(),
            (&actor.name).into(),
            decision.into(),
            why.into(),
            tx.now().into(),
        ],
    )
    .await?;
    audit(tx, actor, kept, action, why).await
}

/// One line of the log.
pub async fn audit(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    action: &'static str,
    more: &str,
) -> Result<(), StorageError> {
    let details = format!("{} {more}", kept.title);
    tx.audit(actor.district, Some(actor.account), action, &format!("warning:{}", kept.id), details.trim()).await
}

/// JSON of something stored.
pub fn json(value: &impl serde::Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|_| StorageError::shape("json"))
}
