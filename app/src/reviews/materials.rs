//! Where reports, facts and questions stand, for the office; suggestions without a name;
//! 「转线下」 for what holds a clue.

use leptos::prelude::*;

use super::words::select;
use crate::{
    api::reviews::{PlanPage, ReportLine, WaitingQuestion},
    ui::{FormMarks, TextField},
};

/// 述责材料.
pub(super) fn show(page: &PlanPage) -> AnyView {
    let rows = page.reports.iter().map(|r| line(page, r)).collect_view();
    let suggestions = page.suggestions.iter().map(|q| suggestion(page, q)).collect_view();
    view! {
        <div class="stack">
        <div class="table-wrap">
            <table class="table">
                <thead><tr><th>"述责对象"</th><th>"述责报告"</th><th>"事实核对"</th><th>"询问题"</th><th class="act"></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {page.may.reports.then(|| view! {
            <section class="panel">
                <h2>"询问建议 " <small>"不记名"</small></h2>
                {if page.suggestions.is_empty() {
                    view! { <p class="muted">"还没有。材料开放后，评议人员可以不记名提出。"</p> }.into_any()
                } else {
                    view! { <ul class="rows">{suggestions}</ul> }.into_any()
                }}
            </section>
        })}
        </div>
    }
    .into_any()
}

fn line(page: &PlanPage, row: &ReportLine) -> AnyView {
    let note = (!row.note.is_empty()).then(|| view! { <small>"说明：" {row.note.clone()}</small> });
    let has_note = !row.note.is_empty() && page.may.reports;
    view! {
        <tr>
            <td data-label="述责对象" class="title">
                <a href=format!("/reviews/{}/pack/{}", page.id, row.presenter) rel="external">{row.name.clone()}</a>
            </td>
            <td data-label="述责报告">{row.report.clone()}</td>
            <td data-label="事实核对">{row.facts.clone()} {note}</td>
            <td data-label="询问题">{if row.questions >= 2 { "已备齐" } else if row.questions == 0 { "还没有" } else { "还差一道" }}</td>
            <td class="act">
                {(row.handed && page.may.reports).then(|| view! {
                    <details class="dialog">
                        <summary class="btn small">"退回…"</summary>
                        <form class="dialog-box form" method="post" action="/reviews/report/return">
                            <FormMarks command=page.command />
                            <input type="hidden" name="meeting" value=page.id.to_string() />
                            <input type="hidden" name="presenter" value=row.presenter.to_string() />
                            <input type="hidden" name="version" value=row.version.to_string() />
                            <TextField name="reason" label="退回的理由" required=true />
                            <div class="actions"><button class="btn">"退回报告"</button></div>
                        </form>
                    </details>
                })}
                {has_note.then(|| offline(page, "note", row.presenter.to_string()))}
            </td>
        </tr>
    }
    .into_any()
}

fn suggestion(page: &PlanPage, row: &WaitingQuestion) -> AnyView {
    let gone = row.state == "offline";
    let text = if gone { "已转线下".to_owned() } else { row.text.clone() };
    view! {
        <li>
            <div>
                <b>{text}</b>
                <small>{format!("给{}", row.presenter)}</small>
                {(!gone).then(|| offline(page, "question", row.id.to_string()))}
                {gone.then(|| view! { <a href=format!("/handling/{}", row.id) rel="external">"办理情况"</a> })}
            </div>
        </li>
    }
    .into_any()
}

/// Two officers look, print and erase, each with his own account.
fn offline(page: &PlanPage, what: &'static str, id: String) -> AnyView {
    if page.handlers.len() < 2 {
        return view! {
            <details class="dialog">
                <summary class="btn small">"转线下…"</summary>
                <div class="dialog-box"><p>{page.too_few.clone()}</p></div>
            </details>
        }
        .into_any();
    }
    let officers = || {
        std::iter::once((String::new(), "请选择".to_owned())).chain(page.handlers.iter().cloned()).collect::<Vec<_>>()
    };
    view! {
        <details class="dialog">
            <summary class="btn small">"转线下…"</summary>
            <form class="dialog-box form" method="post" action="/reviews/offline">
                {about(page)}
                <input type="hidden" name="what" value=what />
                <input type="hidden" name="id" value=id />
                <p>"涉及问题线索的，选两名干部办理：转出后这里不再显示，由两人各用自己的账号查看一次、打印后交信访室，都确认后系统里删除，不能恢复。"</p>
                {select("o-first", "first", "查看人", officers(), "", None)}
                {select("o-second", "second", "查看人（第二名）", officers(), "", None)}
                <div class="actions"><button class="btn danger-plain">"转出"</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn about(page: &PlanPage) -> AnyView {
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="meeting" value=page.id.to_string() />
    }
    .into_any()
}
