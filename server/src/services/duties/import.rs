//! Import of a duty list into the open draft of its list; a draft is made where there is
//! none, published and issued versions stay untouched. Items keep their identity: those of
//! the draft, and in a new draft those of the edition before.

use app::api::imports::Sheet;
use async_trait::async_trait;
use chrono::Datelike;
use domain::{
    Rejection,
    duties::{DutyItem, DutyListKey, Frequency, sample},
    ids::{DistrictId, TemplateId},
    people::{
        Role, UnitKind,
        access::{self, Actor},
    },
    time::Day,
};

use super::{
    import_page::{Target, open_draft},
    lists::{self, TEMPLATES},
    pages,
    store::{self, By, ItemsOf},
    twins,
};
use crate::{
    import::{self, Answers, Book, Preview, duties::DutyRow},
    services::{
        imports::{self, Chosen, ImportTarget},
        rows::Rows,
    },
    storage::{Failure, Pool, StorageError, Tx, q},
};

/// 责任清单.
pub struct DutiesImport;

/// Words of items that the sample rules call 硬性事项 (示范): 专题研究, 年度报告, 民主生活会, 三个月报告.
const HARD: [&str; 4] = ["专题会议研究全面从严治党", "书面报告上年度", "民主生活会", "满3个月书面报告"];

/// What the text of a form or of the command line means: JSON of [`Target`], or the key of a list.
fn read(target: &str, today: Day) -> Result<Target, Rejection> {
    let target = target.trim();
    if target.starts_with('{') {
        return serde_json::from_str(target)
            .map_err(|_| Rejection::state("页面内容不完整，没有导入。请回到导入页重新选择清单。"));
    }
    let list = if target.is_empty() { DutyListKey::first_responsible().0 } else { target.to_owned() };
    Ok(Target { list, year: today.year(), kind: None })
}

fn plain(item: &DutyRow) -> Vec<String> {
    let frequency = match item.due {
        None => item.frequency.label().to_owned(),
        Some((m, d)) => format!("{}（{m}月{d}日前）", item.frequency.label()),
    };
    let evidence = item.evidence.iter().map(|e| e.label()).collect::<Vec<_>>().join("、");
    vec![item.code.clone(), item.group.clone(), item.text.clone(), frequency, evidence, item.action.label().to_owned()]
}

fn display(preview: &Preview<DutyRow>, items: &[DutyItem], target: &Target, made: bool) -> Sheet {
    let mut sheet = imports::sheet(preview, &["编号", "大项", "履责条目", "频次", "佐证材料", "动作类型"], plain);
    if made {
        let kind = target.kind.map_or("各类单位通用", UnitKind::label);
        sheet.notes.push(format!("这张清单{}年还没有草稿，导入时新制一版（{kind}）。", target.year));
    }
    let hard: Vec<&str> = preview
        .rows
        .iter()
        .filter(|row| row.item.duty.is_none() && row.item.hard.is_none() && is_hard(&row.item.text))
        .map(|row| row.item.code.as_str())
        .collect();
    if !hard.is_empty() {
        sheet.notes.push(format!("按示范规则，{} 标为硬性事项，导入后可在模板里修改。", hard.join("、")));
    }
    let planned: Vec<(u32, &DutyRow)> = preview.rows.iter().map(|row| (row.row, &row.item)).collect();
    sheet.notes.extend(twins::notes(&planned, items));
    sheet
}

fn is_hard(text: &str) -> bool {
    HARD.iter().any(|words| text.contains(words))
}

/// Items of the newest other edition of the same list: where a new draft takes its identities from.
async fn former_items(
    from: &mut impl Rows,
    district: DistrictId,
    target: &Target,
) -> Result<Vec<DutyItem>, StorageError> {
    let rows = from
        .all(
            q(TEMPLATES)
                .bind(district)
                .push_bind("AND d.key = ?", &target.list)
                .push_bind("AND t.year <= ?", target.year)
                .push_bind("AND COALESCE(t.unit_kind, '') = ?", target.kind.map_or("", UnitKind::key))
                .push("AND t.state <> 'draft' ORDER BY t.year DESC, t.edition DESC LIMIT 1"),
        )
        .await?;
    match rows.first() {
        Some(row) => store::load_items(from, ItemsOf::Template(row.id("id")?)).await,
        None => Ok(Vec::new()),
    }
}

