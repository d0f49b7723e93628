//! Steps of a matter (H9): 送会签, 结束会签, 送审, 审定, 签发, 编号用印, 办结. Every one is written down with whoever took it;
//! what was decided on paper is noted by another than who sent it up, with day and 经办人.

use std::collections::BTreeMap;

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, PersonId, PostId, UnitId, WarningId, WarningNoticeId},
    papers::number::Series,
    people::{
        Role,
        access::{self, Actor},
    },
    text,
    time::{Day, zh},
};
use serde::Serialize;

use super::{
    super::{Services, numbers, people::held_on, posts},
    back,
    store::{self, Kept, Whole},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Working days for the 会签.
pub(super) const SIGN_DAYS: u32 = 5;
/// Most numbers of the 办公室's own choice at once: they are looked up while it waits.
const CLAIMED_MAX: usize = 100;

/// What is done.
#[derive(Debug, Clone, Serialize)]
pub enum Act {
    /// 送会签.
    Ask,
    /// 结束会签.
    Settle,
    /// Back to the 牵头部门.
    Redraft(String),
    /// 送审.
    Send,
    /// 审定.
    Agree,
    /// Sent back by 分管副书记 or 书记.
    Return(String),
    /// 签发.
    Issue,
    /// 编号用印, from a number of the 办公室's own choice or the next free ones.
    Seal(Option<u32>),
    /// Sent back by the 办公室.
    Unseal(String),
    /// Sealed by mistake: what was made and not delivered is void, what waits is not made.
    Recall(String),
    /// A unit ended before anything was sent: the one that took over stands in.
    Inherit(UnitId),
    /// 办结报告.
    Report(String),
    /// 同意办结.
    Close,
    /// The report is not enough.
    Reopen(String),
    /// 终止.
    Drop(String),
}

/// The form.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// Key.
    pub command: CommandId,
    /// Matter.
    pub matter: WarningId,
    /// Version that the page showed.
    pub seen: i64,
    /// What.
    pub act: Act,
    /// 「纸质已签」: day and 经办人, for 审定, 签发 and 办结.
    pub paper: Option<(Day, String)>,
}

/// Whose decision a step is: the actor's own, or that of the holder of the role, noted from paper.
async fn hand(tx: &mut Tx, actor: &Actor, kept: &Kept, form: &Step, role: Role) -> Result<(PersonId, String), Failure> {
    let Some((on, handler)) = &form.paper else {
        if role == Role::DeputySecretary {
            let _proof = access::review_matter(actor)?;
        } else {
            let _proof = access::issue_matter(actor)?;
        }
        return Ok((actor.person, String::new()));
    };
    let notes = access::run_matter(actor).is_ok() || access::seal_matter(actor).is_ok();
    if !notes {
        return Err(Rejection::NotAllowed.into());
    }
    if [kept.matter.hands.sender, kept.matter.hands.reporter].contains(&Some(actor.person)) {
        return Err(Rejection::state("自己送审的，纸质签批由另一位同志登记，没有保存。").into());
    }
    let today = tx.now().day();
    let handler = text::required("handler", "经办人", handler, text::NAME_MAX)?;
    if *on > today || kept.proposed.2.day() > *on {
        return Err(Rejection::field("paper_on", "纸质签批日期应在点题之后、今天以前，没有保存。请核对日期。").into());
    }
    let find = q("SELECT g.person_id, s.name FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.district_id = $1 AND g.role = $2");
    let find = held_on(find.bind(actor.district).bind(role.key()), today).push("ORDER BY g.starts_on, s.id");
    let none = || Rejection::state(format!("系统里没有在任的{}，没有登记。请先在“组织与人员”里设定。", role.label()));
    let rows = tx.rows(find).await?;
    let row = rows.first().ok_or_else(none)?;
    // Where several hold the role, the paper says which of them signed, not this.
    let who = if rows.len() == 1 { row.text("name")? } else { role.label().to_owned() };
    Ok((row.id("person_id")?, format!("{who} 纸质已签：{}，经办人{handler}", zh(*on))))
}

