//! `/duties/lists/{id}`: one leader's list with its steps and whatever the viewer may do now.

use domain::duties::ListState;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    item_form::{self, Place, alike, evidence_chips, frequencies, sources},
    items::{self, Actions},
    overview::state_mark,
    sign::receipt,
    suggestions,
    words::{done_notice, select},
};
use crate::{
    api::duties::{LeaderList, ListMay, ListPage, ListQuery, StepMark},
    ui::{FormMarks, OfficePage, Problem, TextArea, TextField, loaded, page_data},
};

/// `/duties/lists/{id}`.
#[component]
pub fn LeaderListView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| ListQuery {
        id: params.read().get("id").unwrap_or_default(),
        edit: query.read().get("edit"),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || LeaderList { form: asked.get() });
    view! {
        <OfficePage current="/duties">
            <main class="main" id="main">
                <nav class="crumb" aria-label="位置"><a href="/duties">"明责"</a> " / " <span>"第一责任人履责清单"</span></nav>
                {done_notice()}
                {loaded(data, show)}
            </main>
        </OfficePage>
    }
}

fn show(page: ListPage) -> AnyView {
    let id = page.id.to_string();
    let path = format!("/duties/lists/{id}");
    let export = format!("/duties/export?what=list&id={id}");
    let compare = format!("{path}/compare");
    let contents = page.contents;
    view! {
        <div class="page-head">
            <h1>{page.title.clone()}</h1>
            <p class="lead">{format!("{} · 第{}版 · {}", page.head, page.edition, page.note)} " " {state_mark(Some(page.state))}</p>
            <div class="actions">
                {contents.then(|| view! { <a class="btn" href=export rel="external">"导出 .xlsx"</a> })}
                {(contents && !page.others.is_empty()).then(|| view! { <a class="btn" href=compare>"版本对比"</a> })}
                {page.may.edit.then(|| view! { <a class="btn" href=format!("{path}?edit=new#item")>"添加自选动作"</a> })}
            </div>
        </div>
        <Problem draft=page.draft.clone() />
        {(!page.from_unit.is_empty()).then(|| view! {
            <div class="notice info" role="status"><p>{format!("由{}下发给下属单位；只上报办理状态，不上报内容。", page.from_unit)}</p></div>
        })}
        {page.returned.clone().map(|why| view! {
            <div class="notice warn" role="status"><b>"上次退回"</b><p>{why}</p></div>
        })}
        {opinions(&page)}
        {steps(page.steps.clone())}
        {actions(&page)}
        {page.edit.clone().map(|item| {
            let place = Place {
                action: "/duties/lists/item",
                owner: "leader",
                id: id.clone(),
                seen: page.version,
                command: page.command,
                inside: page.inside,
                back: path.clone(),
                twins: item_form::twins(&page.draft, &page.items),
            };
            item_form::form(place, item, page.lists.clone(), page.draft.clone())
        })}
        {suggestions::panel(&page)}
        {suggestions::learned(&page)}
        {contents.then(|| table(&page, &path))}
        {(!contents).then(|| view! {
            <div class="notice info" role="status"><p>"这份清单的内容由上级单位和本单位掌握，这里只显示办理状态。"</p></div>
        })}
        {decisions(&page)}
        {page.signature.clone().map(receipt)}
        {editions(&page)}
    }
    .into_any()
}

fn steps(steps: Vec<StepMark>) -> AnyView {
    let lines = steps
        .into_iter()
        .map(|step| {
            let (class, current) = match step.mark.as_str() {
                "done" => ("done", None),
                "back" => ("back", Some("step")),
                "now" => ("", Some("step")),
                _ => ("", None),
            };
            view! { <li class=class aria-current=current>{step.label}<small>{step.note}</small></li> }
        })
        .collect_view();
    view! { <ol class="steps" aria-label="办理进度">{lines}</ol> }.into_any()
}

/// Hidden fields that every form on the list carries.
pub(super) fn marks(page: &ListPage) -> AnyView {
    view! {
        <FormMarks command=page.command />
        <input type="hidden" name="leader" value=page.id.to_string() />
    }
    .into_any()
}

pub(super) fn seen(page: &ListPage) -> AnyView {
    view! { <input type="hidden" name="seen" value=page.version.to_string() /> }.into_any()
}

/// One step as a button.
fn step_button(page: &ListPage, step: &'static str, words: &'static str) -> AnyView {
    view! {
        <form method="post" action="/duties/lists/step">
            {marks(page)} {seen(page)}
            <input type="hidden" name="step" value=step />
            <button class="btn primary">{words}</button>
        </form>
    }
    .into_any()
}

/// A step with a field, opened under its button.
fn opened(words: &'static str, title: &'static str, form: AnyView) -> AnyView {
    view! {
        <details class="dialog">
            <summary class="btn">{words}</summary>
            <div class="dialog-box"><h2>{title}</h2>{form}</div>
        </details>
    }
    .into_any()
}

