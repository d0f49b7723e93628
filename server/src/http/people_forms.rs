//! Forms of 组织与人员 and of everybody's own page. Plain posts for every browser.

use app::api::Visitor;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use domain::{
    Rejection,
    people::{Grant, Role, UnitKind, access::Actor},
    time::Day,
};

use super::{
    fields::{self, Fields},
    policy::{Builder, Policy},
    record_forms::actor,
    reply,
    session::{DEVICE, cookie_of, session_cookie},
    sign_in_forms::label,
    slips,
};
use crate::{
    App,
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

/// The command of a form that has only `known` fields.
fn command(fields: &Fields, known: &[&str]) -> Result<Command, Rejection> {
    fields.only(known)?;
    Ok(Command { id: fields.command()?, body: fields.body() })
}

fn day(fields: &Fields, name: &str, label: &str) -> Result<Day, Rejection> {
    fields.day(name, label)?.ok_or_else(|| Rejection::field(name, format!("{label}还没有填写。请补上后再提交。")))
}

/// Back to `page` with `done=…`, or with the refused form as a draft.
async fn finish<T>(
    app: &App,
    actor: &Actor,
    fields: &Fields,
    page: &str,
    done: &str,
    result: Result<T, Failure>,
) -> Response {
    match result {
        Ok(_) => {
            let mark = if page.contains('?') { '&' } else { '?' };
            reply::to(&format!("{page}{mark}done={done}"))
        }
        Err(failure) => fields::back(app, actor, DRAFT, "", page, fields, &told(failure)).await,
    }
}

fn unit_page(fields: &Fields) -> String {
    format!("/people/units/{}", reply::encode(&fields.text("unit")))
}

fn person_page(fields: &Fields) -> String {
    format!("/people/{}", reply::encode(&fields.text("person")))
}

type Answer = Result<Response, Response>;
type Who = Extension<Visitor>;

// Own page ------------------------------------------------------------------

/// A new session cookie and back to the own page; secrets never go into a draft.
async fn renewed(app: &App, actor: &Actor, done: &str, result: Result<Opened, Failure>) -> Response {
    let opened = result.as_ref().ok().cloned();
    let mut response = finish(app, actor, &Fields::default(), "/me", done, result).await;
    if let Some(opened) = opened {
        response.headers_mut().append(header::SET_COOKIE, session_cookie(app.config(), &opened.token, opened.max_age));
    }
    response
}

async fn password(State(app): State<App>, Extension(visitor): Who, headers: HeaderMap, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result = match fields.only(&["current", "password", "again"]) {
        Ok(()) => {
            let (current, new, again) = (fields.text("current"), fields.text("password"), fields.text("again"));
            app.services().change_password(&actor, &current, &new, &again, label(&headers)).await
        }
        Err(r) => Err(r.into()),
    };
    Ok(renewed(&app, &actor, "password", result).await)
}

async fn pin(State(app): State<App>, Extension(visitor): Who, headers: HeaderMap, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let token = cookie_of(app.config(), &headers, DEVICE).unwrap_or_default();
    let result = match fields.only(&["current", "pin", "again"]) {
        Ok(()) => {
            let (current, new, again) = (fields.text("current"), fields.text("pin"), fields.text("again"));
            app.services().change_pin(&actor, &token, &current, &new, &again, label(&headers)).await
        }
        Err(r) => Err(r.into()),
    };
    Ok(renewed(&app, &actor, "pin", result).await)
}

async fn session(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        fields.only(&["session"])?;
        app.services().end_session(&actor, fields.parsed("session")?).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, "/me", "ended", result).await)
}

async fn device(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        fields.only(&["device"])?;
        app.services().end_device(&actor, fields.text("device")).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, "/me", "ended", result).await)
}

// Units, posts, terms -------------------------------------------------------

async fn unit_add(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<_, Failure> = async {
        let command = command(&fields, &["name", "kind", "starts_on", "parent"])?;
        let kind = UnitKind::from_key(&fields.text("kind"))
            .ok_or_else(|| Rejection::field("kind", "还没有选单位类型。请选择后再提交。"))?;
        let starts_on = fields.day("starts_on", "成立日期")?.unwrap_or_else(|| app.services().today());
        let parent = fields.opt("parent").map(|_| fields.parsed("parent")).transpose()?;
        let new = NewUnit { name: fields.text("name"), kind, starts_on, parent };
        app.services().add_unit(&actor, command, new).await
    }
    .await;
    Ok(match result {
        Ok(id) => reply::to(&format!("/people/units/{id}?done=unit_added")),
        Err(e) => fields::back(&app, &actor, DRAFT, "", "/people", &fields, &told(e)).await,
    })
}

async fn district(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        let command = command(&fields, &["seen", "district"])?;
        app.services().rename_district(&actor, command, fields.text("seen"), &fields.text("district")).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, "/people", "district", result).await)
}

async fn unit_rename(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        let command = command(&fields, &["unit", "seen", "name", "from_day"])?;
        let (unit, seen, from) =
            (fields.parsed("unit")?, fields.parsed("seen")?, day(&fields, "from_day", "启用日期")?);
        app.services().rename_unit(&actor, command, unit, seen, &fields.text("name"), from).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &unit_page(&fields), "renamed", result).await)
}

async fn unit_end(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        let command = command(&fields, &["unit", "seen", "into", "ends_on"])?;
        let into = fields.opt("into").map(|_| fields.parsed("into")).transpose()?;
        let (unit, seen, last) = (fields.parsed("unit")?, fields.parsed("seen")?, day(&fields, "ends_on", "撤并日期")?);
        app.services().end_unit(&actor, command, unit, seen, into, last).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &unit_page(&fields), "unit_ended", result).await)
}

