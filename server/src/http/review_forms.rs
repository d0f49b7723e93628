//! Forms about the plan of a meeting: new, its sections, its approval, returning a report.
//! Plain posts for every browser; a refused form comes back with every word.

use app::api::ApiError;
use axum::response::Response;
use domain::{
    Rejection,
    ids::{MeetingId, PostId},
    reviews::{Announce, Identity, Mode, Recusal, Secrecy},
    time::Day,
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply, review_rules_form,
};
use crate::{
    App,
    services::reviews::{
        approve::{PlanStep, Said},
        change::{About, Base, Change, NewRater},
        reports::OwnReport,
    },
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/reviews/new", Policy::SignedIn, new)
        .form("/reviews/base", Policy::SignedIn, base)
        .form("/reviews/rules", Policy::SignedIn, rules)
        .form("/reviews/presenters", Policy::SignedIn, presenters)
        .form("/reviews/raters", Policy::SignedIn, raters)
        .form("/reviews/recusals", Policy::SignedIn, recusals)
        .form("/reviews/people", Policy::SignedIn, people)
        .form("/reviews/step", Policy::SignedIn, step)
        .form("/reviews/report/return", Policy::SignedIn, return_report)
}

async fn new(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["title", "year", "on_day", "place"])?;
        let on = meeting_day(fields)?;
        let (command, body) = (fields.command()?, fields.body());
        let form = (fields.text("title"), year(fields)?, on, fields.text("place"));
        posted.services().new_meeting(&posted.actor, command, &body, form).await
    };
    posted.ended(job, Home::new("reviews.new", "/reviews"), |id| format!("/reviews/{id}")).await
}

fn year(fields: &Fields) -> Result<i32, Rejection> {
    let typed = fields.text("year");
    typed.trim().parse().map_err(|_| Rejection::field("year", "年度不是数字，没有保存。请填四位数的年份。"))
}

fn meeting_day(fields: &Fields) -> Result<Day, Rejection> {
    fields.needed_day("on_day", "会议日期", "还没有填会议日期，没有保存。请选一个日期。")
}

/// Meeting, version, key and content of a form.
fn about(fields: &Fields) -> Result<About, Rejection> {
    Ok(About {
        meeting: fields.parsed("meeting")?,
        seen: fields.parsed("seen")?,
        command: fields.command()?,
        body: fields.body(),
    })
}

/// Takes the change that `read` finds in the form, or back to its tab with every word kept.
async fn edited(posted: &Posted, tab: &str, read: fn(&Fields) -> Result<Change, Rejection>) -> Response {
    let job = async {
        let (about, change) = (about(&posted.fields)?, read(&posted.fields)?);
        let (app, actor, meeting) = (posted.app.clone(), posted.actor.clone(), about.meeting);
        let edit = async move { app.services().edit_plan(&actor, about, change).await };
        and_forget(&posted.app, meeting, edit).await
    };
    ended(posted, tab, "saved", job).await
}

/// Changes a plan and drops its room, in a task of its own: a browser that goes away after the commit
/// must not leave the older room in place.
async fn and_forget(
    app: &App,
    meeting: MeetingId,
    change: impl Future<Output = Result<(), ApiError>> + Send + 'static,
) -> Result<(), ApiError> {
    let app = app.clone();
    let done = tokio::spawn(async move {
        let done = change.await;
        app.rooms().forget(meeting);
        done
    });
    done.await.unwrap_or(Err(ApiError::Unavailable))
}

async fn ended(posted: &Posted, tab: &str, done: &str, job: impl Future<Output = Result<(), ApiError>>) -> Response {
    let id = posted.fields.text("meeting");
    let page = format!("/reviews/{}?tab={tab}", reply::encode(&id));
    posted.ended(job, Home::new("reviews.plan", &*page).about(id), |()| format!("{page}&done={done}")).await
}

async fn base(posted: Posted) -> Response {
    edited(&posted, "base", base_form).await
}

fn base_form(fields: &Fields) -> Result<Change, Rejection> {
    let known = ["meeting", "seen", "title", "year", "on_day", "place", "mode", "secrecy", "identity", "announce"];
    fields.only(&known)?;
    let modes = [("together", Mode::Together), ("one_by_one", Mode::OneByOne)];
    let secrets = [("anonymous", Secrecy::Anonymous), ("named", Secrecy::Named)];
    let identities = [("account", Identity::Account), ("card", Identity::Card)];
    let told = [("afterwards", Announce::Afterwards), ("chair", Announce::Chair), ("at_once", Announce::AtOnce)];
    Ok(Change::Base(Base {
        title: fields.text("title"),
        year: year(fields)?,
        on: meeting_day(fields)?,
        place: fields.text("place"),
        mode: fields.choice("mode", &modes)?,
        secrecy: fields.choice("secrecy", &secrets)?,
        identity: fields.choice("identity", &identities)?,
        announce: fields.choice("announce", &told)?,
    }))
}

