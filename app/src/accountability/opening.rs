//! `/accountability/new`: what was found outside of the system, put on the account.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::options_of;
use crate::{
    api::accountability::{ItemOpening, OpenPage, OpenQuery},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/accountability/new`.
#[component]
pub fn OpeningView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| OpenQuery { draft: query.read().get("draft") });
    let data = page_data(move || ItemOpening { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置">
                    <a href="/accountability">"问题整改台账"</a> " / " <span>"登记问题"</span>
                </nav>
                {loaded(data, move |page| show(&page, asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &OpenPage, draft: String) -> AnyView {
    let value = |name: &str| page.draft.value(name, "");
    let error = |name: &str| page.draft.problem_of(name);
    let under = |name: &str| page.draft.problem_of(name).map(|e| view! { <p class="error">{e}</p> });
    let kinds = page
        .kinds
        .iter()
        .cloned()
        .map(|(key, label, days)| {
            let checked = value("kind") == key;
            let words = format!("{label}（默认 {days} 个工作日）");
            view! { <label class="chip"><input type="radio" name="kind" value=key checked=checked /><span>{words}</span></label> }
        })
        .collect_view();
    view! {
        <div class="page-head">
            <h1>"登记问题"</h1>
            <p class="lead">"巡察、审计、民主评议、日常监督等在系统外发现的问题，在这里挂账。单位看到的来源只写“监督中发现”。"</p>
        </div>
        <Problem draft=page.draft.clone() />
        <form class="form" method="post" action="/accountability/open">
            <FormMarks command=page.command draft=draft />
            <fieldset class="field">
                <legend>"来源"</legend>
                <div class="radio-chips">{kinds}</div>
                {under("kind")}
            </fieldset>
            <div class="field half">
                <label for="post">"单位和岗位"</label>
                <select id="post" name="post">{options_of("请选择", &page.posts, &value("post"))}</select>
                {under("post")}
            </div>
            <TextField name="deadline" label="整改期限" kind="date" class="half" hint="不填按来源的默认天数" value=value("deadline")
                error=error("deadline") />
            <TextArea name="problem" label="问题" value=value("problem") error=error("problem")
                hint="写事实；举报内容、线索、未公开的处分不能存入本系统" />
            <TextArea name="demand" label="整改要求" value=value("demand") error=error("demand") />
            <TextField name="code" label="对应清单条目编号" class="half" hint="如 3.3，可不填；填了能识别重复发生"
                value=value("code") error=error("code") />
            <TextField name="ledger" label="其他台账名称" class="half" hint="已在其他台账登记的填写，如“七项问题清单”" value=value("ledger")
                error=error("ledger") />
            <TextField name="number" label="其中的编号" class="half" value=value("number") error=error("number") />
            <div class="actions"><button class="btn primary">"挂账"</button></div>
        </form>
    }
    .into_any()
}
