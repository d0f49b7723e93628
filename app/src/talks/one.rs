//! `/talks/{id}`: one talk.

use domain::talks::TalkState;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{after, checks, lists, parts::lines, report, sign, steps};
use crate::{
    api::talks::{OneTalk, TalkPage, TalkQuery},
    ui::{OfficePage, Problem, loaded, page_data},
};

/// `/talks/{id}`.
#[component]
pub fn TalkView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| TalkQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
        ..TalkQuery::default()
    });
    let done = Memo::new(move |_| query.read().get("done").unwrap_or_default());
    let data = page_data(move || OneTalk { form: asked.get() });
    view! {
        <OfficePage current="/talks">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/talks">"“三交底”廉政谈话"</a> " / " <span>"一次谈话"</span></nav>
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default(), &done.get_untracked()))}
            </main>
        </OfficePage>
    }
}

/// What the last form did.
fn done(what: &str) -> AnyView {
    let words = match what {
        "" => return ().into_any(),
        "ask" => "已提请区纪委书记审定。",
        "approve" | "approve_paper" => "已审定同意，可以谈话。",
        "return" => "已退回修改。",
        "delegate" => "已确定主谈人。",
        "hold" => "已登记谈话，请双方在记录表和承诺书上签字。",
        "sign" => "已签字。",
        "meet" => "已登记党组会研究情况。",
        "plan" => "整改方案已报送，各项已挂账。",
        "assess" => "已登记阶段评估。",
        "checks" => "监督检查方案已确定。",
        "look" => "已登记督查情况。",
        "report" => "落实情况报告已保存。",
        "tracking" => "跟踪评估报告已保存。",
        "file_report" => "落实情况报告已登记备案。",
        "file_tracking" | "file_tracking_paper" => "跟踪评估报告已审核。",
        "list" => "已办理，结果写在上面的“履责清单”一栏。",
        "pass" => "已向下属单位发布。",
        "close" => "已办结。",
        "end" => "已登记不再进行。",
        _ => "已办好。",
    };
    view! { <div class="notice ok" role="status"><p>{words}</p></div> }.into_any()
}

fn show(page: &TalkPage, draft: &str, what: &str) -> AnyView {
    let talk = &page.talk;
    let held = !talk.state.is_inside();
    let over = (talk.state == TalkState::Ended && !talk.over_why.is_empty())
        .then(|| view! { <div class="notice info"><b>"不再进行"</b><p>{talk.over_why.clone()}</p></div> });
    let left = (page.left && !talk.state.is_over()).then(|| {
        view! {
            <div class="notice warn">
                <b>"谈话对象已离任"</b>
                <p>"未销号的问题留在岗位，由继任者接续；继任者另行谈话。请党风政风监督室登记“不再进行”。"</p>
            </div>
        }
    });
    let returned = (!talk.returned.is_empty() && talk.state == TalkState::Preparing).then(
        || view! { <div class="notice warn" role="status"><b>"审定退回"</b><p>{talk.returned.clone()}</p></div> },
    );
    let late = (!page.late.is_empty()).then(|| {
        let rows = page.late.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view();
        view! { <div class="notice warn"><b>"已过期限"</b><ul>{rows}</ul></div> }
    });
    view! {
        {done(what)}
        <div class="page-head">
            <h1>{format!("{} {}", talk.unit_name, talk.name)}</h1>
            <p class="lead">{talk.state.label()}</p>
            {papers(page, held)}
            <div class="actions screen-only">
                <a class="btn" rel="external" href=format!("/talks/{}/export", talk.id)>"三张清单 .xlsx"</a>
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        <div class="stack">
            {over} {left} {returned} {late}
            <section class="panel" id="facts">
                {lists::facts(talk, &page.unit_now)}
                {steps::days(page)}
                {steps::list(page)}
                {group(page)}
            </section>
            {steps::forms(page, draft)}
            {(page.record && talk.minutes.is_some()).then(|| record(page))}
            {(talk.state == TalkState::Held).then(|| sign::forms(page, draft))}
            {lists::three(talk, &page.items, page.sources)}
            {(talk.signed_on().is_some()).then(|| after::forms(page, draft))}
            {(talk.signed_on().is_some()).then(|| checks::forms(page, draft))}
            {(talk.signed_on().is_some()).then(|| report::forms(page, draft))}
            {steps::last(page, draft)}
            {(!page.history.is_empty()).then(|| history(page))}
        </div>
    }
    .into_any()
}

fn papers(page: &TalkPage, held: bool) -> AnyView {
    let talk = &page.talk;
    let all = [
        (true, "talk-lists", "三张清单"),
        (page.record, "talk-record", "谈话记录表"),
        (page.record, "talk-commitment", "承诺书"),
        (held && talk.planned_on.is_some(), "talk-plan", "整改方案"),
        (talk.report.is_some(), "talk-report", "落实情况报告"),
        (talk.tracking.is_some(), "talk-tracking", "跟踪评估报告"),
        (page.inside && talk.checks.adopted.is_some(), "talk-checks", "监督检查方案"),
    ];
    let links = all
        .into_iter()
        .filter(|(shows, ..)| *shows)
        .map(|(_, what, words)| {
            view! { <a class="btn" rel="external" href=format!("/documents/{what}/{}/page", talk.id)>{words}</a> }
        })
        .collect_view();
    view! { <div class="actions">{links}</div> }.into_any()
}

fn group(page: &TalkPage) -> AnyView {
    if page.group_title.is_empty() {
        return ().into_any();
    }
    let rows =
        page.group.iter().map(|(to, words)| view! { <li><a href=to.clone()>{words.clone()}</a></li> }).collect_view();
    view! {
        <p>{format!("集体谈话：{}", page.group_title)}</p>
        <ul class="rows">{rows}</ul>
    }
    .into_any()
}

/// What was said, for the two sides and the commission.
fn record(page: &TalkPage) -> AnyView {
    let Some(minutes) = &page.talk.minutes else { return ().into_any() };
    let present = if minutes.present.is_empty() { String::new() } else { format!("　参加：{}", minutes.present) };
    view! {
        <section class="panel" id="record">
            <h2>"谈话记录"</h2>
            <p class="muted">{format!("{}　记录人 {}{present}", minutes.place, minutes.writer)}</p>
            <h3>"谈话要点"</h3>
            <div class="read">{lines(&minutes.words)}</div>
            <h3>"谈话对象表态"</h3>
            <div class="read">{lines(&minutes.answer)}</div>
        </section>
    }
    .into_any()
}

fn history(page: &TalkPage) -> AnyView {
    let rows = page.history.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view();
    view! {
        <details class="panel" id="history">
            <summary>"经过"</summary>
            <ol class="rows">{rows}</ol>
        </details>
    }
    .into_any()
}
