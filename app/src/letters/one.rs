//! `/letters/{id}`: one 通报, its way and its receipts.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::list::{Written, badge, form};
use crate::{
    api::letters::{LetterOne, LetterPage, LetterQuery, ReceiptRow},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
    viewer::viewer,
};

/// `/letters/{id}`.
#[component]
pub fn LetterView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| LetterQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || LetterOne { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> }
        })
    };
    view! {
        <OfficePage current="/letters">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/letters">"通报"</a> " / " <span>"一份"</span></nav>
                {done}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &LetterPage, draft: &str) -> AnyView {
    let pair = |label: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd class="read">{value}</dd> })
    };
    let demands = page.demands.iter().map(|d| view! { <li class="read">{d.clone()}</li> }).collect_view();
    view! {
        <div class="page-head">
            <h1>{format!("关于{}的通报", page.title)}</h1>
            <p class="lead">{page.number.clone()} " " {badge(page.state)}</p>
            <div class="actions">
                <a class="btn" rel="external" href=format!("/documents/circular/{}/page", page.id)>"看文书"</a>
                <a class="btn" rel="external" href=format!("/documents/circular/{}/docx", page.id)>"下载 .docx"</a>
                <a class="btn" rel="external" href=format!("/letters/{}/export", page.id)>"签收情况 .xlsx"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {next(page, draft)}
        <section class="panel">
            <h2>"内容"</h2>
            <dl class="kv">
                {pair("基本情况", &page.facts)} {pair("起草", &page.drafted)} {pair("审定", &page.approved)}
                {pair("印发日期", &page.issued)} {pair("退回、撤下或作废的原因", &page.reason)}
            </dl>
            {(!page.demands.is_empty()).then(|| view! { <h3>"有关要求"</h3> <ol>{demands}</ol> })}
        </section>
        {receipts(page, draft)}
    }
    .into_any()
}

fn marks(page: &LetterPage, draft_id: &str, act: Option<&'static str>) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft_id.to_owned() />
        <input type="hidden" name="letter" value=page.id.clone() />
        <input type="hidden" name="seen" value=page.seen.to_string() />
        {act.map(|act| view! { <input type="hidden" name="do" value=act /> })}
    }
    .into_any()
}

fn next(page: &LetterPage, draft_id: &str) -> AnyView {
    let has = |act: &str| page.acts.iter().any(|a| a == act);
    if !["edit", "approve", "issue", "void"].into_iter().any(has) {
        return ().into_any();
    }
    let reason = |label: &'static str| {
        view! {
            <TextField name="reason" label=label value=page.draft.value("reason", "") error=page.draft.problem_of("reason") />
        }
    };
    let now = Written { title: page.title.clone(), facts: page.facts.clone(), demands: page.demands.join("\n") };
    view! {
        <section class="panel" id="next">
            <h2>"下一步"</h2>
            {has("edit").then(|| view! {
                <div id="write">{form(page.command, &page.draft, draft_id, Some((&page.id, page.seen)), &now, &page.units)}</div>
            })}
            {has("ask").then(|| view! {
                <form class="inline-form" method="post" action="/letters/step">
                    {marks(page, draft_id, Some("ask"))}
                    <button class="btn primary">"报审"</button>
                </form>
            })}
            {has("drop").then(|| view! {
                <form class="form" method="post" action="/letters/step">
                    {marks(page, draft_id, Some("drop"))}
                    {reason("不再印发的原因")}
                    <div class="actions"><button class="btn">"不再印发"</button></div>
                </form>
            })}
            {has("approve").then(|| view! {
                <form class="form" method="post" action="/letters/step">
                    {marks(page, draft_id, None)}
                    {reason("退回的原因（退回时填）")}
                    <div class="actions">
                        <button class="btn primary" name="do" value="approve">"同意印发"</button>
                        <button class="btn" name="do" value="return">"退回"</button>
                    </div>
                </form>
            })}
            {has("issue").then(|| view! {
                <form class="inline-form" method="post" action="/letters/step">
                    {marks(page, draft_id, Some("issue"))}
                    <p class="hint">"印发时自动取下一个文号。"</p>
                    <button class="btn primary">"编号用印，印发"</button>
                </form>
            })}
            {has("recall").then(|| view! {
                <details class="dialog" open=page.draft.value("do", "") == "return">
                    <summary class="btn small">"退回起草人…"</summary>
                    <div class="dialog-box">
                        <form class="form" method="post" action="/letters/step">
                            {marks(page, draft_id, Some("return"))}
                            {reason("退回的原因")}
                            <p class="hint">"修改后重新报审。"</p>
                            <div class="actions"><button class="btn">"退回起草人"</button></div>
                        </form>
                    </div>
                </details>
            })}
            {has("void").then(|| view! {
                <details class="dialog">
                    <summary class="btn small">"作废…"</summary>
                    <div class="dialog-box">
                        <form class="form" method="post" action="/letters/step">
                            {marks(page, draft_id, Some("void"))}
                            {reason("作废的原因")}
                            <p class="hint">"文号留存根和原因，不再使用。"</p>
                            <div class="actions"><button class="btn danger-plain">"作废"</button></div>
                        </form>
                    </div>
                </details>
            })}
        </section>
    }
    .into_any()
}

