//! Forms of the season board and its file: words of the bodies and the decision on them, what the office does with a
//! step, the days of the plan. Plain posts for every browser.

use app::api::{
    Visitor,
    season::{Season as _, SeasonPage, SeasonQuery},
};
use axum::{Extension, extract::State, http::Uri, response::Response};
use domain::{
    Rejection,
    ids::{PersonId, SeasonStepId, UnitId},
    season::{MonthDay, SeasonDays, Share},
    time::{zh, zh_short},
};

use super::{
    fields::{Fields, incomplete, pairs},
    policy::{Builder, Kind, Policy},
    posted::{Home, Posted, actor},
    reply,
    table_files::{self, Sheet, TableFile},
};
use crate::{
    App,
    services::season::{Act, Decided, Do, Drafted, Picked, SEASON, STEP, SetDays},
};

/// Names of the board's address that a form brings back to.
const PLACE: [&str; 11] =
    ["year", "view", "month", "day", "done_on", "body", "kind", "state", "cover", "period", "page"];

/// Adds them.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/oversight/season/draft", Policy::SignedIn, draft)
        .form("/oversight/season/decide", Policy::SignedIn, decide)
        .form("/oversight/season/act", Policy::SignedIn, act)
        .form("/oversight/season/days", Policy::SignedIn, days)
        .get(Kind::File, "/oversight/season/export", Policy::SignedIn, export)
}

/// The steps that were ticked, each with the version that the page showed: `id.version`.
fn picked(fields: &Fields) -> Result<Vec<Picked>, Rejection> {
    let one = |value: &String| {
        let (id, seen) = value.split_once('.').ok_or_else(incomplete)?;
        let id: SeasonStepId = id.parse().map_err(|_| incomplete())?;
        Ok((id, seen.parse().map_err(|_| incomplete())?))
    };
    fields.many("pick").iter().map(one).collect()
}

/// The board as it was looked at, and as it is shown afterwards.
fn board(posted: &Posted) -> (Home, String) {
    if let Some(step) = posted.fields.opt("from") {
        let page = format!("/oversight/season/{}", reply::encode(&step));
        return (Home::new(STEP, page.clone()).about(step), format!("{page}?done=1"));
    }
    let asked: Vec<String> = pairs(posted.fields.text("at").as_bytes())
        .into_iter()
        .filter(|(name, value)| PLACE.contains(&name.as_str()) && !value.is_empty())
        .map(|(name, value)| format!("{name}={}", reply::encode(&value)))
        .collect();
    let page = if asked.is_empty() {
        "/oversight/season".to_owned()
    } else {
        format!("/oversight/season?{}", asked.join("&"))
    };
    let done = format!("{page}{}done=1", if asked.is_empty() { "?" } else { "&" });
    (Home::new(SEASON, page), done)
}

/// Both buttons of the list send the same fields.
const LIST: [&str; 6] = ["pick", "note", "why", "do", "at", "from"];

async fn draft(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&LIST)?;
        let form = Drafted { command: fields.command()?, steps: picked(fields)?, note: fields.text("note") };
        posted.services().season_draft(&posted.actor, form).await
    };
    let (home, done) = board(&posted);
    posted.ended(job, home.at("#steps"), |()| done).await
}

async fn decide(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&LIST)?;
        let form = Decided {
            command: fields.command()?,
            steps: picked(fields)?,
            approve: fields.choice("do", &[("approve", true), ("return", false)])?,
            why: fields.text("why"),
        };
        posted.services().season_decide(&posted.actor, form).await
    };
    let (home, done) = board(&posted);
    posted.ended(job, home.at("#steps"), |()| done).await
}

/// `unit`, or `unit.person`.
fn share(value: &str) -> Result<Share, Rejection> {
    let (body, person) = match value.split_once('.') {
        Some((body, person)) => (body, Some(person.parse::<PersonId>().map_err(|_| incomplete())?)),
        None => (value, None),
    };
    Ok(Share { body: body.parse::<UnitId>().map_err(|_| incomplete())?, person })
}

