//! An empty installation: its district, the commission's unit and the first three
//! administrators. Used by the command line only; refuses a second district, and the
//! door closes behind each administrator.

use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId, UnitId},
    people::{
        Grant, Role, UnitKind,
        secrets::{check_login, check_password},
    },
    text::{self, NAME_MAX},
    time::Day,
};

use super::{accounts::add_account, activation, names, roles};
use crate::{
    random,
    services::Services,
    storage::{Failure, StorageError, Tx, q},
};

/// Name of a district that nobody has named yet.
const DISTRICT: &str = "本区";
/// Name of the commission's unit until it is renamed.
const COMMISSION: &str = "区纪委监委";

/// The installation's district, made where there is none (the writer is alone, so no second can appear).
pub(crate) async fn district(tx: &mut Tx) -> Result<DistrictId, StorageError> {
    if let Some(row) = tx.row(q("SELECT id FROM districts ORDER BY created_at, id LIMIT 1")).await? {
        return row.id("id");
    }
    let now = tx.now();
    let id = DistrictId(random::id(now));
    tx.insert("INSERT INTO districts (id, name, created_at)", vec![id.into(), DISTRICT.into(), now.into()]).await?;
    Ok(id)
}

/// District and the unit in which administrators hold their roles.
async fn home(tx: &mut Tx, today: Day) -> Result<(DistrictId, UnitId), Failure> {
    let district = district(tx).await?;
    let row = tx
        .row(
            q("SELECT id FROM units WHERE district_id = $1 AND kind = $2 AND ends_on IS NULL ORDER BY position, id LIMIT 1")
                .bind(district)
                .bind(UnitKind::Commission.key()),
        )
        .await?;
    if let Some(row) = row {
        return Ok((district, row.id("id")?));
    }
    let unit = UnitId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO units (id, district_id, name, kind, starts_on, pinyin, strokes)",
        vec![
            unit.into(),
            district.into(),
            COMMISSION.into(),
            UnitKind::Commission.key().into(),
            today.into(),
            names::unit_key(COMMISSION).into(),
            names::stroke_key(COMMISSION).into(),
        ],
    )
    .await?;
    Ok((district, unit))
}

/// A new person.
async fn person(tx: &mut Tx, district: DistrictId, name: &str) -> Result<PersonId, StorageError> {
    let id = PersonId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO persons (id, district_id, name, pinyin, strokes, initials)",
        vec![
            id.into(),
            district.into(),
            name.into(),
            names::person_key(name).into(),
            names::stroke_key(name).into(),
            names::initials(name).into(),
        ],
    )
    .await?;
    Ok(id)
}

impl Services {
    /// Makes the first 系统管理员 (command line only). Closed after its first use.
    pub async fn create_first_admin(&self, login: &str, name: &str, password: &str) -> Result<AccountId, Failure> {
        self.create_admin(Role::SystemAdmin, login, name, password).await
    }

    /// Makes the first holder of one of the three administrator roles (command line only).
    /// Refused once an account holds the role: later ones are proposed and confirmed by two persons.
    pub async fn create_admin(
        &self,
        role: Role,
        login: &str,
        name: &str,
        password: &str,
    ) -> Result<AccountId, Failure> {
        if !matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin) {
            return Err(Rejection::state("命令行只能建立系统管理员、安全管理员、审计管理员。").into());
        }
        let login = check_login(login)?;
        let name = text::required("name", "姓名", name, NAME_MAX)?;
        check_password(&login, password, password, false)?;
        let hash = self.hash_secret(password.to_owned()).await?;
        let today = self.today();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let (district, unit) = home(tx, today).await?;
                    let taken = tx
                        .row(
                            q("SELECT g.id FROM role_grants g JOIN accounts a ON a.person_id = g.person_id
                               WHERE g.district_id = $1 AND g.role = $2 AND g.state = 'active'")
                            .bind(district)
                            .bind(role.key()),
                        )
                        .await?;
                    if taken.is_some() {
                        let no = format!(
                            "已经有{}，没有再建。请登录后在“组织与人员”里提出，由安全管理员确认。",
                            role.label()
                        );
                        return Err(Rejection::state(no).into());
                    }
                    let person = self::person(tx, district, &name).await?;
                    let account = add_account(tx, district, person, &name, Some(&login)).await?;
                    activation::set_password(tx, account, hash).await?;
                    roles::insert(tx, district, person, Grant { role, unit }, "active", account, today).await?;
                    tx.audit(district, None, "people.first_admin", &format!("account:{account}"), role.label()).await?;
                    Ok(account)
                })
            })
            .await
    }
}
