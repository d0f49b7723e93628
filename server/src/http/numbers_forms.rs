//! Forms of 文号: a row set, a number taken, brought, voided; and the register as a file.

use app::api::{Visitor, numbers::NumbersQuery};
use axum::{Extension, extract::State, http::Uri, response::Response};
use domain::{Rejection, papers::number::Series, people::access};

use super::{
    fields::Fields,
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply,
    table_files::{self, Sheet, TableFile},
};
use crate::{
    App,
    services::numbers::{Claim, DRAFT, SETTINGS_DRAFT, SetSeries, TakeByHand, VoidNumber},
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/numbers/set", Policy::SignedIn, set)
        .form("/numbers/take", Policy::SignedIn, take)
        .form("/numbers/bring", Policy::SignedIn, bring)
        .form("/numbers/void", Policy::SignedIn, void)
        .get(Kind::File, "/numbers/export", Policy::SignedIn, export)
}

fn series(fields: &Fields) -> Result<Series, Rejection> {
    Series::from_key(&fields.text("series"))
        .ok_or_else(|| Rejection::field("series", "没有这种文书，没有保存。请刷新页面后重新选择。"))
}

/// Back to the year that the form was of.
fn page(posted: &Posted) -> String {
    format!("/numbers?year={}", reply::encode(&posted.fields.text("year")))
}

async fn set(posted: Posted) -> Response {
    let job = async {
        // Whoever may not set anything is told so, and not what is wrong with what he sent.
        let _proof = access::keep_numbers(&posted.actor)?;
        let fields = posted.only(&["of", "series", "year", "prefix", "next", "seen"])?;
        let form = SetSeries {
            series: series(fields)?,
            year: fields.parsed("year")?,
            prefix: fields.text("prefix"),
            next: fields.text("next"),
            seen: fields.text("seen"),
        };
        posted.services().set_series(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(SETTINGS_DRAFT, page(&posted)).about(posted.fields.text("series")).at("#rows");
    posted.ended(job, home, |()| format!("{}&done=set#rows", page(&posted))).await
}

async fn take(posted: Posted) -> Response {
    let job = async {
        let _proof = access::keep_numbers(&posted.actor)?;
        let fields = posted.only(&["of", "series", "year", "title"])?;
        let form = TakeByHand { series: series(fields)?, year: fields.parsed("year")?, title: fields.text("title") };
        posted.services().take_number(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(DRAFT, page(&posted)).at("#take");
    let to = |number: String| format!("{}&done=taken&number={}", page(&posted), reply::encode(&number));
    posted.ended(job, home, to).await
}

async fn bring(posted: Posted) -> Response {
    let job = async {
        let _proof = access::keep_numbers(&posted.actor)?;
        let fields = posted.only(&["of", "series", "year", "number", "title"])?;
        let form = Claim {
            series: series(fields)?,
            year: fields.parsed("year")?,
            number: fields.text("number"),
            title: fields.text("title"),
        };
        posted.services().bring_number(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(DRAFT, page(&posted)).at("#bring");
    let to = |number: String| format!("{}&done=brought&number={}", page(&posted), reply::encode(&number));
    posted.ended(job, home, to).await
}

async fn void(posted: Posted) -> Response {
    let job = async {
        let _proof = access::keep_numbers(&posted.actor)?;
        let fields = posted.only(&["of", "series", "year", "number", "reason"])?;
        let form = VoidNumber {
            series: series(fields)?,
            year: fields.parsed("year")?,
            number: fields.parsed("number")?,
            reason: fields.text("reason"),
        };
        posted.services().void_number(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(DRAFT, page(&posted)).at("#register");
    posted.ended(job, home, |()| format!("{}&done=void#register", page(&posted))).await
}

/// The register of a year, voided numbers among it.
async fn export(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Result<Response, Response> {
    let (actor, query) = (actor(&visitor)?, table_files::asked::<NumbersQuery>(&uri)?);
    let page = app.services().numbers_for_file(&actor, query).await.map_err(|e| reply::refused(&e))?;
    let heads = ["文号", "日期", "文书", "标题", "经办人", "状态", "作废原因"];
    let columns: Vec<(&str, u16)> = heads.into_iter().zip([22, 16, 18, 50, 12, 12, 40]).collect();
    let mut sheet = Sheet::new("文号登记簿", &columns);
    for row in page.rows {
        let state = match (row.void.is_empty(), row.outside) {
            (false, _) => "已作废",
            (true, true) => "线下登记",
            (true, false) => "在用",
        };
        let why = if row.void.is_empty() { String::new() } else { format!("{}（{}）", row.void, row.void_by) };
        sheet.row([row.text, row.on, row.label, row.title, row.who, state.to_owned(), why]);
    }
    TableFile::new("numbers.xlsx", "文号登记簿").note(format!("{}年", page.year)).sheet(sheet).answer().await
}
