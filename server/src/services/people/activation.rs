//! Activation: a one-time code from a printed slip, with the login name on it,
//! opens an account once: a password is chosen, or a device is bound. Codes live
//! 14 days; only their SHA-256 is stored; wrong ones are throttled per login and
//! over all, and get one answer.

use domain::{
    Rejection,
    ids::{AccountId, DistrictId},
    people::{
        access::Actor,
        secrets::{check_password, check_pin, login_key},
    },
    time::DAY_MS,
};

use super::{
    attempts::Stored,
    devices, fingerprint, resets,
    sessions::{self, Opened, Opening},
};
use crate::{
    random,
    services::Services,
    storage::{Failure, StorageError, Tx, q},
};

/// How long a printed code can be used.
pub const CODE_MS: i64 = 14 * DAY_MS;

/// What a slip is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Binding a phone with a PIN (a password is possible too).
    Device,
    /// Choosing a password.
    Password,
}

impl Purpose {
    /// Storage key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Password => "password",
        }
    }
}

/// A code that fits its login name and was not used.
pub struct Ticket {
    id: String,
    /// District.
    pub district: DistrictId,
    /// Account it opens.
    pub account: AccountId,
    /// Its person's name.
    pub person: String,
    /// Login name.
    pub login: String,
    /// What it is for.
    pub purpose: Purpose,
}

/// Opened, with the token of the device where one was bound.
pub struct Activated {
    /// The session.
    pub opened: Opened,
    /// Token for the device's cookie.
    pub device: Option<String>,
}

