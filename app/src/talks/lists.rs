//! The three lists to read.

use domain::talks::{DutyLine, ListKind, Risk, Talk};
use leptos::prelude::*;

use super::parts::pair;
use crate::api::talks::ItemLine;

/// The three lists, each folded away by its heading.
pub fn three(talk: &Talk, items: &[ItemLine], sources: bool) -> AnyView {
    view! {
        <section class="panel stack" id="lists">
            <h2>"三张清单"</h2>
            <p class="muted">{talk.lists.words()}</p>
            {problems(talk, items, sources)}
            {risks(&talk.lists.risks)}
            {duties(&talk.lists.duties)}
        </section>
    }
    .into_any()
}

fn duties(all: &[DutyLine]) -> AnyView {
    let rows = all
        .iter()
        .map(|line| {
            let kind = if line.optional { "自选动作" } else { "规定动作" };
            let words = format!("{} {}", line.code, line.text);
            view! {
                <tr>
                    <td data-label="履责事项" class="title">{words.trim().to_owned()}</td>
                    <td data-label="频次" class="nowrap">{line.frequency.label()}</td>
                    <td data-label="类别" class="nowrap">{kind}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>{format!("{}（{} 条）", ListKind::Duty.label(), all.len())}</summary>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"履责事项"</th><th>"频次"</th><th>"类别"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn problems(talk: &Talk, items: &[ItemLine], sources: bool) -> AnyView {
    let sealed = talk.lists.sealed.as_ref().map(|sealed| {
        view! {
            <div class="notice info">
                <b>"只存编号"</b>
                <p>{format!("纸质清单 {}，存放于{}。系统里没有问题内容。", sealed.number, sealed.place)}</p>
            </div>
        }
    });
    let rows = talk
        .lists
        .problems
        .iter()
        .map(|p| {
            let item = items.iter().find(|line| line.no == p.no);
            let state = item.map(|line| {
                let words = if line.overdue { format!("{}，逾期", line.state) } else { line.state.clone() };
                view! { <a href=format!("/accountability/{}", line.id)>{words}</a> <small>{line.deadline.clone()}</small> }
            });
            let source = sources.then(|| p.source.label());
            view! {
                <tr>
                    <td data-label="序号">{talk.lists.printed(p.no).to_string()}</td>
                    <td data-label="方面">{p.area.clone()} {source.map(|words| view! { <small>{words}</small> })}</td>
                    <td data-label="病症" class="title">{talk.lists.problem_words(p.no)}</td>
                    <td data-label="病因">{p.cause.clone()}</td>
                    <td data-label="处方">{p.remedy.clone()}</td>
                    <td data-label="整改">{state}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details open=true>
            <summary>{format!("{}（{}）", ListKind::Problem.label(), talk.lists.words())}</summary>
            {sealed}
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"序号"</th><th>"方面"</th><th>"病症"</th><th>"病因"</th><th>"处方"</th><th>"整改"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn risks(all: &[Risk]) -> AnyView {
    let rows = all
        .iter()
        .map(|r| {
            view! {
                <tr>
                    <td data-label="岗位">{r.post.clone()}</td>
                    <td data-label="风险点" class="title">{r.point.clone()} {(!r.cause.is_empty()).then(|| view! { <small>{r.cause.clone()}</small> })}</td>
                    <td data-label="等级" class="nowrap">{r.level.label()}</td>
                    <td data-label="防控措施">{r.control.clone()}</td>
                    <td data-label="责任人">{r.owner.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details>
            <summary>{format!("{}（{} 条）", ListKind::Risk.label(), all.len())}</summary>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"岗位"</th><th>"风险点"</th><th>"等级"</th><th>"防控措施"</th><th>"责任人"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// Who, when, by whom: the facts of a talk.
pub fn facts(talk: &Talk, unit_now: &str) -> AnyView {
    use domain::time::zh;
    let unit =
        if unit_now.is_empty() { talk.unit_name.clone() } else { format!("{}（现名 {unit_now}）", talk.unit_name) };
    let asked =
        if talk.lead.reason.is_empty() { String::new() } else { format!("（受委托：{}）", talk.lead.reason) };
    let lead = format!("{} {}{asked}", talk.lead.speaker.label(), talk.lead.name);
    view! {
        <dl class="kv">
            {pair("单位", unit)}
            {pair("谈话对象", format!("{}，{}", talk.name, talk.title))}
            {pair("任职", format!("{}　{}到任　{}", talk.arrival.label(), zh(talk.arrived_on), talk.level.label()))}
            {pair("主谈人", lead.trim().to_owned())}
            {pair("谈话日期", talk.minutes.as_ref().map(|m| zh(m.on)).unwrap_or_default())}
            {pair("文号", talk.number.clone())}
            {pair("履责清单", talk.list_words.clone())}
        </dl>
    }
    .into_any()
}
