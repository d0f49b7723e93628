//! What only the office does: names of the lists, new templates, lists for all units of
//! a kind. Each takes the proof of `edit_lists`.

use std::collections::BTreeSet;

use domain::{
    Rejection,
    duties::DutyListKey,
    ids::{DutyListId, LeaderListId, TemplateId},
    people::{UnitKind, access::EditLists},
    text,
    time::Day,
};

use super::{
    command::ListEdit,
    lists,
    store::{self, By, ItemsOf},
};
use crate::{
    random,
    services::reviews::feedback,
    storage::{Failure, Tx, q},
};

/// Most lists a district may keep; five are usual.
const LISTS_MAX: usize = 12;

/// Saves the names table: names, parties, order; adds and takes out lists.
pub async fn save_lists(tx: &mut Tx, by: &By, _: EditLists, edits: &[ListEdit]) -> Result<(), Failure> {
    let kept: Vec<&ListEdit> =
        edits.iter().filter(|e| !e.drop && (e.id.is_some() || !e.name.trim().is_empty())).collect();
    if kept.is_empty() || kept.len() > LISTS_MAX {
        return Err(
            Rejection::field("name", format!("清单应有 1 至 {LISTS_MAX} 张，没有保存。请核对后再保存。")).into()
        );
    }
    for edit in edits.iter().filter(|e| e.drop) {
        let Some(id) = edit.id else { continue };
        let own = tx
            .row(q("SELECT key FROM duty_lists WHERE id = $1 AND district_id = $2").bind(id).bind(by.district))
            .await?
            .ok_or(Rejection::NotFound)?
            .text("key")?;
        if DutyListKey::DEFAULTS.iter().any(|(key, ..)| *key == own) {
            return Err(Rejection::field(
                "drop",
                format!("「{}」是系统自带的清单，不能去掉，没有保存。可以改名或调整次序。", edit.name.trim()),
            )
            .into());
        }
        let used = tx.row(q("SELECT id FROM templates WHERE list_id = $1 LIMIT 1").bind(id)).await?.is_some();
        if used {
            return Err(Rejection::field(
                "drop",
                format!("「{}」已有清单模板，不能去掉，没有保存。可以改名或调整次序。", edit.name.trim()),
            )
            .into());
        }
        tx.execute(q("DELETE FROM duty_lists WHERE id = $1 AND district_id = $2").bind(id).bind(by.district)).await?;
    }
    let mut names = BTreeSet::new();
    for (n, edit) in (1_i64..).zip(kept) {
        let name = text::required("name", "清单名称", &edit.name, text::NAME_MAX)?;
        let party = text::required("party", "责任主体", &edit.party, text::NAME_MAX)?;
        let position: i64 = match edit.position.trim() {
            "" => n,
            typed => typed.parse().map_err(|_| {
                Rejection::field("position", format!("次序「{typed}」不是数字，没有保存。请填 1、2、3。"))
            })?,
        };
        if !names.insert(name.clone()) {
            return Err(
                Rejection::field("name", format!("清单名称「{name}」重复，没有保存。请改成不同的名称。")).into()
            );
        }
        match edit.id {
            Some(id) => {
                let touched = tx
                    .execute(
                        q("UPDATE duty_lists SET name = $1, party = $2, position = $3 WHERE id = $4 AND district_id = $5")
                            .bind(name)
                            .bind(party)
                            .bind(position)
                            .bind(id)
                            .bind(by.district),
                    )
                    .await?;
                if touched == 0 {
                    return Err(Rejection::NotFound.into());
                }
            }
            None => {
                let id = DutyListId(random::id(tx.now()));
                let key = format!("own_{}", &id.to_string()[24..]);
                tx.insert(
                    "INSERT INTO duty_lists (id, district_id, key, name, party, position)",
                    vec![id.into(), by.district.into(), key.into(), name.into(), party.into(), position.into()],
                )
                .await?;
            }
        }
    }
    tx.audit(by.district, by.account, "duties.lists", "duty_lists", "名称、责任主体、次序").await?;
    Ok(())
}

/// A draft template: empty, or with the items of another one. One open draft per list, kind and year.
pub async fn new_template(
    tx: &mut Tx,
    by: &By,
    _: EditLists,
    list_key: &str,
    kind: Option<UnitKind>,
    year: i32,
    from: Option<TemplateId>,
) -> Result<TemplateId, Failure> {
    if !(2000..=2100).contains(&year) {
        return Err(Rejection::field("year", "年度不对，没有保存。请填四位数的年份。").into());
    }
    if open_draft(tx, by, list_key, kind, year).await?.is_some() {
        return Err(Rejection::state(format!("这张清单{year}年已有一版正在起草，没有再制。请在那一版上修改。")).into());
    }
    let items = match from {
        None => Vec::new(),
        Some(id) => {
            let _ = lists::load_template(tx, by.district, id).await?;
            store::load_items(tx, ItemsOf::Template(id)).await?
        }
    };
    let id = lists::create_template(tx, by.district, list_key, kind, year, &items).await?;
    tx.audit(by.district, by.account, "duties.template", &format!("template:{id}"), &format!("{year}年")).await?;
    Ok(id)
}

