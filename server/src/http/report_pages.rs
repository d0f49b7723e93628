//! `/papers/annual/…` and `/papers/conduct/…`: a report of a year as one form of all its sections with one
//! 「保存」 and the drafts of all forms. Without scripts the button is enough. Every text is escaped here.

#![expect(clippy::format_collect, reason = "short lists, drawn once per look; a fold would hide the markup")]

use app::{
    api::{ApiError, Visitor},
    viewer::Viewer,
};
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use domain::{
    Rejection,
    papers::{Change, HEADS_OWN, ReportKind, Section, Seen, Typed, added, blanks},
    time::{sane_year, zh_short},
};
use serde::Deserialize;

use super::{
    bare,
    fields::incomplete,
    paper_pages::{Head, marks, page},
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply::{self, encode, escape},
};
use crate::{
    App,
    services::{
        parse,
        records::papers::{DRAFT, ReportOf, ReportPage, SaveReport},
    },
};

/// Adds the page and its forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .get(Kind::Page, "/papers/{kind}/{post}/{year}", Policy::SignedIn, report)
        .form("/papers/draw", Policy::SignedIn, draw)
        .form("/papers/save", Policy::SignedIn, save)
        .form("/papers/take", Policy::SignedIn, take)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    draft: Option<String>,
    done: Option<String>,
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
    let actor = actor(&visitor)?;
    let Ok(Query(asked)) = query else {
        return Err(reply::sorry(StatusCode::BAD_REQUEST, "地址不对。请从文书页重新进入。"));
    };
    let job = async {
        let of = report_of(&kind, &post, &year)?;
        Ok::<_, ApiError>((of, app.services().report_page(&actor, of, asked.draft.as_deref()).await?))
    };
    let (of, found) = job.await.map_err(|e| reply::refused(&e))?;
    let body = Shown { app: &app, viewer: &visitor.viewer, of, found: &found, done: asked.done.is_some() }.body();
    let head = Head {
        title: of.kind.label(),
        note: &format!("{}　{year}年度", found.book.unit),
        back: &format!("/papers?post={post}&year={year}"),
    };
    Ok(page(&visitor.viewer, &head, &body))
}

struct Shown<'a> {
    app: &'a App,
    viewer: &'a Viewer,
    of: ReportOf,
    found: &'a ReportPage,
    done: bool,
}

