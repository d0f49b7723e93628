//! `/chain`: the flow between the five duties as one picture, with the table behind it and with whom things wait.

use domain::chain::{Flow, Spot, seat_label};
use leptos::prelude::*;

use super::{picture, rel};
use crate::{
    api::chain::{FlowPage, FlowQuery, WholeFlow},
    ui::{OfficePage, loaded, page_data},
};

/// `/chain`.
#[component]
pub fn FlowView() -> impl IntoView {
    let data = page_data(|| WholeFlow { form: FlowQuery {} });
    view! {
        <OfficePage current="/chain">
            <main class="main print-wide" id="main">{loaded(data, |page| show(&page))}</main>
        </OfficePage>
    }
}

fn show(page: &FlowPage) -> AnyView {
    let scope = if page.district { "全区" } else { "归口单位" };
    let lead = format!(
        "{scope}，{}年度，截至{}。数字都点得开，正是它数的事项；只按环节和等待方统计，不按人、不排名。",
        page.year, page.as_of
    );
    view! {
        <div class="page-head">
            <h1>"五责流转图"</h1>
            <p class="lead">{lead}</p>
            <div class="actions screen-only">
                <a class="btn" href="/overview" rel="external">"全区总览"</a>
                <a class="btn" href="/chain/export" rel="external">"导出 .xlsx"</a>
            </div>
        </div>
        {picture::figure(&page.flow)}
        {closed(&page.flow, page.year)}
        {seats(&page.flow)}
        {table(&page.flow)}
    }
    .into_any()
}

/// The way back: what was struck off, and what the next year's lists took from it.
fn closed(flow: &Flow, year: i32) -> AnyView {
    let n = flow.closed.n;
    let count = if n > 0 {
        view! { <a href=flow.closed.to.clone()>{format!("{n} 项")}</a> }.into_any()
    } else {
        view! { "0 项" }.into_any()
    };
    let taken = format!("，其中 {} 条已列入{}年清单的自选动作（含草稿）。", flow.taken, year + 1);
    view! { <p class="notice info">"本年销号问题 " {count} {taken}</p> }.into_any()
}

fn number(spot: &Spot) -> AnyView {
    let words = format!("{} {}", spot.n, spot.measure);
    view! { <a href=spot.to.clone() rel=rel(&spot.to)><b>{words}</b></a> }.into_any()
}

fn longest(days: Option<u32>) -> String {
    days.map(|days| format!("{days} 天")).unwrap_or_default()
}

/// With whom things wait.
fn seats(flow: &Flow) -> AnyView {
    let rows = flow
        .seats
        .iter()
        .map(|seat| {
            let spots = seat
                .spots
                .iter()
                .map(|spot| view! { <li>{spot.duty.label()} " · " {spot.label.clone()} " " {number(spot)}</li> })
                .collect_view();
            let none = seat.spots.is_empty().then_some("没有");
            view! {
                <tr>
                    <td data-label="等待方" class="title">{seat_label(seat.seat)}</td>
                    <td data-label="在等的"><ul class="o-parts">{spots}</ul> {none}</td>
                    <td data-label="最长等待" class="num">{longest(seat.days)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="seats-head">
            <h2 id="seats-head">"等在哪里"</h2>
            <p class="hint">"监督单位和办公室的等待是它们自己的时间，不算单位逾期。最长等待按自然日。"</p>
            <table class="table">
                <thead><tr><th scope="col">"等待方"</th><th scope="col">"在等的"</th><th scope="col" class="num">"最长等待"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// The table behind the picture.
fn table(flow: &Flow) -> AnyView {
    let rows = flow
        .links
        .iter()
        .flat_map(|link| &link.spots)
        .map(|spot| {
            view! {
                <tr>
                    <td data-label="环节">{spot.duty.label()}</td>
                    <td data-label="节点" class="title">{spot.tone.icon()} " " {spot.label.clone()}</td>
                    <td data-label="数量" class="num">{number(spot)}</td>
                    <td data-label="等待方">{seat_label(spot.seat)}</td>
                    <td data-label="最长等待" class="num">{longest(spot.days)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="flow-head">
            <h2 id="flow-head">"各环节的节点"</h2>
            <table class="table dense">
                <thead>
                    <tr>
                        <th scope="col">"环节"</th>
                        <th scope="col">"节点"</th>
                        <th scope="col" class="num">"数量"</th>
                        <th scope="col">"等待方"</th>
                        <th scope="col" class="num">"最长等待"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
