//! The roll of a meeting: lines by hand and from a table, matched to the district's
//! persons and units. Unit and person decide recusals and who may open the pack.

use std::collections::{BTreeSet, HashMap};

use app::api::{ApiError, imports::Sheet};
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{DistrictId, MeetingId, PersonId, RaterId, UnitId},
    people::{
        UnitKind,
        access::{self, Actor},
    },
    reviews::{Plan, Rater, Recusal},
    text,
    time::Day,
};

use super::{change::NewRater, edit::RATERS_MAX, store};
use crate::{
    import::{
        self, Answers, Book, Outcome, Preview, UnitFact,
        raters::{KnownPerson, OnRoll, RaterRow, RatersSnapshot},
    },
    random,
    services::{
        Services,
        imports::{self, ImportTarget},
        people::held_on,
        rows::Rows,
        storage,
    },
    storage::{Failure, Pool, StorageError, Tx, q},
};

/// Persons of the district with the units they work in today.
pub(in crate::services) async fn known(
    rows: &mut impl Rows,
    district: DistrictId,
    today: Day,
) -> Result<Vec<KnownPerson>, StorageError> {
    let mut units: HashMap<PersonId, Vec<UnitId>> = HashMap::new();
    let found = rows
        .all(
            q("SELECT t.person_id, p.unit_id FROM terms t JOIN posts p ON p.id = t.post_id
               WHERE t.district_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               ORDER BY t.starts_on, t.id")
            .bind(district)
            .bind(today),
        )
        .await?;
    let find = q("SELECT g.person_id, g.unit_id FROM role_grants g WHERE g.district_id = $1").bind(district);
    let granted = rows.all(held_on(find, today).push("ORDER BY g.id")).await?;
    for row in found.iter().chain(&granted) {
        let place = units.entry(row.id("person_id")?).or_default();
        let unit = row.id("unit_id")?;
        if !place.contains(&unit) {
            place.push(unit);
        }
    }
    let persons = rows.all(q("SELECT id, name FROM persons WHERE district_id = $1 ORDER BY id").bind(district)).await?;
    persons
        .iter()
        .map(|row| {
            let id = row.id("id")?;
            Ok(KnownPerson { id, name: row.text("name")?, units: units.remove(&id).unwrap_or_default() })
        })
        .collect()
}

/// Raters of the 镇街纪（工）委 that stands under the party committee of a presenter's unit: by the
/// 归口 of that unit, or as a body of it.
pub(super) async fn led(
    rows: &mut impl Rows,
    district: DistrictId,
    plan: &Plan,
) -> Result<BTreeSet<Recusal>, StorageError> {
    let found = rows
        .all(
            q("SELECT unit_id, committee_id FROM oversight_map WHERE district_id = $1 AND committee_id IS NOT NULL
               UNION SELECT parent_id, id FROM units
               WHERE district_id = $2 AND kind = 'committee' AND parent_id IS NOT NULL")
            .bind(district)
            .bind(district),
        )
        .await?;
    let mut set = BTreeSet::new();
    for row in &found {
        let (unit, committee): (UnitId, UnitId) = (row.id("unit_id")?, row.id("committee_id")?);
        for presenter in plan.presenters.iter().filter(|p| p.unit == unit) {
            let of = plan.raters.iter().filter(|r| r.unit == Some(committee));
            set.extend(of.map(|r| Recusal { rater: r.id, presenter: presenter.id }));
        }
    }
    Ok(set)
}

/// Adds a line typed by hand.
pub(super) fn add(plan: &mut Plan, known: &[KnownPerson], form: &NewRater, id: RaterId) -> Result<(), Rejection> {
    let name = text::required("name", "姓名", &form.name, text::NAME_MAX)?;
    if plan.rules.group(&form.group).is_none() {
        return Err(Rejection::field("group", "还没有选分组，没有添加。请选好分组再添加。"));
    }
    if plan.raters.len() >= RATERS_MAX {
        return Err(Rejection::field("name", format!("名册已有 {RATERS_MAX} 人，不能再添加。")));
    }
    let (person, unit) = import::raters::matched(known, &name, form.unit)
        .map_err(|n| Rejection::field("unit", format!("系统里有 {n} 位“{name}”，没有添加。请选定单位后再添加。")))?;
    let place = text::optional("place", "区外单位或区分说明", &form.place, text::NAME_MAX)?;
    // A unit of the district is known by itself, a person of it too.
    let place = if person.is_some() || unit.is_some() { String::new() } else { place };
    let twice = plan.raters.iter().any(|r| match person {
        Some(_) => r.person == person,
        None => r.person.is_none() && r.name == name && r.unit == unit && r.place == place,
    });
    if twice && person.is_none() && unit.is_none() {
        return Err(Rejection::field(
            "place",
            format!(
                "“{name}”已在名册上，没有重复添加。如果是同名的另一位，请在这里写明单位或区分说明（如“区人大代表”）。"
            ),
        ));
    }
    if twice {
        return Err(Rejection::field("name", format!("“{name}”已在名册上，一人只能进一个组，没有重复添加。")));
    }
    plan.raters.push(Rater { id, person, unit, name, place, group: form.group.clone() });
    Ok(())
}

/// What a line of the roll says of the unit: its name of today, or what was typed.
pub(crate) fn place_of(rater: &Rater, units: &HashMap<UnitId, String>) -> String {
    rater.unit.and_then(|unit| units.get(&unit).cloned()).unwrap_or_else(|| rater.place.clone())
}

impl Services {
    /// What the printed roll says of each rater's unit, in the order of the roll.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn rater_places(&self, district: DistrictId, raters: &[Rater]) -> Result<Vec<String>, ApiError> {
        let units = store::unit_names(&mut self.store.read().clone(), district).await.map_err(storage)?;
        let units = units.into_iter().collect();
        Ok(raters.iter().map(|r| place_of(r, &units)).collect())
    }
}

/// 评议人员名册; the target is the meeting.
pub struct RatersImport;

async fn snapshot(
    rows: &mut impl Rows,
    district: DistrictId,
    today: Day,
    plan: &Plan,
) -> Result<RatersSnapshot, StorageError> {
    let mut former: HashMap<UnitId, Vec<String>> = HashMap::new();
    for row in rows.all(q("SELECT unit_id, name FROM unit_names WHERE district_id = $1").bind(district)).await? {
        former.entry(row.id("unit_id")?).or_default().push(row.text("name")?);
    }
    let found = rows
        .all(q("SELECT id, name, kind FROM units WHERE district_id = $1 AND ends_on IS NULL").bind(district))
        .await?;
    let units = found
        .iter()
        .map(|row| {
            let id = row.id("id")?;
            let kind = row.keyed("kind", UnitKind::from_key)?;
            Ok(UnitFact { id, name: row.text("name")?, kind, former: former.remove(&id).unwrap_or_default() })
        })
        .collect::<Result<_, StorageError>>()?;
    Ok(RatersSnapshot {
        groups: plan.rules.groups.iter().map(|g| (g.key.clone(), g.name.clone())).collect(),
        units,
        persons: known(rows, district, today).await?,
        roll: plan
            .raters
            .iter()
            .map(|r| OnRoll {
                id: r.id,
                person: r.person,
                unit: r.unit,
                name: r.name.clone(),
                place: r.place.clone(),
                group: r.group.clone(),
            })
            .collect(),
    })
}

fn display(preview: &Preview<RaterRow>, snapshot: &RatersSnapshot) -> Sheet {
    let group =
        |key: &str| snapshot.groups.iter().find(|(k, _)| k == key).map(|(_, name)| name.clone()).unwrap_or_default();
    let mut sheet = imports::sheet(preview, &["姓名", "分组", "单位", "系统人员"], |row| {
        let known = if row.person.is_some() { "已对应" } else { "—" };
        vec![row.name.clone(), group(&row.group), row.unit_name.clone(), known.to_owned()]
    });
    sheet.notes.push("名册上已有、表里没有的人保留不动。没有对应到系统人员的，凭评议卡或纸质测评表参加。".to_owned());
    sheet
}

fn meeting_of(target: &str) -> Result<MeetingId, Rejection> {
    target.trim().parse().map_err(|_| Rejection::NotFound)
}

/// The roll's page; a target that is no meeting leads to the list.
fn page(target: &str, more: &str) -> String {
    meeting_of(target).map_or_else(|_| "/reviews".to_owned(), |id| format!("/reviews/{id}?tab=raters{more}"))
}

#[async_trait]
impl ImportTarget for RatersImport {
    fn key(&self) -> &'static str {
        "raters"
    }
    fn label(&self) -> &'static str {
        "评议人员名册"
    }
    fn template(&self) -> import::Kind {
        import::Kind::Raters
    }
    fn may(&self, actor: &Actor) -> Result<(), Rejection> {
        access::plan_meeting(actor).map(|_| ())
    }
    fn back(&self, target: &str) -> String {
        page(target, "")
    }
    fn done(&self, target: &str) -> String {
        page(target, "&done=imported")
    }

    async fn plan(
        &self,
        pool: &Pool,
        today: Day,
        district: DistrictId,
        target: &str,
        book: &Book,
        _answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let mut read = pool.clone();
        let stored = store::load(&mut read, district, meeting_of(target)?).await?;
        let snapshot = snapshot(&mut read, district, today, &stored.plan).await?;
        Ok(display(&import::raters::plan(book, &snapshot), &snapshot))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: Day,
        target: &str,
        book: &Book,
        _answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let _proof = access::plan_meeting(actor)?;
        let mut stored = store::load(&mut *tx, actor.district, meeting_of(target)?).await?;
        if !stored.editable() {
            return Err(Rejection::state(format!(
                "会议方案现在是“{}”，名册不能修改，没有导入任何一行。确需调整的，请先重新报审。",
                stored.label()
            ))
            .into());
        }
        let snapshot = snapshot(&mut *tx, actor.district, today, &stored.plan).await?;
        let preview = import::raters::plan(book, &snapshot);
        let sheet = display(&preview, &snapshot);
        if !preview.is_clean() {
            return Err(imports::unclean(&sheet).into());
        }
        for row in preview.rows.into_iter().filter(|r| r.outcome != Outcome::Skipped).map(|r| r.item) {
            match row.on_roll.and_then(|id| stored.plan.raters.iter_mut().find(|r| r.id == id)) {
                Some(rater) => {
                    rater.group = row.group;
                    rater.unit = row.unit.or(rater.unit);
                    rater.place = row.place;
                }
                None => stored.plan.raters.push(Rater {
                    id: RaterId(random::id(tx.now())),
                    person: row.person,
                    unit: row.unit,
                    name: row.name,
                    place: row.place,
                    group: row.group,
                }),
            }
        }
        if stored.plan.raters.len() > RATERS_MAX {
            return Err(Rejection::state(format!("名册超过了 {RATERS_MAX} 人，没有导入任何一行。请核对文件。")).into());
        }
        store::save(tx, &mut stored).await?;
        let object = format!("meeting:{}", stored.id);
        tx.audit(actor.district, imports::auditor(actor), "reviews.plan_changed", &object, "评议人员名册").await?;
        Ok(sheet)
    }
}