async fn take(tx: &mut Tx, actor: &Actor, form: &Step) -> Result<(), Failure> {
    let (mut kept, _) = store::seen(tx, actor, form.matter).await?;
    let today = tx.now().day();
    let (mut reason, mut words) = (String::new(), String::new());
    let from = kept.matter.stage;
    let (action, step, decision) = match &form.act {
        Act::Ask => {
            let _proof = access::draft_matter(actor, kept.lead)?;
            let whole = store::whole(tx, kept.id, today).await?;
            kept.matter.ask(&whole.missing(None))?;
            store::stepped(tx, &kept, form.seen).await?;
            ask(tx, actor, &kept, &whole).await?;
            ("warnings.asked", "送会签", "asked")
        }
        Act::Settle => {
            let _proof = access::draft_matter(actor, kept.lead)?;
            kept.matter.settle(&open_signs(tx, kept.id).await?)?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.settled", "结束会签", "agreed")
        }
        Act::Redraft(why) => {
            access::run_matter(actor).map(drop).or_else(|_| access::draft_matter(actor, kept.lead).map(drop))?;
            reason = kept.matter.redraft(why)?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.redrafted", "退回起草", "returned")
        }
        Act::Send => {
            let _proof = access::run_matter(actor)?;
            let missing = missing(tx, &kept, today).await?;
            kept.matter.send(actor.person, &missing)?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.sent_up", "送审", "asked")
        }
        Act::Agree => {
            let by = hand(tx, actor, &kept, form, Role::DeputySecretary).await?;
            kept.matter.agree(by.0)?;
            words = by.1;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.agreed", "分管副书记审定", "agreed")
        }
        Act::Return(why) => {
            access::review_matter(actor).map(drop).or_else(|_| access::issue_matter(actor).map(drop))?;
            reason = kept.matter.send_back(why)?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.returned", "退回修改", "returned")
        }
        Act::Issue => {
            let by = hand(tx, actor, &kept, form, Role::Secretary).await?;
            kept.matter.issue(by.0)?;
            words = by.1;
            store::stepped(tx, &kept, form.seen).await?;
            let on = form.paper.as_ref().map_or(today, |(on, _)| *on);
            let set = q("UPDATE warning_matters SET issued_on = $1 WHERE id = $2");
            tx.execute(set.bind(on).bind(kept.id)).await?;
            ("warnings.issued", "书记签发", "agreed")
        }
        Act::Seal(number) => {
            let _proof = access::seal_matter(actor)?;
            let mut missing = missing(tx, &kept, today).await?;
            let whole = store::whole(tx, kept.id, today).await?;
            let posts = head_posts(tx, &kept, today).await?;
            missing.extend(without_post(&whole, &posts));
            kept.matter.seal(actor.person, &missing)?;
            store::stepped(tx, &kept, form.seen).await?;
            words = seal(tx, actor, &kept, (&whole, &posts), *number).await?;
            ("warnings.sealed", "编号用印", "agreed")
        }
        Act::Unseal(why) => {
            let _proof = access::seal_matter(actor)?;
            reason = kept.matter.unseal(why)?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.returned", "退回修改", "returned")
        }
        Act::Recall(why) => {
            let _proof = access::seal_matter(actor)?;
            reason = kept.matter.recall(back::begun(tx, kept.id).await?, why)?;
            store::stepped(tx, &kept, form.seen).await?;
            back::recall(tx, actor, &kept, &reason).await?;
            ("warnings.recalled", "撤回用印", "returned")
        }
        Act::Inherit(unit) => {
            access::run_matter(actor).map(drop).or_else(|_| access::draft_matter(actor, kept.lead).map(drop))?;
            words = back::inherit(tx, actor.district, &kept, *unit).await?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.inherited", "责任单位撤并，改由承接单位", "agreed")
        }
        Act::Report(report) => {
            let _proof = access::run_matter(actor)?;
            back::nothing_asked(tx, kept.id).await?;
            let report = kept.matter.report(actor.person, open_work(tx, kept.id).await?, report)?;
            store::stepped(tx, &kept, form.seen).await?;
            let set = q("UPDATE warning_matters SET report = $1 WHERE id = $2");
            tx.execute(set.bind(report).bind(kept.id)).await?;
            ("warnings.reported", "办结报告", "asked")
        }
        Act::Close => {
            let by = hand(tx, actor, &kept, form, Role::DeputySecretary).await?;
            kept.matter.close(by.0)?;
            words = by.1;
            store::stepped(tx, &kept, form.seen).await?;
            let set = q("UPDATE warning_matters SET closed_on = $1 WHERE id = $2");
            tx.execute(set.bind(today).bind(kept.id)).await?;
            ("warnings.closed", "同意办结", "agreed")
        }
        Act::Reopen(why) => {
            let _proof = access::review_matter(actor)?;
            reason = kept.matter.reopen(why)?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.returned", "办结退回", "returned")
        }
        Act::Drop(why) => {
            let _proof = access::run_matter(actor)?;
            reason = kept.matter.drop(why)?;
            store::stepped(tx, &kept, form.seen).await?;
            ("warnings.dropped", "终止", "refused")
        }
    };
    if kept.matter.stage != from {
        store::keep(tx, kept.id, &kept.matter, &reason).await?;
    }
    let said = if reason.is_empty() { words } else { reason };
    store::note(tx, actor, &kept, (action, step, decision), &said).await?;
    Ok(())
}

