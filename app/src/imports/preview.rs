//! `/imports/{id}`: what an import would do, row by row, before anything happens.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::imports::{AskedWording, ImportUpload, Mark, Sheet, SheetRow, UploadPage, UploadQuery, WrongCell},
    ui::{FormMarks, OfficePage, loaded, page_data},
    viewer::viewer,
};

/// Characters of a wrong cell shown; the error file has all of it.
const CELL: usize = 60;
/// Characters of a message shown; it may quote the cell.
const MESSAGE: usize = 200;
/// Id of the form of the questions, which the confirm button belongs to.
const ANSWERS: &str = "answers";

/// The beginning of a text that may be thousands of characters long.
fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// `/imports/{id}`.
#[component]
pub fn PreviewView() -> impl IntoView {
    let params = use_params_map();
    let asked = Memo::new(move |_| UploadQuery { id: params.read().get("id").unwrap_or_default() });
    let data = page_data(move || ImportUpload { form: asked.get() });
    view! {
        <OfficePage current="">
            <main class="main" id="main">{loaded(data, page_view)}</main>
        </OfficePage>
    }
}

fn page_view(page: UploadPage) -> AnyView {
    let head = view! {
        <nav class="crumb" aria-label="位置"><a href=page.back.clone()>"重新上传"</a> " / " <span>"预览"</span></nav>
        <div class="page-head"><h1>{format!("预览：{}", page.label)}</h1><p class="lead">{page.file.clone()}</p></div>
    };
    if let Some(done) = page.done.clone() {
        return view! {
            {head}
            <div class="result ok">
                <h1>"已经导入"</h1>
                <p>"这个文件已导入完成，没有重复导入。"</p>
                <div class="actions"><a class="btn primary" href=done rel="external">"去看看"</a></div>
            </div>
        }
        .into_any();
    }
    let sheet = page.sheet.clone();
    let query = use_query_map();
    let changed = move || {
        query.read().get("changed").is_some().then(|| {
            view! {
                <div class="notice info" role="status">
                    <b>"已按您改的写法重新预览，还没有导入"</b>
                    <p>"请核对下面的结果，再点「确认导入」。"</p>
                </div>
            }
        })
    };
    let notes = sheet.notes.iter().map(|n| view! { <li>{n.clone()}</li> }).collect_view();
    view! {
        <div class="stack">
        {head}
        <div class="actions"><a class="btn" rel="external" href=format!("/imports/{}/export", page.id)>"导出 .xlsx"</a></div>
        {changed}
        {tally(&sheet)}
        {(!sheet.notes.is_empty()).then(|| view! { <div class="notice info" role="status"><b>"说明"</b><ul>{notes}</ul></div> })}
        {questions(&page)}
        {errors(&page)}
        {rows(&sheet)}
        {commit(&page)}
        </div>
    }
    .into_any()
}

fn tally(sheet: &Sheet) -> AnyView {
    let bad = if sheet.errors.is_empty() { "" } else { "bad" };
    view! {
        <ul class="tally">
            <li><b class="num">{sheet.new}</b> " 新增"</li>
            <li><b class="num">{sheet.updated}</b> " 更新"</li>
            <li><b class="num">{sheet.skipped}</b> " 跳过"</li>
            <li class=bad><b class="num">{sheet.errors.len()}</b> {if sheet.errors.len() >= Sheet::ERRORS { " 处以上错误" } else { " 处错误" }}</li>
        </ul>
    }
    .into_any()
}

