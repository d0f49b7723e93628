//! `/accountability/advices`: 工作建议 and 纪检监察建议书, with the form for a new one.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::{address, choice, options_of, pager, tabs, years};
use crate::{
    api::accountability::{AdviceList, AdviceRow, AdvicesPage, AdvicesQuery},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data, state_as},
};

/// `/accountability/advices`.
#[component]
pub fn AdvicesView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let text = |name: &str| q.get(name).filter(|value| !value.is_empty());
        AdvicesQuery {
            year: text("year").and_then(|year| year.parse().ok()),
            kind: text("kind"),
            state: text("state"),
            item: text("item"),
            draft: text("draft"),
            page: text("page").and_then(|page| page.parse().ok()),
        }
    });
    let data = page_data(move || AdviceList { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main print-wide" id="main">{loaded(data, move |page| show(&page, &asked.get_untracked()))}</main>
        </OfficePage>
    }
}

fn show(page: &AdvicesPage, asked: &AdvicesQuery) -> AnyView {
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    let year = asked.year.map(|year| year.to_string()).unwrap_or_default();
    let (kind, state) = (of(&asked.kind), of(&asked.state));
    let now = [("year", year.as_str()), ("kind", kind.as_str()), ("state", state.as_str())];
    let item = of(&asked.item);
    let export = address("/accountability/advices/export", &[&now[..], &[("item", item.as_str())]].concat());
    let rows = page.rows.iter().map(line).collect_view();
    view! {
        <div class="page-head">
            <h1>"工作建议和纪检监察建议书"</h1>
            <p class="lead">{format!("共 {} 份。发出后挂账，答复和落实在问题整改里办理。", page.total)}</p>
            <div class="actions screen-only"><a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
        </div>
        {tabs("/accountability/advices")}
        <form class="filter" method="get" action="/accountability/advices">
            {choice("year", "年度", "不限", &years(&page.years), &year)}
            {choice("kind", "种类", "全部", &page.kinds, &kind)}
            {choice("state", "状态", "全部", &page.states, &state)}
            <button class="btn">"查询"</button>
        </form>
        {if page.rows.is_empty() {
            view! { <div class="empty"><b>"没有工作建议"</b><p>"提出、审定并发出后列在这里。"</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap">
                    <table class="table">
                        <thead>
                            <tr><th>"文号"</th><th>"标题"</th><th>"单位"</th><th>"发出"</th><th>"答复期限"</th><th>"状态"</th></tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
        {pager("/accountability/advices", &now, page.page, page.pages)}
        {page.drafts.then(|| form(page, of(&asked.draft)))}
    }
    .into_any()
}

fn line(row: &AdviceRow) -> AnyView {
    view! {
        <tr>
            <td data-label="文号" class="nowrap">{row.number.clone()}<small>{row.kind.clone()}</small></td>
            <td data-label="标题" class="title"><a href=format!("/accountability/advices/{}", row.id)>{row.title.clone()}</a></td>
            <td data-label="单位">{row.unit.clone()}</td>
            <td data-label="发出" class="nowrap">{row.issued_on.clone()}</td>
            <td data-label="答复期限" class="nowrap">{row.reply_by.clone()}</td>
            <td data-label="状态">{state_as(row.tone, row.word.clone())}</td>
        </tr>
    }
    .into_any()
}

fn form(page: &AdvicesPage, draft: String) -> AnyView {
    let value = |name: &str, otherwise: &str| page.draft.value(name, otherwise);
    let error = |name: &str| page.draft.problem_of(name);
    let under = |name: &str| page.draft.problem_of(name).map(|e| view! { <p class="error">{e}</p> });
    let (item, problem) = page.about.clone();
    let item = value("item", &item);
    let kinds = page
        .kinds
        .iter()
        .cloned()
        .map(|(key, label)| {
            let checked = value("kind", "") == key;
            view! { <label class="chip"><input type="radio" name="kind" value=key checked=checked /><span>{label}</span></label> }
        })
        .collect_view();
    let open = !item.is_empty() || !page.draft.fields.is_empty();
    view! {
        <details class="panel" id="draft" open=open>
            <summary class="btn">"起草工作建议、建议书…"</summary>
            <Problem draft=page.draft.clone() />
            <form class="form" method="post" action="/accountability/advices/do">
                <FormMarks command=page.command draft=draft />
                <input type="hidden" name="do" value="draft" />
                {(!item.is_empty()).then(|| view! { <input type="hidden" name="item" value=item.clone() /> })}
                <fieldset class="field">
                    <legend>"种类"</legend>
                    <div class="radio-chips">{kinds}</div>
                    {under("kind")}
                </fieldset>
                <div class="field half">
                    <label for="post">"受文单位"</label>
                    <select id="post" name="post">{options_of("请选择", &page.posts, &value("post", &page.post))}</select>
                    {under("post")}
                </div>
                <TextField name="reply_by" label="答复期限" kind="date" class="half" hint="不填按种类的默认天数" value=value("reply_by", "")
                    error=error("reply_by") />
                <TextField name="title" label="标题" value=value("title", "") error=error("title") />
                <TextArea name="problem" label="发现的问题" value=value("problem", &problem) error=error("problem")
                    hint="单位会看到这段话，不写从哪里发现" />
                <TextArea name="demand" label="建议" value=value("demand", "") error=error("demand") hint="一条写一行" />
                {under("item")}
                <div class="actions">
                    <button class="btn" name="ask" value="">"保存草稿"</button>
                    <button class="btn primary" name="ask" value="1">"保存并报审定"</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
