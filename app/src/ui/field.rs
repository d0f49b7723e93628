//! Form fields. Uncontrolled on purpose: a handler that writes a value back while
//! somebody composes Chinese would restart the input method on every key.

use domain::ids::CommandId;
use leptos::prelude::*;

use crate::{api::drafts::Draft, viewer::viewer};

/// The hidden fields of every form: idempotency key and per-session form token
/// (browsers of 2018 send no `Sec-Fetch-Site`).
#[component]
pub fn FormMarks(
    /// Idempotency key, made by the server with the page.
    command: CommandId,
    /// Draft that the page shows, dropped when the form succeeds.
    #[prop(optional, into)]
    draft: String,
) -> impl IntoView {
    view! {
        <input type="hidden" name="command" value=command.to_string() />
        <input type="hidden" name="_token" value=viewer().form_token />
        {(!draft.is_empty()).then(|| view! { <input type="hidden" name="_draft" value=draft /> })}
    }
}

/// The problem of a refused form, on top of it. Empty without a problem.
#[component]
pub fn Problem(
    /// The draft with its problem.
    draft: Draft,
) -> impl IntoView {
    (!draft.problem.is_empty()).then(|| {
        view! {
            <div class="notice error" role="alert">
                <b>"还没有保存"</b>
                <p>{draft.problem.clone()}</p>
            </div>
        }
    })
}

/// A one-line field with label, hint and error.
#[component]
pub fn TextField(
    /// Form field name, also its id.
    #[prop(into)]
    name: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// Value at first.
    #[prop(optional, into)]
    value: String,
    /// `text`, `date`, `password`, `search`, `tel`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Hint below.
    #[prop(optional, into)]
    hint: String,
    /// Error below.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// Extra classes of the field box.
    #[prop(default = "")]
    class: &'static str,
    /// Required.
    #[prop(default = false)]
    required: bool,
    /// `autocomplete` attribute.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> impl IntoView {
    let bad = error.is_some();
    let described = format!("{name}-h {name}-e");
    view! {
        <div class=format!("field {class}")>
            <label for=name.clone()>{label}</label>
            <input
                id=name.clone()
                name=name.clone()
                type=kind
                value=value
                required=required
                autocomplete=autocomplete
                aria-describedby=described
                aria-invalid=bad.then_some("true")
            />
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-h")>{hint.clone()}</p> })}
            {error.map(|e| view! { <p class="error" id=format!("{name}-e")>{e}</p> })}
        </div>
    }
}

/// The first text of a `<textarea>`. The renderer writes the children of this element as they
/// are, so a `</textarea>` in somebody's text would end it; in the browser text nodes are safe.
pub fn area_text(value: String) -> String {
    if cfg!(feature = "ssr") { value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { value }
}

/// A text area with label, hint and error.
#[component]
pub fn TextArea(
    /// Form field name, also its id.
    #[prop(into)]
    name: String,
    /// Label.
    #[prop(into)]
    label: String,
    /// Value at first.
    #[prop(optional, into)]
    value: String,
    /// Hint below.
    #[prop(optional, into)]
    hint: String,
    /// Error below.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// Classes of the text area itself, such as `say` or `paste-box`.
    #[prop(default = "")]
    class: &'static str,
    /// Rows.
    #[prop(default = 4)]
    rows: u32,
) -> impl IntoView {
    let bad = error.is_some();
    let described = format!("{name}-h {name}-e");
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <textarea
                id=name.clone()
                name=name.clone()
                class=class
                rows=rows.to_string()
                aria-describedby=described
                aria-invalid=bad.then_some("true")
            >
                {area_text(value)}
            </textarea>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-h")>{hint.clone()}</p> })}
            {error.map(|e| view! { <p class="error" id=format!("{name}-e")>{e}</p> })}
        </div>
    }
}

/// A checkbox or radio button that looks like a chip; works without scripts.
#[component]
pub fn ChoiceChip(
    /// `checkbox` or `radio`.
    kind: &'static str,
    /// Form field name.
    name: &'static str,
    /// Value.
    #[prop(into)]
    value: String,
    /// Words.
    #[prop(into)]
    label: String,
    /// Chosen at first (never for suggestions).
    #[prop(default = false)]
    checked: bool,
) -> impl IntoView {
    view! {
        <label class="chip">
            <input type=kind name=name value=value checked=checked />
            <span>{label}</span>
        </label>
    }
}
