//! A draft of the rules, opened: what it changes, its form, its way to adoption, its dry run.

use leptos::prelude::*;

use super::{
    dry, form,
    page::{changed, words},
};
use crate::{
    api::{
        drafts::Draft,
        rules::{RuleDraftPage, RulesPage},
    },
    ui::{FormMarks, Problem, TextArea, TextField},
};

/// The draft.
pub(super) fn show(page: &RulesPage, open: &RuleDraftPage) -> AnyView {
    let notes = open.notes.iter().cloned().map(|note| view! { <li>{note}</li> }).collect_view();
    let saved = open.id.is_some();
    view! {
        <section class="panel" aria-labelledby="draft">
            <h2 id="draft">"规则草稿"</h2>
            <p class="muted">{open.state.clone()}</p>
            {(!open.returned.is_empty()).then(|| view! {
                <div class="notice warn"><b>"退回修改"</b><p>{open.returned.clone()}</p></div>
            })}
            {(!open.note.is_empty()).then(|| view! { <p>{format!("修改原因：{}", open.note)}</p> })}
            {open.stale.then(|| stale(page, open))}
            {saved.then(|| {
                let which = if open.base_label == page.label { "现行" } else { "起草时的" };
                view! { <h3>{format!("和{which}{}相比", open.base_label)}</h3> {changed(&open.changes)} }
            })}
            {(!open.notes.is_empty()).then(|| view! { <h3>"请留意"</h3> <ul class="points">{notes}</ul> })}
            {steps(page, open)}
        </section>
        {open.dry.as_ref().map(|dry| dry::show(open, dry))}
        {if open.may_edit && (!open.stale || form::typed(page)) {
            form::show(page, open)
        } else {
            view! { <section class="panel"><h2>"草稿全文"</h2>{words(&open.parts)}</section> }.into_any()
        }}
    }
    .into_any()
}

/// Other rules were adopted meanwhile.
fn stale(page: &RulesPage, open: &RuleDraftPage) -> AnyView {
    let how = if open.may_edit {
        "点“按现行规则重新起草”：这份草稿改过的内容保留，其余跟现行规则走，然后再试算、报审。"
    } else if open.may_withdraw {
        "要采用，请先撤回修改，再点“按现行规则重新起草”。"
    } else {
        "要采用，请退回修改，由党风政风监督室按现行规则重新起草。"
    };
    view! {
        <div class="notice warn" role="status">
            <b>{format!("这份草稿按{}起草，现行的已经是{}", open.base_label, page.label)}</b>
            <p>{how}</p>
        </div>
    }
    .into_any()
}

/// Hidden fields of every step.
fn marks(page: &RulesPage, open: &RuleDraftPage) -> AnyView {
    let id = open.id.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="id" value=id />
        <input type="hidden" name="seen" value=open.version.to_string() />
    }
    .into_any()
}

fn steps(page: &RulesPage, open: &RuleDraftPage) -> Option<AnyView> {
    let id = open.id?;
    let draft = &page.draft;
    // The large form says its own problems.
    let mine = draft.fields.iter().any(|(name, _)| name == "do") && draft.value("quarterly_days", "").is_empty();
    let said = if mine { draft.clone() } else { Draft::default() };
    let button = |word: &'static str, label: &'static str, class: &'static str| {
        view! { <button class=class name="do" value=word>{label}</button> }
    };
    Some(
        view! {
            <div id="decide">
                <Problem draft=said.clone() />
                {open.dry.is_none().then(|| view! {
                    <p><a class="btn" href=format!("/oversight/rules?id={id}&dry=1#dry")>"按今天的事实试算"</a></p>
                })}
                {(open.may_edit || open.may_withdraw).then(|| view! {
                    <form method="post" action="/oversight/rules/step">
                        {marks(page, open)}
                        <div class="actions">
                            {(open.may_edit && open.stale).then(|| button("rebase", "按现行规则重新起草", "btn primary"))}
                            {open.may_ask.then(|| button("ask", "报分管副书记审定", "btn primary"))}
                            {open.may_withdraw.then(|| button("withdraw", "撤回修改", "btn"))}
                            {button("drop", "作废草稿", "btn")}
                        </div>
                    </form>
                })}
                {open.may_decide.then(|| view! {
                    <form class="form" method="post" action="/oversight/rules/step">
                        {marks(page, open)}
                        <TextArea name="words" label="审定意见（退回时必填）" rows=2 value=said.value("words", "")
                            error=said.problem_of("words") />
                        <details open=!said.value("handler", "").is_empty() || said.problem_field.as_deref() == Some("paper_on")>
                            <summary>"已在纸质件上审定"</summary>
                            <TextField name="paper_on" label="审定日期" kind="date" class="half"
                                value=said.value("paper_on", "") error=said.problem_of("paper_on") />
                            <TextField name="handler" label="经办人" class="half" value=said.value("handler", "")
                                error=said.problem_of("handler") />
                        </details>
                        <p class="hint">"采用后立即按新规则重新计算全区颜色；每一处变化写明规则版本，可在各单位的颜色经过里查看。"</p>
                        <div class="actions">
                            {button("adopt", "同意，采用为新版本", "btn primary")}
                            {button("return", "退回修改", "btn")}
                        </div>
                    </form>
                })}
            </div>
        }
        .into_any(),
    )
}
