//! `/reviews/{id}/questions`: two sealed questions per presenter, for the body that supervises
//! his unit. Nobody else reads them before the operator opens them at 询问.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::words::done_notice;
use crate::{
    api::reviews::{OwnQuestion, Questions, QuestionsOf, QuestionsPage, QuestionsQuery},
    ui::{FormMarks, OfficePage, Problem, area_text, loaded, page_data},
};

/// `/reviews/{id}/questions`.
#[component]
pub fn QuestionsView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| QuestionsQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Questions { form: asked.get() });
    view! {
        <OfficePage current="/reviews">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reviews">"述责评议"</a> " / " <span>"询问题"</span></nav>
                {done_notice()}
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: QuestionsPage) -> AnyView {
    let rows = page.rows.iter().map(|of| presenter(&page, of)).collect_view();
    view! {
        <div class="page-head">
            <h1>"询问题"</h1>
            <p class="lead">{format!("{} · 每位述责对象两道，结合本单位实际，请于{}前备齐", page.title, page.due)}</p>
        </div>
        <div class="notice info" role="status">
            <b>"密封"</b>
            <p>"会上询问时启封之前，只有本组（室）看得到；不写问题线索和案件情况。"</p>
        </div>
        <Problem draft=page.draft.clone() />
        <div class="stack">{rows}</div>
    }
    .into_any()
}

fn presenter(page: &QuestionsPage, of: &QuestionsOf) -> AnyView {
    let own = of.questions.iter().enumerate().map(|(at, q)| one(page, of, Some(q), at + 1)).collect_view();
    let room = (of.room && page.open).then(|| one(page, of, None, of.questions.len() + 1));
    view! {
        <section class="panel">
            <h2>{of.name.clone()} " " <a class="btn small" href=format!("/reviews/{}/pack/{}", page.id, of.presenter) rel="external">"看材料"</a></h2>
            <div class="stack">{own} {room}</div>
        </section>
    }
    .into_any()
}

fn one(page: &QuestionsPage, of: &QuestionsOf, question: Option<&OwnQuestion>, n: usize) -> AnyView {
    let label = format!("第 {n} 题");
    let state = question.map_or("sealed", |q| q.state.as_str());
    if !page.open || state != "sealed" {
        let text = question.map(|q| q.text.clone()).unwrap_or_default();
        let word = match state {
            "opened" => "已启封",
            "asked" => "已询问",
            "offline" => "已转线下",
            _ => "密封",
        };
        return view! { <p><b>{label}</b> " " {text} " " <span class="tag">{word}</span></p> }.into_any();
    }
    let id = question.map(|q| q.id.to_string()).unwrap_or_default();
    let draft = &page.draft;
    let mine = draft.value("presenter", "") == of.presenter.to_string() && draft.value("question", "") == id;
    let now = question.map(|q| q.text.clone()).unwrap_or_default();
    let value = if mine { draft.value("text", now) } else { now };
    let error = if mine { draft.problem_of("text") } else { None };
    let field = format!("q-{}-{n}", of.presenter);
    view! {
        <form class="form" method="post" action="/reviews/questions">
            <FormMarks command=question.map_or(of.command, |q| q.command) />
            <input type="hidden" name="meeting" value=page.id.to_string() />
            <input type="hidden" name="presenter" value=of.presenter.to_string() />
            <input type="hidden" name="question" value=id.clone() />
            <input type="hidden" name="seen" value=question.map(|q| q.seen.clone()).unwrap_or_default() />
            <div class="field">
                <label for=field.clone()>{label}</label>
                <textarea id=field name="text" rows="2">{area_text(value)}</textarea>
                {error.map(|e| view! { <p class="error">{e}</p> })}
            </div>
            <div class="actions">
                <button class="btn primary" name="do" value="save">{if id.is_empty() { "密封保存" } else { "保存修改" }}</button>
                {(!id.is_empty()).then(|| view! { <button class="btn danger-plain" name="do" value="drop">"去掉"</button> })}
            </div>
        </form>
    }
    .into_any()
}
