//! `/reviews/{id}`: the plan of a meeting by tabs; what is missing by when, and the approval.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{materials, roll, rules, sections, words::done_notice};
use crate::{
    api::reviews::{Plan, PlanPage, PlanQuery},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data, state_as},
};

/// Key and words of the tabs.
const TABS: [(&str, &str); 8] = [
    ("step", "总览和审定"),
    ("base", "会议安排"),
    ("presenters", "述责对象"),
    ("raters", "评议人员"),
    ("recusals", "回避"),
    ("people", "会务人员"),
    ("rules", "评议规则"),
    ("reports", "述责材料"),
];

/// `/reviews/{id}`.
#[component]
pub fn PlanView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| PlanQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let tab = Memo::new(move |_| query.read().get("tab").unwrap_or_default());
    let data = page_data(move || Plan { form: asked.get() });
    view! {
        <OfficePage current="/reviews">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reviews">"述责评议"</a> " / " <span>"会议方案"</span></nav>
                {done_notice()}
                {loaded(data, move |page| view! { {move || show(&page, &tab.get())} }.into_any())}
            </main>
        </OfficePage>
    }
}

/// The hidden fields of every form of the plan.
pub(super) fn marks(page: &PlanPage) -> AnyView {
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="meeting" value=page.id.to_string() />
        <input type="hidden" name="seen" value=page.version.to_string() />
    }
    .into_any()
}

fn show(page: &PlanPage, tab: &str) -> AnyView {
    let tab = TABS.iter().find(|(key, _)| *key == tab).map_or("step", |(key, _)| *key);
    let tabs = TABS
        .iter()
        .filter(|(key, _)| *key != "reports" || page.approved)
        .map(|(key, words)| {
            let here = (*key == tab).then_some("page");
            view! { <a href=format!("/reviews/{}?tab={key}", page.id) aria-current=here>{*words}</a> }
        })
        .collect_view();
    let body = match tab {
        "base" => sections::base(page),
        "presenters" => sections::presenters(page),
        "raters" => roll::raters(page),
        "recusals" => roll::recusals(page),
        "people" => sections::people(page),
        "rules" => rules::show(page),
        "reports" => materials::show(page),
        _ => overview(page),
    };
    view! {
        <div class="page-head">
            <h1>{page.plan.title.clone()}</h1>
            <p class="lead">
                {state_as(page.tone, page.state.clone())} " "
                {domain::time::zh(page.plan.on)} " " {page.plan.place.clone()}
            </p>
            <div class="actions">
                <a class="btn" rel="external" href=format!("/reviews/{}/export", page.id)>"导出 .xlsx"</a>
                {page.approved.then(|| view! {
                    <a class="btn" href=format!("/reviews/{}/pack", page.id) rel="external">"评议材料"</a>
                    <a class="btn primary" href=format!("/hall/{}", page.id) rel="external">"会场控制台"</a>
                })}
            </div>
        </div>
        <nav class="tabs" aria-label="会议方案">{tabs}</nav>
        <Problem draft=page.draft.clone() />
        {body}
    }
    .into_any()
}

fn overview(page: &PlanPage) -> AnyView {
    let dates = page
        .dates
        .iter()
        .map(|line| {
            let missing = (!line.missing.is_empty())
                .then(|| view! { <small>{format!("还差：{}", line.missing.join("、"))}</small> });
            view! {
                <tr>
                    <td data-label="时间" class="nowrap">{line.day.clone()} <small>{line.label.clone()}</small></td>
                    <td data-label="事项" class="title">{line.what.clone()} {missing}</td>
                    <td data-label="状态">{state_as(line.tone, line.word.clone())}</td>
                </tr>
            }
        })
        .collect_view();
    let steps = page
        .approvals
        .iter()
        .map(|a| {
            let reason = (!a.reason.is_empty()).then(|| view! { <small>{a.reason.clone()}</small> });
            view! { <li><b>{a.words.clone()}</b> " " {a.who.clone()} <small>{a.at.clone()}</small> {reason}</li> }
        })
        .collect_view();
    view! {
        {(!page.returned.is_empty()).then(|| view! {
            <div class="notice warn" role="status"><b>"方案被退回"</b><p>{page.returned.clone()}</p></div>
        })}
        {warnings(page)}
        <section class="panel">
            <h2>"会前时间表"</h2>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"时间"</th><th>"事项"</th><th>"状态"</th></tr></thead>
                    <tbody>{dates}</tbody>
                </table>
            </div>
            <p class="hint">"按工作日倒排，天数为示范口径。评议材料到期且本人核对后开放；审定得晚的，给本人留一个工作日核对，期满按未核对开放；会前已没有这一天的，立即开放。"</p>
            {page.may.open_pack.then(|| view! {
                <form class="actions" method="post" action="/reviews/step">
                    {marks(page)}
                    <button class="btn" name="step" value="open_pack">"按未核对开放"</button>
                </form>
            })}
        </section>
        {decisions(page)}
        {(!page.approvals.is_empty()).then(|| view! {
            <section class="panel"><h2>"审定经过"</h2><ol class="thread">{steps}</ol></section>
        })}
    }
    .into_any()
}

