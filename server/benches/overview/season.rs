//! The year's plan of 督责 and a ledger for the measured district: six steps a unit, one item of 问责 for every second.

use domain::{
    accountability::{Hand, Item, ItemKind, NewItem, Origin},
    ids::{ItemId, PersonId, PostId, UnitId},
    time::{WorkCalendar, parse_iso},
};
use server::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

use super::{Outcome, district::Bench};

/// Kind, period, due day and state of the steps of a unit.
const STEPS: [(&str, i64, &str, &str); 6] = [
    ("quarter_reminder", 1, "2026-03-25", "done"),
    ("quarter_reminder", 2, "2026-06-25", "done"),
    ("mid_year", 1, "2026-07-15", "done"),
    ("quarter_reminder", 3, "2026-09-25", "done"),
    ("quarter_reminder", 4, "2026-12-10", "planned"),
    ("year_end", 1, "2026-12-18", "planned"),
];

/// Adds them.
pub async fn add(bench: &Bench) -> Outcome<()> {
    let rows = bench
        .app
        .store()
        .read()
        .rows(q("SELECT p.id, p.unit_id FROM posts p WHERE p.is_head = 1 ORDER BY p.id"))
        .await?;
    for (n, row) in rows.iter().enumerate() {
        let (post, unit): (PostId, UnitId) = (row.id("id")?, row.id("unit_id")?);
        let district = bench.office().district;
        bench
            .app
            .store()
            .write(move |tx| {
                Box::pin(async move {
                    for (kind, period, due, state) in STEPS {
                        let done = (state == "done").then_some(due);
                        let now = tx.now();
                        tx.insert(
                            "INSERT INTO season_steps (id, district_id, unit_id, post_id, year, kind, period, planned_on, due_on, state, done_on, made_at, changed_at)",
                            vec![
                                random::id(now).to_string().into(),
                                district.into(),
                                unit.into(),
                                post.into(),
                                2026.into(),
                                kind.into(),
                                period.into(),
                                due.into(),
                                due.into(),
                                state.into(),
                                done.map(str::to_owned).into(),
                                now.into(),
                                now.into(),
                            ],
                        )
                        .await?;
                    }
                    if n.is_multiple_of(2) { item(tx, district, unit, post).await } else { Ok(()) }
                })
            })
            .await?;
    }
    Ok(())
}

async fn item(tx: &mut Tx, district: domain::ids::DistrictId, unit: UnitId, post: PostId) -> Result<(), Failure> {
    let now = tx.now();
    let new = NewItem {
        id: ItemId(random::id(now)),
        origin: Origin { feature: "oversight".into(), id: random::id(now).to_string() },
        kind: ItemKind::ALL.first().copied().ok_or_else(|| StorageError::shape("kind"))?,
        unit,
        post,
        duty: None,
        problem: "窗口排队时间长，材料重复提交".into(),
        demand: "合并表格，两个月内见效".into(),
        deadline: parse_iso("2026-12-10"),
    };
    let hand = Hand { person: PersonId(unit.0), name: "测试".into(), units: [unit].into() };
    let on = parse_iso("2026-10-10").ok_or_else(|| StorageError::shape("day"))?;
    let (item, _) = Item::open(new, &hand, on, &WorkCalendar::default())?;
    server::services::accountability::store::insert(tx, district, &item).await?;
    Ok(())
}
