//! Forms of the steps up to the talk, and the last ones.

use domain::{talks::TalkState, time::zh};
use leptos::prelude::*;

use super::parts::{area, choice, field, marks, pair, typed_step};
use crate::{
    api::{drafts::Draft, talks::TalkPage},
    ui::{TextArea, TextField},
};

/// The days of the talk.
pub fn days(page: &TalkPage) -> AnyView {
    let (table, state) = (&page.table, page.talk.state);
    let day = |label: &'static str, day: Option<domain::time::Day>| pair(label, day.map(zh).unwrap_or_default());
    let inside = state.is_inside();
    view! {
        <dl class="kv">
            {(inside && page.inside).then(|| day("三张清单", Some(table.prepare_by)))}
            {(inside && page.inside).then(|| day("谈话不晚于", Some(table.talk_by)))}
            {day("党组会", table.meet_by)}
            {day("整改方案", table.plan_by)}
            {day("阶段评估", table.stage_by)}
            {day("落实情况报告", table.report_by)}
            {day("跟踪评估报告", table.track_by)}
        </dl>
    }
    .into_any()
}

/// A form of one button.
fn button(page: &TalkPage, act: &'static str, label: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="post" action="/talks/step">
            {marks(page, "", &Draft::default())}
            <button class=class name="do" value=act>{label}</button>
        </form>
    }
    .into_any()
}

/// The new head's list, where it could not be opened with the last signature.
pub fn list(page: &TalkPage) -> Option<AnyView> {
    page.can("list").then(|| button(page, "list", "开出新任负责人的履责清单", "btn"))
}

/// 「纸质：日期、经办人」.
pub fn paper_fields(page: &TalkPage, kept: &Draft, id: &str) -> AnyView {
    let (on, handler) = (kept.value("paper_on", page.today.clone()), kept.value("handler", ""));
    view! {
        {field(format!("{id}-on"), ("paper_on", "纸质日期"), "date", on, kept.problem_of("paper_on"))}
        {field(format!("{id}-by"), ("handler", "经办人"), "text", handler, kept.problem_of("handler"))}
    }
    .into_any()
}

/// Applies the step to the others of the group.
fn all(page: &TalkPage, words: &'static str) -> AnyView {
    (!page.group_title.is_empty())
        .then(|| view! { <label class="check"><input type="checkbox" name="all" value="1" /> {words}</label> })
        .into_any()
}

/// Everything the viewer may do up to the talk.
pub fn forms(page: &TalkPage, draft: &str) -> AnyView {
    let prepare = page.can("prepare").then(|| {
        let link = format!("/talks/{}/prepare", page.talk.id);
        view! {
            <section class="panel" id="ask">
                <h2>"梳理三张清单"</h2>
                <p class="hint">"履责清单 = 规定动作 + 自选动作；问题清单写明病症、病因、处方；风险清单从风险库和公开通报案例中选。三张备齐才能报审。"</p>
                <div class="actions">
                    <a class="btn primary" href=link>"编制清单"</a>
                    {button(page, "ask", "提请书记审定", "btn")}
                </div>
            </section>
        }
    });
    view! {
        {prepare}
        {(page.can("approve") || page.can("approve_paper") || page.can("return")).then(|| decide(page, draft))}
        {page.can("delegate").then(|| delegate(page, draft))}
        {page.can("hold").then(|| hold(page, draft))}
    }
    .into_any()
}

fn decide(page: &TalkPage, draft: &str) -> AnyView {
    let back = typed_step(page, &["return"]);
    let noted = typed_step(page, &["approve_paper"]);
    let empty = Draft::default();
    view! {
        <section class="panel stack" id="approve">
            <h2>"审定三张清单"</h2>
            {page.can("approve").then(|| view! {
                <form class="form" method="post" action="/talks/step">
                    {marks(page, "", &empty)}
                    {all(page, "同时审定本批其他待审定的清单")}
                    <div class="actions"><button class="btn primary" name="do" value="approve">"审定同意"</button></div>
                </form>
            })}
            {page.can("approve_paper").then(|| view! {
                <details id="approve_paper" open=!noted.fields.is_empty()>
                    <summary>"登记纸质审定"</summary>
                    <form class="form" method="post" action="/talks/step">
                        {marks(page, draft, &noted)}
                        {paper_fields(page, &noted, "approve-paper")}
                        {all(page, "同时登记本批其他待审定的清单")}
                        <div class="actions"><button class="btn" name="do" value="approve_paper">"登记"</button></div>
                    </form>
                </details>
            })}
            {page.can("return").then(|| view! {
                <details id="return" open=!back.fields.is_empty()>
                    <summary>"退回修改"</summary>
                    <form class="form" method="post" action="/talks/step">
                        {marks(page, draft, &back)}
                        {area("return-reason", ("reason", "退回原因"), 2, back.value("reason", ""), back.problem_of("reason"))}
                        <div class="actions"><button class="btn" name="do" value="return">"退回修改"</button></div>
                    </form>
                </details>
            })}
        </section>
    }
    .into_any()
}

