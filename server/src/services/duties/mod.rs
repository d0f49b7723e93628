//! 明责: lists, templates, leaders' lists from draft to receipt, the working
//! calendar, yearly tasks, hand-overs. Functions that take a `Tx` are the only
//! writers of these tables; everything else of the feature calls them.

pub(crate) mod calendar;
mod command;
pub(crate) mod handover;
mod handover_page;
pub(crate) mod import;
mod import_page;
pub(crate) mod issue;
mod item_edit;
mod item_form;
mod leader_page;
mod learned;
pub(crate) mod lists;
mod mine_page;
mod office;
mod overview;
mod pages;
mod pass_down;
pub(crate) mod sight;
pub(crate) mod sign;
pub(crate) mod steps;
pub(crate) mod store;
pub(crate) mod tasks;
mod template_page;
mod twins;

pub use calendar::{DayLine, read_pasted};
pub use command::{Command, ListEdit, Step};
pub use handover::Side;
pub use handover::on_head_change;
pub use item_form::ItemForm;
pub use store::{By, ItemsOf};
pub use tasks::TaskForm;
