//! Papers of a book: `GET /documents/{what}/{id}/{year}/{form}` with `what` one of `book`, `cover`,
//! `remarks`, `annual`, `conduct` and `id` the post. What may be read of the book decides the service;
//! a watermark stands on every paper that is not the viewer's own.

use super::{
    document_files::{DOCX, Links, button, drawn_answer, file},
    paper_pages::{PrintAsked, again, last_page},
    policy::{Builder, Kind, Policy},
    posted::actor,
    reply,
};
use crate::{
    App,
    documents::{Form, as_form, off_thread, template},
    services::{parse, records::papers::ReportOf},
};
use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use domain::{
    Rejection,
    documents::Doc,
    ids::PostId,
    papers::{
        Paper, Range, ReportKind, Section, book_doc, cover_doc, paper_name, remarks_doc, report_doc, report_fields,
    },
    people::access::{Actor, Sight},
    records::YearBook,
    time::{Day, sane_year, zh},
};

/// Adds the route.
pub fn routes(builder: Builder) -> Builder {
    builder.get(Kind::File, "/documents/{what}/{id}/{year}/{form}", Policy::SignedIn, paper)
}

impl PrintAsked {
    fn query(&self, watermark: &str) -> String {
        let all = [
            ("from", self.from.as_str()),
            ("to", &self.to),
            ("since", &self.since),
            ("until", &self.until),
            ("kind", &self.kind),
            ("plain", &self.plain),
        ];
        let mut parts: Vec<String> = all
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, value)| format!("{name}={}", reply::encode(value.trim())))
            .collect();
        if !watermark.is_empty() {
            parts.push(format!("watermark={watermark}"));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    /// The part of the book: by page or by day, never by both.
    fn range(&self) -> Result<Range, Rejection> {
        let by_day = !(self.since.trim().is_empty() && self.until.trim().is_empty());
        if !by_day {
            return Range::parse(&self.from, &self.to, &self.kind);
        }
        if !(self.from.trim().is_empty() && self.to.trim().is_empty()) {
            return Err(Rejection::field("since", "页码和日期只能填一种。请清空其中一种后再试。"));
        }
        // The days have fields of their own, and the message stands at these.
        Range::parse(&self.since, &self.until, &self.kind).map_err(|no| match no {
            Rejection::Field { field, message } => match field.as_str() {
                "from" => Rejection::field("since", message),
                "to" => Rejection::field("until", message),
                _ => Rejection::Field { field, message },
            },
            other => other,
        })
    }

    /// Is there a watermark?
    fn marked(&self, own: bool) -> Result<bool, Rejection> {
        match self.watermark.as_str() {
            "" => Ok(!own),
            "1" => Ok(true),
            "0" => Ok(false),
            _ => Err(Rejection::field("watermark", "水印只有“有”和“无”两种。请重新选择后再试。")),
        }
    }
}

/// What is drawn.
enum What {
    Book(Range),
    Paper(Paper),
}

async fn paper(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path((what, id, year, form)): Path<(String, String, String, String)>,
    query: Result<Query<PrintAsked>, QueryRejection>,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let Ok(Query(asked)) = query else {
        return Err(reply::sorry(StatusCode::BAD_REQUEST, "打印条件不对。请回到文书页重新选择后再试。"));
    };
    drawn(&app, &visitor, &actor, (&what, &id, &year, &form), &asked).await.map_err(|e| reply::refused(&e))
}

