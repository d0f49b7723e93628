//! A form that came after its session had ended: the answer carries its words through signing in and then offers to
//! send them once more, under the same command id. Everything stands in hidden fields of two bare pages; the server
//! keeps nothing of it. Refuses to carry files, passwords, and anything to a path that is no form of ours; what
//! scripts send is theirs to keep.

mod held;

use app::{api::Visitor, viewer::Viewer};
use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use futures::StreamExt as _;

pub(super) use held::OwnForms;
use held::{Held, LEAVING, MARK, MOST, carried, plain};

use super::{
    accept::Peer,
    bare::{self, field, hidden, token},
    fields::{self, Fields},
    policy::{Builder, Entry, Kind, Policy},
    reply::{self, escape},
    reset_forms,
    session::{self, CameFrom, Client, DEVICE, cookie, cookie_of, session_cookie},
    sign_in_forms::{NOT_VOUCHED, enter, enter_by_header, person_of, refusal, with_retry},
};
use crate::{
    App,
    services::people::{
        devices::DevicePin,
        sessions::Opened,
        sign_in::{Claim, Password, Refused},
    },
};

/// Where the page that carries a form signs in.
pub(super) const PATH: &str = "/signin/resume";
/// Bytes that [`PATH`] takes above the limit of the form it carries: the marks of its fields, the path, the way in.
pub(super) const ROOM: usize = 32 * 1024;

/// Marks an answer with a sign-in form: it needs the form token's cookie.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asks;

/// A script keeps what it sends itself and reads nothing but the status.
fn by_script(headers: &HeaderMap) -> bool {
    headers.contains_key("x-wuze-account") || headers.get("sec-fetch-mode").is_some_and(|mode| mode != "navigate")
}

/// Adds the form.
pub(super) fn routes(builder: Builder) -> Builder {
    builder.form(PATH, Policy::Public, resume)
}

/// Answers a form without a live session with the page that carries it; lets everything else pass.
pub(super) async fn carry(app: App, entry: Entry, req: Request, next: Next) -> Response {
    let visitor = req.extensions().get::<Visitor>().filter(|v| v.actor.is_none()).cloned();
    let to = req.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let Some(visitor) = visitor.filter(|_| carried(&entry) && !by_script(req.headers()) && plain(&to)) else {
        return next.run(req).await;
    };
    let (parts, body) = req.into_parts();
    // The guard has limited and buffered it.
    let Ok(bytes) = to_bytes(body, entry.limit()).await else {
        return reply::sorry(StatusCode::BAD_REQUEST, "提交的内容没有收完整，没有保存。请返回重试。");
    };
    let pairs = fields::pairs(&bytes);
    if pairs.len() > MOST {
        return next.run(Request::from_parts(parts, Body::from(bytes))).await;
    }
    let mut response = ask(&app, &visitor, &parts.headers, StatusCode::UNAUTHORIZED, &Held::new(to, pairs), None).await;
    response.extensions_mut().insert(Asks);
    response
}

/// Reads a file to its end where nobody is signed in: a browser whose sending is cut off shows no answer at all.
/// Nothing of it is kept; time and connections are limited by the guard and the accept loop.
pub(super) async fn drained(entry: Entry, req: Request, next: Next) -> Response {
    let signed_in = req.extensions().get::<Visitor>().is_some_and(|v| v.actor.is_some());
    if signed_in || by_script(req.headers()) {
        return next.run(req).await;
    }
    let (parts, body) = req.into_parts();
    let (mut chunks, mut read) = (body.into_data_stream(), 0);
    while let Some(Ok(chunk)) = chunks.next().await {
        read += chunk.len();
        if read > entry.limit() {
            break;
        }
    }
    next.run(Request::from_parts(parts, Body::empty())).await
}

/// What everybody without a live session gets where nothing is carried: what happened, and the way through the door.
pub(super) fn link(entry: Entry, req: &Request) -> Response {
    let from = || req.extensions().get::<CameFrom>().map_or("/", |from| from.0.as_str());
    let path = req.uri().path_and_query().map_or("/", |p| p.as_str());
    match entry.kind {
        Kind::File => reply::sign_in_again("请先登录", "没有登录，或登录已过期，没有打开。请重新登录。", path),
        Kind::Upload => reply::sign_in_again(
            "登录已过期",
            "这一次没有办成。文件没有保留，请重新选择：先重新登录，再回到原来的页面选一次文件。",
            from(),
        ),
        _ if entry.path == LEAVING => reply::sign_in_again("登录已结束", "您已不在登录状态，不用再退出。", "/"),
        _ => reply::sign_in_again("登录已过期", "这一次没有办成，填写的内容没有保留。请重新登录后再填。", from()),
    }
}

/// The page that carries a form and asks who it is. `refused`: what was typed as the account, and why not.
async fn ask(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    status: StatusCode,
    held: &Held,
    refused: Option<(&str, &str)>,
) -> Response {
    let mut viewer = visitor.viewer.clone();
    if viewer.district.is_empty()
        && let Ok((district, demo)) = app.services().district_sign().await
    {
        viewer.district = district;
        viewer.demo = demo;
    }
    let person = person_of(app, headers).await.ok().flatten();
    let single = if app.config().login_header.is_some() {
        "<div class=\"actions\"><button class=\"btn block\" name=\"by\" value=\"header\" formnovalidate>\
         用统一身份认证登录</button></div>"
    } else {
        ""
    };
    let inner = format!(
        "{gone}{problem}<div class=\"notice warn\"><b>还没有保存</b><p>登录已过期。刚才填写的内容带在这一页里：请在这一页重新登录，\
         再按「继续提交」。离开或关掉这一页，内容就没有了。{retype}</p></div>\
         <form class=\"form\" method=\"post\" action=\"{PATH}\">{token}{to}{secret}{fields}{ways}{single}</form>\
         <p><a href=\"/\">不要了，回到首页</a></p>",
        gone = reset_forms::ended(app, headers).await,
        problem = bare::problem(refused.map(|(_, words)| words)),
        retype = held.retype(),
        token = token(&viewer),
        to = hidden("to", &held.to),
        secret = if held.secret { hidden("retype", "1") } else { String::new() },
        fields = held.inputs(MARK),
        ways = ways(person.as_deref(), refused.map_or("", |(login, _)| login)),
    );
    bare::holding_page(&viewer, status, "请重新登录", &inner)
}

