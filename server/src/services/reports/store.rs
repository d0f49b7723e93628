//! Rows of reports. Only queries and mapping.

use domain::{
    Rejection,
    ids::{DistrictId, PersonId, ReportId},
    papers::Seen,
    people::access::{Actor, read_office_report},
    reports::{Block, Cover, FactBlock, Job, Judgement, Kind, Period, Report, State},
    time::Instant,
};
use serde::{Deserialize, Serialize};

use super::{super::rows::Rows, gather::Covered};
use crate::storage::{Failure, Query, Row, StorageError, Tx, q};

/// A report with what stands around it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Id.
    pub id: ReportId,
    /// District.
    pub district: DistrictId,
    /// As the rules know it.
    pub plain: Report,
    /// Whom it is about.
    pub cover: Cover,
    /// Its name at the time.
    pub cover_name: String,
    /// Period.
    pub period: Period,
    /// Posts in the order of the directory.
    pub posts: Vec<Covered>,
    /// Newest edition.
    pub edition: Edition,
    /// Version for forms.
    pub version: i64,
    /// Who began it.
    pub made_by: PersonId,
    /// His name.
    pub made_name: String,
    /// When.
    pub made_at: Instant,
    /// Why it was sent back; empty otherwise.
    pub returned_why: String,
    /// Who approved it, and when.
    pub approved: Option<(String, Instant)>,
    /// Who filed it, and when.
    pub filed: Option<(String, Instant)>,
    /// Hash of what was filed.
    pub hash: String,
}

/// One computation of the facts.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Number.
    pub no: i64,
    /// Why it was made.
    pub cause: String,
    /// How far it is.
    pub job: Job,
    /// The moment that its facts are about; 0 until it begins.
    pub as_of: Instant,
    /// Version of the rules of colours then.
    pub rule_version: u32,
    /// How many blocks it has.
    pub blocks: u32,
    /// Who had it made.
    pub made_name: String,
    /// When it was begun.
    pub queued_at: Instant,
    /// Judgements as they stood when it was sent or left behind.
    pub texts: Option<Vec<(Judgement, String)>>,
}

/// A judgement as it stands.
#[derive(Debug, Clone)]
pub struct Text {
    /// Which.
    pub part: Judgement,
    /// What it says.
    pub words: String,
    /// Version for its form; 0 while nobody wrote it.
    pub version: i64,
    /// Who wrote it last.
    pub saved_by: Option<PersonId>,
    /// His name and when; empty while nobody wrote it.
    pub saved: Option<(String, Instant)>,
}

impl Text {
    /// What a form is given of it.
    pub fn seen(&self) -> Seen {
        Seen::of(u32::try_from(self.version).unwrap_or(u32::MAX), &self.words)
    }
}

const REPORTS: &str = "SELECT n.*, e.cause, e.job, e.as_of, e.rule_version, e.blocks, e.queued_at,
    e.made_name AS edition_by, e.texts
  FROM reports n JOIN report_editions e ON e.report_id = n.id AND e.edition = n.edition WHERE n.district_id = $1";

/// Reports of a district with their newest editions; more conditions can be pushed (`n` report, `e` edition).
pub fn reports_query(district: DistrictId) -> Query {
    q(REPORTS).bind(district)
}

/// A report of a row of [`reports_query`].
pub fn read(row: &Row) -> Result<Kept, StorageError> {
    let at = |name: &str, by: &str| -> Result<Option<(String, Instant)>, StorageError> {
        Ok(match row.opt_instant(name)? {
            Some(at) => Some((row.text(by)?, at)),
            None => None,
        })
    };
    let edition = edition(row, "edition_by")?;
    Ok(Kept {
        id: row.id("id")?,
        district: row.id("district_id")?,
        plain: Report {
            kind: row.keyed("kind", Kind::from_key)?,
            state: row.keyed("state", State::from_key)?,
            job: edition.job,
        },
        cover: row.keyed("cover", Cover::from_key)?,
        cover_name: row.text("cover_name")?,
        period: row.keyed("period", Period::from_key)?,
        posts: row.json("posts")?,
        edition,
        version: row.int("version")?,
        made_by: row.id("made_by")?,
        made_name: row.text("made_name")?,
        made_at: row.instant("made_at")?,
        returned_why: row.text("returned_why")?,
        approved: at("approved_at", "approved_name")?,
        filed: at("filed_at", "filed_name")?,
        hash: row.text("content_hash")?,
    })
}

