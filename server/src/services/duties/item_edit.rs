//! Changes of items in a draft, whether of a template or of a leader's list: load, change in
//! memory, save all, under the version seen.

use domain::{
    Rejection,
    duties::DutyItem,
    ids::{DutyId, LeaderListId},
    people::access::{self, Actor},
};

use super::{
    command::{keeper, leading_role, visible_list},
    item_form::ItemForm,
    lists, office,
    store::{self, By, ItemsOf},
    twins,
};
use crate::storage::{Failure, Tx};

/// Changes the items of a draft in memory and saves them all, once the version seen is still the present one.
pub(super) async fn change_items(
    tx: &mut Tx,
    actor: &Actor,
    of: ItemsOf,
    seen: i64,
    what: &str,
    change: impl FnOnce(&mut Vec<DutyItem>) -> Result<(), Rejection>,
) -> Result<String, Failure> {
    let at = tx.now();
    match of {
        ItemsOf::Template(id) => {
            let _ = access::edit_lists(actor)?;
            let row = lists::load_template(tx, actor.district, id).await?;
            row.check_editable()?;
            office::raise_template(tx, id, seen).await?;
        }
        ItemsOf::Leader(id) => {
            let row = visible_list(tx, actor, id).await?;
            let _ = keeper(actor, &row)?;
            row.list.check_editable()?;
            office::raise_list(tx, id, seen).await?;
        }
    }
    let mut items = store::load_items(tx, of).await?;
    change(&mut items)?;
    store::replace_items(tx, actor.district, of, &items).await?;
    let by = By::of(actor, leading_role(actor), at);
    let (object, path) = match of {
        ItemsOf::Template(id) => (format!("template:{id}"), format!("/duties/templates/{id}?done=saved")),
        ItemsOf::Leader(id) => (format!("leader_list:{id}"), format!("/duties/lists/{id}?done=saved")),
    };
    tx.audit(by.district, by.account, "duties.items", &object, what).await?;
    Ok(path)
}

/// Swaps the numbers of an item and its neighbour in the same 大项.
pub(super) fn swap(items: &mut [DutyItem], duty: DutyId, up: bool) -> Result<(), Rejection> {
    items.sort_by_cached_key(|item| DutyItem::order(&item.code));
    let at = items.iter().position(|i| i.duty == duty).ok_or(Rejection::NotFound)?;
    let other = if up { at.checked_sub(1) } else { Some(at + 1) };
    let Some(other) = other.filter(|o| items.get(*o).is_some_and(|i| i.group_no == items[at].group_no)) else {
        return Err(Rejection::state("已经是这个大项里的最前或最后一条，没有移动。要换到别的大项，请修改编号。"));
    };
    let (a, b) = (items[at].code.clone(), items[other].code.clone());
    items[at].code = b;
    items[other].code = a;
    Ok(())
}

/// A 自选动作 proposed by the body that supervises the unit.
pub(super) async fn propose(
    tx: &mut Tx,
    actor: &Actor,
    id: LeaderListId,
    seen: i64,
    form: ItemForm,
) -> Result<String, Failure> {
    let at = tx.now();
    let row = visible_list(tx, actor, id).await?;
    let _ = access::propose_items(actor, row.unit)?;
    row.list.check_editable()?;
    office::raise_list(tx, id, seen).await?;
    let mut items = store::load_items(tx, ItemsOf::Leader(id)).await?;
    let (_, group, code) = lists::optional_place(&items);
    if form.source.trim().is_empty() {
        return Err(
            Rejection::field("source", "还没有选来源，没有保存。来源只有党风政风监督室和分管领导看得到。").into()
        );
    }
    let form = ItemForm { code, group, action: "optional".into(), ..form };
    let sure = form.alike;
    let item = form.build(lists::new_duty(at))?;
    twins::item(&items, &item, sure)?;
    let code = item.code.clone();
    lists::add_item(&mut items, item)?;
    store::replace_items(tx, actor.district, ItemsOf::Leader(id), &items).await?;
    let by = By::of(actor, leading_role(actor), at);
    tx.audit(by.district, by.account, "duties.proposed", &format!("leader_list:{id}"), &format!("自选动作 {code}"))
        .await?;
    Ok(format!("/duties/lists/{id}?done=proposed"))
}
