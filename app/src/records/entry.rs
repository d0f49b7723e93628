//! 随手记: one sentence is enough. A plain form; scripts only reorder the chips so
//! that items suggested for the chosen kind come first. Nothing is ever pre-ticked.

use domain::records::{RecordKind, TalkType};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    chips,
    details::{self, Filled},
};
use crate::{
    api::records::{NewRecord, NewRecordPage, NewRecordQuery},
    ui::{ChoiceChip, FormMarks, PhonePage, Problem, area_text, loaded, page_data},
};

/// `/records/new`.
#[component]
pub fn NewRecordView() -> impl IntoView {
    let query = use_query_map();
    let draft = Memo::new(move |_| query.read().get("draft"));
    // The item of a reminder, shown first and left unticked.
    let about = Memo::new(move |_| query.read().get("duty"));
    let data = page_data(move || NewRecord { form: NewRecordQuery { draft: draft.get() } });
    // Whoever holds two posts must see whose book he writes into.
    let note = Signal::derive(move || match data.get() {
        Some(Ok(page)) => page.unit,
        _ => String::new(),
    });
    // The head reads the resource too: it must do so inside a boundary.
    view! {
        <Transition>
            <PhonePage title=Signal::stored("随手记".to_owned()) note=note back="/home">
                {loaded(data, move |page| {
                    form(page, draft.get_untracked().unwrap_or_default(), about.get_untracked().as_deref())
                })}
            </PhonePage>
        </Transition>
    }
}

fn form(mut page: NewRecordPage, draft_id: String, about: Option<&str>) -> AnyView {
    let about = page.choices.iter().position(|c| about.is_some_and(|id| c.duty.to_string() == id));
    let about = about.map(|at| page.choices.remove(at));
    let draft = page.draft.clone();
    let chosen = RecordKind::from_key(&draft.value("kind", ""));
    let kind = RwSignal::new(chosen);
    let filled = Filled::draft(&draft);
    let talk = RwSignal::new(filled.talk());
    let detailed = draft.fields.iter().any(|(name, value)| name.starts_with("d.") && !value.is_empty());
    // The day stands there by itself.
    let said = |name: &str| matches!(name, "text" | "kind" | "duty") || name.starts_with("d.");
    let written = draft.fields.iter().any(|(name, value)| said(name) && !value.trim().is_empty());
    let asked = about.as_ref().map(|item| item.duty.to_string());
    let text_problem = draft.problem_of("text");
    let bad_text = text_problem.is_some();
    view! {
        <form method="post" action="/records/save" data-outbox="records.new">
            <FormMarks command=page.command draft=draft_id />
            <input type="hidden" name="post" value=page.post.to_string() />
            {asked.map(|duty| view! { <input type="hidden" name="about" value=duty /> })}
            {match &page.look {
                Some(look) => details::look_again(look, draft.problem.clone(), ""),
                None => view! { <Problem draft=draft.clone() /> }.into_any(),
            }}
            {(!draft.problem.is_empty() && written).then(|| view! {
                <p class="hint">
    "写的内容留作草稿，改好再保存；不要了，到" <a href="/drafts" rel="external">"没有通过的内容"</a>
                    "里删除。含身份证号或密级标志的，服务器只留 1 天，这台设备上留到您删除，最多 14 天。"
                </p>
            })}
            {page.proxy.then(|| view! {
                <div class="notice info" role="status">
                    <b>"代录"</b>
                    <p>"保存后请负责人确认，确认前不计入。"</p>
                </div>
            })}
            <div class="two"><div>
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
                    {chips::kinds(kind)}
                </fieldset>
                {chips::event_day(&draft, page.today.clone(), Some(page.earliest.clone()), page.today.clone())}
            </section>
            </div><div>
            <section class="card">
                <fieldset class="field">
                    <legend>"对应清单条目 " <small>"可不选，可多选"</small></legend>
                    {about.map(|item| view! {
                        <p><b>{format!("从 {} 进入，可勾选对应", item.code)}</b></p>
                        <div class="chips">
                            <ChoiceChip
                                kind="checkbox"
                                name="duty"
                                value=item.duty.to_string()
                                label=format!("{} {}", item.code, item.short)
                                checked=draft.has("duty", &item.duty.to_string())
                            />
                        </div>
                    })}
                    <p class="hint" aria-live="polite">{
                        let page = page.clone();
                        move || hint(&page, kind.get(), talk.get())
                    }</p>
                    {chips::items(
                        page.choices.clone(),
                        page.suggested.clone(),
                        &|duty| page.draft.has("duty", &duty.to_string()),
                        kind,
                        talk,
                    )}
                </fieldset>
            </section>
            </div></div>
            <section class="card">
                <details open=detailed>
                    <summary class="btn plain">"补充细节（可不填）"</summary>
                    {details::inputs(kind, talk, &filled)}
                </details>
            </section>
            <div class="primary-bar"><button class="btn primary">"保存"</button></div>
        </form>
    }
    .into_any()
}

fn hint(page: &NewRecordPage, kind: Option<RecordKind>, talk: Option<TalkType>) -> String {
    match chips::suggestion(&page.suggested, kind, talk) {
        Some(s) if !s.duties.is_empty() => s.why.clone(),
        Some(_) => "这一类型没有直接对应的条目，可从下面自选。".to_owned(),
        None => "不确定可以不选，保存后按类型提示可对应的条目。".to_owned(),
    }
}