/// What does not stop the approval and ought to be known.
fn warnings(page: &PlanPage) -> AnyView {
    if page.warnings.is_empty() {
        return ().into_any();
    }
    let lines = page.warnings.iter().map(|w| view! { <li>{w.clone()}</li> }).collect_view();
    view! { <div class="notice warn" role="status"><b>"请留意"</b><ul>{lines}</ul></div> }.into_any()
}

/// Everything that is missing, each with the tab where it is put right.
fn missing(page: &PlanPage) -> AnyView {
    let lines = page
        .problems
        .iter()
        .map(|(field, words)| {
            let tab = match field.as_str() {
                "presenters" | "raters" | "recusals" => field.as_str(),
                "tellers" | "counters" | "operators" | "chair" => "people",
                "title" | "on_day" => "base",
                _ => "rules",
            };
            view! {
                <li>
                    <span class="state warn">"▲ " {words.clone()}</span> " "
                    <a href=format!("/reviews/{}?tab={tab}", page.id)>"去补"</a>
                </li>
            }
        })
        .collect_view();
    view! { <p>"还不能提请审定："</p> <ul>{lines}</ul> }.into_any()
}

fn decisions(page: &PlanPage) -> AnyView {
    let may = page.may;
    let draft = page.draft.clone();
    view! {
        {may.ask.then(|| view! {
            <section class="panel">
                <h2>"提请审定"</h2>
                {if page.problems.is_empty() {
                    view! {
                        <form method="post" action="/reviews/step">
                            {marks(page)}
                            <p>"方案和名册已齐，可以报区纪委书记审定。"</p>
                            <button class="btn primary" name="step" value="ask">"提请审定"</button>
                        </form>
                    }
                    .into_any()
                } else {
                    missing(page)
                }}
            </section>
        })}
        {(may.approve || may.paper).then(|| sections::summary(page))}
        {may.approve.then(|| view! {
            <section class="panel">
                <h2>"审定"</h2>
                <form class="form" method="post" action="/reviews/step">
                    {marks(page)}
                    <TextArea name="reason" label="意见" rows=3 value=draft.value("reason", "")
                        hint="同意可以不写；退回请写明理由" error=draft.problem_of("reason") />
                    <div class="actions">
                        <button class="btn primary" name="step" value="approve">"同意"</button>
                        <button class="btn" name="step" value="return">"退回修改"</button>
                    </div>
                </form>
            </section>
        })}
        {may.paper.then(|| view! {
            <details class="dialog" open=!draft.fields.is_empty()>
                <summary class="btn">"书记已在纸上审定…"</summary>
                <form class="dialog-box form" method="post" action="/reviews/step">
                    {marks(page)}
                    <TextField name="paper_on" label="批示日期" kind="date" class="half" required=true
                        value=draft.value("paper_on", "") error=draft.problem_of("paper_on") />
                    <TextField name="paper_handler" label="经办人" class="half" required=true
                        value=draft.value("paper_handler", "") error=draft.problem_of("paper_handler") />
                    <TextField name="reason" label="批示意见" value=draft.value("reason", "") error=draft.problem_of("reason") />
                    <div class="actions">
                        <button class="btn primary" name="step" value="approve">"登记：同意"</button>
                        <button class="btn" name="step" value="return">"登记：退回修改"</button>
                    </div>
                </form>
            </details>
        })}
        {may.withdraw.then(|| view! {
            <form class="actions" method="post" action="/reviews/step">
                {marks(page)}
                <button class="btn" name="step" value="withdraw">"撤回修改"</button>
            </form>
        })}
        {may.reopen.then(|| view! {
            <details class="dialog">
                <summary class="btn">"重新报审…"</summary>
                <form class="dialog-box form" method="post" action="/reviews/step">
                    {marks(page)}
                    <p>"方案回到起草，已建的席位和已印的评议卡作废；只补回避的，在“回避”里直接添加。"</p>
                    <TextField name="reason" label="理由" required=true value=draft.value("reason", "") error=draft.problem_of("reason") />
                    <div class="actions"><button class="btn" name="step" value="reopen">"重新报审"</button></div>
                </form>
            </details>
        })}
    }
    .into_any()
}
