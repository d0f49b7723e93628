//! The handing over face to face: two signatures, on the screen or on paper. With the second the
//! problems become items, signed for at once: the leader has just read them.

use std::collections::BTreeSet;

use domain::{
    Rejection,
    accountability::{Hand, ItemKind, NewItem, Origin, Paper},
    ids::AccountId,
    people::{Role, access::Actor},
    reviews::{Feedback, FeedbackState, HandSign},
    signature::Signing,
};

use super::{Kept, save, suggestions, thread};
use crate::{
    services::{
        accountability::{
            open::{Writer, new_id, open_on, stepped},
            store,
        },
        reviews::report::refresh_held,
    },
    storage::{Failure, Tx, q},
};

fn signed(actor: &Actor, tx: &Tx, signing: Signing) -> Result<HandSign, Rejection> {
    let today = tx.now().day();
    let signing = signing.check(&actor.name, today)?;
    Ok(HandSign { person: actor.person, name: actor.name.clone(), on: today, signing })
}

/// The office signs.
pub(super) async fn give(tx: &mut Tx, actor: &Actor, kept: &Kept, signing: Signing) -> Result<&'static str, Failure> {
    kept.office(actor).ok_or(Rejection::NotAllowed)?;
    let sign = signed(actor, tx, signing)?;
    let (sheet, state) = kept.sheet.clone().hand(kept.state, Some(sign), None)?;
    finish(tx, actor, kept, sheet, state).await?;
    Ok("reviews.feedback_given")
}

/// The presenter signs.
pub(super) async fn receive(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    signing: Signing,
) -> Result<&'static str, Failure> {
    if !kept.own(actor) {
        return Err(Rejection::NotAllowed.into());
    }
    let sign = signed(actor, tx, signing)?;
    let (sheet, state) = kept.sheet.clone().hand(kept.state, None, Some(sign))?;
    finish(tx, actor, kept, sheet, state).await?;
    Ok("reviews.feedback_received")
}

/// 「纸质已签」 of both sides.
pub(super) async fn paper(tx: &mut Tx, actor: &Actor, kept: &Kept, signing: Signing) -> Result<&'static str, Failure> {
    kept.office(actor).ok_or(Rejection::NotAllowed)?;
    let today = tx.now().day();
    let signing = signing.check(&actor.name, today)?;
    let Signing::Paper { on, .. } = &signing else {
        return Err(Rejection::field("paper_on", "还没有填纸质签收日期，没有保存。请填写日期和经办人。").into());
    };
    if *on < kept.plan.on {
        return Err(Rejection::field("paper_on", "纸质签收日期早于评议会，没有保存。请核对日期。").into());
    }
    let day = *on;
    let side = |person, name: &str| HandSign { person, name: name.to_owned(), on: day, signing: signing.clone() };
    let sheet = kept.sheet.clone();
    // A side that has signed on the screen keeps its signature.
    let given = sheet.given.is_none().then(|| side(actor.person, &actor.name));
    let received = sheet.received.is_none().then(|| side(kept.presenter.person, &kept.presenter.name));
    let (sheet, state) = sheet.hand(kept.state, given, received)?;
    finish(tx, actor, kept, sheet, state).await?;
    Ok("reviews.feedback_paper")
}

/// Saves; with the second signature opens the items and suggests them for next year's list.
async fn finish(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    mut sheet: Feedback,
    state: FeedbackState,
) -> Result<(), Failure> {
    if state == FeedbackState::Handed {
        open_items(tx, actor, kept, &mut sheet).await?;
    }
    save(tx, kept, &sheet, state).await?;
    if state != FeedbackState::Signed {
        thread(tx, actor.district, kept, "reviews.feedback", "评议反馈单已当面交接").await?;
        suggestions::add_to_open_list(tx, actor, kept.presenter.post, kept.plan.year + 1).await?;
    }
    Ok(())
}

async fn open_items(tx: &mut Tx, actor: &Actor, kept: &Kept, sheet: &mut Feedback) -> Result<(), Failure> {
    let (Some(given), Some(received), Some(handed)) = (sheet.given.clone(), sheet.received.clone(), sheet.handed_on())
    else {
        return Ok(());
    };
    let paper = match &received.signing {
        Signing::Paper { on, handler } => Some(Paper { on: *on, handler: handler.clone() }),
        _ => None,
    };
    // Noted days later, it was in his hands since the day on the paper: his working days run since then.
    let on = paper.as_ref().map_or(handed, |p| p.on);
    let account = account_of(tx, actor, &given).await?;
    let role = if kept.leads_district { Role::Secretary } else { Role::ConductOffice };
    let office = Writer { district: actor.district, account, role, hand: plain_hand(&given) };
    let begun = tx.hold_colours();
    for problem in &mut sheet.problems {
        // A deadline that passed on the way to the handing over starts anew with the default of its kind.
        let deadline = Some(problem.due).filter(|due| *due > on);
        let new = NewItem {
            id: new_id(tx),
            origin: Origin { feature: "reviews".to_owned(), id: kept.id.clone() },
            kind: ItemKind::Review,
            unit: kept.presenter.unit,
            post: kept.presenter.post,
            duty: problem.duty,
            problem: problem.text.clone(),
            demand: problem.requirement.clone(),
            deadline,
        };
        let mut item = open_on(tx, &office, new, on).await?;
        let seen = item.version;
        let (hand, role, account, paper) = match &paper {
            Some(paper) => (plain_hand(&given), role, account, Some(paper.clone())),
            None => (plain_hand(&received), Role::Principal, actor_or(account, actor, received.person), None),
        };
        let event = item.sign(&hand, on, paper)?;
        store::save(tx, &item, seen).await?;
        let by = Writer { district: actor.district, account, role, hand };
        stepped(tx, &by, &item, &event, "当面交接").await?;
        problem.item = Some(item.id);
    }
    refresh_held(tx, begun).await
}

fn plain_hand(sign: &HandSign) -> Hand {
    Hand { person: sign.person, name: sign.name.clone(), units: BTreeSet::new() }
}

fn actor_or(other: AccountId, actor: &Actor, person: domain::ids::PersonId) -> AccountId {
    if actor.person == person { actor.account } else { other }
}

/// The account of whoever handed over: the actor's, or the one found by his person.
async fn account_of(tx: &mut Tx, actor: &Actor, given: &HandSign) -> Result<AccountId, Failure> {
    if given.person == actor.person {
        return Ok(actor.account);
    }
    let row = tx
        .row(
            q("SELECT id FROM accounts WHERE person_id = $1 AND district_id = $2 ORDER BY id LIMIT 1")
                .bind(given.person)
                .bind(actor.district),
        )
        .await?;
    Ok(match row {
        Some(row) => row.id("id")?,
        None => actor.account,
    })
}
