//! `/tolerance`: cases in sight, the form for one's own or for a supervised unit, 澄清 where it is used, settings.

use domain::tolerance::Way;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{
        drafts::Draft,
        tolerance::{CaseRow, Subjects, ToleranceDesk, TolerancePage, ToleranceQuery, ToleranceSettings},
    },
    ui::{ChoiceChip, FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/tolerance`.
#[component]
pub fn DeskView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let q = query.read();
        let text = |name: &str| q.get(name).filter(|value| !value.is_empty());
        ToleranceQuery {
            post: text("post"),
            about: text("about"),
            page: text("page").and_then(|page| page.parse().ok()),
            draft: text("draft"),
        }
    });
    let data = page_data(move || ToleranceDesk { form: asked.get() });
    let done = move || {
        query.read().get("done").map(|_| {
            view! { <div class="notice ok" role="status"><p>"已保存。"</p></div> }
        })
    };
    view! {
        <OfficePage current="/tolerance">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"容错纠错"</h1>
                    <p class="lead">"只记事实和程序，由人认定；提出、核实、认定不是同一人。只有当事人和有权知悉的人员看得到。"</p>
                </div>
                {done}
                {loaded(data, move |page| show(&page, &asked.get_untracked().draft.unwrap_or_default()))}
            </main>
        </OfficePage>
    }
}

/// The draft, where it is of this form; else an empty one.
fn draft_of(page: &TolerancePage, form: &str) -> Draft {
    if page.draft_of == form { page.draft.clone() } else { Draft::default() }
}

fn show(page: &TolerancePage, draft: &str) -> AnyView {
    let of = |form: &str| if page.draft_of == form { draft.to_owned() } else { String::new() };
    let proposes = !page.posts.is_empty();
    // What was refused is said even where its form is not on the page.
    let shown = match page.draft_of.as_str() {
        "ask" => page.subjects.is_some(),
        "clear" => page.clears && page.subjects.as_ref().is_some_and(|subjects| !subjects.own),
        "settings" => page.settings.is_some(),
        _ => true,
    };
    view! {
        {(!shown).then(|| view! { <Problem draft=page.draft.clone() /> })}
        {cases(page)}
        {page.clears.then(|| clearances(page))}
        {proposes.then(|| choose(page))}
        {page.subjects.clone().map(|subjects| view! {
            {ask(page, &subjects, of("ask"))}
            {(page.clears && !subjects.own).then(|| clear(page, &subjects, of("clear")))}
        })}
        {page.settings.clone().map(|set| settings(page, &set, of("settings")))}
    }
    .into_any()
}

fn rows(all: &[CaseRow]) -> Vec<AnyView> {
    let row = |row: &CaseRow| {
        let tone = if row.over { "none" } else { "pending" };
        let icon = if row.over { "—" } else { "◔" };
        view! {
            <li>
                <a href=row.link.clone()>
                    <b>{row.title.clone()}</b>
                    <small>{format!("{} {} · {}提出", row.unit, row.who, row.on)}</small>
                </a>
                <span class=format!("state {tone}")>{icon} " " {row.state.clone()}</span>
            </li>
        }
        .into_any()
    };
    all.iter().map(row).collect()
}

fn cases(page: &TolerancePage) -> AnyView {
    let none = page.cases.is_empty();
    let address = |n: u32| format!("/tolerance?page={n}");
    let pager = (page.page > 1 || page.next).then(|| {
        view! {
            <nav class="pager" aria-label="容错纠错分页">
                {(page.page > 1).then(|| view! { <a rel="prev" href=address(page.page - 1)>"前面的"</a> })}
                {page.next.then(|| view! { <a rel="next" href=address(page.page + 1)>"后面的"</a> })}
            </nav>
        }
    });
    view! {
        <section class="panel" id="cases">
            <h2>"办理情况"</h2>
            {if none {
                view! { <p class="muted">"没有您可以查看的容错纠错。"</p> }.into_any()
            } else {
                view! { <ul class="rows">{rows(&page.cases)}</ul> }.into_any()
            }}
            {pager}
            {(!none || !page.clearances.is_empty()).then(|| view! {
                <div class="actions screen-only"><a class="btn" rel="external" href="/tolerance/export">"导出 .xlsx"</a></div>
            })}
        </section>
    }
    .into_any()
}

fn clearances(page: &TolerancePage) -> AnyView {
    let none = page.clearances.is_empty();
    view! {
        <section class="panel" id="clearances">
            <h2>"澄清正名"</h2>
            {if none {
                view! { <p class="muted">"没有您可以查看的澄清。"</p> }.into_any()
            } else {
                view! { <ul class="rows">{rows(&page.clearances)}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// The commission chooses the unit first: every unit's own matters would fill the page.
fn choose(page: &TolerancePage) -> AnyView {
    let now = page.subjects.as_ref().map(|s| s.post.clone()).unwrap_or_default();
    let options = page
        .posts
        .iter()
        .map(|(post, words)| {
            let key = post.to_string();
            let here = key == now;
            view! { <option value=key selected=here>{words.clone()}</option> }
        })
        .collect_view();
    view! {
        <section class="panel" id="choose">
            <h2>"给监督的单位提出"</h2>
            <form class="filter" method="get" action="/tolerance">
                <label>"单位 " <select name="post"><option value="">"请选单位"</option>{options}</select></label>
                <button class="btn">"选定"</button>
            </form>
        </section>
    }
    .into_any()
}

fn about(page: &TolerancePage, subjects: &Subjects, draft: &Draft, form: &'static str, matter: bool) -> AnyView {
    let chosen = if page.about.is_empty() { draft.value("about", "") } else { page.about.clone() };
    let options = subjects
        .choices
        .iter()
        .map(|(key, words)| {
            let here = *key == chosen;
            view! { <option value=key.clone() selected=here>{words.clone()}</option> }
        })
        .collect_view();
    let id = format!("{form}-about");
    let error = draft.problem_of("about");
    view! {
        <div class="field">
            <label for=id.clone()>{if matter { "哪件事" } else { "哪一项记载" }}</label>
            <select id=id name="about" aria-invalid=error.is_some().then_some("true")>
                <option value="" selected=chosen.is_empty()>"请选一项"</option>
                {options}
                {matter.then(|| view! { <option value="matter" selected=chosen == "matter">"其他事项（系统里没有记载）"</option> })}
            </select>
            {error.map(|e| view! { <p class="error">{e}</p> })}
        </div>
    }
    .into_any()
}

fn ask(page: &TolerancePage, subjects: &Subjects, draft_id: String) -> AnyView {
    let draft = draft_of(page, "ask");
    let whom = draft.value("whom", "");
    let chip = |value: &'static str, label: &'static str| {
        view! { <ChoiceChip kind="radio" name="whom" value=value label=label checked=whom == value /> }
    };
    view! {
        <section class="panel" id="ask">
            <h2>{if subjects.own { "申请容错" } else { "提出容错" }}</h2>
            <p class="hint">{subjects.label.clone()}</p>
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/tolerance/ask" data-outbox="tolerance.ask"
                data-outbox-subject=subjects.post.clone()>
                <FormMarks command=page.command draft=draft_id />
                <input type="hidden" name="post" value=subjects.post.clone() />
                {about(page, subjects, &draft, "ask", true)}
                <TextField name="matter" label="其他事项的名称（选“其他事项”时填）" value=draft.value("matter", "")
                    error=draft.problem_of("matter") />
                <fieldset class="field">
                    <legend>"给谁提出"</legend>
                    <div class="radio-chips">
                        {chip("head", if subjects.own { "本人" } else { "党组织主要负责人" })}
                        {chip("cadre", "本单位干部")}
                        {chip("unit", "本单位党组织")}
                    </div>
                    {draft.problem_of("whom").map(|e| view! { <p class="error">{e}</p> })}
                </fieldset>
                <TextField name="cadre" label="干部姓名（选“本单位干部”时填）" value=draft.value("cadre", "")
                    error=draft.problem_of("cadre") class="short" />
                <TextArea name="facts" label="事情经过" value=draft.value("facts", "") error=draft.problem_of("facts")
                    hint="写事实：什么时间、按什么程序、做了什么。勿写举报内容和案情。" />
                <TextArea name="reasons" label="原因" value=draft.value("reasons", "") error=draft.problem_of("reasons") />
                <TextArea name="remedy" label="已采取的补救措施" value=draft.value("remedy", "") error=draft.problem_of("remedy") />
                <div class="actions"><button class="btn primary">"提交"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn clear(page: &TolerancePage, subjects: &Subjects, draft_id: String) -> AnyView {
    let draft = draft_of(page, "clear");
    let way = draft.value("way", "");
    let ways = Way::ALL
        .into_iter()
        .map(|w| view! { <ChoiceChip kind="radio" name="way" value=w.key() label=w.label() checked=way == w.key() /> })
        .collect_view();
    view! {
        <section class="panel" id="clear">
            <h2>"提出澄清正名"</h2>
            <p class="hint">"谁核实谁澄清；只针对一项具体记载，不作全面评价。系统只存结论摘要和确认，不存举报内容。"</p>
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/clearances/ask">
                <FormMarks command=page.command draft=draft_id />
                <input type="hidden" name="post" value=subjects.post.clone() />
                {about(page, subjects, &draft, "clear", false)}
                <TextArea name="summary" label="核实结论摘要" value=draft.value("summary", "") error=draft.problem_of("summary") />
                <fieldset class="field">
                    <legend>"澄清方式"</legend>
                    <div class="radio-chips">{ways}</div>
                    {draft.problem_of("way").map(|e| view! { <p class="error">{e}</p> })}
                    <p class="hint">"会议、通报是公开澄清，完成后在脉络里留一条标记；书面、当面的不留标记。"</p>
                </fieldset>
                <div class="field check">
                    <label><input type="checkbox" name="untrue" value="1" /> " "
                        <span>"经核实，这一项失实或者属于捏造"</span></label>
                    {draft.problem_of("untrue").map(|e| view! { <p class="error">{e}</p> })}
                </div>
                <div class="actions"><button class="btn primary">"提交审定"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn settings(page: &TolerancePage, set: &ToleranceSettings, draft_id: String) -> AnyView {
    let draft = draft_of(page, "settings");
    let refused = !draft.fields.is_empty();
    let on = if refused { draft.has("clearance", "1") } else { set.clearance };
    let confirmed = if set.confirmed.is_empty() {
        view! { <span class="tag">"示范"</span> }.into_any()
    } else {
        view! { <small>{format!("已确认：{}", set.confirmed)}</small> }.into_any()
    };
    view! {
        <section class="panel" id="settings">
            <h2>"设置 " {confirmed}</h2>
            <Problem draft=draft.clone() />
            <form class="form" method="post" action="/tolerance/settings">
                <FormMarks command=page.command draft=draft_id />
                <input type="hidden" name="seen" value=set.seen.to_string() />
                <TextArea name="situations" label="容错情形（每行一条）" rows=6
                    value=draft.value("situations", set.situations.clone()) error=draft.problem_of("situations")
                    hint="按本区的实施办法填写；核实人从这里选。" />
                <div class="field check">
                    <label><input type="checkbox" name="clearance" value="1" checked=on /> " "
                        <span>"启用澄清正名"</span></label>
                    <p class="hint">"默认不启用。停用后，已有的澄清看不到，也不能办理。"</p>
                </div>
                <div class="actions"><button class="btn primary">"确认并保存"</button></div>
            </form>
        </section>
    }
    .into_any()
}
