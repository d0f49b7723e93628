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

    /// Is this a password of `person`, or the PIN of a device bound to him now? Asked for where he signs on somebody
    /// else's screen; counted against him like his own tries.
    ///
    /// # Errors
    /// No account, wrong, or too often wrong; storage failed.
    pub(crate) async fn confirm_secret_of(
        &self,
        district: DistrictId,
        person: PersonId,
        secret: &str,
    ) -> Result<(), Failure> {
        let find = q("SELECT a.id, a.password_hash, d.pin_hash FROM accounts a
                      LEFT JOIN devices d ON d.account_id = a.id AND d.ended_at IS NULL AND d.expires_at > $3
                      WHERE a.person_id = $1 AND a.district_id = $2 AND a.disabled_at IS NULL ORDER BY a.id, d.id")
        .bind(person)
        .bind(district)
        .bind(self.clock.now());
        let rows = self.store.read().rows(find).await?;
        let Some(first) = rows.first() else {
            let words = "这位同志没有可用的账号，不能在这里签字。请登记纸质签字。";
            return Err(Rejection::field("secret", words).into());
        };
        let name = format!("confirm:{}", first.id::<AccountId>("id")?);
        self.door
            .attempts
            .charge(&name, self.clock.now(), Stored::default())
            .map_err(|s| Rejection::field("secret", format!("密码输错次数较多，请等 {s} 秒后再试。")))?;
        let mut hashes = vec![first.text("password_hash")?];
        for row in &rows {
            hashes.extend(row.opt_text("pin_hash")?);
        }
        for hash in hashes.into_iter().filter(|hash| !hash.is_empty()) {
            if self.verify_secret(secret.to_owned(), hash).await? {
                self.door.attempts.clear(&name);
                return Ok(());
            }
        }
        Err(Rejection::field("secret", "负责人的密码或数字密码不对，没有签字。请本人重新输入。").into())
    }
}
