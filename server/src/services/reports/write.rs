//! Steps of a report: 送审, 审核, filing for readers, giving up. Its words are saved in `texts`, its readers kept in
//! `file`.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, PersonId, ReportId, UnitId},
    people::{
        Role,
        access::{Actor, WriteOfficeReport, keep_office_readers, review_office_report, write_office_report},
    },
    records::masked,
    reports::State,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, rows::Rows},
    course, file, make,
    store::{self, Kept},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// What a step does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 更新事实, also after it was stopped or failed.
    Refresh,
    /// Stops the computing.
    Cancel,
    /// 送审.
    Ask,
    /// 审核通过.
    Approve,
    /// 退回.
    Return,
    /// 限阅归档.
    File {
        /// Who may read it besides those who made it.
        readers: Vec<PersonId>,
    },
    /// 增加阅读人.
    Widen {
        /// Who may read it, too.
        readers: Vec<PersonId>,
    },
    /// 作废.
    Drop,
}

/// A step of a report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// Key of the form.
    pub command: CommandId,
    /// Report.
    pub report: ReportId,
    /// Version that the form showed.
    pub seen: i64,
    /// What to do.
    pub act: Act,
    /// Opinion, or why it is sent back, given up or opened to more readers.
    pub reason: String,
}

/// Bodies (派驻组, 联系室) that whoever began the report was of on that day, also where he is no more.
async fn bodies(from: &mut impl Rows, kept: &Kept) -> Result<Vec<UnitId>, StorageError> {
    let day = kept.made_at.day();
    let find =
        q("SELECT DISTINCT g.unit_id FROM role_grants g WHERE g.person_id = $1 AND g.state IN ('active', 'ended')
                    AND g.starts_on <= $2 AND (g.ends_on IS NULL OR g.ends_on >= $2)")
        .bind(kept.made_by)
        .bind(day)
        .and_in("g.role", [Role::ResidentTeam, Role::SupervisionOffice].map(Role::key));
    from.all(find.push("ORDER BY g.unit_id")).await?.iter().map(|row| row.id("unit_id")).collect()
}

/// Whoever goes on with the report. Another body that reads the draft is told that it is not its own.
pub async fn may_write(from: &mut impl Rows, actor: &Actor, kept: &Kept) -> Result<WriteOfficeReport, Failure> {
    let bodies = bodies(from, kept).await?;
    Ok(write_office_report(actor, kept.cover, kept.made_by, &bodies)?)
}

/// Everybody who had a hand in a report.
pub async fn hands(from: &mut impl Rows, kept: &Kept) -> Result<Vec<PersonId>, StorageError> {
    let texts = store::texts(from, kept).await?;
    Ok(std::iter::once(kept.made_by).chain(texts.iter().filter_map(|text| text.saved_by)).collect())
}

/// The report of a step: one that the actor may read, or one whose readers he may add to.
async fn of_step(tx: &mut Tx, actor: &Actor, form: &Step) -> Result<Kept, Failure> {
    if matches!(form.act, Act::Widen { .. }) {
        let kept = store::load(tx, actor.district, form.report).await?;
        if kept.plain.state == State::Filed && keep_office_readers(actor, kept.cover).is_ok() {
            return Ok(kept);
        }
    }
    store::readable(tx, actor, form.report).await
}

/// Takes a step.
pub async fn step(tx: &mut Tx, actor: &Actor, form: &Step) -> Result<(), Failure> {
    let kept = of_step(tx, actor, form).await?;
    match &form.act {
        Act::Approve | Act::Return => {
            let hands = hands(tx, &kept).await?;
            let _proof = review_office_report(actor, &hands)?;
            store::stepped(tx, &kept, form.seen).await?;
            decide(tx, actor, &kept, matches!(form.act, Act::Approve), &form.reason).await
        }
        Act::Widen { readers } => {
            let _proof = keep_office_readers(actor, kept.cover)?;
            store::stepped(tx, &kept, form.seen).await?;
            file::widen(tx, actor, &kept, readers, &form.reason).await
        }
        act => {
            let _proof = may_write(tx, actor, &kept).await?;
            store::stepped(tx, &kept, form.seen).await?;
            match act {
                Act::Refresh => make::refresh(tx, actor, &kept).await,
                Act::Cancel => make::cancel(tx, actor, &kept).await,
                Act::Ask => ask(tx, actor, &kept).await,
                Act::File { readers } => file::file(tx, actor, &kept, readers).await,
                _ => give_up(tx, actor, &kept, &form.reason).await,
            }
        }
    }
}

/// 作废; of somebody else's report with a reason, which stays with it.
async fn give_up(tx: &mut Tx, actor: &Actor, kept: &Kept, reason: &str) -> Result<(), Failure> {
    let reason = masked(&kept.plain.give_up(kept.made_by == actor.person, reason)?);
    tx.execute(q("UPDATE reports SET state = 'dropped' WHERE id = $1").bind(kept.id)).await?;
    course::note(tx, actor, kept, (course::DROP, "dropped"), &reason).await?;
    Ok(store::audit(tx, actor, "reports.dropped", kept, &reason).await?)
}

/// 送审: what is sent stays with its edition.
pub async fn ask(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(), Failure> {
    kept.plain.ask(&store::words(&store::texts(tx, kept).await?))?;
    make::leave(tx, kept).await?;
    tx.execute(q("UPDATE reports SET state = 'asked', returned_why = '' WHERE id = $1").bind(kept.id)).await?;
    course::note(tx, actor, kept, (course::ASK, "asked"), &format!("第{}稿", kept.edition.no)).await?;
    store::audit(tx, actor, "reports.asked", kept, "").await?;
    Ok(())
}

async fn decide(tx: &mut Tx, actor: &Actor, kept: &Kept, agreed: bool, reason: &str) -> Result<(), Failure> {
    let reason = masked(&kept.plain.decide(agreed, reason)?);
    let decision = if agreed { "agreed" } else { "returned" };
    course::note(tx, actor, kept, (course::REVIEW, decision), &reason).await?;
    if agreed {
        let set = q("UPDATE reports SET state = 'approved', approved_name = $1, approved_at = $2 WHERE id = $3");
        tx.execute(set.bind(&actor.name).bind(tx.now()).bind(kept.id)).await?;
        store::audit(tx, actor, "reports.approved", kept, &reason).await?;
        return Ok(());
    }
    // What was sent stays as it was; what is written from here is the next edition, with the same facts. It begins now,
    // by whoever sent it back.
    let next = kept.edition.no + 1;
    let copy = q("INSERT INTO report_editions (report_id, edition, district_id, cause, job, as_of, rule_version, blocks, queued_at, made_name)
                  SELECT report_id, $1, district_id, 'returned', job, as_of, rule_version, blocks, $2, $3
                  FROM report_editions WHERE report_id = $4 AND edition = $5");
    let copy = copy.bind(next).bind(tx.now()).bind(&actor.name).bind(kept.id).bind(kept.edition.no);
    tx.execute(copy).await?;
    let copy = q("INSERT INTO report_facts (report_id, edition, block, district_id, facts, computed_at)
                  SELECT report_id, $1, block, district_id, facts, computed_at FROM report_facts
                  WHERE report_id = $2 AND edition = $3");
    tx.execute(copy.bind(next).bind(kept.id).bind(kept.edition.no)).await?;
    let set = q("UPDATE reports SET state = 'draft', edition = $1, returned_why = $2, approved_name = '',
                 approved_at = NULL WHERE id = $3");
    tx.execute(set.bind(next).bind(&reason).bind(kept.id)).await?;
    store::audit(tx, actor, "reports.returned", kept, &reason).await?;
    Ok(())
}

/// Why a report that is written cannot be sent yet; empty where it can.
pub fn unready(kept: &Kept, texts: &[store::Text]) -> String {
    kept.plain.ask(&store::words(texts)).err().map(|no: Rejection| no.to_string()).unwrap_or_default()
}

impl Services {
    /// A step of a report.
    ///
    /// # Errors
    /// No such report for the actor, a stale version, a rule said no, or storage failed.
    pub async fn report_step(&self, actor: &Actor, form: Step) -> Result<(), ApiError> {
        let done = self
            .once(actor, form.command, form, |tx, actor, form| Box::pin(async move { step(tx, &actor, &form).await }))
            .await;
        self.reports.bell.notify_one();
        done
    }
}
