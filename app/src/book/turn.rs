//! `/book`: leaves side by side that turn like a book from 768 px on, one below the other on a
//! phone. Turning is the browser's own scrolling (scroll snapping), so it works without scripts;
//! scripts add buttons, arrow keys, and the place in the address.

use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{leaf::leaf_view, notices, of, ways, whose};
use crate::{
    api::book::{Turn, TurnPage, TurnQuery},
    ui::{PhonePage, loaded, page_data},
};

/// `/book`.
#[component]
pub fn TurnView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        TurnQuery { post: q.get("post"), year: q.get("year").and_then(|y| y.parse().ok()), at: q.get("at") }
    });
    let data = page_data(move || Turn { form: asked.get() });
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}年履责记录本", page.face.year),
        _ => "履责记录本".to_owned(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => whose(&page.face),
        _ => String::new(),
    });
    view! {
        <Transition>
            <PhonePage title=title note=note back="/records" wide=true>{loaded(data, book_view)}</PhonePage>
        </Transition>
    }
}

/// What turning needs to know of the leaves drawn.
#[derive(Clone)]
struct Bounds {
    /// `post=…&year=…`.
    book: String,
    before: Option<String>,
    after: Option<String>,
}

impl Bounds {
    fn to(&self, key: &str) -> String {
        format!("/book?{}&at={key}#{key}", self.book)
    }
}

