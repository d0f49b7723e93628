//! `/people/roles`: roles that wait for the second person, and who holds them.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    parts::{done_notice, hidden, tabs},
    unit::grants_table,
};
use crate::{
    api::people::{GrantLine, PeopleRoles, RolesPage, RolesQuery},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/people/roles`.
#[component]
pub fn RolesView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| RolesQuery { draft: query.read().get("draft") });
    let data = page_data(move || PeopleRoles { form: asked.get() });
    view! {
        <OfficePage current="/people">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"角色确认"</h1>
                    <p class="lead">"提出人、确认人、本人须是三个不同的人。首次担任这类角色的人，确认后原来的密码、设备和登录全部失效，须由安全管理员重新打印启用单。"</p>
                    <div class="actions"><a class="btn" rel="external" href="/people/roles/export">"导出 .xlsx"</a></div>
                </div>
                {tabs("/people/roles")}
                {done_notice()}
                {loaded(data, page_view)}
            </main>
        </OfficePage>
    }
}

fn page_view(page: RolesPage) -> AnyView {
    let waiting = page.waiting.iter().zip(&page.commands).map(|(g, key)| waiting_row(g, *key)).collect_view();
    let none = page.waiting.is_empty();
    let key = page.commands.first().copied();
    view! {
        <div class="stack">
        <Problem draft=page.draft.clone() />
        {none.then(|| view! { <div class="empty"><b>"没有等待确认的角色"</b><p>"新的角色由系统管理员或党风政风监督室在人员页提出。"</p></div> })}
        {(!none).then(|| view! {
            <table class="table">
                <thead><tr><th>"人员"</th><th>"角色"</th><th>"单位"</th><th>"提出人"</th><th class="act">"办理"</th></tr></thead>
                <tbody>{waiting}</tbody>
            </table>
        })}
        <h2>"现任"</h2>
        // Ending is done on the person's page, where the whole person is seen.
        {grants_table(&without_ends(&page.running), key, true)}
        </div>
    }
    .into_any()
}

fn without_ends(grants: &[GrantLine]) -> Vec<GrantLine> {
    grants.iter().map(|g| GrantLine { may_end: false, ..g.clone() }).collect()
}

fn waiting_row(g: &GrantLine, key: domain::ids::CommandId) -> AnyView {
    let decide = g.may_confirm.then(|| {
        view! {
            <form method="post" action="/people/roles/decide">
                <FormMarks command=key />
                {hidden("grant", &g.id)}
                <button class="btn small primary" name="decision" value="confirm">"确认"</button>
                " "
                <button class="btn small" name="decision" value="refuse">"退回"</button>
            </form>
        }
    });
    view! {
        <tr>
            <td class="title"><a href=format!("/people/{}", g.person)>{g.name.clone()}</a></td>
            <td data-label="角色">{g.role.label()}</td>
            <td data-label="单位">{g.unit_name.clone()}</td>
            <td data-label="提出人">{g.proposed_by.clone()}</td>
            <td class="act">{decide}</td>
        </tr>
    }
    .into_any()
}
