//! `/reviews/{id}/report/{presenter}`: the presenter writes or pastes his 述责报告 and checks
//! the facts of the pack. Drafts are kept while he types, also without a network.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{facts, words::done_notice};
use crate::{
    api::reviews::{Report, ReportPage, ReportQuery},
    ui::{FormMarks, PhonePage, Problem, TextArea, area_text, loaded, page_data, state_as},
};

/// `/reviews/{id}/report/{presenter}`.
#[component]
pub fn ReportView() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let p = params.read();
        ReportQuery {
            id: p.get("id").unwrap_or_default(),
            presenter: p.get("presenter").unwrap_or_default(),
            draft: query.read().get("draft"),
        }
    });
    let data = page_data(move || Report { form: asked.get() });
    view! {
        <PhonePage title=Signal::stored("述责报告".to_owned()) back="/todo" tab="/todo">
            {done_notice()}
            {loaded(data, move |page| show(page, asked.get_untracked().draft.unwrap_or_default()))}
        </PhonePage>
    }
}

fn marks(page: &ReportPage, draft: String) -> AnyView {
    view! {
        <FormMarks command=page.command draft=draft />
        <input type="hidden" name="meeting" value=page.meeting.to_string() />
        <input type="hidden" name="presenter" value=page.presenter.to_string() />
        <input type="hidden" name="seen" value=page.version.to_string() />
    }
    .into_any()
}

fn show(page: ReportPage, draft_id: String) -> AnyView {
    view! {
        <section class="card">
            <h2>{page.title.clone()}</h2>
            <p>{page.place.clone()}</p>
            <p class="hint">{format!("{}　{}", page.post, page.name)}</p>
        </section>
        <Problem draft=page.draft.clone() />
        {(!page.returned.is_empty()).then(|| view! {
            <div class="notice warn" role="status"><b>"报告已退回"</b><p>{page.returned.clone()}</p></div>
        })}
        {writing(&page, draft_id)}
        {(page.open).then(|| upload(&page))}
        {page.own.then(|| view! {
            <p class="section-label">"评议材料里的事实 " <small>{format!("{}汇总", page.facts.on)}</small></p>
            {facts::show(&page.facts)}
            {check(&page)}
        })}
    }
    .into_any()
}

fn writing(page: &ReportPage, draft_id: String) -> AnyView {
    let state = state_as(page.tone, page.state.clone());
    if !page.open {
        return view! {
            <section class="card">
                <h2>"述责报告"</h2>
                <p>{state}</p>
                {proxy(page)}
                <p class="read">{page.text.clone()}</p>
                <p class="hint">
                    {if page.own {
                        "提交的期限已过，报告已经锁定；确需修改的，请党风政风监督室退回。"
                    } else {
                        "本人已经在写或已经提交，或期限已过，不能再代录。"
                    }}
                </p>
            </section>
        }
        .into_any();
    }
    let draft = page.draft.clone();
    // The note on the facts is another form of the same page.
    let about_text = draft.fields.iter().any(|(name, _)| name == "text");
    let text = if about_text { draft.value("text", page.text.clone()) } else { page.text.clone() };
    let error = draft.problem_of("text");
    let asked = draft.problem_of("look").map(|_| look(draft.value("do", "keep")));
    view! {
        <form class="card" method="post" action="/reviews/report" data-outbox="reviews.report" data-outbox-subject=page.presenter.to_string()>
            {marks(page, if about_text { draft_id } else { String::new() })}
            <h2>{if page.own { "述责报告" } else { "代录述责报告" }}</h2>
            <p>{state}</p>
            {proxy(page)}
            <div class="field">
                <label for="text">"报告正文"</label>
                <textarea id="text" name="text" rows="16" aria-describedby="text-h" aria-invalid=error.is_some().then_some("true")>
                    {area_text(text)}
                </textarea>
                <p class="hint" id="text-h">{format!("可以从文档里粘贴，不超过 {} 字。勿写案情、举报内容和身份证号。", page.most)}</p>
                {error.map(|e| view! { <p class="error">{e}</p> })}
                <p class="save-state" aria-live="polite" data-save-state="">""</p>
            </div>
            {if let Some(asked) = asked {
                asked
            } else if page.own {
                view! {
                    <div class="actions">
                        {if page.late { late() } else {
                            let words = if page.handed { "重新提交" } else { "提交报告" };
                            view! { <button class="btn primary" name="do" value="hand">{words}</button> }.into_any()
                        }}
                        {(!page.handed).then(|| view! { <button class="btn" name="do" value="keep">"先存草稿"</button> })}
                    </div>
                }.into_any()
            } else {
                view! {
                    <div class="actions"><button class="btn primary" name="do" value="keep">"存为代录稿"</button></div>
                    <p class="hint">{format!("存好以后，请{}在自己的待办里核对、修改、提交；只有本人能提交。", page.name)}</p>
                }.into_any()
            }}
        </form>
    }
    .into_any()
}

