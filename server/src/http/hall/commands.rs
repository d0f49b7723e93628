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
    reviews::{Command, Part, Step},
};

use super::{Hall, console, teller};
use crate::{
    App,
    http::{fields::Fields, reply},
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

/// Key of a command in forms.
pub fn key(command: &Command) -> &'static str {
    match command {
        Command::OpenCheckIn => "open_check_in",
        Command::Call { .. } => "call",
        Command::Excuse { .. } => "excuse",
        Command::MoveTo { .. } => "move_to",
        Command::RunClock { .. } => "run_clock",
        Command::OpenRound { .. } => "open_round",
        Command::PauseRound => "pause_round",
        Command::ResumeRound => "resume_round",
        Command::CloseRound => "close_round",
        Command::ReopenRound { .. } => "reopen_round",
        Command::ConfirmSeal => "confirm_seal",
        Command::VoidRound { .. } => "void_round",
        Command::Announce { .. } => "announce",
        Command::Finish => "finish",
        Command::StartFeedback => "start_feedback",
        Command::Archive => "archive",
    }
}

/// Hidden fields that say a command with its arguments.
pub fn hidden(command: &Command) -> String {
    let field = |name: &str, value: &str| super::super::bare::hidden(name, value);
    let mut out = field("do", key(command));
    match command {
        Command::Call { presenter } | Command::Announce { presenter } | Command::Excuse { presenter, .. } => {
            out += &field("presenter", &presenter.to_string());
        }
        Command::MoveTo { step } => out += &field("step", step_key(*step)),
        Command::RunClock { run } => out += &field("run", if *run { "1" } else { "0" }),
        Command::OpenRound { round } => out += &field("round", &round.to_string()),
        _ => {}
    }
    out
}

fn step_key(step: Step) -> &'static str {
    match step {
        Step::Report => "report",
        Step::Questions => "questions",
        Step::Comments => "comments",
        Step::Appraisal => "appraisal",
    }
}

fn read(fields: &Fields) -> Result<Command, Rejection> {
    fields.only(&["do", "from", "seen", "presenter", "step", "run", "round", "reason"])?;
    let reason = || fields.text("reason");
    Ok(match fields.text("do").as_str() {
        "open_check_in" => Command::OpenCheckIn,
        "call" => Command::Call { presenter: fields.parsed("presenter")? },
        "excuse" => Command::Excuse { presenter: fields.parsed("presenter")?, reason: reason() },
        "move_to" => Command::MoveTo {
            step: Step::ALL
                .into_iter()
                .find(|s| step_key(*s) == fields.text("step"))
                .ok_or_else(|| Rejection::state("没有这个环节。请刷新页面后重新选择。"))?,
        },
        "run_clock" => Command::RunClock { run: fields.text("run") == "1" },
        "open_round" => Command::OpenRound { round: fields.parsed("round")? },
        "pause_round" => Command::PauseRound,
        "resume_round" => Command::ResumeRound,
        "close_round" => Command::CloseRound,
        "reopen_round" => Command::ReopenRound { reason: reason() },
        "confirm_seal" => Command::ConfirmSeal,
        "void_round" => Command::VoidRound { reason: reason() },
        "announce" => Command::Announce { presenter: fields.parsed("presenter")? },
        "finish" => Command::Finish,
        "start_feedback" => Command::StartFeedback,
        "archive" => Command::Archive,
        _ => return Err(Rejection::state("没有这个操作。请刷新页面后重试。")),
    })
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
        // 确认封存 says yes to a state, not to a version: the room refuses it in any other state.
        let seen = if command == Command::ConfirmSeal { None } else { seen };
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
    let mut page = if teller {
        teller::page(&app, &visitor, &hall, None, Some(&words))
    } else if hall.is(Part::Chair) || hall.is(Part::Operator) {
        console::page(&app, &visitor, &hall, None, Some(&words), &kept).await
    } else {
        super::refused(&error)
    };
    *page.status_mut() =
        axum::http::StatusCode::from_u16(error.status()).unwrap_or(axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    Ok(page)
}
