//! The facts behind the number that was opened, as many as it says, directly below the table where it stands; and the
//! question about one of them, or about the number (申请核对).

use domain::portrait::Key;
use leptos::prelude::*;

use super::sheet::{anchor, place};
use crate::{
    api::portrait::{FactPanel, FactRow, PortraitPage},
    checks::{ask_form, check_lines},
};

/// The block of the page in which a number stands.
fn block(page: &PortraitPage, panel: &FactPanel) -> String {
    // A number that the portrait does not have any more stands nowhere.
    if page.portrait.count(&panel.key).is_none() {
        return String::new();
    }
    match Key::parse(&panel.key) {
        Some(Key::Quarter(_, part)) => format!("duty-{}", part.duty().key()),
        Some(Key::Group(..)) => "groups".to_owned(),
        Some(Key::List(..)) if page.portrait.lists.len() > 1 => "lists".to_owned(),
        Some(Key::Since(..)) => "changes".to_owned(),
        _ => String::new(),
    }
}

/// The panel, where a number of this block is open.
pub(super) fn at(page: &PortraitPage, name: &str) -> Option<AnyView> {
    let panel = page.panel.as_ref().filter(|panel| block(page, panel) == name)?;
    Some(draw(page, panel))
}

/// The panel of a number that stands in no block.
pub(super) fn alone(page: &PortraitPage) -> Option<AnyView> {
    let panel = page.panel.as_ref().filter(|panel| block(page, panel).is_empty())?;
    Some(view! { <section class="card">{draw(page, panel)}</section> }.into_any())
}

fn line(page: &PortraitPage, panel: &FactPanel, row: &FactRow) -> AnyView {
    let about = || ("portrait", page.post, panel.year, row.subject.clone());
    let title = if row.code.is_empty() { row.title.clone() } else { format!("{}　{}", row.code, row.title) };
    let ask = row.may_ask.then(|| {
        let form = ask_form(page.command, about(), &title, panel.days, &row.asked, &page.draft);
        view! { <div class="screen-only">{form}</div> }
    });
    let said = view! { <b>{title.clone()}</b><small>{row.words.clone()}</small> };
    let shown = if row.link.is_empty() {
        said.into_any()
    } else {
        view! { <a href=row.link.clone() rel="external">{said}</a> }.into_any()
    };
    view! {
        <li class="fact-row">
            <div>{shown} {check_lines(page.command, about(), &row.asked)} {ask}</div>
        </li>
    }
    .into_any()
}

fn draw(page: &PortraitPage, panel: &FactPanel) -> AnyView {
    let about = || ("portrait", page.post, panel.year, panel.subject.clone());
    let rows = panel.rows.iter().map(|row| line(page, panel, row)).collect_view();
    let gone = panel.gone.iter().map(|row| line(page, panel, row)).collect::<Vec<_>>();
    let whole = format!("整个数字，{}", panel.words);
    let ask = panel.may_ask.then(|| {
        view! {
            <div class="screen-only whole-number">
                <p class="muted">"认为某一项不对，在那一项下面申请核对；认为这个数字本身多了或少了，在这里："</p>
                {ask_form(page.command, about(), &whole, panel.days, &panel.asked, &page.draft)}
            </div>
        }
    });
    let back = format!("{}#{}", place(page), anchor(&panel.key));
    view! {
        <section class="fact-panel" id="fact" aria-label=panel.words.clone()>
            <h3>{panel.words.clone()} " " <small>{format!("{} 项", panel.rows.len())}</small></h3>
            {panel.rows.is_empty().then(|| view! { <p class="muted">"现在没有这一项的事实。"</p> })}
            <ul class="rows" id="fact-rows">{rows}</ul>
            {(!gone.is_empty()).then(|| view! { <ul class="rows" id="fact-gone">{gone}</ul> })}
            {check_lines(page.command, about(), &panel.asked)}
            {ask}
            <div class="actions screen-only"><a class="btn" href=back rel="external">"收起"</a></div>
        </section>
    }
    .into_any()
}
