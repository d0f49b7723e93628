//! Activation slips as a page to be printed. The codes exist on this one answer
//! only: nothing stores them, and printing again makes new ones.

use app::api::{
    ApiError, Visitor,
    people::{People as _, RolesQuery},
};
use axum::{Extension, extract::State, http::StatusCode, response::Response};
use domain::Rejection;

use super::{
    bare,
    fields::{self, Fields},
    record_forms::actor,
    reply::{self, escape},
};
use crate::{
    App,
    services::{
        people::{
            DRAFT,
            accounts::{Slip, Slips},
        },
        told,
    },
    storage::Failure,
};

/// `POST /people/slips`: everybody of the chosen units without an opened account.
pub(super) async fn many(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let result: Result<Slips, Failure> = async {
        fields.only(&["unit", "all"])?;
        let units = if fields.opt("all").is_some() {
            let page = app.services().slips(&actor, RolesQuery::default()).await.map_err(refused)?;
            page.units.into_iter().map(|(id, ..)| id).collect()
        } else {
            fields.ids("unit")?
        };
        app.services().print_slips(&actor, units).await
    }
    .await;
    Ok(match result {
        Ok(slips) => sheet(&app, &visitor, &slips),
        Err(e) => fields::back(&app, &actor, DRAFT, "", "/people/slips", &fields, &told(e)).await,
    })
}

/// `POST /people/accounts/slip`: one person's slip again.
pub(super) async fn one(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let result: Result<Slip, Failure> = async {
        fields.only(&["person", "account"])?;
        app.services().print_slip(&actor, fields.parsed("account")?).await
    }
    .await;
    Ok(match result {
        Ok(slip) => sheet(&app, &visitor, &Slips { slips: vec![slip], left_out: 0 }),
        Err(e) => {
            let page = format!("/people/{}", reply::encode(&fields.text("person")));
            fields::back(&app, &actor, DRAFT, "", &page, &fields, &told(e)).await
        }
    })
}

/// A read that failed, as a refusal of the form.
fn refused(error: ApiError) -> Failure {
    match error {
        ApiError::Rejected(r) => r.into(),
        other => Rejection::state(other.to_string()).into(),
    }
}

fn sheet(app: &App, visitor: &Visitor, slips: &Slips) -> Response {
    let viewer = &visitor.viewer;
    if slips.slips.is_empty() {
        let words = if slips.left_out > 0 {
            "所选单位的账号都已启用，或须由安全管理员打印，没有可打印的启用单。"
        } else {
            "所选单位还没有人员。请先导入人员名单。"
        };
        return reply::sorry(StatusCode::UNPROCESSABLE_ENTITY, &Rejection::state(words).to_string());
    }
    let address = escape(&app.config().origin());
    let cards: String = slips.slips.iter().map(|slip| card(slip, &address)).collect();
    let rest = if slips.left_out > 0 {
        format!("另有 {} 人账号已启用，或须由安全管理员打印，不在其中。", slips.left_out)
    } else {
        String::new()
    };
    let body = format!(
        "<div class=\"screen-only notice warn\" role=\"status\"><b>启用码只显示这一次</b>\
         <p>共 {} 张。请现在打印（Ctrl+P），裁开后当面交给本人；关闭本页后不能再看，只能重新打印，重新打印后旧码作废。{rest}</p>\
         <p><a href=\"/people\">返回组织与人员</a></p></div><main class=\"slips\" id=\"main\">{cards}</main>",
        slips.slips.len(),
    );
    bare::page(viewer, StatusCode::OK, "账号启用单", &body)
}

/// A code of seven groups in two lines that can be read off in one go.
fn two_lines(code: &str) -> String {
    match code.match_indices('-').nth(3) {
        Some((at, _)) => format!("{}-<br>{}", &code[..at], &code[at + 1..]),
        None => code.to_owned(),
    }
}

fn card(slip: &Slip, address: &str) -> String {
    let last = if slip.device {
        "设六位数字口令，这台手机就绑定好了，以后只输口令"
    } else {
        "为自己设一个密码，以后用账号名和密码登录"
    };
    format!(
        "<section class=\"slip\"><h2>{name}</h2><p class=\"slip-unit\">{place}</p>\
         <p>账号名 <b class=\"mono\">{login}</b></p><p class=\"slip-code mono\">{code}</p>\
         <ol><li>打开 {address}/activate</li><li>输入账号名和上面的启用码</li><li>{last}</li></ol>\
         <small>14 天内有效，只能用一次，请勿转交他人</small></section>",
        name = escape(&slip.name),
        place = escape(&slip.place),
        login = escape(&slip.login),
        code = two_lines(&escape(&slip.code)),
    )
}
