//! `/warnings/notices/{id}`: one notice, and the next step of this viewer.

use domain::time::{iso, zh_short};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::parts::{dialog, field};
use crate::{
    api::warnings::{NoticeLine, NoticePage, NoticeQuery, SituationRow, WarningNotice},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data, state_as},
};

/// `/warnings/notices/{id}`.
#[component]
pub fn NoticeView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| NoticeQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || WarningNotice { form: asked.get() });
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

fn show(page: &NoticePage, draft: &str) -> AnyView {
    let facts = page
        .facts
        .iter()
        .map(|(label, words)| view! { <dt>{label.clone()}</dt><dd class="read">{words.clone()}</dd> })
        .collect_view();
    let lines = page.lines.iter().map(line).collect_view();
    let situations = page.situations.iter().map(situation).collect_view();
    let (tone, word) = page.state.clone();
    view! {
        <div class="page-head">
            <h1>{format!("问责预警提示单　{}", page.number)}</h1>
            <p class="lead">
                <a href=format!("/warnings/{}", page.matter)>{page.title.clone()}</a> "　" {page.unit.clone()} "　" {state_as(tone, word)}
            </p>
            <div class="actions">
                <a class="btn" href=format!("/documents/notice/{}/page", page.id) rel="external">"提示单（打印、.docx）"</a>
                <a class="btn screen-only" href=format!("/warnings/notices/{}/export", page.id) rel="external">"导出 .xlsx"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {acts(page, draft)}
        <section class="panel"><dl class="kv">{facts}</dl></section>
        <section class="panel">
            <h2>"责任清单"</h2>
            <div class="table-wrap"><table class="table">
                <thead><tr>
                    <th>"序号"</th><th>"任务"</th><th>"分工"</th><th>"责任科室、责任人"</th><th>"措施"</th><th>"时限"</th><th>"整改"</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
        </section>
        <section class="panel">
            <h2>"问责清单"</h2>
            <p class="hint">"事前提示，供对照检视，不是处理决定。"</p>
            <ul class="rows">{situations}</ul>
        </section>
    }
    .into_any()
}

fn line(row: &NoticeLine) -> AnyView {
    let cell = &row.cell;
    let due = cell.due.map_or_else(|| "全程".to_owned(), zh_short);
    let item = cell.item.clone().map(|(id, word, tone)| {
        view! { <a href=format!("/accountability/{id}")>{state_as(tone, word)}</a> }
    });
    view! {
        <tr>
            <td data-label="序号" class="nowrap">{row.no}</td>
            <td data-label="任务" class="title">{row.text.clone()} <small>{row.standard.clone()}</small></td>
            <td data-label="分工">{cell.part.label()}</td>
            <td data-label="责任科室、责任人">{cell.office.clone()} " " {cell.person.clone()}</td>
            <td data-label="措施">{cell.measure.clone()}</td>
            <td data-label="时限" class="nowrap">{due}</td>
            <td data-label="整改">{item}</td>
        </tr>
    }
    .into_any()
}

fn situation(row: &SituationRow) -> AnyView {
    let [direct, deputy, head] = row.handling.clone();
    let ways = format!("直接责任人：{direct}；分管领导责任人：{deputy}；主要领导责任人：{head}");
    view! {
        <li><div><b>{format!("{}　{}", row.no, row.text)}</b><p>{ways}</p><small>{format!("依据：{}", row.basis)}</small></div></li>
    }
    .into_any()
}

fn marks(page: &NoticePage, what: &'static str, draft: &str) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft.to_owned() />
        <input type="hidden" name="notice" value=page.id.to_string() />
        <input type="hidden" name="seen" value=page.version.to_string() />
        <input type="hidden" name="do" value=what />
    }
    .into_any()
}

fn acts(page: &NoticePage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let today = iso(page.today);
    let paper = || {
        let inner = view! {
            {marks(page, "paper", draft)}
            {field(("paper_on", "paper_on", "纸质签收日期"), "date", kept.value("paper_on", &*today), kept.problem_of("paper_on"))}
            {field(("handler", "handler", "经办人"), "text", kept.value("handler", &*page.name), kept.problem_of("handler"))}
            <div class="actions"><button class="btn primary">"登记"</button></div>
        };
        dialog(
            "纸质已签…",
            kept.value("do", "") == "paper" && !kept.problem.is_empty(),
            "/warnings/notice",
            inner.into_any(),
        )
    };
    view! {
        <div class="season-acts screen-only">
            {page.may_deliver.then(|| view! {
                <form class="form" method="post" action="/warnings/notice">
                    {marks(page, "deliver", draft)}
                    <TextField name="on" label="送达日期" kind="date" class="short" value=kept.value("on", &*today) error=kept.problem_of("on") />
                    <div class="actions"><button class="btn primary">"已当面送达"</button></div>
                </form>
            })}
            {page.may_sign.then(|| view! {
                <form method="post" action="/warnings/notice">
                    {marks(page, "sign", draft)}
                    <button class="btn primary">{format!("签收（{}）", page.signer)}</button>
                </form>
            })}
            {page.may_note.then(paper)}
        </div>
        {page.may_answer.then(|| answer(page, draft))}
    }
    .into_any()
}

/// 报措施: one answer, with leader, 科室 and measure of each line that is followed.
fn answer(page: &NoticePage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let rows = page
        .lines
        .iter()
        .filter(|row| row.cell.item.is_some())
        .map(|row| {
            let of = |what: &str, otherwise: &str| kept.value(&format!("{what}.{}", row.id), otherwise);
            let input = |what: &'static str, label: &'static str, otherwise: &str| {
                let name = format!("{what}.{}", row.id);
                view! { <label class="field">{label} <input name=name value=of(what, otherwise) autocomplete="off" /></label> }
            };
            view! {
                <fieldset class="field"><legend>{format!("{}　{}", row.no, row.text)}</legend>
                    {input("leader", "分管领导", &row.cell.leader)}
                    {input("office", "责任科室", &row.cell.office)}
                    {input("measure", "措施", &row.cell.measure)}
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <form class="panel form screen-only" method="post" action="/warnings/notice">
            <h2>"报送工作措施"</h2>
            {marks(page, "answer", draft)}
            <TextArea name="measures" label="总体措施" rows=4 value=kept.value("measures", "") error=kept.problem_of("measures") />
            <TextField name="adopted_on" label="党组会日期" kind="date" class="short" value=kept.value("adopted_on", "")
                error=kept.problem_of("adopted_on") />
            {rows}
            <div class="actions"><button class="btn primary">"报送"</button></div>
        </form>
    }
    .into_any()
}
