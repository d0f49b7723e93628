//! What is written of a 工作建议 or 建议书.

use domain::{
    Rejection,
    accountability::{Advice, AdviceKind, AdviceLines, NewItem, Origin, Step},
    ids::{AdviceId, DistrictId, ItemId, PersonId, PostId},
    people::{
        Role,
        access::{self as sight, Actor, hand},
    },
    time::Day,
};
use serde::Serialize;

use super::{
    super::{
        access::sees,
        open::{Writer, new_id, open_in, over},
        store,
    },
    load,
};
use crate::{
    random,
    services::{numbers, posts},
    storage::{Failure, StorageError, Tx, q},
};

/// What was written.
#[derive(Debug, Clone, Serialize)]
pub struct Wrote {
    /// 标题.
    pub title: String,
    /// The problem as the unit reads it.
    pub problem: String,
    /// What is suggested.
    pub demand: String,
    /// Day of the reply.
    pub reply_by: Option<Day>,
    /// And asked for the approval.
    pub ask: bool,
}

/// What is done.
#[derive(Debug, Clone, Serialize)]
pub enum AdviceDo {
    /// A new one: kind, post, the problem it follows from.
    Draft(AdviceKind, PostId, Option<ItemId>, Wrote),
    /// Written anew.
    Rewrite(AdviceId, u32, Wrote),
    /// Approved, numbered, handed over.
    Issue(AdviceId, u32),
    /// Sent back.
    Return(AdviceId, u32, String),
    /// Dropped before the issue.
    Drop(AdviceId, u32, String),
}

fn lines(wrote: &Wrote) -> AdviceLines {
    AdviceLines {
        title: wrote.title.clone(),
        problem: wrote.problem.clone(),
        demand: wrote.demand.clone(),
        reply_by: wrote.reply_by,
    }
}

/// Carries it out inside a command; gives the id.
pub(in crate::services::accountability) async fn act(
    tx: &mut Tx,
    actor: &Actor,
    what: AdviceDo,
) -> Result<AdviceId, Failure> {
    let me: (PersonId, String) = (actor.person, actor.name.clone());
    let today = tx.now().day();
    let (words, advice) = match what {
        AdviceDo::Draft(kind, post, about, wrote) => {
            let missing = || Rejection::field("post", "还没有选受文单位，没有保存。请选择。");
            let info = posts::post(tx, actor.district, post, today).await?.ok_or_else(missing)?;
            let _proof = sight::draft_advice(actor, info.access()).map_err(|_| missing())?;
            if let Some(words) = over(tx, info.unit, today).await? {
                return Err(Rejection::field("post", words).into());
            }
            if let Some(item) = about {
                let kept = store::load(tx, actor.district, item).await?;
                if !sees(actor, &kept) || kept.item.unit != info.unit {
                    let words = "没有找到这个单位的这一问题，没有保存。请从问题的页面进入。";
                    return Err(Rejection::field("item", words).into());
                }
            }
            let id = AdviceId(random::id(tx.now()));
            let mut advice = Advice::draft(id, kind, (info.unit, info.post), about, lines(&wrote), me, today)?;
            insert(tx, actor.district, &advice).await?;
            if wrote.ask {
                advice.ask()?;
            }
            (if wrote.ask { "报审" } else { "起草" }, advice)
        }
        AdviceDo::Rewrite(id, seen, wrote) => {
            let mut advice = writes(tx, actor, id, seen).await?;
            advice.rewrite(lines(&wrote), me, today)?;
            if wrote.ask {
                advice.ask()?;
            }
            (if wrote.ask { "报审" } else { "修改" }, advice)
        }
        AdviceDo::Drop(id, seen, reason) => {
            let mut advice = writes(tx, actor, id, seen).await?;
            advice.drop_it(&reason)?;
            ("撤下", advice)
        }
        AdviceDo::Return(id, seen, reason) => {
            let mut advice = signs(tx, actor, id, seen).await?;
            advice.send_back(me.0, &reason)?;
            ("退回", advice)
        }
        AdviceDo::Issue(id, seen) => {
            let mut advice = signs(tx, actor, id, seen).await?;
            issue(tx, actor, &mut advice).await?;
            ("审定发出", advice)
        }
    };
    save(tx, &advice).await?;
    let details = format!("{words} {}《{}》{}", advice.kind.label(), advice.lines.title, advice.number);
    let object = format!("advice:{}", advice.id);
    tx.audit(actor.district, Some(actor.account), "accountability.advice", &object, &details).await?;
    Ok(advice.id)
}

