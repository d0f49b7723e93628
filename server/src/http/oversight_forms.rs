//! Forms of 督责: registering readings, remarks and what is done about them, un-matching, feedback and
//! signatures, statutory 调取. Plain posts for every browser; remarks may come from the outbox.

use app::api::{ApiError, drafts::Draft, drafts::Drafts as _};
use axum::response::Response;
use domain::{
    Rejection,
    ids::{DutyId, InspectionId},
    oversight::{Purpose, RemarkKind},
    signature::Signing,
};

use super::{
    document_files,
    fields::{Fields, incomplete},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::oversight::{
    About, Ask, Decide, Do, Look, NewRemark, REGISTER, REMARK, Register, RemarkStep, SHEET, Step, TAKING, Unmatch,
    Verdict,
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/oversight/register", Policy::SignedIn, register)
        .form("/oversight/step", Policy::SignedIn, step)
        .form("/oversight/remark", Policy::SignedIn, remark)
        .form("/oversight/remark/step", Policy::SignedIn, remark_step)
        .form("/oversight/look", Policy::SignedIn, look)
        .form("/oversight/unmatch", Policy::SignedIn, unmatch)
        .form("/oversight/takings/ask", Policy::SignedIn, ask)
        .form("/oversight/takings/decide", Policy::SignedIn, decide)
        .form("/oversight/takings/file", Policy::SignedIn, file)
}

/// Without `sure` everything is checked and nothing registered: the page asks once more.
async fn register(posted: Posted) -> Response {
    let known = ["year", "post", "purpose", "from", "to", "reader", "share", "least", "step", "after", "sure"];
    let sure = posted.fields.text("sure") == "1";
    let job =
        async {
            let fields = posted.only(&known)?;
            let purposes = Purpose::ALL.map(|p| (p.key(), p));
            let form =
                Register {
                    command: fields.command()?,
                    purpose: fields.choice("purpose", &purposes)?,
                    year: fields.parsed("year")?,
                    posts: fields.ids("post")?,
                    from: fields.day("from", "开始日期")?,
                    to: fields.day("to", "结束日期")?,
                    readers: fields.ids("reader")?,
                    share: fields.text("share").trim().parse().map_err(|_| {
                        Rejection::field("share", "抽查比例不是数字，没有登记。请填写 1 到 100 的整数。")
                    })?,
                    least: match fields.opt("least") {
                        None => 0,
                        Some(items) => items.trim().parse().map_err(|_| {
                            Rejection::field("least", "最少抽查条数不是整数，没有登记。请改正，或者留空。")
                        })?,
                    },
                    step: fields.maybe("step")?,
                };
            if sure {
                let made = posted.services().register_readings(&posted.actor, form).await?;
                // One of them is named, so that the page leads to it; of many the list shows each.
                let done = if let [one] = made.as_slice() { one.to_string() } else { "1".to_owned() };
                return Ok(format!("/oversight?done={done}"));
            }
            posted.services().check_readings(&posted.actor, &form).await?;
            let draft = Draft { fields: fields.content(), problem: String::new(), problem_field: None };
            let draft = posted.services().keep(&posted.actor, REGISTER, "", draft).await?;
            Ok::<_, ApiError>(format!("/oversight?draft={draft}#confirm"))
        };
    posted.ended(job, Home::new(REGISTER, "/oversight").at("#register"), |place| place).await
}

fn signing(fields: &Fields) -> Signing {
    match fields.opt("drawing") {
        Some(path) => Signing::Drawn { path },
        None => Signing::Typed { name: fields.text("typed") },
    }
}

async fn step(posted: Posted) -> Response {
    // The head's secret on the reader's screen, never kept in a draft.
    let (posted, secret) = without_secret(posted);
    let job = async {
        let fields = posted.only(&[
            "inspection",
            "seen",
            "do",
            "words",
            "duty",
            "drawing",
            "typed",
            "paper_on",
            "handler",
            "signer",
            "early",
            "to",
        ])?;
        let mut here = None;
        let act = match fields.text("do").as_str() {
            "choose" => Do::Choose(fields.ids("duty")?),
            "withdraw" => Do::Withdraw,
            "feedback" => Do::Feedback { early: fields.text("early") == "1" },
            "reopen" => Do::Reopen,
            "sign" => Do::Sign(signing(fields)),
            "here" => {
                let signer = fields.parsed("signer")?;
                here = Some(signer);
                Do::SignHere(signing(fields), signer)
            }
            "end" => Do::End,
            "prolong" => Do::Prolong(fields.day("to", "结束日期")?),
            "paper" => {
                let on = fields.needed_day("paper_on", "签字日期", "还没有填签字日期，没有保存。请选择日期。")?;
                let signing = Signing::Paper { on, handler: fields.text("handler") };
                match fields.maybe("signer")? {
                    Some(signer) => Do::SignActing(signing, signer),
                    None => Do::Sign(signing),
                }
            }
            _ => return Err(incomplete().into()),
        };
        let form = Step {
            command: fields.command()?,
            inspection: fields.parsed("inspection")?,
            seen: fields.parsed("seen")?,
            act,
            words: fields.text("words"),
        };
        match here {
            Some(signer) => posted.services().sign_here(&posted.actor, form, signer, &secret).await,
            None => posted.services().reading_step(&posted.actor, form).await,
        }
    };
    let (home, page) = sheet(&posted, SHEET);
    let place = match posted.fields.text("do").as_str() {
        "sign" => "#sign",
        "paper" => "#paper",
        "here" => "#here",
        "end" => "#end",
        "prolong" => "#prolong",
        "feedback" => "#feedback",
        "choose" => "#choose",
        _ => "",
    };
    posted.ended(job, home.at(place), |()| format!("{page}?done=1")).await
}

/// The page of the reading a form is about.
fn sheet(posted: &Posted, form: &'static str) -> (Home, String) {
    let id = posted.fields.text("inspection");
    let page = format!("/oversight/{}", reply::encode(&id));
    (Home::new(form, page.clone()).about(id), page)
}

async fn remark(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["inspection", "record", "duty", "kind", "text", "tap", "row"])?;
        let kind = RemarkKind::from_key(&fields.text("kind"))
            .ok_or_else(|| Rejection::field("kind", "还没有选意见，没有保存。请选一项。"))?;
        let form = NewRemark {
            command: fields.command()?,
            inspection: fields.parsed::<InspectionId>("inspection")?,
            record: fields.maybe("record")?,
            duty: fields.maybe::<DutyId>("duty")?,
            kind,
            text: fields.text("text"),
            tap: fields.text("tap") == "1",
            row: fields.opt("row"),
        };
        posted.services().write_remark(&posted.actor, form).await
    };
    let (home, page) = sheet(&posted, REMARK);
    // A tap goes back to its row, where the next one is at hand, and so does what is wrong with it.
    let row = row_of(&posted).filter(|_| posted.fields.text("tap") == "1");
    let home = home.at(row.as_ref().map_or_else(|| "#remark".to_owned(), |row| format!("#row-{row}")));
    // `done` names the row, which stays open there while other marked ones are folded.
    let place = row.map_or_else(|| "1#remarks".to_owned(), |row| format!("{row}#row-{row}"));
    posted.ended(job, home, |_| format!("{page}?done={place}")).await
}

