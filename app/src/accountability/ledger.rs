//! `/accountability`: 问题整改台账, with its filters in the URL.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{address, choice, pager, tabs};
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
        let text = |name: &str| q.get(name).filter(|value| !value.is_empty());
        LedgerQuery {
            unit: text("unit"),
            state: text("state"),
            kind: text("kind"),
            due: text("due"),
            turn: text("turn"),
            q: text("q"),
            repeated: text("repeated"),
            quick: text("quick"),
            from: text("from"),
            to: text("to"),
            ended_from: text("ended_from"),
            ended_to: text("ended_to"),
            origin: text("origin"),
            duty: text("duty"),
            page: text("page").and_then(|page| page.parse().ok()),
            cover: text("cover"),
            period: text("period"),
        }
    });
    let brought = Memo::new(move |_| {
        let q = query.read();
        q.get("done").filter(|done| done == "brought")?;
        Some((q.get("new").unwrap_or_default(), q.get("skipped").unwrap_or_default()))
    });
    let data = page_data(move || Ledger { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main print-wide" id="main">
                {move || brought.get().map(|(new, skipped)| view! {
                    <div class="notice ok" role="status"><p>{format!("已导入：新挂账 {new} 项，跳过 {skipped} 项。")}</p></div>
                })}
                {loaded(data, move |page| show(page, &asked.get_untracked()))}
            </main>
        </OfficePage>
    }
}

/// The choices of the address, by name.
fn chosen(asked: &LedgerQuery) -> Vec<(&'static str, String)> {
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        ("unit", of(&asked.unit)),
        ("state", of(&asked.state)),
        ("kind", of(&asked.kind)),
        ("due", of(&asked.due)),
        ("turn", of(&asked.turn)),
        ("q", of(&asked.q)),
        ("repeated", of(&asked.repeated)),
        ("quick", of(&asked.quick)),
        ("from", of(&asked.from)),
        ("to", of(&asked.to)),
        ("ended_from", of(&asked.ended_from)),
        ("ended_to", of(&asked.ended_to)),
        ("origin", of(&asked.origin)),
        ("duty", of(&asked.duty)),
        ("cover", of(&asked.cover)),
        ("period", of(&asked.period)),
    ]
}

/// What an address asks for that has no field of its own in the form, in words.
fn beside(asked: &LedgerQuery, only: &str) -> String {
    let mut words = Vec::new();
    if !only.is_empty() {
        words.push(format!("{only}在账的问题"));
    }
    if let (Some(from), Some(to)) = (&asked.from, &asked.to) {
        words.push(format!("{from} 至 {to} 挂账"));
    }
    if let (Some(from), Some(to)) = (&asked.ended_from, &asked.ended_to) {
        words.push(format!("{from} 至 {to} 销号"));
    }
    if asked.origin.is_some() {
        words.push("同一份文书".to_owned());
    }
    if asked.duty.is_some() {
        words.push("同一条清单".to_owned());
    }
    words.join("，")
}

fn show(page: LedgerPage, asked: &LedgerQuery) -> AnyView {
    let all = chosen(asked);
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let now = |name: &str| all.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()).unwrap_or_default();
    let pairs =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(k, w)| ((*k).to_owned(), (*w).to_owned())).collect::<Vec<_>>();
    let exact = pairs(&[
        ("at:checking", "待复核（派驻组、联系室）"),
        ("at:checked", "待销号"),
        ("at:deciding", "待分管副书记审定"),
    ]);
    let stages: Vec<_> = pairs(&[("open", "未销号")]).into_iter().chain(page.stages.clone()).chain(exact).collect();
    let mut kinds = pairs(&[("problems", "全部问题（不含建议）")]);
    kinds.extend(page.kinds.clone());
    let export = address("/accountability/export", &all);
    let filtered = all.iter().any(|(_, value)| !value.is_empty());
    let most = page.total >= LedgerPage::COUNTED && asked.q.is_some();
    let found = match (filtered, most) {
        (false, _) => String::new(),
        (true, true) => format!("查到 {} 项以上，请再加条件。", LedgerPage::COUNTED),
        (true, false) => format!("查到 {} 项。", page.total),
    };
    let lead = format!("截至{}：整改在办 {} 项，其中逾期 {} 项。{found}", page.as_of, page.open, page.overdue);
    let rows = page.rows.iter().map(line).collect_view();
    let empty = page.rows.is_empty();
    let hidden = ["from", "to", "ended_from", "ended_to", "origin", "duty", "cover", "period"]
        .into_iter()
        .filter(|name| !now(name).is_empty())
        .map(|name| view! { <input type="hidden" name=name value=now(name) /> })
        .collect_view();
    let beside = beside(asked, &page.only);
    let pager = pager("/accountability", &all, page.page, page.pages);
    view! {
        <div class="page-head">
            <h1>"问题整改台账"</h1>
            <p class="lead">{lead}</p>
            <div class="actions">
                {page.keeps.then(|| view! {
                    <a class="btn primary" href="/accountability/new">"登记问题"</a>
                    <a class="btn" href="/accountability/bring">"导入台账"</a>
                })}
                <a class="btn" href=export rel="external">"导出 .xlsx"</a>
            </div>
        </div>
        {tabs("/accountability")}
        <form class="filter" method="get" action="/accountability">
            {choice("unit", "单位", "全部单位", &page.units, &now("unit"))}
            {choice("state", "进度", "全部", &stages, &now("state"))}
            {choice("kind", "来源", "全部", &kinds, &now("kind"))}
            {choice("due", "期限", "不限", &pairs(&[("overdue", "逾期"), ("soon", "临近到期")]), &now("due"))}
            {choice("turn", "办理", "不限", &pairs(&[("mine", "待我办理"), ("ended", "单位已撤并，待移交")]), &now("turn"))}
            {choice("repeated", "重复", "不限", &pairs(&[("1", "重复发生")]), &now("repeated"))}
            {choice("quick", "方式", "不限", &pairs(&[("1", "立行立改")]), &now("quick"))}
            <label>"查找 " <input type="search" name="q" value=now("q") placeholder="问题、编号、文号" /></label>
            {hidden}
            <button class="btn">"查询"</button>
        </form>
        {(!beside.is_empty()).then(|| view! {
            <p class="hint">"只看：" {beside} " · " <a href="/accountability">"看全部问题"</a></p>
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
                {pager}
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
                {row.quick.then(|| view! { " " <span class="tag">"立行立改"</span> })}
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
