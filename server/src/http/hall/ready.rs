//! `/hall/{id}/ready`: go or no-go before a meeting: what is missing, whether the phones in the room
//! answer, a rehearsal that leaves no trace.

use std::fmt::Write as _;

use app::api::Visitor;
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::{Hall, problem, work};
use crate::{
    App,
    http::{
        bare,
        fields::Fields,
        policy::{Builder, Kind, Policy},
        reply::{self, escape},
    },
};

/// Adds the page and its forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Page, "/hall/{id}/ready", Policy::SignedIn, ready)
        .form("/hall/{id}/rehearse", Policy::SignedIn, rehearse)
        .form("/hall/{id}/echo", Policy::SignedIn, ask_echo)
}

async fn ready(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let hall = Hall::run(&app, &visitor, &id).await?;
    Ok(ready_page(&app, &visitor, &hall, "").await)
}

/// Every seat casts a made-up ballot at once, in memory and a folder of its own; nothing is kept.
async fn rehearse(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::run(&app, &visitor, &id).await?;
    fields.only(&[]).map_err(|r| super::refused(&r.into()))?;
    let (words, status) = match hall.room.rehearse(&hall.actor).await {
        Ok(r) if r.good => (
            format!(
                "<div class=\"note ok\" role=\"status\"><b>演练通过</b>模拟 {} 张同时交来，{} 毫秒内全部写入磁盘，收回后数出 {} 张，能封存。\
                 模拟的测评表已全部销毁，没有留下记录。</div>",
                r.cast, r.all_ms, r.counted
            ),
            StatusCode::OK,
        ),
        Ok(r) => (
            format!(
                "<div class=\"note bad\" role=\"alert\"><b>演练没有通过</b>模拟交来 {} 张，数出 {} 张。请先不要开会，联系系统管理员查看服务器磁盘。</div>",
                r.cast, r.counted
            ),
            StatusCode::OK,
        ),
        Err(e) => (problem(Some(&e.to_string())), reply::status(&e)),
    };
    let mut page = ready_page(&app, &visitor, &hall, &words).await;
    *page.status_mut() = status;
    Ok(page)
}

async fn ready_page(app: &App, visitor: &Visitor, hall: &Hall, words: &str) -> Response {
    let plan = &hall.meeting.plan;
    let facts = hall.room.facts();
    let mut rows = String::new();
    let mut line = |good: bool, words: &str, otherwise: &str| {
        let (class, mark) = if good { ("ok", "✓ 可以") } else { ("warn", "▲ 请核对") };
        let hint = if good { String::new() } else { format!("<small>{}</small>", escape(otherwise)) };
        let _ =
            write!(rows, "<tr><td><span class=\"tag {class}\">{mark}</span></td><td>{}{hint}</td></tr>", escape(words));
    };
    match app.services().without_account(hall.actor.district, &plan.tellers).await {
        Ok(names) if names.is_empty() => {
            line(plan.tellers.len() == 2, "监票人两名，各有账号", "请在会议方案里补齐两名监票人。");
        }
        Ok(names) => {
            let hint = format!("{}没有能登录的账号，不能确认封存。请系统管理员开通账号。", names.join("、"));
            line(false, "监票人两名，各有账号", &hint);
        }
        Err(_) => line(false, "监票人两名，各有账号", "现在查不到账号。请稍候刷新页面。"),
    }
    line(
        plan.counters.len() == 2,
        "计票人两名，纸质测评表由两人各录一遍",
        "没有两名计票人就不能录入纸质测评表。有人不用手机时请先定两名。",
    );
    line(
        facts.presence.present > 0,
        &format!("已签到 {} 人，应到 {} 人", facts.presence.present, facts.presence.entitled),
        "请先开始签到，让评议人员扫大屏上的二维码。",
    );
    line(
        facts.phones > 0,
        &format!("手机在线 {} 部", facts.phones),
        "还没有手机连上。锁屏或切走的会在打开时自动连上；连不上的请换一个网络，或改用纸质测评表。",
    );
    line(
        app.config().is_secure(),
        "地址是加密的（https）",
        "现在是不加密的地址，只用于本机演示。正式会议请按手册配置证书。",
    );
    let live = format!(
        "{words}<div class=\"cols\"><div class=\"wide\"><section class=\"card\"><h2>逐项核对</h2><table><tbody>{rows}</tbody></table></section></div><div>{}\
         <section class=\"card\"><h2>整轮演练</h2><p class=\"quiet\">每个席位同时交一张模拟的测评表，收回、清点、封存一遍，再全部销毁。不进数据库，不上大屏。</p>\
         <form method=\"post\" action=\"/hall/{}/rehearse\">{}<button class=\"btn\">演练一次</button></form></section>\
         <section class=\"card\"><h2>万一</h2><p>网络断了：手机上填好的都存在本机，连上自动再送。</p><p>手机没电或丢了：签到台停用原手机，\
         换一部再签到，或发纸质测评表。</p><p>整个网络坏了：用打印好的测评表照样开会，两名计票人录入。</p></section></div></div>",
        echo(visitor, hall),
        hall.id,
        bare::token(&visitor.viewer),
    );
    work(app, visitor, hall, "/ready", "开会前检查", ("chair", "present phones echoed"), &live)
}

async fn ask_echo(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::run(&app, &visitor, &id).await?;
    fields.only(&[]).map_err(|r| super::refused(&r.into()))?;
    hall.room.check_phones(&hall.actor).map_err(|e| super::refused(&e))?;
    Ok(reply::to(&format!("/hall/{id}/ready")))
}

/// How the phones in the room answered, and the button that asks them.
fn echo(visitor: &Visitor, hall: &Hall) -> String {
    let check = hall.room.phones();
    let words = if check.asked == 0 {
        "还没有试过。".to_owned()
    } else {
        // As many as the 95 of 100 are of those that answered.
        let most = (u64::from(check.answered) * 95).div_ceil(100);
        let most = if most == u64::from(check.answered) { "都".into() } else { format!("里 {most} 部") };
        let p95 =
            check.p95_ms.map_or_else(String::new, |ms| format!("，这 {} 部{most}在 {ms} 毫秒内应答", check.answered));
        format!("在线 {} 部，已应答 <span data-live=\"echoed\">{}</span> 部{p95}。", check.open, check.answered)
    };
    let state = match (check.asked, check.answered >= check.open, check.p95_ms) {
        (0, ..) => "",
        (_, true, Some(ms)) if ms <= 1_000 => "<span class=\"tag ok\">✓ 可以开会</span>",
        _ => "<span class=\"tag warn\">▲ 先查网络</span>",
    };
    format!(
        "<section class=\"card\"><h2>手机试连 {state}</h2><p>{words}</p>\
         <p class=\"quiet\">向在场的每部手机发一次问候，看多久应答。不留记录，会中也可以试。</p>\
         <form method=\"post\" action=\"/hall/{}/echo\">{}<button class=\"btn\">试一次</button></form></section>",
        hall.id,
        bare::token(&visitor.viewer),
    )
}
