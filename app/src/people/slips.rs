//! `/people/slips`: for which units slips are printed. The codes themselves are on
//! the answer to the form, once.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::tabs;
use crate::{
    api::people::{PeopleSlips, RolesQuery, SlipsPage},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// `/people/slips`.
#[component]
pub fn SlipsView() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| RolesQuery { draft: query.read().get("draft") });
    let data = page_data(move || PeopleSlips { form: asked.get() });
    view! {
        <OfficePage current="/people">
            <main class="main" id="main">
                <div class="page-head">
                    <h1>"账号启用单"</h1>
                    <p class="lead">"勾选一个或几个单位，也可以一次打印全部；打印后裁开后当面交给本人。党组织主要负责人和联络员用启用单绑定手机，其他人设置密码。"</p>
                </div>
                {tabs("/people/slips")}
                {loaded(data, page_view)}
            </main>
        </OfficePage>
    }
}

fn page_view(page: SlipsPage) -> AnyView {
    if page.units.is_empty() {
        return view! {
            <div class="empty"><b>"没有待启用的账号"</b><p>"所有人员都已启用账号。个别人忘了密码或换了手机，请在人员页单独打印。"</p></div>
        }
        .into_any();
    }
    let total: u32 = page.units.iter().map(|(_, _, count)| count).sum();
    let rows = page
        .units
        .iter()
        .map(|(id, name, count)| {
            let picked = page.draft.has("unit", &id.to_string());
            let field = format!("u-{id}");
            view! {
                <tr>
                    <td class="pick"><input type="checkbox" id=field.clone() name="unit" value=id.to_string() checked=picked /></td>
                    <td class="title"><label for=field>{name.clone()}</label></td>
                    <td class="num" data-label="待启用">{*count}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Problem draft=page.draft.clone() />
        <form method="post" action="/people/slips">
            <FormMarks command=page.command />
            <table class="table">
                <thead><tr><th class="pick"><span class="visually-hidden">"选择"</span></th><th>"单位"</th><th class="num">"待启用（人）"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="hint">"启用码只显示一次，14 天内有效。重新打印会使没用过的旧码作废。担任全区性角色的人员，其启用单由安全管理员打印。"</p>
            <div class="actions">
                <button class="btn primary">"打印所选单位的启用单"</button>
                <button class="btn" name="all" value="1">{format!("打印全部单位的启用单（{total} 人）")}</button>
            </div>
        </form>
    }
    .into_any()
}
