//! 澄清正名: proposed by whoever verified, approved, carried out, confirmed. Off until the district switches it on. A
//! marker is left only where it was said openly.

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    board::{Duty, ThreadEvent, Visibility},
    ids::{ClearanceId, CommandId, PostId},
    papers::number::Series,
    people::access::{self, Actor},
    time::{Day, zh},
    tolerance::{About, Clearance, ClearanceState, Way},
};
use serde::Serialize;

use super::{
    super::{Services, numbers, posts},
    excuse::{Cause, excuse},
    settings, store, subjects,
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// A 澄清 as proposed.
#[derive(Debug, Clone, Serialize)]
pub struct AskClear {
    /// Post.
    pub post: PostId,
    /// `remark:…`, `item:…`.
    pub about: String,
    /// Way.
    pub way: Option<Way>,
    /// Summary of the conclusion.
    pub summary: String,
    /// It was verified to be untrue or made up.
    pub untrue: bool,
}

/// What is done to a 澄清.
#[derive(Debug, Clone, Serialize)]
pub enum Doing {
    /// Approved.
    Approve,
    /// Not approved, with a reason.
    Refuse(String),
    /// Carried out: day, where and before whom.
    Carry(Option<Day>, String),
    /// Confirmed by the person on the screen.
    Receive,
    /// Confirmed on paper: day, handler.
    Paper(Option<Day>, String),
}

/// A step as sent.
#[derive(Debug, Clone, Serialize)]
pub struct ClearStep {
    /// Case.
    pub case: ClearanceId,
    /// Version that the page showed.
    pub seen: u32,
    /// What.
    pub doing: Doing,
}

/// Proposes a 澄清 within a command.
pub(crate) async fn clear_quietly(tx: &mut Tx, actor: &Actor, form: AskClear) -> Result<ClearanceId, Failure> {
    let (district, today) = (actor.district, tx.now().day());
    let info = posts::post(tx, district, form.post, today).await?.ok_or(Rejection::NotFound)?;
    let _proof = access::ask_clearance(actor, info.access()).map_err(|_| Rejection::NotFound)?;
    let (set, ..) = settings::load(tx, district).await?;
    set.clears()?;
    let about = About::from_key(&form.about)
        .ok_or_else(|| Rejection::field("about", "还没有选是哪一项记载，没有提交。请选一项。"))?
        .recorded()?;
    let way = form.way.ok_or_else(|| Rejection::field("way", "还没有选澄清方式，没有提交。请选一种。"))?;
    let found = match subjects::one(tx, district, form.post, about, today).await {
        Ok(found) => found,
        Err(Failure::Rejected(Rejection::NotFound)) => {
            let words = "系统里没有这一项记载，不能澄清，没有提交。请刷新页面后重新选择。";
            return Err(Rejection::field("about", words).into());
        }
        Err(other) => return Err(other),
    };
    let Some(person) = subjects::head_on(tx, form.post, found.on).await? else {
        let words = "那一天这个岗位空缺，没有需要澄清的人，没有提交。";
        return Err(Rejection::field("about", words).into());
    };
    let find = q("SELECT state FROM clearances WHERE district_id = $1 AND about = $2").bind(district);
    for row in &tx.rows(find.bind(about.key())).await? {
        if row.keyed("state", ClearanceState::from_key)? != ClearanceState::Refused {
            return Err(Rejection::field("about", "这一项已经在澄清，没有重复提交。").into());
        }
    }
    let case = Clearance {
        id: ClearanceId(random::id(tx.now())),
        unit: info.unit,
        post: info.post,
        about,
        title: found.title,
        person,
        summary: form.summary,
        way,
        by: (actor.person, actor.name.clone()),
        asked_on: today,
        decided: None,
        reason: String::new(),
        done: None,
        receipt: None,
        talk: None,
        state: ClearanceState::Asked,
        version: 0,
    }
    .ask(form.untrue)?;
    store::insert_clearance(tx, district, &case).await?;
    let object = format!("clearance:{}", case.id);
    tx.audit(district, Some(actor.account), "clearance.step", &object, "提出").await?;
    Ok(case.id)
}

/// What the actor may do now.
pub(super) fn acts(actor: &Actor, kept: &store::Kept<Clearance>) -> Vec<String> {
    let (post, case) = (kept.access(), &kept.plain);
    let hands = [case.by.0, case.person.0];
    let mut out = Vec::new();
    match case.state {
        ClearanceState::Asked if access::decide_clearance(actor, post).is_ok() && !hands.contains(&actor.person) => {
            out.push("decide".to_owned());
        }
        ClearanceState::Approved if access::carry_clearance(actor, post).is_ok() => out.push("carry".to_owned()),
        ClearanceState::Done if case.receipt.is_none() => {
            if access::receive_clearance(actor, case.person.0).is_ok() {
                out.push("receive".to_owned());
            } else if access::carry_clearance(actor, post).is_ok() {
                out.push("paper".to_owned());
            }
        }
        _ => {}
    }
    out
}

/// Others heard of it, so the post's thread may say so.
async fn mark(tx: &mut Tx, actor: &Actor, case: &Clearance, on: Day) -> Result<(), Failure> {
    let line = ThreadEvent {
        post: case.post,
        year: tx.now().day().year(),
        duty: None,
        stage: Duty::Wen,
        at: tx.now(),
        source: "clearance.done".to_owned(),
        title: format!("已公开澄清正名：{}（{}）", case.person.1, zh(on)),
        link: None,
        visibility: Visibility::All,
    };
    Ok(tx.thread(actor.district, &line).await?)
}

async fn step(tx: &mut Tx, actor: &Actor, form: ClearStep) -> Result<(), Failure> {
    let (district, today) = (actor.district, tx.now().day());
    let mut kept = store::clearance(tx, district, form.case).await?;
    let post = kept.access();
    let _sees = access::see_clearance(actor, post, &kept.plain).map_err(|_| Rejection::NotFound)?;
    let (set, ..) = settings::load(tx, district).await?;
    set.clears()?;
    let done = match &form.doing {
        Doing::Approve | Doing::Refuse(_) => access::decide_clearance(actor, post).map(|_proof| "审定")?,
        Doing::Carry(..) => access::carry_clearance(actor, post).map(|_proof| "澄清")?,
        Doing::Receive => access::receive_clearance(actor, kept.plain.person.0).map(|_proof| "本人确认")?,
        Doing::Paper(..) => access::carry_clearance(actor, post).map(|_proof| "登记纸质确认")?,
    };
    if kept.plain.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let by = (actor.person, actor.name.clone());
    match form.doing {
        Doing::Approve => kept.plain.decide(by, true, "", today)?,
        Doing::Refuse(reason) => kept.plain.decide(by, false, &reason, today)?,
        Doing::Carry(on, words) => {
            let missing = || Rejection::field("done_on", "还没有填澄清日期，没有保存。请选择日期。");
            let on = on.ok_or_else(missing)?;
            kept.plain.carry_out(on, &words, today)?;
            let subject = format!("clearance:{}", kept.plain.id);
            let number = numbers::take(tx, district, Series::Clearance, today.year(), &subject).await?;
            numbers::named(tx, actor, &number, "", "").await?;
            kept.number = number.to_string();
            let id = kept.plain.id.to_string();
            let cause = Cause { sort: "clearance", id: &id };
            excuse(tx, district, kept.plain.post, kept.plain.about, cause).await?;
            if kept.plain.is_marked() {
                mark(tx, actor, &kept.plain, on).await?;
            }
        }
        Doing::Receive => kept.plain.receive(today, "本人确认", today)?,
        Doing::Paper(on, handler) => {
            let missing = || Rejection::field("paper_on", "还没有填纸质确认日期，没有保存。请选择日期。");
            let handler = domain::text::required("handler", "经办人", &handler, domain::text::NAME_MAX)?;
            kept.plain.receive(on.ok_or_else(missing)?, &format!("纸质已签，经办人 {handler}"), today)?;
        }
    }
    store::save_clearance(tx, &kept.plain, &kept.number, form.seen).await?;
    let object = format!("clearance:{}", kept.plain.id);
    tx.audit(district, Some(actor.account), "clearance.step", &object, done).await?;
    Ok(())
}

impl Services {
    /// Proposes a 澄清.
    ///
    /// # Errors
    /// Not switched on, not the actor's to do, nothing recorded, not verified to be untrue.
    pub async fn ask_clearance(&self, actor: &Actor, key: CommandId, form: AskClear) -> Result<ClearanceId, ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { clear_quietly(tx, &actor, form).await }))
            .await
    }

    /// Takes a step of a 澄清.
    ///
    /// # Errors
    /// Not switched on, not in sight, not the actor's to do, stale, or a rule of the case says no.
    pub async fn clearance_step(&self, actor: &Actor, key: CommandId, form: ClearStep) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { step(tx, &actor, form).await })).await
    }
}
