//! The night's work, once per district: draft the quarter's reminder, merge the day's deadlines,
//! send an approved reminder. Doing it again the same day changes nothing.

use std::collections::BTreeMap;

use app::api::ApiError;
use chrono::Days;
use domain::{
    ids::{DistrictId, PersonId},
    reminders::{Deadline, Interruption, Quarter, digest},
    time::{Day, iso},
};

use super::{
    due::{self, Due, Reached},
    round,
    tell::{self, Words},
};
use crate::{
    services::{Services, posts, storage, told},
    storage::{Failure, StorageError, Tx, q},
};

/// Days that a digest looks ahead: five working days over the longest holiday.
const AHEAD: u64 = 30;
/// Deadlines named in a digest; the rest is 「等」.
const NAMED: usize = 3;

impl Services {
    /// Reminds whoever is to be reminded today; how many persons.
    ///
    /// # Errors
    /// Storage failed; what was committed stays.
    pub async fn remind(&self) -> Result<u64, ApiError> {
        let rows = self.store.read().rows(q("SELECT id FROM districts ORDER BY id")).await.map_err(storage)?;
        let mut n = 0;
        for row in &rows {
            let district: DistrictId = row.id("id").map_err(storage)?;
            n += self.remind_district(district).await?;
        }
        Ok(n)
    }

    async fn remind_district(&self, district: DistrictId) -> Result<u64, ApiError> {
        let today = self.today();
        let told_now = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    draft(tx, district, today).await?;
                    Ok(digests(tx, district, today).await?)
                })
            })
            .await
            .map_err(told)?;
        Ok(told_now + u64::from(self.send_approved(district).await?))
    }
}

/// Drafts this quarter's reminder in its last month; nothing is sent without approval (H3).
async fn draft(tx: &mut Tx, district: DistrictId, today: Day) -> Result<(), Failure> {
    if !Quarter::is_reminding(today) {
        return Ok(());
    }
    let Quarter { year, quarter } = Quarter::of(today);
    let known = tx
        .row(
            q("SELECT state FROM reminder_rounds WHERE district_id = $1 AND year = $2 AND quarter = $3")
                .bind(district)
                .bind(year)
                .bind(quarter),
        )
        .await?;
    if known.is_none() {
        let now = tx.now();
        tx.insert(
            "INSERT INTO reminder_rounds (district_id, year, quarter, state, drafted_at)",
            vec![district.into(), year.into(), quarter.into(), round::DRAFT.into(), now.into()],
        )
        .await?;
        tx.audit(district, None, "reminders.drafted", &format!("reminder:{year}-{quarter}"), "").await?;
    }
    Ok(())
}

/// The day's digest of everybody who has one.
async fn digests(tx: &mut Tx, district: DistrictId, today: Day) -> Result<u64, StorageError> {
    let calendar = posts::calendar(tx, district).await?;
    if !calendar.is_working(today) {
        return Ok(0);
    }
    let all = due::deadlines(tx, district, today, today + Days::new(AHEAD)).await?;
    if all.is_empty() {
        return Ok(0);
    }
    let people = due::people(tx, district, today).await?;
    let (mut reached, mut things) = (0, 0);
    for (person, mine) in by_person(&people, &all) {
        let last = tell::ledger(tx, person, Interruption::Digest).await?.iter().map(|s| s.on).max();
        let said = digest(&mine, last, today, &calendar);
        let Some(first) = said.first() else { continue };
        let n = u32::try_from(said.len()).unwrap_or(u32::MAX);
        let words = Words {
            mark: iso(today),
            n,
            title: format!("近期到期的法定事项 {n} 项"),
            note: named(&said),
            link: if n == 1 { first.link.clone() } else { "/month".into() },
        };
        if tell::tell(tx, district, person, Interruption::Digest, &words).await?.is_ok() {
            reached += 1;
            things += n;
        }
    }
    tell::tell_group(tx, district, things, today).await?;
    Ok(reached)
}

fn named(said: &[&Deadline]) -> String {
    let titles: Vec<&str> = said.iter().take(NAMED).map(|d| d.title.as_str()).collect();
    let more = if said.len() > NAMED { "等" } else { "" };
    format!("{}{more}", titles.join("；"))
}

/// Deadlines of each person, over all his posts; one merged list.
fn by_person(people: &[Reached], all: &[Due]) -> BTreeMap<PersonId, Vec<Deadline>> {
    let mut mine: BTreeMap<PersonId, Vec<Deadline>> = BTreeMap::new();
    for one in people {
        let due = all.iter().filter(|d| d.post == one.post && (one.head || !d.head_only));
        for d in due {
            let list = mine.entry(one.person).or_default();
            if !list.contains(&d.deadline) {
                list.push(d.deadline.clone());
            }
        }
    }
    mine
}
