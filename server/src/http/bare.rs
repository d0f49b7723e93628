//! Pages without any script: sign-in, activation, PIN, slips. Plain HTML that
//! every browser of the last ten years shows; text is escaped here and nowhere else.

use app::viewer::Viewer;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{assets, reply::escape};

/// A whole bare page. `body` is markup made by our own code, with every text escaped.
pub fn page(viewer: &Viewer, status: StatusCode, title: &str, body: &str) -> Response {
    page_with(viewer, status, title, "", body)
}

/// As [`page`], with more of our own markup in its head.
pub fn page_with(viewer: &Viewer, status: StatusCode, title: &str, head: &str, body: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\" data-size=\"{size}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <meta name=\"renderer\" content=\"webkit\"><meta name=\"format-detection\" content=\"telephone=no\">\
         <title>{title}</title><link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{css}\"><link rel=\"stylesheet\" href=\"{print}\" media=\"print\">{head}</head>\
         <body>{banner}{body}</body></html>",
        banner = if viewer.banner.is_empty() {
            String::new()
        } else {
            format!("<div class=\"banner warn\" role=\"note\">{}</div>", escape(&viewer.banner))
        },
        size = escape(if viewer.size.is_empty() { "standard" } else { &viewer.size }),
        title = escape(title),
        icon = assets::url("icon.svg"),
        css = assets::url("main.css"),
        print = assets::url("print.css"),
    );
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], html).into_response()
}

/// A page of the sign-in family: masthead, one box, text sizes below.
pub fn sign_in_page(viewer: &Viewer, status: StatusCode, heading: &str, inner: &str) -> Response {
    boxed(viewer, status, heading, inner, &sizes(viewer))
}

/// As [`sign_in_page`], where the page itself holds what somebody wrote: nothing on it leads away by one touch.
pub fn holding_page(viewer: &Viewer, status: StatusCode, heading: &str, inner: &str) -> Response {
    boxed(viewer, status, heading, inner, "")
}

fn boxed(viewer: &Viewer, status: StatusCode, heading: &str, inner: &str, foot: &str) -> Response {
    let demo = if viewer.demo { "<div class=\"banner\">示范数据，随时可以重置。</div>" } else { "" };
    let body = format!(
        "{demo}<div class=\"signin\"><header class=\"signin-head\"><b>五责链</b><span>{district}</span></header>\
         <main class=\"signin-box\" id=\"main\"><h1>{heading}</h1>{inner}</main>\
         <footer class=\"signin-foot\">{foot}</footer></div>",
        district = escape(&viewer.district),
        heading = escape(heading),
    );
    page(viewer, status, &format!("{heading} · 五责链"), &body)
}

/// The hidden form token.
pub fn token(viewer: &Viewer) -> String {
    hidden("_token", &viewer.form_token)
}

/// A hidden field.
pub fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

/// The notice on top of a refused form.
pub fn problem(words: Option<&str>) -> String {
    words.map_or_else(String::new, |w| {
        format!("<div class=\"notice error\" role=\"alert\"><b>没有办成</b><p>{}</p></div>", escape(w))
    })
}

/// A labelled one-line field; `more` are attributes of our own.
pub fn field(name: &str, label: &str, kind: &str, value: &str, hint: &str, more: &str) -> String {
    let note =
        if hint.is_empty() { String::new() } else { format!("<p class=\"hint\" id=\"{name}-h\">{}</p>", escape(hint)) };
    let described = if hint.is_empty() { String::new() } else { format!(" aria-describedby=\"{name}-h\"") };
    format!(
        "<div class=\"field\"><label for=\"{name}\">{label}</label>\
         <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{value}\"{described} {more}>{note}</div>",
        label = escape(label),
        value = escape(value),
    )
}

fn sizes(viewer: &Viewer) -> String {
    let button = |value: &str, label: &str| {
        let pressed = viewer.size == value;
        format!("<button name=\"size\" value=\"{value}\" aria-pressed=\"{pressed}\">{label}</button>")
    };
    format!(
        "<form class=\"size-switch\" method=\"post\" action=\"/size\"><span>字号</span>{}{}{}{}</form>",
        token(viewer),
        button("standard", "标准"),
        button("large", "大"),
        button("huge", "特大"),
    )
}
