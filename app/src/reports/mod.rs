//! 报告 of the office: `/reports`, `/reports/{id}`, `/reports/{id}/compare`. Facts stand with their sources, judgements
//! in a form of their own; everything works without scripts.

mod compare;
mod facts;
mod list;
mod live;
mod one;
mod steps;
mod writing;

pub use compare::CompareView;
pub use list::ReportsView;
pub use one::ReportView;
