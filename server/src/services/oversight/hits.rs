//! Which items a mismatch is about: told to whoever is about to agree, named on the paper afterwards, and what of it
//! still stands.

use std::collections::HashMap;

use domain::{
    board::Refuted,
    ids::{DutyId, PostId, RecordId, RemarkId},
    time::Instant,
};

use super::{super::rows::Rows, store::KeptRemark};
use crate::storage::{StorageError, q};

/// An item that a record corresponds to, with its printed number.
pub type Hit = (DutyId, String);

/// What some records correspond to now, by record. One statement, or none.
pub async fn standing(
    from: &mut impl Rows,
    records: impl IntoIterator<Item = RecordId>,
) -> Result<HashMap<RecordId, Vec<Hit>>, StorageError> {
    let ids: Vec<RecordId> = records.into_iter().collect();
    let mut out: HashMap<RecordId, Vec<Hit>> = HashMap::new();
    if ids.is_empty() {
        return Ok(out);
    }
    let find = q("SELECT record_id, duty_id, code FROM record_duties WHERE unmatched_why IS NULL");
    for row in &from.all(find.and_in("record_id", ids).push("ORDER BY code, record_id, duty_id")).await? {
        out.entry(row.id("record_id")?).or_default().push((row.id("duty_id")?, row.text("code")?));
    }
    Ok(out)
}

