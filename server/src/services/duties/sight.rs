//! Who sees which leader's list, and how much of it. Drafts are the office's and the
//! supervising bodies' until the unit is asked; a list handed down shows its contents
//! to parent and subordinate only — states go up, contents do not.

use std::collections::BTreeSet;

use domain::{
    duties::ListState,
    ids::{DistrictId, PostId},
    people::{
        Role,
        access::{self, Actor, Scope},
    },
};

use super::store::{self, ListRow};
use crate::{services::rows::Rows, storage::StorageError};

/// Does the actor belong to the unit that handed the list down, as its head?
fn is_parent(actor: &Actor, row: &ListRow) -> bool {
    row.from_unit.is_some_and(|parent| actor.terms.iter().any(|t| t.unit == parent))
}

/// May the actor see that the list exists?
pub fn sees(actor: &Actor, row: &ListRow) -> bool {
    if is_parent(actor, row) {
        return true;
    }
    match access::board_scope(actor) {
        Ok(Scope::District) => true,
        Ok(scope) if scope.holds(row.unit) => {
            // The supervising body prepares; the unit itself sees it once asked, then once issued.
            let watches = actor.watched.contains(&row.unit) && !actor.own_units().contains(&row.unit);
            watches || row.list.state == ListState::Commenting || row.list.state.is_issued()
        }
        _ => false,
    }
}

/// May the actor read its items?
pub fn sees_contents(actor: &Actor, row: &ListRow) -> bool {
    sees(actor, row) && open_to(actor, row)
}

/// Is the list not handed down, or the actor of the parent or the subordinate?
fn open_to(actor: &Actor, row: &ListRow) -> bool {
    row.from_unit.is_none() || is_parent(actor, row) || actor.own_units().contains(&row.unit)
}

/// May the actor, who sees the post, read what its items of the year say? Board, thread and
/// record pages ask here, so that the contents of a list handed down stay below everywhere.
pub async fn reads_items(rows: &mut impl Rows, actor: &Actor, post: PostId, year: i32) -> Result<bool, StorageError> {
    let newest = store::newest_list(rows, actor.district, post, year).await?;
    Ok(newest.is_none_or(|row| open_to(actor, &row)))
}

/// Posts whose items of the year the actor may not read; [`reads_items`] for a whole board in one query.
pub async fn closed_posts(rows: &mut impl Rows, actor: &Actor, year: i32) -> Result<BTreeSet<PostId>, StorageError> {
    let lists = handed_down_lists(rows, actor.district, year).await?;
    Ok(lists.iter().filter(|row| !open_to(actor, row)).map(|row| row.list.post).collect())
}

/// Posts whose list of the year was handed down: a paper that others read than parent and subordinate says of their
/// items the states alone.
pub async fn handed_down(
    rows: &mut impl Rows,
    district: DistrictId,
    year: i32,
) -> Result<BTreeSet<PostId>, StorageError> {
    let lists = handed_down_lists(rows, district, year).await?;
    Ok(lists.iter().map(|row| row.list.post).collect())
}

async fn handed_down_lists(
    rows: &mut impl Rows,
    district: DistrictId,
    year: i32,
) -> Result<Vec<ListRow>, StorageError> {
    let handed_down =
        store::lists_query(district).push_bind("AND l.from_unit_id IS NOT NULL AND l.year = ?", year).push(
            "AND NOT EXISTS (SELECT 1 FROM leader_lists n
           WHERE n.post_id = l.post_id AND n.year = l.year AND n.edition > l.edition)",
        );
    let found = rows.all(handed_down).await?;
    found.iter().map(store::read_list).collect()
}

/// The role in which somebody of several roles acts on lists.
pub fn leading_role(actor: &Actor) -> Role {
    [
        Role::ConductOffice,
        Role::DeputySecretary,
        Role::Secretary,
        Role::ResidentTeam,
        Role::SupervisionOffice,
        Role::Principal,
        Role::Liaison,
    ]
    .into_iter()
    .find(|r| actor.has(*r))
    .unwrap_or(Role::Member)
}