/// The ways in, in one form, so that the fields are carried once. On a bound device the PIN stands first.
fn ways(person: Option<&str>, login: &str) -> String {
    let need = if person.is_some() { "" } else { "required " };
    let name = field(
        "login",
        "账号名",
        "text",
        login,
        "",
        &format!("{need}autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\""),
    );
    let password = field("password", "密码", "password", "", "", &format!("{need}autocomplete=\"current-password\""));
    let Some(person) = person else {
        return format!(
            "{name}{password}<div class=\"actions\">\
             <button class=\"btn primary block\" name=\"by\" value=\"password\">登录</button></div>"
        );
    };
    let more = "inputmode=\"numeric\" maxlength=\"6\" autocomplete=\"off\"";
    format!(
        "<p>{person}，请输入密码。</p>{pin}<div class=\"actions\">\
         <button class=\"btn primary block\" name=\"by\" value=\"pin\">进入</button></div>\
         <details class=\"more\"><summary>不是您，或忘了密码？</summary>{name}{password}<div class=\"actions\">\
         <button class=\"btn block\" name=\"by\" value=\"password\">用账号名和密码登录</button></div></details>",
        person = escape(person),
        pin = field("pin", "六位密码", "password", "", "", more),
    )
}

/// `POST /signin/resume`: signs in, and carries the form on either way.
async fn resume(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(client): Extension<Client>,
    Extension(forms): Extension<OwnForms>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let Some(held) = Held::read(&fields, &forms) else {
        return reply::sorry(StatusCode::UNPROCESSABLE_ENTITY, &fields::incomplete().to_string());
    };
    let (login, password, pin, by) =
        (fields.text("login"), fields.text("password"), fields.text("pin"), fields.text("by"));
    let by_pin = by == "pin" || (by.is_empty() && !pin.is_empty());
    let device = cookie_of(app.config(), &headers, DEVICE).unwrap_or_default();
    let entered = if by == "header" {
        enter_by_header(&app, &client, &headers, peer).await
    } else if by_pin {
        enter(&app, &client, &headers, &DevicePin, Claim::Device { token: &device, pin: &pin }).await
    } else {
        enter(&app, &client, &headers, &Password, Claim::Password { login: &login, password: &password }).await
    };
    let refused = match entered {
        Ok(opened) => return entered_again(&app, &visitor, &headers, &held, &opened).await,
        Err(refused) => refused,
    };
    let unbound = matches!(refused, Refused::Unbound);
    let wrong = matches!(refused, Refused::Wrong);
    let (status, mut words, wait) = refusal(refused);
    if wrong && by == "header" {
        words = NOT_VOUCHED.into();
    } else if wrong && by_pin {
        words = "密码不对，没有进入。请重新输入；连续 10 次不对，这台设备要重新绑定。".into();
    }
    let page = ask(&app, &visitor, &headers, status, &held, Some((&login, &words))).await;
    let mut response = with_retry(page, wait);
    if unbound {
        response.headers_mut().append(header::SET_COOKIE, cookie(app.config(), DEVICE, "", Some(0)));
    }
    response
}

/// The page after it: who is signed in, and the form, ready to be sent once more.
async fn entered_again(app: &App, visitor: &Visitor, headers: &HeaderMap, held: &Held, opened: &Opened) -> Response {
    let Ok(Some(live)) = app.services().session(&opened.token).await else {
        let words = "系统暂时没有办成，还没有登录。请稍后再试；多次不成请联系系统管理员。";
        return ask(app, visitor, headers, StatusCode::SERVICE_UNAVAILABLE, held, Some(("", words))).await;
    };
    let mut response = offer(app, live.viewer, live.must_change, held);
    response.headers_mut().append(header::SET_COOKIE, session_cookie(app.config(), &opened.token, opened.max_age));
    response
}

fn offer(app: &App, mut viewer: Viewer, must_change: bool, held: &Held) -> Response {
    session::warn_of_plain_http(app.config(), &mut viewer);
    let old = if must_change {
        "<div class=\"notice warn\"><b>密码已到期</b><p>请先<a href=\"/me\" target=\"_blank\">修改密码</a>（在新页面打开），\
         改好后回到这一页，再按「继续提交」。</p></div>"
    } else {
        ""
    };
    let inner = format!(
        "<div class=\"notice ok\" role=\"status\"><b>已登录。刚才填写的内容还在，还没有保存。</b>\
         <p>现在登录的是：{unit} {name}。如果不是您本人填写的，请按「不要了」。{retype}</p></div>{old}\
         <form class=\"form\" method=\"post\" action=\"{to}\">{token}{fields}<div class=\"actions\">\
         <button class=\"btn primary block\">继续提交</button><a class=\"btn block\" href=\"/\">不要了</a></div></form>",
        unit = escape(&viewer.unit),
        name = escape(&viewer.name),
        retype = held.retype(),
        to = escape(&held.to),
        token = token(&viewer),
        fields = held.inputs(""),
    );
    bare::holding_page(&viewer, StatusCode::OK, "继续提交", &inner)
}
