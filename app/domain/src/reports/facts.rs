//! Facts as a report keeps them: every line and row with the place it came from, and the moment it was computed.
//! Rows stand in the order of the directory, never by size. No words that people wrote about a record are among them:
//! what goes offline must not live on in a report.

use serde::{Deserialize, Serialize};

use super::Block;
use crate::{
    ids::{PersonId, UnitId},
    time::Instant,
};

/// Where facts of a block came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// `第一责任人履责清单`.
    pub name: String,
    /// Page of this system that shows what was counted and nothing else; empty where there is none but the rows of the
    /// block.
    pub link: String,
    /// How many things were read there.
    pub count: u32,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactLine {
    /// Stable within its block, so that two editions can be compared.
    pub id: String,
    /// `已签收`.
    pub label: String,
    /// `22 份`.
    pub value: String,
    /// Where it is counted from; [`rows_of`] where the table of the block lists what is counted.
    pub link: String,
}

/// The link of a line to the rows of its own block that it counts, on the page of its report.
pub fn rows_of(block: Block, line: &str) -> String {
    format!("?rows={}.{line}#facts-{}", block.key(), block.key())
}

/// Whose 等次 a row holds: shown to those only who may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeOf {
    /// Who reported.
    pub person: PersonId,
    /// Unit reported on.
    pub unit: UnitId,
    /// Which cell holds it.
    pub cell: usize,
    /// What stands there for everybody else.
    pub closed: String,
}

/// A row of the table of a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactRow {
    /// Id of the thing it is about, so that two editions can be compared.
    pub id: String,
    /// Words, one a column.
    pub cells: Vec<String>,
    /// The thing itself, a page of this system; empty where there is none.
    pub link: String,
    /// A cell that not everybody may see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<GradeOf>,
    /// Ids of the lines that count it, so that a number opens its rows. Left out where there are none: what was filed
    /// before rows said so keeps its code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<String>,
}

/// Facts of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactBlock {
    /// Which.
    pub block: Block,
    /// When it was computed.
    pub at: Instant,
    /// Statements.
    pub lines: Vec<FactLine>,
    /// Heads of the table; empty without one.
    pub columns: Vec<String>,
    /// The table, in the order of the directory.
    pub rows: Vec<FactRow>,
    /// How it was counted, in one sentence.
    pub note: String,
    /// Why there is nothing; empty where there is something.
    pub empty: String,
    /// Where it came from.
    pub sources: Vec<Source>,
}

impl FactBlock {
    /// Nothing to tell, and why.
    pub fn without(block: Block, at: Instant, why: impl Into<String>) -> Self {
        Self {
            block,
            at,
            lines: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            note: String::new(),
            empty: why.into(),
            sources: Vec::new(),
        }
    }

    /// The table with the rows alone that the line `id` counts, and the label of that line; `None` where no row says.
    pub fn counted_by(&self, id: &str) -> Option<(String, Vec<&FactRow>)> {
        let line = self.lines.iter().find(|line| line.id == id)?;
        let rows: Vec<&FactRow> = self.rows.iter().filter(|row| row.counts.iter().any(|one| one == id)).collect();
        (!rows.is_empty()).then(|| (line.label.clone(), rows))
    }

    /// The block as somebody may read it: a 等次 that is none of his stands as 「已评议」.
    #[must_use]
    pub fn seen_by(mut self, may: impl Fn(&GradeOf) -> bool) -> Self {
        for row in &mut self.rows {
            if let Some(grade) = row.grade.take_if(|grade| !may(grade))
                && let Some(cell) = row.cells.get_mut(grade.cell)
            {
                *cell = grade.closed;
            }
        }
        self
    }
}
