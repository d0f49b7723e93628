//! `/reports`: what there is, a new one, and the register of papers that are finished outside.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::reports::{Existing, OfficeReports, OutsideRow, ReportRow, ReportsPage, ReportsQuery},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/reports`.
#[component]
pub fn ReportsView() -> impl IntoView {
    let query = use_query_map();
    let asked =
        Memo::new(move |_| ReportsQuery { draft: query.read().get("draft"), before: query.read().get("before") });
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || OfficeReports { form: asked.get() });
    view! {
        <OfficePage current="/reports">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"报告"</h1>
                    <p class="lead">"事实由系统取数、注明来源，判断由人填写；审核后限阅归档，归档的数字不再变动。负责人的述责报告不在这里。"</p>
                </div>
                {move || done.get().map(|what| {
                    let words = match what.as_str() {
                        "outside" => "已登记。",
                        "dropped" => "已作废。",
                        _ => "已办好。",
                    };
                    view! { <div class="notice ok" role="status"><p>{words}</p></div> }
                })}
                {loaded(data, move |page| show(&page, asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &ReportsPage, draft: String) -> AnyView {
    if !page.existing.is_empty() {
        return again(page, draft);
    }
    let rows = page.rows.iter().map(line).collect_view();
    let empty = page.rows.is_empty();
    let after = page.before.as_deref().map(|id| format!("?before={id}")).unwrap_or_default();
    view! {
        <div class="stack">
            <Problem draft=page.draft.clone() />
            {(!page.covers.is_empty()).then(|| new_form(page, &draft))}
            <section class="panel stack" id="list">
                <h2>"已有报告"</h2>
                <div class="filter"><a class="btn" rel="external" href=format!("/reports/export{after}")>"导出 .xlsx"</a></div>
                {if empty {
                    view! { <div class="empty"><b>"还没有可以查看的报告"</b><p>"新建的报告列在这里；限阅归档的只列给阅读人员，以及能增加阅读人的书记、分管副书记和党风政风监督室。"</p></div> }.into_any()
                } else {
                    view! {
                        <div class="table-wrap">
                            <table class="table">
                                <thead><tr><th>"报告"</th><th>"范围"</th><th>"时段"</th><th>"进度"</th><th>"起草"</th></tr></thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                    }
                    .into_any()
                }}
                {page.older.map(|before| view! {
                    <nav class="pager" aria-label="分页">
                        <a rel="next" href=format!("/reports?before={before}")>"更早的报告"</a>
                    </nav>
                })}
            </section>
            {(!page.papers.is_empty()).then(|| view! { {skeleton(page)} {register(page, &draft)} })}
        </div>
    }
    .into_any()
}

fn line(row: &ReportRow) -> AnyView {
    view! {
        <tr>
            <td data-label="报告" class="title"><a href=format!("/reports/{}", row.id)>{row.kind.clone()}</a></td>
            <td data-label="范围">{row.cover.clone()}</td>
            <td data-label="时段" class="nowrap">{row.period.clone()}</td>
            <td data-label="进度">{row.state.clone()}</td>
            <td data-label="起草">{row.writer.clone()}</td>
        </tr>
    }
    .into_any()
}

/// A drop-down. `id` also where two forms of the page have the same name.
fn choice(
    (id, name, label): (&'static str, &'static str, &'static str),
    options: &[(String, String)],
    chosen: &str,
    error: Option<String>,
) -> AnyView {
    let options = options
        .iter()
        .cloned()
        .map(|(key, words)| {
            let here = key == chosen;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    let bad = error.is_some();
    let told = format!("{id}-e");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id name=name aria-describedby=told.clone() aria-invalid=bad.then_some("true")>{options}</select>
            {error.map(|words| view! { <p class="error" id=told.clone()>{words}</p> })}
        </div>
    }
    .into_any()
}

fn new_form(page: &ReportsPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let of = |name: &str| kept.value(name, "");
    view! {
        <section class="panel" id="new">
            <h2>"新建报告"</h2>
            <form class="form" method="post" action="/reports/new">
                <FormMarks command=page.command draft=draft.to_owned() />
                {choice(("kind", "kind", "种类"), &page.kinds, &of("kind"), kept.problem_of("kind"))}
                {choice(("cover", "cover", "范围"), &page.covers, &of("cover"), kept.problem_of("cover"))}
                {choice(("period", "period", "时段"), &page.periods, &of("period"), kept.problem_of("period"))}
                <p class="hint">"季度督责简报按季度、半年梳理按半年、年底检查按年度，政治生态分析不限。区委主要负责人不在报告范围。"</p>
                <div class="actions"><button class="btn primary">"新建并取数"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// There is a report that holds these facts already: it stands first.
fn again(page: &ReportsPage, draft: String) -> AnyView {
    let kept = page.draft.clone();
    let hidden = kept
        .fields
        .iter()
        .filter(|(name, _)| name != "sure")
        .cloned()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let rows = page
        .existing
        .iter()
        .map(|Existing { id, title, words, state, writer }| {
            let Some(id) = id else {
                // What is there is not his to know.
                return view! { <li>{words.clone()}</li> }.into_any();
            };
            let said = format!("{words}（{state}，{writer}起草）");
            view! { <li><a href=format!("/reports/{id}")>{title.clone()}</a> <p class="muted">{said}</p></li> }
                .into_any()
        })
        .collect_view();
    view! {
        <section class="panel" id="again">
            <h2>"已经有这些事实的报告"</h2>
            <ul class="rows">{rows}</ul>
            <p class="hint">"先看已有的这一份；确实另有用处的再新建。"</p>
            <form class="form" method="post" action="/reports/new">
                <FormMarks command=page.command draft=draft />
                {hidden}
                <input type="hidden" name="sure" value="1" />
                <div class="actions">
                    <a class="btn primary" href="/reports" rel="external">"不新建"</a>
                    <button class="btn">"仍要新建"</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// The skeleton of a paper that is finished outside.
fn skeleton(page: &ReportsPage) -> AnyView {
    let narrow: Vec<(String, String)> =
        page.covers.iter().filter(|(key, _)| key.starts_with("unit:") || key.starts_with("body:")).cloned().collect();
    view! {
        <section class="panel stack" id="outside">
            <h2>"干部廉情状况分析、廉情报告"</h2>
            <p class="hint">"系统只给事实底稿，其余在系统外完成。成文后只在下面登记文号、日期和份数，不保存内容。"</p>
            <form class="form" method="get" action="/reports/skeleton">
                {choice(("skeleton-paper", "paper", "文书"), &page.papers, "", None)}
                {choice(("skeleton-cover", "cover", "范围"), &narrow, "", None)}
                {choice(("skeleton-period", "period", "时段"), &page.periods, "", None)}
                <div class="actions"><button class="btn">"下载事实底稿 .docx"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// The register of number, date and copies: its form, and below it what is registered.
fn register(page: &ReportsPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let rows = page.outside.iter().map(outside_line).collect_view();
    let some = !page.outside.is_empty();
    view! {
        <section class="panel stack" id="register">
            <h2>"文号登记"</h2>
            <form class="form" method="post" action="/reports/outside">
                <FormMarks command=page.command draft=draft.to_owned() />
                {choice(("paper", "paper", "文书"), &page.papers, &kept.value("paper", ""), kept.problem_of("paper"))}
                <TextField name="number" label="文号" value=kept.value("number", "") error=kept.problem_of("number") />
                <TextField name="on" label="成文日期" kind="date" class="half" value=kept.value("on", page.today.clone())
                    error=kept.problem_of("on") />
                <TextField name="copies" label="份数" class="half" value=kept.value("copies", "1") error=kept.problem_of("copies") />
                <div class="actions"><button class="btn">"登记"</button></div>
            </form>
            {some.then(|| view! {
                <h3>"已登记"</h3>
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"文书"</th><th>"文号"</th><th>"日期"</th><th>"份数"</th><th>"登记"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            })}
        </section>
    }
    .into_any()
}

fn outside_line(row: &OutsideRow) -> AnyView {
    view! {
        <tr>
            <td data-label="文书" class="title">{row.paper.clone()}</td>
            <td data-label="文号">{row.number.clone()}</td>
            <td data-label="日期" class="nowrap">{row.on.clone()}</td>
            <td data-label="份数">{row.copies.to_string()}</td>
            <td data-label="登记">{row.who.clone()}</td>
        </tr>
    }
    .into_any()
}
