//! `/board`: filters in the URL, the table, and a drawer that keeps the table in
//! sight: cell → unit → item → records and back without losing the place.

use domain::{
    board::{Duty, Tone},
    overview::Tones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{drawer::drawer, table::table};
use crate::{
    api::board::{BoardPage, BoardQuery, Matrix},
    duties::no_holidays,
    ui::{OfficePage, loaded, page_data},
};

/// What the URL says beyond the filters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Filters as a query without `post`, `duty`, `item`.
    pub filters: String,
    /// Chosen row.
    pub post: Option<String>,
    /// Chosen cell.
    pub duty: Option<String>,
    /// Chosen item.
    pub item: Option<String>,
    /// The period of a report that the items of the cell are narrowed to.
    pub period: Option<String>,
    /// Year.
    pub year: Option<i32>,
    /// First row of the page, without scripts.
    pub from: usize,
}

impl Place {
    /// The choice of a cell of the chosen row, with its period.
    pub fn cell(&self, duty: &str) -> String {
        let period = self.period.as_deref().map(|period| format!("&period={}", escape(period))).unwrap_or_default();
        format!("post={}&duty={duty}{period}", self.post.as_deref().unwrap_or_default())
    }

    /// Address of this place with other choices.
    pub fn with(&self, choices: &str) -> String {
        match (self.filters.is_empty(), choices.is_empty()) {
            (true, true) => "/board".to_owned(),
            (true, false) => format!("/board?{choices}"),
            (false, true) => format!("/board?{}", self.filters),
            (false, false) => format!("/board?{}&{choices}", self.filters),
        }
    }
}

/// `/board`.
#[component]
pub fn BoardView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        BoardQuery {
            year: q.get("year").and_then(|y| y.parse().ok()),
            kind: q.get("kind").filter(|v| !v.is_empty()),
            state: q.get("state").filter(|v| !v.is_empty()),
            team: q.get("team").filter(|v| !v.is_empty()),
            q: q.get("q").filter(|v| !v.trim().is_empty()),
        }
    });
    let place = Memo::new(move |_| {
        let q = query.read();
        let filters: Vec<String> = ["year", "kind", "state", "team", "q"]
            .into_iter()
            .filter_map(|name| Some((name, q.get(name).filter(|v| !v.is_empty())?)))
            .map(|(name, value)| format!("{name}={}", escape(&value)))
            .collect();
        Place {
            filters: filters.join("&"),
            post: q.get("post"),
            duty: q.get("duty"),
            item: q.get("item"),
            period: q.get("period").filter(|v| !v.is_empty()),
            year: asked.get().year,
            from: q.get("from").and_then(|v| v.parse().ok()).unwrap_or(0),
        }
    });
    let data = page_data(move || Matrix { form: asked.get() });
    view! {
        <OfficePage current="/board">
            <div class="split" class:open=move || place.get().post.is_some()>
                <main class="main" id="main">
                    {loaded(data, move |page| page_view(page, asked.get_untracked(), place))}
                </main>
                {drawer(place)}
            </div>
        </OfficePage>
    }
}

/// Percent-encodes a query value (only what would break it).
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

fn page_view(page: BoardPage, asked: BoardQuery, place: Memo<Place>) -> AnyView {
    view! {
        <nav class="crumb" aria-label="位置"><span>"五责看板 / " {page.year} "年度"</span></nav>
        <div class="page-head">
            <h1>"五责链看板"</h1>
            <div class="actions">
                <a class="btn" rel="external" href=move || place.get().with("").replace("/board", "/board/export")>"导出"</a>
            </div>
        </div>
        {no_holidays(&page.no_holidays, true)}
        {filters(&page, &asked, &place.get_untracked())}
        {table(&page, place)}
        <p class="board-foot">"截至 " {page.as_of.clone()} "。点开任一格，看原因和经过。"</p>
    }
    .into_any()
}

/// What a state that comes from the 全区总览 asks for: a tone, a cell, an item by its day.
fn state_words(state: &str) -> Option<String> {
    if let Some(tone) = Tone::from_key(state) {
        return Some(format!("只看“{}”", Tones::word(tone)));
    }
    let parts: Vec<&str> = state.split('.').collect();
    match parts.as_slice() {
        ["due", _, day] => Some(format!("只看{day}到期、还没有记录的")),
        [duty, tone] => {
            let (duty, tone) = (Duty::from_key(duty)?, Tone::from_key(tone)?);
            Some(format!("只看{}“{}”", duty.label(), tone.word()))
        }
        _ => None,
    }
}

fn filters(page: &BoardPage, asked: &BoardQuery, place: &Place) -> AnyView {
    let option = |value: &str, label: String, now: Option<&str>| {
        view! { <option value=value.to_owned() selected=now == Some(value)>{label}</option> }
    };
    let kinds = page.kinds.iter().map(|(k, l)| option(k, l.clone(), asked.kind.as_deref())).collect_view();
    let teams = page.teams.iter().map(|(k, l)| option(k, l.clone(), asked.team.as_deref())).collect_view();
    let years = page
        .years
        .iter()
        .map(|y| option(&y.to_string(), format!("{y}年度"), Some(page.year.to_string().as_str())))
        .collect_view();
    let attention = asked.state.as_deref() == Some("attention");
    let without_state: Vec<&str> =
        place.filters.split('&').filter(|f| !f.is_empty() && !f.starts_with("state=")).collect();
    let base = without_state.join("&");
    let all = if base.is_empty() { "/board".to_owned() } else { format!("/board?{base}") };
    let need =
        if base.is_empty() { "/board?state=attention".to_owned() } else { format!("/board?{base}&state=attention") };
    view! {
        <form class="filter" method="get" action="/board">
            <span class="filter-links">
                <a href=all aria-current=asked.state.is_none().then_some("true")>"全部 " {page.total}</a>
                <a href=need aria-current=attention.then_some("true")>"需关注 " {page.attention}</a>
                {state_words(asked.state.as_deref().unwrap_or_default()).map(|words| view! { <b aria-current="true">{words}</b> })}
            </span>
            <label>"年度 " <select name="year">{years}</select></label>
            <label>"单位类型 " <select name="kind"><option value="">"全部"</option>{kinds}</select></label>
            <label>"归口 " <select name="team"><option value="">"全部"</option>{teams}</select></label>
            {asked.state.clone().map(|state| view! { <input type="hidden" name="state" value=state /> })}
            <label class="grow">
                "搜索 "
                <input type="search" name="q" placeholder="单位、姓名、拼音首字母" value=asked.q.clone().unwrap_or_default() />
            </label>
            <button class="btn">"查询"</button>
        </form>
    }
    .into_any()
}
