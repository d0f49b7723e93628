//! `/duties/tasks`: 年度任务清单 by unit and year.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    item_form::{alike, sources},
    words::{done_notice, select, year_links},
};
use crate::{
    api::duties::{TaskRow, Tasks, TasksPage, TasksQuery},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/duties/tasks`.
#[component]
pub fn TasksView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| TasksQuery {
        year: query.read().get("year").and_then(|y| y.parse().ok()),
        unit: query.read().get("unit"),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Tasks { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/duties">"明责"</a> " / " <span>"年度任务清单"</span></nav>
                {done_notice()}
                {loaded(data, move |page| show(page, asked.get_untracked().unit.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: TasksPage, unit: String) -> AnyView {
    let export = format!("/duties/export?what=tasks&year={}&unit={unit}", page.year);
    let units = std::iter::once((String::new(), "全部单位".to_owned()))
        .chain(page.units.iter().map(|(id, name)| (id.to_string(), name.clone())))
        .map(|(id, name)| {
            let here = id == unit;
            view! { <option value=id selected=here>{name}</option> }
        })
        .collect_view();
    let sourced = page.rows.iter().any(|r| !r.source.is_empty());
    let rows = page.rows.iter().map(|row| line(&page, row, sourced)).collect_view();
    let empty = page.rows.is_empty();
    view! {
        <div class="page-head">
            <h1>{format!("{}年管党治党责任年度任务清单", page.year)}</h1>
            <div class="actions"><a class="btn" href=export rel="external">"导出 .xlsx"</a></div>
        </div>
        <Problem draft=page.draft.clone() />
        <form class="filter" method="get" action="/duties/tasks">
            <input type="hidden" name="year" value=page.year.to_string() />
            <span class="filter-links">{year_links("/duties/tasks?year=", &page.years, page.year)}</span>
            <label>"单位 " <select name="unit">{units}</select></label>
            <button class="btn">"查询"</button>
        </form>
        {if empty {
            view! { <div class="empty"><b>"还没有年度任务"</b><p>"在下面逐项添加任务、节点、责任人和完成标志。"</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap">
                    <table class="table">
                        <thead>
                            <tr>
                                <th>"单位"</th><th>"任务"</th><th>"节点"</th><th>"完成时限"</th><th>"责任人"</th><th>"完成标志"</th>
                                {sourced.then(|| view! { <th>"来源"</th> })}
                                <th>"完成情况"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
        {(!page.writable.is_empty()).then(|| add(&page, &unit))}
    }
    .into_any()
}

fn line(page: &TasksPage, row: &TaskRow, sourced: bool) -> AnyView {
    let hidden = || {
        view! {
            <FormMarks command=page.command />
            <input type="hidden" name="year" value=page.year.to_string() />
            <input type="hidden" name="task" value=row.id.to_string() />
            <input type="hidden" name="seen" value=row.version.to_string() />
        }
    };
    let state = match (&row.done_on, row.overdue) {
        (Some(on), _) => view! { <span class="state ok">"✓ " {format!("{on}完成")}</span> }.into_any(),
        (None, true) => view! { <span class="state warn">"▲ 已过时限"</span> }.into_any(),
        (None, false) => view! { <span class="state none">"— 未完成"</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-label="单位">{row.unit.clone()}</td>
            <td data-label="任务" class="title">{row.title.clone()}</td>
            <td data-label="节点">{row.node.clone()}</td>
            <td data-label="完成时限" class="nowrap">{row.due_on.clone()}</td>
            <td data-label="责任人" class="nowrap">{row.owner.clone()}</td>
            <td data-label="完成标志">{row.done_mark.clone()}</td>
            {sourced.then(|| view! { <td data-label="来源">{row.source.clone()}</td> })}
            <td data-label="完成情况">
                {state}
                {row.may_finish.then(|| view! {
                    <form class="inline-form" method="post" action="/duties/tasks/finish">
                        {hidden()}
                        <input type="date" name="done_on" value=page.today.clone() max=page.today.clone() aria-label="完成日期" />
                        <button class="btn small">"完成"</button>
                    </form>
                })}
                {row.may_remove.then(|| view! {
                    <form class="inline-form" method="post" action="/duties/tasks/remove">
                        {hidden()}
                        <button class="btn small danger-plain">"去掉"</button>
                    </form>
                })}
            </td>
        </tr>
    }
    .into_any()
}

fn add(page: &TasksPage, unit: &str) -> AnyView {
    let draft = page.draft.clone();
    let units = page.writable.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let chosen = draft.value("unit", unit);
    let source = draft.value("source", "");
    let field = |name: &'static str, label: &'static str, kind: &'static str, required: bool| {
        view! {
            <TextField name=name label=label kind=kind class="half" required=required
                value=draft.value(name, "") error=draft.problem_of(name) />
        }
    };
    view! {
        <section class="panel">
            <h2>"添加任务"</h2>
            <form class="form" method="post" action="/duties/tasks/add">
                <FormMarks command=page.command />
                <input type="hidden" name="year" value=page.year.to_string() />
                {select("unit", "单位", units, &chosen, "half")}
                {field("title", "任务", "text", true)}
                {field("node", "节点", "text", false)}
                {field("due_on", "完成时限", "date", true)}
                {field("owner", "责任人", "text", true)}
                {field("done_mark", "完成标志", "text", false)}
                {page.inside.then(|| select("source", "内部来源（单位只看到“监督中发现”）", sources(), &source, "half"))}
                {alike(&draft, "仍要添加：与已有的并列")}
                <div class="actions"><button class="btn primary">"添加"</button></div>
            </form>
        </section>
    }
    .into_any()
}
