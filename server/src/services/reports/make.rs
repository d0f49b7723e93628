//! A new report, and what starts or stops the computing of its facts.

use std::collections::BTreeSet;

use app::api::{ApiError, reports::Existing};
use domain::{
    Rejection,
    ids::{CommandId, ReportId},
    people::access::{Actor, draft_office_report, keep_office_readers, read_office_report},
    reports::{Asked, Cover, Kind, Overlap, Period, State, overlap},
    time::Day,
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, rows::Rows, told},
    cover,
    gather::Covered,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// The form of a new report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct New {
    /// Key of the form.
    pub command: CommandId,
    /// Kind.
    pub kind: Kind,
    /// Key of the cover.
    pub cover: String,
    /// Period.
    pub period: Period,
    /// Begun beside those that hold the same facts, which were shown.
    pub sure: bool,
}

/// What a new report comes to.
#[derive(Debug, Clone)]
pub struct Begin {
    /// Kind.
    pub kind: Kind,
    /// Cover.
    pub cover: Cover,
    /// Its name.
    pub name: String,
    /// Period.
    pub period: Period,
    /// Posts.
    pub posts: Vec<Covered>,
}

/// Checks a form.
///
/// # Errors
/// A cover that is not the actor's, a period to come or of another length, nobody to report on.
pub async fn checked(from: &mut impl Rows, actor: &Actor, form: &New, today: Day) -> Result<Begin, Failure> {
    let cover = Cover::from_key(&form.cover)
        .ok_or_else(|| Rejection::field("cover", "范围不在可选范围，没有新建报告。请重新选择。"))?;
    let _proof = draft_office_report(actor, cover).map_err(|_| Rejection::NotFound)?;
    let name = cover::name(from, actor.district, cover).await?;
    let period = form.period.begun(today)?;
    if !form.kind.takes(period.part) {
        let words = format!("{}不按{}写，没有新建报告。请选择合适的时段。", form.kind.label(), period.label());
        return Err(Rejection::field("period", words).into());
    }
    let posts = cover::posts(from, actor.district, cover, today).await?;
    if posts.is_empty() {
        return Err(
            Rejection::field("cover", "这个范围里没有单位，没有新建报告。请选择别的范围，或先核对归口表。").into()
        );
    }
    Ok(Begin { kind: form.kind, cover, name, period, posts })
}

fn asked(kind: Kind, cover: Cover, period: Period, posts: &[Covered]) -> Asked {
    let units: BTreeSet<_> = posts.iter().map(|covered| covered.unit).collect();
    Asked { kind, cover, period, units }
}

/// Reports of the same period that hold what a new one asks for, the same first.
pub async fn existing(from: &mut impl Rows, actor: &Actor, new: &Begin) -> Result<Vec<Existing>, StorageError> {
    let find = store::reports_query(actor.district).push("AND n.state <> 'dropped'");
    let rows = from.all(find.push_bind("AND n.period = ? ORDER BY n.made_at DESC, n.id", new.period.key())).await?;
    let wanted = asked(new.kind, new.cover, new.period, &new.posts);
    let mut found: Vec<(Overlap, Existing)> = Vec::new();
    for row in &rows {
        let kept = store::read(row)?;
        let old = asked(kept.plain.kind, kept.cover, kept.period, &kept.posts);
        let Some(how) = overlap(&wanted, &old) else { continue };
        let reader = store::is_reader(from, kept.id, actor.person).await?;
        let filed = kept.plain.state == State::Filed;
        let opens = read_office_report(actor, kept.cover, filed, reader).is_ok()
            || filed && keep_office_readers(actor, kept.cover).is_ok();
        let existing = if opens {
            Existing {
                id: Some(kept.id),
                title: title(&kept),
                words: how.words().to_owned(),
                state: kept.plain.state.label().to_owned(),
                writer: kept.made_name,
            }
        } else if draft_office_report(actor, kept.cover).is_ok() {
            // Of a report that he may not read he learns that it is there, and whom to ask.
            let words = "有同样事实的报告，限阅。是否还要新建，请向党风政风监督室询问。";
            let [title, state, writer] = [const { String::new() }; 3];
            Existing { id: None, title, words: words.to_owned(), state, writer }
        } else {
            // Of a wider range: none of his.
            continue;
        };
        found.push((how, existing));
    }
    found.sort_by_key(|(how, _)| *how);
    Ok(found.into_iter().map(|(_, existing)| existing).collect())
}

/// `区教育局2026年上半年梳理情况报告`.
pub fn title(kept: &Kept) -> String {
    format!("{}{}{}", kept.cover_name, kept.period.label(), kept.plain.kind.after_period())
}

/// Writes a new report whose facts wait for their turn.
pub async fn insert(tx: &mut Tx, actor: &Actor, new: &Begin) -> Result<ReportId, Failure> {
    let now = tx.now();
    let id = ReportId(random::id(now));
    tx.insert(
        "INSERT INTO reports (id, district_id, kind, cover, cover_name, period, posts, state, made_by, made_name, made_at)",
        vec![
            id.into(),
            actor.district.into(),
            new.kind.key().into(),
            new.cover.key().into(),
            (&new.name).into(),
            new.period.key().into(),
            store::json(&new.posts)?.into(),
            State::Draft.key().into(),
            actor.person.into(),
            (&actor.name).into(),
            now.into(),
        ],
    )
    .await?;
    queue(tx, actor, (id, 1), "new", new.kind).await?;
    let kept = store::load(tx, actor.district, id).await?;
    store::audit(tx, actor, "reports.created", &kept, "").await?;
    Ok(id)
}

