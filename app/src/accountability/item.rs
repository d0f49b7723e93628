//! `/accountability/{id}`: one item, its history, and the next step of this viewer.

use domain::{board::Tone, people::Role};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{parts::saved, steps};
use crate::{
    api::accountability::{Around, ClosedLoop, LoopPage, LoopQuery, PastRow, Related},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data, state_as, why},
    viewer::viewer,
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
                {move || saved(done.get())}
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
    let repeats = repeated(&page);
    let quick = row.quick.then(|| view! { " " <span class="tag">"立行立改"</span> });
    view! {
        <div class="page-head">
            <h1>{row.problem.clone()}</h1>
            <p class="lead">{place} " " {state_as(row.tone, row.word.clone())} {quick}</p>
        </div>
        {why(row.tone, row.state.clone(), page.words.clone(), page.why.clone())}
        {repeats}
        <Problem draft=page.draft.clone() />
        <p class="screen-only"><a href=format!("/chain/item?problem={}", row.id)>"全程一条线：从清单条目到下一年"</a></p>
        {steps::forms(&page, &draft)}
        {urge(&page)}
        {tolerance(&page)}
        <section class="panel">
            <h2>"整改事项"</h2>
            <dl class="kv">
                {pair("整改要求", &row.demand)}
                {pair("来源", &page.origin)}
                {origin(&page)}
                {pair("下一年清单", &page.suggested)}
                {pair("挂账日期", &row.opened_on)}
                {pair("整改期限", &row.deadline)}
                {pair("延期", &page.extension)}
                {pair("责任领导", &row.owner)}
                {pair("责任部门", &row.department)}
                {pair("整改措施", &page.measures)}
                {pair("整改情况", &page.evidence)}
                {proofs(&page.around)}
                {pair("外部编号", &row.external)}
            </dl>
        </section>
        {papers(&page)}
        <section class="panel">
            <h2>"办理经过"</h2>
            <ol class="thread">{history}</ol>
        </section>
    }
    .into_any()
}

/// A head who thinks that 容错 applies asks for it from here.
fn tolerance(page: &LoopPage) -> AnyView {
    let late = page.row.tone == Tone::Late;
    (late && viewer().has(Role::Principal))
        .then(|| {
            let to = format!("/tolerance?about=item:{}#ask", page.row.id);
            view! { <p><small><a href=to>"逾期确有特殊原因的，可以申请容错"</a></small></p> }
        })
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

/// Earlier, later and similar problems. That they are the same is for people to say.
fn repeated(page: &LoopPage) -> AnyView {
    let line = |one: &Related| {
        let words = format!("{} {}（{}）", one.number, one.problem, one.state);
        view! { <li><a href=format!("/accountability/{}", one.id)>{words}</a></li> }
    };
    let around = &page.around;
    let earlier = around.earlier.as_ref().map(|one| {
        view! { <div class="notice warn"><b>"12 个月内或经认定重复发生，上一次是"</b><ul>{line(one)}</ul></div> }
    });
    let later = (!around.later.is_empty()).then(|| {
        view! { <div class="notice info"><b>"以后又发生"</b><ul>{around.later.iter().map(line).collect_view()}</ul></div> }
    });
    let alike = (!around.alike.is_empty()).then(|| {
        view! {
            <div class="notice info">
                <b>"本单位有说法相近的问题，是否重复请核对后在“关联重复问题”里认定"</b>
                <ul>{around.alike.iter().map(line).collect_view()}</ul>
            </div>
        }
    });
    let numbered = (!around.numbered.is_empty()).then(|| {
        view! {
            <div class="notice info">
                <b>{format!("同一外部编号（{}）还有", page.row.external)}</b>
                <ul>{around.numbered.iter().map(line).collect_view()}</ul>
            </div>
        }
    });
    view! { {earlier} {later} {alike} {numbered} }.into_any()
}

/// Where it came from, for whoever may look there.
fn origin(page: &LoopPage) -> AnyView {
    let link = page.origin_link.clone();
    if link.is_empty() {
        return ().into_any();
    }
    if link.starts_with("/talks/") {
        return view! { <dt>"廉政谈话"</dt><dd><a href=link>"看谈话和三张清单"</a></dd> }.into_any();
    }
    if link.starts_with("/warnings/") {
        return view! { <dt>"问责预警提示单"</dt><dd><a href=link>"看提示单"</a></dd> }.into_any();
    }
    // The sheet is another bundle's.
    view! { <dt>"检查意见"</dt><dd><a href=link rel="external">"翻阅检查和这条意见"</a></dd> }.into_any()
}

fn proofs(around: &Around) -> AnyView {
    if around.proofs.is_empty() {
        return ().into_any();
    }
    let lines = around
        .proofs
        .iter()
        .cloned()
        .map(|(words, link)| {
            let outside = link.starts_with("/records").then_some("external");
            if link.is_empty() {
                view! { <li>{words}</li> }.into_any()
            } else {
                view! { <li><a href=link rel=outside>{words}</a></li> }.into_any()
            }
        })
        .collect_view();
    view! { <dt>"佐证"</dt><dd><ul>{lines}</ul></dd> }.into_any()
}

/// 催办: to the 联络员, once for a deadline.
fn urge(page: &LoopPage) -> AnyView {
    let around = &page.around;
    if !around.urged.is_empty() {
        return view! { <p class="hint">{format!("已请联络员跟进：{}", around.urged)}</p> }.into_any();
    }
    if !around.urges {
        return ().into_any();
    }
    view! {
        <form class="actions" method="post" action="/accountability/urge">
            <FormMarks command=page.command />
            <input type="hidden" name="item" value=page.row.id.to_string() />
            <button class="btn">"请联络员跟进"</button>
            <small>"只提醒联络员，同一期限只提醒一次。"</small>
        </form>
    }
    .into_any()
}

/// 制度, 工作建议 and measures that belong to it.
fn papers(page: &LoopPage) -> AnyView {
    let around = &page.around;
    let id = page.row.id;
    let regulations = around
        .regulations
        .iter()
        .cloned()
        .map(|(title, number, link)| view! { <li><a href=link>{title}</a> " " <small>{number}</small></li> })
        .collect_view();
    let linked = |lines: &[(String, String)]| {
        lines.iter().cloned().map(|(words, link)| view! { <li><a href=link>{words}</a></li> }).collect_view()
    };
    let nothing = around.regulations.is_empty() && around.advices.is_empty() && around.measures.is_empty();
    if nothing && !around.registers && !around.advises {
        return ().into_any();
    }
    view! {
        <section class="panel">
            <h2>"制度和文书"</h2>
            <ul>{regulations} {linked(&around.advices)} {linked(&around.measures)}</ul>
            <div class="actions">
                {around.registers.then(|| view! {
                    <a class="btn" href=format!("/accountability/regulations?item={id}#add")>"登记建立的制度"</a>
                })}
                {around.advises.then(|| view! {
                    <a class="btn" href=format!("/accountability/advices?item={id}#draft")>"提出工作建议"</a>
                })}
            </div>
        </section>
    }
    .into_any()
}
