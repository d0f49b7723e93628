//! HTTP: routes with their policies, guards in front of every write, pages, forms,
//! assets, the accept loop. Refuses business: handlers parse, call a service, answer.

pub mod accept;
mod accountability_forms;
mod activate_forms;
pub mod assets;
mod bare;
pub mod board_files;
mod count_forms;
mod document_files;
pub mod draft_forms;
pub mod duties_batch;
mod duties_files;
pub mod duties_forms;
pub mod duties_list_forms;
mod evidence;
pub mod fields;
pub mod guard;
mod hall;
pub mod health;
mod import_forms;
pub mod limits;
pub mod live;
pub mod pages;
mod people_forms;
pub mod policy;
mod posted;
pub mod record_forms;
pub mod reply;
mod report_files;
mod review_forms;
mod review_own_forms;
mod review_rules_form;
pub mod router;
pub mod session;
mod sign_in_forms;
mod slips;
