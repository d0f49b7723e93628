//! `/duties/templates/{id}`: a template edited in the browser.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    item_form::{self, Place},
    items::{self, Actions},
    words::done_notice,
};
use crate::{
    api::duties::{Template, TemplatePage, TemplateQuery},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/duties/templates/{id}`.
#[component]
pub fn TemplateView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| TemplateQuery {
        id: params.read().get("id").unwrap_or_default(),
        edit: query.read().get("edit"),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Template { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/duties">"明责"</a> " / " <span>"清单模板"</span></nav>
                {done_notice()}
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: TemplatePage) -> AnyView {
    let line = page.line.clone();
    let id = line.id.to_string();
    let path = format!("/duties/templates/{id}");
    let editable = line.draft && page.may_edit;
    let export = format!("/duties/export?what=template&id={id}");
    let import = format!("/duties/import?template={id}");
    let table = items::table(page.items.clone(), if editable { Actions::Edit } else { Actions::None }, &path);
    let table = if editable {
        view! {
            <form method="post" action="/duties/templates/item">
                <FormMarks command=page.command />
                <input type="hidden" name="template" value=id.clone() />
                <input type="hidden" name="seen" value=page.version.to_string() />
                {table}
            </form>
        }
        .into_any()
    } else {
        table
    };
    view! {
        <div class="page-head">
            <h1>{line.list.clone()}</h1>
            <p class="lead">
                {format!("{}年第{}版 · {} · {} · {} 条", line.year, line.edition, line.kind, line.state, line.items)}
            </p>
            <div class="actions">
                <a class="btn" href=export rel="external">"导出 .xlsx"</a>
                <a class="btn" href=format!("{path}/compare")>"与上一版对比"</a>
                {editable.then(|| view! { <a class="btn" href=import>"导入"</a> })}
                {editable.then(|| view! { <a class="btn" href=format!("{path}?edit=new#item")>"添加条目"</a> })}
                {editable.then(|| publish(&page))}
                {(!line.draft && page.may_edit).then(|| new_edition(&page))}
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {(!line.draft).then(|| view! {
            <div class="notice info" role="status"><p>"这一版不再改动；要修改请另制新版，已下达的清单不受影响。"</p></div>
        })}
        {page.edit.clone().map(|item| {
            let place = Place {
                action: "/duties/templates/item",
                owner: "template",
                id: id.clone(),
                seen: page.version,
                command: page.command,
                inside: true,
                back: path.clone(),
                twins: item_form::twins(&page.draft, &page.items),
            };
            item_form::form(place, item, page.lists.clone(), page.draft.clone())
        })}
        {table}
    }
    .into_any()
}

fn publish(page: &TemplatePage) -> AnyView {
    view! {
        <form method="post" action="/duties/templates/publish">
            <FormMarks command=page.command />
            <input type="hidden" name="template" value=page.line.id.to_string() />
            <input type="hidden" name="seen" value=page.version.to_string() />
            <button class="btn primary">"发布"</button>
        </form>
    }
    .into_any()
}

fn new_edition(page: &TemplatePage) -> AnyView {
    let kind = domain::people::UnitKind::from_label(&page.line.kind).map_or("", domain::people::UnitKind::key);
    let button = |year: i32, words: String| {
        view! {
            <form method="post" action="/duties/templates/new">
                <FormMarks command=page.command />
                <input type="hidden" name="list" value=page.line.list_key.clone() />
                <input type="hidden" name="kind" value=kind />
                <input type="hidden" name="year" value=year.to_string() />
                <input type="hidden" name="from" value=page.line.id.to_string() />
                <button class="btn">{words}</button>
            </form>
        }
    };
    view! {
        {button(page.line.year, "另制新版".to_owned())}
        {button(page.line.year + 1, format!("据此制作{}年", page.line.year + 1))}
    }
    .into_any()
}
