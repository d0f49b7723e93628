//! 评责 before the meeting: list, plan, questions (office); 述责报告, 评议材料 (phone).

mod facts;
pub mod feedback;
mod list;
mod materials;
mod pack;
mod plan;
mod questions;
mod report;
mod roll;
mod rules;
mod sections;
mod words;

pub use list::MeetingsView;
pub use pack::{PackOfView, PackView};
pub use plan::PlanView;
pub use questions::QuestionsView;
pub use report::ReportView;
pub use rules::rule_lines;
pub use sections::{arranged, in_charge};
