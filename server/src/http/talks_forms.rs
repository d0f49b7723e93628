//! Forms of a “三交底” talk up to the signatures and the 整改方案. Plain posts for every browser; what is refused comes back
//! to its page with every word.

use axum::response::Response;
use domain::{
    Rejection,
    accountability::Paper,
    signature::Signing,
    talks::{Level, ListKind, Minutes, Side, SignedPaper, Speaker},
};

use super::{
    fields::{Fields, incomplete},
    oversight_forms::{without, without_secret},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::talks::{
    DRAFT, LINE_DRAFT, REGISTER_DRAFT,
    act::{Act, TalkDo},
    lines::{Change, Prepare, Typed},
    plan::{PlanForm, PlanLine},
    register::Register,
    sign::TalkSign,
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    let builder = builder
        .form("/talks/register", Policy::SignedIn, register)
        .form("/talks/line", Policy::SignedIn, line)
        .form("/talks/take", Policy::SignedIn, take)
        .form("/talks/step", Policy::SignedIn, step)
        .form("/talks/sign", Policy::SignedIn, sign)
        .form("/talks/plan", Policy::SignedIn, plan);
    super::talks_more_forms::routes(builder)
}

/// The page of the talk that a form is about.
pub(super) fn place(posted: &Posted) -> (String, String) {
    let id = posted.fields.text("talk");
    let page = format!("/talks/{}", reply::encode(&id).replace('/', "%2F"));
    (id, page)
}

/// Numbers of lines for which one of the fields `prefix_<n>` was sent, in the order sent, once each.
pub(super) fn numbers(fields: &Fields, prefixes: &[&str]) -> Vec<u32> {
    let mut all: Vec<u32> = Vec::new();
    for (name, _) in fields.all() {
        let Some((prefix, no)) = name.rsplit_once('_') else { continue };
        if prefixes.contains(&prefix)
            && let Ok(no) = no.parse::<u32>()
            && !all.contains(&no)
        {
            all.push(no);
        }
    }
    all
}

/// The fields of a form whose lines are numbered: no others than `known` and `prefix_<n>`.
pub(super) fn numbered<'p>(posted: &'p Posted, known: &[&str], prefixes: &[&str]) -> Result<&'p Fields, Rejection> {
    let names: Vec<String> = numbers(&posted.fields, prefixes)
        .into_iter()
        .flat_map(|no| prefixes.iter().map(move |prefix| format!("{prefix}_{no}")))
        .collect();
    let known: Vec<&str> = known.iter().copied().chain(names.iter().map(String::as_str)).collect();
    posted.only(&known)
}

/// 「纸质」: day and handler, where one of them was filled in.
pub(super) fn paper(fields: &Fields) -> Result<Option<Paper>, Rejection> {
    let on = fields.day("paper_on", "纸质日期")?;
    match (on, fields.opt("handler")) {
        (None, None) => Ok(None),
        (Some(on), handler) => Ok(Some(Paper { on, handler: handler.unwrap_or_default() })),
        (None, Some(_)) => Err(Rejection::field("paper_on", "还没有填纸质日期，没有保存。请选择日期。")),
    }
}

async fn register(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["term", "level", "title"])?;
        let form = Register {
            command: fields.command()?,
            terms: fields.ids("term")?,
            level: fields.chosen("level", Level::from_key)?,
            title: fields.text("title"),
        };
        posted.services().register_talk(&posted.actor, form).await
    };
    let home = Home::new(REGISTER_DRAFT, "/talks").at("#due");
    posted.ended(job, home, |id| format!("/talks/{id}/prepare?done=registered")).await
}

const LINE: [&str; 22] = [
    "talk",
    "seen",
    "list",
    "no",
    "do",
    "area",
    "symptom",
    "cause",
    "remedy",
    "due",
    "duty",
    "source",
    "text",
    "frequency",
    "post_name",
    "point",
    "risk_cause",
    "level",
    "control",
    "owner",
    "number",
    "place",
];

/// Words of a problem whose list stays on paper: refused, and kept in no draft.
async fn on_paper(posted: Posted) -> (Posted, bool) {
    const WORDS: [&str; 3] = ["symptom", "cause", "remedy"];
    let typed = WORDS.iter().any(|name| posted.fields.opt(name).is_some());
    let Some(talk) = posted.fields.text("talk").parse().ok().filter(|_| typed) else { return (posted, false) };
    // Where it cannot be told, nothing is kept that might not be.
    if !posted.services().is_talk_sealed(&posted.actor, talk).await.unwrap_or(true) {
        return (posted, false);
    }
    (without(posted, &WORDS), true)
}