impl Shown<'_> {
    fn body(&self) -> String {
        let saved = if self.done { "<div class=\"notice ok\" role=\"status\"><p>已保存。</p></div>" } else { "" };
        let problem = Some(self.found.draft.problem.as_str()).filter(|p| !p.is_empty());
        let head = format!("{saved}{}{}{}", bare::problem(problem), self.look(), self.orphans());
        let Some(kept) = &self.found.kept else {
            return format!(
                "{head}<section class=\"card\"><p>还没有起草。起草时从记录本里按清单逐条列出日期和做法；\
                 判断和评价留空，由本人填写。</p><form method=\"post\" action=\"/papers/draw\">{marks}{hidden}\
                 <div class=\"actions\"><button class=\"btn primary\">从记录本起草</button></div></form></section>",
                marks = marks(self.app, self.viewer),
                hidden = self.hidden(),
            );
        };
        let ReportOf { post, year, kind } = self.of;
        let place = format!("/documents/{}/{post}/{year}", kind.key());
        let state = if self.done {
            ("save-state saved", format!("已保存 {}", kept.saved_at.clock()))
        } else {
            ("save-state", String::new())
        };
        format!(
            "{head}<section class=\"card\"><p>{drawn}从记录本起草，{by}　{at}最后修改。</p>\
             {left}<div class=\"actions\"><a class=\"btn\" href=\"{place}/print\">打印版</a>\
             <a class=\"btn\" href=\"{place}/page\">看全文</a><a class=\"btn\" href=\"{place}/docx\">下载 .docx</a></div>\
             {take}<p class=\"hint\">打印、下载和取用的是已经保存的文字。</p></section>\
             <form class=\"form\" id=\"{FORM}\" method=\"post\" action=\"/papers/save\" autocomplete=\"off\" data-outbox=\"{DRAFT}\" \
             data-outbox-subject=\"{subject}\">{marks}{hidden}{sections}\
             <section class=\"card\"><p>记录本里有了新的记录时，点下面的按钮：先保存本页，再更新没有改动的部分；\
             改过的部分保持原样，只提示新增了什么。</p>\
             <div class=\"actions\"><button class=\"btn\" name=\"then\" value=\"draw\">按记录本更新</button></div></section>\
             <div class=\"primary-bar\"><p class=\"{state}\" aria-live=\"polite\" data-save-state=\"\">{words}</p>\
             <button class=\"btn primary\">保存</button></div></form>",
            drawn = zh_short(kept.drawn_at.day()),
            by = escape(&kept.saved_by),
            at = zh_short(kept.saved_at.day()),
            left = left(&kept.sections),
            take = self.take(),
            subject = escape(&subject(self.of)),
            marks = marks(self.app, self.viewer),
            hidden = self.hidden(),
            sections = kept.sections.iter().map(|s| self.section(s, &kept.saved_by)).collect::<String>(),
            state = state.0,
            words = state.1,
        )
    }

    /// The answers to the question about mobile numbers; they send the form below.
    fn look(&self) -> String {
        if self.found.draft.problem_field.as_deref() != Some("look") {
            return String::new();
        }
        format!(
            "<div class=\"actions\"><button class=\"btn primary\" form=\"{FORM}\" name=\"look\" value=\"mask\">把号码中间四位遮住再保存</button>\
             <button class=\"btn\" form=\"{FORM}\" name=\"look\" value=\"keep\">保留号码并保存</button></div>"
        )
    }

    /// Words of a refused form whose sections are not there any more.
    fn orphans(&self) -> String {
        let there = |key: &str| {
            let kept = self.found.kept.as_ref();
            kept.is_some_and(|kept| kept.sections.iter().any(|s| s.key == key && !s.heading))
        };
        let lost = self.found.draft.fields.iter().filter_map(|(name, text)| {
            let key = name.strip_prefix(TEXT)?;
            (!text.trim().is_empty() && !there(key)).then_some(text)
        });
        lost.map(|text| {
            format!(
                "<section class=\"card\"><h2>报告里已经没有的部分</h2><p class=\"hint\">您写的文字在这里，\
                 需要的请复制到别的部分。</p><p class=\"read\">{}</p></section>",
                escape(text)
            )
        })
        .collect()
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

    /// What a refused form holds of a section.
    fn typed(&self, section: &Section) -> Option<Typed> {
        let draft = &self.found.draft;
        let value = |prefix: &str| {
            let name = format!("{prefix}{}", section.key);
            draft.fields.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone())
        };
        let text = value(TEXT)?;
        let seen = value(SEEN)?.parse().ok()?;
        Some(Typed { key: section.key.clone(), seen, text, looked: value(LOOKED).is_some() })
    }

    fn section(&self, section: &Section, saved_by: &str) -> String {
        let tag = if section.level == 1 { "h2" } else { "h3" };
        let title = escape(&section.title);
        if section.heading {
            return format!("<{tag} class=\"section-label\">{title}</{tag}>");
        }
        let key = escape(&section.key);
        if section.key == HEADS_OWN && !self.found.heads_own {
            return format!(
                "<section class=\"card\" id=\"s-{key}\"><{tag}>{title}</{tag}><p class=\"hint\">这一部分列有检查反馈意见，\
                 由党组织主要负责人本人查看和填写。更新时保持原样。</p></section>"
            );
        }
        let typed = self.typed(section);
        let clash = typed.as_ref().is_some_and(|t| t.against(section) == Change::Clash);
        // Who sends a clash again has seen both texts. What he never touched keeps the mark it came with: it
        // is not written over whatever stands there now.
        let seen: Seen = match &typed {
            Some(t) if !clash && !t.touched() => t.seen,
            Some(t) if !clash => Seen { version: section.version, ..t.seen },
            _ => section.seen(),
        };
        let theirs = if clash {
            format!(
                "<div class=\"notice warn\"><b>{}刚刚保存的文字</b>{}</div>",
                escape(saved_by),
                section.text.lines().map(|line| format!("<p>{}</p>", escape(line))).collect::<String>()
            )
        } else {
            String::new()
        };
        let error = if clash {
            format!(
                "<p class=\"error\" id=\"e-{key}\">这一部分刚刚被别人改过。上面是别人的文字，框里是您的：改好后再点保存。</p>"
            )
        } else {
            self.found
                .draft
                .problem_of(&format!("{TEXT}{}", section.key))
                .map_or_else(String::new, |words| format!("<p class=\"error\" id=\"e-{key}\">{}</p>", escape(&words)))
        };
        let invalid = if error.is_empty() {
            String::new()
        } else {
            format!(" aria-invalid=\"true\" aria-describedby=\"e-{key}\"")
        };
        let looked = typed.as_ref().is_some_and(|t| t.looked);
        let text = typed.map_or_else(|| section.text.clone(), |t| t.text);
        let new = added(section, &self.found.fresh);
        let new = if section.edited() && !new.is_empty() {
            let lines: String = new.iter().map(|line| format!("<p>{}</p>", escape(line))).collect();
            let checked = if looked { " checked" } else { "" };
            format!(
                "<div class=\"notice info\"><b>上次核对以后，记录本里新增</b>{lines}</div>\
                 <label class=\"check\"><input type=\"checkbox\" name=\"{LOOKED}{key}\" value=\"1\"{checked}> 新增的已经核对，不再提示</label>"
            )
        } else {
            String::new()
        };
        let state = if section.edited() { "已修改" } else { "未改动" };
        // The mark travels with a draft of the text, so it is no hidden field: drafts leave these out.
        format!(
            "<section class=\"card\" id=\"s-{key}\"><{tag}>{title}</{tag}>{theirs}\
             <div class=\"field\"><label for=\"t-{key}\"><span class=\"visually-hidden\">{title}</span>正文 \
             <span class=\"muted\">{state}</span></label>\
             <input type=\"tel\" name=\"{SEEN}{key}\" value=\"{seen}\" hidden>\
             <textarea id=\"t-{key}\" name=\"{TEXT}{key}\" rows=\"{rows}\"{invalid}>\n{text}</textarea>{error}</div>{new}</section>",
            rows = (text.chars().count() / 34 + text.lines().count() + 2).clamp(4, 24),
            text = escape(&text),
        )
    }
}

