//! Steps of a report: computing, 送审, 审核, 限阅归档, and the course so far.

use domain::reports::State;
use leptos::prelude::*;

use crate::{
    api::reports::ReportPage,
    ui::{ChoiceChip, FormMarks, Problem, TextArea},
};

/// A refused step, on top of the page; a refused judgement is said at its own form.
pub fn problem(page: &ReportPage) -> AnyView {
    let text = page.draft.value("text", "");
    if page.may_write && !page.draft.value("part", "").is_empty() {
        return ().into_any();
    }
    // Its form does not stand any more: the words are shown all the same.
    let lost = (!text.is_empty()).then(|| {
        let lines = text.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
        view! { <div class="notice info"><b>"您填写的文字"</b>{lines}</div> }
    });
    view! { <Problem draft=page.draft.clone() /> {lost} }.into_any()
}

/// A form of one button.
fn button(page: &ReportPage, act: &'static str, label: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="post" action="/reports/step">
            <FormMarks command=page.command />
            <input type="hidden" name="report" value=page.id.to_string() />
            <input type="hidden" name="seen" value=page.version.to_string() />
            <button class=class name="do" value=act>{label}</button>
        </form>
    }
    .into_any()
}

/// Everything the viewer may do next.
pub fn forms(page: &ReportPage, draft: &str) -> AnyView {
    let some = page.may_ask || page.may_refresh || page.may_cancel || page.may_drop;
    let again =
        if page.progress.job == domain::reports::Job::Done { "更新事实（另存一稿）" } else { "重新取数" };
    let drafts = some.then(|| {
        view! {
            <section class="panel" id="steps">
                <h2>"下一步"</h2>
                <div class="actions">
                    {page.may_ask.then(|| button(page, "ask", "送分管副书记审核", "btn primary"))}
                    {page.may_refresh.then(|| button(page, "refresh", again, "btn"))}
                    {page.may_cancel.then(|| button(page, "cancel", "取消取数", "btn"))}
                    {page.may_drop.then(|| button(page, "drop", "作废", "btn"))}
                </div>
                {page.may_ask.then(|| view! { <p class="hint">"送审前请先保存每一部分。送审以后，审核退回才能再改。"</p> })}
            </section>
        }
    });
    view! { {drafts} {page.may_decide.then(|| decide(page, draft))} {page.may_file.then(|| file(page, draft))} }
        .into_any()
}

fn decide(page: &ReportPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let waits = page.state == State::Asked;
    let label = if waits { "意见（退回时写明原因）" } else { "退回原因" };
    view! {
        <form class="form panel" method="post" action="/reports/step" id="decide">
            <h2>{if waits { "审核" } else { "归档前退回" }}</h2>
            <FormMarks command=page.command draft=draft.to_owned() />
            <input type="hidden" name="report" value=page.id.to_string() />
            <input type="hidden" name="seen" value=page.version.to_string() />
            <TextArea name="reason" label=label rows=3 value=kept.value("reason", "") error=kept.problem_of("reason") />
            <div class="actions">
                {waits.then(|| view! { <button class="btn primary" name="do" value="approve">"审核通过"</button> })}
                <button class="btn" name="do" value="return">"退回修改"</button>
            </div>
        </form>
    }
    .into_any()
}

fn file(page: &ReportPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let people = page
        .candidates
        .iter()
        .map(|(id, name)| {
            let chosen = kept.has("reader", &id.to_string());
            view! { <ChoiceChip kind="checkbox" name="reader" value=id.to_string() label=name.clone() checked=chosen /> }
        })
        .collect_view();
    view! {
        <form class="form panel" method="post" action="/reports/step" id="file">
            <h2>"限阅归档"</h2>
            <FormMarks command=page.command draft=draft.to_owned() />
            <input type="hidden" name="report" value=page.id.to_string() />
            <input type="hidden" name="seen" value=page.version.to_string() />
            <fieldset class="field">
                <legend>"阅读人员"</legend>
                <div class="radio-chips">{people}</div>
                {kept.problem_of("reader").map(|words| view! { <p class="error">{words}</p> })}
            </fieldset>
            <p class="hint">"归档后只有所选人员能打开，谁打开过记入审计日志；起草和审核的人要看，也请选上。归档后内容和数字不再变动。"</p>
            <div class="actions"><button class="btn primary" name="do" value="file">"限阅归档"</button></div>
        </form>
    }
    .into_any()
}

/// Who did what so far.
pub fn course(page: &ReportPage) -> AnyView {
    let pair = |label: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> })
    };
    let editions = page.editions.iter().map(|(_, words)| view! { <li>{words.clone()}</li> }).collect_view();
    let readers = page.readers.join("、");
    view! {
        <section class="panel" id="course">
            <h2>"经过"</h2>
            <dl class="kv">
                {pair("起草", &page.writer)}
                {pair("审核", &page.approved)}
                {pair("归档", &page.filed)}
                {pair("阅读人员", &readers)}
            </dl>
            <ol class="rows">{editions}</ol>
        </section>
    }
    .into_any()
}
