//! `/tolerance/{id}`: one case, its course, and the next step of this viewer.

use domain::{
    ids::CommandId,
    tolerance::{CaseState, Step},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::{
        drafts::Draft,
        tolerance::{CasePage, CaseQuery, CourseRow, ToleranceOne},
    },
    ui::{ChoiceChip, FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
    viewer::viewer,
};

/// `/tolerance/{id}`.
#[component]
pub fn CaseView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| CaseQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || ToleranceOne { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> }
        })
    };
    view! {
        <OfficePage current="/tolerance">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/tolerance">"容错纠错"</a> " / " <span>"办理"</span></nav>
                {done}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn pair(label: &'static str, value: &str) -> AnyView {
    let value = value.to_owned();
    (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd class="read">{value}</dd> }).into_any()
}

fn show(page: &CasePage, draft: &str) -> AnyView {
    let course = page.course.iter().map(line).collect_view();
    let tone = match page.state {
        CaseState::Allowed | CaseState::Told | CaseState::Used => "ok",
        CaseState::Closed | CaseState::Declined | CaseState::Withdrawn | CaseState::Denied => "none",
        CaseState::Asked | CaseState::Verifying | CaseState::Verified => "pending",
    };
    let icon = match tone {
        "ok" => "✓",
        "none" => "—",
        _ => "◔",
    };
    let findings = page.findings.clone().map(|found| {
        view! {
            <section class="panel">
                <h2>"核实情况"</h2>
                <dl class="kv">
                    {pair("动机", &found.motive)} {pair("程序", &found.procedure)} {pair("后果", &found.outcome)}
                    {pair("补救", &found.remedy)} {pair("对应情形", &found.situations.join("；"))}
                    {pair("核实意见", if found.eligible { "属于可容错情形" } else { "不属于可容错情形" })}
                </dl>
            </section>
        }
    });
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{format!("{} · {} ", page.unit, page.who)}
                <span class=format!("state {tone}")>{icon} " " {page.state.label()}</span></p>
            {page.paper.then(|| view! {
                <div class="actions">
                    <a class="btn" rel="external" href=format!("/documents/tolerance/{}/page", page.id)>"认定书"</a>
                </div>
            })}
        </div>
        <Problem draft=page.draft.clone() />
        {next(page, draft)}
        {page.notes_talk.then(|| talk_form(page.command, &page.draft, draft, ("case", &page.id, page.seen), &page.who))}
        <section class="panel">
            <h2>"提出的情况"</h2>
            <dl class="kv">
                {pair("提出", &page.asked)} {pair("事项类别", &page.kind)}
                {pair("事情经过", &page.application.facts)} {pair("原因", &page.application.reasons)}
                {pair("补救措施", &page.application.remedy)} {pair("核实人", &page.verifier)}
            </dl>
        </section>
        {findings}
        <section class="panel">
            <h2>"结果"</h2>
            <dl class="kv">
                {pair("认定", &page.decided)} {pair("意见", &page.reason)} {pair("文号", &page.number)}
                {pair("反馈", &page.told)} {pair("应用", &page.used)} {pair("勉励谈话", &page.talk)}
            </dl>
            {(page.decided.is_empty() && page.reason.is_empty()).then(|| view! { <p class="muted">"还没有结果。"</p> })}
        </section>
        <section class="panel">
            <h2>"办理经过"</h2>
            <ol class="thread">{course}</ol>
        </section>
    }
    .into_any()
}

fn line(row: &CourseRow) -> AnyView {
    view! {
        <li>
            <span class="ring small wen">"问"</span>
            <b>{row.step.clone()}</b>
            {(!row.words.is_empty()).then(|| view! { <p class="read">{row.words.clone()}</p> })}
            <small>{row.who.clone()}</small>
        </li>
    }
    .into_any()
}

/// The start of a form of one step.
fn marks(page: &CasePage, draft_id: &str, step: Option<Step>) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft_id.to_owned() />
        <input type="hidden" name="case" value=page.id.clone() />
        <input type="hidden" name="seen" value=page.seen.to_string() />
        {step.map(|step| view! { <input type="hidden" name="step" value=step.key() /> })}
    }
    .into_any()
}

