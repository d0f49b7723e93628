//! Forms of one reading: remarks (sent by the outbox once, also from a place without a network),
//! what is done about one, un-matching, feedback and signatures.

use domain::{
    ids::{CommandId, InspectionId},
    oversight::{REMARK_MAX, RemarkKind},
};
use leptos::prelude::*;

use crate::{
    api::{
        drafts::Draft,
        oversight::{ReadingPage, RemarkRow},
        records::RecordPage,
    },
    duties::pad::SignaturePad,
    ui::{ChoiceChip, FormMarks, TextArea, TextField},
};

/// What a remark is about, besides the reading.
pub enum On {
    /// A record, with the items that it corresponds to, to be chosen where there are several: value and words.
    Record(String, Vec<(String, String)>),
    /// The book or a sampled item, to be chosen: value and words.
    Choice(Vec<(String, String)>),
}

/// The form of a remark.
pub(super) fn remark(inspection: InspectionId, command: CommandId, on: On, draft: &Draft) -> AnyView {
    let kinds = RemarkKind::ALL
        .into_iter()
        .map(|kind| {
            let label = if kind == RemarkKind::Mismatch { "与实际不符（须两人）" } else { kind.label() };
            let chosen = draft.value("kind", "") == kind.key();
            view! { <ChoiceChip kind="radio" name="kind" value=kind.key() label=label checked=chosen /> }
        })
        .collect_view();
    let subject = match &on {
        On::Record(id, _) => id.clone(),
        On::Choice(_) => inspection.to_string(),
    };
    let about = match on {
        On::Record(id, items) => {
            let codes = items.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>().join("、");
            let several = items.len() > 1;
            let options =
                items.into_iter().map(|(value, code)| view! { <option value=value>{format!("只对 {code}")}</option> });
            let options = options.collect_view();
            view! {
                <input type="hidden" name="record" value=id />
                {several.then(|| view! {
                    <div class="field">
                        <label for="duty">{format!("这一页对应 {codes}，意见针对")}</label>
                        <select id="duty" name="duty"><option value="">{format!("全部（{codes}）")}</option>{options}</select>
                        <p class="hint">"与实际不符经两人认定后，所选条目取消对应并转红。"</p>
                    </div>
                })}
            }
            .into_any()
        }
        On::Choice(choices) => {
            let options = choices
                .into_iter()
                .map(|(value, words)| {
                    let chosen = draft.value("duty", "") == value;
                    view! { <option value=value selected=chosen>{words}</option> }
                })
                .collect_view();
            view! {
                <div class="field">
                    <label for="duty">"检查内容"</label>
                    <select id="duty" name="duty">{options}</select>
                    {draft.problem_of("about").map(|e| view! { <p class="error">{e}</p> })}
                </div>
            }
            .into_any()
        }
    };
    view! {
        <form class="card form" method="post" action="/oversight/remark" id="remark"
            data-outbox="oversight.remark" data-outbox-subject=subject>
            <FormMarks command=command />
            <input type="hidden" name="inspection" value=inspection.to_string() />
            <h2>"检查意见"</h2>
            {about}
            <fieldset class="field"><legend>"意见"</legend><div class="radio-chips">{kinds}</div>
                {draft.problem_of("kind").map(|e| view! { <p class="error">{e}</p> })}
            </fieldset>
            <TextArea name="text" label="说明" rows=3 hint=format!("有对应记录的，印证充分可不写；最多 {REMARK_MAX} 字。勿写案情、举报内容和身份证号。")
                value=draft.value("text", "") error=draft.problem_of("text") />
            <p class="save-state" aria-live="polite" data-save-state="">""</p>
            <div class="actions"><button class="btn primary">"保存意见"</button></div>
        </form>
    }
    .into_any()
}

/// The form of a remark below a record, for its reader.
pub fn remark_on(page: &RecordPage) -> AnyView {
    let Some(inspection) = page.reading else { return ().into_any() };
    let items = page.items.iter().map(|(duty, code, _)| (duty.to_string(), code.clone())).collect();
    view! {
        <p class="hint"><a href=format!("/oversight/{inspection}")>"返回这次翻阅检查"</a></p>
        {remark(inspection, page.command, On::Record(page.row.id.to_string(), items), &Draft::default())}
    }
    .into_any()
}

