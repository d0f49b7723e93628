//! `/accountability/{id}`: one item, its history, and the next step of this viewer.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::steps;
use crate::{
    api::accountability::{ClosedLoop, LoopPage, LoopQuery, PastRow},
    ui::{OfficePage, Problem, loaded, page_data, state_as, why},
};

/// `/accountability/{id}`.
#[component]
pub fn ItemView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| LoopQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || ClosedLoop { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置">
                    <a href="/accountability">"问题整改台账"</a> " / " <span>"整改事项"</span>
                </nav>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> })}
                {loaded(data, move |page| show(page, asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: LoopPage, draft: String) -> AnyView {
    let row = page.row.clone();
    let history = page.history.iter().map(past).collect_view();
    let pair = |label: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd class="read">{value}</dd> })
    };
    let place = format!("{} · {}", row.unit, row.number);
    let repeats = page.repeats.map(|id| {
        view! {
            <p class="hint">
                "12 个月内同类问题重复发生："
                <a href=format!("/accountability/{id}")>"看上一次"</a>
            </p>
        }
    });
    view! {
        <div class="page-head">
            <h1>{row.problem.clone()}</h1>
            <p class="lead">{place} " " {state_as(row.tone, row.word.clone())}</p>
        </div>
        {why(row.tone, row.state.clone(), page.words.clone(), page.why.clone())}
        {repeats}
        <Problem draft=page.draft.clone() />
        {steps::forms(&page, &draft)}
        <section class="panel">
            <h2>"整改事项"</h2>
            <dl class="kv">
                {pair("整改要求", &row.demand)}
                {pair("来源", &page.origin)}
                {(!page.origin_link.is_empty()).then(|| view! {
                    <dt>"检查意见"</dt>
                    <dd><a href=page.origin_link.clone() rel="external">"翻阅检查和这条意见"</a></dd>
                })}
                {pair("下一年清单", &page.suggested)}
                {pair("挂账日期", &row.opened_on)}
                {pair("整改期限", &row.deadline)}
                {pair("延期", &page.extension)}
                {pair("责任领导", &row.owner)}
                {pair("责任部门", &row.department)}
                {pair("整改措施", &page.measures)}
                {pair("整改情况", &page.evidence)}
                {pair("外部编号", &row.external)}
            </dl>
        </section>
        <section class="panel">
            <h2>"办理经过"</h2>
            <ol class="thread">{history}</ol>
        </section>
    }
    .into_any()
}

fn past(row: &PastRow) -> AnyView {
    let line = format!("{} · {}", row.on, row.who);
    view! {
        <li>
            <span class="ring small wen">"问"</span>
            <b>{row.step.clone()}</b>
            {(!row.paper.is_empty()).then(|| view! { " " <span class="tag">{row.paper.clone()}</span> })}
            {(!row.words.is_empty()).then(|| view! { <p class="read">{row.words.clone()}</p> })}
            <small>{line}</small>
        </li>
    }
    .into_any()
}
