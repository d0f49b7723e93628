//! `/me`: posts to act in, text size, sessions and devices, password or PIN, and
//! who has read the own book (announced readings only).

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{done_notice, hidden};
use crate::{
    api::{
        people::{MePage, MeQuery, PeopleMe},
        records::{HomeQuery, Todo, TodoPage},
    },
    ui::{FormMarks, PhonePage, Problem, SizeSwitch, loaded, page_data},
    viewer::viewer,
};

/// `/me`.
#[component]
pub fn MeView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| MeQuery { draft: query.read().get("draft") });
    let data = page_data(move || PeopleMe { form: asked.get() });
    // Whoever left his post has no other page that leads to his 移交单.
    let waiting = page_data(|| Todo { form: HomeQuery::default() });
    let name = viewer().name;
    let title = Signal::derive(move || name.clone());
    let note = Signal::derive(|| viewer().unit);
    view! {
        <PhonePage title=title note=note tab="/me">
            {done_notice()}
            <Transition>{move || handovers(waiting.get()?.ok()?)}</Transition>
            {loaded(data, page_view)}
        </PhonePage>
    }
}

/// 移交单 that wait for the viewer's signature, on top of the page; the link leaves the bundle.
fn handovers(page: TodoPage) -> Option<AnyView> {
    let rows = page
        .rows
        .into_iter()
        .filter(|row| row.link.starts_with("/duties/handovers/"))
        .map(|row| view! { <p><a href=row.link rel="external">{row.title}</a> "　" {row.note}</p> })
        .collect::<Vec<_>>();
    let some = !rows.is_empty();
    some.then(|| {
        view! {
            <div class="notice warn" role="status">
                <b>"岗位移交单等您签字"</b>
                {rows}
            </div>
        }
        .into_any()
    })
}

