//! What a suggestion is about, for whoever suggests: an item of his own list, or of a published template where he
//! reads templates. Anything else does not exist for him.

use domain::{
    Rejection,
    duties::DutyItem,
    ids::{DistrictId, DutyId, UnitId},
    people::{Role, access::Actor},
    relief::{Family, Subject, named},
};

use crate::{
    services::rows::Rows,
    storage::{StorageError, q},
};

/// Characters of an item's words in a title.
const TITLE: usize = 120;
/// Roles that read templates.
const READERS: [Role; 6] = [
    Role::Secretary,
    Role::DeputySecretary,
    Role::ConductOffice,
    Role::GeneralOffice,
    Role::SupervisionOffice,
    Role::ResidentTeam,
];

/// Key and words of a subject to choose.
pub type Choice = (String, String);
/// Subjects to choose, by family.
pub type Choices = Vec<(String, Vec<Choice>)>;

/// A subject with its words.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub subject: Subject,
    pub title: String,
    /// Everybody may read the title.
    pub common: bool,
}

/// Units whose lists are the actor's own: of the 区委书记's list nobody works for him.
fn own(actor: &Actor, leads_district: bool, unit: UnitId) -> bool {
    actor.has_in(Role::Principal, unit) || (!leads_district && actor.has_in(Role::Liaison, unit))
}

fn title(code: &str, text: &str) -> String {
    let mut words: String = text.chars().take(TITLE).collect();
    if text.chars().count() > TITLE {
        words.push('…');
    }
    format!("{code} {words}")
}

/// Items of the actor's own lists of `year` that are in force, by their numbers: duty, words.
pub(super) async fn own_items(
    from: &mut impl Rows,
    actor: &Actor,
    year: i32,
) -> Result<Vec<(DutyId, String)>, StorageError> {
    let units = actor.own_units();
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let rows = from
        .all(
            q("SELECT it.duty_id, it.code, it.text, ll.unit_id, u.leads_district FROM leader_items it
               JOIN leader_lists ll ON ll.id = it.list_id JOIN units u ON u.id = ll.unit_id
               WHERE ll.district_id = $1 AND ll.year = $2 AND ll.state IN ('issued', 'signed')")
            .bind(actor.district)
            .bind(year)
            .and_in("ll.unit_id", units)
            .push("ORDER BY ll.id, it.position, it.duty_id"),
        )
        .await?;
    let mut found: Vec<(String, DutyId, String)> = Vec::new();
    for row in &rows {
        let duty: DutyId = row.id("duty_id")?;
        if own(actor, row.flag("leads_district")?, row.id("unit_id")?)
            && !found.iter().any(|(_, known, _)| *known == duty)
        {
            let code = row.text("code")?;
            let words = title(&code, &row.text("text")?);
            found.push((code, duty, words));
        }
    }
    found.sort_by_cached_key(|(code, ..)| DutyItem::order(code));
    Ok(found.into_iter().map(|(_, duty, words)| (duty, words)).collect())
}

/// What the actor may suggest about: items of his own lists, and what everybody knows.
pub(super) async fn choices(from: &mut impl Rows, actor: &Actor, year: i32) -> Result<Choices, StorageError> {
    let items = own_items(from, actor, year).await?;
    let mut out = Vec::new();
    if !items.is_empty() {
        let items = items.into_iter().map(|(duty, words)| (format!("item:{duty}"), words)).collect();
        out.push((format!("{year}年我的清单条目"), items));
    }
    for family in Family::ALL {
        let known = named(family);
        if !known.is_empty() {
            out.push((family.label().to_owned(), known));
        }
    }
    out.push((Family::Other.label().to_owned(), vec![("other".to_owned(), "别的事（在下面写明）".to_owned())]));
    Ok(out)
}

/// The item in the newest published template that has it.
async fn published(from: &mut impl Rows, district: DistrictId, duty: DutyId) -> Result<Option<String>, StorageError> {
    let row = from
        .first(
            q("SELECT ti.code, ti.text FROM template_items ti JOIN templates t ON t.id = ti.template_id
               WHERE t.district_id = $1 AND ti.duty_id = $2 AND t.state <> 'draft'
               ORDER BY t.year DESC, t.edition DESC, t.id LIMIT 1")
            .bind(district)
            .bind(duty),
        )
        .await?;
    row.map(|row| Ok(title(&row.text("code")?, &row.text("text")?))).transpose()
}

/// The subject as the actor may name it.
///
/// # Errors
/// Not found where there is no such thing for him.
pub(super) async fn known(
    from: &mut impl Rows,
    actor: &Actor,
    text: &str,
    year: i32,
) -> Result<Result<Known, Rejection>, StorageError> {
    let Some(subject) = Subject::parse(text) else { return Ok(Err(Rejection::NotFound)) };
    let Some(duty) = subject.duty() else {
        let title = subject.title().unwrap_or_else(|| Family::Other.label().to_owned());
        return Ok(Ok(Known { subject, title, common: true }));
    };
    let common = published(from, actor.district, duty).await?;
    let mine = own_items(from, actor, year).await?.into_iter().find(|(known, _)| *known == duty);
    let reads = READERS.into_iter().any(|role| actor.has(role));
    let title = match (mine, &common) {
        (Some((_, title)), _) => title,
        (None, Some(title)) if reads => title.clone(),
        _ => return Ok(Err(Rejection::NotFound)),
    };
    Ok(Ok(Known { subject, title, common: common.is_some() }))
}

/// The title for those who may not know one unit's own item.
pub(super) fn shown(title: String, common: bool, office: bool) -> String {
    if common || office { title } else { "一个单位清单里的自选动作".to_owned() }
}
