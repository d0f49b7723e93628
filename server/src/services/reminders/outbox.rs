//! The outbox: at most one message a person and day, merged; claimed before it is sent, marked
//! after. What was claimed when the process ended is `unknown` and never sent again: see
//! `domain::reminders::MessageState`. E-mails carry the same Message-ID in every try.

use std::time::Duration;

use app::api::ApiError;
use domain::{
    ids::{DistrictId, PersonId},
    reminders::{MessageState, Outcome, after, at_restart, is_open, opening_of, outside_words, sending_day},
    time::{Instant, WorkCalendar, iso},
};
use tokio_util::sync::CancellationToken;

use super::{carrier::Letter, switches};
use crate::{
    App, random,
    services::{Services, posts, rows::Rows, storage, told},
    storage::{Failure, Row, StorageError, Tx, q},
};

/// Between two looks at the outbox.
const PAUSE: Duration = Duration::from_secs(30);
/// Between two robot messages: their limit is 20 a minute.
const ROBOT_PAUSE_MS: i64 = 4_000;
/// Messages of one look.
const BATCH: usize = 200;
/// Rows read at once while looking for one that may leave.
const PAGE: usize = 50;

/// To whom.
#[derive(Debug, Clone)]
pub(super) enum To {
    /// The person's e-mail address.
    Email(PersonId, String),
    /// The district's group.
    Robot,
}

impl To {
    /// Channel, person and address as the rows hold them.
    fn columns(&self) -> (&'static str, String, String) {
        match self {
            Self::Email(person, address) => ("email", person.to_string(), address.clone()),
            Self::Robot => ("robot", String::new(), String::new()),
        }
    }
}

