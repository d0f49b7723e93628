//! What the sealed round says for the sheets of a meeting: 等次, comments, and who has a sheet to open.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    ids::{MeetingId, PresenterId},
    people::access::{Actor, ResultRef, ResultSight, see_results},
    reviews::{BundleResult, FeedbackState, Plan, ReviewRules},
};

use super::Kept;
use crate::{
    services::rows::Rows,
    storage::{StorageError, q},
};

/// Why there is no 等次.
pub(super) const NO_GRADE: &str = "有效票不足，未形成等次";

/// Comments on a presenter that two have not settled yet.
pub(super) async fn waiting(rows: &mut impl Rows, meeting: MeetingId, presenter: &str) -> Result<u32, StorageError> {
    let row = rows
        .first(
            q("SELECT COUNT(*) AS n FROM sealed_comments c JOIN meeting_rounds r ON r.id = c.round_id
               WHERE r.meeting_id = $1 AND c.presenter_id = $2 AND c.state = 'raw'")
            .bind(meeting)
            .bind(presenter),
        )
        .await?;
    row.map_or(Ok(0), |r| r.small("n"))
}

/// The same for all presenters of a meeting; who has none waiting is not in it.
pub(super) async fn unsettled(
    rows: &mut impl Rows,
    meeting: MeetingId,
) -> Result<BTreeMap<PresenterId, u32>, StorageError> {
    let rows = rows
        .all(
            q("SELECT c.presenter_id, COUNT(*) AS n FROM sealed_comments c JOIN meeting_rounds r ON r.id = c.round_id
               WHERE r.meeting_id = $1 AND c.state = 'raw' GROUP BY c.presenter_id")
            .bind(meeting),
        )
        .await?;
    rows.iter().map(|r| Ok((r.id("presenter_id")?, r.small("n")?))).collect()
}

/// Kept comments on a presenter, in the order of their random ids.
pub(super) async fn kept_comments(
    rows: &mut impl Rows,
    meeting: MeetingId,
    presenter: &str,
) -> Result<Vec<String>, StorageError> {
    let rows = rows
        .all(
            q("SELECT c.cleared_text FROM sealed_comments c JOIN meeting_rounds r ON r.id = c.round_id
               WHERE r.meeting_id = $1 AND c.presenter_id = $2 AND c.state = 'kept' ORDER BY c.id")
            .bind(meeting)
            .bind(presenter),
        )
        .await?;
    Ok(rows.iter().filter_map(|r| r.opt_text("cleared_text").ok().flatten()).collect())
}

/// 等次 of a presenter in a meeting, or why there is none.
pub(super) async fn grade(rows: &mut impl Rows, meeting: MeetingId, presenter: &str) -> Result<String, StorageError> {
    let row = rows
        .first(
            q("SELECT grade FROM review_results WHERE meeting_id = $1 AND presenter_id = $2")
                .bind(meeting)
                .bind(presenter),
        )
        .await?;
    let grade = row.map_or(Ok(None), |r| r.opt_text("grade"))?;
    Ok(grade.unwrap_or_else(|| NO_GRADE.to_owned()))
}

/// The same for all presenters of a meeting who have a grade.
pub(super) async fn grades(
    rows: &mut impl Rows,
    meeting: MeetingId,
) -> Result<BTreeMap<PresenterId, String>, StorageError> {
    let rows = rows
        .all(
            q("SELECT presenter_id, grade FROM review_results WHERE meeting_id = $1 AND grade IS NOT NULL")
                .bind(meeting),
        )
        .await?;
    rows.iter().map(|r| Ok((r.id("presenter_id")?, r.text("grade")?))).collect()
}

/// The part of a bundle that says who scored how.
#[derive(serde::Deserialize)]
pub(crate) struct Counted {
    pub(crate) rules: ReviewRules,
    pub(crate) results: Vec<BundleResult>,
}

/// Presenters of a meeting whose sealed score is below the line of 「提请研究」. The callers ask
/// [`sees_study_hint`](domain::people::access::sees_study_hint) first.
pub(super) async fn below_line(
    rows: &mut impl Rows,
    meeting: MeetingId,
    plan: &Plan,
) -> Result<BTreeSet<PresenterId>, StorageError> {
    let mut below = BTreeSet::new();
    // Off by default: then no bundle is read.
    if plan.rules.study_below.is_none() {
        return Ok(below);
    }
    let rounds = rows
        .all(q("SELECT bundle FROM meeting_rounds WHERE meeting_id = $1 AND state = 'sealed'").bind(meeting))
        .await?;
    for row in &rounds {
        let counted: Counted = row.json("bundle")?;
        // A presenter is sealed once.
        let found = counted.results.iter().filter(|r| r.tally.wants_study(&counted.rules));
        below.extend(found.map(|r| r.presenter));
    }
    Ok(below)
}

/// What the sealed round says for a sheet: 等次 and kept comments.
pub(crate) async fn sealed_words(rows: &mut impl Rows, kept: &Kept) -> Result<(String, Vec<String>), StorageError> {
    let presenter = kept.presenter.id.to_string();
    Ok((grade(rows, kept.meeting, &presenter).await?, kept_comments(rows, kept.meeting, &presenter).await?))
}

/// Words and path of a link, and whether it leads out of the office bundle.
pub(crate) type Link = (String, String, bool);

/// Links of the district's meetings to what followed them; a meeting without any is not in it.
pub(crate) async fn links(rows: &mut impl Rows, actor: &Actor) -> Result<BTreeMap<MeetingId, Vec<Link>>, StorageError> {
    let found = rows
        .all(
            q("SELECT f.id, f.meeting_id, f.state, f.unit_id, r.person_id, u.leads_district FROM feedback_sheets f
               JOIN review_results r ON r.meeting_id = f.meeting_id AND r.presenter_id = f.presenter_id
               JOIN units u ON u.id = f.unit_id WHERE f.district_id = $1 ORDER BY f.id")
            .bind(actor.district),
        )
        .await?;
    let mut links: BTreeMap<MeetingId, Vec<Link>> = BTreeMap::new();
    let mut office = BTreeSet::new();
    for row in &found {
        let meeting: MeetingId = row.id("meeting_id")?;
        let result = ResultRef {
            person: row.id("person_id")?,
            unit: row.id("unit_id")?,
            leads_district: row.flag("leads_district")?,
        };
        if result.person == actor.person {
            if row.keyed("state", FeedbackState::from_key)?.is_told() {
                let link = ("评议反馈单".to_owned(), format!("/reviews/mine/{}", row.text("id")?), true);
                links.entry(meeting).or_default().push(link);
            }
        } else if see_results(actor, result) == Ok(ResultSight::Score) {
            office.insert(meeting);
        }
    }
    for meeting in office {
        let link = ("一人一单".to_owned(), format!("/reviews/feedback?meeting={meeting}"), false);
        links.entry(meeting).or_default().push(link);
    }
    Ok(links)
}
