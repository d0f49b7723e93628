//! No step of the loop sets a deadline that nobody lives to see.

use super::*;

#[test]
fn every_step_that_sets_a_deadline_refuses_one_beyond_two_years() {
    let (on, near, far) = (d("2026-03-11"), d("2028-03-11"), d("2028-03-12"));
    let about = |no: Rejection| {
        assert!(no.to_string().contains("最长 24 个月"), "{no}");
        no.field_name().map(str::to_owned)
    };
    let calendar = WorkCalendar::default();
    for (day, ok) in [(near, true), (far, false), (d("9999-12-31"), false)] {
        let opened = Item::open(NewItem { deadline: Some(day), ..new(ItemKind::Review) }, &office(), on, &calendar);
        assert_eq!(opened.is_ok(), ok, "{day}");
        if let Err(no) = opened {
            assert_eq!(about(no).as_deref(), Some("deadline"));
        }
        let mut item = at(State::Working);
        let asked = item.ask_extension(&head(), on, day, "工程未验收");
        assert_eq!(asked.is_ok(), ok, "{day}");
        if let Err(no) = asked {
            assert_eq!(about(no).as_deref(), Some("to"));
        }
        let mut suspended = at(State::Working);
        suspended.suspend(&office(), on, "等待法院判决").unwrap();
        let mut deciding = at(State::Checked);
        deciding.applied.returns = 1;
        deciding.send_back(&office(), on, "不实", None).unwrap();
        let mut checking = at(State::Checking);
        let steps = [
            checking.send_back(&checker(), on, "纪要没有附上", Some(day)),
            deciding.decide(&deputy(), on, &Ruling::GoOn { until: day }, "继续"),
            suspended.resume(&office(), on, Some(day)),
        ];
        for step in steps {
            assert_eq!(step.is_ok(), ok, "{day} {step:?}");
            if let Err(no) = step {
                assert_eq!(about(no).as_deref(), Some("until"));
            }
        }
        assert_eq!(checking.deadline == day, ok, "nothing moves that is refused");
    }
}
