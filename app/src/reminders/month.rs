//! `/month`: 「本月卡」. One page a month; printable, and the same without scripts.

use domain::{board::Tone, duties::Together, time::month_name};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::reminders::{CardLine, MonthCard, MonthCardPage, MonthQuery, Notice},
    ui::{FormMarks, PhonePage, loaded, page_data, state_as},
};

/// `/month`.
#[component]
pub fn MonthView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        MonthQuery {
            post: q.get("post"),
            year: q.get("year").and_then(|y| y.parse().ok()),
            month: q.get("month").and_then(|m| m.parse().ok()),
        }
    });
    let data = page_data(move || MonthCard { form: asked.get() });
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}年{}履责提醒", page.year, month_name(page.month)),
        _ => "本月卡".to_owned(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => page.whose,
        _ => String::new(),
    });
    view! {
        <Transition>
            <PhonePage title=title note=note back="/home">{loaded(data, card)}</PhonePage>
        </Transition>
    }
}

fn card(page: MonthCardPage) -> AnyView {
    let notices = page.notices.iter().map(|n| notice(n, &page)).collect_view();
    let empty = page.lines.is_empty();
    let done = page.lines.iter().filter(|l| is_settled(l)).count();
    let lines = page.lines.iter().map(line).collect_view();
    let statutory = page
        .statutory
        .iter()
        .map(|(kind, title, link)| {
            // The ledger is of the office's bundle.
            let outside = link.starts_with("/accountability").then_some("external");
            view! { <li><a href=link.clone() rel=outside><b>{title.clone()}</b><small>{kind.clone()}</small></a></li> }
        })
        .collect_view();
    let together = page.together.iter().map(served).collect_view();
    let nothing =
        if page.listed { "这个月没有要落实的事项。" } else { "今年的清单还没有下达。" };
    view! {
        <div class="two"><div>
        {notices}
        <p class="section-label">{page.phrase.clone()}</p>
        {empty.then(|| view! { <div class="empty"><b>{nothing}</b></div> })}
        {(!empty).then(|| view! {
            <section class="card month-card">
                <h2>"履责事项" {(done > 0).then(|| view! { " " <small>{format!("{done} 项已落实")}</small> })}</h2>
                <ul class="todo">{lines}</ul>
            </section>
        })}
        </div><div>
        {(!page.statutory.is_empty()).then(|| view! {
            <p class="section-label">"有期限的事"</p>
            <ul class="rows">{statutory}</ul>
        })}
        {(page.inside && page.statutory.is_empty()).then(|| view! {
            <p class="section-label">"有期限的事"</p>
            <p class="muted">"本月没有法定期限。"</p>
        })}
        {(!page.together.is_empty()).then(|| view! {
            <section class="card"><h2>"可以一并开展"</h2>{together}</section>
        })}
        {turn(&page)}
        </div></div>
    }
    .into_any()
}

/// 已落实: recorded, and the board has nothing else to say of it.
fn is_settled(line: &CardLine) -> bool {
    line.done && line.state.is_none()
}

fn line(line: &CardLine) -> AnyView {
    let class = if is_settled(line) {
        "done"
    } else if line.late {
        "near"
    } else {
        ""
    };
    view! {
        <li class=class>
            <div>
                <b>{if line.text.is_empty() { line.code.clone() } else { line.text.clone() }}</b>
                <small>{format!("{} · {}", line.code, line.note)}</small>
                {is_settled(line).then(|| state_as(Tone::Ok, "已落实".into()))}
                {line.state.clone().map(|(tone, word)| state_as(tone, word))}
            </div>
        </li>
    }
    .into_any()
}

fn served(together: &Together) -> AnyView {
    let codes = together.codes.join("、");
    let words = format!("{}，一次可对应 {} 条：{codes}。对应哪几条由您勾选。", together.activity, together.codes.len());
    view! { <p>{words}</p> }.into_any()
}

fn notice(notice: &Notice, page: &MonthCardPage) -> AnyView {
    view! {
        <div class="notice info screen-only" role="status">
            <b>{notice.title.clone()}</b>
            <p>{notice.note.clone()}</p>
            <form method="post" action="/reminders/seen">
                <FormMarks command=page.command />
                <input type="hidden" name="id" value=notice.id.to_string() />
                <button class="btn small">"知道了"</button>
            </form>
        </div>
    }
    .into_any()
}

/// To the months beside, and out: print, calendar file, the twelve months.
fn turn(page: &MonthCardPage) -> AnyView {
    let of = |year: i32, month: u32| format!("post={}&year={year}&month={month}", page.post);
    let before = (page.month > 1).then(|| of(page.year, page.month - 1));
    let after = (page.month < 12).then(|| of(page.year, page.month + 1));
    let here = of(page.year, page.month);
    let all = format!("/book/calendar?post={}&year={}", page.post, page.year);
    view! {
        <nav class="pager screen-only" aria-label="月份">
            {before.map(|q| view! { <a rel="prev" href=format!("/month?{q}")>"上个月"</a> })}
            <a href=all>"全年月历"</a>
            {after.map(|q| view! { <a rel="next" href=format!("/month?{q}")>"下个月"</a> })}
        </nav>
        <section class="card screen-only">
            {page.calendar.then(|| view! {
                <a class="btn" href=format!("/month/ics?{here}") rel="external">"加到日历（只写有几项）"</a>
            })}
            <p class="hint">"要打印本月卡，用浏览器菜单里的“打印”，一张纸。"
                " " <a href="/relief?about=reminder:month_card#suggest" rel="external">"这张卡没必要？"</a></p>
        </section>
    }
    .into_any()
}
