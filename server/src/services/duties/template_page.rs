//! A template's page, and comparisons of templates and of leaders' lists.

use app::api::{
    ApiError,
    duties::{ComparePage, CompareQuery, ItemRow, TemplatePage, TemplateQuery},
};
use domain::{
    Rejection,
    duties::{Action, DutyItem, DutyListKey, Frequency, diff},
    ids::{DutyId, LeaderListId, TemplateId},
    people::{
        UnitKind,
        access::{self, Actor, Scope},
    },
    time::Instant,
};

use super::{
    lists::{self, TEMPLATES, TemplateRow},
    overview, pages, sight,
    store::{self, ItemsOf},
};
use crate::{
    services::{Services, parse, rows::Rows, storage, told},
    storage::q,
};

/// Templates are for the office and the supervising bodies.
fn sees_templates(actor: &Actor) -> Result<(), Rejection> {
    let inside = access::board_scope(actor)? == Scope::District || !actor.watched.is_empty();
    if inside { Ok(()) } else { Err(Rejection::NotAllowed) }
}

/// Items as rows for a viewer.
pub(super) fn item_rows(items: Vec<DutyItem>, names: &[(String, String)], inside: bool) -> Vec<ItemRow> {
    items
        .into_iter()
        .map(|item| {
            let name = names.iter().find(|(key, _)| *key == item.list.0).map(|(_, n)| n.clone()).unwrap_or_default();
            ItemRow::new(item, name, inside)
        })
        .collect()
}

/// An empty item for the form of a new one.
pub(super) fn blank(next: &(u32, String, String), action: Action) -> DutyItem {
    DutyItem {
        duty: lists::new_duty(Instant(0)),
        code: next.2.clone(),
        group_no: next.0,
        group: next.1.clone(),
        text: String::new(),
        frequency: Frequency::Yearly,
        due: None,
        months: Vec::new(),
        evidence: Vec::new(),
        action,
        hard: false,
        routine: false,
        list: DutyListKey::first_responsible(),
        source: None,
    }
}

/// The item of `?edit=`, or a blank one for `?edit=new`.
pub(super) fn edited(
    items: &[DutyItem],
    edit: Option<&str>,
    next: &(u32, String, String),
    action: Action,
) -> Option<DutyItem> {
    match edit? {
        "new" => Some(blank(next, action)),
        id => {
            let id: DutyId = id.parse().ok()?;
            items.iter().find(|i| i.duty == id).cloned()
        }
    }
}

/// Next number at the end of the last 大项.
fn next_number(items: &[DutyItem]) -> (u32, String, String) {
    let Some(last) = items.last() else { return (1, String::new(), "1.1".into()) };
    let n = DutyItem::order(&last.code).get(1).copied().filter(|n| *n < 999).unwrap_or(0);
    (last.group_no, last.group.clone(), format!("{}.{}", last.group_no, n + 1))
}

fn label(row: &TemplateRow) -> String {
    let kind = row.kind.map_or("各类单位通用", UnitKind::label);
    format!("{}年第{}版（{kind}，{}）", row.year, row.edition, row.state_label())
}

async fn other_templates(
    from: &mut impl Rows,
    actor: &Actor,
    row: &TemplateRow,
) -> Result<Vec<TemplateRow>, crate::storage::StorageError> {
    let rows = from
        .all(
            q(TEMPLATES)
                .bind(actor.district)
                .push_bind("AND t.list_id = ?", row.list)
                .push_bind("AND t.id <> ? ORDER BY t.year DESC, t.edition DESC", row.id),
        )
        .await?;
    rows.iter().map(lists::read_template).collect()
}

pub(super) async fn page(services: &Services, actor: &Actor, query: TemplateQuery) -> Result<TemplatePage, ApiError> {
    sees_templates(actor)?;
    let mut read = services.store.read().clone();
    let row = lists::load_template(&mut read, actor.district, parse::<TemplateId>(&query.id)?).await.map_err(told)?;
    let items = store::load_items(&mut read, ItemsOf::Template(row.id)).await.map_err(storage)?;
    let names = pages::list_names(&mut read, actor.district).await.map_err(storage)?;
    let others = other_templates(&mut read, actor, &row).await.map_err(storage)?;
    let may_edit = access::edit_lists(actor).is_ok();
    let inside = access::sees_sources(actor);
    let next = next_number(&items);
    let edit = if may_edit && row.state == "draft" {
        edited(&items, query.edit.as_deref(), &next, Action::Mandatory)
    } else {
        None
    };
    Ok(TemplatePage {
        command: pages::command(services),
        line: overview::template_line(&row, u32::try_from(items.len()).unwrap_or(u32::MAX)),
        version: row.version,
        items: item_rows(items, &names, inside),
        lists: names,
        others: others.iter().map(|o| (o.id.to_string(), label(o))).collect(),
        may_edit,
        edit,
        next,
        draft: pages::draft(services, actor, "duties.template", query.draft.as_deref()).await?,
    })
}

