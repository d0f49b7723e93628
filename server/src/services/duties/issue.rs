//! 下达: the list becomes binding, its occurrences of the year are made, the edition
//! before is replaced. What is satisfied stays; a new list never erases a gap.

use std::collections::BTreeMap;

use domain::{
    Rejection,
    board::Visibility,
    duties::{ExistingOccurrence, LeaderList, ListDays, ListState, NewOccurrence, OccurrenceState, Plan, supersede},
    ids::{DistrictId, LeaderListId, OccurrenceId, PostId},
    people::access::{IssueList, SignList},
    time::{Day, Window, WorkCalendar, zh_short},
};

use super::super::{facts, posts, rows::Rows};
use super::{
    steps::{self, STEP_APPROVE, STEP_ISSUE},
    store::{self, By, ItemsOf, ListRow},
};
use crate::{
    random,
    services::colours,
    storage::{Failure, StorageError, Tx, q},
};

/// Who issues: the office, or for a list handed down the head of the parent unit.
#[derive(Debug, Clone, Copy)]
pub enum Issuer {
    /// 党风政风监督室.
    Office(IssueList),
    /// Head of the unit that hands the list down; he approves it by issuing it.
    Parent(SignList),
}

/// Terms of a post that matter for due days: the present head's first day and the times without a head.
#[derive(Debug, Clone)]
pub struct Tenure {
    /// First day of the term running on the day asked for; `None` while vacant.
    pub from: Option<Day>,
    /// Days of the year without any head.
    pub vacancies: Vec<Window>,
}

