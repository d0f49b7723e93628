//! Who can lead a talk: holders of the role that the rule names, for a 派驻机构负责人 those of the body that supervises the
//! unit. Somebody of a higher level is a name.

use domain::{
    Rejection,
    ids::{DistrictId, PersonId},
    people::{Role, access::Actor},
    talks::{Lead, Speaker, Talk},
    time::Day,
};

use super::{
    super::{people::held_on, rows::Rows},
    store::Kept,
};
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
            .push_bind("UNION SELECT m.office_id FROM oversight_map m WHERE m.unit_id = ?)", talk.unit)
            // 负责人 of the body, where it has one in office; else whoever works in it.
            .push("AND (NOT EXISTS (SELECT 1 FROM terms h JOIN posts b ON b.id = h.post_id")
            .push_bind("WHERE b.unit_id = g.unit_id AND b.is_head = 1 AND h.starts_on <= ?", today)
            .push_bind("AND (h.ends_on IS NULL OR h.ends_on >= ?))", today)
            .push("OR EXISTS (SELECT 1 FROM terms h JOIN posts b ON b.id = h.post_id")
            .push_bind("WHERE b.unit_id = g.unit_id AND b.is_head = 1 AND h.starts_on <= ?", today)
            .push_bind("AND (h.ends_on IS NULL OR h.ends_on >= ?) AND h.person_id = s.id))", today);
    }
    let rows = from.all(held_on(find, today).push("ORDER BY s.strokes, s.name, s.id")).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// Another one of the commission, by name, who went along on a check: what differs takes two (practice 3.4). With the
/// 区委书记 that is somebody of a higher level, whom the system does not know.
pub async fn second(from: &mut impl Rows, actor: &Actor, kept: &Kept, name: &str, today: Day) -> Result<(), Failure> {
    let name = name.trim();
    if name.is_empty() || kept.leads_district {
        return Ok(());
    }
    // A 镇（街道）纪（工）委 assists.
    let roles = [Role::ResidentTeam, Role::SupervisionOffice, Role::ConductOffice, Role::TownCommittee].map(Role::key);
    let find = q("SELECT s.id FROM role_grants g JOIN persons s ON s.id = g.person_id
                  WHERE g.district_id = $1 AND s.name = $2 AND s.id <> $3 AND g.unit_id <> $4")
    .bind(actor.district)
    .bind(name)
    .bind(actor.person)
    .bind(kept.talk.unit)
    .and_in("g.role", roles);
    if from.first(held_on(find, today)).await?.is_some() {
        return Ok(());
    }
    let words =
        format!("“{name}”不是派驻组、联系室、纪（工）委或党风政风监督室的其他同志，没有保存。请填写一同评估的同志。");
    Err(Rejection::field("second", words).into())
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
