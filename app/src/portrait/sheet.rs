//! `/portrait` and `/portraits/{post}`: what it is, five duties over the quarters, the year's list by dimension, the
//! findings, what changed. Complete without scripts; every number is a link to its facts.

use domain::{
    board::Duty,
    portrait::{Count, IS, IS_NOT, Portrait},
    time::{zh, zh_short},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{facts, tables};
use crate::{
    api::portrait::{OverseenPortrait, OverseenQuery, OwnPortrait, PortraitPage, PortraitQuery},
    ui::{PhonePage, loaded, page_data, ring},
};

/// `/portrait`.
#[component]
pub fn OwnView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| PortraitQuery {
        term: query.read().get("term"),
        year: query.read().get("year").and_then(|y| y.parse().ok()),
        fact: query.read().get("fact"),
        draft: query.read().get("draft"),
    });
    let done = Memo::new(move |_| query.read().get("done"));
    let data = page_data(move || OwnPortrait { form: asked.get() });
    let title = Signal::stored("我的履责画像".to_owned());
    view! {
        <PhonePage title=title back="/home" tab="" wide=true>
            {move || done.get().map(|done| {
                let words = if done == "asked" { "已提交核对申请，答复会显示在这一项下面和您的待办里。" } else { "已保存。" };
                view! { <div class="notice ok" role="status"><p>{words}</p></div> }
            })}
            {loaded(data, |page: PortraitPage| show(&page))}
        </PhonePage>
    }
}

/// `/portraits/{post}`.
#[component]
pub fn OverseenView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| OverseenQuery {
        post: params.read().get("post").unwrap_or_default(),
        term: query.read().get("term"),
        year: query.read().get("year").and_then(|y| y.parse().ok()),
        fact: query.read().get("fact"),
    });
    let data = page_data(move || OverseenPortrait { form: asked.get() });
    let title = Signal::stored("履责画像".to_owned());
    view! {
        <PhonePage title=title back="/portraits" tab="/portraits" wide=true>
            {loaded(data, |page: PortraitPage| show(&page))}
        </PhonePage>
    }
}

/// Address of this portrait without its question; the year stays.
pub(super) fn place(page: &PortraitPage) -> String {
    let path = if page.own { "/portrait".to_owned() } else { format!("/portraits/{}", page.post) };
    format!("{path}?term={}&year={}", page.term, page.portrait.year)
}

/// Where a number stands on the page: 收起 leads back to it.
pub(super) fn anchor(key: &str) -> String {
    format!("n-{key}")
}

/// A number that opens its facts.
pub(super) fn number(page: &PortraitPage, count: &Count, what: &str) -> AnyView {
    let words = if count.note.is_empty() { count.n.to_string() } else { count.note.clone() };
    if count.n == 0 {
        return view! { <span>{words}</span> }.into_any();
    }
    let href = format!("{}&fact={}#fact", place(page), count.key);
    let label = format!("{what}：{words}，看是哪几项");
    let here = page.panel.as_ref().is_some_and(|panel| panel.key == count.key).then_some("true");
    view! {
        <a class="fact-link" id=anchor(&count.key) href=href rel="external" aria-label=label aria-current=here>{words}</a>
    }
    .into_any()
}

fn show(page: &PortraitPage) -> AnyView {
    let portrait = &page.portrait;
    let paper = format!("/documents/portrait/{}", page.term);
    // The paper is of the present year; the tables are of the one on the screen.
    let export = place(page).replacen('?', "/export?", 1);
    let body = if portrait.columns.is_empty() {
        view! {
            <section class="card">
                <p>{format!("从{}起算，还没有数据。", zh(portrait.starts))}</p>
            </section>
        }
        .into_any()
    } else {
        let series = portrait.series.iter().map(|series| tables::duty(page, series)).collect_view();
        view! {
            {facts::alone(page)}
            {changes(page)}
            <section class="card"><h2>"五责按季度"</h2>{gaps(portrait)}{series}</section>
            {tables::dimensions(page)}
            {tables::findings(page)}
        }
        .into_any()
    };
    view! {
        <section class="card portrait-head">
            <h2>{page.who.clone()}</h2>
            <p>{page.unit.clone()} "　" {page.days.clone()}
                {portrait_state(page)}
            </p>
            <p class="muted">
                {format!("{}起算，截至{}。", zh(portrait.starts), zh(portrait.as_of))}
            </p>
            {choose(page)}
            <div class="actions screen-only">
                <a class="btn" href=format!("{paper}/print") rel="external">"打印图和表"</a>
                <a class="btn" href=export rel="external">"下载 .xlsx"</a>
                <a class="btn" href=format!("{paper}/docx") rel="external">"下载 .docx"</a>
            </div>
        </section>
        {body}
        {about()}
    }
    .into_any()
}