fn page_view(page: MePage) -> AnyView {
    let several = page.posts.len() > 1;
    let posts = page
        .posts
        .iter()
        .map(|(id, label, chosen)| {
            let action = if *chosen {
                view! { <span class="value">"当前"</span> }.into_any()
            } else {
                view! {
                    <form class="value" method="post" action="/post">
                        <input type="hidden" name="_token" value=viewer().form_token />
                        {hidden("post", id)}
                        <button class="btn small">"切换"</button>
                    </form>
                }
                .into_any()
            };
            view! { <li><div><b>{label.clone()}</b>{several.then_some(action)}</div></li> }
        })
        .collect_view();
    let roles = page.roles.iter().map(|r| view! { <li><div><b>{r.clone()}</b></div></li> }).collect_view();
    let nothing = page.posts.is_empty() && page.roles.is_empty();
    view! {
        <Problem draft=page.draft.clone() />
        <div class="me-columns">
        <div>
        <p class="section-label">"岗位与角色"</p>
        <ul class="rows">{posts}{roles}</ul>
        {nothing.then(|| view! { <p class="muted">"现在没有岗位或角色。如有疑问，请联系党风政风监督室。"</p> })}
        <p class="section-label">"字号"</p>
        <section class="card"><SizeSwitch /></section>
        <p class="section-label">"提醒"</p>
        <ul class="rows"><li><a href="/reminders/ways"><b>"提醒方式"</b><small>"系统内、电子邮件或日历"</small></a></li>
            <li><a href="/relief" rel="external"><b>"减负反馈"</b><small>"哪一条没必要，可以不署名"</small></a></li></ul>
        {(!page.posts.is_empty()).then(|| view! {
            <ul class="rows"><li><a href="/papers" rel="external"><b>"打印与导出"</b></a></li></ul>
        })}
        // Whoever left his post still sees his own.
        {(!viewer().in_office() || viewer().on_phone_pages()).then(|| view! {
            <ul class="rows"><li><a href="/portrait" rel="external"><b>"我的履责画像"</b><small>"只有本人和督责的人看得到"</small></a></li></ul>
        })}
        {tries(&page)}
        {readings(&page)}
        {secrets(&page)}
        </div>
        <div>
        {sessions(&page)}
        </div>
        </div>
        <section class="card">
            <div class="actions">
                <a class="btn" href="/" rel="external">"回到首页"</a>
                <form method="post" action="/signout">
                    <input type="hidden" name="_token" value=viewer().form_token />
                    <button class="btn">"退出登录"</button>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// Somebody typed a wrong secret in the owner's name: he is told, whoever it was.
fn tries(page: &MePage) -> AnyView {
    if page.tries.is_empty() {
        return ().into_any();
    }
    let rows = page.tries.iter().cloned().map(|(who, what, when)| {
        view! { <li><div><b>{format!("{who}的设备")}</b><small>{what}</small><span class="value">{when}</span></div></li> }
    });
    view! {
        <p class="section-label">"在别人设备上输错您的密码"</p>
        <ul class="rows">{rows.collect_view()}</ul>
        <p class="hint">"不是您本人输入的，请联系党风政风监督室或安全管理员，并更换密码。"</p>
    }
    .into_any()
}

fn readings(page: &MePage) -> AnyView {
    if page.posts.is_empty() {
        return ().into_any();
    }
    let lines = |rows: &[(String, String, String)]| {
        let rows = rows.iter().cloned().map(|(who, what, when)| {
            view! { <li><div><b>{who}</b><small>{what}</small><span class="value">{when}</span></div></li> }
        });
        view! { <ul class="rows">{rows.collect_view()}</ul> }
    };
    let (latest, older) = page.readings.split_at(page.readings.len().min(10));
    let none = latest.is_empty();
    let older = (!older.is_empty()).then(|| {
        view! { <details><summary class="btn plain">{format!("更早的 {} 次", older.len())}</summary>{lines(older)}</details> }
    });
    view! {
        <p class="section-label">"谁翻阅过我的记录本"</p>
        {(!page.liaisons.is_empty()).then(|| lines(&page.liaisons))}
        {lines(latest)}
        {older}
        {none.then(|| view! { <p class="muted">"还没有人翻阅检查。"</p> })}
        <p class="hint">"翻阅检查都事先告知，并在这里列出，谈心谈话要点不在其内。依规调取（凭文件复制记录本）由两人办理，记入审计日志，不在此列。"</p>
    }
    .into_any()
}

fn sessions(page: &MePage) -> AnyView {
    let command = page.command;
    let rows = page
        .sessions
        .iter()
        .map(|s| {
            let action = if s.here {
                view! { <span class="value">"本次"</span> }.into_any()
            } else {
                view! {
                    <form class="value" method="post" action="/me/session">
                        <FormMarks command=command />
                        {hidden("session", s.id)}
                        <button class="btn small">"结束"</button>
                    </form>
                }
                .into_any()
            };
            view! { <li><div><b>{s.label.clone()}</b><small>{s.note.clone()}</small>{action}</div></li> }
        })
        .collect_view();
    let devices = page
        .devices
        .iter()
        .map(|d| {
            view! {
                <li><div>
                    <b>{d.label.clone()}</b><small>{d.note.clone()}</small>
                    <form class="value" method="post" action="/me/device">
                        <FormMarks command=command />
                        {hidden("device", &d.id)}
                        <button class="btn small">"结束"</button>
                    </form>
                </div></li>
            }
        })
        .collect_view();
    view! {
        <p class="section-label">"登录中的设备"</p>
        <ul class="rows">{rows}</ul>
        {(!page.devices.is_empty()).then(|| view! {
            <p class="section-label">"绑定的设备"</p>
            <ul class="rows">{devices}</ul>
        })}
    }
    .into_any()
}

fn secret(name: &'static str, label: &'static str, hint: &'static str, digits: bool, fresh: bool) -> AnyView {
    let id = format!("{name}-{}", if digits { "pin" } else { "password" });
    let mode = digits.then_some("numeric");
    let auto = match (digits, fresh) {
        (true, _) => "off",
        (false, true) => "new-password",
        (false, false) => "current-password",
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id name=name type="password" inputmode=mode autocomplete=auto required />
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
        </div>
    }
    .into_any()
}

fn secrets(page: &MePage) -> AnyView {
    let command = page.command;
    view! {
        {page.by_device.then(|| view! {
            <details class="card">
                <summary>"修改六位密码"</summary>
                <form class="form" method="post" action="/me/pin">
                    <FormMarks command=command />
                    {secret("current", "现在的六位密码", "", true, false)}
                    {secret("pin", "新的六位密码", "六位数字，不要连号或重复", true, true)}
                    {secret("again", "再输一次", "", true, true)}
                    <div class="actions"><button class="btn primary">"修改六位密码"</button></div>
                </form>
            </details>
        })}
        {page.has_password.then(|| view! {
            <details class="card">
                <summary>{format!("修改密码（账号名 {}）", page.login)}</summary>
                <form class="form" method="post" action="/me/password">
                    <FormMarks command=command />
                    {secret("current", "现在的密码", "", false, false)}
                    {secret("password", "新密码", "至少 8 个字符，用一句话更好记", false, true)}
                    {secret("again", "再输一次", "", false, true)}
                    <div class="actions"><button class="btn primary">"修改密码"</button></div>
                </form>
            </details>
        })}
    }
    .into_any()
}
