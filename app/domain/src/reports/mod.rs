//! 报告 of the office: 政治生态分析报告, 季度督责简报, 半年梳理情况报告, 年底检查情况报告. Facts are filled in from
//! the system with their sources, judgements are written by people, and what is filed never changes.
//!
//! Not the 述责报告 of a leader (those are `papers` and `reviews`). Refuses a ranking, a judgement that nobody wrote,
//! a period to come, and any content of 干部廉情状况分析 and 廉情报告: of these only number, date and copies are kept.

mod changes;
mod cover;
mod doc;
mod facts;
mod kind;
mod outside;
mod period;
mod steps;
mod words;

#[cfg(test)]
mod tests;

pub use changes::{FactChange, changes, corrections};
pub use cover::{Asked, Cover, Overlap, overlap};
pub use doc::{Paper, report_doc, skeleton_doc};
pub use facts::{FactBlock, FactLine, FactRow, GradeOf, Source, rows_of};
pub use kind::{Block, JUDGEMENT_MAX, Judgement, Kind};
pub use outside::{COPIES_MAX, Outside, Registered};
pub use period::{Part, Period};
pub use steps::{Job, Report, State};
pub use words::{Mark, Piece, compare};
