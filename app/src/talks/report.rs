//! 双报告: the leader's 落实情况报告 and the 跟踪评估报告, and both beside each other.

use domain::{
    talks::{Claim, Progress, Written, pairs},
    time::zh,
};
use leptos::prelude::*;

use super::{
    checks::{findings_form, parts_form, parts_read},
    parts::{area, cell_choice, cell_text, field, marks, options, typed, typed_step},
    steps::paper_fields,
};
use crate::api::{drafts::Draft, talks::TalkPage};

/// Reports with their forms, and 清单对账.
pub fn forms(page: &TalkPage, draft: &str) -> AnyView {
    let talk = &page.talk;
    let both = talk.report.as_ref().is_some_and(|r| r.sent.is_some()) || !talk.stages.is_empty();
    view! {
        {talk.report.as_ref().filter(|r| r.sent.is_some()).map(|report| sent(page, report))}
        {page.can("report").then(|| write(page, draft))}
        {page.can("file_report").then(|| file(page, draft, "report"))}
        {talk.tracking.as_ref().filter(|t| t.sent.is_some()).map(|tracking| {
            let title = format!("跟踪评估报告　{}", tracking.label());
            let who = format!("{}　{}", tracking.writer_name, tracking.number);
            view! {
                <section class="panel" id="tracked">
                    <h2>{title}</h2>
                    <p class="muted">{who}</p>
                    {parts_read(&tracking.parts, false)}
                </section>
            }
        })}
        {page.can("tracking").then(|| track(page, draft))}
        {page.can("file_tracking").then(|| file(page, draft, "tracking"))}
        {page.can("file_tracking_paper").then(|| outside(page, draft))}
        {both.then(|| account(page))}
    }
    .into_any()
}

fn sent(page: &TalkPage, report: &Written<Claim>) -> AnyView {
    let day = report.sent.as_ref().map(|(.., on)| zh(*on)).unwrap_or_default();
    let paper = report.paper.as_ref().map(|p| format!("　纸质，经办人 {}", p.handler)).unwrap_or_default();
    view! {
        <section class="panel" id="sent">
            <h2>{format!("落实情况报告　{}", report.label())}</h2>
            <p class="muted">{format!("{}　{day}{paper}　{}", page.talk.name, report.number)}</p>
            {parts_read(&report.parts, true)}
        </section>
    }
    .into_any()
}

fn returned(words: &str) -> Option<AnyView> {
    let words = words.to_owned();
    (!words.is_empty())
        .then(|| view! { <div class="notice warn" role="status"><b>"退回修改"</b><p>{words}</p></div> }.into_any())
}

fn write(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed(page, |name, _| name.starts_with("progress_"));
    let stored = page.talk.report.as_ref();
    let kinds = options(Progress::ALL, Progress::key, Progress::label);
    let rows = page
        .talk
        .lists
        .problems
        .iter()
        .map(|p| {
            let (no, n) = (p.no, page.talk.lists.printed(p.no));
            let old = stored.and_then(|r| r.lines.iter().find(|l| l.no == no));
            let progress = kept.value(&format!("progress_{no}"), old.map_or("", |l| l.progress.key()));
            let words = kept.value(&format!("words_{no}"), old.map(|l| l.words.clone()).unwrap_or_default());
            let wrong = |name: &str| kept.problem_of(&format!("{name}_{no}"));
            let state = page.items.iter().find(|line| line.no == no).map(|line| line.state.clone()).unwrap_or_default();
            view! {
                <tr>
                    <td data-label="序号">{n.to_string()}</td>
                    <td data-label="问题" class="title">{page.talk.lists.problem_words(no)} <small>{state}</small></td>
                    <td data-label="进展">{cell_choice(format!("progress_{no}"), format!("第 {n} 个问题的进展"), &kinds, &progress, wrong("progress"))}</td>
                    <td data-label="整改情况">{cell_text(format!("words_{no}"), format!("第 {n} 个问题的整改情况"), words, wrong("words"))}</td>
                </tr>
            }
        })
        .collect_view();
    let sends = page.can("send_report");
    let empty = Draft::default();
    let paper = if kept.value("handler", "").is_empty() { &empty } else { &kept };
    view! {
        <form class="form panel wide stack" method="post" action="/talks/report" id="report" autocomplete="off"
            data-outbox="talks.report" data-outbox-subject=page.talk.id.to_string()>
            <h2>"落实情况报告"</h2>
            {stored.and_then(|r| returned(&r.returned))}
            {marks(page, draft, &kept)}
            <p class="hint">"联络员可以起草，由谈话对象本人报送；系统不代写。报送后由党风政风监督室登记备案。"</p>
            {parts_form("report", &kept, stored.map(|r| &r.parts), true)}
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"序号"</th><th>"问题"</th><th>"进展"</th><th>"整改情况"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="save-state" aria-live="polite" data-save-state="">""</p>
            <div class="actions">
                <button class="btn" name="then" value="">"保存"</button>
                {sends.then(|| view! { <button class="btn primary" name="then" value="send">"报送"</button> })}
            </div>
            {(!sends).then(|| view! {
                <details>
                    <summary>"谈话对象已在纸质报告上签字"</summary>
                    <p class="hint">"填写经办人后保存，即按纸质报告报送。"</p>
                    {super::parts::field("report-paper-on", ("paper_on", "纸质日期"), "date", paper.value("paper_on", ""), kept.problem_of("paper_on"))}
                    {super::parts::field("report-paper-by", ("handler", "经办人"), "text", paper.value("handler", ""), kept.problem_of("handler"))}
                </details>
            })}
        </form>
    }
    .into_any()
}

