//! `/papers`: what can be printed of a book, and the page on which a report is changed section by
//! section. Plain forms with the outbox of all forms; no wasm. Every text is escaped here.

#![expect(clippy::format_collect, reason = "short lists, drawn once per look; a fold would hide the markup")]

use app::{
    api::{ApiError, Visitor},
    viewer::Viewer,
};
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::CommandId,
    papers::{ReportKind, Section, added},
    people::access::{self, Actor, Sight},
    records::{RecordKind, YearBook},
    time::{sane_year, zh_short},
};
use serde::Deserialize;

use super::{
    assets, bare,
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply::{self, encode, escape},
};
use crate::{
    App, random,
    services::{
        parse,
        records::papers::{DRAFT, ReportOf, ReportPage, SaveSection},
    },
};

/// Our own scripts for drafts; nothing inline, nothing foreign.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Adds the pages and their forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Page, "/papers", Policy::SignedIn, front)
        .get(Kind::Page, "/papers/{kind}/{post}/{year}", Policy::SignedIn, report)
        .form("/papers/draw", Policy::SignedIn, draw)
        .form("/papers/section", Policy::SignedIn, section)
        .form("/papers/take", Policy::SignedIn, take)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    post: Option<String>,
    year: Option<i32>,
    draft: Option<String>,
    done: Option<String>,
}

fn asked(query: Result<Query<Asked>, QueryRejection>) -> Result<Asked, Response> {
    query.map(|Query(asked)| asked).map_err(|_| reply::sorry(StatusCode::BAD_REQUEST, "地址不对。请从文书页重新进入。"))
}

/// A page of this family: bare, with the scripts of drafts.
pub(super) fn page(viewer: &Viewer, title: &str, body: &str) -> Response {
    let told = serde_json::to_string(viewer).unwrap_or_default();
    let body = format!("<main class=\"main\" id=\"main\">{body}</main>");
    let scripts: String = ["outbox.js", "drafts.js"]
        .iter()
        .map(|name| format!("<script src=\"{}\" defer></script>", assets::url(name)))
        .collect();
    let head = format!("<meta name=\"viewer\" content=\"{}\">{scripts}", escape(&told));
    let mut response =
        bare::page_with(viewer, StatusCode::OK, &format!("{title} · 五责链"), &head, &body).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_POLICY));
    response
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
    let body = match found.await {
        Ok(book) => of_book(&book, &actor, app.services().today().year()),
        // The office has no book of its own, but the forms of all papers.
        Err(_) if office && asked.post.is_none() => "<h1>文书</h1>".to_owned(),
        Err(e) => return Err(reply::refused(&e)),
    };
    let templates = if office {
        "<section class=\"card\"><h2>文书模板</h2><p>用区里自己的 Word 格式打印封面、报告和检查反馈意见。</p>\
         <div class=\"actions\"><a class=\"btn\" href=\"/papers/templates\">文书模板</a></div></section>"
    } else {
        ""
    };
    Ok(page(&visitor.viewer, "文书", &format!("{body}{templates}")))
}

fn of_book(book: &YearBook, actor: &Actor, this_year: i32) -> String {
    let (post, year) = (book.post, book.year);
    let kinds: String = RecordKind::ALL
        .iter()
        .map(|kind| format!("<option value=\"{}\">{}</option>", kind.key(), kind.label()))
        .collect();
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
            "<section class=\"card\"><h2>年度报告和述责述廉报告</h2><p>按清单和责任取出本年度已经做的事，判断和评价由本人填写。</p>\
             <div class=\"actions\">{reports}</div></section>"
        )
    };
    format!(
        "<h1>{unit}{year}年度文书</h1><div class=\"actions\">{years}</div>\
         <section class=\"card\"><h2>履责记录本</h2><form method=\"get\" action=\"{place}/print\">\
         <p class=\"hint\">不填就是整本。页码和日期二选一，日期写成 {year}-06-01 这样。</p>{from}{to}\
         <div class=\"field\"><label for=\"kind\">履责类型</label><select id=\"kind\" name=\"kind\">\
         <option value=\"\">全部</option>{kinds}</select></div>\
         <div class=\"field\"><label for=\"watermark\">水印（姓名、日期、内部资料）</label>\
         <select id=\"watermark\" name=\"watermark\"><option value=\"\">{usual}</option><option value=\"1\">加水印</option>\
         <option value=\"0\">不加水印</option></select></div>\
         <div class=\"actions\"><button class=\"btn primary\">打印版</button>\
         <button class=\"btn\" formaction=\"{place}/page\">看屏幕版</button>\
         <button class=\"btn\" formaction=\"{place}/docx\">下载 .docx</button>\
         <button class=\"btn\" formaction=\"{place}/xlsx\">下载 .xlsx</button></div></form>\
         <div class=\"actions\"><a class=\"btn\" href=\"/documents/cover/{post}/{year}/print\">封面</a>\
         <a class=\"btn\" href=\"/documents/remarks/{post}/{year}/print\">检查反馈意见</a></div></section>{reports}",
        unit = escape(&book.unit),
        from = bare::field("from", "从", "text", "", "", "autocomplete=\"off\""),
        to = bare::field("to", "到", "text", "", "", "autocomplete=\"off\""),
        usual = if book.sight == Sight::Full { "本人打印，不加" } else { "他人查看，加上" },
    )
}

