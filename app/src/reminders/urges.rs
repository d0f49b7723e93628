//! `/reminders/urges`: what is near or overdue, with 「请联络员跟进」. Once for a deadline, and never to
//! the leader.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::reminders::{DraftQuery, UrgeRow, Urgeable, UrgesPage},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data, state_as},
};

/// `/reminders/urges`.
#[component]
pub fn UrgesView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| DraftQuery { draft: query.read().get("draft") });
    let data = page_data(move || Urgeable { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><b>"已请联络员跟进"</b></div> }
        })
    };
    view! {
        <OfficePage current="/reminders/urges">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"请联络员跟进"</h1>
                    <p class="lead">"临近到期和逾期的事项。同一期限只提醒一次，发给联络员，不发给主要负责人。"</p>
                    <div class="actions"><a class="btn" rel="external" href="/reminders/urges/export">"导出 .xlsx"</a></div>
                </div>
                {done}
                {loaded(data, page_view)}
            </main>
        </OfficePage>
    }
}

fn page_view(page: UrgesPage) -> AnyView {
    let problem = view! { <Problem draft=page.draft.clone() /> };
    if page.rows.is_empty() {
        return view! {
            {problem}
            <div class="empty"><b>"没有临近到期或逾期的事项"</b></div>
        }
        .into_any();
    }
    let rows = page.rows.iter().map(|row| line(row, &page)).collect_view();
    view! {
        {problem}
        <div class="table-wrap">
            <table class="table">
                <thead><tr><th>"单位"</th><th>"事项"</th><th>"期限"</th><th>"状态"</th><th>"跟进"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {page.more.then(|| view! { <p class="hint">"只列出期限最近的一部分，办好这些后会显示其余的。"</p> })}
    }
    .into_any()
}

fn line(row: &UrgeRow, page: &UrgesPage) -> AnyView {
    let act = if row.urged.is_empty() {
        view! {
            <form method="post" action="/reminders/urge">
                <FormMarks command=page.command />
                <input type="hidden" name="subject" value=row.subject.clone() />
                <input type="hidden" name="id" value=row.id.clone() />
                <button class="btn small">"请联络员跟进"</button>
            </form>
        }
        .into_any()
    } else {
        view! { <small>{format!("已提醒：{}", row.urged)}</small> }.into_any()
    };
    view! {
        <tr>
            <td data-label="单位">{row.unit.clone()}</td>
            <td data-label="事项" class="title">{row.title.clone()}</td>
            <td data-label="期限" class="nowrap">{row.due.clone()}</td>
            <td data-label="状态">{state_as(row.tone, row.word.clone())}</td>
            <td data-label="跟进">{act}</td>
        </tr>
    }
    .into_any()
}