fn book_view(page: TurnPage) -> AnyView {
    let TurnPage { face, around, map } = page;
    let bounds = Bounds { book: of(&face), before: around.before.clone(), after: around.after.clone() };
    let drawn: Vec<String> = around.leaves.iter().map(|(key, _)| key.clone()).collect();
    let leaves = around
        .leaves
        .iter()
        .map(|(key, leaf)| {
            view! {
                <section class="leaf" id=key.clone()>
                    {leaf_view(key, leaf, &face, &around.contents, map.as_ref(), &drawn)}
                </section>
            }
        })
        .collect_view();
    let scroller = NodeRef::<html::Div>::new();
    // Buttons only where scripts run, so nobody meets a dead one.
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let first = StoredValue::new(around.at.clone());
    Effect::new(move |_| {
        if scroller.get().is_some() {
            place::open_at(scroller, &first.get_value());
        }
    });
    let navigate = StoredValue::new(use_navigate());
    let ends = StoredValue::new(bounds.clone());
    let turn = move |forward: bool| {
        if place::turn(scroller, forward) {
            return;
        }
        let to = ends.with_value(|b| if forward { b.after.as_ref() } else { b.before.as_ref() }.map(|key| b.to(key)));
        if let Some(to) = to {
            navigate.with_value(|go| go(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
        }
    };
    let last = StoredValue::new(String::new());
    let keep = move || ends.with_value(|b| place::keep(scroller, &b.book, last));
    place::listen(scroller, turn, keep);
    let link = |key: &Option<String>, rel: &'static str, words: &'static str| {
        key.as_ref().map(|key| view! { <a rel=rel href=bounds.to(key)>{words}</a> })
    };
    view! {
        {ways(face.post, face.year, "/book")}
        {notices(&face)}
        <div class="book" node_ref=scroller on:scroll=move |_| keep() tabindex="0" role="region" aria-label="履责记录本，左右方向键翻页">
            {leaves}
        </div>
        <nav class="pager book-turn screen-only" aria-label="翻页">
            {link(&around.before, "prev", "前面几页")}
            {move || ready.get().then(|| view! {
                <button type="button" class="btn" on:click=move |_| turn(false)>"‹ 上一页"</button>
                <button type="button" class="btn" on:click=move |_| turn(true)>"下一页 ›"</button>
            })}
            {link(&around.after, "next", "后面几页")}
            <a href=format!("/papers?{}", of(&face)) rel="external">"打印与导出"</a>
        </nav>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod place {
    //! Where the book is open, and turning it.

    use leptos::{ev, html, prelude::*};
    use wasm_bindgen::{JsCast as _, JsValue};
    use web_sys::HtmlElement;

    /// The leaves, left to right or top to bottom.
    fn leaves(book: &HtmlElement) -> Vec<HtmlElement> {
        let all = book.children();
        (0..all.length()).filter_map(|i| all.item(i)?.dyn_into().ok()).collect()
    }

    /// Do the leaves stand side by side?
    fn turns(book: &HtmlElement) -> bool {
        book.scroll_width() > book.client_width() + 1
    }

    /// Opens at a leaf; the cover is where a book opens by itself.
    pub fn open_at(book: NodeRef<html::Div>, key: &str) {
        let Some(book) = book.get_untracked() else { return };
        if key.is_empty() || key == "cover" {
            return;
        }
        let book: &HtmlElement = &book;
        let Some(leaf) = leaves(book).into_iter().find(|leaf| leaf.id() == key) else { return };
        if turns(book) {
            book.set_scroll_left(leaf.offset_left() - book.offset_left());
        } else {
            leaf.scroll_into_view();
        }
    }

    /// Turns by one opening. `false` where the drawn leaves end.
    pub fn turn(book: NodeRef<html::Div>, forward: bool) -> bool {
        let Some(book) = book.get_untracked() else { return false };
        let (at, width) = (book.scroll_left(), book.client_width());
        let end = book.scroll_width() - width;
        if (forward && at >= end - 4) || (!forward && at <= 4) {
            return false;
        }
        let opening = at + if forward { width } else { -width };
        book.set_scroll_left(opening.clamp(0, end));
        true
    }

    /// Arrow keys turn a book that turns; the page's own scrolling keeps the place too.
    pub fn listen(book: NodeRef<html::Div>, turn: impl Fn(bool) + Copy + 'static, keep: impl Fn() + Copy + 'static) {
        let keys = window_event_listener(ev::keydown, move |e| {
            let busy = e.default_prevented() || e.ctrl_key() || e.alt_key() || e.meta_key();
            let Some(open) = book.get_untracked() else { return };
            if busy || !turns(&open) {
                return;
            }
            let forward = match e.key().as_str() {
                "ArrowRight" | "PageDown" => true,
                "ArrowLeft" | "PageUp" => false,
                _ => return,
            };
            e.prevent_default();
            turn(forward);
        });
        let scrolled = window_event_listener(ev::scroll, move |_| keep());
        on_cleanup(move || {
            keys.remove();
            scrolled.remove();
        });
    }

    /// Keeps the leaf in view in the address.
    pub fn keep(book: NodeRef<html::Div>, of: &str, last: StoredValue<String>) {
        let Some(open) = book.get_untracked() else { return };
        let edge = open.get_bounding_client_rect().left() + 8.0;
        let shown = leaves(&open).into_iter().find(|leaf| {
            let shown = leaf.get_bounding_client_rect();
            shown.right() > edge && shown.bottom() > 120.0
        });
        let Some(key) = shown.map(|leaf| leaf.id()).filter(|key| last.with_value(|last| last != key)) else { return };
        last.set_value(key.clone());
        if let Ok(history) = window().history() {
            let url = format!("/book?{of}&at={key}");
            // A browser that refuses keeps the old address: no harm.
            let _ = history.replace_state_with_url(&history.state().unwrap_or(JsValue::NULL), "", Some(&url));
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod place {
    //! Nothing turns on the server.

    use leptos::{html, prelude::*};

    pub fn open_at(_: NodeRef<html::Div>, _: &str) {}

    pub fn turn(_: NodeRef<html::Div>, _: bool) -> bool {
        true
    }

    pub fn listen(_: NodeRef<html::Div>, _: impl Fn(bool) + Copy + 'static, _: impl Fn() + Copy + 'static) {}

    pub fn keep(_: NodeRef<html::Div>, _: &str, _: StoredValue<String>) {}
}
