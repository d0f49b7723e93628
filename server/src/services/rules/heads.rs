//! Whose time a year was: who headed the post in it, with the days. Colours are the post's, so a successor reads those
//! of the time before her; nothing of it stands under her name.

use chrono::Datelike as _;
use domain::{
    ids::PersonId,
    time::{Day, first_of, last_of, zh_short},
};

use super::super::{posts::PostInfo, rows::Rows};
use crate::storage::{StorageError, q};

/// Who headed the post in `year`, and what to know where that was not the present head alone.
pub(super) async fn of_year(
    rows: &mut impl Rows,
    info: &PostInfo,
    since: Option<Day>,
    year: i32,
) -> Result<(String, String), StorageError> {
    let (from, to) = (first_of(year, 1), last_of(year, 12));
    let find = q("SELECT t.starts_on, t.ends_on, s.id, s.name FROM terms t JOIN persons s ON s.id = t.person_id
                  WHERE t.post_id = $1 AND t.starts_on <= $2 AND (t.ends_on IS NULL OR t.ends_on >= $3)
                  ORDER BY t.starts_on, t.id");
    let found = rows.all(find.bind(info.post).bind(to).bind(from)).await?;
    let mut all = Vec::new();
    let mut others = false;
    for row in &found {
        let days = days(row.day("starts_on")?, row.opt_day("ends_on")?, year);
        all.push(format!("{}{days}", row.text("name")?));
        let person: PersonId = row.id("id")?;
        others |= info.head.as_ref().is_none_or(|head| head.person != person);
    }
    if !others && !all.is_empty() {
        return Ok((info.who(), String::new()));
    }
    let names = if all.is_empty() { "空缺".to_owned() } else { all.join("、") };
    let who = format!("{}：{names}", info.title);
    let earlier = match (&info.head, since) {
        (Some(head), Some(since)) if since > to => {
            format!("{year}年由前任任职（现任{}{}年到任），这里的颜色和经过不算在现任名下。", head.name, since.year())
        }
        (Some(_), Some(since)) if since > from => format!(
            "{}以前是前任任期，那时的变化标有“前任任期”，不算在现任名下；到任前到期的事项也不计入现任。",
            zh_short(since)
        ),
        _ => String::new(),
    };
    Ok((who, earlier))
}

/// From when on the present head answers for the post: of terms that follow each other (主持工作, then appointed) the
/// first one's day.
pub(super) async fn since(rows: &mut impl Rows, info: &PostInfo) -> Result<Option<Day>, StorageError> {
    let Some(head) = &info.head else { return Ok(None) };
    let find = q("SELECT person_id, starts_on FROM terms WHERE post_id = $1 AND starts_on <= $2
                  ORDER BY starts_on DESC, id DESC");
    let mut since = head.from;
    for row in &rows.all(find.bind(info.post).bind(head.from)).await? {
        if row.id::<PersonId>("person_id")? != head.person {
            break;
        }
        since = row.day("starts_on")?;
    }
    Ok(Some(since))
}

/// 「（3月1日起）」, empty for a whole year.
fn days(from: Day, to: Option<Day>, year: i32) -> String {
    let ended = to.filter(|to| to.year() == year);
    match (from.year() == year, ended) {
        (false, None) => String::new(),
        (false, Some(to)) => format!("（至{}）", zh_short(to)),
        (true, None) => format!("（{}起）", zh_short(from)),
        (true, Some(to)) => format!("（{}至{}）", zh_short(from), zh_short(to)),
    }
}
