//! `/people/{id}`: posts, roles, account and its slip.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    parts::{done_notice, hidden, options, tabs},
    unit::grants_table,
};
use crate::{
    api::people::{AccountLine, PeoplePerson, PersonPage, PersonQuery},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/people/{id}`.
#[component]
pub fn PersonView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| PersonQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || PeoplePerson { form: asked.get() });
    view! {
        <OfficePage current="/people">
            <main class="main" id="main">
                {tabs("")}
                {done_notice()}
                {loaded(data, page_view)}
            </main>
        </OfficePage>
    }
}

fn key(page: &PersonPage, at: usize) -> AnyView {
    page.commands.get(at % page.commands.len().max(1)).map(|c| view! { <FormMarks command=*c /> }).into_any()
}

fn page_view(page: PersonPage) -> AnyView {
    let posts = page
        .posts
        .iter()
        .map(|(unit, name, title, span, running)| {
            let note = if *running { "" } else { "（曾任）" };
            view! {
                <tr>
                    <td class="title"><a href=format!("/people/units/{unit}")>{name.clone()}</a></td>
                    <td data-label="岗位">{title.clone()} {note}</td>
                    <td data-label="任期">{span.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let accounts = page.accounts.iter().enumerate().map(|(i, a)| account_view(&page, a, i)).collect_view();
    let phone = (!page.phone.is_empty()).then(|| view! { <p class="lead">"手机 " {page.phone.clone()}</p> });
    view! {
        <nav class="crumb" aria-label="位置"><a href="/people">"组织与人员"</a> " / " <span>{page.name.clone()}</span></nav>
        <div class="page-head">
            <h1>{page.name.clone()}</h1>
            {phone}
            <div class="actions"><a class="btn" rel="external" href=format!("/people/{}/export", page.id)>"导出 .xlsx"</a></div>
        </div>
        <Problem draft=page.draft.clone() />
        {page.may_edit.then(|| correct(&page))}
        <section class="panel">
            <h2>"任职"</h2>
            <table class="table"><tbody>{posts}</tbody></table>
        </section>
        <section class="panel">
            <h2>"角色"</h2>
            <div class="stack">
            {grants_table(&page.grants, page.commands.first().copied(), false)}
            {(page.may_edit && !page.own).then(|| propose(&page))}
            {page.own.then(|| view! { <p class="hint">"不能给自己授予角色或处理自己的账号。"</p> })}
            </div>
        </section>
        <section class="panel">
            <h2>"账号"</h2>
            {accounts}
            {(page.accounts.is_empty() && page.may_edit).then(|| add_account(&page))}
        </section>
    }
    .into_any()
}

fn correct(page: &PersonPage) -> AnyView {
    view! {
        <details class="dialog">
            <summary class="btn small">"更正姓名、手机…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/people/correct">
                    {key(page, 11)}
                    {hidden("person", page.id)}
                    {hidden("seen", &page.name)}
                    {hidden("seen_phone", &page.phone)}
                    <TextField name="name" label="姓名" value=page.draft.value("name", page.name.clone()) error=page.draft.problem_of("name") class="short" required=true />
                    <TextField name="phone" label="手机（可空）" kind="tel" value=page.draft.value("phone", page.phone.clone()) error=page.draft.problem_of("phone") class="short" />
                    <div class="actions"><button class="btn primary">"更正"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn propose(page: &PersonPage) -> AnyView {
    let roles: Vec<(&'static str, String)> = page.roles.iter().map(|r| (r.key(), r.label().to_owned())).collect();
    view! {
        <details class="dialog">
            <summary class="btn small">"授予角色…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/people/roles/propose">
                    {key(page, 1)}
                    {hidden("person", page.id)}
                    <div class="field short">
                        <label for="role">"角色"</label>
                        <select id="role" name="role">{options(&roles, &page.draft.value("role", ""))}</select>
                    </div>
                    <div class="field">
                        <label for="unit">"所在单位"</label>
                        <select id="unit" name="unit">{options(&page.units, &page.draft.value("unit", ""))}</select>
                    </div>
                    <p class="hint">"班子成员、联络员立即生效；其他角色须由安全管理员确认后生效。"</p>
                    <div class="actions"><button class="btn primary">"提出"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn add_account(page: &PersonPage) -> AnyView {
    view! {
        <form class="form" method="post" action="/people/accounts/add">
            {key(page, 2)}
            {hidden("person", page.id)}
            <TextField name="login" label="账号名（可空，按姓名拼音生成）" value=page.draft.value("login", "") error=page.draft.problem_of("login") class="short" />
            <div class="actions"><button class="btn">"建立账号"</button></div>
        </form>
    }
    .into_any()
}

fn account_view(page: &PersonPage, account: &AccountLine, at: usize) -> AnyView {
    let (state, words) = if account.disabled { ("enabled", "恢复账号") } else { ("disabled", "停用账号") };
    let code = (!account.code_until.is_empty())
        .then(|| view! { <dt>"启用单"</dt><dd>{format!("已打印（{}），还没有使用，{}前有效", account.printed, account.code_until)}</dd> });
    let reset = account.reset.clone();
    let asked = !reset.waits.is_empty();
    let again = !account.code_until.is_empty() && !reset.opened;
    let print = if reset.opened {
        "重置登录方式"
    } else if again {
        "重新打印启用单"
    } else {
        "打印启用单"
    };
    let may_print = if reset.opened { reset.may_ask && !asked } else { account.may_handle };
    let marks = move |page: &PersonPage, n: usize, account: &AccountLine| {
        view! { {key(page, 3 + at * 3 + n)} {hidden("person", page.id)} {hidden("account", account.id)} }
    };
    view! {
        <dl class="kv">
            <dt>"账号名"</dt><dd class="mono">{account.login.clone()}</dd>
            <dt>"状态"</dt><dd>{account.state.clone()}</dd>
            <dt>"登录中"</dt><dd>{format!("{} 处，已绑定设备 {} 台", account.sessions, account.devices)}</dd>
            {code}
        </dl>
        <div class="actions">
            {(may_print && !account.disabled).then(|| view! {
                <form method="post" action="/people/accounts/slip">
                    {marks(page, 0, account)}
                    <button class="btn small">{print}</button>
                </form>
            })}
            {account.may_handle.then(|| view! {
                <form method="post" action="/people/accounts/set">
                    {marks(page, 1, account)}
                    {hidden("state", state)}
                    <button class="btn small">{words}</button>
                </form>
            })}
            {account.may_end.then(|| view! {
                <form method="post" action="/people/accounts/end-sessions">
                    {marks(page, 2, account)}
                    {hidden("devices", "1")}
                    <button class="btn small">"结束全部登录并解除设备"</button>
                </form>
            })}
        </div>
        {(again && account.may_handle && !account.disabled).then(|| view! {
            <p class="hint">"重新打印后，手里那张的启用码立即作废。"</p>
        })}
        {asked.then(|| reset_view(page, account, at))}
        {(reset.opened && !asked && may_print && !account.disabled).then(|| view! {
            <p class="hint">"这个账号已经启用过。重置须由两人办理（其中一位是安全管理员），另一人确认后才打印启用单；本人会看到谁重置了登录方式。"</p>
        })}
        {(!account.may_handle).then(|| view! {
            <p class="hint">"这个账号由安全管理员处理（或是您自己的账号）。"</p>
        })}
    }
    .into_any()
}

/// A reset that waits for the second person, who types the own password once more.
fn reset_view(page: &PersonPage, account: &AccountLine, at: usize) -> AnyView {
    let marks = || view! { {key(page, 3 + at * 3)} {hidden("person", page.id)} {hidden("account", account.id)} };
    view! {
        <div class="notice warn" role="status"><b>"重置登录方式"</b><p>{account.reset.waits.clone()}</p></div>
        {account.reset.may_confirm.then(|| view! {
            <form class="form" method="post" action="/people/accounts/slip">
                {marks()}
                {hidden("reset", "confirm")}
                <TextField name="secret" label="您自己的密码（用手机登录的填手机的六位密码）" kind="password" error=page.draft.problem_of("secret") class="short" required=true />
                <p class="hint">"请先向本人核实是他要求重置。启用码只显示一次，请当面交给本人。"</p>
                <div class="actions"><button class="btn primary">"确认重置，打印启用单"</button></div>
            </form>
        })}
        {account.reset.may_ask.then(|| view! {
            <form method="post" action="/people/accounts/slip">
                {marks()}
                {hidden("reset", "drop")}
                <div class="actions"><button class="btn small">"不重置"</button></div>
            </form>
        })}
    }
    .into_any()
}
