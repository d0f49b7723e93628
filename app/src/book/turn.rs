//! `/book`: leaves side by side that turn like a book from 768 px on, one below the other on a
//! phone, where they go on as one scrolls. Turning is the browser's own scrolling (scroll snapping), so it works
//! without scripts; scripts add buttons, arrow keys, and the place in the address.

use domain::records::{Around, ContentsLine, MapNode};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{leaf::leaf_view, notices, of, ways, whose};
use crate::{
    api::book::{BookFace, Turn, TurnPage, TurnQuery, turn as fetch},
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

/// May the next part be asked for?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Ready,
    Asked,
    /// It did not come: nobody asks again before there is a network, or the link below is pressed.
    Failed,
}

/// Where leaves below each other go on: the first leaf that is not drawn, what its part is called, and the
/// place that takes that part.
#[derive(Clone, Copy)]
struct End {
    after: RwSignal<Option<(String, String)>>,
    place: StoredValue<RwSignal<Option<TurnPage>>>,
    asking: StoredValue<Asking>,
}

impl End {
    /// Draws the next part where the last leaf comes into view.
    fn go_on(self, (post, year): (String, i32)) {
        let ready = self.asking.get_value() == Asking::Ready;
        let Some((at, _)) = self.after.get_untracked().filter(|_| ready) else { return };
        self.asking.set_value(Asking::Asked);
        spawn_local(async move {
            let next = fetch(TurnQuery { post: Some(post), year: Some(year), at: Some(at) }).await;
            // The reader may have left meanwhile. Without a network the link below stands.
            let Some(place) = self.place.try_get_value() else { return };
            let Ok(page) = next else { return self.asking.set_value(Asking::Failed) };
            place.set(Some(page));
            self.asking.set_value(Asking::Ready);
        });
    }
}

/// The leaves of a part, and behind them those of the next one once it is there.
fn part(face: &BookFace, contents: &[ContentsLine], around: &Around, map: Option<&MapNode>, end: End) -> AnyView {
    let drawn: Vec<String> = around.leaves.iter().map(|(key, _)| key.clone()).collect();
    let leaves = around
        .leaves
        .iter()
        .map(|(key, leaf)| {
            view! {
                <section class="leaf" id=key.clone()>{leaf_view(key, leaf, face, contents, map, &drawn)}</section>
            }
        })
        .collect_view();
    let next = RwSignal::new(None::<TurnPage>);
    end.place.set_value(next);
    end.after.set(around.after.clone().map(|key| (key, around.after_words.clone())));
    let (face, contents) = (face.clone(), contents.to_vec());
    view! { {leaves} {move || next.get().map(|page| part(&face, &contents, &page.around, None, end))} }.into_any()
}

impl Bounds {
    fn to(&self, key: &str) -> String {
        format!("/book?{}&at={key}#{key}", self.book)
    }
}

fn book_view(page: TurnPage) -> AnyView {
    let TurnPage { face, around, map } = page;
    let bounds = Bounds { book: of(&face), before: around.before.clone(), after: around.after.clone() };
    let end = End {
        after: RwSignal::new(None),
        place: StoredValue::new(RwSignal::new(None)),
        asking: StoredValue::new(Asking::Ready),
    };
    let leaves = part(&face, &around.contents, &around, map.as_ref(), end);
    let book = StoredValue::new((face.post.to_string(), face.year));
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
    let keep = move || {
        ends.with_value(|b| place::keep(scroller, &b.book, last));
        if place::near_end(scroller) {
            end.go_on(book.get_value());
        }
    };
    let online = move || {
        if end.asking.get_value() == Asking::Failed {
            end.asking.set_value(Asking::Ready);
            keep();
        }
    };
    place::listen(scroller, turn, keep, online);
    let before = around.before.as_ref().map(|key| view! { <a rel="prev" href=bounds.to(key)>"上一部分"</a> });
    let after = move || {
        end.after
            .get()
            .map(|(key, words)| view! { <a rel="next" href=bounds.to(&key)>{format!("下一部分：{words}")}</a> })
    };
    view! {
        {ways(face.post, face.year, "/book")}
        <p class="screen-only"><a class="btn small" href=format!("/papers?{}", of(&face)) rel="external">"打印与导出"</a></p>
        {notices(&face)}
        <div class="book" node_ref=scroller on:scroll=move |_| keep() tabindex="0" role="region" aria-label="履责记录本，左右方向键翻页">
            {leaves}
        </div>
        <nav class="pager book-turn screen-only" aria-label="翻页">
            {before}
            {move || ready.get().then(|| view! {
                <button type="button" class="btn" on:click=move |_| turn(false)>"‹ 上一页"</button>
                <button type="button" class="btn" on:click=move |_| turn(true)>"下一页 ›"</button>
            })}
            {after}
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

    /// Do leaves below each other end within the next screen?
    pub fn near_end(book: NodeRef<html::Div>) -> bool {
        let Some(book) = book.get_untracked() else { return false };
        let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
        !turns(&book) && book.get_bounding_client_rect().bottom() < 2.0 * height
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
    pub fn listen(
        book: NodeRef<html::Div>,
        turn: impl Fn(bool) + Copy + 'static,
        keep: impl Fn() + Copy + 'static,
        online: impl Fn() + Copy + 'static,
    ) {
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
        let online = window_event_listener(ev::online, move |_| online());
        on_cleanup(move || {
            keys.remove();
            scrolled.remove();
            online.remove();
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

    pub fn near_end(_: NodeRef<html::Div>) -> bool {
        false
    }

    pub fn listen(
        _: NodeRef<html::Div>,
        _: impl Fn(bool) + Copy + 'static,
        _: impl Fn() + Copy + 'static,
        _: impl Fn() + Copy + 'static,
    ) {
    }

    pub fn keep(_: NodeRef<html::Div>, _: &str, _: StoredValue<String>) {}
}
