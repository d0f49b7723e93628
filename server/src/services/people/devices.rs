//! Bound devices: a phone that carries a token for 90 days and opens with a
//! six-digit PIN, so that thirty seconds stay thirty seconds.

use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{AccountId, DistrictId},
    people::{
        access::Actor,
        secrets::{PIN_ATTEMPTS, check_pin},
    },
    time::{DAY_MS, Instant},
};

use super::{
    attempts::Stored,
    fingerprint,
    sessions::{self, Opened, Opening},
    sign_in::{Claim, Identity, Refused, SignIn},
};
use crate::{
    random,
    services::Services,
    storage::{Failure, StorageError, Tx, q},
};

/// How long a device stays bound.
pub const BOUND_MS: i64 = 90 * DAY_MS;

/// Device and PIN.
pub struct DevicePin;

#[async_trait]
impl SignIn for DevicePin {
    fn key(&self) -> &'static str {
        "device"
    }

    async fn identify(&self, services: &Services, claim: Claim<'_>) -> Result<Identity, Refused> {
        let Claim::Device { token, pin } = claim else { return Err(Refused::Wrong) };
        let device = services.device(token).await?.ok_or(Refused::Unbound)?;
        let name = format!("pin:{}", device.id);
        let attempts = &services.door.attempts;
        attempts.charge(&name, services.clock.now(), device.stored).map_err(Refused::Wait)?;
        if services.verify_secret(pin.to_owned(), device.pin_hash.clone()).await? {
            attempts.clear(&name);
            return Ok(Identity {
                district: device.district,
                account: device.account,
                device: Some((device.id, device.until)),
            });
        }
        let counted = attempts.stored(&name);
        services.note_wrong_pin(&device, counted).await?;
        Err(if counted.failures >= PIN_ATTEMPTS { Refused::Unbound } else { Refused::Wrong })
    }
}

/// A device that is bound now.
pub struct Device {
    /// Row id.
    pub id: String,
    /// District.
    pub district: DistrictId,
    /// Whose it is.
    pub account: AccountId,
    /// His name, shown above the PIN.
    pub person: String,
    /// When it must be bound anew.
    pub until: Instant,
    pin_hash: String,
    stored: Stored,
}

/// Binds a device inside a command; the token goes into its cookie.
pub(super) async fn bind(
    tx: &mut Tx,
    district: DistrictId,
    account: AccountId,
    pin_hash: String,
    label: String,
) -> Result<(String, String, Instant), StorageError> {
    let now = tx.now();
    let (id, token, until) = (random::id(now).to_string(), random::token(), now.plus_ms(BOUND_MS));
    tx.insert(
        "INSERT INTO devices (id, district_id, account_id, token_hash, pin_hash, label, created_at, expires_at, failures, retry_after)",
        vec![
            (&id).into(),
            district.into(),
            account.into(),
            fingerprint(&token).into(),
            pin_hash.into(),
            label.into(),
            now.into(),
            until.into(),
            0_i64.into(),
            0_i64.into(),
        ],
    )
    .await?;
    Ok((id, token, until))
}

/// Ends every device of an account inside a command; their sessions are ended beside it.
pub(super) async fn end_all(tx: &mut Tx, account: AccountId) -> Result<u64, StorageError> {
    let now = tx.now();
    let ended = q("UPDATE devices SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL");
    tx.execute(ended.bind(now).bind(account)).await
}

