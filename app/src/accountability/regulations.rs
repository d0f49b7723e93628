//! `/accountability/regulations`: 制度 that were made or mended as a result.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{address, choice, options_of, pager, saved, tabs, years};
use crate::{
    api::accountability::{RegulationList, RegulationRow, RegulationsPage, RegulationsQuery},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/accountability/regulations`.
#[component]
pub fn RegulationsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let text = |name: &str| q.get(name).filter(|value| !value.is_empty());
        RegulationsQuery {
            year: text("year").and_then(|year| year.parse().ok()),
            unit: text("unit"),
            kind: text("kind"),
            item: text("item"),
            draft: text("draft"),
            page: text("page").and_then(|page| page.parse().ok()),
        }
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || RegulationList { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main print-wide" id="main">
                {move || saved(done.get())}
                {loaded(data, move |page| show(&page, &asked.get_untracked()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &RegulationsPage, asked: &RegulationsQuery) -> AnyView {
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    let year = asked.year.map(|year| year.to_string()).unwrap_or_default();
    let (unit, kind) = (of(&asked.unit), of(&asked.kind));
    let now = [("year", year.as_str()), ("unit", unit.as_str()), ("kind", kind.as_str())];
    let item = of(&asked.item);
    let export = address("/accountability/regulations/export", &[&now[..], &[("item", item.as_str())]].concat());
    let rows = page.rows.iter().map(|row| line(page, row)).collect_view();
    view! {
        <div class="page-head">
            <h1>"整改建立的制度"</h1>
            <p class="lead">{format!("共 {} 项。整改中新建、修订的制度登记在这里，并连回对应的问题。", page.total)}</p>
            <div class="actions screen-only"><a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
        </div>
        {tabs("/accountability/regulations")}
        <form class="filter" method="get" action="/accountability/regulations">
            {choice("year", "年度", "不限", &years(&page.years), &year)}
            {choice("unit", "单位", "全部单位", &page.units, &unit)}
            {choice("kind", "类别", "全部", &page.kinds, &kind)}
            <button class="btn">"查询"</button>
        </form>
        <div id="list">
            {if page.rows.is_empty() {
                view! { <div class="empty"><b>"还没有登记制度"</b><p>"从问题的页面登记，就能连回那个问题。"</p></div> }.into_any()
            } else {
                view! { <ul class="cards">{rows}</ul> }.into_any()
            }}
        </div>
        {pager("/accountability/regulations", &now, page.page, page.pages)}
        {(!page.own.is_empty()).then(|| form(page, of(&asked.draft)))}
    }
    .into_any()
}

fn line(page: &RegulationsPage, row: &RegulationRow) -> AnyView {
    let facts = [row.unit.as_str(), row.kind.as_str(), row.made.as_str(), row.adopted_on.as_str(), row.number.as_str()];
    let facts = facts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let items = row
        .items
        .iter()
        .cloned()
        .map(|(link, number)| view! { " " <a href=link>{format!("问题 {number}")}</a> })
        .collect_view();
    let withdraw = row.withdraws.then(|| {
        let id = format!("reason-{}", row.id);
        view! {
            <details class="dialog">
                <summary class="btn">"撤下…"</summary>
                <div class="dialog-box">
                    <form class="form" method="post" action="/accountability/regulations/do">
                        <FormMarks command=page.command />
                        <input type="hidden" name="do" value="withdraw" />
                        <input type="hidden" name="id" value=row.id.to_string() />
                        <div class="field">
                            <label for=id.clone()>"撤下原因"</label>
                            <input id=id type="text" name="reason" autocomplete="off" />
                        </div>
                        <div class="actions"><button class="btn">"撤下"</button></div>
                    </form>
                </div>
            </details>
        }
    });
    let (item, ..) = page.about.clone();
    let there = row.items.iter().any(|(link, _)| *link == format!("/accountability/{item}"));
    let link = (row.withdraws && !item.is_empty() && !there).then(|| {
        view! {
            <form class="inline" method="post" action="/accountability/regulations/do">
                <FormMarks command=page.command />
                <input type="hidden" name="do" value="link" />
                <input type="hidden" name="id" value=row.id.to_string() />
                <input type="hidden" name="item" value=item.clone() />
                <button class="btn" aria-label=format!("{}也对应这个问题", row.title)>"也对应这个问题"</button>
            </form>
        }
    });
    view! {
        <li class="card">
            <b>{row.title.clone()}</b> {row.withdrawn.then(|| view! { " " <span class="tag">"已撤下"</span> })}
            <p>{facts} {items}</p>
            <small>{row.note.clone()}</small>
            {link}
            {withdraw}
        </li>
    }
    .into_any()
}

fn form(page: &RegulationsPage, draft: String) -> AnyView {
    let value = |name: &str, otherwise: &str| page.draft.value(name, otherwise);
    let error = |name: &str| page.draft.problem_of(name);
    let under = |name: &str| page.draft.problem_of(name).map(|e| view! { <p class="error">{e}</p> });
    let (item, words, unit) = page.about.clone();
    let item = value("item", &item);
    let only = if page.own.len() == 1 { page.own.first().map(|(id, _)| id.clone()).unwrap_or_default() } else { unit };
    let open = !item.is_empty() || !page.draft.fields.is_empty();
    let mended = page.draft.has("mended", "1");
    view! {
        <details class="panel" id="add" open=open>
            <summary class="btn">"登记制度…"</summary>
            <Problem draft=page.draft.clone() />
            {(!words.is_empty()).then(|| view! { <p class="hint">{format!("对应问题：{words}")}</p> })}
            <form class="form" method="post" action="/accountability/regulations/do">
                <FormMarks command=page.command draft=draft />
                <input type="hidden" name="do" value="add" />
                {(!item.is_empty()).then(|| view! { <input type="hidden" name="item" value=item.clone() /> })}
                <div class="field half">
                    <label for="unit">"单位"</label>
                    <select id="unit" name="unit">{options_of("请选择", &page.own, &value("unit", &only))}</select>
                    {under("unit")}
                </div>
                <div class="field half">
                    <label for="kind">"类别"</label>
                    <select id="kind" name="kind">{options_of("请选择", &page.kinds, &value("kind", ""))}</select>
                    {under("kind")}
                </div>
                <TextField name="title" label="制度名称" value=value("title", "") error=error("title") />
                <TextField name="number" label="文号" class="half" hint="没有可不填" value=value("number", "") error=error("number") />
                <TextField name="adopted_on" label="印发日期" kind="date" class="half" value=value("adopted_on", &page.today)
                    error=error("adopted_on") />
                <label class="chip"><input type="checkbox" name="mended" value="1" checked=mended /><span>"修订原有制度"</span></label>
                {under("item")}
                <div class="actions"><button class="btn primary">"登记"</button></div>
            </form>
        </details>
    }
    .into_any()
}
