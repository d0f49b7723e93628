//! What a case can be about: what stands in the books of a post and caused a colour. Only that can be asked for, and
//! only by whoever was head of the post on its day, or for him.

use domain::{
    Rejection,
    duties::DutyItem,
    ids::{DistrictId, PersonId, PostId},
    time::{Day, zh_short},
    tolerance::About,
};

use super::super::{items::issued_item, rows::Rows};
use crate::storage::{Failure, StorageError, q};

/// Most choices of one kind.
const MOST: i64 = 200;

/// Something recorded.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// What.
    pub about: About,
    /// In words.
    pub title: String,
    /// Its day: due, agreed on, opened.
    pub on: Day,
}

/// What can be chosen for a post, the latest first.
pub(super) async fn of_post(
    rows: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    today: Day,
) -> Result<Vec<Found>, StorageError> {
    let mut out = Vec::new();
    let find = q(concat!(
        "SELECT o.id, o.code, o.due_on, o.recorded_on, COALESCE(",
        issued_item!("text", "o.duty_id", "o.post_id", "o.year"),
        ", '') AS text FROM occurrences o
         WHERE o.district_id = $1 AND o.post_id = $2 AND o.state = 'open' AND o.due_on < $3
           AND (o.record_id IS NULL OR o.recorded_on > o.due_on)
           AND o.id NOT IN (SELECT x.subject_id FROM excused x WHERE x.post_id = $2)
         ORDER BY o.due_on DESC, o.code, o.id LIMIT $4"
    ));
    for row in &rows.all(find.bind(district).bind(post).bind(today).bind(MOST)).await? {
        let due = row.day("due_on")?;
        let state = if row.opt_day("recorded_on")?.is_some() { "已补记" } else { "没有记录" };
        let text = DutyItem::shorten(&row.text("text")?);
        let title = format!("{} {text}（{}到期，{state}）", row.text("code")?, zh_short(due));
        out.push(Found { about: About::Occurrence(row.id("id")?), title, on: due });
    }
    let find = q("SELECT m.id, m.agreed_on FROM inspection_remarks m JOIN inspections i ON i.id = m.inspection_id
                  WHERE m.district_id = $1 AND i.post_id = $2 AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL
                    AND m.withdrawn_at IS NULL AND m.id NOT IN (SELECT x.subject_id FROM excused x WHERE x.post_id = $2)
                  ORDER BY m.agreed_on DESC, m.id LIMIT $3");
    for row in &rows.all(find.bind(district).bind(post).bind(MOST)).await? {
        let on = row.day("agreed_on")?;
        let title = format!("翻阅检查意见：与实际不符（{}）", zh_short(on));
        out.push(Found { about: About::Remark(row.id("id")?), title, on });
    }
    let find = q("SELECT i.id, i.year, i.number, i.opened_on, i.item FROM items i
                  WHERE i.district_id = $1 AND i.post_id = $2
                    AND i.id NOT IN (SELECT x.subject_id FROM excused x WHERE x.post_id = $2)
                  ORDER BY i.opened_on DESC, i.id LIMIT $3");
    for row in &rows.all(find.bind(district).bind(post).bind(MOST)).await? {
        let item: domain::accountability::Item = row.json("item")?;
        let problem: String = item.problem.chars().take(30).collect();
        let title = format!("问题整改 {}-{:03}：{problem}", row.int("year")?, row.int("number")?);
        out.push(Found { about: About::Item(row.id("id")?), title, on: row.day("opened_on")? });
    }
    Ok(out)
}

/// One of [`of_post`], or 「没有找到」: what is not there, of another post, or causes nothing.
pub(super) async fn one(
    rows: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    about: About,
    today: Day,
) -> Result<Found, Failure> {
    let all = of_post(rows, district, post, today).await?;
    all.into_iter().find(|found| found.about == about).ok_or_else(|| Rejection::NotFound.into())
}

/// Who was head of the post on a day; none in a vacancy.
pub(super) async fn head_on(
    rows: &mut impl Rows,
    post: PostId,
    day: Day,
) -> Result<Option<(PersonId, String)>, StorageError> {
    let find = q("SELECT s.id, s.name FROM terms t JOIN persons s ON s.id = t.person_id
                  WHERE t.post_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $2)
                  ORDER BY t.starts_on DESC, t.id LIMIT 1");
    let row = rows.first(find.bind(post).bind(day)).await?;
    row.map(|row| Ok((row.id("id")?, row.text("name")?))).transpose()
}
