//! 季度履责提醒: drafted by the system, decided by 党风政风监督室, one sending in the 区纪委's name (H3).
//! An approved one waits for a working day. The post of the 区委书记 is not part of it.

use std::collections::{BTreeMap, BTreeSet};

use app::api::{ApiError, reminders::RoundView};
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, PersonId},
    people::access::{self, Actor},
    reminders::{Interruption, Quarter, ReminderWay},
    time::{Day, zh_short},
};

use super::{
    cards, due, switches,
    tell::{self, House, Words},
};
use crate::{
    services::{Services, posts, rows::Rows, season, storage, told},
    storage::{Failure, Pool, Row, StorageError, Tx, q},
};

/// Waits for a decision.
pub(super) const DRAFT: &str = "draft";
/// Waits for a working day.
const APPROVED: &str = "approved";
/// Went out.
const SENT: &str = "sent";
/// Not sent this quarter.
const SKIPPED: &str = "skipped";

/// One who would get it.
#[derive(Debug, Clone)]
struct Planned {
    person: PersonId,
    name: String,
    place: String,
    n: u32,
    /// Approved words of the bodies that supervise his units.
    note: String,
}

/// What the office decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// 审定并发送.
    Send,
    /// 本季度不发.
    Skip,
}

async fn load(rows: &mut impl Rows, district: DistrictId, of: Quarter) -> Result<Option<Row>, StorageError> {
    rows.first(
        q("SELECT * FROM reminder_rounds WHERE district_id = $1 AND year = $2 AND quarter = $3")
            .bind(district)
            .bind(of.year)
            .bind(of.quarter),
    )
    .await
}

impl Services {
    /// Heads with something open, one line each over all their posts.
    async fn plan(&self, district: DistrictId, today: Day) -> Result<Vec<Planned>, StorageError> {
        let mut read = self.store.read().clone();
        let people = due::people(&mut read, district, today).await?;
        let open = cards::open_lines(&mut read, district, today).await?;
        // 督责安排: words of the bodies, and whom the office took out.
        let mut season = season::of_quarter(&mut read, district, Quarter::of(today)).await?;
        let mut all: BTreeMap<PersonId, Planned> = BTreeMap::new();
        let mut order = Vec::new();
        for head in people.into_iter().filter(|p| p.head && !p.leads_district && !season.without.contains(&p.post)) {
            let note = season.notes.remove(&head.post).unwrap_or_default();
            let n = open.get(&head.post).copied().unwrap_or(0);
            if n == 0 && note.is_empty() {
                continue;
            }
            match all.get_mut(&head.person) {
                Some(one) => {
                    one.n += n;
                    one.place = format!("{}、{}", one.place, head.place);
                    let both = [one.note.as_str(), note.as_str()].into_iter().filter(|words| !words.is_empty());
                    one.note = both.collect::<Vec<_>>().join("；");
                }
                None => {
                    order.push(head.person);
                    let one = Planned { person: head.person, name: head.name, place: head.place, n, note };
                    all.insert(head.person, one);
                }
            }
        }
        Ok(order.into_iter().filter_map(|p| all.remove(&p)).collect())
    }

    /// This quarter's round for the desk.
    pub(super) async fn round_view(&self, district: DistrictId, today: Day) -> Result<Option<RoundView>, StorageError> {
        let of = Quarter::of(today);
        let mut read = self.store.read().clone();
        let Some(row) = load(&mut read, district, of).await? else { return Ok(None) };
        let state = row.text("state")?;
        let preview = if state == DRAFT || state == APPROVED {
            let planned = self.plan(district, today).await?;
            let mails = switches::load(&mut read, district).await?.email;
            let by_mail = if mails { by_mail(&mut read, district).await? } else { BTreeSet::new() };
            let way =
                |person: &PersonId| if by_mail.contains(person) { "系统内、电子邮件" } else { "系统内" };
            planned
                .into_iter()
                .map(|one| {
                    let way = way(&one.person).to_owned();
                    (one.place, one.name, one.n, way, one.note)
                })
                .collect()
        } else {
            Vec::new()
        };
        let who = row.text("decided_name")?;
        let on = row.opt_instant("decided_at")?.map(|at| zh_short(at.day())).unwrap_or_default();
        let note = match &*state {
            APPROVED => format!("{who} {on}审定，下一个工作日发送。"),
            SENT => format!("{who} {on}审定，已提醒 {} 人。", row.int("reached")?),
            SKIPPED => format!("{who} {on}决定本季度不发。"),
            _ => "系统已起草，审定后以区纪委名义一次发送；不审定就不发。".to_owned(),
        };
        Ok(Some(RoundView {
            name: of.to_string(),
            year: of.year,
            quarter: of.quarter,
            version: row.small("version")?,
            state,
            note,
            preview,
        }))
    }

