//! 问责 · 问题整改: the ledger, one item, the numbers of a year, 工作建议 and 建议书, 制度, published measures. Plain forms;
//! nothing here decides who may do what.

mod advice;
mod advices;
mod bring;
mod fields;
mod figures;
mod item;
mod ledger;
mod measure_form;
mod measures;
mod opening;
mod parts;
mod regulations;
mod steps;

pub use advice::AdviceView;
pub use advices::AdvicesView;
pub use bring::BringView;
pub use figures::FiguresView;
pub use item::ItemView;
pub use ledger::LedgerView;
pub use measures::MeasuresView;
pub use opening::OpeningView;
pub use regulations::RegulationsView;
