//! Activation slips: who waits for one, who has one in hand, and the printing. A code is shown
//! once and never stored; printing again ends the one before, so it is asked first.

use std::collections::HashMap;

use app::api::people::{SlipPerson, SlipUnit};
use domain::{
    Rejection,
    ids::{AccountId, DistrictId, PersonId, UnitId},
    people::{
        Role, UnitKind,
        access::{Actor, HandleAccount, handle_account},
    },
    time::{Instant, zh_short},
};

use super::{
    accounts::{account, add_account},
    activation::{self, Purpose},
    order::body_key,
    resets::OPENED,
    roles,
};
use crate::{
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
    /// Activated before (a reset needs two persons), or to be printed by the 安全管理员.
    pub left_out: usize,
    /// Hold a slip that still opens, and were left alone.
    pub kept: usize,
}

/// For whom slips are printed.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Everybody of these units.
    pub units: Vec<UnitId>,
    /// These persons.
    pub persons: Vec<PersonId>,
}

/// What happens to slips in hand that still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InHand {
    /// Nothing is printed before it is decided.
    Ask,
    /// They stay valid; their holders get no new one.
    Keep,
    /// They end; their holders get a new one.
    End,
}

/// The answer to a printing.
#[derive(Debug, Clone)]
pub enum Printing {
    /// Printed.
    Done(Slips),
    /// To be decided: name and day of the slips in hand, and how many persons have none.
    Ask {
        /// `孔一帆` and `11月20日`.
        in_hand: Vec<(String, String)>,
        /// Without a slip that opens.
        without: usize,
    },
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

/// The slip of an account, with its code, inside a command.
pub(super) async fn slip_of(
    tx: &mut Tx,
    proof: HandleAccount,
    actor: &Actor,
    id: AccountId,
    today: domain::time::Day,
) -> Result<Slip, Failure> {
    let row = tx
        .row(
            q("SELECT a.login, a.disabled_at, a.person_id, p.name FROM accounts a JOIN persons p ON p.id = a.person_id
               WHERE a.id = $1")
            .bind(id),
        )
        .await?
        .ok_or(Rejection::NotFound)?;
    if row.opt_int("disabled_at")?.is_some() {
        return Err(Rejection::state("这个账号已停用，没有打印。请先恢复账号。").into());
    }
    let (place, device) = place_of(tx, row.id("person_id")?, today).await?;
    let purpose = if device { Purpose::Device } else { Purpose::Password };
    let code = slip_code(tx, proof, actor, id, purpose).await?;
    Ok(Slip { name: row.text("name")?, place, login: row.text("login")?, code, device })
}

impl Services {
    /// Prints one slip, for a person who has not opened the account yet. Where it was opened before, this asks for a
    /// second person and prints nothing: `None`.
    /// Not remembered under a command id: the stored answer would hold the code.
    pub async fn print_slip(&self, actor: &Actor, id: AccountId) -> Result<Option<Slip>, Failure> {
        if self.ask_if_opened(actor, id).await? {
            return Ok(None);
        }
        let acting = actor.clone();
        let today = self.today();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let held = account(tx, acting.district, id).await?;
                    let proof = handle_account(&acting, held.person, held.privileged)?;
                    // Between the two commands its owner may have opened it.
                    if opened(tx, held.person).await? {
                        return Err(Rejection::Stale.into());
                    }
                    Ok(Some(slip_of(tx, proof, &acting, id, today).await?))
                })
            })
            .await
    }

    /// Prints slips for the chosen who have not opened their account yet; accounts are made where
    /// there are none.
    pub async fn print_slips(&self, actor: &Actor, chosen: Chosen, in_hand: InHand) -> Result<Printing, Failure> {
        let _proof = domain::people::access::see_directory(actor)?;
        if chosen.units.is_empty() && chosen.persons.is_empty() {
            return Err(Rejection::field("unit", "还没有勾选单位或人员，没有打印。请至少勾选一项。").into());
        }
        let acting = actor.clone();
        let today = self.today();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let mut out = Slips::default();
                    let mut waiting = Vec::new();
                    for (person, name) in people_of(tx, acting.district, &chosen).await? {
                        let privileged = roles::is_privileged(tx, person).await?;
                        match handle_account(&acting, person, privileged) {
                            Ok(proof) if !opened(tx, person).await? => {
                                let printed = in_hand_since(tx, person).await?;
                                waiting.push((person, name, proof, printed));
                            }
                            _ => out.left_out += 1,
                        }
                    }
                    let held = waiting.iter().filter(|(.., printed)| printed.is_some()).count();
                    if in_hand == InHand::Ask && held > 0 {
                        let days = waiting
                            .iter()
                            .filter_map(|(_, name, _, printed)| Some((name.clone(), zh_short((*printed)?.day()))));
                        return Ok(Printing::Ask { in_hand: days.collect(), without: waiting.len() - held });
                    }
                    if in_hand == InHand::Keep {
                        waiting.retain(|(.., printed)| printed.is_none());
                        out.kept = held;
                    }
                    if waiting.len() > SLIPS_MAX {
                        let no = format!("一次最多打印 {SLIPS_MAX} 张，没有打印。请分几次选单位。");
                        return Err(Rejection::field("unit", no).into());
                    }
                    for (person, name, proof, _) in waiting {
                        let (id, login) = account_of(tx, &acting, person, &name).await?;
                        let (place, device) = place_of(tx, person, today).await?;
                        let purpose = if device { Purpose::Device } else { Purpose::Password };
                        let code = slip_code(tx, proof, &acting, id, purpose).await?;
                        out.slips.push(Slip { name, place, login, code, device });
                    }
                    Ok(Printing::Done(out))
                })
            })
            .await
    }

    /// Persons whose account nobody has opened yet, by unit: whether they have a slip in hand.
    pub(super) async fn unopened_by_unit(&self, district: DistrictId) -> Result<Vec<SlipUnit>, StorageError> {
        let now = self.clock.now();
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT u.id, u.name, u.kind, u.position, u.pinyin, p.id AS person_id, p.name AS person,
                     (SELECT MAX(c.created_at) FROM activations c JOIN accounts a ON a.id = c.account_id
                       WHERE a.person_id = p.id AND c.used_at IS NULL) AS printed_at,
                     (SELECT MAX(c.expires_at) FROM activations c JOIN accounts a ON a.id = c.account_id
                       WHERE a.person_id = p.id AND c.used_at IS NULL) AS until
                   FROM units u JOIN (
                     SELECT o.unit_id, t.person_id FROM terms t JOIN posts o ON o.id = t.post_id WHERE t.ends_on IS NULL
                     UNION SELECT g.unit_id, g.person_id FROM role_grants g WHERE g.state <> 'ended') w ON w.unit_id = u.id
                   JOIN persons p ON p.id = w.person_id
                   WHERE u.district_id = $1 AND u.ends_on IS NULL AND NOT EXISTS (
                     SELECT 1 FROM accounts a WHERE a.person_id = w.person_id AND (a.password_hash <> ''
                       OR a.disabled_at IS NOT NULL
                       OR EXISTS (SELECT 1 FROM devices v WHERE v.account_id = a.id)
                       OR EXISTS (SELECT 1 FROM activations u WHERE u.account_id = a.id AND u.used_at IS NOT NULL)))
                   ORDER BY u.position, u.id, p.pinyin, p.id")
                .bind(district),
            )
            .await?;
        let mut units: Vec<SlipUnit> = Vec::new();
        let mut keys = HashMap::new();
        for row in &rows {
            let id: UnitId = row.id("id")?;
            let printed = row.opt_int("printed_at")?.map(Instant);
            let opens = row.opt_int("until")?.is_some_and(|until| until > now.0);
            let person = SlipPerson {
                id: row.id("person_id")?,
                name: row.text("person")?,
                printed: printed.map(|at| zh_short(at.day())).unwrap_or_default(),
                opens,
            };
            if units.last().is_none_or(|unit| unit.id != id) {
                let name = row.text("name")?;
                let kind = row.keyed("kind", UnitKind::from_key)?;
                let body = super::lines::is_body(kind).then(|| row.text("pinyin").map(|key| body_key(&name, &key)));
                keys.insert(id, (UnitKind::ALL.iter().position(|k| *k == kind), body.transpose()?));
                units.push(SlipUnit { id, name, people: Vec::new() });
            }
            if let Some(unit) = units.last_mut() {
                unit.people.push(person);
            }
        }
        units.sort_by(|a, b| keys.get(&a.id).cmp(&keys.get(&b.id)));
        Ok(units)
    }
}

