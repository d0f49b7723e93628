//! Rows of rooms: what a room is loaded from, and what its commands write. Refuses to decide.

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, MeetingId, RaterId, RoundId},
    reviews::{Bundle, Event, Meeting, Phase, Plan, RoundState},
    time::Instant,
};

use super::{
    code::Secret,
    seats::{How, Seat, scatter},
};
use crate::{
    services::{reviews::feedback, rows::Rows},
    storage::{Failure, StorageError, Tx, Value, q},
};

/// A meeting as stored.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) district: DistrictId,
    pub(super) district_name: String,
    pub(super) plan: Plan,
    pub(super) events: Vec<(Instant, Event)>,
    pub(super) seats: Vec<Seat>,
    pub(super) secret: Secret,
    /// Version of the plan's row.
    pub(super) version: i64,
}

/// A line of the roll, as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollLine {
    /// Line of the plan's roll.
    pub rater: RaterId,
    /// Name.
    pub name: String,
    /// Key of the group.
    pub group: String,
    /// Ticked as present.
    pub arrived: bool,
    /// Drew a card.
    pub card_given: bool,
}

/// Everything of a meeting that was approved; nothing before.
pub(super) async fn load(rows: &mut impl Rows, id: MeetingId) -> Result<Option<Loaded>, StorageError> {
    let row = rows
        .first(
            q("SELECT m.district_id, m.state, m.plan, m.version, d.name, s.secret
               FROM meetings m JOIN districts d ON d.id = m.district_id
               JOIN meeting_secrets s ON s.meeting_id = m.id
               WHERE m.id = $1 AND m.state NOT IN ('draft', 'asked', 'returned')")
            .bind(id),
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let secret = Secret::from_hex(&row.text("secret")?).ok_or_else(|| StorageError::shape("secret"))?;
    let mut events = Vec::new();
    for row in rows.all(q("SELECT at, event FROM meeting_events WHERE meeting_id = $1 ORDER BY seq").bind(id)).await? {
        events.push((row.instant("at")?, row.json("event")?));
    }
    let mut seats = Vec::new();
    let found = rows
        .all(
            q("SELECT id, group_key, rater_id, label, card_hash, token_hash, epoch, arrived, how, revoked
               FROM meeting_seats WHERE meeting_id = $1")
            .bind(id),
        )
        .await?;
    for row in found {
        let how = row.keyed("how", How::from_key)?;
        seats.push(Seat {
            id: row.id("id")?,
            group: row.text("group_key")?,
            rater: row.opt_id("rater_id")?,
            label: row.text("label")?,
            card: row.opt_text("card_hash")?,
            token: row.opt_text("token_hash")?,
            epoch: row.small("epoch")?,
            arrived: row.flag("arrived")?,
            how,
            revoked: row.flag("revoked")?,
            single: how == How::Tablet,
        });
    }
    Ok(Some(Loaded {
        district: row.id("district_id")?,
        district_name: row.text("name")?,
        plan: row.json("plan")?,
        events,
        seats,
        secret,
        version: row.int("version")?,
    }))
}

/// Recusals may be added after the approval: the plan as it stands now.
pub(super) async fn plan(rows: &mut impl Rows, id: MeetingId) -> Result<Option<Plan>, StorageError> {
    rows.first(q("SELECT plan FROM meetings WHERE id = $1").bind(id)).await?.map(|r| r.json("plan")).transpose()
}

/// Meetings that are going on, of every district.
pub(super) async fn going_on(rows: &mut impl Rows) -> Result<Vec<MeetingId>, StorageError> {
    let found = rows
        .all(q(
            "SELECT DISTINCT m.id FROM meetings m LEFT JOIN meeting_rounds r ON r.meeting_id = m.id AND r.state = 'open'
             WHERE m.state IN ('check_in', 'running') OR r.id IS NOT NULL",
        ))
        .await?;
    found.iter().map(|r| r.id("id")).collect()
}

/// Meeting and state of a round.
pub(super) async fn round(
    rows: &mut impl Rows,
    id: RoundId,
) -> Result<Option<(DistrictId, MeetingId, String)>, StorageError> {
    let row = rows.first(q("SELECT district_id, meeting_id, state FROM meeting_rounds WHERE id = $1").bind(id)).await?;
    row.map(|r| Ok((r.id("district_id")?, r.id("meeting_id")?, r.text("state")?))).transpose()
}

/// Sealed and void rounds without 「对应关系已销毁」 in the log: a crash came between the two. An entry
/// whose words were removed by law counts for every round of its meeting.
pub(super) async fn unnoted(
    rows: &mut impl Rows,
) -> Result<Vec<(DistrictId, MeetingId, RoundId, String)>, StorageError> {
    let found = rows
        .all(q("SELECT r.id, r.district_id, r.meeting_id, r.state FROM meeting_rounds r
             WHERE r.state IN ('sealed', 'void') AND NOT EXISTS (
               SELECT 1 FROM audit a LEFT JOIN audit_details t ON t.district_id = a.district_id AND t.seq = a.seq
               WHERE a.district_id = r.district_id AND a.action = 'reviews.link_destroyed' AND a.object = r.meeting_id
                 AND (t.text IS NULL OR t.text LIKE '%' || r.id || '%'))
             ORDER BY r.id"))
        .await?;
    found.iter().map(|r| Ok((r.id("district_id")?, r.id("meeting_id")?, r.id("id")?, r.text("state")?))).collect()
}

/// The sealed bundle of a round.
pub(super) async fn bundle(
    rows: &mut impl Rows,
    meeting: MeetingId,
    id: RoundId,
) -> Result<Option<Bundle>, StorageError> {
    let row = rows
        .first(
            q("SELECT bundle FROM meeting_rounds WHERE id = $1 AND meeting_id = $2 AND state = 'sealed'")
                .bind(id)
                .bind(meeting),
        )
        .await?;
    row.map(|r| r.json("bundle")).transpose()
}

/// Ticks of the roll.
pub(super) async fn roll(rows: &mut impl Rows, id: MeetingId) -> Result<Vec<(RaterId, bool, bool)>, StorageError> {
    let found =
        rows.all(q("SELECT rater_id, arrived, card_given FROM meeting_roll WHERE meeting_id = $1").bind(id)).await?;
    found.iter().map(|r| Ok((r.id("rater_id")?, r.flag("arrived")?, r.flag("card_given")?))).collect()
}

/// Ticks a line of the roll.
pub(super) async fn tick(
    tx: &mut Tx,
    meeting: MeetingId,
    rater: RaterId,
    arrived: bool,
    card_given: bool,
) -> Result<(), StorageError> {
    tx.execute(
        q("UPDATE meeting_roll SET arrived = $1, card_given = $2 WHERE meeting_id = $3 AND rater_id = $4")
            .bind(arrived)
            .bind(card_given)
            .bind(meeting)
            .bind(rater),
    )
    .await?;
    Ok(())
}

/// Writes a seat. A slower writer with a lower epoch changes nothing; false then.
pub(super) async fn save_seat(tx: &mut Tx, seat: &Seat) -> Result<bool, StorageError> {
    let n = tx
        .execute(
            q("UPDATE meeting_seats SET label = $1, card_hash = $2, token_hash = $3, epoch = $4, arrived = $5, how = $6,
                 revoked = $7 WHERE id = $8 AND epoch <= $9")
            .bind(&seat.label)
            .bind(seat.card.clone())
            .bind(seat.token.clone())
            .bind(seat.epoch)
            .bind(seat.arrived)
            .bind(seat.how.key())
            .bind(seat.revoked)
            .bind(seat.id)
            .bind(seat.epoch),
        )
        .await?;
    Ok(n == 1)
}

/// Appends events, keeps the meeting's and its rounds' rows in step with them.
/// `before` is the fold before the first of them, `version` that of the plan it was made with.
///
/// # Errors
/// [`Rejection::Stale`]: the plan was changed, or the meeting is not in the state of `before` (a room
/// kept in memory may be older than a 重新报审).
pub(super) async fn append(
    tx: &mut Tx,
    (district, meeting, version): (DistrictId, MeetingId, i64),
    before: &Meeting,
    actor: Option<AccountId>,
    events: &[(Instant, Event)],
) -> Result<(), Failure> {
    let mut state = before.clone();
    let mut after = before.clone();
    for (at, event) in events {
        after.apply(*at, event);
    }
    let key = |phase: Phase| if phase == Phase::Preparing { "approved" } else { phase.key() };
    let moved = q("UPDATE meetings SET state = $1 WHERE id = $2 AND version = $3 AND state IN ($4, $5)")
        .bind(key(after.phase))
        .bind(meeting)
        .bind(version)
        // Before 签到 the row says 'approved' or 'preparing'.
        .bind(key(before.phase))
        .bind(before.phase.key());
    if tx.execute(moved).await? != 1 {
        return Err(Rejection::Stale.into());
    }
    // Nobody comes in any more, or what was cast is counted: no order of arrival outlives it.
    let ends = |e: &Event| {
        matches!(e, Event::RoundSealed { .. } | Event::RoundVoided { .. })
            || matches!(e, Event::Entered { phase } if *phase > Phase::Running)
    };
    if events.iter().any(|(_, e)| ends(e)) {
        scatter(tx, meeting, &before.plan).await?;
    }
    let account = actor;
    let actor = actor.map_or_else(|| "system".to_owned(), |a| a.to_string());
    for (at, event) in events {
        state.apply(*at, event);
        let seq = i64::try_from(state.seq).map_err(|_| StorageError::shape("seq"))?;
        let text = serde_json::to_string(event).map_err(|_| StorageError::shape("event"))?;
        let row: Vec<Value> =
            vec![meeting.into(), seq.into(), district.into(), (*at).into(), (&actor).into(), text.into()];
        tx.insert("INSERT INTO meeting_events (meeting_id, seq, district_id, at, actor, event)", row).await?;
        match event {
            Event::RoundOpened { round, .. } => {
                tx.insert(
                    "INSERT INTO meeting_rounds (id, meeting_id, district_id, state)",
                    vec![(*round).into(), meeting.into(), district.into(), "open".into()],
                )
                .await?;
            }
            Event::RoundVoided { .. } | Event::RoundLost => {
                let ended = state.rounds.last();
                let word = if ended.is_some_and(|r| r.state == RoundState::Lost) { "lost" } else { "void" };
                if let Some(ended) = ended {
                    tx.execute(
                        q("UPDATE meeting_rounds SET state = $1 WHERE id = $2 AND state = 'open'")
                            .bind(word)
                            .bind(ended.id),
                    )
                    .await?;
                }
            }
            Event::Entered { phase: Phase::Archived } => {
                let said = events.iter().any(|(_, e)| matches!(e, Event::LeftOpen { .. }));
                feedback::may_archive(tx, (district, meeting), account, said).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Appends one event of the system, for districts that are made up (demonstration).
///
/// # Errors
/// The meeting is not in the state of `before`, or storage failed.
pub async fn append_event(
    tx: &mut Tx,
    (district, meeting): (DistrictId, MeetingId),
    before: &Meeting,
    event: Event,
) -> Result<(), Failure> {
    let row = tx.row(q("SELECT version FROM meetings WHERE id = $1").bind(meeting)).await?;
    let version = row.ok_or(Rejection::NotFound)?.int("version")?;
    let at = tx.now();
    append(tx, (district, meeting, version), before, None, &[(at, event)]).await
}
