//! 会后: the sheets of a meeting, one sheet for the office, the same sheet for its presenter on
//! the phone, and the comments to be read by two persons.

mod comments;
mod count;
mod draft;
mod sheet;

pub use comments::{CommentsView, read_text, withheld_words};
pub use sheet::{MySheetView, SheetView};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words::done_notice;
use crate::{
    api::reviews::feedback::{Sheets, SheetsPage, SheetsQuery},
    ui::{OfficePage, Problem, loaded, page_data, state_as},
};

/// `/reviews/feedback?meeting=`: the sheets of a meeting.
#[component]
pub fn SheetsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        SheetsQuery { meeting: query.get("meeting").unwrap_or_default(), draft: query.get("draft") }
    });
    let data = page_data(move || Sheets { form: asked.get() });
    view! {
        <OfficePage current="/reviews">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reviews">"述责评议"</a> " / " <span>"一人一单"</span></nav>
                {done_notice()}
                {loaded(data, move |page| show(page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: SheetsPage, draft_id: &str) -> AnyView {
    let rows = page
        .rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <td data-label="述责对象" class="title">
                        <a href=format!("/reviews/feedback/{}", row.id)>{row.name.clone()}</a>
                        <small>{row.title.clone()}</small>
                    </td>
                    <td data-label="等次">{row.grade.clone()} {row.study.then(|| view! { <small>"提请研究"</small> })}</td>
                    <td data-label="反馈单">{state_as(row.tone, row.state.clone())} <small>{row.owed.clone()}</small></td>
                    <td data-label="评议意见">{row.comments.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let papers = page.rounds.iter().map(|round| count::show(&page, round, draft_id)).collect_view();
    let comments = format!("/reviews/comments?meeting={}", page.meeting);
    let export = format!("/reviews/feedback/export?meeting={}", page.meeting);
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{format!("{}召开 · 评议反馈单一人一单", page.day)}</p>
            <div class="actions">
                <a class="btn" href=comments>"评议意见"</a>
                <a class="btn" rel="external" href=export>"导出 .xlsx"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        <div class="table-wrap">
            <table class="table">
                <thead><tr><th>"述责对象"</th><th>"等次"</th><th>"反馈单"</th><th>"评议意见"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {papers}
    }
    .into_any()
}