fn edition(row: &Row, by: &str) -> Result<Edition, StorageError> {
    let texts = row.text("texts")?;
    Ok(Edition {
        no: row.int("edition")?,
        cause: row.text("cause")?,
        job: row.keyed("job", Job::from_key)?,
        as_of: row.instant("as_of")?,
        rule_version: row.small("rule_version")?,
        blocks: row.small("blocks")?,
        made_name: row.text(by)?,
        queued_at: row.instant("queued_at")?,
        texts: if texts.is_empty() { None } else { Some(row.json("texts")?) },
    })
}

/// One report, or 「没有找到」.
pub async fn load(from: &mut impl Rows, district: DistrictId, id: ReportId) -> Result<Kept, Failure> {
    let row = from.first(reports_query(district).push_bind("AND n.id = ?", id)).await?.ok_or(Rejection::NotFound)?;
    Ok(read(&row)?)
}

/// One report that the actor may read, or 「没有找到」, whether it is there or not.
pub async fn readable(from: &mut impl Rows, actor: &Actor, id: ReportId) -> Result<Kept, Failure> {
    let kept = load(from, actor.district, id).await?;
    let reader = is_reader(from, id, actor.person).await?;
    let filed = kept.plain.state == State::Filed;
    let _proof = read_office_report(actor, kept.cover, filed, reader).map_err(|_| Rejection::NotFound)?;
    Ok(kept)
}

/// Is the person among the readers of a filed report?
pub async fn is_reader(from: &mut impl Rows, id: ReportId, person: PersonId) -> Result<bool, StorageError> {
    let find = q("SELECT name FROM report_readers WHERE report_id = $1 AND person_id = $2").bind(id).bind(person);
    Ok(from.first(find).await?.is_some())
}

