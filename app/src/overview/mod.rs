//! 全区总览: the chain of the five duties over a whole district, its units by type and colour, what is due, what was
//! finished this month. Every number opens the place that shows what it counted; nobody is put before another.

mod chain;
mod lines;
mod types;

use domain::overview::LineKind;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::overview::{AtAGlance, OverviewPage, OverviewQuery},
    ui::{OfficePage, loaded, page_data},
};

/// `/overview`.
#[component]
pub fn OverviewView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        OverviewQuery {
            within: query.get("within").and_then(|v| v.parse().ok()),
            due: query.get("due"),
            closed: query.get("closed"),
        }
    });
    let data = page_data(move || AtAGlance { form: asked.get() });
    view! {
        <OfficePage current="/overview">
            <main class="main overview" id="main">{loaded(data, show)}</main>
        </OfficePage>
    }
}

fn show(page: OverviewPage) -> AnyView {
    let title = if page.district { "全区总览" } else { "归口单位总览" };
    let leading = if page.leading { "含区委；大屏和其他人看到的总览不含。" } else { "" };
    let lead =
        format!("{}年度，截至{}。卡片和表格里的数字都点得开，正是它数的单位和事项。{leading}", page.year, page.as_of);
    let export = address(&page, page.only).replace("/overview?", "/overview/export?");
    let none = page.standing.all.total() == 0;
    view! {
        <div class="page-head">
            <h1>{title}</h1>
            <p class="lead">{lead}</p>
            <div class="actions">
                <a class="btn" href="/chain" rel="external">"五责流转图"</a>
                {page.wall.then(|| view! { <a class="btn" href="/wall" rel="external">"大屏"</a> })}
                <a class="btn" href=export rel="external">"导出 .xlsx"</a>
            </div>
        </div>
        {none.then(|| view! {
            <div class="empty">
                <b>"还没有可以汇总的单位"</b>
                <p>"在「组织与人员」登记单位和党组织主要负责人、在「归口表」分好归口后，这里自动汇总。"</p>
            </div>
        })}
        {chain::flow(&page.stages)}
        {types::by_type(&page.standing)}
        {panels(&page)}
    }
    .into_any()
}

/// The page with these kinds of lines alone.
fn address(page: &OverviewPage, only: [Option<LineKind>; 2]) -> String {
    let mut out = format!("/overview?within={}", page.within);
    for (name, kind) in ["due", "closed"].into_iter().zip(only) {
        if let Some(kind) = kind {
            out.push_str(&format!("&{name}={}", kind.key()));
        }
    }
    out
}

fn panels(page: &OverviewPage) -> AnyView {
    let within = page.within;
    let choices = [7_u32, 30, 90]
        .into_iter()
        .map(|days| {
            let here = (days == within).then_some("true");
            view! { <a href=format!("/overview?within={days}") aria-current=here>{format!("{days} 天内")}</a> " " }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="due-head">
            <h2 id="due-head">"快到期的和已过期的"</h2>
            <p class="filter-links">{choices}</p>
            {lines::table(page, true, "这些天里没有到期的事项")}
        </section>
        <section class="panel" aria-labelledby="closed-head">
            <h2 id="closed-head">{format!("{}办结", page.month)}</h2>
            {lines::table(page, false, "本月还没有办结的事项")}
        </section>
    }
    .into_any()
}
