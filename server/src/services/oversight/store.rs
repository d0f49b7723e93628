//! Rows of readings and their remarks. Only queries and mapping.

use std::collections::HashMap;

use domain::{
    Rejection,
    board::{Duty, OversightFacts, Refuted, ThreadEvent, Visibility},
    ids::{DistrictId, DutyId, InspectionId, ItemId, PersonId, PostId, RecordId, RemarkId},
    oversight::{Done, Inspection, Proposal, ProposalState, Purpose, Remark, RemarkKind, Sampling, Standing, step},
    records::BookRemark,
    time::{Day, Instant},
};
use serde::{Deserialize, Serialize};

use super::super::{posts, posts::PostInfo, rows::Rows};
use crate::storage::{Failure, Row, StorageError, Tx, q};

/// A sampled item as it stood in the list when it was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Text.
    pub text: String,
}

/// A reading with what stands around it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Id.
    pub id: InspectionId,
    /// As rules know it.
    pub plain: Inspection,
    /// Post and unit, with the present head.
    pub info: PostInfo,
    /// Whoever held the post when the reading ended, and who holds it while it has not: `叶国平，党组织书记`, 「空缺」.
    pub read_of: String,
    /// Person of it.
    pub read_head: Option<PersonId>,
    /// Names of the readers, in the order of `plain.readers`.
    pub names: Vec<String>,
    /// Supervising body.
    pub body: String,
    /// How the sample came about.
    pub sampling: Sampling,
    /// The sample.
    pub sample: Vec<Sampled>,
    /// Conclusion of the feedback.
    pub conclusion: String,
    /// Edition that signatures cover.
    pub edition: i64,
    /// Version for forms.
    pub version: i64,
    /// Why it was taken back.
    pub withdrawn_why: String,
}

/// One reading, or 「没有找到」.
pub async fn load(from: &mut impl Rows, district: DistrictId, id: InspectionId, today: Day) -> Result<Kept, Failure> {
    let row = from
        .first(q("SELECT * FROM inspections WHERE id = $1 AND district_id = $2").bind(id).bind(district))
        .await?
        .ok_or(Rejection::NotFound)?;
    let info = posts::post(from, district, row.id("post_id")?, today).await?.ok_or(Rejection::NotFound)?;
    let readers = from
        .all(
            q("SELECT person_id, name FROM inspection_readers WHERE inspection_id = $1 ORDER BY name, person_id")
                .bind(id),
        )
        .await?;
    let people = readers.iter().map(|r| r.id("person_id")).collect::<Result<Vec<PersonId>, _>>()?;
    let plain = plain(&row, people)?;
    // The paper names the head whose book was read, whoever comes after him.
    let then = if plain.to < today { posts::post(from, district, info.post, plain.to).await? } else { None };
    let then = then.as_ref().unwrap_or(&info);
    Ok(Kept {
        id,
        plain,
        read_of: then.who(),
        read_head: then.head.as_ref().map(|head| head.person),
        info,
        names: readers.iter().map(|r| r.text("name")).collect::<Result<_, _>>()?,
        body: row.text("body")?,
        sampling: row.json("sampling")?,
        sample: row.json("sample")?,
        conclusion: row.text("conclusion")?,
        edition: row.int("edition")?,
        version: row.int("version")?,
        withdrawn_why: row.text("withdrawn_why")?,
    })
}

/// A reading of a row as rules know it.
pub fn plain(row: &Row, readers: Vec<PersonId>) -> Result<Inspection, StorageError> {
    Ok(Inspection {
        purpose: row.keyed("purpose", Purpose::from_key)?,
        year: row.year("year")?,
        from: row.day("from_day")?,
        to: row.day("to_day")?,
        readers,
        standing: row.keyed("standing", Standing::from_key)?,
    })
}

/// A remark with its words.
#[derive(Debug, Clone)]
pub struct KeptRemark {
    /// Id.
    pub id: RemarkId,
    /// As rules know it.
    pub plain: Remark,
    /// Reading.
    pub inspection: InspectionId,
    /// About a record.
    pub record: Option<RecordId>,
    /// About an item.
    pub duty: Option<DutyId>,
    /// Words.
    pub text: String,
    /// Who wrote it.
    pub by_name: String,
    /// When.
    pub at: Instant,
    /// The second reader.
    pub agreed_name: String,
    /// Whose word the un-matching of a mismatch is.
    pub agreed_by: Option<PersonId>,
    /// What the head wants checked.
    pub check_words: String,
    /// Answer.
    pub answer: String,
    /// Why it was taken back, or why its author asks to.
    pub withdrawn_why: String,
    /// Item of the closed loop.
    pub item: Option<ItemId>,
    /// What shall become an item.
    pub proposal: Option<Proposal>,
    /// Page of the record it is about.
    pub page: Option<u32>,
    /// Printed number of the item it is about.
    pub code: String,
}

