//! Signatures under record and promise. With the last one the problems become items of the closed loop, signed for at
//! once (the head has just read them), and his list of the year is opened from the month he arrived.

use std::collections::BTreeSet;

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    accountability::{Hand, Paper},
    duties::{Action, DutyItem, DutyListKey, Evidence, ListState, Source},
    ids::{CommandId, TalkId},
    people::{
        Role, UnitKind,
        access::{self, Actor},
    },
    signature::{Signature, Signing},
    talks::{Side, SignedPaper, Talk, TalkState, commitment_doc, item_of, record_doc},
    time::{Day, first_of},
};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::{
    super::{
        Services,
        accountability::{
            open::{Writer, new_id, open_on, stepped as item_stepped},
            store as item_store,
        },
        duties::{
            lists,
            store::{self as duty_store, By, ItemsOf},
        },
        posts,
        reviews::report::refresh_held,
        signatures,
    },
    act::runner,
    course::saved,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// The form of a signature.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TalkSign {
    /// Key of the form.
    pub command: CommandId,
    /// Talk.
    pub talk: TalkId,
    /// Version that was seen.
    pub seen: u32,
    /// Which paper.
    pub paper: SignedPaper,
    /// Which side.
    pub side: Side,
    /// On the screen, or noted from paper.
    pub signing: Signing,
}

/// Hex SHA-256 of what stands on a paper without its signatures: nothing of it may change between the first signature
/// and the last.
pub fn hash(talk: &Talk, paper: SignedPaper, commitment: &str) -> Result<String, StorageError> {
    let mut bare = talk.clone();
    bare.signatures.clear();
    let doc = match paper {
        SignedPaper::Record => record_doc(&bare),
        SignedPaper::Commitment => commitment_doc(&bare, commitment),
    };
    let bytes = serde_json::to_vec(&doc).map_err(|_| StorageError::shape("paper"))?;
    Ok(hex::encode(sha2::Sha256::digest(bytes)))
}

/// May the actor sign this side on the screen, or note it from paper?
pub fn may(actor: &Actor, kept: &Kept, side: Side, on_paper: bool) -> bool {
    if on_paper {
        return access::run_talk(actor, kept.post()).is_ok();
    }
    match side {
        Side::Leader => kept.talk.person == actor.person && access::own_talk(actor, kept.talk.term).is_ok(),
        Side::Speaker => kept.talk.lead.person == Some(actor.person),
    }
}

/// `here`: the head proved on this screen who he is.
pub(crate) async fn sign(tx: &mut Tx, actor: &Actor, form: TalkSign, here: bool) -> Result<(), Failure> {
    let (mut kept, _sight) = store::readable(tx, actor, form.talk).await?;
    let on_paper = matches!(form.signing, Signing::Paper { .. });
    let proved = here && form.side == Side::Leader && super::here::may(actor, &kept);
    if !proved && !may(actor, &kept, form.side, on_paper) {
        return Err(Rejection::NotAllowed.into());
    }
    if kept.talk.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let (today, by) = (tx.now().day(), access::hand(actor));
    let (settings, ..) = store::settings(tx, actor.district).await?;
    let content_hash = hash(&kept.talk, form.paper, &settings.commitment)?;
    let role = match (on_paper, form.side) {
        (true, _) | (_, Side::Speaker) => runner(actor, &kept),
        (false, Side::Leader) => Role::Principal,
    };
    let event = kept.talk.sign(&by, today, (form.paper, form.side), form.signing)?;
    if let Some(signed) = kept.talk.signature(form.paper, form.side) {
        let person = match form.side {
            Side::Leader => kept.talk.person,
            // Somebody outside of the system: whoever noted his paper answers for it.
            Side::Speaker => kept.talk.lead.person.unwrap_or(actor.person),
        };
        let signature = Signature {
            purpose: format!("talks.{}.{}", form.paper.key(), form.side.key()),
            subject: kept.talk.id.to_string(),
            version: 1,
            content_hash,
            person,
            post: kept.talk.post,
            at: tx.now(),
            signing: signed.signing.clone(),
        };
        signatures::keep(tx, actor.district, &signature).await?;
    }
    if kept.talk.state == TalkState::Signed {
        handed_over(tx, actor, &mut kept).await?;
    }
    saved(tx, actor, &kept, form.seen, &event, role).await
}

