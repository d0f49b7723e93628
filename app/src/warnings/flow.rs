//! 进展与堵点: duties over time as one drawing and as a table, and the stages that the 监督牵头单位 notes.

use domain::time::{Day, iso, zh_short};
use leptos::prelude::*;

use super::parts::{field, marks, pairs, select, typed, wrong};
use crate::{
    api::warnings::{FlowRow, MatterPage},
    ui::{TextArea, state_as},
};

/// Width of the drawing, in its own units.
const WIDE: i64 = 600;
/// Height of a line.
const HIGH: usize = 26;
/// Where the bars begin.
const LEFT: i64 = 40;

/// The view.
pub fn show(page: &MatterPage, draft: &str) -> AnyView {
    let stuck = page.flow.iter().filter(|row| row.tone == domain::board::Tone::Warn).collect::<Vec<_>>();
    let words = stuck
        .iter()
        .map(|row| view! { <li class="read">{format!("{}　{}：{}", row.no, row.text, row.words)}</li> })
        .collect_view();
    let none = stuck.is_empty();
    let rows = page.flow.iter().map(|row| line(page, row)).collect_view();
    let open = page.open.0.and_then(|id| page.flow.iter().find(|row| row.id == id));
    view! {
        <section class="panel">
            <h2>"堵在哪里、堵在谁和谁之间"</h2>
            {if none {
                view! { <p>"没有堵点，各项都在按期办理。"</p> }.into_any()
            } else {
                view! { <ul class="warn-lines">{words}</ul> }.into_any()
            }}
        </section>
        {drawing(page)}
        <section class="panel">
            <h2>"逐项进展"</h2>
            <div class="table-wrap"><table class="table">
                <thead><tr><th>"序号"</th><th>"任务"</th><th>"牵头"</th><th>"时限"</th><th>"进展"</th><th>"流程环节"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
        {(page.may.follow).then(|| open.map(|row| progress(page, row, draft)))}
    }
    .into_any()
}

fn line(page: &MatterPage, row: &FlowRow) -> AnyView {
    let stages = row
        .stages
        .iter()
        .enumerate()
        .map(|(n, (name, done))| {
            let words = match done {
                Some(day) => format!("✓ {name} {}", zh_short(*day)),
                None if n == row.at as usize => format!("◉ {name}"),
                None => format!("○ {name}"),
            };
            view! { <li>{words}</li> }
        })
        .collect_view();
    let link = format!("/warnings/{}?view=flow&line={}#follow", page.id, row.id);
    let after = if row.after.is_empty() {
        String::new()
    } else {
        format!("在 {} 之后", row.after.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"))
    };
    view! {
        <tr>
            <td data-label="序号" class="nowrap">{row.no}</td>
            <td data-label="任务" class="title">
                {if page.may.follow && row.done.is_none() {
                    view! { <a href=link>{row.text.clone()}</a> }.into_any()
                } else {
                    row.text.clone().into_any()
                }}
                <small>{after}</small>
            </td>
            <td data-label="牵头">{row.unit.clone()}</td>
            <td data-label="时限" class="nowrap">{zh_short(row.due)}</td>
            <td data-label="进展">{state_as(row.tone, row.words.clone())}</td>
            <td data-label="流程环节"><ul class="warn-stages">{stages}</ul></td>
        </tr>
    }
    .into_any()
}

/// Bars from the seal to the deadline, a mark at the day it was struck off, a line at today, and arrows from what comes
/// before. The table below says the same in words.
fn drawing(page: &MatterPage) -> AnyView {
    let Some((first, last)) = page.span else { return ().into_any() };
    if page.flow.is_empty() {
        return ().into_any();
    }
    let days = (last - first).num_days().max(1);
    let x = |day: Day| LEFT + (day - first).num_days().clamp(0, days) * (WIDE - LEFT - 10) / days;
    let y = |n: usize| n * HIGH + 24;
    let place = |no: u32| page.flow.iter().position(|row| row.no == no);
    let bars = page
        .flow
        .iter()
        .enumerate()
        .map(|(n, row)| {
            let (from, to) = (x(row.from), x(row.done.unwrap_or(row.due)));
            let class = format!("bar {}", row.tone.css());
            let title = format!("{} {}：{}", row.no, row.text, row.words);
            view! {
                <g>
                    <title>{title}</title>
                    <text x="4" y=(y(n) + 12).to_string()>{row.no.to_string()}</text>
                    <rect class=class x=from.to_string() y=y(n).to_string() width=(to - from).max(3).to_string() height="14" rx="3" />
                </g>
            }
        })
        .collect_view();
    let mut arrows = Vec::new();
    for (n, row) in page.flow.iter().enumerate() {
        for before in row.after.iter().filter_map(|no| place(*no)) {
            let from = x(page.flow[before].done.unwrap_or(page.flow[before].due));
            let path = format!("M{from} {} V{}", y(before) + 14, y(n) + 7);
            arrows.push(view! { <path class="arrow" d=path /> });
        }
    }
    let today = x(page.today).to_string();
    let height = y(page.flow.len()) + 6;
    view! {
        <section class="panel">
            <h2>"时间图"</h2>
            <div class="table-wrap">
                <svg class="warn-flow" viewBox=format!("0 0 {WIDE} {height}") role="img"
                    aria-label=format!("{}到{}各项任务的进展，下表有同样的文字", zh_short(first), zh_short(last))>
                    <text x=LEFT.to_string() y="14">{zh_short(first)}</text>
                    <text x=(WIDE - 60).to_string() y="14">{zh_short(last)}</text>
                    <line class="today" x1=today.clone() y1="18" x2=today y2=height.to_string() />
                    {arrows}
                    {bars}
                </svg>
            </div>
            <p class="hint">"竖虚线是今天；折线表示前置任务。"</p>
        </section>
    }
    .into_any()
}

fn progress(page: &MatterPage, row: &FlowRow, draft: &str) -> AnyView {
    let kept = &page.draft;
    let of = |name: &str, otherwise: &str| typed(kept, "progress", name, otherwise);
    let error = |name: &str| wrong(kept, "progress", name);
    let stage = row.stages.get(row.at as usize).map(|(name, _)| format!("“{name}”环节")).unwrap_or_default();
    view! {
        <form class="panel form screen-only" method="post" action="/warnings/follow" id="follow">
            <h2>{format!("{}　{}　{stage}", row.no, row.text)}</h2>
            {marks(page, "progress", draft)}
            <input type="hidden" name="duty" value=row.id.to_string() />
            <input type="hidden" name="stage" value=row.at.to_string() />
            {field(("done_on", "done_on", "这个环节完成日期（没有完成的不填）"), "date", of("done_on", ""), error("done_on"))}
            {select(("held_by", "held_by", "正在等待"), "没有等待其他单位", pairs(&page.choices), &of("held_by", ""), error("held_by"))}
            <TextArea name="words" label="情况" rows=2 value=of("words", "") error=error("words") />
            <div class="actions"><button class="btn primary">"登记"</button></div>
            <p class="hint">{format!("由监督牵头单位“跟流程”登记，今天是{}。整改情况由责任单位在问题整改里填报。", iso(page.today))}</p>
        </form>
    }
    .into_any()
}
