//! Who sees which leader's list, and how much of it. Drafts are the office's and the
//! supervising bodies' until the unit is asked; a list handed down shows its contents
//! to parent and subordinate only — states go up, contents do not.

use domain::{
    duties::ListState,
    people::access::{self, Actor, Scope},
};

use super::store::ListRow;

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
    sees(actor, row) && (row.from_unit.is_none() || is_parent(actor, row) || actor.own_units().contains(&row.unit))
}
