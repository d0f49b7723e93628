//! 岗位廉政风险表 as a district brings it: of every unit in one table. By the office; a unit keeps its own entries by hand.

use std::collections::HashMap;

use app::api::imports::Sheet;
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{DistrictId, UnitId},
    people::{
        UnitKind,
        access::{self, Actor},
    },
    talks::RiskLevel,
    time::Day,
};

use super::{
    super::{
        imports::{self, ImportTarget},
        rows::Rows,
    },
    risks::{self, Entry},
};
use crate::{
    import::{
        self, Answers, Book, Preview, UnitFact,
        risks::{KnownRisk, RiskRow, RisksSnapshot},
    },
    storage::{Failure, Pool, StorageError, Tx, q},
};

/// 岗位廉政风险表; it has no target.
pub struct RisksImport;

async fn snapshot(from: &mut impl Rows, district: DistrictId) -> Result<RisksSnapshot, StorageError> {
    let mut former: HashMap<UnitId, Vec<String>> = HashMap::new();
    for row in from.all(q("SELECT unit_id, name FROM unit_names WHERE district_id = $1").bind(district)).await? {
        former.entry(row.id("unit_id")?).or_default().push(row.text("name")?);
    }
    let find = q("SELECT id, name, kind FROM units WHERE district_id = $1 AND ends_on IS NULL AND leads_district = 0");
    let units = from.all(find.bind(district)).await?;
    let units = units
        .iter()
        .map(|row| {
            let id = row.id("id")?;
            let kind = row.keyed("kind", UnitKind::from_key)?;
            Ok(UnitFact { id, name: row.text("name")?, kind, former: former.remove(&id).unwrap_or_default() })
        })
        .collect::<Result<_, StorageError>>()?;
    let known = from
        .all(q("SELECT * FROM talk_risks WHERE district_id = $1 AND ended_on IS NULL ORDER BY id").bind(district))
        .await?
        .iter()
        .map(|row| {
            Ok(KnownRisk {
                id: row.id("id")?,
                unit: row.id("unit_id")?,
                post: row.text("post_name")?,
                point: row.text("point")?,
                level: row.keyed("level", RiskLevel::from_key)?,
                control: row.text("control")?,
                owner: row.text("owner")?,
            })
        })
        .collect::<Result<_, StorageError>>()?;
    Ok(RisksSnapshot { units, known })
}

fn display(preview: &Preview<RiskRow>) -> Sheet {
    let columns = ["单位", "岗位", "风险点", "等级", "防控措施", "责任人"];
    let mut sheet = imports::sheet(preview, &columns, |row| {
        vec![
            row.unit_name.clone(),
            row.post.clone(),
            row.point.clone(),
            row.level.label().to_owned(),
            row.control.clone(),
            row.owner.clone(),
        ]
    });
    sheet.notes.push("风险库里已有、表里没有的风险点保留不动。已经交底的清单不受影响。".to_owned());
    sheet
}

#[async_trait]
impl ImportTarget for RisksImport {
    fn key(&self) -> &'static str {
        "risks"
    }
    fn label(&self) -> &'static str {
        "岗位廉政风险表"
    }
    fn template(&self) -> import::Kind {
        import::Kind::Risks
    }
    fn may(&self, actor: &Actor) -> Result<(), Rejection> {
        access::set_talks(actor).map(|_| ())
    }
    fn back(&self, _target: &str) -> String {
        "/talks/risks".to_owned()
    }
    fn done(&self, _target: &str) -> String {
        "/talks/risks?done=imported".to_owned()
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
        let mut read = pool.clone();
        let snapshot = snapshot(&mut read, district).await?;
        Ok(display(&import::risks::plan(book, &snapshot)))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        _today: Day,
        _target: &str,
        book: &Book,
        _answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let _proof = access::set_talks(actor)?;
        let snapshot = snapshot(&mut *tx, actor.district).await?;
        let preview = import::risks::plan(book, &snapshot);
        let sheet = display(&preview);
        let rows = imports::to_write(&preview, &sheet)?;
        let n = rows.len();
        for (_, row) in rows {
            let entry = Entry {
                post: row.post.clone(),
                point: row.point.clone(),
                level: row.level,
                control: row.control.clone(),
                owner: row.owner.clone(),
            };
            match row.id {
                Some(id) => risks::update(tx, actor, id, &entry).await?,
                None => {
                    risks::insert(tx, actor.district, &actor.name, row.unit, &entry).await?;
                }
            }
        }
        let object = format!("district:{}", actor.district);
        let words = format!("岗位廉政风险表 {n} 条");
        tx.audit(actor.district, imports::auditor(actor), "talks.risk", &object, &words).await?;
        Ok(sheet)
    }
}
