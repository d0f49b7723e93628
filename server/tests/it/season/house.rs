//! The district of the year: twenty units beside the four of the small one, some of them special.

use domain::{
    ids::{PersonId, PostId, TermId, UnitId},
    people::UnitKind,
    time::Instant,
};
use server::{
    random,
    storage::{Failure, Tx},
};

use crate::harness::{District, TestApp};

/// Units beside the four of the small district.
pub const MORE: usize = 20;
/// Places of the special ones among them.
pub const VACANT: usize = 0;
pub const CHANGED: usize = 1;
pub const NEW_IN_MAY: usize = 2;
pub const TWICE: [usize; 2] = [3, 4];
pub const ENDS: usize = 5;
pub const NOBODYS: usize = 6;

/// Unit, post and head of each, in order.
#[derive(Clone)]
pub struct More(pub Vec<(UnitId, PostId, PersonId)>);

async fn insert(tx: &mut Tx, district: &District, more: &More, n: usize) -> Result<(), Failure> {
    let (unit, post, person) = more.0[n];
    let kind = [UnitKind::Town, UnitKind::Department, UnitKind::Enterprise, UnitKind::Leading][n % 4];
    let since = if n == NEW_IN_MAY { "2026-05-06" } else { "2024-01-01" };
    tx.insert(
        "INSERT INTO units (id, district_id, name, kind, starts_on, position)",
        vec![
            unit.into(),
            district.id.into(),
            format!("单位{n:02}").into(),
            kind.key().into(),
            since.into(),
            i64::try_from(100 + n).unwrap().into(),
        ],
    )
    .await?;
    tx.insert(
        "INSERT INTO posts (id, district_id, unit_id, title, is_head, starts_on)",
        vec![post.into(), district.id.into(), unit.into(), "书记".into(), true.into(), since.into()],
    )
    .await?;
    if n != TWICE[1] {
        tx.insert(
            "INSERT INTO persons (id, district_id, name)",
            vec![person.into(), district.id.into(), format!("负责人{n:02}").into()],
        )
        .await?;
    }
    tx.insert(
        "INSERT INTO terms (id, district_id, post_id, person_id, starts_on)",
        vec![TermId(random::id(Instant(0))).into(), district.id.into(), post.into(), person.into(), since.into()],
    )
    .await?;
    if n != NOBODYS {
        let (team, office) =
            if kind == UnitKind::Town { (None, Some(district.office)) } else { (Some(district.team2), None) };
        tx.insert(
            "INSERT INTO oversight_map (unit_id, district_id, team_id, office_id)",
            vec![unit.into(), district.id.into(), team.into(), office.into()],
        )
        .await?;
    }
    Ok(())
}

/// All of them but the one that comes in May, and a holiday on the day of 半年梳理.
pub async fn added(app: &TestApp) -> More {
    let now = Instant(0);
    let mut all: Vec<_> =
        (0..MORE).map(|_| (UnitId(random::id(now)), PostId(random::id(now)), PersonId(random::id(now)))).collect();
    all[TWICE[1]].2 = all[TWICE[0]].2;
    let (more, district) = (More(all), app.district.clone());
    let made = more.clone();
    app.app
        .store()
        .write(move |tx| {
            Box::pin(async move {
                for n in (0..MORE).filter(|n| *n != NEW_IN_MAY) {
                    insert(tx, &district, &made, n).await?;
                }
                tx.insert(
                    "INSERT INTO holidays (district_id, day, kind, name)",
                    vec![district.id.into(), "2026-07-15".into(), "holiday".into(), "示范假日".into()],
                )
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    more
}

/// The one that comes in May.
pub async fn arrives(app: &TestApp, more: &More) {
    let (more, district) = (more.clone(), app.district.clone());
    app.app
        .store()
        .write(move |tx| Box::pin(async move { insert(tx, &district, &more, NEW_IN_MAY).await }))
        .await
        .unwrap();
}
