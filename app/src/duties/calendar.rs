//! `/duties/calendar`: 节假日与调休 as form rows or pasted lines, and 启用日, set once.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words::{done_notice, no_holidays, year_links};
use crate::{
    api::duties::{Calendar, CalendarPage, CalendarQuery, DayRow},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// Empty lines for new days.
const BLANK: usize = 4;

/// `/duties/calendar`.
#[component]
pub fn CalendarView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| CalendarQuery {
        year: query.read().get("year").and_then(|y| y.parse().ok()),
        enable: query.read().get("enable"),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Calendar { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/duties">"明责"</a> " / " <span>"工作日历"</span></nav>
                {done_notice()}
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: CalendarPage) -> AnyView {
    let years: Vec<i32> = (page.year - 1..=page.year + 1).collect();
    view! {
        <div class="page-head">
            <h1>{format!("{}年工作日历", page.year)}</h1>
            <p class="lead">"期限按工作日推算，遇节假日提前到最后一个工作日。"</p>
            <div class="actions filter-links">
                {year_links("/duties/calendar?year=", &years, page.year)}
                <a class="btn" rel="external" href=format!("/duties/calendar/export?year={}", page.year)>"导出 .xlsx"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {no_holidays(&page.no_holidays, true)}
        {enabled(&page)}
        {days(&page)}
    }
    .into_any()
}

fn enabled(page: &CalendarPage) -> AnyView {
    if let Some(day) = &page.enabled_on {
        return view! {
            <section class="panel">
                <h2>"启用日"</h2>
                <p>{format!("已设定为{day}。启用日之前到期的事项不计入任何人；设定后不能再改。")}</p>
            </section>
        }
        .into_any();
    }
    if let Some((iso, words)) = page.enable.clone() {
        return view! {
            <section class="panel">
                <h2>{format!("把启用日设定为{words}？")}</h2>
                <p>"启用日之前到期的事项不计入任何人。启用日只能设定一次，设定后不能再改，并记入审计日志。"</p>
                <form class="form" method="post" action="/duties/calendar/enable">
                    <FormMarks command=page.command />
                    <input type="hidden" name="day" value=iso />
                    <div class="field check">
                        <label><input type="checkbox" name="sure" value="1" /> " " <span>"我已核对日期"</span></label>
                        {page.draft.problem_of("sure").map(|e| view! { <p class="error">{e}</p> })}
                    </div>
                    <div class="actions">
                        <button class="btn primary">"设定启用日"</button>
                        <a class="btn" href="/duties/calendar">"返回"</a>
                    </div>
                </form>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="panel">
            <h2>"启用日"</h2>
            <p>"还没有设定。设定后才能下达清单。"</p>
            <form class="form" method="get" action="/duties/calendar">
                <TextField name="enable" label="启用日" kind="date" class="short"
                    value=format!("{}-01-01", page.year) />
                <div class="actions"><button class="btn">"下一步：核对"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn days(page: &CalendarPage) -> AnyView {
    let blank = DayRow { day: String::new(), weekday: String::new(), kind: String::new(), name: String::new() };
    let draft = page.draft.clone();
    let rows = page
        .days
        .iter()
        .cloned()
        .chain(std::iter::repeat_n(blank, BLANK))
        .enumerate()
        .map(|(n, row)| {
            let at = |name: &str| format!("{name}_{n}");
            let day = draft.value(&at("day"), row.day.clone());
            let kind =
                draft.value(&at("kind"), if row.kind.is_empty() { "holiday".to_owned() } else { row.kind.clone() });
            let name = draft.value(&at("name"), row.name.clone());
            let options = [("holiday", "放假"), ("workday", "调休上班"), ("none", "去掉这一天")]
                .into_iter()
                .map(|(key, words)| {
                    let here = kind == key;
                    view! { <option value=key selected=here>{words}</option> }
                })
                .collect_view();
            view! {
                <tr>
                    <td data-label="日期"><input type="date" name=at("day") value=day aria-label="日期" /></td>
                    <td data-label="星期" class="nowrap">{row.weekday}</td>
                    <td data-label="类型"><select name=at("kind") aria-label="类型">{options}</select></td>
                    <td data-label="名称"><input name=at("name") value=name aria-label="名称" /></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>"节假日与调休"</h2>
            <p class="hint">"没有列出的日子按周一至周五上班。标“示范”的日期请按当年通知核对。"</p>
            <form method="post" action="/duties/calendar/days">
                <FormMarks command=page.command />
                <input type="hidden" name="year" value=page.year.to_string() />
                <table class="table">
                    <thead><tr><th>"日期"</th><th>"星期"</th><th>"类型"</th><th>"名称"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <TextArea name="paste" label="或整段粘贴" class="paste-box" rows=4 value=draft.value("paste", "")
                    error=draft.problem_of("paste") hint="每行一天：2026-10-01 放假 国庆节" />
                <div class="actions"><button class="btn primary">"保存"</button></div>
            </form>
        </section>
    }
    .into_any()
}