fn next(page: &CasePage, draft_id: &str) -> AnyView {
    if page.steps.is_empty() {
        return ().into_any();
    }
    let has = |step: Step| page.steps.contains(&step);
    view! {
        <section class="panel" id="next">
            <h2>"下一步"</h2>
            {has(Step::Accept).then(|| accept(page, draft_id))}
            {has(Step::Verify).then(|| verify(page, draft_id))}
            {has(Step::Reassign).then(|| reassign(page, draft_id))}
            {has(Step::Allow).then(|| decide(page, draft_id))}
            {has(Step::Tell).then(|| tell(page, draft_id))}
            {has(Step::Use).then(|| used(page, draft_id))}
            {has(Step::Withdraw).then(|| view! {
                <form class="inline-form" method="post" action="/tolerance/step">
                    {marks(page, draft_id, Some(Step::Withdraw))}
                    <button class="btn">"撤回"</button>
                </form>
            })}
        </section>
    }
    .into_any()
}

/// The draft, where it was of one of these steps.
fn of(page: &CasePage, steps: &[Step]) -> Draft {
    let step = page.draft.value("step", "");
    if steps.iter().any(|s| s.key() == step) { page.draft.clone() } else { Draft::default() }
}

/// Who verifies.
fn verifier(page: &CasePage, draft: &Draft) -> AnyView {
    let chosen = draft.value("verifier", "");
    let options = page
        .verifiers
        .iter()
        .map(|(person, name)| {
            let key = person.to_string();
            let here = key == chosen;
            view! { <option value=key selected=here>{name.clone()}</option> }
        })
        .collect_view();
    view! {
        <div class="field short">
            <label for="verifier">"核实人"</label>
            <select id="verifier" name="verifier"><option value="">"请选一位"</option>{options}</select>
            {draft.problem_of("verifier").map(|e| view! { <p class="error">{e}</p> })}
            <p class="hint">"提出的同志、当事人和本单位的同志不能核实。"</p>
        </div>
    }
    .into_any()
}

