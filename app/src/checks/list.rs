//! `/oversight/checks`: questions to answer, and 「已补记，待核」 to be confirmed many at once.

use domain::oversight::answer_period;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::ask::answer_form;
use crate::{
    api::checks::{CheckPage, CheckRow, ChecksPage, ChecksQuery, PendingRow},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data, state_as},
};

/// `/oversight/checks`.
#[component]
pub fn ChecksView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        ChecksQuery {
            show: query.get("show"),
            page: query.get("page").and_then(|n| n.parse().ok()),
            done: query.get("done"),
            draft: query.get("draft"),
        }
    });
    let data = page_data(move || CheckPage { form: asked.get() });
    view! {
        <OfficePage current="/oversight/checks">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"核对与核实"</h1>
                    <p class="lead">"负责人申请核对的颜色和画像事实在这里答复；补记的事项看过正文后在这里核实。"</p>
                </div>
                {loaded(data, |page| show(&page))}
            </main>
        </OfficePage>
    }
}

fn show(page: &ChecksPage) -> AnyView {
    let tab = |key: &'static str, label: &'static str| {
        let here = (page.show == key).then_some("true");
        view! { <a href=format!("/oversight/checks?show={key}") aria-current=here>{label}</a> }
    };
    let open = page.show == "open";
    let rows = page.rows.iter().map(|row| line(row, page)).collect_view();
    let export = format!("/oversight/checks/export?show={}&page={}", page.show, page.page);
    // A problem at a row is said there.
    let at_row = page.rows.iter().any(|row| page.draft.value("check", "") == row.view.id.to_string());
    view! {
        {(!page.said.is_empty()).then(|| view! { <div class="notice ok" role="status"><p>{page.said.clone()}</p></div> })}
        {(!at_row).then(|| view! { <Problem draft=page.draft.clone() /> })}
        <div class="filter">
            <span class="filter-links">{tab("open", "待答复")} {tab("done", "已答复")}</span>
            <a class="btn" rel="external" href=export>"导出"</a>
            <a class="btn" href="/oversight/rules">"三色预警规则"</a>
        </div>
        <section class="panel" id="open" aria-labelledby="open-head">
            <h2 id="open-head">{if open { "申请核对" } else { "已答复的核对" }}</h2>
            {if page.rows.is_empty() {
                let words = if open { "没有待答复的核对申请" } else { "还没有答复过核对申请" };
                view! {
                    <div class="empty">
                        <b>{words}</b>
                        <p>{format!("负责人对颜色或画像事实有疑问时一键申请，{}答复。", answer_period(page.days))}</p>
                    </div>
                }
                .into_any()
            } else {
                view! { <ul class="rows checks">{rows}</ul> }.into_any()
            }}
        </section>
        {pager(page)}
        {open.then(|| pending(page))}
    }
    .into_any()
}

fn line(row: &CheckRow, page: &ChecksPage) -> AnyView {
    let view = row.view.clone();
    let tone = row.tone.clone().map(|(tone, word)| state_as(tone, word));
    let late = row.late.then(|| {
        // The supervising body's own delay; the unit is not coloured by it.
        view! { " " <span class="state warn">"▲ 答复已超期"</span> }
    });
    let id = view.id.to_string();
    view! {
        <li id=format!("c{id}")>
            <div>
                <b>{row.unit.clone()}</b> " " <span class="tag">{row.kind.clone()}</span> " "
                <a href=row.link.clone() rel="external">{row.title.clone()}</a>
                <p><small>{view.asked.clone()}</small> {late}</p>
                {(!view.words.is_empty()).then(|| view! { <p class="quoted">{view.words.clone()}</p> })}
                <dl class="kv">
                    <dt>"申请时显示"</dt><dd>{tone} " " {row.shown.clone()}</dd>
                    {(!row.now.is_empty()).then(|| view! { <dt>"现在显示"</dt><dd>{row.now.clone()}</dd> })}
                    {(!view.answer.is_empty()).then(|| view! { <dt>"答复"</dt><dd>{view.answer.clone()}</dd> })}
                </dl>
                {row.may_answer.then(|| answer_form(page, id.clone()))}
                {(!row.barred.is_empty()).then(|| view! { <p class="muted">{row.barred.clone()}</p> })}
            </div>
        </li>
    }
    .into_any()
}

