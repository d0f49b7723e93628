//! The five lists, their templates and leaders' lists as drafts: making, copying,
//! changing items. Refuses changes to anything published or issued.

use domain::{
    Rejection,
    duties::{Action, DutyItem, DutyListKey, ListState},
    ids::{DistrictId, DutyId, DutyListId, LeaderListId, PostId, TemplateId, UnitId},
    people::UnitKind,
    time::{Day, Instant},
};

use super::super::rows::Rows;
use super::store::{self, By, ItemsOf, ListRow};
use crate::{
    random,
    storage::{Failure, Row, StorageError, Tx, q},
};

/// A template without its items.
#[derive(Debug, Clone)]
pub struct TemplateRow {
    /// Template.
    pub id: TemplateId,
    /// Its list.
    pub list: DutyListId,
    /// Key of the list.
    pub list_key: String,
    /// Name of the list.
    pub list_name: String,
    /// Variant for units of one kind; `None` for all.
    pub kind: Option<UnitKind>,
    /// Year.
    pub year: i32,
    /// Edition within list, kind and year.
    pub edition: u32,
    /// `draft`, `issued`, `superseded`.
    pub state: String,
    /// Row version.
    pub version: i64,
}

impl TemplateRow {
    /// Chinese word of the state.
    pub fn state_label(&self) -> &'static str {
        match self.state.as_str() {
            "draft" => "起草",
            "issued" => "已发布",
            _ => "已替换",
        }
    }

    /// May its items be changed?
    pub fn check_editable(&self) -> Result<(), Rejection> {
        if self.state == "draft" {
            return Ok(());
        }
        Err(Rejection::state(format!(
            "这版清单模板“{}”，不能再改动。请点「另制新版」，在新版上修改。",
            self.state_label()
        )))
    }
}

/// Columns of a template with its list; conditions follow.
pub const TEMPLATES: &str = "SELECT t.id, t.list_id, d.key AS list_key, d.name AS list_name, t.unit_kind, t.year,
  t.edition, t.state, t.version FROM templates t JOIN duty_lists d ON d.id = t.list_id WHERE t.district_id = $1";

/// A template from a row of [`TEMPLATES`].
pub fn read_template(row: &Row) -> Result<TemplateRow, StorageError> {
    let kind = row
        .opt_text("unit_kind")?
        .map(|k| UnitKind::from_key(&k).ok_or_else(|| StorageError::shape("unit_kind")))
        .transpose()?;
    Ok(TemplateRow {
        id: row.id("id")?,
        list: row.id("list_id")?,
        list_key: row.text("list_key")?,
        list_name: row.text("list_name")?,
        kind,
        year: row.year("year")?,
        edition: row.small("edition")?,
        state: row.text("state")?,
        version: row.int("version")?,
    })
}

/// One template, or 「没有找到」.
pub async fn load_template(from: &mut impl Rows, district: DistrictId, id: TemplateId) -> Result<TemplateRow, Failure> {
    let rows = from.all(q(TEMPLATES).bind(district).push_bind("AND t.id = ?", id)).await?;
    let row = rows.first().ok_or(Rejection::NotFound)?;
    Ok(read_template(row)?)
}

/// The five default lists, where the district has none yet.
pub async fn seed_lists(tx: &mut Tx, district: DistrictId) -> Result<(), StorageError> {
    if tx.row(q("SELECT id FROM duty_lists WHERE district_id = $1 LIMIT 1").bind(district)).await?.is_some() {
        return Ok(());
    }
    for (position, (key, name, party)) in (1_i64..).zip(DutyListKey::DEFAULTS) {
        let id = DutyListId(random::id(tx.now()));
        tx.insert(
            "INSERT INTO duty_lists (id, district_id, key, name, party, position)",
            vec![id.into(), district.into(), key.into(), name.into(), party.into(), position.into()],
        )
        .await?;
    }
    Ok(())
}