/// The named one left, or has become one of the unit.
fn reassign(page: &CasePage, draft_id: &str) -> AnyView {
    let draft = of(page, &[Step::Reassign]);
    let open = !draft.fields.is_empty();
    view! {
        <details class="dialog" open=open>
            <summary class="btn">"改派核实人…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/tolerance/step">
                    {marks(page, draft_id, Some(Step::Reassign))}
                    {verifier(page, &draft)}
                    <div class="actions"><button class="btn">"改派核实人"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

fn accept(page: &CasePage, draft_id: &str) -> AnyView {
    let draft = of(page, &[Step::Accept, Step::Decline]);
    view! {
        <form class="form" method="post" action="/tolerance/step">
            {marks(page, draft_id, None)}
            {verifier(page, &draft)}
            <TextField name="reason" label="不予受理的理由（不受理时填）" value=draft.value("reason", "")
                error=draft.problem_of("reason") />
            <div class="actions">
                <button class="btn primary" name="step" value=Step::Accept.key()>"受理"</button>
                <button class="btn" name="step" value=Step::Decline.key()>"不予受理"</button>
            </div>
        </form>
    }
    .into_any()
}

fn verify(page: &CasePage, draft_id: &str) -> AnyView {
    let draft = of(page, &[Step::Verify]);
    let area = |name: &'static str, label: &'static str, hint: &'static str| {
        view! { <TextArea name=name label=label rows=3 value=draft.value(name, "") error=draft.problem_of(name) hint=hint /> }
    };
    let situations = page
        .situations
        .iter()
        .map(|one| {
            let checked = draft.has("situation", one);
            view! { <ChoiceChip kind="checkbox" name="situation" value=one.clone() label=one.clone() checked=checked /> }
        })
        .collect_view();
    let eligible = draft.value("eligible", "");
    view! {
        <form class="form" method="post" action="/tolerance/step" data-outbox="tolerance.step"
            data-outbox-subject=page.id.clone()>
            {marks(page, draft_id, Some(Step::Verify))}
            <p class="hint">"只写核实到的事实和程序，不作评价。"</p>
            {area("motive", "动机", "为公还是为私，有没有谋取私利")}
            {area("procedure", "程序", "有没有按规定决策、报告")}
            {area("outcome", "后果", "造成什么影响，能不能挽回")}
            {area("remedy", "补救", "采取了什么措施，效果怎样")}
            <fieldset class="field">
                <legend>"是否属于可容错情形"</legend>
                <div class="radio-chips">
                    <ChoiceChip kind="radio" name="eligible" value="yes" label="属于" checked=eligible == "yes" />
                    <ChoiceChip kind="radio" name="eligible" value="no" label="不属于可容错情形" checked=eligible == "no" />
                </div>
                {draft.problem_of("eligible").map(|e| view! { <p class="error">{e}</p> })}
            </fieldset>
            <fieldset class="field">
                <legend>"对应情形 " <small>"属于的，至少选一种"</small></legend>
                <div class="chips">{situations}</div>
                {draft.problem_of("situation").map(|e| view! { <p class="error">{e}</p> })}
            </fieldset>
            <div class="actions"><button class="btn primary">"提交核实情况"</button></div>
        </form>
    }
    .into_any()
}

fn decide(page: &CasePage, draft_id: &str) -> AnyView {
    let draft = of(page, &[Step::Allow, Step::Deny, Step::SendBack]);
    view! {
        <form class="form" method="post" action="/tolerance/step">
            {marks(page, draft_id, None)}
            <TextArea name="reason" label="认定意见（退回的写原因）" rows=3 value=draft.value("reason", "")
                error=draft.problem_of("reason") />
            <p class="hint">"认定予以容错后，这件事造成的颜色随即收回，看板上不写原因。"</p>
            <div class="actions">
                <button class="btn primary" name="step" value=Step::Allow.key()>"予以容错"</button>
                <button class="btn" name="step" value=Step::Deny.key()>"不予容错"</button>
                <button class="btn" name="step" value=Step::SendBack.key()>"退回补充核实"</button>
            </div>
        </form>
    }
    .into_any()
}

fn tell(page: &CasePage, draft_id: &str) -> AnyView {
    let draft = of(page, &[Step::Tell]);
    view! {
        <form class="form" method="post" action="/tolerance/step">
            {marks(page, draft_id, Some(Step::Tell))}
            <TextField name="told_on" label="反馈日期" kind="date" class="short" value=draft.value("told_on", viewer().today)
                error=draft.problem_of("told_on") />
            <TextField name="how" label="反馈方式和经办人" value=draft.value("how", "") error=draft.problem_of("how")
                hint="例如：当面反馈，林思源" />
            <p class="hint">"保存时取文号，认定书可以打印。"</p>
            <div class="actions"><button class="btn primary">"已反馈"</button></div>
        </form>
    }
    .into_any()
}

fn used(page: &CasePage, draft_id: &str) -> AnyView {
    let draft = of(page, &[Step::Use]);
    view! {
        <form class="form" method="post" action="/tolerance/step">
            {marks(page, draft_id, Some(Step::Use))}
            <TextField name="used" label="应用情况" value=draft.value("used", "") error=draft.problem_of("used")
                hint="例如：年度考核、评先评优中不作扣分，已送组织部门备案" />
            <div class="actions"><button class="btn primary">"备案应用"</button></div>
        </form>
    }
    .into_any()
}

/// 勉励谈话: suggested, never ticked, and noted with a day and a name alone.
pub(super) fn talk_form(
    command: CommandId,
    draft: &Draft,
    draft_id: &str,
    (name, id, seen): (&'static str, &str, u32),
    who: &str,
) -> AnyView {
    let draft = if draft.fields.iter().any(|(n, _)| n == "talk_on") { draft.clone() } else { Draft::default() };
    let chosen = draft.value("talk", "");
    let today = viewer().today;
    view! {
        <section class="panel" id="talk">
            <h2>"建议开展勉励谈话"</h2>
            <p class="hint">{format!("建议与{who}谈一次心，肯定、支持、讲清政策。谈没谈由人决定；这里只记日期和谈话人，不记内容。")}</p>
            <form class="form" method="post" action="/tolerance/talk">
                <FormMarks command=command draft=draft_id.to_owned() />
                <input type="hidden" name=name value=id.to_owned() />
                <input type="hidden" name="seen" value=seen.to_string() />
                <div class="radio-chips">
                    <ChoiceChip kind="radio" name="talk" value="held" label="已谈" checked=chosen == "held" />
                    <ChoiceChip kind="radio" name="talk" value="skipped" label="不需要" checked=chosen == "skipped" />
                </div>
                {draft.problem_of("talk").map(|e| view! { <p class="error">{e}</p> })}
                <TextField name="talk_on" label="日期" kind="date" class="short" value=draft.value("talk_on", today)
                    error=draft.problem_of("talk_on") />
                <TextField name="talk_by" label="谈话人" class="short" value=draft.value("talk_by", viewer().name)
                    error=draft.problem_of("talk_by") />
                <div class="actions"><button class="btn primary">"记下"</button></div>
            </form>
        </section>
    }
    .into_any()
}