fn report_of(kind: &str, post: &str, year: &str) -> Result<ReportOf, ApiError> {
    let kind = ReportKind::from_key(kind).ok_or(Rejection::NotFound)?;
    let year: i32 = parse(year)?;
    if sane_year(year) != year {
        return Err(Rejection::NotFound.into());
    }
    Ok(ReportOf { post: parse(post)?, year, kind })
}

async fn report(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((kind, post, year)): Path<(String, String, String)>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Response> {
    let (actor, asked) = (actor(&visitor)?, asked(query)?);
    let job = async {
        let of = report_of(&kind, &post, &year)?;
        Ok::<_, ApiError>((of, app.services().report_page(&actor, of, asked.draft.as_deref()).await?))
    };
    let (of, found) = job.await.map_err(|e| reply::refused(&e))?;
    let body = Shown { app: &app, viewer: &visitor.viewer, of, found: &found }.body(asked.done.is_some());
    Ok(page(&visitor.viewer, of.kind.label(), &body))
}

struct Shown<'a> {
    app: &'a App,
    viewer: &'a Viewer,
    of: ReportOf,
    found: &'a ReportPage,
}

impl Shown<'_> {
    fn body(&self, done: bool) -> String {
        let ReportOf { post, year, kind } = self.of;
        let key = kind.key();
        let hidden = self.hidden();
        let (state, button) = match &self.found.kept {
            Some(kept) => (
                format!(
                    "{}取数，{}　{}最后修改。没有改过的部分再次取数时更新，改过的部分保持原样。",
                    zh_short(kept.drawn_at.day()),
                    escape(&kept.saved_by),
                    zh_short(kept.saved_at.day())
                ),
                "重新取数",
            ),
            None => {
                ("还没有起草。取数后，日期、做法按清单逐条列出；判断和评价留空，由本人填写。".to_owned(), "取数起草")
            }
        };
        let orphan = self.orphan();
        let saved = if done { "<div class=\"notice ok\" role=\"status\"><p>已保存。</p></div>" } else { "" };
        let place = format!("/documents/{key}/{post}/{year}");
        let files = if self.found.kept.is_some() {
            format!(
                "<div class=\"actions\"><a class=\"btn\" href=\"{place}/print\">打印版</a>\
                 <a class=\"btn\" href=\"{place}/page\">看全文</a><a class=\"btn\" href=\"{place}/docx\">下载 .docx</a></div>"
            )
        } else {
            String::new()
        };
        let sections: String = match &self.found.kept {
            Some(kept) => kept.sections.iter().map(|s| self.section(s)).collect(),
            None => String::new(),
        };
        format!(
            "<p><a href=\"/papers?post={post}&amp;year={year}\">← 文书</a></p><h1>{label}</h1>\
             <p class=\"muted\">{unit}　{year}年度</p>{orphan}{saved}\
             <section class=\"card\"><p>{state}</p><form method=\"post\" action=\"/papers/draw\">{marks}{hidden}\
             <div class=\"actions\"><button class=\"btn primary\">{button}</button></div></form>{files}{take}</section>{sections}",
            label = kind.label(),
            unit = escape(&self.found.book.unit),
            marks = marks(self.app, self.viewer),
            take = self.take(),
        )
    }

    /// A refused form whose section is not there any more: why, and every word of it.
    fn orphan(&self) -> String {
        let draft = &self.found.draft;
        let key = draft.value("key", String::new());
        let shown = |kept: &[Section]| kept.iter().any(|s| s.key == key && !s.heading);
        if draft.problem.is_empty() || self.found.kept.as_ref().is_some_and(|kept| shown(&kept.sections)) {
            return String::new();
        }
        let words = escape(&draft.value("text", String::new()));
        format!("{}<p class=\"read\">{words}</p>", bare::problem(Some(&draft.problem)))
    }

    fn hidden(&self) -> String {
        [
            ("post", self.of.post.to_string()),
            ("year", self.of.year.to_string()),
            ("kind", self.of.kind.key().to_owned()),
        ]
        .iter()
        .map(|(name, value)| bare::hidden(name, value))
        .collect()
    }

    fn take(&self) -> String {
        let one = |(meeting, presenter, title): &(String, String, String)| {
            format!(
                "<form method=\"post\" action=\"/papers/take\">{}{}{}{}<div class=\"actions\">\
                 <button class=\"btn\">取用到“{}”的述责报告</button></div></form>",
                marks(self.app, self.viewer),
                self.hidden(),
                bare::hidden("meeting", meeting),
                bare::hidden("presenter", presenter),
                escape(title)
            )
        };
        self.found.meetings.iter().map(one).collect()
    }

    fn section(&self, section: &Section) -> String {
        let tag = if section.level == 1 { "h2" } else { "h3" };
        let title = escape(&section.title);
        if section.heading {
            return format!("<{tag}>{title}</{tag}>");
        }
        let key = &section.key;
        let draft = &self.found.draft;
        let mine = draft.value("key", String::new()) == *key;
        let text = if mine { draft.value("text", section.text.clone()) } else { section.text.clone() };
        let problem =
            if mine { bare::problem(Some(draft.problem.as_str()).filter(|p| !p.is_empty())) } else { String::new() };
        let new = added(section, &self.found.fresh);
        let new = if section.edited() && !new.is_empty() {
            let lines: String = new.iter().map(|line| format!("<p>{}</p>", escape(line))).collect();
            format!(
                "<div class=\"notice info\"><b>上次核对以后，记录本里新增</b>{lines}</div>\
                 <label class=\"check\"><input type=\"checkbox\" name=\"looked\" value=\"1\"> 新增的已经核对，不再提示</label>"
            )
        } else {
            String::new()
        };
        let state = if section.edited() { "已修改" } else { "取数原文" };
        format!(
            "<form class=\"card\" id=\"s-{key}\" method=\"post\" action=\"/papers/section\" data-outbox=\"{DRAFT}\" \
             data-outbox-subject=\"{subject}\">{problem}{marks}{hidden}{key_field}{seen}\
             <{tag}>{title}</{tag}><div class=\"field\"><label for=\"t-{key}\">正文 <span class=\"muted\">{state}</span></label>\
             <textarea id=\"t-{key}\" name=\"text\" rows=\"{rows}\">{text}</textarea>\
             <p class=\"save-state\" aria-live=\"polite\" data-save-state=\"\"></p></div>{new}\
             <div class=\"actions\"><button class=\"btn\">保存这一部分</button></div></form>",
            key = escape(key),
            subject = escape(&subject(self.of, key)),
            marks = marks(self.app, self.viewer),
            hidden = self.hidden(),
            key_field = bare::hidden("key", key),
            seen = bare::hidden("seen", &section.version.to_string()),
            rows = (text.chars().count() / 34 + text.lines().count() + 2).clamp(4, 24),
            text = escape(&text),
        )
    }
}

