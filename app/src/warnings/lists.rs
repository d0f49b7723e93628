//! 问题清单 and 问责清单: lines and the form of the one that is open.

use domain::warnings::{HANDLINGS, Level};
use leptos::prelude::*;

use super::parts::{field, marks, typed, wrong};
use crate::{
    api::warnings::{MatterPage, ProblemRow, SituationRow},
    ui::TextArea,
};

/// Hidden fields of the line that a form changes; nothing for a new one.
pub fn line_marks(line: Option<(String, i64)>) -> AnyView {
    line.map(|(id, version)| {
        view! {
            <input type="hidden" name="line" value=id />
            <input type="hidden" name="seen" value=version.to_string() />
        }
    })
    .into_any()
}

/// Takes a line out.
pub fn remove(page: &MatterPage, id: String, version: i64, draft: &str) -> AnyView {
    view! {
        <form method="post" action="/warnings/edit">
            {marks(page, "remove", draft)}
            {line_marks(Some((id, version)))}
            <button class="btn small">"删去"</button>
        </form>
    }
    .into_any()
}

fn open_link(page: &MatterPage, id: String) -> String {
    format!("/warnings/{}?view={}&line={id}#edit", page.id, page.view)
}

/// 问题清单.
pub fn problems(page: &MatterPage, draft: &str) -> AnyView {
    let drafts = page.may.draft;
    let rows = page
        .problems
        .iter()
        .map(|row| {
            let duties = if row.duties == 0 {
                "▲ 还没有落到责任".to_owned()
            } else {
                format!("{} 项责任", row.duties)
            };
            view! {
                <tr>
                    <td data-label="序号" class="nowrap">{row.no}</td>
                    <td data-label="大类">{row.group.clone()}</td>
                    <td data-label="问题" class="title">{row.text.clone()}</td>
                    <td data-label="责任">{duties}</td>
                    {drafts.then(|| view! {
                        <td class="screen-only act"><div class="actions">
                            <a class="btn small" href=open_link(page, row.id.to_string())>"修改"</a>
                            {remove(page, row.id.to_string(), row.version, draft)}
                        </div></td>
                    })}
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{format!("问题清单（{} 个）", page.problems.len())}</h2>
            <div class="table-wrap"><table class="table">
                <thead><tr><th>"序号"</th><th>"大类"</th><th>"问题"</th><th>"责任"</th>{drafts.then(|| view! { <th class="screen-only"></th> })}</tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
        {drafts.then(|| problem_form(page, draft))}
    }
    .into_any()
}

fn problem_form(page: &MatterPage, draft: &str) -> AnyView {
    let now: Option<&ProblemRow> = page.open.0.and_then(|id| page.problems.iter().find(|p| p.id == id));
    let kept = &page.draft;
    let of = |name: &str, otherwise: &str| typed(kept, "problem", name, otherwise);
    let title = now.map_or_else(|| "新增问题".to_owned(), |p| format!("修改问题 {}", p.no));
    view! {
        <form class="panel form screen-only" method="post" action="/warnings/edit" id="edit">
            <h2>{title}</h2>
            {marks(page, "problem", draft)}
            {line_marks(now.map(|p| (p.id.to_string(), p.version)))}
            {field(("group", "group", "大类（可不填）"), "text", of("group", now.map_or("", |p| &p.group)), wrong(kept, "problem", "group"))}
            <TextArea name="text" label="问题" rows=2 value=of("text", now.map_or("", |p| &p.text)) error=wrong(kept, "problem", "text") />
            <div class="actions"><button class="btn primary">"保存"</button></div>
        </form>
    }
    .into_any()
}

/// 问责清单.
pub fn situations(page: &MatterPage, draft: &str) -> AnyView {
    let edits = page.may.simulate;
    let rows = page.situations.iter().map(|row| situation(page, row, edits, draft)).collect_view();
    let levels = Level::ALL.map(|level| view! { <th>{level.label()}</th> }).into_iter().collect_view();
    view! {
        <section class="panel">
            <h2>{format!("问责清单（{} 种情形）", page.situations.len())}</h2>
            <p class="hint">"模拟问责只作事前提示，不是处理决定；确需问责的，由有权机关按规定和程序另行作出。"</p>
            <div class="table-wrap"><table class="table">
                <thead><tr><th>"序号"</th><th>"情形"</th>{levels}<th>"依据"</th>{edits.then(|| view! { <th class="screen-only"></th> })}</tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
        {edits.then(|| situation_form(page, draft))}
    }
    .into_any()
}

fn situation(page: &MatterPage, row: &SituationRow, edits: bool, draft: &str) -> AnyView {
    let ways = Level::ALL
        .into_iter()
        .zip(row.handling.clone())
        .map(|(level, words)| view! { <td data-label=level.label()>{words}</td> })
        .collect_view();
    view! {
        <tr>
            <td data-label="序号" class="nowrap">{row.no}</td>
            <td data-label="情形" class="title">{row.text.clone()}</td>
            {ways}
            <td data-label="依据">{row.basis.clone()}</td>
            {edits.then(|| view! {
                <td class="screen-only act"><div class="actions">
                    <a class="btn small" href=open_link(page, row.id.to_string())>"修改"</a>
                    {remove(page, row.id.to_string(), row.version, draft)}
                </div></td>
            })}
        </tr>
    }
    .into_any()
}

fn situation_form(page: &MatterPage, draft: &str) -> AnyView {
    let now: Option<&SituationRow> = page.open.0.and_then(|id| page.situations.iter().find(|s| s.id == id));
    let kept = &page.draft;
    let of = |name: &str, otherwise: &str| typed(kept, "situation", name, otherwise);
    let offered = HANDLINGS.map(|words| view! { <option value=words></option> }).into_iter().collect_view();
    let levels = Level::ALL
        .into_iter()
        .enumerate()
        .map(|(n, level)| {
            let value = of(level.key(), now.and_then(|s| s.handling.get(n)).map_or("", String::as_str));
            let error = wrong(kept, "situation", level.key());
            view! {
                <div class="field">
                    <label for=level.key()>{level.label()}</label>
                    <input id=level.key() name=level.key() list="handlings" value=value autocomplete="off"
                        aria-invalid=error.is_some().then_some("true") />
                    {error.map(|e| view! { <p class="error">{e}</p> })}
                </div>
            }
        })
        .collect_view();
    let title = now.map_or_else(|| "新增情形".to_owned(), |s| format!("修改情形 {}", s.no));
    view! {
        <form class="panel form screen-only" method="post" action="/warnings/edit" id="edit">
            <h2>{title}</h2>
            {marks(page, "situation", draft)}
            {line_marks(now.map(|s| (s.id.to_string(), s.version)))}
            <TextArea name="text" label="情形" rows=2 value=of("text", now.map_or("", |s| &s.text)) error=wrong(kept, "situation", "text") />
            <datalist id="handlings">{offered}</datalist>
            {levels}
            <p class="hint">"处理方式写“提醒谈话”“责令检查”“建议诫勉”等提示性的话（示范，可改），不写处理决定。"</p>
            <TextArea name="basis" label="依据" rows=2 value=of("basis", now.map_or("", |s| &s.basis)) error=wrong(kept, "situation", "basis") />
            <div class="actions"><button class="btn primary">"保存"</button></div>
        </form>
    }
    .into_any()
}
