//! HTTP: routes with their policies, guards in front of every write, pages, forms,
//! assets, the accept loop. Refuses business: handlers parse, call a service, answer.

pub mod accept;
mod activate_forms;
pub mod assets;
mod bare;
pub mod board_files;
pub mod draft_forms;
pub mod duties_files;
pub mod duties_forms;
pub mod duties_list_forms;
pub mod fields;
pub mod guard;
pub mod health;
mod import_forms;
pub mod limits;
pub mod pages;
mod people_forms;
pub mod policy;
pub mod record_forms;
pub mod reply;
pub mod router;
pub mod session;
mod sign_in_forms;
mod slips;
