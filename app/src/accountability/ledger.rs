//! `/accountability`: 问题整改台账, with its filters in the URL.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::accountability::{Ledger, LedgerPage, LedgerQuery, LedgerRow},
    ui::{OfficePage, loaded, page_data, state_as},
};

/// `/accountability`.
#[component]
pub fn LedgerView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        LedgerQuery {
            unit: q.get("unit"),
            state: q.get("state"),
            kind: q.get("kind"),
            due: q.get("due"),
            turn: q.get("turn"),
            cover: q.get("cover"),
            period: q.get("period"),
        }
    });
    let data = page_data(move || Ledger { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main print-wide" id="main">{loaded(data, move |page| show(page, &asked.get_untracked()))}</main>
        </OfficePage>
    }
}

/// A drop-down of the filter row; the empty choice stands first.
fn choice(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    options: &[(String, String)],
    now: &str,
) -> AnyView {
    let options = std::iter::once((String::new(), all.to_owned()))
        .chain(options.iter().cloned())
        .map(|(key, words)| {
            let here = key == now;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    view! { <label>{label} " " <select name=name>{options}</select></label> }.into_any()
}

fn show(page: LedgerPage, asked: &LedgerQuery) -> AnyView {
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    let pairs =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(k, w)| ((*k).to_owned(), (*w).to_owned())).collect::<Vec<_>>();
    let stages: Vec<_> = pairs(&[("open", "未销号")]).into_iter().chain(page.stages.clone()).collect();
    let export = format!(
        "/accountability/export?unit={}&state={}&kind={}&due={}&turn={}&cover={}&period={}",
        of(&asked.unit),
        of(&asked.state),
        of(&asked.kind),
        of(&asked.due),
        of(&asked.turn),
        of(&asked.cover),
        of(&asked.period)
    );
    let narrowed = !page.only.is_empty();
    let filtered = [&asked.unit, &asked.state, &asked.kind, &asked.due, &asked.turn, &asked.cover]
        .into_iter()
        .any(|f| f.as_deref().is_some_and(|f| !f.is_empty()));
    let lead = format!("截至{}：整改在办 {} 项，其中逾期 {} 项。", page.as_of, page.open, page.overdue);
    let rows = page.rows.iter().map(line).collect_view();
    let empty = page.rows.is_empty();
    view! {
        <div class="page-head">
            <h1>"问题整改台账"</h1>
            <p class="lead">{lead}</p>
            <div class="actions"><a class="btn" href=export rel="external">"导出 .xlsx"</a></div>
        </div>
        <form class="filter" method="get" action="/accountability">
            {choice("unit", "单位", "全部单位", &page.units, &of(&asked.unit))}
            {choice("state", "进度", "全部", &stages, &of(&asked.state))}
            {choice("kind", "来源", "全部", &page.kinds, &of(&asked.kind))}
            {choice("due", "期限", "不限", &pairs(&[("overdue", "逾期"), ("soon", "临近到期")]), &of(&asked.due))}
            {choice("turn", "办理", "不限", &pairs(&[("mine", "待我办理")]), &of(&asked.turn))}
            {narrowed.then(|| view! {
                <input type="hidden" name="cover" value=of(&asked.cover) />
                <input type="hidden" name="period" value=of(&asked.period) />
            })}
            <button class="btn">"查询"</button>
        </form>
        {narrowed.then(|| view! {
            <p class="filter-links" role="status">{format!("只看{}在账的问题", page.only)} " " <a href="/accountability">"不限时段和范围"</a></p>
        })}
        {if empty && filtered {
            view! { <div class="empty"><b>"没有符合条件的问题"</b><p><a href="/accountability">"看全部问题"</a></p></div> }.into_any()
        } else if empty {
            view! { <div class="empty"><b>"还没有挂账的问题"</b><p>"评议反馈单当面交接后，问题会列在这里。"</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap">
                    <table class="table">
                        <thead>
                            <tr>
                                <th>"编号"</th><th>"单位"</th><th>"问题"</th><th>"整改要求"</th><th>"责任领导"</th>
                                <th>"整改期限"</th><th>"进度"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
    }
    .into_any()
}

fn line(row: &LedgerRow) -> AnyView {
    let same = row.word == row.state;
    view! {
        <tr>
            <td data-label="编号" class="nowrap">{row.number.clone()}<small>{row.kind.clone()}</small></td>
            <td data-label="单位">{row.unit.clone()}</td>
            <td data-label="问题" class="title">
                <a href=format!("/accountability/{}", row.id)>{row.problem.clone()}</a>
                {row.repeated.then(|| view! { " " <span class="tag">"重复发生"</span> })}
            </td>
            <td data-label="整改要求">{row.demand.clone()}</td>
            <td data-label="责任领导">{row.owner.clone()} <small>{row.department.clone()}</small></td>
            <td data-label="整改期限" class="nowrap">{row.deadline.clone()}</td>
            <td data-label="进度">
                {state_as(row.tone, row.word.clone())}
                {(!same).then(|| view! { <small>{row.state.clone()}</small> })}
            </td>
        </tr>
    }
    .into_any()
}
