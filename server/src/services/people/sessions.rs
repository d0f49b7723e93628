//! Server-side sessions: opened at sign-in, looked up once per request, ended in
//! the database. Only the SHA-256 of a token is stored.

use std::{collections::BTreeSet, sync::Arc};

use app::viewer::Viewer;
use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PostId, SessionId, UnitId},
    people::{Grant, HeadTerm, Role, access::Actor},
    time::{self, Instant},
};

use super::{fingerprint, held_on, resets};
use crate::{
    random,
    services::{Services, kept_years},
    storage::{Failure, Row, StorageError, Tx, q},
};

/// A password session ends after this long without a request.
pub const IDLE_MS: i64 = 8 * 3_600_000;
/// A password session ends after this long in any case.
pub const ABSOLUTE_MS: i64 = 12 * 3_600_000;
/// On a bound device the PIN is asked again after this long without a request.
pub const DEVICE_IDLE_MS: i64 = 30 * 60_000;
/// How exactly the last request is kept: one write a minute per session at most.
const TOUCH_MS: i64 = 60_000;

/// A running session: who acts, and what layouts show.
pub struct Live {
    /// The actor.
    pub actor: Arc<Actor>,
    /// For layouts.
    pub viewer: Viewer,
    /// The password is over its age: nothing but changing it is open to this session.
    pub must_change: bool,
}

/// A session just opened. The token leaves the server once, in a cookie.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Token for the cookie.
    pub token: String,
    /// Seconds until it ends in any case.
    pub max_age: i64,
    /// The way in was set anew by others, and its owner has not said that he knows.
    pub reset: bool,
}

/// For whom a session is opened.
pub(crate) struct Opening {
    pub district: DistrictId,
    pub account: AccountId,
    /// Bound device and its end, for a session opened by PIN.
    pub device: Option<(String, Instant)>,
    /// Where it was opened, such as 「手机 · 微信」.
    pub label: String,
    /// Token that the browser sent before: that session ends (no fixation).
    pub replaces: Option<String>,
}

/// Opens a session inside a command.
pub(crate) async fn open(tx: &mut Tx, opening: Opening) -> Result<Opened, StorageError> {
    let now = tx.now();
    if let Some(old) = &opening.replaces {
        tx.execute(q("DELETE FROM sessions WHERE token_hash = $1").bind(fingerprint(old))).await?;
    }
    let token = random::token();
    let expires = opening.device.as_ref().map_or(now.plus_ms(ABSOLUTE_MS), |(_, until)| *until);
    let max_age = (expires.0 - now.0) / 1_000;
    let post = tx
        .row(
            q("SELECT post_id FROM sessions WHERE account_id = $1 AND post_id IS NOT NULL ORDER BY seen_at DESC LIMIT 1")
                .bind(opening.account),
        )
        .await?
        .map(|row| row.text("post_id"))
        .transpose()?;
    tx.insert(
        "INSERT INTO sessions (id, district_id, account_id, token_hash, form_token, post_id, label, device_id, created_at, seen_at, expires_at)",
        vec![
            SessionId(random::id(now)).into(),
            opening.district.into(),
            opening.account.into(),
            fingerprint(&token).into(),
            random::token().into(),
            post.into(),
            opening.label.into(),
            opening.device.map(|(id, _)| id).into(),
            now.into(),
            now.into(),
            expires.into(),
        ],
    )
    .await?;
    let reset = resets::unread(tx, opening.account).await?.is_some();
    Ok(Opened { token, max_age, reset })
}

/// Is the password older than `days`? One whose age nobody knows is.
pub(super) async fn password_is_old(tx: &mut Tx, account: AccountId, days: i64) -> Result<bool, StorageError> {
    let oldest = tx.now().plus_ms(-days * time::DAY_MS);
    let row = tx.row(q("SELECT chosen_at FROM accounts WHERE id = $1").bind(account)).await?;
    Ok(row.map(|r| r.opt_int("chosen_at")).transpose()?.flatten().is_none_or(|at| at < oldest.0))
}

/// Opens nothing but the change of the password to a session just opened. The change ends
/// the session and opens another.
pub(super) async fn must_change(tx: &mut Tx, opened: &Opened) -> Result<(), StorageError> {
    tx.execute(q("UPDATE sessions SET must_change = 1 WHERE token_hash = $1").bind(fingerprint(&opened.token)))
        .await
        .map(drop)
}

impl Services {
    /// The running session of a cookie's token. A session that is over is ended here.
    pub async fn session(&self, token: &str) -> Result<Option<Live>, StorageError> {
        self.running(token, true).await
    }

    /// As [`Services::session`], without counting as a request: a stream that merely stays open
    /// keeps no session alive.
    pub async fn session_still(&self, token: &str) -> Result<Option<Live>, StorageError> {
        self.running(token, false).await
    }

