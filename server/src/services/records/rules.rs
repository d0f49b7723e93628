//! What a district sets for records: warning words and the days of 代录. Kept in the district's
//! settings (`clue_words`, `proxy_days`); without them the 示范 values of the domain hold.

use app::api::{ApiError, drafts::Draft, records::LookAgain};
use domain::{
    Rejection,
    ids::DistrictId,
    people::access::Actor,
    records::{ClueWords, Findings, Look, ProxyDays, RecordDetails, RecordKind, findings, masked},
};

use super::super::{Services, rows::Rows, storage};
use crate::storage::{StorageError, q};

/// Settings of a district that records rest on.
#[derive(Debug, Clone, Default)]
pub(in crate::services) struct RecordRules {
    pub clues: ClueWords,
    pub days: ProxyDays,
}

/// The district's settings; a damaged one counts as not set.
pub(in crate::services) async fn of(rows: &mut impl Rows, district: DistrictId) -> Result<RecordRules, StorageError> {
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

/// Refused forms of one kind that are looked through for an answer.
const TRIED: i64 = 5;

impl Services {
    /// A question about words on a page that has no button for the answer: the same words once more are it.
    ///
    /// # Errors
    /// He has not been asked yet: field `look`, with the question. Storage failed.
    pub async fn looked_twice(
        &self,
        actor: &Actor,
        form: &'static str,
        (name, typed): (&str, &str),
    ) -> Result<(), ApiError> {
        let mut read = self.store.read().clone();
        let rules = of(&mut read, actor.district).await.map_err(storage)?;
        let words = findings([typed], "", &rules.clues).words;
        if words.is_empty() {
            return Ok(());
        }
        let tried = q("SELECT fields FROM drafts WHERE account_id = $1 AND form = $2 AND problem <> ''
             ORDER BY updated_at DESC, id DESC LIMIT $3");
        let tried = read.all(tried.bind(actor.account).bind(form).bind(TRIED)).await.map_err(storage)?;
        for row in &tried {
            let draft: Draft = row.json("fields").map_err(storage)?;
            if draft.problem_field.as_deref() == Some("look") && draft.value(name, "") == typed {
                return Ok(());
            }
        }
        let found = Findings { words, numbers: Vec::new() };
        Err(Rejection::field("look", format!("{}（再点一次原来的按钮）", found.question())).into())
    }
}

impl Services {
    /// Would these words be asked about in the actor's district?
    ///
    /// # Errors
    /// Storage failed.
    pub async fn hints_at_a_clue(&self, actor: &Actor, words: &str) -> Result<bool, ApiError> {
        let rules = of(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
        Ok(!findings([words], "", &rules.clues).words.is_empty())
    }
}

impl RecordRules {
    /// What is said beside saved words that may hint at a clue; empty for nothing. For texts that are kept at once:
    /// who wrote them reads it where they stand.
    pub fn hint(&self, texts: &[&str]) -> String {
        let words = findings(texts.iter().copied(), "", &self.clues).words;
        if words.is_empty() {
            return String::new();
        }
        let words = words.join("”“");
        format!("文字里有“{words}”，请再看一眼：问题线索和案件情况不能写在这里；写了的请撤回，并按转线下办理。")
    }

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

    /// The same of a form with a reason (its label and words) beside its text: one question about both.
    ///
    /// # Errors
    /// As [`looked`](Self::looked), or he has not been asked about the reason yet.
    pub fn looked_at<T>(
        &self,
        look: Look,
        text: Result<T, Rejection>,
        (label, reason): (&str, &str),
    ) -> Result<T, Rejection> {
        let words = findings([reason], "", &self.clues).words;
        match text {
            Ok(_) if look == Look::Unasked && !words.is_empty() => {
                let found = Findings { words, numbers: Vec::new() };
                Err(Rejection::field("look", format!("{label}：{}", found.question())))
            }
            Err(asked) if look == Look::Unasked && !words.is_empty() => {
                let found = Findings { words, numbers: Vec::new() };
                Err(Rejection::field("look", format!("{asked}{label}：{}", found.question())))
            }
            text => text,
        }
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
