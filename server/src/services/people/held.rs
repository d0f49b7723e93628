//! Which roles are held: granted, begun and not ended. One rule for sessions, reminders and everybody who
//! names a person by his role.

use domain::time::Day;

use crate::storage::Query;

/// Narrows a question about `role_grants g`, as far as its `WHERE`, to grants held on a day.
pub(in crate::services) fn held_on(find: Query, day: Day) -> Query {
    find.push("AND g.state = 'active'")
        .push_bind("AND g.starts_on <= ?", day)
        .push_bind("AND (g.ends_on IS NULL OR g.ends_on >= ?)", day)
}
