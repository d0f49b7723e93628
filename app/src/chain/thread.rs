//! `/chain/item`: the thread of one item, six stations from its list to the list of the next year, or of one problem.

use domain::{
    board::Tone,
    chain::{Knot, Station, Stretch},
    time::zh,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::rel;
use crate::{
    api::chain::{OneThread, ThreadPage, ThreadQuery},
    board::escape,
    ui::{OfficePage, loaded, page_data, state_as, why},
};

/// `/chain/item`.
#[component]
pub fn ThreadView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        ThreadQuery {
            post: query.get("post"),
            duty: query.get("duty"),
            year: query.get("year").and_then(|year| year.parse().ok()),
            problem: query.get("problem"),
        }
    });
    let data = page_data(move || OneThread { form: asked.get() });
    let export = Memo::new(move |_| file(&asked.get()));
    view! {
        <OfficePage current="/board">
            <main class="main print-wide" id="main">
                <nav class="crumb" aria-label="位置">
                    <a href="/board" rel="external">"五责看板"</a> " / " <span>"全程一条线"</span>
                </nav>
                {loaded(data, move |page| show(&page, export.get_untracked()))}
            </main>
        </OfficePage>
    }
}

/// The file of the same thread.
fn file(asked: &ThreadQuery) -> String {
    let year = asked.year.map(|year| year.to_string());
    let all = [("post", &asked.post), ("duty", &asked.duty), ("year", &year), ("problem", &asked.problem)];
    let given = all.iter().filter_map(|(name, value)| Some(format!("{name}={}", escape(value.as_deref()?))));
    format!("/chain/item/export?{}", given.collect::<Vec<_>>().join("&"))
}

fn show(page: &ThreadPage, export: String) -> AnyView {
    let now = page.thread.now;
    let stations = page.thread.stretches.iter().map(|stretch| station(stretch, page.only_problems, now)).collect_view();
    let years = page
        .years
        .iter()
        .cloned()
        .map(|(year, to, here)| view! { <a href=to aria-current=here.then_some("page")>{format!("{year}年")}</a> })
        .collect_view();
    let (tone, word) = page.state.clone().unwrap_or((Tone::None, String::new()));
    let stands = if page.thread.closed { "链条已闭环" } else { "链条还没有闭环" };
    let place = now.map(|at| format!("现在在“{}”", at.label())).unwrap_or_default();
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{page.lead.clone()} " " {(!word.is_empty()).then(|| state_as(tone, word.clone()))}</p>
            <p class="muted">{page.note.clone()}</p>
            <div class="actions screen-only">
                <a class="btn" href=export rel="external">"导出 .xlsx"</a>
                {(!page.board.is_empty()).then(|| view! {
                    <a class="btn" href=page.board.clone() rel="external">"在看板上看"</a>
                })}
            </div>
        </div>
        {(page.years.len() > 1).then(|| view! { <nav class="tabs" aria-label="年度">{years}</nav> })}
        {why(if page.thread.closed { Tone::Ok } else { Tone::Pending }, stands.to_owned(), page.words.clone(), place)}
        {page.only_problems.then(|| view! {
            <p class="hint">"这里只显示这个问题。清单条目、履责记录和检查意见由本人、联络员和监督它的单位查看。"</p>
        })}
        <ol class="chain-line" aria-label="从清单条目到下一年清单">{stations}</ol>
    }
    .into_any()
}

fn station(stretch: &Stretch, only_problems: bool, now: Option<Station>) -> AnyView {
    let at = stretch.station;
    // What the reader may not open is not said to be empty.
    if only_problems && stretch.knots.is_empty() && at < Station::Wen {
        return ().into_any();
    }
    let hue = at.duty().map_or("ming", |duty| duty.css());
    let here = (now == Some(at)).then_some("step");
    let knots = stretch.knots.iter().map(knot).collect_view();
    let head = if stretch.knots.is_empty() { ().into_any() } else { state_as(stretch.tone, word(stretch)) };
    view! {
        <li class=hue aria-current=here>
            <h2><span class=format!("ring {hue}") aria-hidden="true">{at.glyph()}</span> {at.label()} " " {head}</h2>
            {if stretch.knots.is_empty() {
                view! { <p class="hint">{at.empty()}</p> }.into_any()
            } else {
                view! { <ol>{knots}</ol> }.into_any()
            }}
        </li>
    }
    .into_any()
}

/// The word of a station: how many things are still to be done there.
fn word(stretch: &Stretch) -> String {
    let open = stretch.knots.iter().filter(|knot| knot.open).count();
    if open > 0 { format!("待办 {open} 件") } else { "已办".to_owned() }
}

fn knot(knot: &Knot) -> AnyView {
    let title = if knot.to.is_empty() {
        view! { <b>{knot.title.clone()}</b> }.into_any()
    } else {
        view! { <a href=knot.to.clone() rel=rel(&knot.to)><b>{knot.title.clone()}</b></a> }.into_any()
    };
    let course = knot
        .lines
        .iter()
        .map(|line| view! { <li><span class="nowrap">{zh(line.on)}</span> " " {line.words.clone()}</li> })
        .collect_view();
    let mark = format!("o-mark {}", knot.tone.css());
    view! {
        <li>
            <span class=mark aria-hidden="true">{knot.tone.icon()}</span>
            <span class="nowrap">{zh(knot.on)}</span> " " {title}
            {(!knot.note.is_empty()).then(|| view! { " " <small>{knot.note.clone()}</small> })}
            {(!knot.lines.is_empty()).then(|| view! { <ol class="course">{course}</ol> })}
        </li>
    }
    .into_any()
}
