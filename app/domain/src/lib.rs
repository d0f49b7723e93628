//! The rules of the five duties (五责): 明责 → 履责 → 督责 → 评责 → 问责.
//!
//! Owns every rule that server and browser share or that can be tested without
//! I/O: state machines, calendars, colours, access. Refuses storage, clocks and
//! randomness: time and ids are always arguments.

pub mod accountability;
pub mod approval;
pub mod audit;
pub mod board;
pub mod chain;
pub mod documents;
pub mod duties;
pub mod evidence;
pub mod ids;
pub mod letters;
pub mod oversight;
pub mod overview;
pub mod papers;
pub mod people;
pub mod portrait;
pub mod records;
pub mod rejection;
pub mod relief;
pub mod reminders;
pub mod reports;
pub mod reviews;
pub mod search;
pub mod season;
pub mod signature;
pub mod talks;
pub mod text;
pub mod time;
pub mod tolerance;
pub mod warnings;

pub use rejection::Rejection;
