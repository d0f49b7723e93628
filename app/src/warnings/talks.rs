//! 会商 every two weeks, and 「提请启动」.

use domain::time::{iso, zh};
use leptos::prelude::*;

use super::parts::{area, field, marks, pairs, select, typed, wrong};
use crate::{
    api::warnings::{MatterPage, StartRow},
    ui::TextArea,
};

/// The view.
pub fn show(page: &MatterPage, draft: &str) -> AnyView {
    let talks = page.talks.iter().map(|words| view! { <li class="read">{words.clone()}</li> }).collect_view();
    let starts = page.starts.iter().map(|row| start(page, row, draft)).collect_view();
    let next = page.next_talk.map(|day| view! { <p>{format!("下一次会商应在{}前。", zh(day))}</p> });
    view! {
        <section class="panel">
            <h2>"会商"</h2>
            {next}
            <ul class="warn-lines">{talks}</ul>
        </section>
        {page.may.follow.then(|| talk(page, draft))}
        <section class="panel">
            <h2>"提请启动"</h2>
            <p class="hint">"发现清单所列情形的，提请分管副书记；是否问责在线下按权限决定，系统只记是否受理。"</p>
            <ul class="rows">{starts}</ul>
        </section>
        {page.may.follow.then(|| ask(page, draft))}
    }
    .into_any()
}

fn talk(page: &MatterPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let of = |name: &str, otherwise: &str| typed(kept, "talk", name, otherwise);
    let error = |name: &str| wrong(kept, "talk", name);
    view! {
        <form class="panel form screen-only" method="post" action="/warnings/follow" id="follow">
            <h2>"登记会商"</h2>
            {marks(page, "talk", draft)}
            {field(("held_on", "held_on", "会商日期"), "date", of("held_on", &iso(page.today)), error("held_on"))}
            <TextArea name="words" label="会商情况" rows=3 value=of("words", "") error=error("words") />
            {field(("found", "found", "发现问题（个）"), "number", of("found", "0"), error("found"))}
            {field(("advised", "advised", "提出建议（条）"), "number", of("advised", "0"), error("advised"))}
            <div class="actions"><button class="btn primary">"登记"</button></div>
        </form>
    }
    .into_any()
}

fn start(page: &MatterPage, row: &StartRow, draft: &str) -> AnyView {
    let answers = page.may.answer && row.open;
    let here = page.draft.value("start", "") == row.id;
    let words = if here { page.draft.value("words", "") } else { String::new() };
    let error = page.draft.problem_of("words").filter(|_| here);
    view! {
        <li><div>
            <b>{format!("{}　{}", row.unit, row.situation)}</b>
            <p class="read">{row.words.clone()}</p>
            <small>{format!("{}　{}", row.state, row.course)}</small>
            {answers.then(|| view! {
                <form class="form screen-only" method="post" action="/warnings/follow">
                    {marks(page, "", draft)}
                    <input type="hidden" name="start" value=row.id.clone() />
                    <input type="hidden" name="seen" value=row.version.to_string() />
                    {field((format!("start-{}", row.id), "words", "意见"), "text", words, error)}
                    <div class="actions">
                        <button class="btn primary" name="do" value="take">"受理，线下办理"</button>
                        <button class="btn" name="do" value="decline">"不启动"</button>
                    </div>
                </form>
            })}
        </div></li>
    }
    .into_any()
}

fn ask(page: &MatterPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let of = |name: &str| typed(kept, "start", name, "");
    let error = |name: &str| wrong(kept, "start", name);
    let situations = page.situations.iter().map(|s| (s.id.to_string(), format!("{}　{}", s.no, s.text)));
    view! {
        <details class="panel screen-only" open=kept.value("do", "") == "start" && !kept.problem.is_empty()>
            <summary>"提请启动…"</summary>
            <form class="form" method="post" action="/warnings/follow">
                {marks(page, "start", draft)}
                {select(("situation", "situation", "问责清单里的情形"), "请选择", situations, &of("situation"), error("situation"))}
                {select(("unit", "unit", "责任单位"), "请选择", pairs(&page.columns), &of("unit"), error("unit"))}
                {area(("start-facts", "words", "发现的情况"), 3, of("words"), error("words"))}
                <p class="hint">"只写事实，勿写举报和案情内容。"</p>
                <div class="actions"><button class="btn">"提请分管副书记"</button></div>
            </form>
        </details>
    }
    .into_any()
}
