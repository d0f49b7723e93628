//! What people write and decide: a judgement, sending, 审核, filing for readers.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, PersonId, ReportId},
    people::{
        Role,
        access::{Actor, READERS, draft_office_report, review_office_report},
    },
    records::masked,
    reports::{Judgement, State},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, people::held_on, rows::Rows},
    make,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// A judgement as it was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Save {
    /// Key of the form.
    pub command: CommandId,
    /// Report.
    pub report: ReportId,
    /// Which part.
    pub part: Judgement,
    /// Version that the form showed.
    pub seen: i64,
    /// Words.
    pub text: String,
}

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
        /// Who may read it.
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
    /// Opinion, or why it is sent back.
    pub reason: String,
}

/// Saves one judgement. Two who write different parts do not meet; of one part the later is told.
pub async fn save(tx: &mut Tx, actor: &Actor, form: &Save) -> Result<(), Failure> {
    let kept = store::readable(tx, actor, form.report).await?;
    let _proof = draft_office_report(actor, kept.cover).map_err(|_| Rejection::NotFound)?;
    let words = masked(&kept.plain.write(form.part, &form.text)?);
    let texts = store::texts(tx, &kept).await?;
    let known = texts.iter().find(|text| text.part == form.part).ok_or(Rejection::NotFound)?;
    if known.words == words {
        return Ok(());
    }
    if known.version != form.seen {
        return Err(Rejection::Stale.into());
    }
    let (version, now) = (known.version + 1, tx.now());
    tx.insert_all(
        "INSERT INTO report_texts (report_id, part, district_id, text, version, saved_by, saved_name, saved_at)",
        vec![vec![
            kept.id.into(),
            form.part.key().into(),
            actor.district.into(),
            words.into(),
            version.into(),
            actor.person.into(),
            (&actor.name).into(),
            now.into(),
        ]],
        "ON CONFLICT (report_id, part) DO UPDATE SET text = excluded.text, version = excluded.version,
           saved_by = excluded.saved_by, saved_name = excluded.saved_name, saved_at = excluded.saved_at",
    )
    .await?;
    store::audit(tx, actor, "reports.saved", &kept, form.part.label(kept.plain.kind)).await?;
    Ok(())
}

/// Everybody who had a hand in a report.
pub async fn hands(from: &mut impl Rows, kept: &Kept) -> Result<Vec<PersonId>, StorageError> {
    let texts = store::texts(from, kept).await?;
    Ok(std::iter::once(kept.made_by).chain(texts.iter().filter_map(|text| text.saved_by)).collect())
}

/// Takes a step.
pub async fn step(tx: &mut Tx, actor: &Actor, form: &Step) -> Result<(), Failure> {
    let kept = store::readable(tx, actor, form.report).await?;
    let drafts = draft_office_report(actor, kept.cover);
    match &form.act {
        Act::Approve | Act::Return => {
            let hands = hands(tx, &kept).await?;
            let _proof = review_office_report(actor, &hands)?;
            store::stepped(tx, &kept, form.seen).await?;
            decide(tx, actor, &kept, matches!(form.act, Act::Approve), &form.reason).await
        }
        act => {
            let _proof = drafts?;
            store::stepped(tx, &kept, form.seen).await?;
            match act {
                Act::Refresh => make::refresh(tx, actor, &kept).await,
                Act::Cancel => make::cancel(tx, actor, &kept).await,
                Act::Ask => ask(tx, actor, &kept).await,
                Act::File { readers } => file(tx, actor, &kept, readers).await,
                _ => {
                    kept.plain.give_up()?;
                    become_state(tx, &kept, State::Dropped).await?;
                    Ok(store::audit(tx, actor, "reports.dropped", &kept, "").await?)
                }
            }
        }
    }
}

async fn become_state(tx: &mut Tx, kept: &Kept, state: State) -> Result<(), StorageError> {
    tx.execute(q("UPDATE reports SET state = $1 WHERE id = $2").bind(state.key()).bind(kept.id)).await.map(drop)
}

