//! Pages of 明责: the year's lists, templates, a leader's list from draft to receipt, the
//! working calendar, yearly tasks, hand-overs. Every write is a plain form; scripts only
//! filter in place and take the drawn signature.

mod calendar;
mod compare;
mod handover;
mod import;
mod item_form;
mod items;
mod leader;
mod mine;
mod overview;
pub(crate) mod pad;
mod sign;
mod suggestions;
mod tasks;
mod template;
mod words;

pub use calendar::CalendarView;
pub use compare::{CompareListsView, CompareTemplatesView};
pub use handover::HandoverView;
pub use import::ImportView;
pub use leader::LeaderListView;
pub use mine::MineView;
pub use overview::DutiesView;
pub(crate) use pad::{SignaturePad, drawn};
pub use sign::SignView;
pub use tasks::TasksView;
pub use template::TemplateView;
pub(crate) use words::no_holidays;
