//! The judgements of a report as its one form sends them: saved together, each under its own mark, so that two who
//! write different parts do not meet. Of one part the later is told, and nothing of his form is lost; what was sent for 审核 is
//! what stands in the boxes, never an older text.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, ReportId},
    papers::{Change, Seen},
    people::access::Actor,
    records::masked,
    reports::Judgement,
};
use serde::{Deserialize, Serialize};

use super::{
    super::Services,
    make,
    store::{self, Kept, Text},
    write,
};
use crate::storage::{Failure, StorageError, Tx};

/// One judgement as it was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TypedPart {
    /// Which part.
    pub part: Judgement,
    /// What the form was given of it.
    pub seen: Seen,
    /// What was in the box.
    pub text: String,
}

/// What is done once the texts are saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// 送审.
    Ask,
    /// 更新事实.
    Refresh,
}

/// The form of all judgements.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Save {
    /// Key of the form.
    pub command: CommandId,
    /// Report.
    pub report: ReportId,
    /// Boxes of the form.
    pub parts: Vec<TypedPart>,
    /// Version of the report that the form showed, and what to do after saving.
    pub then: Option<(i64, Then)>,
}

/// What became of the form. The texts are saved in each case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Saved {
    /// Saved.
    Saved,
    /// And sent for 审核.
    Asked,
    /// And the facts are computed anew.
    Refreshed,
    /// Not sent: something is still missing, which the page says.
    Unready,
    /// Not sent: somebody else changed a part that the sender has not read.
    Moved,
}

/// Saves what changed. Of a part that somebody else changed meanwhile the form is refused as a whole.
pub async fn save(tx: &mut Tx, actor: &Actor, form: &Save) -> Result<Saved, Failure> {
    let kept = store::readable(tx, actor, form.report).await?;
    let _proof = write::may_write(tx, actor, &kept).await?;
    let stored = store::texts(tx, &kept).await?;
    let (mut changed, mut moved) = (Vec::new(), false);
    for typed in &form.parts {
        let words = masked(&kept.plain.write(typed.part, &typed.text)?);
        let known = stored.iter().find(|text| text.part == typed.part).ok_or(Rejection::NotFound)?;
        let now = known.seen();
        match typed.seen.change(&typed.text, now) {
            Change::Same => moved |= typed.seen.version != now.version,
            Change::Own => changed.push((known, words)),
            Change::Clash => {
                let label = typed.part.label(kept.plain.kind);
                let words = format!(
                    "“{label}”刚刚被别人改过，整份文字都没有保存。别人的文字和您的文字都列在下面，改好后请再点保存。"
                );
                return Err(Rejection::field(format!("text.{}", typed.part.key()), words).into());
            }
        }
    }
    store_texts(tx, actor, &kept, changed).await?;
    match form.then {
        None => Ok(Saved::Saved),
        Some((seen, Then::Refresh)) => {
            store::stepped(tx, &kept, seen).await?;
            make::refresh(tx, actor, &kept).await?;
            Ok(Saved::Refreshed)
        }
        Some(_) if moved => Ok(Saved::Moved),
        Some((seen, Then::Ask)) => {
            if kept.plain.ask(&store::words(&store::texts(tx, &kept).await?)).is_err() {
                return Ok(Saved::Unready);
            }
            store::stepped(tx, &kept, seen).await?;
            write::ask(tx, actor, &kept).await?;
            Ok(Saved::Asked)
        }
    }
}

async fn store_texts(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    changed: Vec<(&Text, String)>,
) -> Result<(), StorageError> {
    if changed.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let labels: Vec<&str> = changed.iter().map(|(known, _)| known.part.label(kept.plain.kind)).collect();
    let labels = labels.join("、");
    let rows = changed.into_iter().map(|(known, words)| {
        vec![
            kept.id.into(),
            known.part.key().into(),
            actor.district.into(),
            words.into(),
            (known.version + 1).into(),
            actor.person.into(),
            (&actor.name).into(),
            now.into(),
        ]
    });
    tx.insert_all(
        "INSERT INTO report_texts (report_id, part, district_id, text, version, saved_by, saved_name, saved_at)",
        rows.collect(),
        "ON CONFLICT (report_id, part) DO UPDATE SET text = excluded.text, version = excluded.version,
           saved_by = excluded.saved_by, saved_name = excluded.saved_name, saved_at = excluded.saved_at",
    )
    .await?;
    store::audit(tx, actor, "reports.saved", kept, &labels).await
}

impl Services {
    /// Saves the judgements of a form, and takes the step that it asks for.
    ///
    /// # Errors
    /// No such report for the actor, not his to write, not a draft, a part written by somebody else meanwhile, or
    /// storage failed.
    pub async fn save_report_texts(&self, actor: &Actor, form: Save) -> Result<Saved, ApiError> {
        let done = self
            .once(actor, form.command, form, |tx, actor, form| Box::pin(async move { save(tx, &actor, &form).await }))
            .await;
        if done == Ok(Saved::Refreshed) {
            self.reports.bell.notify_one();
        }
        done
    }
}
