//! Where an import of a duty list goes: the open draft of the list, or a new one.

use app::api::{
    ApiError,
    duties::{ImportPage, ImportQuery},
};
use chrono::Datelike;
use domain::{
    Rejection,
    duties::DutyListKey,
    ids::TemplateId,
    people::{
        UnitKind,
        access::{self, Actor},
    },
};
use serde::{Deserialize, Serialize};

use super::{
    lists::{self, TEMPLATES},
    pages,
};
use crate::{
    services::{Services, parse, rows::Rows, storage, told},
    storage::{StorageError, q},
};

/// What an upload of kind `duties` aims at; travels as JSON in the form and the `uploads` row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Key of the list.
    pub list: String,
    /// Year.
    pub year: i32,
    /// Unit kind; all kinds when empty.
    #[serde(default)]
    pub kind: Option<UnitKind>,
}

/// The open draft a target means, if there is one.
pub async fn open_draft(
    from: &mut impl Rows,
    district: domain::ids::DistrictId,
    target: &Target,
) -> Result<Option<TemplateId>, StorageError> {
    let rows = from
        .all(
            q(TEMPLATES)
                .bind(district)
                .push_bind("AND d.key = ?", &target.list)
                .push_bind("AND t.year = ?", target.year)
                .push_bind("AND COALESCE(t.unit_kind, '') = ?", target.kind.map_or("", UnitKind::key))
                .push("AND t.state = 'draft' ORDER BY t.edition DESC LIMIT 1"),
        )
        .await?;
    rows.first().map(|row| row.id("id")).transpose()
}

pub(super) async fn page(services: &Services, actor: &Actor, query: ImportQuery) -> Result<ImportPage, ApiError> {
    let _ = access::edit_lists(actor)?;
    pages::ensure_lists(services, actor).await?;
    let mut read = services.store.read().clone();
    let mut target = Target {
        list: query.list.filter(|l| !l.is_empty()).unwrap_or_else(|| DutyListKey::first_responsible().0),
        year: domain::time::sane_year(query.year.unwrap_or(services.today().year())),
        kind: query.kind.as_deref().and_then(UnitKind::from_key),
    };
    if let Some(id) = query.template.as_deref().filter(|t| !t.is_empty()) {
        let row = lists::load_template(&mut read, actor.district, parse::<TemplateId>(id)?).await.map_err(told)?;
        target = Target { list: row.list_key, year: row.year, kind: row.kind };
    }
    let names = pages::list_names(&mut read, actor.district).await.map_err(storage)?;
    let name = names.iter().find(|(key, _)| *key == target.list).map(|(_, n)| n.clone()).ok_or(Rejection::NotFound)?;
    let kind = target.kind.map_or("各类单位通用", UnitKind::label);
    let words = match open_draft(&mut read, actor.district, &target).await.map_err(storage)? {
        Some(id) => {
            let row = lists::load_template(&mut read, actor.district, id).await.map_err(told)?;
            format!("导入到「{name}」{}年第{}版草稿（{kind}）", target.year, row.edition)
        }
        None => format!("「{name}」{}年还没有草稿，导入时新制一版（{kind}）；已发布的版本不会改动", target.year),
    };
    Ok(ImportPage {
        command: pages::command(services),
        lists: names,
        list: target.list.clone(),
        year: target.year,
        kinds: UnitKind::ALL
            .into_iter()
            .filter(|k| k.answers_for_a_list())
            .map(|k| (k.key().to_owned(), k.label().to_owned()))
            .collect(),
        kind: target.kind.map_or("", UnitKind::key).to_owned(),
        target: words,
        key: serde_json::to_string(&target).map_err(|_| ApiError::Unavailable)?,
        draft: pages::draft(services, actor, "imports", query.draft.as_deref()).await?,
    })
}
