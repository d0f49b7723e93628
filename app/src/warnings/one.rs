//! `/warnings/{id}`: the workbench of one matter.

use domain::warnings::{FiveStep, Stage};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{flow, list::step_no, lists, matrix, notices, signs, steps, talks};
use crate::{
    api::warnings::{MatterPage, MatterQuery, WarningMatter},
    ui::{OfficePage, Problem, loaded, page_data},
};

/// `/warnings/{id}`.
#[component]
pub fn MatterView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let q = query.read();
        MatterQuery {
            id: params.read().get("id").unwrap_or_default(),
            view: q.get("view"),
            page: q.get("page").and_then(|n| n.parse().ok()),
            line: q.get("line"),
            unit: q.get("unit"),
            draft: q.get("draft"),
        }
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || WarningMatter { form: asked.get() });
    view! {
        <OfficePage current="/warnings">
            <main class="main print-wide" id="main">
                <nav class="crumb" aria-label="位置"><a href="/warnings">"“一件事”问责预警"</a></nav>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><p>"已办好。"</p></div> })}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

/// The five steps of the article, with where the matter is.
fn five(stage: Stage) -> AnyView {
    let at = step_no(stage);
    let steps = FiveStep::ALL
        .into_iter()
        .enumerate()
        .map(|(n, step)| {
            let over = stage.is_over() && stage != Stage::Closed;
            let class = if n + 1 < at || stage == Stage::Closed { "done" } else { "" };
            let here = (n + 1 == at && !over).then_some("step");
            view! { <li class=class aria-current=here>{step.label()}</li> }
        })
        .collect_view();
    view! { <ol class="five-steps" aria-label="五步走">{steps}</ol> }.into_any()
}

fn show(page: &MatterPage, draft: &str) -> AnyView {
    let facts = page
        .facts
        .iter()
        .map(|(label, words)| view! { <dt>{label.clone()}</dt><dd class="read">{words.clone()}</dd> })
        .collect_view();
    let tabs = page
        .views
        .iter()
        .map(|(key, label)| {
            let here = (*key == page.view).then_some("page");
            view! { <a href=format!("/warnings/{}?view={key}", page.id) aria-current=here>{label.clone()}</a> }
        })
        .collect_view();
    let inner = match page.view.as_str() {
        "problems" => lists::problems(page, draft),
        "duties" => matrix::show(page, draft),
        "situations" => lists::situations(page, draft),
        "signs" => signs::show(page, draft),
        "notices" => notices::show(page, draft),
        "flow" => flow::show(page, draft),
        "talks" => talks::show(page, draft),
        "course" => course(page),
        _ => ().into_any(),
    };
    let paper = page.views.iter().any(|(key, _)| key == "problems");
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{page.aim.clone()}</p>
            {five(page.stage)}
            <p><b>{page.stage.label()}</b></p>
            <div class="actions screen-only">
                <a class="btn" rel="external" href=format!("/warnings/{}/export", page.id)>"清单和进展 .xlsx"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {gaps(page)}
        {steps::forms(page, draft)}
        {(!page.views.is_empty()).then(|| view! { <nav class="tabs screen-only" aria-label="清单和办理">{tabs}</nav> })}
        {inner}
        <details class="panel" open=page.views.is_empty()>
            <summary>"事项"</summary>
            <dl class="kv">{facts}</dl>
            {paper.then(|| view! {
                <div class="actions">
                    <a class="btn" href=format!("/documents/matter/{}/page", page.id) rel="external">"三张清单（打印、.docx）"</a>
                </div>
            })}
        </details>
    }
    .into_any()
}

fn gaps(page: &MatterPage) -> AnyView {
    let (some, all) = &page.gaps;
    if some.is_empty() {
        return ().into_any();
    }
    let lines = some.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view();
    let more =
        (*all as usize > some.len()).then(|| view! { <p>{format!("还有 {} 处。", *all as usize - some.len())}</p> });
    view! {
        <details class="notice warn" open=true>
            <summary><b>{format!("清单还有 {all} 处不完整，补齐后才能往下走")}</b></summary>
            <ul>{lines}</ul>
            {more}
        </details>
    }
    .into_any()
}

fn course(page: &MatterPage) -> AnyView {
    let lines = page.course.iter().map(|words| view! { <li class="read">{words.clone()}</li> }).collect_view();
    view! { <section class="panel"><h2>"经过"</h2><ul class="warn-lines">{lines}</ul></section> }.into_any()
}