/// Id of the row that a tap was on.
fn row_of(posted: &Posted) -> Option<String> {
    let row = ["row", "item", "record", "duty"].into_iter().find_map(|name| posted.fields.opt(name))?;
    Some(reply::encode(&row))
}

async fn look(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["inspection", "item", "kind", "text"])?;
        let form = Look {
            command: fields.command()?,
            inspection: fields.parsed("inspection")?,
            item: fields.parsed("item")?,
            settled: fields.choice("kind", &[("settled", true), ("unsettled", false)])?,
            words: fields.text("text"),
        };
        posted.services().look_at_item(&posted.actor, form).await
    };
    let (home, page) = sheet(&posted, REMARK);
    let home = home.at(row_of(&posted).map_or_else(String::new, |row| format!("#row-{row}")));
    posted.ended(job, home, |item| format!("{page}?done=1#row-{item}")).await
}

async fn remark_step(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["inspection", "remark", "seen", "do", "words", "demand", "deadline"])?;
        let about = match fields.text("do").as_str() {
            "agree" => About::Agree,
            "retract" => About::Retract,
            "ask" => About::Ask,
            "keep" => About::Keep,
            "yield" => About::Yield,
            "approve" => About::Approve,
            "decline" => About::Decline,
            "item" => About::Item { demand: fields.text("demand"), deadline: fields.day("deadline", "整改期限")? },
            _ => return Err(incomplete().into()),
        };
        let form = RemarkStep {
            command: fields.command()?,
            remark: fields.parsed("remark")?,
            about,
            words: fields.text("words"),
            seen: fields.maybe("seen")?,
        };
        posted.services().remark_step(&posted.actor, form).await
    };
    let (home, _) = sheet(&posted, REMARK);
    let home = home.at(format!("#remark-{}", reply::encode(&posted.fields.text("remark"))));
    posted.ended(job, home, |id| format!("/oversight/{id}?done=1#remarks")).await
}

