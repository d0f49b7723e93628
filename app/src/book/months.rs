//! `/book/calendar`: twelve months adjusted to the list; the running one is open.

use domain::{
    board::{Progress, Tone},
    duties::Together,
    records::{BookMonth, BookMonthItem},
    time::{month_name, zh_short},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{notices, of, sample_mark, ways, whose};
use crate::{
    api::book::{Months, MonthsPage, YearQuery},
    ui::{PhonePage, loaded, page_data, state_as},
};

/// `/book/calendar`.
#[component]
pub fn MonthsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        YearQuery { post: q.get("post"), year: q.get("year").and_then(|y| y.parse().ok()), draft: None }
    });
    let data = page_data(move || Months { form: asked.get() });
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}年履职月历", page.face.year),
        _ => "履职月历".to_owned(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => whose(&page.face),
        _ => String::new(),
    });
    view! {
        <Transition>
            <PhonePage title=title note=note back="/records" wide=true>{loaded(data, months_view)}</PhonePage>
        </Transition>
    }
}

fn months_view(page: MonthsPage) -> AnyView {
    let records = format!("/records?{}", of(&page.face));
    let now = page.now;
    let months = page
        .months
        .iter()
        .map(|(month, together)| month_view(month, together, now == Some(month.month), &records))
        .collect_view();
    view! {
        {ways(page.face.post, page.face.year, "/book/calendar")}
        {notices(&page.face)}
        <p class="hint">"月份是建议，到期日是期限，按工作日算；系统启用以前、到任以前的不算。" {sample_mark()}</p>
        <div class="book-months">{months}</div>
    }
    .into_any()
}

fn month_view(month: &BookMonth, together: &[Together], open: bool, records: &str) -> AnyView {
    let empty = month.items.is_empty();
    let lines = month.items.iter().map(|line| line_view(line, records)).collect_view();
    let hints = together
        .iter()
        .map(|t| {
            view! {
                <p class="hint">
                    {format!("{}，一次可对应 {} 条：{}。对应哪几条由您勾选。", t.activity, t.codes.len(), t.codes.join("、"))}
                </p>
            }
        })
        .collect_view();
    view! {
        <details class="card book-month" open=open id=format!("m{}", month.month)>
            <summary>
                <b>{month_name(month.month)}</b>
                {open.then(|| view! { " " <span class="tag">"本月"</span> })}
            </summary>
            <p class="hint">{month.phrase.clone()}</p>
            {empty.then(|| view! { <p class="muted">"这个月没有要落实的事项。"</p> })}
            <ul class="rows">{lines}</ul>
            {hints}
        </details>
    }
    .into_any()
}

fn line_view(line: &BookMonthItem, records: &str) -> AnyView {
    let (tone, word) = match (&line.state, line.done) {
        (Some((tone, word)), _) => (*tone, word.clone()),
        (None, true) => (Tone::Ok, Progress::Done.label().to_owned()),
        (None, false) => (Tone::None, "待记录".to_owned()),
    };
    let due = line.due.map(|day| format!("{}到期", zh_short(day)));
    view! {
        <li>
            <a href=format!("{records}&duty={}", line.duty)>
                <b>{format!("{} {}", line.code, line.short)}</b>
                <small>{state_as(tone, word)} " " {due}</small>
            </a>
        </li>
    }
    .into_any()
}
