//! The form of a published measure, and the dictionaries it is chosen from.

use leptos::prelude::*;

use super::parts::options_of;
use crate::{
    api::accountability::{KindRow, MeasuresPage},
    ui::{FormMarks, TextField},
};

/// A new one; after a return the same form fills it in anew.
pub(super) fn enter(page: &MeasuresPage, draft: String) -> AnyView {
    let refused = matches!(page.draft.value("do", "").as_str(), "enter" | "mend");
    let stands = |name: &str| {
        let fields = page.mending.as_ref().map(|m| m.fields.as_slice()).unwrap_or_default();
        fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone())
    };
    let value = |name: &str, otherwise: &str| {
        let otherwise = stands(name).unwrap_or_else(|| otherwise.to_owned());
        if refused { page.draft.value(name, otherwise) } else { otherwise }
    };
    let error = |name: &str| if refused { page.draft.problem_of(name) } else { None };
    let under = |name: &str| error(name).map(|e| view! { <p class="error">{e}</p> });
    let kinds = |book: &str| {
        page.kinds
            .iter()
            .filter(|kind| kind.book == book && !kind.retired)
            .map(|kind| {
                let here = value("kind", "") == kind.key;
                view! { <option value=kind.key.clone() selected=here>{format!("{}（{}）", kind.label, kind.words)}</option> }
            })
            .collect_view()
    };
    let groups = page.choices[0]
        .iter()
        .map(|(key, label)| view! { <optgroup label=label.clone()>{kinds(key)}</optgroup> })
        .collect_view();
    let none = value("kind", "").is_empty();
    let (item, _) = page.about.clone();
    let item = value("item", &item);
    let dual = if refused { page.draft.has("dual", "1") } else { stands("dual").is_some() };
    let which = page.mending.as_ref().map(|mending| {
        view! { <p class="notice warn">{format!("退回原因：{}。改好后重新交第二人核对。", mending.reason)}</p> }
    });
    // A refused form says itself which one it was about.
    let (act, id, seen) = match &page.mending {
        Some(mending) => ("mend".to_owned(), mending.id.to_string(), mending.version.to_string()),
        None if refused => (page.draft.value("do", "enter"), page.draft.value("id", ""), page.draft.value("seen", "")),
        None => ("enter".to_owned(), String::new(), String::new()),
    };
    let open = refused || !item.is_empty() || page.mending.is_some();
    view! {
        <details class="panel" id="enter" open=open>
            <summary class="btn">"登记公布的问责处理…"</summary>
            {which}
            <form class="form" method="post" action="/accountability/measures/do">
                <FormMarks command=page.command draft=if refused { draft } else { String::new() } />
                <input type="hidden" name="do" value=act />
                {(!id.is_empty()).then(|| view! {
                    <input type="hidden" name="id" value=id.clone() />
                    <input type="hidden" name="seen" value=seen.clone() />
                })}
                {(!item.is_empty()).then(|| view! { <input type="hidden" name="item" value=item.clone() /> })}
                <div class="field half">
                    <label for="post">"单位"</label>
                    <select id="post" name="post">{options_of("请选择", &page.posts, &value("post", &page.post))}</select>
                    {under("post")}
                </div>
                <div class="field half">
                    <label for="kind">"处理方式"</label>
                    <select id="kind" name="kind"><option value="" selected=none>"请选择"</option>{groups}</select>
                    {under("kind")}
                </div>
                <div class="field half">
                    <label for="responsibility">"责任"</label>
                    <select id="responsibility" name="responsibility">
                        {options_of("不注明", &page.levels, &value("responsibility", ""))}
                    </select>
                    {under("responsibility")}
                </div>
                <TextField name="number" label="文号" class="half" hint="只填文号，如“滨纪通〔2026〕3号”" value=value("number", "")
                    error=error("number") />
                <TextField name="decided_on" label="决定日期" kind="date" class="half" value=value("decided_on", "")
                    error=error("decided_on") />
                <TextField name="published_on" label="公布日期" kind="date" class="half" hint="没有公布的不能登记"
                    value=value("published_on", "") error=error("published_on") />
                <fieldset class="field">
                    <legend>"一案双查"</legend>
                    <label class="chip"><input type="checkbox" name="dual" value="1" checked=dual /><span>"已开展"</span></label>
                    <TextField name="dual_on" label="日期" kind="date" class="half" value=value("dual_on", "") error=error("dual_on") />
                    <TextField name="dual_number" label="文号（可不填）" class="half" value=value("dual_number", "")
                        error=error("dual_number") />
                </fieldset>
                {under("item")}
                <div class="actions"><button class="btn primary">"填写，交第二人核对"</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// The dictionaries: kept apart, marked 示范 until the district changes them.
pub(super) fn kinds(page: &MeasuresPage) -> AnyView {
    let books = page.choices[0]
        .iter()
        .map(|(book, label)| {
            let rows = page.kinds.iter().filter(|kind| kind.book == *book).map(|kind| entry(page, kind)).collect_view();
            view! { <h3>{format!("{label}处理方式")}</h3> <ul>{rows}</ul> }
        })
        .collect_view();
    let refused = page.draft.value("do", "") == "add_kind";
    let note = if page.sample { "（示范，使用前请对照正式文本核对）" } else { "" };
    view! {
        <details class="panel" id="kinds" open=refused>
            <summary class="btn">{format!("处理方式字典{note}…")}</summary>
            {books}
            {page.keeps.then(|| add(page, refused))}
        </details>
    }
    .into_any()
}

fn entry(page: &MeasuresPage, kind: &KindRow) -> AnyView {
    let (act, label) = if kind.retired { ("restore_kind", "恢复使用") } else { ("retire_kind", "停用") };
    let button = page.keeps.then(|| {
        view! {
            <form class="inline" method="post" action="/accountability/measures/do">
                <FormMarks command=page.command />
                <input type="hidden" name="do" value=act />
                <input type="hidden" name="seen" value=page.edition.to_string() />
                <input type="hidden" name="key" value=kind.key.clone() />
                <button class="btn small" aria-label=format!("{label}“{}”", kind.label)>{label}</button>
            </form>
        }
    });
    let retired = kind.retired.then(|| view! { " " <span class="tag">"已停用"</span> });
    view! { <li><b>{kind.label.clone()}</b> {retired} " " <small>{kind.words.clone()}</small> " " {button}</li> }
        .into_any()
}

fn add(page: &MeasuresPage, refused: bool) -> AnyView {
    let value = |name: &str| if refused { page.draft.value(name, "") } else { String::new() };
    let error = |name: &str| if refused { page.draft.problem_of(name) } else { None };
    let [books, ways, forms, targets] = &page.choices;
    let select = |name: &'static str, label: &'static str, none: &'static str, options: &[(String, String)]| {
        let id = format!("new-{name}");
        let under = error(name).map(|e| view! { <p class="error">{e}</p> });
        view! {
            <div class="field half">
                <label for=id.clone()>{label}</label>
                <select id=id name=name>{options_of(none, options, &value(name))}</select>
                {under}
            </div>
        }
        .into_any()
    };
    let numbered = refused && page.draft.has("numbered", "1");
    view! {
        <form class="form" method="post" action="/accountability/measures/do">
            <FormMarks command=page.command />
            <input type="hidden" name="do" value="add_kind" />
            <input type="hidden" name="seen" value=page.edition.to_string() />
            <TextField name="label" label="增加处理方式" class="half" value=value("label") error=error("label") />
            {select("book", "字典", "请选择", books)}
            {select("way", "分类", "请选择", ways)}
            {select("form", "四种形态", "不对应", forms)}
            {select("target", "对象", "请选择", targets)}
            <label class="chip"><input type="checkbox" name="numbered" value="1" checked=numbered /><span>"有文号"</span></label>
            <div class="actions"><button class="btn">"增加"</button></div>
        </form>
    }
    .into_any()
}
