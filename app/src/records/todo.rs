//! 待办: everything that waits for the viewer, in one place. No counts of who did how much.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::records::{HomeQuery, Todo, TodoPage},
    ui::{FormMarks, PhonePage, Problem, TextField, loaded, page_data},
};

/// Where a line leads out of the phone's bundle.
const OFFICE_PAGES: &[&str] = &[
    "/duties/handovers",
    "/accountability",
    "/clearances/",
    "/letters/",
    "/tolerance/",
    "/oversight/",
    "/reminders",
    "/handling",
    "/reviews/",
    "/hall/",
    "/room/",
    "/drafts",
];

/// `/todo`.
#[component]
pub fn TodoView() -> impl IntoView {
    let query = use_query_map();
    let data = page_data(move || {
        let q = query.read();
        Todo { form: HomeQuery { draft: q.get("draft"), done: q.get("done") } }
    });
    view! {
        <PhonePage title=Signal::stored("待办".to_owned()) tab="/todo">{loaded(data, page_view)}</PhonePage>
    }
}

fn page_view(page: TodoPage) -> AnyView {
    let said = (!page.said.is_empty()).then(|| {
        view! { <div class="notice ok" role="status"><p>{page.said.clone()}</p></div> }
    });
    if page.rows.is_empty() {
        return view! {
            {said}
            <div class="empty">
                <b>"没有要办的事"</b>
                <p>"需要您签收、确认或反馈的事项会列在这里。"</p>
            </div>
        }
        .into_any();
    }
    let rows = page
        .rows
        .iter()
        .map(|row| {
            view! {
                <li>
                    // Pages of the office bundle.
                    <a href=row.link.clone() rel=OFFICE_PAGES.iter().any(|p| row.link.starts_with(p)).then_some("external")>
                        <b>{row.title.clone()}</b>
                        <small>{row.note.clone()}</small>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        {said}
        <ul class="rows">{rows}</ul>
        {(page.to_confirm.len() > 1).then(|| view! {
            <form class="card" method="post" action="/records/confirm">
                <FormMarks command=page.command />
                {page
                    .to_confirm
                    .iter()
                    .zip(&page.seen)
                    .map(|(id, seen)| view! {
                        <input type="hidden" name="record" value=id.to_string() />
                        <input type="hidden" name="seen" value=seen.to_string() />
                    })
                    .collect_view()}
                <Problem draft=page.draft.clone() />
                <p class="hint">"逐条看过后，可以一次确认联络员代录的全部内容；也可以写明原因，一次全部退回。"</p>
                <div class="actions"><button class="btn" name="do" value="confirm">"全部确认"</button></div>
                <TextField
                    name="reason"
                    label="全部退回的原因"
                    value=page.draft.value("reason", "")
                    error=page.draft.problem_of("reason")
                />
                <button class="btn" name="do" value="refuse">"全部退回"</button>
            </form>
        })}
    }
    .into_any()
}
