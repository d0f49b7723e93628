//! Differences between two templates or two leaders' lists, item by item.

use domain::duties::{Change, FieldChange};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::duties::{Compare, ComparePage, CompareQuery},
    ui::{OfficePage, loaded, page_data},
};

/// `/duties/templates/{id}/compare`.
#[component]
pub fn CompareTemplatesView() -> impl IntoView {
    page_of("template")
}

/// `/duties/lists/{id}/compare`.
#[component]
pub fn CompareListsView() -> impl IntoView {
    page_of("list")
}

fn page_of(what: &'static str) -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| CompareQuery {
        what: what.to_owned(),
        id: params.read().get("id").unwrap_or_default(),
        with: query.read().get("with"),
    });
    let data = page_data(move || Compare { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">{loaded(data, show)}</main>
        </OfficePage>
    }
    .into_any()
}

fn show(page: ComparePage) -> AnyView {
    let options = page
        .others
        .iter()
        .map(|(id, label)| {
            let here = *id == page.with;
            view! { <option value=id.clone() selected=here>{label.clone()}</option> }
        })
        .collect_view();
    let same = page.changes.iter().all(|c| matches!(c, Change::Same { .. }));
    let rows = page.changes.into_iter().map(line).collect_view();
    let (what, kind) =
        if page.back.starts_with("/duties/lists/") { ("list", "lists") } else { ("template", "templates") };
    let id = page.back.strip_prefix(&format!("/duties/{kind}/")).unwrap_or_default();
    let export = format!("/duties/compare/export?what={what}&id={id}&with={}", page.with);
    view! {
        <nav class="crumb" aria-label="位置"><a href="/duties">"明责"</a> " / " <a href=page.back>"返回清单"</a></nav>
        <div class="page-head">
            <h1>{page.title}</h1>
            <p class="lead">{format!("{} → {}", page.before, page.after)}</p>
            <div class="actions"><a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
        </div>
        <form class="filter" method="get">
            <label>"与哪一版对比 " <select name="with">{options}</select></label>
            <button class="btn">"对比"</button>
        </form>
        {same.then(|| view! { <div class="notice ok" role="status"><p>"两版条目相同。"</p></div> })}
        <table class="table">
            <thead><tr><th>"变化"</th><th>"编号"</th><th>"条目"</th><th>"原来 → 现在"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn line(change: Change) -> AnyView {
    let row = |class: &'static str, mark: &'static str, code: String, text: String, detail: AnyView| {
        view! {
            <tr>
                <td data-label="变化"><span class=format!("mark {class}")>{mark}</span></td>
                <td data-label="编号" class="nowrap">{code}</td>
                <td data-label="条目">{text}</td>
                <td data-label="原来 → 现在">{detail}</td>
            </tr>
        }
        .into_any()
    };
    match change {
        Change::Added { item } => row("new", "＋ 新增", item.code, item.text, ().into_any()),
        Change::Dropped { item } => row("skipped", "－ 删除", item.code, item.text, ().into_any()),
        Change::Changed { item, fields } => {
            let detail = fields.into_iter().map(field).collect_view().into_any();
            row("changed", "↻ 调整", item.code, item.text, detail)
        }
        Change::Same { count } => {
            row("skipped", "— 不变", String::new(), format!("其余 {count} 条没有变化"), ().into_any())
        }
    }
}

fn field(change: FieldChange) -> AnyView {
    let before = if change.before.is_empty() { "（无）".to_owned() } else { change.before };
    let after = if change.after.is_empty() { "（无）".to_owned() } else { change.after };
    view! {
        <p class="diff-inline">{format!("{}：", change.field)}<del>{before}</del>" → "<ins>{after}</ins></p>
    }
    .into_any()
}