const REMARKS: &str = "SELECT m.*, r.page,
  COALESCE((SELECT i.code FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
    WHERE i.duty_id = m.duty_id AND l.post_id = n.post_id AND l.year = n.year
    ORDER BY l.edition DESC LIMIT 1), '') AS code
  FROM inspection_remarks m JOIN inspections n ON n.id = m.inspection_id
  LEFT JOIN records r ON r.id = m.record_id WHERE m.district_id = $1";

/// Remarks of a reading, oldest first.
pub async fn remarks(
    from: &mut impl Rows,
    district: DistrictId,
    id: InspectionId,
) -> Result<Vec<KeptRemark>, StorageError> {
    let query = q(REMARKS).bind(district).push_bind("AND m.inspection_id = ?", id).push("ORDER BY m.at, m.id");
    from.all(query).await?.iter().map(remark_of).collect()
}

/// One remark, or 「没有找到」.
pub async fn remark(from: &mut impl Rows, district: DistrictId, id: RemarkId) -> Result<KeptRemark, Failure> {
    let row = from.first(q(REMARKS).bind(district).push_bind("AND m.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    Ok(remark_of(&row)?)
}

fn remark_of(row: &Row) -> Result<KeptRemark, StorageError> {
    let proposal: ProposalState = row.keyed("proposal_state", ProposalState::from_key)?;
    Ok(KeptRemark {
        id: row.id("id")?,
        plain: Remark {
            kind: row.keyed("kind", RemarkKind::from_key)?,
            by: row.id("by_person")?,
            agreed: row.opt_text("agreed_by")?.is_some(),
            check_asked: row.opt_int("check_at")?.is_some(),
            check_answered: row.opt_int("answered_at")?.is_some(),
            withdrawn: row.opt_int("withdrawn_at")?.is_some(),
            proposal,
        },
        proposal: (proposal != ProposalState::Absent).then(|| row.json("proposal")).transpose()?,
        inspection: row.id("inspection_id")?,
        record: row.opt_id("record_id")?,
        duty: row.opt_id("duty_id")?,
        text: row.text("text")?,
        by_name: row.text("by_name")?,
        at: row.instant("at")?,
        agreed_name: row.text("agreed_name")?,
        agreed_by: row.opt_id("agreed_by")?,
        check_words: row.text("check_words")?,
        answer: row.text("answer")?,
        withdrawn_why: row.text("withdrawn_why")?,
        item: row.opt_id("item_id")?,
        page: row.opt_int("page")?.and_then(|p| u32::try_from(p).ok()),
        code: row.text("code")?,
    })
}

impl KeptRemark {
    /// Its author asks to take back what two agreed; the second reader has not said yes yet.
    pub fn leaving(&self) -> bool {
        !self.plain.withdrawn && !self.withdrawn_why.is_empty()
    }

    /// Changes with every step about it: a form that shows another one is stale.
    pub fn seen(&self) -> i64 {
        let steps = [self.plain.agreed, self.plain.check_asked, self.plain.check_answered, self.leaving()];
        steps.into_iter().fold(0, |seen, step| seen * 2 + i64::from(step))
    }

    /// What it is about, in words: 「第 3 页」, 「一条记录」, the printed number of an item, or 「整本」.
    pub fn about(&self) -> String {
        match (self.page, self.record, self.code.as_str()) {
            (Some(page), ..) => format!("第 {page} 页"),
            (None, Some(_), _) => "一条记录".to_owned(),
            (None, None, "") => "整本".to_owned(),
            (None, None, code) => code.to_owned(),
        }
    }
}

/// Remarks of the readings of a book that both signed, oldest first, for the book itself.
pub async fn book_remarks(
    from: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    year: i32,
) -> Result<Vec<BookRemark>, StorageError> {
    let rows = from
        .all(
            q("SELECT id, body, closed_on, conclusion, purpose FROM inspections
               WHERE district_id = $1 AND post_id = $2 AND year = $3 AND standing = 'closed' ORDER BY closed_on, id")
            .bind(district)
            .bind(post)
            .bind(year),
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let (body, on) = (row.text("body")?, row.day("closed_on")?);
        for m in remarks(from, district, row.id("id")?).await?.into_iter().filter(|m| m.plain.counts()) {
            let whole = m.record.is_none() && m.code.is_empty();
            let answer = match (m.check_words.as_str(), m.answer.as_str()) {
                ("", _) => String::new(),
                (asked, "") => format!("申请核对：{asked}"),
                (asked, answer) => format!("申请核对：{asked}；答复：{answer}"),
            };
            let said = if m.text.is_empty() { String::new() } else { format!("：{}", m.text) };
            out.push(BookRemark {
                // Its own day; the days of signing stand at the signatures.
                on: m.at.day(),
                by: format!("{body} {}", m.by_name),
                about: if whole { String::new() } else { m.about() },
                kind: Some(m.plain.kind),
                text: format!("{}{said}", m.plain.kind.label()),
                answer,
            });
        }
        let purpose = row.keyed("purpose", Purpose::from_key)?;
        out.push(BookRemark {
            on,
            by: body,
            about: String::new(),
            kind: None,
            text: format!("{}综合意见：{}", purpose.label(), row.text("conclusion")?),
            answer: String::new(),
        });
    }
    Ok(out)
}

/// A step of a reading changes its version; somebody else's change in between is stale.
pub async fn stepped(tx: &mut Tx, kept: &Kept, seen: i64) -> Result<(), Failure> {
    let touched = tx
        .execute(
            q("UPDATE inspections SET version = version + 1 WHERE id = $1 AND version = $2").bind(kept.id).bind(seen),
        )
        .await?;
    if touched == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// A line in the thread of the post.
pub async fn thread(
    tx: &mut Tx,
    district: DistrictId,
    kept: &Kept,
    source: &str,
    title: String,
) -> Result<(), Failure> {
    let event = ThreadEvent {
        post: kept.info.post,
        year: kept.plain.year,
        duty: None,
        stage: Duty::Du,
        at: tx.now(),
        source: source.to_owned(),
        title,
        link: Some(format!("/oversight/{}", kept.id)),
        visibility: Visibility::All,
    };
    tx.thread(district, &event).await?;
    Ok(())
}

/// 督 of the board: the step of the year that `today` is in.
pub async fn facts(from: &mut impl Rows, post: PostId, year: i32, today: Day) -> Result<OversightFacts, StorageError> {
    let rows = from
        .all(
            q("SELECT purpose, standing, closed_on FROM inspections WHERE post_id = $1 AND year = $2 AND standing = 'closed'")
                .bind(post)
                .bind(year),
        )
        .await?;
    Ok(step(year, today, &done(&rows, today)?))
}

/// Those of some readings that ended.
pub fn done(readings: &[Row], today: Day) -> Result<Vec<Done>, StorageError> {
    let mut done = Vec::new();
    for row in readings {
        if row.keyed("standing", Standing::from_key)? == Standing::Closed {
            let on = row.opt_day("closed_on")?.unwrap_or(today);
            done.push(Done { purpose: row.keyed("purpose", Purpose::from_key)?, on });
        }
    }
    Ok(done)
}

/// 核查不符 per item: agreed by two, not taken back. One about a record is about the items that it took off
/// that record; a tick that stood there earlier or came later is not its. What answers the last one of an item
/// was ticked after the second reader's word, by the clock.
pub async fn refuted(from: &mut impl Rows, post: PostId, year: i32) -> Result<HashMap<DutyId, Refuted>, StorageError> {
    let rows = from
        .all(
            q("SELECT m.duty_id, m.agreed_on, m.agreed_at FROM inspection_remarks m
                 JOIN inspections i ON i.id = m.inspection_id
               WHERE i.post_id = $1 AND i.year = $2 AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL
                 AND m.withdrawn_at IS NULL AND m.duty_id IS NOT NULL
               UNION SELECT d.duty_id, m.agreed_on, m.agreed_at FROM inspection_remarks m
                 JOIN inspections i ON i.id = m.inspection_id JOIN record_duties d ON d.cause_id = m.id
               WHERE i.post_id = $1 AND i.year = $2 AND m.kind = 'mismatch' AND m.agreed_on IS NOT NULL
                 AND m.withdrawn_at IS NULL AND m.duty_id IS NULL")
            .bind(post)
            .bind(year),
        )
        .await?;
    let mut latest: HashMap<DutyId, (Instant, Refuted)> = HashMap::new();
    for row in &rows {
        let (at, on) = (row.instant("agreed_at")?, row.day("agreed_on")?);
        let kept = latest.entry(row.id("duty_id")?).or_insert((at, Refuted { on, answered: None }));
        if at > kept.0 {
            *kept = (at, Refuted { on, answered: None });
        }
    }
    if latest.is_empty() {
        return Ok(HashMap::new());
    }
    let ticks = q("SELECT d.duty_id, COALESCE(d.ticked_at, r.recorded_at) AS at, r.verified_at
                   FROM record_duties d JOIN records r ON r.id = d.record_id
                   WHERE r.post_id = $1 AND r.year = $2 AND r.state = 'recorded' AND d.unmatched_why IS NULL
                     AND NOT EXISTS (SELECT 1 FROM inspection_remarks m WHERE m.record_id = r.id
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
