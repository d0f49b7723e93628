//! What may be done with a matter now: each step its own form, behind a button.

use domain::{
    time::iso,
    warnings::{Count, STAGES_MAX, Stage},
};
use leptos::prelude::*;

use super::parts::{dialog, field, marks, pairs, select, typed, wrong};
use crate::{
    api::warnings::MatterPage,
    ui::{ChoiceChip, TextArea},
};

/// The forms of the steps.
pub fn forms(page: &MatterPage, draft: &str) -> AnyView {
    let may = page.may;
    let adopted = page.stage != Stage::Proposed && page.stage.fills();
    view! {
        <div class="season-acts screen-only" id="step">
            {may.judge.then(|| view! { {judge(page, draft, "adopt")} {decline(page, draft)} })}
            {(adopted && !page.bodies.is_empty()).then(|| judge(page, draft, "set"))}
            {heirs(page, draft)}
            {may.ask.then(|| plain(page, draft, "ask", "送会签"))}
            {may.settle.then(|| plain(page, draft, "settle", "结束会签"))}
            {may.redraft.then(|| reasoned(page, draft, "redraft", "退回起草…", "退回起草的原因"))}
            {(may.simulate && page.stage == Stage::Simulating).then(|| plain(page, draft, "send", "三张清单送审"))}
            {may.review.then(|| signed(page, draft, "agree", "审定…", "审定"))}
            {may.issue.then(|| signed(page, draft, "issue", "签发…", "签发"))}
            {(may.review || may.issue).then(|| reasoned(page, draft, "return", "退回修改…", "退回原因"))}
            {may.seal.then(|| view! { {seal(page, draft)} {reasoned(page, draft, "unseal", "退回修改…", "退回原因")} })}
            {may.report.then(|| report(page, draft))}
            {may.close.then(|| view! {
                {signed(page, draft, "close", "同意办结…", "同意办结")}
                {reasoned(page, draft, "reopen", "退回继续办理…", "退回原因")}
            })}
            {may.drop.then(|| reasoned(page, draft, "drop", "终止…", "终止原因"))}
        </div>
    }
    .into_any()
}

fn seen(page: &MatterPage) -> AnyView {
    view! { <input type="hidden" name="seen" value=page.version.to_string() /> }.into_any()
}

fn open(page: &MatterPage, what: &str) -> bool {
    !page.draft.problem.is_empty() && page.draft.value("do", "") == what
}

fn plain(page: &MatterPage, draft: &str, what: &'static str, label: &'static str) -> AnyView {
    view! {
        <form method="post" action="/warnings/step">
            {marks(page, what, draft)}
            {seen(page)}
            <button class="btn primary">{label}</button>
        </form>
    }
    .into_any()
}

/// A unit ended before anything was sent: the one that took over stands in.
fn heirs(page: &MatterPage, draft: &str) -> AnyView {
    page.heirs
        .iter()
        .map(|(unit, words)| {
            view! {
                <form method="post" action="/warnings/step">
                    {marks(page, "inherit", draft)}
                    {seen(page)}
                    <input type="hidden" name="unit" value=unit.to_string() />
                    <button class="btn">{words.clone()}</button>
                </form>
            }
        })
        .collect_view()
        .into_any()
}

/// A step with its reason.
pub fn reasoned(page: &MatterPage, draft: &str, what: &'static str, label: &'static str, why: &'static str) -> AnyView {
    let inner = view! {
        {marks(page, what, draft)}
        {seen(page)}
        {field((what, "reason", why), "text", typed(&page.draft, what, "reason", ""), wrong(&page.draft, what, "reason"))}
        <div class="actions"><button class="btn">{label.trim_end_matches('…')}</button></div>
    };
    dialog(label, open(page, what), "/warnings/step", inner.into_any())
}

/// A decision in person, or noted from paper.
fn signed(page: &MatterPage, draft: &str, what: &'static str, label: &'static str, word: &'static str) -> AnyView {
    let kept = &page.draft;
    let on_paper = typed(kept, what, "paper", "") == "1";
    let inner = view! {
        {marks(page, what, draft)}
        {seen(page)}
        <label class="chip"><input type="checkbox" name="paper" value="1" checked=on_paper /><span>"纸质已签"</span></label>
        {field(("paper-on", "paper_on", "纸质签批日期"), "date", typed(kept, what, "paper_on", iso(page.today)), wrong(kept, what, "paper_on"))}
        {field(("paper-handler", "handler", "经办人"), "text", typed(kept, what, "handler", page.name.clone()), wrong(kept, what, "handler"))}
        <p class="hint">"在系统里签批的不用勾选。纸质已签的由送审人以外的同志登记。"</p>
        <div class="actions"><button class="btn primary">{word}</button></div>
    };
    dialog(label, open(page, what), "/warnings/step", inner.into_any())
}

