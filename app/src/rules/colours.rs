//! `/oversight/colours/{post}`: each item with its colour, the reason, on what it rests, and all that it was before.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::rules::{ColourChange, ColourRow, Colours, ColoursPage, ColoursQuery, FactLink},
    checks::{ask_form, check_lines},
    ui::{OfficePage, loaded, page_data, state_as},
};

/// `/oversight/colours/{post}`.
#[component]
pub fn ColoursView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| ColoursQuery {
        post: params.read().get("post").unwrap_or_default(),
        year: query.read().get("year").and_then(|y| y.parse().ok()),
        draft: query.read().get("draft"),
    });
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || Colours { form: asked.get() });
    view! {
        <OfficePage current="">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"颜色和经过"</h1>
                    <p class="lead">"每条事项现在是什么颜色、为什么、依据什么，以前怎样变过来的。"</p>
                </div>
                {move || done.get().map(|what| {
                    let words = if what == "asked" { "已提交核对申请，答复会显示在这里和待办里。" } else { "已办理。" };
                    view! { <div class="notice ok" role="status"><p>{words}</p></div> }
                })}
                {loaded(data, |page| show(&page))}
            </main>
        </OfficePage>
    }
}

fn show(page: &ColoursPage) -> AnyView {
    let years = page
        .years
        .iter()
        .map(|year| {
            let here = (*year == page.year).then_some("true");
            view! { <a href=format!("/oversight/colours/{}?year={year}", page.post) aria-current=here>{format!("{year}年")}</a> }
        })
        .collect_view();
    let (tone, word, duty, why) = page.worst.clone();
    view! {
        <div class="filter">
            <span class="filter-links">{years}</span>
            <a class="btn" href="/oversight/rules">"现行规则"</a>
        </div>
        <section class="panel" aria-labelledby="unit">
            <h2 id="unit">{format!("{} · {}", page.unit, page.who)}</h2>
            {(!page.earlier.is_empty()).then(|| view! { <p class="hint">{page.earlier.clone()}</p> })}
            <p>{state_as(tone, word)} " " {(!duty.is_empty()).then(|| format!("按最需要关注的一项显示（{duty}）。"))} {why}</p>
        </section>
        {if page.closed.is_empty() {
            rows(page)
        } else {
            view! { <div class="empty"><b>{page.closed.clone()}</b></div> }.into_any()
        }}
    }
    .into_any()
}

fn facts(facts: &[FactLink]) -> Option<AnyView> {
    (!facts.is_empty()).then(|| {
        let last = facts.len() - 1;
        let links = facts
            .iter()
            .cloned()
            .enumerate()
            .map(|(n, fact)| {
                let fact_view = if fact.link.is_empty() {
                    view! { <span>{fact.words}</span> }.into_any()
                } else {
                    view! { <a href=fact.link rel="external">{fact.words}</a> }.into_any()
                };
                view! { {fact_view} {(n < last).then_some("；")} }
            })
            .collect_view();
        view! { <p class="muted">"依据：" {links}</p> }.into_any()
    })
}

/// What needs somebody first, then all the others, each in the order of the list.
fn rows(page: &ColoursPage) -> AnyView {
    let (urgent, others): (Vec<_>, Vec<_>) = page.rows.iter().partition(|row| row.tone.needs_attention());
    let part = |id: &'static str, title: String, rows: &[&ColourRow]| {
        (!rows.is_empty()).then(|| {
            let lines = rows.iter().map(|row| line(row, page)).collect_view();
            view! {
                <section class="panel" aria-labelledby=id>
                    <h2 id=id>{title}</h2>
                    <ul class="rows colours">{lines}</ul>
                </section>
            }
        })
    };
    view! {
        {part("urgent", format!("需要关注的 {} 条", urgent.len()), &urgent)}
        {part("others", format!("其余 {} 条", others.len()), &others)}
    }
    .into_any()
}

/// The reason without the name of its item, which stands above it: 「3.3「专题研究…」第四季度…」.
fn reason(row: &ColourRow) -> String {
    let named = row.why.strip_prefix(&format!("{}「", row.code)).and_then(|rest| rest.split_once('」'));
    named.map_or_else(|| row.why.clone(), |(_, rest)| rest.to_owned())
}

fn line(row: &ColourRow, page: &ColoursPage) -> AnyView {
    let key = row.duty.to_string();
    let subject = || ("colour", page.post, page.year, key.clone());
    let name = format!("{} {}", row.code, row.text);
    let changes = row.changes.iter().map(change).collect_view();
    let none = row.changes.is_empty().then(|| view! { <p class="muted">"还没有变过颜色。"</p> });
    let asks = row.may_ask.then(|| ask_form(page.command, subject(), &name, page.days, &row.checks, &page.draft));
    let before_me = row.before_me.then(|| {
        view! { <p class="hint">"前任负责人对这个颜色的核对申请还在办理，答复以后可以再申请。"</p> }
    });
    // A refused question about an item that cannot be asked about any more is said all the same.
    let refused = (!row.may_ask && page.draft.value("key", "") == key && !page.draft.problem.is_empty())
        .then(|| view! { <p class="error" role="alert">{page.draft.problem.clone()}</p> });
    // On what a colour rests that nobody has to do anything about is one tap away.
    let attention = row.tone.needs_attention();
    let ground = || {
        view! {
            <p>
                <small>{row.rule.clone()}</small>
                {page.head.then(|| view! {
                    " " <small><a href=format!("/relief?about=item:{key}#suggest") aria-label=format!("{name} 没必要？提减负建议")>"没必要？"</a></small>
                })}
            </p>
            {facts(&row.facts)}
        }
    };
    let label = if attention { "颜色经过" } else { "依据和经过" };
    view! {
        <li id=format!("i{key}")>
            <div>
                <b>{name.clone()}</b>
                <p>{state_as(row.tone, row.word.clone())} " " {reason(row)}</p>
                {attention.then(ground)}
                {refused}
                {asks}
                {before_me}
                {check_lines(page.command, subject(), &row.checks)}
                <details>
                    <summary>{label}<span class="visually-hidden">{format!("：{name}")}</span></summary>
                    {(!attention).then(ground)}
                    {none}
                    <ol class="points changes">{changes}</ol>
                </details>
            </div>
        </li>
    }
    .into_any()
}

fn change(change: &ColourChange) -> AnyView {
    view! {
        <li>
            <p>
                <time>{change.at.clone()}</time> " "
                {state_as(change.from.0, change.from.1.clone())} " → "
                {state_as(change.to.0, change.to.1.clone())} " "
                <small>{change.rule.clone()}</small>
                {change.earlier.then(|| view! { " " <span class="tag">"前任任期"</span> })}
            </p>
            <p>{change.reason.clone()}</p>
            {facts(&change.facts)}
        </li>
    }
    .into_any()
}
