//! 随手记: one sentence is enough. A plain form; scripts only reorder the chips so
//! that items suggested for the chosen kind come first. Nothing is ever pre-ticked.

use domain::{ids::DutyId, records::RecordKind};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::records::{Choice, NewRecordPage, NewRecordQuery, new_record},
    ui::{ChoiceChip, FormMarks, PhonePage, Problem, area_text, loaded},
};

/// `/records/new`.
#[component]
pub fn NewRecordView() -> impl IntoView {
    let query = use_query_map();
    let draft = Memo::new(move |_| query.read().get("draft"));
    let data = Resource::new(move || draft.get(), |draft| new_record(NewRecordQuery { draft }));
    view! {
        <PhonePage
            title=Signal::stored("随手记".to_owned())
            note=Signal::stored("说一句就行，细节以后补".to_owned())
            back="/home"
        >
            {loaded(data, move |page| form(page, draft.get_untracked().unwrap_or_default()))}
        </PhonePage>
    }
}

fn form(page: NewRecordPage, draft_id: String) -> AnyView {
    let draft = page.draft.clone();
    let chosen = RecordKind::from_key(&draft.value("kind", ""));
    let kind = RwSignal::new(chosen);
    let kinds = RecordKind::ALL
        .into_iter()
        .map(|k| {
            let checked = Some(k) == chosen;
            view! {
                <label class="chip">
                    <input
                        type="radio"
                        name="kind"
                        value=k.key()
                        checked=checked
                        on:change=move |_| kind.set(Some(k))
                    />
                    <span>{k.label()}</span>
                </label>
            }
        })
        .collect_view();
    let text_problem = draft.problem_of("text");
    let event_problem = draft.problem_of("event_on");
    let bad_text = text_problem.is_some();
    view! {
        <form method="post" action="/records/save" data-outbox="records.new">
            <FormMarks command=page.command draft=draft_id />
            <input type="hidden" name="post" value=page.post.to_string() />
            <Problem draft=draft.clone() />
            {page.proxy.then(|| view! {
                <div class="notice info" role="status">
                    <b>"代录"</b>
                    <p>"保存后请负责人确认，确认前不计入。"</p>
                </div>
            })}
            <section class="card">
                <div class="field">
                    <label class="visually-hidden" for="text">"内容"</label>
                    <textarea
                        id="text"
                        name="text"
                        class="say"
                        rows="5"
                        autofocus=true
                        placeholder="说一句就行：做了什么、和谁、定了什么"
                        aria-describedby="text-h text-e"
                        aria-invalid=bad_text.then_some("true")
                    >
                        {area_text(draft.value("text", ""))}
                    </textarea>
                    <p class="hint" id="text-h">"可以用输入法自带的语音。勿写案情、举报内容和身份证号。"</p>
                    {text_problem.map(|e| view! { <p class="error" id="text-e">{e}</p> })}
                    <p class="save-state" aria-live="polite" data-save-state="">""</p>
                </div>
            </section>
            <section class="card">
                <fieldset class="field">
                    <legend>"履责类型"</legend>
                    <div class="radio-chips">{kinds}</div>
                </fieldset>
                <div class="field short">
                    <label for="event_on">"发生日期"</label>
                    <input
                        id="event_on"
                        name="event_on"
                        type="date"
                        value=draft.value("event_on", page.today.clone())
                        max=page.today.clone()
                        min=page.earliest.clone()
                    />
                    {event_problem.map(|e| view! { <p class="error">{e}</p> })}
                </div>
            </section>
            <section class="card">
                <fieldset class="field">
                    <legend>"对应清单条目 " <small>"可不选，可多选"</small></legend>
                    <p class="hint" aria-live="polite">{
                        let page = page.clone();
                        move || hint(&page, kind.get())
                    }</p>
                    {choices(page, kind)}
                </fieldset>
            </section>
            <div class="primary-bar"><button class="btn primary">"保存"</button></div>
        </form>
    }
    .into_any()
}

fn hint(page: &NewRecordPage, kind: Option<RecordKind>) -> String {
    match kind.and_then(|k| page.suggested.iter().find(|s| s.kind == k)) {
        Some(s) if !s.duties.is_empty() => s.why.clone(),
        Some(_) => "这一类型没有直接对应的条目，可从下面自选。".to_owned(),
        None => "先点一个履责类型，这里会把可能对应的条目排在前面。".to_owned(),
    }
}

/// Chips of suggested items first (shown by scripts), all items by 大项 below.
/// Every item is one checkbox in the page, so that a tick is never sent twice.
fn choices(page: NewRecordPage, kind: RwSignal<Option<RecordKind>>) -> AnyView {
    let suggested = page.suggested.clone();
    let is_suggested = move |duty: DutyId, kind: Option<RecordKind>| {
        kind.is_some_and(|k| suggested.iter().any(|s| s.kind == k && s.duties.contains(&duty)))
    };
    let mut groups: Vec<(String, Vec<Choice>)> = Vec::new();
    for choice in page.choices {
        match groups.last_mut() {
            Some((name, list)) if *name == choice.group => list.push(choice),
            _ => groups.push((choice.group.clone(), vec![choice])),
        }
    }
    let draft = page.draft;
    let groups = groups
        .into_iter()
        .map(|(name, list)| {
            let any = {
                let (list, is) = (list.clone(), is_suggested.clone());
                move || list.iter().any(|c| is(c.duty, kind.get()))
            };
            let ticked = list.iter().any(|c| draft.has("duty", &c.duty.to_string()));
            let chips = list
                .into_iter()
                .map(|c| {
                    let is = is_suggested.clone();
                    let duty = c.duty;
                    let checked = draft.has("duty", &duty.to_string());
                    view! {
                        <span class="choice" class:suggested=move || is(duty, kind.get())>
                            <ChoiceChip
                                kind="checkbox"
                                name="duty"
                                value=duty.to_string()
                                label=format!("{} {}", c.code, c.short)
                                checked=checked
                            />
                        </span>
                    }
                })
                .collect_view();
            view! {
                <details class="choice-group" class:suggested=any.clone() open=move || ticked || any()>
                    <summary>{name}</summary>
                    <div class="chips">{chips}</div>
                </details>
            }
        })
        .collect_view();
    view! { <div class="choice-groups">{groups}</div> }.into_any()
}
