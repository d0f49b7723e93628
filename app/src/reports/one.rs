//! `/reports/{id}`: one report from its facts to its filing.

use domain::reports::State;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{facts, live, steps, writing};
use crate::{
    api::reports::{OfficeReport, ReportPage, ReportQuery},
    board::escape,
    ui::{OfficePage, loaded, page_data},
};

/// What the address asks for besides the report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Wish {
    draft: String,
    write: bool,
    done: String,
    rows: String,
}

/// `/reports/{id}`.
#[component]
pub fn ReportView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| ReportQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let wish = Memo::new(move |_| {
        let of = |name: &str| query.read().get(name).unwrap_or_default();
        Wish { draft: of("draft"), write: query.read().get("write").is_some(), done: of("done"), rows: of("rows") }
    });
    let data = page_data(move || OfficeReport { form: asked.get() });
    view! {
        <OfficePage current="/reports">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reports">"报告"</a> " / " <span>"一份报告"</span></nav>
                {loaded(data, move |page| show(&page, &wish.get_untracked()))}
            </main>
        </OfficePage>
    }
}

/// What the last form did.
fn done(page: &ReportPage, what: &str) -> AnyView {
    let unsent = match what {
        "unready" if !page.unready.is_empty() => page.unready.clone(),
        "moved" => "别人刚刚改过其中的文字，下面已是最新的文字。请看过以后再送审。".to_owned(),
        _ => String::new(),
    };
    if !unsent.is_empty() {
        return view! {
            <div class="notice warn" role="status"><b>"文字已保存，还没有送审"</b><p>{unsent}</p></div>
        }
        .into_any();
    }
    let words = match what {
        "saved" | "unready" => "已保存。",
        "asked" => "已保存并送分管副书记审核。审核退回以前不能再改。",
        "approved" => "已审核通过。由起草单位或党风政风监督室选定阅读人员归档。",
        "returned" => "已退回修改，起草人在待办里能看到退回原因。",
        "filed" => "已限阅归档，只有所列阅读人员能打开。",
        "widened" => "已增加阅读人，已记入经过和审计日志。",
        _ => return ().into_any(),
    };
    view! { <div class="notice ok" role="status"><p>{words}</p></div> }.into_any()
}

fn show(page: &ReportPage, wish: &Wish) -> AnyView {
    let draft = wish.draft.as_str();
    let head = view! {
        {done(page, &wish.done)}
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{page.state.label()} {(!page.as_of.is_empty()).then(|| format!("　{}", page.as_of))}</p>
            {(!page.closed).then(|| tools(page, &wish.rows))}
        </div>
        {steps::problem(page)}
    };
    if page.closed {
        return view! {
            {head}
            <div class="stack">
                <div class="notice info" id="closed">
                    <b>"限阅"</b>
                    <p>"您不在阅读人员之列，这里不显示内容。阅读人员离岗或接任时，可以在下面增加阅读人。"</p>
                </div>
                {steps::forms(page, draft, false)}
                {steps::course(page)}
            </div>
        }
        .into_any();
    }
    let goes_on = page.progress.job.goes_on();
    let writes = wish.write || !draft.is_empty() || !goes_on;
    let boxes = writes && page.may_write;
    view! {
        {head}
        <div class="stack">
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
                <p class="muted">"由系统取数。点一个数，只列它所数的各行；点行首，到来源。单位按固定顺序排列，不排名。"</p>
            })}
            {page.facts.iter().map(|block| facts::block(block, &wish.rows)).collect_view()}
            {(writes && !boxes).then(|| writing::read(page))}
            {boxes.then(|| writing::form(page, draft))}
            {steps::forms(page, draft, boxes)}
            {steps::course(page)}
        </div>
    }
    .into_any()
}

/// `rows`: the number whose rows alone stand in the tables.
fn tools(page: &ReportPage, rows: &str) -> AnyView {
    let place = format!("/documents/report/{}", page.id);
    let compares = page.editions.len() > 1;
    let chosen = if rows.is_empty() { String::new() } else { format!("?rows={}", escape(rows)) };
    let export = (!page.facts.is_empty()).then(|| {
        let href = format!("/reports/{}/export{chosen}", page.id);
        view! { <a class="btn" href=href rel="external">"导出 .xlsx"</a> }
    });
    let print = (!page.progress.job.goes_on()).then(|| {
        view! {
            <a class="btn" href=format!("{place}/print") rel="external">"打印版"</a>
            <a class="btn" href=format!("{place}/docx") rel="external">"下载 .docx"</a>
        }
    });
    let compare =
        compares.then(|| view! { <a class="btn" href=format!("/reports/{}/compare", page.id)>"版本对比"</a> });
    view! { <div class="actions">{print} {export} {compare}</div> }.into_any()
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
                {facts::differences(&page.drift, ("归档时", "更正后"), &format!("/reports/{}", page.id))}
            </section>
        }
    });
    let not_looked = (!page.not_looked.is_empty())
        .then(|| view! { <div class="notice info"><p>{page.not_looked.clone()}</p></div> });
    view! { {held} {drift} {not_looked} }.into_any()
}