    /// Decides on a round, once for its key. Where it is a working day, it goes out at once.
    ///
    /// # Errors
    /// Not the office's; decided already; not the running quarter.
    pub async fn decide_round(
        &self,
        actor: &Actor,
        key: CommandId,
        of: Quarter,
        seen: u32,
        decision: Decision,
    ) -> Result<(), ApiError> {
        let _proof = access::decide_reminder(actor)?;
        let who = actor.clone();
        let body = format!("{}-{} {seen} {decision:?}", of.year, of.quarter);
        let district = actor.district;
        self.store
            .once(actor.account, key.to_string(), body.as_bytes(), move |tx| {
                Box::pin(async move { decide(tx, &who, of, seen, decision).await })
            })
            .await
            .map_err(told)?;
        self.send_approved(district).await.map(drop)
    }

    /// Sends the approved round of the running quarter, if this is a working day; to how many.
    pub(super) async fn send_approved(&self, district: DistrictId) -> Result<u32, ApiError> {
        let today = self.today();
        let of = Quarter::of(today);
        let mut read: Pool = self.store.read().clone();
        let row = load(&mut read, district, of).await.map_err(storage)?;
        let approved = row.is_some_and(|row| row.text("state").is_ok_and(|s| s == APPROVED));
        let calendar = posts::calendar(&mut read, district).await.map_err(storage)?;
        if !approved || !calendar.is_working(today) {
            return Ok(0);
        }
        let planned = self.plan(district, today).await.map_err(storage)?;
        let house = House::load(&mut read, district).await.map_err(storage)?;
        for some in planned.chunks(tell::AT_ONCE) {
            let (some, house) = (some.to_vec(), house.clone());
            self.store
                .write(move |tx| Box::pin(async move { Ok(send(tx, &house, of, &some).await?) }))
                .await
                .map_err(told)?;
        }
        self.store.write(move |tx| Box::pin(async move { sent(tx, district, of, today).await })).await.map_err(told)
    }
}