/// A new draft template with the next edition of (list, kind, year).
pub async fn create_template(
    tx: &mut Tx,
    district: DistrictId,
    list_key: &str,
    kind: Option<UnitKind>,
    year: i32,
    items: &[DutyItem],
) -> Result<TemplateId, Failure> {
    let list: DutyListId = tx
        .row(q("SELECT id FROM duty_lists WHERE district_id = $1 AND key = $2").bind(district).bind(list_key))
        .await?
        .ok_or(Rejection::NotFound)?
        .id("id")?;
    let kind_key = kind.map(UnitKind::key);
    let last = tx
        .row(
            q("SELECT COALESCE(MAX(edition), 0) AS last FROM templates
               WHERE district_id = $1 AND list_id = $2 AND year = $3 AND COALESCE(unit_kind, '') = $4")
            .bind(district)
            .bind(list)
            .bind(year)
            .bind(kind_key.unwrap_or("")),
        )
        .await?
        .map_or(Ok(0), |row| row.int("last"))?;
    let id = TemplateId(random::id(tx.now()));
    let now = tx.now();
    tx.insert(
        "INSERT INTO templates (id, district_id, list_id, unit_kind, year, edition, state, created_at)",
        vec![
            id.into(),
            district.into(),
            list.into(),
            kind_key.into(),
            year.into(),
            (last + 1).into(),
            "draft".into(),
            now.into(),
        ],
    )
    .await?;
    store::replace_items(tx, district, ItemsOf::Template(id), items).await?;
    Ok(id)
}

/// Publishes a draft template; the one published before for the same list, kind and year is replaced.
pub async fn publish_template(tx: &mut Tx, by: &By, id: TemplateId) -> Result<(), Failure> {
    let row = load_template(&mut *tx, by.district, id).await?;
    row.check_editable()?;
    if store::load_items(&mut *tx, ItemsOf::Template(id)).await?.is_empty() {
        return Err(Rejection::state("清单模板里还没有条目，没有发布。请先导入或添加条目。").into());
    }
    tx.execute(
        q(
            "UPDATE templates SET state = 'superseded', version = version + 1
           WHERE district_id = $1 AND list_id = $2 AND year = $3 AND COALESCE(unit_kind, '') = $4 AND state = 'issued'",
        )
        .bind(by.district)
        .bind(row.list)
        .bind(row.year)
        .bind(row.kind.map_or("", UnitKind::key)),
    )
    .await?;
    tx.execute(
        q("UPDATE templates SET state = 'issued', version = version + 1, issued_at = $1 WHERE id = $2")
            .bind(by.at)
            .bind(id),
    )
    .await?;
    let object = format!("template:{id}");
    tx.audit(by.district, by.account, "duties.template_published", &object, &row.list_name).await?;
    Ok(())
}

/// The published template for units of `kind` in `year`: the kind's own variant before the general one.
pub async fn template_for(
    tx: &mut Tx,
    district: DistrictId,
    list_key: &str,
    kind: UnitKind,
    year: i32,
) -> Result<Option<TemplateId>, StorageError> {
    let row = tx
        .row(
            q("SELECT t.id FROM templates t JOIN duty_lists d ON d.id = t.list_id
               WHERE t.district_id = $1 AND d.key = $2 AND t.year = $3 AND t.state = 'issued'
                 AND (t.unit_kind = $4 OR t.unit_kind IS NULL)
               ORDER BY CASE WHEN t.unit_kind IS NULL THEN 1 ELSE 0 END LIMIT 1")
            .bind(district)
            .bind(list_key)
            .bind(year)
            .bind(kind.key()),
        )
        .await?;
    row.map(|r| r.id("id")).transpose()
}

/// A draft leader's list: the template's items and `extra` ones; edition = last + 1.
#[expect(clippy::too_many_arguments, reason = "every argument is a different id or day of one row")]
pub async fn make_leader_list(
    tx: &mut Tx,
    district: DistrictId,
    post: PostId,
    unit: UnitId,
    year: i32,
    template: TemplateId,
    extra: &[DutyItem],
    effective_on: Day,
) -> Result<LeaderListId, Failure> {
    let mut items = store::load_items(&mut *tx, ItemsOf::Template(template)).await?;
    for item in extra {
        items.push(item.clone());
    }
    insert_list(
        tx,
        district,
        NewList { post, unit, year, template, state: ListState::Draft, effective_on, from_unit: None },
        &items,
    )
    .await
}

/// What a new edition is made of.
#[derive(Debug, Clone, Copy)]
pub struct NewList {
    /// Post.
    pub post: PostId,
    /// Unit of the post.
    pub unit: UnitId,
    /// Year.
    pub year: i32,
    /// Template it comes from.
    pub template: TemplateId,
    /// First state.
    pub state: ListState,
    /// Planned first day.
    pub effective_on: Day,
    /// Handed down by this unit.
    pub from_unit: Option<UnitId>,
}

/// Writes a new edition with its items. Refused while another edition is still being worked on.
pub async fn insert_list(
    tx: &mut Tx,
    district: DistrictId,
    new: NewList,
    items: &[DutyItem],
) -> Result<LeaderListId, Failure> {
    let last = store::newest_list(&mut *tx, district, new.post, new.year).await?;
    if let Some(open) = last.as_ref().filter(|row| !row.list.state.is_issued()) {
        return Err(Rejection::state(format!(
            "{}{}年的清单第{}版还在办理（{}），没有再制一份。请先办完或在那一份上修改。",
            open.unit_name,
            new.year,
            open.list.edition,
            open.list.state.label()
        ))
        .into());
    }
    let id = LeaderListId(random::id(tx.now()));
    let edition = last.map_or(1, |row| row.list.edition + 1);
    tx.insert(
        "INSERT INTO leader_lists (id, district_id, post_id, unit_id, year, edition, state, template_id, effective_on, from_unit_id)",
        vec![
            id.into(),
            district.into(),
            new.post.into(),
            new.unit.into(),
            new.year.into(),
            edition.into(),
            new.state.key().into(),
            new.template.into(),
            new.effective_on.into(),
            new.from_unit.into(),
        ],
    )
    .await?;
    store::replace_items(tx, district, ItemsOf::Leader(id), items).await?;
    Ok(id)
}

/// A draft of the next edition, with the items of `row`.
pub async fn next_edition(tx: &mut Tx, by: &By, row: &ListRow, effective_on: Day) -> Result<LeaderListId, Failure> {
    // The rule's own refusal where the list is not issued yet.
    let _ = row.list.next_edition(row.list.id)?;
    let items = store::load_items(&mut *tx, ItemsOf::Leader(row.list.id)).await?;
    let new = NewList {
        post: row.list.post,
        unit: row.unit,
        year: row.list.year,
        template: row.template,
        state: ListState::Draft,
        effective_on,
        from_unit: row.from_unit,
    };
    let id = insert_list(tx, by.district, new, &items).await?;
    let object = format!("leader_list:{id}");
    tx.audit(by.district, by.account, "duties.edition_drafted", &object, &row.unit_name).await?;
    Ok(id)
}

/// A fresh identity for an item.
pub fn new_duty(now: Instant) -> DutyId {
    DutyId(random::id(now))
}

/// Adds an item to a set in memory; its number must be free.
pub fn add_item(items: &mut Vec<DutyItem>, item: DutyItem) -> Result<(), Rejection> {
    if items.iter().any(|other| other.code == item.code && other.duty != item.duty) {
        return Err(Rejection::field("code", format!("编号 {} 已经有了，没有保存。请换一个编号。", item.code)));
    }
    if let Some(place) = items.iter_mut().find(|other| other.duty == item.duty) {
        *place = item;
    } else {
        items.push(item);
    }
    Ok(())
}

/// Where a 自选动作 goes: the last 大项 if it holds only such items, else a new one; and the next number in it.
pub fn optional_place(items: &[DutyItem]) -> (u32, String, String) {
    let last = items.iter().map(|i| i.group_no).max().unwrap_or(0);
    let own = last > 0 && items.iter().filter(|i| i.group_no == last).all(|i| i.action == Action::Optional);
    let group_no = if own { last } else { last + 1 };
    let group =
        items.iter().find(|i| i.group_no == group_no).map_or_else(|| "自选动作".to_owned(), |i| i.group.clone());
    let next = items
        .iter()
        .filter(|i| i.group_no == group_no)
        .filter_map(|i| DutyItem::order(&i.code).get(1).copied())
        .filter(|n| *n != u32::MAX)
        .max()
        .unwrap_or(0)
        + 1;
    (group_no, group, format!("{group_no}.{next}"))
}
