//! `/accountability/measures`: published measures by number, date and kind, for those who may read them.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    measure_form::{enter, kinds},
    parts::{address, choice, pager, saved, tabs, years},
};
use crate::{
    api::accountability::{MeasureRow, MeasuresPage, MeasuresQuery, PublishedMeasures},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/accountability/measures`.
#[component]
pub fn MeasuresView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let text = |name: &str| q.get(name).filter(|value| !value.is_empty());
        MeasuresQuery {
            year: text("year").and_then(|year| year.parse().ok()),
            way: text("way"),
            state: text("state"),
            item: text("item"),
            mend: text("mend"),
            draft: text("draft"),
            page: text("page").and_then(|page| page.parse().ok()),
        }
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || PublishedMeasures { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main print-wide" id="main">
                {move || saved(done.get())}
                {loaded(data, move |page| show(&page, &asked.get_untracked()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &MeasuresPage, asked: &MeasuresQuery) -> AnyView {
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    let year = asked.year.map(|year| year.to_string()).unwrap_or_default();
    let (way, state) = (of(&asked.way), of(&asked.state));
    let now = [("year", year.as_str()), ("way", way.as_str()), ("state", state.as_str())];
    let item = of(&asked.item);
    let export = address("/accountability/measures/export", &[&now[..], &[("item", item.as_str())]].concat());
    let rows = page.rows.iter().map(|row| line(page, row)).collect_view();
    let about = page.about.1.clone();
    view! {
        <div class="page-head">
            <h1>"问责处理"</h1>
            <p class="lead">"只登记已经公布的文号、日期和种类，由两人填写、核对。决定在系统外按权限作出；姓名、事由、申辩和结论不存入本系统。"</p>
            <div class="actions screen-only"><a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
        </div>
        {tabs("/accountability/measures")}
        <Problem draft=page.draft.clone() />
        {(!about.is_empty()).then(|| view! {
            <p class="hint">{format!("只看与 {about} 有关的。")} <a href="/accountability/measures">"看全部"</a></p>
        })}
        <form class="filter" method="get" action="/accountability/measures">
            {choice("year", "公布年度", "今年", &years(&page.years), &year)}
            {choice("way", "分类", "全部", &page.ways, &way)}
            {choice("state", "核对", "全部", &page.states, &state)}
            <button class="btn">"查询"</button>
        </form>
        <div id="list">
            {if page.rows.is_empty() {
                view! { <div class="empty"><b>"没有登记的问责处理"</b><p>"公布以后再登记。"</p></div> }.into_any()
            } else {
                view! { <ul class="cards">{rows}</ul> }.into_any()
            }}
        </div>
        {pager("/accountability/measures", &now, page.page, page.pages)}
        {page.enters.then(|| enter(page, asked.draft.clone().unwrap_or_default()))}
        {kinds(page)}
    }
    .into_any()
}

fn line(page: &MeasuresPage, row: &MeasureRow) -> AnyView {
    let facts = [row.target.as_str(), row.form.as_str(), row.way.as_str()];
    let facts = facts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let days = format!("决定 {}，公布 {}", row.decided_on, row.published_on);
    let dual = (!row.dual.is_empty()).then(|| view! { <p>{format!("一案双查：{}", row.dual)}</p> });
    let reason = (!row.reason.is_empty()).then(|| view! { <p class="hint">{format!("原因：{}", row.reason)}</p> });
    let item = (!row.item.is_empty()).then(|| view! { " " <a href=row.item.clone()>"对应问题"</a> });
    view! {
        <li class="card">
            <b>{format!("{} {}", row.kind, row.number)}</b> " " <span class="tag">{row.state.clone()}</span>
            <p>{format!("{} · {facts}", row.unit)} {item}</p>
            <p>{days}</p>
            {dual}
            {reason}
            <small>{row.hands.clone()}</small>
            <div class="actions">
                {row.confirms.then(|| act(page, row, "confirm", "与公布的文件一致"))}
                {row.confirms.then(|| asking(page, row, "return", "退回", "退回原因"))}
                {row.strikes.then(|| asking(page, row, "strike", "作废", "作废原因"))}
                {row.mends.then(|| view! {
                    <a class="btn" href=format!("/accountability/measures?mend={}#enter", row.id) rel="external">"修改"</a>
                })}
            </div>
        </li>
    }
    .into_any()
}

fn marks(page: &MeasuresPage, row: &MeasureRow, what: &'static str) -> AnyView {
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="do" value=what />
        <input type="hidden" name="id" value=row.id.to_string() />
        <input type="hidden" name="seen" value=row.version.to_string() />
    }
    .into_any()
}

fn act(page: &MeasuresPage, row: &MeasureRow, what: &'static str, label: &'static str) -> AnyView {
    view! {
        <form method="post" action="/accountability/measures/do">
            {marks(page, row, what)}
            <button class="btn primary">{label}</button>
        </form>
    }
    .into_any()
}

fn asking(
    page: &MeasuresPage,
    row: &MeasureRow,
    what: &'static str,
    label: &'static str,
    field: &'static str,
) -> AnyView {
    let id = format!("{what}-{}", row.id);
    view! {
        <details class="dialog">
            <summary class="btn">{label} "…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/accountability/measures/do">
                    {marks(page, row, what)}
                    <div class="field">
                        <label for=id.clone()>{field}</label>
                        <input id=id type="text" name="reason" autocomplete="off" />
                    </div>
                    <div class="actions"><button class="btn">{label}</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}
