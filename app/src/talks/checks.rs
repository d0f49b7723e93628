//! What the supervising body does after a talk: stage checks and the 监督检查方案 cut from the three lists.

use domain::{
    talks::{FindingKind, Part, StageCheck, Talk},
    time::{iso, zh},
};
use leptos::prelude::*;

use super::parts::{area, cell_choice, cell_field, cell_text, field, lines, marks, options, typed};
use crate::api::{drafts::Draft, talks::TalkPage};

/// Stage checks and the plan.
pub fn forms(page: &TalkPage, draft: &str) -> AnyView {
    let some = !page.talk.stages.is_empty();
    view! {
        {some.then(|| stages(&page.talk))}
        {page.can("assess").then(|| assess(page, draft))}
        {page.inside.then(|| plan(page, draft))}
    }
    .into_any()
}

/// Three parts of a report or of a check, to read.
pub fn parts_read(words: &domain::talks::Paper3, leader: bool) -> AnyView {
    Part::ALL
        .iter()
        .map(|part| {
            let label =
                if leader && *part == Part::Ecology { "履责清单落实和政治生态优化" } else { part.label() };
            view! { <h3>{label}</h3> <div class="read">{lines(words.of(*part))}</div> }
        })
        .collect_view()
        .into_any()
}

/// Three parts to write.
pub fn parts_form(id: &'static str, kept: &Draft, stored: Option<&domain::talks::Paper3>, leader: bool) -> AnyView {
    Part::ALL
        .iter()
        .map(|part| {
            let label =
                if leader && *part == Part::Ecology { "履责清单落实和政治生态优化" } else { part.label() };
            let name = format!("part_{}", part.key());
            let value = kept.value(&name, stored.map(|words| words.of(*part).to_owned()).unwrap_or_default());
            let error = kept.problem_of(&name);
            area(format!("{id}-{}", part.key()), (name, label), 5, value, error)
        })
        .collect_view()
        .into_any()
}

fn stages(talk: &Talk) -> AnyView {
    let one = |stage: &StageCheck| {
        let second = if stage.second.is_empty() { String::new() } else { format!("、{}", stage.second) };
        let rows = stage
            .findings
            .iter()
            .map(|f| {
                view! {
                    <tr>
                        <td data-label="问题" class="title">{talk.lists.problem_words(f.no)}</td>
                        <td data-label="评估" class="nowrap">{f.kind.label()}</td>
                        <td data-label="情况">{f.words.clone()}</td>
                    </tr>
                }
            })
            .collect_view();
        let some = !stage.findings.is_empty();
        view! {
            <details>
                <summary>{format!("{}　{}{second}", zh(stage.on), stage.by_name)}</summary>
                {parts_read(&stage.parts, false)}
                {some.then(|| view! {
                    <div class="table-wrap"><table class="table">
                        <thead><tr><th>"问题"</th><th>"评估"</th><th>"情况"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table></div>
                })}
            </details>
        }
        .into_any()
    };
    view! {
        <section class="panel" id="stages">
            <h2>"阶段评估"</h2>
            {talk.stages.iter().map(one).collect_view()}
        </section>
    }
    .into_any()
}

