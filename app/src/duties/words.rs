//! What is said after a form succeeded, and small parts several pages of 明责 share.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::imports::counted;

/// The sentence of `?done=`; unknown words say nothing, so that a link cannot put text on the page.
pub(super) fn done_words(done: &str, n: Option<u32>) -> Option<String> {
    let n = n.unwrap_or(0);
    Some(match done {
        "saved" => "已保存。".into(),
        "made" if n > 0 => format!("已制作 {n} 份清单，都在“起草”。"),
        "made" => "已新制一版草稿。".into(),
        "published" => "已发布，可以据此为单位制作清单。".into(),
        "sent" if n > 0 => format!("已把 {n} 份清单送单位征求意见，单位有 5 个工作日。"),
        "sent" => "已送单位征求意见，单位有 5 个工作日。".into(),
        "submitted" if n > 0 => format!("已把 {n} 份清单提交审定。"),
        "submitted" => "已提交审定。".into(),
        "approved" if n > 0 => format!("已审定 {n} 份清单。"),
        "approved" => "已审定，可以下达。".into(),
        "returned" => "已退回起草，退回理由已附上。".into(),
        "issued" if n > 0 => format!("已下达 {n} 份清单，请负责人在 5 个工作日内签收。"),
        "issued" => "已下达，请负责人在 5 个工作日内签收。".into(),
        "commented" => "意见已交给党风政风监督室。".into(),
        "proposed" => "自选动作已加入清单草稿。".into(),
        "learned" => "已列入清单草稿，来自哪个问题已记下。".into(),
        "left" => "已记为不列入，今后不再提示。".into(),
        "asked" => "建议已交给党风政风监督室。".into(),
        "signed" => "已签收。".into(),
        "edition" => "已另制新版，现行清单在新版下达前继续有效。".into(),
        "passed" => format!("已为 {n} 个下属单位起草清单，请逐份核对后下达。"),
        "days" if n > 0 => format!("已保存，{n} 个尚未到期的期限随之调整。"),
        "days" => "已保存。".into(),
        "enabled" => "启用日已设定。".into(),
        "imported" => "已导入到清单草稿，请核对后发布。".into(),
        "removed" => "已去掉。".into(),
        _ => return None,
    })
}

/// The notice after a form succeeded.
pub(super) fn done_notice() -> AnyView {
    let query = use_query_map();
    let words = move || {
        let q = query.read();
        let n = q.get("n").and_then(|n| n.parse().ok());
        let done = q.get("done")?;
        let words = done_words(&done, n)?;
        let counts = counted(&q).filter(|_| done == "imported");
        Some(counts.map_or(words.clone(), |c| format!("{c}内容在清单草稿里，请核对后发布。")))
    };
    (move || words().map(|w| view! { <div class="notice ok" role="status"><p>{w}</p></div> })).into_any()
}

/// A drop-down with label; `options` are key and words.
pub(super) fn select(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
    class: &'static str,
) -> AnyView {
    let options = options
        .into_iter()
        .map(|(key, words)| {
            let here = key == chosen;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    view! {
        <div class=format!("field {class}")>
            <label for=name>{label}</label>
            <select id=name name=name>{options}</select>
        </div>
    }
    .into_any()
}

/// Plain warning where due days are counted without the year's holidays.
pub(crate) fn no_holidays(years: &[i32], may_edit: bool) -> AnyView {
    years
        .iter()
        .map(|year| {
            let go = may_edit.then(
                || view! { <a href=format!("/duties/calendar?year={year}")>{format!("去录入{year}年节假日")}</a> },
            );
            view! {
                <div class="notice warn" role="status">
                    <b>{format!("{year}年节假日还没有录入")}</b>
                    <p>"到期日按周一至周五计算，遇节假日会不准。请按当年放假通知录入。" {go}</p>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

/// Links to the years of a page; `path` ends where the year follows.
pub(super) fn year_links(path: &'static str, years: &[i32], year: i32) -> AnyView {
    years
        .iter()
        .map(|y| {
            let here = (*y == year).then_some("true");
            view! { <a href=format!("{path}{y}") aria-current=here>{format!("{y}年")}</a> " " }
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_said() {
        assert!(done_words("issued", Some(3)).unwrap().contains("3 份"));
        assert_eq!(done_words("<b>", None), None);
    }
}
