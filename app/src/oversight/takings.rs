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
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || Takings { form: asked.get() });
    view! {
        <OfficePage current="/oversight">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/oversight">"翻阅检查"</a> " / " <span>"依规调取"</span></nav>
                <div class="page-head">
                    <h1>"依规调取"</h1>
                    <p class="lead">"凭文号登记，经审批、第二名经办人确认后离线调取；全程记入审计日志，不作为翻阅检查告知。"</p>
                    <div class="actions"><a class="btn" rel="external" href="/oversight/takings/export">"导出 .xlsx"</a></div>
                </div>
                {loaded(data, move |page| show(&page, done.get_untracked().as_deref()))}
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

/// Everything once more, above all whose book it is; the secret is asked for here.
fn confirm(page: &TakingsPage) -> AnyView {
    let kept = page.draft.clone();
    let hidden = kept
        .fields
        .iter()
        .filter(|(name, _)| name != "sure")
        .cloned()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let post = kept.value("post", "");
    let book = page.books.iter().find(|(id, _)| id.to_string() == post).map(|(_, words)| words.clone());
    view! {
        <section class="panel" id="ask">
            <h2>"核对后登记"</h2>
            <dl class="kv">
                <dt>"记录本"</dt><dd><b>{book.unwrap_or_default()}</b></dd>
                <dt>"年度"</dt><dd>{kept.value("year", "")}</dd>
                <dt>"文号"</dt><dd>{kept.value("number", "")}</dd>
                <dt>"调取事由"</dt><dd>{kept.value("reason", "")}</dd>
            </dl>
            <form class="form" method="post" action="/oversight/takings/ask">
                <FormMarks command=page.command />
                {hidden}
                <input type="hidden" name="sure" value="1" />
                {secret("ask-secret".into())}
                {kept.problem_of("secret").map(|e| view! { <p class="error" role="alert">{e}</p> })}
                <div class="actions">
                    <button class="btn primary">"确认登记，报审批"</button>
                    <a class="btn" href="/oversight/takings" rel="external">"返回"</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn show(page: &TakingsPage, done: Option<&str>) -> AnyView {
    if page.confirm {
        return confirm(page);
    }
    // After a request, its own id.
    let asked = |id: &str| page.rows.iter().find(|row| row.id.to_string() == id);
    let said = done.map(|what| match asked(what) {
        Some(row) => format!("已登记，{}。", row.state),
        None => "已办理。".to_owned(),
    });
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
        page.years.iter().map(|y| view! { <option value=y.to_string() selected=page.draft.has("year", &y.to_string())>{y.to_string()}</option> }).collect_view();
    let draft = page.draft.clone();
    let at_row = page.rows.iter().any(|row| refused(page, row).is_some());
    view! {
        {said.map(|words| view! { <div class="notice ok" role="status"><p>{words}</p></div> })}
        {(!at_row).then(|| view! { <Problem draft=draft.clone() /> })}
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
                <div class="field"><label for="post">"记录本"</label><select id="post" name="post"><option value="">"请选择"</option>{options}</select>
                    {draft.problem_of("post").map(|e| view! { <p class="error">{e}</p> })}</div>
                <div class="field short"><label for="year">"年度"</label><select id="year" name="year">{years}</select></div>
                <TextField name="number" label="文号" value=draft.value("number", "") error=draft.problem_of("number") />
                <TextField name="reason" label="调取事由" value=draft.value("reason", "") hint="不写案情" error=draft.problem_of("reason") />
                <div class="actions"><button class="btn primary">"下一步：核对"</button></div>
            </form>
        })}
    }
    .into_any()
}

/// Why the form of this row was not taken.
fn refused(page: &TakingsPage, row: &TakingRow) -> Option<String> {
    let about = page.draft.value("taking", "") == row.id.to_string();
    Some(page.draft.problem.clone()).filter(|problem| about && !problem.is_empty())
}

fn line(page: &TakingsPage, row: &TakingRow) -> AnyView {
    let problem = refused(page, row);
    let place = problem.is_some().then_some("refused");
    let marks = || {
        view! {
            <FormMarks command=page.command />
            <input type="hidden" name="taking" value=row.id.to_string() />
        }
    };
    view! {
        <section class="panel" id=place>
            <h2>{row.number.clone()} " " <small>{row.state.clone()}</small></h2>
            <dl class="kv">
                <dt>"记录本"</dt><dd>{row.book.clone()}</dd>
                <dt>"事由"</dt><dd>{row.reason.clone()}</dd>
                <dt>"经办"</dt><dd>{row.who.clone()}</dd>
            </dl>
            {problem.map(|words| view! { <div class="notice error" role="alert"><b>"还没有办理"</b><p>{words}</p></div> })}
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
                    <p class="hint">"您确认后，登记人可在24小时内调取一次，内容截至您确认时；再次调取须再次确认。"</p>
                    <div class="actions"><button class="btn primary" name="do" value="second">"确认"</button></div>
                </form>
            })}
            {row.may_take.then(|| view! {
                <form class="form" method="post" action="/oversight/takings/file">
                    {marks()}
                    {secret(format!("take-{}", row.id))}
                    <p class="hint">"每次确认只能下载一次，下载后请核对文件能否打开。"</p>
                    <div class="actions"><button class="btn primary">"调取（.docx）"</button></div>
                </form>
            })}
        </section>
    }
    .into_any()
}