/// An edition that waits for its turn.
pub async fn queue(
    tx: &mut Tx,
    actor: &Actor,
    (id, no): (ReportId, i64),
    cause: &str,
    kind: Kind,
) -> Result<(), StorageError> {
    tx.insert(
        "INSERT INTO report_editions (report_id, edition, district_id, cause, job, blocks, queued_at, made_name)",
        vec![
            id.into(),
            no.into(),
            actor.district.into(),
            cause.into(),
            "queued".into(),
            i64::try_from(kind.blocks().len()).unwrap_or_default().into(),
            tx.now().into(),
            (&actor.name).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Facts anew, as a further edition; the judgements as they stand stay with the one left behind. An edition that was
/// stopped or failed is begun again in its place.
pub async fn refresh(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(), Failure> {
    kept.plain.refresh()?;
    if kept.plain.job == domain::reports::Job::Done {
        leave(tx, kept).await?;
        let next = kept.edition.no + 1;
        tx.execute(q("UPDATE reports SET edition = $1 WHERE id = $2").bind(next).bind(kept.id)).await?;
        queue(tx, actor, (kept.id, next), "refreshed", kept.plain.kind).await?;
    } else {
        // What was computed before is about another moment.
        let again = q(
            "UPDATE report_editions SET job = 'queued', queued_at = $1, as_of = 0 WHERE report_id = $2 AND edition = $3",
        );
        tx.execute(again.bind(tx.now()).bind(kept.id).bind(kept.edition.no)).await?;
        drop_facts(tx, kept).await?;
    }
    store::audit(tx, actor, "reports.refreshed", kept, "").await?;
    Ok(())
}

async fn drop_facts(tx: &mut Tx, kept: &Kept) -> Result<(), StorageError> {
    let gone = q("DELETE FROM report_facts WHERE report_id = $1 AND edition = $2").bind(kept.id).bind(kept.edition.no);
    tx.execute(gone).await.map(drop)
}

/// Keeps the judgements with the newest edition.
pub async fn leave(tx: &mut Tx, kept: &Kept) -> Result<(), Failure> {
    let texts = store::words(&store::texts(tx, kept).await?);
    let keep = q("UPDATE report_editions SET texts = $1 WHERE report_id = $2 AND edition = $3");
    tx.execute(keep.bind(store::json(&texts)?).bind(kept.id).bind(kept.edition.no)).await?;
    Ok(())
}

/// Stops the computing. A further edition is given up for the one before it; the first stays to be begun again.
pub async fn cancel(tx: &mut Tx, actor: &Actor, kept: &Kept) -> Result<(), Failure> {
    kept.plain.cancel()?;
    drop_facts(tx, kept).await?;
    let no = kept.edition.no;
    if no > 1 {
        let gone = q("DELETE FROM report_editions WHERE report_id = $1 AND edition = $2").bind(kept.id).bind(no);
        tx.execute(gone).await?;
        tx.execute(q("UPDATE reports SET edition = $1 WHERE id = $2").bind(no - 1).bind(kept.id)).await?;
    } else {
        let stop = q("UPDATE report_editions SET job = 'cancelled' WHERE report_id = $1 AND edition = $2");
        tx.execute(stop.bind(kept.id).bind(no)).await?;
    }
    store::audit(tx, actor, "reports.cancelled", kept, "").await?;
    Ok(())
}

impl Services {
    /// Begins a report; its facts are computed in the background.
    ///
    /// # Errors
    /// As [`checked`], or storage failed.
    pub async fn new_report(&self, actor: &Actor, form: New) -> Result<ReportId, ApiError> {
        let today = self.today();
        let id = self
            .once(actor, form.command, form, move |tx, actor, form| {
                Box::pin(async move {
                    let new = checked(tx, &actor, &form, today).await?;
                    // Asked again where one writes at a time: two forms sent at once have both seen none before.
                    if !form.sure && !existing(tx, &actor, &new).await?.is_empty() {
                        let words =
                            "刚刚有人新建了含有同样事实的报告，没有再新建。请先看列出的报告，确需再建的再点确认。";
                        return Err(Rejection::field("period", words).into());
                    }
                    insert(tx, &actor, &new).await
                })
            })
            .await?;
        self.reports.bell.notify_one();
        Ok(id)
    }

    /// Would this form begin a report, and which are there already that hold the same facts?
    ///
    /// # Errors
    /// As [`Services::new_report`].
    pub async fn existing_reports(&self, actor: &Actor, form: &New) -> Result<Vec<Existing>, ApiError> {
        let mut read = self.store.read().clone();
        let new = checked(&mut read, actor, form, self.today()).await.map_err(told)?;
        existing(&mut read, actor, &new).await.map_err(super::super::storage)
    }
}
