//! 年度任务清单: 任务, 节点, 责任人, 完成标志 by unit and year. Made by the office or the
//! unit itself; marked done by the unit or the office. Sources stay inside the office.

use app::api::{
    ApiError,
    duties::{TaskRow, TasksPage, TasksQuery},
};
use chrono::Datelike;
use domain::{
    Rejection,
    duties::Source,
    ids::{CommandId, TaskId, UnitId},
    people::{
        Role,
        access::{self, Actor},
    },
    text,
    time::{self, Day, zh},
};

use super::store::By;
use crate::{
    random,
    services::{Services, storage},
    storage::{Failure, StorageError, Tx, q},
};

/// The fields of the form, as typed.
#[derive(Debug, Clone, Default)]
pub struct TaskForm {
    /// 任务.
    pub title: String,
    /// 节点.
    pub node: String,
    /// Due day.
    pub due_on: Option<Day>,
    /// 责任人.
    pub owner: String,
    /// 完成标志.
    pub done_mark: String,
    /// Source key, for the office only.
    pub source: String,
    /// It shall stand beside one that is alike.
    pub alike: bool,
}

fn may_write(actor: &Actor, unit: UnitId) -> bool {
    actor.has(Role::ConductOffice) || actor.has_in(Role::Principal, unit) || actor.has_in(Role::Liaison, unit)
}

/// A unit of the district for which the actor keeps tasks.
pub(super) async fn check_unit(tx: &mut Tx, actor: &Actor, unit: UnitId) -> Result<(), Failure> {
    let find = q("SELECT id FROM units WHERE id = $1 AND district_id = $2").bind(unit).bind(actor.district);
    if tx.row(find).await?.is_none() || !may_write(actor, unit) {
        return Err(Rejection::NotFound.into());
    }
    Ok(())
}

/// Adds a task.
pub async fn add(tx: &mut Tx, by: &By, actor: &Actor, unit: UnitId, year: i32, form: TaskForm) -> Result<(), Failure> {
    check_unit(tx, actor, unit).await?;
    let due_on = form.due_on.ok_or_else(|| Rejection::field("due_on", "还没有填完成时限，没有保存。请选一个日期。"))?;
    if due_on.year() != year {
        return Err(Rejection::field("due_on", format!("完成时限不在{year}年内，没有保存。请核对日期。")).into());
    }
    let source = match form.source.trim() {
        "" => None,
        key if access::sees_sources(actor) => {
            Some(Source::from_key(key).ok_or_else(|| Rejection::field("source", "来源不在可选范围，没有保存。"))?)
        }
        _ => return Err(Rejection::NotAllowed.into()),
    };
    let id = TaskId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO annual_tasks (id, district_id, unit_id, year, title, node, due_on, owner, done_mark, source)",
        vec![
            id.into(),
            by.district.into(),
            unit.into(),
            year.into(),
            text::required("title", "任务", &form.title, text::LINE_MAX)?.into(),
            text::optional("node", "节点", &form.node, text::LINE_MAX)?.into(),
            due_on.into(),
            text::required("owner", "责任人", &form.owner, text::NAME_MAX)?.into(),
            text::optional("done_mark", "完成标志", &form.done_mark, text::LINE_MAX)?.into(),
            source.map(Source::key).into(),
        ],
    )
    .await?;
    tx.audit(by.district, by.account, "duties.task_added", &format!("task:{id}"), &format!("{year}年")).await?;
    Ok(())
}

