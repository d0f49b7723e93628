//! One test binary: one link. The harness builds the whole router in process on a
//! fresh database; every test says on which database it runs.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod accountability;
mod book;
mod bounds;
mod demo;
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
mod pages;
mod papers;
mod people;
mod records;
mod reminders;
mod reviews;
mod rounds;
mod search;
mod settings;
mod upgrade;
