//! Who can lead a talk: holders of the role that the rule names, for a 派驻机构负责人 those of the body that supervises the
//! unit. Somebody of a higher level is a name.

use domain::{
    Rejection,
    ids::{DistrictId, PersonId},
    people::{Role, access::Actor},
    talks::{Lead, Speaker, Talk},
    time::Day,
};

use super::super::{people::held_on, rows::Rows};
use crate::storage::{Failure, StorageError, q};

/// People who can be this speaker of a talk, by strokes; never the head himself.
pub async fn candidates(
    from: &mut impl Rows,
    district: DistrictId,
    talk: &Talk,
    speaker: Speaker,
    today: Day,
) -> Result<Vec<(PersonId, String)>, StorageError> {
    if speaker.is_outside() {
        return Ok(Vec::new());
    }
    let mut find = q("SELECT DISTINCT s.id, s.name, s.strokes FROM role_grants g JOIN persons s ON s.id = g.person_id
                      WHERE g.district_id = $1")
    .bind(district)
    .push_bind("AND s.id <> ?", talk.person)
    .push_bind("AND g.unit_id <> ?", talk.unit)
    .and_in("g.role", speaker.roles().iter().map(|role: &Role| role.key()));
    if speaker == Speaker::Team {
        find = find
            .push_bind("AND g.unit_id IN (SELECT m.team_id FROM oversight_map m WHERE m.unit_id = ?", talk.unit)
            .push_bind("UNION SELECT m.office_id FROM oversight_map m WHERE m.unit_id = ?)", talk.unit);
    }
    let rows = from.all(held_on(find, today).push("ORDER BY s.strokes, s.name, s.id")).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// The lead of a talk as a form names him.
pub async fn lead(
    from: &mut impl Rows,
    actor: &Actor,
    talk: &Talk,
    speaker: Speaker,
    person: Option<PersonId>,
    typed: &str,
    today: Day,
) -> Result<Lead, Failure> {
    let reason = String::new();
    if speaker.is_outside() {
        return Ok(Lead { speaker, person: None, name: typed.to_owned(), reason });
    }
    let none = || {
        let words = format!("还没有选定{}，没有保存。请从名单里选一位。", speaker.label());
        Rejection::field("speaker_person", words)
    };
    let person = person.ok_or_else(none)?;
    let all = candidates(from, actor.district, talk, speaker, today).await?;
    let (_, name) = all.into_iter().find(|(id, _)| *id == person).ok_or_else(none)?;
    Ok(Lead { speaker, person: Some(person), name, reason })
}