fn receipts(page: &LetterPage, draft_id: &str) -> AnyView {
    if page.receipts.is_empty() {
        return ().into_any();
    }
    let mine = page.receipts.iter().filter(|row| row.mine).map(|row| receive(page, draft_id, row)).collect_view();
    let rows = page
        .receipts
        .iter()
        .map(|row| {
            let state = if row.receipt.is_empty() { "待签收".to_owned() } else { row.receipt.clone() };
            view! { <li><div><b>{row.name.clone()}</b><small>{state}</small></div></li> }
        })
        .collect_view();
    let paper = page.acts.iter().any(|act| act == "paper") && page.waiting > 0;
    view! {
        <section class="panel" id="receipts">
            <h2>"签收 " {(page.waiting > 0).then(|| view! { <small>{format!("{} 个单位待签收", page.waiting)}</small> })}</h2>
            {mine}
            {paper.then(|| on_paper(page, draft_id))}
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

fn receive(page: &LetterPage, draft_id: &str, row: &ReceiptRow) -> AnyView {
    view! {
        <form class="inline-form" method="post" action="/letters/step">
            {marks(page, draft_id, Some("receive"))}
            <input type="hidden" name="unit" value=row.unit.to_string() />
            <button class="btn primary">{format!("签收（{}）", row.name)}</button>
        </form>
    }
    .into_any()
}

fn on_paper(page: &LetterPage, draft_id: &str) -> AnyView {
    let draft = page.draft.clone();
    let chosen = draft.value("unit", "");
    let options = page
        .receipts
        .iter()
        .filter(|row| row.receipt.is_empty())
        .map(|row| {
            let key = row.unit.to_string();
            let here = key == chosen;
            view! { <option value=key selected=here>{row.name.clone()}</option> }
        })
        .collect_view();
    view! {
        <details class="dialog" open=draft.value("do", "") == "paper">
            <summary class="btn small">"登记纸质签收…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/letters/step">
                    {marks(page, draft_id, Some("paper"))}
                    <div class="field">
                        <label for="paper-unit">"单位"</label>
                        <select id="paper-unit" name="unit"><option value="">"请选一个单位"</option>{options}</select>
                        {draft.problem_of("unit").map(|e| view! { <p class="error">{e}</p> })}
                    </div>
                    <TextField name="paper_on" label="纸质签收日期" kind="date" class="short"
                        value=draft.value("paper_on", viewer().today) error=draft.problem_of("paper_on") />
                    <TextField name="handler" label="经办人" class="short" value=draft.value("handler", viewer().name)
                        error=draft.problem_of("handler") />
                    <div class="actions"><button class="btn primary">"登记"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}
