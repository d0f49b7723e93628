//! Forms of 问责 beside the steps of an item: put on the account by hand, 催办, published measures and their dictionaries,
//! 工作建议 and 建议书, 制度. Plain posts for every browser.

use axum::response::Response;
use domain::{
    Rejection,
    accountability::{AdviceKind, Form, ItemKind, MeasureKind, RegulationKind, Responsibility, Rulebook, Target, Way},
    ids::AdviceId,
};

use super::{
    fields::{Fields, incomplete},
    policy::{Builder, Policy},
    posted::{Home, Posted},
    reply,
};
use crate::services::{
    accountability::{
        DRAFT as ITEM_DRAFT,
        advices::{AdviceDo, DRAFT as ADVICE_DRAFT, STEP_DRAFT as ADVICE_STEP, Wrote},
        by_hand::{DRAFT as OPEN_DRAFT, Opened},
        measures::{DRAFT as MEASURE_DRAFT, Fill, MeasureDo},
        regulations::{DRAFT as REGULATION_DRAFT, RegulationDo},
    },
    reminders::Subject,
};

/// Adds the forms.
pub fn routes(builder: Builder) -> Builder {
    builder
        .form("/accountability/open", Policy::SignedIn, open)
        .form("/accountability/urge", Policy::SignedIn, urge)
        .form("/accountability/measures/do", Policy::SignedIn, measure)
        .form("/accountability/advices/do", Policy::SignedIn, advice)
        .form("/accountability/regulations/do", Policy::SignedIn, regulation)
}

async fn open(posted: Posted) -> Response {
    let job = async {
        let fields = posted.only(&["kind", "post", "problem", "demand", "deadline", "code", "ledger", "number"])?;
        let form = Opened {
            kind: ItemKind::from_key(&fields.text("kind"))
                .ok_or_else(|| Rejection::field("kind", "还没有选来源，没有保存。请选择。"))?,
            post: fields.maybe("post")?.ok_or_else(|| Rejection::field("post", "还没有选单位，没有保存。请选择。"))?,
            problem: fields.text("problem"),
            demand: fields.text("demand"),
            deadline: fields.day("deadline", "整改期限")?,
            code: fields.text("code"),
            ledger: fields.text("ledger"),
            number: fields.text("number"),
        };
        posted.services().open_by_hand(&posted.actor, fields.command()?, form).await
    };
    let home = Home::new(OPEN_DRAFT, "/accountability/new");
    posted.ended(job, home, |id| format!("/accountability/{id}?done=1")).await
}

async fn urge(posted: Posted) -> Response {
    let id = posted.fields.text("item");
    let page = format!("/accountability/{}", reply::encode(&id));
    let job = async {
        let fields = posted.only(&["item", "step"])?;
        let item = fields.parsed("item").map_err(|_| Rejection::NotFound)?;
        posted.services().urge(&posted.actor, fields.command()?, Subject::Item(item)).await
    };
    posted.ended(job, Home::new(ITEM_DRAFT, &*page).about(id), |()| format!("{page}?done=1")).await
}

fn fill(fields: &Fields) -> Result<Fill, Rejection> {
    let dual = fields.opt("dual").is_some().then(|| fields.day("dual_on", "一案双查日期"));
    Ok(Fill {
        post: fields.maybe("post")?.ok_or_else(|| Rejection::field("post", "还没有选单位，没有保存。请选择。"))?,
        item: fields.maybe("item")?,
        kind: fields.text("kind"),
        responsibility: fields.chosen("responsibility", Responsibility::from_key)?,
        number: fields.text("number"),
        decided_on: fields.needed_day("decided_on", "决定日期", "还没有填决定日期，没有保存。请选择日期。")?,
        published_on: fields.day("published_on", "公布日期")?,
        dual: match dual {
            Some(on) => Some((fields.text("dual_number"), on?)),
            None => None,
        },
    })
}

async fn measure(posted: Posted) -> Response {
    let known = [
        "do",
        "id",
        "seen",
        "post",
        "item",
        "kind",
        "responsibility",
        "number",
        "decided_on",
        "published_on",
        "dual",
        "dual_on",
        "dual_number",
        "reason",
        "label",
        "book",
        "way",
        "form",
        "target",
        "numbered",
        "key",
    ];
    let what = posted.fields.text("do");
    let about = posted.fields.opt("item").map(|item| format!("?item={}", reply::encode(&item))).unwrap_or_default();
    let page = format!("/accountability/measures{about}");
    let place = match what.as_str() {
        "enter" => "#enter",
        "add_kind" | "retire_kind" | "restore_kind" => "#kinds",
        _ => "#list",
    };
    let job = async {
        let fields = posted.only(&known)?;
        let (id, seen) = (|| fields.parsed("id"), || fields.parsed::<u32>("seen"));
        let act = match what.as_str() {
            "enter" => MeasureDo::Enter(fill(fields)?),
            "mend" => MeasureDo::Mend(id()?, seen()?, fill(fields)?),
            "confirm" => MeasureDo::Confirm(id()?, seen()?),
            "return" => MeasureDo::Return(id()?, seen()?, fields.text("reason")),
            "strike" => MeasureDo::StrikeOut(id()?, seen()?, fields.text("reason")),
            "add_kind" => MeasureDo::AddKind(seen()?, kind(fields)?),
            "retire_kind" => MeasureDo::RetireKind(seen()?, fields.text("key"), true),
            "restore_kind" => MeasureDo::RetireKind(seen()?, fields.text("key"), false),
            _ => return Err(incomplete().into()),
        };
        posted.services().measure_do(&posted.actor, fields.command()?, act).await
    };
    let mark = if about.is_empty() { '?' } else { '&' };
    posted.ended(job, Home::new(MEASURE_DRAFT, &*page).at(place), |()| format!("{page}{mark}done=1{place}")).await
}

