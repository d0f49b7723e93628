//! The way in of an account that somebody opened before is set anew by two persons: one asks, the other confirms with
//! the own password and prints the slip. From then on no device and no session of before opens anything: the phone may
//! be lost. One row of `approvals` holds both persons; its owner reads of it until he says so.
//! Refuses one person alone, and an ask that waited too long.

use std::collections::BTreeSet;

use app::api::{people::ResetLine, records::TodoRow};
use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId, UnitId},
    people::{
        Role,
        access::{Actor, AskedBy, Owner, ask_reset, confirm_reset, see_directory},
    },
    time::{DAY_MS, Instant, zh_short},
};

use super::{
    accounts::account,
    devices, fingerprint, sessions,
    slips::{Slip, slip_of},
};
use crate::{
    random,
    services::{Services, rows::Rows},
    storage::{Failure, Row, StorageError, Tx, q},
};

/// Step of the row in `approvals`; its decision is `asked`, then `confirmed` and `seen`, or `dropped`.
const STEP: &str = "reset";
/// Step of the rows that tell a session ended by it why.
const ENDED: &str = "reset_ended";
/// How long an ask waits for the second person.
const WAITS_MS: i64 = 7 * DAY_MS;

fn subject(account: AccountId) -> String {
    format!("account:{account}")
}

/// Was the account ever opened? Whoever printed a slip for it without anybody else would have what is in it.
pub(super) const OPENED: &str = "(a.password_hash <> '' OR a.disabled_at IS NOT NULL
     OR EXISTS (SELECT 1 FROM devices v WHERE v.account_id = a.id)
     OR EXISTS (SELECT 1 FROM activations u WHERE u.account_id = a.id AND u.used_at IS NOT NULL))";

/// Was this account ever opened?
async fn opened(tx: &mut Tx, id: AccountId) -> Result<bool, StorageError> {
    Ok(tx.row(q("SELECT 1 AS n FROM accounts a WHERE a.id = $1 AND").bind(id).push(OPENED)).await?.is_some())
}

/// An ask that waits.
struct Ask {
    id: String,
    by: AskedBy,
    name: String,
    at: Instant,
}

fn ask_of(row: &Row) -> Result<Ask, StorageError> {
    Ok(Ask {
        id: row.text("id")?,
        by: AskedBy {
            person: row.id("person_id")?,
            security: row.keyed("by_role", Role::from_key)? == Role::SecurityAdmin,
        },
        name: row.text("person_name")?,
        at: row.instant("at")?,
    })
}

