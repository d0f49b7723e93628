//! `/talks/passed`: lists that were passed on to a 下属单位, and one of them with its answer.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{area, choice, lines};
use crate::{
    api::talks::{PassedList, PassedPage, PassedQuery, PassedTalk},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/talks/passed`.
#[component]
pub fn PassedView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| PassedQuery { id: query.read().get("id"), draft: query.read().get("draft") });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || PassedTalk { form: asked.get() });
    view! {
        <OfficePage current="/talks">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/talks">"“三交底”廉政谈话"</a> " / " <span>"对照整改"</span></nav>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><p>"已保存。上级单位只看得到进展。"</p></div> })}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &PassedPage, draft: &str) -> AnyView {
    if let Some(one) = &page.one {
        return opened(page, one, draft);
    }
    let rows = page
        .rows
        .iter()
        .map(|row| {
            view! {
                <li>
                    <a href=format!("/talks/passed?id={}", row.talk)>{format!("{}发布的问题清单", row.from)}</a>
                    <p class="muted">{format!("{}　{}", row.at, row.state)}</p>
                </li>
            }
        })
        .collect_view();
    let empty = page.rows.is_empty();
    view! {
        <div class="page-head">
            <h1>"对照整改"</h1>
            <p class="lead">"上级单位把谈话交底的问题发布下来，本单位对照自查；写的内容只有本单位看得到。"</p>
        </div>
        {if empty {
            view! { <div class="empty"><b>"没有发布给本单位的清单"</b><p>"上级单位发布后列在这里，待办里也会提醒。"</p></div> }.into_any()
        } else {
            view! {
                <ul class="rows">{rows}</ul>
                <div class="actions screen-only"><a class="btn" rel="external" href="/talks/passed/export">"导出 .xlsx"</a></div>
            }
            .into_any()
        }}
    }
    .into_any()
}

fn opened(page: &PassedPage, one: &PassedList, draft: &str) -> AnyView {
    let kept = &page.draft;
    let rows = one
        .problems
        .iter()
        .map(|[about, symptom, remedy]| {
            view! {
                <tr>
                    <td data-label="方面">{about.clone()}</td>
                    <td data-label="问题" class="title">{symptom.clone()}</td>
                    <td data-label="整改要求">{remedy.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    let states: Vec<(String, String)> = [("read", "已阅"), ("checking", "对照整改中"), ("done", "已对照整改")]
        .map(|(key, words)| (key.to_owned(), words.to_owned()))
        .to_vec();
    let mark = if kept.fields.is_empty() { "" } else { draft };
    view! {
        <div class="page-head">
            <h1>{format!("{}发布的问题清单", one.from)}</h1>
            <p class="lead">{format!("发布给{}　{}", one.unit_name, one.at)}</p>
            <div class="actions screen-only">
                <a class="btn" rel="external" href=format!("/talks/passed/export?id={}", one.talk)>"导出 .xlsx"</a>
            </div>
        </div>
        <Problem draft=kept.clone() />
        <div class="stack">
            <section class="panel">
                <h2>"请对照整改"</h2>
                <div class="read">{lines(&one.words)}</div>
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"方面"</th><th>"问题"</th><th>"整改要求"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
            <form class="form panel" method="post" action="/talks/passed">
                <h2>"本单位对照整改"</h2>
                <FormMarks command=page.command draft=mark.to_owned() />
                <input type="hidden" name="talk" value=one.talk.to_string() />
                <input type="hidden" name="unit" value=one.unit.to_string() />
                {choice("state", "进展", &states, &kept.value("state", one.state.clone()), kept.problem_of("state"))}
                {area("answer", ("answer", "对照整改情况（只有本单位看得到）"), 5, kept.value("answer", one.answer.clone()), kept.problem_of("answer"))}
                {(!one.answered.is_empty()).then(|| view! { <p class="hint">{one.answered.clone()}</p> })}
                <div class="actions"><button class="btn primary">"保存"</button></div>
            </form>
        </div>
    }
    .into_any()
}