/// Takes an item off the record, for its reader.
pub fn unmatch_from(page: &RecordPage) -> AnyView {
    let Some(inspection) = page.reading.filter(|_| !page.items.is_empty()) else { return ().into_any() };
    let options = page
        .items
        .iter()
        .map(|(duty, code, text)| view! { <option value=duty.to_string()>{format!("{code} {text}")}</option> })
        .collect_view();
    view! {
        <details class="dialog">
            <summary class="btn">"取消对应…"</summary>
            <form class="dialog-box form" method="post" action="/oversight/unmatch" id="unmatch">
                <FormMarks command=page.command />
                <input type="hidden" name="inspection" value=inspection.to_string() />
                <input type="hidden" name="record" value=page.row.id.to_string() />
                <div class="field"><label for="unmatch-duty">"条目"</label><select id="unmatch-duty" name="duty">{options}</select></div>
                <div class="field"><label for="unmatch-reason">"原因"</label><input id="unmatch-reason" name="reason" autocomplete="off" /></div>
                <p class="hint">"取消后颜色随即重算，负责人能看到原因。"</p>
                <div class="actions"><button class="btn">"取消对应"</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// What the viewer may do about a remark.
pub(super) fn about(page: &ReadingPage, row: &RemarkRow) -> AnyView {
    let marks = |act: &'static str| {
        view! {
            <FormMarks command=page.command />
            <input type="hidden" name="remark" value=row.id.to_string() />
            <input type="hidden" name="inspection" value=page.id.to_string() />
            <input type="hidden" name="seen" value=row.seen.to_string() />
            {(!act.is_empty()).then(|| view! { <input type="hidden" name="do" value=act /> })}
        }
    };
    let worded = |act: &'static str, summary: &'static str, label: &'static str| {
        let id = format!("{act}-{}", row.id);
        view! {
            <details class="dialog">
                <summary class="btn small">{summary}</summary>
                <form class="dialog-box form" method="post" action="/oversight/remark/step">
                    {marks(act)}
                    <div class="field"><label for=id.clone()>{label}</label><input id=id name="words" autocomplete="off" /></div>
                    <div class="actions"><button class="btn">"确定"</button></div>
                </form>
            </details>
        }
    };
    view! {
        {row.may_agree.then(|| view! {
            <form method="post" action="/oversight/remark/step">
                {marks("agree")}
                <button class="btn small">"我认定与实际不符"</button>
            </form>
        })}
        {row.may_ask.then(|| worded("ask", "申请核对…", "请核对什么"))}
        {row.may_answer.then(|| worded("keep", "答复：维持…", "核对答复"))}
        {row.may_yield.then(|| worded("yield", "答复：撤回意见…", "核对答复"))}
        {row.may_retract.then(|| worded("retract", "撤回…", "撤回原因"))}
        {row.may_decide.then(|| worded("approve", "同意转为整改事项…", "审定意见（可不填）"))}
        {row.may_decide.then(|| worded("decline", "不同意…", "不同意的原因"))}
        {row.may_open.then(|| {
            let (problem, demand, due) =
                (format!("problem-{}", row.id), format!("demand-{}", row.id), format!("due-{}", row.id));
            view! {
                <details class="dialog">
                    <summary class="btn small">"提请转为整改事项…"</summary>
                    <form class="dialog-box form" method="post" action="/oversight/remark/step">
                        {marks("item")}
                        <div class="field"><label for=problem.clone()>"问题"</label><input id=problem name="words" value=row.text.clone() autocomplete="off" /></div>
                        <div class="field"><label for=demand.clone()>"整改要求"</label><input id=demand name="demand" autocomplete="off" /></div>
                        <div class="field short"><label for=due.clone()>"整改期限"</label><input id=due type="date" name="deadline" /></div>
                        <p class="hint">"期限留空按默认工作日计算。党风政风监督室审定后列入整改台账。"</p>
                        <div class="actions"><button class="btn">"提请审定"</button></div>
                    </form>
                </details>
            }
        })}
    }
    .into_any()
}

fn step_marks(page: &ReadingPage, act: &'static str) -> AnyView {
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="inspection" value=page.id.to_string() />
        <input type="hidden" name="seen" value=page.version.to_string() />
        <input type="hidden" name="do" value=act />
    }
    .into_any()
}

