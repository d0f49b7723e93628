//! Forms of “一件事”: 点题 and 研判, lines of the three lists, a pasted table, steps, 会签. Plain posts for every browser.

use axum::response::Response;
use domain::{
    Rejection,
    ids::WarningLineId,
    time::Day,
    warnings::{Count, Part, Source},
};

use super::{
    fields::{Fields, incomplete},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::warnings::{
    Act, CellForm, Change, Countersign, Edit, Judge, Judged, MATTER, NEW, Paste, Propose, Say, Step, Terms,
};

/// Adds them.
pub fn routes(builder: Builder) -> Builder {
    let builder = builder
        .form("/warnings/new", Policy::SignedIn, propose)
        .form("/warnings/judge", Policy::SignedIn, judge)
        .form("/warnings/edit", Policy::SignedIn, edit)
        .form("/warnings/paste", Policy::SignedIn, paste)
        .form("/warnings/step", Policy::SignedIn, step)
        .form("/warnings/countersign", Policy::SignedIn, countersign);
    super::warnings_more_forms::routes(builder)
}

/// The matter of a form, and its page as it was looked at.
pub(super) fn place(posted: &Posted) -> (Home, String) {
    let id = posted.fields.text("matter");
    let view = posted.fields.text("view");
    let known = ["problems", "duties", "situations", "signs", "notices", "flow", "talks", "course"];
    let view = known.into_iter().find(|key| *key == view);
    let base = format!("/warnings/{}", reply::encode(&id));
    let page = view.map_or_else(|| base.clone(), |view| format!("{base}?view={view}"));
    let line = posted.fields.opt("line").filter(|_| posted.fields.text("do") != "remove");
    let open = line.map(|line| format!("&line={}", reply::encode(&line))).unwrap_or_default();
    let unit = posted.fields.opt("unit").filter(|_| !open.is_empty());
    let unit = unit.map(|unit| format!("&unit={}", reply::encode(&unit))).unwrap_or_default();
    let again = if view.is_some() { format!("{page}{open}{unit}") } else { page.clone() };
    let done = format!("{page}{}done=1", if view.is_some() { "&" } else { "?" });
    (Home::new(MATTER, again).about(id), done)
}

async fn propose(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["title", "aim", "source", "source_words"])?;
        let form = Propose {
            command: fields.command()?,
            title: fields.text("title"),
            aim: fields.text("aim"),
            source: fields.chosen("source", Source::from_key)?.unwrap_or(Source::Department),
            source_words: fields.text("source_words"),
        };
        posted.services().propose_matter(&posted.actor, form).await
    };
    posted.ended(job, Home::new(NEW, "/warnings").at("#new"), |id| format!("/warnings/{id}?done=1")).await
}

/// A number of days as typed.
pub(super) fn number(fields: &Fields, name: &str, otherwise: u32) -> Result<u32, Rejection> {
    let Some(typed) = fields.opt(name) else { return Ok(otherwise) };
    typed.trim().parse().map_err(|_| Rejection::field(name, "这里要填整数，没有保存。请改正。"))
}

fn terms(fields: &Fields) -> Result<Terms, Rejection> {
    let none = || Rejection::field("lead", "还没有选牵头部门，没有保存。请选一家。");
    Ok(Terms {
        analysis: fields.text("analysis"),
        lead: fields.maybe("lead")?.ok_or_else(none)?,
        supervisors: fields.ids("supervisor")?,
        ends_on: fields.day("ends_on", "完成时限")?,
        count: fields.chosen("count", Count::from_key)?.unwrap_or_default(),
        days: (number(fields, "sign_days", 5)?, number(fields, "answer_days", 10)?),
        stages: fields.text("stages"),
    })
}

async fn judge(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let known = [
            "matter",
            "seen",
            "view",
            "do",
            "reason",
            "analysis",
            "lead",
            "supervisor",
            "ends_on",
            "count",
            "sign_days",
            "answer_days",
            "stages",
        ];
        let fields = posted.only(&known)?;
        let what = match fields.text("do").as_str() {
            "adopt" => Judged::Adopt(terms(fields)?),
            "set" => Judged::Set(terms(fields)?),
            "decline" => Judged::Decline(fields.text("reason")),
            _ => return Err(incomplete().into()),
        };
        let form =
            Judge { command: fields.command()?, matter: fields.parsed("matter")?, seen: fields.parsed("seen")?, what };
        posted.services().judge_matter(&posted.actor, form).await
    };
    posted.ended(job, home.at("#judge"), |()| done).await
}