fn seal(page: &MatterPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let inner = view! {
        {marks(page, "seal", draft)}
        {seen(page)}
        {field(("seal-number", "number", "起始号数（可不填）"), "text", typed(kept, "seal", "number", ""), wrong(kept, "seal", "number"))}
        <p class="hint">"不填时按文号登记簿顺序编号；填了的从这个号起逐份编，已用过的号不能再用。每家单位一份，在后台生成。"</p>
        <div class="actions"><button class="btn primary">"编号用印"</button></div>
    };
    dialog("编号用印…", open(page, "seal"), "/warnings/step", inner.into_any())
}

fn report(page: &MatterPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let inner = view! {
        {marks(page, "report", draft)}
        {seen(page)}
        <TextArea name="report" label="办结报告" rows=6 value=typed(kept, "report", "report", "")
            hint="逐项销号后填写，报分管副书记审定。" error=wrong(kept, "report", "report") />
        <div class="actions"><button class="btn primary">"报审办结"</button></div>
    };
    dialog("办结报告…", open(page, "report"), "/warnings/step", inner.into_any())
}

fn decline(page: &MatterPage, draft: &str) -> AnyView {
    let kept = &page.draft;
    let inner = view! {
        {marks(page, "decline", draft)}
        {seen(page)}
        {field(("decline", "reason", "不采纳的原因"), "text", typed(kept, "decline", "reason", ""), wrong(kept, "decline", "reason"))}
        <div class="actions"><button class="btn">"不采纳"</button></div>
    };
    dialog("不采纳…", open(page, "decline"), "/warnings/judge", inner.into_any())
}

/// 采纳, or other terms of one that was adopted.
fn judge(page: &MatterPage, draft: &str, what: &'static str) -> AnyView {
    let kept = &page.draft;
    let of = |name: &str| kept_fact(page, name);
    let value = |name: &str, otherwise: String| typed(kept, what, name, otherwise);
    let error = |name: &str| wrong(kept, what, name);
    let leads = page.choices.iter().chain(&page.bodies).map(|(id, name)| (id.to_string(), name.clone()));
    let lead_now = page.choices.iter().chain(&page.bodies).find(|(_, name)| *name == of("牵头部门"));
    let lead = value("lead", lead_now.map(|(id, _)| id.to_string()).unwrap_or_default());
    let have = of("监督牵头单位");
    let chips = pairs(&page.bodies)
        .into_iter()
        .map(|(id, name)| {
            let here =
                if open(page, what) { kept.has("supervisor", &id) } else { have.split('、').any(|n| n == name) };
            view! { <ChoiceChip kind="checkbox" name="supervisor" value=id label=name checked=here /> }
        })
        .collect_view();
    let days = of("提示单期限");
    let counts =
        [(Count::Working, "工作日"), (Count::Calendar, "自然日")].map(|(c, w)| (c.key().to_owned(), w.to_owned()));
    let calendar = days.contains("日内") && !days.contains("工作日") && !days.is_empty();
    let count = value("count", if calendar { "calendar" } else { "working" }.to_owned());
    let number = |n: usize, otherwise: &str| {
        let found = days.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).nth(n);
        found.unwrap_or(otherwise).to_owned()
    };
    let end = page.ends_on.map(iso).unwrap_or_default();
    let inner = view! {
        {marks(page, what, draft)}
        {seen(page)}
        <TextArea name="analysis" label="分析研判" rows=3 value=value("analysis", of("分析研判")) error=error("analysis") />
        {select(("lead", "lead", "牵头部门"), "请选择", leads, &lead, error("lead"))}
        <fieldset class="field"><legend>"监督牵头单位"</legend><div class="chips">{chips}</div>
            {error("supervisor").map(|e| view! { <p class="error">{e}</p> })}
        </fieldset>
        {field(("ends_on", "ends_on", "完成时限"), "date", value("ends_on", end), error("ends_on"))}
        {select(("count", "count", "提示单期限按"), "请选择", counts, &count, error("count"))}
        {field(("sign_days", "sign_days", "签收（示范 5）"), "number", value("sign_days", number(0, "5")), error("sign_days"))}
        {field(("answer_days", "answer_days", "报措施（示范 10）"), "number", value("answer_days", number(1, "10")), error("answer_days"))}
        <TextArea name="stages" label="流程环节（可不填，一行一个）" rows=4
            hint=format!("如：动员部署、申请兑现、材料审核、资金兑付。2 到 {STAGES_MAX} 个。")
            value=value("stages", page.stages.join("\n")) error=error("stages") />
        <div class="actions"><button class="btn primary">{if what == "adopt" { "采纳" } else { "保存" }}</button></div>
    };
    let label = if what == "adopt" { "采纳…" } else { "调整牵头和时限…" };
    dialog(label, open(page, what), "/warnings/judge", inner.into_any())
}

/// A fact of the page by its label.
fn kept_fact(page: &MatterPage, label: &str) -> String {
    page.facts.iter().find(|(known, _)| known == label).map(|(_, words)| words.clone()).unwrap_or_default()
}
