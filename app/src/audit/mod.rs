//! The page of the 审计管理员: reads the log, changes nothing.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::audit::{AuditLog, AuditPage, AuditQuery},
    board::escape,
    ui::{OfficePage, loaded, page_data},
};

/// `/audit`.
#[component]
pub fn AuditView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let text = |name| q.get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        AuditQuery {
            before: q.get("before").and_then(|b| b.parse().ok()),
            who: text("who"),
            action: text("action"),
            kind: text("kind"),
            from: text("from"),
            to: text("to"),
        }
    });
    let data = page_data(move || AuditLog { form: asked.get() });
    view! {
        <OfficePage current="/audit">
            <main class="main" id="main">{loaded(data, move |page| page_view(page, asked.get_untracked()))}</main>
        </OfficePage>
    }
}

fn page_view(page: AuditPage, asked: AuditQuery) -> AnyView {
    let filter = filter(&page, &asked);
    let export = address(&asked).replacen("/audit", "/audit/export", 1);
    let older = page.older.map(|before| format!("{}&before={before}", address(&asked)));
    let newest = asked.before.map(|_| address(&asked));
    let empty = page.rows.is_empty();
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            let object = match row.link {
                Some(to) => view! { <a href=to>{row.object}</a> }.into_any(),
                None => row.object.into_any(),
            };
            view! {
                <tr>
                    <td class="num" data-label="序号">{row.seq}</td>
                    <td class="nowrap" data-label="时间">{row.at}</td>
                    <td data-label="操作人">{row.who}</td>
                    <td data-label="操作">{row.action}</td>
                    <td data-label="对象">{object}</td>
                    <td class="mono" data-label="校验码">{row.hash}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="page-head">
            <h1>"审计日志"</h1>
            <p class="lead">"只能查看，不能修改或删除。共 " {page.size} " 条，末条校验码 " {page.head.chars().take(16).collect::<String>()}</p>
            <div class="actions"><a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
        </div>
        {filter}
        {empty.then(|| view! {
            <div class="empty"><b>"没有符合条件的记录"</b><p>"放宽条件再试。"</p></div>
        })}
        {(!empty).then(|| view! {
            <div class="table-wrap">
                <table class="table dense">
                    <thead>
                        <tr>
                            <th class="num">"序号"</th>
                            <th>"时间"</th>
                            <th>"操作人"</th>
                            <th>"操作"</th>
                            <th>"对象"</th>
                            <th>"校验码"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        })}
        <p class="hint">"这里只有做了什么、对什么做的，没有内容。要核对日志有没有被改动，请在服务器上运行 wuze verify-audit，并与打印或备份里的校验码比对。"</p>
        <nav class="pager" aria-label="分页">
            {newest.map(|to| view! { <a rel="first" href=to>"最新的记录"</a> })}
            {older.map(|to| view! { <a rel="next" href=to>"更早的记录"</a> })}
        </nav>
    }
    .into_any()
}

/// The address of the filters without the place in the log.
fn address(asked: &AuditQuery) -> String {
    let mut out = String::from("/audit?");
    let fields = [
        ("who", &asked.who),
        ("action", &asked.action),
        ("kind", &asked.kind),
        ("from", &asked.from),
        ("to", &asked.to),
    ];
    for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        if !out.ends_with('?') {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(&escape(value));
    }
    out
}

fn filter(page: &AuditPage, asked: &AuditQuery) -> AnyView {
    let option = |key: &str, label: &str, now: &Option<String>| {
        let here = now.as_deref() == Some(key);
        view! { <option value=key.to_owned() selected=here>{label.to_owned()}</option> }
    };
    let actions = page
        .actions
        .iter()
        .map(|(feature, label, actions)| {
            let whole = option(feature, &format!("{label}：全部"), &asked.action);
            let each = actions.iter().map(|(key, words)| option(key, words, &asked.action)).collect_view();
            view! { <optgroup label=label.clone()>{whole} {each}</optgroup> }
        })
        .collect_view();
    let kinds = page.kinds.iter().map(|(key, label)| option(key, label, &asked.kind)).collect_view();
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    view! {
        <form class="filter" method="get" action="/audit">
            <label>"从 " <input type="date" name="from" value=value(&asked.from) /></label>
            <label>"到 " <input type="date" name="to" value=value(&asked.to) /></label>
            <label>"操作 " <select name="action"><option value="">"全部"</option>{actions}</select></label>
            <label>"对象 " <select name="kind"><option value="">"全部"</option>{kinds}</select></label>
            <label class="grow">
                "操作人 "
                <input type="search" name="who" value=value(&asked.who) placeholder="姓名、账号名，或“系统”" />
            </label>
            <button class="btn">"查询"</button>
            <a href="/audit">"清空"</a>
        </form>
    }
    .into_any()
}
