//! The words of a record that went offline: taken out of the book into one place that only its two
//! officers read, and given back when the asker thinks better of it.

use domain::{
    ids::{PostId, RecordId},
    records::{DETAILS, FieldShape, RecordDetails, RecordKind},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{super::rows::Rows, decide::Stored},
    common::Common,
    inspected::{self, Said},
    quoted::{Report, cut_reports, put_back},
    words::Words,
};
use crate::storage::{Failure, StorageError, Tx, q};

/// State of a record without a page that went offline: in no list, counted nowhere.
pub const OFFLINE: &str = "offline";
/// Label of what stood before a correction.
const BEFORE: &str = "更正前";
/// Text of the page meanwhile.
pub const WAITING: &str = "已转线下，待两名干部办理。";

/// A correction with its texts.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Correction {
    seq: i64,
    before: String,
    after: String,
    reason: String,
    before_details: Option<String>,
    after_details: Option<String>,
}

/// Everything of a record that says something.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Held {
    text: String,
    details: String,
    corrections: Vec<Correction>,
    reports: Vec<Report>,
    /// What readings say in its words.
    #[serde(default)]
    said: Vec<Said>,
    /// Its files: name, and why it was withdrawn.
    #[serde(default)]
    files: Vec<(String, String)>,
    /// State before: `recorded`, `proxy` or `refused`.
    #[serde(default = "recorded")]
    state: String,
    /// Why it was refused.
    #[serde(default)]
    refused: String,
    #[serde(default)]
    page: Option<u32>,
}

fn recorded() -> String {
    "recorded".to_owned()
}

impl Held {
    /// The words as they stand.
    pub async fn read(rows: &mut impl Rows, id: RecordId, stored: &Stored) -> Result<Self, StorageError> {
        Ok(Self {
            text: stored.text.clone(),
            details: stored.row.text("details")?,
            corrections: corrections(rows, id).await?,
            reports: Vec::new(),
            said: Vec::new(),
            files: files(rows, id).await?,
            state: stored.state.clone(),
            refused: stored.row.text("refused_why")?,
            page: stored.page,
        })
    }

