//! `/oversight/rules`: the rules in force, versions, drafts, and one of them opened.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::draft;
use crate::{
    api::rules::{RuleDraftRow, RulePage, RuleVersionRow, RulesPage, RulesQuery},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/oversight/rules`.
#[component]
pub fn RulesView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        RulesQuery {
            id: query.get("id"),
            dry: query.get("dry"),
            to: query.get("to"),
            post: query.get("post"),
            page: query.get("page").and_then(|n| n.parse().ok()),
            draft: query.get("draft"),
        }
    });
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || RulePage { form: asked.get() });
    view! {
        <OfficePage current="/oversight/rules">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"三色预警规则"</h1>
                    <p class="lead">"每个颜色都按这里写明的规则计算，说得出原因。规则里没有登录、条数、时长和字数，也不能加。"</p>
                </div>
                {move || said(done.get().as_deref()).map(|words| view! {
                    <div class="notice ok" role="status"><p>{words}</p></div>
                })}
                {loaded(data, |page| show(&page))}
            </main>
        </OfficePage>
    }
}

/// What was just done.
fn said(done: Option<&str>) -> Option<String> {
    Some(match done? {
        "saved" => "草稿已保存。".to_owned(),
        "stepped" => "已办理。".to_owned(),
        "dropped" => "草稿已作废。".to_owned(),
        other => {
            let version: u32 = other.strip_prefix("adopted-")?.parse().ok()?;
            format!("已采用，现行规则是第{version}版；各单位的颜色正在按新规则重新计算，每一处变化都记入颜色经过。")
        }
    })
}

fn show(page: &RulesPage) -> AnyView {
    if let Some(open) = &page.open {
        return view! {
            <nav class="crumb" aria-label="位置"><a href="/oversight/rules">"三色预警规则"</a> " / " <span>"规则草稿"</span></nav>
            {draft::show(page, open)}
        }
        .into_any();
    }
    let drafts = page.drafts.iter().map(draft_line).collect_view();
    let versions = page.versions.iter().map(version).collect_view();
    let at_file = page.draft.problem_field.as_deref() == Some("json") || !page.draft.value("json", "").is_empty();
    view! {
        <section class="panel" aria-labelledby="now">
            <h2 id="now">{format!("现行：{}{}", page.label, if page.sample { "（示范，可修改）" } else { "" })}</h2>
            <p class="muted">{page.adopted.clone()}</p>
            {words(&page.parts)}
            <p><small><a href="/relief?about=rule:window#suggest">"觉得哪一条没必要？提减负建议"</a></small></p>
            {page.may_draft.then(|| view! {
                <div class="actions">
                    <a class="btn primary" href="/oversight/rules?id=new">"起草修改"</a>
                    <a class="btn" href="/oversight/rules/file.json" rel="external">"导出规则文件"</a>
                </div>
            })}
        </section>
        {(!page.drafts.is_empty()).then(|| view! {
            <section class="panel" aria-labelledby="drafts"><h2 id="drafts">"规则草稿"</h2><ul class="rows versions">{drafts}</ul></section>
        })}
        <section class="panel" aria-labelledby="versions">
            <h2 id="versions">"历次版本"</h2>
            <ol class="rows versions">{versions}</ol>
        </section>
        {page.may_draft.then(|| view! {
            <details class="panel" id="file" open=at_file>
                <summary>"从规则文件起草"</summary>
                <form class="form" method="post" action="/oversight/rules/file">
                    <FormMarks command=page.command />
                    {at_file.then(|| view! { <Problem draft=page.draft.clone() /> })}
                    <TextArea name="json" label="规则文件内容（JSON）" rows=8 value=page.draft.value("json", "")
                        error=page.draft.problem_of("json") hint="用本系统“导出规则文件”得到的内容；先成为草稿，试算、审定后才生效" />
                    <TextField name="note" label="修改原因（可不填）" value=page.draft.value("note", "") error=page.draft.problem_of("note") />
                    <div class="actions"><button class="btn">"存为草稿"</button></div>
                </form>
            </details>
        })}
    }
    .into_any()
}

/// Rules in words, heading by heading.
pub(super) fn words(parts: &[(String, Vec<String>)]) -> AnyView {
    parts
        .iter()
        .map(|(head, lines)| {
            let none = lines.is_empty().then(|| view! { <li class="muted">"没有"</li> });
            let lines = lines.iter().cloned().map(|line| view! { <li>{line}</li> }).collect_view();
            view! { <h3>{head.clone()}</h3> <ul class="points">{lines} {none}</ul> }
        })
        .collect_view()
        .into_any()
}

/// Changes in words.
pub(super) fn changed(changes: &[String]) -> AnyView {
    let lines = changes.iter().cloned().map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <ul class="points">{lines}</ul> }.into_any()
}

fn draft_line(row: &RuleDraftRow) -> AnyView {
    view! {
        <li>
            <div>
                <a href=format!("/oversight/rules?id={}", row.id)><b>{row.title.clone()}</b></a>
                " " <span class="tag">{row.state.clone()}</span>
                {changed(&row.changes)}
            </div>
        </li>
    }
    .into_any()
}

fn version(row: &RuleVersionRow) -> AnyView {
    view! {
        <li><div><b>{row.label.clone()}</b> <small>{row.adopted.clone()}</small> {changed(&row.changes)}</div></li>
    }
    .into_any()
}
