//! Rows of readings and their remarks. Only queries and mapping.

use std::collections::HashMap;

use domain::{
    Rejection,
    board::{Duty, OversightFacts, ThreadEvent, Visibility},
    ids::{DistrictId, DutyId, InspectionId, ItemId, PersonId, PostId, RecordId, RemarkId},
    oversight::{
        Done, Going, Inspection, PlanStep, Proposal, ProposalState, Purpose, Remark, RemarkKind, Sampling, Standing,
        step, with_going,
    },
    time::{Day, Instant},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{items::issued_item, posts, posts::PostInfo, rows::Rows, season},
    formers::{self, Former},
    hits,
};
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
    /// The list that was drawn from; empty for readings registered before it was kept.
    pub pool: Vec<Sampled>,
    /// Who headed the post on its days and left since.
    pub formers: Vec<Former>,
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
    let formers = formers::of(from, &info, &plain, today).await?;
    Ok(Kept {
        id,
        plain,
        read_of: then.who(),
        read_head: then.head.as_ref().map(|head| head.person),
        formers,
        info,
        names: readers.iter().map(|r| r.text("name")).collect::<Result<_, _>>()?,
        body: row.text("body")?,
        sampling: row.json("sampling")?,
        sample: row.json("sample")?,
        pool: row.json("pool")?,
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
    /// Author of that record.
    pub author: Option<PersonId>,
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
    /// Of one about a record as a whole: what the record corresponds to, or did until this remark. Only [`remarks`]
    /// fills it.
    pub reach: Vec<DutyId>,
}

const REMARKS: &str = concat!(
    "SELECT m.*, r.page, r.author_person, COALESCE(",
    issued_item!("code", "m.duty_id", "n.post_id", "n.year"),
    ", '') AS code FROM inspection_remarks m JOIN inspections n ON n.id = m.inspection_id
     LEFT JOIN records r ON r.id = m.record_id WHERE m.district_id = $1"
);

/// Remarks of a reading, oldest first.
pub async fn remarks(
    from: &mut impl Rows,
    district: DistrictId,
    id: InspectionId,
) -> Result<Vec<KeptRemark>, StorageError> {
    let query = q(REMARKS).bind(district).push_bind("AND m.inspection_id = ?", id).push("ORDER BY m.at, m.id");
    let mut all = from.all(query).await?.iter().map(remark_of).collect::<Result<Vec<_>, _>>()?;
    hits::reach(from, &mut all).await?;
    Ok(all)
}

/// Remarks of some readings, by reading, oldest first. One statement.
pub async fn remarks_of(
    from: &mut impl Rows,
    district: DistrictId,
    readings: &[InspectionId],
) -> Result<HashMap<InspectionId, Vec<KeptRemark>>, StorageError> {
    let query = q(REMARKS).bind(district).and_in("m.inspection_id", readings.iter().copied());
    let mut out: HashMap<InspectionId, Vec<KeptRemark>> = HashMap::new();
    for row in &from.all(query.push("ORDER BY m.at, m.id")).await? {
        let remark = remark_of(row)?;
        out.entry(remark.inspection).or_default().push(remark);
    }
    Ok(out)
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
        author: row.opt_id("author_person")?,
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
        reach: Vec::new(),
    })
}

