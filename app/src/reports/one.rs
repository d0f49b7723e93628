//! `/reports/{id}`: one report from its facts to its filing.

use domain::reports::State;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{facts, live, steps};
use crate::{
    api::reports::{OfficeReport, PartView, ReportPage, ReportQuery},
    ui::{FormMarks, OfficePage, area_text, loaded, page_data},
};

/// `/reports/{id}`.
#[component]
pub fn ReportView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| ReportQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let write = Memo::new(move |_| query.read().get("write").is_some());
    let data = page_data(move || OfficeReport { form: asked.get() });
    view! {
        <OfficePage current="/reports">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reports">"报告"</a> " / " <span>"一份报告"</span></nav>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> })}
                {loaded(data, move |page| {
                    show(&page, &asked.get_untracked().draft.unwrap_or_default(), write.get_untracked())
                })}
            </main>
        </OfficePage>
    }
}

fn show(page: &ReportPage, draft: &str, write: bool) -> AnyView {
    let goes_on = page.progress.job.goes_on();
    let writes = write || !draft.is_empty() || !goes_on;
    let place = format!("/documents/report/{}", page.id);
    let compares = page.editions.len() > 1;
    let print = (!goes_on).then(|| {
        view! {
            <a class="btn" href=format!("{place}/print") rel="external">"打印版"</a>
            <a class="btn" href=format!("{place}/docx") rel="external">"下载 .docx"</a>
        }
    });
    let compare =
        compares.then(|| view! { <a class="btn" href=format!("/reports/{}/compare", page.id)>"版本对比"</a> });
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{page.state.label()} {(!page.as_of.is_empty()).then(|| format!("　{}", page.as_of))}</p>
            <div class="actions">{print} {compare}</div>
        </div>
        {steps::problem(page)}
        {(!page.returned.is_empty()).then(|| view! {
            <div class="notice warn" role="status"><b>"审核退回"</b><p>{page.returned.clone()}</p></div>
        })}
        {filed(page)}
        {goes_on.then(|| live::progress(page.id, &page.progress, !writes))}
        {(!goes_on && !page.progress.words.is_empty()).then(|| view! {
            <div class="notice warn" role="status"><b>{page.progress.job.label()}</b><p>{page.progress.words.clone()}</p></div>
        })}
        {(goes_on && !writes && page.may_write).then(|| view! {
            <div class="actions"><a class="btn" href=format!("/reports/{}?write=1", page.id) rel="external">"先写文字"</a></div>
        })}
        {(!page.facts.is_empty()).then(|| view! {
            <h2>"基本情况"</h2>
            <p class="muted">"由系统取数，每个数都能点开来源。单位按固定顺序排列，不排名。"</p>
        })}
        {page.facts.iter().map(facts::block).collect_view()}
        {writes.then(|| page.parts.iter().map(|one| part(page, one, draft)).collect_view())}
        {steps::forms(page, draft)}
        {steps::course(page)}
    }
    .into_any()
}

/// What a filed report says of itself and of its sources.
fn filed(page: &ReportPage) -> AnyView {
    if page.state != State::Filed {
        return ().into_any();
    }
    let code: String = page.hash.chars().take(16).collect();
    let held = if page.hash_holds {
        view! { <div class="notice ok" id="holds"><p>{format!("内容与归档时一致，校验码 {code}。")}</p></div> }
            .into_any()
    } else {
        view! {
            <div class="notice error" role="alert"><b>"内容与归档时不一致"</b><p>"请联系系统管理员核对数据库和备份。"</p></div>
        }
        .into_any()
    };
    let drift = (!page.drift.is_empty()).then(|| {
        view! {
            <section class="panel" id="drift">
                <h2>"来源在归档后有更正"</h2>
                <p>"报告保持归档时的数字不变。下面是现在的来源按当时的时点重新取数后不同的地方："</p>
                {facts::differences(&page.drift, ("归档时", "更正后"))}
            </section>
        }
    });
    let not_looked = (!page.not_looked.is_empty())
        .then(|| view! { <div class="notice info"><p>{page.not_looked.clone()}</p></div> });
    view! { {held} {drift} {not_looked} }.into_any()
}

fn part(page: &ReportPage, one: &PartView, draft: &str) -> AnyView {
    if page.may_write {
        return form(page, one, draft);
    }
    let lines = one.text.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
    let empty = one.text.is_empty();
    view! {
        <section class="panel" id=format!("part-{}", one.key)>
            <h2>{one.label.clone()}</h2>
            <div class="read">{lines}</div>
            {empty.then(|| view! { <p class="muted">"还没有填写。"</p> })}
            {(!one.saved.is_empty()).then(|| view! { <p class="hint">{one.saved.clone()}</p> })}
        </section>
    }
    .into_any()
}

/// The form of one judgement. Never filled in by the system.
fn form(page: &ReportPage, one: &PartView, draft: &str) -> AnyView {
    let kept = &page.draft;
    let refused = kept.value("part", "") == one.key && !kept.problem.is_empty();
    let text = if refused { kept.value("text", one.text.clone()) } else { one.text.clone() };
    let id = format!("text-{}", one.key);
    let clash = refused && !one.text.is_empty() && one.text != text;
    let theirs = clash.then(|| {
        let lines = one.text.lines().map(|line| view! { <p>{line.to_owned()}</p> }).collect_view();
        view! { <div class="notice warn"><b>{format!("现在存着的文字（{}）", one.saved)}</b>{lines}</div> }
    });
    let mark = if refused { draft.to_owned() } else { String::new() };
    let told = format!("{id}-e");
    view! {
        <form class="form panel" method="post" action="/reports/text" id=format!("part-{}", one.key)>
            <h2>{one.label.clone()}</h2>
            <FormMarks command=page.command draft=mark />
            <input type="hidden" name="report" value=page.id.to_string() />
            <input type="hidden" name="part" value=one.key.clone() />
            <input type="hidden" name="seen" value=one.version.to_string() />
            {theirs}
            <div class="field">
                <label for=id.clone()>"由人填写，系统不代写"</label>
                <textarea id=id.clone() name="text" rows="6" aria-describedby=told.clone() aria-invalid=refused.then_some("true")>
                    {area_text(text)}
                </textarea>
                {refused.then(|| view! { <p class="error" id=told.clone()>{kept.problem.clone()}</p> })}
                {(!one.saved.is_empty()).then(|| view! { <p class="hint">{one.saved.clone()}</p> })}
            </div>
            <div class="actions"><button class="btn">{format!("保存“{}”", one.label)}</button></div>
        </form>
    }
    .into_any()
}
