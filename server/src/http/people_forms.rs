//! Forms of 组织与人员 and of everybody's own page. Plain posts for every browser.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use domain::{
    Rejection,
    people::{Grant, Role, UnitKind},
    time::Day,
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
    session::{DEVICE, cookie_of, session_cookie},
    sign_in_forms::label,
    slips,
};
use crate::{
    services::{
        people::{
            Command, DRAFT,
            oversight::Oversight,
            persons::Correction,
            sessions::Opened,
            terms::{Appointee, Appointment},
            units::NewUnit,
        },
        told,
    },
    storage::Failure,
};

/// Those who maintain people.
const PEOPLE: Policy = Policy::Roles(&[Role::SystemAdmin, Role::ConductOffice]);
/// Those who confirm roles.
const SECURITY: Policy = Policy::Roles(&[Role::SecurityAdmin]);
/// Both.
const EITHER: Policy = Policy::Roles(&[Role::SystemAdmin, Role::ConductOffice, Role::SecurityAdmin]);

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/me/password", Policy::SignedIn, password)
        .form("/me/pin", Policy::SignedIn, pin)
        .form("/me/session", Policy::SignedIn, session)
        .form("/me/device", Policy::SignedIn, device)
        .form("/people/district", PEOPLE, district)
        .form("/people/units/add", PEOPLE, unit_add)
        .form("/people/units/rename", PEOPLE, unit_rename)
        .form("/people/units/end", PEOPLE, unit_end)
        .form("/people/posts/add", PEOPLE, post_add)
        .form("/people/terms/appoint", PEOPLE, appoint)
        .form("/people/terms/end", PEOPLE, term_end)
        .form("/people/map/save", PEOPLE, map_save)
        .form("/people/roles/propose", PEOPLE, role_propose)
        .form("/people/roles/decide", SECURITY, role_decide)
        .form("/people/roles/end", EITHER, role_end)
        .form("/people/correct", PEOPLE, person_correct)
        .form("/people/accounts/add", PEOPLE, account_add)
        .form("/people/accounts/set", EITHER, account_set)
        .form("/people/accounts/end-sessions", SECURITY, sessions_end)
        .form("/people/accounts/slip", EITHER, slips::one)
        .form("/people/slips", EITHER, slips::many)
}

/// The fields of a form that has only `known` ones, and its command.
fn command<'a>(posted: &'a Posted, known: &[&str]) -> Result<(&'a Fields, Command), Rejection> {
    let fields = posted.only(known)?;
    Ok((fields, Command { id: fields.command()?, body: fields.body() }))
}

fn day(fields: &Fields, name: &str, label: &str) -> Result<Day, Rejection> {
    fields.needed_day(name, label, &format!("{label}还没有填写。请补上后再提交。"))
}

/// `page` with the word for what was done.
fn done(page: &str, word: &str) -> String {
    let mark = if page.contains('?') { '&' } else { '?' };
    format!("{page}{mark}done={word}")
}

/// Ends a form: on to the page that `to` makes of what was done, or to `page` with the refused form.
async fn ended<T>(
    posted: &Posted,
    page: &str,
    job: impl Future<Output = Result<T, Failure>>,
    to: impl FnOnce(T) -> String,
) -> Response {
    posted.ended(async { job.await.map_err(told) }, Home::new(DRAFT, page), to).await
}

/// Ends a form that comes back to its own page with `word`.
async fn finish<T>(posted: &Posted, page: &str, word: &str, job: impl Future<Output = Result<T, Failure>>) -> Response {
    ended(posted, page, job, |_| done(page, word)).await
}

fn unit_page(posted: &Posted) -> String {
    format!("/people/units/{}", reply::encode(&posted.fields.text("unit")))
}

fn person_page(posted: &Posted) -> String {
    format!("/people/{}", reply::encode(&posted.fields.text("person")))
}

// Own page ------------------------------------------------------------------

