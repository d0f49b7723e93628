//! `/papers`: what can be printed of a book. A refused question comes back to this page with what was typed.
//! Plain forms; no wasm. Every text is escaped here.

#![expect(clippy::format_collect, reason = "short lists, drawn once per look; a fold would hide the markup")]

use app::{api::Visitor, routes, viewer::Viewer};
use axum::{
    Extension,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::CommandId,
    papers::ReportKind,
    people::access::{self, Actor, Sight},
    records::{RecordKind, YearBook},
};
use serde::Deserialize;

use super::{
    assets, bare,
    policy::{Builder, Kind, Policy},
    posted::actor,
    reply::{self, escape},
};
use crate::{App, random, services::parse};

/// Our own scripts for drafts; nothing inline, nothing foreign.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Adds the pages and their forms.
pub fn routes(builder: Builder) -> Builder {
    super::report_pages::routes(builder.get(Kind::Page, "/papers", Policy::SignedIn, front))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    post: Option<String>,
    year: Option<i32>,
}

/// What was asked of a book: which part, and with a watermark or without.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrintAsked {
    /// First page or day.
    #[serde(default)]
    pub from: String,
    /// Last page or day.
    #[serde(default)]
    pub to: String,
    /// First day, as the form's own field for days; `from` takes either.
    #[serde(default)]
    pub since: String,
    /// Last day.
    #[serde(default)]
    pub until: String,
    /// Kind of record.
    #[serde(default)]
    pub kind: String,
    /// `1`, `0`, or empty: on every paper that is not the viewer's own.
    #[serde(default)]
    pub watermark: String,
    /// `1`: in the house's own form, although the district has one.
    #[serde(default)]
    pub plain: String,
}

fn asked(query: Result<Query<Asked>, QueryRejection>) -> Result<Asked, Response> {
    query.map(|Query(asked)| asked).map_err(|_| reply::sorry(StatusCode::BAD_REQUEST, "地址不对。请从文书页重新进入。"))
}

/// What stands in the head of a page.
pub(super) struct Head<'a> {
    pub title: &'a str,
    /// Whose papers, below the title.
    pub note: &'a str,
    /// Where 「返回」 leads.
    pub back: &'a str,
}

/// A page of this family: bare, with the scripts of drafts.
pub(super) fn page(viewer: &Viewer, head: &Head<'_>, body: &str) -> Response {
    let title = head.title;
    let body = format!(
        "<div class=\"phone wide\"><a class=\"skip-link\" href=\"#main\">跳到正文</a><header class=\"phone-head\">\
         <a class=\"back\" href=\"{back}\" aria-label=\"返回\">‹</a><div><h1>{title}</h1><small>{note}</small></div></header>\
         <main id=\"main\">{body}</main></div>",
        back = escape(head.back),
        title = escape(title),
        note = escape(head.note),
    );
    drawn(viewer, title, &body)
}

/// A page of the office among these: within its menu, in which `current` is marked.
pub(super) fn office(viewer: &Viewer, title: &str, current: &str, body: &str) -> Response {
    let entries: String = routes::menu(viewer)
        .iter()
        .map(|entry| {
            let here = if entry.path == current { " aria-current=\"page\"" } else { "" };
            let count = entry.count.map(|n| format!(" <b class=\"count\">{n}</b>")).unwrap_or_default();
            format!("<a href=\"{}\"{here}>{}{count}</a>", entry.path, escape(entry.label))
        })
        .collect();
    let body = format!(
        "<a class=\"skip-link\" href=\"#main\">跳到正文</a>\
         <input class=\"menu-box\" type=\"checkbox\" id=\"menu-box\" aria-label=\"展开菜单\">\
         <header class=\"top\"><label class=\"menu-btn\" for=\"menu-box\" aria-hidden=\"true\">菜单</label><b>五责链</b>\
         <span class=\"district\">{district}</span><div class=\"top-right\"><a class=\"user\" href=\"/me\">{name}</a>\
         <form method=\"post\" action=\"/signout\">{token}<button>退出</button></form></div></header>\
         <div class=\"shell\"><nav class=\"side\" aria-label=\"主菜单\">{entries}</nav>\
         <main class=\"main\" id=\"main\"><div class=\"page-head\"><h1>{title}</h1></div>{body}</main></div>",
        district = escape(&viewer.district),
        name = escape(&viewer.name),
        token = bare::token(viewer),
        title = escape(title),
    );
    drawn(viewer, title, &body)
}