/// 送审: what is sent stays with its edition.
async fn ask(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(), Failure> {
    kept.plain.ask(&store::words(&store::texts(tx, kept).await?))?;
    make::leave(tx, kept).await?;
    tx.execute(q("UPDATE reports SET state = 'asked', returned_why = '' WHERE id = $1").bind(kept.id)).await?;
    store::audit(tx, actor, "reports.asked", kept, "").await?;
    Ok(())
}

async fn decide(tx: &mut Tx, actor: &Actor, kept: &Kept, agreed: bool, reason: &str) -> Result<(), Failure> {
    let reason = masked(&kept.plain.decide(agreed, reason)?);
    let role = [Role::DeputySecretary, Role::Secretary].into_iter().find(|role| actor.has(*role));
    tx.insert(
        "INSERT INTO approvals (id, district_id, subject, step, by_role, account_id, person_name, decision, reason, at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            kept.id.to_string().into(),
            "审核".into(),
            role.map_or("", Role::key).into(),
            actor.account.to_string().into(),
            (&actor.name).into(),
            if agreed { "agreed" } else { "returned" }.into(),
            (&reason).into(),
            tx.now().into(),
        ],
    )
    .await?;
    if agreed {
        let set = q("UPDATE reports SET state = 'approved', approved_name = $1, approved_at = $2 WHERE id = $3");
        tx.execute(set.bind(&actor.name).bind(tx.now()).bind(kept.id)).await?;
        store::audit(tx, actor, "reports.approved", kept, &reason).await?;
        return Ok(());
    }
    // What was sent stays as it was; what is written from here is the next edition, with the same facts.
    let next = kept.edition.no + 1;
    let copy = q("INSERT INTO report_editions (report_id, edition, district_id, cause, job, as_of, rule_version, blocks, queued_at, made_name)
                  SELECT report_id, $1, district_id, 'returned', job, as_of, rule_version, blocks, queued_at, made_name
                  FROM report_editions WHERE report_id = $2 AND edition = $3");
    tx.execute(copy.bind(next).bind(kept.id).bind(kept.edition.no)).await?;
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

/// People who may be chosen as readers.
pub async fn candidates(
    from: &mut impl Rows,
    actor: &Actor,
    today: domain::time::Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let find = q("SELECT DISTINCT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.district_id = $1")
    .bind(actor.district)
    .and_in("g.role", READERS.map(Role::key));
    let rows = from.all(held_on(find, today).push("ORDER BY s.strokes, s.name, s.id")).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// 限阅归档: from here nothing of it changes, and nobody but its readers opens it.
async fn file(tx: &mut Tx, actor: &Actor, kept: &Kept, readers: &[PersonId]) -> Result<(), Failure> {
    let chosen = kept.plain.file(readers)?;
    let now = tx.now();
    let known = candidates(tx, actor, now.day()).await?;
    let mut rows = Vec::new();
    for person in &chosen {
        let Some((_, name)) = known.iter().find(|(id, _)| id == person) else {
            return Err(Rejection::field("reader", "阅读人员不在可选范围，没有归档。请刷新页面后重新选择。").into());
        };
        rows.push(vec![kept.id.into(), (*person).into(), actor.district.into(), name.into()]);
    }
    tx.insert_all("INSERT INTO report_readers (report_id, person_id, district_id, name)", rows, "").await?;
    let facts = store::facts(tx, kept.id, kept.edition.no).await?;
    let texts = store::words(&store::texts(tx, kept).await?);
    let hash = store::hash(kept, &facts, &texts)?;
    let set = q("UPDATE reports SET state = 'filed', filed_by = $1, filed_name = $2, filed_at = $3, content_hash = $4
                 WHERE id = $5");
    tx.execute(set.bind(actor.person).bind(&actor.name).bind(now).bind(&hash).bind(kept.id)).await?;
    let names: Vec<&str> =
        chosen.iter().filter_map(|id| known.iter().find(|(k, _)| k == id)).map(|(_, name)| name.as_str()).collect();
    store::audit(tx, actor, "reports.filed", kept, &format!("限阅：{}；校验码 {hash}", names.join("、"))).await?;
    Ok(())
}

impl Services {
    /// Saves a judgement.
    ///
    /// # Errors
    /// No such report for the actor, not a draft, written by somebody else meanwhile, or storage failed.
    pub async fn save_report_text(&self, actor: &Actor, form: Save) -> Result<(), ApiError> {
        self.once(actor, form.command, form, |tx, actor, form| Box::pin(async move { save(tx, &actor, &form).await }))
            .await
    }

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
