//! Roles: proposed by whoever maintains people, confirmed by the 安全管理员 where
//! they reach beyond one unit. Proposer, confirmer and subject are three persons.

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId, UnitId},
    people::{
        Grant, Role,
        access::{Actor, ManagePeople, manage_people, manage_security},
        appointment::{check_liaison, check_proposal, check_second},
    },
    time::Day,
};

use super::{Command, activation, sessions, units};
use crate::{
    random,
    services::Services,
    storage::{Failure, StorageError, Tx, q},
};

/// Roles a person holds or waits for.
pub(super) async fn held(tx: &mut Tx, person: PersonId) -> Result<Vec<Grant>, StorageError> {
    let rows = tx
        .rows(q("SELECT role, unit_id FROM role_grants WHERE person_id = $1 AND state <> 'ended'").bind(person))
        .await?;
    rows.iter().map(|r| Ok(Grant { role: r.keyed("role", Role::from_key)?, unit: r.id("unit_id")? })).collect()
}

/// Does the person hold a role that only the 安全管理员 may touch?
pub(super) async fn is_privileged(tx: &mut Tx, person: PersonId) -> Result<bool, StorageError> {
    let rows =
        tx.rows(q("SELECT role FROM role_grants WHERE person_id = $1 AND state = 'active'").bind(person)).await?;
    for row in rows {
        if row.keyed("role", Role::from_key)?.needs_confirmation() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Proposes a role inside a command (also for imports); plain ones are active at once.
pub(crate) async fn propose(
    tx: &mut Tx,
    _proof: ManagePeople,
    actor: &Actor,
    person: PersonId,
    grant: Grant,
    from: Day,
) -> Result<bool, Failure> {
    let district = actor.district;
    let unit = units::unit(tx, district, grant.unit).await?;
    if unit.ends_on.is_some() {
        return Err(Rejection::field("unit", format!("「{}」已撤并，没有保存。请另选单位。", unit.name)).into());
    }
    let known =
        tx.row(q("SELECT id FROM persons WHERE id = $1 AND district_id = $2").bind(person).bind(district)).await?;
    known.ok_or(Rejection::NotFound)?;
    let held = held(tx, person).await?;
    check_proposal(actor, person, grant, unit.kind, &held)?;
    if grant.role == Role::Liaison {
        check_liaison(&unit.name, works_in(tx, person, grant.unit, from).await?)?;
    }
    let waits = grant.role.needs_confirmation();
    let state = if waits { "proposed" } else { "active" };
    insert(tx, district, person, grant, state, actor.account, from).await?;
    let words = format!("{}（{}）", grant.role.label(), unit.name);
    let action = if waits { "people.role_proposed" } else { "people.role_given" };
    tx.audit(district, Some(actor.account), action, &format!("person:{person}"), &words).await?;
    Ok(waits)
}

/// Does the person hold a post in the unit on `day`, or from a later day on?
async fn works_in(tx: &mut Tx, person: PersonId, unit: UnitId, day: Day) -> Result<bool, StorageError> {
    let find = q("SELECT t.id FROM terms t JOIN posts o ON o.id = t.post_id
                  WHERE t.person_id = $1 AND o.unit_id = $2 AND (t.ends_on IS NULL OR t.ends_on >= $3) LIMIT 1");
    Ok(tx.row(find.bind(person).bind(unit).bind(day)).await?.is_some())
}

/// The row itself. Only [`propose`] and the making of the first administrators write it.
pub(super) async fn insert(
    tx: &mut Tx,
    district: DistrictId,
    person: PersonId,
    grant: Grant,
    state: &'static str,
    by: AccountId,
    from: Day,
) -> Result<(), StorageError> {
    let id = random::id(tx.now()).to_string();
    tx.insert(
        "INSERT INTO role_grants (id, district_id, person_id, role, unit_id, state, proposed_by, starts_on)",
        vec![
            id.into(),
            district.into(),
            person.into(),
            grant.role.key().into(),
            grant.unit.into(),
            state.into(),
            by.into(),
            from.into(),
        ],
    )
    .await
    .map(drop)
}

struct GrantRow {
    person: PersonId,
    role: Role,
    unit: UnitId,
    state: String,
    proposed_by: Option<AccountId>,
}

async fn grant(tx: &mut Tx, district: DistrictId, id: &str) -> Result<GrantRow, Failure> {
    let row = tx
        .row(
            q("SELECT person_id, role, unit_id, state, proposed_by FROM role_grants WHERE id = $1 AND district_id = $2")
                .bind(id)
                .bind(district),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    Ok(GrantRow {
        person: row.id("person_id")?,
        role: row.keyed("role", Role::from_key)?,
        unit: row.id("unit_id")?,
        state: row.text("state")?,
        // An import from the command line has no account.
        proposed_by: row.text("proposed_by")?.parse().ok(),
    })
}

/// Ends sessions, devices and passwords of a person: whoever proposed the role may have printed the
/// slip and chosen the password himself. A slip of the 安全管理员 opens the account again.
async fn close_accounts(tx: &mut Tx, person: PersonId) -> Result<(), StorageError> {
    let now = tx.now();
    for row in tx.rows(q("SELECT id FROM accounts WHERE person_id = $1").bind(person)).await? {
        let account: AccountId = row.id("id")?;
        sessions::end_all(tx, account, None).await?;
        tx.execute(
            q("UPDATE devices SET ended_at = $1 WHERE account_id = $2 AND ended_at IS NULL").bind(now).bind(account),
        )
        .await?;
        activation::set_password(tx, account, String::new()).await?;
    }
    Ok(())
}

impl Services {
    /// Proposes a role; true when it waits for the 安全管理员.
    pub async fn propose_role(
        &self,
        actor: &Actor,
        command: Command,
        person: PersonId,
        grant: Grant,
    ) -> Result<bool, Failure> {
        let proof = manage_people(actor)?;
        let (today, acting) = (self.today(), actor.clone());
        self.store
            .once(actor.account, command.key(), &command.body, move |tx| {
                Box::pin(async move { propose(tx, proof, &acting, person, grant, today).await })
            })
            .await
    }

    /// The 安全管理员 confirms or refuses a proposed role.
    pub async fn decide_role(&self, actor: &Actor, command: Command, id: String, agreed: bool) -> Result<(), Failure> {
        let _proof = manage_security(actor, None)?;
        let (today, acting) = (self.today(), actor.clone());
        self.store
            .once(actor.account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let (district, account) = (acting.district, acting.account);
                    let row = grant(tx, district, &id).await?;
                    if row.state != "proposed" {
                        return Err(Rejection::state("这个角色已经有人处理过了，不用再办。").into());
                    }
                    if let Some(proposer) = row.proposed_by {
                        check_second(&acting, row.person, proposer)?;
                    }
                    let _proof = manage_security(&acting, Some(row.person))?;
                    // What anybody but the 安全管理员 could have opened, as long as no such role was held.
                    let opened_by_others = !is_privileged(tx, row.person).await?;
                    let (state, action) =
                        if agreed { ("active", "people.role_confirmed") } else { ("ended", "people.role_refused") };
                    tx.execute(
                        q("UPDATE role_grants SET state = $1, confirmed_by = $2, starts_on = $3 WHERE id = $4 AND state = 'proposed'")
                            .bind(state)
                            .bind(account)
                            .bind(today)
                            .bind(&id),
                    )
                    .await?;
                    if agreed {
                        // A slip printed before by somebody else must not open the new powers.
                        tx.execute(
                            q("DELETE FROM activations WHERE used_at IS NULL AND account_id IN
                                 (SELECT id FROM accounts WHERE person_id = $1)")
                            .bind(row.person),
                        )
                        .await?;
                    }
                    if agreed && row.role.needs_confirmation() && opened_by_others {
                        close_accounts(tx, row.person).await?;
                    }
                    let object = format!("person:{}", row.person);
                    tx.audit(district, Some(account), action, &object, &format!("{} unit:{}", row.role.label(), row.unit)).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Ends a role at once: the next request of its holder is without it.
    pub async fn end_role(&self, actor: &Actor, command: Command, id: String) -> Result<PersonId, Failure> {
        let (today, acting) = (self.today(), actor.clone());
        self.store
            .once(actor.account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let (district, account) = (acting.district, acting.account);
                    let row = grant(tx, district, &id).await?;
                    if row.role.needs_confirmation() && row.state == "active" {
                        let _proof = manage_security(&acting, Some(row.person))?;
                    } else {
                        let _proof = manage_people(&acting)?;
                    }
                    let ended = tx
                        .execute(
                            q("UPDATE role_grants SET state = 'ended', ends_on = $1 WHERE id = $2 AND state <> 'ended'")
                                .bind(today)
                                .bind(&id),
                        )
                        .await?;
                    if ended == 0 {
                        return Err(Rejection::state("这个角色已经结束，不用再办。").into());
                    }
                    let object = format!("person:{}", row.person);
                    tx.audit(district, Some(account), "people.role_ended", &object, row.role.label()).await?;
                    Ok(row.person)
                })
            })
            .await
    }
}
