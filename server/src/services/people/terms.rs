//! Terms: who holds which post from which day to which. An appointment ends the
//! running term; a change of heads starts the hand-over (H10).

use domain::{
    Rejection,
    ids::{DistrictId, PersonId, PostId, TermId, UnitId},
    people::{
        Role,
        access::{Actor, ManagePeople, manage_people},
        appointment::check_start,
    },
    time::{Day, Instant, zh},
};

use super::{Command, persons, units};
use crate::{
    random,
    services::{
        Services,
        duties::{handover, store::By},
    },
    storage::{Failure, StorageError, Tx, q},
};

/// Who is appointed.
#[derive(Debug, Clone)]
pub enum Appointee {
    /// Somebody the district knows.
    Known(PersonId),
    /// Somebody new.
    New {
        /// Name.
        name: String,
        /// Telephone, may be empty.
        phone: String,
    },
}

/// An appointment.
#[derive(Debug, Clone)]
pub struct Appointment {
    /// Post.
    pub post: PostId,
    /// Who.
    pub who: Appointee,
    /// First day.
    pub starts_on: Day,
    /// 主持工作 without appointment.
    pub acting: bool,
}

/// What an appointment made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Appointed {
    pub person: PersonId,
    pub unit: UnitId,
}

/// The acting administrator as the duty services note him.
pub(super) fn by(actor: &Actor, at: Instant) -> By {
    let role = if actor.has(Role::ConductOffice) { Role::ConductOffice } else { Role::SystemAdmin };
    By::of(actor, role, at)
}

struct PostRow {
    unit: UnitId,
    is_head: bool,
    label: String,
}

