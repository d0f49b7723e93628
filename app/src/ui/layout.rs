//! The two layouts: office (masthead, menu, page, drawer) and phone (head, page, tabs).
//! Links that leave the bundle of a page carry `rel="external"`.

use domain::people::Role;
use leptos::prelude::*;

use super::search_field;
use crate::{api::records::PostChoice, routes, viewer::viewer};

/// 标准 / 大字 / 特大, on every page, kept per device and account.
#[component]
pub fn SizeSwitch() -> impl IntoView {
    let viewer = viewer();
    let now = viewer.size.clone();
    let button = move |value: &'static str, label: &'static str| {
        let pressed = if now == value { "true" } else { "false" };
        view! { <button name="size" value=value aria-pressed=pressed>{label}</button> }
    };
    view! {
        <form class="size-switch" method="post" action="/size">
            <span>"字号"</span>
            <input type="hidden" name="_token" value=viewer.form_token />
            {button("standard", "标准")}
            {button("large", "大")}
            {button("huge", "特大")}
        </form>
    }
}

fn sign_out() -> AnyView {
    view! {
        <form method="post" action="/signout">
            <input type="hidden" name="_token" value=viewer().form_token />
            <button>"退出"</button>
        </form>
    }
    .into_any()
}

/// The line above every page of a server that runs on plain http.
fn banner() -> AnyView {
    let words = viewer().banner;
    (!words.is_empty()).then(|| view! { <div class="banner warn" role="note">{words}</div> }).into_any()
}

/// The other posts of the same person, one tap away in the head; a form, so it needs no scripts.
fn post_switch(posts: Vec<PostChoice>) -> AnyView {
    let buttons = posts
        .into_iter()
        .map(|p| {
            let here = p.chosen.then_some("true");
            view! { <button class="btn block" name="post" value=p.post.to_string() aria-current=here>{p.label}</button> }
        })
        .collect_view();
    view! {
        <details class="post-switch">
            <summary>"切换岗位"</summary>
            <form method="post" action="/post">
                <input type="hidden" name="_token" value=viewer().form_token />
                {buttons}
            </form>
        </details>
    }
    .into_any()
}

/// The search box on top of the menu; the page itself has its own.
fn menu_search() -> AnyView {
    view! {
        <form role="search" method="get" action="/search">
            <label class="visually-hidden" for="menu-q">"搜索记录、单位和人员"</label>
            {search_field("menu-q", String::new(), "搜索")}
            <button class="btn small">"搜索"</button>
        </form>
    }
    .into_any()
}

/// Frame of an office page. `current` is the path of the menu entry.
#[component]
pub fn OfficePage(
    /// Path of the current menu entry.
    current: &'static str,
    /// The page belongs to the phone's bundle: every entry of the menu leads out of it.
    #[prop(default = false)]
    outside: bool,
    /// The page: `<main class="main" id="main">` or a `.split` of it and a drawer.
    children: Children,
) -> impl IntoView {
    let viewer = viewer();
    let entries = routes::menu(&viewer);
    let own = routes::bundle_of(current);
    let leaves = move |path: &str| outside || own.is_some_and(|own| routes::bundle_of(path) != Some(own));
    let searches = entries.iter().any(|entry| entry.path == "/search") && current != "/search";
    let entries = entries
        .into_iter()
        .map(|entry| {
            let here = (entry.path == current).then_some("page");
            let count = entry.count.map(|n| view! { " " <b class="count">{n}</b> });
            view! { <a href=entry.path aria-current=here rel=(entry.external || leaves(entry.path)).then_some("external")>{entry.label} {count}</a> }
        })
        .collect_view();
    let role = viewer.roles.iter().find(|r| !matches!(r, Role::Member)).map_or("", |r| r.label());
    view! {
        <a class="skip-link" href="#main" rel="external">"跳到正文"</a>
        {banner()}
        <input class="menu-box" type="checkbox" id="menu-box" aria-label="展开菜单" />
        <header class="top">
            <label class="menu-btn" for="menu-box" aria-hidden="true">"菜单"</label>
            <b>"五责链"</b>
            <span class="district">{viewer.district.clone()}</span>
            {viewer.demo.then(|| view! { <span class="badge-demo">"示范"</span> })}
            <div class="top-right">
                <SizeSwitch />
                <a class="user" href="/me" rel="external">{format!("{role} · {}", viewer.name)}</a>
                {sign_out()}
            </div>
        </header>
        <div class="shell">
            <nav class="side" aria-label="主菜单">{searches.then(menu_search)} {entries}</nav>
            {children()}
        </div>
    }
}

/// Frame of a phone page. Whoever is at home in the office gets it in the office's frame,
/// at the office's width; the script stays the phone's, so the menu leads out of it.
#[component]
pub fn PhonePage(
    /// Heading.
    #[prop(into)]
    title: Signal<String>,
    /// Second line of the head.
    #[prop(optional, into)]
    note: Signal<String>,
    /// Where 「‹」 leads; none on the tabs' own pages.
    #[prop(optional, into)]
    back: String,
    /// Path of the current tab.
    #[prop(default = "")]
    tab: &'static str,
    /// Posts to choose from; no switch with fewer than two.
    #[prop(optional, into)]
    posts: Signal<Vec<PostChoice>>,
    /// Takes the width of the screen: pages that are looked at, not filled in.
    #[prop(default = false)]
    wide: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let viewer = viewer();
    if !viewer.on_phone_pages() {
        return view! {
            <OfficePage current=tab outside=true>
                <main class=if wide { "main read-wide full" } else { "main read-wide" } id="main">
                    <div class="page-head">
                        <h1>{move || title.get()}</h1>
                        <p class="lead">{move || note.get()}</p>
                    </div>
                    {children()}
                </main>
            </OfficePage>
        }
        .into_any();
    }
    let tabs = [("/home", "◉", "首页"), ("/records", "▤", "记录本"), ("/todo", "☰", "待办"), ("/me", "☺", "我的")];
    let tabbed = !tab.is_empty();
    let tabs = tabs
        .into_iter()
        .map(|(path, icon, label)| {
            let here = (path == tab).then_some("page");
            view! {
                <a href=path aria-current=here>
                    <i aria-hidden="true">{icon}</i>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <div class=if wide { "phone wide" } else { "phone" }>
            <a class="skip-link" href="#main" rel="external">"跳到正文"</a>
            {banner()}
            <header class="phone-head">
                {(!back.is_empty()).then(|| view! { <a class="back" href=back.clone() aria-label="返回">"‹"</a> })}
                <div>
                    <h1>{move || title.get()}</h1>
                    <small>{move || note.get()}</small>
                </div>
                {move || {
                    let posts = posts.get();
                    (posts.len() > 1).then(|| post_switch(posts))
                }}
            </header>
            <main id="main">{children()}</main>
            {tabbed.then(|| view! { <nav class="tabbar" aria-label="主菜单">{tabs}</nav> })}
        </div>
    }
    .into_any()
}
