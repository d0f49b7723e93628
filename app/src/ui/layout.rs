//! The two layouts: office (masthead, menu, page, drawer) and phone (head, page, tabs).
//! Links that leave the bundle of a page carry `rel="external"`.

use domain::people::Role;
use leptos::prelude::*;

use crate::{routes, viewer::viewer};

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

/// Frame of an office page. `current` is the path of the menu entry.
#[component]
pub fn OfficePage(
    /// Path of the current menu entry.
    current: &'static str,
    /// The page: `<main class="main" id="main">` or a `.split` of it and a drawer.
    children: Children,
) -> impl IntoView {
    let viewer = viewer();
    let entries = routes::menu(&viewer)
        .into_iter()
        .map(|entry| {
            let here = (entry.path == current).then_some("page");
            view! { <a href=entry.path aria-current=here rel=entry.external.then_some("external")>{entry.label}</a> }
        })
        .collect_view();
    let role = viewer.roles.iter().find(|r| !matches!(r, Role::Member)).map_or("", |r| r.label());
    view! {
        <a class="skip-link" href="#main" rel="external">"跳到正文"</a>
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
            <nav class="side" aria-label="主菜单">{entries}</nav>
            {children()}
        </div>
    }
}

/// Frame of a phone page.
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
    /// The page.
    children: Children,
) -> impl IntoView {
    let tabs = [("/home", "◉", "首页"), ("/records", "▤", "记录本"), ("/todo", "☰", "待办"), ("/me", "☺", "我的")];
    let viewer = viewer();
    let tabbed = viewer.on_phone_pages() && !tab.is_empty();
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
        <div class="phone">
            <a class="skip-link" href="#main" rel="external">"跳到正文"</a>
            <header class="phone-head">
                {(!back.is_empty()).then(|| view! { <a class="back" href=back.clone() aria-label="返回">"‹"</a> })}
                <div>
                    <h1>{move || title.get()}</h1>
                    <small>{move || note.get()}</small>
                </div>
            </header>
            <main id="main">{children()}</main>
            {tabbed.then(|| view! { <nav class="tabbar" aria-label="主菜单">{tabs}</nav> })}
        </div>
    }
}
