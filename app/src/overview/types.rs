//! Units by type: a bar of states with the same in words, readable without colour.

use domain::{
    board::{Duty, Tone},
    overview::{KindRow, Standing, Tones},
};
use leptos::prelude::*;

/// A bar of states. The words beside it say the same, so it is silent to a screen reader.
pub(super) fn bar(tones: Tones) -> AnyView {
    let parts = tones
        .bar()
        .into_iter()
        .map(|(tone, _, from, length)| {
            view! { <rect class=tone.css() x=from.to_string() y="0" width=length.to_string() height="10"></rect> }
        })
        .collect_view();
    view! {
        <svg class="o-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">{parts}</svg>
    }
    .into_any()
}

/// The table of types; below it the same by each of the five duties.
pub(super) fn by_type(standing: &Standing) -> AnyView {
    if standing.rows.is_empty() {
        return ().into_any();
    }
    let rows = standing.rows.iter().map(row).collect_view();
    let duties = standing.rows.iter().map(duty_row).collect_view();
    let heads = Duty::ALL.into_iter().map(|d| view! { <th scope="col">{d.label()}</th> }).collect_view();
    let all = standing.all;
    view! {
        <section class="panel" aria-labelledby="types-head">
            <h2 id="types-head">"各类单位的状态"</h2>
            <p class="hint">"一个单位按五个环节里最紧的一个算一次。"</p>
            <table class="table">
                <thead>
                    <tr><th scope="col">"单位类型"</th><th scope="col" class="num">"单位"</th><th scope="col">"状态"</th></tr>
                </thead>
                <tbody>
                    {rows}
                    <tr>
                        <td data-label="单位类型" class="title"><b>"合计"</b></td>
                        <td data-label="单位" class="num"><a href="/board">{all.total()}</a></td>
                        <td data-label="状态">{bar(all)} {links(all, "")}</td>
                    </tr>
                </tbody>
            </table>
            <details>
                <summary>"按五个环节看"</summary>
                <table class="table">
                    <thead><tr><th scope="col">"单位类型"</th>{heads}</tr></thead>
                    <tbody>{duties}</tbody>
                </table>
            </details>
        </section>
    }
    .into_any()
}

fn row(of: &KindRow) -> AnyView {
    let kind = of.kind;
    view! {
        <tr>
            <td data-label="单位类型" class="title"><a href=format!("/board?kind={}", kind.key())>{kind.label()}</a></td>
            <td data-label="单位" class="num"><a href=format!("/board?kind={}", kind.key())>{of.all.total()}</a></td>
            <td data-label="状态">{bar(of.all)} {links(of.all, kind.key())}</td>
        </tr>
    }
    .into_any()
}

/// Each part of a bar in words, leading to the rows that it counted.
fn links(tones: Tones, kind: &str) -> AnyView {
    let parts = Tone::ALL
        .into_iter()
        .filter(|tone| tones.of(*tone) > 0)
        .map(|tone| {
            let kind = if kind.is_empty() { String::new() } else { format!("&kind={kind}") };
            let to = format!("/board?state={}{kind}", tone.key());
            view! {
                <li>
                    <a href=to>
                        <span class=format!("o-mark {}", tone.css()) aria-hidden="true">{tone.icon()}</span>
                        {Tones::word(tone)} " " <b>{tones.of(tone)}</b>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="o-parts">{parts}</ul> }.into_any()
}

fn duty_row(of: &KindRow) -> AnyView {
    let kind = of.kind;
    let cells = Duty::ALL
        .into_iter()
        .zip(of.duties)
        .map(|(duty, tones)| {
            let parts = Tone::ALL
                .into_iter()
                .filter(|tone| tones.of(*tone) > 0)
                .map(|tone| {
                    let to = format!("/board?state={}.{}&kind={}", duty.key(), tone.key(), kind.key());
                    view! { <li><a href=to>{tone.icon()} " " {tone.word()} " " <b>{tones.of(tone)}</b></a></li> }
                })
                .collect_view();
            view! { <td data-label=duty.label()>{bar(tones)} <ul class="o-parts">{parts}</ul></td> }
        })
        .collect_view();
    view! { <tr><td data-label="单位类型" class="title">{kind.label()}</td>{cells}</tr> }.into_any()
}