/// Who chose to be told by e-mail, too.
async fn by_mail(rows: &mut impl Rows, district: DistrictId) -> Result<BTreeSet<PersonId>, StorageError> {
    let rows = rows
        .all(
            q("SELECT w.person_id FROM reminder_ways w JOIN persons s ON s.id = w.person_id
               WHERE s.district_id = $1 AND w.way = $2")
            .bind(district)
            .bind(ReminderWay::Email.key()),
        )
        .await?;
    rows.iter().map(|row| row.id("person_id")).collect()
}

async fn decide(tx: &mut Tx, actor: &Actor, of: Quarter, seen: u32, decision: Decision) -> Result<(), Failure> {
    if of != Quarter::of(tx.now().day()) {
        return Err(Rejection::state("这不是本季度的提醒，没有发送。请刷新页面后重试。").into());
    }
    let row = load(tx, actor.district, of).await?.ok_or(Rejection::NotFound)?;
    let state = row.text("state")?;
    if state != DRAFT {
        return Err(Rejection::state("本季度的提醒已经决定过，没有再次发送。请刷新页面查看。").into());
    }
    if row.small("version")? != seen {
        return Err(Rejection::Stale.into());
    }
    if decision == Decision::Send {
        let waiting = season::of_quarter(tx, actor.district, of).await?.waiting;
        if waiting > 0 {
            return Err(Rejection::state(format!(
                "督责安排里还有 {waiting} 份派驻组、联系室起草的提示待审定，没有发送。请先在“督责安排”里审定或退回。"
            ))
            .into());
        }
        // It goes out on a working day of its own quarter or never: nothing is promised that cannot be kept.
        let calendar = posts::calendar(tx, actor.district).await?;
        let today = tx.now().day();
        if of.last_day() < if calendar.is_working(today) { today } else { calendar.plus_working(today, 1) } {
            return Err(Rejection::state(
                "本季度已经没有工作日，提醒发不出去，没有审定。请选“本季度不发”，下一季度再提醒。",
            )
            .into());
        }
    }
    let now = tx.now();
    let next = if decision == Decision::Send { APPROVED } else { SKIPPED };
    tx.execute(
        q("UPDATE reminder_rounds SET state = $1, decided_at = $2, decided_by = $3, decided_name = $4,
             version = version + 1 WHERE district_id = $5 AND year = $6 AND quarter = $7")
        .bind(next)
        .bind(now)
        .bind(actor.account)
        .bind(&actor.name)
        .bind(actor.district)
        .bind(of.year)
        .bind(of.quarter),
    )
    .await?;
    if decision == Decision::Skip {
        season::round_ended(tx, actor.district, of, None).await?;
    }
    let action = if decision == Decision::Send { "reminders.approved" } else { "reminders.skipped" };
    let object = format!("reminder:{}-{}", of.year, of.quarter);
    tx.audit(actor.district, Some(actor.account), action, &object, &of.to_string()).await?;
    Ok(())
}

/// Tells some of those who are planned. Whoever had this quarter's is left out by the quota, so a
/// sending that broke off goes on where it stood.
async fn send(tx: &mut Tx, house: &House, of: Quarter, some: &[Planned]) -> Result<(), StorageError> {
    let all: Vec<(PersonId, Words)> = some
        .iter()
        .map(|one| {
            let title = match one.n {
                0 => format!("{of}履责提醒"),
                n => format!("{of}履责提醒：还有 {n} 项"),
            };
            let words = Words {
                mark: mark(of),
                // Words of a body alone are one thing to read.
                n: one.n.max(1),
                title,
                note: format!("区纪委统一提醒，每季度一次。{}打开本月卡查看。", ended(&one.note)),
                link: "/month".into(),
            };
            (one.person, words)
        })
        .collect();
    let reached = tell::tell(tx, house, Interruption::Quarter, &all).await?;
    let things: u32 = some.iter().filter(|one| reached.contains(&one.person)).map(|one| one.n.max(1)).sum();
    tell::tell_group(tx, house, things).await
}

/// A sentence, whatever it was typed with at its end.
fn ended(note: &str) -> String {
    if note.is_empty() || note.ends_with(['。', '！', '？', '.', '!']) {
        note.to_owned()
    } else {
        format!("{note}。")
    }
}

/// Slot of the quota.
fn mark(of: Quarter) -> String {
    format!("{}Q{}", of.year, of.quarter)
}

/// Notes once that the round went out, and to how many.
async fn sent(tx: &mut Tx, district: DistrictId, of: Quarter, today: Day) -> Result<u32, Failure> {
    let told = tx
        .row(
            q("SELECT COUNT(*) AS n FROM reminders WHERE district_id = $1 AND kind = $2 AND mark = $3")
                .bind(district)
                .bind(Interruption::Quarter.key())
                .bind(mark(of)),
        )
        .await?;
    let reached = told.map_or(Ok(0), |row| row.small("n"))?;
    let noted = tx
        .execute(
            q("UPDATE reminder_rounds SET state = 'sent', sent_on = $1, reached = $2, version = version + 1
               WHERE district_id = $3 AND year = $4 AND quarter = $5 AND state = 'approved'")
            .bind(today)
            .bind(reached)
            .bind(district)
            .bind(of.year)
            .bind(of.quarter),
        )
        .await?;
    if noted == 0 {
        return Ok(0);
    }
    season::round_ended(tx, district, of, Some(today)).await?;
    let object = format!("reminder:{}-{}", of.year, of.quarter);
    tx.audit(district, None, "reminders.sent", &object, &format!("{reached} 人")).await?;
    Ok(reached)
}
