//! Whose word a question is about: whoever marked or agreed it does not answer (回避).

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use domain::{
    ids::{CheckId, DistrictId, DutyId, ItemId, PersonId, PostId, RemarkId, UnitId},
    oversight::{CheckSubject, RemarkKind},
    people::access::Questioned,
    portrait::{Key, Part, Subject},
    time::Day,
};
use uuid::Uuid;

use super::{
    super::{people::held_on, posts::PostInfo, rows::Rows},
    store::Kept,
};
use crate::storage::{StorageError, q};

/// A remark that counts, or a tick that a checker took off.
#[derive(Debug)]
struct Word {
    post: PostId,
    year: i32,
    /// The remark; `None` for a tick taken off without one.
    remark: Option<RemarkId>,
    kind: Option<RemarkKind>,
    /// What became of it in the closed loop.
    item: Option<ItemId>,
    duties: Vec<DutyId>,
    by: Vec<PersonId>,
}

impl Word {
    /// May an item be red, or without a record, because of it?
    fn refutes(&self) -> bool {
        matches!(self.kind, None | Some(RemarkKind::Mismatch))
    }

    fn is_questioned_by(&self, subject: &CheckSubject) -> bool {
        let here = self.post == subject.post();
        let of_year = here && self.year == subject.year();
        match subject {
            CheckSubject::Colour { duty, .. } => of_year && self.refutes() && self.duties.contains(duty),
            CheckSubject::Portrait { key, .. } => match Subject::parse(key) {
                Some(Subject { fact: Some(fact), .. }) => {
                    let is = |id: Uuid| id.simple().to_string() == fact;
                    let duty = of_year && self.refutes() && self.duties.iter().any(|duty| is(duty.0));
                    here && (duty || self.remark.is_some_and(|id| is(id.0)) || self.item.is_some_and(|id| is(id.0)))
                }
                Some(Subject { key: Key::Quarter(_, part), .. }) => {
                    let kind = match part {
                        Part::Sound => RemarkKind::Sound,
                        Part::ToAdd => RemarkKind::Wanting,
                        Part::Mismatch => RemarkKind::Mismatch,
                        _ => return false,
                    };
                    of_year && self.kind == Some(kind)
                }
                _ => false,
            },
        }
    }
}

/// What was said of the books of some posts. Two statements.
async fn words(
    rows: &mut impl Rows,
    district: DistrictId,
    posts: &BTreeSet<PostId>,
) -> Result<Vec<Word>, StorageError> {
    let find = q("SELECT i.post_id, i.year, m.id, m.kind, m.duty_id, m.by_person, m.agreed_by, m.item_id
                  FROM inspection_remarks m JOIN inspections i ON i.id = m.inspection_id
                  WHERE m.district_id = $1 AND m.withdrawn_at IS NULL AND (m.kind <> 'mismatch' OR m.agreed_by IS NOT NULL)")
    .bind(district)
    .and_in("i.post_id", posts.iter().copied());
    let mut out = Vec::new();
    for row in &rows.all(find).await? {
        let by = std::iter::once(row.id("by_person")?).chain(row.opt_id("agreed_by")?).collect();
        out.push(Word {
            post: row.id("post_id")?,
            year: row.year("year")?,
            remark: Some(row.id("id")?),
            kind: Some(row.keyed("kind", RemarkKind::from_key)?),
            item: row.opt_id("item_id")?,
            duties: row.opt_id("duty_id")?.into_iter().collect(),
            by,
        });
    }
    let find = q("SELECT r.post_id, r.year, d.duty_id, d.unmatched_by, d.cause_id
                  FROM record_duties d JOIN records r ON r.id = d.record_id
                  WHERE r.district_id = $1 AND d.unmatched_by IS NOT NULL AND d.unmatched_by <> r.author_person")
    .bind(district)
    .and_in("r.post_id", posts.iter().copied());
    for row in &rows.all(find).await? {
        let (duty, cause) = (row.id("duty_id")?, row.opt_id::<RemarkId>("cause_id")?);
        if let Some(word) = out.iter_mut().find(|word| cause.is_some() && word.remark == cause) {
            word.duties.push(duty);
        } else if cause.is_none() {
            let (post, year, by) = (row.id("post_id")?, row.year("year")?, vec![row.id("unmatched_by")?]);
            out.push(Word { post, year, remark: None, kind: None, item: None, duties: vec![duty], by });
        }
    }
    Ok(out)
}

/// Who could answer about a unit on a day: the body that supervises it and the office, and nobody of the unit itself.
async fn able(
    rows: &mut impl Rows,
    district: DistrictId,
    unit: UnitId,
    today: Day,
) -> Result<BTreeSet<PersonId>, StorageError> {
    let find = q("SELECT DISTINCT g.person_id FROM role_grants g WHERE g.district_id = $1 AND (g.role = 'conduct_office'
       OR (g.role = 'resident_team' AND g.unit_id IN (SELECT team_id FROM oversight_map WHERE unit_id = $2))
       OR (g.role = 'supervision_office' AND g.unit_id IN (SELECT office_id FROM oversight_map WHERE unit_id = $2)))
     AND NOT EXISTS (SELECT 1 FROM role_grants b WHERE b.person_id = g.person_id AND b.unit_id = $2 AND b.state = 'active')
     AND NOT EXISTS (SELECT 1 FROM terms t JOIN posts p ON p.id = t.post_id
       WHERE t.person_id = g.person_id AND p.unit_id = $2 AND (t.ends_on IS NULL OR t.ends_on >= $3))")
    .bind(district)
    .bind(unit)
    .bind(today);
    rows.all(held_on(find, today)).await?.iter().map(|row| row.id("person_id")).collect()
}

/// Whose word each of some questions is about; those about nobody's are left out.
pub(super) async fn of(
    rows: &mut impl Rows,
    district: DistrictId,
    asked: impl IntoIterator<Item = (&Kept, &PostInfo)>,
    today: Day,
) -> Result<HashMap<CheckId, Questioned>, StorageError> {
    let asked: Vec<(&Kept, &PostInfo)> = asked.into_iter().collect();
    let mut out = HashMap::new();
    if asked.is_empty() {
        return Ok(out);
    }
    let said = words(rows, district, &asked.iter().map(|(_, info)| info.post).collect()).await?;
    let mut units: HashMap<UnitId, BTreeSet<PersonId>> = HashMap::new();
    for (kept, info) in asked {
        let own = said.iter().filter(|word| word.is_questioned_by(&kept.plain.subject));
        let by: BTreeSet<PersonId> = own.flat_map(|word| word.by.iter().copied()).collect();
        if by.is_empty() {
            continue;
        }
        let all = match units.entry(info.unit) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(able(rows, district, info.unit, today).await?),
        };
        let left = all.iter().any(|person| !by.contains(person) && *person != kept.plain.by);
        out.insert(kept.id, Questioned { by: by.into_iter().collect(), alone: !left });
    }
    Ok(out)
}
