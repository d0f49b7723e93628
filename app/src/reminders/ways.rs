//! `/reminders/ways`: how the viewer wants to be told beyond the system. Off until he chooses; what
//! leaves the system says only how many.

use domain::reminders::ReminderWay;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::totals;
use crate::{
    api::reminders::{DraftQuery, ReminderWays, WaysPage},
    ui::{FormMarks, PhonePage, Problem, TextField, loaded, page_data},
};

/// `/reminders/ways`.
#[component]
pub fn WaysView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| DraftQuery { draft: query.read().get("draft") });
    let data = page_data(move || ReminderWays { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><b>"已办好"</b></div> }
        })
    };
    view! {
        <PhonePage title=Signal::stored("提醒方式".to_owned()) back="/me">
            {done}
            {loaded(data, page_view)}
        </PhonePage>
    }
}

fn page_view(page: WaysPage) -> AnyView {
    let chosen = page.draft.value("way", page.way.key());
    let choices = ReminderWay::ALL
        .into_iter()
        .filter(|way| match way {
            ReminderWay::App => true,
            ReminderWay::Email => page.email_on || page.way == *way,
            ReminderWay::Feed => page.feed_on || page.way == *way,
        })
        .map(|way| {
            let checked = way.key() == chosen;
            view! {
                <label class="chip">
                    <input type="radio" name="way" value=way.key() checked=checked />
                    <span>{way.label()}</span>
                </label>
            }
        })
        .collect_view();
    let only_app = !page.email_on && !page.feed_on;
    view! {
        <Problem draft=page.draft.clone() />
        <form class="card form" method="post" action="/reminders/ways">
            <FormMarks command=page.command />
            <fieldset class="field">
                <legend>"除了系统内的待办"</legend>
                <div class="radio-chips">{choices}</div>
                <p class="hint">"系统外只说“有几项”，没有内容。每季度最多一次履责提醒，休息日不发。"</p>
            </fieldset>
            {only_app.then(|| view! { <p class="hint">"本区尚未启用系统外的提醒方式，提醒只在系统内显示。"</p> })}
            {page.email_on.then(|| view! {
                <TextField
                    name="email"
                    label="邮箱"
                    value=page.draft.value("email", page.email.clone())
                    error=page.draft.problem_of("email")
                />
            })}
            <div class="actions"><button class="btn primary">"保存"</button></div>
        </form>
        {(page.email_on && page.way == ReminderWay::Email).then(|| view! {
            <form class="card" method="post" action="/reminders/test">
                <FormMarks command=page.command />
                <p class="hint">{format!("发一条测试消息到 {}。", page.email)}</p>
                <button class="btn">"发测试消息"</button>
            </form>
        })}
        {page.feed_on.then(|| feed(&page))}
        {(!page.totals.is_empty()).then(|| totals(&page.totals))}
    }
    .into_any()
}

fn feed(page: &WaysPage) -> AnyView {
    let since = page.feed_since.clone();
    let make = if since.is_some() { "换一个新地址（旧地址作废）" } else { "生成订阅地址" };
    view! {
        <section class="card">
            <h2>"日历订阅"</h2>
            <p class="hint">
                {since.clone().map_or_else(
                    || "把专用地址加到手机日历里。地址就是凭据，请不要转发。".to_owned(),
                    |on| format!("{on}生成的地址正在使用。地址只在生成时显示一次。"),
                )}
            </p>
            <form method="post" action="/reminders/feed">
                <FormMarks command=page.command />
                <div class="actions">
                    <button class="btn" name="do" value="make">{make}</button>
                    {since.is_some().then(|| view! {
                        <button class="btn danger-plain" name="do" value="end">"停用"</button>
                    })}
                </div>
            </form>
        </section>
    }
    .into_any()
}
