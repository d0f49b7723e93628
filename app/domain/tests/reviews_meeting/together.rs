//! 集中测评: once everybody has reported, the room is at the one sheet and at nobody. Coming in ends with 收回.

use domain::{
    reviews::{Command, Event, Mode, Phase, RoomFacts, Step, project},
    time::Instant,
};

use crate::{hall::*, reviews_fixture::*};

#[test]
fn nobody_stands_alone_while_all_are_on_one_sheet() {
    let mut hall = Hall::new(plan());
    for command in [Command::OpenCheckIn, open(1), call(1)] {
        hall.go(command).unwrap();
    }
    assert_eq!(hall.meeting.gathered(), None);
    assert_eq!(hall.meeting.who().unwrap().2, "第 1 位，共 3 位");
    hall.go(excuse(2, "因公出差")).unwrap();
    hall.go(call(3)).unwrap();
    hall.go(Command::MoveTo { step: Step::Comments }).unwrap();
    assert_eq!(hall.meeting.who().unwrap().0, "述责人3");
    hall.go(Command::MoveTo { step: Step::Appraisal }).unwrap();
    for _ in 0..2 {
        let who = hall.meeting.who().unwrap();
        assert_eq!(
            (who.0.as_str(), who.1.as_str(), who.2.as_str()),
            ("综合评议 · 集中测评", "2 名述责对象，一张票", "")
        );
        let views = project(&hall.meeting, &RoomFacts::default(), Instant(0));
        assert_eq!((views.rater.at, views.rater.who), (None, Some(who)), "nobody's id goes out either");
        // Also where the last one is still at the word when the sheets are taken in.
        hall.go(Command::MoveTo { step: Step::Report }).ok();
        hall.go(Command::CloseRound).ok();
    }
    hall.seal();
    assert_eq!(hall.meeting.gathered(), Some(2));
    hall.go(Command::Finish).unwrap();
    assert_eq!(hall.meeting.gathered(), None);

    let mut hall = Hall::new(domain::reviews::Plan { mode: Mode::OneByOne, ..plan() });
    for command in [Command::OpenCheckIn, call(1), open(1), Command::MoveTo { step: Step::Appraisal }] {
        hall.go(command).unwrap();
    }
    assert_eq!((hall.meeting.gathered(), hall.meeting.who().unwrap().0.as_str()), (None, "述责人1"));
}

#[test]
fn the_code_goes_with_the_sheets_and_comes_back_with_a_reopening() {
    let mut hall = Hall::new(plan());
    assert!(!hall.meeting.lets_in());
    for command in [Command::OpenCheckIn, open(1)] {
        hall.go(command).unwrap();
        assert!(hall.meeting.lets_in());
    }
    hall.go(Command::CloseRound).unwrap();
    assert!(!hall.meeting.lets_in());
    hall.go(reopen("漏收一张")).unwrap();
    assert!(hall.meeting.lets_in());
    hall.go(Command::CloseRound).unwrap();
    hall.seal();
    assert!(!hall.meeting.lets_in(), "everybody is sealed");

    // One by one: the next one's round still needs people.
    let mut hall = Hall::new(domain::reviews::Plan { mode: Mode::OneByOne, ..plan() });
    for command in [Command::OpenCheckIn, call(1), open(1), Command::CloseRound] {
        hall.go(command).unwrap();
    }
    assert!(!hall.meeting.lets_in());
    hall.seal();
    assert!(hall.meeting.lets_in());
}

#[test]
fn an_archive_with_a_reason_says_so_before_it_ends() {
    let mut hall = Hall::new(plan());
    for command in [Command::OpenCheckIn, open(1), Command::CloseRound] {
        hall.go(command).unwrap();
    }
    hall.seal();
    for command in [Command::Finish, Command::StartFeedback] {
        hall.go(command).unwrap();
    }
    let archive = |reason: &str| Command::Archive { reason: reason.into() };
    let plain = hall.meeting.decide(&archive(" "), OPERATOR, FULL).unwrap();
    assert_eq!(plain, [Event::Entered { phase: Phase::Archived }]);
    let said = hall.meeting.decide(&archive(" 本人外出培训 "), OPERATOR, FULL).unwrap();
    assert_eq!(said, [Event::LeftOpen { reason: "本人外出培训".into() }, Event::Entered { phase: Phase::Archived }]);
    assert!(hall.meeting.decide(&archive(&"长".repeat(501)), OPERATOR, FULL).is_err());
    // Old clients say it without a reason.
    assert_eq!(serde_json::from_str::<Command>(r#"{"command":"archive"}"#).unwrap(), archive(""));
}
