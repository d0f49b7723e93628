//! The leader's home: one big action, his own chain, 本月履责提醒.

use domain::board::{Duty, Progress};
use leptos::prelude::*;

use crate::{
    api::records::{ChainLink, Home, HomePage, HomeQuery, Reminder, ReminderGroup},
    ui::{PhonePage, Ring, SizeSwitch, chain, loaded, page_data},
};

/// `/home`.
#[component]
pub fn HomeView() -> impl IntoView {
    let data = page_data(|| Home { form: HomeQuery::default() });
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => page.month,
        _ => "五责链".to_owned(),
    });
    let posts = Signal::derive(move || match data.get() {
        Some(Ok(page)) => page.posts,
        _ => Vec::new(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}　·　{}", page.day, page.unit),
        _ => String::new(),
    });
    // The head reads the resource too: it must do so inside a boundary, so the
    // whole frame stands in one.
    view! {
        <Transition>
            <PhonePage title=title note=note posts=posts tab="/home">{loaded(data, page_view)}</PhonePage>
        </Transition>
    }
}

/// Where the reason of a link is told: the own list, the reminders below, or a page of the office bundle.
fn ring_of(link: &ChainLink, to_sign: Option<&String>) -> Option<Ring> {
    let duty = Duty::from_key(&link.duty)?;
    let (to, outside) = match duty {
        Duty::Ming => (to_sign.map_or_else(|| "/duties/mine".to_owned(), |id| format!("/duties/sign/{id}")), false),
        Duty::Lv => ("/home#reminders".to_owned(), false),
        Duty::Du => ("/board".to_owned(), true),
        Duty::Ping => ("/reviews".to_owned(), true),
        Duty::Wen => ("/accountability".to_owned(), true),
    };
    let (word, text, why) = (link.word.clone(), link.text.clone(), link.why.clone());
    Some(Ring { duty, tone: link.tone, word, text, why, to, outside })
}

fn page_view(page: HomePage) -> AnyView {
    let links = page.chain.iter().filter_map(|l| ring_of(l, page.to_sign.as_ref())).collect();
    let done = page.reminders.iter().filter(|r| r.done).count();
    let action = if page.liaison { "代录一条" } else { "随手记" };
    view! {
        <div class="two"><div>
        {page.to_sign.clone().map(|id| view! {
            <div class="notice warn" role="status">
                <b>"第一责任人履责清单等您签收"</b>
                <p><a href=format!("/duties/sign/{id}")>"打开清单，看一遍再签收"</a></p>
            </div>
        })}
        {page.to_comment.clone().map(|(year, until)| view! {
            <div class="notice warn" role="status">
                <b>{format!("{year}年第一责任人履责清单正在征求您的意见")}</b>
                <p><a href=format!("/duties/mine?year={year}")>"看一看，提意见或回复“无意见”"</a> {(!until.is_empty()).then(|| format!("，{until}"))}</p>
            </div>
        })}
        {page.announced.iter().cloned().map(|(title, link, words)| view! {
            <div class="notice info" role="status">
                <b>{title}</b>
                <p><a href=link>{words}</a></p>
            </div>
        }).collect_view()}
        {(page.to_confirm > 0).then(|| view! {
            <div class="notice info" role="status">
                <b>"联络员替您记了内容（代录），等您确认"</b>
                <p><a href="/todo">"去看一看"</a></p>
            </div>
        })}
        <section class="card" aria-label="五责链">
            {chain(links)}
            {(!page.colours.is_empty()).then(|| view! {
                <p><a href=page.colours.clone() rel="external">"每一条现在的颜色、为什么、怎么变的"</a></p>
            })}
        </section>
        </div><div>
        <section class="card" id="reminders">
            <h2>"本月履责提醒 " {(done > 0).then(|| view! { <small>{done} " 项已落实"</small> })}</h2>
            {reminders(page.reminders)}
            {progress(&page.progress, &page.quarter, page.quarter_link)}
            <p><a href="/month" rel="external">"本月卡：本月事项、法定期限一页看完"</a></p>
        </section>
        <section class="card"><SizeSwitch /></section>
        </div></div>
        <div class="primary-bar above-tabs"><a class="btn primary" href="/records/new">{action}</a></div>
    }
    .into_any()
}

/// What the words of [`progress`] mean; the portrait and the board count by the same.
const MEANS: [&str; 3] = [
    "“推进中”：已经到期或快到期，还缺记录；或者正在等核实。",
    "“未到期”：还没有到期过，也没有记录。",
    "“随时”：没有期限，还没有记录，不算未落实。",
];

/// How far the items are, what is still to be done in this quarter, and what the words mean.
fn progress(words: &str, quarter: &str, link: String) -> Option<AnyView> {
    if words.is_empty() {
        return None;
    }
    let means = MEANS.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let shown = (!link.is_empty()).then(|| view! { <a href=link rel="external">"看是哪几条"</a> });
    Some(
        view! {
            <p class="hint">{format!("{words}。")}</p>
            {(!quarter.is_empty()).then(|| view! { <p class="hint" id="quarter">{format!("{quarter}。")} {shown}</p> })}
            <details class="reasons">
                <summary>"这几个词是什么意思"</summary>
                <ul><li>{format!("{}。", Progress::DONE_MEANS)}</li>{means}</ul>
            </details>
        }
        .into_any(),
    )
}

fn reminders(rows: Vec<Reminder>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="empty">
                <b>"本月没有要提醒的事项"</b>
                <p>"清单下达并签收后，这里每月列出建议落实的条目。平时有工作，点下面的「随手记」说一句就行。"</p>
            </div>
        }
        .into_any();
    }
    let groups =
        [(ReminderGroup::Refuted, "核查不符"), (ReminderGroup::Near, "临近到期"), (ReminderGroup::Month, "本月建议")];
    let (rest, shown): (Vec<_>, Vec<_>) = rows.into_iter().partition(|r| r.group == ReminderGroup::Rest);
    let shown = groups
        .into_iter()
        .filter_map(|(group, name)| {
            let own: Vec<_> = shown.iter().filter(|r| r.group == group).cloned().collect();
            (!own.is_empty()).then(|| view! { <h3 class="section-label">{name}</h3> {lines(own)} })
        })
        .collect_view();
    view! {
        {shown}
        {(!rest.is_empty()).then(|| view! {
            <details>
                <summary class="btn plain">"其余提醒和已落实的"</summary>
                {lines(rest)}
            </details>
        })}
    }
    .into_any()
}

fn lines(rows: Vec<Reminder>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|r| {
            let class = match (r.done, r.group) {
                (true, _) => "done",
                (false, ReminderGroup::Refuted) => "late",
                (false, _) => "",
            };
            let name = format!("{}为什么是这样", r.code);
            let why = (!r.done && !r.why.is_empty()).then(|| {
                view! { <a class="why-link" href=r.why rel="external" aria-label=name>"为什么是这样"</a> }
            });
            view! {
                <li class=class>
                    <a href=format!("/records?duty={}", r.duty)>
                        <b>{r.short}</b>
                        <small>{r.code} " · " {r.note}</small>
                    </a>
                    {why}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="todo">{rows}</ul> }.into_any()
}
