//! What a sealed round leads to, in the seal's own transaction: one small row per presenter, an
//! empty feedback sheet, the thread, the board. Later the 计票报告单, from the sealed bundle only.
//!
//! Refuses anything that was not sealed: no ballot, no running count is read here.

use domain::{
    Rejection,
    board::{Duty, ReviewFacts, ThreadEvent, Visibility},
    ids::{DistrictId, MeetingId, PersonId, PostId, RoundId, UnitId},
    people::access::{Actor, ResultRef, see_results},
    reviews::{Bundle, Feedback, FeedbackState, Outcome, Plan},
    time::Day,
};

use super::super::{colours, rows::Rows};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Follows a seal, in its transaction. Called once per sealed round.
///
/// # Errors
/// No such meeting, or storage failed; then the seal does not happen either.
pub async fn on_sealed(
    tx: &mut Tx,
    district: DistrictId,
    meeting: MeetingId,
    round: RoundId,
    bundle: &Bundle,
) -> Result<(), Failure> {
    let plan = plan_of(tx, district, meeting).await?;
    let now = tx.now();
    for result in &bundle.results {
        let Some(presenter) = plan.presenter(result.presenter) else { continue };
        let grade = match &result.tally.outcome {
            Outcome::Graded { grade, .. } => Some(grade.label()),
            Outcome::TooFewValid | Outcome::TooFewToShow => None,
        };
        tx.insert(
            "INSERT INTO review_results (meeting_id, presenter_id, district_id, round_id, post_id, unit_id, person_id, year, on_day,
             grade)",
            vec![
                meeting.to_string().into(),
                presenter.id.to_string().into(),
                district.into(),
                round.to_string().into(),
                presenter.post.into(),
                presenter.unit.into(),
                presenter.person.into(),
                plan.year.into(),
                plan.on.into(),
                grade.into(),
            ],
        )
        .await?;
        open_sheet(tx, district, meeting, presenter.id.to_string(), presenter.post, presenter.unit).await?;
        let event = ThreadEvent {
            post: presenter.post,
            year: plan.year,
            duty: None,
            stage: Duty::Ping,
            at: now,
            source: "reviews.sealed".to_owned(),
            title: format!("{}：综合评议已封存", plan.title),
            link: None,
            visibility: Visibility::All,
        };
        tx.thread(district, &event).await?;
        refresh_board(tx, district, presenter.post, plan.year).await?;
    }
    Ok(())
}