/// Reads the tenure of a post in `year` as of `day`.
pub async fn tenure(from: &mut impl Rows, post: PostId, year: i32, day: Day) -> Result<Tenure, StorageError> {
    let rows = from
        .all(
            q("SELECT starts_on FROM terms WHERE post_id = $1 AND starts_on <= $2
               AND (ends_on IS NULL OR ends_on >= $2) ORDER BY starts_on DESC LIMIT 1")
            .bind(post)
            .bind(day),
        )
        .await?;
    let head = rows.first().map(|row| row.day("starts_on")).transpose()?;
    Ok(Tenure { from: head, vacancies: facts::vacancies(from, post, year).await? })
}

/// 下达 from `effective_on`.
pub async fn issue(
    tx: &mut Tx,
    by: &By,
    who: Issuer,
    id: LeaderListId,
    seen: i64,
    effective_on: Day,
) -> Result<(), Failure> {
    let mut row = steps::open(tx, by, id, seen).await?;
    if let (Issuer::Parent(_), ListState::Draft) = (who, row.list.state) {
        // Handed down: the parent's head approves by issuing; nobody of the commission is between.
        row.list = LeaderList { state: ListState::Approved, ..row.list };
        steps::decide(tx, by, id, STEP_APPROVE, domain::approval::Decision::Agreed, "下发时一并确认").await?;
    }
    let Some(enabled_on) = store::enabled_on(&mut *tx, by.district).await? else {
        return Err(Rejection::state("启用日还没有设定，不能下达。请先在「工作日历」里设定启用日。").into());
    };
    let today = by.day();
    let tenure = tenure(&mut *tx, row.list.post, row.list.year, today).await?;
    let Some(term_from) = tenure.from else {
        return Err(Rejection::state(format!(
            "{}的主要负责人岗位目前空缺，没有人签收，不能下达。请等负责人到任后再下达。",
            row.unit_name
        ))
        .into());
    };
    let calendar = store::calendar(&mut *tx, by.district).await?;
    let items = store::load_items(&mut *tx, ItemsOf::Leader(id)).await?;
    row.list = row.list.issue(today, effective_on)?;
    row.effective_on = effective_on;
    row.receipt_due = row.list.receipt_due(posts::rules(&mut *tx, by.district).await?.list, &calendar);
    row.content_hash = store::content_hash(&items)?;
    supersede_former(tx, by, &row).await?;
    store::save_list(tx, &row, seen, by.at).await?;
    let plan = Plan {
        year: row.list.year,
        items: &items,
        term_from,
        enabled_on,
        effective_on,
        vacancies: &tenure.vacancies,
        calendar: &calendar,
    };
    make_occurrences(tx, by, &row, &plan).await?;
    steps::decide(tx, by, id, STEP_ISSUE, domain::approval::Decision::Agreed, "").await?;
    let details = format!("{} {}年第{}版", row.unit_name, row.list.year, row.list.edition);
    tx.audit(by.district, by.account, "duties.issued", &format!("leader_list:{id}"), &details).await?;
    let due = row.receipt_due.map(zh_short).unwrap_or_default();
    let title = format!("下达{}年第一责任人履责清单，{due}前签收", row.list.year);
    steps::told(tx, by, &row, "duties.issued", title, Visibility::All).await?;
    colours::refresh(tx, by.district, row.list.post, row.list.year, today).await
}

/// The edition in force before is replaced; a frozen one stays frozen.
async fn supersede_former(tx: &mut Tx, by: &By, row: &ListRow) -> Result<(), Failure> {
    let editions = store::editions(&mut *tx, by.district, row.list.post, row.list.year).await?;
    for mut former in editions {
        if former.list.id == row.list.id || !former.list.state.is_in_force() {
            continue;
        }
        let seen = former.list.version;
        former.list = former.list.supersede()?;
        store::save_list(tx, &former, seen, by.at).await?;
    }
    Ok(())
}

/// The occurrences of a post and year as they stand.
pub async fn existing(from: &mut impl Rows, post: PostId, year: i32) -> Result<Vec<ExistingOccurrence>, StorageError> {
    Ok(facts::occurrences(from, post, year).await?.into_iter().map(|o| o.plain).collect())
}

async fn make_occurrences(tx: &mut Tx, by: &By, row: &ListRow, plan: &Plan<'_>) -> Result<(), StorageError> {
    let old = existing(tx, row.list.post, row.list.year).await?;
    let wanted = plan.occurrences();
    let change = supersede(&old, &wanted, plan.effective_on);
    for id in &change.cancel {
        set_state(tx, *id, OccurrenceState::Cancelled).await?;
    }
    for id in &change.reopen {
        set_state(tx, *id, OccurrenceState::Open).await?;
    }
    // What stays open counts for the present head from his own arrival.
    for was in old.iter().filter(|o| !o.satisfied && !change.cancel.contains(&o.id)) {
        let same = wanted.iter().find(|n| n.duty == was.duty && n.window == was.window);
        if let Some(new) = same.filter(|n| n.counts_from != was.counts_from) {
            tx.execute(q("UPDATE occurrences SET counts_from = $1 WHERE id = $2").bind(new.counts_from).bind(was.id))
                .await?;
        }
        // Another named date or printed number; a gap from before the new edition stays as it was.
        if let Some(new) = same.filter(|n| was.due >= plan.effective_on && n.due >= plan.effective_on) {
            let update = q("UPDATE occurrences SET due_on = $1, code = $2 WHERE id = $3");
            tx.execute(update.bind(new.due).bind(&new.code).bind(was.id)).await?;
        }
    }
    // A changed frequency or a second head's 任期一次 has other windows under the same
    // numbers; those already used stay, new ones go on counting.
    let mut used: BTreeMap<_, u32> = BTreeMap::new();
    for was in &old {
        let last = used.entry(was.duty).or_default();
        *last = (*last).max(was.period_no);
    }
    for new in &change.add {
        insert_occurrence(tx, by, row, new, &mut used).await?;
    }
    Ok(())
}

async fn set_state(tx: &mut Tx, id: OccurrenceId, state: OccurrenceState) -> Result<(), StorageError> {
    tx.execute(q("UPDATE occurrences SET state = $1 WHERE id = $2").bind(state.key()).bind(id)).await?;
    Ok(())
}

async fn insert_occurrence(
    tx: &mut Tx,
    by: &By,
    row: &ListRow,
    new: &NewOccurrence,
    used: &mut BTreeMap<domain::ids::DutyId, u32>,
) -> Result<(), StorageError> {
    let last = used.entry(new.duty).or_default();
    let number = if new.period_no > *last { new.period_no } else { *last + 1 };
    *last = number;
    tx.insert(
        "INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from,
         window_to, counts_from, due_on, state)",
        vec![
            OccurrenceId(random::id(by.at)).into(),
            by.district.into(),
            row.list.post.into(),
            row.unit.into(),
            row.list.year.into(),
            new.duty.into(),
            (&new.code).into(),
            number.into(),
            new.window.from.into(),
            new.window.to.into(),
            new.counts_from.into(),
            new.due.into(),
            OccurrenceState::Open.key().into(),
        ],
    )
    .await?;
    Ok(())
}

