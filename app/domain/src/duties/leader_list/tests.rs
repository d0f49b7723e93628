//! The steps of H1 and H10, each from every state.

use super::*;
use crate::{duties::fixture::id, time::parse_iso};

const DAYS: ListDays = ListDays { comment: 5, receipt: 5, telephone: 10 };

fn d(s: &str) -> Day {
    parse_iso(s).unwrap()
}

fn in_state(state: ListState) -> LeaderList {
    LeaderList {
        state,
        sent_on: Some(d("2026-02-02")),
        issued_on: Some(d("2026-02-09")),
        ..LeaderList::draft(LeaderListId(id("list")), PostId(id("post")), 2026)
    }
}

#[test]
fn keys_lead_back_to_the_state() {
    for state in ListState::ALL {
        assert_eq!(ListState::from_key(state.key()), Some(state));
    }
}

#[test]
fn the_way_from_draft_to_signed() {
    let calendar = WorkCalendar::default();
    let list = LeaderList::draft(LeaderListId(id("list")), PostId(id("post")), 2026)
        .send_for_comment(d("2026-02-02"), 60)
        .unwrap();
    assert_eq!(list.comment_until(DAYS, &calendar), Some(d("2026-02-09")));
    let list = list.submit(d("2026-02-04"), true, DAYS, &calendar).unwrap().approve().unwrap();
    let list = list.issue(d("2026-02-10"), d("2026-01-01")).unwrap();
    assert_eq!(list.receipt_due(DAYS, &calendar), Some(d("2026-02-17")));
    assert!(!list.needs_telephone(d("2026-02-24"), DAYS, &calendar));
    assert!(list.needs_telephone(d("2026-02-25"), DAYS, &calendar));
    let list = list.sign(d("2026-02-11")).unwrap();
    assert_eq!((list.state, list.signed_on), (ListState::Signed, Some(d("2026-02-11"))));
    let next = list.next_edition(LeaderListId(id("second"))).unwrap();
    assert_eq!((next.edition, next.state, next.issued_on), (2, ListState::Draft, None));
}

#[test]
fn every_step_is_refused_in_every_other_state_with_state_and_way_on() {
    type Step = fn(LeaderList) -> Result<LeaderList, Rejection>;
    let steps: [(Step, &[ListState]); 8] = [
        (|l| l.send_for_comment(d("2026-03-01"), 1), &[ListState::Draft]),
        (|l| l.submit(d("2026-03-01"), true, DAYS, &WorkCalendar::default()), &[ListState::Commenting]),
        (|l| l.return_to_draft("条目不全"), &[ListState::Commenting, ListState::Reviewing, ListState::Approved]),
        (LeaderList::approve, &[ListState::Reviewing]),
        (|l| l.issue(d("2026-03-01"), d("2026-03-01")), &[ListState::Approved]),
        (|l| l.sign(d("2026-03-01")), &[ListState::Issued]),
        (LeaderList::supersede, &[ListState::Issued, ListState::Signed]),
        (LeaderList::freeze, &[ListState::Issued, ListState::Signed]),
    ];
    for (n, (step, from)) in steps.into_iter().enumerate() {
        for state in ListState::ALL {
            match step(in_state(state)) {
                Ok(after) => {
                    assert!(from.contains(&state), "step {n} from {state:?}");
                    assert_ne!(after.state, state);
                    assert_eq!(after.version, 1);
                }
                Err(no) => {
                    assert!(!from.contains(&state), "step {n} from {state:?}: {no}");
                    assert!(
                        no.to_string().contains(state.label()) && no.to_string().contains('请') || state.is_issued()
                    );
                }
            }
        }
    }
}

#[test]
fn an_issued_list_is_never_edited() {
    for state in ListState::ALL {
        let editable = in_state(state).check_editable().is_ok();
        assert_eq!(editable, matches!(state, ListState::Draft | ListState::Commenting));
        assert_eq!(in_state(state).next_edition(LeaderListId(id("n"))).is_ok(), state.is_issued());
    }
}

#[test]
fn after_a_return_the_unit_is_asked_again_only_about_changes() {
    let back = in_state(ListState::Reviewing).return_to_draft("请核对频次").unwrap();
    assert_eq!(back.clone().resubmit(true).unwrap().state, ListState::Reviewing);
    assert!(back.resubmit(false).unwrap_err().to_string().contains("征求意见"));
    assert!(in_state(ListState::Draft).resubmit(true).unwrap_err().to_string().contains("征求意见"));
    assert!(in_state(ListState::Issued).resubmit(true).is_err());
}

#[test]
fn small_refusals() {
    let calendar = WorkCalendar::default();
    assert!(in_state(ListState::Draft).send_for_comment(d("2026-02-02"), 0).is_err());
    let early = in_state(ListState::Commenting).submit(d("2026-02-09"), false, DAYS, &calendar).unwrap_err();
    assert!(early.to_string().contains("2月9日"));
    assert!(in_state(ListState::Commenting).submit(d("2026-02-10"), false, DAYS, &calendar).is_ok());
    let blank = in_state(ListState::Reviewing).return_to_draft("  ").unwrap_err();
    assert_eq!(blank.field_name(), Some("reason"));
    assert_eq!(in_state(ListState::Issued).sign(d("2026-02-08")).unwrap_err().field_name(), Some("paper_on"));
    let next_year = in_state(ListState::Approved).issue(d("2026-12-30"), d("2027-01-01")).unwrap_err();
    assert_eq!(next_year.field_name(), Some("effective_on"));
}
