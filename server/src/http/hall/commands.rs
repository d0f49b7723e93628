//! `POST /hall/{id}/command`: every press of a button of the console and of the 监票人. One field `do`
//! names the command; the version shown on the page travels along, so that two operators never undo
//! each other unseen. A refusal is drawn on the page it came from, with what was typed.

use app::api::{ApiError, Visitor};
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use domain::{
    Rejection,
    reviews::{Command, Part},
};
use serde_json::{Map, Value};

use super::{Hall, console, teller};
use crate::{
    App,
    http::{bare, fields::Fields, reply},
};

/// What a refused form had typed.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Which command.
    pub what: String,
    /// About whom; of a remark, who spoke.
    pub presenter: String,
    /// The reason; of a remark, what was said.
    pub reason: String,
}

/// A command as the open interface says it; forms carry the same names and values.
fn told(command: &Command) -> Map<String, Value> {
    match serde_json::to_value(command) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Name of a command.
pub fn key(command: &Command) -> String {
    told(command).get("command").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Hidden fields that say a command with its arguments. A reason is typed beside them.
pub fn hidden(command: &Command) -> String {
    let field = |(name, value): (String, Value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        bare::hidden(if name == "command" { "do" } else { &name }, &value)
    };
    told(command).into_iter().filter(|(name, _)| name != "reason").map(field).collect()
}

fn read(fields: &Fields) -> Result<Command, Rejection> {
    fields.only(&["do", "from", "seen", "presenter", "step", "run", "round", "reason"])?;
    let mut map = Map::new();
    map.insert("command".into(), fields.text("do").into());
    for name in ["presenter", "step", "round", "reason"] {
        map.extend(fields.sent(name).map(|typed| (name.to_owned(), typed.into())));
    }
    map.extend(fields.sent("run").map(|typed| ("run".to_owned(), (typed == "true").into())));
    serde_json::from_value(Value::Object(map))
        .map_err(|_| Rejection::state("没有这个操作，或页面内容不完整，没有执行。请刷新页面后重试。"))
}

/// Runs a command and goes back to its page.
pub(super) async fn run(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Response> {
    let hall = Hall::open(&app, &visitor, &id, &[Part::Chair, Part::Operator, Part::Teller], false).await?;
    let result: Result<u64, ApiError> = async {
        let command = read(&fields)?;
        let seen = fields.opt("seen").map(|_| fields.parsed("seen")).transpose()?;
        // 确认封存 says yes to a round, not to a version: the room refuses it for any other round or state.
        let seen = if matches!(command, Command::ConfirmSeal { .. }) { None } else { seen };
        hall.room.command(&hall.actor, fields.command()?, seen, command).await
    }
    .await;
    let teller = fields.text("from") == "teller" && hall.is(Part::Teller);
    let Err(error) = result else {
        return Ok(reply::to(&format!("/hall/{id}{}?said=done", if teller { "/teller" } else { "" })));
    };
    let kept = Kept { what: fields.text("do"), presenter: fields.text("presenter"), reason: fields.text("reason") };
    let words = crate::live::said(&error);
    let hall = Hall { meeting: hall.room.meeting(), ..hall };
    let page = if teller {
        teller::page(&app, &visitor, &hall, None, Some(&words)).await
    } else if hall.is(Part::Chair) || hall.is(Part::Operator) {
        console::page(&app, &visitor, &hall, None, Some(&words), &kept).await
    } else {
        super::refused(&error)
    };
    Ok(super::refused_on(page, &error))
}
