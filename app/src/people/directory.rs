//! `/people`: units by kind with their heads, search over units and persons.

use domain::people::UnitKind;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{done_notice, tabs};
use crate::{
    api::people::{DirectoryPage, DirectoryQuery, PeopleDirectory, UnitLine},
    board::escape,
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
    viewer::viewer,
};

/// `/people`.
#[component]
pub fn DirectoryView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let text = |name| q.get(name).filter(|v| !v.trim().is_empty());
        DirectoryQuery { kind: text("kind"), find: text("find"), draft: q.get("draft") }
    });
    let data = page_data(move || PeopleDirectory { form: asked.get() });
    view! {
        <OfficePage current="/people">
            <main class="main" id="main">
                <div class="page-head"><h1>"组织与人员"</h1></div>
                {tabs("/people")}
                {done_notice()}
                {loaded(data, move |page| page_view(page, asked.get_untracked()))}
            </main>
        </OfficePage>
    }
}

fn page_view(page: DirectoryPage, asked: DirectoryQuery) -> AnyView {
    let empty = page.units.is_empty() && asked.kind.is_none() && asked.find.is_none();
    let adding = page.may_edit.then(|| view! { {add_form(&page)} {district_form(&page)} });
    if empty {
        return view! {
            <Problem draft=page.draft.clone() />
            <div class="empty">
                <b>"还没有单位"</b>
                <p>"先导入人员名单，再导入归口表；名单里有的单位会自动建立。"</p>
                <div class="actions">
                    <a class="btn primary" href="/people/import?kind=people">"导入人员名单"</a>
                    <a class="btn" href="/people/import?kind=units">"导入归口表"</a>
                </div>
            </div>
            {adding}
        }
        .into_any();
    }
    let waiting = page.waiting;
    let found_only = page.units.is_empty() && !page.persons.is_empty();
    let persons = page
        .persons
        .iter()
        .map(|p| {
            view! {
                <tr>
                    <td class="title"><a href=format!("/people/{}", p.id)>{p.name.clone()}</a></td>
                    <td data-label="任职">{p.place.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="stack">
        <Problem draft=page.draft.clone() />
        {(waiting > 0).then(|| view! {
            <div class="notice info" role="status">
                <b>{format!("有 {waiting} 个角色等待安全管理员确认")}</b>
                <p><a href="/people/roles">"去看看"</a></p>
            </div>
        })}
        {filter(&page, &asked)}
        {(!page.persons.is_empty()).then(|| view! {
            <h2>"人员"</h2>
            <table class="table"><thead><tr><th>"姓名"</th><th>"任职"</th></tr></thead><tbody>{persons}</tbody></table>
            {(!found_only).then(|| view! { <h2>"单位"</h2> })}
        })}
        {(!found_only).then(|| units_table(page.units))}
        {adding}
        </div>
    }
    .into_any()
}

fn filter(page: &DirectoryPage, asked: &DirectoryQuery) -> AnyView {
    let find = asked.find.clone().unwrap_or_default();
    let total: u32 = page.kinds.iter().map(|(_, n)| n).sum();
    let kind = asked.kind.clone().unwrap_or_default();
    let export = format!("/people/export?kind={}&find={}", escape(&kind), escape(&find));
    let all_here = asked.kind.is_none().then_some("true");
    let links = page
        .kinds
        .iter()
        .map(|(kind, count)| {
            let here = (asked.kind.as_deref() == Some(kind.key())).then_some("true");
            view! { <a href=format!("/people?kind={}", kind.key()) aria-current=here>{format!("{} {count}", kind.label())}</a> }
        })
        .collect_view();
    view! {
        <form class="filter" method="get" action="/people">
            <span class="filter-links">
                <a href="/people" aria-current=all_here>{format!("全部 {total}")}</a>
                {links}
            </span>
            <label class="grow">
                "搜索 "
                <input type="search" name="find" value=find placeholder="单位、姓名、拼音或首字母" />
            </label>
            <button class="btn">"查询"</button>
            <a class="btn" rel="external" href=export>"导出 .xlsx"</a>
        </form>
    }
    .into_any()
}

fn units_table(units: Vec<UnitLine>) -> AnyView {
    if units.is_empty() {
        return view! { <div class="empty"><b>"没有符合条件的单位"</b><p>"换一个条件，或看全部。"</p></div> }
            .into_any();
    }
    let mut group: Option<UnitKind> = None;
    let rows = units
        .into_iter()
        .map(|u| {
            let head = (group != Some(u.kind)).then(|| {
                group = Some(u.kind);
                view! { <tr class="group"><th colspan="4" scope="rowgroup">{u.kind.label()}</th></tr> }
            });
            let note = if u.ended.is_empty() { String::new() } else { u.ended.clone() };
            let warn = u.vacant.then(|| view! { <span class="tag">"空缺"</span> });
            view! {
                {head}
                <tr>
                    <td class="title"><a href=format!("/people/units/{}", u.id)>{u.name}</a> <small>{note}</small></td>
                    <td data-label="主要负责人">{u.head} " " {warn}</td>
                    <td data-label="归口监督">{u.watched_by}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table">
            <thead><tr><th>"单位"</th><th>"主要负责人"</th><th>"归口监督"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The district's name, changed here by whoever maintains people.
fn district_form(page: &DirectoryPage) -> AnyView {
    let name = viewer().district;
    let draft = page.draft.clone();
    let open = draft.problem_of("district").is_some();
    view! {
        <details class="dialog" open=open>
            <summary class="btn">"修改区名…"</summary>
            <div class="dialog-box">
                <h2>"修改区名"</h2>
                <p class="hint">"区名显示在每页页眉、登录页和文书上。修改记入审计日志。"</p>
                <form class="form" method="post" action="/people/district">
                    <FormMarks command=page.command />
                    <input type="hidden" name="seen" value=name.clone() />
                    <TextField name="district" label="区名" value=draft.value("district", name) error=draft.problem_of("district") required=true />
                    <div class="actions"><button class="btn primary">"保存区名"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn add_form(page: &DirectoryPage) -> AnyView {
    let draft = page.draft.clone();
    let open = !draft.problem.is_empty() && draft.problem_of("district").is_none();
    let chosen = draft.value("kind", "");
    let kinds = UnitKind::ALL
        .into_iter()
        .map(|k| view! { <option value=k.key() selected=chosen == k.key()>{k.label()}</option> })
        .collect_view();
    view! {
        <details class="dialog" open=open>
            <summary class="btn">"新增单位…"</summary>
            <div class="dialog-box">
                <h2>"新增单位"</h2>
                <form class="form" method="post" action="/people/units/add">
                    <FormMarks command=page.command />
                    <TextField name="name" label="单位名称" value=draft.value("name", "") error=draft.problem_of("name") required=true />
                    <div class="field short">
                        <label for="kind">"单位类型"</label>
                        <select id="kind" name="kind">{kinds}</select>
                    </div>
                    <TextField name="starts_on" label="成立日期" kind="date" class="short" value=draft.value("starts_on", viewer().today) error=draft.problem_of("starts_on") />
                    <div class="actions"><button class="btn primary">"新增"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}