fn delegate(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed_step(page, &["delegate"]);
    let lead = &page.talk.lead;
    let own = page.speakers.first().map(|(_, label)| label.clone()).unwrap_or_default();
    let label = |key: &str| page.speakers.iter().find(|(k, _)| k == key).map(|(_, l)| l.clone()).unwrap_or_default();
    let people: Vec<(String, String)> = std::iter::once((String::new(), "请选择".to_owned()))
        .chain(page.people.iter().map(|(key, id, name)| (id.to_string(), format!("{name}（{}）", label(key)))))
        .collect();
    let outside = page.people.is_empty();
    let person = lead.person.map(|id| id.to_string()).unwrap_or_default();
    let open = lead.name.is_empty() || !kept.fields.is_empty();
    view! {
        <details class="panel" id="delegate" open=open>
            <summary>"确定主谈人"</summary>
            <form class="form" method="post" action="/talks/step">
                {marks(page, draft, &kept)}
                <p class="hint">{format!("按规则由{own}主谈；委托他人的，写明原因，受委托的人不再转委托。")}</p>
                {choice("speaker", "主谈人", &page.speakers, &kept.value("speaker", lead.speaker.key()), kept.problem_of("speaker"))}
                {(!outside).then(|| choice("speaker_person", "姓名", &people, &kept.value("speaker_person", person.clone()), kept.problem_of("speaker_person")))}
                <TextField name="speaker_name" label="姓名（市纪委领导主谈时填写）" value=kept.value("speaker_name", if outside { lead.name.clone() } else { String::new() })
                    error=kept.problem_of("speaker_name") />
                {area("delegate-reason", ("reason", "委托原因（不委托的不填）"), 2, kept.value("reason", lead.reason.clone()), kept.problem_of("reason"))}
                {all(page, "本批都由这位同志主谈")}
                <div class="actions"><button class="btn primary" name="do" value="delegate">"确定"</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn hold(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed_step(page, &["hold"]);
    let value = |name: &str| kept.value(name, "");
    view! {
        <form class="form panel wide" method="post" action="/talks/step" id="hold">
            <h2>"登记谈话"</h2>
            {marks(page, draft, &kept)}
            <p class="hint">"谈话时逐条指出问题，把三张清单交给谈话对象。谈话要点只有双方和纪委看得到。"</p>
            <TextField name="held_on" label="谈话日期" kind="date" class="half" value=kept.value("held_on", page.today.clone()) error=kept.problem_of("held_on") />
            <TextField name="place" label="谈话地点" class="half" value=value("place") error=kept.problem_of("place") />
            <TextField name="writer" label="记录人" class="half" value=value("writer") error=kept.problem_of("writer") />
            <TextField name="present" label="参加人员（集体谈话写明党委主要领导）" value=value("present") error=kept.problem_of("present") />
            <TextArea name="words" label="谈话要点" rows=8 value=value("words") error=kept.problem_of("words") />
            <TextArea name="answer" label="谈话对象表态" rows=4 value=value("answer") error=kept.problem_of("answer") />
            {all(page, "同时登记本批其他已审定的谈话（同一记录，各人各自签字）")}
            <div class="actions"><button class="btn primary" name="do" value="hold">"登记谈话"</button></div>
        </form>
    }
    .into_any()
}

/// 办结 and 不再进行.
pub fn last(page: &TalkPage, draft: &str) -> AnyView {
    let kept = typed_step(page, &["end"]);
    let left = page.unfinished.iter().map(|words| view! { <li>{words.clone()}</li> }).collect_view();
    let ready = page.unfinished.is_empty();
    let close = page.can("close").then(|| {
        view! {
            <section class="panel" id="close">
                <h2>"办结"</h2>
                {if ready {
                    view! { <p>"双报告已归档，问题已全部销号。"</p> {button(page, "close", "办结", "btn primary")} }.into_any()
                } else {
                    view! { <p>"办结前还需要："</p> <ul>{left}</ul> }.into_any()
                }}
            </section>
        }
    });
    let signed = page.talk.state == TalkState::Signed;
    let end = page.can("end").then(|| {
        view! {
            <details class="panel" id="end" open=!kept.fields.is_empty()>
                <summary>"不再进行…"</summary>
                <form class="form" method="post" action="/talks/step">
                    {marks(page, draft, &kept)}
                    {area("end-reason", ("reason", "原因"), 2, kept.value("reason", ""), kept.problem_of("reason"))}
                    {signed.then(|| view! { <p class="hint">"已挂账的问题不受影响，留在岗位继续整改。"</p> })}
                    <div class="actions"><button class="btn" name="do" value="end">"登记不再进行"</button></div>
                </form>
            </details>
        }
    });
    view! { {close} {end} }.into_any()
}