async fn line(posted: Posted) -> Response {
    let (posted, sealed) = on_paper(posted).await;
    let job = async {
        let fields = posted.only(&LINE)?;
        fields.once(&[])?;
        if sealed {
            let words = "问题清单已设为只存编号，内容不能存入，没有保存，也没有留作草稿。请在纸质清单上修改。";
            return Err(Rejection::field("symptom", words).into());
        }
        let list = || ListKind::from_key(&fields.text("list")).ok_or_else(incomplete);
        let no = fields.maybe::<u32>("no")?.unwrap_or_default();
        let typed = Box::new(Typed {
            area: fields.text("area"),
            symptom: fields.text("symptom"),
            cause: fields.text("cause"),
            remedy: fields.text("remedy"),
            due: fields.day("due", "整改时限")?,
            duty: fields.maybe("duty")?,
            source: fields.text("source"),
            text: fields.text("text"),
            frequency: fields.text("frequency"),
            post_name: fields.text("post_name"),
            point: fields.text("point"),
            risk_cause: fields.text("risk_cause"),
            level: fields.text("level"),
            control: fields.text("control"),
            owner: fields.text("owner"),
            number: fields.text("number"),
            place: fields.text("place"),
        });
        let change = match fields.text("do").as_str() {
            "" | "put" => Change::Put { list: list()?, no, typed },
            "drop" => Change::Drop { list: list()?, no },
            "seal" => Change::Seal(typed),
            "unseal" => Change::Unseal,
            _ => return Err(incomplete().into()),
        };
        let (command, talk, seen) = (fields.command()?, fields.parsed("talk")?, fields.parsed("seen")?);
        posted.services().prepare_talk(&posted.actor, Prepare { command, talk, seen, change }).await
    };
    let (id, page) = place(&posted);
    let list = ListKind::from_key(&posted.fields.text("list")).map_or("problem", ListKind::key);
    let page = format!("{page}/prepare");
    let home = Home::new(LINE_DRAFT, &*page).about(id).at(format!("#{list}"));
    posted.ended(job, home, |()| format!("{page}?done=line#{list}")).await
}

async fn take(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["talk", "seen", "pick"])?;
        let change = Change::Take(fields.many("pick"));
        let (command, talk, seen) = (fields.command()?, fields.parsed("talk")?, fields.parsed("seen")?);
        posted.services().prepare_talk(&posted.actor, Prepare { command, talk, seen, change }).await
    };
    let (id, page) = place(&posted);
    let page = format!("{page}/prepare");
    let home = Home::new(LINE_DRAFT, &*page).about(id).at("#facts");
    posted.ended(job, home, |()| format!("{page}?done=taken")).await
}

const STEP: [&str; 20] = [
    "talk",
    "seen",
    "do",
    "all",
    "reason",
    "speaker",
    "speaker_person",
    "speaker_name",
    "held_on",
    "place",
    "present",
    "words",
    "answer",
    "writer",
    "met_on",
    "met_words",
    "paper_on",
    "handler",
    "no",
    "reviewer",
];

fn act(fields: &Fields) -> Result<Act, Rejection> {
    let (all, reason) = (fields.text("all") == "1", fields.text("reason"));
    Ok(match fields.text("do").as_str() {
        "ask" => Act::Ask,
        "approve" => Act::Approve { paper: None, all },
        "approve_paper" => {
            let paper = paper(fields)?;
            let none = || Rejection::field("paper_on", "还没有填纸质审定日期，没有保存。请选择日期。");
            Act::Approve { paper: Some(paper.ok_or_else(none)?), all }
        }
        "return" => Act::Return { reason },
        "delegate" => Act::Delegate {
            speaker: Speaker::from_key(&fields.text("speaker"))
                .ok_or_else(|| Rejection::field("speaker", "还没有选主谈人，没有保存。请选一项。"))?,
            person: fields.maybe("speaker_person")?,
            name: fields.text("speaker_name"),
            reason,
            all,
        },
        "hold" => {
            let on = fields.needed_day("held_on", "谈话日期", "还没有填谈话日期，没有保存。请选择日期。")?;
            let minutes = Minutes {
                on,
                place: fields.text("place"),
                present: fields.text("present"),
                words: fields.text("words"),
                answer: fields.text("answer"),
                writer: fields.text("writer"),
            };
            Act::Hold { minutes: Box::new(minutes), all }
        }
        "meet" => {
            let on = fields.needed_day("met_on", "党组会日期", "还没有填党组会日期，没有保存。请选择日期。")?;
            Act::Meet { on, words: fields.text("met_words") }
        }
        "return_report" => Act::ReturnReport { reason },
        "file_report" => Act::FileReport,
        "return_tracking" => Act::ReturnTracking { reason },
        "file_tracking" => Act::FileTracking { outside: None },
        "file_tracking_paper" => {
            let none = || Rejection::field("paper_on", "还没有填纸质审核日期，没有保存。请选择日期。");
            let paper = paper(fields)?.ok_or_else(none)?;
            Act::FileTracking { outside: Some((fields.text("reviewer"), paper)) }
        }
        "list" => Act::List,
        "close" => Act::Close,
        "end" => Act::End { reason },
        _ => return Err(incomplete()),
    })
}

