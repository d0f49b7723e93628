//! Pieces of the forms of a matter.

use leptos::prelude::*;

use crate::{
    api::{drafts::Draft, warnings::MatterPage},
    ui::{FormMarks, area_text},
};

/// The hidden fields of a form of a matter: key, matter, view, and what it does.
pub fn marks(page: &MatterPage, what: &'static str, draft: &str) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft.to_owned() />
        <input type="hidden" name="matter" value=page.id.to_string() />
        <input type="hidden" name="view" value=page.view.clone() />
        {(!what.is_empty()).then(|| view! { <input type="hidden" name="do" value=what /> })}
    }
    .into_any()
}

/// What was typed into the form that does `what`, where that one was refused; `otherwise` in every other.
pub fn typed(draft: &Draft, what: &str, name: &str, otherwise: impl Into<String>) -> String {
    if draft.value("do", "") == what { draft.value(name, otherwise) } else { otherwise.into() }
}

/// The problem of a field of that form.
pub fn wrong(draft: &Draft, what: &str, name: &str) -> Option<String> {
    draft.problem_of(name).filter(|_| draft.value("do", "") == what)
}

/// A form behind a button that works without scripts; open where it was refused.
pub fn dialog(label: &'static str, open: bool, action: &'static str, inner: AnyView) -> AnyView {
    view! {
        <details class="dialog" open=open>
            <summary class="btn">{label}</summary>
            <form class="dialog-box form" method="post" action=action>{inner}</form>
        </details>
    }
    .into_any()
}

/// A field with a label of its own id, since several forms stand on one page.
pub fn field(
    (id, name, label): (impl Into<String>, &'static str, &'static str),
    kind: &'static str,
    value: String,
    error: Option<String>,
) -> AnyView {
    let id: String = id.into();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id name=name type=kind value=value autocomplete="off" aria-invalid=error.is_some().then_some("true") />
            {error.map(|e| view! { <p class="error">{e}</p> })}
        </div>
    }
    .into_any()
}

/// A choice of units or lines.
pub fn select(
    (id, name, label): (impl Into<String>, &'static str, &'static str),
    none: &'static str,
    options: impl IntoIterator<Item = (String, String)>,
    chosen: &str,
    error: Option<String>,
) -> AnyView {
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let here = value == chosen;
            view! { <option value=value selected=here>{words}</option> }
        })
        .collect_view();
    let id: String = id.into();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select id=id name=name aria-invalid=error.is_some().then_some("true")>
                <option value="">{none}</option>
                {options}
            </select>
            {error.map(|e| view! { <p class="error">{e}</p> })}
        </div>
    }
    .into_any()
}

/// A text area whose name stands in several forms of the page: `id` tells them apart.
pub fn area(
    (id, name, label): (impl Into<String>, &'static str, &'static str),
    rows: u32,
    value: String,
    error: Option<String>,
) -> AnyView {
    let id: String = id.into();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea id=id name=name rows=rows.to_string() aria-invalid=error.is_some().then_some("true")>
                {area_text(value)}
            </textarea>
            {error.map(|e| view! { <p class="error">{e}</p> })}
        </div>
    }
    .into_any()
}

/// Pairs for [`select`].
pub fn pairs<T: ToString>(of: &[(T, String)]) -> Vec<(String, String)> {
    of.iter().map(|(id, words)| (id.to_string(), words.clone())).collect()
}

/// Links to the pages before and after, where there are more.
pub fn pager(page: &MatterPage) -> AnyView {
    let (at, more) = page.page;
    if at == 1 && !more {
        return ().into_any();
    }
    let link = |n: u32| format!("/warnings/{}?view={}&page={n}", page.id, page.view);
    view! {
        <nav class="pager screen-only" aria-label="翻页">
            {(at > 1).then(|| view! { <a class="btn small" href=link(at - 1)>"上一页"</a> })}
            <span>{format!("第 {at} 页，共 {} 家单位", page.unit_total)}</span>
            {more.then(|| view! { <a class="btn small" href=link(at + 1)>"下一页"</a> })}
        </nav>
    }
    .into_any()
}
