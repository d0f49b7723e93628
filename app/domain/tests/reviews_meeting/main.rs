//! The meeting as a state machine: every command in every state, replay, two operators, late
//! presenters, rounds that are voided, lost and held again.

mod clicks;
mod hall;
#[path = "../reviews_fixture/mod.rs"]
mod reviews_fixture;
mod together;

use domain::{
    Rejection,
    reviews::{Announce, Command, Event, Meeting, Mode, Phase, Plan, Presence, RoundState, Step},
    time::Instant,
};
use hall::*;
use reviews_fixture::*;

#[test]
fn every_command_in_every_state() {
    let steps: Vec<(&str, Option<Command>, &[&str])> = vec![
        ("preparing", None, &["check_in", "excuse"]),
        ("check_in", Some(Command::OpenCheckIn), &["call", "excuse", "open"]),
        ("running", Some(call(1)), &["call", "excuse", "move", "clock", "open"]),
        ("open", Some(open(1)), &["call", "excuse", "move", "clock", "pause", "close", "void"]),
        ("paused", Some(Command::PauseRound), &["call", "excuse", "move", "clock", "resume", "close", "void"]),
        ("closed", Some(Command::CloseRound), &["call", "move", "clock", "reopen", "confirm", "void"]),
        ("sealed", None, &["call", "move", "clock", "finish"]),
        ("announcing", Some(Command::Finish), &["feedback"]),
        ("feedback", Some(Command::StartFeedback), &["archive"]),
        ("archived", Some(Command::Archive { reason: String::new() }), &[]),
    ];
    let mut hall = Hall::new(plan());
    for (name, command, allowed) in steps {
        match command {
            Some(command) => drop(hall.go(command).unwrap()),
            None if name == "sealed" => hall.seal(),
            None => {}
        }
        for (word, command) in commands() {
            let by = if word == "confirm" { TELLERS[0] } else { OPERATOR };
            let result = hall.meeting.decide(&command, by, FULL);
            assert_eq!(result.is_ok(), allowed.contains(&word), "{word} while {name}: {result:?}");
            if let Err(no) = result {
                let words = no.to_string();
                assert!(words.chars().any(|c| c == '。') && !words.contains('{'), "{words}");
            }
        }
    }
    assert_eq!(hall.meeting, Meeting::replay(plan(), &hall.events));
}

#[test]
fn only_the_two_tellers_confirm_each_once_and_reopening_takes_both_back() {
    let mut hall = Hall::new(plan());
    for command in [Command::OpenCheckIn, call(1), open(1), Command::CloseRound] {
        hall.go(command).unwrap();
    }
    for stranger in [OPERATOR, CHAIR, COUNTERS[0], person(1)] {
        assert_eq!(hall.by(stranger, &confirm(round(1)), FULL), Err(Rejection::NotAllowed));
    }
    assert_eq!(hall.by(TELLERS[0], &confirm(round(1)), FULL), Ok(1));
    assert_eq!(hall.by(TELLERS[0], &confirm(round(1)), FULL), Ok(0));
    assert!(!hall.meeting.may_seal());
    assert_eq!(hall.go(reopen(" ")).unwrap_err().field_name(), Some("reason"));
    hall.go(reopen("一位同志没有交")).unwrap();
    assert!(hall.meeting.current().unwrap().confirmed.is_empty());
    hall.go(Command::CloseRound).unwrap();
    assert_eq!(hall.by(TELLERS[1], &confirm(round(1)), FULL), Ok(1));
    assert_eq!(hall.state(), Some(RoundState::Closed), "one confirmation of this closing is not two");
    hall.by(TELLERS[0], &confirm(round(1)), FULL).unwrap();
    assert_eq!(hall.state(), Some(RoundState::Sealed));
    assert_eq!(hall.meeting.sealed(presenter(2)).unwrap().certificate.as_deref(), Some("A1B2-C3D4-E5F6-0718"));
    // Sealed is sealed.
    for command in [reopen("再开"), void("作废"), Command::CloseRound, Command::PauseRound] {
        assert!(hall.go(command).is_err());
    }
}