async fn step(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&STEP)?;
        fields.once(&[])?;
        let act = act(fields)?;
        let (command, talk, seen) = (fields.command()?, fields.parsed("talk")?, fields.parsed("seen")?);
        posted.services().talk_step(&posted.actor, TalkDo { command, talk, seen, act }).await
    };
    let (id, page) = place(&posted);
    let does = posted.fields.text("do");
    let known = does.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let at = if known { format!("#{does}") } else { String::new() };
    let home = Home::new(DRAFT, &*page).about(id).at(at);
    posted.ended(job, home, |()| format!("{page}?done={}", if known { does.as_str() } else { "1" })).await
}

async fn sign(posted: Posted) -> Response {
    // The head's secret on the tablet of whoever holds the talk, never kept in a draft.
    let (posted, secret) = without_secret(posted);
    let job = async {
        let known = ["talk", "seen", "paper", "side", "typed", "drawing", "paper_on", "handler", "do"];
        let fields = posted.only(&known)?;
        let paper = SignedPaper::from_key(&fields.text("paper")).ok_or_else(incomplete)?;
        let side = Side::from_key(&fields.text("side")).ok_or_else(incomplete)?;
        let signing = if fields.text("do") == "paper" {
            let missing = "还没有填纸质签字日期，没有保存。请选择日期。";
            let on = fields.needed_day("paper_on", "纸质签字日期", missing)?;
            Signing::Paper { on, handler: fields.text("handler") }
        } else {
            match fields.opt("drawing") {
                Some(path) => Signing::Drawn { path },
                None => Signing::Typed { name: fields.text("typed") },
            }
        };
        let (command, talk, seen) = (fields.command()?, fields.parsed("talk")?, fields.parsed("seen")?);
        let form = TalkSign { command, talk, seen, paper, side, signing };
        if fields.text("do") == "here" {
            posted.services().sign_talk_here(&posted.actor, form, &secret).await
        } else {
            posted.services().sign_talk(&posted.actor, form).await
        }
    };
    let (id, page) = place(&posted);
    posted.ended(job, Home::new(DRAFT, &*page).about(id).at("#sign"), |()| format!("{page}?done=sign")).await
}

async fn plan(posted: Posted) -> Response {
    const LINES: [&str; 5] = ["owner", "owner_name", "department", "due", "measures"];
    let job = async {
        let fields = numbered(&posted, &["talk", "seen"], &LINES)?;
        fields.once(&[])?;
        let mut lines = Vec::new();
        for no in numbers(fields, &LINES) {
            let text = |name: &str| fields.text(&format!("{name}_{no}"));
            let line = PlanLine {
                no,
                owner: fields.maybe(&format!("owner_{no}"))?,
                owner_name: text("owner_name"),
                department: text("department"),
                due: fields.day(&format!("due_{no}"), "整改时限")?,
                measures: text("measures"),
            };
            // A line that nobody filled in waits for the next time; its day stands in the form already.
            let empty = line.owner.is_none()
                && [&line.owner_name, &line.department, &line.measures].iter().all(|t| t.trim().is_empty());
            if !empty {
                lines.push(line);
            }
        }
        let (command, talk, seen) = (fields.command()?, fields.parsed("talk")?, fields.parsed("seen")?);
        posted.services().plan_talk(&posted.actor, PlanForm { command, talk, seen, lines }).await
    };
    let (id, page) = place(&posted);
    posted.ended(job, Home::new(DRAFT, &*page).about(id).at("#plan"), |()| format!("{page}?done=plan#plan")).await
}
