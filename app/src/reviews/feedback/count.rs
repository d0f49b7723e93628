//! The 计票报告单 of a sealed round on the page of the sheets: the paper, the file to count again, and the note
//! that it was signed by hand.

use leptos::prelude::*;

use crate::{
    api::reviews::feedback::{RoundRow, SheetsPage},
    ui::{FormMarks, TextField},
};

pub(super) fn show(page: &SheetsPage, round: &RoundRow, draft_id: &str) -> AnyView {
    let paper = format!("/documents/count/{}/page", round.id);
    let file = format!("/reviews/rounds/{}/bundle", round.id);
    let take = round.may_take.then(|| {
        view! {
            <a class="btn" href=file rel="external" download="">"下载封存的测评数据"</a>
        }
    });
    view! {
        <section class="panel card">
            <h2>"计票报告单"</h2>
            <dl class="kv">
                <dt>"封存校验码"</dt><dd class="mono">{round.code.clone()}</dd>
                <dt>"签字"</dt>
                <dd>{if round.signed.is_empty() { "还没有登记计票人、监票人、主持人的签字".to_owned() } else { round.signed.clone() }}</dd>
            </dl>
            <div class="actions">
                <a class="btn" href=paper rel="external">"看计票报告单"</a>
                {take}
            </div>
            {round.may_take.then(|| view! {
                <p class="hint">
                    "核验：在任一台装有本程序的电脑上运行 " <span class="mono">"wuze verify-meeting 文件名"</span>
                    "，重新计算并核对封存校验码。"
                </p>
            })}
            {round.may_note.then(|| note(page, round, draft_id))}
        </section>
    }
    .into_any()
}

fn note(page: &SheetsPage, round: &RoundRow, draft_id: &str) -> AnyView {
    let mine = page.draft.value("round", "") == round.id;
    let kept = |name: &str| if mine { page.draft.value(name, "") } else { String::new() };
    let error = |name: &str| if mine { page.draft.problem_of(name) } else { None };
    let draft = if mine { draft_id.to_owned() } else { String::new() };
    view! {
        <details class="more" open=mine>
            <summary>{if round.signed.is_empty() { "登记纸质签字" } else { "重新登记签字" }}</summary>
            <form class="form" method="post" action="/reviews/count/signed">
                <FormMarks command=page.command draft=draft />
                <input type="hidden" name="round" value=round.id.clone() />
                <input type="hidden" name="meeting" value=page.meeting.to_string() />
                <p class="hint">"计票人、监票人、主持人在打印的计票报告单上都签好以后登记，原件由经办人保管。"</p>
                <TextField name="paper_on" label="签字日期" kind="date" class="half" value=kept("paper_on") error=error("paper_on") />
                <TextField name="handler" label="经办人" class="half" value=kept("handler") error=error("handler") />
                <div class="actions"><button class="btn primary">"登记签字"</button></div>
            </form>
        </details>
    }
    .into_any()
}
