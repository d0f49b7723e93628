//! `/duties/mine` on the phone: the own list with progress by item, a year switch, and
//! the comment while the unit is asked.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::words::{done_notice, year_links};
use crate::{
    api::duties::{Mine, MineGroup, MineList, MinePage, MineQuery},
    ui::{FormMarks, PhonePage, Problem, TextArea, loaded, page_data},
};

/// `/duties/mine`.
#[component]
pub fn MineView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| MineQuery {
        year: query.read().get("year").and_then(|y| y.parse().ok()),
        draft: query.read().get("draft"),
    });
    let data = page_data(move || Mine { form: asked.get() });
    view! {
        <PhonePage title=Signal::stored("第一责任人履责清单".to_owned()) back="/home">
            {done_notice()}
            {loaded(data, show)}
        </PhonePage>
    }
}

fn show(page: MinePage) -> AnyView {
    let years = year_links("/duties/mine?year=", &page.years, page.year);
    let many = page.years.len() > 1;
    let handovers = page
        .handovers
        .iter()
        .map(|(id, words)| {
            view! { <li><a href=format!("/duties/handovers/{id}") rel="external"><b>{words.clone()}</b><small>"待您签字"</small></a></li> }
        })
        .collect_view();
    let handing = !page.handovers.is_empty();
    let handovers = handing.then(|| view! { <ul class="rows">{handovers}</ul> });
    let Some(list) = page.list.clone() else {
        return view! {
            {handovers}
            <div class="empty">
                <b>{format!("{}年第一责任人履责清单还没有下达", page.year)}</b>
                <p>"下达后在这里签收和查看。"</p>
                {many.then(|| view! { <p class="filter-links">{years}</p> })}
            </div>
        }
        .into_any();
    };
    let groups = page.groups.iter().cloned().map(group).collect_view();
    view! {
        <Problem draft=page.draft.clone() />
        <div class="two"><div>
        {handovers}
        <section class="card">
            <h2>{format!("{} · {}年", page.title, page.year)}</h2>
            <p>{page.tally.clone()}</p>
            <p class="muted">{format!("{} · {}", list.state.label(), list.note)}</p>
            {many.then(|| view! { <p class="filter-links">{years}</p> })}
            {list.may_sign.then(|| view! {
                <div class="actions">
                    <a class="btn primary block" href=format!("/duties/sign/{}", list.id)>"阅读并签收"</a>
                </div>
            })}
            <p><a href=format!("/duties/lists/{}", list.id) rel="external">"清单详情与下发"</a></p>
            {(!list.colours.is_empty()).then(|| view! { <p><a href=list.colours.clone() rel="external">"颜色和经过，申请核对"</a></p> })}
        </section>
        {list.may_comment.then(|| comment(&page, &list))}
        {list.may_comment.then(|| view! {
            <p><a href=format!("/duties/lists/{}#learned", list.id) rel="external">"上一年的问题，可以建议列为自选动作"</a></p>
        })}
        </div><div>
        {groups}
        </div></div>
    }
    .into_any()
}

fn comment(page: &MinePage, list: &MineList) -> AnyView {
    let draft = page.draft.clone();
    let said = list
        .said
        .iter()
        .cloned()
        .map(|(who, words)| view! { <li><div><b>{words}</b><small>{who} " 提交"</small></div></li> })
        .collect_view();
    let answered = !list.said.is_empty();
    let open = !answered || !draft.fields.is_empty();
    view! {
        {answered.then(|| view! { <p class="section-label">"您单位已提交的意见"</p> <ul class="rows">{said}</ul> })}
        <details class="card" open=open>
        <summary>{if answered { "补充意见" } else { "对清单的意见" }}</summary>
        <form method="post" action="/duties/lists/comment">
            <FormMarks command=page.command />
            <input type="hidden" name="leader" value=list.id.to_string() />
            <input type="hidden" name="back" value="mine" />
            <TextArea name="comment" label="意见" rows=3 value=draft.value("comment", "")
                error=draft.problem_of("comment") hint="没有意见也请点提交，不填即为“无意见”" />
            <div class="actions"><button class="btn primary">"提交意见"</button></div>
        </form>
        </details>
    }
    .into_any()
}

fn group(group: MineGroup) -> AnyView {
    let rows = group
        .items
        .into_iter()
        .map(|item| {
            let (class, icon) = match item.mark.as_str() {
                "done" => ("ok", "✓"),
                "going" => ("pending", "◔"),
                _ => ("none", "—"),
            };
            let state = (!item.progress.is_empty())
                .then(|| view! { <span class=format!("state {class}")>{icon} " " {item.progress.clone()}</span> });
            let doubt = (!item.progress.is_empty()).then(|| {
                let href = format!("/relief?about=item:{}#suggest", item.duty);
                let label = format!("{} 没必要？提减负建议", item.code);
                view! { <small><a href=href rel="external" aria-label=label>"没必要？"</a></small> }
            });
            view! {
                <li><div><b>{format!("{} {}", item.code, item.text)}</b><small>{item.note}</small>{state}{doubt}</div></li>
            }
        })
        .collect_view();
    view! { <p class="section-label">{group.title}</p> <ul class="rows">{rows}</ul> }.into_any()
}
