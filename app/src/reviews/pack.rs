//! `/reviews/{id}/pack` and `/reviews/{id}/pack/{presenter}`: the material pack of a rater, made
//! for a phone; agenda and presenters first, then one presenter's report and facts.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{facts, words::done_notice};
use crate::{
    api::reviews::{Pack, PackPage, PackQuery},
    ui::{FormMarks, PhonePage, TextArea, loaded, page_data},
};

/// `/reviews/{id}/pack`.
#[component]
pub fn PackView() -> impl IntoView {
    view! {
        <PhonePage title=Signal::stored("评议材料".to_owned()) back="/todo" tab="/todo">{data()}</PhonePage>
    }
}

/// `/reviews/{id}/pack/{presenter}`.
#[component]
pub fn PackOfView() -> impl IntoView {
    let params = use_params_map();
    let back = format!("/reviews/{}/pack", params.read_untracked().get("id").unwrap_or_default());
    view! {
        <PhonePage title=Signal::stored("评议材料".to_owned()) back=back tab="/todo">
            {done_notice()}
            {data()}
        </PhonePage>
    }
}

fn data() -> AnyView {
    let params = use_params_map();
    let asked = Memo::new(move |_| {
        let p = params.read();
        PackQuery { id: p.get("id").unwrap_or_default(), presenter: p.get("presenter") }
    });
    let data = page_data(move || Pack { form: asked.get() });
    loaded(data, show)
}

fn show(page: PackPage) -> AnyView {
    let head = view! {
        <section class="card"><h2>{page.title.clone()}</h2><p>{page.place.clone()}</p></section>
    };
    let Some(one) = page.presenter.clone() else {
        let agenda = page.agenda.iter().map(|a| view! { <li>{a.clone()}</li> }).collect_view();
        let people = page
            .presenters
            .iter()
            .map(|p| {
                view! {
                    <li>
                        <a href=format!("/reviews/{}/pack/{}", page.meeting, p.id)>
                            <b>{p.name.clone()}</b>
                            <small>{p.title.clone()} " · " {p.place.clone()}</small>
                        </a>
                    </li>
                }
            })
            .collect_view();
        return view! {
            {head}
            <section class="card"><h2>"会议议程"</h2><ol>{agenda}</ol></section>
            <p class="section-label">"述责对象"</p>
            <ul class="rows">{people}</ul>
            {(!page.waiting.is_empty()).then(|| view! { <p class="hint">{page.waiting.clone()}</p> })}
            <p class="hint">"材料只供本次会议评议使用，请勿转发。"</p>
        }
        .into_any();
    };
    let report = match &page.report {
        Some(text) => view! { <p class="read">{text.clone()}</p> }.into_any(),
        None => view! { <p class="muted">"还没有提交。"</p> }.into_any(),
    };
    let when = page.facts.as_ref().map(|f| f.on.clone()).unwrap_or_default();
    let kept = if page.frozen { "汇总，不再变动" } else { "汇总" };
    view! {
        <section class="card">
            <h2>{one.name.clone()}</h2>
            <p>{one.title.clone()} " · " {one.place.clone()}</p>
        </section>
        <section class="card">
            <h2>"述责报告"</h2>
            <details class="more" open=true><summary>"正文"</summary>{report}</details>
            {(!page.proxy.is_empty()).then(|| view! { <p class="hint">{page.proxy.clone()}</p> })}
        </section>
        <p class="section-label">"履责事实 " <small>{format!("{when}{kept}")}</small></p>
        {page.facts.as_ref().map(facts::show)}
        <p class="hint">{page.checked.clone()}</p>
        {page.may_suggest.then(|| view! {
            <form class="card" method="post" action="/reviews/suggest">
                <FormMarks command=page.command />
                <input type="hidden" name="meeting" value=page.meeting.to_string() />
                <input type="hidden" name="presenter" value=one.id.to_string() />
                <h2>"建议询问的问题 " <small>"不记名"</small></h2>
                <TextArea name="text" label="问题" rows=3 hint="可不提。系统不记录是谁提的；勿写问题线索，线索请交信访室" />
                <div class="actions"><button class="btn">"不记名提交"</button></div>
            </form>
        })}
        <p><a class="btn" href=format!("/reviews/{}/pack", page.meeting)>"其他述责对象"</a></p>
    }
    .into_any()
}
