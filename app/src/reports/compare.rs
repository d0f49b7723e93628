//! `/reports/{id}/compare`: two editions beside each other, judgements by words, facts by lines.

use domain::reports::{Mark, Piece};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::facts;
use crate::{
    api::reports::{CompareQuery, ComparedEditions, ComparedPage},
    ui::{OfficePage, loaded, page_data},
};

/// `/reports/{id}/compare`.
#[component]
pub fn CompareView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| CompareQuery {
        id: params.read().get("id").unwrap_or_default(),
        from: query.read().get("from"),
        to: query.read().get("to"),
    });
    let data = page_data(move || ComparedEditions { form: asked.get() });
    view! {
        <OfficePage current="/reports">
            <main class="main" id="main">{loaded(data, |page| show(&page))}</main>
        </OfficePage>
    }
}

fn choice(name: &'static str, label: &'static str, all: &[(i64, String)], chosen: i64) -> AnyView {
    let options = all
        .iter()
        .cloned()
        .map(|(no, words)| view! { <option value=no.to_string() selected=no == chosen>{words}</option> })
        .collect_view();
    view! { <label>{label} " " <select name=name>{options}</select></label> }.into_any()
}

fn show(page: &ComparedPage) -> AnyView {
    let parts = page
        .parts
        .iter()
        .map(|(label, pieces)| {
            let pieces = pieces.iter().map(piece).collect_view();
            view! { <section class="panel"><h2>{label.clone()}</h2><p class="read">{pieces}</p></section> }
        })
        .collect_view();
    let same = page.parts.is_empty() && page.facts.is_empty();
    let moved = !page.facts.is_empty();
    let export = format!("/reports/{}/compare/export?from={}&to={}", page.id, page.from, page.to);
    view! {
        <nav class="crumb" aria-label="位置">
            <a href="/reports">"报告"</a> " / " <a href=format!("/reports/{}", page.id)>{page.title.clone()}</a> " / " <span>"版本对比"</span>
        </nav>
        <div class="page-head">
            <h1>"版本对比"</h1>
            <p class="lead">{page.title.clone()}</p>
            <p class="muted">
                "每一稿的文字，是这一稿送审或另存下一稿以前最后保存的文字；最新一稿是现在存着的文字。"
            </p>
        </div>
        <form class="filter" method="get">
            {choice("from", "较早", &page.editions, page.from)}
            {choice("to", "较晚", &page.editions, page.to)}
            <button class="btn">"对比"</button>
        </form>
        {same.then(|| view! { <div class="notice ok" role="status"><p>"两稿最后保存的文字相同，事实也相同。"</p></div> })}
        {parts}
        {moved.then(|| view! {
            <section class="panel">
                <h2>"事实的变化"</h2>
                <div class="actions"><a class="btn small" href=export rel="external">"导出 .xlsx"</a></div>
                {facts::differences(&page.facts, ("较早", "较晚"), &format!("/reports/{}", page.id))}
            </section>
        })}
    }
    .into_any()
}

fn piece(piece: &Piece) -> AnyView {
    let text = piece.text.clone();
    match piece.mark {
        Mark::Same => view! { <span>{text}</span> }.into_any(),
        Mark::Added => view! { <ins>{text}</ins> }.into_any(),
        Mark::Removed => view! { <del>{text}</del> }.into_any(),
    }
}
