//! Forms about the plan of a meeting: new, its sections, its approval, returning a report.
//! Plain posts for every browser; a refused form comes back with every word.

use app::api::{ApiError, Visitor};
use axum::{Extension, extract::State, response::Response};
use domain::{
    Rejection,
    ids::{MeetingId, PostId},
    people::access::Actor,
    reviews::{Announce, Identity, Mode, Recusal, Secrecy},
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    record_forms::actor,
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

async fn new(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["title", "year", "on_day", "place"])?;
        let on = fields
            .day("on_day", "会议日期")?
            .ok_or_else(|| Rejection::field("on_day", "还没有填会议日期，没有保存。请选一个日期。"))?;
        Ok::<_, Rejection>((fields.command()?, (fields.text("title"), year(&fields)?, on, fields.text("place"))))
    };
    let result = match form() {
        Ok((command, form)) => app.services().new_meeting(&actor, command, &fields.body(), form).await,
        Err(r) => Err(r.into()),
    };
    Ok(match result {
        Ok(id) => reply::to(&format!("/reviews/{id}")),
        Err(e) => fields::back(&app, &actor, "reviews.new", "", "/reviews", &fields, &e).await,
    })
}

fn year(fields: &Fields) -> Result<i32, Rejection> {
    let typed = fields.text("year");
    typed.trim().parse().map_err(|_| Rejection::field("year", "年度不是数字，没有保存。请填四位数的年份。"))
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

/// Takes a change, or back to its tab with every word kept.
async fn edited(app: &App, actor: &Actor, fields: &Fields, tab: &str, change: Result<Change, Rejection>) -> Response {
    let form = || Ok::<_, Rejection>((about(fields)?, change?));
    let result = match form() {
        Ok((about, change)) => {
            let (app, actor) = (app.clone(), actor.clone());
            let meeting = about.meeting;
            and_forget(app.clone(), meeting, async move { app.services().edit_plan(&actor, about, change).await }).await
        }
        Err(r) => Err(r.into()),
    };
    ended(app, actor, fields, tab, "saved", result).await
}

/// Changes a plan and drops its room, in a task of its own: a browser that goes away after the commit
/// must not leave the older room in place.
async fn and_forget(
    app: App,
    meeting: MeetingId,
    change: impl Future<Output = Result<(), ApiError>> + Send + 'static,
) -> Result<(), ApiError> {
    let done = tokio::spawn(async move {
        let done = change.await;
        app.rooms().forget(meeting);
        done
    });
    done.await.unwrap_or(Err(ApiError::Unavailable))
}

async fn ended(
    app: &App,
    actor: &Actor,
    fields: &Fields,
    tab: &str,
    done: &str,
    result: Result<(), ApiError>,
) -> Response {
    let id = fields.text("meeting");
    let page = format!("/reviews/{}?tab={tab}", reply::encode(&id));
    match result {
        Ok(()) => reply::to(&format!("{page}&done={done}")),
        Err(e) => fields::back(app, actor, "reviews.plan", &id, &page, fields, &e).await,
    }
}

/// One of a few words; anything else is no choice of the page.
pub(super) fn choice<T: Copy>(fields: &Fields, name: &str, words: &[(&str, T)]) -> Result<T, Rejection> {
    let typed = fields.text(name);
    words
        .iter()
        .find(|(word, _)| *word == typed)
        .map(|(_, value)| *value)
        .ok_or_else(|| Rejection::field(name, "选项不在可选范围，没有保存。请刷新页面后重新选择。"))
}

async fn base(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        let known = ["meeting", "seen", "title", "year", "on_day", "place", "mode", "secrecy", "identity", "announce"];
        fields.only(&known)?;
        let modes = [("together", Mode::Together), ("one_by_one", Mode::OneByOne)];
        let secrets = [("anonymous", Secrecy::Anonymous), ("named", Secrecy::Named)];
        let identities = [("account", Identity::Account), ("card", Identity::Card)];
        let told = [("afterwards", Announce::Afterwards), ("chair", Announce::Chair), ("at_once", Announce::AtOnce)];
        Ok(Change::Base(Base {
            title: fields.text("title"),
            year: year(&fields)?,
            on: fields
                .day("on_day", "会议日期")?
                .ok_or_else(|| Rejection::field("on_day", "还没有填会议日期，没有保存。请选一个日期。"))?,
            place: fields.text("place"),
            mode: choice(&fields, "mode", &modes)?,
            secrecy: choice(&fields, "secrecy", &secrets)?,
            identity: choice(&fields, "identity", &identities)?,
            announce: choice(&fields, "announce", &told)?,
        }))
    };
    Ok(edited(&app, &actor, &fields, "base", form()).await)
}

