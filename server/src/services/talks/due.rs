//! Terms of head posts that make a talk due (新任或交流) and have none yet.

use std::collections::HashMap;

use domain::{
    ids::{DistrictId, PersonId, PostId, TermId, UnitId},
    people::{UnitKind, access::PostRef},
    talks::{Arrival, Level, Span, TalkSettings, arrival},
    time::Day,
};

use super::super::{posts, rows::Rows};
use crate::storage::{StorageError, q};

/// A head with whom a talk is due.
#[derive(Debug, Clone)]
pub struct Due {
    /// Term.
    pub term: TermId,
    /// Post.
    pub post: PostId,
    /// Title of the post.
    pub title: String,
    /// Unit.
    pub unit: UnitId,
    /// Name of the unit.
    pub unit_name: String,
    /// Post of the 区委书记.
    pub leads_district: bool,
    /// The head.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// First day.
    pub from: Day,
    /// New or transferred.
    pub arrival: Arrival,
    /// Level by the rule.
    pub level: Level,
}

impl Due {
    /// For access questions.
    pub fn access(&self) -> PostRef {
        PostRef { post: self.post, unit: self.unit, leads_district: self.leads_district }
    }
}

/// Everybody with whom a talk is due on `today`, the longest waiting first. Two statements. The heads of the
/// commission's own bodies (派驻组, 监督室) answer to it and are not talked with here.
pub async fn due(
    from: &mut impl Rows,
    district: DistrictId,
    settings: &TalkSettings,
    today: Day,
) -> Result<Vec<Due>, StorageError> {
    let enabled_on = posts::enabled_on(from, district).await?;
    let rows = from
        .all(
            q("SELECT t.id, t.post_id, t.person_id, t.starts_on, t.ends_on, t.acting, s.name, p.title, p.unit_id,
                 u.name AS unit_name, u.kind, u.leads_district,
                 (SELECT COUNT(*) FROM talks k WHERE k.term_id = t.id AND k.state <> 'ended') AS talks
               FROM terms t JOIN posts p ON p.id = t.post_id JOIN units u ON u.id = p.unit_id
               JOIN persons s ON s.id = t.person_id
               WHERE t.district_id = $1 AND p.is_head = 1 ORDER BY t.starts_on, t.id")
            .bind(district),
        )
        .await?;
    let mut before: HashMap<PersonId, Vec<Span>> = HashMap::new();
    let mut out = Vec::new();
    for row in &rows {
        let person: PersonId = row.id("person_id")?;
        let span = Span { post: row.id("post_id")?, from: row.day("starts_on")?, acting: row.flag("acting")? };
        let earlier = before.entry(person).or_default();
        let found = arrival(&settings.rule, span, earlier, enabled_on);
        earlier.push(span);
        let kind = row.keyed("kind", UnitKind::from_key)?;
        let own = matches!(kind, UnitKind::Team | UnitKind::Commission | UnitKind::Committee);
        let gone = row.opt_day("ends_on")?.is_some_and(|end| end < today);
        let Some(arrival) = found.filter(|_| !own && !gone && span.from <= today) else { continue };
        if row.int("talks")? > 0 {
            continue;
        }
        let leads_district = row.flag("leads_district")?;
        out.push(Due {
            term: row.id("id")?,
            post: span.post,
            title: row.text("title")?,
            unit: row.id("unit_id")?,
            unit_name: row.text("unit_name")?,
            leads_district,
            person,
            name: row.text("name")?,
            from: span.from,
            arrival,
            level: settings.rule.level(kind, leads_district),
        });
    }
    Ok(out)
}
