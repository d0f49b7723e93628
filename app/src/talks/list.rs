//! `/talks`: heads with whom a talk is due, talks under way, lists passed on.

use domain::{board::Tone, talks::TalkState};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::choice;
use crate::{
    api::talks::{DueRow, PassedRow, TalkList, TalkRow, TalksPage, TalksQuery},
    ui::{FormMarks, OfficePage, Problem, TextField, loaded, page_data, state_as},
};

/// `/talks`.
#[component]
pub fn TalksView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let year = q.get("year").and_then(|year| year.parse().ok());
        TalksQuery { state: q.get("state"), year, before: q.get("before"), draft: q.get("draft") }
    });
    let data = page_data(move || TalkList { form: asked.get() });
    view! {
        <OfficePage current="/talks">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"“三交底”廉政谈话"</h1>
                    <p class="lead">"交主体责任履责清单、所在单位问题清单、重要廉政风险清单；谈后接单整改，双报告，对账销号。"</p>
                </div>
                {loaded(data, move |page| show(&page, asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &TalksPage, draft: String) -> AnyView {
    let empty = page.rows.is_empty();
    let states = std::iter::once((String::new(), "全部".to_owned()))
        .chain(TalkState::ALL.iter().map(|s| (s.key().to_owned(), s.label().to_owned())))
        .map(|(key, words)| {
            let here = key == page.state;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    let held = page.year.map(|year| format!("&year={year}")).unwrap_or_default();
    let export = format!("/talks/export?state={}{held}", page.state);
    let links = view! {
        <div class="actions">
            <a class="btn" rel="external" href=export>"导出 .xlsx"</a>
            {page.may_risks.then(|| view! { <a class="btn" href="/talks/risks">"岗位廉政风险库"</a> })}
            {page.may_set.then(|| view! { <a class="btn" href="/talks/settings">"谈话设置"</a> })}
        </div>
    };
    view! {
        <div class="stack">
            <Problem draft=page.draft.clone() />
            {(!page.due.is_empty()).then(|| due(page, draft))}
            {(!page.passed.is_empty()).then(|| passed(&page.passed))}
            <section class="stack" id="talks">
                <h2>"谈话台账"</h2>
                {(!page.totals.is_empty()).then(|| view! { <p>{page.totals.clone()}</p> })}
                {page.year.map(|year| view! {
                    <p class="hint">{format!("只看{year}年谈过的。")} <a href="/talks">"看全部"</a></p>
                })}
                <form class="filter" method="get" action="/talks">
                    {page.year.map(|year| view! { <input type="hidden" name="year" value=year.to_string() /> })}
                    <label>"进度 " <select name="state">{states}</select></label>
                    <button class="btn">"筛选"</button>
                </form>
                {links}
                {if empty {
                    view! { <div class="empty"><b>"还没有谈话"</b><p>"新任或交流任职的党组织主要负责人登记后列在这里；谈话前只有梳理和审定的人看得到。"</p></div> }.into_any()
                } else {
                    view! {
                        <div class="table-wrap">
                            <table class="table">
                                <thead><tr><th>"单位"</th><th>"谈话对象"</th><th>"任职"</th><th>"进度"</th><th>"下一步"</th><th>"问题"</th></tr></thead>
                                <tbody>{page.rows.iter().map(line).collect_view()}</tbody>
                            </table>
                        </div>
                    }
                    .into_any()
                }}
                {page.older.map(|before| view! {
                    <nav class="pager" aria-label="分页">
                        <a rel="next" href=format!("/talks?state={}{held}&before={before}", page.state)>"更早的谈话"</a>
                    </nav>
                })}
            </section>
        </div>
    }
    .into_any()
}

fn line(row: &TalkRow) -> AnyView {
    let tone = match row.state {
        _ if row.late => Tone::Warn,
        TalkState::Closed => Tone::Ok,
        TalkState::Ended => Tone::None,
        _ => Tone::Pending,
    };
    let group = (!row.group.is_empty()).then(|| view! { <small>{row.group.clone()}</small> });
    view! {
        <tr>
            <td data-label="单位" class="title"><a href=format!("/talks/{}", row.id)>{row.unit.clone()}</a></td>
            <td data-label="谈话对象">{row.who.clone()} {group}</td>
            <td data-label="任职">{row.arrival.clone()}</td>
            <td data-label="进度">{state_as(tone, row.state.label().to_owned())}</td>
            <td data-label="下一步">{row.next.clone()}</td>
            <td data-label="问题">{row.account.clone()}</td>
        </tr>
    }
    .into_any()
}

fn due(page: &TalksPage, draft: String) -> AnyView {
    let kept = &page.draft;
    let one = |row: &DueRow| {
        let term = row.term.to_string();
        let chosen = kept.has("term", &term);
        let late = if row.late { "，已逾期" } else { "" };
        view! {
            <tr>
                <td class="pick"><input type="checkbox" name="term" value=term aria-label=format!("登记 {}", row.who) checked=chosen /></td>
                <td data-label="单位" class="title">{row.unit.clone()}</td>
                <td data-label="谈话对象">{row.who.clone()}</td>
                <td data-label="任职">{format!("{}　{}", row.arrival, row.from)}</td>
                <td data-label="应登记">{format!("{}前{late}", row.by)}</td>
                <td data-label="主谈人">{row.speaker.clone()}</td>
            </tr>
        }
        .into_any()
    };
    let levels: Vec<(String, String)> =
        std::iter::once((String::new(), "按规则".to_owned())).chain(page.levels.clone()).collect();
    view! {
        <section class="panel" id="due">
            <h2>"新任和交流任职，待登记"</h2>
            <p class="hint">"系统按任职登记列出，不自动开谈。勾选一位是一次谈话；勾选几位是集体谈话，一人一份清单。"</p>
            <form class="form wide" method="post" action="/talks/register">
                <FormMarks command=page.command draft=draft />
                <div class="table-wrap">
                    <table class="table">
                        <thead><tr><th>"登记"</th><th>"单位"</th><th>"谈话对象"</th><th>"任职"</th><th>"应登记"</th><th>"主谈人（按规则）"</th></tr></thead>
                        <tbody>{page.due.iter().map(one).collect_view()}</tbody>
                    </table>
                </div>
                {kept.problem_of("term").map(|words| view! { <p class="error">{words}</p> })}
                {choice("level", "干部管理权限（一位时可改）", &levels, &kept.value("level", ""), kept.problem_of("level"))}
                <TextField name="title" label="集体谈话名称（勾选几位时填写）" value=kept.value("title", "") error=kept.problem_of("title") />
                <div class="actions"><button class="btn primary">"登记谈话"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn passed(rows: &[PassedRow]) -> AnyView {
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <li>
                    <a href=format!("/talks/passed?id={}", row.talk)>{format!("{}发布的问题清单", row.from)}</a>
                    <p class="muted">{format!("{}　{}", row.at, row.state)}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel" id="passed">
            <h2>"上级单位发布，请对照整改"</h2>
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}