#[test]
fn two_operators_and_retries_do_things_once() {
    let mut hall = Hall::new(plan());
    hall.go(Command::OpenCheckIn).unwrap();
    assert_eq!((hall.go(call(1)), hall.go(call(1))), (Ok(1), Ok(0)));
    assert_eq!((hall.go(Command::RunClock { run: true }), hall.go(Command::RunClock { run: true })), (Ok(1), Ok(0)));
    assert_eq!((hall.go(open(1)), hall.go(open(1))), (Ok(1), Ok(0)));
    assert!(hall.go(open(2)).unwrap_err().to_string().contains("已有一轮"));
    hall.go(Command::CloseRound).unwrap();
    assert!(hall.go(Command::CloseRound).unwrap_err().to_string().contains("已经收回"));
    hall.go(void("收回多于发出")).unwrap();
    // An old command for the voided round does not open a second one of the same id.
    assert!(hall.go(open(1)).unwrap_err().to_string().contains("已经结束"));
    assert_eq!(hall.meeting.rounds.len(), 1);
}

#[test]
fn a_round_needs_enough_present_and_somebody_at_all() {
    let mut hall = Hall::new(plan());
    hall.go(Command::OpenCheckIn).unwrap();
    let at = |entitled, present| Presence { entitled, present };
    for (presence, ok) in [(at(12, 7), false), (at(12, 8), true), (at(24, 15), false), (at(0, 0), false)] {
        assert_eq!(hall.meeting.decide(&open(1), OPERATOR, presence).is_ok(), ok, "{presence:?}");
    }
    let no = hall.meeting.decide(&open(1), OPERATOR, at(12, 7)).unwrap_err().to_string();
    assert!(no.contains("实到 7 人") && no.contains("应到 12 人") && no.contains("需 8 人"), "{no}");
    // The presence of the opening is in the event, for the report.
    hall.by(OPERATOR, &open(1), at(12, 8)).unwrap();
    assert!(matches!(&hall.events.last().unwrap().1, Event::RoundOpened { presence, .. } if presence.present == 8));
}

/// A press that was on its way when a round ended seals no other.
#[test]
fn a_confirmation_is_of_the_round_that_was_seen() {
    let mut hall = Hall::new(plan());
    for command in [Command::OpenCheckIn, call(1), open(1), void("重来"), open(2), Command::CloseRound] {
        hall.go(command).unwrap();
    }
    assert_eq!(hall.meeting.voided(), ["重来"]);
    for other in [round(1), round(7)] {
        assert!(hall.by(TELLERS[0], &confirm(other), FULL).unwrap_err().to_string().contains("没有确认"));
    }
    assert_eq!(hall.by(TELLERS[0], &confirm(round(2)), FULL), Ok(1));
}

/// Called by a slip of the hand, somebody who is not there can still be taken off; not once his clock ran.
#[test]
fn a_slip_of_the_hand_is_no_report() {
    let mut hall = Hall::new(plan());
    for command in [Command::OpenCheckIn, open(1), call(2)] {
        hall.go(command).unwrap();
    }
    hall.go(excuse(2, "没有到会")).unwrap();
    for command in [call(3), Command::RunClock { run: true }] {
        hall.go(command).unwrap();
    }
    assert!(hall.go(excuse(3, "因公")).unwrap_err().to_string().contains("已经述责"));
}

