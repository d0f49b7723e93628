//! 会后: the sheets of a meeting, one sheet for the office, the same sheet for its presenter on
//! the phone, and the comments to be read by two persons.

mod comments;
mod draft;
mod sheet;

pub use comments::CommentsView;
pub use sheet::{MySheetView, SheetView};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::reviews::feedback::{Sheets, SheetsPage, SheetsQuery},
    ui::{OfficePage, loaded, page_data, state_as},
};

/// `/reviews/feedback?meeting=`: the sheets of a meeting.
#[component]
pub fn SheetsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| SheetsQuery { meeting: query.read().get("meeting").unwrap_or_default() });
    let data = page_data(move || Sheets { form: asked.get() });
    view! {
        <OfficePage current="/reviews">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reviews">"述责评议"</a> " / " <span>"一人一单"</span></nav>
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: SheetsPage) -> AnyView {
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
    let papers = page
        .rounds
        .iter()
        .map(|(round, code)| {
            view! {
                <p>
                    <a href=format!("/documents/count/{round}/page") rel="external">"计票报告单"</a>
                    " " <small>"封存校验码 " <span class="mono">{code.clone()}</span></small>
                </p>
            }
        })
        .collect_view();
    let comments = format!("/reviews/comments?meeting={}", page.meeting);
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{format!("{}召开 · 评议反馈单一人一单", page.day)}</p>
            <div class="actions"><a class="btn" href=comments>"评议意见"</a></div>
        </div>
        {papers}
        <div class="table-wrap">
            <table class="table">
                <thead><tr><th>"述责对象"</th><th>"等次"</th><th>"反馈单"</th><th>"评议意见"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