fn drawn(viewer: &Viewer, title: &str, body: &str) -> Response {
    let told = serde_json::to_string(viewer).unwrap_or_default();
    let scripts: String = ["outbox.js", "drafts.js", "kept.js"]
        .iter()
        .map(|name| format!("<script src=\"{}\" defer></script>", assets::url(name)))
        .collect();
    let head = format!("<meta name=\"viewer\" content=\"{}\">{scripts}", escape(&told));
    let mut response =
        bare::page_with(viewer, StatusCode::OK, &format!("{title} · 五责链"), &head, body).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    response
}

/// Last page of a book; none where nothing has one.
pub(super) fn last_page(book: &YearBook) -> Option<u32> {
    book.entries.iter().filter_map(|entry| entry.page).max()
}

/// The hidden fields of a form.
pub(super) fn marks(app: &App, viewer: &Viewer) -> String {
    let command = CommandId(random::id(app.store().now()));
    format!("{}{}", bare::hidden("command", &command.to_string()), bare::token(viewer))
}

async fn front(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let (actor, asked) = (actor(&visitor)?, asked(query)?);
    let office = access::keep_templates(&actor).is_ok();
    let found = async {
        let post = asked.post.as_deref().map(parse).transpose()?;
        app.services().year_book(&actor, post, asked.year).await
    };
    match found.await {
        Ok(book) => Ok(whole(&app, &visitor.viewer, &actor, &book, &Typed::default())),
        // The office has no book of its own, but the forms of all papers.
        Err(_) if office && asked.post.is_none() => {
            let head = Head { title: "文书", note: "", back: "/board" };
            Ok(page(&visitor.viewer, &head, TEMPLATES))
        }
        Err(e) => Err(reply::refused(&e)),
    }
}

/// The page again, with what was typed and why it was not taken.
pub(super) fn again(
    app: &App,
    viewer: &Viewer,
    actor: &Actor,
    book: &YearBook,
    (asked, no): (&PrintAsked, &Rejection),
) -> Response {
    let typed =
        Typed { asked: asked.clone(), problem: no.to_string(), field: no.field_name().unwrap_or("").to_owned() };
    let mut response = whole(app, viewer, actor, book, &typed);
    *response.status_mut() = reply::status(&no.clone().into());
    response
}

/// What stands in the form at first.
#[derive(Default)]
struct Typed {
    asked: PrintAsked,
    problem: String,
    field: String,
}

impl Typed {
    /// The message at a field, and the attributes that tie it to it.
    fn error(&self, name: &str) -> (String, String) {
        if self.field != name {
            return (String::new(), String::new());
        }
        (
            format!("<p class=\"error\" id=\"{name}-e\" role=\"alert\">{}</p>", escape(&self.problem)),
            format!(" aria-invalid=\"true\" aria-describedby=\"{name}-e\" autofocus"),
        )
    }

    fn input(&self, name: &str, label: &str, kind: &str, value: &str) -> String {
        let (error, marks) = self.error(name);
        let more = if kind == "number" { " min=\"1\" inputmode=\"numeric\"" } else { "" };
        format!(
            "<div class=\"field half\"><label for=\"{name}\">{label}</label>\
             <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{}\"{more}{marks}>{error}</div>",
            escape(value)
        )
    }

    /// A list with its lines as `(value, words)`.
    fn choice(&self, name: &str, label: &str, chosen: &str, lines: &[(&str, &str)]) -> String {
        let (error, marks) = self.error(name);
        let line = |(value, words): &(&str, &str)| {
            let selected = if *value == chosen { " selected" } else { "" };
            format!("<option value=\"{value}\"{selected}>{words}</option>")
        };
        let lines: String = lines.iter().map(line).collect();
        format!(
            "<div class=\"field\"><label for=\"{name}\">{label}</label>\
             <select id=\"{name}\" name=\"{name}\"{marks}>{lines}</select>{error}</div>"
        )
    }
}

/// The way to the district's own Word files, for the office.
const TEMPLATES: &str = "<section class=\"card\"><h2>文书模板</h2><p>用区里自己的 Word 格式打印封面、报告和检查反馈意见。</p>\
     <div class=\"actions\"><a class=\"btn\" href=\"/papers/templates\">文书模板</a></div></section>";