/// Adds `n` to the message that `to` gets next: one that was made earlier and still waits, else
/// today's until closing hour, else that of the next working day.
pub(super) async fn enqueue(
    tx: &mut Tx,
    district: DistrictId,
    to: &To,
    n: u32,
    calendar: &WorkCalendar,
) -> Result<(), StorageError> {
    let (channel, person, address) = to.columns();
    let now = tx.now();
    let rows = tx
        .all(
            q("SELECT mark, state, attempts FROM reminder_messages
               WHERE district_id = $1 AND channel = $2 AND person_id = $3 AND (state = 'waiting' OR mark >= $4)")
            .bind(district)
            .bind(channel)
            .bind(&person)
            .bind(now.day()),
        )
        .await?;
    let mut open: Vec<String> = Vec::new();
    let mut closed: Vec<String> = Vec::new();
    for row in &rows {
        let fresh = row.text("state")? == MessageState::Waiting.key() && row.int("attempts")? == 0;
        let mark = row.text("mark")?;
        if !mark.starts_with(TEST) {
            if fresh { &mut open } else { &mut closed }.push(mark);
        }
    }
    let day = sending_day(now, calendar, |day| closed.contains(&iso(day)));
    let mark = iso(day);
    // What the sender did not get to before closing hour leaves in the same morning: it takes this too.
    if let Some(mark) = open.into_iter().filter(|open| *open <= mark).min() {
        tx.execute(
            q("UPDATE reminder_messages SET n = n + $1, address = $2, changed_at = $3
               WHERE district_id = $4 AND channel = $5 AND person_id = $6 AND mark = $7")
            .bind(n)
            .bind(address)
            .bind(now)
            .bind(district)
            .bind(channel)
            .bind(person)
            .bind(mark),
        )
        .await?;
        return Ok(());
    }
    insert(tx, district, channel, person, address, mark, n, opening_of(day)).await
}

/// A test message, at once.
pub(super) async fn enqueue_test(tx: &mut Tx, district: DistrictId, to: &To) -> Result<(), StorageError> {
    let (channel, person, address) = to.columns();
    let now = tx.now();
    let mark = format!("{TEST}{}", random::id(now));
    insert(tx, district, channel, person, address, mark, 0, now).await
}

/// Start of the mark of a test message.
pub(super) const TEST: &str = "test:";

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
async fn insert(
    tx: &mut Tx,
    district: DistrictId,
    channel: &'static str,
    person: String,
    address: String,
    mark: String,
    n: u32,
    at: Instant,
) -> Result<(), StorageError> {
    let now = tx.now();
    tx.insert(
        "INSERT INTO reminder_messages (id, district_id, channel, person_id, address, mark, n, state, attempts, next_at,
         made_at, changed_at)",
        vec![
            random::id(now).to_string().into(),
            district.into(),
            channel.into(),
            person.into(),
            address.into(),
            mark.into(),
            n.into(),
            MessageState::Waiting.key().into(),
            0_i64.into(),
            at.into(),
            now.into(),
            now.into(),
        ],
    )
    .await
    .map(drop)
}

/// A claimed message.
struct Claimed {
    id: String,
    email: bool,
    attempts: u32,
    letter: Letter,
}

impl Services {
    /// What was being sent when the process ended may have arrived: it is not sent again.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn recover_messages(&self) -> Result<u64, ApiError> {
        self.store
            .write(|tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let mut lost = 0;
                    for was in MessageState::ALL.into_iter().filter(|was| at_restart(*was) != *was) {
                        let mark = q("UPDATE reminder_messages SET state = $1, changed_at = $2 WHERE state = $3")
                            .bind(at_restart(was).key())
                            .bind(now)
                            .bind(was.key());
                        lost += tx.execute(mark).await?;
                    }
                    Ok(lost)
                })
            })
            .await
            .map_err(told)
    }

    /// Sends what is due, one after another; how many were tried.
    ///
    /// # Errors
    /// Storage failed; whatever is claimed by then stays claimed.
    pub async fn send_due(&self, stop: &CancellationToken) -> Result<u64, ApiError> {
        let mut tried = 0;
        for _ in 0..BATCH {
            if stop.is_cancelled() {
                break;
            }
            let Some(claimed) = self.claim().await? else { break };
            let outcome = if claimed.email {
                self.carrier.email(&claimed.letter).await
            } else {
                self.carrier.robot(&claimed.letter).await
            };
            self.mark(claimed, outcome).await?;
            tried += 1;
        }
        Ok(tried)
    }

    /// What may leave now, the oldest first: a district that is closed, or a robot that rests, holds
    /// up nobody else.
    async fn due(&self, now: Instant) -> Result<Vec<Row>, StorageError> {
        let read = &mut self.store.read().clone();
        let waiting = read
            .all(
                q("SELECT DISTINCT district_id FROM reminder_messages WHERE state = 'waiting' AND next_at <= $1")
                    .bind(now),
            )
            .await?;
        let mut open: Vec<DistrictId> = Vec::new();
        for row in &waiting {
            let district = row.id("district_id")?;
            if is_open(now, &posts::calendar(read, district).await?) {
                open.push(district);
            }
        }
        // Somebody waits for a test message in front of his screen: at any hour.
        let query = q("SELECT m.id, m.district_id FROM reminder_messages m
                       WHERE m.state = 'waiting' AND m.next_at <= $1 AND (m.mark LIKE 'test:%' OR (1 = 1")
        .bind(now)
        .and_in("m.district_id", open)
        .push("))");
        let rests = if rests(read, now).await? { "AND m.channel <> 'robot'" } else { "" };
        read.all(query.push(rests).push("ORDER BY m.next_at, m.id LIMIT 50")).await
    }

    /// Claims the next message that may leave now. The claim is committed before anything is sent.
    async fn claim(&self) -> Result<Option<Claimed>, ApiError> {
        // Bounded: each round dropped what it could not claim.
        for _ in 0..BATCH {
            let rows = self.due(self.clock.now()).await.map_err(storage)?;
            for row in &rows {
                let id = row.text("id").map_err(storage)?;
                let district: DistrictId = row.id("district_id").map_err(storage)?;
                let claimed = self.store.write(move |tx| Box::pin(async move { claim(tx, district, &id).await })).await;
                if let Some(claimed) = claimed.map_err(told)? {
                    return Ok(Some(claimed));
                }
            }
            if rows.len() < PAGE {
                break;
            }
        }
        Ok(None)
    }

    async fn mark(&self, claimed: Claimed, outcome: Outcome) -> Result<(), ApiError> {
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let (state, next) = after(claimed.attempts, outcome, tx.now());
                    let now = tx.now();
                    let done = q("UPDATE reminder_messages SET state = $1, next_at = $2, changed_at = $3
                                  WHERE id = $4 AND state = 'sending'")
                    .bind(state.key())
                    .bind(next)
                    .bind(now)
                    .bind(&claimed.id);
                    tx.execute(done).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}

/// Did a robot speak just now? Their limit counts the messages of the whole house.
async fn rests(rows: &mut impl Rows, now: Instant) -> Result<bool, StorageError> {
    let last = rows
        .first(q("SELECT MAX(changed_at) AS at FROM reminder_messages WHERE channel = 'robot' AND attempts > 0"))
        .await?;
    let last = last.map_or(Ok(None), |row| row.opt_instant("at"))?;
    Ok(last.is_some_and(|at| at <= now && now.0 - at.0 < ROBOT_PAUSE_MS))
}

/// Claims one message, or drops it where its channel or address is not wanted any more.
async fn claim(tx: &mut Tx, district: DistrictId, id: &str) -> Result<Option<Claimed>, Failure> {
    let found = tx
        .row(
            q("SELECT m.*, w.way, w.email AS wanted FROM reminder_messages m
               LEFT JOIN reminder_ways w ON w.person_id = m.person_id WHERE m.id = $1 AND m.state = 'waiting'")
            .bind(id),
        )
        .await?;
    let Some(row) = found else { return Ok(None) };
    let now = tx.now();
    let on = switches::load(tx, district).await?;
    let email = row.text("channel")? == "email";
    let address = row.text("address")?;
    let wanted = if email {
        on.email
            && row.opt_text("way")?.as_deref() == Some("email")
            && row.opt_text("wanted")?.as_deref() == Some(&*address)
    } else {
        on.robot
    };
    if !wanted {
        let dropped = q("UPDATE reminder_messages SET state = $1, changed_at = $2 WHERE id = $3")
            .bind(MessageState::Dropped.key())
            .bind(now)
            .bind(id);
        tx.execute(dropped).await?;
        return Ok(None);
    }
    if !email && rests(tx, now).await? {
        return Ok(None);
    }
    tx.execute(
        q("UPDATE reminder_messages SET state = $1, attempts = attempts + 1, changed_at = $2 WHERE id = $3")
            .bind(MessageState::Sending.key())
            .bind(now)
            .bind(id),
    )
    .await?;
    let n = row.small("n")?;
    let test = row.text("mark")?.starts_with(TEST);
    let text = if test {
        "测试消息：以后的提醒只说“有几项”，内容请登录系统查看。".to_owned()
    } else {
        format!("{}。内容请登录系统查看。", outside_words(n))
    };
    let subject = if test { "履责提醒（测试消息）".to_owned() } else { outside_words(n) };
    let letter = Letter { id: id.to_owned(), to: address, subject, text, at: row.instant("made_at")? };
    Ok(Some(Claimed { id: id.to_owned(), email, attempts: row.small("attempts")? + 1, letter }))
}

/// The task that sends, until `stop`.
pub async fn sender(app: App, stop: CancellationToken) {
    if let Err(error) = app.services().recover_messages().await {
        // Without this a message could leave twice: nothing is sent before the next start.
        tracing::error!(?error, "outbox not recovered, nothing is sent");
        return;
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if let Err(error) = app.services().send_due(&stop).await {
            tracing::error!(?error, "sending failed, tried again later");
        }
    }
}