/// Moves the due days that are still to come when the working calendar changed.
/// What is past or satisfied keeps its day; nobody is put in the wrong afterwards. The days for
/// comments and receipts and the colours of every list in force follow the calendar too.
pub async fn move_due_days(tx: &mut Tx, by: &By, calendar: &WorkCalendar) -> Result<u32, Failure> {
    let days = posts::rules(&mut *tx, by.district).await?.list;
    move_list_days(tx, by.district, days, calendar).await?;
    let today = by.day();
    let rows = tx.rows(lists_in_force(by)).await?;
    let mut moved = 0;
    for row in &rows {
        let row = store::read_list(row)?;
        moved += move_due_days_of(tx, by, &row, calendar).await?;
        colours::refresh(tx, by.district, row.list.post, row.list.year, today).await?;
    }
    Ok(moved)
}

/// The stored days of lists that wait for comments or for the receipt, when the calendar or the rules of the district
/// changed.
///
/// # Errors
/// Storage failed.
pub async fn move_list_days(
    tx: &mut Tx,
    district: DistrictId,
    days: ListDays,
    calendar: &WorkCalendar,
) -> Result<(), StorageError> {
    let waiting = store::lists_query(district).push("AND l.state IN ('commenting', 'issued')");
    for row in tx.rows(waiting).await? {
        let row = store::read_list(&row)?;
        let update = q("UPDATE leader_lists SET comment_until = $1, receipt_due = $2 WHERE id = $3")
            .bind(row.list.comment_until(days, calendar))
            .bind(row.list.receipt_due(days, calendar))
            .bind(row.list.id);
        tx.execute(update).await?;
    }
    Ok(())
}

async fn move_due_days_of(tx: &mut Tx, by: &By, row: &ListRow, calendar: &WorkCalendar) -> Result<u32, StorageError> {
    let today = by.day();
    let (Some(effective_on), Some(enabled_on)) =
        (row.list.effective_on, store::enabled_on(&mut *tx, by.district).await?)
    else {
        return Ok(0);
    };
    let tenure = tenure(&mut *tx, row.list.post, row.list.year, today).await?;
    let Some(term_from) = tenure.from else { return Ok(0) };
    let items = store::load_items(&mut *tx, ItemsOf::Leader(row.list.id)).await?;
    let plan = Plan {
        year: row.list.year,
        items: &items,
        term_from,
        enabled_on,
        effective_on,
        vacancies: &tenure.vacancies,
        calendar,
    };
    let old = existing(tx, row.list.post, row.list.year).await?;
    let mut moved = 0;
    for new in plan.occurrences() {
        let same = |o: &&ExistingOccurrence| o.duty == new.duty && o.window == new.window && o.is_wanting();
        let Some(was) = old.iter().find(same) else { continue };
        if was.due != new.due && was.due >= today && new.due >= today {
            tx.execute(q("UPDATE occurrences SET due_on = $1 WHERE id = $2").bind(new.due).bind(was.id)).await?;
            moved += 1;
        }
    }
    Ok(moved)
}

fn lists_in_force(by: &By) -> crate::storage::Query {
    store::lists_query(by.district).push("AND l.state IN ('issued', 'signed')")
}
