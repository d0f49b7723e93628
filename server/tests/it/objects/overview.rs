//! The overview, the wall and the files of pages' tables: none of them takes an id of one thing, but for the units of
//! the file of sheets, which stands with the reviews.

use super::table::Ask;

/// As [`super::tables::asks`].
pub fn asks(path: &str) -> Option<Vec<Ask>> {
    matches!(
        path,
        "/overview"
            | "/overview/export"
            | "/api/overview/page"
            | "/wall"
            | "/api/v1/wall/stream"
            | "/people/export"
            | "/people/map/export"
            | "/people/roles/export"
            | "/people/slips/export"
            | "/oversight/export"
            | "/oversight/takings/export"
            | "/reminders/export"
            | "/reminders/urges/export"
            | "/reviews/export"
            | "/duties/calendar/export"
            | "/audit/export"
    )
    .then(Vec::new)
}
