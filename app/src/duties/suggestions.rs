//! 建议 of a leader's list: what the review of the year before proposes, each with where it comes from,
//! 采用 and 不采用. Decides nothing: a list with open suggestions is not sent on.

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
