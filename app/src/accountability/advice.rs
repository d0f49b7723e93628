//! `/accountability/advices/{id}`: one 工作建议 or 建议书.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::parts::saved;
use crate::{
    api::accountability::{AdviceOne, AdvicePage, AdviceQuery},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data, state_as},
};

/// `/accountability/advices/{id}`.
#[component]
pub fn AdviceView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| AdviceQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || AdviceOne { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置">
                    <a href="/accountability">"问题整改台账"</a> " / "
                    <a href="/accountability/advices">"工作建议、建议书"</a> " / " <span>"一份"</span>
                </nav>
                {move || saved(done.get())}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &AdvicePage, draft: &str) -> AnyView {
    let row = &page.row;
    let pair = |label: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd class="read">{value}</dd> })
    };
    let (about, number) = page.about.clone();
    let lead = [row.unit.as_str(), row.number.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
    view! {
        <div class="page-head">
            <h1>{row.title.clone()}</h1>
            <p class="lead">{format!("{} · {}", row.kind, lead.join(" · "))} " " {state_as(row.tone, row.word.clone())}</p>
            {(!page.paper.is_empty()).then(|| view! {
                <div class="actions"><a class="btn" href=page.paper.clone() rel="external">"看文书、打印、下载"</a></div>
            })}
        </div>
        <Problem draft=page.draft.clone() />
        {page.signs.then(|| signing(page, draft))}
        <section class="panel">
            <h2>"内容"</h2>
            <dl class="kv">
                {pair("发现的问题", &page.problem)}
                {pair("建议", &page.demand)}
                {pair("发出", &row.issued_on)}
                {pair("答复期限", &row.reply_by)}
                {pair("办理", &page.hands)}
                {pair("退回、撤下原因", &page.reason)}
                {(!about.is_empty()).then(|| view! { <dt>"对应问题"</dt><dd><a href=about.clone()>{number.clone()}</a></dd> })}
                {(!page.item.is_empty()).then(|| view! {
                    <dt>"答复和落实"</dt><dd><a href=page.item.clone()>"在问题整改里办理"</a></dd>
                })}
            </dl>
        </section>
        {page.writes.then(|| rewrite(page, draft))}
        {page.drops.then(|| reason(page, "drop", "撤下", "不再发出，说明原因。"))}
    }
    .into_any()
}

fn marks(page: &AdvicePage, what: &'static str, draft: &str) -> AnyView {
    let draft = if page.draft.value("do", "") == what { draft.to_owned() } else { String::new() };
    view! {
        <FormMarks command=page.command draft=draft />
        <input type="hidden" name="do" value=what />
        <input type="hidden" name="id" value=page.row.id.to_string() />
        <input type="hidden" name="seen" value=page.version.to_string() />
    }
    .into_any()
}

fn signing(page: &AdvicePage, draft: &str) -> AnyView {
    view! {
        <section class="panel">
            <h2>"审定"</h2>
            <form class="form" method="post" action="/accountability/advices/do">
                {marks(page, "issue", draft)}
                <p class="hint">"同意后自动编号、发出，并在受文单位的问题整改台账上挂账，按答复期限办理。"</p>
                <div class="actions"><button class="btn primary">"同意，编号发出"</button></div>
            </form>
            {reason(page, "return", "退回起草人", "说明怎样修改。")}
        </section>
    }
    .into_any()
}

/// A folded form that asks for a reason.
fn reason(page: &AdvicePage, what: &'static str, label: &'static str, hint: &'static str) -> AnyView {
    let here = page.draft.value("do", "") == what;
    let value = if here { page.draft.value("reason", "") } else { String::new() };
    let error = if here { page.draft.problem_of("reason") } else { None };
    let id = format!("reason-{what}");
    view! {
        <details class="dialog" open=here>
            <summary class="btn">{label} "…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/accountability/advices/do">
                    {marks(page, what, "")}
                    <div class="field">
                        <label for=id.clone()>"原因"</label>
                        <textarea id=id name="reason" rows="3">{crate::ui::area_text(value)}</textarea>
                        <p class="hint">{hint}</p>
                        {error.map(|e| view! { <p class="error">{e}</p> })}
                    </div>
                    <div class="actions"><button class="btn">{label}</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn rewrite(page: &AdvicePage, draft: &str) -> AnyView {
    let here = page.draft.value("do", "") == "rewrite";
    let value = |name: &str, otherwise: &str| {
        if here { page.draft.value(name, otherwise) } else { otherwise.to_owned() }
    };
    let error = |name: &str| if here { page.draft.problem_of(name) } else { None };
    view! {
        <section class="panel">
            <h2>"修改"</h2>
            <form class="form" method="post" action="/accountability/advices/do">
                {marks(page, "rewrite", draft)}
                <TextField name="title" label="标题" value=value("title", &page.row.title) error=error("title") />
                <TextField name="reply_by" label="答复期限" kind="date" class="half" value=value("reply_by", &page.reply_iso)
                    error=error("reply_by") />
                <TextArea name="problem" label="发现的问题" value=value("problem", &page.problem) error=error("problem") />
                <TextArea name="demand" label="建议" value=value("demand", &page.demand) error=error("demand") hint="一条写一行" />
                <div class="actions">
                    <button class="btn" name="ask" value="">"保存草稿"</button>
                    <button class="btn primary" name="ask" value="1">"保存并报审定"</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