/// The lists are in the head's hands.
async fn handed_over(tx: &mut Tx, actor: &Actor, kept: &mut Kept) -> Result<(), Failure> {
    open_items(tx, actor, kept).await?;
    open_list(tx, actor, kept).await
}

/// Opens the head's list, or says why not: then the office tries again.
pub(super) async fn open_list(tx: &mut Tx, actor: &Actor, kept: &mut Kept) -> Result<(), Failure> {
    (kept.talk.listed, kept.talk.list_words) = opened(tx, actor, kept).await?;
    Ok(())
}

async fn open_items(tx: &mut Tx, actor: &Actor, kept: &mut Kept) -> Result<(), Failure> {
    let calendar = posts::calendar(tx, actor.district).await?;
    let on = kept.talk.signed_on().unwrap_or_else(|| tx.now().day());
    // Whoever approved the lists stands behind them, not whoever signed last: that may be the head himself.
    let approved = kept.talk.approved.clone().ok_or(Rejection::Stale)?;
    let noted = approved.paper.is_some() && !kept.leads_district;
    let role = if noted { Role::ConductOffice } else { Role::Secretary };
    let hand = Hand { person: approved.by, name: approved.name, units: BTreeSet::new() };
    let office = Writer { district: actor.district, account: actor.account, role, hand };
    let leader = kept.talk.signature(SignedPaper::Record, Side::Leader).cloned().ok_or(Rejection::Stale)?;
    let paper = match &leader.signing {
        Signing::Paper { on, handler } => Some(Paper { on: *on, handler: handler.clone() }),
        _ => None,
    };
    let head = Hand { person: kept.talk.person, name: kept.talk.name.clone(), units: BTreeSet::new() };
    let numbers: Vec<u32> = kept.talk.lists.problems.iter().map(|p| p.no).collect();
    let begun = tx.hold_colours();
    for no in numbers {
        let Some(new) = item_of(&kept.talk, no, new_id(tx), on, &calendar) else { continue };
        let mut item = open_on(tx, &office, new, on).await?;
        let seen = item.version;
        // The lists were handed over with the signature; a paper of before that day is no paper of this hand-over.
        let noted = paper.clone().filter(|p| p.on >= item.opened_on);
        let event = item.sign(&head, on, noted)?;
        item_store::save(tx, &item, seen).await?;
        let by = Writer { role: Role::Principal, hand: head.clone(), ..office.clone() };
        item_stepped(tx, &by, &item, &event, "“三交底”廉政谈话").await?;
        if let Some(problem) = kept.talk.lists.problems.iter_mut().find(|p| p.no == no) {
            problem.item = Some(item.id);
        }
    }
    refresh_held(tx, begun).await
}

/// 自选动作 of the talk as items of the head's list, those that are not on it yet.
fn chosen(tx: &Tx, talk: &Talk, items: &[DutyItem]) -> Vec<DutyItem> {
    let mut all = items.to_vec();
    let mut new = Vec::new();
    for line in talk.lists.duties.iter().filter(|line| line.optional) {
        if all.iter().any(|item| item.text == line.text) {
            continue;
        }
        let (group_no, group, code) = lists::optional_place(&all);
        let item = DutyItem {
            duty: lists::new_duty(tx.now()),
            code,
            group_no,
            group,
            text: line.text.clone(),
            frequency: line.frequency,
            due: None,
            months: Vec::new(),
            evidence: vec![Evidence::Ledger],
            action: Action::Optional,
            hard: false,
            routine: false,
            list: DutyListKey::first_responsible(),
            source: Some(Source::Inspection),
        };
        all.push(item.clone());
        new.push(item);
    }
    new
}

