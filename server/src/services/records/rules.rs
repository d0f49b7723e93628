//! What a district sets for records: warning words and the days of 代录. Kept in the district's
//! settings (`clue_words`, `proxy_days`); without them the 示范 values of the domain hold.

use app::api::records::LookAgain;
use domain::{
    Rejection,
    ids::DistrictId,
    records::{ClueWords, Look, ProxyDays, RecordDetails, RecordKind, findings, masked},
};

use super::super::rows::Rows;
use crate::storage::{StorageError, q};

/// Settings of a district that records rest on.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordRules {
    pub clues: ClueWords,
    pub days: ProxyDays,
}

/// The district's settings; a damaged one counts as not set.
pub(super) async fn of(rows: &mut impl Rows, district: DistrictId) -> Result<RecordRules, StorageError> {
    let row = rows.first(q("SELECT settings FROM districts WHERE id = $1").bind(district)).await?;
    let Some(row) = row else { return Ok(RecordRules::default()) };
    let mut settings: serde_json::Value = row.json("settings")?;
    let mut taken = |name: &str| settings.get_mut(name).map(serde_json::Value::take);
    let (clues, days) = (taken("clue_words"), taken("proxy_days"));
    Ok(RecordRules {
        clues: clues.and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default(),
        days: days.and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default(),
    })
}

impl RecordRules {
    /// What is kept once the author looked again. `before` is what stands already: nobody is
    /// asked about it twice.
    ///
    /// # Errors
    /// He has not been asked yet: field `look`, with the question.
    pub fn looked(
        &self,
        look: Look,
        kind: RecordKind,
        text: String,
        details: RecordDetails,
        before: &str,
    ) -> Result<(String, RecordDetails), Rejection> {
        Ok(match look {
            Look::Unasked => {
                let found = findings(std::iter::once(text.as_str()).chain(details.texts()), before, &self.clues);
                if !found.is_empty() {
                    return Err(Rejection::field("look", found.question()));
                }
                (text, details)
            }
            Look::Keep => (text, details),
            Look::Mask => (masked(&text), details.masked()),
            // The rule puts the mark in place of the sentence.
            Look::Mark if details.marker(kind).is_some() => (String::new(), details),
            Look::Mark => (text, details),
        })
    }

    /// The buttons of a form that came back with the question; none where it came back for
    /// another reason.
    pub fn buttons(
        &self,
        problem_field: Option<&str>,
        kind: RecordKind,
        text: &str,
        details: &RecordDetails,
        before: &str,
    ) -> Option<LookAgain> {
        (problem_field == Some("look")).then(|| {
            let found = findings(std::iter::once(text).chain(details.texts()), before, &self.clues);
            let marker = details.marker(kind);
            LookAgain {
                numbers: !found.numbers.is_empty(),
                words: !found.words.is_empty(),
                marker: marker.filter(|m| found.is_empty() && text.trim() != m),
            }
        })
    }
}
