//! One sheet: `/reviews/feedback/{id}` for the office, `/reviews/mine/{id}` for its presenter.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::draft;
use crate::{
    api::reviews::feedback::{ProblemRow, Sheet, SheetPage, SheetQuery},
    ui::{FormMarks, OfficePage, PhonePage, Problem, TextField, loaded, page_data},
};

fn asked() -> Memo<SheetQuery> {
    let (params, query) = (use_params_map(), use_query_map());
    Memo::new(move |_| SheetQuery { id: params.read().get("id").unwrap_or_default(), draft: query.read().get("draft") })
}

/// `/reviews/feedback/{id}`.
#[component]
pub fn SheetView() -> impl IntoView {
    let asked = asked();
    let data = page_data(move || Sheet { form: asked.get() });
    view! {
        <OfficePage current="/reviews">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/reviews">"述责评议"</a> " / " <span>"评议反馈单"</span></nav>
                {loaded(data, move |page| office(page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

/// `/reviews/mine/{id}`.
#[component]
pub fn MySheetView() -> impl IntoView {
    let asked = asked();
    let data = page_data(move || Sheet { form: asked.get() });
    view! {
        <PhonePage title=Signal::stored("评议反馈单".to_owned()) back="/todo" tab="">
            {loaded(data, move |page| mine(page, &asked.get_untracked().draft.unwrap_or_default()))}
        </PhonePage>
    }
}

fn hidden(page: &SheetPage, step: &'static str, draft: &str) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft.to_owned() />
        <input type="hidden" name="sheet" value=page.id.clone() />
        <input type="hidden" name="seen" value=page.version.to_string() />
        {(!step.is_empty()).then(|| view! { <input type="hidden" name="step" value=step /> })}
    }
    .into_any()
}

fn office(page: SheetPage, draft_id: &str) -> AnyView {
    let back = format!("/reviews/feedback?meeting={}", page.meeting);
    let paper = format!("/documents/feedback/{}", page.id);
    let head = format!("{} · {} · {}", page.post, page.state.1, page.owed);
    let comments = format!("/reviews/comments?meeting={}", page.meeting);
    view! {
        <div class="page-head">
            <h1>{format!("{} 评议反馈单", page.name)}</h1>
            <p class="lead">{head}</p>
            <div class="actions">
                <a class="btn" href=format!("{paper}/print") rel="external">"打印"</a>
                <a class="btn" href=format!("{paper}/docx") rel="external">"下载 .docx"</a>
                <a class="btn" href=back>"返回一人一单"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {page.own.then(|| view! {
            <div class="notice info" role="status">
                <p>{if page.may.receive { "这是您本人的反馈单，请到您的页面签收。" } else { "这是您本人的反馈单。" }}</p>
                <p><a class="btn primary" href=format!("/reviews/mine/{}", page.id) rel="external">
                    {if page.may.receive { "去签收" } else { "打开我的反馈单" }}
                </a></p>
            </div>
        })}
        {(page.unread > 0).then(|| view! {
            <div class="notice warn" role="status">
                <p>{format!("还有 {} 条评议意见待两人阅定，阅定后才能送签。", page.unread)} " " <a href=comments>"去阅定"</a></p>
            </div>
        })}
        {page.study.then(|| view! {
            <div class="notice info" role="status">
                <b>"提请研究"</b>
                <p>"综合得分低于评议规则设定的分数线。这一行只有书记和分管副书记看得到，是否研究由人决定。"</p>
            </div>
        })}
        {content(&page, !page.may.draft)}
        {page.may.draft.then(|| draft::form(&page, draft_id))}
        {page.may.sign.then(|| signing(&page, draft_id))}
        {page.may.superior.then(|| above(&page, draft_id))}
        {page.may.give.then(|| handing(&page, draft_id))}
    }
    .into_any()
}

/// What the sheet says; the office's draft form shows opinion and problems itself.
fn content(page: &SheetPage, whole: bool) -> AnyView {
    let comments = page.comments.iter().cloned().map(|c| view! { <li class="read">{c}</li> }).collect_view();
    let some = !page.comments.is_empty();
    let sides = page
        .sides
        .iter()
        .filter(|s| !s.words.is_empty())
        .map(|s| view! { <dt>{s.side.clone()}</dt><dd>{s.words.clone()}</dd> })
        .collect_view();
    let problems = page.problems.iter().map(|p| problem(p)).collect_view();
    let none = page.problems.is_empty();
    view! {
        <section class="panel card">
            <h2>{page.title.clone()} " " <small>{page.day.clone()}</small></h2>
            <dl class="kv">
                <dt>"评议等次"</dt><dd><b>{page.grade.clone()}</b></dd>
                {(!page.signed.is_empty()).then(|| view! { <dt>"签发"</dt><dd>{page.signed.clone()}</dd> })}
                {sides}
            </dl>
            {(whole && !page.opinion.is_empty()).then(|| view! { <h3>"总体意见"</h3><p class="read">{page.opinion.clone()}</p> })}
            {some.then(|| view! { <h3>"评议意见"</h3><ol>{comments}</ol> })}
        </section>
        {whole.then(|| view! {
            <section class="panel card">
                <h2>"问题和整改要求"</h2>
                {none.then(|| view! { <p>"本次评议没有提出需要整改的具体问题。"</p> })}
                <ul class="rows">{problems}</ul>
            </section>
        })}
    }
    .into_any()
}

fn problem(row: &ProblemRow) -> AnyView {
    let words = format!("{}（期限{}）{}", row.requirement, row.due, row.state);
    let inner = view! { <b>{row.text.clone()}</b><small>{words}</small> };
    if row.item.is_empty() {
        return view! { <li><div>{inner}</div></li> }.into_any();
    }
    view! { <li><a href=format!("/accountability/{}", row.item) rel="external">{inner}</a></li> }.into_any()
}

fn signing(page: &SheetPage, draft_id: &str) -> AnyView {
    view! {
        <form class="panel form" method="post" action="/reviews/feedback/step">
            <h2>"签发"</h2>
            {hidden(page, "", draft_id)}
            <div class="actions"><button class="btn primary" name="step" value="sign">"签发"</button></div>
            <TextField name="reason" label="退回理由" hint="退回修改时填写" value=page.draft.value("reason", "") error=page.draft.problem_of("reason") />
            <div class="actions"><button class="btn" name="step" value="return">"退回修改"</button></div>
        </form>
    }
    .into_any()
}

/// The sheets of the 区委书记 and of the 区纪委书记 are signed above, on paper.
fn above(page: &SheetPage, draft_id: &str) -> AnyView {
    view! {
        <form class="panel form" method="post" action="/reviews/feedback/step">
            <h2>"上级签发（纸质）"</h2>
            {hidden(page, "above", draft_id)}
            <p class="hint">"区委、区纪委主要负责人的反馈单由上级纪委签发：请打印后报上级签字，再在这里登记。"</p>
            <TextField name="signer" label="签发人" hint="上级单位、职务和姓名" value=page.draft.value("signer", "") error=page.draft.problem_of("signer") />
            <TextField name="paper_on" label="签发日期" kind="date" class="half" value=page.draft.value("paper_on", "") error=page.draft.problem_of("paper_on") />
            <TextField name="handler" label="经办人" class="half" value=page.draft.value("handler", "") error=page.draft.problem_of("handler") />
            <div class="actions"><button class="btn primary">"登记上级签发"</button></div>
        </form>
        <form class="panel form" method="post" action="/reviews/feedback/step">
            <h2>"上级退回"</h2>
            {hidden(page, "", draft_id)}
            <TextField name="reason" label="退回理由" value=page.draft.value("reason", "") error=page.draft.problem_of("reason") />
            <div class="actions"><button class="btn" name="step" value="return">"退回修改"</button></div>
        </form>
    }
    .into_any()
}

fn handing(page: &SheetPage, draft_id: &str) -> AnyView {
    let given = page.sides.first().is_some_and(|s| !s.words.is_empty());
    view! {
        {(!given).then(|| view! {
            <form class="panel form" method="post" action="/reviews/feedback/step">
                <h2>"当面交接"</h2>
                {hidden(page, "give", draft_id)}
                <p class="hint">"移交人在此签名；接收人在自己的手机上签名，两人都签了才算交接。"</p>
                <TextField name="typed" label="移交人姓名" value=page.draft.value("typed", "") error=page.draft.problem_of("typed") />
                <div class="actions"><button class="btn primary">"签名移交"</button></div>
            </form>
        })}
        <form class="panel form" method="post" action="/reviews/feedback/step">
            <h2>"纸质已签"</h2>
            {hidden(page, "paper", draft_id)}
            <TextField name="paper_on" label="签收日期" kind="date" class="half" value=page.draft.value("paper_on", "") error=page.draft.problem_of("paper_on") />
            <TextField name="handler" label="经办人" class="half" value=page.draft.value("handler", "") error=page.draft.problem_of("handler") />
            <div class="actions"><button class="btn">"登记纸质交接"</button></div>
        </form>
    }
    .into_any()
}

fn mine(page: SheetPage, draft_id: &str) -> AnyView {
    let paper = format!("/documents/feedback/{}/page", page.id);
    view! {
        <Problem draft=page.draft.clone() />
        {content(&page, true)}
        {page.may.receive.then(|| view! {
            <form class="card form" method="post" action="/reviews/feedback/step">
                <h2>"签收"</h2>
                {hidden(&page, "receive", draft_id)}
                <p class="hint">"当面交接后签收；签收后问题进入整改台账，15 个工作日内报送整改方案。"</p>
                <TextField name="typed" label="输入本人姓名" value=page.draft.value("typed", "") error=page.draft.problem_of("typed") />
                <button class="btn primary block">"签收"</button>
            </form>
        })}
        <section class="card"><a class="btn" href=paper rel="external">"看文书"</a></section>
    }
    .into_any()
}
