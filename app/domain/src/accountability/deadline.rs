//! How far away a deadline may be: one that nobody lives to see is none, and never turns red.

use chrono::Months;

use crate::{
    Rejection,
    time::{Day, zh},
};

/// Furthest deadline, in months from the day on which it is set (示范): what a review in December asks for the whole of
/// next year has to fit, a slip of the year must not.
pub const DEADLINE_MONTHS: u32 = 24;

/// A deadline that is set on `on`, by a form in whose `field` it stands.
///
/// # Errors
/// Later than [`DEADLINE_MONTHS`] from then.
pub fn near(field: &str, until: Day, on: Day) -> Result<Day, Rejection> {
    let last = on.checked_add_months(Months::new(DEADLINE_MONTHS)).unwrap_or(Day::MAX);
    if until <= last {
        return Ok(until);
    }
    Err(Rejection::field(
        field,
        format!(
            "整改期限{}超过 {DEADLINE_MONTHS} 个月，没有保存。期限最长 {DEADLINE_MONTHS} 个月（示范），请选择{}或以前的日期。",
            zh(until),
            zh(last)
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_iso;

    #[test]
    fn a_deadline_is_at_most_two_years_away() {
        let day = |iso| parse_iso(iso).unwrap();
        for (on, until, ok) in [
            ("2026-11-24", "2026-11-25", true),
            ("2026-11-24", "2028-11-24", true),
            ("2026-11-24", "2028-11-25", false),
            ("2028-02-29", "2030-02-28", true),
            ("2028-02-29", "2030-03-01", false),
            ("2026-11-24", "9999-12-31", false),
        ] {
            let said = near("deadline", day(until), day(on));
            assert_eq!(said.is_ok(), ok, "{on} {until}");
            if let Err(no) = said {
                assert!(no.field_name() == Some("deadline") && no.to_string().contains("请选择20"), "{no}");
            }
        }
    }
}
