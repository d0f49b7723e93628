//! `/relief`: stands for everybody who signs in. Figures are totals; suggestions come first on a phone that followed a
//! link to one subject.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{figures, voices};
use crate::{
    api::{
        drafts::Draft,
        relief::{ReliefDesk, ReliefPage, ReliefQuery},
    },
    ui::{OfficePage, loaded, page_data},
};

/// `/relief`.
#[component]
pub fn ReliefView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        ReliefQuery {
            about: q.get("about"),
            draft: q.get("draft"),
            before: q.get("before"),
            page: q.get("page").and_then(|page| page.parse().ok()),
        }
    });
    let data = page_data(move || ReliefDesk { form: asked.get() });
    let done = move || {
        let words = match query.read().get("done").as_deref() {
            Some("suggested") => "已提交，党风政风监督室会在期限内答复，答复公开在这一页。",
            Some("nameless") => "已提交，没有记下是谁提的。答复会公开在这一页。",
            Some("withdrawn") => "已撤回。",
            Some("answered") => "已答复，所有人都看得到。",
            Some("rates") => "已保存，用时按新的估算重新计算。",
            _ => return None,
        };
        Some(view! { <div class="notice ok" role="status"><p>{words}</p></div> })
    };
    view! {
        <OfficePage current="/relief">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"减负反馈"</h1>
                    <p class="lead">"系统向大家要了什么、大约花多少时间，只按全区合计；哪一条没必要，谁都可以说，答复公开。"</p>
                </div>
                <div class="filter"><a class="btn" rel="external" href="/relief/export">"导出 .xlsx"</a></div>
                {done}
                {loaded(data, move |page| show(&page, asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

/// The draft, where it is of this form; else an empty one.
pub(super) fn draft_of(page: &ReliefPage, form: &str) -> Draft {
    if page.draft_of == form { page.draft.clone() } else { Draft::default() }
}

fn show(page: &ReliefPage, draft: String) -> AnyView {
    // Whoever came to say something finds the form first.
    let speaks = page.about.is_some() || page.draft_of == "suggest";
    let draft = if page.draft_of == "suggest" { draft } else { String::new() };
    let form = voices::suggest(page, draft);
    let figures = figures::panel(page);
    let (first, second) = if speaks { (form, figures) } else { (figures, form) };
    view! {
        {first}
        {second}
        {voices::mine(page)}
        {voices::open(page)}
        {voices::answers(page)}
        {figures::forms_asked()}
        {page.office.then(|| figures::rates(page))}
    }
    .into_any()
}