async fn post_add(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<_, Failure> = async {
        let command = command(&fields, &["unit", "seen", "title", "is_head"])?;
        let head = fields.text("is_head") == "1";
        let (unit, seen) = (fields.parsed("unit")?, fields.parsed("seen")?);
        app.services().add_post(&actor, command, unit, seen, fields.text("title"), head).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &unit_page(&fields), "post_added", result).await)
}

async fn appoint(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<_, Failure> = async {
        let known = ["unit", "seen", "post", "person", "name", "phone", "starts_on", "acting"];
        let command = command(&fields, &known)?;
        let who = match fields.text("person").as_str() {
            "new" => Appointee::New { name: fields.text("name"), phone: fields.text("phone") },
            "" => return Err(Rejection::field("person", "还没有选人。请选已有人员，或选「新增人员」。").into()),
            _ => Appointee::Known(fields.parsed("person")?),
        };
        let new = Appointment {
            post: fields.parsed("post")?,
            who,
            starts_on: day(&fields, "starts_on", "任职日期")?,
            acting: fields.text("acting") == "1",
        };
        app.services().appoint(&actor, command, fields.parsed("seen")?, new).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &unit_page(&fields), "appointed", result).await)
}

async fn term_end(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        let command = command(&fields, &["unit", "seen", "term", "ends_on"])?;
        let (term, seen, last) = (fields.parsed("term")?, fields.parsed("seen")?, day(&fields, "ends_on", "免职日期")?);
        app.services().vacate(&actor, command, term, seen, last).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &unit_page(&fields), "term_ended", result).await)
}

async fn map_save(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        let command = command(&fields, &["unit", "seen", "team", "office", "committee", "back"])?;
        let body = |name: &str| fields.opt(name).map(|_| fields.parsed(name)).transpose();
        let by = Oversight { team: body("team")?, office: body("office")?, committee: body("committee")? };
        app.services().map_unit(&actor, command, fields.parsed("unit")?, fields.parsed("seen")?, by).await
    }
    .await;
    let page = if fields.text("back") == "unit" {
        unit_page(&fields)
    } else {
        format!("/people/map?unit={}", reply::encode(&fields.text("unit")))
    };
    Ok(finish(&app, &actor, &fields, &page, "mapped", result).await)
}

// Roles ---------------------------------------------------------------------

async fn role_propose(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<bool, Failure> = async {
        let command = command(&fields, &["person", "role", "unit"])?;
        let role = Role::from_key(&fields.text("role"))
            .ok_or_else(|| Rejection::field("role", "还没有选角色。请选择后再提交。"))?;
        let grant = Grant { role, unit: fields.parsed("unit")? };
        app.services().propose_role(&actor, command, fields.parsed("person")?, grant).await
    }
    .await;
    let done = if matches!(result, Ok(true)) { "role_proposed" } else { "role_given" };
    Ok(finish(&app, &actor, &fields, &person_page(&fields), done, result).await)
}

async fn role_decide(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let agreed = fields.text("decision") == "confirm";
    let result: Result<(), Failure> = async {
        let command = command(&fields, &["grant", "decision"])?;
        if !agreed && fields.text("decision") != "refuse" {
            return Err(Rejection::state("页面内容不完整，没有保存。请刷新页面后重试。").into());
        }
        app.services().decide_role(&actor, command, fields.text("grant"), agreed).await
    }
    .await;
    let done = if agreed { "role_confirmed" } else { "role_refused" };
    Ok(finish(&app, &actor, &fields, "/people/roles", done, result).await)
}

async fn role_end(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<_, Failure> = async {
        let command = command(&fields, &["grant", "person"])?;
        app.services().end_role(&actor, command, fields.text("grant")).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &person_page(&fields), "role_ended", result).await)
}

// Accounts ------------------------------------------------------------------

async fn person_correct(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<(), Failure> = async {
        let command = command(&fields, &["person", "seen", "seen_phone", "name", "phone"])?;
        let new = Correction {
            person: fields.parsed("person")?,
            seen: fields.text("seen"),
            seen_phone: fields.text("seen_phone"),
            name: fields.text("name"),
            phone: fields.text("phone"),
        };
        app.services().correct_person(&actor, command, new).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &person_page(&fields), "corrected", result).await)
}

async fn account_add(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<_, Failure> = async {
        let command = command(&fields, &["person", "login"])?;
        app.services().add_account(&actor, command, fields.parsed("person")?, fields.opt("login")).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &person_page(&fields), "account_added", result).await)
}

async fn account_set(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let disabled = fields.text("state") == "disabled";
    let result: Result<_, Failure> = async {
        let command = command(&fields, &["person", "account", "state"])?;
        app.services().set_account(&actor, command, fields.parsed("account")?, disabled).await
    }
    .await;
    let done = if disabled { "disabled" } else { "enabled" };
    Ok(finish(&app, &actor, &fields, &person_page(&fields), done, result).await)
}

async fn sessions_end(State(app): State<App>, Extension(visitor): Who, fields: Fields) -> Answer {
    let actor = actor(&visitor)?;
    let result: Result<_, Failure> = async {
        let command = command(&fields, &["person", "account", "devices"])?;
        let devices = fields.text("devices") == "1";
        app.services().end_sessions(&actor, command, fields.parsed("account")?, devices).await
    }
    .await;
    Ok(finish(&app, &actor, &fields, &person_page(&fields), "sessions_ended", result).await)
}
