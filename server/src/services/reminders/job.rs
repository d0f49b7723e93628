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
    tell::{self, House, Words},
};
use crate::{
    services::{Services, storage, told},
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
        self.store.write(move |tx| Box::pin(async move { draft(tx, district, today).await })).await.map_err(told)?;
        Ok(self.digests(district, today).await? + u64::from(self.send_approved(district).await?))
    }

    /// The day's digest of everybody who has one, a few persons in a command.
    async fn digests(&self, district: DistrictId, today: Day) -> Result<u64, ApiError> {
        let mut read = self.store.read().clone();
        let house = House::load(&mut read, district).await.map_err(storage)?;
        if !house.calendar.is_working(today) {
            return Ok(0);
        }
        let all = due::deadlines(&mut read, district, None, today, today + Days::new(AHEAD)).await.map_err(storage)?;
        if all.is_empty() {
            return Ok(0);
        }
        let people = due::people(&mut read, district, today).await.map_err(storage)?;
        let mine: Vec<(PersonId, Vec<Deadline>)> = by_person(&people, &all).into_iter().collect();
        let mut reached = 0;
        for some in mine.chunks(tell::AT_ONCE) {
            let (some, house) = (some.to_vec(), house.clone());
            reached += self
                .store
                .write(move |tx| Box::pin(async move { Ok(digests(tx, &house, &some, today).await?) }))
                .await
                .map_err(told)?;
        }
        Ok(reached)
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

/// The digests of some persons; how many had something to hear that they had not heard.
async fn digests(
    tx: &mut Tx,
    house: &House,
    some: &[(PersonId, Vec<Deadline>)],
    today: Day,
) -> Result<u64, StorageError> {
    let persons: Vec<PersonId> = some.iter().map(|(person, _)| *person).collect();
    let last = tell::last_times(tx, Interruption::Digest, &persons).await?;
    let mut all = Vec::new();
    for (person, mine) in some {
        let said = digest(mine, last.get(person).copied(), today, &house.calendar);
        let Some(first) = said.first() else { continue };
        let n = u32::try_from(said.len()).unwrap_or(u32::MAX);
        let words = Words {
            mark: iso(today),
            n,
            title: format!("近期到期的法定事项 {n} 项"),
            note: named(&said),
            link: if n == 1 { first.link.clone() } else { "/month".into() },
        };
        all.push((*person, words));
    }
    let reached = tell::tell(tx, house, Interruption::Digest, &all).await?;
    let things: u32 = all.iter().filter(|(person, _)| reached.contains(person)).map(|(_, words)| words.n).sum();
    tell::tell_group(tx, house, things).await?;
    Ok(u64::try_from(reached.len()).unwrap_or(u64::MAX))
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
