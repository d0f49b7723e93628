//! The leader's home: one big action, his own chain, 本月履责提醒.

use leptos::prelude::*;

use crate::{
    api::records::{HomePage, HomeQuery, Reminder, home},
    ui::{PhonePage, SizeSwitch, chain, loaded},
    viewer::viewer,
};

/// `/home`.
#[component]
pub fn HomeView() -> impl IntoView {
    let data = Resource::new(|| (), |()| home(HomeQuery {}));
    let title = Signal::derive(move || match data.get() {
        Some(Ok(page)) => page.month,
        _ => "五责链".to_owned(),
    });
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => format!("{}　·　{}", page.day, page.unit),
        _ => String::new(),
    });
    // The head reads the resource too: it must do so inside a boundary, so the
    // whole frame stands in one.
    view! {
        <Transition>
            <PhonePage title=title note=note tab="/home">{loaded(data, page_view)}</PhonePage>
        </Transition>
    }
}

fn page_view(page: HomePage) -> AnyView {
    let links = page.chain.iter().map(|l| (l.duty.clone(), l.tone, l.text.clone())).collect();
    let done = page.reminders.iter().filter(|r| r.done).count();
    let action = if page.liaison { "代录一条" } else { "随手记" };
    view! {
        {page.to_sign.clone().map(|id| view! {
            <div class="notice warn" role="status">
                <b>"责任清单等您签收"</b>
                <p><a href=format!("/duties/sign/{id}")>"打开清单，看一遍再签收"</a></p>
            </div>
        })}
        {(page.to_confirm > 0).then(|| view! {
            <div class="notice info" role="status">
                <b>"联络员代录了内容，等您确认"</b>
                <p><a href="/todo">"去看一看"</a></p>
            </div>
        })}
        <section class="card" aria-label="五责链">{chain(links)}</section>
        <section class="card">
            <h2>"本月履责提醒 " {(done > 0).then(|| view! { <small>{done} " 项已落实"</small> })}</h2>
            {reminders(page.reminders)}
            <p class="hint">{page.progress}</p>
        </section>
        {switcher(page.posts)}
        <section class="card"><SizeSwitch /></section>
        <div class="primary-bar above-tabs"><a class="btn primary" href="/records/new">{action}</a></div>
    }
    .into_any()
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
    let rows = rows
        .into_iter()
        .map(|r| {
            let class = if r.done { "done" } else { "" };
            view! {
                <li class=class>
                    <a href=format!("/records?duty={}", r.duty)>
                        <b>{r.short}</b>
                        <small>{r.code} " · " {r.note}</small>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="todo">{rows}</ul> }.into_any()
}

fn switcher(posts: Vec<(domain::ids::PostId, String)>) -> AnyView {
    if posts.len() < 2 {
        return ().into_any();
    }
    let token = viewer().form_token;
    let buttons = posts
        .into_iter()
        .map(|(id, label)| view! { <button class="btn block" name="post" value=id.to_string()>{label}</button> })
        .collect_view();
    view! {
        <section class="card">
            <h2>"切换岗位"</h2>
            <form method="post" action="/post">
                <input type="hidden" name="_token" value=token />
                {buttons}
            </form>
        </section>
    }
    .into_any()
}
