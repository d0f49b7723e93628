//! `/people/map`: the 归口表, one row in the drawer to be changed.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    parts::{done_notice, hidden, tabs},
    unit_forms::body_fields,
};
use crate::{
    api::people::{MapLine, MapPage, MapQuery, PeopleMap},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/people/map`.
#[component]
pub fn MapView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        MapQuery { unit: q.get("unit"), draft: q.get("draft") }
    });
    let data = page_data(move || PeopleMap { form: asked.get() });
    view! {
        <OfficePage current="/people">
            <main class="main" id="main">
                <div class="page-head"><h1>"归口表"</h1><p class="lead">"谁监督谁：派驻组、纪检监察室、镇街纪（工）委各看自己归口的单位。"</p><div class="actions"><a class="btn" rel="external" href="/people/map/export">"导出 .xlsx"</a></div></div>
                {tabs("/people/map")}
                {done_notice()}
                {loaded(data, page_view)}
            </main>
        </OfficePage>
    }
}

fn page_view(page: MapPage) -> AnyView {
    if page.rows.is_empty() {
        return view! {
            <div class="empty">
                <b>"还没有归口关系"</b>
                <p>"下载模板填好后导入，名单里没有的监督机构会一并建立。"</p>
                <div class="actions"><a class="btn primary" href="/people/import?kind=units">"导入归口表"</a></div>
            </div>
        }
        .into_any();
    }
    let edit = page.may_edit;
    let opened = page.open.as_ref().map(|o| o.unit);
    let form = page.open.clone().filter(|_| edit).map(|open| edit_form(&page, &open));
    let said = |body: Option<(domain::ids::UnitId, String)>| body.map_or_else(|| "—".to_owned(), |(_, name)| name);
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let here = (opened == Some(row.unit)).then_some("true");
            let change =
                edit.then(|| view! { <a class="btn small" href=format!("/people/map?unit={}", row.unit)>"修改"</a> });
            view! {
                <tr aria-selected=here>
                    <td class="title"><a href=format!("/people/units/{}", row.unit)>{row.name}</a></td>
                    <td data-label="类型">{row.kind.label()}</td>
                    <td data-label="派驻组">{said(row.by.team)}</td>
                    <td data-label="联系室">{said(row.by.office)}</td>
                    <td data-label="镇街纪（工）委">{said(row.by.committee)}</td>
                    <td class="act">{change}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Problem draft=page.draft.clone() />
        {form}
        <div class="table-wrap">
            <table class="table dense">
                <thead><tr><th>"单位"</th><th>"类型"</th><th>"派驻组"</th><th>"联系室"</th><th>"镇街纪（工）委"</th><th class="act"></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn edit_form(page: &MapPage, open: &MapLine) -> AnyView {
    view! {
        <section class="panel">
            <h2>{format!("{}的归口", open.name)}</h2>
            <form class="form" method="post" action="/people/map/save">
                <FormMarks command=page.command />
                {hidden("unit", open.unit)}
                {hidden("seen", open.version)}
                {body_fields(&page.bodies, &open.by)}
                <div class="actions"><button class="btn primary">"保存归口"</button><a class="btn" href="/people/map">"不改了"</a></div>
            </form>
        </section>
    }
    .into_any()
}
