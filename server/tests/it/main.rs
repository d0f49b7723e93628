//! One test binary: one link. The harness builds the whole router in process on a
//! fresh database; every test says on which database it runs.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod accountability;
mod book;
mod bounds;
mod chain;
mod checks;
mod demo;
mod documents;
mod doors;
mod drafts;
mod duties;
mod evidence;
mod hall;
mod harness;
mod import;
mod objects;
mod operations;
mod oversight;
mod overview;
mod pages;
mod papers;
mod people;
mod portrait;
mod records;
mod relief;
mod reminders;
mod reports;
mod reviews;
mod rounds;
mod rules;
mod search;
mod season;
mod settings;
mod talks;
mod tolerance;
mod upgrade;
mod warnings;