/// Has somebody ever opened the account of the person, or was it closed? Its slip is a reset then, and needs two.
async fn opened(tx: &mut Tx, person: PersonId) -> Result<bool, StorageError> {
    let find = q("SELECT 1 AS one FROM accounts a WHERE a.person_id = $1 AND").bind(person).push(OPENED);
    Ok(tx.row(find).await?.is_some())
}

/// When the slip was printed that the person has in hand and can still use.
async fn in_hand_since(tx: &mut Tx, person: PersonId) -> Result<Option<Instant>, StorageError> {
    let now = tx.now();
    let row = tx
        .row(
            q("SELECT MAX(c.created_at) AS at FROM activations c JOIN accounts a ON a.id = c.account_id
               WHERE a.person_id = $1 AND c.used_at IS NULL AND c.expires_at > $2")
            .bind(person)
            .bind(now),
        )
        .await?;
    Ok(row.map(|row| row.opt_int("at")).transpose()?.flatten().map(Instant))
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

async fn people_of(tx: &mut Tx, district: DistrictId, chosen: &Chosen) -> Result<Vec<(PersonId, String)>, Failure> {
    let mut all: Vec<(PersonId, String)> = Vec::new();
    for unit in &chosen.units {
        super::units::unit(tx, district, *unit).await?;
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
    for person in &chosen.persons {
        let known = tx
            .row(q("SELECT name FROM persons WHERE id = $1 AND district_id = $2").bind(*person).bind(district))
            .await?
            .ok_or(Rejection::NotFound)?;
        let one = (*person, known.text("name")?);
        if !all.contains(&one) {
            all.push(one);
        }
    }
    Ok(all)
}

/// The account of a person; made where there is none.
async fn account_of(tx: &mut Tx, actor: &Actor, person: PersonId, name: &str) -> Result<(AccountId, String), Failure> {
    let known = q("SELECT id, login FROM accounts WHERE person_id = $1 ORDER BY id LIMIT 1").bind(person);
    if let Some(row) = tx.row(known.clone()).await? {
        return Ok((row.id("id")?, row.text("login")?));
    }
    let id = add_account(tx, actor.district, person, name, None).await?;
    tx.audit(actor.district, Some(actor.account), "people.account_added", &format!("account:{id}"), "").await?;
    let row = tx.row(known).await?.ok_or(Rejection::NotFound)?;
    Ok((id, row.text("login")?))
}
