//! 「转线下」 of a record: the sheet for the 信访室 and the second step that erases. The sheet stands
//! in the answer itself, never on a page with an address.

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    Rejection,
    time::{zh, zh_short},
};

use super::{
    assets, bare,
    fields::Fields,
    policy::{Builder, Policy},
    posted::Posted,
    reply,
};
use crate::services::records::offline::{Handling, RecordSheet};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/records/offline", Policy::SignedIn, offline).form("/records/offline/erase", Policy::SignedIn, erase)
}

fn handling(fields: &Fields) -> Result<Handling, Rejection> {
    let officer = |name: &str| {
        fields.opt(name).ok_or_else(|| Rejection::state("还没有选定两名查看的干部，没有转出。请返回选好。"))?;
        fields.parsed(name)
    };
    Ok(Handling { record: fields.parsed("record")?, officers: (officer("first")?, officer("second")?) })
}

async fn offline(Extension(visitor): Extension<Visitor>, posted: Posted) -> Response {
    let job = async {
        let of = handling(posted.only(&["record", "first", "second"])?)?;
        posted.services().show_record_offline(&posted.actor, of).await
    };
    match job.await {
        Ok(sheet) => printed(&sheet, &posted.fields, &visitor),
        Err(e) => reply::refused(&e),
    }
}

/// 「已打印，删除」. A second click finds nothing left and says the same.
async fn erase(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["record", "first", "second", "seen", "printed"])?;
        let of = handling(fields)?;
        if fields.text("printed") != "1" {
            return Err(Rejection::state("还没有确认办理单已经打印，没有删除。请返回勾选后再删除。").into());
        }
        posted.services().erase_record_offline(&posted.actor, of, fields.text("seen").trim()).await
    };
    match job.await {
        Ok(()) => reply::to(&format!("/records/{}", reply::encode(&posted.fields.text("record")))),
        Err::<(), ApiError>(e) => reply::refused(&e),
    }
}

fn printed(sheet: &RecordSheet, fields: &Fields, visitor: &Visitor) -> Response {
    let e = reply::escape;
    let day = sheet.at.day();
    let hidden: String = ["record", "first", "second"]
        .map(|name| bare::hidden(name, &fields.text(name)))
        .into_iter()
        .chain([bare::hidden("seen", &sheet.seen), bare::hidden("_token", &visitor.viewer.form_token)])
        .collect();
    let lines = sheet.lines.iter().fold(String::new(), |all, (label, value)| {
        all + &format!("<p>{}：{}</p>", e(label), e(value).replace('\n', "<br>"))
    });
    let page = sheet.page.map_or_else(String::new, |n| format!("第 {n} 页，"));
    let body = format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>转线下办理单</title>\
         <link rel=\"stylesheet\" href=\"{main}\"><link rel=\"stylesheet\" href=\"{print}\" media=\"print\"></head>\
         <body><main class=\"main\" id=\"main\"><div class=\"notice warn screen-only\" role=\"status\"><b>请先打印，再删除</b>\
         <p>由两名干部当场查看、打印签字后交信访室。打印好以前系统里的内容不会删除；删除后不能恢复，记录本只留页码，佐证材料一并删除。</p>\
         <form class=\"form\" method=\"post\" action=\"/records/offline/erase\">{hidden}\
         <p><label class=\"check\"><input type=\"checkbox\" name=\"printed\" value=\"1\" required> 办理单已经打印，两名干部已经签字</label></p>\
         <div class=\"actions\"><button class=\"btn primary\">已打印，删除</button></div></form></div>\
         <article class=\"print-page\"><h1>转线下办理单</h1>\
         <p>来源：{post}《履责记录本》{page}{kind}，{event}发生。</p><h2>内容</h2><p>{text}</p>{lines}\
         <p>查看人：{first}（签字　　　　　　）、{second}（签字　　　　　　）</p>\
         <p class=\"doc-sign\">{short} {clock}<br>{day}</p></article></main></body></html>",
        main = assets::url("main.css"),
        print = assets::url("print.css"),
        post = e(&sheet.post),
        kind = sheet.kind.label(),
        event = zh(sheet.event_on),
        text = e(&sheet.text).replace('\n', "<br>"),
        first = e(&sheet.officers[0]),
        second = e(&sheet.officers[1]),
        short = zh_short(day),
        clock = sheet.at.clock(),
        day = zh(day),
    );
    let mut response = (StatusCode::OK, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
