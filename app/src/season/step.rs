//! `/oversight/season/{id}`: one step, and what the body and the office do about it.

use domain::{
    season::{NOTE_MAX, PARTS_MAX, Share, StepKind},
    time::iso,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::season::{SeasonStep, StepPage, StepQuery},
    ui::{ChoiceChip, FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/oversight/season/{id}`.
#[component]
pub fn StepView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| StepQuery {
        id: params.read().get("id").unwrap_or_default(),
        draft: query.read().get("draft"),
    });
    let done = Memo::new(move |_| query.read().get("done").is_some());
    let data = page_data(move || SeasonStep { form: asked.get() });
    view! {
        <OfficePage current="/oversight/season">
            <main class="main" id="main">
                <p class="crumb"><a href="/oversight/season">"督责安排"</a></p>
                {move || done.get().then(|| view! { <div class="notice ok" role="status"><b>"已办好"</b></div> })}
                {loaded(data, move |page| show(&page, asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

fn show(page: &StepPage, draft: String) -> AnyView {
    let row = &page.row;
    let facts = page
        .facts
        .iter()
        .map(|(label, words)| view! { <dt>{label.clone()}</dt><dd>{words.clone()}</dd> })
        .collect_view();
    let by = if row.by.is_empty() {
        "还没有归口，请在归口表里设定或改派".to_owned()
    } else {
        row.by.clone()
    };
    let parts = page
        .parts
        .iter()
        .map(|part| {
            view! {
                <li><div>
                    <b><a href=format!("/oversight/season/{}", part.id)>{part.title.clone()}</a></b>
                    <small>{format!("{}　{}", part.by, part.word)}</small>
                </div></li>
            }
        })
        .collect_view();
    let reading = row.inspection.map(|id| {
        view! { <dt>"翻阅检查"</dt><dd><a href=format!("/oversight/{id}") rel="external">"打开这次翻阅检查"</a></dd> }
    });
    view! {
        <div class="page-head">
            <h1>{format!("{}　{}年{}", row.unit, page.year, row.title)}</h1>
            <p class="lead"><span class=format!("state {}", row.tone)>{row.word.clone()}</span> " " {page.who.clone()}</p>
        </div>
        {page.draft.problem_field.is_none().then(|| view! { <Problem draft=page.draft.clone() /> })}
        <section class="panel">
            <dl class="kv">
                <dt>"承办"</dt><dd>{by}</dd>
                {facts}
                {(!row.note.is_empty()).then(|| view! { <dt>"提示内容"</dt><dd>{row.note.clone()}</dd> })}
                {reading}
            </dl>
            {page.may_register.then(|| view! {
                <div class="actions">
                    <a class="btn primary" href=format!("/oversight?year={}&step={}&post={}", page.year, row.id, row.post)>"登记翻阅检查"</a>
                </div>
            })}
        </section>
        {(!page.parts.is_empty()).then(|| view! {
            <section class="panel"><h2>"其他部分"</h2><p class="hint">"各部分都完成，这一步才算完成。"</p><ul class="rows">{parts}</ul></section>
        })}
        {pens(page, &draft)}
        {page.may_run.then(|| run(page, &draft))}
        {page.may_restore.then(|| view! {
            <form method="post" action="/oversight/season/act">
                {marks(page, "restore", &draft)}
                <div class="actions"><button class="btn">"恢复这一步"</button></div>
            </form>
        })}
    }
    .into_any()
}

fn marks(page: &StepPage, act: &'static str, draft: &str) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft.to_owned() />
        <input type="hidden" name="step" value=page.row.id.to_string() />
        <input type="hidden" name="seen" value=page.row.version.to_string() />
        <input type="hidden" name="do" value=act />
    }
    .into_any()
}

/// Words of the body, and the decision on them.
fn pens(page: &StepPage, draft: &str) -> AnyView {
    let row = &page.row;
    let list = || {
        view! {
            <FormMarks command=page.command draft=draft.to_owned() />
            <input type="hidden" name="from" value=row.id.to_string() />
            <input type="hidden" name="pick" value=format!("{}.{}", row.id, row.version) />
        }
    };
    view! {
        {row.may_draft.then(|| view! {
            <form class="panel form screen-only" method="post" action="/oversight/season/draft" id="steps">
                {list()}
                <TextArea name="note" label="起草提示" rows=3
                    hint=format!("最多 {NOTE_MAX} 字，报党风政风监督室审定。勿写案情和举报内容。")
                    value=page.draft.value("note", row.note.clone()) error=page.draft.problem_of("note") />
                <div class="actions"><button class="btn primary">"报审"</button></div>
            </form>
        })}
        {(row.may_decide || page.may_return).then(|| view! {
            <form class="panel form screen-only" method="post" action="/oversight/season/decide" id="decide">
                {list()}
                {row.may_decide.then(|| view! {
                    <div class="actions"><button class="btn primary" name="do" value="approve">"审定"</button></div>
                })}
                {page.may_return.then(|| view! {
                    <TextField name="why" label="退回原因" value=page.draft.value("why", "")
                        error=page.draft.problem_of("why").filter(|_| page.draft.value("do", "") == "return") />
                    <div class="actions"><button class="btn" name="do" value="return">"退回"</button></div>
                })}
            </form>
        })}
    }
    .into_any()
}

fn value_of(share: Share) -> String {
    share.person.map_or_else(|| share.body.to_string(), |person| format!("{}.{person}", share.body))
}

/// Why only these stand there: whoever does not watch a unit cannot open its book, and would have a step he cannot do.
const SHARES: &str = "可以选归口监督这个单位的派驻组、联系室和党风政风监督室，整家承办或指定到人；没有归口的看不到它的记录本。\
     要换别家，请先调整归口。";

/// What the office does with an open step. Each form has its own draft marks: a refused one opens again with its words.
fn run(page: &StepPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let acted = kept.value("do", "");
    let open = |act: &str| acted == act && !kept.problem.is_empty();
    let error = |act: &str, field: &str| kept.problem_of(field).filter(|_| acted == act);
    let value = |act: &str, field: &str, otherwise: String| {
        if acted == act { kept.value(field, otherwise) } else { otherwise }
    };
    // Each form asks for its own reason; a refused one keeps it.
    let why = |act: &'static str, label: &'static str| {
        let id = format!("{act}-why");
        let no = error(act, "why");
        view! {
            <div class="field"><label for=id.clone()>{label}</label>
                <input id=id name="why" autocomplete="off" value=value(act, "why", String::new())
                    aria-invalid=no.is_some().then_some("true") />
                {no.map(|e| view! { <p class="error">{e}</p> })}
            </div>
        }
    };
    let options = page
        .shares
        .iter()
        .map(|(share, name)| {
            let chosen = value("assign", "share", page.share.map(value_of).unwrap_or_default()) == value_of(*share);
            view! { <option value=value_of(*share) selected=chosen>{name.clone()}</option> }
        })
        .collect_view();
    let chips = page
        .shares
        .iter()
        .map(|(share, name)| {
            let id = value_of(*share);
            let chosen = acted == "split" && kept.has("part", &id);
            view! { <ChoiceChip kind="checkbox" name="part" value=id label=name.clone() checked=chosen /> }
        })
        .collect_view();
    let splits = page.row.kind != StepKind::QuarterReminder;
    view! {
        <section class="panel screen-only">
            <h2>"调整"</h2>
            <div class="season-acts">
            <details class="dialog" open=open("move") id="move">
                <summary class="btn">"改期…"</summary>
                <form class="dialog-box form" method="post" action="/oversight/season/act">
                    {marks(page, "move", draft)}
                    <TextField name="to" label="新的期限" kind="date" class="short"
                        value=value("move", "to", iso(page.row.due)) error=error("move", "to") />
                    {why("move", "改期原因")}
                    <div class="actions"><button class="btn primary">"改期"</button></div>
                </form>
            </details>
            <details class="dialog" open=open("assign") id="assign">
                <summary class="btn">"改派…"</summary>
                <form class="dialog-box form" method="post" action="/oversight/season/act">
                    {marks(page, "assign", draft)}
                    <div class="field"><label for="share">"承办单位或人员"</label>
                        <select id="share" name="share" aria-describedby="share-h"><option value="">"请选择"</option>{options}</select>
                        {error("assign", "share").map(|e| view! { <p class="error">{e}</p> })}
                        <p class="hint" id="share-h">{SHARES} <a href="/people/map">"打开归口表"</a></p>
                    </div>
                    {why("assign", "改派原因")}
                    <div class="actions"><button class="btn primary">"改派"</button></div>
                </form>
            </details>
            {splits.then(|| view! {
                <details class="dialog" open=open("split") id="split">
                    <summary class="btn">"拆分…"</summary>
                    <form class="dialog-box form" method="post" action="/oversight/season/act">
                        {marks(page, "split", draft)}
                        <fieldset class="field"><legend>{format!("由谁分别承办（2 至 {PARTS_MAX} 家或人）")}</legend>
                            <div class="chips">{chips}</div>
                            {error("split", "part").map(|e| view! { <p class="error">{e}</p> })}
                            <p class="hint">{SHARES} <a href="/people/map">"打开归口表"</a></p>
                        </fieldset>
                        {why("split", "拆分原因")}
                        <div class="actions"><button class="btn primary">"拆分"</button></div>
                    </form>
                </details>
            })}
            <details class="dialog" open=open("paper") id="paper">
                <summary class="btn">"登记纸质完成…"</summary>
                <form class="dialog-box form" method="post" action="/oversight/season/act">
                    {marks(page, "paper", draft)}
                    <TextField name="on" label="完成日期" kind="date" class="short"
                        value=value("paper", "on", iso(page.today)) error=error("paper", "on") />
                    <TextField name="handler" label="经办人" class="short"
                        value=value("paper", "handler", page.name.clone()) error=error("paper", "handler") />
                    {why("paper", "说明（材料名称、存放处）")}
                    <div class="actions"><button class="btn primary">"登记"</button></div>
                </form>
            </details>
            <details class="dialog" open=open("cancel") id="cancel">
                <summary class="btn">"取消这一步…"</summary>
                <form class="dialog-box form" method="post" action="/oversight/season/act">
                    {marks(page, "cancel", draft)}
                    {why("cancel", "取消原因")}
                    <div class="actions"><button class="btn">"取消这一步"</button></div>
                </form>
            </details>
            </div>
        </section>
    }
    .into_any()
}