async fn owned(tx: &mut Tx, by: &By, actor: &Actor, task: TaskId, seen: i64) -> Result<(i32, bool), Failure> {
    let row = tx
        .row(
            q("SELECT unit_id, year, version, done_on, source FROM annual_tasks WHERE id = $1 AND district_id = $2")
                .bind(task)
                .bind(by.district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    if !may_write(actor, row.id("unit_id")?) {
        return Err(Rejection::NotFound.into());
    }
    if row.int("version")? != seen {
        return Err(Rejection::Stale.into());
    }
    Ok((row.year("year")?, row.opt_text("done_on")?.is_some()))
}

/// Marks a task done; the answer is its year.
pub async fn finish(tx: &mut Tx, by: &By, actor: &Actor, task: TaskId, seen: i64, on: Day) -> Result<i32, Failure> {
    let (year, done) = owned(tx, by, actor, task, seen).await?;
    if done {
        return Err(Rejection::state("这项任务已经完成，没有重复保存。").into());
    }
    if on > by.day() {
        return Err(Rejection::field("done_on", "完成日期晚于今天，没有保存。请核对日期。").into());
    }
    tx.execute(q("UPDATE annual_tasks SET done_on = $1, version = version + 1 WHERE id = $2").bind(on).bind(task))
        .await?;
    tx.audit(by.district, by.account, "duties.task_done", &format!("task:{task}"), &time::iso(on)).await?;
    Ok(year)
}

/// Takes a task out that is not done; the answer is its year.
pub async fn remove(tx: &mut Tx, by: &By, actor: &Actor, task: TaskId, seen: i64) -> Result<i32, Failure> {
    let (year, done) = owned(tx, by, actor, task, seen).await?;
    if done {
        return Err(Rejection::state("已完成的任务不能去掉。").into());
    }
    tx.execute(q("DELETE FROM annual_tasks WHERE id = $1").bind(task)).await?;
    tx.audit(by.district, by.account, "duties.task_removed", &format!("task:{task}"), "").await?;
    Ok(year)
}

/// The page.
pub async fn page(services: &Services, actor: &Actor, query: TasksQuery) -> Result<TasksPage, ApiError> {
    let scope = access::board_scope(actor)?;
    let today = services.today();
    let year = domain::time::sane_year(query.year.unwrap_or(today.year()));
    let inside = access::sees_sources(actor);
    let read = services.store.read();
    let units = read
        .rows(
            q("SELECT u.id, u.name FROM units u WHERE u.district_id = $1 AND u.ends_on IS NULL")
                .bind(actor.district)
                .and_scope("u.id", &scope)
                .push("AND EXISTS (SELECT 1 FROM posts p WHERE p.unit_id = u.id AND p.is_head = 1) ORDER BY u.position, u.pinyin"),
        )
        .await
        .map_err(storage)?;
    let units = units
        .iter()
        .map(|r| Ok((r.id("id")?, r.text("name")?)))
        .collect::<Result<Vec<(UnitId, String)>, StorageError>>()
        .map_err(storage)?;
    let mut ask = q("SELECT t.*, u.name AS unit_name FROM annual_tasks t JOIN units u ON u.id = t.unit_id
                     WHERE t.district_id = $1 AND t.year = $2")
    .bind(actor.district)
    .bind(year)
    .and_scope("t.unit_id", &scope);
    if let Some(unit) = query.unit.as_deref().filter(|u| !u.is_empty()) {
        ask = ask.push_bind("AND t.unit_id = ?", crate::services::parse::<UnitId>(unit)?);
    }
    let rows = read.rows(ask.push("ORDER BY u.position, u.pinyin, t.due_on, t.id")).await.map_err(storage)?;
    let mut tasks = Vec::with_capacity(rows.len());
    for row in &rows {
        tasks.push(task_row(row, actor, inside, today).map_err(storage)?);
    }
    let writable = units.iter().filter(|(id, _)| may_write(actor, *id)).cloned().collect();
    Ok(TasksPage {
        command: CommandId(random::id(services.clock.now())),
        year,
        years: (year - 1..=today.year() + 1).collect(),
        rows: tasks,
        units,
        writable,
        inside,
        today: time::iso(today),
        draft: super::pages::draft(services, actor, "duties.task", query.draft.as_deref()).await?,
    })
}

fn task_row(row: &crate::storage::Row, actor: &Actor, inside: bool, today: Day) -> Result<TaskRow, StorageError> {
    let unit: UnitId = row.id("unit_id")?;
    let due = row.day("due_on")?;
    let done = row.opt_day("done_on")?;
    let source = row.opt_text("source")?.and_then(|s| Source::from_key(&s));
    let may = may_write(actor, unit) && done.is_none();
    Ok(TaskRow {
        id: row.id("id")?,
        version: row.int("version")?,
        unit: row.text("unit_name")?,
        title: row.text("title")?,
        node: row.text("node")?,
        due_on: zh(due),
        owner: row.text("owner")?,
        done_mark: row.text("done_mark")?,
        done_on: done.map(zh),
        overdue: done.is_none() && due < today,
        source: source.map_or("", |s| if inside { s.label() } else { Source::OUTSIDE }).to_owned(),
        may_finish: may,
        may_remove: may,
    })
}
