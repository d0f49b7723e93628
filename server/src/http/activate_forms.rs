//! Activation by a printed code: first the code, then a password or a PIN for the
//! phone in hand. A refused choice does not use the code up.

use app::api::Visitor;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::Response,
};
use domain::people::secrets::check_login;

use super::{
    bare::{self, field, hidden, sign_in_page, token},
    fields::{self, Fields},
    policy::{Builder, Kind, Policy},
    reply,
    session::{Client, DEVICE, cookie},
    sign_in_forms::{label, welcome, with_retry},
};
use crate::{
    App,
    services::{
        people::{
            activation::{Activated, Purpose},
            devices::BOUND_MS,
        },
        told,
    },
};

/// Adds the page and its form.
pub(super) fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/activate", Policy::Public, activate_get).form("/activate", Policy::Public, activate_post)
}

/// `?login=` comes from the QR code of a slip and is only filled in; the code is typed by hand.
async fn activate_get(Extension(visitor): Extension<Visitor>, uri: Uri) -> Response {
    let asked = fields::pairs(uri.query().unwrap_or_default().as_bytes());
    let login = asked.into_iter().find(|(name, _)| name == "login").map(|(_, login)| login);
    let login = login.filter(|login| check_login(login).is_ok()).unwrap_or_default();
    code_form(&visitor, StatusCode::OK, &login, "", None)
}

fn code_form(visitor: &Visitor, status: StatusCode, login: &str, code: &str, words: Option<&str>) -> Response {
    let viewer = &visitor.viewer;
    let inner = format!(
        "{problem}<form class=\"form\" method=\"post\" action=\"/activate\">{token}{login}{code}\
         <div class=\"actions\"><button class=\"btn primary block\">下一步</button></div></form>\
         <p><a href=\"/signin?by=password\">返回登录</a></p>",
        problem = bare::problem(words),
        token = token(viewer),
        login = field(
            "login",
            "账号名",
            "text",
            login,
            "启用单上的账号名",
            "required autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\""
        ),
        code = field(
            "code",
            "启用码",
            "text",
            code,
            "启用单上的字母和数字，横线可不输",
            "required autocomplete=\"one-time-code\" autocapitalize=\"characters\" spellcheck=\"false\" class=\"mono\""
        ),
    );
    sign_in_page(viewer, status, "启用账号", &inner)
}

fn choose_form(visitor: &Visitor, status: StatusCode, ticket: &Chosen<'_>, words: Option<&str>) -> Response {
    let viewer = &visitor.viewer;
    let marks = format!("{}{}{}", token(viewer), hidden("login", ticket.login), hidden("code", ticket.code));
    let password = format!(
        "<form class=\"form\" method=\"post\" action=\"/activate\">{marks}{}{}<div class=\"actions\">\
         <button class=\"btn primary block\" name=\"way\" value=\"password\">设好密码，登录</button></div></form>",
        field(
            "password",
            "新密码",
            "password",
            "",
            "至少 8 个字符，用一句话更好记",
            "required autocomplete=\"new-password\""
        ),
        field("again", "再输一次", "password", "", "", "required autocomplete=\"new-password\""),
    );
    let numeric = "required inputmode=\"numeric\" maxlength=\"6\" autocomplete=\"off\"";
    let inner = if ticket.purpose == Purpose::Device {
        format!(
            "{problem}<p>{person}，您好。绑定后，这台手机 90 天内只需输入六位密码。</p>\
             <form class=\"form\" method=\"post\" action=\"/activate\">{marks}{pin}{again}<div class=\"actions\">\
             <button class=\"btn primary block\" name=\"way\" value=\"device\">绑定这台手机</button></div></form>\
             <details class=\"more\"><summary>不用手机，改设密码</summary>{password}</details>",
            problem = bare::problem(words),
            person = reply::escape(ticket.person),
            pin = field("pin", "六位密码", "password", "", "六位数字，不要连号或重复", numeric),
            again = field("again", "再输一次", "password", "", "", numeric),
            password = password.replace("id=\"again\"", "id=\"again-2\"").replace("for=\"again\"", "for=\"again-2\""),
        )
    } else {
        format!("{}<p>{}，您好。请为自己设一个密码。</p>{password}", bare::problem(words), reply::escape(ticket.person))
    };
    sign_in_page(viewer, status, "启用账号", &inner)
}

struct Chosen<'a> {
    login: &'a str,
    code: &'a str,
    person: &'a str,
    purpose: Purpose,
}

async fn activate_post(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let services = app.services();
    let now = services.now();
    let (login, code) = (fields.text("login"), fields.text("code"));
    let refuse = |status: StatusCode, words: &str| code_form(&visitor, status, &login, &code, Some(words));
    if let Err(r) = fields.only(&["login", "code", "password", "again", "pin", "way"]) {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, &r.to_string());
    }
    if let Some(s) = services.attempts().address_waits(&client.0, now) {
        return with_retry(
            refuse(StatusCode::TOO_MANY_REQUESTS, &format!("尝试次数较多，请等 {s} 秒后再试。")),
            Some(s),
        );
    }
    let ticket = match services.ticket(&login, &code).await {
        Ok(ticket) => ticket,
        Err(failure) => {
            services.attempts().failed_from(&client.0, now);
            let error = told(failure);
            return refuse(StatusCode::from_u16(error.status()).unwrap_or_default(), &error.to_string());
        }
    };
    let again = fields.text("again");
    let done = match fields.text("way").as_str() {
        "password" => {
            services.activate_password(&login, &code, &fields.text("password"), &again, label(&headers)).await
        }
        "device" => services.activate_device(&login, &code, &fields.text("pin"), &again, label(&headers)).await,
        _ => {
            let chosen = Chosen { login: &login, code: &code, person: &ticket.person, purpose: ticket.purpose };
            return choose_form(&visitor, StatusCode::OK, &chosen, None);
        }
    };
    match done.map_err(told) {
        Ok(Activated { opened, device }) => {
            let mut response = welcome(&app, &opened, "/");
            if let Some(device) = device {
                let bound = cookie(app.config(), DEVICE, &device, Some(BOUND_MS / 1_000));
                response.headers_mut().append(header::SET_COOKIE, bound);
            }
            response
        }
        Err(error) => {
            let chosen = Chosen { login: &login, code: &code, person: &ticket.person, purpose: ticket.purpose };
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            choose_form(&visitor, status, &chosen, Some(&error.to_string()))
        }
    }
}
