//! What an import would do, before anything is written: counts, problems by row
//! and column letter, questions with a proposal, and the planned rows.
//! Refuses to write; a preview with errors must not be committed.

use std::collections::{BTreeMap, HashMap};

use domain::{ids::UnitId, people::UnitKind};
use serde::{Deserialize, Serialize};

use super::folding::same_text;

/// Notes shown; a file of ten thousand oddities must not flood the page.
const MAX_NOTES: usize = 60;

/// The plan of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview<T> {
    /// Rows that make something new (新增).
    pub new: u32,
    /// Rows that change something (更新).
    pub updated: u32,
    /// Rows that say what is already so (跳过).
    pub skipped: u32,
    /// Cells that must be corrected first (错误); with any of them nothing may be written.
    pub errors: Vec<CellProblem>,
    /// Wordings that were understood by a guess; the proposal counts until answered.
    pub questions: Vec<Question>,
    /// What was dropped or assumed, in Chinese.
    pub notes: Vec<String>,
    /// The rows without problems, in order of the file.
    pub rows: Vec<PlannedRow<T>>,
}

/// One wrong cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellProblem {
    /// Sheet name.
    pub sheet: String,
    /// Row number as in the file, from 1.
    pub row: u32,
    /// Column letter as in the file.
    pub column: String,
    /// Header of the column, as written.
    pub header: String,
    /// The offending value, as written; an 身份证号 is masked.
    pub value: String,
    /// Chinese: what is wrong and how to correct it.
    pub message: String,
}

/// One planned row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRow<T> {
    /// Sheet name.
    pub sheet: String,
    /// Row number as in the file, from 1.
    pub row: u32,
    /// What committing it does.
    pub outcome: Outcome,
    /// The row itself.
    pub item: T,
}

/// What committing a row does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 新增.
    New,
    /// 更新: what changes.
    Updated(Vec<Change>),
    /// 跳过: already so.
    Skipped,
}

/// One changed field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Chinese name of the field.
    pub field: String,
    /// Present value; empty where there is none.
    pub before: String,
    /// Value after the import.
    pub after: String,
}

/// A question asked in the preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Key in [`Answers`].
    pub id: String,
    /// The wording of the file, such as 「每年不少于2次」.
    pub value: String,
    /// The question in Chinese.
    pub question: String,
    /// Row numbers it is about.
    pub rows: Vec<u32>,
    /// Key of the choice that counts now: the answer given, else the proposal.
    pub proposal: String,
    /// The choices.
    pub options: Vec<Choice>,
}

/// One choice of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable key.
    pub key: String,
    /// Chinese.
    pub label: String,
}

/// Answers given so far: question id → choice key. Those not answered count as
/// proposed. Answers to wordings may be remembered and passed in again, so that
/// the same file brings the same result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, String>);

impl Answers {
    /// The answer to a question.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

/// A unit as the district knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitFact {
    /// Unit.
    pub id: UnitId,
    /// Present name.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
    /// Former names; files often still carry them.
    pub former: Vec<String>,
}

/// A unit named by a row: known by id, or to be made with the kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRef {
    /// Name: the present one where known, else as in the file.
    pub name: String,
    /// The unit, where known. Rows with the same name and no id mean one new unit.
    pub id: Option<UnitId>,
    /// Kind.
    pub kind: UnitKind,
}

/// Units by folded name, present names before former ones.
pub(super) struct UnitIndex<'s>(HashMap<String, &'s UnitFact>);

impl<'s> UnitIndex<'s> {
    pub(super) fn of(units: &'s [UnitFact]) -> Self {
        let former = units.iter().flat_map(|unit| unit.former.iter().map(move |name| (name, unit)));
        let present = units.iter().map(|unit| (&unit.name, unit));
        // Later entries win, so present names come last.
        Self(former.chain(present).map(|(name, unit)| (same_text(name), unit)).collect())
    }

    /// The unit of a name as written in a file.
    pub(super) fn find(&self, name: &str) -> Option<&'s UnitFact> {
        self.0.get(&same_text(name)).copied()
    }
}

/// What `wuze import … --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary<'a> {
    /// 新增.
    pub new: u32,
    /// 更新.
    pub updated: u32,
    /// 跳过.
    pub skipped: u32,
    /// 错误.
    pub errors: Vec<ProblemLine<'a>>,
    /// Guesses taken as proposed.
    #[serde(skip_serializing_if = "<[Question]>::is_empty")]
    pub questions: &'a [Question],
    /// What was dropped or assumed.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub notes: &'a [String],
}

/// One error of a [`Summary`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProblemLine<'a> {
    /// Row number as in the file.
    pub row: u32,
    /// Column letter.
    pub column: &'a str,
    /// Offending value.
    pub value: &'a str,
    /// What is wrong and how to correct it.
    pub message: &'a str,
}

impl<T> Preview<T> {
    /// Nothing stands against committing it.
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    /// The view for the command line.
    pub fn summary(&self) -> Summary<'_> {
        Summary {
            new: self.new,
            updated: self.updated,
            skipped: self.skipped,
            errors: self
                .errors
                .iter()
                .map(|p| ProblemLine { row: p.row, column: &p.column, value: &p.value, message: &p.message })
                .collect(),
            questions: &self.questions,
            notes: &self.notes,
        }
    }

    /// A preview of these parts, with its counts; problems in order of their place.
    pub(super) fn of(
        rows: Vec<PlannedRow<T>>,
        mut errors: Vec<CellProblem>,
        questions: Vec<Question>,
        mut notes: Vec<String>,
    ) -> Self {
        let more = notes.len().saturating_sub(MAX_NOTES);
        if more > 0 {
            notes.truncate(MAX_NOTES);
            notes.push(format!("另有 {more} 条类似的提示没有列出。"));
        }
        errors.sort_by(|a, b| {
            (&a.sheet, a.row, a.column.len(), &a.column).cmp(&(&b.sheet, b.row, b.column.len(), &b.column))
        });
        let count = |wanted: fn(&Outcome) -> bool| {
            u32::try_from(rows.iter().filter(|row| wanted(&row.outcome)).count()).unwrap_or(u32::MAX)
        };
        Self {
            new: count(|o| matches!(o, Outcome::New)),
            updated: count(|o| matches!(o, Outcome::Updated(_))),
            skipped: count(|o| matches!(o, Outcome::Skipped)),
            errors,
            questions,
            notes,
            rows,
        }
    }
}

impl Outcome {
    /// Updated where there are changes, else skipped.
    pub(super) fn of(changes: Vec<Change>) -> Self {
        if changes.is_empty() { Self::Skipped } else { Self::Updated(changes) }
    }
}

impl Change {
    /// A change, if the two differ.
    pub(super) fn between(field: &str, before: impl Into<String>, after: impl Into<String>) -> Option<Self> {
        let (before, after) = (before.into(), after.into());
        (before != after).then(|| Self { field: field.to_owned(), before, after })
    }
}

/// `3、5、8` of row numbers; long lists are cut with their count.
pub(super) fn row_list(rows: &[u32]) -> String {
    let shown: Vec<String> = rows.iter().take(6).map(u32::to_string).collect();
    if rows.len() > 6 {
        format!("第{}行等 {} 行", shown.join("、"), rows.len())
    } else {
        format!("第{}行", shown.join("、"))
    }
}