fn actions(page: &ListPage) -> AnyView {
    let may = page.may;
    let sign = format!("/duties/sign/{}", page.id);
    if may == ListMay::default() {
        return ().into_any();
    }
    view! {
        <section class="panel"><h2>"办理"</h2><div class="row-line">
            {may.send.then(|| step_button(page, "send", "送单位征求意见"))}
            {may.submit.then(|| step_button(page, "submit", if may.send { "条目未改，直接提交审定" } else { "提交审定" }))}
            {may.approve.then(|| step_button(page, "approve", "审定"))}
            {may.issue.then(|| issue(page))}
            {may.sign.then(|| view! { <a class="btn primary" href=sign rel="external">"阅读并签收"</a> })}
            {may.give_back.then(|| give_back(page))}
            {may.comment.then(|| comment(page))}
            {may.propose.then(|| propose(page))}
            {may.paper.then(|| paper(page))}
            {may.supersede.then(|| edition(page))}
            {may.pass_down.then(|| pass_down(page))}
        </div></section>
    }
    .into_any()
}

fn effective(page: &ListPage) -> AnyView {
    view! {
        <TextField name="effective_on" label="生效日期" kind="date"
            value=page.draft.value("effective_on", page.effective_on.clone())
            error=page.draft.problem_of("effective_on")
            hint="生效前到期的事项不计入" />
    }
    .into_any()
}

/// Only where it was the issuing that was asked about.
fn step_alike(page: &ListPage) -> Option<AnyView> {
    if page.draft.value("step", "") == "issue" {
        alike(&page.draft, "仍要下达：相近的条目并列")
    } else {
        None
    }
}

fn issue(page: &ListPage) -> AnyView {
    let words = if page.from_unit.is_empty() { "下达…" } else { "确认并下达…" };
    let form = view! {
        <form class="form" method="post" action="/duties/lists/step">
            {marks(page)} {seen(page)}
            <input type="hidden" name="step" value="issue" />
            {effective(page)}
            {step_alike(page)}
            <p>"下达后不能再改动，只能另制新版；负责人在 5 个工作日内签收。"</p>
            <div class="actions"><button class="btn primary">"下达"</button></div>
        </form>
    };
    opened(words, "下达第一责任人履责清单", form.into_any())
}

fn give_back(page: &ListPage) -> AnyView {
    let form = view! {
        <form class="form" method="post" action="/duties/lists/step">
            {marks(page)} {seen(page)}
            <input type="hidden" name="step" value="return" />
            <TextArea name="reason" label="退回理由" rows=3 value=page.draft.value("reason", "")
                error=page.draft.problem_of("reason") />
            <div class="actions"><button class="btn primary">"退回起草"</button></div>
        </form>
    };
    opened("退回…", "退回起草", form.into_any())
}

fn comment(page: &ListPage) -> AnyView {
    let form = view! {
        <form class="form" method="post" action="/duties/lists/comment">
            {marks(page)}
            <TextArea name="comment" label="意见" rows=3 value=page.draft.value("comment", "")
                error=page.draft.problem_of("comment") hint="不填即为“无意见”" />
            <div class="actions"><button class="btn primary">"提交意见"</button></div>
        </form>
    };
    // His own words first: what was said since the list was last sent, then room for more.
    let sent = page.decisions.iter().rposition(|d| d.step == "送单位征求意见").unwrap_or(0);
    let said: Vec<_> = page.decisions.iter().skip(sent).filter(|d| d.step == "单位意见").cloned().collect();
    if said.is_empty() {
        return opened("提出意见…", "单位意见", form.into_any());
    }
    let said = said
        .into_iter()
        .map(|d| view! { <div class="notice ok" role="status"><b>{format!("{} {}已提交意见", d.on, d.who)}</b><p>{d.reason}</p></div> })
        .collect_view();
    view! { <div>{said}{opened("再提意见…", "补充意见", form.into_any())}</div> }.into_any()
}

fn propose(page: &ListPage) -> AnyView {
    let draft = page.draft.clone();
    let frequency = draft.value("frequency", "yearly");
    let source = draft.value("source", "");
    let form = view! {
        <form class="form" method="post" action="/duties/lists/propose">
            {marks(page)} {seen(page)}
            <TextArea name="text" label="自选动作内容" rows=3 value=draft.value("text", "") error=draft.problem_of("text") />
            {select("frequency", "频次", frequencies(), &frequency, "half")}
            <TextField name="due" label="期限（可不填）" class="half" value=draft.value("due", "") error=draft.problem_of("due") />
            {select("source", "来源（单位只看到“监督中发现”）", sources(), &source, "half")}
            <fieldset class="field"><legend>"佐证材料"</legend><div class="chips">{evidence_chips(&draft, &[])}</div></fieldset>
            {draft.problem_of("source").map(|e| view! { <p class="error">{e}</p> })}
            {alike(&draft, "仍要提出：与已有条目并列")}
            <div class="actions"><button class="btn primary">"提出"</button></div>
        </form>
    };
    opened("提出自选动作…", "提出自选动作", form.into_any())
}

