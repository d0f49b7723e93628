//! The words of a record that went offline: taken out of the book into one place that only its two
//! officers read, and given back when the asker thinks better of it.

use domain::{
    ids::{PostId, RecordId},
    records::{DETAILS, RecordDetails, RecordKind},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{super::rows::Rows, decide::Stored},
    common::Common,
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
        let words = common.own(tx, stored.row.id("district_id")?, held.words()).await?;
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
        Ok(lines)
    }

    /// What is looked for where it was quoted: the texts, not the fields.
    pub fn words(&self) -> Words {
        let mut words = Words::default();
        let earlier = self.corrections.iter().flat_map(|one| [&one.before, &one.after]);
        for text in std::iter::once(&self.text).chain(earlier) {
            words.add(text);
            words.add_drawn(text, self.page);
        }
        words
    }
}

fn fields(stored: &str) -> Result<RecordDetails, StorageError> {
    serde_json::from_str(stored).map_err(|_| StorageError::shape("details"))
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
