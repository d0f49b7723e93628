//! `/talks/risks`: the register of risks of a unit, and the published cases of the district.

use domain::talks::RiskLevel;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{area, choice, field, options};
use crate::{
    api::{
        drafts::Draft,
        talks::{CaseRow, RiskRow, RisksPage, RisksQuery, TalkRisks},
    },
    imports::UploadForm,
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/talks/risks`.
#[component]
pub fn RisksView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        RisksQuery { unit: q.get("unit"), risk: q.get("risk"), draft: q.get("draft") }
    });
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || TalkRisks { form: asked.get() });
    view! {
        <OfficePage current="/talks">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/talks">"“三交底”廉政谈话"</a> " / " <span>"岗位廉政风险库"</span></nav>
                <div class="page-head">
                    <h1>"岗位廉政风险库"</h1>
                    <p class="lead">"重要廉政风险清单从这里选。移出风险库的，不影响已经交底的清单。"</p>
                </div>
                {move || done.get().map(|what| {
                    let words = if what == "imported" { "已导入。" } else { "已保存。" };
                    view! { <div class="notice ok" role="status"><p>{words}</p></div> }
                })}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &RisksPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let cased = kept.fields.iter().any(|(name, _)| name.starts_with("case"));
    let units = page
        .units
        .iter()
        .map(|(id, name)| {
            let here = page.unit == Some(*id);
            view! { <option value=id.to_string() selected=here>{name.clone()}</option> }
        })
        .collect_view();
    let several = page.units.len() > 1;
    let import = page.may_cases.then(|| {
        view! {
            <details class="panel" id="import" open=!page.refused.is_empty()>
                <summary>"导入岗位廉政风险表"</summary>
                <p class="hint">"全区各单位一张表：单位、岗位、风险点、等级、防控措施、责任人。单位和岗位可以合并单元格。"</p>
                <UploadForm kind="risks" command=page.command problem=page.refused.clone() />
            </details>
        }
    });
    view! {
        <div class="stack">
            <Problem draft=kept.clone() />
            {several.then(|| view! {
                <form class="filter" method="get" action="/talks/risks">
                    <label>"单位 " <select name="unit">{units}</select></label>
                    <button class="btn">"查看"</button>
                </form>
            })}
            {import}
            {page.unit.is_some().then(|| register(page, draft, if cased { Draft::default() } else { kept.clone() }))}
            {page.may_cases.then(|| cases(page, draft, if cased { kept.clone() } else { Draft::default() }))}
        </div>
    }
    .into_any()
}

fn register(page: &RisksPage, draft: &str, kept: Draft) -> AnyView {
    let unit = page.unit.map(|id| id.to_string()).unwrap_or_default();
    let rows = page
        .rows
        .iter()
        .map(|row| {
            let link = format!("/talks/risks?unit={unit}&risk={}#risk", row.id);
            let RiskRow { post, point, level, control, owner, changed, .. } = row.clone();
            view! {
                <tr>
                    <td data-label="岗位">{post}</td>
                    <td data-label="风险点" class="title">{point}</td>
                    <td data-label="等级">{level.label()}</td>
                    <td data-label="防控措施">{control}</td>
                    <td data-label="责任人">{owner}</td>
                    <td data-label="更新">{changed}</td>
                    <td class="act"><a class="btn small" href=link>"修改"</a></td>
                </tr>
            }
        })
        .collect_view();
    let empty = page.rows.is_empty();
    let old = page.risk.clone();
    let of = |name: &str, stored: &dyn Fn(&RiskRow) -> String| {
        kept.value(name, old.as_ref().map(stored).unwrap_or_default())
    };
    let levels = options(RiskLevel::ALL, RiskLevel::key, RiskLevel::label);
    let mark = if kept.fields.is_empty() { String::new() } else { draft.to_owned() };
    let new = old.is_none();
    view! {
        <section class="panel stack">
            <h2>{page.unit_name.clone()}</h2>
            {if empty {
                view! { <div class="empty"><b>"还没有风险点"</b><p>"可以逐条添加，也可以由党风政风监督室导入。"</p></div> }.into_any()
            } else {
                view! {
                    <div class="table-wrap">
                        <table class="table">
                            <thead><tr><th>"岗位"</th><th>"风险点"</th><th>"等级"</th><th>"防控措施"</th><th>"责任人"</th><th>"更新"</th><th></th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            }}
            <div class="actions screen-only">
                <a class="btn" rel="external" href=format!("/talks/risks/export?unit={unit}")>"导出 .xlsx"</a>
            </div>
            <form class="form" method="post" action="/talks/risk" id="risk">
                <h3>{if new { "添加风险点" } else { "修改风险点" }}</h3>
                <FormMarks command=page.command draft=mark />
                <input type="hidden" name="unit" value=unit />
                {old.as_ref().map(|r| view! {
                    <input type="hidden" name="risk" value=r.id.to_string() />
                    <input type="hidden" name="seen" value=r.version.to_string() />
                })}
                {field("post_name", ("post_name", "岗位"), "text", of("post_name", &|r| r.post.clone()), kept.problem_of("post_name"))}
                {area("point", ("point", "风险点"), 2, of("point", &|r| r.point.clone()), kept.problem_of("point"))}
                {choice("level", "等级", &levels, &of("level", &|r| r.level.key().to_owned()), kept.problem_of("level"))}
                {area("control", ("control", "防控措施"), 2, of("control", &|r| r.control.clone()), kept.problem_of("control"))}
                {field("owner", ("owner", "责任人"), "text", of("owner", &|r| r.owner.clone()), kept.problem_of("owner"))}
                <div class="actions">
                    <button class="btn primary">{if new { "添加" } else { "保存" }}</button>
                    {(!new).then(|| view! { <button class="btn" name="do" value="drop">"移出风险库"</button> })}
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn cases(page: &RisksPage, draft: &str, kept: Draft) -> AnyView {
    let rows = page
        .cases
        .iter()
        .map(|row| {
            let CaseRow { id, title, post, point, control, published } = row.clone();
            view! {
                <tr>
                    <td data-label="案例" class="title">{title}</td>
                    <td data-label="岗位">{post}</td>
                    <td data-label="风险点">{point}</td>
                    <td data-label="防控措施">{control}</td>
                    <td data-label="通报">{published}</td>
                    <td class="act">
                        <form method="post" action="/talks/case">
                            <FormMarks command=page.command draft=String::new() />
                            <button class="btn small" name="case" value=id>"移出"</button>
                        </form>
                    </td>
                </tr>
            }
        })
        .collect_view();
    let mark = if kept.fields.is_empty() { String::new() } else { draft.to_owned() };
    let of = |name: &str| kept.value(name, "");
    view! {
        <section class="panel stack" id="cases">
            <h2>"公开通报的典型案例"</h2>
            <p class="hint">"只登记已经公开通报的案例，不写人名；用来提示同类岗位的共性风险。"</p>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"案例"</th><th>"岗位"</th><th>"风险点"</th><th>"防控措施"</th><th>"通报"</th><th></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <form class="form" method="post" action="/talks/case">
                <h3>"添加案例"</h3>
                <FormMarks command=page.command draft=mark />
                {field("case-title", ("title", "案例名称"), "text", of("title"), kept.problem_of("title"))}
                {field("case_post", ("case_post", "岗位"), "text", of("case_post"), kept.problem_of("case_post"))}
                {area("case_point", ("case_point", "风险点"), 2, of("case_point"), kept.problem_of("case_point"))}
                {area("case_control", ("case_control", "防控措施"), 2, of("case_control"), kept.problem_of("case_control"))}
                {field("case_on", ("case_on", "通报日期"), "date", of("case_on"), kept.problem_of("case_on"))}
                {field("case_place", ("case_place", "通报出处"), "text", of("case_place"), kept.problem_of("case_place"))}
                <div class="actions"><button class="btn">"添加案例"</button></div>
            </form>
        </section>
    }
    .into_any()
}
