//! `/talks/{id}/prepare`: the three lists in the making.

use domain::{
    duties::{Frequency, Source},
    talks::{DutyLine, ListKind, Problem, Risk, RiskLevel},
    time::iso,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::parts::{area, choice, field, options};
use crate::{
    api::{
        drafts::Draft,
        talks::{PreparePage, PreparedTalk, Suggestion, TalkQuery},
    },
    ui::{FormMarks, OfficePage, Problem as Refused, loaded, page_data},
};

/// `/talks/{id}/prepare`.
#[component]
pub fn PrepareView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let q = query.read();
        TalkQuery {
            id: params.read().get("id").unwrap_or_default(),
            draft: q.get("draft"),
            line: q.get("line").and_then(|line| line.parse().ok()),
            from: q.get("from"),
        }
    });
    let done = Memo::new(move |_| query.read().get("done").unwrap_or_default());
    let data = page_data(move || PreparedTalk { form: asked.get() });
    view! {
        <OfficePage current="/talks">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置">
                    <a href="/talks">"“三交底”廉政谈话"</a> " / "
                    <a href=move || format!("/talks/{}", asked.get().id)>"一次谈话"</a> " / " <span>"三张清单"</span>
                </nav>
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default(), &done.get_untracked()))}
            </main>
        </OfficePage>
    }
}

fn marks(page: &PreparePage, draft: &str, kept: &Draft) -> AnyView {
    let mark = if kept.problem.is_empty() { String::new() } else { draft.to_owned() };
    view! {
        <FormMarks command=page.command draft=mark />
        <input type="hidden" name="talk" value=page.talk.id.to_string() />
        <input type="hidden" name="seen" value=page.talk.version.to_string() />
    }
    .into_any()
}

/// What was typed into the form of a list.
fn typed(page: &PreparePage, list: ListKind) -> Draft {
    let own = page.draft.value("list", "") == list.key() && page.draft.value("do", "") != "drop";
    if own { page.draft.clone() } else { Draft::default() }
}

fn show(page: &PreparePage, draft: &str, done: &str) -> AnyView {
    let words = match done {
        "" => "",
        "registered" => "已登记。规定动作已列入履责清单，请梳理问题和风险，补上自选动作。",
        "taken" => "已加入清单。",
        _ => "已保存。",
    };
    let wanting = page.wanting.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view();
    let whole = page.wanting.is_empty();
    view! {
        {(!words.is_empty()).then(|| view! { <div class="notice ok" role="status"><p>{words}</p></div> })}
        <div class="page-head">
            <h1>{format!("三张清单　{} {}", page.talk.unit_name, page.talk.name)}</h1>
            <p class="lead">{format!("{}　{}", page.talk.state.label(), page.talk.lists.words())}</p>
        </div>
        <Refused draft=page.draft.clone() />
        <div class="stack">
            {(!page.may).then(|| view! { <div class="notice info"><p>"清单已提请审定，不能再改。"</p></div> })}
            {(page.may && !whole).then(|| view! { <div class="notice info"><b>"报审前还需要"</b><ul>{wanting}</ul></div> })}
            {problems(page, draft)}
            {risks(page, draft)}
            {duties(page, draft)}
            {(page.may && !page.suggestions.is_empty()).then(|| facts(page))}
            <div class="actions"><a class="btn" href=format!("/talks/{}", page.talk.id)>"返回谈话，提请审定"</a></div>
        </div>
    }
    .into_any()
}

/// Change and take off, of a line.
fn acts(page: &PreparePage, list: ListKind, no: u32) -> AnyView {
    if !page.may {
        return ().into_any();
    }
    let link = format!("/talks/{}/prepare?line={no}#{}-form", page.talk.id, list.key());
    view! {
        <a class="btn small" href=link>"修改"</a>
        <form method="post" action="/talks/line">
            {marks(page, "", &Draft::default())}
            <input type="hidden" name="list" value=list.key() />
            <input type="hidden" name="no" value=no.to_string() />
            <button class="btn small" name="do" value="drop">"移出"</button>
        </form>
    }
    .into_any()
}