fn portrait_state(page: &PortraitPage) -> Option<AnyView> {
    let words = match (page.ended, page.days.contains("主持工作")) {
        (true, _) => "任期已结束，内容不再变化",
        (false, true) => "主持工作",
        (false, false) => return None,
    };
    Some(view! { " " <span class="tag">{words}</span> }.into_any())
}

/// Terms and years, as links.
fn choose(page: &PortraitPage) -> AnyView {
    let path = if page.own { "/portrait".to_owned() } else { format!("/portraits/{}", page.post) };
    let terms = (page.terms.len() > 1).then(|| {
        let links = page
            .terms
            .iter()
            .map(|(id, label)| {
                let here = (*id == page.term).then_some("true");
                view! { <a href=format!("{path}?term={id}") aria-current=here rel="external">{label.clone()}</a> }
            })
            .collect_view();
        view! { <nav class="filter-links portrait-terms" aria-label="任期">{links}</nav> }
    });
    let years = (page.portrait.years.len() > 1).then(|| {
        let links = page
            .portrait
            .years
            .iter()
            .map(|year| {
                let here = (*year == page.portrait.year).then_some("true");
                let href = format!("{path}?term={}&year={year}", page.term);
                view! { <a href=href aria-current=here rel="external">{format!("{year}年")}</a> }
            })
            .collect_view();
        view! { <nav class="filter-links" aria-label="年度">{links}</nav> }
    });
    view! { {terms} {years} }.into_any()
}

/// What the marks in the columns mean, said once.
fn gaps(portrait: &Portrait) -> AnyView {
    let running = portrait.columns.iter().any(|c| c.running);
    let first = portrait.columns.first().and_then(|c| c.from);
    let told = first.map(|day| format!("第一个季度从{}起算。", zh_short(day)));
    view! {
        <p class="muted">
            "“—”表示这一季度没有数据，不是零。"
            {running.then_some("标“进行中”的季度还没有过完，数字还会变。")}
            {told}
        </p>
    }
    .into_any()
}

fn changes(page: &PortraitPage) -> Option<AnyView> {
    let changes = page.portrait.changes.as_ref()?;
    let lines = changes
        .lines
        .iter()
        .zip(domain::portrait::Change::ALL)
        .filter(|(line, _)| line.n > 0)
        .map(|(line, what)| {
            view! {
                <li><div><b>{what.label()}</b><span class="value">{number(page, line, what.label())}" 项"</span></div></li>
            }
        })
        .collect::<Vec<_>>();
    let nothing = lines.is_empty();
    Some(
        view! {
            <section class="card" id="changes">
                <h2>"与上季度末相比"<small>{format!("{}至{}", zh_short(changes.from), zh_short(changes.to))}</small></h2>
                {if nothing {
                    view! { <p class="muted">"这段时间没有新的变化。"</p> }.into_any()
                } else {
                    view! { <ul class="rows">{lines}</ul> }.into_any()
                }}
                {facts::at(page, "changes")}
            </section>
        }
        .into_any(),
    )
}

fn about() -> AnyView {
    let is = IS.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let is_not = IS_NOT.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <section class="card" id="about">
            <h2>"履责画像是什么，不是什么"</h2>
            <div class="prose"><ul>{is}</ul></div>
            <p><b>"不是："</b></p>
            <div class="prose"><ul>{is_not}</ul></div>
        </section>
    }
    .into_any()
}

/// Ring and name of a duty.
pub(super) fn duty_head(duty: Duty) -> AnyView {
    view! { <h3 class=duty.css()>{ring(duty, "")} " " {duty.label()}</h3> }.into_any()
}
