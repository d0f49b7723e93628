//! One tap beside a colour or a fact: 「申请核对」, and below it what was asked and answered. Any page puts these two
//! beside what it shows; both work without scripts.

use domain::{
    ids::{CommandId, PostId},
    oversight::{CheckState, answer_period},
};
use leptos::prelude::*;

use crate::{
    api::{
        checks::{CheckView, ChecksPage},
        drafts::Draft,
    },
    ui::FormMarks,
};

/// What a question is about, as hidden fields.
fn subject(kind: &'static str, post: PostId, year: i32, key: String) -> AnyView {
    view! {
        <input type="hidden" name="kind" value=kind />
        <input type="hidden" name="post" value=post.to_string() />
        <input type="hidden" name="year" value=year.to_string() />
        <input type="hidden" name="key" value=key />
    }
    .into_any()
}

/// The button with room for optional words. `kind` is `colour` or `portrait`; `key` the item or the fact; `name`
/// what it is called, for whoever hears the page; `days` the working days for the answer; `earlier` what was asked
/// about it before: once it was answered, a new question says what is new.
pub fn ask_form(
    command: CommandId,
    (kind, post, year, key): (&'static str, PostId, i32, String),
    name: &str,
    days: u32,
    earlier: &[CheckView],
    draft: &Draft,
) -> AnyView {
    let again = earlier.iter().any(|check| check.state.is_answered());
    let mine = draft.value("key", "") == key && draft.value("kind", "") == kind;
    let refused = mine && !draft.problem.is_empty();
    let (value, problem) =
        if mine { (draft.value("words", ""), draft.problem.clone()) } else { (String::new(), String::new()) };
    let at_field = if draft.problem_field.as_deref() == Some("words") && mine { Some(problem.clone()) } else { None };
    let above = (refused && at_field.is_none()).then_some(problem);
    let id = format!("words-{key}");
    let bad = at_field.is_some().then_some("true");
    view! {
        <details class="ask-check" open=refused>
            <summary class="btn small">"申请核对"<span class="visually-hidden">{format!("：{name}")}</span></summary>
            <form class="form" method="post" action="/oversight/checks/ask">
                <FormMarks command=command />
                {subject(kind, post, year, key)}
                {above.map(|words| view! { <p class="error" role="alert">{words}</p> })}
                <div class="field">
                    <label for=id.clone()>{if again { "有什么新情况（上次已经答复，再次申请必填）" } else { "说明（可不填）" }}</label>
                    <textarea id=id name="words" rows="2" required=again aria-invalid=bad>
                        {crate::ui::area_text(value)}
                    </textarea>
                    <p class="hint">{format!("由监督单位核对，{}答复，答复显示在这里和您的待办里。", answer_period(days))}</p>
                    {at_field.map(|words| view! { <p class="error" role="alert">{words}</p> })}
                </div>
                <div class="actions"><button class="btn">"提交核对申请"</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// Questions about one subject with their answers, the newest first; the asker takes an open one back and says
/// 「知道了」 to an answer.
pub fn check_lines(
    command: CommandId,
    (kind, post, year, key): (&'static str, PostId, i32, String),
    checks: &[CheckView],
) -> Option<AnyView> {
    if checks.is_empty() {
        return None;
    }
    let lines = checks
        .iter()
        .map(|check| {
            let open = check.state == CheckState::Asked;
            let class = match check.state {
                CheckState::Asked => "state pending",
                CheckState::Corrected => "state ok",
                CheckState::Upheld | CheckState::Withdrawn => "state none",
            };
            let icon = if open { "◇" } else { "—" };
            let step = |word: &'static str, label: &'static str| {
                view! {
                    <form method="post" action="/oversight/checks/step">
                        <FormMarks command=command />
                        {subject(kind, post, year, key.clone())}
                        <input type="hidden" name="check" value=check.id.to_string() />
                        <button class="btn small" name="do" value=word>{label}</button>
                    </form>
                }
            };
            view! {
                <li>
                    <div>
                        <span class=class>{icon} " " {check.state.label()}</span>
                        " "
                        <small>{check.asked.clone()}</small>
                        {(!check.words.is_empty()).then(|| view! { <p class="quoted">{check.words.clone()}</p> })}
                        {(!check.answer.is_empty()).then(|| view! { <p><b>{check.answer.clone()}</b></p> })}
                        {check.may_withdraw.then(|| step("withdraw", "撤回申请"))}
                        {check.unseen.then(|| step("seen", "知道了"))}
                    </div>
                </li>
            }
        })
        .collect_view();
    Some(view! { <ul class="rows checks">{lines}</ul> }.into_any())
}

/// Words of an answer, for the office.
pub(super) fn answer_form(page: &ChecksPage, id: String) -> AnyView {
    let draft = &page.draft;
    let mine = draft.value("check", "") == id;
    let error = (mine && !draft.problem.is_empty()).then(|| draft.problem.clone());
    let value = if mine { draft.value("words", "") } else { String::new() };
    let field = format!("answer-{id}");
    let open = error.is_some();
    view! {
        <details class="ask-check" open=open>
            <summary class="btn small">"答复"</summary>
            <form class="form" method="post" action="/oversight/checks/step">
                <FormMarks command=page.command />
                <input type="hidden" name="check" value=id />
                <input type="hidden" name="page" value=page.page.to_string() />
                <AnswerField id=field value=value error=error />
                <div class="actions">
                    <button class="btn primary" name="do" value="correct">"已更正"</button>
                    <button class="btn" name="do" value="uphold">"维持原判"</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}

/// Every row has this field: its id differs, its name does not.
#[component]
fn AnswerField(id: String, value: String, error: Option<String>) -> impl IntoView {
    let bad = error.is_some().then_some("true");
    view! {
        <div class="field">
            <label for=id.clone()>"答复"</label>
            <textarea id=id name="words" rows="3" aria-invalid=bad>
                {crate::ui::area_text(value)}
            </textarea>
            <p class="hint">
                "写明核对了什么、结果怎样。事实有误的，先在来源处改正，再选“已更正”并写明更正了什么："
                <a href="#pending">"核实补记"</a> "、"
                <a href="/oversight" rel="external">"翻阅检查里取消对应或撤回意见"</a> "、"
                <a href="/accountability" rel="external">"办理整改"</a>
                "。没有改正的不能选“已更正”，请选“维持原判”。"
            </p>
            {error.map(|words| view! { <p class="error" role="alert">{words}</p> })}
        </div>
    }
}