/// The open draft of (list, kind, year), if there is one.
pub async fn open_draft(
    tx: &mut Tx,
    by: &By,
    list_key: &str,
    kind: Option<UnitKind>,
    year: i32,
) -> Result<Option<TemplateId>, Failure> {
    let row = tx
        .row(
            q("SELECT t.id FROM templates t JOIN duty_lists d ON d.id = t.list_id
               WHERE t.district_id = $1 AND d.key = $2 AND t.year = $3 AND COALESCE(t.unit_kind, '') = $4
                 AND t.state = 'draft' ORDER BY t.edition DESC LIMIT 1")
            .bind(by.district)
            .bind(list_key)
            .bind(year)
            .bind(kind.map_or("", UnitKind::key)),
        )
        .await?;
    Ok(row.map(|r| r.id("id")).transpose()?)
}

/// Publishes the draft seen.
pub async fn publish(tx: &mut Tx, by: &By, _: EditLists, id: TemplateId, seen: i64) -> Result<(), Failure> {
    let row = lists::load_template(tx, by.district, id).await?;
    if row.version != seen {
        return Err(Rejection::Stale.into());
    }
    lists::publish_template(tx, by, id).await
}

/// Raises the version of a template that was seen as `seen`.
pub async fn raise_template(tx: &mut Tx, id: TemplateId, seen: i64) -> Result<(), Failure> {
    let touched = tx
        .execute(q("UPDATE templates SET version = version + 1 WHERE id = $1 AND version = $2").bind(id).bind(seen))
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// Raises the version of a leader's list that was seen as `seen`.
pub async fn raise_list(tx: &mut Tx, id: LeaderListId, seen: i64) -> Result<(), Failure> {
    let touched = tx
        .execute(q("UPDATE leader_lists SET version = version + 1 WHERE id = $1 AND version = $2").bind(id).bind(seen))
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// Draft lists of `year` for every head post of a kind (or of all kinds) that has none yet.
/// Posts that have one are left alone; the answer is how many were made.
pub async fn make_lists(
    tx: &mut Tx,
    by: &By,
    _: EditLists,
    year: i32,
    kind: Option<UnitKind>,
    effective_on: Day,
) -> Result<u32, Failure> {
    let key = DutyListKey::first_responsible();
    let posts = tx
        .rows(
            q("SELECT p.id AS post_id, u.id AS unit_id, u.kind FROM posts p JOIN units u ON u.id = p.unit_id
               WHERE p.district_id = $1 AND p.is_head = 1 AND p.ends_on IS NULL AND u.ends_on IS NULL
                 AND NOT EXISTS (SELECT 1 FROM leader_lists l WHERE l.post_id = p.id AND l.year = $2)
               ORDER BY u.position")
            .bind(by.district)
            .bind(year),
        )
        .await?;
    let mut made = 0;
    let mut without = BTreeSet::new();
    for row in &posts {
        let of = row.keyed("kind", UnitKind::from_key)?;
        // 下属单位 get theirs from the unit above them.
        let asked = kind.map_or(of.answers_for_a_list() && of != UnitKind::Subordinate, |k| k == of);
        if !asked {
            continue;
        }
        let Some(template) = lists::template_for(tx, by.district, &key.0, of, year).await? else {
            without.insert(of.label());
            continue;
        };
        let (post, unit) = (row.id("post_id")?, row.id("unit_id")?);
        // What last year's review found is proposed as 自选动作; the office keeps, changes or drops it.
        let items = store::load_items(tx, ItemsOf::Template(template)).await?;
        let more = feedback::suggested(tx, post, year, &items).await?;
        let id = lists::make_leader_list(tx, by.district, post, unit, year, template, &more, effective_on).await?;
        tx.audit(by.district, by.account, "duties.list_made", &format!("leader_list:{id}"), &format!("{year}年"))
            .await?;
        made += 1;
    }
    if made == 0 {
        let words = if without.is_empty() {
            format!("这类单位{year}年都已有清单，没有再制。")
        } else {
            let kinds: Vec<&str> = without.into_iter().collect();
            format!(
                "{}年还没有已发布的模板（{}），第一责任人履责清单没有制作。请先导入或编辑模板，再点「发布」。",
                year,
                kinds.join("、")
            )
        };
        return Err(Rejection::state(words).into());
    }
    Ok(made)
}