/// Hidden fields of the form of a line.
fn line_marks(page: &PreparePage, draft: &str, kept: &Draft, list: ListKind, no: u32) -> AnyView {
    view! {
        {marks(page, draft, kept)}
        <input type="hidden" name="list" value=list.key() />
        <input type="hidden" name="no" value=kept.value("no", no.to_string()) />
    }
    .into_any()
}

fn problems(page: &PreparePage, draft: &str) -> AnyView {
    let lists = &page.talk.lists;
    let sealed = lists.sealed.is_some();
    let rows = lists
        .problems
        .iter()
        .map(|p| {
            let source = page.sources.then(|| p.source.label());
            view! {
                <tr>
                    <td data-label="序号">{lists.printed(p.no).to_string()}</td>
                    <td data-label="方面">{p.area.clone()} {source.map(|words| view! { <small>{words}</small> })}</td>
                    <td data-label="病症" class="title">{lists.problem_words(p.no)}</td>
                    <td data-label="病因">{p.cause.clone()}</td>
                    <td data-label="处方">{p.remedy.clone()}</td>
                    <td data-label="整改时限" class="nowrap">{p.due.map(iso).unwrap_or_default()}</td>
                    <td class="act">{acts(page, ListKind::Problem, p.no)}</td>
                </tr>
            }
        })
        .collect_view();
    let old = page.line.and_then(|no| lists.problem(no)).cloned();
    view! {
        <section class="panel stack" id="problem">
            <h2>"所在单位问题清单"</h2>
            <p class="hint">"写明病症、病因、处方。来源只有党风政风监督室和负责同志看得到，单位一律显示“监督中发现”。"</p>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"序号"</th><th>"方面"</th><th>"病症"</th><th>"病因"</th><th>"处方"</th><th>"整改时限"</th><th></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {page.may.then(|| problem_form(page, draft, old, sealed))}
            {page.may.then(|| seal(page, draft))}
        </section>
    }
    .into_any()
}

fn problem_form(page: &PreparePage, draft: &str, old: Option<Problem>, sealed: bool) -> AnyView {
    let kept = typed(page, ListKind::Problem);
    let no = old.as_ref().map_or(0, |p| p.no);
    let of = |name: &str, stored: &dyn Fn(&Problem) -> String| {
        kept.value(name, old.as_ref().map(stored).unwrap_or_default())
    };
    let areas: Vec<(String, String)> = page.areas.iter().map(|area| (area.clone(), area.clone())).collect();
    let chosen = of("area", &|p| p.area.clone());
    let mut all = areas;
    if !chosen.is_empty() && all.iter().all(|(key, _)| *key != chosen) {
        all.push((chosen.clone(), chosen.clone()));
    }
    let duties: Vec<(String, String)> =
        std::iter::once((String::new(), "不对应".to_owned())).chain(page.duties.clone()).collect();
    let sources = options(&Source::ALL, Source::key, Source::label);
    let due = of("due", &|p| p.due.map(iso).unwrap_or_default());
    view! {
        <form class="form" method="post" action="/talks/line" id="problem-form">
            <h3>{if no == 0 { "添加问题" } else { "修改问题" }}</h3>
            {line_marks(page, draft, &kept, ListKind::Problem, no)}
            {choice("area", "方面", &all, &chosen, kept.problem_of("area"))}
            {(!sealed).then(|| view! {
                {area("symptom", ("symptom", "病症（问题表现）"), 3, of("symptom", &|p| p.symptom.clone()), kept.problem_of("symptom"))}
                {area("cause", ("cause", "病因（原因分析）"), 3, of("cause", &|p| p.cause.clone()), kept.problem_of("cause"))}
                {area("remedy", ("remedy", "处方（整改要求）"), 3, of("remedy", &|p| p.remedy.clone()), kept.problem_of("remedy"))}
            })}
            {field("due", ("due", "整改时限（不填为三个月报告之日）"), "date", due, kept.problem_of("due"))}
            {choice("duty", "对应履责清单", &duties, &of("duty", &|p| p.duty.map(|d| d.to_string()).unwrap_or_default()), kept.problem_of("duty"))}
            {page.sources.then(|| choice("source", "来源（只有监督室和负责同志看得到）", &sources, &of("source", &|p| p.source.key().to_owned()), kept.problem_of("source")))}
            <div class="actions"><button class="btn primary">{if no == 0 { "添加" } else { "保存" }}</button></div>
        </form>
    }
    .into_any()
}