/// Opens the head's list of this year from the month he arrived: a draft of the office's, with the 自选动作 of the talk.
/// Whether it is open now, and in words what became of it.
async fn opened(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(bool, String), Failure> {
    let today = tx.now().day();
    let (year, talk) = (today.year(), &kept.talk);
    let role = if kept.leads_district { Role::Secretary } else { Role::ConductOffice };
    let by = By::of(actor, role, tx.now());
    let from = from_month(talk.arrived_on, year);
    let newest = duty_store::newest_list(&mut *tx, actor.district, talk.post, year).await?;
    let Some(row) = newest else {
        let kind = tx.row(q("SELECT kind FROM units WHERE id = $1").bind(talk.unit)).await?;
        let kind = kind.ok_or(Rejection::NotFound)?.keyed("kind", UnitKind::from_key)?;
        let key = DutyListKey::first_responsible();
        let Some(template) = lists::template_for(tx, actor.district, &key.0, kind, year).await? else {
            let words = "还没有已发布的清单模板，没有开出新任负责人的清单。请先发布模板，再到这里开出。";
            return Ok((false, format!("{year}年{words}")));
        };
        let items = duty_store::load_items(tx, ItemsOf::Template(template)).await?;
        let more = chosen(tx, talk, &items);
        let id = lists::make_leader_list(tx, actor.district, talk.post, talk.unit, year, template, &more, from).await?;
        tx.audit(by.district, by.account, "duties.list_made", &format!("leader_list:{id}"), &format!("{year}年"))
            .await?;
        let words = format!(
            "已开出{year}年第一责任人履责清单（自{}月起），自选动作 {} 条已列入，待按程序下达。",
            from.month(),
            more.len()
        );
        return Ok((true, words));
    };
    let items = duty_store::load_items(tx, ItemsOf::Leader(row.list.id)).await?;
    let more = chosen(tx, talk, &items);
    if more.is_empty() {
        return Ok((true, format!("{year}年第一责任人履责清单已有这些自选动作，没有另开。")));
    }
    let (id, words) = match row.list.state {
        ListState::Draft | ListState::Commenting => {
            // Whoever has the draft open sees that it changed.
            let raise = q("UPDATE leader_lists SET version = version + 1 WHERE id = $1").bind(row.list.id);
            tx.execute(raise).await?;
            (row.list.id, "正在起草的")
        }
        ListState::Reviewing | ListState::Approved => {
            let words = format!(
                "{year}年第一责任人履责清单第{}版正在办理（{}），自选动作请在退回或下达后到这里加入。",
                row.list.edition,
                row.list.state.label()
            );
            return Ok((false, words));
        }
        _ => (lists::next_edition(tx, &by, &row, from.max(row.effective_on)).await?, "新起草的"),
    };
    let mut all = duty_store::load_items(tx, ItemsOf::Leader(id)).await?;
    let n = more.len();
    all.extend(more);
    duty_store::replace_items(tx, actor.district, ItemsOf::Leader(id), &all).await?;
    Ok((true, format!("{words}{year}年第一责任人履责清单已加入自选动作 {n} 条，待按程序下达。")))
}

/// The month of the arrival, or the first of the year for one who arrived before.
fn from_month(arrived: Day, year: i32) -> Day {
    if arrived.year() == year { first_of(year, arrived.month()) } else { first_of(year, 1) }
}

impl Services {
    /// Signs record or promise.
    ///
    /// # Errors
    /// Not the signer and no paper; stale; a rule said no.
    pub async fn sign_talk(&self, actor: &Actor, form: TalkSign) -> Result<(), ApiError> {
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { sign(tx, &actor, form, false).await })
        })
        .await
    }
}
