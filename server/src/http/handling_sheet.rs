//! 转线下办理单: what two named officers look at once and print before it is erased. The sheet stands in
//! the answer itself, never on a page with an address. What is shown and erased is the services'.

use app::api::Visitor;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    Rejection,
    ids::PersonId,
    time::{Instant, zh, zh_short},
};

use super::{assets, bare, fields::Fields, reply};

/// The two officers that the form names.
///
/// # Errors
/// One is missing.
pub fn officers(fields: &Fields) -> Result<(PersonId, PersonId), Rejection> {
    let officer = |name: &str| {
        fields.opt(name).ok_or_else(|| Rejection::state("还没有选定两名查看的干部，没有转出。请返回选好。"))?;
        fields.parsed(name)
    };
    Ok((officer("first")?, officer("second")?))
}

/// Nothing is erased before somebody says that it is printed.
///
/// # Errors
/// He did not.
pub fn printed(fields: &Fields) -> Result<(), Rejection> {
    match fields.text("printed").as_str() {
        "1" => Ok(()),
        _ => Err(Rejection::state("还没有确认办理单已经打印，没有删除。请返回勾选后再删除。")),
    }
}

/// A sheet, with the button that erases.
pub struct HandlingSheet<'a> {
    /// Path of the form that confirms.
    pub action: &'static str,
    /// Fields of the first form that the second repeats.
    pub repeat: &'a [&'a str],
    /// Above the notice.
    pub title: &'static str,
    /// What to do and what comes of it; markup of our own.
    pub notice: &'static str,
    /// What is ticked.
    pub check: &'static str,
    /// The button below.
    pub button: &'static str,
    /// Where the words stood.
    pub source: String,
    /// The words.
    pub text: &'a str,
    /// More that is erased: label and words.
    pub lines: &'a [(String, String)],
    /// Files that are erased: id and name.
    pub files: &'a [(String, String)],
    /// The two officers.
    pub officers: &'a [String; 2],
    /// Who looked before and was replaced.
    pub former: &'a [String],
    /// When.
    pub at: Instant,
}

impl HandlingSheet<'_> {
    /// The answer to the form of `fields`; kept by no browser.
    pub fn answer(&self, fields: &Fields, visitor: &Visitor) -> Response {
        let words = |text: &str| reply::escape(text).replace('\n', "<br>");
        let hidden: String = self
            .repeat
            .iter()
            .map(|name| bare::hidden(name, &fields.text(name)))
            .chain([bare::token(&visitor.viewer)])
            .collect();
        let lines: String = self
            .lines
            .iter()
            .map(|(label, value)| ["<p>", &words(label), "：", &words(value), "</p>"].concat())
            .collect();
        let files: String = self
            .files
            .iter()
            .map(|(id, name)| {
                [
                    "<p>佐证材料：<a href=\"/evidence/",
                    &reply::encode(id),
                    "\" target=\"_blank\">",
                    &words(name),
                    "</a></p>",
                ]
                .concat()
            })
            .collect();
        let day = self.at.day();
        let body = format!(
            "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>转线下办理单</title>\
             <link rel=\"stylesheet\" href=\"{main}\"><link rel=\"stylesheet\" href=\"{print}\" media=\"print\"></head>\
             <body><main class=\"main\" id=\"main\"><div class=\"notice warn screen-only\" role=\"status\"><b>{title}</b>\
             <p>{notice}</p><form class=\"form\" method=\"post\" action=\"{action}\">{hidden}\
             <p><label class=\"check\"><input type=\"checkbox\" name=\"printed\" value=\"1\" required> {check}</label></p>\
             <div class=\"actions\"><button class=\"btn primary\">{button}</button></div></form></div>\
             <article class=\"print-page\"><h1>转线下办理单</h1>\
             <p>来源：{source}</p><h2>内容</h2><p>{text}</p>{lines}{files}\
             <p>查看人：{first}（签字　　　　　　）<br>查看人：{second}（签字　　　　　　）{former}</p>\
             <p class=\"doc-sign\">{short} {clock}<br>{day}</p></article></main></body></html>",
            main = assets::url("main.css"),
            print = assets::url("print.css"),
            notice = self.notice,
            title = self.title,
            action = self.action,
            check = self.check,
            button = self.button,
            source = reply::escape(&self.source),
            text = words(self.text),
            first = reply::escape(&self.officers[0]),
            second = reply::escape(&self.officers[1]),
            former = self.former.iter().fold(String::new(), |all, name| {
                [all.as_str(), "<br>此前查看、后换人办理：", &reply::escape(name)].concat()
            }),
            short = zh_short(day),
            clock = self.at.clock(),
            day = zh(day),
        );
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (StatusCode::OK, headers, body).into_response()
    }
}
