//! 建议 of a leader's list: what the review of the year before proposes, each with where it comes from, 采用 and 不采用: a
//! list with open ones is not sent on. And what the problems of the closed loop suggest, which blocks nothing. Decides
//! nothing.

use leptos::prelude::*;

use super::leader::{marks, seen};
use crate::api::duties::ListPage;

/// What the review of the year before suggests: nothing is in the list until somebody decides.
pub(super) fn panel(page: &ListPage) -> AnyView {
    if page.suggestions.is_empty() {
        return ().into_any();
    }
    let rows = page
        .suggestions
        .iter()
        .cloned()
        .map(|(duty, words, from, link)| {
            let source = if link.is_empty() { from.into_any() } else { view! { <a href=link>{from}</a> }.into_any() };
            view! {
                <li><div>
                    <b><span class="tag">"建议"</span> " " {words}</b>
                    <small>"来源：" {source}</small>
                    <span class="row-line">
                        <button class="btn small primary" name="do" value=format!("adopt:{duty}")>"采用"</button> " "
                        <button class="btn small" name="do" value=format!("drop:{duty}")>"不采用"</button>
                    </span>
                </div></li>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"建议的自选动作 " <small>"定了再送单位征求意见"</small></h2>
            <form method="post" action="/duties/lists/item">
                {marks(page)} {seen(page)}
                <ul class="rows">{rows}</ul>
            </form>
        </section>
    }
    .into_any()
}

/// What problems that were struck off or repeated suggest, and which items came from one. Folded until somebody looks:
/// whoever leaves it alone is not asked again.
pub(super) fn learned(page: &ListPage) -> AnyView {
    let learned = &page.learned;
    let taken = learned
        .taken
        .iter()
        .cloned()
        .map(|(code, problem, number)| {
            let to = format!("/chain/item?problem={problem}");
            view! { <li><div>{code} " 来自 " <a href=to rel="external">{format!("{number}号问题")}</a></div></li> }
        })
        .collect_view();
    let (take, refuse, ask) = (learned.take, learned.refuse, learned.ask);
    let rows = learned
        .offered
        .iter()
        .cloned()
        .map(|(problem, number, why, words, asked)| {
            let to = format!("/chain/item?problem={problem}");
            let button = |may: bool, answer: &str, class: &'static str, label: &'static str| {
                let value = format!("{answer}:{problem}");
                may.then(|| view! { <button class=class name="do" value=value>{label}</button> " " })
            };
            view! {
                <li><div>
                    <b>{words}</b>
                    <small><a href=to rel="external">{format!("{number}号问题")}</a> " · " {why}</small>
                    {asked.then(|| view! { <span class="tag">"单位建议列入"</span> })}
                    <span class="row-line">
                        {button(take, "taken", "btn small primary", "列入草稿")}
                        {button(refuse, "refused", "btn small", "不列入")}
                        {button(ask && !asked, "asked", "btn small", "建议列入")}
                    </span>
                </div></li>
            }
        })
        .collect_view();
    let asked = learned.offered.iter().any(|one| one.4);
    let offered = (!learned.offered.is_empty()).then(|| {
        let head = format!("问题可列为自选动作（{} 条，可列可不列）", learned.offered.len());
        view! {
            <details open=asked>
                <summary>{head}</summary>
                <form method="post" action="/duties/lists/learn">
                    {marks(page)} {seen(page)}
                    <ul class="rows">{rows}</ul>
                </form>
            </details>
        }
    });
    let from = (!learned.taken.is_empty()).then(|| view! { <ul class="rows">{taken}</ul> });
    if offered.is_none() && from.is_none() {
        return ().into_any();
    }
    view! {
        <section class="panel" id="learned">
            <h2>"从问题到清单 " <small>"上一年销号的和重复发生的问题"</small></h2>
            {from} {offered}
        </section>
    }
    .into_any()
}
