//! Accounts: made for persons, opened by printed slips, disabled, their sessions
//! ended. No account exists by default.

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId, UnitId},
    people::{
        Role,
        access::{Actor, HandleAccount, handle_account, manage_people, manage_security},
        secrets::check_login,
    },
};

use super::{
    Command,
    activation::{self, Purpose},
    names, roles, sessions,
};
use crate::{
    random,
    services::Services,
    storage::{Failure, StorageError, Tx, q},
};

/// Most slips of one printing.
const SLIPS_MAX: usize = 400;

/// One printed slip. The code is shown once and never stored.
#[derive(Debug, Clone)]
pub struct Slip {
    /// Person.
    pub name: String,
    /// Unit and post.
    pub place: String,
    /// Login name.
    pub login: String,
    /// One-time code.
    pub code: String,
    /// Binds a phone.
    pub device: bool,
}

/// Slips of one printing, and who got none.
#[derive(Debug, Clone, Default)]
pub struct Slips {
    /// To be printed.
    pub slips: Vec<Slip>,
    /// Already activated, or to be printed by the 安全管理员.
    pub left_out: usize,
}

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
struct Held {
    id: AccountId,
    person: PersonId,
    privileged: bool,
}

async fn account(tx: &mut Tx, district: DistrictId, id: AccountId) -> Result<Held, Failure> {
    let row = tx
        .row(q("SELECT person_id FROM accounts WHERE id = $1 AND district_id = $2").bind(id).bind(district))
        .await?
        .ok_or(Rejection::NotFound)?;
    let person = row.id("person_id")?;
    Ok(Held { id, person, privileged: roles::is_privileged(tx, person).await? })
}

/// Makes the code of an account's slip inside a command.
async fn slip_code(
    tx: &mut Tx,
    _proof: HandleAccount,
    actor: &Actor,
    account: AccountId,
    purpose: Purpose,
) -> Result<String, Failure> {
    let code = activation::issue(tx, actor.district, account, purpose).await?;
    let object = format!("account:{account}");
    tx.audit(actor.district, Some(actor.account), "people.slip_printed", &object, purpose.key()).await?;
    Ok(code)
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

    /// Prints one slip again, for a person who forgot or lost what opens the account.
    /// Not remembered under a command id: the stored answer would hold the code.
    pub async fn print_slip(&self, actor: &Actor, id: AccountId) -> Result<Slip, Failure> {
        let acting = actor.clone();
        let today = self.today();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let held = account(tx, acting.district, id).await?;
                    let proof = handle_account(&acting, held.person, held.privileged)?;
                    let row = tx
                        .row(
                            q("SELECT a.login, a.disabled_at, p.name FROM accounts a JOIN persons p ON p.id = a.person_id WHERE a.id = $1")
                                .bind(id),
                        )
                        .await?
                        .ok_or(Rejection::NotFound)?;
                    if row.opt_int("disabled_at")?.is_some() {
                        return Err(Rejection::state("这个账号已停用，没有打印。请先恢复账号。").into());
                    }
                    let (place, device) = place_of(tx, held.person, today).await?;
                    let purpose = if device { Purpose::Device } else { Purpose::Password };
                    let code = slip_code(tx, proof, &acting, id, purpose).await?;
                    Ok(Slip { name: row.text("name")?, place, login: row.text("login")?, code, device })
                })
            })
            .await
    }

    /// Prints slips for everybody of the units who has not opened his account yet;
    /// accounts are made where there are none.
    pub async fn print_slips(&self, actor: &Actor, units: Vec<UnitId>) -> Result<Slips, Failure> {
        let _proof = domain::people::access::see_directory(actor)?;
        if units.is_empty() {
            return Err(Rejection::field("unit", "还没有选单位，没有打印。请至少选一个单位。").into());
        }
        let acting = actor.clone();
        let today = self.today();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let mut out = Slips::default();
                    for id in &units {
                        super::units::unit(tx, acting.district, *id).await?;
                    }
                    for (person, name) in people_of(tx, acting.district, &units).await? {
                        let privileged = roles::is_privileged(tx, person).await?;
                        let Ok(proof) = handle_account(&acting, person, privileged) else {
                            out.left_out += 1;
                            continue;
                        };
                        let Some((id, login)) = unopened(tx, &acting, person, &name).await? else {
                            out.left_out += 1;
                            continue;
                        };
                        if out.slips.len() >= SLIPS_MAX {
                            let no = format!("一次最多打印 {SLIPS_MAX} 张，没有打印。请分几次选单位。");
                            return Err(Rejection::field("unit", no).into());
                        }
                        let (place, device) = place_of(tx, person, today).await?;
                        let purpose = if device { Purpose::Device } else { Purpose::Password };
                        let code = slip_code(tx, proof, &acting, id, purpose).await?;
                        out.slips.push(Slip { name, place, login, code, device });
                    }
                    Ok(out)
                })
            })
            .await
    }
}

