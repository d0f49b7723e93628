//! Everybody's own page: posts, sessions, devices, announced readings.

use app::api::{
    drafts::Draft,
    people::{DeviceLine, MePage, SessionLine},
};
use domain::{
    ids::{PostId, SessionId},
    people::{Role, access::Actor},
    time::{DAY_MS, Instant, zh, zh_short},
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
            readings: self.readings(actor).await?,
            draft,
        })
    }

    /// Announced readings of the own books; the statutory ones (调取) are never shown here.
    async fn readings(&self, actor: &Actor) -> Result<Vec<(String, String)>, StorageError> {
        if !actor.has(Role::Principal) {
            return Ok(Vec::new());
        }
        let posts: Vec<PostId> = actor.terms.iter().map(|t| t.post).collect();
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
                    q("SELECT viewer_name, hour, year FROM readings WHERE district_id = $1 AND announced = 1")
                        .bind(actor.district)
                        .push_bind("AND post_id = ?", post)
                        .push_bind("AND hour >= ?", from)
                        .push_bind("AND hour <= ?", last)
                        .push_bind("ORDER BY hour DESC, viewer_name LIMIT ?", READINGS),
                )
                .await?;
            for row in &rows {
                found.insert((std::cmp::Reverse(row.int("hour")?), row.text("viewer_name")?, post, row.int("year")?));
            }
        }
        let most = usize::try_from(READINGS).unwrap_or(usize::MAX);
        Ok(found
            .into_iter()
            .take(most)
            .map(|(std::cmp::Reverse(hour), name, ..)| {
                let at = Instant(hour * HOUR_MS);
                (name, format!("{}，{}时许", zh(at.day()), at.clock().split(':').next().unwrap_or("")))
            })
            .collect())
    }
}