async fn current(
    from: &mut impl Rows,
    district: DistrictId,
    target: &Target,
) -> Result<(Option<TemplateId>, Vec<DutyItem>), Failure> {
    let known = from
        .all(q("SELECT key FROM duty_lists WHERE district_id = $1").bind(district))
        .await?
        .iter()
        .map(|row| row.text("key"))
        .collect::<Result<Vec<_>, _>>()?;
    let fresh = known.is_empty() && DutyListKey::DEFAULTS.iter().any(|(key, ..)| *key == target.list);
    if !fresh && !known.contains(&target.list) {
        return Err(Rejection::state(format!("没有「{}」这张清单，没有导入。请核对清单的代号。", target.list)).into());
    }
    let draft = open_draft(from, district, target).await?;
    let items = match draft {
        Some(id) => store::load_items(from, ItemsOf::Template(id)).await?,
        None => Vec::new(),
    };
    Ok((draft, items))
}

/// The item that a row becomes.
fn item_of(
    row: &DutyRow,
    target: &Target,
    old: Option<&DutyItem>,
    former: &[DutyItem],
    now: domain::time::Instant,
) -> DutyItem {
    if let Some(old) = old {
        return DutyItem {
            code: row.code.clone(),
            group_no: row.group_no,
            group: row.group.clone(),
            text: row.text.clone(),
            frequency: row.frequency,
            due: row.due,
            evidence: row.evidence.clone(),
            action: row.action,
            months: row.months.clone().unwrap_or_else(|| old.months.clone()),
            hard: row.hard.unwrap_or(old.hard),
            routine: old.routine && row.frequency == Frequency::Monthly,
            ..old.clone()
        };
    }
    // What the file has no column for comes from the edition before, else from the sample list (示范).
    let before = former.iter().find(|i| i.text == row.text);
    let sampled = sample::sample_items().into_iter().find(|s| s.text == row.text);
    let months = before.map(|b| b.months.clone()).or_else(|| sampled.as_ref().map(|s| s.months.clone()));
    let list = before.map(|b| b.list.0.clone()).or_else(|| sampled.as_ref().map(|s| s.list.to_owned()));
    DutyItem {
        duty: before.map_or_else(|| lists::new_duty(now), |b| b.duty),
        code: row.code.clone(),
        group_no: row.group_no,
        group: row.group.clone(),
        text: row.text.clone(),
        frequency: row.frequency,
        due: row.due,
        months: row.months.clone().or(months).unwrap_or_default(),
        evidence: row.evidence.clone(),
        action: row.action,
        hard: row.hard.or(before.map(|b| b.hard)).unwrap_or_else(|| is_hard(&row.text)),
        routine: row.frequency == Frequency::Monthly && before.is_none_or(|b| b.routine),
        list: DutyListKey(list.unwrap_or_else(|| target.list.clone())),
        source: None,
    }
}

