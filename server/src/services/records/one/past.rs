//! What happened to a record after it was saved, from the rows kept of it: 更正 with both versions, and
//! 补充 that only filled in what was left open. Refuses to show more than the record itself shows.

use app::api::records::Correction;
use domain::{
    ids::RecordId,
    records::{Change, DETAILS, RecordDetails, RecordKind},
    time::{Day, zh_short},
};

use super::super::super::{Services, rows::Rows};
use crate::storage::{Row, StorageError, q};

/// What the rows of its corrections say about a record.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::services) struct Past {
    /// Something of it was changed after it was saved, be it by addition only,
    pub changed: bool,
    /// and one of the changes is a 更正.
    pub corrected: bool,
    /// Day of the last 补充.
    pub added_on: Option<Day>,
    /// It was a talk before one of them: to call it something else opens nothing.
    pub talked: bool,
}

impl Past {
    /// Of all rows of one record.
    pub(in crate::services) fn of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Result<Self, StorageError> {
        let mut past = Self::default();
        for row in rows {
            past.changed = true;
            past.talked |= RecordKind::was_talk(row.opt_text("before_kind")?.as_deref());
            if adds_only(row)? {
                past.added_on = past.added_on.max(Some(row.instant("at")?.day()));
            } else {
                past.corrected = true;
            }
        }
        Ok(past)
    }
}

/// Was a record a talk before one of its corrections?
pub(in crate::services::records) async fn talked(rows: &mut impl Rows, id: RecordId) -> Result<bool, StorageError> {
    let find = q("SELECT before_kind FROM record_corrections WHERE record_id = $1").bind(id);
    let kinds = rows.all(find).await?.iter().map(|row| row.opt_text("before_kind")).collect::<Result<Vec<_>, _>>()?;
    Ok(kinds.iter().any(|kind| RecordKind::was_talk(kind.as_deref())))
}

/// Did a stored correction only fill in what was left open?
pub(in crate::services) fn adds_only(row: &Row) -> Result<bool, StorageError> {
    // Erased by 转线下: nobody can tell any more.
    if row.text("reason")?.is_empty() {
        return Ok(false);
    }
    let text = |name: &str| row.opt_text(name);
    let kind = |name: &str| text(name).map(|key| key.and_then(|key| RecordKind::from_key(&key)));
    let details = match (text("before_details")?, text("after_details")?) {
        (Some(_), Some(_)) => Some((row.json("before_details")?, row.json("after_details")?)),
        _ => None,
    };
    let change = Change {
        texts: (row.text("before_text")?, row.text("after_text")?),
        kinds: kind("before_kind")?.zip(kind("after_kind")?),
        moved: text("before_event")?.is_some(),
        codes: text("before_codes")?.zip(text("after_codes")?),
        details,
    };
    Ok(change.adds_only())
}

/// Why, as it is shown: that details were added is said by the word 补充 itself.
pub(in crate::services) fn reason(row: &Row, adds: bool) -> Result<String, StorageError> {
    Ok(Some(row.text("reason")?).filter(|why| !adds || why != DETAILS).unwrap_or_default())
}

/// What was added where nothing stood has no version before.
pub(in crate::services) fn without_empty(parts: &mut [(String, String, String)]) {
    for (_, before, _) in parts.iter_mut().filter(|(_, before, _)| before == EMPTY || before == NO_ITEM) {
        before.clear();
    }
}

/// A field that was left open.
const EMPTY: &str = "未填";
/// No item ticked.
const NO_ITEM: &str = "未对应";

impl Services {
    /// Both versions of every correction; without the texts where those are not `readable`.
    pub(super) async fn corrections(
        &self,
        id: RecordId,
        kind: RecordKind,
        readable: bool,
    ) -> Result<Vec<Correction>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT c.*, p.name AS by_name FROM record_corrections c LEFT JOIN persons p ON p.id = c.person_id
                   WHERE c.record_id = $1 ORDER BY c.seq")
                .bind(id),
            )
            .await?;
        let mut out = Vec::new();
        for row in &rows {
            let at = row.instant("at")?;
            let (before, after) = (row.text("before_text")?, row.text("after_text")?);
            let (before, after) = if readable && before != after { (Some(before), Some(after)) } else { (None, None) };
            let mut parts = parts(row)?;
            if readable {
                parts.extend(changed_details(row, kind)?);
            }
            if !readable && parts.is_empty() {
                continue;
            }
            let supplement = adds_only(row)?;
            if supplement {
                without_empty(&mut parts);
            }
            out.push(Correction {
                before,
                after,
                parts,
                reason: if readable { reason(row, supplement)? } else { String::new() },
                at: format!("{} {}", zh_short(at.day()), at.clock()),
                supplement,
                by: row.opt_text("by_name")?.unwrap_or_default(),
            });
        }
        Ok(out)
    }
}

/// Fields of the kind that a correction changed: label, before, after.
fn changed_details(row: &Row, kind: RecordKind) -> Result<Vec<(String, String, String)>, StorageError> {
    let (Some(_), Some(_)) = (row.opt_text("before_details")?, row.opt_text("after_details")?) else {
        return Ok(Vec::new());
    };
    let key = |name: &str| row.opt_text(name).map(|k| k.and_then(|k| RecordKind::from_key(&k)).unwrap_or(kind));
    let before: RecordDetails = row.json("before_details")?;
    let after: RecordDetails = row.json("after_details")?;
    let (before, after) = (before.details_lines(key("before_kind")?), after.details_lines(key("after_kind")?));
    let value = |lines: &[(String, String)], label: &str| {
        lines.iter().find(|(l, _)| l == label).map_or_else(|| EMPTY.to_owned(), |(_, v)| v.clone())
    };
    let gone = before.iter().filter(|(label, _)| after.iter().all(|(l, _)| l != label));
    let labels = after.iter().chain(gone).map(|(label, _)| label.clone());
    let parts = labels.map(|label| {
        let (was, is) = (value(&before, &label), value(&after, &label));
        (label, was, is)
    });
    Ok(parts.filter(|(_, was, is)| was != is).collect())
}

/// Kind, date and items that a correction changed: what, before, after.
pub(in crate::services) fn parts(row: &Row) -> Result<Vec<(String, String, String)>, StorageError> {
    let mut parts = Vec::new();
    let mut part = |label: &str, before: String, after: String| parts.push((label.to_owned(), before, after));
    if let (Some(before), Some(after)) = (row.opt_text("before_kind")?, row.opt_text("after_kind")?) {
        let label = |key: &str| RecordKind::from_key(key).map(|k| k.label().to_owned()).unwrap_or_default();
        part("履责类型", label(&before), label(&after));
    }
    if let (Some(before), Some(after)) = (row.opt_day("before_event")?, row.opt_day("after_event")?) {
        part("发生日期", zh_short(before), zh_short(after));
    }
    if let (Some(before), Some(after)) = (row.opt_text("before_codes")?, row.opt_text("after_codes")?) {
        let said = |codes: String| if codes.is_empty() { NO_ITEM.to_owned() } else { codes };
        part("对应条目", said(before), said(after));
    }
    Ok(parts)
}
