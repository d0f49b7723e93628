//! What only the author of a record does on its page: add details later, let the 联络员 read a
//! talk, take the whole record offline. Refuses to change what stands there: that is 更正.

use domain::records::RecordKind;
use leptos::prelude::*;

use super::{
    chips,
    details::{self, Filled},
    one::marks,
};
use crate::{
    api::records::RecordPage,
    ui::{ChoiceChip, FormMarks, Problem},
};

/// 「补充细节」: only adds, so it asks for no reason; both versions stay visible.
pub(super) fn adding(page: &RecordPage, draft_id: &str, open: bool) -> AnyView {
    if !page.may_correct {
        return ().into_any();
    }
    let draft = page.draft.clone();
    let refused = draft.has("only", "details");
    let look = refused.then(|| page.look.clone()).flatten();
    let stored = page.row.kind.key();
    let chosen = if refused { draft.value("kind", stored) } else { stored.to_owned() };
    let kind = RwSignal::new(RecordKind::from_key(&chosen));
    let filled = Filled::stored(page, refused);
    let talk = RwSignal::new(filled.talk());
    let shown = refused || open;
    // Shown by name and left to the author: nothing is ticked for him.
    let suggested = page.suggests.iter().flat_map(|(_, duties)| duties);
    let items: Vec<_> = suggested
        .filter_map(|duty| page.choices.iter().find(|c| c.duty == *duty))
        .map(|c| {
            let (value, label) = (c.duty.to_string(), format!("{} {}", c.code, c.short));
            let checked = refused && draft.has("duty", &value);
            view! { <ChoiceChip kind="checkbox" name="duty" value=value label=label checked=checked /> }
        })
        .collect();
    view! {
        <section class="card" id="adding">
            <details class="dialog" open=shown>
                <summary class="btn">"补充细节…"</summary>
                <form class="dialog-box" method="post" action="/records/correct">
                    <FormMarks command=page.command draft=draft_id.to_owned() />
                    <input type="hidden" name="record" value=page.row.id.to_string() />
                    <input type="hidden" name="seen" value=page.version.to_string() />
                    <input type="hidden" name="only" value="details" />
                    {match &look {
                        Some(look) => details::look_again(look, draft.problem.clone(), ""),
                        None if refused => view! { <Problem draft=draft.clone() /> }.into_any(),
                        None => ().into_any(),
                    }}
                    <fieldset class="field">
                        <legend>"履责类型"</legend>
                        {chips::kinds(kind)}
                    </fieldset>
                    {(!items.is_empty()).then(|| view! {
                        <fieldset class="field">
                            <legend>"对应清单条目 " <small>"可不选，可多选"</small></legend>
                            <input type="hidden" name="items" value="1" />
                            <div class="chips">{items}</div>
                        </fieldset>
                    })}
                    {details::inputs(kind, talk, &filled)}
                    // Its own id: the correction below asks for a reason too.
                    <div class="field" hidden=page.row.page.is_none()>
                        <label for="details-reason">"更正原因"</label>
                        <input
                            id="details-reason"
                            name="reason"
                            autocomplete="off"
                            aria-describedby="details-reason-h"
                            value=if refused { draft.value("reason", "") } else { String::new() }
                        />
                        <p class="hint" id="details-reason-h">"只补充时不用填；改动或清空已填的细节时填写"</p>
                        {draft.problem_of("reason").filter(|_| refused).map(|e| view! { <p class="error">{e}</p> })}
                    </div>
                    <div class="actions"><button class="btn primary">"保存细节"</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// 让联络员看到: by the author, and taken back by him.
pub(super) fn sharing(page: &RecordPage) -> AnyView {
    if !page.may_share {
        return ().into_any();
    }
    let (words, decision, button) = if page.row.shared {
        ("联络员现在看得到这次谈话的内容。", "unshare", "不再让联络员看到")
    } else {
        ("谈话内容只有您本人看得到，联络员看不到。", "share", "让联络员看到")
    };
    view! {
        <form class="card" method="post" action="/records/decide">
            {marks(page)}
            <input type="hidden" name="reason" value="" />
            <p>{words}</p>
            <button class="btn" name="decision" value=decision>{button}</button>
        </form>
    }
    .into_any()
}

/// 转线下: names the two officers; a refused choice stands again.
pub(super) fn offline(page: &RecordPage) -> AnyView {
    if page.officers.len() < 2 {
        return ().into_any();
    }
    let again = page.draft.fields.iter().any(|(name, _)| name == "first");
    let choose = |name: &'static str, label: &'static str| {
        let chosen = page.draft.value(name, "");
        let people = page
            .officers
            .iter()
            .cloned()
            .map(|(id, name)| view! { <option value=id.clone() selected=id == chosen>{name}</option> })
            .collect_view();
        view! {
            <div class="field">
                <label for=name>{label}</label>
                <select id=name name=name required>
                    <option value="">"请选择"</option>
                    {people}
                </select>
            </div>
        }
    };
    view! {
        <section class="card" id="offline">
            <details class="dialog" open=again>
                <summary class="btn plain">"转线下…"</summary>
                <form class="dialog-box" method="post" action="/records/offline">
                    <FormMarks command=page.command />
                    <input type="hidden" name="record" value=page.row.id.to_string() />
                    {again.then(|| view! { <p class="error" role="alert">{page.draft.problem.clone()}</p> })}
                    <p>"正文涉及问题线索的，选两名干部办理。提交后正文和材料立即不再显示；两人各用自己的账号看一次、打印签字交信访室，都确认后系统里的内容删除，只留页码，不能恢复。"</p>
                    {choose("first", "办理干部")}
                    {choose("second", "办理干部（第二名）")}
                    <div class="actions"><button class="btn danger-plain">"转线下"</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}