fn paper(page: &ListPage) -> AnyView {
    let draft = page.draft.clone();
    let form = view! {
        <form class="form" method="post" action="/duties/lists/paper">
            {marks(page)} {seen(page)}
            <TextField name="paper_on" label="纸质签收日期" kind="date" class="half"
                value=draft.value("paper_on", page.today.clone()) error=draft.problem_of("paper_on") />
            <TextField name="handler" label="经办人" class="half"
                value=draft.value("handler", "") error=draft.problem_of("handler") />
            <div class="actions"><button class="btn primary">"登记纸质签收"</button></div>
        </form>
    };
    opened("纸质已签…", "登记纸质签收", form.into_any())
}

fn edition(page: &ListPage) -> AnyView {
    let form = view! {
        <form class="form" method="post" action="/duties/lists/edition">
            {marks(page)}
            <p>"另制一版草稿，重新征求意见、审定、下达、签收；已落实的事项保留。"</p>
            {effective(page)}
            <div class="actions"><button class="btn primary">"另制新版"</button></div>
        </form>
    };
    opened("另制新版…", "另制新版", form.into_any())
}

fn pass_down(page: &ListPage) -> AnyView {
    let units = page
        .subordinates
        .iter()
        .map(|(post, label)| {
            view! {
                <label class="chip"><input type="checkbox" name="post" value=post.to_string() /><span>{label.clone()}</span></label>
            }
        })
        .collect_view();
    let form = view! {
        <form class="form" method="post" action="/duties/lists/pass">
            {marks(page)}
            {page.draft.problem_of("post").map(|e| view! { <p class="error">{e}</p> })}
            <fieldset class="field"><legend>"下发给哪些单位"</legend><div class="chips">{units}</div></fieldset>
            {effective(page)}
            <p>"勾选要下发的条目："</p>
            {items::table(page.items.clone(), Actions::Pick, "")}
            <div class="actions"><button class="btn primary">"起草下属单位清单"</button></div>
        </form>
    };
    opened("下发给下属单位…", "下发给下属单位", form.into_any())
}

fn table(page: &ListPage, path: &str) -> AnyView {
    let table = items::table(page.items.clone(), if page.may.edit { Actions::Edit } else { Actions::None }, path);
    if !page.may.edit {
        return table;
    }
    view! {
        <form method="post" action="/duties/lists/item">
            {marks(page)} {seen(page)}
            {table}
        </form>
    }
    .into_any()
}

/// What the unit asks for, on top while the list can still be changed.
fn opinions(page: &ListPage) -> AnyView {
    if page.state.is_issued() {
        return ().into_any();
    }
    let said = page
        .decisions
        .iter()
        .filter(|d| d.step == "单位意见" && d.reason != "无意见")
        .map(|d| view! { <p>{d.reason.clone()} "　" <small>{d.who.clone()} " " {d.on.clone()}</small></p> })
        .collect::<Vec<_>>();
    let some = !said.is_empty();
    some.then(|| view! { <div class="notice warn" role="status"><b>"单位提出意见"</b>{said}</div> }).into_any()
}

fn decisions(page: &ListPage) -> AnyView {
    if page.decisions.is_empty() {
        return ().into_any();
    }
    let rows = page
        .decisions
        .iter()
        .cloned()
        .map(|d| {
            view! {
                <tr>
                    <td data-label="环节">{d.step}</td>
                    <td data-label="结果">{d.outcome}</td>
                    <td data-label="办理人">{d.who}</td>
                    <td data-label="日期" class="nowrap">{d.on}</td>
                    <td data-label="意见或理由">{d.reason}</td>
                </tr>
            }
        })
        .collect_view();
    let export = format!("/duties/export?what=steps&id={}", page.id);
    view! {
        <section class="panel">
            <h2>"办理记录"</h2>
            <div class="actions"><a class="btn small" href=export rel="external">"导出 .xlsx"</a></div>
            <table class="table">
                <thead><tr><th>"环节"</th><th>"结果"</th><th>"办理人"</th><th>"日期"</th><th>"意见或理由"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn editions(page: &ListPage) -> AnyView {
    if page.others.is_empty() && page.handovers.is_empty() {
        return ().into_any();
    }
    let handovers = page
        .handovers
        .iter()
        .map(|(id, words)| view! { <li><a href=format!("/duties/handovers/{id}")>{words.clone()}</a></li> })
        .collect_view();
    let lines = page
        .others
        .iter()
        .map(|(id, label)| view! { <li><a href=format!("/duties/lists/{id}")>{label.clone()}</a></li> })
        .collect_view();
    let frozen = page.state == ListState::Frozen;
    view! {
        <section class="panel">
            <h2>"其他版次与移交单"</h2>
            {frozen.then(|| view! { <p>"负责人变动，这一版已冻结；新任负责人看到的是新版。"</p> })}
            <ul>{lines}{handovers}</ul>
        </section>
    }
    .into_any()
}
