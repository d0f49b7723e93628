//! One record: text with its corrections, items, and what the viewer may do.

use domain::{
    ids::DutyId,
    records::{Checking, DROPPED, RecordKind, refusal},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{book::tags, chips, details, own};
use crate::{
    api::records::{Correction, Record, RecordPage, RecordQuery, RecordRow},
    ui::{FormMarks, PhonePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/records/{id}`.
#[component]
pub fn RecordView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| RecordQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let saved = Memo::new(move |_| query.read().get("saved").is_some());
    let done = move || done_words(query.get_untracked().get("done").as_deref());
    let adds = move || query.get_untracked().get("add").is_some();
    let data = page_data(move || Record { form: asked.get() });
    view! {
        <PhonePage title=Signal::stored("履责记录".to_owned()) back="/records" tab="/records">
            {loaded(data, move |page| {
                page_view(page, saved.get_untracked(), done(), adds(), asked.get_untracked().draft.unwrap_or_default())
            })}
        </PhonePage>
    }
}

/// What was just done to the record, as the address says it.
fn done_words(done: Option<&str>) -> Option<&'static str> {
    match done? {
        "corrected" => Some("已更正"),
        "added" => Some("已补充"),
        "changed" => Some("已修改"),
        _ => None,
    }
}

fn page_view(page: RecordPage, saved: bool, done: Option<&'static str>, adds: bool, draft_id: String) -> AnyView {
    let row = page.row.clone();
    let place = match row.page {
        Some(n) => format!("{} · 第 {n} 页", page.title),
        None => page.title.clone(),
    };
    let dates = if row.event_on == row.recorded_on {
        row.event_on.clone()
    } else {
        format!("{}发生，{}记录", row.event_on, row.recorded_on)
    };
    let items = page
        .items
        .iter()
        .map(|(_, code, text)| view! { <li><div><b>{code.clone()} " " {text.clone()}</b></div></li> })
        .collect_view();
    let many = page.items.len();
    let corrections = page.corrections.iter().map(both_versions).collect_view();
    view! {
        {saved.then(|| view! {
            <div class="notice ok" role="status">
                <b>"已保存"</b>
                <p>{match row.page { Some(n) => format!("记在第 {n} 页。"), None => "等负责人确认后编页。".to_owned() }}</p>
            </div>
        })}
        {done.filter(|_| draft_id.is_empty()).map(|words| view! { <div class="notice ok" role="status"><b>{words}</b></div> })}
        <div class="two"><div>
        <section class="card">
            <h2>{row.kind.label()} " " <small>{dates}</small></h2>
            <p class="read">{words(&row)}</p>
            {(!row.details.is_empty()).then(|| view! { <dl class="kv">{detail_lines(&row.details)}</dl> })}
            <p>{tags(&row)}</p>
            {page.waiting.clone().map(|words| view! { <p class="hint">{words}</p> })}
            {row.drafted_late.then(|| view! { <p class="hint">"代录晚于规定的工作日，如实标明。"</p> })}
            {row.refused.as_deref().map(|why| {
                let (why, text) = refusal(why);
                let text = text.map(|text| view! { <p class="read">"负责人改的文字：" {text.to_owned()}</p> });
                view! { <p class="hint">"未采用的原因：" {why.to_owned()}</p> {text} }
            })}
            <p class="hint">{place}</p>
            {page.handling.then(|| view! { <a class="btn" rel="external" href=format!("/handling/{}", row.id)>"办理情况"</a> })}
        </section>
        {(many > 0 || page.suggests.is_some()).then(|| view! {
            <section class="card">
                <h2>"对应清单条目 " {(many > 1).then(|| view! { <small>"一次对应 " {many} " 条"</small> })}</h2>
                <ul class="rows">{items}</ul>
                {page.suggests.clone().map(|(words, _)| view! {
                    <p>{words} "：" <a href=format!("/records/{}?add=1#adding", row.id) rel="external">"补上"</a></p>
                })}
            </section>
        })}
        {(!page.corrections.is_empty()).then(|| view! { <section class="card"><h2>"更正和补充"</h2>{corrections}</section> })}
        </div><div>
        <crate::evidence::EvidenceList evidence=page.evidence.clone() />
        {crate::oversight::unmatch_from(&page)}
        {decisions(&page)}
        {crate::oversight::remark_on(&page)}
        {own::adding(&page, &draft_id, adds)}
        {correction(&page, draft_id)}
        {own::sharing(&page)}
        {own::offline(&page)}
        </div></div>
    }
    .into_any()
}

/// What stood before beside what stands now.
fn both_versions(c: &Correction) -> AnyView {
    let texts = c.before.clone().zip(c.after.clone()).map(|(before, after)| {
        view! {
            <div class="diff">
                <section><h3>"原文"</h3><p><del>{before}</del></p></section>
                <section><h3>"更正后 · " {c.at.clone()}</h3><p><ins>{after}</ins></p></section>
            </div>
        }
    });
    let parts = c
        .parts
        .iter()
        .cloned()
        .map(|(what, before, after)| {
            let before = (!before.is_empty()).then(|| view! { <del>{before}</del> " → " });
            view! { <p class="diff-inline">{what} "：" {before} <ins>{after}</ins></p> }
        })
        .collect_view();
    let word = if c.supplement { "补充 " } else { "更正 " };
    let why = match c.reason.as_str() {
        "" => String::new(),
        why => format!("　{}：{why}", if c.supplement { "说明" } else { "更正原因" }),
    };
    view! { {texts} {parts} <p class="hint">{word} {c.at.clone()} " " {c.by.clone()} {why}</p> }.into_any()
}

pub(super) fn marks(page: &RecordPage) -> AnyView {
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="record" value=page.row.id.to_string() />
        <input type="hidden" name="seen" value=page.version.to_string() />
    }
    .into_any()
}

fn decisions(page: &RecordPage) -> AnyView {
    if page.may_confirm {
        return view! {
            <form class="card" method="post" action="/records/decide" id="decide">
                {marks(page)}
                {problem(page)}
                <p>"这一条由联络员代录，确认后编入记录本。"</p>
                <TextArea
                    name="text"
                    label="内容"
                    value=page.draft.value("text", page.row.text.clone().unwrap_or_default())
                    hint="可以改了再确认；改动前后和各自的作者都会保留。"
                    error=page.draft.problem_of("text")
                />
                <div class="actions">
                    <button class="btn primary" name="decision" value="confirm">"确认"</button>
                </div>
                <TextField
                    name="reason"
                    label="不采用的原因"
                    hint="退回联络员时填写；内容里改过的文字一并退回"
                    value=page.draft.value("reason", "")
                    error=page.draft.problem_of("reason")
                />
                <button class="btn" name="decision" value="refuse">"不采用，退回"</button>
            </form>
        }
        .into_any();
    }
    // A 代录 of his own: sent again where it came back, taken back where the head has not decided.
    let withdraw = page.may_correct && page.row.unconfirmed;
    if page.may_resend || withdraw {
        // Where the head refused it, it can also be left for good.
        let drop = page.may_resend && page.row.refused.as_ref().is_some_and(|why| !why.starts_with(DROPPED));
        return view! {
            <form class="card" method="post" action="/records/decide" id="decide">
                {marks(page)}
                {problem(page)}
                <input type="hidden" name="reason" value="" />
                {page.may_resend.then(|| view! {
                    <p class="hint">"核对、修改后再次提交，负责人确认前不计入。"</p>
                    <button class="btn primary" name="decision" value="resend">"再次提交"</button>
                })}
                {drop.then(|| view! { <button class="btn" name="decision" value="drop">"不再提交"</button> })}
                {withdraw.then(|| view! { <button class="btn" name="decision" value="withdraw">"撤回"</button> })}
            </form>
        }
        .into_any();
    }
    if page.may_verify {
        let how = Checking::of(page.row.talk);
        let label = if page.row.talk { how.label() } else { "标为已核实" };
        return view! {
            <form class="card" method="post" action="/records/decide">
                {marks(page)}
                {problem(page)}
                <input type="hidden" name="reason" value="" />
                <button class="btn" name="decision" value=how.key()>{label}</button>
            </form>
        }
        .into_any();
    }
    ().into_any()
}

fn correction(page: &RecordPage, draft_id: String) -> AnyView {
    if !page.may_correct {
        return ().into_any();
    }
    let draft = page.draft.clone();
    // Only a refused correction carries this mark; a refused decision is another form.
    let refused = draft.has("items", "1") && !draft.has("only", "details");
    let look = refused.then(|| page.look.clone()).flatten();
    let before = RecordKind::from_key(&draft.value("kind", page.row.kind.key()));
    let kind = RwSignal::new(before);
    // A refused form shows what was ticked in it, a fresh one what is ticked in the book.
    let ticked = |duty: DutyId| {
        if refused { draft.has("duty", &duty.to_string()) } else { page.items.iter().any(|(id, ..)| *id == duty) }
    };
    let items = chips::items(page.choices.clone(), Vec::new(), &ticked, kind, RwSignal::new(None));
    // Before confirmation its 联络员 simply changes it.
    let [open, label, hint, button] = if page.row.page.is_none() {
        ["修改…", "修改后的内容", "负责人会看到“已修改”；修改前的内容不保留。", "保存修改"]
    } else {
        ["更正…", "更正后的内容", "原来的内容会保留，前后都看得到；页码不变。", "保存更正"]
    };
    view! {
        <section class="card" id="correct">
            <details class="dialog" open=refused>
                <summary class="btn">{open}</summary>
                <form class="dialog-box" method="post" action="/records/correct">
                    <FormMarks command=page.command draft=draft_id />
                    <input type="hidden" name="record" value=page.row.id.to_string() />
                    <input type="hidden" name="seen" value=page.version.to_string() />
                    <input type="hidden" name="items" value="1" />
                    {match &look {
                        Some(look) => details::look_again(look, draft.problem.clone(), ""),
                        None => view! { <Problem draft=draft.clone() /> }.into_any(),
                    }}
                    <TextArea
                        name="text"
                        label=label
                        value=draft.value("text", page.row.text.clone().unwrap_or_default())
                        hint=hint
                        error=draft.problem_of("text")
                    />
                    <fieldset class="field">
                        <legend>"履责类型"</legend>
                        {chips::kinds(kind)}
                    </fieldset>
                    {chips::event_day(&draft, page.event_iso.clone(), None, page.recorded_iso.clone())}
                    <fieldset class="field">
                        <legend>"对应清单条目 " {page.row.page.map(|_| view! { <small>"后补的对应按今天计，过了期限标为补记"</small> })}</legend>
                        {draft.problem_of("duties").map(|e| view! { <p class="error">{e}</p> })}
                        {items}
                    </fieldset>
                    {page.row.page.map(|_| view! {
                        <TextField
                            name="reason"
                            label="更正原因"
                            hint="只补充类型和对应条目时可以不填"
                            value=draft.value("reason", "")
                            error=draft.problem_of("reason")
                        />
                    })}
                    <div class="actions"><button class="btn primary">{button}</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// The text, or why there is none to read.
fn words(row: &RecordRow) -> String {
    match &row.text {
        Some(text) => text.clone(),
        None if row.stub && row.page.is_none() => "内容已转到系统外办理，没有编过页。".to_owned(),
        None if row.stub => "内容已转到系统外办理，这里只留页码。".to_owned(),
        // No reading opens it.
        None if row.talk => "谈话内容只有本人看得到。".to_owned(),
        None => "正文在登记翻阅检查后查看。".to_owned(),
    }
}

fn detail_lines(lines: &[(String, String)]) -> AnyView {
    lines.iter().cloned().map(|(label, value)| view! { <dt>{label}</dt> <dd>{value}</dd> }).collect_view().into_any()
}

/// Why a decision was refused; nothing where another form of the page was.
fn problem(page: &RecordPage) -> AnyView {
    let mine = page.draft.fields.iter().any(|(name, _)| name == "decision");
    match &page.look {
        _ if !mine => ().into_any(),
        Some(look) => {
            let decision = page.draft.value("decision", "confirm");
            let decision = decision.split('+').next().unwrap_or_default();
            details::look_again(look, page.draft.problem.clone(), decision)
        }
        None => view! { <Problem draft=page.draft.clone() /> }.into_any(),
    }
}