/// Rows of findings to fill in; `stored` are those that stand.
pub fn findings_form(page: &TalkPage, kept: &Draft, stored: &[domain::talks::Finding]) -> AnyView {
    let kinds = options(FindingKind::ALL, FindingKind::key, FindingKind::label);
    let rows = page
        .talk
        .lists
        .problems
        .iter()
        .map(|p| {
            let (no, n) = (p.no, page.talk.lists.printed(p.no));
            let old = stored.iter().find(|f| f.no == no);
            let kind = kept.value(&format!("kind_{no}"), old.map_or("", |f| f.kind.key()));
            let words = kept.value(&format!("words_{no}"), old.map(|f| f.words.clone()).unwrap_or_default());
            let state = page.items.iter().find(|line| line.no == no).map(|line| line.state.clone()).unwrap_or_default();
            let wrong = |name: &str| kept.problem_of(&format!("{name}_{no}"));
            view! {
                <tr>
                    <td data-label="序号">{n.to_string()}</td>
                    <td data-label="问题" class="title">{page.talk.lists.problem_words(no)} <small>{state}</small></td>
                    <td data-label="评估">{cell_choice(format!("kind_{no}"), format!("第 {n} 个问题的评估"), &kinds, &kind, wrong("kind"))}</td>
                    <td data-label="情况">{cell_text(format!("words_{no}"), format!("第 {n} 个问题的情况"), words, wrong("words"))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead><tr><th>"序号"</th><th>"问题"</th><th>"评估"</th><th>"情况"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn assess(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed(page, |name, _| name == "stage_on");
    let open = !kept.fields.is_empty();
    let on = kept.value("stage_on", page.today.clone());
    view! {
        <details class="panel" id="assess" open=open>
            <summary>"登记阶段评估（清单对账）"</summary>
            <form class="form wide" method="post" action="/talks/assess">
                {marks(page, draft, &kept)}
                {field("stage-on", ("stage_on", "评估日期"), "date", on, kept.problem_of("stage_on"))}
                {field("stage-second", ("second", "另一位评估人员"), "text", kept.value("second", ""), kept.problem_of("second"))}
                <p class="hint">"评为“与实际不符”的，须两人一同评估。只评看过的问题，其余留空。"</p>
                {parts_form("stage", &kept, None, false)}
                {findings_form(page, &kept, &[])}
                <div class="actions"><button class="btn primary">"登记阶段评估"</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn plan(page: &TalkPage, draft: &str) -> AnyView {
    let (done, all) = page.talk.checks.count();
    let adopted = page.talk.checks.adopted.as_ref();
    let told = adopted.map(|(_, name, on)| format!("{name} {}确定，已督查 {done}/{all}。", zh(*on)));
    view! {
        <section class="panel stack" id="checks">
            <h2>"监督检查方案"</h2>
            <p class="hint">"按三张清单量身定制，只有纪委看得到；督查时照单逐项登记，年底检查单也会带上没有销号的问题。"</p>
            {told.map(|words| view! { <p>{words}</p> })}
            {(all > 0).then(|| looks(page, draft))}
            {page.can("checks").then(|| adopt(page, draft))}
        </section>
    }
    .into_any()
}

fn looks(page: &TalkPage, draft: &str) -> AnyView {
    let rows = page
        .talk
        .checks
        .points
        .iter()
        .map(|point| {
            let no = point.no;
            let name = format!("looked_{no}");
            let kept = typed(page, |field, _| field == format!("looked_{no}"));
            let seen = point
                .looks()
                .map(|l| view! { <p>{format!("{} {}：{}", zh(l.on), l.by_name, l.words)}</p> })
                .collect_view();
            let label = format!("{}的督查情况", page.talk.point_words(point));
            let form = page.can("look").then(|| {
                view! {
                    <form method="post" action="/talks/look">
                        {marks(page, draft, &kept)}
                        <input type="hidden" name="no" value=no.to_string() />
                        {cell_text(name.clone(), label, kept.value(&name, ""), kept.problem_of(&name))}
                        <button class="btn small">"登记"</button>
                    </form>
                }
            });
            view! {
                <tr>
                    <td data-label="清单" class="nowrap">{point.list.label()}</td>
                    <td data-label="检查内容" class="title">{page.talk.point_words(point)}</td>
                    <td data-label="检查方法">{point.how.clone()}</td>
                    <td data-label="时间" class="nowrap">{zh(point.by)}</td>
                    <td data-label="督查情况">{seen}{form}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap" id="look">
            <table class="table">
                <thead><tr><th>"清单"</th><th>"检查内容"</th><th>"检查方法"</th><th>"时间"</th><th>"督查情况"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn adopt(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed(page, |name, _| name.starts_with("how_"));
    let adopted = page.talk.checks.adopted.is_some();
    let open = !adopted || !kept.fields.is_empty();
    let own = &page.talk.checks.points;
    let more = page.points.iter().filter(|p| own.iter().all(|o| o.no != p.no));
    let rows = own
        .iter()
        .chain(more)
        .map(|point| {
            let no = point.no;
            let value = format!("{}:{no}", point.list.key());
            // What stands in the plan stays in it; a proposal is never ticked beforehand.
            let stands = own.iter().any(|o| o.no == no);
            let ticked = if kept.fields.is_empty() { stands } else { kept.has("point", &value) };
            let words = page.talk.point_words(point);
            let how = kept.value(&format!("how_{no}"), point.how.clone());
            let by = kept.value(&format!("by_{no}"), iso(point.by));
            let wrong = |name: &str| kept.problem_of(&format!("{name}_{no}"));
            view! {
                <tr>
                    <td class="pick"><input type="checkbox" name="point" value=value checked=ticked aria-label=words.clone() /></td>
                    <td data-label="清单" class="nowrap">{point.list.label()}</td>
                    <td data-label="检查内容" class="title">{words.clone()}</td>
                    <td data-label="检查方法">{cell_text(format!("how_{no}"), format!("{words}的检查方法"), how, wrong("how"))}</td>
                    <td data-label="时间">{cell_field(format!("by_{no}"), format!("{words}的检查时间"), "date", by, wrong("by"))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details open=open>
            <summary>{if adopted { "调整方案" } else { "制定方案" }}</summary>
            <form class="form wide" method="post" action="/talks/checks">
                {marks(page, draft, &kept)}
                <p class="hint">"系统按问题、高风险点和自选动作列出可以查什么，勾选的才进方案，方法和时间可以改。"</p>
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"选"</th><th>"清单"</th><th>"检查内容"</th><th>"检查方法"</th><th>"时间"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {kept.problem_of("point").map(|words| view! { <p class="error">{words}</p> })}
                <div class="actions"><button class="btn primary">"确定方案"</button></div>
            </form>
        </details>
    }
    .into_any()
}
