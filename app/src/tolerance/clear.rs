//! `/clearances/{id}`: one 澄清 and what this viewer may do about it.

use domain::tolerance::ClearanceState;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::case::talk_form;
use crate::{
    api::{
        drafts::Draft,
        tolerance::{CaseQuery, ClearPage, ClearanceOne},
    },
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
    viewer::viewer,
};

/// `/clearances/{id}`.
#[component]
pub fn ClearView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| CaseQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || ClearanceOne { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> }
        })
    };
    view! {
        <OfficePage current="/tolerance">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/tolerance">"容错纠错"</a> " / " <span>"澄清正名"</span></nav>
                {done}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &ClearPage, draft: &str) -> AnyView {
    let pair = |label: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd class="read">{value}</dd> })
    };
    let (tone, icon) = match page.state {
        ClearanceState::Done => ("ok", "✓"),
        ClearanceState::Refused => ("none", "—"),
        ClearanceState::Asked | ClearanceState::Approved => ("pending", "◔"),
    };
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{format!("{} · {} ", page.unit, page.who)}
                <span class=format!("state {tone}")>{icon} " " {page.state.label()}</span></p>
        </div>
        <Problem draft=page.draft.clone() />
        {next(page, draft)}
        {page.notes_talk.then(|| talk_form(page.command, &page.draft, draft, ("clearance", &page.id, page.seen), &page.who))}
        <section class="panel">
            <h2>"澄清情况"</h2>
            <dl class="kv">
                {pair("提出", &page.asked)} {pair("核实结论摘要", &page.summary)} {pair("方式", page.way.label())}
                {pair("审定", &page.decided)} {pair("不同意的理由", &page.reason)} {pair("文号", &page.number)}
                {pair("澄清", &page.done)} {pair("本人确认", &page.receipt)} {pair("勉励谈话", &page.talk)}
            </dl>
        </section>
    }
    .into_any()
}

fn marks(page: &ClearPage, draft_id: &str, act: Option<&'static str>) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft_id.to_owned() />
        <input type="hidden" name="clearance" value=page.id.clone() />
        <input type="hidden" name="seen" value=page.seen.to_string() />
        {act.map(|act| view! { <input type="hidden" name="do" value=act /> })}
    }
    .into_any()
}

fn of(page: &ClearPage, acts: &[&str]) -> Draft {
    let act = page.draft.value("do", "");
    if acts.contains(&act.as_str()) { page.draft.clone() } else { Draft::default() }
}

fn next(page: &ClearPage, draft_id: &str) -> AnyView {
    let Some(act) = page.acts.first() else { return ().into_any() };
    let form = match act.as_str() {
        "decide" => {
            let draft = of(page, &["approve", "refuse"]);
            view! {
                <form class="form" method="post" action="/clearances/step">
                    {marks(page, draft_id, None)}
                    <TextField name="reason" label="不同意的理由（不同意时填）" value=draft.value("reason", "")
                        error=draft.problem_of("reason") />
                    <div class="actions">
                        <button class="btn primary" name="do" value="approve">"同意澄清"</button>
                        <button class="btn" name="do" value="refuse">"不同意"</button>
                    </div>
                </form>
            }
            .into_any()
        }
        "carry" => {
            let draft = of(page, &["carry"]);
            view! {
                <form class="form" method="post" action="/clearances/step">
                    {marks(page, draft_id, Some("carry"))}
                    <TextField name="done_on" label="澄清日期" kind="date" class="short"
                        value=draft.value("done_on", viewer().today) error=draft.problem_of("done_on") />
                    <TextField name="where" label="澄清的场合和范围" value=draft.value("where", "")
                        error=draft.problem_of("where") hint="例如：区教育局党组扩大会，班子成员和中层干部参加" />
                    <p class="hint">"保存后收回这一项造成的颜色；公开澄清的在脉络里留一条标记。"</p>
                    <div class="actions"><button class="btn primary">"已澄清"</button></div>
                </form>
            }
            .into_any()
        }
        "receive" => view! {
            <form class="form" method="post" action="/clearances/step">
                {marks(page, draft_id, Some("receive"))}
                <div class="actions"><button class="btn primary">"我已知悉并确认"</button></div>
            </form>
        }
        .into_any(),
        _ => {
            let draft = of(page, &["paper"]);
            view! {
                <form class="form" method="post" action="/clearances/step">
                    {marks(page, draft_id, Some("paper"))}
                    <TextField name="paper_on" label="纸质确认日期" kind="date" class="short"
                        value=draft.value("paper_on", viewer().today) error=draft.problem_of("paper_on") />
                    <TextField name="handler" label="经办人" class="short" value=draft.value("handler", viewer().name)
                        error=draft.problem_of("handler") />
                    <div class="actions"><button class="btn primary">"登记纸质确认"</button></div>
                </form>
            }
            .into_any()
        }
    };
    view! { <section class="panel" id="next"><h2>"下一步"</h2>{form}</section> }.into_any()
}
