//! 一级抓一级: the head of a unit hands chosen items of his own list down to the heads of
//! its 下属单位. Internal sources never go down, contents never come up.

use domain::{
    Rejection,
    duties::{DutyItem, ListState},
    ids::{DutyId, PostId},
    people::access::SignList,
    time::Day,
};

use super::{
    lists::{self, NewList},
    store::{self, By, ItemsOf, ListRow},
};
use crate::{
    services::rows::Rows,
    storage::{Failure, StorageError, Tx, q},
};

/// Head posts of the units below `row`'s unit: post, unit, label.
pub async fn subordinates(
    from: &mut impl Rows,
    row: &ListRow,
) -> Result<Vec<(PostId, domain::ids::UnitId, String)>, StorageError> {
    let rows = from
        .all(
            q("SELECT p.id AS post_id, p.title, u.id AS unit_id, u.name FROM posts p JOIN units u ON u.id = p.unit_id
               WHERE u.parent_id = $1 AND u.ends_on IS NULL AND p.is_head = 1 AND p.ends_on IS NULL ORDER BY u.position, u.name")
            .bind(row.unit),
        )
        .await?;
    rows.iter()
        .map(|r| Ok((r.id("post_id")?, r.id("unit_id")?, format!("{} {}", r.text("name")?, r.text("title")?))))
        .collect()
}

/// Draft lists with the chosen items for the chosen posts; all or none.
pub async fn pass_down(
    tx: &mut Tx,
    by: &By,
    _: SignList,
    row: &ListRow,
    duties: &[DutyId],
    posts: &[PostId],
    effective_on: Day,
) -> Result<usize, Failure> {
    if !row.list.state.is_in_force() {
        return Err(Rejection::state("本单位的清单还没有下达，不能下发给下属单位。请等清单下达后再下发。").into());
    }
    let items: Vec<DutyItem> = store::without_sources(store::load_items(tx, ItemsOf::Leader(row.list.id)).await?)
        .into_iter()
        .filter(|item| duties.contains(&item.duty))
        .collect();
    if items.is_empty() {
        return Err(Rejection::field("duty", "还没有勾选条目，没有下发。请勾选要下发的条目。").into());
    }
    if posts.is_empty() {
        return Err(Rejection::field("post", "还没有勾选下属单位，没有下发。请至少勾选一个单位。").into());
    }
    let below = subordinates(tx, row).await?;
    for post in posts {
        let Some((_, unit, label)) = below.iter().find(|(p, ..)| p == post) else {
            return Err(Rejection::NotFound.into());
        };
        let new = NewList {
            post: *post,
            unit: *unit,
            year: row.list.year,
            template: row.template,
            state: ListState::Draft,
            effective_on,
            from_unit: Some(row.unit),
        };
        let id = lists::insert_list(tx, by.district, new, &items).await?;
        let details = format!("{} → {label}，{} 条", row.unit_name, items.len());
        tx.audit(by.district, by.account, "duties.passed_down", &format!("leader_list:{id}"), &details).await?;
    }
    Ok(posts.len())
}
