//! `/warnings`: matters in sight, and 点题.

use domain::warnings::{FiveStep, Source, Stage};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::select;
use crate::{
    api::warnings::{MatterRow, MattersPage, MattersQuery, WarningMatters},
    ui::{ChoiceChip, FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/warnings`.
#[component]
pub fn MattersView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        MattersQuery {
            stage: q.get("stage").filter(|s| !s.is_empty()),
            page: q.get("page").and_then(|n| n.parse().ok()),
            draft: q.get("draft"),
        }
    });
    let data = page_data(move || WarningMatters { form: asked.get() });
    view! {
        <OfficePage current="/warnings">
            <main class="main" id="main">
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

/// The number of the step that a stage is in, from 1.
pub fn step_no(stage: Stage) -> usize {
    FiveStep::ALL.iter().position(|step| *step == stage.step()).unwrap_or_default() + 1
}

fn show(page: &MattersPage, draft: &str) -> AnyView {
    let rows = page.rows.iter().map(line).collect_view();
    let empty = page.rows.is_empty();
    let stages = Stage::ALL.into_iter().filter(|s| !s.is_over()).map(|s| (s.key().to_owned(), s.label().to_owned()));
    let stages = stages.chain([("over".to_owned(), "已办结、不采纳和终止".to_owned())]);
    let link = |n: u32| format!("/warnings?stage={}&page={n}", page.stage);
    view! {
        <div class="page-head">
            <h1>"“一件事”问责预警"</h1>
            <p class="lead">"一件事牵涉多家单位时，先列清问题、责任和问责三张清单，事前提示，逐项销号。"</p>
            <div class="actions screen-only">
                <a class="btn" rel="external" href=format!("/warnings/export?stage={}", page.stage)>"导出 .xlsx"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        <form class="filter" method="get" action="/warnings">
            {select(("stage", "stage", "进度"), "正在办理", stages, &page.stage, None)}
            <button class="btn">"查询"</button>
        </form>
        {if empty {
            view! { <div class="empty"><b>"没有“一件事”"</b><p>"结合日常监督、群众或部门点题提出，由党风政风监督室研判。"</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="table">
                    <thead><tr><th>"事项"</th><th>"牵头部门"</th><th>"步骤"</th><th>"责任单位"</th><th>"情况"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        }}
        <nav class="pager screen-only" aria-label="翻页">
            {(page.page > 1).then(|| view! { <a class="btn small" href=link(page.page - 1)>"上一页"</a> })}
            {page.more.then(|| view! { <a class="btn small" href=link(page.page + 1)>"下一页"</a> })}
        </nav>
        {page.may_propose.then(|| propose(page, draft))}
    }
    .into_any()
}

fn line(row: &MatterRow) -> AnyView {
    let units = if row.units > 0 { format!("{} 家", row.units) } else { String::new() };
    view! {
        <tr>
            <td data-label="事项" class="title"><a href=format!("/warnings/{}", row.id)>{row.title.clone()}</a></td>
            <td data-label="牵头部门">{row.lead.clone()}</td>
            <td data-label="步骤">{format!("{} · {}", row.stage.step().label(), row.stage.label())}</td>
            <td data-label="责任单位" class="nowrap">{units}</td>
            <td data-label="情况">{row.words.clone()}</td>
        </tr>
    }
    .into_any()
}

fn propose(page: &MattersPage, draft: &str) -> AnyView {
    let chosen = page.draft.value("source", "");
    let chips = Source::ALL
        .into_iter()
        .map(|source| {
            let here = chosen == source.key();
            view! { <ChoiceChip kind="radio" name="source" value=source.key() label=source.label() checked=here /> }
        })
        .collect_view();
    let open = !page.draft.problem.is_empty();
    view! {
        <details class="panel screen-only" id="new" open=open>
            <summary>"点题"</summary>
            <form class="form" method="post" action="/warnings/new">
                <FormMarks command=page.command draft=draft.to_owned() />
                <TextField name="title" label="事项名称" value=page.draft.value("title", "")
                    hint="写“一件事”，如“专业市场文明创建”" error=page.draft.problem_of("title") />
                <TextArea name="aim" label="事项说明" rows=3 value=page.draft.value("aim", "")
                    hint="涉及哪些环节、哪里容易推诿扯皮。勿写举报和案情内容。" error=page.draft.problem_of("aim") />
                {page.office.then(|| view! {
                    <fieldset class="field"><legend>"来源（只在纪委机关内部可见）"</legend><div class="chips">{chips}</div></fieldset>
                    <TextField name="source_words" label="来源说明（可不填）" value=page.draft.value("source_words", "")
                        error=page.draft.problem_of("source_words") />
                })}
                <div class="actions"><button class="btn primary">"提交研判"</button></div>
            </form>
        </details>
    }
    .into_any()
}
