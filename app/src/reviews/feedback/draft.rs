//! The draft of a sheet: opinion and problems. Always a few empty rows, so that a browser without
//! scripts can add problems: every save brings new ones.

use leptos::prelude::*;

use crate::{
    api::reviews::feedback::SheetPage,
    ui::{FormMarks, TextArea, TextField},
};

/// Empty rows below the last problem.
const SPARE: usize = 2;
/// Most rows of a sheet.
const ROWS: usize = 20;

/// The form.
pub(super) fn form(page: &SheetPage, draft_id: &str) -> AnyView {
    let draft = page.draft.clone();
    let typed = (0..ROWS).rev().find(|n| !draft.value(&format!("problem_{n}"), "").is_empty()).map_or(0, |n| n + 1);
    let count = (page.problems.len().max(typed) + SPARE).min(ROWS);
    let rows = (0..count).map(|n| row(page, n)).collect_view();
    view! {
        <form class="panel form" method="post" action="/reviews/feedback/draft">
            <h2>"拟稿"</h2>
            <FormMarks command=page.command draft=draft_id.to_owned() />
            <input type="hidden" name="sheet" value=page.id.clone() />
            <input type="hidden" name="seen" value=page.version.to_string() />
            {(!page.returned.is_empty()).then(|| view! {
                <div class="notice warn" role="status"><b>"签发人退回"</b><p>{page.returned.clone()}</p></div>
            })}
            <TextArea
                name="opinion"
                label="总体意见"
                value=draft.value("opinion", page.opinion.clone())
                error=draft.problem_of("opinion")
            />
            {rows}
            <p class="hint">"空着的行不保存；保存后会再出现空行。每个问题在交接后进入问题整改台账。"</p>
            <div class="actions">
                <button class="btn" name="do" value="save">"保存"</button>
                <button class="btn primary" name="do" value="ask">"送分管副书记签发"</button>
            </div>
        </form>
    }
    .into_any()
}

fn row(page: &SheetPage, n: usize) -> AnyView {
    let draft = &page.draft;
    let had = page.problems.get(n);
    let value = |name: &str, had: Option<String>| draft.value(&format!("{name}_{n}"), had.unwrap_or_default());
    let error = |name: &str| draft.problem_of(&format!("{name}_{n}"));
    let chosen = value("duty", had.map(|p| p.duty.clone()));
    let duties = std::iter::once((String::new(), "不对应条目".to_owned()))
        .chain(page.duties.iter().cloned())
        .map(|(key, words)| {
            let here = key == chosen;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    let duty = format!("duty_{n}");
    view! {
        <fieldset class="field">
            <legend>{format!("问题 {}", n + 1)}</legend>
            <TextArea name=format!("problem_{n}") label="问题" rows=2
                value=value("problem", had.map(|p| p.text.clone())) error=error("problem") />
            <TextArea name=format!("requirement_{n}") label="整改要求" rows=2
                value=value("requirement", had.map(|p| p.requirement.clone())) error=error("requirement") />
            <TextField name=format!("due_{n}") label="整改期限" kind="date" class="half"
                value=value("due", had.map(|p| p.due.clone())) error=error("due") />
            <div class="field half">
                <label for=duty.clone()>"对应清单条目"</label>
                <select id=duty.clone() name=duty>{duties}</select>
            </div>
        </fieldset>
    }
    .into_any()
}
