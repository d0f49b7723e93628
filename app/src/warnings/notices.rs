//! 提示单与响应: notices of a matter, delivered some at a time.

use domain::time::iso;
use leptos::prelude::*;

use super::{
    parts::{marks, pager},
    steps::reasoned,
};
use crate::{
    api::warnings::{MatterPage, NoticeRow},
    ui::{FormMarks, TextField, state_as},
};

/// Notices.
pub fn show(page: &MatterPage, draft: &str) -> AnyView {
    let rows = page.notices.iter().map(line).collect_view();
    let delivers = page.notices.iter().any(|n| n.may_deliver);
    let empty = page.notices.is_empty();
    let moves = page.notices.iter().filter_map(|n| moved(page, n, draft)).collect_view();
    view! {
        <section class="panel" id="notices">
            <h2>{format!("问责预警提示单（{} 份）", page.unit_total)}</h2>
            {page.making.map(|(made, all)| view! {
                <div class="notice" role="status"><b>{format!("正在编号生成：{made}／{all}")}</b><p>"在后台进行，可以离开本页，稍后刷新。"</p></div>
            })}
            {if empty {
                view! { <div class="empty"><b>"还没有提示单"</b><p>"编号用印后，每家责任单位一份。"</p></div> }.into_any()
            } else {
                view! {
                    <form method="post" action="/warnings/deliver">
                        {marks(page, "", draft)}
                        <div class="table-wrap"><table class="table">
                            <thead><tr><th class="screen-only"></th><th>"文号"</th><th>"单位"</th><th>"状态"</th><th>"下一步"</th><th>"销号"</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table></div>
                        {delivers.then(|| view! {
                            <div class="form screen-only">
                                <TextField name="on" label="送达日期" kind="date" class="short"
                                    value=page.draft.value("on", iso(page.today)) error=page.draft.problem_of("on") />
                                <div class="actions"><button class="btn primary">"勾选的已送达"</button></div>
                                <p class="hint">"送达后按日计算签收和报措施的期限，整改事项随即挂账。"</p>
                            </div>
                        })}
                    </form>
                }
                .into_any()
            }}
            {moves}
            {page.may.recall.then(|| view! {
                <div class="season-acts screen-only">{reasoned(page, draft, "recall", "撤回用印…", "撤回原因")}</div>
                <p class="hint screen-only">"没有送达以前可以撤回：正在生成的停下，已编的文号作废、不再使用，三张清单退回重新送审。"</p>
            })}
            {pager(page)}
            {(page.may.whole && !empty).then(|| view! {
                <div class="actions screen-only">
                    <a class="btn" href=format!("/documents/notices/{}/print", page.id) rel="external">"全部打印"</a>
                    <a class="btn" href=format!("/documents/notices/{}/docx", page.id) rel="external">"全部下载 .docx"</a>
                </div>
            })}
        </section>
    }
    .into_any()
}

fn line(row: &NoticeRow) -> AnyView {
    let number = if row.number.is_empty() { "（正在编号）".to_owned() } else { row.number.clone() };
    let (items, closed) = row.items;
    let items = if items == 0 { "—".to_owned() } else { format!("{closed}／{items}") };
    let pick = format!("{}.{}", row.id, row.version);
    view! {
        <tr>
            <td class="screen-only">
                {row.may_deliver.then(|| view! { <input type="checkbox" name="pick" value=pick aria-label=format!("选{}", row.unit) /> })}
            </td>
            <td data-label="文号" class="nowrap"><a href=format!("/warnings/notices/{}", row.id)>{number}</a></td>
            <td data-label="单位">{row.unit.clone()}</td>
            <td data-label="状态">{state_as(row.tone, row.word.clone())}</td>
            <td data-label="下一步">{row.words.clone()}</td>
            <td data-label="销号" class="nowrap">{items}</td>
        </tr>
    }
    .into_any()
}

/// A unit that ended: its notice goes to the one that took over.
fn moved(page: &MatterPage, row: &NoticeRow, draft: &str) -> Option<AnyView> {
    let (_, name) = row.heir.clone()?;
    let words = format!("{}已撤并，改送{name}", row.unit);
    Some(
        view! {
            <form class="actions screen-only" method="post" action="/warnings/notice">
                <FormMarks command=page.command draft=draft.to_owned() />
                <input type="hidden" name="notice" value=row.id.to_string() />
                <input type="hidden" name="seen" value=row.version.to_string() />
                <input type="hidden" name="do" value="move" />
                <button class="btn">{words}</button>
            </form>
        }
        .into_any(),
    )
}
