//! Forms of a unit's page: post, appointment, 归口, rename, end. Plain posts.

use leptos::prelude::*;

use super::parts::{hidden, options};
use crate::{
    api::people::{Bodies, OversightLine, PostLine, UnitPage},
    ui::{FormMarks, TextField},
    viewer::viewer,
};

fn key(page: &UnitPage, at: usize) -> AnyView {
    let at = at % page.commands.len().max(1);
    page.commands.get(at).map(|command| view! { <FormMarks command=*command /> }).into_any()
}

fn marks(page: &UnitPage, at: usize) -> AnyView {
    view! { {key(page, at)} {hidden("unit", page.unit.id)} {hidden("seen", page.version)} }.into_any()
}

/// A new post.
pub(super) fn add_post(page: &UnitPage) -> AnyView {
    if !page.may_edit {
        return ().into_any();
    }
    let has_head = page.posts.iter().any(|p| p.is_head);
    view! {
        <div>
        <form class="inline-form" method="post" action="/people/posts/add">
            {marks(page, 11)}
            <input name="title" aria-label="岗位名称" placeholder="岗位名称，如 党工委委员" value=page.draft.value("title", "") />
            {(!has_head).then(|| view! {
                <label><input type="checkbox" name="is_head" value="1" /> <span>"主要负责人岗位"</span></label>
            })}
            <button class="btn">"新增岗位"</button>
        </form>
        </div>
    }
    .into_any()
}

/// Appointing: first the name, then who of that name, then the day.
pub(super) fn appoint(page: &UnitPage, post: &PostLine, at: usize, open: bool, find: String) -> AnyView {
    let search = view! {
        <form class="inline-form" method="get" action=format!("/people/units/{}", page.unit.id)>
            {hidden("post", post.id)}
            <input name="find" aria-label="姓名" placeholder="姓名" value=find.clone() />
            <button class="btn">"下一步"</button>
        </form>
    };
    let choose = (open && !find.trim().is_empty()).then(|| {
        let known = page
            .found
            .iter()
            .map(|p| {
                let label = format!("{}（{}）", p.name, if p.place.is_empty() { "尚无任职" } else { &p.place });
                view! { <label class="chip"><input type="radio" name="person" value=p.id.to_string() /><span>{label}</span></label> }
            })
            .collect_view();
        let fresh = page.found.is_empty();
        view! {
            <form class="form" method="post" action="/people/terms/appoint">
                {marks(page, at)}
                {hidden("post", post.id)}
                {hidden("name", find.trim())}
                <fieldset class="field">
                    <legend>"是哪一位"</legend>
                    <div class="radio-chips">
                        {known}
                        <label class="chip">
                            <input type="radio" name="person" value="new" checked=fresh />
                            <span>{format!("新增人员「{}」", find.trim())}</span>
                        </label>
                    </div>
                </fieldset>
                <TextField name="starts_on" label="任职日期" kind="date" class="short" value=page.draft.value("starts_on", viewer().today) error=page.draft.problem_of("starts_on") />
                <TextField name="phone" label="手机（可空，只用于新增）" kind="tel" class="short" value=page.draft.value("phone", "") error=page.draft.problem_of("phone") />
                <div class="field check"><label><input type="checkbox" name="acting" value="1" /> <span>"主持工作（未正式任职）"</span></label></div>
                {post.is_head.then(|| view! {
                    <p class="hint">"登记后：前任截止到任职日前一天，原清单定格，未完成条目随岗位移交，并生成移交单由两任签字。"</p>
                })}
                <div class="actions"><button class="btn primary">"登记任职"</button></div>
            </form>
        }
    });
    view! {
        <details class="dialog" open=open>
            <summary class="btn small">"登记任职…"</summary>
            <div class="dialog-box">{search}{choose}</div>
        </details>
    }
    .into_any()
}

/// The three selects of 归口.
pub(super) fn body_fields(bodies: &Bodies, by: &OversightLine) -> AnyView {
    let field = |name: &'static str,
                 label: &'static str,
                 choices: &[(domain::ids::UnitId, String)],
                 now: &Option<(domain::ids::UnitId, String)>| {
        let chosen = now.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
        view! {
            <div class="field short">
                <label for=name>{label}</label>
                <select id=name name=name><option value="">"（不设）"</option>{options(choices, &chosen)}</select>
            </div>
        }
    };
    view! {
        {field("team", "派驻纪检监察组", &bodies.teams, &by.team)}
        {field("office", "联系纪检监察室", &bodies.offices, &by.office)}
        {field("committee", "镇（街道）纪（工）委", &bodies.committees, &by.committee)}
    }
    .into_any()
}

/// 归口 of this unit.
pub(super) fn oversight(page: &UnitPage) -> AnyView {
    if !page.may_edit {
        return ().into_any();
    }
    view! {
        <details class="dialog">
            <summary class="btn small">"修改归口…"</summary>
            <div class="dialog-box">
                <form class="form" method="post" action="/people/map/save">
                    {marks(page, 10)}
                    {hidden("back", "unit")}
                    {body_fields(&page.bodies, &page.oversight)}
                    <div class="actions"><button class="btn primary">"保存归口"</button></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// Rename, merge, end.
pub(super) fn change(page: &UnitPage) -> AnyView {
    if !page.may_edit {
        return ().into_any();
    }
    let today = viewer().today;
    view! {
        <section class="panel">
            <h2>"更名与撤并"</h2>
            <div class="row-line">
                <details class="dialog">
                    <summary class="btn">"更名…"</summary>
                    <div class="dialog-box">
                        <form class="form" method="post" action="/people/units/rename">
                            {marks(page, 9)}
                            <TextField name="name" label="新名称" value=page.draft.value("name", "") error=page.draft.problem_of("name") required=true />
                            <TextField name="from_day" label="启用日期" kind="date" class="short" value=page.draft.value("from_day", today.clone()) error=page.draft.problem_of("from_day") />
                            <p class="hint">"启用日之前的清单、记录仍显示原名称。"</p>
                            <div class="actions"><button class="btn primary">"更名"</button></div>
                        </form>
                    </div>
                </details>
                <details class="dialog">
                    <summary class="btn danger-plain">"撤销或并入…"</summary>
                    <div class="dialog-box">
                        <form class="form" method="post" action="/people/units/end">
                            {marks(page, 8)}
                            <div class="field">
                                <label for="into">"并入单位"</label>
                                <select id="into" name="into"><option value="">"（撤销，不并入）"</option>{options(&page.others, "")}</select>
                            </div>
                            <TextField name="ends_on" label="最后一天" kind="date" class="short" value=page.draft.value("ends_on", today) error=page.draft.problem_of("ends_on") />
                            <p class="hint">"岗位、任职和角色随之结束，历史全部保留；撤并后不能恢复。"</p>
                            <div class="actions"><button class="btn danger-plain">"确认撤并"</button></div>
                        </form>
                    </div>
                </details>
            </div>
        </section>
    }
    .into_any()
}
