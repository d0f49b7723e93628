//! Who answers for what, and what falls due: heads, 联络员, statutory deadlines (签收, 报告, 整改).

use std::collections::HashMap;

use domain::{
    accountability::Waits,
    duties::Evidence,
    ids::{DistrictId, ItemId, PersonId, PostId, UnitId},
    reminders::{Deadline, DeadlineKind},
    time::{Day, Instant, zh_short},
};

use crate::{
    services::{accountability::store, people::held_on, rows::Rows, talks::todo},
    storage::{Query, Row, StorageError, q},
};

/// One who is told.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    pub person: PersonId,
    pub name: String,
    pub post: PostId,
    pub unit: UnitId,
    pub place: String,
    /// Head of the post; else its 联络员.
    pub head: bool,
    /// Post of the 区委书记.
    pub leads_district: bool,
}

/// A deadline and whose it is.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub post: PostId,
    /// Nobody but the head can do it.
    pub head_only: bool,
    pub deadline: Deadline,
}

/// Heads and 联络员 of the district's head posts, in the order of the directory. The 区委书记 has no 联络员 here:
/// what is due of him is his own.
pub(super) async fn people(
    rows: &mut impl Rows,
    district: DistrictId,
    today: Day,
) -> Result<Vec<Reached>, StorageError> {
    let find = q("SELECT t.person_id, s.name, p.id AS post_id, p.title, u.id AS unit_id, u.name AS unit_name,
                 u.leads_district, CAST(1 AS BIGINT) AS head, u.position AS place, p.position AS rank
               FROM terms t JOIN persons s ON s.id = t.person_id JOIN posts p ON p.id = t.post_id
               JOIN units u ON u.id = p.unit_id
               WHERE t.district_id = $1 AND p.is_head = 1 AND t.starts_on <= $2
                 AND (t.ends_on IS NULL OR t.ends_on >= $2)
               UNION ALL
               SELECT g.person_id, s.name, p.id AS post_id, p.title, u.id AS unit_id, u.name AS unit_name,
                 u.leads_district, CAST(0 AS BIGINT) AS head, u.position AS place, p.position AS rank
               FROM role_grants g JOIN persons s ON s.id = g.person_id JOIN posts p ON p.unit_id = g.unit_id
               JOIN units u ON u.id = p.unit_id
               WHERE g.district_id = $1 AND g.role = 'liaison' AND p.is_head = 1 AND u.leads_district = 0
                 AND (p.ends_on IS NULL OR p.ends_on >= $2)")
    .bind(district)
    .bind(today);
    let found = rows.all(held_on(find, today).push("ORDER BY place, rank, head DESC, person_id")).await?;
    found
        .iter()
        .map(|row| {
            Ok(Reached {
                person: row.id("person_id")?,
                name: row.text("name")?,
                post: row.id("post_id")?,
                unit: row.id("unit_id")?,
                place: format!("{}{}", row.text("unit_name")?, row.text("title")?),
                head: row.flag("head")?,
                leads_district: row.flag("leads_district")?,
            })
        })
        .collect()
}

/// Notices that wait for the unit: for its signature, then for its measures.
const NOTICES: &str = "SELECT n.id, n.post_id, n.number, n.state, n.delivered_on,
    CASE WHEN n.state = 'delivered' THEN n.sign_due ELSE n.answer_due END AS due_on
  FROM warning_notices n WHERE n.district_id = $1 AND n.state IN ('delivered', 'signed') AND n.post_id IS NOT NULL
    AND CASE WHEN n.state = 'delivered' THEN n.sign_due ELSE n.answer_due END >= $2
    AND CASE WHEN n.state = 'delivered' THEN n.sign_due ELSE n.answer_due END <= $3";

/// Statutory deadlines from `from` to `to` that the units have still to meet; of some posts only,
/// where they are named.
pub(super) async fn deadlines(
    rows: &mut impl Rows,
    district: DistrictId,
    of: Option<&[PostId]>,
    from: Day,
    to: Day,
) -> Result<Vec<Due>, StorageError> {
    let mut all = Vec::new();
    let lists = q("SELECT id, post_id, year, receipt_due, issued_at FROM leader_lists
                   WHERE district_id = $1 AND state = 'issued' AND receipt_due >= $2 AND receipt_due <= $3")
    .bind(district)
    .bind(from)
    .bind(to);
    let lists = rows.all(only(lists, "post_id", of).push("ORDER BY receipt_due")).await?;
    for row in &lists {
        let due = row.day("receipt_due")?;
        let title = format!("签收{}年第一责任人履责清单，{}前", row.year("year")?, zh_short(due));
        let link = format!("/duties/sign/{}", row.text("id")?);
        let deadline = Deadline { kind: DeadlineKind::Receipt, title, link, due, set_at: set_at(row)? };
        all.push(Due { post: row.id("post_id")?, head_only: true, deadline });
    }
    // 年度报告, 三个月报告: the hard items of the list in force whose evidence is a 书面报告.
    // It was set when the first edition with the item was issued.
    let reports = q("SELECT o.post_id, o.due_on, i.code, i.text, i.evidence,
                       (SELECT MIN(e.issued_at) FROM leader_lists e JOIN leader_items n ON n.list_id = e.id
                        WHERE e.post_id = o.post_id AND e.year = o.year AND n.duty_id = o.duty_id) AS issued_at
                     FROM occurrences o
                     JOIN leader_lists l ON l.post_id = o.post_id AND l.year = o.year
                       AND l.state IN ('issued', 'signed')
                     JOIN leader_items i ON i.list_id = l.id AND i.duty_id = o.duty_id
                     WHERE o.district_id = $1 AND o.due_on >= $2 AND o.due_on <= $3 AND o.state = 'open'
                       AND o.record_id IS NULL AND i.hard = 1")
    .bind(district)
    .bind(from)
    .bind(to);
    for row in &rows.all(only(reports, "o.post_id", of).push("ORDER BY o.due_on, i.code")).await? {
        if !row.text("evidence")?.split(',').any(|key| key == Evidence::Report.key()) {
            continue;
        }
        let due = row.day("due_on")?;
        let text: String = row.text("text")?.chars().take(24).collect();
        let title = format!("{} {text}，{}前", row.text("code")?, zh_short(due));
        let deadline =
            Deadline { kind: DeadlineKind::Report, title, link: "/records/new".into(), due, set_at: set_at(row)? };
        all.push(Due { post: row.id("post_id")?, head_only: false, deadline });
    }
    let items = store::items_query(district)
        .push_bind("AND i.due_on >= ?", from)
        .push_bind("AND i.due_on <= ?", to)
        .push("AND i.state <> 'closed'");
    let items = rows.all(only(items, "i.post_id", of).push("ORDER BY i.due_on, i.number")).await?;
    let opened = opened(rows, district, &items).await?;
    for row in &items {
        let kept = store::read(row)?;
        if kept.item.state.waits() != Waits::Unit {
            continue;
        }
        let problem: String = kept.item.problem.chars().take(24).collect();
        let title = format!("{problem}，整改期限{}", zh_short(kept.item.deadline));
        let link = format!("/accountability/{}", kept.item.id);
        let deadline = Deadline {
            kind: DeadlineKind::Rectification,
            title,
            link,
            due: kept.item.deadline,
            set_at: opened.get(&kept.item.id).copied().unwrap_or_else(|| Instant::start_of(kept.item.opened_on)),
        };
        all.push(Due { post: kept.item.post, head_only: false, deadline });
    }
    // 签收 and measures of a 问责预警提示单; what it opened is due by itself.
    let notices = q(NOTICES).bind(district).bind(from).bind(to);
    for row in rows.all(only(notices, "n.post_id", of).push("ORDER BY due_on, n.id")).await? {
        let (due, signs) = (row.day("due_on")?, row.text("state")? == "delivered");
        let what = if signs { "签收" } else { "报送工作措施：" };
        let title = format!("{what}问责预警提示单{}，{}前", row.text("number")?, zh_short(due));
        let link = format!("/warnings/notices/{}", row.text("id")?);
        let set_at = Instant::start_of(row.day("delivered_on")?);
        let deadline = Deadline { kind: DeadlineKind::Rectification, title, link, due, set_at };
        all.push(Due { post: row.id("post_id")?, head_only: signs, deadline });
    }
    for one in todo::last_days(rows, district, (from, to)).await? {
        if of.is_some_and(|posts| !posts.contains(&one.post)) {
            continue;
        }
        let set_at = Instant::start_of(one.since);
        let kind = DeadlineKind::Rectification;
        let deadline = Deadline { kind, title: one.title, link: one.link, due: one.due, set_at };
        all.push(Due { post: one.post, head_only: one.head_only, deadline });
    }
    Ok(all)
}

/// When the list of a deadline was issued.
fn set_at(row: &Row) -> Result<Instant, StorageError> {
    Ok(row.opt_instant("issued_at")?.unwrap_or(Instant(0)))
}

/// When each of some items was opened.
async fn opened(
    rows: &mut impl Rows,
    district: DistrictId,
    items: &[Row],
) -> Result<HashMap<ItemId, Instant>, StorageError> {
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = items.iter().map(|row| row.id("id")).collect::<Result<Vec<ItemId>, _>>()?;
    let find = q("SELECT item_id, MIN(at) AS at FROM item_events WHERE district_id = $1").bind(district);
    let rows = rows.all(find.and_in("item_id", ids).push("GROUP BY item_id")).await?;
    rows.iter().map(|row| Ok((row.id("item_id")?, row.instant("at")?))).collect()
}

fn only(query: Query, column: &'static str, posts: Option<&[PostId]>) -> Query {
    match posts {
        Some(posts) => query.and_in(column, posts.iter().copied()),
        None => query,
    }
}

/// Last days of what is still wanting in the book of a post, from `from` on.
pub(super) async fn wanting_days(rows: &mut impl Rows, post: PostId, from: Day) -> Result<Vec<Day>, StorageError> {
    let rows = rows
        .all(
            q("SELECT due_on FROM occurrences WHERE post_id = $1 AND due_on >= $2 AND state = 'open'
               AND record_id IS NULL ORDER BY due_on LIMIT 500")
            .bind(post)
            .bind(from),
        )
        .await?;
    rows.iter().map(|row| row.day("due_on")).collect()
}
