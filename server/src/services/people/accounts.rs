//! Accounts: made for persons, disabled, their sessions ended. No account exists
//! by default; slips, which open them, are next door.

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId},
    people::{
        access::{Actor, handle_account, manage_people, manage_security},
        secrets::check_login,
    },
};

use super::{Command, names, roles, sessions};
use crate::{
    random,
    services::Services,
    storage::{Failure, StorageError, Tx, q},
};

/// Makes an account inside a command; the login name is made of the person's name where none is given.
pub(crate) async fn add_account(
    tx: &mut Tx,
    district: DistrictId,
    person: PersonId,
    name: &str,
    login: Option<&str>,
) -> Result<AccountId, Failure> {
    let taken = |tx_row: Option<crate::storage::Row>| tx_row.is_some();
    let login = if let Some(login) = login {
        let login = check_login(login)?;
        if taken(find_login(tx, district, &login).await?) {
            return Err(Rejection::field("login", format!("账号名「{login}」已被使用，没有保存。请换一个。")).into());
        }
        login
    } else {
        let stem = names::login_stem(name);
        let mut login = stem.clone();
        let mut n = 1_u32;
        while taken(find_login(tx, district, &login).await?) {
            n += 1;
            login = format!("{stem}{n}");
        }
        login
    };
    let now = tx.now();
    let id = AccountId(random::id(now));
    tx.insert(
        "INSERT INTO accounts (id, district_id, person_id, login, changed_at)",
        vec![id.into(), district.into(), person.into(), login.into(), now.into()],
    )
    .await?;
    Ok(id)
}

async fn find_login(
    tx: &mut Tx,
    district: DistrictId,
    login: &str,
) -> Result<Option<crate::storage::Row>, StorageError> {
    tx.row(q("SELECT id FROM accounts WHERE district_id = $1 AND login = $2").bind(district).bind(login)).await
}

/// Account of a person with what decides who may touch it.
pub(super) struct Held {
    pub(super) id: AccountId,
    pub(super) person: PersonId,
    pub(super) privileged: bool,
}

/// The account of an id.
pub(super) async fn account(tx: &mut Tx, district: DistrictId, id: AccountId) -> Result<Held, Failure> {
    let row = tx
        .row(q("SELECT person_id FROM accounts WHERE id = $1 AND district_id = $2").bind(id).bind(district))
        .await?
        .ok_or(Rejection::NotFound)?;
    let person = row.id("person_id")?;
    Ok(Held { id, person, privileged: roles::is_privileged(tx, person).await? })
}

impl Services {
    /// Makes an account for a person who has none.
    pub async fn add_account(
        &self,
        actor: &Actor,
        command: Command,
        person: PersonId,
        login: Option<String>,
    ) -> Result<AccountId, Failure> {
        let _proof = manage_people(actor)?;
        let (district, by) = (actor.district, actor.account);
        self.store
            .once(by, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let row = tx
                        .row(
                            q("SELECT name FROM persons WHERE id = $1 AND district_id = $2")
                                .bind(person)
                                .bind(district),
                        )
                        .await?
                        .ok_or(Rejection::NotFound)?;
                    // A second account would open the first one's rights without its owner noticing.
                    let held = tx.row(q("SELECT id FROM accounts WHERE person_id = $1").bind(person)).await?;
                    if held.is_some() {
                        return Err(Rejection::state("此人已有账号，没有再建。忘记密码请重新打印启用单。").into());
                    }
                    let id = add_account(tx, district, person, &row.text("name")?, login.as_deref()).await?;
                    tx.audit(district, Some(by), "people.account_added", &format!("account:{id}"), "").await?;
                    Ok(id)
                })
            })
            .await
    }

    /// Disables or enables an account. Disabling ends its sessions at once.
    pub async fn set_account(
        &self,
        actor: &Actor,
        command: Command,
        id: AccountId,
        disabled: bool,
    ) -> Result<PersonId, Failure> {
        let acting = actor.clone();
        self.store
            .once(actor.account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let held = account(tx, acting.district, id).await?;
                    let _proof = handle_account(&acting, held.person, held.privileged)?;
                    let now = tx.now();
                    tx.execute(
                        q("UPDATE accounts SET disabled_at = $1, changed_at = $2 WHERE id = $3")
                            .bind(disabled.then_some(now))
                            .bind(now)
                            .bind(held.id),
                    )
                    .await?;
                    if disabled {
                        sessions::end_all(tx, held.id, None).await?;
                    }
                    let action = if disabled { "people.account_disabled" } else { "people.account_enabled" };
                    tx.audit(acting.district, Some(acting.account), action, &format!("account:{id}"), "").await?;
                    Ok(held.person)
                })
            })
            .await
    }

    /// Ends all sessions of somebody else's account; with `devices` its bound devices too (a lost phone).
    pub async fn end_sessions(
        &self,
        actor: &Actor,
        command: Command,
        id: AccountId,
        devices: bool,
    ) -> Result<PersonId, Failure> {
        let acting = actor.clone();
        self.store
            .once(actor.account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let held = account(tx, acting.district, id).await?;
                    let _proof = manage_security(&acting, Some(held.person))?;
                    let now = tx.now();
                    sessions::end_all(tx, id, None).await?;
                    if devices {
                        tx.execute(
                            q("UPDATE devices SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL")
                                .bind(now)
                                .bind(id),
                        )
                        .await?;
                    }
                    tx.audit(
                        acting.district,
                        Some(acting.account),
                        "people.sessions_ended",
                        &format!("account:{id}"),
                        "",
                    )
                    .await?;
                    Ok(held.person)
                })
            })
            .await
    }
}
