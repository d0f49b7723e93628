//! Makes notices in the background: some at a time, each batch one transaction, so that five hundred hold up nobody and a
//! restart goes on where it stopped. Numbers are taken in the order of the list. Gives way to a round of a meeting that
//! is open.

use std::{collections::BTreeSet, time::Duration};

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{DistrictId, SessionId, UnitId, WarningId, WarningNoticeId},
    papers::number::Series,
    people::access::Actor,
    warnings::{NoticeFacts, notice_doc},
};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use super::{
    super::{Services, numbers, reports, rows::Rows, storage, told},
    store::{self, Kept, Whole},
};
use crate::{
    App,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// Notices of one transaction.
const BATCH: usize = 25;
/// How soon it is looked again, where nobody rang.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What the background work keeps in memory.
#[derive(Debug, Default)]
pub struct Desk {
    /// Rung when notices were queued.
    pub(super) bell: Notify,
    /// One matter at a time in the whole server.
    pub(super) turn: Mutex<()>,
}

struct Waiting {
    id: WarningNoticeId,
    unit: UnitId,
    unit_name: String,
    number: String,
}

fn waiting(row: &Row) -> Result<Waiting, StorageError> {
    Ok(Waiting {
        id: row.id("id")?,
        unit: row.id("unit_id")?,
        unit_name: row.text("unit_name")?,
        number: row.text("number")?,
    })
}

/// The matters with notices that wait, the longest waiting first.
async fn waits(from: &mut impl Rows) -> Result<Vec<(DistrictId, WarningId)>, StorageError> {
    let find = q("SELECT district_id, matter_id FROM warning_notices WHERE state = 'queued'
                  GROUP BY district_id, matter_id ORDER BY MIN(queued_at), matter_id");
    from.all(find).await?.iter().map(|row| Ok((row.id("district_id")?, row.id("matter_id")?))).collect()
}

/// In whose name numbers are taken: whoever sealed, as he is called now.
async fn sealer(tx: &mut Tx, district: DistrictId, kept: &Kept) -> Result<Actor, Failure> {
    let person = kept.matter.hands.sealer.ok_or(Rejection::NotFound)?;
    let find =
        q("SELECT a.id, s.name FROM persons s JOIN accounts a ON a.person_id = s.id WHERE s.id = $1 ORDER BY a.id");
    let row = tx.row(find.bind(person)).await?.ok_or(Rejection::NotFound)?;
    Ok(Actor {
        district,
        account: row.id("id")?,
        person,
        session: SessionId(person.0),
        name: row.text("name")?,
        grants: Vec::new(),
        terms: Vec::new(),
        post: None,
        watched: BTreeSet::new(),
    })
}

/// What a notice says, under its number.
pub fn facts(kept: &Kept, whole: &Whole, unit: UnitId, unit_name: &str, number: &str, from: &str) -> NoticeFacts {
    let (problems, lines) = NoticeFacts::lines_of(&whole.lists, unit);
    let (count, sign, answer) = kept.days;
    let words = count.label();
    NoticeFacts {
        number: number.to_owned(),
        unit: unit_name.to_owned(),
        matter: kept.title.clone(),
        aim: kept.aim.clone(),
        lead: kept.lead_name.clone(),
        supervisors: kept.supervisors.iter().map(|(_, name)| name.clone()).collect(),
        problems,
        lines,
        situations: whole
            .lists
            .situations
            .iter()
            .map(|s| (s.text.clone(), s.handling.clone(), s.basis.clone()))
            .collect(),
        terms: format!("送达后 {sign} {words}内签收，{answer} {words}内报送工作措施"),
        on: kept.issued_on,
        from: from.to_owned(),
    }
}

/// Makes some notices of a matter: number, paper, state.
async fn make(tx: &mut Tx, district: DistrictId, id: WarningId) -> Result<u32, Failure> {
    let kept = store::load(tx, district, id).await?;
    let now = tx.now();
    let mut whole = store::whole(tx, id, now.day()).await?;
    // What another notice brought to the unit already is on that one.
    let brought = &whole.cells;
    whole.lists.cells.retain(|c| brought.get(&(c.duty, c.unit)).is_none_or(|(_, item)| item.is_none()));
    let actor = sealer(tx, district, &kept).await?;
    let name = tx.row(q("SELECT name FROM districts WHERE id = $1").bind(district)).await?;
    let from = format!("{}纪委监委", name.map(|row| row.text("name")).transpose()?.unwrap_or_default());
    let find = q("SELECT id, unit_id, unit_name, number FROM warning_notices WHERE matter_id = $1 AND state = 'queued'
                  ORDER BY position, id LIMIT $2");
    let rows = tx.rows(find.bind(id).bind(i64::try_from(BATCH).unwrap_or(25))).await?;
    let mut made = 0;
    for row in &rows {
        let notice = waiting(row)?;
        let mut number = notice.number.clone();
        if number.is_empty() {
            let subject = format!("notice:{}", notice.id);
            let taken = numbers::take(tx, district, Series::WarningNotice, now.day().year(), &subject).await?;
            let title = format!("{}：{}", kept.title, notice.unit_name);
            numbers::named(tx, &actor, &taken, &title, &format!("/warnings/notices/{}", notice.id)).await?;
            number = taken.to_string();
        }
        let doc = notice_doc(&facts(&kept, &whole, notice.unit, &notice.unit_name, &number, &from));
        tx.execute(
            q("UPDATE warning_notices SET state = 'made', number = $1, doc = $2, made_at = $3, version = version + 1
               WHERE id = $4 AND state = 'queued'")
            .bind(number)
            .bind(store::json(&doc)?)
            .bind(now)
            .bind(notice.id),
        )
        .await?;
        made += 1;
    }
    if made > 0 {
        let left = q("SELECT COUNT(*) AS n FROM warning_notices WHERE matter_id = $1 AND state = 'queued'");
        if tx.row(left.bind(id)).await?.map_or(Ok(0), |row| row.int("n"))? == 0 {
            store::audit(tx, &actor, &kept, "warnings.made", "").await?;
        }
    }
    Ok(made)
}

impl Services {
    /// Makes notices until none waits or a meeting is being rated; how many.
    ///
    /// # Errors
    /// Storage failed, or a rule said no: what failed waits, the others are made.
    pub async fn work_on_notices(&self) -> Result<u32, ApiError> {
        let _turn = self.notices.turn.lock().await;
        let mut all = 0;
        let mut stuck: BTreeSet<WarningId> = BTreeSet::new();
        let mut failed = None;
        loop {
            let mut read = self.store.read().clone();
            let waiting = waits(&mut read).await.map_err(storage)?;
            let next = waiting.into_iter().find(|(_, id)| !stuck.contains(id));
            let Some((district, id)) = next else { return failed.map_or(Ok(all), Err) };
            if reports::is_busy(&mut read).await.map_err(storage)? {
                return Ok(all);
            }
            match self.store.write(move |tx| Box::pin(async move { make(tx, district, id).await })).await {
                Ok(0) => drop(stuck.insert(id)),
                Ok(made) => all += made,
                // One matter that cannot be made holds up no other.
                Err(failure) => {
                    stuck.insert(id);
                    failed = Some(told(failure));
                }
            }
        }
    }
}

/// Makes notices until `stop`.
pub async fn worker(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = app.services().work_on_notices().await {
            tracing::error!(?error, "notices are not made, tried again later");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.services().notices.bell.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Makes the notices of a story that is told at once.
pub(crate) async fn make_quietly(tx: &mut Tx, district: DistrictId, id: WarningId) -> Result<(), Failure> {
    while make(tx, district, id).await? > 0 {}
    Ok(())
}
