//! Facts of a report with the places they came from, and differences between two computations of them.

use domain::reports::{FactBlock, FactChange, FactRow};
use leptos::prelude::*;

/// Rows of a block that the screen shows; the paper has them all.
const SHOWN: usize = 200;

/// One block. `wish` is `BLOCK.LINE` of the address: then the table has the rows alone that this number counts.
pub fn block(facts: &FactBlock, wish: &str) -> AnyView {
    let lines = facts
        .lines
        .iter()
        .map(|line| {
            let said = format!("{}{}", line.label, line.value);
            view! { <li><a href=line.link.clone() rel="external">{said}</a></li> }
        })
        .collect_view();
    let sources = facts
        .sources
        .iter()
        .map(|source| {
            let said = format!("{} {} 项", source.name, source.count);
            if source.link.is_empty() {
                let rows = if facts.rows.is_empty() { "" } else { "（见上表各行）" };
                return view! { " " <span>{said} {rows}</span> }.into_any();
            }
            view! { " " <a href=source.link.clone() rel="external">{said}</a> }.into_any()
        })
        .collect_view();
    let (told, listed, named) = (!facts.lines.is_empty(), !facts.rows.is_empty(), !facts.sources.is_empty());
    let at = format!("{} {}", domain::time::zh(facts.at.day()), facts.at.clock());
    let chosen = wish.split_once('.').filter(|(key, _)| *key == facts.block.key());
    let chosen = chosen.and_then(|(_, line)| facts.counted_by(line));
    view! {
        <section class="panel" id=format!("facts-{}", facts.block.key())>
            <h3>{facts.block.label()}</h3>
            {(!facts.empty.is_empty()).then(|| view! { <p>{facts.empty.clone()}</p> })}
            {told.then(|| view! { <ul class="tally">{lines}</ul> })}
            {listed.then(|| match &chosen {
                None => table(facts, &facts.rows.iter().collect::<Vec<_>>()),
                Some((label, rows)) => view! {
                    <p class="hint" role="status">
                        {format!("只列“{label}”所数的 {} 行。", rows.len())}
                        <a href=format!("?#facts-{}", facts.block.key()) rel="external">"列出全部"</a>
                    </p>
                    {table(facts, rows)}
                }
                .into_any(),
            })}
            <p class="hint">
                {facts.note.clone()}
                {named.then(|| view! { "来源：" {sources} "。" })}
                {format!("取数时间：{at}。")}
            </p>
        </section>
    }
    .into_any()
}

fn table(facts: &FactBlock, rows: &[&FactRow]) -> AnyView {
    let heads = facts.columns.iter().cloned().map(|words| view! { <th>{words}</th> }).collect_view();
    let more = rows.len().saturating_sub(SHOWN);
    let rows = rows.iter().take(SHOWN).map(|row| line(facts, row)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table dense">
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(more > 0).then(|| view! { <p class="hint">{format!("另有 {more} 行，见打印版、.docx 或导出的 .xlsx。")}</p> })}
    }
    .into_any()
}

fn line(facts: &FactBlock, row: &FactRow) -> AnyView {
    let cells = row
        .cells
        .iter()
        .zip(&facts.columns)
        .enumerate()
        .map(|(n, (words, label))| {
            let words = words.clone();
            if n == 0 {
                view! { <td class="title" data-label=label.clone()>{linked(words, row.link.clone())}</td> }.into_any()
            } else {
                view! { <td data-label=label.clone()>{words}</td> }.into_any()
            }
        })
        .collect_view();
    view! { <tr>{cells}</tr> }.into_any()
}

/// Words that lead on, where there is a page.
fn linked(words: String, link: String) -> AnyView {
    if link.is_empty() {
        return words.into_any();
    }
    view! { <a href=link rel="external">{words}</a> }.into_any()
}

/// What differs, with the source of each; numbers open their rows on the page of the report (`place`).
pub fn differences(all: &[FactChange], (before, after): (&'static str, &'static str), place: &str) -> AnyView {
    let rows = all
        .iter()
        .map(|change| {
            let (was, is) = (words(&change.before), words(&change.after));
            let inside = change.link.starts_with('?');
            let link = if inside { format!("{place}{}", change.link) } else { change.link.clone() };
            view! {
                <tr>
                    <td data-label="事实">{change.block.label()}</td>
                    <td class="title" data-label="所指">{linked(change.about.clone(), link)}</td>
                    <td data-label=before>{was}</td>
                    <td data-label=after>{is}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table dense">
                <thead><tr><th>"事实"</th><th>"所指"</th><th>{before}</th><th>{after}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn words(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { "（没有这一项）".to_owned() } else { text.to_owned() }
}