async fn rules(posted: Posted) -> Response {
    edited(&posted, "rules", review_rules_form::read).await
}

async fn presenters(posted: Posted) -> Response {
    edited(&posted, "presenters", presenters_form).await
}

/// `n.{post}` is the place of one who reports already (empty: no longer), `add` others.
fn presenters_form(fields: &Fields) -> Result<Change, Rejection> {
    let mut placed: Vec<(u32, PostId)> = Vec::new();
    let mut known = vec!["meeting".to_owned(), "seen".to_owned(), "add".to_owned()];
    for (name, value) in fields.content() {
        let Some(post) = name.strip_prefix("n.") else { continue };
        let post: PostId = post.parse().map_err(|_| Rejection::NotFound)?;
        known.push(name);
        let value = value.trim();
        if !value.is_empty() {
            let place = value.parse().map_err(|_| {
                Rejection::field("presenters", format!("次序「{value}」不是数字，没有保存。请填 1、2、3，去掉的留空。"))
            })?;
            placed.push((place, post));
        }
    }
    fields.only(&known.iter().map(String::as_str).collect::<Vec<_>>())?;
    placed.sort_by_key(|(place, _)| *place);
    let mut posts: Vec<PostId> = placed.into_iter().map(|(_, post)| post).collect();
    posts.extend(fields.ids::<PostId>("add")?);
    Ok(Change::Presenters(posts))
}

async fn raters(posted: Posted) -> Response {
    edited(&posted, "raters", raters_form).await
}

fn raters_form(fields: &Fields) -> Result<Change, Rejection> {
    fields.only(&["meeting", "seen", "do", "name", "group", "unit", "place", "rater"])?;
    let unit = fields.opt("unit").map(|u| u.trim().parse().map_err(|_| Rejection::NotFound)).transpose()?;
    Ok(match fields.text("do").as_str() {
        "add" => Change::AddRater(NewRater {
            name: fields.text("name"),
            group: fields.text("group"),
            unit,
            place: fields.text("place"),
        }),
        "remove" => Change::RemoveRater(fields.parsed("rater")?),
        "move" => Change::MoveRater(fields.parsed("rater")?, fields.text("group")),
        _ => return Err(fields::incomplete()),
    })
}

async fn recusals(posted: Posted) -> Response {
    edited(&posted, "recusals", recusals_form).await
}

fn recusals_form(fields: &Fields) -> Result<Change, Rejection> {
    fields.only(&["meeting", "seen", "do", "rater", "presenter", "reason"])?;
    let one = || {
        let chosen = |name: &str, label: &str| {
            fields.opt(name).ok_or_else(|| Rejection::field(name, format!("还没有选{label}，没有保存。")))
        };
        chosen("rater", "评议人员")?;
        chosen("presenter", "述责对象")?;
        Ok::<_, Rejection>(Recusal { rater: fields.parsed("rater")?, presenter: fields.parsed("presenter")? })
    };
    Ok(match fields.text("do").as_str() {
        "add" => Change::Recuse(one()?, fields.text("reason")),
        "implied" => Change::RecuseImplied,
        "remove" => Change::Unrecuse(one()?),
        _ => return Err(fields::incomplete()),
    })
}

async fn people(posted: Posted) -> Response {
    edited(&posted, "people", people_form).await
}

fn people_form(fields: &Fields) -> Result<Change, Rejection> {
    fields.only(&["meeting", "seen", "chair", "operator", "teller", "counter"])?;
    Ok(Change::People {
        chair: fields.ids("chair")?.into_iter().next(),
        operators: fields.ids("operator")?.into_iter().collect(),
        tellers: fields.ids("teller")?,
        counters: fields.ids("counter")?,
    })
}

async fn step(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["meeting", "seen", "step", "reason", "paper_on", "paper_handler"])?;
        let step = PlanStep::from_key(&fields.text("step")).ok_or_else(fields::incomplete)?;
        let said = Said {
            reason: fields.text("reason"),
            paper_on: fields.day("paper_on", "日期")?,
            paper_handler: fields.text("paper_handler"),
        };
        let about = about(fields)?;
        let (app, actor, meeting) = (posted.app.clone(), posted.actor.clone(), about.meeting);
        let take = async move { app.services().plan_step(&actor, about, step, said).await };
        and_forget(&posted.app, meeting, take).await
    };
    let word = posted.fields.text("step");
    let done = ["ask", "approve", "return", "withdraw", "reopen"].into_iter().find(|w| *w == word);
    ended(&posted, "step", done.unwrap_or("saved"), job).await
}

async fn return_report(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["meeting", "presenter", "version", "reason"])?;
        let form = OwnReport {
            meeting: fields.parsed("meeting")?,
            presenter: fields.parsed("presenter")?,
            seen: fields.parsed("version")?,
            command: fields.command()?,
            body: fields.body(),
        };
        posted.services().return_report(&posted.actor, form, &fields.text("reason")).await
    };
    ended(&posted, "reports", "returned_report", job).await
}
