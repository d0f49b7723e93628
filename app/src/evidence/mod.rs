//! 佐证材料 beside a record: what is there, and a form to add more. Never asked for, never counted.
//! A plain form; `evidence.js` adds progress, pasting and going on after a lost network.

use leptos::prelude::*;

use crate::{
    api::evidence::{EvidencePart, EvidenceRow},
    ui::FormMarks,
};

/// What the form takes, for the system's file picker only: the server looks at the content.
const ACCEPT: &str = "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx";

/// The section on a record's page.
#[component]
pub fn EvidenceList(
    /// The files and what the viewer may do.
    evidence: EvidencePart,
) -> impl IntoView {
    if evidence.rows.is_empty() && !evidence.may_add {
        return ().into_any();
    }
    let command = evidence.command;
    let record = evidence.record.to_string();
    let (here, gone): (Vec<_>, Vec<_>) = evidence.rows.into_iter().partition(|row| row.withdrawn.is_none());
    let empty = here.is_empty();
    let withdraw = here.iter().filter(|row| row.may_withdraw).cloned().collect::<Vec<_>>();
    let here = here.into_iter().map(line).collect_view();
    let withdrawn = (!gone.is_empty()).then(|| {
        let lines = gone.into_iter().map(line).collect_view();
        view! {
            <details class="more">
                <summary>"已撤下"</summary>
                <ul class="rows">{lines}</ul>
            </details>
        }
    });
    view! {
        <section class="card" id="evidence">
            <h2>"佐证材料 " <small>"可不加"</small></h2>
            {(!evidence.note.is_empty()).then(|| view! { <p class="hint">{evidence.note}</p> })}
            {(!empty).then(|| view! { <ul class="rows">{here}</ul> })}
            {withdrawn}
            {evidence.may_add.then(|| view! {
                <form
                    method="post"
                    action="/evidence/add"
                    enctype="multipart/form-data"
                    data-evidence=record.clone()
                >
                    <FormMarks command=command />
                    <input type="hidden" name="record" value=record.clone() />
                    {(!evidence.problem.is_empty()).then(|| view! {
                        <div class="notice error" role="alert">
                            <b>"没有添加"</b>
                            <p>{evidence.problem.clone()}</p>
                        </div>
                    })}
                    <ul class="rows" data-evidence-queue="" aria-live="polite"></ul>
                    <div class="field file">
                        <label for="evidence-file">"添加图片或文件"</label>
                        <input id="evidence-file" name="file" type="file" accept=ACCEPT />
                        <p class="hint">
                            "图片、PDF、.docx、.xlsx，每个不超过 20 MB；截图可直接粘贴。照片里的拍摄地点会去掉。勿传案情、举报材料和涉密文件。"
                        </p>
                    </div>
                    <div class="actions">
                        <button class="btn">"添加"</button>
                        <a class="btn plain" rel="external" href=format!("/records/{record}/evidence")>"用已有材料"</a>
                    </div>
                </form>
            })}
            {(!withdraw.is_empty()).then(|| withdrawal(withdraw, command))}
        </section>
    }
    .into_any()
}

/// A file. It leads out of the page, to be looked at or saved.
fn line(row: EvidenceRow) -> AnyView {
    let place = format!("/evidence/{}", row.id);
    let thumb = row.picture.then(|| {
        view! { <img class="value" src=format!("{place}/thumb") alt="" loading="lazy" width="64" height="64" /> }
    });
    let note = format!("{} · {} · {}", row.kind, row.size, row.added);
    view! {
        <li>
            <a href=place rel="external">
                {thumb}
                <b>{row.name}</b>
                <small>{note}</small>
                {row.withdrawn.map(|why| view! { <small>"已撤下 " {why}</small> })}
            </a>
        </li>
    }
    .into_any()
}

/// 撤下: one form, the file chosen in it.
fn withdrawal(rows: Vec<EvidenceRow>, command: domain::ids::CommandId) -> AnyView {
    let options =
        rows.into_iter().map(|row| view! { <option value=row.id.to_string()>{row.name}</option> }).collect_view();
    view! {
        <details class="dialog">
            <summary class="btn plain">"撤下…"</summary>
            <form class="dialog-box" method="post" action="/evidence/withdraw">
                <FormMarks command=command />
                <div class="field">
                    <label for="evidence-which">"撤下哪一个"</label>
                    <select id="evidence-which" name="evidence">{options}</select>
                </div>
                <div class="field">
                    <label for="evidence-why">"撤下的原因"</label>
                    <input id="evidence-why" name="reason" autocomplete="off" />
                    <p class="hint">"撤下后仍列在“已撤下”里，连同原因。"</p>
                </div>
                <div class="actions"><button class="btn">"撤下"</button></div>
            </form>
        </details>
    }
    .into_any()
}