/// How many places are still to be filled in, with the way to each; nothing is held back for them.
fn left(sections: &[Section]) -> String {
    let blanks = blanks(sections);
    if blanks.is_empty() {
        return String::new();
    }
    let ways: Vec<String> =
        blanks.iter().map(|(key, title, _)| format!("<a href=\"#s-{}\">{}</a>", escape(key), escape(title))).collect();
    let n: usize = blanks.iter().map(|(_, _, n)| n).sum();
    format!("<div class=\"notice info\"><p>还有 {n} 处〔请填写〕：{}。不影响打印和下载。</p></div>", ways.join("、"))
}

/// Id of the form.
const FORM: &str = "report";
/// Prefixes of the fields of a section.
const TEXT: &str = "text.";
const SEEN: &str = "seen.";
const LOOKED: &str = "looked.";

/// What the draft of a report is about.
fn subject(of: ReportOf) -> String {
    format!("{}:{}:{}", of.post, of.year, of.kind.key())
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

/// The sections of the form. Each has its text and what the form was given of it; nothing else is there.
fn sections(posted: &Posted) -> Result<Vec<Typed>, Rejection> {
    let sent = posted.fields.content();
    let keys: Vec<&str> = sent.iter().filter_map(|(name, _)| name.strip_prefix(TEXT)).collect();
    let mut known: Vec<String> = ["post", "year", "kind", "then", "look"].map(str::to_owned).into();
    known.extend(keys.iter().flat_map(|key| [TEXT, SEEN, LOOKED].map(|prefix| format!("{prefix}{key}"))));
    posted.fields.only(&known.iter().map(String::as_str).collect::<Vec<_>>())?;
    let repeated = keys.iter().enumerate().any(|(n, key)| keys[..n].contains(key));
    if keys.is_empty() || repeated {
        return Err(incomplete());
    }
    keys.iter()
        .map(|key| {
            let seen = posted.fields.text(&format!("{SEEN}{key}")).parse().map_err(|()| incomplete())?;
            Ok(Typed {
                key: (*key).to_owned(),
                seen,
                text: posted.fields.text(&format!("{TEXT}{key}")),
                looked: posted.fields.opt(&format!("{LOOKED}{key}")).is_some(),
            })
        })
        .collect()
}

async fn save(posted: Posted) -> Response {
    let page = place(&posted);
    let about = of_form(&posted).map(subject).unwrap_or_default();
    let job = async {
        let form = SaveReport {
            sections: sections(&posted)?,
            command: posted.fields.command()?,
            of: of_form(&posted)?,
            look: posted.fields.look()?,
            draw: match posted.fields.sent("then").as_deref() {
                None => false,
                Some("draw") => true,
                Some(_) => return Err(incomplete().into()),
            },
        };
        posted.services().save_report(&posted.actor, form).await
    };
    let to = format!("{page}?done=1");
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
