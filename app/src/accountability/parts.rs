//! Parts that the pages of 问责 share: the tabs, a drop-down of a filter, pages of a list, a quiet side form.

use domain::people::Role;
use leptos::prelude::*;

use crate::{board::escape, viewer::viewer};

/// Pages of the feature: path and word, in the order of the tabs.
const TABS: [(&str, &str); 5] = [
    ("/accountability", "问题整改台账"),
    ("/accountability/figures", "统计"),
    ("/accountability/advices", "工作建议、建议书"),
    ("/accountability/regulations", "制度"),
    ("/accountability/measures", "问责处理"),
];

/// Tabs above every list; published measures only for those who may read them.
pub(super) fn tabs(current: &'static str) -> AnyView {
    let viewer = viewer();
    let leads = [Role::Secretary, Role::DeputySecretary, Role::ConductOffice].into_iter().any(|role| viewer.has(role));
    let links = TABS
        .into_iter()
        .filter(|(path, _)| leads || *path != "/accountability/measures")
        .map(|(path, label)| view! { <a href=path aria-current=(path == current).then_some("page")>{label}</a> })
        .collect_view();
    view! { <nav class="tabs" aria-label="问责">{links}</nav> }.into_any()
}

/// A drop-down of the filter row; the empty choice stands first.
pub(super) fn choice(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    options: &[(String, String)],
    now: &str,
) -> AnyView {
    view! { <label>{label} " " <select name=name>{options_of(all, options, now)}</select></label> }.into_any()
}

/// Options with an empty one before them.
pub(super) fn options_of(none: &'static str, options: &[(String, String)], now: &str) -> AnyView {
    std::iter::once((String::new(), none.to_owned()))
        .chain(options.iter().cloned())
        .map(|(key, words)| {
            let here = key == now;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view()
        .into_any()
}

/// Years as options.
pub(super) fn years(years: &[i32]) -> Vec<(String, String)> {
    years.iter().map(|year| (year.to_string(), format!("{year}年"))).collect()
}

/// The address of a list with these choices; empty ones are left out.
pub(super) fn address(path: &str, choices: &[(&str, &str)]) -> String {
    let asked: Vec<String> = choices
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    if asked.is_empty() { path.to_owned() } else { format!("{path}?{}", asked.join("&")) }
}

/// 「第 2 页，共 7 页」 with links to the neighbours; nothing for one page.
pub(super) fn pager(path: &str, choices: &[(&str, &str)], page: u32, pages: u32) -> AnyView {
    if pages <= 1 && page <= 1 {
        return ().into_any();
    }
    let to = |page: u32| {
        let page = page.to_string();
        let mut all = choices.to_vec();
        all.push(("page", page.as_str()));
        address(path, &all)
    };
    let before = (page > 1).then(|| view! { <a class="btn" rel="prev" href=to((page - 1).min(pages))>"上一页"</a> });
    let after = (page < pages).then(|| view! { <a class="btn" rel="next" href=to(page + 1)>"下一页"</a> });
    view! {
        <nav class="actions" aria-label="翻页">
            {before} <span>{format!("第 {page} 页，共 {pages} 页")}</span> {after}
        </nav>
    }
    .into_any()
}

/// 「已保存。」 where the address says so.
pub(super) fn saved(done: bool) -> AnyView {
    done.then(|| view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> }).into_any()
}