/// Fills in which items the remarks about whole records are about. One statement, or none.
pub async fn reach(from: &mut impl Rows, all: &mut [KeptRemark]) -> Result<(), StorageError> {
    let whole = |m: &&KeptRemark| m.duty.is_none() && !m.plain.withdrawn;
    let ids: Vec<RecordId> = all.iter().filter(whole).filter_map(|m| m.record).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let find = q("SELECT record_id, duty_id, cause_id FROM record_duties
                  WHERE (unmatched_why IS NULL OR cause_id IS NOT NULL)");
    for row in &from.all(find.and_in("record_id", ids).push("ORDER BY code, record_id, duty_id")).await? {
        let (record, duty, cause) = (row.id("record_id")?, row.id("duty_id")?, row.opt_id::<RemarkId>("cause_id")?);
        let own = |m: &KeptRemark| m.duty.is_none() && m.record == Some(record) && cause.is_none_or(|id| id == m.id);
        all.iter_mut().filter(|m| own(m)).for_each(|m| m.reach.push(duty));
    }
    Ok(())
}

/// Printed numbers of the items that some remarks took off their records. One statement, or none.
pub async fn taken_off(
    from: &mut impl Rows,
    all: &[KeptRemark],
) -> Result<HashMap<RemarkId, Vec<String>>, StorageError> {
    let agreed = |m: &&KeptRemark| m.plain.agreed && !m.plain.withdrawn && m.record.is_some();
    let ids: Vec<RemarkId> = all.iter().filter(agreed).map(|m| m.id).collect();
    let mut out: HashMap<RemarkId, Vec<String>> = HashMap::new();
    if ids.is_empty() {
        return Ok(out);
    }
    let find = q("SELECT cause_id, code FROM record_duties WHERE unmatched_why IS NOT NULL");
    for row in &from.all(find.and_in("cause_id", ids).push("ORDER BY code, cause_id, duty_id")).await? {
        out.entry(row.id("cause_id")?).or_default().push(row.text("code")?);
    }
    Ok(out)
}

/// What the second word about a mismatch comes to, in words, given what its record corresponds to.
pub fn comes_to(m: &KeptRemark, hits: &[Hit]) -> String {
    let meant = |hit: &&Hit| m.duty.is_none_or(|only| only == hit.0);
    let codes: Vec<&str> = hits.iter().filter(meant).map(|(_, code)| code.as_str()).collect();
    let rest: Vec<&str> = hits.iter().filter(|hit| !meant(hit)).map(|(_, code)| code.as_str()).collect();
    let rest =
        if rest.is_empty() { String::new() } else { format!("同一页对应的 {} 不变。", rest.join("、")) };
    match (m.record, codes.as_slice(), m.code.as_str()) {
        (Some(_), [], "") => "这一页现在没有对应的条目，认定后颜色不变。".to_owned(),
        (Some(_), [], code) | (None, _, code) => format!("认定后，{code} 按核查不符转红。{rest}"),
        (Some(_), codes, _) => {
            let codes = codes.join("、");
            format!("认定后，取消这一页与 {codes} 的对应，{codes} 按核查不符转红。{rest}")
        }
    }
}

impl KeptRemark {
    /// Who said it: both where two did.
    pub fn names(&self) -> String {
        if self.agreed_name.is_empty() {
            self.by_name.clone()
        } else {
            format!("{}、{}", self.by_name, self.agreed_name)
        }
    }
}

/// 核查不符 per item: agreed by two, not taken back. One about a record is about the items that it took off
/// that record; a tick that stood there earlier or came later is not its. What answers the last one of an item
/// was ticked after the second reader's word, by the clock.
pub async fn refuted(from: &mut impl Rows, post: PostId, year: i32) -> Result<HashMap<DutyId, Refuted>, StorageError> {
    let rows = from
        .all(
            q("SELECT m.duty_id, m.id, m.agreed_on, m.agreed_at FROM inspection_remarks m
                 JOIN inspections i ON i.id = m.inspection_id
               WHERE i.post_id = $1 AND i.year = $2 AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL
                 AND m.withdrawn_at IS NULL AND m.duty_id IS NOT NULL
                 AND m.id NOT IN (SELECT x.subject_id FROM excused x WHERE x.post_id = $1)
               UNION SELECT d.duty_id, m.id, m.agreed_on, m.agreed_at FROM inspection_remarks m
                 JOIN inspections i ON i.id = m.inspection_id JOIN record_duties d ON d.cause_id = m.id
               WHERE i.post_id = $1 AND i.year = $2 AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL
                 AND m.withdrawn_at IS NULL AND m.duty_id IS NULL
                 AND m.id NOT IN (SELECT x.subject_id FROM excused x WHERE x.post_id = $1)")
            .bind(post)
            .bind(year),
        )
        .await?;
    let mut latest: HashMap<DutyId, (Instant, Refuted)> = HashMap::new();
    for row in &rows {
        let (at, on) = (row.instant("agreed_at")?, row.day("agreed_on")?);
        let found = Refuted { remark: row.id("id")?, on, answered: None };
        let kept = latest.entry(row.id("duty_id")?).or_insert((at, found));
        // Of two of the same moment always the same one.
        if (at, found.remark) > (kept.0, kept.1.remark) {
            *kept = (at, found);
        }
    }
    if latest.is_empty() {
        return Ok(HashMap::new());
    }
    let ticks = q("SELECT d.duty_id, COALESCE(d.ticked_at, r.recorded_at) AS at, r.verified_at
                   FROM record_duties d JOIN records r ON r.id = d.record_id
                   WHERE r.post_id = $1 AND r.year = $2 AND r.state = 'recorded' AND d.unmatched_why IS NULL
                     AND NOT EXISTS (SELECT 1 FROM inspection_remarks m WHERE m.record_id = r.id
                       AND (m.duty_id IS NULL OR m.duty_id = d.duty_id)
                       AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL AND m.withdrawn_at IS NULL)");
    let ticks = from.all(ticks.bind(post).bind(year).and_in("d.duty_id", latest.keys().copied())).await?;
    for row in &ticks {
        let (at, checked) = (row.instant("at")?, row.opt_int("verified_at")?.is_some());
        if let Some((agreed, refuted)) = latest.get_mut(&row.id("duty_id")?)
            && at > *agreed
        {
            refuted.answered = Some(checked || refuted.answered == Some(true));
        }
    }
    Ok(latest.into_iter().map(|(duty, (_, refuted))| (duty, refuted)).collect())
}
