//! The page of the 审计管理员: reads the log, changes nothing.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::audit::{AuditLog, AuditPage, AuditQuery},
    ui::{OfficePage, loaded, page_data},
};

/// `/audit`.
#[component]
pub fn AuditView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        AuditQuery {
            before: q.get("before").and_then(|b| b.parse().ok()),
            feature: q.get("feature").filter(|f| !f.is_empty()),
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
    let options = page
        .features
        .iter()
        .map(|(key, label)| {
            let chosen = asked.feature.as_deref() == Some(key.as_str());
            view! { <option value=key.clone() selected=chosen>{label.clone()}</option> }
        })
        .collect_view();
    let rows = page
        .rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <td class="num" data-label="序号">{row.seq}</td>
                    <td class="nowrap" data-label="时间">{row.at}</td>
                    <td data-label="操作人">{row.who}</td>
                    <td data-label="操作">{row.action}</td>
                    <td class="mono" data-label="对象">{row.object}</td>
                    <td class="mono" data-label="校验码">{row.hash}</td>
                </tr>
            }
        })
        .collect_view();
    let feature = asked.feature.unwrap_or_default();
    view! {
        <div class="page-head">
            <h1>"审计日志"</h1>
            <p class="lead">"只能查看，不能修改或删除。共 " {page.size} " 条，末条校验码 " {page.head.chars().take(16).collect::<String>()}</p>
        </div>
        <form class="filter" method="get" action="/audit">
            <label>"环节 " <select name="feature"><option value="">"全部"</option>{options}</select></label>
            <button class="btn">"查询"</button>
        </form>
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
        <p class="hint">"要核对日志有没有被改动，请在服务器上运行 wuze verify-audit，并与打印或备份里的校验码比对。"</p>
        {page.older.map(|before| view! {
            <nav class="pager" aria-label="分页">
                <a rel="next" href=format!("/audit?feature={feature}&before={before}")>"更早的记录"</a>
            </nav>
        })}
    }
    .into_any()
}