impl Services {
    /// The bound device of a cookie's token, if it still is one.
    pub async fn device(&self, token: &str) -> Result<Option<Device>, StorageError> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT v.id, v.district_id, v.account_id, v.pin_hash, v.expires_at, v.failures, v.retry_after, p.name
                   FROM devices v JOIN accounts a ON a.id = v.account_id JOIN persons p ON p.id = a.person_id
                   WHERE v.token_hash = $1 AND v.ended_at IS NULL AND v.expires_at > $2 AND a.disabled_at IS NULL")
                .bind(fingerprint(token))
                .bind(self.clock.now()),
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Device {
            id: row.text("id")?,
            district: row.id("district_id")?,
            account: row.id("account_id")?,
            person: row.text("name")?,
            until: row.instant("expires_at")?,
            pin_hash: row.text("pin_hash")?,
            stored: Stored { failures: row.small("failures")?, retry_after: row.int("retry_after")? },
        }))
    }

    async fn note_wrong_pin(&self, device: &Device, counted: Stored) -> Result<(), StorageError> {
        let (id, district, account) = (device.id.clone(), device.district, device.account);
        let over = counted.failures >= PIN_ATTEMPTS;
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    tx.execute(
                        q("UPDATE devices SET failures = $1, retry_after = $2, ended_at = $3 WHERE id = $4 AND ended_at IS NULL")
                            .bind(counted.failures)
                            .bind(counted.retry_after)
                            .bind(over.then_some(now))
                            .bind(&id),
                    )
                    .await?;
                    let action = if over { "people.device_unbound" } else { "people.sign_in_refused" };
                    if over {
                        tx.execute(q("DELETE FROM sessions WHERE device_id = $1").bind(&id)).await?;
                    }
                    tx.audit(district, Some(account), action, &format!("device:{id}"), "").await?;
                    Ok(())
                })
            })
            .await;
        match done {
            Err(Failure::Storage(e)) => Err(e),
            _ => Ok(()),
        }
    }

    /// Ends an own device with its sessions.
    pub async fn end_device(&self, actor: &Actor, device: String) -> Result<(), Failure> {
        let (district, account) = (actor.district, actor.account);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let ended = tx
                        .execute(
                            q("UPDATE devices SET ended_at = $1 WHERE id = $2 AND account_id = $3 AND ended_at IS NULL")
                                .bind(now)
                                .bind(&device)
                                .bind(account),
                        )
                        .await?;
                    if ended == 0 {
                        return Err(Rejection::NotFound.into());
                    }
                    tx.execute(q("DELETE FROM sessions WHERE device_id = $1").bind(&device)).await?;
                    tx.audit(district, Some(account), "people.device_ended", &format!("device:{device}"), "").await?;
                    Ok(())
                })
            })
            .await
    }

    /// Changes the PIN of the device in hand; the present PIN is asked and throttled
    /// like a sign-in. The session gets a new token.
    pub async fn change_pin(
        &self,
        actor: &Actor,
        token: &str,
        current: &str,
        pin: &str,
        again: &str,
        label: String,
    ) -> Result<Opened, Failure> {
        let device =
            self.device(token).await?.filter(|d| d.account == actor.account).ok_or_else(|| {
                Rejection::state("这台设备没有绑定，不能改六位密码。请用启用单上的启用码绑定后再试。")
            })?;
        let name = format!("pin:{}", device.id);
        self.door
            .attempts
            .charge(&name, self.clock.now(), device.stored)
            .map_err(|s| Rejection::field("current", format!("密码输错次数较多，请等 {s} 秒后再试。")))?;
        if !self.verify_secret(current.to_owned(), device.pin_hash.clone()).await? {
            self.note_wrong_pin(&device, self.door.attempts.stored(&name)).await?;
            return Err(Rejection::field("current", "现在的密码不对，没有修改。请重新输入。").into());
        }
        check_pin(pin, again)?;
        let hash = self.hash_secret(pin.to_owned()).await?;
        self.door.attempts.clear(&name);
        let (district, account, session) = (actor.district, actor.account, actor.session);
        let (id, until) = (device.id, device.until);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        q("UPDATE devices SET pin_hash = $1, failures = 0, retry_after = 0 WHERE id = $2")
                            .bind(hash)
                            .bind(&id),
                    )
                    .await?;
                    tx.execute(q("DELETE FROM sessions WHERE device_id = $1 OR id = $2").bind(&id).bind(session))
                        .await?;
                    tx.audit(district, Some(account), "people.pin_changed", &format!("device:{id}"), "").await?;
                    let opening = Opening { district, account, device: Some((id, until)), label, replaces: None };
                    Ok(sessions::open(tx, opening).await?)
                })
            })
            .await
    }
}
