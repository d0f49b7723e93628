//! 「请联络员跟进」: once for an item and deadline, to the 联络员 and never to the leader; recorded in
//! the thread.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reminders::{DraftQuery, UrgeRow, UrgesPage},
};
use chrono::Days;
use domain::{
    Rejection,
    board::{Duty, ThreadEvent, Tone, Visibility},
    ids::{CommandId, DutyId, ItemId, OccurrenceId},
    people::access::{self, Actor, PostRef},
    reminders::{Interruption, No, Sent, may_interrupt},
    time::{Day, iso, parse_iso, zh, zh_short},
};

use super::{
    URGE_DRAFT, due,
    tell::{self, House, Words},
};
use crate::{
    random,
    services::{Services, accountability::store, rows::Rows, storage, told},
    storage::{Failure, StorageError, Tx, q},
};

/// Calendar days before the deadline from which something can be urged.
const NEAR: u64 = 10;
/// States in which the unit is to act.
const WAITING: [&str; 5] = ["unsigned", "planning", "working", "filled", "confirmed"];
/// Rows of the page.
const SHOWN: usize = 200;

/// What is urged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub enum Subject {
    /// An item of the closed loop.
    Item(ItemId),
    /// An occurrence of a duty.
    Occurrence(OccurrenceId),
}

impl Subject {
    fn kind(self) -> &'static str {
        match self {
            Self::Item(_) => "item",
            Self::Occurrence(_) => "occurrence",
        }
    }

    fn id(self) -> String {
        match self {
            Self::Item(id) => id.to_string(),
            Self::Occurrence(id) => id.to_string(),
        }
    }

    /// Slot of the quota: once for a subject and deadline.
    fn mark(self, due: Day) -> String {
        format!("{}:{}@{}", self.kind(), self.id(), iso(due))
    }

    /// The subject and deadline of a mark.
    pub(super) fn of_mark(mark: &str) -> Option<(Self, Day)> {
        let (subject, due) = mark.split_once('@')?;
        let (kind, id) = subject.split_once(':')?;
        let subject = match kind {
            "item" => Self::Item(id.parse().ok()?),
            "occurrence" => Self::Occurrence(id.parse().ok()?),
            _ => return None,
        };
        Some((subject, parse_iso(due)?))
    }
}

/// A subject as it stands.
struct Found {
    subject: Subject,
    post: PostRef,
    duty: Option<DutyId>,
    year: i32,
    unit: String,
    title: String,
    due: Day,
    link: String,
    /// What the board says of it, in its words; none for what has no colour there.
    state: Option<(Tone, String)>,
}

const OCCURRENCES: &str = "SELECT o.id, o.post_id, o.unit_id, o.duty_id, o.year, o.due_on, o.code, i.text,
    c.tone, c.word, u.name AS unit_name, u.leads_district
  FROM occurrences o JOIN units u ON u.id = o.unit_id
  JOIN leader_lists l ON l.post_id = o.post_id AND l.year = o.year AND l.state IN ('issued', 'signed')
  JOIN leader_items i ON i.list_id = l.id AND i.duty_id = o.duty_id
  JOIN colours c ON c.post_id = o.post_id AND c.year = o.year AND c.duty_id = o.duty_id AND c.tone IN ('warn', 'late')
  WHERE o.district_id = $1 AND o.state = 'open' AND o.record_id IS NULL AND o.due_on <= $2
    AND NOT EXISTS (SELECT 1 FROM book_closings b WHERE b.post_id = o.post_id AND b.year = o.year)";

