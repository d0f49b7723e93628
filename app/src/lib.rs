//! Pages, server-function declarations and port traits of 五责.
//!
//! Shared by the server (feature `ssr`) and the browser (feature `hydrate`).
//! Refuses storage and rules: it shows what services return and sends what
//! people typed.

// Deep view types of three dozen pages; the compiler's default is 128.
#![recursion_limit = "256"]

pub mod accountability;
#[expect(missing_docs, reason = "the server macro makes a public field that cannot be documented")]
pub mod api;
pub mod audit;
pub mod board;
pub mod book;
pub mod chain;
pub mod checks;
pub mod duties;
pub mod evidence;
pub mod imports;
pub mod letters;
pub mod numbers;
pub mod oversight;
pub mod overview;
pub mod people;
pub mod portrait;
pub mod records;
pub mod relief;
pub mod reminders;
pub mod reports;
pub mod reviews;
pub mod routes;
pub mod rules;
pub mod search;
pub mod season;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod talks;
pub mod tolerance;
pub mod ui;
pub mod viewer;
pub mod warnings;
