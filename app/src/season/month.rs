//! A month of the plan as a calendar: what is due on which day, each a link to its list.

use chrono::Datelike as _;
use domain::time::{Day, first_of, iso, last_of};
use leptos::prelude::*;

use super::board::with;
use crate::api::season::SeasonPage;

/// The calendar of the month that was asked for.
pub(super) fn month_view(page: &SeasonPage) -> AnyView {
    let month = page.asked.month.unwrap_or(1);
    let first = first_of(page.year, month);
    let days: Vec<Day> = first.iter_days().take_while(|day| *day <= last_of(page.year, month)).collect();
    // Monday first, as every calendar of an office here.
    let blanks = first.weekday().num_days_from_monday() as usize;
    let mut cells: Vec<Option<Day>> = vec![None; blanks];
    cells.extend(days.into_iter().map(Some));
    while !cells.len().is_multiple_of(7) {
        cells.push(None);
    }
    let weeks = cells
        .chunks(7)
        .map(|week| {
            let days = week.iter().map(|day| cell(page, *day)).collect_view();
            view! { <tr>{days}</tr> }
        })
        .collect_view();
    let turn = |m: u32, label: &'static str, rel: &'static str| {
        let href = format!("/oversight/season?{}", with(page, &[("month", &m.to_string())]));
        (1..=12).contains(&m).then(|| view! { <a href=href rel=rel>{label}</a> })
    };
    let heads =
        ["一", "二", "三", "四", "五", "六", "日"].map(|day| view! { <th scope="col">{day}</th> }).collect_view();
    let none = page.marks.is_empty().then(|| view! { <p class="muted">"这个月没有符合条件的安排。"</p> });
    view! {
        <section id="steps">
            <nav class="pager" aria-label="换月">{turn(month.saturating_sub(1), "上个月", "prev")} " " {turn(month + 1, "下个月", "next")}</nav>
            <table class="season-month">
                <caption>{format!("{}年{month}月", page.year)}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{weeks}</tbody>
            </table>
            {none}
        </section>
    }
    .into_any()
}

fn cell(page: &SeasonPage, day: Option<Day>) -> AnyView {
    let Some(day) = day else { return view! { <td class="blank"></td> }.into_any() };
    let marks = page
        .marks
        .iter()
        .filter(|mark| mark.day == day)
        .map(|mark| {
            let href =
                format!("/oversight/season?{}#steps", with(page, &[("view", ""), ("month", ""), ("day", &iso(day))]));
            let left = if mark.open == 0 { "已完成".to_owned() } else { format!("未完成 {}", mark.open) };
            view! { <a href=href>{mark.title.clone()} <small>{format!("{} 项，{left}", mark.n)}</small></a> }
        })
        .collect_view();
    let off = page.off.contains(&day);
    let class = match (day == page.today, off) {
        (true, _) => "today",
        (false, true) => "off",
        (false, false) => "",
    };
    let word = off.then(|| view! { " " <small>"休"</small> });
    view! { <td class=class><b>{day.day()}</b>{word}{marks}</td> }.into_any()
}