async fn drawn(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    (what, id, year, form): (&str, &str, &str, &str),
    asked: &PrintAsked,
) -> Result<Response, ApiError> {
    let none = || ApiError::from(Rejection::NotFound);
    let form = Form::from_key(form).ok_or_else(none)?;
    let range = asked.range().and_then(|range| asked.marked(true).map(|_| range));
    let what = match what {
        "book" => What::Book(*range.as_ref().unwrap_or(&Range::default())),
        other => What::Paper(Paper::from_key(other).filter(|paper| paper.is_of_book()).ok_or_else(none)?),
    };
    let post: PostId = parse(id)?;
    let year: i32 = parse(year)?;
    if sane_year(year) != year {
        return Err(none());
    }
    let (book, sections) = found(app, actor, &what, post, year).await?;
    let range = match (range.and_then(|range| within(&book, &what, range)), &what) {
        (Ok(range), _) => range,
        (Err(no), What::Book(_)) => return Ok(again(app, &visitor.viewer, actor, &book, (asked, &no))),
        (Err(no), What::Paper(_)) => return Err(no.into()),
    };
    let own = book.sight == Sight::Full;
    let marked = asked.marked(own)?;
    let today = app.services().today();
    let mark = if marked { watermark(actor, today) } else { String::new() };
    let (key, back) = match &what {
        What::Book(_) => ("book", format!("/papers?post={post}&year={year}")),
        What::Paper(paper) => match paper.report() {
            Some(kind) => (paper.key(), format!("/papers/{}/{post}/{year}", kind.key())),
            None => (paper.key(), format!("/papers?post={post}&year={year}")),
        },
    };
    // The district's own form, where there is one.
    if let (What::Paper(paper), Form::Docx, false) = (&what, form, asked.plain == "1")
        && let Some(bytes) = app.services().template_of(actor.district, *paper).await?
    {
        let paper = *paper;
        let name = format!("{}.docx", paper_name(&book, &doc(&book, &what, &sections).title, Range::default()));
        let filled =
            off_thread(move || template::filled(&bytes, &report_fields(&book, paper, &sections, today))).await?;
        return Ok(file("document.docx", &name, DOCX, filled));
    }
    let (title, bytes) = off_thread(move || {
        let mut doc = doc(&book, &what, &sections);
        doc.watermark = mark;
        let title = paper_name(&book, &doc.title, range);
        as_form(&doc, form).map(|bytes| (title, bytes))
    })
    .await?;
    let place = format!("/documents/{key}/{post}/{year}");
    let (other, words) = if marked { ("0", "不要水印") } else { ("1", "加水印") };
    let view = if form == Form::Print { "print" } else { "page" };
    let more = button(&format!("{place}/{view}{}", asked.query(other)), words);
    let links = Links { place: &place, query: &asked.query(&asked.watermark), back: &back, more };
    Ok(drawn_answer(&visitor.viewer, &title, bytes, form, &links))
}

async fn found(
    app: &App,
    actor: &Actor,
    what: &What,
    post: PostId,
    year: i32,
) -> Result<(YearBook, Vec<Section>), ApiError> {
    let report = match what {
        What::Paper(paper) => paper.report(),
        What::Book(_) => None,
    };
    match report {
        Some(kind) => app.services().report_paper(actor, ReportOf { post, year, kind }).await,
        None => Ok((app.services().year_book(actor, Some(post), Some(year)).await?, Vec::new())),
    }
}

fn doc(book: &YearBook, what: &What, sections: &[Section]) -> Doc {
    match what {
        What::Book(range) => book_doc(book, *range),
        What::Paper(Paper::Cover) => cover_doc(book),
        What::Paper(Paper::Remarks) => remarks_doc(book),
        What::Paper(Paper::Annual) => report_doc(book, ReportKind::Annual, sections),
        What::Paper(Paper::Conduct) => report_doc(book, ReportKind::Conduct, sections),
        // Drawn by their own features, never from a book: refused where the address is read.
        What::Paper(_) => Doc::default(),
    }
}

/// A range of pages that the book has any of: what begins behind its last one would be a cover and signatures.
fn within(book: &YearBook, what: &What, range: Range) -> Result<Range, Rejection> {
    let Some((first, _)) = range.pages.filter(|_| matches!(what, What::Book(_))) else { return Ok(range) };
    match last_page(book) {
        Some(last) if first <= last => Ok(range),
        Some(last) => Err(Rejection::field(
            "from",
            format!("这本记录本有第 1 页到第 {last} 页，没有这个范围。请改正页码后再试。"),
        )),
        None => Err(Rejection::field("from", "这本记录本还没有编页的记录，不能按页码打印。请清空页码后再试。")),
    }
}

/// Whose print it is.
fn watermark(actor: &Actor, today: Day) -> String {
    format!("内部资料　{}　{}", actor.name, zh(today))
}
