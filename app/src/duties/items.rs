//! The table of items by 大项, for templates and leaders' lists.

use domain::duties::{DutyItem, Evidence};
use leptos::prelude::*;

use crate::api::duties::ItemRow;

/// What stands at the right of each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actions {
    /// Nothing.
    None,
    /// 修改、上移、下移、移出: links and buttons of the form around the table.
    Edit,
    /// A checkbox `item`.
    Pick,
}

/// `每季度，6月30日前，按季确认`.
pub(super) fn cadence(item: &DutyItem) -> String {
    let mut words = item.frequency.label().to_owned();
    if let Some((month, day)) = item.due {
        let day = if day == 31 { "底".to_owned() } else { format!("{day}日") };
        words.push_str(&format!("，{month}月{day}前"));
    }
    if item.routine {
        words.push_str("，按季确认");
    }
    words
}

/// Evidence kinds in words.
pub(super) fn evidence(item: &DutyItem) -> String {
    item.evidence.iter().map(|e| Evidence::label(*e)).collect::<Vec<_>>().join("、")
}

/// The table; `page` is the path for edit links.
pub(super) fn table(items: Vec<ItemRow>, actions: Actions, page: &str) -> AnyView {
    if items.is_empty() {
        return view! {
            <div class="empty">
                <b>"还没有条目"</b>
                <p>"可以导入整张清单，也可以逐条添加。"</p>
            </div>
        }
        .into_any();
    }
    let sourced = items.iter().any(|row| !row.source.is_empty());
    let first = items.first().map(|row| row.list.clone()).unwrap_or_default();
    let tagged = items.iter().any(|row| row.list != first);
    let span = 5 + u8::from(tagged) + u8::from(sourced) + u8::from(actions != Actions::None);
    let mut last = None;
    let rows = items
        .into_iter()
        .map(|row| {
            let item = &row.item;
            let head = (last != Some(item.group_no)).then(|| {
                last = Some(item.group_no);
                view! {
                    <tr class="group">
                        <th colspan=span.to_string() scope="rowgroup">{format!("{}　{}", item.group_no, item.group)}</th>
                    </tr>
                }
            });
            view! { {head} {line(&row, (tagged, sourced), actions, page)} }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table dense">
                <thead>
                    <tr>
                        {(actions == Actions::Pick).then(|| view! { <th class="pick">"选"</th> })}
                        <th>"编号"</th>
                        <th>"履责条目"</th>
                        <th>"频次"</th>
                        <th>"佐证材料"</th>
                        <th>"动作"</th>
                        {tagged.then(|| view! { <th>"所属清单"</th> })}
                        {sourced.then(|| view! { <th>"来源"</th> })}
                        {(actions == Actions::Edit).then(|| view! { <th class="act">"办理"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn line(row: &ItemRow, (tagged, sourced): (bool, bool), actions: Actions, page: &str) -> AnyView {
    let item = row.item.clone();
    let (list, source) = (row.list.clone(), row.source.clone());
    let duty = item.duty.to_string();
    let code = item.code.clone();
    let pick = (actions == Actions::Pick).then(|| {
        let label = format!("选 {code}");
        view! { <td class="pick"><input type="checkbox" name="item" value=duty.clone() aria-label=label /></td> }
    });
    let act = (actions == Actions::Edit).then(|| {
        let edit = format!("{page}?edit={duty}#item");
        let button = |verb: &str, words: &'static str, class: &'static str| {
            let label = format!("{words} {code}");
            view! { <button class=class name="do" value=format!("{verb}:{duty}") aria-label=label>{words}</button> }
        };
        view! {
            <td class="act">
                <a class="btn small" href=edit>"修改"</a>
                {button("up", "上移", "btn small plain")}
                {button("down", "下移", "btn small plain")}
                {button("drop", "移出", "btn small danger-plain")}
            </td>
        }
    });
    view! {
        <tr>
            {pick}
            <td data-label="编号" class="nowrap">{item.code.clone()}</td>
            <td data-label="履责条目">
                {item.text.clone()}
                {item.hard.then(|| view! { " " <span class="tag">"硬性事项（示范）"</span> })}
            </td>
            <td data-label="频次">{cadence(&item)}</td>
            <td data-label="佐证材料">{evidence(&item)}</td>
            <td data-label="动作" class="nowrap">{item.action.label()}</td>
            {tagged.then(|| view! { <td data-label="所属清单">{list}</td> })}
            {sourced.then(|| view! { <td data-label="来源">{source}</td> })}
            {act}
        </tr>
    }
    .into_any()
}