pub(super) async fn compare(services: &Services, actor: &Actor, query: CompareQuery) -> Result<ComparePage, ApiError> {
    match query.what.as_str() {
        "template" => compare_templates(services, actor, query).await,
        "list" => compare_lists(services, actor, query).await,
        _ => Err(Rejection::NotFound.into()),
    }
}

/// Items without what the viewer must not see.
fn readable(items: Vec<DutyItem>, inside: bool) -> Vec<DutyItem> {
    if inside { items } else { store::without_sources(items) }
}

async fn compare_templates(services: &Services, actor: &Actor, query: CompareQuery) -> Result<ComparePage, ApiError> {
    sees_templates(actor)?;
    let inside = access::sees_sources(actor);
    let mut read = services.store.read().clone();
    let row = lists::load_template(&mut read, actor.district, parse::<TemplateId>(&query.id)?).await.map_err(told)?;
    let others = other_templates(&mut read, actor, &row).await.map_err(storage)?;
    let with = match query.with.as_deref().filter(|w| !w.is_empty()) {
        Some(id) => {
            let id: TemplateId = parse(id)?;
            Some(others.iter().find(|o| o.id == id).ok_or(Rejection::NotFound)?)
        }
        // The edition before, else last year's newest, of the same kind first.
        None => others
            .iter()
            .filter(|o| (o.year, o.edition) < (row.year, row.edition) || o.year < row.year)
            .find(|o| o.kind == row.kind)
            .or_else(|| others.iter().find(|o| o.year < row.year)),
    };
    let after = readable(store::load_items(&mut read, ItemsOf::Template(row.id)).await.map_err(storage)?, inside);
    let before = match with {
        Some(o) => readable(store::load_items(&mut read, ItemsOf::Template(o.id)).await.map_err(storage)?, inside),
        None => Vec::new(),
    };
    Ok(ComparePage {
        title: format!("{} 版本对比", row.list_name),
        back: format!("/duties/templates/{}", row.id),
        before: with.map_or_else(|| "（没有以前的版本）".to_owned(), label),
        after: label(&row),
        changes: diff(&before, &after),
        others: others.iter().map(|o| (o.id.to_string(), label(o))).collect(),
        with: with.map(|o| o.id.to_string()).unwrap_or_default(),
    })
}

async fn compare_lists(services: &Services, actor: &Actor, query: CompareQuery) -> Result<ComparePage, ApiError> {
    let inside = access::sees_sources(actor);
    let mut read = services.store.read().clone();
    let row = store::load_list(&mut read, actor.district, parse::<LeaderListId>(&query.id)?).await.map_err(told)?;
    if !sight::sees_contents(actor, &row) {
        return Err(Rejection::NotFound.into());
    }
    let others = other_lists(&mut read, actor, &row).await.map_err(storage)?;
    let with = match query.with.as_deref().filter(|w| !w.is_empty()) {
        Some(id) => {
            let id: LeaderListId = parse(id)?;
            Some(others.iter().find(|o| o.list.id == id).ok_or(Rejection::NotFound)?)
        }
        None => others.iter().find(|o| (o.list.year, o.list.edition) < (row.list.year, row.list.edition)),
    };
    let label = |r: &store::ListRow| format!("{}年第{}版（{}）", r.list.year, r.list.edition, r.list.state.label());
    let after = readable(store::load_items(&mut read, ItemsOf::Leader(row.list.id)).await.map_err(storage)?, inside);
    let before = match with {
        Some(o) => readable(store::load_items(&mut read, ItemsOf::Leader(o.list.id)).await.map_err(storage)?, inside),
        None => Vec::new(),
    };
    Ok(ComparePage {
        title: format!("{} 履责清单版本对比", row.unit_name),
        back: format!("/duties/lists/{}", row.list.id),
        before: with.map_or_else(|| "（没有以前的版本）".to_owned(), label),
        after: label(&row),
        changes: diff(&before, &after),
        others: others.iter().map(|o| (o.list.id.to_string(), label(o))).collect(),
        with: with.map(|o| o.list.id.to_string()).unwrap_or_default(),
    })
}

/// Other editions and years of the same post that the viewer may read, newest first.
pub(super) async fn other_lists(
    from: &mut impl Rows,
    actor: &Actor,
    row: &store::ListRow,
) -> Result<Vec<store::ListRow>, crate::storage::StorageError> {
    let query = store::lists_query(actor.district)
        .push_bind("AND l.post_id = ?", row.list.post)
        .push_bind("AND l.id <> ? ORDER BY l.year DESC, l.edition DESC", row.list.id);
    let mut others = Vec::new();
    for other in from.all(query).await? {
        let other = store::read_list(&other)?;
        if sight::sees_contents(actor, &other) {
            others.push(other);
        }
    }
    Ok(others)
}