#[test]
fn who_does_not_come_is_taken_off_the_sheet_and_may_still_come_late() {
    let mut hall = Hall::new(plan());
    for command in [Command::OpenCheckIn, open(1), call(1), call(2)] {
        hall.go(command).unwrap();
    }
    assert_eq!(hall.meeting.uncalled(), [presenter(3)]);
    assert_eq!(hall.go(excuse(3, " ")).unwrap_err().field_name(), Some("reason"));
    assert_eq!(hall.go(excuse(99, "因公")), Err(Rejection::NotFound));
    assert_eq!((hall.go(excuse(3, "因公出差")), hall.go(excuse(3, "因公出差"))), (Ok(1), Ok(0)));
    assert_eq!(hall.meeting.current().unwrap().presenters, [presenter(1), presenter(2)]);
    assert!(hall.meeting.uncalled().is_empty());
    // The sheet goes on without him, and says so; who has reported stays on it.
    assert_eq!(hall.meeting.current().unwrap().taken_off, [presenter(3)]);
    assert_eq!(hall.meeting.taken_off(presenter(3)).as_deref(), Some("述责人3：因公出差"));
    assert!(hall.go(call(3)).unwrap_err().to_string().contains("另开一轮"));
    assert!(hall.go(excuse(1, "不评了")).unwrap_err().to_string().contains("已经述责"));
    hall.go(Command::CloseRound).unwrap();
    assert!(hall.go(excuse(2, "因公")).unwrap_err().to_string().contains("已经收回"));
    hall.seal();
    assert!(hall.meeting.sealed(presenter(3)).is_none());
    assert!(hall.go(excuse(1, "因公")).unwrap_err().to_string().contains("已经封存"));
    // He comes after all: called, he needs a round of his own before the end.
    hall.go(call(3)).unwrap();
    assert!(hall.meeting.excused.is_empty());
    assert!(hall.go(Command::Finish).unwrap_err().to_string().contains("述责人3"));
    hall.go(open(2)).unwrap();
    assert_eq!(hall.meeting.current().unwrap().presenters, [presenter(3)]);
    assert!(hall.go(excuse(3, "又走了")).unwrap_err().to_string().contains("作废"));
    hall.go(void("本人离会")).unwrap();
    hall.go(excuse(3, "又走了")).unwrap();
    assert_eq!(hall.meeting.at, None);
    hall.go(Command::Finish).unwrap();
    assert_eq!(hall.meeting, Meeting::replay(plan(), &hall.events));
}

#[test]
fn a_meeting_that_cannot_take_place_ends_with_everybody_excused() {
    let mut hall = Hall::new(plan());
    hall.go(Command::OpenCheckIn).unwrap();
    assert!(hall.go(Command::Finish).is_err());
    for n in 1..=3 {
        hall.go(excuse(n, "到会人数不足，另行安排")).unwrap();
    }
    assert!(hall.go(open(1)).unwrap_err().to_string().contains("没有可测评的对象"));
    hall.go(Command::Finish).unwrap();
    assert_eq!(hall.meeting.phase, Phase::Announcing);
}

#[test]
fn voided_and_lost_rounds_are_held_again() {
    let mut hall = Hall::new(plan());
    for command in [Command::OpenCheckIn, open(1), Command::CloseRound] {
        hall.go(command).unwrap();
    }
    hall.by(TELLERS[0], &confirm(round(1)), FULL).unwrap();
    assert_eq!(hall.go(void("")).unwrap_err().field_name(), Some("reason"));
    hall.go(void("收回多于发出")).unwrap();
    assert_eq!((hall.state(), hall.meeting.current()), (Some(RoundState::Void), None));
    hall.go(open(2)).unwrap();
    // The journal is gone after a restore.
    hall.meeting.apply(Instant(hall.now), &Event::RoundLost);
    hall.events.push((Instant(hall.now), Event::RoundLost));
    assert_eq!(hall.state().map(RoundState::label), Some("需重新测评"));
    assert!(hall.go(Command::Finish).is_err());
    hall.go(open(3)).unwrap();
    hall.go(Command::CloseRound).unwrap();
    hall.seal();
    hall.go(Command::Finish).unwrap();
    assert_eq!(hall.meeting.rounds.len(), 3);
    assert_eq!(hall.meeting, Meeting::replay(plan(), &hall.events));
}

#[test]
fn one_by_one_each_presenter_has_his_round() {
    let mut hall = Hall::new(Plan { mode: Mode::OneByOne, announce: Announce::Chair, ..plan() });
    hall.go(Command::OpenCheckIn).unwrap();
    assert!(hall.go(open(1)).unwrap_err().to_string().contains("先请人述责"));
    hall.go(call(2)).unwrap();
    hall.go(open(1)).unwrap();
    assert_eq!(hall.meeting.current().unwrap().presenters, [presenter(2)]);
    assert!(hall.go(call(1)).unwrap_err().to_string().contains("上一位"));
    let announce = |n| Command::Announce { presenter: presenter(n) };
    assert!(hall.go(announce(2)).unwrap_err().to_string().contains("没有封存"));
    hall.go(Command::CloseRound).unwrap();
    hall.seal();
    assert_eq!((hall.go(announce(2)), hall.go(announce(2))), (Ok(1), Ok(0)));
    assert!(hall.go(open(2)).unwrap_err().to_string().contains("已经封存"));
    hall.go(call(1)).unwrap();
    hall.go(open(2)).unwrap();
    hall.go(Command::CloseRound).unwrap();
    hall.seal();
    assert!(hall.go(Command::Finish).unwrap_err().to_string().contains("述责人3"));
}

