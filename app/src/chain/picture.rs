//! The flow as SVG text: five columns of boxes joined by arrows, and the way back to the next year's lists. A box says
//! in words with whom it waits, so it reads without colour; each is a link to what it counted.

use std::fmt::Write as _;

use domain::{
    accountability::Waits,
    chain::{Flow, Spot},
};
use leptos::prelude::*;

use super::rel;

const COLUMN: usize = 190;
const GAP: usize = 22;
const BOX: usize = 58;
const STEP: usize = 68;
const TOP: usize = 66;

/// Short word of the body that a box waits for.
fn seat(waits: Waits) -> &'static str {
    match waits {
        Waits::Unit => "等单位",
        Waits::Checker => "等监督单位",
        Waits::Office => "等监督室",
        Waits::Deputy => "等分管副书记",
        Waits::Nobody => "",
    }
}

fn key(waits: Waits) -> &'static str {
    match waits {
        Waits::Unit => "unit",
        Waits::Checker => "checker",
        Waits::Office => "office",
        Waits::Deputy => "deputy",
        Waits::Nobody => "nobody",
    }
}

/// What stands in an attribute or a text. Words and numbers of the program alone come here; addresses have an `&`.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn put(svg: &mut String, spot: &Spot, x: usize, y: usize) {
    let outside = if rel(&spot.to).is_some() { " rel=\"external\"" } else { "" };
    let days = spot.days.map(|days| format!("，最长 {days} 天")).unwrap_or_default();
    let count = format!("{} {}", spot.n, spot.measure);
    let below = format!("{}{days}", seat(spot.seat));
    let said = format!("{} {}，{count}，{below}", spot.duty.label(), spot.label);
    let inset = if spot.within { 14 } else { 0 };
    // Writing into a String cannot fail.
    let _ = write!(
        svg,
        "<a href=\"{to}\"{outside} aria-label=\"{said}\"><rect class=\"{class}\" x=\"{left}\" y=\"{y}\" width=\"{width}\" \
         height=\"{BOX}\" rx=\"6\"/><text x=\"{at}\" y=\"{one}\">{icon} {label}</text><text class=\"n\" x=\"{at}\" \
         y=\"{two}\">{count}<tspan class=\"by\" dx=\"6\">{below}</tspan></text></a>",
        to = escaped(&spot.to),
        said = escaped(&said),
        class = key(spot.seat),
        left = x + inset,
        width = COLUMN - inset,
        at = x + inset + 10,
        one = y + 22,
        two = y + 44,
        icon = spot.tone.icon(),
        label = escaped(&spot.label),
    );
}

fn drawn(flow: &Flow) -> String {
    let tallest = flow.links.iter().map(|link| link.spots.len()).max().unwrap_or(0).max(1);
    let width = 5 * COLUMN + 4 * GAP + 4;
    let floor = TOP + tallest * STEP;
    let height = floor + 56;
    let mut svg = format!(
        "<svg class=\"chain-flow\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-labelledby=\"flow-t\">\
         <title id=\"flow-t\">五责流转图：各环节的节点、数量和等待方，下表有同样的文字</title>\
         <defs><marker id=\"flow-a\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L10 5L0 10z\"/></marker></defs>"
    );
    for (n, link) in flow.links.iter().enumerate() {
        let x = 2 + n * (COLUMN + GAP);
        let _ = write!(
            svg,
            "<circle class=\"{hue}\" cx=\"{cx}\" cy=\"28\" r=\"20\"/><text class=\"glyph\" x=\"{cx}\" y=\"35\">{glyph}</text>\
             <text class=\"head\" x=\"{tx}\" y=\"35\">{label}</text>",
            hue = link.duty.css(),
            cx = x + 24,
            glyph = link.duty.glyph(),
            tx = x + 54,
            label = link.duty.label(),
        );
        if n > 0 {
            let from = x - GAP - 92;
            let _ = write!(svg, "<path class=\"way\" d=\"M{from} 28H{}\" marker-end=\"url(#flow-a)\"/>", x);
        }
        for (row, spot) in link.spots.iter().enumerate() {
            put(&mut svg, spot, x, TOP + row * STEP);
        }
        if link.spots.is_empty() {
            let _ = write!(svg, "<text class=\"none\" x=\"{}\" y=\"{}\">没有在办的事项</text>", x + 10, TOP + 22);
        }
    }
    let (start, end, down) = (2 + 4 * (COLUMN + GAP) + 24, 26, floor + 18);
    let _ = write!(
        svg,
        "<path class=\"way back\" d=\"M{start} {floor}V{down}H{end}V{floor}\" marker-end=\"url(#flow-a)\"/>\
         <text class=\"head back\" x=\"{x}\" y=\"{y}\">本年销号 {closed} 项，列入下一年自选动作 {taken} 条</text></svg>",
        x = width / 2,
        y = down + 24,
        closed = flow.closed.n,
        taken = flow.taken,
    );
    svg
}

/// The picture.
pub(super) fn figure(flow: &Flow) -> AnyView {
    let svg = drawn(flow);
    view! { <figure class="chain-figure table-wrap" inner_html=svg></figure> }.into_any()
}
