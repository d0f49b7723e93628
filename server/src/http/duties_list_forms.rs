//! Forms about one leader's list: items, proposals, steps, comments, receipts, new editions,
//! handing down, and the 移交单. Same way as `duties_forms`.

use axum::{Extension, extract::State, response::Response};
use domain::{Rejection, signature::Signing};

use super::{
    duties_forms::{Home, ITEM, Posted, item_command, item_form, item_page, page, run, the_step},
    fields::Fields,
    policy::{Builder, Policy},
};
use crate::services::duties::{Command, ItemForm, ItemsOf, Side};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/duties/lists/item", Policy::SignedIn, list_item)
        .form("/duties/lists/propose", Policy::SignedIn, propose)
        .form("/duties/lists/step", Policy::SignedIn, step)
        .form("/duties/lists/comment", Policy::SignedIn, comment)
        .form("/duties/lists/paper", Policy::SignedIn, paper)
        .form("/duties/lists/edition", Policy::SignedIn, edition)
        .form("/duties/lists/pass", Policy::SignedIn, pass)
        .form("/duties/sign", Policy::SignedIn, sign)
        .form("/duties/handovers/sign", Policy::SignedIn, sign_handover)
}

/// A drawn path if there is one, else the typed name.
fn screen_signing(fields: &Fields) -> Result<Signing, Rejection> {
    match (fields.opt("drawing"), fields.opt("typed")) {
        (Some(path), _) => Ok(Signing::Drawn { path }),
        (None, Some(name)) => Ok(Signing::Typed { name: name.trim().to_owned() }),
        (None, None) => Err(Rejection::field("typed", "还没有签名，没有保存。请在框内手写签名，或输入姓名。")),
    }
}

/// The paper signature in the fields `paper_on`, `handler`.
fn paper_signing(fields: &Fields) -> Result<Signing, Rejection> {
    let on = fields
        .day("paper_on", "纸质签收日期")?
        .ok_or_else(|| Rejection::field("paper_on", "还没有填纸质签收日期，没有保存。请按纸上的日期填写。"))?;
    Ok(Signing::Paper { on, handler: fields.text("handler").trim().to_owned() })
}

async fn list_item((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        let known: Vec<&str> = ITEM.into_iter().chain(["leader", "seen", "do"]).collect();
        fields.only(&known)?;
        item_command(&fields, ItemsOf::Leader(fields.parsed("leader")?))
    };
    let home = Home { form: "duties.list", page: item_page("/duties/lists/", &fields.text("leader"), &fields) };
    run(&app, &visitor, &fields, "list_item", home, command()).await
}

async fn propose((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "text", "frequency", "due", "evidence", "source"])?;
        Ok(Command::Propose {
            list: fields.parsed("leader")?,
            seen: fields.parsed("seen")?,
            form: ItemForm { duty: None, ..item_form(&fields)? },
        })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "propose", home, command()).await
}

async fn step((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "step", "reason", "effective_on"])?;
        Ok(Command::Step {
            step: the_step(&fields)?,
            list: fields.parsed("leader")?,
            seen: fields.parsed("seen")?,
            reason: fields.text("reason"),
            effective_on: fields.day("effective_on", "生效日期")?,
        })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "step", home, command()).await
}

async fn comment((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let mine = fields.text("back") == "mine";
    let command = || {
        fields.only(&["leader", "comment", "back"])?;
        let back = if mine { "mine" } else { "" };
        Ok(Command::Comment { list: fields.parsed("leader")?, words: fields.text("comment"), back })
    };
    let home = if mine {
        Home { form: "duties.mine", page: "/duties/mine".into() }
    } else {
        Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) }
    };
    run(&app, &visitor, &fields, "comment", home, command()).await
}

async fn paper((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "paper_on", "handler"])?;
        let signing = paper_signing(&fields)?;
        Ok(Command::Sign { list: fields.parsed("leader")?, seen: fields.parsed("seen")?, signing })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "paper", home, command()).await
}

async fn sign((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "seen", "drawing", "typed"])?;
        let signing = screen_signing(&fields)?;
        Ok(Command::Sign { list: fields.parsed("leader")?, seen: fields.parsed("seen")?, signing })
    };
    let home = Home { form: "duties.sign", page: format!("{}#sign", page("/duties/sign/", &fields.text("leader"))) };
    run(&app, &visitor, &fields, "sign", home, command()).await
}

async fn edition((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "effective_on"])?;
        let effective_on = fields
            .day("effective_on", "生效日期")?
            .ok_or_else(|| Rejection::field("effective_on", "还没有填生效日期，没有保存。请选一个日期。"))?;
        Ok(Command::NextEdition { list: fields.parsed("leader")?, effective_on })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "edition", home, command()).await
}

async fn pass((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["leader", "item", "post", "effective_on"])?;
        let effective_on = fields
            .day("effective_on", "生效日期")?
            .ok_or_else(|| Rejection::field("effective_on", "还没有填生效日期，没有保存。请选一个日期。"))?;
        Ok(Command::PassDown {
            list: fields.parsed("leader")?,
            duties: fields.ids("item")?,
            posts: fields.ids("post")?,
            effective_on,
        })
    };
    let home = Home { form: "duties.list", page: page("/duties/lists/", &fields.text("leader")) };
    run(&app, &visitor, &fields, "pass", home, command()).await
}

async fn sign_handover((State(app), Extension(visitor), fields): Posted) -> Result<Response, Response> {
    let command = || {
        fields.only(&["handover", "seen", "side", "how", "drawing", "typed", "paper_on", "handler"])?;
        let side = match fields.text("side").as_str() {
            "from" => Side::From,
            "to" => Side::To,
            _ => return Err(Rejection::field("side", "还没有选由哪一方签字，没有保存。请选择移交人或接收人。")),
        };
        let signing = if fields.text("how") == "paper" { paper_signing(&fields)? } else { screen_signing(&fields)? };
        Ok(Command::SignHandover { id: fields.parsed("handover")?, seen: fields.parsed("seen")?, side, signing })
    };
    let form = page("/duties/handovers/", &fields.text("handover"));
    // Back to the very pad, where the message stands.
    let place = match fields.text("side").as_str() {
        side @ ("from" | "to") => format!("#sign-{side}"),
        _ => String::new(),
    };
    let home = Home { form: "duties.handover", page: format!("{form}{place}") };
    run(&app, &visitor, &fields, "sign_handover", home, command()).await
}
