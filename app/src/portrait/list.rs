//! `/portraits`: the posts whose portraits the viewer oversees, in the order of the directory. No number stands here:
//! nothing to sort by.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::portrait::{OverseenPortraits, PortraitRow, PortraitsPage, PortraitsQuery},
    ui::{OfficePage, loaded, page_data},
};

/// `/portraits`.
#[component]
pub fn PortraitsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| PortraitsQuery { after: query.read().get("after") });
    let data = page_data(move || OverseenPortraits { form: asked.get() });
    view! {
        <OfficePage current="/portraits">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"履责画像"</h1>
                    <p class="lead">"按单位顺序排列，不按结果排序。查看会记入审计日志。"</p>
                </div>
                {loaded(data, |page: PortraitsPage| show(&page))}
            </main>
        </OfficePage>
    }
}

fn show(page: &PortraitsPage) -> AnyView {
    if page.rows.is_empty() && page.next.is_none() && !page.later {
        return view! {
            <div class="empty"><b>"没有可以查看的画像"</b><p>"归口表里还没有归您督责的单位。请与党风政风监督室联系。"</p></div>
        }
        .into_any();
    }
    let rows = page.rows.iter().map(line).collect_view();
    let next = page.next.map(|after| view! { <a href=format!("/portraits?after={after}") rel="next">"后面的单位"</a> });
    let first = page.later.then(|| view! { <a href="/portraits" rel="first">"回到第一页"</a> });
    let pager = (next.is_some() || first.is_some())
        .then(|| view! { <nav class="pager" aria-label="分页">{first} {next}</nav> });
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr><th scope="col">"单位"</th><th scope="col">"党组织主要负责人"</th><th scope="col">"以前的任期"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager}
        <div class="actions screen-only"><a class="btn" href="/portraits/export" rel="external">"导出 .xlsx"</a></div>
    }
    .into_any()
}

fn line(row: &PortraitRow) -> AnyView {
    let place = format!("/portraits/{}", row.post);
    let head = if row.held {
        view! { <a href=place.clone() rel="external">{row.who.clone()}</a> <small>{row.days.clone()}</small> }
            .into_any()
    } else {
        view! { {row.who.clone()} }.into_any()
    };
    let earlier = row
        .earlier
        .iter()
        .map(|(term, label)| {
            view! { <div><a href=format!("{place}?term={term}") rel="external">{label.clone()}</a></div> }
        })
        .collect::<Vec<_>>();
    view! {
        <tr>
            <td class="title" data-label="单位">{row.unit.clone()}</td>
            <td data-label="负责人">{head}</td>
            <td data-label="以前的任期">{(!earlier.is_empty()).then_some(earlier)}</td>
        </tr>
    }
    .into_any()
}