fn pager(page: &ChecksPage) -> Option<AnyView> {
    let to = |n: u32| format!("/oversight/checks?show={}&page={n}", page.show);
    let before = (page.page > 1).then(|| page.page - 1);
    let next = page.more.then(|| page.page + 1);
    (before.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="分页">
                {before.map(|n| view! { <a href=to(n) rel="prev">"上一页"</a> })}
                {next.map(|n| view! { <a href=to(n) rel="next">"下一页"</a> })}
            </nav>
        }
        .into_any()
    })
}

fn pending(page: &ChecksPage) -> AnyView {
    let any = page.pending.iter().any(|row| row.may_verify);
    let refused: Vec<(String, String)> = page
        .draft
        .fields
        .iter()
        .filter(|(name, _)| name == "refused")
        .filter_map(|(_, words)| words.split_once(' ').map(|(id, why)| (id.to_owned(), why.to_owned())))
        .collect();
    // A refused row may have left the list meanwhile: its reason is said all the same.
    let gone = refused
        .iter()
        .filter(|(id, _)| page.pending.iter().all(|row| row.record.to_string() != *id))
        .map(|(_, why)| view! { <p class="error" role="alert">{why.clone()}</p> })
        .collect_view();
    let rows = page
        .pending
        .iter()
        .map(|row| {
            let why = refused.iter().find(|(id, _)| row.record.to_string() == *id).map(|(_, why)| why.clone());
            pending_line(row, why, page)
        })
        .collect_view();
    view! {
        <section class="panel" id="pending" aria-labelledby="pending-head">
            <h2 id="pending-head">"已补记，待核"</h2>
            <p class="hint">
                "红色事项补记后在这里等待核实，核实后变回绿色。只能核实您正在翻阅检查的记录本，看过正文再勾选；不核实本单位的记录。"
            </p>
            {gone}
            {if page.pending.is_empty() {
                view! { <div class="empty"><b>"没有待核的补记"</b></div> }.into_any()
            } else {
                view! {
                    <form method="post" action="/oversight/checks/verify">
                        <FormMarks command=page.command />
                        <ul class="rows checks">{rows}</ul>
                        {any.then(|| view! { <div class="actions"><button class="btn primary">"确认已核实"</button></div> })}
                    </form>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

fn pending_line(row: &PendingRow, refused: Option<String>, page: &ChecksPage) -> AnyView {
    let id = row.record.to_string();
    // A talk is compared with its paper: another word, another field.
    let name = if row.talk { "paper" } else { "record" };
    let chosen = page.draft.has(name, &id);
    let label = format!("{} {}，{}", row.unit, row.item, row.words);
    let pick = row.may_verify.then(|| {
        view! { <input type="checkbox" name=name value=id.clone() aria-label=label checked=chosen /> }
    });
    let (post, year) = row.book;
    let register = format!("/oversight?year={year}&post={post}#register");
    let talk = (row.talk && row.may_verify).then(|| view! { " " <span class="tag">"谈话：对照纸质核实"</span> });
    view! {
        <li>
            <div>
                {pick} " " <b>{row.unit.clone()}</b> " " {row.item.clone()} {talk}
                <p><a href=format!("/records/{id}") rel="external">{row.words.clone()}</a></p>
                {(!row.why.is_empty()).then(|| view! { <p><small>{row.why.clone()}</small></p> })}
                {row.reading.map(|reading| view! {
                    <p><a href=format!("/oversight/{reading}") rel="external">"打开正在进行的翻阅检查"</a></p>
                })}
                {(!row.hint.is_empty()).then(|| view! {
                    <p class="muted">{row.hint.clone()} " " <a href=register>"登记翻阅检查"</a></p>
                })}
                {refused.map(|why| view! { <p class="error" role="alert">{why}</p> })}
            </div>
        </li>
    }
    .into_any()
}