fn questions(page: &UploadPage) -> AnyView {
    if page.sheet.questions.is_empty() {
        return ().into_any();
    }
    let asked = page.sheet.questions.iter().map(question).collect_view();
    view! {
        <section class="panel">
            <h2>"请确认几种写法"</h2>
            <p class="hint">"已按最可能的意思选好；不对的改一下，再点「按所选重新预览」。"</p>
            <form id=ANSWERS class="form" method="post" action="/imports/answer">
                <FormMarks command=page.command />
                <input type="hidden" name="upload" value=page.id.to_string() />
                {asked}
                <div class="actions"><button class="btn">"按所选重新预览"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn question(q: &AskedWording) -> AnyView {
    let shown: Vec<String> = q.rows.iter().take(6).map(u32::to_string).collect();
    let more = if q.rows.len() > 6 { format!(" 等 {} 行", q.rows.len()) } else { " 行".to_owned() };
    let options = q
        .options
        .iter()
        .map(|(key, label)| {
            view! {
                <label class="chip">
                    <input type="radio" name=q.id.clone() value=key.clone() checked=*key == q.chosen />
                    <span>{label.clone()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>{q.question.clone()} " " <small>{format!("第 {}{more}", shown.join("、"))}</small></legend>
            <div class="radio-chips">{options}</div>
        </fieldset>
    }
    .into_any()
}

fn errors(page: &UploadPage) -> AnyView {
    if page.sheet.errors.is_empty() {
        return ().into_any();
    }
    let rows = page.sheet.errors.iter().map(error_row).collect_view();
    view! {
        <div class="notice error" role="alert">
            <b>"有错误，还不能导入"</b>
            <p>"一行也没有写入。请按下面的提示改好表格重新上传；也可以下载标好错误的文件，在原表上改。"</p>
            <div class="actions">
                <a class="btn" href=format!("/imports/{}/errors", page.id) rel="external" download="">"下载错误文件"</a>
                <a class="btn" href=page.back.clone()>"重新上传"</a>
            </div>
        </div>
        <div class="table-wrap">
            <table class="table dense">
                <thead><tr><th>"位置"</th><th>"列名"</th><th>"内容"</th><th>"怎么改"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn error_row(e: &WrongCell) -> AnyView {
    let value = clip(&e.value, CELL);
    let message = if value == e.value { e.message.clone() } else { e.message.replace(&e.value, &value) };
    view! {
        <tr class="bad">
            <td data-label="位置"><span class="mark bad">"✕ 错误"</span> {format!(" 第 {} 行 {} 列", e.row, e.column)} <small>{e.sheet.clone()}</small></td>
            <td data-label="列名">{e.header.clone()}</td>
            <td class="bad" data-label="内容">{value}</td>
            <td data-label="怎么改">{clip(&message, MESSAGE)}</td>
        </tr>
    }
    .into_any()
}

fn commit(page: &UploadPage) -> AnyView {
    if !page.sheet.errors.is_empty() {
        return ().into_any();
    }
    if page.sheet.new + page.sheet.updated == 0 {
        return view! {
            <div class="notice ok" role="status"><b>"和系统里的一样，不用导入"</b></div>
        }
        .into_any();
    }
    let counts = format!("新增 {} 行，更新 {} 行", page.sheet.new, page.sheet.updated);
    let words = format!("确认导入{}", page.label);
    let away = view! { <a class="btn" href=page.back.clone()>"不导入"</a> };
    if !page.sheet.questions.is_empty() {
        // The answers on the page go with it: one that was changed is previewed first.
        return view! {
            <div class="batch-bar">
                <span>{counts}</span>
                <button class="btn primary" form=ANSWERS formaction="/imports/commit">{words}</button>
                {away}
            </div>
        }
        .into_any();
    }
    view! {
        <form class="batch-bar" method="post" action="/imports/commit">
            <input type="hidden" name="command" value=page.command.to_string() />
            <input type="hidden" name="_token" value=viewer().form_token />
            <input type="hidden" name="upload" value=page.id.to_string() />
            <span>{counts}</span>
            <button class="btn primary">{words}</button>
            {away}
        </form>
    }
    .into_any()
}

fn rows(sheet: &Sheet) -> AnyView {
    if sheet.rows.is_empty() {
        return ().into_any();
    }
    let columns = sheet.columns.iter().map(|c| view! { <th>{c.clone()}</th> }).collect_view();
    let names = sheet.columns.clone();
    let body = sheet.rows.iter().map(|row| row_view(row, &names)).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table dense">
                <thead><tr><th>"行"</th>{columns}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
        {(sheet.more > 0).then(|| view! { <p class="hint">{format!("其余 {} 行没有列出，会一并导入。", sheet.more)}</p> })}
    }
    .into_any()
}

fn row_view(row: &SheetRow, names: &[String]) -> AnyView {
    let mark = match row.mark {
        Mark::New => view! { <span class="mark new">"＋ 新增"</span> }.into_any(),
        Mark::Updated => view! { <span class="mark changed">"↻ 更新"</span> }.into_any(),
        Mark::Skipped => view! { <span class="mark skipped">"— 跳过"</span> }.into_any(),
    };
    let cells = row
        .cells
        .iter()
        .zip(names)
        .map(|(cell, name)| view! { <td data-label=name.clone()>{cell.clone()}</td> })
        .collect_view();
    let changes = (!row.changes.is_empty()).then(|| view! { <br /><small>{row.changes.join("；")}</small> });
    view! { <tr><td data-label="行">{mark} {format!(" {}", row.row)} {changes}</td>{cells}</tr> }.into_any()
}