fn whole(app: &App, viewer: &Viewer, actor: &Actor, book: &YearBook, typed: &Typed) -> Response {
    let templates = if access::keep_templates(actor).is_ok() { TEMPLATES } else { "" };
    let body = of_book(book, actor, app.services().today().year(), typed);
    let head = Head {
        title: &format!("{}年度文书", book.year),
        note: &format!("{}　{}", book.unit, book.title),
        back: &format!("/book?post={}&year={}", book.post, book.year),
    };
    page(viewer, &head, &format!("{body}{templates}"))
}

fn of_book(book: &YearBook, actor: &Actor, this_year: i32, typed: &Typed) -> String {
    let (post, year) = (book.post, book.year);
    let kinds: Vec<(&str, &str)> =
        [("", "全部")].into_iter().chain(RecordKind::ALL.iter().map(|kind| (kind.key(), kind.label()))).collect();
    let place = format!("/documents/book/{post}/{year}");
    let years: String = [this_year, this_year - 1]
        .iter()
        .filter(|y| **y != year)
        .map(|y| format!("<a class=\"btn\" href=\"/papers?post={post}&amp;year={y}\">{y}年度</a>"))
        .collect();
    let drafts = actor.terms.iter().any(|t| t.post == post) || book.sight == Sight::WithoutTalks;
    let reports: String = if drafts {
        ReportKind::ALL
            .iter()
            .map(|kind| format!("<a class=\"btn\" href=\"/papers/{}/{post}/{year}\">{}</a>", kind.key(), kind.label()))
            .collect()
    } else {
        String::new()
    };
    let reports = if reports.is_empty() {
        String::new()
    } else {
        format!(
            "<section class=\"card\"><h2>年度报告和述责述廉报告</h2><p>按清单和责任列出记录本里本年度已经做的事，判断和评价由本人填写。</p>\
             <div class=\"actions\">{reports}</div></section>"
        )
    };
    let asked = &typed.asked;
    // `from` and `to` take days too; the form has fields of their own for these.
    let day = |typed: &str| typed.contains('-');
    let (pages, days) = if day(&asked.from) || day(&asked.to) {
        (("", ""), (asked.from.as_str(), asked.to.as_str()))
    } else {
        ((asked.from.as_str(), asked.to.as_str()), (asked.since.as_str(), asked.until.as_str()))
    };
    let usual = if book.sight == Sight::Full { "本人打印，不加" } else { "他人查看，加上" };
    let marks = [("", usual), ("1", "加水印"), ("0", "不加水印")];
    format!(
        "<section class=\"card\"><h2>履责记录本 <small>{year}年度</small></h2><form class=\"form\" method=\"get\" action=\"{place}/print\">\
         <p class=\"muted\">都不填就是整本{pages}。页码和日期只填一种。</p>{first}{last}{since}{until}{kind}{watermark}\
         <div class=\"actions\"><button class=\"btn primary\">打印版</button>\
         <button class=\"btn\" formaction=\"{place}/page\">看屏幕版</button>\
         <button class=\"btn\" formaction=\"{place}/docx\">下载 .docx</button>\
         <button class=\"btn\" formaction=\"{place}/xlsx\">下载 .xlsx</button></div></form></section>\
         <section class=\"card\"><h2>单张</h2>\
         <div class=\"actions\"><a class=\"btn\" href=\"/documents/cover/{post}/{year}/print\">封面</a>\
         <a class=\"btn\" href=\"/documents/remarks/{post}/{year}/print\">检查反馈意见</a></div></section>{reports}\
         <section class=\"card\"><h2>其他年度</h2><div class=\"actions\">{years}</div></section>",
        pages = last_page(book).map(|last| format!("（第 1 页到第 {last} 页）")).unwrap_or_default(),
        first = typed.input("from", "从第几页", "number", pages.0),
        last = typed.input("to", "到第几页", "number", pages.1),
        since = typed.input("since", "从哪天", "date", days.0),
        until = typed.input("until", "到哪天", "date", days.1),
        kind = typed.choice("kind", "履责类型", &asked.kind, &kinds),
        watermark = typed.choice("watermark", "水印（姓名、日期、内部资料）", &asked.watermark, &marks),
    )
}
