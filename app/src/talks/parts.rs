//! Pieces that the pages of a talk share.

use leptos::prelude::*;

use crate::{
    api::{drafts::Draft, talks::TalkPage},
    ui::{FormMarks, area_text},
};

/// A drop-down with its label; `id` is also its name unless another one is given.
pub fn choice(
    name: impl Into<String>,
    label: impl Into<String>,
    options: &[(String, String)],
    chosen: &str,
    error: Option<String>,
) -> AnyView {
    let (name, label): (String, String) = (name.into(), label.into());
    let options = options
        .iter()
        .cloned()
        .map(|(key, words)| {
            let here = key == chosen;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    let (bad, told) = (error.is_some(), format!("{name}-e"));
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <select id=name.clone() name=name.clone() aria-describedby=told.clone() aria-invalid=bad.then_some("true")>{options}</select>
            {error.map(|words| view! { <p class="error" id=told.clone()>{words}</p> })}
        </div>
    }
    .into_any()
}

/// Keys and words of an enum for a drop-down, with an empty one first.
pub fn options<T: Copy>(
    all: &[T],
    key: impl Fn(T) -> &'static str,
    label: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    let empty = (String::new(), "请选择".to_owned());
    std::iter::once(empty).chain(all.iter().map(|one| (key(*one).to_owned(), label(*one).to_owned()))).collect()
}

/// What was typed into this form: one of its own fields tells it from the others.
pub fn typed(page: &TalkPage, own: impl Fn(&str, &str) -> bool) -> Draft {
    if page.draft.fields.iter().any(|(name, value)| own(name, value)) { page.draft.clone() } else { Draft::default() }
}

/// What was typed into a form of the steps.
pub fn typed_step(page: &TalkPage, acts: &[&str]) -> Draft {
    typed(page, |name, value| name == "do" && acts.contains(&value))
}

/// The hidden fields of every form of a talk.
pub fn marks(page: &TalkPage, draft: &str, kept: &Draft) -> AnyView {
    let mark = if kept.fields.is_empty() { String::new() } else { draft.to_owned() };
    view! {
        <FormMarks command=page.command draft=mark />
        <input type="hidden" name="talk" value=page.talk.id.to_string() />
        <input type="hidden" name="seen" value=page.talk.version.to_string() />
    }
    .into_any()
}

/// A one-line field whose name stands in several forms of the page: `id` tells them apart.
pub fn field(
    id: impl Into<String>,
    (name, label): (&'static str, &'static str),
    kind: &'static str,
    value: String,
    error: Option<String>,
) -> AnyView {
    let id: String = id.into();
    let (bad, told) = (error.is_some(), format!("{id}-e"));
    view! {
        <div class="field half">
            <label for=id.clone()>{label}</label>
            <input id=id.clone() name=name type=kind value=value autocomplete="off" aria-describedby=told.clone()
                aria-invalid=bad.then_some("true") />
            {error.map(|words| view! { <p class="error" id=told.clone()>{words}</p> })}
        </div>
    }
    .into_any()
}

/// A text area whose name stands in several forms of the page.
pub fn area(
    id: impl Into<String>,
    (name, label): (impl Into<String>, impl Into<String>),
    rows: u32,
    value: String,
    error: Option<String>,
) -> AnyView {
    let (id, name, label): (String, String, String) = (id.into(), name.into(), label.into());
    let (bad, told) = (error.is_some(), format!("{id}-e"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea id=id.clone() name=name rows=rows.to_string() aria-describedby=told.clone()
                aria-invalid=bad.then_some("true")>
                {area_text(value)}
            </textarea>
            {error.map(|words| view! { <p class="error" id=told.clone()>{words}</p> })}
        </div>
    }
    .into_any()
}

/// A text box in a cell of a table, with its label for readers of the screen.
pub fn cell_text(name: String, label: String, value: String, error: Option<String>) -> AnyView {
    let (bad, told) = (error.is_some(), format!("{name}-e"));
    view! {
        <textarea name=name rows="2" aria-label=label aria-describedby=told.clone() aria-invalid=bad.then_some("true")>
            {area_text(value)}
        </textarea>
        {error.map(|words| view! { <p class="error" id=told.clone()>{words}</p> })}
    }
    .into_any()
}

/// A one-line field in a cell of a table.
pub fn cell_field(name: String, label: String, kind: &'static str, value: String, error: Option<String>) -> AnyView {
    let (bad, told) = (error.is_some(), format!("{name}-e"));
    view! {
        <input name=name type=kind value=value aria-label=label autocomplete="off" aria-describedby=told.clone()
            aria-invalid=bad.then_some("true") />
        {error.map(|words| view! { <p class="error" id=told.clone()>{words}</p> })}
    }
    .into_any()
}

/// A drop-down in a cell of a table.
pub fn cell_choice(
    name: String,
    label: String,
    options: &[(String, String)],
    chosen: &str,
    error: Option<String>,
) -> AnyView {
    let options = options
        .iter()
        .cloned()
        .map(|(key, words)| {
            let here = key == chosen;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    let (bad, told) = (error.is_some(), format!("{name}-e"));
    view! {
        <select name=name aria-label=label aria-describedby=told.clone() aria-invalid=bad.then_some("true")>{options}</select>
        {error.map(|words| view! { <p class="error" id=told.clone()>{words}</p> })}
    }
    .into_any()
}

/// Paragraphs of a text.
pub fn lines(text: &str) -> AnyView {
    text.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view().into_any()
}

/// A pair of a list of facts; nothing where it is empty.
pub fn pair(label: &'static str, value: impl Into<String>) -> Option<AnyView> {
    let value: String = value.into();
    (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> }.into_any())
}
