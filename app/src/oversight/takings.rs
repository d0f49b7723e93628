//! `/oversight/takings`: statutory 调取, asked by one person and decided by another.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::oversight::{TakingRow, Takings, TakingsPage, TakingsQuery},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data},
};

/// `/oversight/takings`.
#[component]
pub fn TakingsView() -> impl IntoView {
    let query = use_query_map();
    let asked =
        Memo::new(move |_| TakingsQuery { draft: query.read().get("draft"), before: query.read().get("before") });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || Takings { form: asked.get() });
    view! {
        <OfficePage current="/oversight">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/oversight">"翻阅检查"</a> " / " <span>"依规调取"</span></nav>
                <div class="page-head">
                    <h1>"依规调取"</h1>
                    <p class="lead">"凭文号登记，经审批、第二名经办人确认后离线调取；全程记入审计日志，不作为翻阅检查告知。"</p>
                </div>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><p>"已办理。"</p></div> })}
                {loaded(data, |page| show(&page))}
            </main>
        </OfficePage>
    }
}

fn secret(id: String) -> AnyView {
    view! {
        <div class="field short">
            <label for=id.clone()>"您的密码或数字密码"</label>
            <input id=id name="secret" type="password" autocomplete="current-password" />
        </div>
    }
    .into_any()
}

fn show(page: &TakingsPage) -> AnyView {
    let rows = page.rows.iter().map(|row| line(page, row)).collect_view();
    let options = page
        .books
        .iter()
        .cloned()
        .map(|(post, words)| {
            let chosen = page.draft.value("post", "") == post.to_string();
            view! { <option value=post.to_string() selected=chosen>{words}</option> }
        })
        .collect_view();
    let years =
        page.years.iter().map(|y| view! { <option value=y.to_string()>{y.to_string()}</option> }).collect_view();
    let draft = page.draft.clone();
    view! {
        <Problem draft=draft.clone() />
        {if page.rows.is_empty() {
            view! { <div class="empty"><b>"没有依规调取"</b><p>"需要时由党风政风监督室登记文号和事由，报分管领导审批，另一名同志确认后调取。"</p></div> }.into_any()
        } else {
            rows.into_any()
        }}
        {page.older.map(|before| view! {
            <nav class="pager" aria-label="分页">
                <a rel="next" href=format!("/oversight/takings?before={before}")>"更早的调取"</a>
            </nav>
        })}
        {(!page.books.is_empty()).then(|| view! {
            <form class="form panel" method="post" action="/oversight/takings/ask" id="ask">
                <FormMarks command=page.command />
                <h2>"登记调取"</h2>
                <div class="field"><label for="post">"记录本"</label><select id="post" name="post">{options}</select></div>
                <div class="field short"><label for="year">"年度"</label><select id="year" name="year">{years}</select></div>
                <TextField name="number" label="文号" value=draft.value("number", "") error=draft.problem_of("number") />
                <TextField name="reason" label="调取事由" value=draft.value("reason", "") hint="不写案情" error=draft.problem_of("reason") />
                {secret("ask-secret".into())}
                {draft.problem_of("secret").map(|e| view! { <p class="error">{e}</p> })}
                <div class="actions"><button class="btn primary">"登记，报审批"</button></div>
            </form>
        })}
    }
    .into_any()
}

fn line(page: &TakingsPage, row: &TakingRow) -> AnyView {
    let marks = || {
        view! {
            <FormMarks command=page.command />
            <input type="hidden" name="taking" value=row.id.to_string() />
        }
    };
    view! {
        <section class="panel">
            <h2>{row.number.clone()} " " <small>{row.state.clone()}</small></h2>
            <dl class="kv">
                <dt>"记录本"</dt><dd>{row.book.clone()}</dd>
                <dt>"事由"</dt><dd>{row.reason.clone()}</dd>
                <dt>"经办"</dt><dd>{row.who.clone()}</dd>
            </dl>
            {row.may_decide.then(|| view! {
                <form class="form" method="post" action="/oversight/takings/decide">
                    {marks()}
                    {secret(format!("decide-{}", row.id))}
                    <div class="actions">
                        <button class="btn primary" name="do" value="approve">"批准"</button>
                        <button class="btn" name="do" value="refuse">"不批准"</button>
                    </div>
                </form>
            })}
            {row.may_second.then(|| view! {
                <form class="form" method="post" action="/oversight/takings/decide">
                    {marks()}
                    {secret(format!("second-{}", row.id))}
                    <p class="hint">"您作为第二名经办人确认后，由登记人调取。"</p>
                    <div class="actions"><button class="btn primary" name="do" value="second">"确认"</button></div>
                </form>
            })}
            {row.may_take.then(|| view! {
                <form class="form" method="post" action="/oversight/takings/file">
                    {marks()}
                    {secret(format!("take-{}", row.id))}
                    <div class="actions"><button class="btn primary">"调取（.docx）"</button></div>
                </form>
            })}
        </section>
    }
    .into_any()
}
