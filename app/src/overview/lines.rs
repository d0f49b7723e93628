//! What is due and what was finished, each line opening its place.

use domain::{
    board::Tone,
    overview::{Line, LineKind, Panel},
    time::zh_in,
};
use leptos::prelude::*;

use super::address;
use crate::{api::overview::OverviewPage, ui::state_as};

/// The totals of a panel, each opening its own lines.
fn totals(page: &OverviewPage, panel: &Panel, due: bool) -> AnyView {
    let [first, second] = page.only;
    let (only, place) = if due { (first, "#due-head") } else { (second, "#closed-head") };
    let to = |kind: Option<LineKind>| {
        let asked = if due { [kind, second] } else { [first, kind] };
        format!("{}{place}", address(page, asked))
    };
    let all = only.map(|_| view! { <li><a href=to(None)>"全部"</a></li> });
    let each = panel
        .totals
        .iter()
        .map(|(kind, n)| {
            let label = if due { kind.due_label() } else { kind.done_label() };
            let here = (only == Some(*kind)).then_some("true");
            view! { <li><a href=to(Some(*kind)) aria-current=here>{label} " " <b>{*n}</b></a></li> }
        })
        .collect_view();
    view! { <ul class="tally">{each} {all}</ul> }.into_any()
}

/// A panel as a table, or the words for an empty one.
pub(super) fn table(page: &OverviewPage, due: bool, empty: &'static str) -> AnyView {
    let panel = if due { &page.due } else { &page.closed };
    if panel.totals.is_empty() {
        return view! { <p class="hint">{empty}"。"</p> }.into_any();
    }
    let rows = panel.lines.iter().map(|line| row(line, page.year, due)).collect_view();
    let head = if due { ["到期", "由谁办"] } else { ["办结", "办理"] };
    view! {
        {totals(page, panel, due)}
        <div class="table-wrap">
            <table class="table dense">
                <thead>
                    <tr>
                        <th scope="col">{head[0]}</th>
                        <th scope="col">"类别"</th>
                        <th scope="col">"事项"</th>
                        <th scope="col">"单位"</th>
                        <th scope="col">{head[1]}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {(panel.more > 0).then(|| view! {
            <p class="hint">{format!("还有 {} 行没有列出：点上面的一类只看这一类，或导出 .xlsx 看全部。", panel.more)}</p>
        })}
    }
    .into_any()
}

/// Readings and sheets belong to another bundle.
fn outside(to: &str) -> Option<&'static str> {
    (to.starts_with("/oversight/") && !to.starts_with("/oversight/season")).then_some("external")
}

fn row(line: &Line, year: i32, due: bool) -> AnyView {
    let late = line.late.then(|| view! { " " {state_as(Tone::Warn, "已过期".to_owned())} });
    let kind = if due { line.kind.due_label() } else { line.kind.done_label() };
    view! {
        <tr>
            <td data-label=if due { "到期" } else { "办结" } class="nowrap">{zh_in(line.on, year)} {late}</td>
            <td data-label="类别" class="nowrap">{kind}</td>
            <td data-label="事项" class="title"><a href=line.to.clone() rel=outside(&line.to)>{line.what.clone()}</a></td>
            <td data-label="单位">{line.who.clone()}</td>
            <td data-label=if due { "由谁办" } else { "办理" }>{line.by.clone()}</td>
        </tr>
    }
    .into_any()
}
