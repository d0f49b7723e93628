//! Everybody's own page: posts, sessions, devices, announced readings.

use std::cmp::Reverse;

use app::api::{
    drafts::Draft,
    people::{DeviceLine, MePage, SessionLine},
};
use domain::{
    ids::{AccountId, PostId, SessionId},
    oversight::Purpose,
    people::{Role, access::Actor},
    time::{DAY_MS, Day, Instant, zh, zh_short},
};

use super::directory;
use crate::{
    services::{Services, rows::Rows},
    storage::{StorageError, q},
};

/// Readings shown at most.
const READINGS: i64 = 40;
/// Milliseconds of an hour: readings are kept by the hour.
const HOUR_MS: i64 = 3_600_000;

/// A registered reading by one of its readers.
struct Known {
    post: PostId,
    year: i32,
    account: AccountId,
    from: Day,
    to: Day,
    words: String,
}

impl Known {
    fn holds(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

fn moment(at: Instant) -> String {
    format!("{} {}", zh_short(at.day()), at.clock())
}

impl Services {
    pub(super) async fn me_page(&self, actor: &Actor, draft: Draft) -> Result<MePage, StorageError> {
        let now = self.clock.now();
        let mut read = self.store.read().clone();
        let account = read
            .first(q("SELECT login, password_hash FROM accounts WHERE id = $1").bind(actor.account))
            .await?
            .ok_or_else(|| StorageError::shape("account"))?;
        let mut sessions = Vec::new();
        let mut by_device = false;
        let rows = read
            .all(
                q("SELECT id, label, device_id, created_at, seen_at FROM sessions WHERE account_id = $1 AND expires_at > $2
                   ORDER BY seen_at DESC, id LIMIT 50")
                .bind(actor.account)
                .bind(now),
            )
            .await?;
        for row in rows {
            let id: SessionId = row.id("id")?;
            let here = id == actor.session;
            by_device |= here && row.opt_text("device_id")?.is_some();
            let note = format!("{} 登录，最近 {}", moment(row.instant("created_at")?), moment(row.instant("seen_at")?));
            sessions.push(SessionLine { id, label: row.text("label")?, note, here });
        }
        let mut devices = Vec::new();
        let rows = read
            .all(
                q("SELECT id, label, expires_at FROM devices WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2
                   ORDER BY created_at DESC")
                .bind(actor.account)
                .bind(now),
            )
            .await?;
        for row in rows {
            let note = format!("绑定至 {}", zh(row.instant("expires_at")?.day()));
            devices.push(DeviceLine { id: row.text("id")?, label: row.text("label")?, note });
        }
        let chosen = actor.term().map(|t| t.post);
        let mut posts = Vec::new();
        let mut roles = Vec::new();
        for term in &actor.terms {
            let row = read
                .first(
                    q("SELECT o.title, u.name FROM posts o JOIN units u ON u.id = o.unit_id WHERE o.id = $1")
                        .bind(term.post),
                )
                .await?;
            if let Some(row) = row {
                let acting = if term.acting { "（主持工作）" } else { "" };
                let label = format!("{} {}{acting}", row.text("name")?, row.text("title")?);
                posts.push((term.post, label, Some(term.post) == chosen));
            }
        }
        for grant in &actor.grants {
            let row = read.first(q("SELECT name FROM units WHERE id = $1").bind(grant.unit)).await?;
            let unit = row.map(|r| r.text("name")).transpose()?.unwrap_or_default();
            // A role named like its office is not said twice.
            let label = grant.role.label();
            roles.push(if unit == label { unit } else { format!("{label}（{unit}）") });
        }
        Ok(MePage {
            command: directory::fresh(self),
            name: actor.name.clone(),
            login: account.text("login")?,
            posts,
            roles,
            sessions,
            devices,
            has_password: !account.text("password_hash")?.is_empty(),
            by_device,
            liaisons: self.present_liaisons(actor).await?,
            readings: self.readings(actor).await?,
            tries: self.wrong_here(actor).await?,
            draft,
        })
    }

    /// Announced readings of the own books with the 翻阅检查 they belonged to, as far as it is kept; the
    /// statutory ones (调取) are never shown here.
    async fn readings(&self, actor: &Actor) -> Result<Vec<(String, String, String)>, StorageError> {
        if !actor.has(Role::Principal) {
            return Ok(Vec::new());
        }
        let posts: Vec<PostId> = actor.terms.iter().map(|t| t.post).collect();
        let known = self.inspections(actor, &posts).await?;
        let terms = self
            .store
            .read()
            .rows(
                q("SELECT post_id, starts_on, ends_on FROM terms WHERE district_id = $1 AND person_id = $2")
                    .bind(actor.district)
                    .bind(actor.person)
                    .and_in("post_id", posts),
            )
            .await?;
        let mut found = std::collections::BTreeSet::new();
        for term in &terms {
            let post: PostId = term.id("post_id")?;
            // Who read the book of a predecessor or successor is not the reader of one's own.
            let from = Instant::start_of(term.day("starts_on")?).0 / HOUR_MS;
            let last = term.opt_day("ends_on")?.map_or(i64::MAX, |to| (Instant::start_of(to).0 + DAY_MS) / HOUR_MS - 1);
            let rows = self
                .store
                .read()
                .rows(
                    q("SELECT viewer, viewer_name, hour, year FROM readings WHERE district_id = $1 AND announced = 1")
                        .bind(actor.district)
                        .push_bind("AND post_id = ?", post)
                        .push_bind("AND hour >= ?", from)
                        .push_bind("AND hour <= ?", last)
                        .push_bind("ORDER BY hour DESC, viewer_name LIMIT ?", READINGS),
                )
                .await?;
            for row in &rows {
                let (hour, account) = (row.int("hour")?, row.id::<AccountId>("viewer")?);
                found.insert((Reverse(hour), row.text("viewer_name")?, post, row.year("year")?, account));
            }
        }
        let most = usize::try_from(READINGS).unwrap_or(usize::MAX);
        Ok(found
            .into_iter()
            .take(most)
            .map(|(Reverse(hour), name, post, year, account)| {
                let at = Instant(hour * HOUR_MS);
                let of = |i: &&Known| i.post == post && i.year == year && i.account == account && i.holds(at.day());
                let why = known.iter().find(of).map_or_else(|| "翻阅检查".to_owned(), |i| i.words.clone());
                let when = format!("{}，{}时许", zh(at.day()), at.clock().split(':').next().unwrap_or(""));
                (name, format!("{year}年记录本正文 · {why}"), when)
            })
            .collect())
    }

    /// Registered readings of these books, one for each of their readers.
    async fn inspections(&self, actor: &Actor, posts: &[PostId]) -> Result<Vec<Known>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT i.post_id, i.year, i.purpose, i.from_day, i.to_day, a.id AS account
                   FROM inspections i JOIN inspection_readers r ON r.inspection_id = i.id
                   JOIN accounts a ON a.person_id = r.person_id WHERE i.district_id = $1")
                .bind(actor.district)
                .and_in("i.post_id", posts.iter().copied()),
            )
            .await?;
        rows.iter()
            .map(|row| {
                let (from, to) = (row.day("from_day")?, row.day("to_day")?);
                let purpose = row.keyed("purpose", Purpose::from_key)?.label();
                Ok(Known {
                    post: row.id("post_id")?,
                    year: row.year("year")?,
                    account: row.id("account")?,
                    from,
                    to,
                    words: if from == to {
                        format!("{purpose}（{}）", zh(from))
                    } else {
                        format!("{purpose}（{}至{}）", zh(from), zh(to))
                    },
                })
            })
            .collect()
    }
}
