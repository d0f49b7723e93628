//! Signing in, as a port: password, device and PIN, a header of a trusted proxy,
//! or an outside provider (OIDC, 浙政钉). Whoever it was, one answer for an unknown
//! account and a wrong secret, one hash in both cases, growing delays per account.

use async_trait::async_trait;
use domain::{
    ids::{AccountId, DistrictId},
    people::secrets::{PASSWORD_MAX, login_key},
    time::Instant,
};

use super::{
    attempts::Stored,
    fingerprint,
    sessions::{self, Opened, Opening},
};
use crate::{
    services::Services,
    storage::{Failure, Row, StorageError, q},
};

/// What somebody shows at the door.
pub enum Claim<'a> {
    /// Login name and password.
    Password {
        /// Login name as typed.
        login: &'a str,
        /// Password as typed.
        password: &'a str,
    },
    /// Token of a bound device and PIN.
    Device {
        /// Token from the device's cookie.
        token: &'a str,
        /// Six digits.
        pin: &'a str,
    },
    /// A login name that a trusted proxy put into a header.
    Header {
        /// Login name.
        login: &'a str,
    },
    /// What an outside provider handed to the browser.
    Assertion {
        /// Ticket, code or token.
        text: &'a str,
    },
}

/// Who it is.
pub struct Identity {
    /// District of the account.
    pub district: DistrictId,
    /// Account.
    pub account: AccountId,
    /// Bound device and its end.
    pub device: Option<(String, Instant)>,
}

/// Why nobody was let in.
#[derive(Debug)]
pub enum Refused {
    /// Unknown, wrong or disabled: one answer.
    Wrong,
    /// Too many attempts; seconds to wait.
    Wait(u32),
    /// The device was unbound after too many wrong PINs, or is over.
    Unbound,
    /// The machine failed.
    Storage(StorageError),
}

impl From<StorageError> for Refused {
    fn from(e: StorageError) -> Self {
        Self::Storage(e)
    }
}

impl From<Failure> for Refused {
    fn from(f: Failure) -> Self {
        match f {
            Failure::Storage(e) => Self::Storage(e),
            Failure::Rejected(_) => Self::Wrong,
        }
    }
}

/// A way of signing in.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Stable name for the audit log.
    fn key(&self) -> &'static str;
    /// Who it is, or why not. Counts wrong attempts itself.
    async fn identify(&self, services: &Services, claim: Claim<'_>) -> Result<Identity, Refused>;
}

/// An outside provider behind [`Assertion`]: turns what the browser brought into a login name.
#[async_trait]
pub trait Provider: Send + Sync {
    /// `oidc`, `zwding`.
    fn key(&self) -> &'static str;
    /// The login name that the provider vouches for.
    async fn login_of(&self, assertion: &str) -> Option<String>;
}

/// Login name and password.
pub struct Password;

#[async_trait]
impl SignIn for Password {
    fn key(&self) -> &'static str {
        "password"
    }

    async fn identify(&self, services: &Services, claim: Claim<'_>) -> Result<Identity, Refused> {
        let Claim::Password { login, password } = claim else { return Err(Refused::Wrong) };
        let login = login_key(login);
        let row = services.account_row(&login).await?;
        let stored = row.as_ref().map(stored).transpose()?.unwrap_or_default();
        let name = format!("login:{login}");
        let attempts = &services.door.attempts;
        attempts.charge(&name, services.clock.now(), stored).map_err(Refused::Wait)?;
        let hash = match &row {
            Some(row) => row.text("password_hash")?,
            None => String::new(),
        };
        // Accounts bound to a device only have no password; the stand-in runs for them too.
        let hash = if hash.is_empty() { services.door.nobody.clone() } else { hash };
        let fits = password.chars().count() <= PASSWORD_MAX;
        let right = services.verify_secret(password.to_owned(), hash).await? && fits;
        match row {
            Some(row) if right && row.opt_int("disabled_at")?.is_none() => {
                attempts.clear(&name);
                Ok(Identity { district: row.id("district_id")?, account: row.id("id")?, device: None })
            }
            row => {
                let account = row.map(|r| r.id::<AccountId>("id")).transpose()?;
                services.note_wrong(account, &login, attempts.stored(&name)).await?;
                Err(Refused::Wrong)
            }
        }
    }
}

/// A header of the configured proxy. The route believes the header only from the proxy's address.
pub struct Header;

#[async_trait]
impl SignIn for Header {
    fn key(&self) -> &'static str {
        "header"
    }

    async fn identify(&self, services: &Services, claim: Claim<'_>) -> Result<Identity, Refused> {
        let Claim::Header { login } = claim else { return Err(Refused::Wrong) };
        services.vouched(login).await
    }
}

/// An outside provider.
pub struct Assertion<P>(pub P);