/// 「只存编号」.
fn seal(page: &PreparePage, draft: &str) -> AnyView {
    let kept = if page.draft.value("do", "") == "seal" { page.draft.clone() } else { Draft::default() };
    if page.talk.lists.sealed.is_some() {
        return view! {
            <form class="form" method="post" action="/talks/line" id="seal">
                {marks(page, "", &Draft::default())}
                <input type="hidden" name="list" value="problem" />
                <p class="hint">"现在只存编号：系统里没有问题内容。取消后须逐条补写病症、病因、处方。"</p>
                <div class="actions"><button class="btn" name="do" value="unseal">"取消只存编号"</button></div>
            </form>
        }
        .into_any();
    }
    let open = !kept.fields.is_empty();
    view! {
        <details id="seal" open=open>
            <summary>"问题清单只存编号…"</summary>
            <form class="form" method="post" action="/talks/line">
                {marks(page, draft, &kept)}
                <input type="hidden" name="list" value="problem" />
                <p class="hint">"内容留在纸质清单上，系统里已写的病症、病因、处方立即清除，只保留方面、条数和时限。"</p>
                {field("seal-number", ("number", "纸质清单编号"), "text", kept.value("number", ""), kept.problem_of("number"))}
                {field("seal-place", ("place", "存放处"), "text", kept.value("place", ""), kept.problem_of("place"))}
                <div class="actions"><button class="btn" name="do" value="seal">"改为只存编号"</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn risks(page: &PreparePage, draft: &str) -> AnyView {
    let rows = page
        .talk
        .lists
        .risks
        .iter()
        .map(|r| {
            view! {
                <tr>
                    <td data-label="岗位">{r.post.clone()}</td>
                    <td data-label="风险点" class="title">{r.point.clone()} {(!r.cause.is_empty()).then(|| view! { <small>{r.cause.clone()}</small> })}</td>
                    <td data-label="等级">{r.level.label()}</td>
                    <td data-label="防控措施">{r.control.clone()}</td>
                    <td data-label="责任人">{r.owner.clone()}</td>
                    <td class="act">{acts(page, ListKind::Risk, r.no)}</td>
                </tr>
            }
        })
        .collect_view();
    let old = page.line.and_then(|no| page.talk.lists.risks.iter().find(|r| r.no == no)).cloned();
    view! {
        <section class="panel stack" id="risk">
            <h2>"重要廉政风险清单"</h2>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"岗位"</th><th>"风险点"</th><th>"等级"</th><th>"防控措施"</th><th>"责任人"</th><th></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {page.may.then(|| risk_form(page, draft, old))}
        </section>
    }
    .into_any()
}

fn risk_form(page: &PreparePage, draft: &str, old: Option<Risk>) -> AnyView {
    let kept = typed(page, ListKind::Risk);
    let no = old.as_ref().map_or(0, |r| r.no);
    let of =
        |name: &str, stored: &dyn Fn(&Risk) -> String| kept.value(name, old.as_ref().map(stored).unwrap_or_default());
    let levels = options(RiskLevel::ALL, RiskLevel::key, RiskLevel::label);
    view! {
        <form class="form" method="post" action="/talks/line" id="risk-form">
            <h3>{if no == 0 { "添加风险点" } else { "修改风险点" }}</h3>
            {line_marks(page, draft, &kept, ListKind::Risk, no)}
            {field("post_name", ("post_name", "岗位"), "text", of("post_name", &|r| r.post.clone()), kept.problem_of("post_name"))}
            {area("point", ("point", "风险点"), 2, of("point", &|r| r.point.clone()), kept.problem_of("point"))}
            {area("risk_cause", ("risk_cause", "成因（可不填）"), 2, of("risk_cause", &|r| r.cause.clone()), kept.problem_of("risk_cause"))}
            {choice("level", "等级", &levels, &of("level", &|r| r.level.key().to_owned()), kept.problem_of("level"))}
            {area("control", ("control", "防控措施"), 2, of("control", &|r| r.control.clone()), kept.problem_of("control"))}
            {field("owner", ("owner", "责任人"), "text", of("owner", &|r| r.owner.clone()), kept.problem_of("owner"))}
            <div class="actions"><button class="btn primary">{if no == 0 { "添加" } else { "保存" }}</button></div>
        </form>
    }
    .into_any()
}

fn duties(page: &PreparePage, draft: &str) -> AnyView {
    let rows = page
        .talk
        .lists
        .duties
        .iter()
        .map(|d| {
            let words = format!("{} {}", d.code, d.text);
            view! {
                <tr>
                    <td data-label="履责事项" class="title">{words.trim().to_owned()}</td>
                    <td data-label="频次">{d.frequency.label()}</td>
                    <td data-label="类别">{if d.optional { "自选动作" } else { "规定动作" }}</td>
                    <td class="act">{acts(page, ListKind::Duty, d.no)}</td>
                </tr>
            }
        })
        .collect_view();
    let old = page.line.and_then(|no| page.talk.lists.duties.iter().find(|d| d.no == no)).cloned();
    view! {
        <section class="panel stack" id="duty">
            <h2>"主体责任履责清单"</h2>
            <p class="hint">"规定动作取自本年清单；自选动作结合单位特点和风险防控要求增加，签字后列入新任负责人的履责清单。"</p>
            {page.may.then(|| duty_form(page, draft, old))}
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"履责事项"</th><th>"频次"</th><th>"类别"</th><th></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn duty_form(page: &PreparePage, draft: &str, old: Option<DutyLine>) -> AnyView {
    let kept = typed(page, ListKind::Duty);
    let no = old.as_ref().map_or(0, |d| d.no);
    let frequencies = options(&Frequency::ALL, Frequency::key, Frequency::label);
    let text = kept.value("text", old.as_ref().map(|d| d.text.clone()).unwrap_or_default());
    let frequency = kept.value("frequency", old.as_ref().map_or("", |d| d.frequency.key()));
    view! {
        <form class="form" method="post" action="/talks/line" id="duty-form">
            <h3>{if no == 0 { "添加自选动作" } else { "修改履责事项" }}</h3>
            {line_marks(page, draft, &kept, ListKind::Duty, no)}
            {area("duty-text", ("text", "履责事项"), 2, text, kept.problem_of("text"))}
            {choice("frequency", "频次", &frequencies, &frequency, kept.problem_of("frequency"))}
            <div class="actions"><button class="btn primary">{if no == 0 { "添加" } else { "保存" }}</button></div>
        </form>
    }
    .into_any()
}

/// What the system knows: risks and duties are ticked, a problem begins a form.
fn facts(page: &PreparePage) -> AnyView {
    let line = |s: &Suggestion| {
        let (key, text, why) = (s.key.clone(), s.text.clone(), s.why.clone());
        let tick = s.list != ListKind::Problem;
        let begin = format!("/talks/{}/prepare?from={key}#problem-form", page.talk.id);
        let act = if tick {
            let label = format!("加入清单：{text}");
            view! { <input type="checkbox" name="pick" value=key aria-label=label /> }.into_any()
        } else {
            view! { <a class="btn small" href=begin>"用来起草"</a> }.into_any()
        };
        view! {
            <tr>
                <td class="pick">{act}</td>
                <td data-label="清单" class="nowrap">{s.list.label()}</td>
                <td data-label="内容" class="title">{text}</td>
                <td data-label="依据">{why}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <form class="form panel wide" method="post" action="/talks/take" id="facts">
            <h2>"系统掌握的情况"</h2>
            {marks(page, "", &Draft::default())}
            <p class="hint">"在办、重复和逾期的问题，检查意见，风险库，公开通报的典型案例。要不要用由人决定；问题只带出表现，病因和处方由人写。"</p>
            <div class="table-wrap">
                <table class="table">
                    <thead><tr><th>"选"</th><th>"清单"</th><th>"内容"</th><th>"依据"</th></tr></thead>
                    <tbody>{page.suggestions.iter().map(line).collect_view()}</tbody>
                </table>
            </div>
            <div class="actions"><button class="btn primary">"把勾选的加入清单"</button></div>
        </form>
    }
    .into_any()
}