#[test]
fn results_are_told_as_agreed_before() {
    let run = |announce| {
        let mut hall = Hall::new(Plan { announce, ..plan() });
        for command in [Command::OpenCheckIn, open(1), Command::CloseRound] {
            hall.go(command).unwrap();
        }
        hall.seal();
        let told = hall.go(Command::Announce { presenter: presenter(1) });
        (told.is_ok(), hall.meeting.announced.len())
    };
    assert_eq!(run(Announce::Afterwards), (false, 0));
    assert_eq!(run(Announce::Chair), (true, 1));
    assert_eq!(run(Announce::AtOnce), (true, 3));
}

#[test]
fn the_clock_of_a_report_stops_with_it_and_never_runs_back() {
    let mut hall = Hall::new(plan());
    hall.go(Command::OpenCheckIn).unwrap();
    assert!(hall.go(Command::RunClock { run: true }).is_err());
    hall.go(call(1)).unwrap();
    hall.go(Command::RunClock { run: true }).unwrap();
    let since = hall.meeting.clock.since.unwrap();
    assert_eq!(hall.meeting.clock.spoken(since.plus_ms(5_000)), 5_000);
    assert_eq!(hall.meeting.clock.spoken(since.plus_ms(-60_000)), 0, "the server's clock was set back");
    // What ran until an event stays, wherever the clock is set afterwards, and it runs on from there.
    let mut meeting = hall.meeting.clone();
    meeting.apply(since.plus_ms(5_000), &Event::ConfirmationsDropped);
    meeting.apply(since.plus_ms(-60_000), &Event::ConfirmationsDropped);
    assert_eq!(meeting.clock.spoken(since.plus_ms(-90_000)), 5_000);
    assert_eq!(meeting.clock.spoken(since.plus_ms(-57_000)), 8_000);
    hall.now += 9_000;
    hall.go(Command::MoveTo { step: Step::Questions }).unwrap();
    assert_eq!((hall.meeting.clock.spoken(Instant(i64::MAX)), hall.meeting.clock.since), (10_000, None));
    assert!(hall.go(Command::RunClock { run: true }).is_err());
    hall.go(call(2)).unwrap();
    assert_eq!((hall.meeting.step, hall.meeting.clock.spoken(Instant(hall.now))), (Step::Report, 0));
}

#[test]
fn commands_events_and_states_survive_storage() {
    for (_, command) in commands() {
        let text = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&text).unwrap(), command, "{text}");
    }
    let events = [
        Event::CheckInOpened,
        Event::Called { presenter: presenter(1) },
        Event::Excused { presenter: presenter(1), reason: "因公".into() },
        Event::Moved { step: Step::Appraisal },
        Event::Clock { run: true },
        Event::RoundOpened { round: round(1), presenters: vec![presenter(1)], presence: FULL },
        Event::RoundPaused,
        Event::RoundResumed,
        Event::RoundClosed,
        Event::RoundReopened { reason: "漏".into() },
        Event::SealConfirmed { teller: TELLERS[0] },
        Event::RoundSealed { certificate: "A1B2".into() },
        Event::RoundVoided { reason: "多".into() },
        Event::RoundLost,
        Event::Announced { presenter: presenter(1) },
        Event::LeftOpen { reason: "出差未回".into() },
        Event::Entered { phase: Phase::Archived },
    ];
    let mut meeting = meeting();
    for event in events {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
        meeting.apply(Instant(7), &event);
    }
    let text = serde_json::to_string(&meeting).unwrap();
    assert_eq!(serde_json::from_str::<Meeting>(&text).unwrap(), meeting);
    // serde looks for unknown fields only in commands that have fields; the server's own check covers the rest.
    let more = format!(r#"{{"command":"open_round","round":"{}","secretly":true}}"#, round(1));
    assert!(serde_json::from_str::<Command>(&more).is_err());
}