/// 人工选定: another sample instead of the drawn one, as long as nothing was found.
pub(super) fn choose(page: &ReadingPage) -> AnyView {
    if page.choices.is_empty() {
        return ().into_any();
    }
    let draft = page.draft.clone();
    let mine = draft.value("do", "") == "choose";
    let choices = page
        .choices
        .iter()
        .map(|(duty, words)| {
            let checked = mine && draft.has("duty", &duty.to_string());
            view! { <ChoiceChip kind="checkbox" name="duty" value=duty.to_string() label=words.clone() checked=checked /> }
        })
        .collect_view();
    let why = if mine { draft.value("words", "") } else { String::new() };
    let wrong = |field| draft.problem_of(field).filter(|_| mine).map(|e| view! { <p class="error">{e}</p> });
    view! {
        <details class="dialog" id="choose" open=mine>
            <summary class="btn">"改为人工选定抽查条目…"</summary>
            <form class="dialog-box form" method="post" action="/oversight/step">
                {step_marks(page, "choose")}
                <p class="hint">"勾选这次要查的条目，替换上面抽取的，不能少于按比例应抽的条数。原因和原抽取码印在反馈意见上；写了检查意见以后不能再改。"</p>
                <div class="chips">{choices}</div>
                {wrong("duty")}
                <div class="field"><label for="choose-why">"人工选定的原因"</label>
                    <input id="choose-why" name="words" value=why autocomplete="off" />
                    {wrong("words")}</div>
                <div class="actions"><button class="btn">"按所选条目抽查"</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// Face to face: the head reads the feedback on this screen and signs with a secret of his own.
fn here(page: &ReadingPage) -> AnyView {
    let draft = &page.draft;
    let mine = draft.value("do", "") == "here";
    let options = page
        .signers
        .iter()
        .map(|(id, name)| {
            let chosen = draft.has("signer", &id.to_string());
            view! { <option value=id.to_string() selected=chosen>{name.clone()}</option> }
        })
        .collect_view();
    let name = page.signers.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join("或");
    let typed = if mine { draft.value("typed", "") } else { String::new() };
    let error = draft.problem_of("typed").or(draft.problem_of("drawing")).filter(|_| mine);
    view! {
        <form class="card form" method="post" action="/oversight/step" id="here">
            {step_marks(page, "here")}
            <h2>"负责人当面签字"</h2>
            <p class="hint">"请把设备交给负责人：看过上面的检查意见和综合意见，再由本人手写签名（或输入姓名）、输入自己的密码或数字密码。输错会记入审计日志并告知本人。"</p>
            <div class="field"><label for="here-signer">"签字人"</label><select id="here-signer" name="signer">{options}</select></div>
            <SignaturePad name=name typed=typed error=error id="here-typed" />
            <div class="field"><label for="here-secret">"本人的密码或数字密码"</label>
                <input id="here-secret" name="secret" type="password" autocomplete="off" />
                {draft.problem_of("secret").map(|e| view! { <p class="error">{e}</p> })}</div>
            <div class="actions"><button class="btn primary">"负责人签字"</button></div>
        </form>
    }
    .into_any()
}

/// Forms of the reading itself: feedback, signatures, taking back.
pub(super) fn steps(page: &ReadingPage) -> AnyView {
    let draft = page.draft.clone();
    let feeding = draft.value("do", "") == "feedback";
    // One page, two places for a name: what was refused is shown where it was written.
    let here_refused = draft.value("do", "") == "here";
    let acting = page
        .acting
        .iter()
        .map(|(id, name)| view! { <option value=id.to_string()>{name.clone()}</option> })
        .collect_view();
    view! {
        {page.may_feed_back.then(|| view! {
            <form class="card form" method="post" action="/oversight/step" id="feedback">
                {step_marks(page, "feedback")}
                <TextArea name="words" label="综合意见" hint="定稿后双方签字，翻阅随即结束" value=if feeding { draft.value("words", page.conclusion.clone()) } else { page.conclusion.clone() }
                    error=draft.problem_of("words").filter(|_| feeding) />
                {match draft.problem_of("early") {
                    Some(asked) => view! {
                        <p class="error" role="alert">{asked}</p>
                        <div class="actions"><button class="btn primary" name="early" value="1">"提前结束，形成反馈意见"</button></div>
                    }.into_any(),
                    None => view! { <div class="actions"><button class="btn primary">"形成反馈意见"</button></div> }.into_any(),
                }}
            </form>
        })}
        {page.may_reopen.then(|| view! {
            <form class="card" method="post" action="/oversight/step">
                {step_marks(page, "reopen")}
                <button class="btn">"退回修改"</button>
                <p class="hint">"退回后已有的签字作废，需重新签。"</p>
            </form>
        })}
        {page.may_sign.then(|| view! {
            <form class="card" method="post" action="/oversight/step" id="sign">
                {step_marks(page, "sign")}
                <h2>{format!("签字人：{}", page.name)}</h2>
                {(!page.head).then(|| view! {
                    <p class="hint">{if page.both {
                        "意见里有经两人认定的“与实际不符”：认定的两名翻阅人员都要签字，和负责人都签后办结。不在场的可登记纸质签字。"
                    } else {
                        "检查人员一方由一名翻阅人员代表签字即可；双方都签后办结，不能再补签。翻阅人员都要签的，请在负责人签字前签。"
                    }}</p>
                })}
                <SignaturePad name=page.name.clone() typed=if here_refused { String::new() } else { draft.value("typed", "") }
                    error=draft.problem_of("typed").or(draft.problem_of("drawing")).filter(|_| !here_refused) />
                <div class="actions"><button class="btn primary">"确认签字"</button></div>
            </form>
        })}
        {page.may_note_paper.then(|| view! {
            <details class="dialog" id="paper">
                <summary class="btn">{if page.both { "纸质已签…" } else { "负责人纸质已签…" }}</summary>
                <form class="dialog-box form" method="post" action="/oversight/step">
                    {step_marks(page, "paper")}
                    {(!page.acting.is_empty()).then(|| view! {
                        <div class="field">
                            <label for="signer">"签字人（岗位空缺的，选主持工作的同志）"</label>
                            <select id="signer" name="signer">
                                {(!page.head_signed).then(|| view! { <option value="">"签字当日的负责人"</option> })}
                                {acting}
                            </select>
                        </div>
                    })}
                    <TextField name="paper_on" label="签字日期" kind="date" class="short" value=page.today.clone() error=draft.problem_of("paper_on") />
                    <TextField name="handler" label="经办人" class="short" value=page.name.clone() error=draft.problem_of("handler") />
                    <div class="actions"><button class="btn">"登记纸质签字"</button></div>
                </form>
            </details>
        })}
        {(!page.signers.is_empty()).then(|| here(page))}
        {page.may_end.then(|| view! {
            <details class="dialog" id="end">
                <summary class="btn">"岗位空缺、无人签字，办结…"</summary>
                <form class="dialog-box form" method="post" action="/oversight/step">
                    {step_marks(page, "end")}
                    <div class="field"><label for="end-why">"办结原因"</label><input id="end-why" name="words" autocomplete="off" /></div>
                    <p class="hint">"主持工作的同志和离任的负责人都不能签字时才这样办结；原因写在检查表上，反馈意见的签字处注明。"</p>
                    <div class="actions"><button class="btn">"写明原因办结"</button></div>
                </form>
            </details>
        })}
        {page.may_prolong.then(|| view! {
            <details class="dialog" id="prolong">
                <summary class="btn">"没有查完，顺延…"</summary>
                <form class="dialog-box form" method="post" action="/oversight/step">
                    {step_marks(page, "prolong")}
                    <div class="field short"><label for="prolong-to">"顺延到"</label>
                        <input id="prolong-to" type="date" name="to" />
                        {draft.problem_of("to").map(|e| view! { <p class="error">{e}</p> })}</div>
                    <div class="field"><label for="prolong-why">"原因"</label><input id="prolong-why" name="words" autocomplete="off" /></div>
                    <p class="hint">"顺延同样告知负责人；已标的都还在，到时接着查。"</p>
                    <div class="actions"><button class="btn">"顺延并告知"</button></div>
                </form>
            </details>
        })}
        {page.may_withdraw.then(|| view! {
            <details class="dialog">
                <summary class="btn">"撤销这次翻阅检查…"</summary>
                <form class="dialog-box form" method="post" action="/oversight/step">
                    {step_marks(page, "withdraw")}
                    <div class="field"><label for="why">"撤销原因"</label><input id="why" name="words" autocomplete="off" /></div>
                    <div class="actions"><button class="btn">"撤销"</button></div>
                </form>
            </details>
        })}
    }
    .into_any()
}