/// A new session cookie and back to the own page; secrets never go into a draft.
async fn renewed(posted: &Posted, word: &str, job: impl Future<Output = Result<Opened, Failure>>) -> Response {
    let result = job.await;
    let config = posted.app.config();
    let cookie = result.as_ref().ok().map(|opened| session_cookie(config, &opened.token, opened.max_age));
    let bare = Posted { app: posted.app.clone(), actor: posted.actor.clone(), fields: Fields::default() };
    let mut response = finish(&bare, "/me", word, async { result }).await;
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn password(headers: HeaderMap, posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["current", "password", "again"])?;
        let (current, new, again) = (fields.text("current"), fields.text("password"), fields.text("again"));
        posted.services().change_password(&posted.actor, &current, &new, &again, label(&headers)).await
    };
    renewed(&posted, "password", job).await
}

async fn pin(headers: HeaderMap, posted: Posted) -> Response {
    let token = cookie_of(posted.app.config(), &headers, DEVICE).unwrap_or_default();
    let job = async {
        let fields = posted.only(&["current", "pin", "again"])?;
        let (current, new, again) = (fields.text("current"), fields.text("pin"), fields.text("again"));
        posted.services().change_pin(&posted.actor, &token, &current, &new, &again, label(&headers)).await
    };
    renewed(&posted, "pin", job).await
}

async fn session(posted: Posted) -> Response {
    let job = async {
        let session = posted.only(&["session"])?.parsed("session")?;
        posted.services().end_session(&posted.actor, session).await
    };
    finish(&posted, "/me", "ended", job).await
}

async fn device(posted: Posted) -> Response {
    let job = async {
        let device = posted.only(&["device"])?.text("device");
        posted.services().end_device(&posted.actor, device).await
    };
    finish(&posted, "/me", "ended", job).await
}

// Units, posts, terms -------------------------------------------------------

async fn unit_add(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["name", "kind", "starts_on", "parent"])?;
        let kind = UnitKind::from_key(&fields.text("kind"))
            .ok_or_else(|| Rejection::field("kind", "还没有选单位类型。请选择后再提交。"))?;
        let starts_on = fields.day("starts_on", "成立日期")?.unwrap_or_else(|| posted.services().today());
        let parent = fields.maybe("parent")?;
        let new = NewUnit { name: fields.text("name"), kind, starts_on, parent };
        posted.services().add_unit(&posted.actor, command, new).await
    };
    ended(&posted, "/people", job, |id| format!("/people/units/{id}?done=unit_added")).await
}

async fn district(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["seen", "district"])?;
        posted.services().rename_district(&posted.actor, command, fields.text("seen"), &fields.text("district")).await
    };
    finish(&posted, "/people", "district", job).await
}

async fn unit_rename(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["unit", "seen", "name", "from_day"])?;
        let (unit, seen, from) = (fields.parsed("unit")?, fields.parsed("seen")?, day(fields, "from_day", "启用日期")?);
        posted.services().rename_unit(&posted.actor, command, unit, seen, &fields.text("name"), from).await
    };
    finish(&posted, &unit_page(&posted), "renamed", job).await
}

async fn unit_end(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["unit", "seen", "into", "ends_on"])?;
        let into = fields.maybe("into")?;
        let (unit, seen, last) = (fields.parsed("unit")?, fields.parsed("seen")?, day(fields, "ends_on", "撤并日期")?);
        posted.services().end_unit(&posted.actor, command, unit, seen, into, last).await
    };
    finish(&posted, &unit_page(&posted), "unit_ended", job).await
}

async fn post_add(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["unit", "seen", "title", "is_head"])?;
        let head = fields.text("is_head") == "1";
        let (unit, seen) = (fields.parsed("unit")?, fields.parsed("seen")?);
        posted.services().add_post(&posted.actor, command, unit, seen, fields.text("title"), head).await
    };
    finish(&posted, &unit_page(&posted), "post_added", job).await
}

async fn appoint(posted: Posted) -> Response {
    let job = async {
        let known = ["unit", "seen", "post", "person", "name", "phone", "starts_on", "acting"];
        let (fields, command) = command(&posted, &known)?;
        let who = match fields.text("person").as_str() {
            "new" => Appointee::New { name: fields.text("name"), phone: fields.text("phone") },
            "" => return Err(Rejection::field("person", "还没有选人。请选已有人员，或选「新增人员」。").into()),
            _ => Appointee::Known(fields.parsed("person")?),
        };
        let new = Appointment {
            post: fields.parsed("post")?,
            who,
            starts_on: day(fields, "starts_on", "任职日期")?,
            acting: fields.text("acting") == "1",
        };
        posted.services().appoint(&posted.actor, command, fields.parsed("seen")?, new).await
    };
    finish(&posted, &unit_page(&posted), "appointed", job).await
}

