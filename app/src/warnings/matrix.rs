//! 责任清单: the matrix of duties × units × 科室, with the line or cell that is open below it. Without scripts every
//! cell is a link; on a phone each duty is a card of its units.

use domain::{
    ids::UnitId,
    time::{iso, zh_short},
    warnings::Part,
};
use leptos::prelude::*;

use super::{
    lists::{line_marks, remove},
    parts::{field, marks, pager, pairs, select, typed, wrong},
};
use crate::{
    api::warnings::{CellRow, DutyRow, MatterPage},
    ui::{TextArea, state_as},
};

/// The matrix and its forms.
pub fn show(page: &MatterPage, draft: &str) -> AnyView {
    let heads = page.columns.iter().map(|(_, name)| view! { <th>{name.clone()}</th> }).collect_view();
    let rows = page.duties.iter().map(|duty| line(page, duty)).collect_view();
    let empty = page.duties.is_empty();
    let open = page.open.0.and_then(|id| page.duties.iter().find(|d| d.id == id)).cloned();
    view! {
        <section class="panel">
            <h2>{format!("责任清单（{} 项，{} 家单位）", page.duties.len(), page.unit_total)}</h2>
            <p class="hint">"点格子看定人员、定任务、定措施、定时限。▲ 表示还没有填全。"</p>
            {if empty {
                view! { <div class="empty"><b>"还没有责任"</b></div> }.into_any()
            } else {
                view! {
                    <div class="table-wrap"><table class="table warn-matrix">
                        <thead><tr><th>"序号"</th><th>"任务"</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table></div>
                }
                .into_any()
            }}
            {pager(page)}
        </section>
        {open.as_ref().map(|duty| opened(page, duty, draft))}
        {(page.may.draft && open.is_none()).then(|| view! { {duty_form(page, None, draft)} {paste_form(page, draft)} })}
    }
    .into_any()
}

fn at(page: &MatterPage, duty: &DutyRow, unit: Option<UnitId>) -> String {
    let unit = unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    format!("/warnings/{}?view=duties&page={}&line={}{unit}#edit", page.id, page.page.0, duty.id)
}

fn line(page: &MatterPage, duty: &DutyRow) -> AnyView {
    let cells = page
        .columns
        .iter()
        .map(|(unit, name)| {
            let cell = duty.cells.iter().find(|c| c.unit == *unit);
            match cell {
                None => view! { <td class="none"></td> }.into_any(),
                Some(cell) => {
                    let words = if cell.office.is_empty() { "科室未定".to_owned() } else { cell.office.clone() };
                    let item = cell.item.clone().map(|(_, word, tone)| state_as(tone, word));
                    let mark = if cell.whole { "" } else { "▲ " };
                    view! {
                        <td data-label=name.clone()>
                            <a href=at(page, duty, Some(*unit))>{mark} {cell.part.label()}</a>
                            <small>{words}</small>
                            {item}
                        </td>
                    }
                    .into_any()
                }
            }
        })
        .collect_view();
    let problem = duty.problem.map(|n| format!("问题 {n}")).unwrap_or_default();
    let after = if duty.after.is_empty() { String::new() } else { format!("　在 {} 之后", numbers(&duty.after)) };
    view! {
        <tr>
            <td data-label="序号" class="nowrap">{duty.no}</td>
            <td data-label="任务" class="title">
                <a href=at(page, duty, None)>{duty.text.clone()}</a>
                <small>{format!("{problem}{after}")}</small>
            </td>
            {cells}
        </tr>
    }
    .into_any()
}

fn numbers(all: &[u32]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
}

/// A duty that was opened: its cells in full, and the forms of the one that was chosen.
fn opened(page: &MatterPage, duty: &DutyRow, draft: &str) -> AnyView {
    let cells = duty.cells.iter().map(|cell| full(page, duty, cell)).collect_view();
    let chosen = page.open.1.and_then(|unit| duty.cells.iter().find(|c| c.unit == unit));
    let fills = chosen.is_some_and(|cell| cell.may_fill);
    view! {
        <section class="panel" id="edit">
            <h2>{format!("{}　{}", duty.no, duty.text)}</h2>
            {(!duty.standard.is_empty()).then(|| view! { <p>{format!("标准：{}", duty.standard)}</p> })}
            <div class="table-wrap"><table class="table">
                <thead><tr>
                    <th>"单位"</th><th>"分工"</th><th>"责任科室、责任人"</th><th>"分管领导"</th><th>"措施"</th><th>"时限"</th><th>"整改"</th>
                </tr></thead>
                <tbody>{cells}</tbody>
            </table></div>
            {(fills || page.may.draft).then(|| cell_form(page, duty, chosen, draft))}
        </section>
        {page.may.draft.then(|| view! {
            {duty_form(page, Some(duty), draft)}
            <div class="actions screen-only">{remove(page, duty.id.to_string(), duty.version, draft)}
                <a class="btn small" href=format!("/warnings/{}?view=duties", page.id)>"新增责任"</a></div>
        })}
    }
    .into_any()
}

fn full(page: &MatterPage, duty: &DutyRow, cell: &CellRow) -> AnyView {
    let due = cell.due.map_or_else(|| "全程".to_owned(), zh_short);
    let item = cell.item.clone().map(|(id, word, tone)| {
        view! { <a href=format!("/accountability/{id}")>{state_as(tone, word)}</a> }
    });
    view! {
        <tr>
            <td data-label="单位"><a href=at(page, duty, Some(cell.unit))>{cell.name.clone()}</a></td>
            <td data-label="分工">{cell.part.label()}</td>
            <td data-label="责任科室、责任人">{cell.office.clone()} " " {cell.person.clone()}</td>
            <td data-label="分管领导">{cell.leader.clone()}</td>
            <td data-label="措施">{cell.measure.clone()}</td>
            <td data-label="时限" class="nowrap">{due}</td>
            <td data-label="整改">{item}</td>
        </tr>
    }
    .into_any()
}

