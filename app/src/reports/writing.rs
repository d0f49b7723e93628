//! The judgements of a report: one form of all of them, so that saving or sending loses none; the drafts of the house
//! keep what is typed and not saved. Never filled in by the system.

use leptos::prelude::*;

use crate::{
    api::reports::{PartView, ReportPage},
    ui::{FormMarks, area_text},
};

fn lines(text: &str) -> AnyView {
    text.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view().into_any()
}

/// The judgements to read.
pub fn read(page: &ReportPage) -> AnyView {
    let parts = page
        .parts
        .iter()
        .map(|one| {
            let empty = one.text.is_empty();
            view! {
                <section class="panel" id=format!("part-{}", one.key)>
                    <h2>{one.label.clone()}</h2>
                    <div class="read">{lines(&one.text)}</div>
                    {empty.then(|| view! { <p class="muted">"还没有填写。"</p> })}
                    {(!one.saved.is_empty()).then(|| view! { <p class="hint">{one.saved.clone()}</p> })}
                </section>
            }
        })
        .collect_view();
    parts.into_any()
}

/// The form of all judgements. What is saved, sent or computed anew from it saves every box first.
pub fn form(page: &ReportPage, draft: &str) -> AnyView {
    let mends = page.draft.fields.iter().any(|(name, _)| name.starts_with("text."));
    let mark = if mends { draft.to_owned() } else { String::new() };
    view! {
        <form class="form wide stack" method="post" action="/reports/text" id="write" autocomplete="off"
            data-outbox="reports.text" data-outbox-subject=page.id.to_string()>
            <FormMarks command=page.command draft=mark />
            <input type="hidden" name="report" value=page.id.to_string() />
            <input type="hidden" name="version" value=page.version.to_string() />
            {page.parts.iter().map(part).collect_view()}
            <section class="panel" id="save">
                <p class="save-state" aria-live="polite" data-save-state="">""</p>
                <div class="actions">
                    <button class="btn primary">"保存全部文字"</button>
                    {page.may_ask.then(|| view! { <button class="btn" name="then" value="ask">"送分管副书记审核"</button> })}
                    {page.may_refresh.then(|| view! { <button class="btn" name="then" value="refresh">{again(page)}</button> })}
                </div>
                <p class="hint">"送审、更新事实都先保存上面的全部文字。送审以后，审核退回才能再改。"</p>
            </section>
        </form>
    }
    .into_any()
}

/// The words of 更新事实.
pub fn again(page: &ReportPage) -> &'static str {
    if page.progress.job == domain::reports::Job::Done { "更新事实（另存一稿）" } else { "重新取数" }
}

fn part(one: &PartView) -> AnyView {
    let id = format!("text-{}", one.key);
    let told = format!("{id}-e");
    let bad = !one.error.is_empty();
    let theirs = one.clash.then(|| {
        view! { <div class="notice warn"><b>{format!("现在存着的文字（{}）", one.saved)}</b>{lines(&one.text)}</div> }
    });
    // The mark travels with a draft of the text, so it is no hidden field: drafts leave these out.
    view! {
        <section class="panel" id=format!("part-{}", one.key)>
            <h2>{one.label.clone()}</h2>
            {theirs}
            <div class="field">
                <label for=id.clone()>"由人填写，系统不代写"</label>
                <input type="tel" name=format!("seen.{}", one.key) value=one.seen.clone() hidden=true />
                <textarea id=id.clone() name=format!("text.{}", one.key) rows="6" aria-describedby=told.clone()
                    aria-invalid=bad.then_some("true")>
                    {area_text(one.typed.clone())}
                </textarea>
                {bad.then(|| view! { <p class="error" id=told.clone()>{one.error.clone()}</p> })}
                {(!one.saved.is_empty()).then(|| view! { <p class="hint">{one.saved.clone()}</p> })}
            </div>
        </section>
    }
    .into_any()
}
