//! The own password or PIN typed once more, for the few steps that must not be taken by whoever
//! finds an open screen.

use domain::{Rejection, people::access::Actor};

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
}