async fn term_end(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["unit", "seen", "term", "ends_on"])?;
        let (term, seen, last) = (fields.parsed("term")?, fields.parsed("seen")?, day(fields, "ends_on", "免职日期")?);
        posted.services().vacate(&posted.actor, command, term, seen, last).await
    };
    finish(&posted, &unit_page(&posted), "term_ended", job).await
}

async fn map_save(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["unit", "seen", "team", "office", "committee", "back"])?;
        let (team, office, committee) = (fields.maybe("team")?, fields.maybe("office")?, fields.maybe("committee")?);
        let by = Oversight { team, office, committee };
        posted.services().map_unit(&posted.actor, command, fields.parsed("unit")?, fields.parsed("seen")?, by).await
    };
    let page = if posted.fields.text("back") == "unit" {
        unit_page(&posted)
    } else {
        format!("/people/map?unit={}", reply::encode(&posted.fields.text("unit")))
    };
    finish(&posted, &page, "mapped", job).await
}

// Roles ---------------------------------------------------------------------

async fn role_propose(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["person", "role", "unit"])?;
        let role = Role::from_key(&fields.text("role"))
            .ok_or_else(|| Rejection::field("role", "还没有选角色。请选择后再提交。"))?;
        let grant = Grant { role, unit: fields.parsed("unit")? };
        posted.services().propose_role(&posted.actor, command, fields.parsed("person")?, grant).await
    };
    let page = person_page(&posted);
    ended(&posted, &page, job, |waits| done(&page, if waits { "role_proposed" } else { "role_given" })).await
}

async fn role_decide(posted: Posted) -> Response {
    let agreed = posted.fields.text("decision") == "confirm";
    let job = async {
        let (fields, command) = command(&posted, &["grant", "decision"])?;
        if !agreed && fields.text("decision") != "refuse" {
            return Err(fields::incomplete().into());
        }
        posted.services().decide_role(&posted.actor, command, fields.text("grant"), agreed).await
    };
    let word = if agreed { "role_confirmed" } else { "role_refused" };
    finish(&posted, "/people/roles", word, job).await
}

async fn role_end(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["grant", "person"])?;
        posted.services().end_role(&posted.actor, command, fields.text("grant")).await
    };
    finish(&posted, &person_page(&posted), "role_ended", job).await
}

// Accounts ------------------------------------------------------------------

async fn person_correct(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["person", "seen", "seen_phone", "name", "phone"])?;
        let new = Correction {
            person: fields.parsed("person")?,
            seen: fields.text("seen"),
            seen_phone: fields.text("seen_phone"),
            name: fields.text("name"),
            phone: fields.text("phone"),
        };
        posted.services().correct_person(&posted.actor, command, new).await
    };
    finish(&posted, &person_page(&posted), "corrected", job).await
}

async fn account_add(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["person", "login"])?;
        posted.services().add_account(&posted.actor, command, fields.parsed("person")?, fields.opt("login")).await
    };
    finish(&posted, &person_page(&posted), "account_added", job).await
}

async fn account_set(posted: Posted) -> Response {
    let disabled = posted.fields.text("state") == "disabled";
    let job = async {
        let (fields, command) = command(&posted, &["person", "account", "state"])?;
        posted.services().set_account(&posted.actor, command, fields.parsed("account")?, disabled).await
    };
    let word = if disabled { "disabled" } else { "enabled" };
    finish(&posted, &person_page(&posted), word, job).await
}

async fn sessions_end(posted: Posted) -> Response {
    let job = async {
        let (fields, command) = command(&posted, &["person", "account", "devices"])?;
        let devices = fields.text("devices") == "1";
        posted.services().end_sessions(&posted.actor, command, fields.parsed("account")?, devices).await
    };
    finish(&posted, &person_page(&posted), "sessions_ended", job).await
}