/// The answers to the question about mobile numbers; what was asked for is done with them.
fn look(step: String) -> AnyView {
    view! {
        <input type="hidden" name="do" value=step />
        <div class="actions">
            <button class="btn primary" name="look" value="mask">"把号码中间四位遮住再保存"</button>
            <button class="btn" name="look" value="keep">"保留号码并保存"</button>
        </div>
    }
    .into_any()
}

/// After the day it is said before the tap what a tap does; one more confirms it, without scripts too.
fn late() -> AnyView {
    view! {
        <details class="dialog">
            <summary class="btn primary">"提交报告…"</summary>
            <div class="dialog-box">
                <p>"提交期限已过，一经提交立即锁定，本人不能再改；确需修改的，由党风政风监督室退回。"</p>
                <button class="btn primary" name="do" value="late">"确认提交"</button>
            </div>
        </details>
    }
    .into_any()
}

/// Who drafted, shown to everybody who reads the report.
fn proxy(page: &ReportPage) -> Option<AnyView> {
    (!page.proxy.is_empty()).then(|| {
        let rest = match (page.own, page.handed) {
            (_, true) => "，本人核对后提交",
            (true, false) => "，请核对后提交",
            (false, false) => "，待本人核对提交",
        };
        view! { <p class="notice info">{page.proxy.clone()} {rest}</p> }.into_any()
    })
}

/// A document is read into the field above; nothing is kept of the file.
fn upload(page: &ReportPage) -> AnyView {
    let error = page.draft.problem_of("file");
    view! {
        <form class="card" method="post" action="/reviews/report/file" enctype="multipart/form-data">
            <h2>"从文档读入"</h2>
            <FormMarks command=page.command />
            <input type="hidden" name="meeting" value=page.meeting.to_string() />
            <input type="hidden" name="presenter" value=page.presenter.to_string() />
            <div class="field">
                <label for="file">"Word 文档（.docx）"</label>
                <input id="file" type="file" name="file" accept=".docx" required />
                <p class="hint">"不超过 5 MB。只读文字，图片和格式不要；读进上面的正文框，核对后再提交。"</p>
                {error.map(|e| view! { <p class="error">{e}</p> })}
            </div>
            <div class="actions"><button class="btn">"读入正文"</button></div>
        </form>
    }
    .into_any()
}

fn check(page: &ReportPage) -> AnyView {
    let state = state_as(page.facts_tone, page.facts_state.clone());
    let note = page.draft.value("note", page.note.clone());
    if !page.facts_open {
        return view! {
            <section class="card">
                <h2>"核对"</h2>
                <p>{state}</p>
                {(!page.note.is_empty()).then(|| view! { <p>"说明：" {page.note.clone()}</p> })}
                <p class="hint">"材料已经开放给评议人员，不再变动。"</p>
            </section>
        }
        .into_any();
    }
    view! {
        <form class="card" id="check" method="post" action="/reviews/facts">
            {marks(page, String::new())}
            <input type="hidden" name="shown" value=page.shown.clone() />
            <h2>"核对"</h2>
            <p>{state}</p>
            <TextArea name="note" label="不一致的地方" rows=3 value=note
                hint="没有就不填；说明会和材料一起给评议人员看" error=page.draft.problem_of("note") />
            <div class="actions"><button class="btn primary">"核对完毕"</button></div>
        </form>
    }
    .into_any()
}