/// Unit and post of a person as a slip shows them, and whether he opens by phone.
async fn place_of(tx: &mut Tx, person: PersonId, today: domain::time::Day) -> Result<(String, bool), StorageError> {
    let term = tx
        .row(
            q("SELECT u.name, o.title, o.is_head FROM terms t JOIN posts o ON o.id = t.post_id JOIN units u ON u.id = o.unit_id
               WHERE t.person_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               ORDER BY o.is_head DESC, t.starts_on LIMIT 1")
            .bind(person)
            .bind(today),
        )
        .await?;
    let grants = tx
        .rows(
            q("SELECT g.role, u.name FROM role_grants g JOIN units u ON u.id = g.unit_id
               WHERE g.person_id = $1 AND g.state <> 'ended' ORDER BY g.starts_on, g.id")
            .bind(person),
        )
        .await?;
    let mut liaison = false;
    for grant in &grants {
        liaison |= grant.keyed("role", Role::from_key)? == Role::Liaison;
    }
    if let Some(row) = term {
        let head = row.flag("is_head")?;
        return Ok((format!("{}{}", row.text("name")?, row.text("title")?), head || liaison));
    }
    let place = grants
        .first()
        .map(|g| Ok::<_, StorageError>(format!("{} {}", g.text("name")?, g.keyed("role", Role::from_key)?.label())))
        .transpose()?
        .unwrap_or_default();
    Ok((place, liaison))
}

async fn people_of(
    tx: &mut Tx,
    district: DistrictId,
    units: &[UnitId],
) -> Result<Vec<(PersonId, String)>, StorageError> {
    let mut all: Vec<(PersonId, String)> = Vec::new();
    for unit in units {
        let rows = tx
            .rows(
                q("SELECT p.id, p.name, p.pinyin FROM persons p WHERE p.district_id = $1 AND p.id IN (
                     SELECT t.person_id FROM terms t JOIN posts o ON o.id = t.post_id WHERE o.unit_id = $2 AND t.ends_on IS NULL
                     UNION SELECT g.person_id FROM role_grants g WHERE g.unit_id = $2 AND g.state <> 'ended')
                   ORDER BY p.pinyin, p.id")
                .bind(district)
                .bind(*unit),
            )
            .await?;
        for row in rows {
            let one = (row.id("id")?, row.text("name")?);
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    Ok(all)
}

/// The account of a person if nobody has opened it yet; made where there is none.
async fn unopened(
    tx: &mut Tx,
    actor: &Actor,
    person: PersonId,
    name: &str,
) -> Result<Option<(AccountId, String)>, Failure> {
    let row = tx
        .row(
            q("SELECT a.id, a.login, a.password_hash, a.disabled_at,
                 (SELECT COUNT(*) FROM devices v WHERE v.account_id = a.id AND v.ended_at IS NULL) AS bound
               FROM accounts a WHERE a.person_id = $1 ORDER BY a.id LIMIT 1")
            .bind(person),
        )
        .await?;
    if let Some(row) = row {
        let opened =
            !row.text("password_hash")?.is_empty() || row.int("bound")? > 0 || row.opt_int("disabled_at")?.is_some();
        return Ok(if opened { None } else { Some((row.id("id")?, row.text("login")?)) });
    }
    let id = add_account(tx, actor.district, person, name, None).await?;
    tx.audit(actor.district, Some(actor.account), "people.account_added", &format!("account:{id}"), "").await?;
    let row = tx.row(q("SELECT login FROM accounts WHERE id = $1").bind(id)).await?.ok_or(Rejection::NotFound)?;
    Ok(Some((id, row.text("login")?)))
}
