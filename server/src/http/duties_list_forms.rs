//! Forms about one leader's list: items, proposals, steps, comments, receipts, new editions,
//! handing down, and the 移交单. Same way as `duties_forms`.

use axum::response::Response;
use domain::{Rejection, chain::Answer, signature::Signing};

use super::{
    duties_forms::{ITEM, effective_on, home, item_command, item_form, item_home, run, the_step},
    fields::{Fields, incomplete},
    policy::{Builder, Policy},
    posted::{Home, Posted},
};
use crate::services::duties::{Command, ItemForm, ItemsOf, Side};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/duties/lists/item", Policy::SignedIn, list_item)
        .form("/duties/lists/propose", Policy::SignedIn, propose)
        .form("/duties/lists/learn", Policy::SignedIn, learn)
        .form("/duties/lists/step", Policy::SignedIn, step)
        .form("/duties/lists/comment", Policy::SignedIn, comment)
        .form("/duties/lists/paper", Policy::SignedIn, paper)
        .form("/duties/lists/edition", Policy::SignedIn, edition)
        .form("/duties/lists/pass", Policy::SignedIn, pass)
        .form("/duties/sign", Policy::SignedIn, sign)
        .form("/duties/handovers/sign", Policy::SignedIn, sign_handover)
}

/// A drawn path if there is one, else the typed name.
pub(super) fn screen_signing(fields: &Fields) -> Result<Signing, Rejection> {
    match (fields.opt("drawing"), fields.opt("typed")) {
        (Some(path), _) => Ok(Signing::Drawn { path }),
        (None, Some(name)) => Ok(Signing::Typed { name: name.trim().to_owned() }),
        (None, None) => Err(Rejection::field("typed", "还没有签名，没有保存。请在框内手写签名，或输入姓名。")),
    }
}

/// The paper signature in the fields `paper_on`, `handler`.
pub(super) fn paper_signing(fields: &Fields) -> Result<Signing, Rejection> {
    paper_signed(fields, "签收")
}

/// The same for an `act` of its own: 签字.
pub(super) fn paper_signed(fields: &Fields, act: &str) -> Result<Signing, Rejection> {
    let missing = format!("还没有填纸质{act}日期，没有保存。请按纸上的日期填写。");
    let on = fields.needed_day("paper_on", &format!("纸质{act}日期"), &missing)?;
    Ok(Signing::Paper { on, handler: fields.text("handler").trim().to_owned() })
}

async fn list_item(posted: Posted) -> Response {
    let command = || {
        let known: Vec<&str> = ITEM.into_iter().chain(["leader", "seen", "do"]).collect();
        let fields = posted.only(&known)?;
        item_command(fields, ItemsOf::Leader(fields.parsed("leader")?))
    };
    let home = item_home(&posted, "duties.list", "/duties/lists/", "leader");
    run(&posted, "list_item", home, command()).await
}

async fn propose(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["leader", "seen", "text", "frequency", "due", "evidence", "source", "alike"])?;
        Ok(Command::Propose {
            list: fields.parsed("leader")?,
            seen: fields.parsed("seen")?,
            form: ItemForm { duty: None, ..item_form(fields)? },
        })
    };
    let home = home(&posted, "duties.list", "/duties/lists/", "leader");
    run(&posted, "propose", home, command()).await
}

async fn learn(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["leader", "seen", "do"])?;
        let what = fields.text("do");
        let (answer, id) = what.split_once(':').ok_or_else(incomplete)?;
        Ok(Command::Learn {
            list: fields.parsed("leader")?,
            seen: fields.parsed("seen")?,
            problem: id.parse().map_err(|_| Rejection::NotFound)?,
            answer: Answer::from_key(answer).ok_or_else(incomplete)?,
        })
    };
    let home = home(&posted, "duties.list", "/duties/lists/", "leader").at("#learned");
    run(&posted, "learn", home, command()).await
}

async fn step(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["leader", "seen", "step", "reason", "effective_on", "alike"])?;
        Ok(Command::Step {
            step: the_step(fields)?,
            list: fields.parsed("leader")?,
            seen: fields.parsed("seen")?,
            reason: fields.text("reason"),
            effective_on: fields.day("effective_on", "生效日期")?,
            alike: fields.opt("alike").is_some(),
        })
    };
    let home = home(&posted, "duties.list", "/duties/lists/", "leader");
    run(&posted, "step", home, command()).await
}

async fn comment(posted: Posted) -> Response {
    let mine = posted.fields.text("back") == "mine";
    let command = || {
        let fields = posted.only(&["leader", "comment", "back"])?;
        let back = if mine { "mine" } else { "" };
        Ok(Command::Comment { list: fields.parsed("leader")?, words: fields.text("comment"), back })
    };
    let home = if mine {
        Home::new("duties.mine", "/duties/mine")
    } else {
        home(&posted, "duties.list", "/duties/lists/", "leader")
    };
    run(&posted, "comment", home, command()).await
}

async fn paper(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["leader", "seen", "paper_on", "handler"])?;
        let signing = paper_signing(fields)?;
        Ok(Command::Sign { list: fields.parsed("leader")?, seen: fields.parsed("seen")?, signing })
    };
    let home = home(&posted, "duties.list", "/duties/lists/", "leader");
    run(&posted, "paper", home, command()).await
}

async fn sign(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["leader", "seen", "drawing", "typed"])?;
        let signing = screen_signing(fields)?;
        Ok(Command::Sign { list: fields.parsed("leader")?, seen: fields.parsed("seen")?, signing })
    };
    let home = home(&posted, "duties.sign", "/duties/sign/", "leader").at("#sign");
    run(&posted, "sign", home, command()).await
}

async fn edition(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["leader", "effective_on"])?;
        let effective_on = effective_on(fields)?;
        Ok(Command::NextEdition { list: fields.parsed("leader")?, effective_on })
    };
    let home = home(&posted, "duties.list", "/duties/lists/", "leader");
    run(&posted, "edition", home, command()).await
}

async fn pass(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["leader", "item", "post", "effective_on"])?;
        let effective_on = effective_on(fields)?;
        Ok(Command::PassDown {
            list: fields.parsed("leader")?,
            duties: fields.ids("item")?,
            posts: fields.ids("post")?,
            effective_on,
        })
    };
    let home = home(&posted, "duties.list", "/duties/lists/", "leader");
    run(&posted, "pass", home, command()).await
}

async fn sign_handover(posted: Posted) -> Response {
    let command = || {
        let fields = posted.only(&["handover", "seen", "side", "how", "drawing", "typed", "paper_on", "handler"])?;
        let side = match fields.text("side").as_str() {
            "from" => Side::From,
            "to" => Side::To,
            _ => return Err(Rejection::field("side", "还没有选由哪一方签字，没有保存。请选择移交人或接收人。")),
        };
        let signing = if fields.text("how") == "paper" { paper_signing(fields)? } else { screen_signing(fields)? };
        Ok(Command::SignHandover { id: fields.parsed("handover")?, seen: fields.parsed("seen")?, side, signing })
    };
    // Back to the very pad, where the message stands.
    let place = match posted.fields.text("side").as_str() {
        "from" => "#sign-from",
        "to" => "#sign-to",
        _ => "",
    };
    let home = home(&posted, "duties.handover", "/duties/handovers/", "handover").at(place);
    run(&posted, "sign_handover", home, command()).await
}