async fn writes(tx: &mut Tx, actor: &Actor, id: AdviceId, seen: u32) -> Result<Advice, Failure> {
    let found = load(tx, actor, id).await?;
    let _proof = sight::draft_advice(actor, found.post())?;
    on(found.advice, seen)
}

async fn signs(tx: &mut Tx, actor: &Actor, id: AdviceId, seen: u32) -> Result<Advice, Failure> {
    let found = load(tx, actor, id).await?;
    let _proof = sight::sign_advice(actor, found.post())?;
    on(found.advice, seen)
}

fn on(advice: Advice, seen: u32) -> Result<Advice, Failure> {
    if advice.version == seen { Ok(advice) } else { Err(Rejection::Stale.into()) }
}

/// Numbered, and the item that waits for the reply opened, all or nothing.
async fn issue(tx: &mut Tx, actor: &Actor, advice: &mut Advice) -> Result<(), Failure> {
    let today = tx.now().day();
    // The unit ended between the draft and the signature: a paper to nobody is not sent.
    if let Some(words) = over(tx, advice.unit, today).await? {
        return Err(Rejection::state(words).into());
    }
    let calendar = posts::calendar(tx, actor.district).await?;
    let item = new_id(tx);
    let year = chrono::Datelike::year(&today);
    let subject = format!("advice:{}", advice.id);
    let number = numbers::take(tx, actor.district, advice.kind.series(), year, &subject).await?;
    let me = (actor.person, actor.name.clone());
    let reply_by = advice.issue(me, number.to_string(), item, today, &calendar)?;
    numbers::named(tx, actor, &number, &advice.lines.title, &format!("/accountability/advices/{}", advice.id)).await?;
    let duty = match advice.about {
        Some(about) => store::load(tx, actor.district, about).await?.item.duty,
        None => None,
    };
    let role = [Role::DeputySecretary, Role::Secretary].into_iter().find(|role| actor.has(*role));
    let by = Writer {
        district: actor.district,
        account: actor.account,
        role: role.unwrap_or(Role::ConductOffice),
        hand: hand(actor),
    };
    let new = NewItem {
        id: item,
        origin: Origin { feature: "advices".to_owned(), id: advice.id.to_string() },
        kind: advice.kind.item(),
        unit: advice.unit,
        post: advice.post,
        duty,
        problem: advice.lines.problem.clone(),
        demand: advice.lines.demand.clone(),
        deadline: Some(reply_by),
    };
    let mut opened = open_in(tx, &by, new).await?;
    // The number of the paper stands on the ledger, too, so that nothing is typed twice.
    let seen = opened.version;
    let event = opened.link(&by.hand, today, advice.kind.label(), &number.to_string())?;
    store::save(tx, &opened, seen).await?;
    debug_assert_eq!(event.step, Step::Link);
    store::note(tx, actor.district, opened.id, &event, by.role).await?;
    Ok(())
}

fn text_of(advice: &Advice) -> Result<String, StorageError> {
    serde_json::to_string(advice).map_err(|_| StorageError::shape("advice"))
}

async fn insert(tx: &mut Tx, district: DistrictId, advice: &Advice) -> Result<(), StorageError> {
    let now = tx.now();
    tx.insert(
        "INSERT INTO advices (id, district_id, kind, unit_id, post_id, about, state, advice, version, made_at)",
        vec![
            advice.id.into(),
            district.into(),
            advice.kind.key().into(),
            advice.unit.into(),
            advice.post.into(),
            advice.about.into(),
            advice.state.key().into(),
            text_of(advice)?.into(),
            advice.version.into(),
            now.into(),
        ],
    )
    .await
    .map(drop)
}

async fn save(tx: &mut Tx, advice: &Advice) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE advices SET state = $1, number = $2, issued_on = $3, reply_by = $4, item_id = $5, advice = $6,
             version = $7 WHERE id = $8")
        .bind(advice.state.key())
        .bind(&advice.number)
        .bind(advice.issued_on)
        .bind(advice.lines.reply_by)
        .bind(advice.item)
        .bind(text_of(advice)?)
        .bind(advice.version)
        .bind(advice.id),
    )
    .await
    .map(drop)
}
