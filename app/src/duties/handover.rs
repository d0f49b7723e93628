//! `/duties/handovers/{id}`: the 移交单, to be printed or signed on the screen.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    pad::{SignaturePad, drawn},
    words::{done_notice, select},
};
use crate::{
    api::duties::{Handover, HandoverPage, HandoverQuery, HandoverSide},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/duties/handovers/{id}`.
#[component]
pub fn HandoverView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| HandoverQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Handover { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/duties">"明责"</a> " / " <span>"移交单"</span></nav>
                {done_notice()}
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: HandoverPage) -> AnyView {
    let rows = page
        .items
        .iter()
        .cloned()
        .map(|item| {
            view! {
                <tr>
                    <td data-label="编号" class="nowrap">{item.code}</td>
                    <td data-label="条目">{item.text}</td>
                    <td data-label="进展" class="nowrap">{item.state}</td>
                    <td data-label="待办期限">{item.wanting}</td>
                </tr>
            }
        })
        .collect_view();
    let sides = page.sides.iter().map(|side| side_view(&page, side)).collect_view();
    let none = page.items.is_empty();
    let export = format!("/duties/handovers/{}/export", page.id);
    view! {
        <Problem draft=page.draft.clone() />
        <div class="actions screen-only"><a class="btn" rel="external" href=export>"导出 .xlsx"</a></div>
        <article class="print-page">
            <h1>"党组织主要负责人履责移交单"</h1>
            <p>{format!(
                "{}{}，{}年度。未完事项留在岗位，由接收人继续落实；到任前到期的事项不计入接收人。双方于{}前签字。",
                page.unit, page.title, page.year, page.due_on
            )}</p>
            <table class="table">
                <thead><tr><th>"编号"</th><th>"条目"</th><th>"进展"</th><th>"待办期限"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {none.then(|| view! { <p>"没有未完事项。"</p> })}
            <div class="cols">{sides}</div>
        </article>
        {page.may_paper.then(|| paper(&page))}
    }
    .into_any()
}

fn side_view(page: &HandoverPage, side: &HandoverSide) -> AnyView {
    let signed = side.signature.clone().map(|s| {
        let words = format!("{} {}", s.on, s.label);
        view! { <p>{words}</p> {(!s.path.is_empty()).then(|| drawn(s.path.clone()))} }
    });
    let waiting = side.signature.is_none();
    let form = side.may_sign.then(|| {
        let draft = page.draft.clone();
        view! {
            <form class="form screen-only" method="post" action="/duties/handovers/sign" id=format!("sign-{}", side.key)>
                <FormMarks command=page.command />
                <input type="hidden" name="handover" value=page.id.to_string() />
                <input type="hidden" name="seen" value=page.version.to_string() />
                <input type="hidden" name="side" value=side.key.clone() />
                <input type="hidden" name="how" value="screen" />
                <SignaturePad name=side.name.clone() typed=draft.value("typed", "")
                    error=draft.problem_of("typed").or(draft.problem_of("drawing")) />
                <div class="actions"><button class="btn primary">"签字"</button></div>
            </form>
        }
    });
    view! {
        <section>
            <h2>{format!("{}：{}", side.label, side.name)}</h2>
            <p>{side.note.clone()}</p>
            {signed}
            {waiting.then(|| view! { <p class="doc-sign">"签字：＿＿＿＿＿＿　　　年　月　日"</p> })}
            {form}
        </section>
    }
    .into_any()
}

fn paper(page: &HandoverPage) -> AnyView {
    let draft = page.draft.clone();
    let sides = page
        .sides
        .iter()
        .filter(|s| s.signature.is_none())
        .map(|s| (s.key.clone(), format!("{} {}", s.label, s.name)))
        .collect();
    let side = draft.value("side", "");
    view! {
        <details class="dialog screen-only">
            <summary class="btn">"纸质已签…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/duties/handovers/sign">
                    <FormMarks command=page.command />
                    <input type="hidden" name="handover" value=page.id.to_string() />
                    <input type="hidden" name="seen" value=page.version.to_string() />
                    <input type="hidden" name="how" value="paper" />
                    {select("side", "签字方", sides, &side, "half")}
                    <TextField name="paper_on" label="签字日期" kind="date" class="half"
                        value=draft.value("paper_on", page.today.clone()) error=draft.problem_of("paper_on") />
                    <TextField name="handler" label="经办人" class="half"
                        value=draft.value("handler", "") error=draft.problem_of("handler") />
                    <div class="actions"><button class="btn primary">"登记"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}
