//! How many items of the district a rule set makes hard: over the lists in force, or over the published templates
//! while no list is.

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    board::{Reach, RuleSet},
    duties::DutyItem,
    people::{Role, access::Actor},
};

use super::super::{Services, storage};
use crate::storage::{Row, StorageError, q};

impl Services {
    /// The reach of `new` beside that of `old`.
    ///
    /// # Errors
    /// Storage failed.
    pub(super) async fn rules_reach(&self, actor: &Actor, old: &RuleSet, new: &RuleSet) -> Result<Reach, ApiError> {
        let rows = self.items_in_force(actor).await.map_err(storage)?;
        let mut reach = Reach::default();
        for row in &rows {
            add(&mut reach, (old, new), row).map_err(storage)?;
        }
        Ok(reach)
    }

    /// Each item with how often it stands on a list. Not those of lists handed down, whose words stay below, nor of
    /// the 区委书记's, but for those who read it: a refusal names one of them.
    async fn items_in_force(&self, actor: &Actor) -> Result<Vec<Row>, StorageError> {
        let lists = q(
            "SELECT i.code, i.text, i.hard, COUNT(*) AS n FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
               JOIN posts p ON p.id = l.post_id JOIN units u ON u.id = p.unit_id
               WHERE l.district_id = $1 AND l.year = $2 AND l.state IN ('issued', 'signed') AND l.from_unit_id IS NULL
                 AND u.leads_district <= $3 AND NOT EXISTS (SELECT 1 FROM leader_lists x
                   WHERE x.post_id = l.post_id AND x.year = l.year AND x.edition > l.edition
                     AND x.state IN ('issued', 'signed'))
               GROUP BY i.code, i.text, i.hard ORDER BY i.code, i.text, i.hard",
        )
        .bind(actor.district)
        .bind(self.today().year())
        .bind(actor.has(Role::Secretary));
        let rows = self.store.read().rows(lists).await?;
        if !rows.is_empty() {
            return Ok(rows);
        }
        let templates =
            q("SELECT i.code, i.text, i.hard, COUNT(*) AS n FROM template_items i JOIN templates t ON t.id = i.template_id
               WHERE t.district_id = $1 AND t.state = 'issued' GROUP BY i.code, i.text, i.hard
               ORDER BY i.code, i.text, i.hard");
        self.store.read().rows(templates.bind(actor.district)).await
    }
}

fn add(reach: &mut Reach, rules: (&RuleSet, &RuleSet), row: &Row) -> Result<(), StorageError> {
    let (code, text) = (row.text("code")?, DutyItem::shorten(&row.text("text")?));
    reach.add(rules, (row.flag("hard")?, &code, &text), row.small("n")?);
    Ok(())
}
