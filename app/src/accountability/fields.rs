//! The fields of a step's form.

use domain::accountability::Step;
use leptos::prelude::*;

use super::{parts::options_of, steps::Ask};
use crate::{
    api::{accountability::LoopPage, drafts::Draft},
    ui::TextField,
};

pub(super) fn field(page: &LoopPage, step: Step, ask: Ask, draft: &Draft) -> AnyView {
    // Several forms stand on one page; a label must find its own field.
    let id = move |name: &str| format!("{name}-{}", step.key());
    let value = |name: &str| draft.value(name, "");
    let error = |name: &str| draft.problem_of(name).map(|e| view! { <p class="error">{e}</p> });
    match ask {
        Ask::Words(label) => {
            let id = id("words");
            view! {
                <div class="field">
                    <label for=id.clone()>{label}</label>
                    <textarea id=id name="words" rows="4">{crate::ui::area_text(value("words"))}</textarea>
                    {error("words").or_else(|| error("text"))}
                </div>
            }
            .into_any()
        }
        Ask::Until(label) => {
            let id = id("until");
            view! {
                <div class="field short">
                    <label for=id.clone()>{label}</label>
                    <input id=id type="date" name="until" value=value("until") />
                    {error("until")}
                </div>
            }
            .into_any()
        }
        Ask::Paper => view! {
            <TextField name="paper_on" label="纸质签字日期" kind="date" class="half"
                value=value("paper_on") error=draft.problem_of("paper_on") />
            <TextField name="handler" label="经办人" class="half" value=value("handler") error=draft.problem_of("handler") />
        }
        .into_any(),
        Ask::Plan => {
            view! {
                {leader(page, step, draft)}
                <TextField name="department" label="责任部门" class="half" value=value("department") error=draft.problem_of("department") />
                <TextField name="adopted_on" label="党组会日期" kind="date" class="half"
                    value=draft.value("adopted_on", page.today.clone()) error=draft.problem_of("adopted_on") />
            }
            .into_any()
        }
        Ask::Ruling => {
            let chosen = value("ruling");
            let options = [("go_on", "继续整改"), ("strike", "同意销号"), ("suspend", "挂起")]
                .into_iter()
                .map(|(key, words)| {
                    let here = key == chosen;
                    view! { <label class="chip"><input type="radio" name="ruling" value=key checked=here /><span>{words}</span></label> }
                })
                .collect_view();
            view! {
                <fieldset class="field">
                    <legend>"审定"</legend>
                    <div class="radio-chips">{options}</div>
                    {error("ruling")}
                </fieldset>
            }
            .into_any()
        }
        Ask::Other => view! {
            <TextField name="ledger" label="台账名称" class="half" value=value("ledger") error=draft.problem_of("ledger") />
            <TextField name="number" label="编号" class="half" value=value("number") error=draft.problem_of("number") />
        }
        .into_any(),
        Ask::Department => {
            let id = id("department");
            view! {
                <div class="field half">
                    <label for=id.clone()>"责任部门"</label>
                    <input id=id type="text" name="department" value=value("department") autocomplete="off" />
                    {error("department")}
                </div>
            }
            .into_any()
        }
        Ask::Proofs => proofs(page, draft),
        Ask::Leader => leader(page, step, draft),
        Ask::Heir => {
            let ended = page.around.ended.clone();
            view! {
                {(!ended.is_empty()).then(|| view! { <p class="notice warn">{ended}</p> })}
                <div class="field half">
                    <label for="heir">"承接单位"</label>
                    <select id="heir" name="unit">{options_of("请选择", &page.around.heirs, &value("unit"))}</select>
                    {error("unit")}
                </div>
            }
            .into_any()
        }
        // Similar ones are listed above; which of them it repeats is for people to say (practice 3.5).
        Ask::Earlier => view! {
            <TextField name="earlier" label="原问题编号" class="half" value=value("earlier")
                hint="照台账填写，如 2026-003" error=draft.problem_of("earlier") />
        }
        .into_any(),
    }
}

/// 责任领导 from the list, or by name.
fn leader(page: &LoopPage, step: Step, draft: &Draft) -> AnyView {
    let id = format!("owner-{}", step.key());
    let owners = options_of("不在名单里，下面填姓名", &page.owners, &draft.value("owner", ""));
    let error = draft.problem_of("owner").map(|e| view! { <p class="error">{e}</p> });
    view! {
        <div class="field half">
            <label for=id.clone()>"责任领导"</label>
            <select id=id name="owner">{owners}</select>
            {error}
        </div>
        <TextField name="owner_name" label="责任领导姓名" hint="名单里没有时填写" class="half"
            value=draft.value("owner_name", "") />
    }
    .into_any()
}

/// Records and 制度 of the unit that can be named as proof; none has to be.
fn proofs(page: &LoopPage, draft: &Draft) -> AnyView {
    let around = &page.around;
    let error = draft.problem_of("proof").map(|e| view! { <p class="error">{e}</p> });
    if around.provable.is_empty() {
        return view! { <p class="hint">"挂账以来的履责记录和登记的制度可以在这里选作佐证；现在还没有。"</p> {error} }
            .into_any();
    }
    let boxes = around
        .provable
        .iter()
        .cloned()
        .map(|(key, words)| {
            let checked = draft.has("proof", &key);
            view! { <label class="chip"><input type="checkbox" name="proof" value=key checked=checked /><span>{words}</span></label> }
        })
        .collect_view();
    let open = !draft.fields.is_empty();
    view! {
        <details class="field" open=open>
            <summary class="btn">"选择佐证（可不选）…"</summary>
            <div class="radio-chips">{boxes}</div>
        </details>
        {error}
    }
    .into_any()
}