/// Does a page of the book of a post and year correspond to the item?
pub async fn has_records(
    from: &mut impl Rows,
    (post, year): (PostId, i32),
    duty: DutyId,
) -> Result<bool, StorageError> {
    let find = q("SELECT r.id FROM records r JOIN record_duties d ON d.record_id = r.id
                  WHERE r.post_id = $1 AND r.year = $2 AND d.duty_id = $3 AND d.unmatched_why IS NULL
                    AND r.state = 'recorded' LIMIT 1");
    Ok(from.first(find.bind(post).bind(year).bind(duty)).await?.is_some())
}

impl KeptRemark {
    /// Its item as both signed it: what followed the signatures is no part of the paper.
    pub fn signed_item(&self) -> Option<ItemId> {
        self.item.filter(|_| self.proposal.as_ref().is_none_or(|p| !p.after))
    }

    /// Its author asks to take back what two agreed; the second reader has not said yes yet.
    pub fn leaving(&self) -> bool {
        !self.plain.withdrawn && !self.withdrawn_why.is_empty()
    }

    /// Changes with every step about it: a form that shows another one is stale.
    pub fn seen(&self) -> i64 {
        let steps = [self.plain.agreed, self.plain.check_asked, self.plain.check_answered, self.leaving()];
        steps.into_iter().fold(0, |seen, step| seen * 2 + i64::from(step))
    }

    /// What it is about, in words: 「第 3 页」, 「第 3 页 6.3」, 「一条记录」, the printed number of an item, or 「整本」.
    pub fn about(&self) -> String {
        match (self.page, self.record, self.code.as_str()) {
            (Some(page), _, "") => format!("第 {page} 页"),
            (Some(page), _, code) => format!("第 {page} 页 {code}"),
            (None, Some(_), _) => "一条记录".to_owned(),
            (None, None, "") => "整本".to_owned(),
            (None, None, code) => code.to_owned(),
        }
    }
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
    let event = event(tx.now(), kept, source, title);
    tx.thread(district, &event).await?;
    Ok(())
}

fn event(at: Instant, kept: &Kept, source: &str, title: String) -> ThreadEvent {
    event_of(at, (kept.id, kept.info.post, kept.plain.year), source, title)
}

/// A line about a reading of the book of a post and year.
pub fn event_of(
    at: Instant,
    (id, post, year): (InspectionId, PostId, i32),
    source: &str,
    title: String,
) -> ThreadEvent {
    ThreadEvent {
        post,
        year,
        duty: None,
        stage: Duty::Du,
        at,
        source: source.to_owned(),
        title,
        link: Some(format!("/oversight/{id}")),
        visibility: Visibility::All,
    }
}

/// A line that only the head and the office read: one for either side, so that each reads exactly one.
pub async fn thread_between(
    tx: &mut Tx,
    district: DistrictId,
    kept: &Kept,
    source: &str,
    title: &str,
) -> Result<(), Failure> {
    let line = |visibility| ThreadEvent { visibility, ..event(tx.now(), kept, source, title.to_owned()) };
    let both = [line(Visibility::Office), line(Visibility::Owner)];
    tx.thread_all(district, &both).await?;
    Ok(())
}

/// 督 of the board: the step of the year that `today` is in.
pub async fn facts(from: &mut impl Rows, post: PostId, year: i32, today: Day) -> Result<OversightFacts, StorageError> {
    let rows = from
        .all(
            q("SELECT purpose, standing, closed_on, from_day FROM inspections
               WHERE post_id = $1 AND year = $2 AND standing <> 'withdrawn'")
            .bind(post)
            .bind(year),
        )
        .await?;
    let plan = season::of_posts(from, &[post], year).await?.remove(&post).unwrap_or_default();
    stands(year, today, &rows, &plan)
}

/// [`facts`] of the readings of a post and year that were not taken back.
pub fn stands(year: i32, today: Day, readings: &[Row], plan: &[PlanStep]) -> Result<OversightFacts, StorageError> {
    let mut going = Vec::new();
    for row in readings {
        if row.keyed("standing", Standing::from_key)? != Standing::Closed {
            going.push(Going { purpose: row.keyed("purpose", Purpose::from_key)?, from: row.day("from_day")? });
        }
    }
    Ok(with_going(step(year, today, &done(readings, today)?, plan), &going, today))
}

/// Those of some readings that ended.
fn done(readings: &[Row], today: Day) -> Result<Vec<Done>, StorageError> {
    let mut done = Vec::new();
    for row in readings {
        if row.keyed("standing", Standing::from_key)? == Standing::Closed {
            let on = row.opt_day("closed_on")?.unwrap_or(today);
            done.push(Done { purpose: row.keyed("purpose", Purpose::from_key)?, on });
        }
    }
    Ok(done)
}
