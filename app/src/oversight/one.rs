//! `/oversight/{id}` on the phone bundle: readers on site and the head see the same sheet, each with
//! his own forms.

use domain::oversight::{Phase, RemarkKind};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{forms, rows};
use crate::{
    api::oversight::{Reading, ReadingPage, ReadingQuery, RemarkRow},
    ui::{PhonePage, Problem, loaded, page_data},
};

/// `/oversight/{id}`.
#[component]
pub fn ReadingView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| ReadingQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
        recheck: query.read().get("recheck").is_some(),
    });
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || Reading { form: asked.get() });
    view! {
        <PhonePage title=Signal::stored("翻阅检查".to_owned()) back="/todo" tab="">
            {move || done.get().map(|_| view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> })}
            {loaded(data, move |page| show(page, &done.get_untracked().unwrap_or_default()))}
        </PhonePage>
    }
}

fn show(page: ReadingPage, just: &str) -> AnyView {
    let place = format!("/documents/reading/{}/page", page.id);
    let book = format!("/book?{}", crate::book::book_query(page.post, page.year));
    let papers = format!("/papers?post={}&year={}", page.post, page.year);
    // A device keeps what its reader has open, and nobody else's (public/onsite.js).
    let sheet = (page.may_remark && page.reads).then(|| page.id.to_string());
    let remarks = page.remarks.iter().map(|row| remark(&page, row)).collect_view();
    let unmatched = page
        .unmatched
        .iter()
        .cloned()
        .map(
            |(id, what, why)| view! { <li><a href=format!("/records/{id}")><b>{what}</b><small>{why}</small></a></li> },
        )
        .collect_view();
    let signed = page
        .signed
        .iter()
        .cloned()
        .map(|s| view! { <li><div><b>{s.role}</b><span class="value">{s.words}</span></div></li> })
        .collect_view();
    let on = std::iter::once((String::new(), "整本".to_owned()))
        .chain(page.sample.iter().map(|s| (s.duty.to_string(), format!("{} {}", s.code, s.text))))
        .collect();
    let told = match (page.phase, page.head) {
        (Phase::Planned, true) => {
            "已告知：届时检查人员会翻阅您的记录本正文，谈心谈话要点不在其内。谁在何时翻阅，可在“我的”里查看。"
        }
        (Phase::Running, true) => "检查人员正在翻阅。谁在何时翻阅，可在“我的”里查看。",
        (Phase::Signing, true) => "请看检查意见；有不同看法可申请核对，没有就请签字。",
        (Phase::Closed, _) if !page.ended.is_empty() => "内容不再改动。",
        (Phase::Closed, _) if page.remarks.iter().any(|row| row.may_open) => {
            "双方已签字，内容不再改动；意见仍可提请转为整改事项。"
        }
        (Phase::Closed, _) => "双方已签字，内容不再改动。",
        (Phase::Running, false) if page.reads => "现在可以查看正文；谈心谈话要点不开放。",
        _ => "",
    };
    view! {
        <div class="two"><div>
        <section class="card">
            <h2>{page.title.clone()}</h2>
            <p>{format!("{} · {} · ", page.purpose, page.days)} <span class="tag">{if page.ended.is_empty() { page.phase.label() } else { "已办结" }}</span></p>
            <p class="hint">{page.readers.clone()}</p>
            {(!page.change.is_empty()).then(|| view! { <p class="notice warn">{page.change.clone()}</p> })}
            {(!page.ended.is_empty()).then(|| view! { <p>{page.ended.clone()}</p> })}
            {(!page.who_signs.is_empty()).then(|| view! { <p class="notice warn" id="who-signs">{page.who_signs.clone()}</p> })}
            {(!told.is_empty()).then(|| view! { <p>{told}</p> })}
            {(!page.withdrawn.is_empty()).then(|| view! { <p>{format!("撤销原因：{}", page.withdrawn)}</p> })}
            <div class="actions">
                {page.may_sign.then(|| view! { <a class="btn primary" href="#sign" rel="external">"去签字"</a> })}
                {(page.reads || page.head).then(|| view! {
                    <a class="btn" href=book>"打开记录本"</a>
                    <a class="btn" href=papers rel="external">"打印与导出"</a>
                })}
                <a class="btn" href=place rel="external">"反馈意见（打印）"</a>
            </div>
        </section>
        <Problem draft=page.draft.clone() />
        </div><div>
        {resume(&page)}
        </div></div>
        <section class="card" id="sample" data-onsite-sheet=sheet data-onsite-until=page.until.clone()>
            <h2>"抽查条目"</h2>
            <p class="hint">{page.many.clone()} {page.sampling.clone()}</p>
            {(!page.earlier.is_empty()).then(|| view! { <p class="notice warn">{page.earlier.clone()}</p> })}
            {rows::redraw(&page)}
            {rows::sample(&page, just)}
            {forms::choose(&page)}
        </section>
        {rows::items(&page)}
        <div class="two"><div>
        <section class="card" id="remarks">
            <h2>"检查意见"</h2>
            {if page.remarks.is_empty() { view! { <p class="muted">"还没有检查意见。"</p> }.into_any() } else { remarks.into_any() }}
        </section>
        {(!page.unmatched.is_empty()).then(|| view! {
            <section class="card"><h2>"取消的对应和转到系统外办理的页"</h2><ul class="rows">{unmatched}</ul></section>
        })}
        {page.may_remark.then(|| forms::remark(page.id, page.command, forms::On::Choice(on), &page.draft))}
        </div><div>
        {(!page.conclusion.is_empty()).then(|| view! {
            <section class="card"><h2>"综合意见"</h2><p class="read">{page.conclusion.clone()}</p></section>
        })}
        {(!page.signed.is_empty()).then(|| view! { <section class="card"><h2>"签字"</h2><ul class="rows">{signed}</ul></section> })}
        <div id="closing">
            {blocked(&page)}
            {(!page.awaits.is_empty()).then(|| view! { <p class="notice warn" id="awaits">{page.awaits.clone()}</p> })}
            {forms::steps(&page)}
        </div>
        </div></div>
        {jump(&page)}
    }
    .into_any()
}

