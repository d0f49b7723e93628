//! `/people/units/{id}`: names, posts and terms, roles, 归口, and what can be done.

use domain::people::{Role, UnitKind};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    parts::{done_notice, hidden, tabs},
    unit_forms,
};
use crate::{
    api::people::{GrantLine, PeopleUnit, PostLine, UnitPage, UnitQuery},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
    viewer::viewer,
};

/// `/people/units/{id}`.
#[component]
pub fn UnitView() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let q = query.read();
        UnitQuery {
            id: params.read().get("id").unwrap_or_default(),
            find: q.get("find").filter(|v| !v.trim().is_empty()),
            post: q.get("post"),
            draft: q.get("draft"),
        }
    });
    let data = page_data(move || PeopleUnit { form: asked.get() });
    view! {
        <OfficePage current="/people">
            <main class="main" id="main">
                {tabs("")}
                {done_notice()}
                {loaded(data, move |page| page_view(page, asked.get_untracked()))}
            </main>
        </OfficePage>
    }
}

fn page_view(page: UnitPage, asked: UnitQuery) -> AnyView {
    let names = (!page.names.is_empty()).then(|| {
        let rows = page
            .names
            .iter()
            .map(|(name, span)| view! { <li>{name.clone()} <small>{span.clone()}</small></li> })
            .collect_view();
        view! { <section class="panel"><h2>"名称历史"</h2><ul class="rows">{rows}</ul></section> }
    });
    let heir = page.merged_into.clone().map(|(id, name)| {
        view! { <p>"并入 " <a href=format!("/people/units/{id}")>{name}</a></p> }
    });
    let o = &page.oversight;
    let said =
        |body: &Option<(domain::ids::UnitId, String)>| body.as_ref().map_or_else(|| "—".to_owned(), |(_, n)| n.clone());
    let posts = page.posts.iter().enumerate().map(|(i, post)| post_view(&page, post, i, &asked)).collect_view();
    view! {
        <nav class="crumb" aria-label="位置"><a href="/people">"组织与人员"</a> " / " <span>{page.unit.name.clone()}</span></nav>
        <div class="page-head">
            <h1>{page.unit.name.clone()}</h1>
            <p class="lead">{page.unit.kind.label()} " " {page.unit.ended.clone()}</p>
            <div class="actions">
                <a class="btn" rel="external" href=format!("/people/units/{}/export", page.unit.id)>"导出 .xlsx"</a>
            </div>
        </div>
        {heir}
        <Problem draft=page.draft.clone() />
        <section class="panel"><h2>"岗位与任职"</h2><div class="stack">{posts}{unit_forms::add_post(&page)}</div></section>
        <section class="panel">
            <h2>"归口监督"</h2>
            <div class="stack">
            <dl class="kv">
                <dt>"派驻纪检监察组"</dt><dd>{said(&o.team)}</dd>
                <dt>"联系纪检监察室"</dt><dd>{said(&o.office)}</dd>
                <dt>"镇（街道）纪（工）委"</dt><dd>{said(&o.committee)}</dd>
            </dl>
            {unit_forms::oversight(&page)}
            </div>
        </section>
        <section class="panel"><h2>"本单位的角色"</h2>{grants_table(&page.grants, page.commands.first().copied(), true)}</section>
        {names}
        {unit_forms::change(&page)}
    }
    .into_any()
}

fn post_view(page: &UnitPage, post: &PostLine, at: usize, asked: &UnitQuery) -> AnyView {
    let running = post.terms.iter().any(|t| t.running);
    let key = page.commands.get(at % page.commands.len().max(1)).copied();
    let rows = post
        .terms
        .iter()
        .map(|t| {
            let end = (page.may_edit && t.running).then(|| key.map(|key| end_form(page, t.id.to_string(), key)));
            view! {
                <tr>
                    <td class="title"><a href=format!("/people/{}", t.person)>{t.name.clone()}</a></td>
                    <td data-label="任期">{t.span.clone()} {t.acting.then_some("（主持工作）")}</td>
                    <td class="act">{end}</td>
                </tr>
            }
        })
        .collect_view();
    // The 区委书记's book is his own and the 区纪委书记's.
    let viewer = viewer();
    let reads = viewer.has(Role::ConductOffice) && (page.unit.kind != UnitKind::Leading || viewer.has(Role::Secretary));
    let book = (post.is_head && reads).then(|| {
        view! { <p><a rel="external" href=format!("/book?post={}", post.id)>"翻开履责记录本"</a></p> }
    });
    let open = asked.post.as_deref() == Some(post.id.to_string().as_str());
    view! {
        <div>
        <h3>
            {post.title.clone()}
            " "
            {post.is_head.then(|| view! { <span class="tag">"主要负责人"</span> })}
            {(!running).then(|| view! { <span class="tag">"空缺"</span> })}
        </h3>
        <table class="table keep"><tbody>{rows}</tbody></table>
        {book}
        {page.may_edit.then(|| unit_forms::appoint(page, post, at, open, asked.find.clone().unwrap_or_default()))}
        </div>
    }
    .into_any()
}

fn end_form(page: &UnitPage, term: String, key: domain::ids::CommandId) -> AnyView {
    view! {
        <details class="dialog">
            <summary class="btn small">"免职…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/people/terms/end">
                    <FormMarks command=key />
                    {hidden("unit", page.unit.id)}
                    {hidden("seen", page.version)}
                    {hidden("term", term)}
                    <div class="field short">
                        <label>"最后一天 " <input type="date" name="ends_on" value=viewer().today /></label>
                        <p class="hint">"空缺期间不计到期。换人时直接登记新任，前任自动截止到前一天。"</p>
                    </div>
                    <div class="actions"><button class="btn">"登记免职"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// Roles with what may be done to them.
pub(super) fn grants_table(grants: &[GrantLine], key: Option<domain::ids::CommandId>, show_person: bool) -> AnyView {
    if grants.is_empty() {
        return view! { <p class="muted">"没有角色。党组织主要负责人由任职产生，不在这里列出。"</p> }.into_any();
    }
    let rows = grants
        .iter()
        .map(|g| {
            let who = if show_person {
                view! { <a href=format!("/people/{}", g.person)>{g.name.clone()}</a> }.into_any()
            } else {
                view! { <a href=format!("/people/units/{}", g.unit)>{g.unit_name.clone()}</a> }.into_any()
            };
            let end = (g.may_end && key.is_some()).then(|| {
                view! {
                    <form method="post" action="/people/roles/end">
                        {key.map(|key| view! { <FormMarks command=key /> })}
                        {hidden("grant", &g.id)}
                        {hidden("person", g.person)}
                        <button class="btn small">"结束角色"</button>
                    </form>
                }
            });
            view! {
                <tr>
                    <td class="title">{who}</td>
                    <td data-label="角色">
                        {g.role.label()} " "
                        {g.waits.then(|| view! { <span class="state pending">"◔ 待安全管理员确认"</span> })}
                    </td>
                    <td class="act">{end}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <table class="table keep"><tbody>{rows}</tbody></table> }.into_any()
}
