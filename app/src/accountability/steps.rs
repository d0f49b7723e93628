//! The forms of the steps that are the viewer's now. The main step stands open, side steps
//! (return, extension, pause) are folded away; every one works as a plain form.

use domain::accountability::Step;
use leptos::prelude::*;

use super::fields;
use crate::{
    api::{accountability::LoopPage, drafts::Draft},
    ui::FormMarks,
};

/// A field that a step asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// A box of words with its label.
    Words(&'static str),
    /// A new day.
    Until(&'static str),
    /// 「纸质已签」 instead of the own hand.
    Paper,
    /// 责任领导, 责任部门, day of the 党组会.
    Plan,
    /// What is decided after two returns.
    Ruling,
    /// Another ledger and its number.
    Other,
    /// 责任部门.
    Department,
    /// What proves it.
    Proofs,
    /// Another 责任领导.
    Leader,
    /// The unit that takes it over.
    Heir,
    /// Number of the earlier problem.
    Earlier,
}

/// Heading, hint, fields, button of a step.
fn parts(step: Step, paper: bool) -> (&'static str, &'static str, Vec<Ask>, &'static str) {
    let on_paper = |mut asks: Vec<Ask>| {
        if paper {
            asks.push(Ask::Paper);
        }
        asks
    };
    match step {
        Step::Sign => ("签收", "签收后请组织研究整改方案。", on_paper(Vec::new()), "签收"),
        Step::Plan => {
            ("报送整改方案", "经党委（党组）会议研究后填写。", vec![Ask::Plan, Ask::Words("整改措施")], "报送")
        }
        Step::Progress => ("填报进展", "每季度说明一次进展，不改变办理状态。", vec![Ask::Words("进展")], "保存进展"),
        Step::Fill => (
            "填报整改情况",
            "写清做了什么、有什么材料；填好后由责任领导确认。",
            vec![Ask::Words("整改情况"), Ask::Proofs],
            "提交责任领导确认",
        ),
        Step::Lead => ("责任领导确认", "确认整改情况属实。", on_paper(Vec::new()), "确认"),
        Step::Apply => ("申请销号", "由主要负责人申请，监督单位 10 个工作日内复核。", on_paper(Vec::new()), "申请销号"),
        Step::Check => ("复核", "实地或当面核实后填写。", vec![Ask::Words("复核意见")], "复核通过"),
        Step::Return => (
            "退回",
            "说明还差什么；原期限已过的要写新的期限。",
            vec![Ask::Words("退回原因"), Ask::Until("新的整改期限（可不填）")],
            "退回",
        ),
        Step::Strike => ("销号", "复核已通过，核对后销号。", Vec::new(), "销号"),
        Step::Decide => (
            "分管副书记审定",
            "已退回两次，请审定下一步。",
            vec![Ask::Ruling, Ask::Until("新的整改期限（继续整改时填）"), Ask::Words("审定意见")],
            "保存审定意见",
        ),
        Step::AskExtension => {
            ("申请延期", "每项只能延期一次。", vec![Ask::Until("延至"), Ask::Words("延期原因")], "申请延期")
        }
        Step::Extend => ("同意延期", "", vec![Ask::Words("意见（可不填）")], "同意延期"),
        Step::RefuseExtension => ("不同意延期", "", vec![Ask::Words("不同意的原因")], "不同意延期"),
        Step::Suspend => ("挂起", "暂时不能办理的，说明原因；挂起期间不计逾期。", vec![Ask::Words("挂起原因")], "挂起"),
        Step::Resume => {
            ("恢复办理", "原期限已过的要写新的期限。", vec![Ask::Until("新的整改期限（可不填）")], "恢复办理")
        }
        Step::Link => ("关联外部编号", "其他台账里的同一件事，只记编号，不重复填写。", vec![Ask::Other], "保存编号"),
        Step::Settle => (
            "立行立改",
            "当时就能改到位的，直接填报，不再报方案；由主要负责人申请销号，复核和销号照常进行。",
            vec![Ask::Department, Ask::Words("整改情况"), Ask::Proofs],
            "填报并报主要负责人",
        ),
        Step::Owner => (
            "更换责任领导",
            "责任领导调离或分工调整的，写明原因。",
            vec![Ask::Leader, Ask::Words("更换原因")],
            "更换责任领导",
        ),
        Step::Transfer => (
            "移交办理单位",
            "单位撤并或职能划转的，移交承接单位；承接单位重新签收、报送方案，原经过保留。",
            vec![Ask::Heir, Ask::Until("新的整改期限（原期限已过的要填）"), Ask::Words("移交原因")],
            "移交",
        ),
        Step::Relate => (
            "关联重复问题",
            "与本单位以前的问题属同类的，填写原问题编号；是否重复由人认定。",
            vec![Ask::Earlier],
            "关联",
        ),
        Step::Open | Step::Look | Step::Bring => ("", "", Vec::new(), ""),
    }
}

fn is_side(step: Step) -> bool {
    matches!(
        step,
        Step::Return
            | Step::AskExtension
            | Step::RefuseExtension
            | Step::Suspend
            | Step::Link
            | Step::Progress
            | Step::Settle
            | Step::Owner
            | Step::Transfer
            | Step::Relate
    )
}

/// All forms, the main step first.
pub(super) fn forms(page: &LoopPage, draft_id: &str) -> AnyView {
    let refused = page.draft.value("step", "");
    let main = page.steps.iter().filter(|(s, _)| !is_side(*s));
    let side = page.steps.iter().filter(|(s, _)| is_side(*s));
    let main = main.map(|(step, paper)| {
        let (heading, hint, asks, button) = parts(*step, *paper);
        view! {
            <section class="panel">
                <h2>{heading}</h2>
                {form(page, *step, hint, asks, button, draft_id)}
            </section>
        }
    });
    let side = side.map(|(step, paper)| {
        let (heading, hint, asks, button) = parts(*step, *paper);
        let open = refused == step.key();
        view! {
            <details class="dialog" open=open>
                <summary class="btn">{heading} "…"</summary>
                <div class="dialog-box">{form(page, *step, hint, asks, button, draft_id)}</div>
            </details>
        }
    });
    view! { {main.collect_view()} <div class="actions">{side.collect_view()}</div> }.into_any()
}

fn form(
    page: &LoopPage,
    step: Step,
    hint: &'static str,
    asks: Vec<Ask>,
    button: &'static str,
    draft_id: &str,
) -> AnyView {
    // What was typed belongs to the step that was refused, and to no other.
    let draft = if page.draft.value("step", "") == step.key() { page.draft.clone() } else { Draft::default() };
    let mark = if draft.fields.is_empty() { String::new() } else { draft_id.to_owned() };
    let fields = asks.into_iter().map(|ask| fields::field(page, step, ask, &draft)).collect_view();
    let primary = if is_side(step) { "btn" } else { "btn primary" };
    view! {
        <form class="form" method="post" action="/accountability/step">
            <FormMarks command=page.command draft=mark />
            <input type="hidden" name="item" value=page.row.id.to_string() />
            <input type="hidden" name="seen" value=page.version.to_string() />
            <input type="hidden" name="step" value=step.key() />
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            {fields}
            <div class="actions"><button class=primary>{button}</button></div>
        </form>
    }
    .into_any()
}