#[async_trait]
impl<P: Provider> SignIn for Assertion<P> {
    fn key(&self) -> &'static str {
        self.0.key()
    }

    async fn identify(&self, services: &Services, claim: Claim<'_>) -> Result<Identity, Refused> {
        let Claim::Assertion { text } = claim else { return Err(Refused::Wrong) };
        let login = self.0.login_of(text).await.ok_or(Refused::Wrong)?;
        services.vouched(&login).await
    }
}

fn stored(row: &Row) -> Result<Stored, StorageError> {
    Ok(Stored {
        failures: u32::try_from(row.int("failures")?).unwrap_or(u32::MAX),
        retry_after: row.int("retry_after")?,
    })
}

impl Services {
    /// Lets somebody in: a new session with a new token; the one before ends.
    pub async fn sign_in(
        &self,
        way: &dyn SignIn,
        claim: Claim<'_>,
        label: String,
        replaces: Option<String>,
    ) -> Result<Opened, Refused> {
        let identity = way.identify(self, claim).await?;
        let key = way.key();
        let Identity { district, account, device } = identity;
        let days = if key == Password.key() { i64::from(self.door.password_days) } else { 0 };
        Ok(self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    // Sessions that are over are cleared where somebody comes in anyway.
                    tx.execute(q("DELETE FROM sessions WHERE expires_at < $1").bind(now)).await?;
                    tx.execute(
                        q("UPDATE accounts SET failures = 0, retry_after = 0 WHERE id = $1 AND failures > 0")
                            .bind(account),
                    )
                    .await?;
                    if let Some((device, _)) = &device {
                        tx.execute(
                            q("UPDATE devices SET failures = 0, retry_after = 0 WHERE id = $1 AND failures > 0")
                                .bind(device),
                        )
                        .await?;
                    }
                    let opened = sessions::open(tx, Opening { district, account, device, label, replaces }).await?;
                    if days > 0 && sessions::password_is_old(tx, account, days).await? {
                        sessions::must_change(tx, &opened).await?;
                    }
                    tx.audit(district, Some(account), "people.sign_in", &format!("account:{account}"), key).await?;
                    Ok(opened)
                })
            })
            .await?)
    }

    /// The installation's district: the one that was made first.
    pub async fn home_district(&self) -> Result<Option<DistrictId>, StorageError> {
        let row = self.store.read().row(q("SELECT id FROM districts ORDER BY created_at, id LIMIT 1")).await?;
        row.map(|r| r.id("id")).transpose()
    }

    /// Name and demo mark of the installation's district, for pages before sign-in.
    pub async fn district_sign(&self) -> Result<(String, bool), StorageError> {
        let row = self.store.read().row(q("SELECT name, demo FROM districts ORDER BY created_at, id LIMIT 1")).await?;
        row.map_or(Ok((String::new(), false)), |r| Ok((r.text("name")?, r.flag("demo")?)))
    }

    pub(crate) async fn account_row(&self, login: &str) -> Result<Option<Row>, StorageError> {
        let Some(district) = self.home_district().await? else { return Ok(None) };
        self.store
            .read()
            .row(
                q("SELECT id, district_id, password_hash, disabled_at, failures, retry_after
                   FROM accounts WHERE district_id = $1 AND login = $2")
                .bind(district)
                .bind(login),
            )
            .await
    }

    async fn vouched(&self, login: &str) -> Result<Identity, Refused> {
        let row = self.account_row(&login_key(login)).await?.ok_or(Refused::Wrong)?;
        if row.opt_int("disabled_at")?.is_some() {
            return Err(Refused::Wrong);
        }
        Ok(Identity { district: row.id("district_id")?, account: row.id("id")?, device: None })
    }

    /// Stores and audits a wrong attempt. Both known and unknown names cost one
    /// commit, so that the time tells nothing; the name is kept as a digest only
    /// (people type passwords into the wrong field).
    async fn note_wrong(&self, account: Option<AccountId>, login: &str, counted: Stored) -> Result<(), StorageError> {
        let Some(district) = self.home_district().await? else { return Ok(()) };
        let object = match account {
            Some(account) => format!("account:{account}"),
            None => format!("login:{}", &fingerprint(login)[..16]),
        };
        let id = account.map(|a| a.to_string()).unwrap_or_default();
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        q("UPDATE accounts SET failures = $1, retry_after = $2 WHERE id = $3")
                            .bind(counted.failures)
                            .bind(counted.retry_after)
                            .bind(id),
                    )
                    .await?;
                    tx.audit(district, None, "people.sign_in_refused", &object, "").await?;
                    Ok(())
                })
            })
            .await;
        match done {
            Err(Failure::Storage(e)) => Err(e),
            _ => Ok(()),
        }
    }
}
