//! The own password or PIN typed once more, for the few steps that must not be taken by whoever
//! finds an open screen.

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId},
    people::access::Actor,
};

use super::attempts::Stored;
use crate::{
    services::Services,
    storage::{Failure, q},
};

/// A secret that was tried on somebody else's screen.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    /// Whose it is.
    pub account: AccountId,
    /// It was right.
    pub right: bool,
    /// Wrong tries in a row, for the account's row.
    pub failures: u32,
    /// No try before this instant, for the account's row.
    pub retry_after: i64,
    name: String,
}

impl Services {
    /// Is this the actor's password, or the PIN of the device he signed in with?
    ///
    /// # Errors
    /// Wrong, or too often wrong; storage failed.
    pub(crate) async fn confirm_secret(&self, actor: &Actor, secret: &str) -> Result<(), Failure> {
        let row = self
            .store
            .read()
            .row(
                q("SELECT a.password_hash, d.pin_hash FROM accounts a
                   LEFT JOIN sessions s ON s.id = $2 AND s.account_id = a.id LEFT JOIN devices d ON d.id = s.device_id
                   WHERE a.id = $1")
                .bind(actor.account)
                .bind(actor.session),
            )
            .await?
            .ok_or(Rejection::NotFound)?;
        let hash = match row.opt_text("pin_hash")? {
            Some(pin) => pin,
            None => row.text("password_hash")?,
        };
        // Its own counter, as for a change of password.
        let name = format!("confirm:{}", actor.account);
        self.door
            .attempts
            .charge(&name, self.clock.now(), Stored::default())
            .map_err(|s| Rejection::field("secret", format!("密码输错次数较多，请等 {s} 秒后再试。")))?;
        if hash.is_empty() || !self.verify_secret(secret.to_owned(), hash).await? {
            return Err(Rejection::field("secret", "密码或数字密码不对，没有办理。请重新输入。").into());
        }
        self.door.attempts.clear(&name);
        Ok(())
    }

    /// The account of somebody who signs on another one's screen.
    ///
    /// # Errors
    /// He has none in use; storage failed.
    pub(crate) async fn secret_holder(&self, district: DistrictId, person: PersonId) -> Result<AccountId, Failure> {
        let find = q("SELECT id FROM accounts WHERE person_id = $1 AND district_id = $2 AND disabled_at IS NULL
                      ORDER BY id LIMIT 1");
        let row = self.store.read().row(find.bind(person).bind(district)).await?;
        let row =
            row.ok_or_else(|| Rejection::field("secret", "这位同志没有可用的账号，不能在这里签字。请登记纸质签字。"))?;
        Ok(row.id("id")?)
    }

    /// Tries a secret: the password of the account, or the PIN of a device bound to it now. Counted like a sign-in of
    /// that account, since both guess at the same thing; what was right is forgiven by [`Self::right_secret`] alone.
    ///
    /// # Errors
    /// Too often wrong; storage failed.
    pub(crate) async fn try_secret_of(&self, account: AccountId, secret: &str) -> Result<Tried, Failure> {
        let find = q("SELECT a.login, a.password_hash, a.failures, a.retry_after, d.pin_hash FROM accounts a
                      LEFT JOIN devices d ON d.account_id = a.id AND d.ended_at IS NULL AND d.expires_at > $2
                      WHERE a.id = $1 ORDER BY d.id");
        let rows = self.store.read().rows(find.bind(account).bind(self.clock.now())).await?;
        let first = rows.first().ok_or(Rejection::NotFound)?;
        let name = format!("login:{}", first.text("login")?);
        let stored = Stored { failures: first.small("failures")?, retry_after: first.int("retry_after")? };
        self.door
            .attempts
            .charge(&name, self.clock.now(), stored)
            .map_err(|s| Rejection::field("secret", format!("密码输错次数较多，请等 {s} 秒后再试。")))?;
        let mut hashes = vec![first.text("password_hash")?];
        for row in &rows {
            hashes.extend(row.opt_text("pin_hash")?);
        }
        let mut right = false;
        for hash in hashes.into_iter().filter(|hash| !hash.is_empty()) {
            right = right || self.verify_secret(secret.to_owned(), hash).await?;
        }
        let counted = self.door.attempts.stored(&name);
        Ok(Tried { account, right, failures: counted.failures, retry_after: counted.retry_after, name })
    }

    /// What a right secret was asked for is done: the wrong tries before it count no more.
    pub(crate) fn right_secret(&self, tried: &Tried) {
        self.door.attempts.clear(&tried.name);
    }
}
