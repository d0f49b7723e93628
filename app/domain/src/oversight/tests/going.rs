//! The step of the board while a reading for it goes on.

use super::*;

#[test]
fn a_step_whose_reading_has_begun_is_underway() {
    let table = [
        (Purpose::YearEnd, "2026-11-18", true, None),
        (Purpose::YearEnd, "2026-11-20", true, None),
        (Purpose::YearEnd, "2026-11-23", false, Some(d("2026-11-23"))),
        // Another one is none of this step.
        (Purpose::Daily, "2026-11-18", false, None),
        (Purpose::HalfYear, "2026-11-18", false, None),
    ];
    let today = d("2026-11-20");
    for (purpose, from, underway, next) in table {
        let going = [Going { purpose, from: d(from) }];
        let facts = with_going(step(2026, today, &[], &[]), &going, today);
        assert_eq!((facts.underway, facts.next), (underway, next), "{purpose:?} {from}");
        let signed = [Done { purpose: Purpose::YearEnd, on: d("2026-11-19") }];
        assert!(!with_going(step(2026, today, &signed, &[]), &going, today).underway, "done is done");
    }
    let before = d("2026-10-20");
    let going = [Going { purpose: Purpose::HalfYear, from: d("2026-10-22") }];
    assert_eq!(with_going(step(2026, before, &[], &[]), &going, before).next, Some(d("2026-10-22")));
}