async fn act(posted: Posted) -> Response {
    let id = posted.fields.text("step");
    let page = format!("/oversight/season/{}", reply::encode(&id));
    let place = match posted.fields.text("do").as_str() {
        "move" => "#move",
        "assign" => "#assign",
        "split" => "#split",
        "paper" => "#paper",
        "cancel" => "#cancel",
        _ => "",
    };
    let job = async {
        let fields = posted.only(&["step", "seen", "do", "to", "why", "share", "part", "on", "handler"])?;
        let act = match fields.text("do").as_str() {
            "move" => Do::Move(fields.day("to", "新的期限")?),
            "assign" => Do::Assign(match fields.opt("share") {
                Some(value) => share(&value)?,
                None => return Err(Rejection::field("share", "还没有选承办单位，没有改派。请选择。").into()),
            }),
            "split" => Do::Split(fields.many("part").iter().map(|v| share(v)).collect::<Result<_, _>>()?),
            "paper" => Do::Paper(fields.day("on", "完成日期")?, fields.text("handler")),
            "cancel" => Do::Cancel,
            "restore" => Do::Restore,
            _ => return Err(incomplete().into()),
        };
        let form = Act {
            command: fields.command()?,
            step: fields.parsed("step")?,
            seen: fields.parsed("seen")?,
            act,
            why: fields.text("why"),
        };
        posted.services().season_act(&posted.actor, form).await
    };
    posted.ended(job, Home::new(STEP, page.clone()).about(id).at(place), |()| format!("{page}?done=1")).await
}

/// A whole number of the form of days; what is none is as wrong as one out of range.
fn number(fields: &Fields, name: &str) -> Result<u32, Rejection> {
    fields.text(name).trim().parse().map_err(|_| Rejection::field(name, "这里要填整数，没有保存。请改正。"))
}

fn month_day(fields: &Fields, name: &str, month: &str, day: &str) -> Result<MonthDay, Rejection> {
    let part = |part: &str| number(fields, part).map_err(|no| Rejection::field(name, no.to_string()));
    Ok(MonthDay { month: part(month)?, day: part(day)? })
}

async fn days(posted: Posted) -> Response {
    let job = async {
        let fields =
            posted.only(&["seen", "reminder_day", "mid_month", "mid_day", "end_month", "end_day", "resume_days"])?;
        let days = SeasonDays {
            reminder_day: number(fields, "reminder_day")?,
            mid_year: month_day(fields, "mid_year", "mid_month", "mid_day")?,
            year_end: month_day(fields, "year_end", "end_month", "end_day")?,
            resume_days: number(fields, "resume_days")?,
        };
        let form = SetDays { command: fields.command()?, seen: fields.parsed("seen")?, days };
        posted.services().set_season_days(&posted.actor, form).await
    };
    posted
        .ended(job, Home::new(SEASON, "/oversight/season").at("#days"), |()| "/oversight/season?done=1#days".into())
        .await
}

/// What the list shows, all of its pages.
async fn export(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    uri: Uri,
) -> Result<Response, Response> {
    let (actor, asked) = (actor(&visitor)?, table_files::asked::<SeasonQuery>(&uri)?);
    let mut sheet = Sheet::new(
        "督责安排",
        &[("单位", 22), ("事项", 16), ("期限", 16), ("承办", 26), ("状态", 28), ("提示内容", 48)],
    );
    let mut page = 1;
    let (year, today) = loop {
        let query = SeasonQuery { view: None, draft: None, page: Some(page), ..asked.clone() };
        let shown: SeasonPage = app.services().season(&actor, query).await.map_err(|e| reply::refused(&e))?;
        for row in &shown.rows {
            let by = if row.by.is_empty() { "未归口" } else { row.by.as_str() };
            sheet.row([row.unit.as_str(), &row.title, &zh(row.due), by, &row.word, &row.note]);
        }
        if !shown.more {
            break (shown.year, shown.today);
        }
        page += 1;
    };
    TableFile::new("season.xlsx", format!("{year}年督责安排"))
        .note(format!("截至{}", zh_short(today)))
        .sheet(sheet)
        .answer()
        .await
}
