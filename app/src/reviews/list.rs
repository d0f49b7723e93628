//! `/reviews`: meetings, with what waits for the viewer; a new one for the office.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words::done_notice;
use crate::{
    api::reviews::{MeetingRow, Meetings, MeetingsPage, MeetingsQuery},
    board::escape,
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data, state_as},
};

/// `/reviews`.
#[component]
pub fn MeetingsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        MeetingsQuery { year: q.get("year").and_then(|y| y.parse().ok()), draft: q.get("draft"), state: q.get("state") }
    });
    let data = page_data(move || Meetings { form: asked.get() });
    let export = move || match query.read().get("state") {
        Some(state) => format!("/reviews/export?state={}", escape(&state)),
        None => "/reviews/export".to_owned(),
    };
    view! {
        <OfficePage current="/reviews">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"评责 · 述责评议"</h1>
                    <p class="lead">"述责述廉评议会：会前筹备、会中评议、会后反馈。"</p>
                    <div class="actions"><a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
                </div>
                {done_notice()}
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: MeetingsPage) -> AnyView {
    let rows = page.rows.iter().map(line).collect_view();
    let empty = page.rows.is_empty();
    let here = |yes: bool| yes.then_some("true");
    let narrowed = !page.only.is_empty();
    let filter = (!empty || page.coming || narrowed).then(|| {
        view! {
            <p class="filter-links">
                <a href="/reviews" aria-current=here(!page.coming && !narrowed)>"全部"</a> " "
                <a href="/reviews?state=coming" aria-current=here(page.coming)>"筹备中"</a>
                {narrowed.then(|| view! { " " <span class="tag">{page.only.clone()}</span> })}
            </p>
        }
    });
    view! {
        <div class="stack">
        {filter}
        {if empty && page.coming {
            view! { <p class="muted">"没有正在筹备的述责评议会。"</p> }.into_any()
        } else if empty && narrowed {
            view! { <p class="muted">"没有这样的述责评议会。"</p> }.into_any()
        } else if empty {
            view! {
                <div class="empty">
                    <b>"还没有述责评议会"</b>
                    <p>"与您有关的会议会列在这里：方案、询问题、述责报告和评议材料。"</p>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"会议"</th><th>"时间、地点"</th><th>"状态"</th><th>"办理"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
        {page.may_plan.then(|| new(&page))}
        </div>
    }
    .into_any()
}

fn line(row: &MeetingRow) -> AnyView {
    let waits = row.waits.iter().map(|w| view! { <small class="state warn">"▲ " {w.clone()}</small> }).collect_view();
    let links = row
        .links
        .iter()
        .map(|(words, path, external)| {
            view! { <a class="btn small" href=path.clone() rel=external.then_some("external")>{words.clone()}</a> " " }
        })
        .collect_view();
    let parts = (!row.parts.is_empty()).then(|| view! { <small>{format!("您是{}", row.parts)}</small> });
    view! {
        <tr id=format!("m-{}", row.id)>
            <td data-label="会议" class="title"><b>{row.title.clone()}</b> {parts}</td>
            <td data-label="时间、地点">{row.day.clone()} <small>{row.place.clone()}</small></td>
            <td data-label="状态">{state_as(row.tone, row.state.clone())} {waits}</td>
            <td data-label="办理">{links}</td>
        </tr>
    }
    .into_any()
}

fn new(page: &MeetingsPage) -> AnyView {
    let draft = page.draft.clone();
    let year = page.year.to_string();
    let title = format!("{year}年度述责述廉评议会");
    view! {
        <section class="panel">
            <h2>"筹备一次会议"</h2>
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/reviews/new">
                <FormMarks command=page.command />
                <TextField name="title" label="会议名称" class="half" required=true
                    value=draft.value("title", title) error=draft.problem_of("title") />
                <TextField name="year" label="述责年度" class="half" required=true
                    value=draft.value("year", year) error=draft.problem_of("year") />
                <TextField name="on_day" label="会议日期" kind="date" class="half" required=true
                    value=draft.value("on_day", "") error=draft.problem_of("on_day")
                    hint="方案应在会前 15 个工作日报书记审定" />
                <TextField name="place" label="地点" class="half"
                    value=draft.value("place", "") error=draft.problem_of("place") />
                <div class="actions"><button class="btn primary">"新建会议方案"</button></div>
            </form>
        </section>
    }
    .into_any()
}