/// The plan of a meeting of the district.
pub(crate) async fn plan_of(rows: &mut impl Rows, district: DistrictId, meeting: MeetingId) -> Result<Plan, Failure> {
    let row = rows
        .first(
            q("SELECT plan FROM meetings WHERE id = $1 AND district_id = $2").bind(meeting.to_string()).bind(district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(row.json("plan")?)
}

async fn open_sheet(
    tx: &mut Tx,
    district: DistrictId,
    meeting: MeetingId,
    presenter: String,
    post: PostId,
    unit: UnitId,
) -> Result<(), Failure> {
    let there = tx
        .row(
            q("SELECT id FROM feedback_sheets WHERE meeting_id = $1 AND presenter_id = $2")
                .bind(meeting.to_string())
                .bind(&presenter),
        )
        .await?;
    if there.is_some() {
        return Ok(());
    }
    let empty = serde_json::to_string(&Feedback::default()).map_err(|_| StorageError::shape("text"))?;
    tx.insert(
        "INSERT INTO feedback_sheets (id, meeting_id, presenter_id, district_id, post_id, unit_id, state, text)",
        vec![
            random::id(tx.now()).to_string().into(),
            meeting.to_string().into(),
            presenter.into(),
            district.into(),
            post.into(),
            unit.into(),
            FeedbackState::Draft.key().into(),
            empty.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Recolours every row of the post that shows `year` or a later one: at once, or with what else the command does to it
/// where that one [waits](Tx::hold_colours).
pub(crate) async fn refresh_board(tx: &mut Tx, district: DistrictId, post: PostId, year: i32) -> Result<(), Failure> {
    if tx.colours_wait(district, post, year) {
        return Ok(());
    }
    let today = tx.now().day();
    let rows = tx
        .rows(q("SELECT DISTINCT year FROM board_cells WHERE post_id = $1 AND year >= $2").bind(post).bind(year))
        .await?;
    let mut years = rows.iter().map(|row| row.year("year")).collect::<Result<Vec<_>, _>>()?;
    for one in [year, chrono::Datelike::year(&today)] {
        if one >= year && !years.contains(&one) {
            years.push(one);
        }
    }
    for year in years {
        colours::refresh(tx, district, post, year, today).await?;
    }
    Ok(())
}

/// Recolours, once each, the posts that waited since `begun` of [`Tx::hold_colours`]; nothing inside of another waiting.
pub(crate) async fn refresh_held(tx: &mut Tx, begun: bool) -> Result<(), Failure> {
    if begun {
        for ((district, post), year) in tx.release_colours() {
            refresh_board(tx, district, post, year).await?;
        }
    }
    Ok(())
}

/// 评 of a post in the row of `year`: the last sealed review up to it, and the next meeting.
pub(crate) async fn facts(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    head: Option<PersonId>,
    today: Day,
) -> Result<Option<ReviewFacts>, StorageError> {
    let last = rows
        .first(
            q("SELECT year, grade FROM review_results WHERE post_id = $1 AND year <= $2
               ORDER BY on_day DESC, meeting_id DESC LIMIT 1")
            .bind(post)
            .bind(year),
        )
        .await?;
    let sealed = match &last {
        Some(row) => Some((row.year("year")?, row.opt_text("grade")?.unwrap_or_else(|| NO_RESULT.to_owned()))),
        None => None,
    };
    let next = match head {
        Some(person) => {
            rows.first(
                q("SELECT m.on_day FROM meetings m JOIN meeting_people p ON p.meeting_id = m.id
                   WHERE p.person_id = $1 AND p.part = 'presenter' AND m.year = $2 AND m.on_day >= $3
                     AND m.state NOT IN ('draft', 'asked', 'returned') ORDER BY m.on_day LIMIT 1")
                .bind(person)
                .bind(year)
                .bind(today),
            )
            .await?
        }
        None => None,
    };
    let next_on = next.map(|row| row.day("on_day")).transpose()?;
    Ok((sealed.is_some() || next_on.is_some()).then_some(ReviewFacts { sealed, next_on }))
}

/// Word where too few ballots were valid.
const NO_RESULT: &str = "未形成结果";

/// Posts whose 等次 the board shows in the row of `year`, but not to this actor: whoever has
/// no sight of the result reads only that there was a review. The presenter himself reads it
/// once the sheet was handed over to him, face to face (H6).
pub(crate) async fn closed_grades(
    rows: &mut impl Rows,
    actor: &Actor,
    year: i32,
) -> Result<Vec<(PostId, i32)>, StorageError> {
    let rows = rows
        .all(
            q("SELECT r.post_id, r.unit_id, r.person_id, r.year, u.leads_district, f.handed_at
               FROM review_results r JOIN units u ON u.id = r.unit_id
               LEFT JOIN feedback_sheets f ON f.meeting_id = r.meeting_id AND f.presenter_id = r.presenter_id
               WHERE r.district_id = $1 AND r.year <= $2 ORDER BY r.on_day, r.meeting_id")
            .bind(actor.district)
            .bind(year),
        )
        .await?;
    let mut last: std::collections::BTreeMap<PostId, (i32, bool)> = std::collections::BTreeMap::new();
    for row in &rows {
        let result = ResultRef {
            person: row.id("person_id")?,
            unit: row.id("unit_id")?,
            leads_district: row.flag("leads_district")?,
        };
        let told = result.person != actor.person || row.opt_int("handed_at")?.is_some();
        // The later meeting stands in the cell.
        last.insert(row.id("post_id")?, (row.year("year")?, told && see_results(actor, result).is_ok()));
    }
    Ok(last.into_iter().filter(|(_, (_, open))| !open).map(|(post, (year, _))| (post, year)).collect())
}

/// What stands in the cell for whoever may not read the 等次.
pub(crate) fn closed_words(year: i32) -> String {
    format!("已评议（{year}年）")
}
