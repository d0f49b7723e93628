//! 会签: each unit's state, and what the viewer may say for his own.

use domain::{time::iso, warnings::Stage};
use leptos::prelude::*;

use super::parts::{area, dialog, field, marks, pairs, select, typed, wrong};
use crate::{
    api::warnings::{MatterPage, SignRow},
    ui::state_as,
};

/// 会签.
pub fn show(page: &MatterPage, draft: &str) -> AnyView {
    let rows = page.signs.iter().map(|row| line(page, row, draft)).collect_view();
    let handed = page.handoffs.iter().map(|words| view! { <li class="read">{words.clone()}</li> }).collect_view();
    let some = !page.handoffs.is_empty();
    let open = page.stage == Stage::Countersign;
    view! {
        <section class="panel" id="signs">
            <h2>"会签"</h2>
            {open.then(|| view! { <p class="hint">"责任边界由各单位会签确认。有争议的由区委办、区府办或分管区领导协调，不由纪委协调。"</p> })}
            <div class="table-wrap"><table class="table">
                <thead><tr><th>"单位"</th><th>"会签"</th><th>"情况"</th><th class="screen-only"></th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
        {some.then(|| view! { <section class="panel"><h2>"责任转出"</h2><ul class="warn-lines">{handed}</ul></section> })}
    }
    .into_any()
}

fn own(page: &MatterPage, row: &SignRow, what: &'static str, draft: &str) -> AnyView {
    view! {
        {marks(page, what, draft)}
        <input type="hidden" name="unit" value=row.unit.to_string() />
        <input type="hidden" name="seen" value=row.version.to_string() />
    }
    .into_any()
}

fn line(page: &MatterPage, row: &SignRow, draft: &str) -> AnyView {
    let kept = &page.draft;
    let here = kept.value("unit", "") == row.unit.to_string();
    let open = |what: &str| here && !kept.problem.is_empty() && kept.value("do", "") == what;
    let of = |what: &str, name: &str, otherwise: &str| {
        if here { typed(kept, what, name, otherwise) } else { otherwise.to_owned() }
    };
    let error = |what: &str, name: &str| wrong(kept, what, name).filter(|_| here);
    let today = iso(page.today);
    // Several units stand on the page, each with forms of its own.
    let at = |id: &str| format!("{id}-{}", row.unit);
    let paper = || {
        let inner = view! {
            {own(page, row, "paper", draft)}
            {field((at("paper-on"), "paper_on", "纸质签字日期"), "date", of("paper", "paper_on", &today), error("paper", "paper_on"))}
            {field((at("paper-by"), "handler", "经办人"), "text", of("paper", "handler", &page.name), error("paper", "handler"))}
            <div class="actions"><button class="btn primary">"登记"</button></div>
        };
        dialog("纸质已签…", open("paper"), "/warnings/countersign", inner.into_any())
    };
    let object = || {
        let inner = view! {
            {own(page, row, "object", draft)}
            {area((at("object"), "words", "不同意见"), 3, of("object", "words", ""), error("object", "words"))}
            <div class="actions"><button class="btn">"提出"</button></div>
        };
        dialog("有不同意见…", open("object"), "/warnings/countersign", inner.into_any())
    };
    let hand_on = || {
        let duties = page.duties.iter().filter(|d| d.cells.iter().any(|c| c.unit == row.unit));
        let duties = duties.map(|d| (d.id.to_string(), format!("{}　{}", d.no, d.text))).collect::<Vec<_>>();
        let inner = view! {
            {own(page, row, "hand_on", draft)}
            {select((at("duty"), "duty", "转出哪一项"), "请选择", duties, &of("hand_on", "duty", ""), error("hand_on", "duty"))}
            {select((at("to"), "to", "转给"), "请选择", pairs(&page.choices), &of("hand_on", "to", ""), error("hand_on", "to"))}
            {field((at("why"), "words", "转出理由"), "text", of("hand_on", "words", ""), error("hand_on", "words"))}
            <div class="actions"><button class="btn">"转出"</button></div>
        };
        dialog("转给其他单位…", open("hand_on"), "/warnings/countersign", inner.into_any())
    };
    let settle = || {
        let inner = view! {
            {own(page, row, "settle", draft)}
            {field((at("settled-by"), "settled_by", "协调单位或领导"), "text", of("settle", "settled_by", ""), error("settle", "settled_by"))}
            {field((at("settled-on"), "settled_on", "协调日期"), "date", of("settle", "settled_on", &today), error("settle", "settled_on"))}
            {field((at("settled"), "words", "协调结果"), "text", of("settle", "words", ""), error("settle", "words"))}
            <div class="actions"><button class="btn primary">"登记协调结果"</button></div>
        };
        dialog("登记协调结果…", open("settle"), "/warnings/countersign", inner.into_any())
    };
    view! {
        <tr>
            <td data-label="单位">{row.name.clone()}</td>
            <td data-label="会签">{state_as(row.tone, row.word.clone())}</td>
            <td data-label="情况">{row.words.clone()}</td>
            <td class="screen-only act"><div class="actions">
                {row.may_sign.then(|| view! {
                    <form method="post" action="/warnings/countersign">
                        {own(page, row, "agree", draft)}
                        <button class="btn primary small">"同意会签"</button>
                    </form>
                    {object()}
                    {hand_on()}
                })}
                {row.may_note.then(paper)}
                {row.objected.then(settle)}
            </div></td>
        </tr>
    }
    .into_any()
}
