//! `/accountability/figures`: the numbers of a year, each with its rows behind it.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::tabs;
use crate::{
    api::accountability::{Figure, FiguresPage, FiguresQuery, ItemFigures},
    ui::{OfficePage, loaded, page_data},
};

/// `/accountability/figures`.
#[component]
pub fn FiguresView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| FiguresQuery { year: query.read().get("year").and_then(|y| y.parse().ok()) });
    let data = page_data(move || ItemFigures { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main print-wide" id="main">{loaded(data, |page| show(&page))}</main>
        </OfficePage>
    }
}

fn number(figure: &Figure) -> AnyView {
    let words = format!("{} {}", figure.count, figure.unit);
    if figure.link.is_empty() || figure.count == 0 {
        return view! { <b>{words}</b> }.into_any();
    }
    view! { <a href=figure.link.clone()><b>{words}</b></a> }.into_any()
}

fn list(title: &'static str, hint: &'static str, figures: &[Figure]) -> AnyView {
    if figures.is_empty() {
        return ().into_any();
    }
    let lines =
        figures.iter().map(|figure| view! { <dt>{figure.label.clone()}</dt><dd>{number(figure)}</dd> }).collect_view();
    view! {
        <section class="panel">
            <h2>{title}</h2>
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            <dl class="kv">{lines}</dl>
        </section>
    }
    .into_any()
}

fn show(page: &FiguresPage) -> AnyView {
    let head =
        page.head.iter().map(|figure| view! { <li>{figure.label.clone()} " " {number(figure)}</li> }).collect_view();
    let years = page
        .years
        .iter()
        .map(|year| {
            let here = (*year == page.year).then_some("page");
            view! { <a href=format!("/accountability/figures?year={year}") aria-current=here>{format!("{year}年")}</a> }
        })
        .collect_view();
    view! {
        <div class="page-head">
            <h1>{format!("{}年问责统计", page.year)}</h1>
            <p class="lead">{format!("截至{}。点数字看对应的事项。只按单位和环节统计，不排名。", page.as_of)}</p>
            <div class="actions screen-only"><a class="btn" rel="external" href=format!("/accountability/figures/export?year={}", page.year)>"导出 .xlsx"</a></div>
        </div>
        {tabs("/accountability/figures")}
        <nav class="tabs" aria-label="年度">{years}</nav>
        <section class="panel">
            <h2>"全年"</h2>
            <ul class="figures">{head}</ul>
        </section>
        {list("在办事项", "现在的情况，不分年度", &page.stages)}
        {list("等在监督单位的", "监督单位的时间，不算被监督单位逾期", &page.waits)}
        {list("提示", "", &page.marks)}
        {list("本年挂账按来源", "", &page.kinds)}
        {list("本年公布的问责处理", "只统计已由第二人核对的", &page.measures)}
    }
    .into_any()
}
