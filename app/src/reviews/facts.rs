//! The facts of a pack as one block: 明责, 履责, 督责. Names and dates; no counts, no scores.

use leptos::prelude::*;

use crate::api::reviews::{PackEntry, PackFacts, PackGroup, PackKind};

/// The facts. Links lead to pages of the office bundle or of the phone's own.
pub(super) fn show(facts: &PackFacts) -> AnyView {
    let empty = facts.left_out.is_empty() && facts.progress.iter().all(|g| g.items.is_empty());
    let groups = facts.progress.iter().filter(|g| !g.items.is_empty()).map(group).collect_view();
    let kinds = facts.kinds.iter().map(kind).collect_view();
    let list = match &facts.list_link {
        Some(link) => view! { <a href=link.clone() rel="external">{facts.list.clone()}</a> }.into_any(),
        None => facts.list.clone().into_any(),
    };
    view! {
        <section class="card"><h2>"明责"</h2><p>{list}</p></section>
        <section class="card">
            <h2>"履责 " <small>"清单条目"</small></h2>
            {groups}
            {empty.then(|| view! { <p class="muted">"责任清单还没有下达，暂时没有条目。"</p> })}
            {(!facts.left_out.is_empty()).then(|| view! { <p class="hint">{facts.left_out.clone()}</p> })}
        </section>
        {(!facts.kinds.is_empty()).then(|| view! {
            <section class="card"><h2>"履责 " <small>"记录（类型、日期、对应条目）"</small></h2>{kinds}</section>
        })}
        <section class="card"><h2>"督责"</h2><p>{facts.oversight.clone()}</p></section>
    }
    .into_any()
}

fn group(group: &PackGroup) -> AnyView {
    let items = group
        .items
        .iter()
        .map(|i| {
            let note = (!i.note.is_empty()).then(|| view! { <small>{i.note.clone()}</small> });
            view! { <li><div><b>{i.code.clone()} " " {i.text.clone()}</b> {note}</div></li> }
        })
        .collect_view();
    view! {
        <details class="more">
            <summary>{group.label.clone()}</summary>
            <ul class="rows">{items}</ul>
        </details>
    }
    .into_any()
}

fn kind(kind: &PackKind) -> AnyView {
    let entries = kind.entries.iter().map(entry).collect_view();
    view! {
        <details class="more">
            <summary>{kind.label.clone()}</summary>
            <ul class="rows">{entries}</ul>
        </details>
    }
    .into_any()
}

fn entry(entry: &PackEntry) -> AnyView {
    let words = view! { <b>{entry.on.clone()} "　" {entry.items.clone()}</b> <small>{entry.marks.join(" · ")}</small> };
    match &entry.link {
        Some(link) => view! { <li><a href=link.clone()>{words}</a></li> }.into_any(),
        None => view! { <li><div>{words}</div></li> }.into_any(),
    }
}