async fn waiting(from: &mut impl Rows, account: AccountId, now: Instant) -> Result<Option<Ask>, StorageError> {
    let find = q("SELECT v.id, v.by_role, v.person_name, v.at, a.person_id FROM approvals v
           JOIN accounts a ON a.id = v.account_id
           WHERE v.subject = $1 AND v.step = $2 AND v.decision = 'asked' AND v.at > $3 ORDER BY v.at DESC, v.id LIMIT 1");
    let row = from.first(find.bind(subject(account)).bind(STEP).bind(now.plus_ms(-WAITS_MS))).await?;
    row.as_ref().map(ask_of).transpose()
}

/// Units a person belongs to as head, member or 联络员.
async fn units_of(from: &mut impl Rows, person: PersonId) -> Result<BTreeSet<UnitId>, StorageError> {
    let rows = from
        .all(
            q("SELECT o.unit_id FROM terms t JOIN posts o ON o.id = t.post_id WHERE t.person_id = $1
               UNION SELECT g.unit_id FROM role_grants g WHERE g.person_id = $1 AND g.state <> 'ended'")
            .bind(person),
        )
        .await?;
    rows.iter().map(|row| row.id("unit_id")).collect()
}

async fn owner(from: &mut impl Rows, person: PersonId, privileged: bool) -> Result<Owner, StorageError> {
    Ok(Owner { person, privileged, units: units_of(from, person).await? })
}

/// 「您的登录方式在11月23日由甲、乙重置」.
fn sentence(at: Instant, asked: &str, confirmed: &str) -> String {
    format!("您的登录方式在{}由{asked}、{confirmed}重置", zh_short(at.day()))
}

fn told(row: &Row) -> Result<String, StorageError> {
    Ok(sentence(row.instant("at")?, &row.text("person_name")?, &row.text("reason")?))
}

/// What the owner has not read yet.
pub(super) async fn unread(from: &mut impl Rows, account: AccountId) -> Result<Option<String>, StorageError> {
    let find = q("SELECT at, person_name, reason FROM approvals WHERE subject = $1 AND step = $2
           AND decision = 'confirmed' ORDER BY at DESC, id DESC LIMIT 1");
    from.first(find.bind(subject(account)).bind(STEP)).await?.as_ref().map(told).transpose()
}

/// Leaves word for every session that a code is about to end, where the code came of a reset.
pub(super) async fn tell_sessions(tx: &mut Tx, district: DistrictId, account: AccountId) -> Result<(), StorageError> {
    let find = q("SELECT at, person_name, reason FROM approvals WHERE subject = $1 AND step = $2
           AND decision IN ('confirmed', 'seen') ORDER BY at DESC, id DESC LIMIT 1");
    let Some(row) = tx.row(find.bind(subject(account)).bind(STEP)).await? else { return Ok(()) };
    let (words, now) = (told(&row)?, tx.now());
    for session in tx.rows(q("SELECT token_hash FROM sessions WHERE account_id = $1").bind(account)).await? {
        insert(
            tx,
            district,
            &session_subject(&session.text("token_hash")?),
            ENDED,
            ("", account, "", "told"),
            &words,
            now,
        )
        .await?;
    }
    Ok(())
}

/// The hash of a token is no token; its own hash is not even that.
fn session_subject(token_hash: &str) -> String {
    format!("session:{}", fingerprint(token_hash))
}

async fn insert(
    tx: &mut Tx,
    district: DistrictId,
    subject: &str,
    step: &str,
    (role, account, name, decision): (&str, AccountId, &str, &str),
    reason: &str,
    at: Instant,
) -> Result<(), StorageError> {
    tx.insert(
        "INSERT INTO approvals (id, district_id, subject, step, by_role, account_id, person_name, decision, reason, at)",
        vec![
            random::id(at).to_string().into(),
            district.into(),
            subject.into(),
            step.into(),
            role.into(),
            account.to_string().into(),
            name.into(),
            decision.into(),
            reason.into(),
            at.into(),
        ],
    )
    .await
    .map(drop)
}

/// The role in which somebody asks: what counts is whether it is the 安全管理员.
fn asking_role(actor: &Actor) -> Role {
    let held = [Role::SecurityAdmin, Role::ConductOffice].into_iter().find(|r| actor.has(*r));
    held.unwrap_or(Role::SystemAdmin)
}

impl Services {
    /// Asks for the reset where the account was opened before, and says so; does nothing otherwise.
    ///
    /// # Errors
    /// Not one who may ask, asked already, or the account is closed.
    pub(super) async fn ask_if_opened(&self, actor: &Actor, id: AccountId) -> Result<bool, Failure> {
        let acting = actor.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let _proof = see_directory(&acting)?;
                    let held = account(tx, acting.district, id).await?;
                    if !opened(tx, id).await? {
                        return Ok(false);
                    }
                    let owner = owner(&mut *tx, held.person, held.privileged).await?;
                    let _proof = ask_reset(&acting, &owner)?;
                    not_closed(tx, id).await?;
                    let now = tx.now();
                    if let Some(ask) = waiting(&mut *tx, id, now).await? {
                        return Err(Rejection::state(format!(
                            "{}已在{}提出重置登录方式，正等第二人确认，没有重复提出。",
                            ask.name,
                            zh_short(ask.at.day())
                        ))
                        .into());
                    }
                    let who = (asking_role(&acting).key(), acting.account, acting.name.as_str(), "asked");
                    insert(tx, acting.district, &subject(id), STEP, who, "", now).await?;
                    tx.audit(acting.district, Some(acting.account), "people.reset_asked", &subject(id), "").await?;
                    Ok(true)
                })
            })
            .await
    }

    /// The second person confirms and gets the slip: its code is shown on this one answer. Every device and every session
    /// of the account ends, and is told why.
    ///
    /// # Errors
    /// Nothing waits, the same person, not two of the right roles, or a wrong password.
    pub async fn confirm_reset(&self, actor: &Actor, id: AccountId, secret: &str) -> Result<Slip, Failure> {
        let _proof = see_directory(actor)?;
        self.confirm_secret(actor, secret).await?;
        let (acting, today) = (actor.clone(), self.today());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let held = account(tx, acting.district, id).await?;
                    let (owner, now) = (owner(&mut *tx, held.person, held.privileged).await?, tx.now());
                    let ask = waiting(&mut *tx, id, now).await?.ok_or_else(gone)?;
                    let proof = confirm_reset(&acting, &owner, ask.by)?;
                    not_closed(tx, id).await?;
                    let done = q("UPDATE approvals SET decision = 'confirmed', reason = $1, at = $2
                           WHERE id = $3 AND decision = 'asked'");
                    tx.execute(done.bind(&acting.name).bind(now).bind(&ask.id)).await?;
                    // A lost phone must not wait for the slip to be used.
                    tell_sessions(tx, acting.district, id).await?;
                    sessions::end_all(tx, id, None).await?;
                    devices::end_all(tx, id).await?;
                    let words = format!("由{}提出", ask.name);
                    tx.audit(acting.district, Some(acting.account), "people.reset_confirmed", &subject(id), &words)
                        .await?;
                    slip_of(tx, proof, &acting, id, today).await
                })
            })
            .await
    }

    /// One of those who may ask takes the ask back, or turns it down.
    ///
    /// # Errors
    /// Nothing waits, or not one of them.
    pub async fn drop_reset(&self, actor: &Actor, id: AccountId) -> Result<(), Failure> {
        let acting = actor.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let held = account(tx, acting.district, id).await?;
                    let (owner, now) = (owner(&mut *tx, held.person, held.privileged).await?, tx.now());
                    let _proof = ask_reset(&acting, &owner)?;
                    let ask = waiting(&mut *tx, id, now).await?.ok_or_else(gone)?;
                    let done = q("UPDATE approvals SET decision = 'dropped', reason = $1 WHERE id = $2");
                    tx.execute(done.bind(&acting.name).bind(&ask.id)).await?;
                    tx.audit(acting.district, Some(acting.account), "people.reset_dropped", &subject(id), "").await?;
                    Ok(())
                })
            })
            .await
    }

    /// What the owner has not read yet.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn unread_reset(&self, actor: &Actor) -> Result<Option<String>, StorageError> {
        unread(&mut self.store.read().clone(), actor.account).await
    }

    /// 「知道了」: the owner read of the reset.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn saw_reset(&self, actor: &Actor) -> Result<(), Failure> {
        let (district, account) = (actor.district, actor.account);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let seen = q("UPDATE approvals SET decision = 'seen' WHERE subject = $1 AND step = $2
                           AND decision = 'confirmed'");
                    if tx.execute(seen.bind(subject(account)).bind(STEP)).await? > 0 {
                        tx.audit(district, Some(account), "people.reset_seen", &subject(account), "").await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Why the session of this token ended, where a reset ended it.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn ended_by_reset(&self, token: &str) -> Result<Option<String>, StorageError> {
        let find = q("SELECT reason FROM approvals WHERE subject = $1 AND step = $2 LIMIT 1");
        let find = find.bind(session_subject(&fingerprint(token))).bind(ENDED);
        self.store.read().row(find).await?.map(|row| row.text("reason")).transpose()
    }

    /// The reset of an account as its page shows it.
    pub(super) async fn reset_line(
        &self,
        read: &mut impl Rows,
        actor: &Actor,
        id: AccountId,
        (person, privileged): (PersonId, bool),
    ) -> Result<ResetLine, StorageError> {
        let find = q("SELECT 1 AS n FROM accounts a WHERE a.id = $1 AND").bind(id).push(OPENED);
        let opened = read.first(find).await?.is_some();
        let owner = owner(read, person, privileged).await?;
        let may_ask = ask_reset(actor, &owner).is_ok();
        let Some(ask) = waiting(read, id, self.clock.now()).await? else {
            return Ok(ResetLine { opened, may_ask, ..ResetLine::default() });
        };
        Ok(ResetLine {
            opened,
            may_ask,
            waits: format!("{}由{}提出，等第二人确认", zh_short(ask.at.day()), ask.name),
            may_confirm: confirm_reset(actor, &owner, ask.by).is_ok(),
        })
    }

    /// Resets that wait for the actor as second person.
    pub(in crate::services) async fn reset_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        if see_directory(actor).is_err() {
            return Ok(Vec::new());
        }
        let mut read = self.store.read().clone();
        let find = q("SELECT v.subject, v.id, v.by_role, v.person_name, v.at, a.person_id FROM approvals v
               JOIN accounts a ON a.id = v.account_id
               WHERE v.district_id = $1 AND v.step = $2 AND v.decision = 'asked' AND v.at > $3 ORDER BY v.at, v.id LIMIT 50");
        let since = self.clock.now().plus_ms(-WAITS_MS);
        let rows = read.all(find.bind(actor.district).bind(STEP).bind(since)).await?;
        let mut out = Vec::new();
        for row in &rows {
            let ask = ask_of(row)?;
            let of = row.text("subject")?.replace("account:", "");
            let about = q("SELECT p.id, p.name FROM accounts a JOIN persons p ON p.id = a.person_id WHERE a.id = $1");
            let Some(about) = read.first(about.bind(&of)).await? else { continue };
            let person: PersonId = about.id("id")?;
            let grants = read
                .all(q("SELECT role FROM role_grants WHERE person_id = $1 AND state = 'active'").bind(person))
                .await?;
            let mut privileged = false;
            for grant in &grants {
                privileged |= grant.keyed("role", Role::from_key)?.needs_confirmation();
            }
            if confirm_reset(actor, &owner(&mut read, person, privileged).await?, ask.by).is_ok() {
                out.push(TodoRow {
                    title: format!("重置登录方式 · {}", about.text("name")?),
                    note: format!("{}由{}提出，等您确认", zh_short(ask.at.day()), ask.name),
                    link: format!("/people/{person}"),
                });
            }
        }
        Ok(out)
    }
}

fn gone() -> Rejection {
    Rejection::state("没有等待确认的重置，没有打印。可能已有人办理或超过 7 天，请刷新页面后重新提出。")
}

async fn not_closed(tx: &mut Tx, id: AccountId) -> Result<(), Failure> {
    let closed = q("SELECT 1 AS n FROM accounts WHERE id = $1 AND disabled_at IS NOT NULL").bind(id);
    match tx.row(closed).await? {
        Some(_) => Err(Rejection::state("这个账号已停用，没有打印。请先恢复账号。").into()),
        None => Ok(()),
    }
}
