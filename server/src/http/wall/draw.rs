//! The wall drawn: the same markup for the first look, for every event and for a browser without scripts. Every text
//! is escaped here. Names of units stand in one part alone, which is drawn only where somebody asked for them.

use std::fmt::Write as _;

use domain::{
    overview::{Count, KindRow, Line, Panel, Stage, Tones},
    time::zh_short,
};

use super::super::reply::escape;
use crate::services::overview::WallFacts;

/// Counts below a link of the chain; the rest stands on the overview.
const COUNTS: usize = 6;

/// Everything below the head of the page.
pub(super) fn live(facts: &WallFacts, names: bool) -> String {
    let mut chain = String::new();
    for stage in &facts.stages {
        chain.push_str(&link(stage));
    }
    let mut types = String::new();
    for row in &facts.standing.rows {
        types.push_str(&kind(row));
    }
    if facts.standing.rows.is_empty() {
        types.push_str("<tr><td colspan=\"3\">还没有可以汇总的单位</td></tr>");
    }
    format!(
        "<ol class=\"w-chain\" aria-label=\"五责链\">{chain}</ol><div class=\"w-low\">\
         <section class=\"w-types\"><h2>各类单位的状态<small>一个单位按最紧的一个环节算一次</small></h2>\
         <table><thead class=\"vh\"><tr><th scope=\"col\">单位类型</th><th scope=\"col\">单位</th><th scope=\"col\">状态</th></tr></thead>\
         <tbody>{types}</tbody></table>{named}</section>\
         <section class=\"w-due\"><h2>三十天内到期和已过期<small>{sum}</small></h2>{due}</section>\
         <section class=\"w-done\"><h2>{month}月办结</h2>{closed}</section></div>",
        named = if names { named(&facts.named) } else { String::new() },
        due = due(&facts.due),
        sum = sum(&facts.due),
        month = chrono::Datelike::month(&facts.today),
        closed = closed(&facts.closed),
    )
}

fn bar(tones: Tones) -> String {
    let mut parts = String::new();
    for (tone, _, from, length) in tones.bar() {
        let _ = write!(parts, "<rect class=\"{}\" x=\"{from}\" y=\"0\" width=\"{length}\" height=\"10\"/>", tone.css());
    }
    format!(
        "<svg class=\"w-bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{parts}</svg>"
    )
}

fn link(stage: &Stage) -> String {
    let mut counts = String::new();
    for count in stage.counts.iter().chain(&stage.going).take(COUNTS) {
        counts.push_str(&line_of(count));
    }
    format!(
        "<li class=\"{css}\"><h2><span class=\"w-ring\" aria-hidden=\"true\">{glyph}</span>{label}</h2>{bar}<ul>{counts}</ul></li>",
        css = stage.duty.css(),
        glyph = stage.duty.glyph(),
        label = stage.duty.label(),
        bar = bar(stage.units),
    )
}

fn line_of(count: &Count) -> String {
    format!(
        "<li class=\"{}\"><i aria-hidden=\"true\">{}</i><span>{}</span><b>{}</b></li>",
        count.tone.css(),
        count.tone.icon(),
        escape(&count.words),
        count.n,
    )
}

fn kind(row: &KindRow) -> String {
    format!(
        "<tr><td>{}</td><td class=\"num\">{}</td><td>{}<span>{}</span></td></tr>",
        row.kind.label(),
        row.all.total(),
        bar(row.all),
        parts(row.all),
    )
}

/// The bar in words, each part in one piece.
fn parts(tones: Tones) -> String {
    let mut out = String::new();
    for (tone, units, ..) in tones.bar() {
        let _ = write!(out, "<em>{} {} {units}</em> ", tone.icon(), Tones::word(tone));
    }
    out
}

fn due(panel: &Panel) -> String {
    if panel.lines.is_empty() {
        return "<p>没有到期的事项</p>".to_owned();
    }
    let rows: String = panel.lines.iter().map(due_line).collect();
    format!("<ul>{rows}</ul>")
}

/// Units and items of all lines. How many of them a screen has room for is known to the screen alone, so the number of
/// the others is said nowhere.
fn sum(panel: &Panel) -> String {
    if panel.lines.is_empty() { String::new() } else { format!("共 {} 项，先列过期的", panel.total()) }
}

fn due_line(line: &Line) -> String {
    let day = zh_short(line.on);
    let (class, day, mark) = if line.late {
        ("warn", "已过期".to_owned(), format!("<em>▲ 最早{day}</em>"))
    } else {
        ("", day, String::new())
    };
    format!(
        "<li class=\"{class}\"><time>{day}</time><span>{}</span>{mark}<b>{}</b></li>",
        escape(&line.what),
        line.units,
    )
}

fn closed(panel: &Panel) -> String {
    if panel.totals.is_empty() {
        return "<p>本月还没有办结的事项</p>".to_owned();
    }
    let mut rows = String::new();
    for (kind, n) in &panel.totals {
        let _ = write!(rows, "<li><b>{n}</b><span>{}</span></li>", kind.done_label());
    }
    format!("<ul>{rows}</ul>")
}

fn named(units: &[String]) -> String {
    if units.is_empty() {
        return "<p class=\"w-named\">目前没有逾期或待核的单位</p>".to_owned();
    }
    let words: Vec<String> = units.iter().map(|unit| escape(unit)).collect();
    format!("<p class=\"w-named\"><b>有逾期或待核的单位</b>{}</p>", words.join("、"))
}
