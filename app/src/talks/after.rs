//! After the signatures: 党组会, 整改方案, passing the list on.

use domain::time::zh;
use leptos::prelude::*;

use super::parts::{area, cell_choice, cell_field, cell_text, marks, typed, typed_step};
use crate::{
    api::talks::{ItemLine, TalkPage},
    ui::{ChoiceChip, TextArea, TextField},
};

/// 党组会, 整改方案, 发布.
pub fn forms(page: &TalkPage, draft: &str) -> AnyView {
    let met = page.talk.met.as_ref().map(|met| {
        view! {
            <section class="panel" id="meet">
                <h2>"党组会研究"</h2>
                <p>{format!("{}　{}", zh(met.on), met.words)}</p>
            </section>
        }
    });
    view! {
        {met}
        {page.can("meet").then(|| meet(page, draft))}
        {plan(page, draft)}
        {page.own.then(|| pass(page, draft))}
    }
    .into_any()
}

fn meet(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed_step(page, &["meet"]);
    view! {
        <form class="form panel" method="post" action="/talks/step" id="meet">
            <h2>"党组会研究"</h2>
            {marks(page, draft, &kept)}
            <TextField name="met_on" label="党组会日期" kind="date" class="half" value=kept.value("met_on", page.today.clone()) error=kept.problem_of("met_on") />
            <TextArea name="met_words" label="研究情况" rows=3 value=kept.value("met_words", "") error=kept.problem_of("met_words") />
            <div class="actions"><button class="btn primary" name="do" value="meet">"登记"</button></div>
        </form>
    }
    .into_any()
}

/// The plan as it stands, with a form for the problems that have none yet.
fn plan(page: &TalkPage, draft: &str) -> AnyView {
    let open = page.can("plan") && page.items.iter().any(|line| line.planning);
    let kept = typed(page, |name, _| name.starts_with("measures_"));
    let rows = page.items.iter().map(|line| read_or_write(page, line, open, &kept)).collect_view();
    let table = view! {
        <div class="table-wrap">
            <table class="table">
                <thead><tr><th>"序号"</th><th>"问题"</th><th>"责任领导"</th><th>"责任部门"</th><th>"整改时限"</th><th>"整改措施"</th><th>"进度"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    if !open {
        return view! {
            <section class="panel" id="plan">
                <h2>"整改方案"</h2>
                <p class="hint">"每个问题是台账里的一项，挂账、复核、销号都在“问题整改”里办理。"</p>
                {table}
            </section>
        }
        .into_any();
    }
    view! {
        <form class="form panel wide" method="post" action="/talks/plan" id="plan">
            <h2>"整改方案"</h2>
            {marks(page, draft, &kept)}
            <p class="hint">"逐个问题写明责任领导、责任部门、整改时限和措施。可以分几次报送，没有填写的留到下次。时限不能晚于要求的期限。"</p>
            {table}
            <div class="actions"><button class="btn primary">"报送整改方案"</button></div>
        </form>
    }
    .into_any()
}

fn read_or_write(page: &TalkPage, line: &ItemLine, open: bool, kept: &crate::api::drafts::Draft) -> AnyView {
    let no = line.no;
    let n = page.talk.lists.printed(no);
    let words = page.talk.lists.problem_words(no);
    let state = if line.overdue { format!("{}，逾期", line.state) } else { line.state.clone() };
    let state = view! { <a href=format!("/accountability/{}", line.id)>{state}</a> };
    if !(open && line.planning) {
        return view! {
            <tr>
                <td data-label="序号">{n.to_string()}</td>
                <td data-label="问题" class="title">{words}</td>
                <td data-label="责任领导">{line.owner.clone()}</td>
                <td data-label="责任部门">{line.department.clone()}</td>
                <td data-label="整改时限" class="nowrap">{line.deadline.clone()}</td>
                <td data-label="整改措施">{line.measures.clone()}</td>
                <td data-label="进度">{state}</td>
            </tr>
        }
        .into_any();
    }
    let people: Vec<(String, String)> = std::iter::once((String::new(), "其他（填姓名）".to_owned()))
        .chain(page.leaders.iter().map(|(id, name)| (id.to_string(), name.clone())))
        .collect();
    let of = |name: &str| kept.value(&format!("{name}_{no}"), "");
    let wrong = |name: &str| kept.problem_of(&format!("{name}_{no}"));
    let name = |name: &str| format!("{name}_{no}");
    let label = |what: &str| format!("第 {n} 个问题的{what}");
    let due = kept.value(&name("due"), line.due.clone());
    view! {
        <tr>
            <td data-label="序号">{n.to_string()}</td>
            <td data-label="问题" class="title">{words}</td>
            <td data-label="责任领导">
                {cell_choice(name("owner"), label("责任领导"), &people, &of("owner"), wrong("owner"))}
                {cell_field(name("owner_name"), label("责任领导姓名"), "text", of("owner_name"), None)}
            </td>
            <td data-label="责任部门">{cell_field(name("department"), label("责任部门"), "text", of("department"), wrong("department"))}</td>
            <td data-label="整改时限">{cell_field(name("due"), label("整改时限"), "date", due, wrong("due"))}</td>
            <td data-label="整改措施">{cell_text(name("measures"), label("整改措施"), of("measures"), wrong("measures"))}</td>
            <td data-label="进度">{state}</td>
        </tr>
    }
    .into_any()
}

/// 一级抓一级: the head passes problems on to his 下属单位.
fn pass(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed(page, |name, _| name == "unit" || name == "problem");
    let sent = page
        .passed
        .iter()
        .map(|row| view! { <li>{format!("{}　{}　{}", row.unit, row.state, row.at)}</li> })
        .collect_view();
    let some = !page.passed.is_empty();
    let units = page
        .below
        .iter()
        .map(|(id, name)| {
            let chosen = kept.has("unit", &id.to_string());
            view! { <ChoiceChip kind="checkbox" name="unit" value=id.to_string() label=name.clone() checked=chosen /> }
        })
        .collect_view();
    let problems = page
        .talk
        .lists
        .problems
        .iter()
        .map(|p| {
            let (value, words) = (p.no.to_string(), page.talk.lists.problem_words(p.no));
            let chosen = kept.has("problem", &value);
            view! { <label class="check"><input type="checkbox" name="problem" value=value checked=chosen /> {words}</label> }
        })
        .collect_view();
    let can = page.can("pass") && !page.below.is_empty();
    if !can && !some {
        return ().into_any();
    }
    view! {
        <section class="panel stack" id="pass">
            <h2>"向下属单位发布问题清单"</h2>
            {some.then(|| view! { <ul class="rows">{sent}</ul> <p class="hint">"这里只看得到对照整改的进展，下属单位写的内容不上传。"</p> })}
            {can.then(|| view! {
                <form class="form" method="post" action="/talks/pass">
                    {marks(page, draft, &kept)}
                    <fieldset class="field"><legend>"下属单位"</legend><div class="radio-chips">{units}</div>
                        {kept.problem_of("unit").map(|words| view! { <p class="error">{words}</p> })}
                    </fieldset>
                    <fieldset class="field"><legend>"问题"</legend>{problems}
                        {kept.problem_of("problem").map(|words| view! { <p class="error">{words}</p> })}
                    </fieldset>
                    {area("pass-words", ("words", "对照整改要求"), 2, kept.value("words", ""), kept.problem_of("words"))}
                    <div class="actions"><button class="btn primary">"发布"</button></div>
                </form>
            })}
        </section>
    }
    .into_any()
}