fn cell_form(page: &MatterPage, duty: &DutyRow, now: Option<&CellRow>, draft: &str) -> AnyView {
    let kept = &page.draft;
    let of = |name: &str, otherwise: &str| typed(kept, "cell", name, otherwise);
    let error = |name: &str| wrong(kept, "cell", name);
    let drafts = page.may.draft;
    let title =
        now.map_or_else(|| "增加单位".to_owned(), |cell| format!("{}：定人员、定任务、定措施、定时限", cell.name));
    let units =
        page.choices.iter().filter(|(id, _)| duty.cells.iter().all(|c| c.unit != *id)).cloned().collect::<Vec<_>>();
    let part = of("part", now.map_or("lead", |c| c.part.key()));
    let parts = Part::ALL.map(|p| (p.key().to_owned(), p.label().to_owned()));
    let due = of("due", &now.and_then(|c| c.due).map(iso).unwrap_or_default());
    let whole = if kept.value("do", "") == "cell" {
        kept.has("whole_course", "1")
    } else {
        now.is_some_and(|c| c.due.is_none())
    };
    let who = |cell: fn(&CellRow) -> &String| now.map(cell).cloned().unwrap_or_default();
    view! {
        <form class="form screen-only" method="post" action="/warnings/edit">
            <h3>{title}</h3>
            {marks(page, "cell", draft)}
            <input type="hidden" name="line" value=duty.id.to_string() />
            <input type="hidden" name="seen" value=now.map_or(0, |c| c.version).to_string() />
            {match now {
                Some(cell) => view! { <input type="hidden" name="unit" value=cell.unit.to_string() /> }.into_any(),
                None => select(("unit", "unit", "单位"), "请选择", pairs(&units), &of("unit", ""), error("unit")),
            }}
            {drafts.then(|| select(("part", "part", "分工"), "请选择", parts, &part, error("part")))}
            {field(("office", "office", "责任科（所、队）"), "text", of("office", &who(|c| &c.office)), error("office"))}
            {field(("person", "person", "科室责任人"), "text", of("person", &who(|c| &c.person)), error("person"))}
            {field(("leader", "leader", "分管领导"), "text", of("leader", &who(|c| &c.leader)), error("leader"))}
            <TextArea name="measure" label="措施" rows=2 value=of("measure", &who(|c| &c.measure)) error=error("measure") />
            {drafts.then(|| view! {
                {field(("due", "due", "时限"), "date", due, error("due"))}
                <label class="chip"><input type="checkbox" name="whole_course" value="1" checked=whole /><span>"全程"</span></label>
            })}
            <div class="actions"><button class="btn primary">"保存"</button></div>
        </form>
        {(drafts && now.is_some()).then(|| {
            let cell = now.cloned();
            cell.map(|cell| view! {
                <form class="screen-only" method="post" action="/warnings/edit">
                    {marks(page, "drop_cell", draft)}
                    {line_marks(Some((duty.id.to_string(), cell.version)))}
                    <input type="hidden" name="unit" value=cell.unit.to_string() />
                    <button class="btn small">{format!("撤下{}", cell.name)}</button>
                </form>
            })
        })}
    }
    .into_any()
}

fn duty_form(page: &MatterPage, now: Option<&DutyRow>, draft: &str) -> AnyView {
    let kept = &page.draft;
    let of = |name: &str, otherwise: &str| typed(kept, "duty", name, otherwise);
    let error = |name: &str| wrong(kept, "duty", name);
    let problems = page.problems.iter().map(|p| (p.id.to_string(), format!("{}　{}", p.no, p.text)));
    let problem = of("problem", &now.and_then(|d| d.problem_id).map(|id| id.to_string()).unwrap_or_default());
    let after = of("after", &now.map(|d| numbers(&d.after)).unwrap_or_default());
    let title = now.map_or_else(|| "新增责任".to_owned(), |d| format!("修改责任 {}", d.no));
    view! {
        <form class="panel form screen-only" method="post" action="/warnings/edit" id=now.is_none().then_some("edit")>
            <h2>{title}</h2>
            {marks(page, "duty", draft)}
            {line_marks(now.map(|d| (d.id.to_string(), d.version)))}
            {select(("problem", "problem", "对应的问题"), "没有对应的问题", problems, &problem, error("problem"))}
            <TextArea name="text" label="任务（子项）" rows=2 value=of("text", now.map_or("", |d| &d.text)) error=error("text") />
            {field(("standard", "standard", "标准（可不填）"), "text", of("standard", now.map_or("", |d| &d.standard)), error("standard"))}
            {field(("after", "after", "前置任务的序号（可不填，如 1、3）"), "text", after, error("after"))}
            <div class="actions"><button class="btn primary">"保存"</button></div>
        </form>
    }
    .into_any()
}

fn paste_form(page: &MatterPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let open = kept.problem_of("table").is_some();
    view! {
        <details class="panel screen-only" id="paste" open=open>
            <summary>"从表格粘贴"</summary>
            <form class="form" method="post" action="/warnings/paste">
                {marks(page, "", draft)}
                <TextArea name="table" label="连表头一起粘贴" rows=8 class="paste-box" value=kept.value("table", "")
                    hint="表头：大类、问题、任务、标准、单位、分工、科室、责任人、分管领导、措施、时限。合并的格子照样粘贴，空着的沿用上一行。"
                    error=kept.problem_of("table") />
                <div class="actions"><button class="btn primary">"读入"</button></div>
            </form>
        </details>
    }
    .into_any()
}
