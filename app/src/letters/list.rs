//! `/letters`: papers in sight, and a new one.

use domain::{ids::CommandId, letters::LetterState};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{
        drafts::Draft,
        letters::{LetterRow, LettersList, LettersPage, LettersQuery, UnitChoice},
    },
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/letters`.
#[component]
pub fn LettersView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        LettersQuery { page: q.get("page").and_then(|page| page.parse().ok()), draft: q.get("draft") }
    });
    let data = page_data(move || LettersList { form: asked.get() });
    view! {
        <OfficePage current="/letters">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"通报"</h1>
                    <p class="lead">"起草、审定、编号用印、签收。审定人不是起草人；印发时自动取号，作废的留存根。"</p>
                </div>
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

/// The badge of a state.
pub(super) fn badge(state: LetterState) -> AnyView {
    let (tone, icon) = match state {
        LetterState::Issued => ("ok", "✓"),
        LetterState::Void | LetterState::Dropped => ("none", "—"),
        _ => ("pending", "◔"),
    };
    view! { <span class=format!("state {tone}")>{icon} " " {state.label()}</span> }.into_any()
}

fn show(page: &LettersPage, draft_id: &str) -> AnyView {
    let rows = page.rows.iter().map(line).collect_view();
    let none = page.rows.is_empty();
    let address = |n: u32| format!("/letters?page={n}");
    let pager = (page.page > 1 || page.next).then(|| {
        view! {
            <nav class="pager" aria-label="通报分页">
                {(page.page > 1).then(|| view! { <a rel="prev" href=address(page.page - 1)>"前面的"</a> })}
                {page.next.then(|| view! { <a rel="next" href=address(page.page + 1)>"后面的"</a> })}
            </nav>
        }
    });
    view! {
        <section class="panel" id="letters">
            <h2>"通报列表"</h2>
            {if none {
                view! { <p class="muted">"还没有您可以查看的通报。"</p> }.into_any()
            } else {
                view! { <ul class="rows">{rows}</ul> }.into_any()
            }}
            {pager}
            {(!none).then(|| view! {
                <div class="actions screen-only"><a class="btn" rel="external" href="/letters/export">"导出 .xlsx"</a></div>
            })}
        </section>
        {page.may_draft.then(|| view! {
            <section class="panel" id="write">
                <h2>"起草通报"</h2>
                <Problem draft=page.draft.clone() />
                {form(page.command, &page.draft, draft_id, None, &Written::default(), &page.units)}
            </section>
        })}
    }
    .into_any()
}

fn line(row: &LetterRow) -> AnyView {
    view! {
        <li>
            <a href=format!("/letters/{}", row.id)>
                <b>{row.title.clone()}</b>
                <small>{format!("{} {}", row.number, row.on)}</small>
            </a>
            {badge(row.state)}
        </li>
    }
    .into_any()
}

/// What is written so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub title: String,
    pub facts: String,
    pub demands: String,
}

/// The form of a paper, a new one or one that is open.
pub(super) fn form(
    command: CommandId,
    draft: &Draft,
    draft_id: &str,
    of: Option<(&str, u32)>,
    now: &Written,
    units: &[UnitChoice],
) -> AnyView {
    let refused = draft.fields.iter().any(|(name, _)| name == "facts");
    let draft = if refused { draft.clone() } else { Draft::default() };
    let chips = units
        .iter()
        .map(|unit| {
            let key = unit.id.to_string();
            let checked = if refused { draft.has("unit", &key) } else { unit.chosen };
            view! {
                <label class="chip"><input type="checkbox" name="unit" value=key checked=checked /><span>{unit.name.clone()}</span></label>
            }
        })
        .collect_view();
    view! {
        <form class="form" method="post" action="/letters/save" data-outbox="letters.save"
            data-outbox-subject=of.map(|(id, _)| id.to_owned()).unwrap_or_default()>
            <FormMarks command=command draft=draft_id.to_owned() />
            {of.map(|(id, seen)| view! {
                <input type="hidden" name="letter" value=id.to_owned() />
                <input type="hidden" name="seen" value=seen.to_string() />
            })}
            <TextField name="title" label="标题：关于……的通报（只填中间部分）" value=draft.value("title", now.title.clone())
                error=draft.problem_of("title") />
            <TextArea name="facts" label="基本情况" rows=6 value=draft.value("facts", now.facts.clone())
                error=draft.problem_of("facts") hint="问题来源一律写“监督中发现”。勿写案情、举报内容和身份证号。" />
            <TextArea name="demands" label="有关要求（每行一条，可不填）" value=draft.value("demands", now.demands.clone())
                error=draft.problem_of("demands") />
            <fieldset class="field">
                <legend>"收文单位"</legend>
                <label class="chip"><input type="checkbox" name="all" value="1" checked=draft.has("all", "1") />
                    <span>"全部单位"</span></label>
                <details open=units.len() <= 40>
                    <summary>{format!("逐个选择（{} 个单位）", units.len())}</summary>
                    <div class="chips">{chips}</div>
                </details>
                {draft.problem_of("unit").map(|e| view! { <p class="error">{e}</p> })}
            </fieldset>
            <div class="actions"><button class="btn primary">"保存"</button></div>
        </form>
    }
    .into_any()
}
