//! `/accountability/bring`: ledgers that were kept outside until now.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::imports::{ImportStart, StartPage, StartQuery},
    imports::UploadForm,
    ui::{OfficePage, loaded, page_data},
};

/// Kinds of ledgers: key, word, what is special about it.
const LEDGERS: [(&str, &str, &str); 4] = [
    ("work", "问题整改台账", "“来源”一列认得巡察、审计、民主评议、督责、日常监督等；没有这一列的按日常监督导入。"),
    ("talk", "“三交底”问题台账", "一行一个问题，谈话日期按挂账日期导入。"),
    ("prompt", "提示单台账", "本区的文号会登记到“文号”，不再重复使用；同一份文书写给几个单位的，写在同一行。"),
    ("recommendation", "纪检监察建议书台账", "本区的文号会登记到“文号”，不再重复使用；同一份文书写给几个单位的，写在同一行。"),
];

/// `/accountability/bring?of=work|talk|prompt|recommendation`.
#[component]
pub fn BringView() -> impl IntoView {
    let query = use_query_map();
    let of = Memo::new(move |_| {
        let asked = query.read().get("of").unwrap_or_default();
        LEDGERS.iter().find(|(key, ..)| *key == asked).map_or("work", |(key, ..)| *key)
    });
    let asked = Memo::new(move |_| StartQuery { kind: "ledger".to_owned(), draft: query.read().get("draft") });
    let data = page_data(move || ImportStart { form: asked.get() });
    view! {
        <OfficePage current="/accountability">
            <main class="main" id="main">{loaded(data, move |page| show(&page, of.get_untracked()))}</main>
        </OfficePage>
    }
}

fn show(page: &StartPage, of: &'static str) -> AnyView {
    let (label, hint) =
        LEDGERS.iter().find(|(key, ..)| *key == of).map_or(("", ""), |(_, label, hint)| (*label, *hint));
    let tabs = LEDGERS
        .iter()
        .map(|(key, label, _)| {
            let here = (*key == of).then_some("page");
            // Its own form each time: the page is loaded anew.
            view! { <a href=format!("/accountability/bring?of={key}") aria-current=here rel="external">{*label}</a> }
        })
        .collect_view();
    view! {
        <nav class="crumb" aria-label="位置">
            <a href="/accountability">"问题整改台账"</a> " / " <span>"导入台账"</span>
        </nav>
        <div class="page-head"><h1>{format!("导入{label}")}</h1><p class="lead">{hint}</p></div>
        <nav class="tabs" aria-label="导入哪一种">{tabs}</nav>
        <UploadForm kind="ledger" target=of command=page.command problem=page.problem.clone() />
        <p class="hint">"表里已有、系统里也有的问题跳过不动。期限已过又没有完成的，预览时会问按哪一天。"</p>
    }
    .into_any()
}