/// Where the readers stopped, on whatever device they go on.
fn resume(page: &ReadingPage) -> AnyView {
    let Some(resume) = page.resume.clone() else { return ().into_any() };
    let next = match resume.next {
        Some((row, code)) => {
            view! { <a class="btn primary" href=format!("#row-{row}") rel="external">{format!("接着查 {code}")}</a> }
                .into_any()
        }
        None if page.may_feed_back => {
            view! { <a class="btn primary" href="#feedback" rel="external">"去写综合意见"</a> }.into_any()
        }
        // No form stands there yet: what it waits for does.
        None => view! { <a class="btn" href="#closing" rel="external">"综合意见还不能写，看原因"</a> }.into_any(),
    };
    view! {
        <section class="card" id="resume">
            <h2>"进度"</h2>
            <p data-onsite-progress="">{resume.words}</p>
            <div class="actions" data-onsite-next="">{next}</div>
            <p class="save-state" aria-live="polite" data-onsite-kept="">""</p>
        </section>
    }
    .into_any()
}

/// Which remarks the feedback waits for, and whom.
fn blocked(page: &ReadingPage) -> AnyView {
    let lines = page
        .blocked
        .iter()
        .map(|(id, words)| view! { <li><a href=format!("#remark-{id}") rel="external">{words.clone()}</a></li> })
        .collect_view();
    (!page.blocked.is_empty())
        .then(|| {
            view! {
                <section class="card" id="blocked">
                    <h2>"综合意见还在等"</h2>
                    <ul class="sheet-waits">{lines}</ul>
                    <p class="hint">"这些意见认定、撤回或商定以后，才能形成反馈意见。"</p>
                </section>
            }
        })
        .into_any()
}

/// A long sheet has its ends at hand.
fn jump(page: &ReadingPage) -> AnyView {
    if page.sample.is_empty() {
        return ().into_any();
    }
    let next = page.resume.as_ref().and_then(|resume| resume.next.clone());
    let top = if page.resume.is_some() { ("#resume", "进度") } else { ("#sample", "条目") };
    let end = if page.may_sign { ("#sign", "签字") } else { ("#closing", "综合意见") };
    view! {
        <nav class="jump screen-only" aria-label="本页位置">
            <a href=top.0 rel="external">{top.1}</a>
            {next.map(|(row, code)| view! {
                <a href=format!("#row-{row}") rel="external" data-onsite-jump="">{format!("接着查 {code}")}</a>
            })}
            <a href="#remarks" rel="external">"检查意见"</a>
            <a href=end.0 rel="external">{end.1}</a>
        </nav>
    }
    .into_any()
}

fn remark(page: &ReadingPage, row: &RemarkRow) -> AnyView {
    let tone = match row.kind {
        _ if !row.withdrawn.is_empty() => "none",
        RemarkKind::Sound => "ok",
        RemarkKind::Mismatch => "late",
        RemarkKind::Wanting => "warn",
    };
    let about = match row.record {
        Some(id) => view! { <a href=format!("/records/{id}")>{row.about.clone()}</a> }.into_any(),
        None => view! { {row.about.clone()} }.into_any(),
    };
    let line = |label: &'static str, text: &str| {
        let text = text.to_owned();
        (!text.is_empty()).then(|| view! { <p>{label} {text}</p> })
    };
    view! {
        <div class=format!("why {tone}") id=format!("remark-{}", row.id)>
            <p><b>{row.kind.label()}</b> "　" {about} {row.item.map(|id| view! {
                " " <a href=format!("/accountability/{id}") rel="external">"已转整改事项"</a>
            })}</p>
            {line("", &row.text)}
            {line("申请核对：", &row.check)}
            {line("答复：", &row.answer)}
            {line("已撤回：", &row.withdrawn)}
            {line("", &row.proposal)}
            {line("", &row.reach)}
            {(!row.against.is_empty()).then(|| view! { <p class="error">{row.against.clone()}</p> })}
            <small>{row.by.clone()} {(!row.second.is_empty()).then(|| format!(" · {}", row.second))}</small>
            {forms::about(page, row)}
        </div>
    }
    .into_any()
}