#[async_trait]
impl ImportTarget for DutiesImport {
    fn key(&self) -> &'static str {
        "duties"
    }

    fn label(&self) -> &'static str {
        "责任清单"
    }

    fn template(&self) -> import::Kind {
        import::Kind::Duties
    }

    fn may(&self, actor: &Actor) -> Result<(), Rejection> {
        access::edit_lists(actor).map(|_| ())
    }

    fn back(&self, target: &str) -> String {
        match serde_json::from_str::<Target>(target) {
            // Keys of lists are ours: letters, digits and underscores.
            Ok(t) if t.list.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                format!("/duties/import?list={}&year={}&kind={}", t.list, t.year, t.kind.map_or("", UnitKind::key))
            }
            _ => "/duties/import".to_owned(),
        }
    }

    fn done(&self, target: &str) -> String {
        let year = serde_json::from_str::<Target>(target).map(|t| format!("year={}&", t.year)).unwrap_or_default();
        format!("/duties?{year}done=imported")
    }

    fn chosen(&self, target: String, chosen: &Chosen) -> Result<String, Rejection> {
        if !chosen.any() {
            return Ok(target);
        }
        let missing = || Rejection::state("页面内容不完整，没有导入。请回到导入页重新选择清单、年度和适用单位。");
        let list = chosen.list.clone().filter(|l| !l.is_empty()).ok_or_else(missing)?;
        let written = chosen.year.as_deref().ok_or_else(missing)?.trim();
        let year = written.parse::<i32>().ok().filter(|y| domain::time::sane_year(*y) == *y).ok_or_else(|| {
            Rejection::field("year", format!("年度「{written}」不对，没有导入。请写成 2026 这样的四位年份。"))
        })?;
        let kind = match chosen.unit_kind.as_deref().ok_or_else(missing)? {
            "" => None,
            key => Some(UnitKind::from_key(key).ok_or_else(missing)?),
        };
        serde_json::to_string(&Target { list, year, kind }).map_err(|_| missing())
    }

    async fn titled(&self, pool: &Pool, district: DistrictId, target: &str) -> Result<String, Failure> {
        let Ok(target) = serde_json::from_str::<Target>(target) else { return Ok(self.label().to_owned()) };
        let names = pages::list_names(&mut pool.clone(), district).await?;
        let default = || DutyListKey::DEFAULTS.iter().find(|(key, ..)| *key == target.list).map(|(_, n, _)| *n);
        let name = names.iter().find(|(key, _)| *key == target.list).map(|(_, n)| n.as_str()).or_else(default);
        let kind = target.kind.map_or("各类单位通用", UnitKind::label);
        Ok(format!("{}「{}」{}年（{kind}）", self.label(), name.unwrap_or(&target.list), target.year))
    }

    async fn plan(
        &self,
        pool: &Pool,
        today: Day,
        district: DistrictId,
        target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let target = read(target, today)?;
        let (draft, items) = current(&mut pool.clone(), district, &target).await?;
        let preview = import::duties::plan(book, &items, answers);
        Ok(display(&preview, &items, &target, draft.is_none()))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: Day,
        target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let _ = access::edit_lists(actor)?;
        let target = read(target, today)?;
        let district = actor.district;
        let (draft, mut items) = current(&mut *tx, district, &target).await?;
        let preview = import::duties::plan(book, &items, answers);
        let sheet = display(&preview, &items, &target, draft.is_none());
        if !preview.is_clean() {
            return Err(imports::unclean(&sheet).into());
        }
        if preview.new == 0 && preview.updated == 0 {
            return Ok(sheet);
        }
        lists::seed_lists(tx, district).await?;
        let former = if draft.is_none() { former_items(&mut *tx, district, &target).await? } else { Vec::new() };
        let now = tx.now();
        for planned in &preview.rows {
            let old = planned.item.duty.and_then(|duty| items.iter().position(|i| i.duty == duty));
            let taken = |duty| items.iter().any(|i| i.duty == duty);
            let mut item = item_of(&planned.item, &target, old.and_then(|at| items.get(at)), &former, now);
            if old.is_none() && taken(item.duty) {
                item.duty = lists::new_duty(now);
            }
            match old.and_then(|at| items.get_mut(at)) {
                Some(place) => *place = item,
                None => items.push(item),
            }
        }
        let id = match draft {
            Some(id) => {
                store::replace_items(tx, district, ItemsOf::Template(id), &items).await?;
                tx.execute(q("UPDATE templates SET version = version + 1 WHERE id = $1").bind(id)).await?;
                id
            }
            None => lists::create_template(tx, district, &target.list, target.kind, target.year, &items).await?,
        };
        let by = By::of(actor, Role::ConductOffice, now);
        let details = format!("新增 {}，更新 {}，跳过 {}", preview.new, preview.updated, preview.skipped);
        let account = imports::auditor(actor);
        tx.audit(by.district, account, "duties.imported", &format!("template:{id}"), &details).await?;
        Ok(sheet)
    }
}
