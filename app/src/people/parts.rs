//! Parts shared by the pages of 组织与人员.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::viewer::viewer;

/// A hidden field.
pub(super) fn hidden(name: &'static str, value: impl ToString) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_string() /> }.into_any()
}

/// Options of a select: value and label, with the chosen one.
pub(super) fn options<V: ToString>(choices: &[(V, String)], chosen: &str) -> AnyView {
    choices
        .iter()
        .map(|(value, label)| {
            let value = value.to_string();
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label.clone()}</option> }
        })
        .collect_view()
        .into_any()
}

/// What was just done, by the key in the address. Unknown keys say nothing.
fn sentence(key: &str) -> Option<&'static str> {
    Some(match key {
        "district" => "区名已修改，各页和以后的文书都用新区名。",
        "unit_added" => "单位已新增。",
        "renamed" => "单位已更名，原名称保留在历史里。",
        "unit_ended" => "单位已撤并，历史保留。",
        "post_added" => "岗位已新增。",
        "appointed" => "任职已登记。",
        "term_ended" => "免职已登记，岗位空缺期间不计到期。",
        "mapped" => "归口已保存。",
        "role_given" => "角色已授予。",
        "role_proposed" => "角色已提出，待安全管理员确认后生效。",
        "role_confirmed" => {
            "角色已确认，立即生效。如此人首次担任这类角色，原来的密码、设备和登录已全部失效，请在人员页为其重新打印启用单。"
        }
        "role_refused" => "已退回，角色没有授予。",
        "role_ended" => "角色已结束，立即生效。",
        "corrected" => "已更正。",
        "account_added" => "账号已建立。打印启用单交给本人即可启用。",
        "reset_asked" => "这个账号已经启用过，没有打印：已提出重置登录方式，等另一人确认后打印启用单。",
        "reset_dropped" => "已取消，登录方式没有重置。",
        "disabled" => "账号已停用，已登录的会话已全部结束。",
        "enabled" => "账号已恢复。",
        "sessions_ended" => "已结束此账号的全部登录。",
        "imported" => "导入完成。",
        "password" => "密码已修改，其他设备上的登录已结束。",
        "pin" => "密码已修改。",
        "ended" => "已结束。",
        _ => return None,
    })
}

/// The notice on top of a page after a form.
pub(crate) fn done_notice() -> AnyView {
    let query = use_query_map();
    view! {
        {move || {
            let q = query.read();
            let done = q.get("done").unwrap_or_default();
            let counts = crate::imports::counted(&q).filter(|_| done == "imported");
            sentence(&done).map(|words| counts.unwrap_or_else(|| words.to_owned())).map(|words| {
                view! {
                    <div class="notice ok" role="status">
                        <b>{words}</b>
                    </div>
                }
            })
        }}
    }
    .into_any()
}

/// The tabs of 组织与人员.
pub(super) fn tabs(current: &'static str) -> AnyView {
    use domain::people::Role;
    let viewer = viewer();
    let edits = viewer.has(Role::SystemAdmin) || viewer.has(Role::ConductOffice);
    let mut all = vec![
        ("/people", "单位与人员"),
        ("/people/roles", "角色确认"),
        ("/people/map", "归口表"),
        ("/people/slips", "启用单"),
    ];
    if edits {
        all.push(("/people/import", "导入"));
    }
    let links = all
        .into_iter()
        .map(|(path, label)| {
            let here = (path == current).then_some("page");
            view! { <a href=path aria-current=here>{label}</a> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="组织与人员">{links}</nav> }.into_any()
}
