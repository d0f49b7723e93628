//! The one form of the book: 年度结转.

use app::api::book::{CloseYear, YearBooks as _};
use axum::response::Response;

use super::{
    duties_list_forms::{paper_signed, screen_signing},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::records::closing::draft_of;

/// Adds the form.
pub fn routes(builder: Builder) -> Builder {
    builder.form("/book/close", Policy::SignedIn, close)
}

async fn close(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["post", "year", "seen", "drawing", "typed", "how", "paper_on", "handler"])?;
        fields.once(&[])?;
        let signing =
            if fields.text("how") == "paper" { paper_signed(fields, "签字")? } else { screen_signing(fields)? };
        let form = CloseYear {
            command: fields.command()?,
            post: fields.parsed("post")?,
            year: fields.parsed("year")?,
            seen: fields.text("seen"),
            signing,
        };
        posted.services().close_year(&posted.actor, form).await
    };
    let (post, year) = (posted.fields.text("post"), posted.fields.text("year"));
    let book = format!("post={}&year={}", reply::encode(&post), reply::encode(&year));
    let home = Home::new("book.close", format!("/book/closing?{book}")).about(draft_of(&post, &year));
    posted.ended(job, home, |()| format!("/book?{book}&at=signatures")).await
}