async fn edit(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let known = [
            "matter",
            "line",
            "seen",
            "view",
            "do",
            "group",
            "text",
            "problem",
            "standard",
            "after",
            "unit",
            "part",
            "office",
            "person",
            "leader",
            "measure",
            "due",
            "whole_course",
            "direct",
            "deputy",
            "head",
            "basis",
        ];
        let fields = posted.only(&known)?;
        let line: Option<WarningLineId> = fields.maybe("line")?;
        let change = match fields.text("do").as_str() {
            "problem" => Change::Problem(fields.text("group"), fields.text("text")),
            "duty" => Change::Duty {
                problem: fields.maybe("problem")?,
                text: fields.text("text"),
                standard: fields.text("standard"),
                after: fields.text("after"),
            },
            "cell" => Change::Cell(cell(fields)?),
            "drop_cell" => Change::DropCell(fields.parsed("unit")?),
            "situation" => {
                let levels = ["direct", "deputy", "head"].map(|level| fields.text(level));
                Change::Situation(fields.text("text"), levels, fields.text("basis"))
            }
            "remove" => Change::Remove,
            _ => return Err(incomplete().into()),
        };
        let seen = fields.maybe("seen")?.unwrap_or(0);
        let form = Edit { command: fields.command()?, matter: fields.parsed("matter")?, line, seen, change };
        posted.services().edit_matter(&posted.actor, form).await
    };
    posted.ended(job, home.at("#edit"), |()| done).await
}

fn cell(fields: &Fields) -> Result<CellForm, Rejection> {
    let none = || Rejection::field("unit", "还没有选单位，没有保存。请选一家。");
    let due = fields.day("due", "时限")?;
    Ok(CellForm {
        unit: fields.maybe("unit")?.ok_or_else(none)?,
        part: fields.chosen("part", Part::from_key)?,
        office: fields.text("office"),
        person: fields.text("person"),
        leader: fields.text("leader"),
        measure: fields.text("measure"),
        due: due.filter(|_| fields.opt("whole_course").is_none()),
    })
}

async fn paste(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let fields = posted.only(&["matter", "view", "table"])?;
        let form = Paste { command: fields.command()?, matter: fields.parsed("matter")?, table: fields.text("table") };
        posted.services().paste_matter(&posted.actor, form).await
    };
    posted.ended(job, home.at("#paste"), |_| done).await
}

/// 「纸质已签」: both or none.
fn paper(fields: &Fields) -> Result<Option<(Day, String)>, Rejection> {
    if fields.text("paper").is_empty() {
        return Ok(None);
    }
    let missing = "还没有填纸质签批日期，没有保存。请选择日期。";
    Ok(Some((fields.needed_day("paper_on", "纸质签批日期", missing)?, fields.text("handler"))))
}

async fn step(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let known =
            ["matter", "seen", "view", "do", "reason", "report", "number", "unit", "paper", "paper_on", "handler"];
        let fields = posted.only(&known)?;
        let why = || fields.text("reason");
        let act = match fields.text("do").as_str() {
            "ask" => Act::Ask,
            "settle" => Act::Settle,
            "redraft" => Act::Redraft(why()),
            "send" => Act::Send,
            "agree" => Act::Agree,
            "return" => Act::Return(why()),
            "issue" => Act::Issue,
            "seal" => Act::Seal(match fields.opt("number") {
                Some(_) => Some(number(fields, "number", 0)?),
                None => None,
            }),
            "unseal" => Act::Unseal(why()),
            "recall" => Act::Recall(why()),
            "inherit" => Act::Inherit(fields.parsed("unit")?),
            "report" => Act::Report(fields.text("report")),
            "close" => Act::Close,
            "reopen" => Act::Reopen(why()),
            "drop" => Act::Drop(why()),
            _ => return Err(incomplete().into()),
        };
        let form = Step {
            command: fields.command()?,
            matter: fields.parsed("matter")?,
            seen: fields.parsed("seen")?,
            act,
            paper: paper(fields)?,
        };
        posted.services().matter_step(&posted.actor, form).await
    };
    posted.ended(job, home.at("#step"), |()| done).await
}

async fn countersign(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let known = [
            "matter",
            "unit",
            "seen",
            "view",
            "do",
            "words",
            "duty",
            "to",
            "paper_on",
            "handler",
            "settled_by",
            "settled_on",
        ];
        let fields = posted.only(&known)?;
        let say = match fields.text("do").as_str() {
            "agree" => Say::Agree,
            "paper" => Say::Paper(fields.day("paper_on", "纸质签字日期")?, fields.text("handler")),
            "object" => Say::Object(fields.text("words")),
            "hand_on" => {
                let none = || Rejection::field("duty", "还没有选转出哪一项，没有转出。请选择。");
                Say::HandOn(fields.maybe("duty")?.ok_or_else(none)?, fields.maybe("to")?, fields.text("words"))
            }
            "settle" => {
                Say::Settle(fields.text("settled_by"), fields.day("settled_on", "协调日期")?, fields.text("words"))
            }
            _ => return Err(incomplete().into()),
        };
        let form = Countersign {
            command: fields.command()?,
            matter: fields.parsed("matter")?,
            unit: fields.parsed("unit")?,
            seen: fields.parsed("seen")?,
            say,
        };
        posted.services().countersign_matter(&posted.actor, form).await
    };
    posted.ended(job, home.at("#signs"), |()| done).await
}