async fn post_row(tx: &mut Tx, district: DistrictId, post: PostId) -> Result<PostRow, Failure> {
    let row = tx
        .row(
            q("SELECT o.unit_id, o.is_head, o.title, o.ends_on, u.name FROM posts o JOIN units u ON u.id = o.unit_id
               WHERE o.id = $1 AND o.district_id = $2")
            .bind(post)
            .bind(district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    if row.opt_day("ends_on")?.is_some() {
        return Err(Rejection::state("这个岗位已经撤销，不能再任职。请选择现有岗位。").into());
    }
    Ok(PostRow {
        unit: row.id("unit_id")?,
        is_head: row.flag("is_head")?,
        label: format!("{}{}", row.text("name")?, row.text("title")?),
    })
}

struct TermRow {
    id: TermId,
    person: PersonId,
    starts_on: Day,
    ends_on: Option<Day>,
}

/// The term of a post that started last.
async fn last_term(tx: &mut Tx, post: PostId) -> Result<Option<TermRow>, StorageError> {
    let row = tx
        .row(
            q("SELECT id, person_id, starts_on, ends_on FROM terms WHERE post_id = $1 ORDER BY starts_on DESC, id DESC LIMIT 1")
                .bind(post),
        )
        .await?;
    row.map(|r| {
        Ok(TermRow {
            id: r.id("id")?,
            person: r.id("person_id")?,
            starts_on: r.day("starts_on")?,
            ends_on: r.opt_day("ends_on")?,
        })
    })
    .transpose()
}

async fn end_term(tx: &mut Tx, term: TermId, last: Day) -> Result<(), StorageError> {
    tx.execute(q("UPDATE terms SET ends_on = $1 WHERE id = $2").bind(last).bind(term)).await.map(drop)
}

/// Appoints inside a command (also for imports): ends the running term the day
/// before, starts the new one, and hands over where a head changes.
pub(crate) async fn appoint(
    tx: &mut Tx,
    proof: ManagePeople,
    by: &By,
    new: &Appointment,
    today: Day,
) -> Result<Appointed, Failure> {
    let post = post_row(tx, by.district, new.post).await?;
    let before = if post.is_head { last_term(tx, new.post).await? } else { None };
    check_start(new.starts_on, before.as_ref().map(|t| t.starts_on), today)?;
    let person = match &new.who {
        Appointee::Known(person) => {
            let known = tx
                .row(q("SELECT id FROM persons WHERE id = $1 AND district_id = $2").bind(*person).bind(by.district))
                .await?;
            known.ok_or(Rejection::NotFound)?;
            // Whoever maintains people must not open a head's book to himself.
            let own = q("SELECT id FROM accounts WHERE person_id = $1 AND id = $2").bind(*person).bind(by.account);
            if post.is_head && tx.row(own).await?.is_some() {
                let no = "不能给自己登记主要负责人任职，没有保存。请由另一位管理人员登记。";
                return Err(Rejection::state(no).into());
            }
            *person
        }
        Appointee::New { name, phone } => persons::add_person(tx, proof, by.district, name, phone).await?,
    };
    let running = tx
        .row(
            q("SELECT id, acting FROM terms WHERE post_id = $1 AND person_id = $2 AND ends_on IS NULL")
                .bind(new.post)
                .bind(person),
        )
        .await?;
    if let Some(running) = running {
        if running.flag("acting")? && !new.acting {
            // 主持工作 becomes the appointment: the same term goes on, nothing is handed over.
            let term: TermId = running.id("id")?;
            tx.execute(q("UPDATE terms SET acting = $1 WHERE id = $2").bind(false).bind(term)).await?;
            let words = format!("{}，主持工作转正式任职，自{}", post.label, zh(new.starts_on));
            tx.audit(by.district, by.account, "people.appointed", &format!("term:{term}"), &words).await?;
            return Ok(Appointed { person, unit: post.unit });
        }
        return Err(Rejection::state("此人已在这个岗位任职，不用再登记。").into());
    }
    if let Some(old) = &before
        && old.ends_on.is_none_or(|end| end >= new.starts_on)
    {
        end_term(tx, old.id, new.starts_on.pred_opt().unwrap_or(new.starts_on)).await?;
    }
    let term = TermId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO terms (id, district_id, post_id, person_id, starts_on, acting)",
        vec![term.into(), by.district.into(), new.post.into(), person.into(), new.starts_on.into(), new.acting.into()],
    )
    .await?;
    let how = if new.acting { "主持工作" } else { "任职" };
    let words = format!("{}，{how}自{}", post.label, zh(new.starts_on));
    tx.audit(by.district, by.account, "people.appointed", &format!("term:{term}"), &words).await?;
    if let Some(old) = before {
        if old.person == person {
            handover::on_return(tx, by, new.post, new.starts_on).await?;
        } else {
            handover::on_head_change(tx, by, new.post, old.id, term, new.starts_on).await?;
        }
    }
    Ok(Appointed { person, unit: post.unit })
}

/// Ends every running term in a unit on `day`; the lists of its head freeze.
pub(super) async fn end_all_of(
    tx: &mut Tx,
    _proof: ManagePeople,
    by: &By,
    unit: UnitId,
    day: Day,
) -> Result<(), Failure> {
    let rows = tx
        .rows(
            q("SELECT t.id, t.starts_on, o.id AS post_id, o.is_head FROM terms t JOIN posts o ON o.id = t.post_id
               WHERE o.unit_id = $1 AND (t.ends_on IS NULL OR t.ends_on > $2)")
            .bind(unit)
            .bind(day),
        )
        .await?;
    for row in rows {
        // A term that had not begun ends on its first day rather than before it.
        end_term(tx, row.id("id")?, day.max(row.day("starts_on")?)).await?;
        if row.flag("is_head")? {
            handover::on_departure(tx, by, row.id("post_id")?, day).await?;
        }
    }
    Ok(())
}

impl Services {
    /// Appoints somebody to a post; gives the person.
    pub async fn appoint(
        &self,
        actor: &Actor,
        command: Command,
        seen: i64,
        new: Appointment,
    ) -> Result<PersonId, Failure> {
        let proof = manage_people(actor)?;
        let by = by(actor, self.now());
        let (district, account, today) = (actor.district, actor.account, self.today());
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let unit = post_row(tx, district, new.post).await?.unit;
                    units::seen_unit(tx, district, unit, seen).await?;
                    let done = appoint(tx, proof, &by, &new, today).await?;
                    units::bump(tx, done.unit).await?;
                    Ok(done.person)
                })
            })
            .await
    }

    /// Ends a running term on `day`: the post is vacant, due dates pause.
    pub async fn vacate(
        &self,
        actor: &Actor,
        command: Command,
        term: TermId,
        seen: i64,
        day: Day,
    ) -> Result<(), Failure> {
        let _proof = manage_people(actor)?;
        if day > self.today() {
            return Err(Rejection::field("ends_on", "免职日期晚于今天，没有保存。请到当天再登记。").into());
        }
        let by = by(actor, self.now());
        let (district, account) = (actor.district, actor.account);
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let row = tx
                        .row(
                            q("SELECT t.post_id, t.starts_on, o.unit_id, o.is_head FROM terms t JOIN posts o ON o.id = t.post_id
                               WHERE t.id = $1 AND t.district_id = $2 AND t.ends_on IS NULL")
                            .bind(term)
                            .bind(district),
                        )
                        .await?
                        .ok_or(Rejection::NotFound)?;
                    let unit: UnitId = row.id("unit_id")?;
                    units::seen_unit(tx, district, unit, seen).await?;
                    if day < row.day("starts_on")? {
                        return Err(Rejection::field("ends_on", "免职日期早于任职日期，没有保存。请核对日期。").into());
                    }
                    end_term(tx, term, day).await?;
                    if row.flag("is_head")? {
                        handover::on_departure(tx, &by, row.id("post_id")?, day).await?;
                    }
                    units::bump(tx, unit).await?;
                    tx.audit(district, Some(account), "people.term_ended", &format!("term:{term}"), &zh(day)).await?;
                    Ok(())
                })
            })
            .await
    }
}