/// What the three lists lack now, in sentences.
pub(super) async fn missing(tx: &mut Tx, kept: &Kept, today: Day) -> Result<Vec<String>, StorageError> {
    Ok(store::whole(tx, kept.id, today).await?.missing(Some(today)))
}

/// Every unit of the lists is asked anew: borders that were drawn again are countersigned again.
async fn ask(tx: &mut Tx, actor: &Actor, kept: &Kept, whole: &Whole) -> Result<(), Failure> {
    let today = tx.now().day();
    let due = posts::calendar(tx, actor.district).await?.plus_working(today, SIGN_DAYS);
    tx.execute(q("DELETE FROM warning_countersigns WHERE matter_id = $1").bind(kept.id)).await?;
    let rows = whole
        .lists
        .units()
        .into_iter()
        .map(|unit| vec![kept.id.into(), unit.into(), actor.district.into(), "asked".into(), due.into()])
        .collect();
    let head = "INSERT INTO warning_countersigns (matter_id, unit_id, district_id, state, due_on)";
    tx.insert_all(head, rows, "").await?;
    tx.execute(q("UPDATE warning_matters SET asked_on = $1 WHERE id = $2").bind(today).bind(kept.id)).await?;
    Ok(())
}

/// Names of the units whose 会签 is open.
async fn open_signs(tx: &mut Tx, id: WarningId) -> Result<Vec<String>, StorageError> {
    let find = q("SELECT u.name FROM warning_countersigns c JOIN units u ON u.id = c.unit_id
                  WHERE c.matter_id = $1 AND c.state IN ('asked', 'objected') ORDER BY u.position, u.name, u.id");
    tx.rows(find.bind(id)).await?.iter().map(|row| row.text("name")).collect()
}

/// Notices without measures, and items that are not struck off.
pub(super) async fn open_work(tx: &mut Tx, id: WarningId) -> Result<(u32, u32), StorageError> {
    let find = q("SELECT (SELECT COUNT(*) FROM warning_notices n WHERE n.matter_id = $1
                      AND n.state NOT IN ('answered', 'void')) AS notices,
                    (SELECT COUNT(*) FROM warning_cells c JOIN items i ON i.id = c.item_id
                      WHERE c.matter_id = $1 AND i.state <> 'closed') AS items");
    let row = tx.row(find.bind(id)).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.small("notices")?, row.small("items")?)))
}