/// A code as it is hashed: capitals without dashes and spaces.
fn folded(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Makes the one valid code of an account inside a command; unused ones before it end.
pub(super) async fn issue(
    tx: &mut Tx,
    district: DistrictId,
    account: AccountId,
    purpose: Purpose,
) -> Result<String, StorageError> {
    let now = tx.now();
    tx.execute(q("DELETE FROM activations WHERE account_id = $1 AND used_at IS NULL").bind(account)).await?;
    let code = random::slip_code();
    tx.insert(
        "INSERT INTO activations (id, district_id, account_id, code_hash, purpose, created_at, expires_at)",
        vec![
            random::id(now).to_string().into(),
            district.into(),
            account.into(),
            fingerprint(&folded(&code)).into(),
            purpose.key().into(),
            now.into(),
            now.plus_ms(CODE_MS).into(),
        ],
    )
    .await?;
    Ok(code)
}

async fn use_up(tx: &mut Tx, ticket: &Ticket) -> Result<(), Failure> {
    let now = tx.now();
    let used = tx
        .execute(q("UPDATE activations SET used_at = $1 WHERE id = $2 AND used_at IS NULL").bind(now).bind(&ticket.id))
        .await?;
    if used == 1 { Ok(()) } else { Err(wrong().into()) }
}

fn wrong() -> Rejection {
    Rejection::field(
        "code",
        "启用码与账号名对不上，或启用码已用过、已过期。请核对启用单；仍不行请联系系统管理员重新打印。",
    )
}

impl Services {
    /// The ticket of a code, without using it up.
    pub async fn ticket(&self, login: &str, code: &str) -> Result<Ticket, Failure> {
        let (login, now) = (login_key(login), self.clock.now());
        let attempts = &self.door.attempts;
        let name = format!("code:{login}");
        let waits = match attempts.codes_wait(now) {
            Some(seconds) => Err(seconds),
            None => attempts.charge(&name, now, Stored::default()),
        };
        waits.map_err(|s| Rejection::field("code", format!("输错次数较多，请等 {s} 秒后再试。")))?;
        let row = self
            .store
            .read()
            .row(
                q("SELECT c.id, c.district_id, c.account_id, c.purpose, a.login, p.name
                   FROM activations c JOIN accounts a ON a.id = c.account_id JOIN persons p ON p.id = a.person_id
                   WHERE c.code_hash = $1 AND a.login = $2 AND c.used_at IS NULL AND c.expires_at > $3 AND a.disabled_at IS NULL")
                .bind(fingerprint(&folded(code)))
                .bind(&login)
                .bind(now),
            )
            .await?;
        let Some(row) = row else {
            attempts.wrong_code(now);
            return Err(wrong().into());
        };
        attempts.clear(&name);
        Ok(Ticket {
            id: row.text("id")?,
            district: row.id("district_id")?,
            account: row.id("account_id")?,
            person: row.text("name")?,
            login: row.text("login")?,
            purpose: if row.text("purpose")? == "device" { Purpose::Device } else { Purpose::Password },
        })
    }

    /// Uses a code to choose a password. Every session of the account ends.
    pub async fn activate_password(
        &self,
        login: &str,
        code: &str,
        password: &str,
        again: &str,
        label: String,
    ) -> Result<Activated, Failure> {
        let ticket = self.ticket(login, code).await?;
        check_password(&ticket.login, password, again, self.strict_passwords(ticket.district).await?)?;
        let hash = self.hash_secret(password.to_owned()).await?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    use_up(tx, &ticket).await?;
                    let (district, account) = (ticket.district, ticket.account);
                    set_password(tx, account, hash).await?;
                    resets::tell_sessions(tx, district, account).await?;
                    sessions::end_all(tx, account, None).await?;
                    tx.audit(district, Some(account), "people.activated", &format!("account:{account}"), "password")
                        .await?;
                    let opened =
                        sessions::open(tx, Opening { district, account, device: None, label, replaces: None }).await?;
                    Ok(Activated { opened, device: None })
                })
            })
            .await
    }

    /// Uses a code to bind the device in hand with a PIN.
    pub async fn activate_device(
        &self,
        login: &str,
        code: &str,
        pin: &str,
        again: &str,
        label: String,
    ) -> Result<Activated, Failure> {
        let ticket = self.ticket(login, code).await?;
        if ticket.purpose != Purpose::Device {
            return Err(Rejection::state("这张启用单只能用来设置密码。请返回后设置密码。").into());
        }
        check_pin(pin, again)?;
        let hash = self.hash_secret(pin.to_owned()).await?;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    use_up(tx, &ticket).await?;
                    let (district, account) = (ticket.district, ticket.account);
                    let (id, token, until) = devices::bind(tx, district, account, hash, label.clone()).await?;
                    tx.audit(district, Some(account), "people.activated", &format!("account:{account}"), "device")
                        .await?;
                    let opening = Opening { district, account, device: Some((id, until)), label, replaces: None };
                    let opened = sessions::open(tx, opening).await?;
                    Ok(Activated { opened, device: Some(token) })
                })
            })
            .await
    }

    /// Changes the own password; every other session ends, this one gets a new token.
    pub async fn change_password(
        &self,
        actor: &Actor,
        current: &str,
        password: &str,
        again: &str,
        label: String,
    ) -> Result<Opened, Failure> {
        let row = self
            .store
            .read()
            .row(q("SELECT login, password_hash FROM accounts WHERE id = $1").bind(actor.account))
            .await?
            .ok_or(Rejection::NotFound)?;
        let (login, old) = (row.text("login")?, row.text("password_hash")?);
        if old.is_empty() {
            return Err(Rejection::state(
                "这个账号用手机的六位密码登录，没有设登录密码。如需登录密码，请联系系统管理员打印启用单。",
            )
            .into());
        }
        // Its own counter: guessing here must not lock the front door, and is bounded by the session.
        let name = format!("change:{}", actor.account);
        self.door
            .attempts
            .charge(&name, self.clock.now(), Stored::default())
            .map_err(|s| Rejection::field("current", format!("密码输错次数较多，请等 {s} 秒后再试。")))?;
        if !self.verify_secret(current.to_owned(), old).await? {
            return Err(Rejection::field("current", "现在的密码不对，没有修改。请重新输入。").into());
        }
        self.door.attempts.clear(&name);
        if password == current {
            return Err(Rejection::field("password", "新密码和现在的一样，没有修改。请换一个新密码。").into());
        }
        check_password(&login, password, again, self.strict_passwords(actor.district).await?)?;
        let hash = self.hash_secret(password.to_owned()).await?;
        let (district, account) = (actor.district, actor.account);
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    set_password(tx, account, hash).await?;
                    sessions::end_all(tx, account, None).await?;
                    tx.audit(district, Some(account), "people.password_changed", &format!("account:{account}"), "")
                        .await?;
                    Ok(sessions::open(tx, Opening { district, account, device: None, label, replaces: None }).await?)
                })
            })
            .await
    }

    /// Is the 等保三级 preset on (three of four kinds of signs)? District setting `strict_passwords`.
    async fn strict_passwords(&self, district: DistrictId) -> Result<bool, StorageError> {
        let row = self.store.read().row(q("SELECT settings FROM districts WHERE id = $1").bind(district)).await?;
        let Some(row) = row else { return Ok(false) };
        let settings: serde_json::Value = row.json("settings")?;
        Ok(settings.get("strict_passwords").and_then(serde_json::Value::as_bool).unwrap_or(false))
    }
}

/// Stores a new password hash inside a command.
pub(super) async fn set_password(tx: &mut Tx, account: AccountId, hash: String) -> Result<(), StorageError> {
    let now = tx.now();
    tx.execute(
        q("UPDATE accounts SET password_hash = $1, changed_at = $2, chosen_at = $2, failures = 0, retry_after = 0
           WHERE id = $3")
        .bind(hash)
        .bind(now)
        .bind(account),
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_code_reads_the_same_with_small_letters_and_spaces() {
        assert_eq!(folded("k7qf-2m9t "), folded("K7QF 2M9T"));
    }
}
