//! The search box: a plain GET form. Its field is never written by scripts, nothing is asked for
//! while somebody types, and Enter that ends a composition of the input method does not submit.

use domain::search::QUERY_MAX;
use leptos::{ev::KeyboardEvent, prelude::*};

/// Key code of every key that an input method takes for itself.
const TAKEN: u32 = 229;

/// Enter in the middle of a composition chooses a character; some web views submit on it.
pub fn no_enter_while_composing(ev: KeyboardEvent) {
    if ev.key() == "Enter" && (ev.is_composing() || ev.key_code() == TAKEN) {
        ev.prevent_default();
    }
}

/// The box alone, for other pages: what it finds is on `/search`. `hidden` are fields that narrow
/// the search, such as the book it stands in.
pub fn search_box(label: &'static str, hidden: Vec<(&'static str, String)>) -> AnyView {
    let hidden =
        hidden.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    view! {
        <form class="filter" role="search" method="get" action="/search">
            {hidden}
            <label class="grow" for="book-q">
                <span class="visually-hidden">{label}</span>
                {search_field("book-q", String::new(), label)}
            </label>
            <button class="btn">"搜索"</button>
        </form>
    }
    .into_any()
}

/// Its field; `id` for its label.
pub fn search_field(id: &'static str, value: String, placeholder: &'static str) -> AnyView {
    view! {
        <input
            id=id
            type="search"
            name="q"
            value=value
            maxlength=QUERY_MAX.to_string()
            placeholder=placeholder
            autocomplete="off"
            enterkeyhint="search"
            on:keydown=no_enter_while_composing
        />
    }
    .into_any()
}
