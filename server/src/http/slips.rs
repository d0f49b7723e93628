//! Activation slips as a page to be printed. The codes exist on this one answer
//! only: nothing stores them, and printing again makes new ones, which is asked first.

use app::api::{
    ApiError, Visitor,
    people::{People as _, RolesQuery},
};
use axum::{Extension, http::StatusCode, response::Response};
use domain::Rejection;

use super::{
    bare,
    hall::qr,
    oversight_forms::without_secret,
    posted::{Home, Posted},
    reply::{self, escape},
};
use crate::{
    App,
    services::{
        people::{
            DRAFT,
            slips::{Chosen, InHand, Printing, Slip, Slips},
        },
        told,
    },
    storage::Failure,
};

/// `POST /people/slips`: the chosen, and everybody of the chosen units, without an opened account.
pub(super) async fn many(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["unit", "person", "all", "again"])?;
        let in_hand = match fields.opt("again") {
            None => InHand::Ask,
            Some(_) => fields.choice("again", &[("end", InHand::End), ("keep", InHand::Keep)])?,
        };
        let chosen = if fields.opt("all").is_some() {
            let page = posted.services().slips(&posted.actor, RolesQuery::default()).await.map_err(refused)?;
            Chosen { units: page.units.into_iter().map(|unit| unit.id).collect(), persons: Vec::new() }
        } else {
            Chosen { units: fields.ids("unit")?, persons: fields.ids("person")? }
        };
        posted.services().print_slips(&posted.actor, chosen, in_hand).await
    };
    match job.await {
        Ok(Printing::Done(slips)) => sheet(&posted.app, &visitor, &slips),
        Ok(Printing::Ask { in_hand, without }) => ask(&posted, &visitor, &in_hand, without),
        Err(e) => posted.back(Home::new(DRAFT, "/people/slips"), &told(e)).await,
    }
}

/// Names shown before a printing; the rest is counted.
const NAMED: usize = 30;

/// Some have a slip in hand: is it to end? The same form again, with the answer.
fn ask(posted: &Posted, visitor: &Visitor, in_hand: &[(String, String)], without: usize) -> Response {
    let viewer = &visitor.viewer;
    let marks: String = posted
        .fields
        .content()
        .iter()
        .filter(|(name, _)| name != "again")
        .map(|(name, value)| bare::hidden(&escape(name), value))
        .collect();
    let named = in_hand.iter().take(NAMED).fold(String::new(), |list, (name, day)| {
        list + &format!("<li>{}　已打印（{}）</li>", escape(name), escape(day))
    });
    let more = in_hand.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("<p>以及另外 {more} 人。</p>") } else { String::new() };
    let only_new = if without > 0 {
        format!("<button class=\"btn primary\" name=\"again\" value=\"keep\">只打印没有打印过的 {without} 人</button>")
    } else {
        String::new()
    };
    let body = format!(
        "<main class=\"main read\" id=\"main\"><h1>有 {n} 人已经打印过启用单</h1>\
         <div class=\"notice warn\" role=\"alert\"><b>重新打印后，旧码立即作废</b>\
         <p>手里那张启用单还没有用过、也没有过期。重新打印后只有新的那张能用，请收回旧的。</p></div>\
         <ul>{named}</ul>{more}\
         <form method=\"post\" action=\"/people/slips\">{token}{command}{marks}<div class=\"actions\">{only_new}\
         <button class=\"btn\" name=\"again\" value=\"end\">全部打印，旧码作废</button>\
         <a class=\"btn\" href=\"/people/slips\">返回，不打印</a></div></form></main>",
        n = in_hand.len(),
        token = bare::token(viewer),
        command = bare::hidden("command", &posted.fields.text("command")),
    );
    bare::page(viewer, StatusCode::OK, "打印启用单前请确认", &body)
}

/// What became of the form of one account.
enum One {
    Printed(Slip),
    Back(&'static str),
}

/// `POST /people/accounts/slip`: one person's slip. For an account that was opened before this asks for a reset;
/// `reset=confirm` is the second person's answer, `reset=drop` takes it back.
pub(super) async fn one(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let (posted, secret) = without_secret(posted);
    let job = async {
        let fields = posted.only(&["person", "account", "reset"])?;
        let (account, services, actor) = (fields.parsed("account")?, posted.services(), &posted.actor);
        Ok::<_, Failure>(match fields.sent("reset").as_deref() {
            None => services.print_slip(actor, account).await?.map_or(One::Back("reset_asked"), One::Printed),
            Some("confirm") => One::Printed(services.confirm_reset(actor, account, &secret).await?),
            Some("drop") => {
                services.drop_reset(actor, account).await?;
                One::Back("reset_dropped")
            }
            Some(_) => return Err(super::fields::incomplete().into()),
        })
    };
    let page = format!("/people/{}", reply::encode(&posted.fields.text("person")));
    match job.await {
        Ok(One::Printed(slip)) => sheet(&posted.app, &visitor, &Slips { slips: vec![slip], ..Slips::default() }),
        Ok(One::Back(done)) => reply::to(&format!("{page}?done={done}")),
        Err(e) => posted.back(Home::new(DRAFT, page), &told(e)).await,
    }
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
            "所选单位的账号都已启用过（重置登录方式请在本人页面办理），或须由安全管理员打印，没有可打印的启用单。"
        } else {
            "所选单位还没有人员。请先导入人员名单。"
        };
        return reply::sorry(StatusCode::UNPROCESSABLE_ENTITY, &Rejection::state(words).to_string());
    }
    let address = app.config().origin();
    let cards: String = slips.slips.iter().map(|slip| card(slip, &address)).collect();
    let mut rest = String::new();
    if slips.left_out > 0 {
        rest = format!("另有 {} 人账号已启用过，或须由安全管理员打印，不在其中。", slips.left_out);
    }
    if slips.kept > 0 {
        rest = format!("{rest}{} 人手里的启用单继续有效，没有重新打印。", slips.kept);
    }
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
        "设六位数字密码，绑定这台手机"
    } else {
        "为自己设一个密码，以后用它登录"
    };
    // The code itself is typed by hand: whoever photographs the QR code has the login name only.
    let page = format!("{address}/activate?login={}", reply::encode(&slip.login));
    format!(
        "<section class=\"slip\"><h2>{name}</h2><p class=\"slip-unit\">{place}</p>\
         <p>账号名 <b class=\"mono\">{login}</b></p><p class=\"slip-code mono\">{code}</p>{qr}\
         <ol><li>扫码，或打开 {address}/activate</li><li>核对账号名，输入上面的启用码</li><li>{last}</li></ol>\
         <small>14 天内有效，只能用一次，请勿转交他人</small></section>",
        name = escape(&slip.name),
        place = escape(&slip.place),
        login = escape(&slip.login),
        code = two_lines(&escape(&slip.code)),
        qr = qr::svg(&page, "打开启用页面的二维码"),
        address = escape(address),
    )
}
