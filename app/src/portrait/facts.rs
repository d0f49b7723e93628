//! The facts behind the number that was opened, as many as it says, and the question about it (申请核对).

use leptos::prelude::*;

use super::sheet::place;
use crate::{
    api::portrait::PortraitPage,
    checks::{ask_form, check_lines},
};

/// The panel, where a number is open.
pub(super) fn panel(page: &PortraitPage) -> Option<AnyView> {
    let panel = page.panel.as_ref()?;
    let about = || ("portrait", page.post, panel.year, panel.subject.clone());
    let rows = panel
        .rows
        .iter()
        .map(|row| {
            let title = if row.code.is_empty() { row.title.clone() } else { format!("{}　{}", row.code, row.title) };
            if row.link.is_empty() {
                view! { <li class="fact-row"><div><b>{title}</b><small>{row.words.clone()}</small></div></li> }
                    .into_any()
            } else {
                view! {
                    <li class="fact-row">
                        <a href=row.link.clone() rel="external"><b>{title}</b><small>{row.words.clone()}</small></a>
                    </li>
                }
                .into_any()
            }
        })
        .collect_view();
    let ask = panel.may_ask.then(|| ask_form(page.command, about(), &panel.words, panel.days, &page.draft));
    Some(
        view! {
            <section class="card" id="fact">
                <h2>{panel.words.clone()} " " <small>{format!("{} 项", panel.rows.len())}</small></h2>
                {panel.rows.is_empty().then(|| view! { <p class="muted">"现在没有这一项的事实。"</p> })}
                <ul class="rows" id="fact-rows">{rows}</ul>
                {check_lines(page.command, about(), &panel.asked)}
                <div class="screen-only">{ask}</div>
                <div class="actions screen-only"><a class="btn" href=place(page) rel="external">"收起"</a></div>
            </section>
        }
        .into_any(),
    )
}