async fn unmatch(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["inspection", "record", "duty", "reason"])?;
        let form = Unmatch {
            command: fields.command()?,
            inspection: fields.parsed("inspection")?,
            record: fields.parsed("record")?,
            duty: fields.parsed("duty")?,
            reason: fields.text("reason"),
        };
        posted.services().unmatch_record(&posted.actor, form).await
    };
    let (home, page) = sheet(&posted, REMARK);
    posted.ended(job, home, |_| format!("{page}?done=1")).await
}

/// A secret is never kept in a draft: the form goes back without it.
pub(super) fn without_secret(posted: Posted) -> (Posted, String) {
    let secret = posted.fields.text("secret");
    (without(posted, &["secret"]), secret)
}

/// The form without these fields: no draft keeps them.
pub(super) fn without(mut posted: Posted, names: &[&str]) -> Posted {
    let mut rest = posted.fields.content();
    rest.retain(|(name, _)| !names.contains(&name.as_str()));
    if let Ok(command) = posted.fields.command() {
        rest.push(("command".to_owned(), command.to_string()));
    }
    posted.fields = Fields::new(rest);
    posted
}

/// As [`register`]: without `sure` the page asks once more, whose book it is; only then for the secret.
async fn ask(posted: Posted) -> Response {
    let (posted, secret) = without_secret(posted);
    let sure = posted.fields.text("sure") == "1";
    let job = async {
        let fields = posted.only(&["post", "year", "number", "reason", "sure"])?;
        if fields.opt("post").is_none() {
            return Err(Rejection::field("post", "还没有选记录本，没有登记。请选择要调取的记录本。").into());
        }
        let form = Ask {
            command: fields.command()?,
            post: fields.parsed("post")?,
            year: fields.parsed("year")?,
            number: fields.text("number"),
            reason: fields.text("reason"),
        };
        if sure {
            let taking = posted.services().ask_taking(&posted.actor, form, &secret).await?;
            return Ok(format!("/oversight/takings?done={taking}"));
        }
        posted.services().check_taking(&posted.actor, &form).await?;
        let draft = Draft { fields: fields.content(), problem: String::new(), problem_field: None };
        let draft = posted.services().keep(&posted.actor, TAKING, "", draft).await?;
        Ok::<_, ApiError>(format!("/oversight/takings?draft={draft}#ask"))
    };
    posted.ended(job, Home::new(TAKING, "/oversight/takings").at("#ask"), |place| place).await
}

/// A form of the list: what is wrong with it is said at the row of its request.
fn in_list(posted: &Posted) -> Home {
    Home::new(TAKING, "/oversight/takings").about(posted.fields.text("taking")).at("#refused")
}

async fn decide(posted: Posted) -> Response {
    let (posted, secret) = without_secret(posted);
    let job = async {
        let fields = posted.only(&["taking", "do"])?;
        let form = Decide {
            command: fields.command()?,
            taking: fields.parsed("taking")?,
            act: fields.choice(
                "do",
                &[("approve", Verdict::Approve), ("refuse", Verdict::Refuse), ("second", Verdict::Second)],
            )?,
        };
        posted.services().decide_taking(&posted.actor, form, &secret).await
    };
    posted.ended(job, in_list(&posted), |()| "/oversight/takings?done=1".into()).await
}

async fn file(posted: Posted) -> Response {
    let (posted, secret) = without_secret(posted);
    let job = async {
        let fields = posted.only(&["taking"])?;
        fields.command()?;
        let taken = posted.services().take_book(&posted.actor, fields.parsed("taking")?, &secret).await?;
        document_files::docx(taken.doc).await
    };
    match job.await {
        Ok(response) => response,
        Err(e) => posted.back(in_list(&posted), &e).await,
    }
}
