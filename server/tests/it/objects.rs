//! Object-level attacks through the whole router (B01, B04, B06–B08, B10, B11, C07, D01,
//! D02, D08, D09): every entry of the inventory that takes an id stands in one table.

mod accountability;
mod after;
mod book;
mod canary;
mod documents;
mod evidence;
mod files;
mod ids;
mod leading;
mod live;
mod made;
mod markup;
mod matrix;
mod oversight;
mod overview;
mod papers;
mod payloads;
mod portrait;
mod relief;
mod reminders;
mod reports;
mod reviews;
mod rules;
mod season;
mod stale;
mod table;
mod tables;
mod talks;
mod warnings;
mod world;

pub use table::fingerprint;
