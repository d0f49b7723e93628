//! Import of the 归口表: units and bodies that are missing are made, the others
//! only get their new 归口. An empty cell leaves what is stored.

use std::collections::HashMap;

use app::api::imports::Sheet;
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{DistrictId, UnitId},
    people::{
        UnitKind,
        access::{Actor, manage_people},
    },
    time::Day,
};

use super::{
    oversight::{Oversight, set_oversight},
    units::{self, NewUnit},
};
use crate::{
    import::{
        self, Answers, Book, Preview, UnitFact, UnitRef,
        units::{Assignment, UnitRow, UnitsSnapshot},
    },
    services::{
        imports::{self, ImportTarget},
        rows::Rows,
    },
    storage::{Failure, Pool, StorageError, Tx, q},
};

/// 归口表.
pub struct UnitsImport;

/// Running units with their former names.
pub(super) async fn unit_facts(rows: &mut impl Rows, district: DistrictId) -> Result<Vec<UnitFact>, StorageError> {
    let mut former: HashMap<UnitId, Vec<String>> = HashMap::new();
    for row in rows.all(q("SELECT unit_id, name FROM unit_names WHERE district_id = $1").bind(district)).await? {
        former.entry(row.id("unit_id")?).or_default().push(row.text("name")?);
    }
    let found = rows
        .all(
            q("SELECT id, name, kind FROM units WHERE district_id = $1 AND ends_on IS NULL ORDER BY position, id")
                .bind(district),
        )
        .await?;
    found
        .iter()
        .map(|row| {
            let (id, name) = (row.id("id")?, row.text("name")?);
            let mut former = former.remove(&id).unwrap_or_default();
            former.retain(|old| *old != name);
            Ok(UnitFact { id, name, kind: row.keyed("kind", UnitKind::from_key)?, former })
        })
        .collect()
}

async fn snapshot(rows: &mut impl Rows, district: DistrictId) -> Result<UnitsSnapshot, StorageError> {
    let units = unit_facts(rows, district).await?;
    let found = rows
        .all(
            q("SELECT unit_id, team_id, office_id, committee_id FROM oversight_map WHERE district_id = $1")
                .bind(district),
        )
        .await?;
    let assignments = found
        .iter()
        .map(|row| {
            Ok(Assignment {
                unit: row.id("unit_id")?,
                team: row.opt_id("team_id")?,
                office: row.opt_id("office_id")?,
                committee: row.opt_id("committee_id")?,
            })
        })
        .collect::<Result<_, StorageError>>()?;
    Ok(UnitsSnapshot { units, assignments })
}

fn display(preview: &Preview<UnitRow>) -> Sheet {
    let said = |unit: &Option<UnitRef>| unit.as_ref().map(|u| u.name.clone()).unwrap_or_default();
    imports::sheet(
        preview,
        &["被监督单位", "单位类型", "归口派驻组", "联系纪检监察室", "镇街纪（工）委"],
        |row| {
            vec![
                row.unit.name.clone(),
                row.unit.kind.label().to_owned(),
                said(&row.team),
                said(&row.office),
                said(&row.committee),
            ]
        },
    )
}

/// Units made by one import, so that two rows naming the same new one mean one.
pub(super) struct Making<'a> {
    pub tx: &'a mut Tx,
    pub actor: &'a Actor,
    pub made: HashMap<String, UnitId>,
}

impl Making<'_> {
    /// The unit that a row names, made where it is missing.
    pub async fn unit(&mut self, named: &UnitRef, starts_on: Day) -> Result<UnitId, Failure> {
        if let Some(id) = named.id.or_else(|| self.made.get(&named.name).copied()) {
            return Ok(id);
        }
        let proof = manage_people(self.actor)?;
        let new = NewUnit { name: named.name.clone(), kind: named.kind, starts_on, parent: None };
        let id = units::add_unit(self.tx, proof, self.actor.district, new).await?;
        let by = imports::auditor(self.actor);
        self.tx.audit(self.actor.district, by, "people.unit_added", &format!("unit:{id}"), &named.name).await?;
        self.made.insert(named.name.clone(), id);
        Ok(id)
    }
}

/// Says in which row of the file a rule said no.
pub(super) fn at_row(row: u32, failure: Failure) -> Failure {
    match failure {
        Failure::Rejected(Rejection::Field { message, .. } | Rejection::State { message }) => {
            Rejection::state(format!("第 {row} 行：{message}整个文件都没有导入。")).into()
        }
        other => other,
    }
}

#[async_trait]
impl ImportTarget for UnitsImport {
    fn key(&self) -> &'static str {
        "units"
    }
    fn label(&self) -> &'static str {
        "归口表"
    }
    fn template(&self) -> import::Kind {
        import::Kind::Units
    }
    fn may(&self, actor: &Actor) -> Result<(), Rejection> {
        manage_people(actor).map(|_| ())
    }
    fn back(&self, _target: &str) -> String {
        "/people/import?kind=units".into()
    }
    fn done(&self, _target: &str) -> String {
        "/people/map?done=imported".into()
    }

    async fn plan(
        &self,
        pool: &Pool,
        _today: Day,
        district: DistrictId,
        _target: &str,
        book: &Book,
        _answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let snapshot = snapshot(&mut pool.clone(), district).await?;
        Ok(display(&import::units::plan(book, &snapshot)))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: Day,
        _target: &str,
        book: &Book,
        _answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let snapshot = snapshot(tx, actor.district).await?;
        let preview = import::units::plan(book, &snapshot);
        let sheet = display(&preview);
        let mut making = Making { tx, actor, made: HashMap::new() };
        for (at, row) in imports::to_write(&preview, &sheet)? {
            store(&mut making, &snapshot, row, today).await.map_err(|e| at_row(at, e))?;
        }
        Ok(sheet)
    }
}

async fn store(making: &mut Making<'_>, snapshot: &UnitsSnapshot, row: &UnitRow, today: Day) -> Result<(), Failure> {
    let proof = manage_people(making.actor)?;
    let unit = making.unit(&row.unit, today).await?;
    let before = snapshot.assignments.iter().find(|a| a.unit == unit);
    let mut by = Oversight {
        team: before.and_then(|a| a.team),
        office: before.and_then(|a| a.office),
        committee: before.and_then(|a| a.committee),
    };
    let named = [(&row.team, &mut by.team), (&row.office, &mut by.office), (&row.committee, &mut by.committee)];
    for (body, slot) in named {
        if let Some(body) = body {
            *slot = Some(making.unit(body, today).await?);
        }
    }
    set_oversight(making.tx, proof, making.actor.district, unit, by).await?;
    units::bump(making.tx, unit).await?;
    Ok(())
}
