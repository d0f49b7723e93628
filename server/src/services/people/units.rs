//! Units and posts: added, renamed, merged, ended; every name keeps its first day,
//! so that history reads the old one.

use domain::{
    Rejection,
    ids::{DistrictId, PostId, UnitId},
    people::{
        UnitKind,
        access::{Actor, ManagePeople, manage_people},
    },
    text::{self, NAME_MAX},
    time::{Day, zh},
};

use super::{Command, names, terms};
use crate::{
    random,
    services::{Services, season},
    storage::{Failure, Row, StorageError, Tx, q},
};

/// A unit as a command finds it.
pub(super) struct UnitRow {
    pub id: UnitId,
    pub district: DistrictId,
    pub name: String,
    pub kind: UnitKind,
    pub starts_on: Day,
    pub ends_on: Option<Day>,
    pub version: i64,
}

impl UnitRow {
    fn of(row: &Row) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id("id")?,
            district: row.id("district_id")?,
            name: row.text("name")?,
            kind: row.keyed("kind", UnitKind::from_key)?,
            starts_on: row.day("starts_on")?,
            ends_on: row.opt_day("ends_on")?,
            version: row.int("version")?,
        })
    }
}

/// A unit of the district; `NotFound` like one that does not exist.
pub(super) async fn unit(tx: &mut Tx, district: DistrictId, unit: UnitId) -> Result<UnitRow, Failure> {
    let row = tx
        .row(
            q("SELECT id, district_id, name, kind, starts_on, ends_on, version FROM units WHERE id = $1 AND district_id = $2")
                .bind(unit)
                .bind(district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(UnitRow::of(&row)?)
}

/// The same, running and unchanged since it was seen.
pub(super) async fn seen_unit(tx: &mut Tx, district: DistrictId, id: UnitId, seen: i64) -> Result<UnitRow, Failure> {
    let found = unit(tx, district, id).await?;
    if found.version != seen {
        return Err(Rejection::Stale.into());
    }
    if let Some(end) = found.ends_on {
        return Err(Rejection::state(format!("这个单位已于{}撤并，不能再改。", zh(end))).into());
    }
    Ok(found)
}

pub(super) async fn bump(tx: &mut Tx, unit: UnitId) -> Result<(), StorageError> {
    tx.execute(q("UPDATE units SET version = version + 1 WHERE id = $1").bind(unit)).await.map(drop)
}

async fn free_name(tx: &mut Tx, district: DistrictId, name: &str) -> Result<(), Failure> {
    let taken = tx
        .row(
            q("SELECT id FROM units WHERE district_id = $1 AND name = $2 AND ends_on IS NULL")
                .bind(district)
                .bind(name),
        )
        .await?;
    if taken.is_some() {
        return Err(Rejection::field("name", format!("已经有单位叫「{name}」，没有保存。请核对名称。")).into());
    }
    Ok(())
}

/// What a new unit is.
#[derive(Debug, Clone)]
pub struct NewUnit {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// First day.
    pub starts_on: Day,
    /// 上级单位, for a 下属单位.
    pub parent: Option<UnitId>,
}

/// Adds a unit inside a command (also for imports).
pub(crate) async fn add_unit(
    tx: &mut Tx,
    _proof: ManagePeople,
    district: DistrictId,
    new: NewUnit,
) -> Result<UnitId, Failure> {
    let name = text::required("name", "单位名称", &new.name, NAME_MAX)?;
    free_name(tx, district, &name).await?;
    if let Some(parent) = new.parent {
        unit(tx, district, parent).await?;
    }
    let id = UnitId(random::id(tx.now()));
    let place = tx
        .row(q("SELECT COALESCE(MAX(position), 0) + 1 AS next FROM units WHERE district_id = $1").bind(district))
        .await?
        .map_or(Ok(1), |r| r.int("next"))?;
    tx.insert(
        "INSERT INTO units (id, district_id, name, kind, parent_id, starts_on, position, pinyin, strokes)",
        vec![
            id.into(),
            district.into(),
            (&name).into(),
            new.kind.key().into(),
            new.parent.into(),
            new.starts_on.into(),
            place.into(),
            names::unit_key(&name).into(),
            names::stroke_key(&name).into(),
        ],
    )
    .await?;
    note_name(tx, district, id, new.starts_on, &name).await?;
    Ok(id)
}

/// The name a unit has from `day` on; a second name of one day corrects the first.
async fn note_name(tx: &mut Tx, district: DistrictId, unit: UnitId, day: Day, name: &str) -> Result<(), StorageError> {
    tx.execute(
        q("INSERT INTO unit_names (unit_id, district_id, from_day, name) VALUES ($1, $2, $3, $4)
           ON CONFLICT (unit_id, from_day) DO UPDATE SET name = excluded.name")
        .bind(unit)
        .bind(district)
        .bind(day)
        .bind(name),
    )
    .await
    .map(drop)
}

/// Adds a post inside a command (also for imports). One running head post per unit.
pub(crate) async fn add_post(
    tx: &mut Tx,
    _proof: ManagePeople,
    district: DistrictId,
    unit: UnitId,
    title: &str,
    is_head: bool,
    starts_on: Day,
) -> Result<PostId, Failure> {
    let title = text::required("title", "岗位名称", title, NAME_MAX)?;
    let running =
        tx.rows(q("SELECT title, is_head FROM posts WHERE unit_id = $1 AND ends_on IS NULL").bind(unit)).await?;
    for row in &running {
        if is_head && row.flag("is_head")? {
            let no = format!("本单位已有主要负责人岗位「{}」，一个单位只设一个。", row.text("title")?);
            return Err(Rejection::field("is_head", no).into());
        }
        if is_head == row.flag("is_head")? && row.text("title")? == title {
            return Err(Rejection::field("title", format!("本单位已有岗位「{title}」，不用再加。")).into());
        }
    }
    let id = PostId(random::id(tx.now()));
    let place = i64::try_from(running.len()).unwrap_or(0) + 1;
    tx.insert(
        "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on, position)",
        vec![
            id.into(),
            district.into(),
            unit.into(),
            title.into(),
            is_head.into(),
            starts_on.into(),
            if is_head { 0_i64 } else { place }.into(),
        ],
    )
    .await?;
    Ok(id)
}

impl Services {
    /// Adds a unit.
    pub async fn add_unit(&self, actor: &Actor, command: Command, new: NewUnit) -> Result<UnitId, Failure> {
        let proof = manage_people(actor)?;
        if new.starts_on > self.today() {
            return Err(Rejection::field("starts_on", "成立日期晚于今天，没有保存。请核对日期。").into());
        }
        let (district, account) = (actor.district, actor.account);
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let words = format!("{}（{}）", new.name, new.kind.label());
                    let id = add_unit(tx, proof, district, new).await?;
                    tx.audit(district, Some(account), "people.unit_added", &format!("unit:{id}"), &words).await?;
                    Ok(id)
                })
            })
            .await
    }

    /// Renames a unit from `day` on; the old name stays in its history.
    pub async fn rename_unit(
        &self,
        actor: &Actor,
        command: Command,
        unit: UnitId,
        seen: i64,
        name: &str,
        day: Day,
    ) -> Result<(), Failure> {
        let _proof = manage_people(actor)?;
        let name = text::required("name", "新名称", name, NAME_MAX)?;
        let today = self.today();
        if day > today {
            return Err(Rejection::field("from_day", "启用日期晚于今天，没有保存。请到更名当天再登记。").into());
        }
        let (district, account) = (actor.district, actor.account);
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let row = seen_unit(tx, district, unit, seen).await?;
                    if row.name == name {
                        return Err(Rejection::field("name", "新名称与现在的名称相同，没有改动。").into());
                    }
                    free_name(tx, district, &name).await?;
                    let last = tx
                        .row(q("SELECT MAX(from_day) AS day FROM unit_names WHERE unit_id = $1").bind(unit))
                        .await?
                        .and_then(|r| r.opt_day("day").transpose())
                        .transpose()?;
                    let since = last.unwrap_or(row.starts_on);
                    if day < since {
                        let no = format!("启用日期早于现名称的启用日期（{}），没有保存。请核对日期。", zh(since));
                        return Err(Rejection::field("from_day", no).into());
                    }
                    if last.is_none() {
                        note_name(tx, district, unit, row.starts_on, &row.name).await?;
                    }
                    note_name(tx, district, unit, day, &name).await?;
                    tx.execute(
                        q("UPDATE units SET name = $1, pinyin = $2, strokes = $3, version = version + 1 WHERE id = $4")
                            .bind(&name)
                            .bind(names::unit_key(&name))
                            .bind(names::stroke_key(&name))
                            .bind(unit),
                    )
                    .await?;
                    let words = format!("{} → {name}，自{}", row.name, zh(day));
                    tx.audit(district, Some(account), "people.unit_renamed", &format!("unit:{unit}"), &words).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Ends a unit on `day` (its last), merged into another where `into` is given:
    /// its posts, running terms and roles end with it; nothing is deleted.
    pub async fn end_unit(
        &self,
        actor: &Actor,
        command: Command,
        unit: UnitId,
        seen: i64,
        into: Option<UnitId>,
        day: Day,
    ) -> Result<(), Failure> {
        let proof = manage_people(actor)?;
        if day > self.today() {
            return Err(Rejection::field("ends_on", "撤并日期晚于今天，没有保存。请到当天再登记。").into());
        }
        let (district, account) = (actor.district, actor.account);
        let by = terms::by(actor, self.now());
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let row = seen_unit(tx, district, unit, seen).await?;
                    if day < row.starts_on {
                        return Err(Rejection::field("ends_on", "撤并日期早于成立日期，没有保存。请核对日期。").into());
                    }
                    let mut words = format!("{}，{}撤销", row.name, zh(day));
                    if let Some(into) = into {
                        let heir = self::unit(tx, district, into).await?;
                        if heir.id == unit || heir.ends_on.is_some() || heir.district != district {
                            return Err(Rejection::field("into", "不能并入这个单位，没有保存。请另选一个现有单位。").into());
                        }
                        words = format!("{}，{}并入{}", row.name, zh(day), heir.name);
                    }
                    terms::end_all_of(tx, proof, &by, unit, day).await?;
                    tx.execute(
                        q("UPDATE posts SET ends_on = $1 WHERE unit_id = $2 AND ends_on IS NULL").bind(day).bind(unit),
                    )
                    .await?;
                    tx.execute(
                        q("UPDATE role_grants SET state = 'ended', ends_on = $1 WHERE unit_id = $2 AND state <> 'ended'")
                            .bind(day)
                            .bind(unit),
                    )
                    .await?;
                    tx.execute(
                        q("UPDATE units SET ends_on = $1, merged_into = $2, version = version + 1 WHERE id = $3")
                            .bind(day)
                            .bind(into)
                            .bind(unit),
                    )
                    .await?;
                    tx.audit(district, Some(account), "people.unit_ended", &format!("unit:{unit}"), &words).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Adds a post to a unit.
    pub async fn add_post(
        &self,
        actor: &Actor,
        command: Command,
        unit: UnitId,
        seen: i64,
        title: String,
        is_head: bool,
    ) -> Result<PostId, Failure> {
        let proof = manage_people(actor)?;
        let (district, account, today) = (actor.district, actor.account, self.today());
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    seen_unit(tx, district, unit, seen).await?;
                    let post = add_post(tx, proof, district, unit, &title, is_head, today).await?;
                    bump(tx, unit).await?;
                    season::keep_unit(tx, district, unit, today).await?;
                    tx.audit(district, Some(account), "people.post_added", &format!("post:{post}"), &title).await?;
                    Ok(post)
                })
            })
            .await
    }
}
