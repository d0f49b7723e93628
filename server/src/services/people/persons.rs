//! Persons: added, a misspelt name or a new telephone corrected. Refuses to merge or
//! delete anybody: history hangs on them.

use domain::{
    Rejection,
    ids::{DistrictId, PersonId},
    people::access::{Actor, ManagePeople, manage_people},
    text::{self, NAME_MAX},
};

use super::{Command, names};
use crate::{
    random,
    services::Services,
    storage::{Failure, Tx, q},
};

/// Name and telephone as they are stored.
fn checked(name: &str, phone: &str) -> Result<(String, String), Rejection> {
    let name = text::required("name", "姓名", name, NAME_MAX)?;
    let phone = text::optional("phone", "手机", phone, 20)?;
    if !phone.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | ' ')) {
        return Err(Rejection::field("phone", "手机号里有数字以外的字，没有保存。请核对，或先留空。"));
    }
    Ok((name, phone))
}

/// Adds a person inside a command (also for imports).
pub(crate) async fn add_person(
    tx: &mut Tx,
    _proof: ManagePeople,
    district: DistrictId,
    name: &str,
    phone: &str,
) -> Result<PersonId, Failure> {
    let (name, phone) = checked(name, phone)?;
    let id = PersonId(random::id(tx.now()));
    tx.insert(
        "INSERT INTO persons (id, district_id, name, pinyin, strokes, initials, phone)",
        vec![
            id.into(),
            district.into(),
            (&name).into(),
            names::person_key(&name).into(),
            names::stroke_key(&name).into(),
            names::initials(&name).into(),
            phone.into(),
        ],
    )
    .await?;
    Ok(id)
}

/// A correction of a person's particulars.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Who.
    pub person: PersonId,
    /// Name that the form showed; another one now means that somebody was faster.
    pub seen: String,
    /// Telephone that the form showed.
    pub seen_phone: String,
    /// Name.
    pub name: String,
    /// Telephone, may be empty.
    pub phone: String,
}

impl Services {
    /// Corrects name and telephone.
    pub async fn correct_person(&self, actor: &Actor, command: Command, new: Correction) -> Result<(), Failure> {
        let _proof = manage_people(actor)?;
        let (name, phone) = checked(&new.name, &new.phone)?;
        let (district, account, person) = (actor.district, actor.account, new.person);
        self.store
            .once(account, command.key(), &command.body, move |tx| {
                Box::pin(async move {
                    let row = tx
                        .row(
                            q("SELECT name, phone FROM persons WHERE id = $1 AND district_id = $2")
                                .bind(person)
                                .bind(district),
                        )
                        .await?
                        .ok_or(Rejection::NotFound)?;
                    if row.text("name")? != new.seen || row.text("phone")? != new.seen_phone {
                        return Err(Rejection::Stale.into());
                    }
                    tx.execute(
                        q("UPDATE persons SET name = $1, pinyin = $2, initials = $3, phone = $4, strokes = $5 WHERE id = $6")
                            .bind(&name)
                            .bind(names::person_key(&name))
                            .bind(names::initials(&name))
                            .bind(phone)
                            .bind(names::stroke_key(&name))
                            .bind(person),
                    )
                    .await?;
                    let words = if new.seen == name { String::new() } else { format!("{} → {name}", new.seen) };
                    tx.audit(district, Some(account), "people.person_corrected", &format!("person:{person}"), &words)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}
