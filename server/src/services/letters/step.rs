//! What is done to a 通报: written, asked for, approved, numbered, received, voided.

use std::collections::HashSet;

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, LetterId, UnitId},
    letters::{Circular, LetterState, Words},
    papers::number::Series,
    people::access::{self, Actor},
    text,
    time::{Day, zh},
};
use serde::Serialize;

use super::{
    super::{Services, numbers},
    store,
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// A paper as typed.
#[derive(Debug, Clone, Serialize)]
pub struct SaveLetter {
    /// The paper, and the version that the form showed; none for a new one.
    pub letter: Option<(LetterId, u32)>,
    /// Title.
    pub title: String,
    /// Facts.
    pub facts: String,
    /// Requirements, one a line.
    pub demands: String,
    /// Units.
    pub units: Vec<UnitId>,
    /// Every unit.
    pub all: bool,
}

/// What is done.
#[derive(Debug, Clone, Serialize)]
pub enum Act {
    /// Asked for approval.
    Ask,
    /// Approved.
    Approve,
    /// Sent back, with a reason.
    Return(String),
    /// Numbered and out.
    Issue,
    /// Voided, with a reason.
    Void(String),
    /// Given up, with a reason.
    Drop(String),
    /// Received by a unit on the screen.
    Receive(UnitId),
    /// Received on paper: unit, day, handler.
    Paper(UnitId, Option<Day>, String),
}

/// A step as sent.
#[derive(Debug, Clone, Serialize)]
pub struct StepLetter {
    /// Paper.
    pub letter: LetterId,
    /// Version that the page showed.
    pub seen: u32,
    /// What.
    pub act: Act,
}

/// Writes a 通报 within a command.
pub(crate) async fn save_quietly(tx: &mut Tx, actor: &Actor, form: SaveLetter) -> Result<LetterId, Failure> {
    let _proof = access::draft_letter(actor)?;
    let today = tx.now().day();
    let words = Words::typed(&form.title, &form.facts, &form.demands)?;
    let known = store::choices(tx, actor.district, today).await?;
    let chosen: Vec<(UnitId, String)> = if form.all {
        known
    } else {
        let gone = form.units.iter().any(|unit| known.iter().all(|(id, _)| id != unit));
        if gone {
            let words = "收文单位里有已经撤并或不在名录的单位，没有保存。请刷新页面后重新选择。";
            return Err(Rejection::field("unit", words).into());
        }
        known.into_iter().filter(|(id, _)| form.units.contains(id)).collect()
    };
    let by = (actor.person, actor.name.clone());
    let id = match form.letter {
        None => {
            let paper = Circular::draft(LetterId(random::id(tx.now())), words, chosen, by, today)?;
            store::insert(tx, actor.district, &paper).await?;
            paper.id
        }
        Some((id, seen)) => {
            let mut paper = store::load(tx, actor.district, id).await?;
            if paper.version != seen {
                return Err(Rejection::Stale.into());
            }
            paper.rewrite(words, chosen, by)?;
            store::save(tx, &paper, seen).await?;
            store::units(tx, actor.district, &paper).await?;
            id
        }
    };
    tx.audit(actor.district, Some(actor.account), "letters.saved", &format!("letter:{id}"), "").await?;
    Ok(id)
}

/// The receipt of a unit: the first stays.
async fn receipt(
    tx: &mut Tx,
    letter: LetterId,
    unit: UnitId,
    (name, on, handler): (&str, Day, &str),
) -> Result<(), Failure> {
    let done = tx
        .execute(
            q("UPDATE letter_units SET received_name = $1, received_on = $2, paper_handler = $3
               WHERE letter_id = $4 AND unit_id = $5 AND received_on IS NULL")
            .bind(name)
            .bind(on)
            .bind(handler)
            .bind(letter)
            .bind(unit),
        )
        .await?;
    if done == 1 {
        return Ok(());
    }
    Err(Rejection::state("这个单位已经签收过，没有重复签收。请刷新页面查看。").into())
}

/// A unit that ended since the paper was written receives nothing: whoever seals it sends it back.
async fn still_there(tx: &mut Tx, actor: &Actor, paper: &Circular, today: Day) -> Result<(), Failure> {
    let known: HashSet<UnitId> =
        store::choices(tx, actor.district, today).await?.into_iter().map(|(unit, _)| unit).collect();
    let gone: Vec<&str> =
        paper.units.iter().filter(|(unit, _)| !known.contains(unit)).map(|(_, name)| name.as_str()).take(5).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let words = format!("收文单位{}已经撤并，没有印发。请退回起草人调整收文单位。", gone.join("、"));
    Err(Rejection::state(words).into())
}

/// Takes a step within a command.
pub(crate) async fn step_quietly(tx: &mut Tx, actor: &Actor, form: StepLetter) -> Result<(), Failure> {
    let (district, today) = (actor.district, tx.now().day());
    let mut paper = store::readable(tx, actor, form.letter).await?;
    match &form.act {
        Act::Ask | Act::Drop(_) => access::draft_letter(actor).map(|_proof| ())?,
        // Back from the seal it is sent by whoever would number it.
        Act::Return(_) if paper.state == LetterState::Approved => access::issue_letter(actor).map(|_proof| ())?,
        Act::Approve | Act::Return(_) => access::approve_letter(actor).map(|_proof| ())?,
        Act::Issue | Act::Void(_) | Act::Paper(..) => access::issue_letter(actor).map(|_proof| ())?,
        Act::Receive(unit) => access::receive_letter(actor, *unit).map(|_proof| ())?,
    }
    let received = matches!(form.act, Act::Receive(_) | Act::Paper(..));
    // Five hundred units confirm one paper: none of them changes what the others saw.
    if !received && paper.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    if received && paper.state != LetterState::Issued {
        let words = format!("现在是“{}”，不能签收，没有改动。", paper.state.label());
        return Err(Rejection::state(words).into());
    }
    let by = (actor.person, actor.name.clone());
    let words = match form.act {
        Act::Ask => {
            paper.ask()?;
            "报审".to_owned()
        }
        Act::Approve => {
            paper.approve(by, today)?;
            "审定".to_owned()
        }
        Act::Return(reason) if paper.state == LetterState::Approved => {
            paper.recall(&reason)?;
            "退回起草人".to_owned()
        }
        Act::Return(reason) => {
            paper.send_back(actor.person, &reason)?;
            "退回".to_owned()
        }
        Act::Drop(reason) => {
            paper.drop_it(&reason)?;
            "不再印发".to_owned()
        }
        Act::Issue => {
            paper.issues()?;
            still_there(tx, actor, &paper, today).await?;
            let subject = format!("letter:{}", paper.id);
            let number = numbers::take(tx, district, Series::Circular, today.year(), &subject).await?;
            let title = format!("关于{}的通报", paper.words.title);
            numbers::named(tx, actor, &number, &title, &format!("/letters/{}", paper.id)).await?;
            paper.issue(number.clone(), today)?;
            format!("印发 {number}")
        }
        Act::Void(reason) => {
            let number = paper.void(&reason)?;
            numbers::void(tx, actor, &number, &reason).await?;
            format!("作废 {number}")
        }
        Act::Receive(unit) => {
            receipt(tx, paper.id, unit, (&actor.name, today, "")).await?;
            "签收".to_owned()
        }
        Act::Paper(unit, on, handler) => {
            let missing = || Rejection::field("paper_on", "还没有填纸质签收日期，没有保存。请选择日期。");
            let on = on.ok_or_else(missing)?;
            let issued = paper.issued.as_ref().map_or(today, |(_, on)| *on);
            if on < issued || on > today {
                let words = format!("纸质签收日期要在印发之日（{}）到今天之间，没有保存。请改正。", zh(issued));
                return Err(Rejection::field("paper_on", words).into());
            }
            let handler = text::required("handler", "经办人", &handler, text::NAME_MAX)?;
            receipt(tx, paper.id, unit, ("纸质已签", on, &handler)).await?;
            "登记纸质签收".to_owned()
        }
    };
    if !received {
        store::save(tx, &paper, form.seen).await?;
    }
    tx.audit(district, Some(actor.account), "letters.step", &format!("letter:{}", paper.id), &words).await?;
    Ok(())
}

impl Services {
    /// Writes a 通报; the paper.
    ///
    /// # Errors
    /// Not the 监督室's, stale, not open, a wrong field.
    pub async fn save_letter(&self, actor: &Actor, key: CommandId, form: SaveLetter) -> Result<LetterId, ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { save_quietly(tx, &actor, form).await }))
            .await
    }

    /// Takes a step of a 通报.
    ///
    /// # Errors
    /// Not in sight, not the actor's to do, stale, or a rule of the paper says no.
    pub async fn letter_step(&self, actor: &Actor, key: CommandId, form: StepLetter) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { step_quietly(tx, &actor, form).await }))
            .await
    }
}