/// What the draft of a section is about.
fn subject(of: ReportOf, key: &str) -> String {
    let plain: String = key.chars().map(|c| if c == '_' { '-' } else { c }).collect();
    format!("{}:{}:{}:{plain}", of.post, of.year, of.kind.key()).chars().take(80).collect()
}

fn of_form(posted: &Posted) -> Result<ReportOf, ApiError> {
    let fields = &posted.fields;
    report_of(&fields.text("kind"), &fields.text("post"), &fields.text("year"))
}

fn place(posted: &Posted) -> String {
    let field = |name: &str| encode(&posted.fields.text(name)).replace('/', "%2F");
    format!("/papers/{}/{}/{}", field("kind"), field("post"), field("year"))
}

async fn draw(posted: Posted) -> Response {
    let job = async {
        let command = posted.only(&["post", "year", "kind"])?.command()?;
        posted.services().draw_report(&posted.actor, command, of_form(&posted)?).await
    };
    match job.await {
        Ok(()) => reply::to(&place(&posted)),
        Err(e) => reply::refused(&e),
    }
}

async fn section(posted: Posted) -> Response {
    let (page, key) = (place(&posted), posted.fields.text("key"));
    let about = of_form(&posted).map(|of| subject(of, &key)).unwrap_or_default();
    let job = async {
        let fields = posted.only(&["post", "year", "kind", "key", "seen", "text", "looked"])?;
        let form = SaveSection {
            command: fields.command()?,
            of: of_form(&posted)?,
            key: key.clone(),
            seen: fields.parsed("seen")?,
            text: fields.text("text"),
            looked: fields.opt("looked").is_some(),
        };
        posted.services().save_section(&posted.actor, form).await
    };
    let to = format!("{page}?done=1#s-{}", encode(&key));
    posted.ended(job, Home::new(DRAFT, page).about(about), |()| to).await
}

async fn take(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["post", "year", "kind", "meeting", "presenter"])?;
        let about = (fields.parsed("meeting")?, fields.parsed("presenter")?);
        let draft = posted.services().take_report(&posted.actor, of_form(&posted)?, about).await?;
        Ok::<_, ApiError>(format!("/reviews/{}/report/{}?draft={draft}&done=read", about.0, about.1))
    };
    match job.await {
        Ok(to) => reply::to(&to),
        Err(e) => reply::refused(&e),
    }
}
