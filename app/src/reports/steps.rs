//! Steps of a report: computing, 送审, 审核, 限阅归档, 增加阅读人, 作废, and the course so far.

use domain::reports::State;
use leptos::prelude::*;

use super::writing;
use crate::{
    api::{drafts::Draft, reports::ReportPage},
    ui::{ChoiceChip, FormMarks, Problem, TextArea},
};

/// A refused form, on top of the page; a refused judgement is said at its own box, too.
pub fn problem(page: &ReportPage) -> AnyView {
    // Its form does not stand any more: the words are shown all the same.
    let typed = page.draft.fields.iter().filter(|(name, text)| name.starts_with("text.") && !text.trim().is_empty());
    let lost = (!page.may_write && typed.clone().next().is_some()).then(|| {
        let lines = typed.flat_map(|(_, text)| text.lines());
        let lines = lines.map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
        view! { <div class="notice info"><b>"您填写的文字"</b>{lines}</div> }
    });
    view! { <Problem draft=page.draft.clone() /> {lost} }.into_any()
}

/// What was typed into one of the forms that do one of `acts`.
fn typed(page: &ReportPage, acts: &[&str]) -> Draft {
    let of = page.draft.value("do", "");
    if acts.contains(&of.as_str()) { page.draft.clone() } else { Draft::default() }
}

fn marks(page: &ReportPage, draft: &str, kept: &Draft) -> AnyView {
    let mark = if kept.fields.is_empty() { String::new() } else { draft.to_owned() };
    view! {
        <FormMarks command=page.command draft=mark />
        <input type="hidden" name="report" value=page.id.to_string() />
        <input type="hidden" name="seen" value=page.version.to_string() />
    }
    .into_any()
}

/// A form of one button.
fn button(page: &ReportPage, act: &'static str, label: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="post" action="/reports/step">
            {marks(page, "", &Draft::default())}
            <button class=class name="do" value=act>{label}</button>
        </form>
    }
    .into_any()
}

/// Everything the viewer may do next. Where the boxes of the judgements stand on the page (`boxes`), sending and
/// computing anew are theirs: they save first.
pub fn forms(page: &ReportPage, draft: &str, boxes: bool) -> AnyView {
    let (ask, refresh) = (page.may_ask && !boxes, page.may_refresh && !boxes);
    let next = (ask || refresh || page.may_cancel).then(|| {
        view! {
            <section class="panel" id="steps">
                <h2>"下一步"</h2>
                <div class="actions">
                    {ask.then(|| button(page, "ask", "送分管副书记审核", "btn primary"))}
                    {refresh.then(|| button(page, "refresh", writing::again(page), "btn"))}
                    {page.may_cancel.then(|| button(page, "cancel", "取消取数", "btn"))}
                </div>
            </section>
        }
    });
    view! {
        {next}
        {page.may_decide.then(|| decide(page, draft))}
        {page.may_file.then(|| file(page, draft))}
        {page.may_widen.then(|| widen(page, draft))}
        {page.may_drop.then(|| give_up(page, draft))}
    }
    .into_any()
}

fn decide(page: &ReportPage, draft: &str) -> AnyView {
    let kept = typed(page, &["approve", "return"]);
    let waits = page.state == State::Asked;
    let label = if waits { "意见（退回时写明原因）" } else { "退回原因" };
    view! {
        <form class="form panel" method="post" action="/reports/step" id="decide">
            <h2>{if waits { "审核" } else { "归档前退回" }}</h2>
            {marks(page, draft, &kept)}
            <TextArea name="reason" label=label rows=3 value=kept.value("reason", "") error=kept.problem_of("reason") />
            <div class="actions">
                {waits.then(|| view! { <button class="btn primary" name="do" value="approve">"审核通过"</button> })}
                <button class="btn" name="do" value="return">"退回修改"</button>
            </div>
        </form>
    }
    .into_any()
}

/// People with unit or post, none ticked beforehand.
fn people(page: &ReportPage, kept: &Draft) -> AnyView {
    let people = page
        .candidates
        .iter()
        .map(|(id, name)| {
            let chosen = kept.has("reader", &id.to_string());
            view! { <ChoiceChip kind="checkbox" name="reader" value=id.to_string() label=name.clone() checked=chosen /> }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>"阅读人员"</legend>
            <div class="radio-chips">{people}</div>
            {kept.problem_of("reader").map(|words| view! { <p class="error">{words}</p> })}
        </fieldset>
    }
    .into_any()
}

fn file(page: &ReportPage, draft: &str) -> AnyView {
    let kept = typed(page, &["file"]);
    view! {
        <form class="form panel" method="post" action="/reports/step" id="file">
            <h2>"限阅归档"</h2>
            {marks(page, draft, &kept)}
            {people(page, &kept)}
            <p class="hint">"起草人、审核人和归档的人始终能看，不用选。归档后只有所列人员能打开，谁打开过记入审计日志；内容和数字不再变动。"</p>
            <div class="actions"><button class="btn primary" name="do" value="file">"限阅归档"</button></div>
        </form>
    }
    .into_any()
}

fn widen(page: &ReportPage, draft: &str) -> AnyView {
    let kept = typed(page, &["widen"]);
    view! {
        <form class="form panel" method="post" action="/reports/step" id="widen">
            <h2>"增加阅读人"</h2>
            {marks(page, draft, &kept)}
            {people(page, &kept)}
            <TextArea name="reason" label="增加原因" rows=2 value=kept.value("reason", "") error=kept.problem_of("reason") />
            <p class="hint">"由书记、分管副书记或党风政风监督室办理，不能给自己增加；增加了谁、什么原因，记入经过和审计日志。"</p>
            <div class="actions"><button class="btn" name="do" value="widen">"增加阅读人"</button></div>
        </form>
    }
    .into_any()
}

fn give_up(page: &ReportPage, draft: &str) -> AnyView {
    let kept = typed(page, &["drop"]);
    let label = if page.own { "作废原因（本人起草的可以不填）" } else { "作废原因" };
    let open = !kept.fields.is_empty();
    view! {
        <details class="panel" id="drop" open=open>
            <summary>"作废这份报告…"</summary>
            <form class="form" method="post" action="/reports/step">
                {marks(page, draft, &kept)}
                <TextArea name="reason" label=label rows=2 value=kept.value("reason", "") error=kept.problem_of("reason") />
                <div class="actions"><button class="btn" name="do" value="drop">"作废"</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// Who did what so far.
pub fn course(page: &ReportPage) -> AnyView {
    let pair = |label: &'static str, value: &str| {
        let value = value.to_owned();
        (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd>{value}</dd> })
    };
    let steps = page.course.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view();
    let editions = page.editions.iter().map(|(_, words)| view! { <li>{words.clone()}</li> }).collect_view();
    let several = page.editions.len() > 1;
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
            <ol class="rows">{steps}</ol>
            {several.then(|| view! { <h3>"各稿"</h3> <ol class="rows" id="editions">{editions}</ol> })}
        </section>
    }
    .into_any()
}