async fn rules(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    Ok(edited(&app, &actor, &fields, "rules", review_rules_form::read(&fields)).await)
}

async fn presenters(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    Ok(edited(&app, &actor, &fields, "presenters", presenters_form(&fields)).await)
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

async fn raters(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["meeting", "seen", "do", "name", "group", "unit", "rater"])?;
        let unit = fields.opt("unit").map(|u| u.trim().parse().map_err(|_| Rejection::NotFound)).transpose()?;
        Ok(match fields.text("do").as_str() {
            "add" => Change::AddRater(NewRater { name: fields.text("name"), group: fields.text("group"), unit }),
            "remove" => Change::RemoveRater(fields.parsed("rater")?),
            "move" => Change::MoveRater(fields.parsed("rater")?, fields.text("group")),
            _ => return Err(Rejection::state("页面内容不完整，没有保存。请刷新页面后重试。")),
        })
    };
    Ok(edited(&app, &actor, &fields, "raters", form()).await)
}

async fn recusals(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
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
            _ => return Err(Rejection::state("页面内容不完整，没有保存。请刷新页面后重试。")),
        })
    };
    Ok(edited(&app, &actor, &fields, "recusals", form()).await)
}

async fn people(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["meeting", "seen", "chair", "operator", "teller", "counter"])?;
        Ok(Change::People {
            chair: fields.ids("chair")?.into_iter().next(),
            operators: fields.ids("operator")?.into_iter().collect(),
            tellers: fields.ids("teller")?,
            counters: fields.ids("counter")?,
        })
    };
    Ok(edited(&app, &actor, &fields, "people", form()).await)
}

async fn step(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["meeting", "seen", "step", "reason", "paper_on", "paper_handler"])?;
        let step = PlanStep::from_key(&fields.text("step"))
            .ok_or_else(|| Rejection::state("页面内容不完整，没有保存。请刷新页面后重试。"))?;
        let said = Said {
            reason: fields.text("reason"),
            paper_on: fields.day("paper_on", "日期")?,
            paper_handler: fields.text("paper_handler"),
        };
        Ok::<_, Rejection>((about(&fields)?, step, said))
    };
    let result = match form() {
        Ok((about, step, said)) => {
            let (app, actor) = (app.clone(), actor.clone());
            let meeting = about.meeting;
            and_forget(app.clone(), meeting, async move { app.services().plan_step(&actor, about, step, said).await })
                .await
        }
        Err(r) => Err(r.into()),
    };
    let word = fields.text("step");
    let done = ["ask", "approve", "return", "withdraw", "reopen"].into_iter().find(|w| *w == word);
    Ok(ended(&app, &actor, &fields, "step", done.unwrap_or("saved"), result).await)
}

async fn return_report(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    fields: Fields,
) -> Result<Response, Response> {
    let actor = actor(&visitor)?;
    let form = || {
        fields.only(&["meeting", "presenter", "version", "reason"])?;
        Ok::<_, Rejection>(OwnReport {
            meeting: fields.parsed("meeting")?,
            presenter: fields.parsed("presenter")?,
            seen: fields.parsed("version")?,
            command: fields.command()?,
            body: fields.body(),
        })
    };
    let result = match form() {
        Ok(form) => app.services().return_report(&actor, form, &fields.text("reason")).await,
        Err(r) => Err(r.into()),
    };
    Ok(ended(&app, &actor, &fields, "reports", "returned_report", result).await)
}