    /// Takes the words out of the book and out of the reports drafted from it.
    ///
    /// # Errors
    /// Stale where they are not those that `common` was asked about.
    pub async fn take(tx: &mut Tx, id: RecordId, stored: &Stored, common: &Common) -> Result<Self, Failure> {
        let mut held = Self::read(tx, id, stored).await?;
        let mut words = common.own(tx, stored.row.id("district_id")?, held.words()).await?;
        // What has no page leaves no line in the book either.
        let state = if stored.page.is_some() { "stub" } else { OFFLINE };
        tx.execute(
            q("UPDATE records SET state = $1, text = $2, details = '{}', refused_why = '', version = version + 1
               WHERE id = $3")
            .bind(state)
            .bind(WAITING)
            .bind(id),
        )
        .await?;
        tx.execute(
            q("UPDATE record_corrections SET before_text = '', after_text = '', reason = '', before_details = NULL,
                 after_details = NULL WHERE record_id = $1")
            .bind(id),
        )
        .await?;
        held.said = inspected::cut(tx, stored.post, id, &words).await?;
        held.said.iter().filter_map(Said::remark).for_each(|remark| words.add_remark(remark));
        held.reports = cut_reports(tx, stored.post, &words).await?;
        Ok(held)
    }

    /// Puts them back as they were; a report that somebody changed meanwhile stays as it is.
    pub async fn give_back(self, tx: &mut Tx, id: RecordId, post: PostId) -> Result<(), Failure> {
        tx.execute(
            q("UPDATE records SET state = $1, text = $2, details = $3, refused_why = $4, version = version + 1
               WHERE id = $5")
            .bind(self.state)
            .bind(self.text)
            .bind(self.details)
            .bind(self.refused)
            .bind(id),
        )
        .await?;
        for one in self.corrections {
            tx.execute(
                q("UPDATE record_corrections SET before_text = $1, after_text = $2, reason = $3, before_details = $4,
                     after_details = $5 WHERE record_id = $6 AND seq = $7")
                .bind(one.before)
                .bind(one.after)
                .bind(one.reason)
                .bind(one.before_details)
                .bind(one.after_details)
                .bind(id)
                .bind(one.seq),
            )
            .await?;
        }
        put_back(tx, post, self.reports).await?;
        inspected::give_back(tx, &self.said).await?;
        Ok(())
    }

    /// Text as it stood last.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Fields of its kind, then of every correction the earlier text and fields, with its reason: what is erased
    /// is shown first.
    pub fn lines(&self, kind: RecordKind) -> Result<Vec<(String, String)>, StorageError> {
        let mut lines = fields(&self.details)?.details_lines(kind);
        for one in &self.corrections {
            if one.before != one.after {
                lines.push((BEFORE.to_owned(), one.before.clone()));
            }
            if let Some(before) = &one.before_details {
                let after = one.after_details.as_deref().map_or_else(|| Ok(RecordDetails::default()), fields)?;
                let (before, after) = (fields(before)?.details_lines(kind), after.details_lines(kind));
                let changed = before.into_iter().filter(|line| !after.contains(line));
                lines.extend(changed.map(|(label, value)| (BEFORE.to_owned(), format!("{label}：{value}"))));
            }
            if !matches!(one.reason.as_str(), "" | DETAILS) {
                lines.push(("更正原因".to_owned(), one.reason.clone()));
            }
        }
        if !self.refused.is_empty() {
            lines.push(("退回说明".to_owned(), self.refused.clone()));
        }
        let withdrawn = self.files.iter().filter(|(_, why)| !why.is_empty());
        lines.extend(withdrawn.map(|(name, why)| (format!("撤下“{name}”的原因"), why.clone())));
        lines.extend(self.said.iter().map(Said::line));
        Ok(lines)
    }

    /// What readings said in its words.
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// What is looked for where it was quoted: the texts, and what is long of fields, reasons and names of files.
    pub fn words(&self) -> Words {
        let mut words = Words::default();
        let earlier = self.corrections.iter().flat_map(|one| [&one.before, &one.after]);
        for text in std::iter::once(&self.text).chain(earlier) {
            words.add(text);
            words.add_drawn(text, self.page);
        }
        let earlier = self.corrections.iter().flat_map(|one| [&one.before_details, &one.after_details]).flatten();
        for stored in std::iter::once(&self.details).chain(earlier) {
            for (field, value) in fields(stored).unwrap_or_default().values {
                match field.shape() {
                    FieldShape::Long => words.add_field(&value),
                    FieldShape::Line => words.add_parts(&value),
                    FieldShape::Day | FieldShape::Ticks => {}
                }
            }
        }
        let reasons = self.corrections.iter().map(|one| &one.reason).filter(|why| *why != DETAILS);
        for text in reasons.chain([&self.refused]).chain(self.files.iter().flat_map(|(name, why)| [name, why])) {
            words.add_parts(text);
        }
        for (name, _) in &self.files {
            // Without its ending.
            words.add_parts(name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem));
        }
        self.said.iter().filter_map(Said::remark).for_each(|remark| words.add_remark(remark));
        words
    }
}

fn fields(stored: &str) -> Result<RecordDetails, StorageError> {
    serde_json::from_str(stored).map_err(|_| StorageError::shape("details"))
}

/// Its files, withdrawn ones and unended uploads, too.
async fn files(rows: &mut impl Rows, id: RecordId) -> Result<Vec<(String, String)>, StorageError> {
    let find = q("SELECT name, withdrawn_why AS why FROM evidence_links WHERE record_id = $1
         UNION SELECT name, '' AS why FROM evidence_uploads WHERE record_id = $1 ORDER BY name, why");
    rows.all(find.bind(id)).await?.iter().map(|row| Ok((row.text("name")?, row.text("why")?))).collect()
}

async fn corrections(rows: &mut impl Rows, id: RecordId) -> Result<Vec<Correction>, StorageError> {
    let rows = rows
        .all(
            q("SELECT seq, before_text, after_text, reason, before_details, after_details FROM record_corrections
               WHERE record_id = $1 ORDER BY seq")
            .bind(id),
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Correction {
                seq: row.int("seq")?,
                before: row.text("before_text")?,
                after: row.text("after_text")?,
                reason: row.text("reason")?,
                before_details: row.opt_text("before_details")?,
                after_details: row.opt_text("after_details")?,
            })
        })
        .collect()
}
