//! `/people/slips`: for whom slips are printed, and who has one in hand. The codes themselves are
//! on the answer to the form, once.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::parts::tabs;
use crate::{
    api::people::{PeopleSlips, RolesQuery, SlipPerson, SlipUnit, SlipsPage},
    ui::{FormMarks, OfficePage, Problem, loaded, page_data},
};

/// Beyond this many people a unit is one line: a page of thousands of boxes helps nobody.
const NAMED: usize = 600;

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
                    <p class="lead">"勾选单位或人员，也可以一次打印全部；裁开后当面交给本人。党组织主要负责人和联络员用启用单绑定手机，其他人设置密码。"</p>
                    <div class="actions"><a class="btn" rel="external" href="/people/slips/export">"导出 .xlsx"</a></div>
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
    let total: usize = page.units.iter().map(|unit| unit.people.len()).sum();
    let rows = page.units.iter().map(|unit| unit_rows(&page, unit, total <= NAMED)).collect_view();
    let count = page.units.len();
    view! {
        <Problem draft=page.draft.clone() />
        <form method="post" action="/people/slips">
            <FormMarks command=page.command />
            <table class="table keep">
                <thead>
                    <tr><th class="pick"><span class="visually-hidden">"选择"</span></th><th>"单位、人员"</th><th>"启用单"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="hint">"启用码只显示一次，14 天内有效。重新打印会使没用过的旧码作废，打印前会再问一次。担任全区性角色的人员，其启用单由安全管理员打印。"</p>
            <div class="batch-bar">
                <label><input type="checkbox" name="all" value="1" data-all="unit" /> {format!(" 全部 {count} 个单位")}</label>
                <button class="btn primary">"打印所选单位的启用单"</button>
                <button class="btn" name="all" value="1">{format!("打印全部单位的启用单（{total} 人）")}</button>
            </div>
        </form>
    }
    .into_any()
}

fn unit_rows(page: &SlipsPage, unit: &SlipUnit, named: bool) -> AnyView {
    let picked = page.draft.has("unit", &unit.id.to_string());
    let field = format!("u-{}", unit.id);
    let printed = unit.people.iter().filter(|p| p.opens).count();
    let people = named.then(|| unit.people.iter().map(|person| person_row(page, unit, person)).collect_view());
    let summary = (!named).then(|| match printed {
        0 => "都未打印".to_owned(),
        n if n == unit.people.len() => "都已打印".to_owned(),
        n => format!("{n} 人已打印，{} 人未打印", unit.people.len() - n),
    });
    view! {
        <tr class="group">
            <td class="pick"><input type="checkbox" id=field.clone() name="unit" value=unit.id.to_string() checked=picked /></td>
            <th scope="rowgroup"><label for=field>{format!("{}（{} 人）", unit.name, unit.people.len())}</label></th>
            <td>{summary}</td>
        </tr>
        {people}
    }
    .into_any()
}

fn person_row(page: &SlipsPage, unit: &SlipUnit, person: &SlipPerson) -> AnyView {
    let picked = page.draft.has("person", &person.id.to_string());
    let field = format!("p-{}-{}", unit.id, person.id);
    let state = match (person.printed.as_str(), person.opens) {
        ("", _) => "未打印".to_owned(),
        (day, true) => format!("已打印（{day}）"),
        (day, false) => format!("已过期（{day}打印）"),
    };
    view! {
        <tr>
            <td class="pick"><input type="checkbox" id=field.clone() name="person" value=person.id.to_string() checked=picked /></td>
            <td><label for=field>{person.name.clone()}</label></td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}