/// What is near or overdue, the most urgent first; more conditions narrow it to one.
async fn find(
    rows: &mut impl Rows,
    actor: &Actor,
    only: Option<Subject>,
    today: Day,
) -> Result<Vec<Found>, StorageError> {
    let until = today + Days::new(NEAR);
    let mut all = Vec::new();
    if !matches!(only, Some(Subject::Item(_))) {
        let mut query = q(OCCURRENCES).bind(actor.district).bind(until);
        if let Some(Subject::Occurrence(id)) = only {
            query = query.push_bind("AND o.id = ?", id);
        }
        for row in rows.all(query.push("ORDER BY o.due_on, o.code, o.id LIMIT 2000")).await? {
            let text: String = row.text("text")?.chars().take(30).collect();
            all.push(Found {
                subject: Subject::Occurrence(row.id("id")?),
                post: PostRef {
                    post: row.id("post_id")?,
                    unit: row.id("unit_id")?,
                    leads_district: row.flag("leads_district")?,
                },
                duty: Some(row.id("duty_id")?),
                year: row.year("year")?,
                unit: row.text("unit_name")?,
                title: format!("{} {text}", row.text("code")?),
                due: row.day("due_on")?,
                link: "/records/new".into(),
                state: Some((row.keyed("tone", Tone::from_key)?, row.text("word")?)),
            });
        }
    }
    if !matches!(only, Some(Subject::Occurrence(_))) {
        let mut query =
            store::items_query(actor.district).and_in("i.state", WAITING).push_bind("AND i.due_on <= ?", until);
        if let Some(Subject::Item(id)) = only {
            query = query.push_bind("AND i.id = ?", id);
        }
        for row in rows.all(query.push("ORDER BY i.due_on, i.year, i.number LIMIT 2000")).await? {
            let kept = store::read(&row)?;
            if kept.item.excused {
                continue;
            }
            let problem: String = kept.item.problem.chars().take(30).collect();
            all.push(Found {
                subject: Subject::Item(kept.item.id),
                post: kept.post(),
                duty: kept.item.duty,
                year: row.year("year")?,
                title: format!("整改 {}：{problem}", kept.number),
                unit: kept.unit_name,
                due: kept.item.deadline,
                link: format!("/accountability/{}", kept.item.id),
                state: None,
            });
        }
    }
    all.retain(|found| access::urge_liaison(actor, found.post).is_ok());
    all.sort_by_key(|found| found.due);
    Ok(all)
}

impl Services {
    pub(super) async fn urges_page(&self, actor: &Actor, query: DraftQuery) -> Result<UrgesPage, ApiError> {
        let watches = !actor.watched.is_empty();
        if access::decide_reminder(actor).is_err() && !watches {
            return Err(Rejection::NotAllowed.into());
        }
        let draft = self.load(actor, URGE_DRAFT, query.draft.as_deref()).await?;
        let today = self.today();
        let mut read = self.store.read().clone();
        let all = find(&mut read, actor, None, today).await.map_err(storage)?;
        let urged = urged(&mut read, actor).await.map_err(storage)?;
        let more = all.len() > SHOWN;
        let rows = all
            .into_iter()
            .take(SHOWN)
            .map(|found| {
                let (kind, id, late) = (found.subject.kind(), found.subject.id(), found.due < today);
                let by_day = if late { Tone::Late } else { Tone::Warn };
                let (tone, word) = found.state.unwrap_or_else(|| (by_day, by_day.word().to_owned()));
                let due = iso(found.due);
                let before = urged.iter().find(|u| u.0 == kind && u.1 == id && u.2 == due);
                UrgeRow {
                    subject: kind.to_owned(),
                    id,
                    unit: found.unit,
                    title: found.title,
                    due: zh(found.due),
                    tone,
                    word,
                    urged: before.map(|u| u.3.clone()).unwrap_or_default(),
                }
            })
            .collect();
        Ok(UrgesPage { rows, more, command: CommandId(random::id(self.clock.now())), draft })
    }

    /// Asks the 联络员 to follow up, once for the key, once for the deadline.
    ///
    /// # Errors
    /// Not found for whoever may not; not near yet; asked already; no 联络员; a day off.
    pub async fn urge(&self, actor: &Actor, key: CommandId, subject: Subject) -> Result<(), ApiError> {
        let who = actor.clone();
        let body = format!("{} {}", subject.kind(), subject.id());
        self.store
            .once(actor.account, key.to_string(), body.as_bytes(), move |tx| {
                Box::pin(async move { urge(tx, &who, subject).await })
            })
            .await
            .map_err(told)
    }
}