fn kind(fields: &Fields) -> Result<MeasureKind, Rejection> {
    let needed = |name: &str, label: &str| Rejection::field(name, format!("还没有选{label}，没有保存。请选择。"));
    Ok(MeasureKind {
        key: String::new(),
        label: fields.text("label"),
        book: fields.chosen("book", Rulebook::from_key)?.ok_or_else(|| needed("book", "字典"))?,
        way: fields.chosen("way", Way::from_key)?.ok_or_else(|| needed("way", "分类"))?,
        form: fields.chosen("form", Form::from_key)?,
        target: fields.chosen("target", Target::from_key)?.ok_or_else(|| needed("target", "对象"))?,
        numbered: fields.opt("numbered").is_some(),
        retired: false,
    })
}

async fn advice(posted: Posted) -> Response {
    let known = ["do", "id", "seen", "kind", "post", "item", "title", "problem", "demand", "reply_by", "reason", "ask"];
    let what = posted.fields.text("do");
    let id = posted.fields.text("id");
    let home = if what == "draft" {
        let about = posted.fields.opt("item").map(|i| format!("?item={}", reply::encode(&i))).unwrap_or_default();
        Home::new(ADVICE_DRAFT, format!("/accountability/advices{about}")).at("#draft")
    } else {
        Home::new(ADVICE_STEP, format!("/accountability/advices/{}", reply::encode(&id))).about(id)
    };
    let job = async {
        let fields = posted.only(&known)?;
        let wrote = || {
            Ok::<_, Rejection>(Wrote {
                title: fields.text("title"),
                problem: fields.text("problem"),
                demand: fields.text("demand"),
                reply_by: fields.day("reply_by", "答复期限")?,
                ask: fields.opt("ask").is_some(),
            })
        };
        let (id, seen) = (|| fields.parsed::<AdviceId>("id"), || fields.parsed::<u32>("seen"));
        let act = match what.as_str() {
            "draft" => {
                let kind = fields
                    .chosen("kind", AdviceKind::from_key)?
                    .ok_or_else(|| Rejection::field("kind", "还没有选文书种类，没有保存。请选择。"))?;
                let post = fields
                    .maybe("post")?
                    .ok_or_else(|| Rejection::field("post", "还没有选受文单位，没有保存。请选择。"))?;
                AdviceDo::Draft(kind, post, fields.maybe("item")?, wrote()?)
            }
            "rewrite" => AdviceDo::Rewrite(id()?, seen()?, wrote()?),
            "issue" => AdviceDo::Issue(id()?, seen()?),
            "return" => AdviceDo::Return(id()?, seen()?, fields.text("reason")),
            "drop" => AdviceDo::Drop(id()?, seen()?, fields.text("reason")),
            _ => return Err(incomplete().into()),
        };
        posted.services().advice_do(&posted.actor, fields.command()?, act).await
    };
    posted.ended(job, home, |id| format!("/accountability/advices/{id}?done=1")).await
}

async fn regulation(posted: Posted) -> Response {
    let known = ["do", "id", "unit", "kind", "title", "number", "adopted_on", "mended", "item", "reason"];
    let what = posted.fields.text("do");
    let about = posted.fields.opt("item").map(|item| format!("?item={}", reply::encode(&item))).unwrap_or_default();
    let page = format!("/accountability/regulations{about}");
    let job = async {
        let fields = posted.only(&known)?;
        let act = match what.as_str() {
            "add" => RegulationDo::Add {
                unit: fields
                    .maybe("unit")?
                    .ok_or_else(|| Rejection::field("unit", "还没有选单位，没有保存。请选择。"))?,
                kind: fields
                    .chosen("kind", RegulationKind::from_key)?
                    .ok_or_else(|| Rejection::field("kind", "还没有选制度类别，没有保存。请选择。"))?,
                title: fields.text("title"),
                number: fields.text("number"),
                adopted_on: fields.needed_day("adopted_on", "印发日期", "还没有填印发日期，没有保存。请选择日期。")?,
                mended: fields.opt("mended").is_some(),
                item: fields.maybe("item")?,
            },
            "link" => RegulationDo::Link(fields.parsed("id")?, fields.parsed("item")?),
            "withdraw" => RegulationDo::Withdraw(fields.parsed("id")?, fields.text("reason")),
            _ => return Err(incomplete().into()),
        };
        posted.services().regulation_do(&posted.actor, fields.command()?, act).await
    };
    let mark = if about.is_empty() { '?' } else { '&' };
    let home = Home::new(REGULATION_DRAFT, &*page).at(if what == "add" { "#add" } else { "#list" });
    posted.ended(job, home, |()| format!("{page}{mark}done=1")).await
}
