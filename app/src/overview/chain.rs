//! The chain 明→履→督→评→问 as five cards joined by a line.

use domain::overview::{Count, Stage};
use leptos::prelude::*;

use super::types::bar;
use crate::ui::ring;

/// The five links with their counts.
pub(super) fn flow(stages: &[Stage]) -> AnyView {
    let links = stages.iter().map(link).collect_view();
    view! { <ol class="o-flow" aria-label="五责链">{links}</ol> }.into_any()
}

fn link(stage: &Stage) -> AnyView {
    let duty = stage.duty;
    let counts = stage.counts.iter().map(count).collect_view();
    let going = stage.going.iter().map(count).collect_view();
    view! {
        <li class=duty.css()>
            <h2><a href=stage.to.clone()>{ring(duty, "")} <span>{duty.label()}</span></a></h2>
            <p>{stage.note.clone()}</p>
            {bar(stage.units)}
            <ul>{counts}</ul>
            {(!stage.going.is_empty()).then(|| view! { <h3>"办理情况"</h3> <ul>{going}</ul> })}
        </li>
    }
    .into_any()
}

fn count(of: &Count) -> AnyView {
    view! {
        <li>
            <a href=of.to.clone()>
                <span class=format!("o-mark {}", of.tone.css()) aria-hidden="true">{of.tone.icon()}</span>
                <span class="o-words">{of.words.clone()}</span>
                <b>{of.n}</b>
                <small>{of.measure.clone()}</small>
            </a>
        </li>
    }
    .into_any()
}