    async fn running(&self, token: &str, request: bool) -> Result<Option<Live>, StorageError> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT s.id, s.district_id, s.account_id, s.form_token, s.post_id, s.device_id, s.seen_at, s.expires_at, s.must_change,
                     a.person_id, a.disabled_at, a.text_size, p.name AS person, d.name AS district, d.demo,
                     v.ended_at AS device_ended, (SELECT COUNT(*) FROM approvals z
                       WHERE z.subject = 'account:' || a.id AND z.step = 'reset' AND z.decision = 'confirmed') AS resets
                   FROM sessions s
                   JOIN accounts a ON a.id = s.account_id
                   JOIN persons p ON p.id = a.person_id
                   JOIN districts d ON d.id = s.district_id
                   LEFT JOIN devices v ON v.id = s.device_id
                   WHERE s.token_hash = $1")
                .bind(fingerprint(token)),
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let now = self.clock.now();
        let session: SessionId = row.id("id")?;
        let by_device = row.opt_text("device_id")?.is_some();
        let idle = if by_device { DEVICE_IDLE_MS } else { IDLE_MS };
        let seen = row.instant("seen_at")?;
        let shut = row.opt_int("disabled_at")?.is_some() || row.opt_int("device_ended")?.is_some();
        let ends = row.instant("expires_at")?;
        if shut || now >= ends || now.0 - seen.0 > idle {
            self.expire(&row, session, shut).await;
            return Ok(None);
        }
        let touched = request && now.0 - seen.0 >= TOUCH_MS;
        if touched {
            self.touch(session).await;
        }
        let mut live = self.live(&row, session).await?;
        live.viewer.left = (ends.0 - now.0).min(if touched { idle } else { seen.0 + idle - now.0 });
        Ok(Some(live))
    }

    async fn live(&self, row: &Row, session: SessionId) -> Result<Live, StorageError> {
        let today = self.clock.today();
        let district: DistrictId = row.id("district_id")?;
        let person = row.id("person_id")?;
        let read = self.store.read();
        let mut grants = Vec::new();
        let mut places: Vec<String> = Vec::new();
        let find = q("SELECT g.role, g.unit_id, u.name FROM role_grants g JOIN units u ON u.id = g.unit_id
                      WHERE g.person_id = $1 AND g.district_id = $2")
        .bind(person)
        .bind(district);
        let held = read.rows(held_on(find, today).push("ORDER BY g.starts_on, g.id")).await?;
        for grant in held {
            grants.push(Grant { role: grant.keyed("role", Role::from_key)?, unit: grant.id("unit_id")? });
            places.push(grant.text("name")?);
        }
        let mut terms = Vec::new();
        let mut heads: Vec<String> = Vec::new();
        let running = read
            .rows(
                q("SELECT t.id, t.post_id, o.unit_id, t.starts_on, t.ends_on, t.acting, u.name
                   FROM terms t JOIN posts o ON o.id = t.post_id JOIN units u ON u.id = o.unit_id
                   WHERE t.person_id = $1 AND t.district_id = $2 AND o.is_head = 1
                     AND t.starts_on <= $3 AND (t.ends_on IS NULL OR t.ends_on >= $3)
                     AND (o.ends_on IS NULL OR o.ends_on >= $3)
                   ORDER BY t.starts_on, t.id")
                .bind(person)
                .bind(district)
                .bind(today),
            )
            .await?;
        for term in running {
            terms.push(HeadTerm {
                term: term.id("id")?,
                post: term.id("post_id")?,
                unit: term.id("unit_id")?,
                from: term.day("starts_on")?,
                to: term.opt_day("ends_on")?,
                acting: term.flag("acting")?,
            });
            heads.push(term.text("name")?);
        }
        let watched = self.watched(district, &grants).await?;
        let chosen: Option<PostId> = row.opt_id("post_id")?;
        let at = terms.iter().position(|t| Some(t.post) == chosen).unwrap_or(0);
        // A 联络员 chooses among the posts that he drafts for; of which he may is asked with each use.
        let post = terms.get(at).map(|t| t.post).or(chosen);
        let drafts_for = match chosen.filter(|_| terms.is_empty()) {
            Some(post) => self.grant_of_post(&grants, post).await?.and_then(|at| places.get(at)),
            None => None,
        };
        let unit = heads.get(at).or(drafts_for).or(places.first()).cloned().unwrap_or_default();
        let mut roles: Vec<Role> = if terms.is_empty() { Vec::new() } else { vec![Role::Principal] };
        for grant in &grants {
            if !roles.contains(&grant.role) {
                roles.push(grant.role);
            }
        }
        // A head's phone keeps his own year, a reader's the sheets that he reads.
        let reads = terms.is_empty() && grants.iter().any(|g| g.role.needs_confirmation());
        let name = row.text("person")?;
        let actor = Actor {
            district,
            account: row.id("account_id")?,
            person,
            session,
            name: name.clone(),
            grants,
            terms,
            post,
            watched,
        };
        let account = fingerprint(&format!("device drafts of {}", actor.account))[..32].to_owned();
        let banner = match row.int("resets")? {
            0 => None,
            _ => resets::unread(&mut read.clone(), row.id("account_id")?).await?,
        }
        .unwrap_or_default();
        let viewer = Viewer {
            account,
            name,
            unit,
            district: row.text("district")?,
            roles,
            size: row.text("text_size")?,
            form_token: row.text("form_token")?,
            today: time::iso(today),
            demo: row.flag("demo")?,
            kept: if reads {
                kept_years::mark_of_reader(&mut read.clone(), district, person, today).await?
            } else {
                kept_years::mark(&mut read.clone(), person, post, today).await?
            },
            left: 0,
            todo: None,
            banner,
        };
        Ok(Live { actor: Arc::new(actor), viewer, must_change: row.flag("must_change")? })
    }

    /// Which of the grants is that of the unit of a post.
    async fn grant_of_post(&self, grants: &[Grant], post: PostId) -> Result<Option<usize>, StorageError> {
        let row = self.store.read().row(q("SELECT unit_id FROM posts WHERE id = $1").bind(post)).await?;
        let unit: Option<UnitId> = row.map(|row| row.id("unit_id")).transpose()?;
        Ok(grants.iter().position(|g| g.role == Role::Liaison && Some(g.unit) == unit))
    }

    /// Units that teams, offices and committees of these grants supervise.
    async fn watched(&self, district: DistrictId, grants: &[Grant]) -> Result<BTreeSet<UnitId>, StorageError> {
        let mut watched = BTreeSet::new();
        let columns = [
            (Role::ResidentTeam, "team_id"),
            (Role::SupervisionOffice, "office_id"),
            (Role::TownCommittee, "committee_id"),
        ];
        for (role, column) in columns {
            let bodies: Vec<UnitId> = grants.iter().filter(|g| g.role == role).map(|g| g.unit).collect();
            if bodies.is_empty() {
                continue;
            }
            let query =
                q("SELECT unit_id FROM oversight_map WHERE district_id = $1").bind(district).and_in(column, bodies);
            for row in self.store.read().rows(query).await? {
                watched.insert(row.id("unit_id")?);
            }
        }
        Ok(watched)
    }

    /// Notes the request. A full disk must not end anybody's reading, so errors are only logged.
    async fn touch(&self, session: SessionId) {
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    tx.execute(q("UPDATE sessions SET seen_at = $1 WHERE id = $2").bind(now).bind(session)).await?;
                    Ok(())
                })
            })
            .await;
        if let Err(error) = done {
            tracing::warn!(%error, "session not touched");
        }
    }

    async fn expire(&self, row: &Row, session: SessionId, shut: bool) {
        let (Ok(district), Ok(account)) = (row.id::<DistrictId>("district_id"), row.id::<AccountId>("account_id"))
        else {
            return;
        };
        let why = if shut { "账号或设备已停用" } else { "超时" };
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let gone = tx.execute(q("DELETE FROM sessions WHERE id = $1").bind(session)).await?;
                    if gone > 0 {
                        tx.audit(district, Some(account), "people.session_over", &format!("session:{session}"), why)
                            .await?;
                    }
                    Ok(())
                })
            })
            .await;
        if let Err(error) = done {
            tracing::warn!(%error, "session not ended");
        }
    }

    /// Ends one session: the own one at sign-out, or another of the own account.
    pub async fn end_session(&self, actor: &Actor, session: SessionId) -> Result<(), Failure> {
        let (district, account) = (actor.district, actor.account);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let gone = tx
                        .execute(
                            q("DELETE FROM sessions WHERE id = $1 AND account_id = $2").bind(session).bind(account),
                        )
                        .await?;
                    if gone == 0 {
                        return Err(Rejection::NotFound.into());
                    }
                    tx.audit(district, Some(account), "people.sign_out", &format!("session:{session}"), "").await?;
                    Ok(())
                })
            })
            .await
    }

    /// Chooses the post in which the session acts: among the own running terms, of a 联络员 among the head posts
    /// that he drafts for.
    pub async fn choose_post(&self, actor: &Actor, post: PostId) -> Result<(), Failure> {
        if !self.own_posts(actor).await?.contains(&post) {
            return Err(Rejection::NotFound.into());
        }
        let session = actor.session;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(q("UPDATE sessions SET post_id = $1 WHERE id = $2").bind(post).bind(session)).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Keeps the text size with the account.
    pub async fn keep_size(&self, actor: &Actor, size: &'static str) -> Result<(), Failure> {
        let account = actor.account;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(q("UPDATE accounts SET text_size = $1 WHERE id = $2").bind(size).bind(account)).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// Ends every session of an account but `keep`, inside a command: password change,
/// disabling, a new activation.
pub(crate) async fn end_all(tx: &mut Tx, account: AccountId, keep: Option<SessionId>) -> Result<u64, StorageError> {
    let mut query = q("DELETE FROM sessions WHERE account_id = $1").bind(account);
    if let Some(session) = keep {
        query = query.push_bind("AND id <> ?", session);
    }
    tx.execute(query).await
}