/// Readers of a filed report, by name.
pub async fn readers(from: &mut impl Rows, id: ReportId) -> Result<Vec<String>, StorageError> {
    let find = q("SELECT c.name FROM report_readers c JOIN persons s ON s.id = c.person_id WHERE c.report_id = $1
                  ORDER BY s.strokes, c.name, c.person_id");
    from.all(find.bind(id)).await?.iter().map(|row| row.text("name")).collect()
}

/// Ids of the readers of a filed report.
pub async fn reader_ids(from: &mut impl Rows, id: ReportId) -> Result<Vec<PersonId>, StorageError> {
    let find = q("SELECT person_id FROM report_readers WHERE report_id = $1 ORDER BY person_id").bind(id);
    from.all(find).await?.iter().map(|row| row.id("person_id")).collect()
}

/// Every edition, oldest first.
pub async fn editions(from: &mut impl Rows, id: ReportId) -> Result<Vec<Edition>, StorageError> {
    let find = q("SELECT * FROM report_editions WHERE report_id = $1 ORDER BY edition").bind(id);
    from.all(find).await?.iter().map(|row| edition(row, "made_name")).collect()
}

/// Blocks of an edition that are computed, in printed order.
pub async fn facts(from: &mut impl Rows, id: ReportId, edition: i64) -> Result<Vec<FactBlock>, StorageError> {
    let find = q("SELECT facts FROM report_facts WHERE report_id = $1 AND edition = $2").bind(id).bind(edition);
    let rows = from.all(find).await?;
    let mut blocks = rows.iter().map(|row| row.json("facts")).collect::<Result<Vec<FactBlock>, _>>()?;
    blocks.sort_by_key(|facts| Block::ALL.iter().position(|block| *block == facts.block));
    Ok(blocks)
}

/// Judgements of a report, one for each part that its kind has.
pub async fn texts(from: &mut impl Rows, kept: &Kept) -> Result<Vec<Text>, StorageError> {
    let rows = from.all(q("SELECT * FROM report_texts WHERE report_id = $1").bind(kept.id)).await?;
    let parts = kept.plain.kind.judgements().iter();
    parts
        .map(|part| {
            let row = rows.iter().find(|row| row.text("part").is_ok_and(|key| key == part.key()));
            Ok(match row {
                None => Text { part: *part, words: String::new(), version: 0, saved_by: None, saved: None },
                Some(row) => Text {
                    part: *part,
                    words: row.text("text")?,
                    version: row.int("version")?,
                    saved_by: Some(row.id("saved_by")?),
                    saved: Some((row.text("saved_name")?, row.instant("saved_at")?)),
                },
            })
        })
        .collect()
}

/// Names under 起草: whoever began it, and everybody else whose words stand in it.
pub fn writers(kept: &Kept, texts: &[Text]) -> Vec<String> {
    let mut names = vec![kept.made_name.clone()];
    let mut persons = vec![kept.made_by];
    for text in texts.iter().filter(|text| !text.words.trim().is_empty()) {
        if let (Some(person), Some((name, _))) = (text.saved_by, &text.saved)
            && !persons.contains(&person)
        {
            persons.push(person);
            names.push(name.clone());
        }
    }
    names
}

/// Words of the judgements alone.
pub fn words(texts: &[Text]) -> Vec<(Judgement, String)> {
    texts.iter().map(|text| (text.part, text.words.clone())).collect()
}

/// A step changes the version; somebody else's step in between is stale.
pub async fn stepped(tx: &mut Tx, kept: &Kept, seen: i64) -> Result<(), Failure> {
    let query = q("UPDATE reports SET version = version + 1 WHERE id = $1 AND version = $2").bind(kept.id).bind(seen);
    if tx.execute(query).await? == 1 { Ok(()) } else { Err(Rejection::Stale.into()) }
}

/// One line of the log.
pub async fn audit(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    kept: &Kept,
    more: &str,
) -> Result<(), StorageError> {
    let details = format!("{}{}{} {more}", kept.cover_name, kept.period.label(), kept.plain.kind.label());
    let object = format!("report:{}", kept.id);
    tx.audit(actor.district, Some(actor.account), action, &object, details.trim_end()).await
}

/// What of a report is hashed when it is filed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Content<'a> {
    /// Kind, cover and period.
    pub about: (Kind, String, String),
    /// Posts.
    pub posts: Vec<Covered>,
    /// Moment and rule version of the facts.
    pub as_of: (Instant, u32),
    /// Facts.
    pub facts: Vec<FactBlock>,
    /// Judgements.
    pub texts: Vec<(Judgement, String)>,
    /// Which form this is.
    pub form: &'a str,
}

/// Hex SHA-256 of facts, judgements and rule version.
pub fn hash(kept: &Kept, facts: &[FactBlock], texts: &[(Judgement, String)]) -> Result<String, StorageError> {
    use sha2::Digest as _;
    let content = Content {
        about: (kept.plain.kind, kept.cover.key(), kept.period.key()),
        posts: kept.posts.clone(),
        as_of: (kept.edition.as_of, kept.edition.rule_version),
        facts: facts.to_vec(),
        texts: texts.to_vec(),
        form: "1",
    };
    let bytes = serde_json::to_vec(&content).map_err(|_| StorageError::shape("content"))?;
    Ok(hex::encode(sha2::Sha256::digest(bytes)))
}

/// JSON of something stored.
pub fn json(value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|_| StorageError::shape("json"))
}