/// The head post of each unit of the lists.
async fn head_posts(tx: &mut Tx, kept: &Kept, today: Day) -> Result<BTreeMap<UnitId, PostId>, StorageError> {
    let find =
        q("SELECT id, unit_id FROM posts WHERE district_id = (SELECT district_id FROM warning_matters WHERE id = $1)
                    AND is_head = 1 AND (ends_on IS NULL OR ends_on >= $2)
                    AND unit_id IN (SELECT unit_id FROM warning_cells WHERE matter_id = $1)
                  ORDER BY position DESC, id DESC");
    let mut out = BTreeMap::new();
    for row in tx.rows(find.bind(kept.id).bind(today)).await? {
        out.insert(row.id("unit_id")?, row.id("id")?);
    }
    Ok(out)
}

fn without_post(whole: &Whole, posts: &BTreeMap<UnitId, PostId>) -> Vec<String> {
    let none = whole.lists.units().into_iter().filter(|unit| !posts.contains_key(unit));
    none.map(|unit| format!("{}没有设党组织主要负责人岗位，请先在“组织与人员”里设岗。", whole.name(unit))).collect()
}

/// One notice for each unit, which waits for the background work; numbers of the 办公室's own choice are claimed now, so
/// that one that is used is refused at once, with its holder.
async fn seal(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    (whole, posts): (&Whole, &BTreeMap<UnitId, PostId>),
    first: Option<u32>,
) -> Result<String, Failure> {
    let (now, district) = (tx.now(), actor.district);
    let units = whole.lists.units();
    if first.is_some() && units.len() > CLAIMED_MAX {
        let words = format!("超过 {CLAIMED_MAX} 份时请用系统顺序编号，没有用印。");
        return Err(Rejection::field("number", words).into());
    }
    let mut rows = Vec::new();
    for (at, unit) in (0_u32..).zip(&units) {
        let id = WarningNoticeId(random::id(now));
        let mut printed = String::new();
        if let Some(first) = first {
            let (year, subject) = (now.day().year(), format!("notice:{id}"));
            let number = first.saturating_add(at);
            let taken = numbers::claim(tx, district, Series::WarningNotice, year, number, &subject).await?;
            let title = format!("{}：{}", kept.title, whole.name(*unit));
            numbers::named(tx, actor, &taken, &title, &format!("/warnings/notices/{id}")).await?;
            printed = taken.to_string();
        }
        rows.push(vec![
            id.into(),
            district.into(),
            kept.id.into(),
            (*unit).into(),
            posts.get(unit).copied().into(),
            whole.name(*unit).into(),
            at.into(),
            printed.into(),
            "queued".into(),
            now.into(),
        ]);
    }
    tx.insert_all(
        "INSERT INTO warning_notices (id, district_id, matter_id, unit_id, post_id, unit_name, position, number, state,
           queued_at)",
        rows,
        "",
    )
    .await?;
    let set = q("UPDATE warning_matters SET sent_on = $1 WHERE id = $2");
    tx.execute(set.bind(now.day()).bind(kept.id)).await?;
    Ok(format!("提示单 {} 份", units.len()))
}

impl Services {
    /// Takes a step.
    ///
    /// # Errors
    /// Not his, not now, seen too long ago, something is missing, or storage failed.
    pub async fn matter_step(&self, actor: &Actor, form: Step) -> Result<(), ApiError> {
        let rings = matches!(form.act, Act::Seal(_));
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { take(tx, &actor, &form).await })
        })
        .await?;
        if rings {
            self.notices.bell.notify_one();
        }
        Ok(())
    }
}

/// Takes a step in a story that is told at once.
pub(crate) async fn step_quietly(tx: &mut Tx, actor: &Actor, form: &Step) -> Result<(), Failure> {
    take(tx, actor, form).await
}