async fn urge(tx: &mut Tx, actor: &Actor, subject: Subject) -> Result<(), Failure> {
    let today = tx.now().day();
    let found = find(tx, actor, Some(subject), today).await?.into_iter().next().ok_or(Rejection::NotFound)?;
    let (kind, id) = (subject.kind(), subject.id());
    let about = subject.mark(found.due);
    let house = House::load(tx, actor.district).await?;
    let before: Vec<Sent> = urged(tx, actor)
        .await?
        .into_iter()
        .map(|u| Sent { kind: Interruption::Urge, on: today, about: format!("{}:{}@{}", u.0, u.1, u.2) })
        .collect();
    if let Err(no) = may_interrupt(Interruption::Urge, &about, &before, today, &house.calendar) {
        let words = match no {
            No::DayOff => "今天是休息日，没有发送。请在工作日再请联络员跟进。",
            No::Quota | No::ClockBack => "这一期限已经请联络员跟进过，每个期限只提醒一次。可以直接联系联络员。",
        };
        return Err(Rejection::state(words).into());
    }
    let liaisons: Vec<_> = due::people(tx, actor.district, today)
        .await?
        .into_iter()
        .filter(|p| !p.head && p.unit == found.post.unit && p.post == found.post.post)
        .collect();
    if liaisons.is_empty() {
        let no = "这个单位还没有联络员，没有发送。请先在“组织与人员”里指定联络员，或直接联系单位。";
        return Err(Rejection::state(no).into());
    }
    let now = tx.now();
    tx.insert(
        "INSERT INTO reminder_urges (district_id, subject, subject_id, due_on, unit_id, at, account_id, person_name)",
        vec![
            actor.district.into(),
            kind.into(),
            (&id).into(),
            found.due.into(),
            found.post.unit.into(),
            now.into(),
            actor.account.into(),
            (&actor.name).into(),
        ],
    )
    .await?;
    let late = if found.due < today { "已过" } else { "期限" };
    let words = Words {
        mark: about,
        n: 1,
        title: format!("请跟进：{}", found.title),
        note: format!("{late}{}。监督单位请联络员跟进，同一期限只提醒一次。", zh_short(found.due)),
        link: found.link.clone(),
    };
    // Also a head of another unit: he is asked as the 联络员 that he is here.
    let asked: Vec<_> = liaisons.iter().map(|one| (one.person, words.clone())).collect();
    let _told = tell::tell(tx, &house, Interruption::Urge, &asked).await?;
    tell::tell_group(tx, &house, 1).await?;
    let event = ThreadEvent {
        post: found.post.post,
        year: found.year,
        duty: found.duty,
        stage: Duty::Du,
        at: now,
        source: "reminders.urged".into(),
        title: format!("已请联络员跟进：{}", found.title),
        link: None,
        visibility: Visibility::All,
    };
    tx.thread(actor.district, &event).await?;
    let object = format!("unit:{}", found.post.unit);
    tx.audit(actor.district, Some(actor.account), "reminders.urged", &object, &found.title).await?;
    Ok(())
}

/// Subject, id, deadline, and by whom and when.
async fn urged(rows: &mut impl Rows, actor: &Actor) -> Result<Vec<(String, String, String, String)>, StorageError> {
    let rows = rows
        .all(
            q("SELECT subject, subject_id, due_on, at, person_name FROM reminder_urges
               WHERE district_id = $1")
            .bind(actor.district),
        )
        .await?;
    rows.iter()
        .map(|row| {
            let who = format!("{} {}", row.text("person_name")?, zh(row.instant("at")?.day()));
            Ok((row.text("subject")?, row.text("subject_id")?, row.text("due_on")?, who))
        })
        .collect()
}
