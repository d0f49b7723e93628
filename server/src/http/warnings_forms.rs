//! Forms of “一件事”: 点题 and 研判, lines of the three lists, a pasted table, steps, 会签, notices, 会商. Plain posts for
//! every browser.

use app::api::ApiError;
use axum::response::Response;
use domain::{
    Rejection,
    ids::{WarningLineId, WarningNoticeId},
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
    Act, CellForm, Change, Countersign, Do, Edit, Follow, Judge, Judged, MATTER, NEW, NOTICE, Note, NoticeForm, Paste,
    Propose, Say, Step, Terms,
};

/// Adds them.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/warnings/new", Policy::SignedIn, propose)
        .form("/warnings/judge", Policy::SignedIn, judge)
        .form("/warnings/edit", Policy::SignedIn, edit)
        .form("/warnings/paste", Policy::SignedIn, paste)
        .form("/warnings/step", Policy::SignedIn, step)
        .form("/warnings/countersign", Policy::SignedIn, countersign)
        .form("/warnings/deliver", Policy::SignedIn, deliver)
        .form("/warnings/notice", Policy::SignedIn, notice)
        .form("/warnings/follow", Policy::SignedIn, follow)
}

/// The matter of a form, and its page as it was looked at.
fn place(posted: &Posted) -> (Home, String) {
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
fn number(fields: &Fields, name: &str, otherwise: u32) -> Result<u32, Rejection> {
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
            "matter", "seen", "view", "do", "reason", "analysis", "lead", "supervisor", "ends_on", "count",
            "sign_days", "answer_days", "stages",
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
            "matter", "line", "seen", "view", "do", "group", "text", "problem", "standard", "after", "unit", "part",
            "office", "person", "leader", "measure", "due", "whole_course", "direct", "deputy", "head", "basis",
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
        let form =
            Paste { command: fields.command()?, matter: fields.parsed("matter")?, table: fields.text("table") };
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
            "matter", "unit", "seen", "view", "do", "words", "duty", "to", "paper_on", "handler", "settled_by",
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

/// Notices that were ticked, each with the version that the page showed: `id.version`.
fn picked(fields: &Fields) -> Result<Vec<(WarningNoticeId, i64)>, Rejection> {
    let one = |value: &String| {
        let (id, seen) = value.split_once('.').ok_or_else(incomplete)?;
        Ok((id.parse().map_err(|_| incomplete())?, seen.parse().map_err(|_| incomplete())?))
    };
    fields.many("pick").iter().map(one).collect()
}

async fn deliver(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let fields = posted.only(&["matter", "view", "pick", "on"])?;
        let what = Do::Deliver(fields.day("on", "送达日期")?);
        let form = NoticeForm { command: fields.command()?, notices: picked(fields)?, what };
        posted.services().notice_do(&posted.actor, form).await
    };
    posted.ended(job, home.at("#notices"), |()| done).await
}

/// Leader, 科室 and measure of each line: `leader.<id>`, `office.<id>`, `measure.<id>`.
fn lines(posted: &Posted) -> Result<(Vec<String>, Vec<(WarningLineId, [String; 3])>), Rejection> {
    let (mut names, mut out): (Vec<String>, Vec<(WarningLineId, [String; 3])>) = (Vec::new(), Vec::new());
    for (name, _) in posted.fields.content() {
        let Some((what, id)) = name.split_once('.') else { continue };
        if !["leader", "office", "measure"].contains(&what) {
            continue;
        }
        let id: WarningLineId = id.parse().map_err(|_| incomplete())?;
        names.push(name.clone());
        if out.iter().all(|(known, _)| *known != id) {
            let typed = ["leader", "office", "measure"].map(|what| posted.fields.text(&format!("{what}.{id}")));
            out.push((id, typed));
        }
    }
    Ok((names, out))
}

async fn notice(posted: Posted) -> Response {
    let id = posted.fields.text("notice");
    let page = format!("/warnings/notices/{}", reply::encode(&id));
    let job = async {
        let (names, lines) = lines(&posted)?;
        let mut known =
            vec!["notice", "seen", "do", "on", "paper_on", "handler", "measures", "adopted_on"];
        known.extend(names.iter().map(String::as_str));
        let fields = posted.only(&known)?;
        let what = match fields.text("do").as_str() {
            "deliver" => Do::Deliver(fields.day("on", "送达日期")?),
            "sign" => Do::Sign,
            "paper" => Do::Paper(fields.day("paper_on", "纸质签字日期")?, fields.text("handler")),
            "answer" => Do::Answer(fields.text("measures"), fields.day("adopted_on", "党组会日期")?, lines),
            "move" => Do::Move,
            _ => return Err(ApiError::from(incomplete())),
        };
        let notices = vec![(fields.parsed("notice")?, fields.parsed("seen")?)];
        posted.services().notice_do(&posted.actor, NoticeForm { command: fields.command()?, notices, what }).await
    };
    posted.ended(job, Home::new(NOTICE, page.clone()).about(id), |()| format!("{page}?done=1")).await
}

async fn follow(posted: Posted) -> Response {
    let (home, done) = place(&posted);
    let job = async {
        let known = [
            "matter", "view", "do", "held_on", "words", "found", "advised", "duty", "stage", "done_on", "held_by",
            "situation", "unit", "start", "seen",
        ];
        let fields = posted.only(&known)?;
        let note = match fields.text("do").as_str() {
            "talk" => {
                let (found, advised) = (number(fields, "found", 0)?, number(fields, "advised", 0)?);
                Note::Talk(fields.day("held_on", "会商日期")?, fields.text("words"), found, advised)
            }
            "progress" => Note::Progress(
                fields.parsed("duty")?,
                number(fields, "stage", 0)?,
                fields.day("done_on", "完成日期")?,
                fields.maybe("held_by")?,
                fields.text("words"),
            ),
            "start" => {
                let none = |name: &str, what: &str| Rejection::field(name, format!("还没有选{what}，没有提请。请选择。"));
                Note::Start(
                    fields.maybe("situation")?.ok_or_else(|| none("situation", "情形"))?,
                    fields.maybe("unit")?.ok_or_else(|| none("unit", "责任单位"))?,
                    fields.text("words"),
                )
            }
            "take" | "decline" => Note::Answer(
                fields.text("start"),
                fields.parsed("seen")?,
                fields.text("do") == "take",
                fields.text("words"),
            ),
            _ => return Err(incomplete().into()),
        };
        let form = Follow { command: fields.command()?, matter: fields.parsed("matter")?, note };
        posted.services().follow_matter(&posted.actor, form).await
    };
    posted.ended(job, home.at("#follow"), |()| done).await
}