/// 登记备案 or 审核, and the way back.
fn file(page: &TalkPage, draft: &str, what: &'static str) -> AnyView {
    let (title, act, back, label) = if what == "report" {
        ("登记备案", "file_report", "return_report", "登记备案并取号")
    } else {
        ("审核跟踪评估报告", "file_tracking", "return_tracking", "审核通过并取号")
    };
    let kept = typed_step(page, &[back]);
    let empty = Draft::default();
    let id = format!("{back}-reason");
    view! {
        <section class="panel" id=act>
            <h2>{title}</h2>
            <form class="form" method="post" action="/talks/step">
                {marks(page, "", &empty)}
                <div class="actions"><button class="btn primary" name="do" value=act>{label}</button></div>
            </form>
            <details id=back open=!kept.fields.is_empty()>
                <summary>"退回修改"</summary>
                <form class="form" method="post" action="/talks/step">
                    {marks(page, draft, &kept)}
                    {area(id, ("reason", "退回原因"), 2, kept.value("reason", ""), kept.problem_of("reason"))}
                    <div class="actions"><button class="btn" name="do" value=back>"退回"</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// Of the 区委书记's talk: a higher level confirms on paper.
fn outside(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed_step(page, &["file_tracking_paper"]);
    view! {
        <section class="panel" id="file_tracking_paper">
            <h2>"登记上级审核"</h2>
            <form class="form" method="post" action="/talks/step">
                {marks(page, draft, &kept)}
                <p class="hint">"与区委主要负责人的谈话由上级主谈，跟踪评估报告也由上级纪委监委审核，在这里登记纸质审核。"</p>
                {field("tracking-reviewer", ("reviewer", "审核人"), "text", kept.value("reviewer", ""), kept.problem_of("reviewer"))}
                {paper_fields(page, &kept, "tracking-paper")}
                <div class="actions"><button class="btn primary" name="do" value="file_tracking_paper">"登记审核并取号"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn track(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed(page, |name, _| name.starts_with("kind_"));
    let kept = if kept.fields.iter().any(|(name, _)| name == "stage_on") { Draft::default() } else { kept };
    let stored = page.talk.tracking.as_ref();
    let findings = stored.map(|t| t.lines.clone()).unwrap_or_default();
    view! {
        <form class="form panel wide stack" method="post" action="/talks/tracking" id="tracking" autocomplete="off"
            data-outbox="talks.tracking" data-outbox-subject=page.talk.id.to_string()>
            <h2>"跟踪评估报告"</h2>
            {stored.and_then(|t| returned(&t.returned))}
            {marks(page, draft, &kept)}
            <p class="hint">"对照谈话对象的报告逐个问题评估，另一位同志审核后才归档；评为“与实际不符”的由两人认定。"</p>
            {parts_form("tracking", &kept, stored.map(|t| &t.parts), false)}
            {findings_form(page, &kept, &findings)}
            <p class="save-state" aria-live="polite" data-save-state="">""</p>
            <div class="actions">
                <button class="btn" name="then" value="">"保存"</button>
                <button class="btn primary" name="then" value="send">"报送审核"</button>
            </div>
        </form>
    }
    .into_any()
}

/// 清单对账: what the leader says, what was found, what the ledger knows.
fn account(page: &TalkPage) -> AnyView {
    let rows = pairs(&page.talk, page.inside)
        .into_iter()
        .map(|pair| {
            let item = page.items.iter().find(|line| line.no == pair.no);
            let claim = pair.claim.map(|c| view! { <b>{c.progress.label()}</b> <small>{c.words.clone()}</small> });
            let found = pair.finding.map(|f| view! { <b>{f.kind.label()}</b> <small>{f.words.clone()}</small> });
            let clash = pair.clashes().then(|| view! { <small class="tag">"两边说法不一致"</small> });
            let state = item.map(|line| {
                view! { <a href=format!("/accountability/{}", line.id)>{line.state.clone()}</a> }
            });
            view! {
                <tr>
                    <td data-label="序号">{pair.printed.to_string()}</td>
                    <td data-label="问题" class="title">{page.talk.lists.problem_words(pair.no)}</td>
                    <td data-label="谈话对象报告">{claim}</td>
                    <td data-label="评估">{found} {clash}</td>
                    <td data-label="台账">{state}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel" id="account">
            <h2>"清单对账"</h2>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"序号"</th><th>"问题"</th><th>"谈话对象报告"</th><th>"评估"</th><th>"台账"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
