//! What is said after a form of 评责 succeeded, and small parts its pages share.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The sentence of `?done=`; unknown words say nothing, so that a link cannot put text on the page.
fn done_words(done: &str) -> Option<&'static str> {
    Some(match done {
        "saved" => "已保存。",
        "imported" => "名册已导入，请核对分组和回避。",
        "ask" => "已提请审定。",
        "approve" => "方案已审定，席位已建立；请通知述责对象和派驻组。",
        "return" => "已退回，退回的理由已附上。",
        "withdraw" => "已撤回，可以修改后再报。",
        "reopen" => "方案已回到起草，修改后请重新报审；原来的席位和评议卡作废。",
        "returned_report" => "报告已退回，本人可以修改后重新提交。",
        "kept" => "已存为草稿，还没有提交。",
        "handed" => "述责报告已提交。",
        "drafted" => "代录稿已保存，请联系述责对象本人核对后提交。",
        "read" => "文档里的文字已放进草稿，请核对后再提交。",
        "1" => "已办。",
        "checked" => "核对已保存。",
        "suggested" => "建议已提交，不记名。",
        _ => return None,
    })
}

/// The notice after a form succeeded.
pub(super) fn done_notice() -> AnyView {
    let query = use_query_map();
    let words = move || query.read().get("done").and_then(|d| done_words(&d));
    (move || words().map(|w| view! { <div class="notice ok" role="status"><p>{w}</p></div> })).into_any()
}

/// A drop-down with label; `options` are key and words.
pub(super) fn select(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
    error: Option<String>,
) -> AnyView {
    let options = options
        .into_iter()
        .map(|(key, words)| {
            let here = key == chosen;
            view! { <option value=key selected=here>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field half">
            <label for=id>{label}</label>
            <select id=id name=name>{options}</select>
            {error.map(|e| view! { <p class="error">{e}</p> })}
        </div>
    }
    .into_any()
}

/// One of a few words as chips.
pub(super) fn chips(
    name: &'static str,
    legend: &'static str,
    hint: &'static str,
    options: &[(&'static str, &'static str)],
    chosen: &str,
) -> AnyView {
    let options = options
        .iter()
        .map(|(key, words)| {
            let here = *key == chosen;
            view! { <label class="chip"><input type="radio" name=name value=*key checked=here /><span>{*words}</span></label> }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>{legend} " " <small>{hint}</small></legend>
            <div class="radio-chips">{options}</div>
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_said() {
        assert!(done_words("handed").unwrap().contains("已提交"));
        assert_eq!(done_words("<b>"), None);
    }
}
