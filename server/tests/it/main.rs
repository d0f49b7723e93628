//! One test binary: one link. The harness builds the whole router in process on a
//! fresh database; every test says on which database it runs.

mod demo;
mod doors;
mod drafts;
mod duties;
mod harness;
mod import;
mod operations;
mod people;
mod records;
