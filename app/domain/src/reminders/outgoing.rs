//! What becomes of a message that leaves the system. At most once to a person: a message whose
//! fate is not known (the process died while sending, the answer never came) is never sent
//! again, because a lost reminder costs nothing (it stands in the 待办) and a doubled one breaks
//! the quota.

use chrono::Days;
use serde::{Deserialize, Serialize};

use crate::time::{Day, Instant, WorkCalendar};

/// Tries before a message is given up; the waits of [`backoff_ms`] are 13 hours in all,
/// and a wait that ends outside of opening hours goes on to the next morning.
pub const MAX_ATTEMPTS: u32 = 6;

/// Messages leave from 9:00 on.
const OPENING_MS: i64 = 9 * 3_600_000;
/// And not from 18:00 on: what comes up or fails in the evening waits for the morning.
const CLOSING_MS: i64 = 18 * 3_600_000;

/// State of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// To be sent, not before its time.
    Waiting,
    /// Claimed: being sent now.
    Sending,
    /// Taken over by the mail server or robot.
    Sent,
    /// Perhaps sent, perhaps not; never sent again.
    Unknown,
    /// 未送达: refused, or tried too often.
    GivenUp,
    /// No longer wanted: channel switched off, or the person chose another way.
    Dropped,
}

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Sending, Self::Sent, Self::Unknown, Self::GivenUp, Self::Dropped];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }

    /// The state of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "待发送",
            Self::Sending => "发送中",
            Self::Sent => "已发出",
            Self::Unknown => "未确认送达",
            Self::GivenUp => "未送达",
            Self::Dropped => "已取消",
        }
    }
}

/// What one try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The other side took it over.
    Accepted,
    /// Certainly not taken over; may be tried again.
    NotNow,
    /// Certainly not taken over, and never will be.
    Refused,
    /// The whole message was handed over and no answer came.
    Uncertain,
}

/// Milliseconds to wait after try number `attempts` (from 1): 1, 5, 25, 125, 625 minutes.
pub fn backoff_ms(attempts: u32) -> i64 {
    60_000 * 5_i64.pow(attempts.clamp(1, 5) - 1)
}

/// State and next time after try number `attempts` (counted when it was claimed).
pub fn after(attempts: u32, outcome: Outcome, now: Instant) -> (MessageState, Instant) {
    match outcome {
        Outcome::Accepted => (MessageState::Sent, now),
        Outcome::Uncertain => (MessageState::Unknown, now),
        Outcome::Refused => (MessageState::GivenUp, now),
        Outcome::NotNow if attempts >= MAX_ATTEMPTS => (MessageState::GivenUp, now),
        Outcome::NotNow => (MessageState::Waiting, now.plus_ms(backoff_ms(attempts))),
    }
}

/// State after the process ended, however: what was being sent may have arrived.
pub fn at_restart(state: MessageState) -> MessageState {
    if state == MessageState::Sending { MessageState::Unknown } else { state }
}

/// May messages leave now? On working days by day: what was put off must not arrive on a Sunday
/// or at night.
pub fn is_open(now: Instant, calendar: &WorkCalendar) -> bool {
    calendar.is_working(now.day()) && (OPENING_MS..CLOSING_MS).contains(&of_day(now))
}

/// When the message of a day leaves at the earliest.
pub fn opening_of(day: Day) -> Instant {
    Instant::start_of(day).plus_ms(OPENING_MS)
}

/// Milliseconds since midnight.
fn of_day(now: Instant) -> i64 {
    now.0 - Instant::start_of(now.day()).0
}

/// The day whose message takes what comes up `now`; messages go at 9:00 of working days, so that
/// of the evening goes with the next one. `closed` says whether the message of a day has left
/// already (or was tried): then the next one.
pub fn sending_day(now: Instant, calendar: &WorkCalendar, closed: impl Fn(Day) -> bool) -> Day {
    let today = now.day();
    let still = calendar.is_working(today) && of_day(now) < CLOSING_MS;
    let mut day = if still { today } else { calendar.plus_working(today, 1) };
    // Bounded: a ledger full of future days must not hold the caller.
    for _ in 0..366 {
        if !closed(day) {
            break;
        }
        day = calendar.plus_working(day, 1).max(day + Days::new(1));
    }
    day
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::parse_iso;

    #[test]
    fn tries_grow_apart_and_end() {
        let waits: Vec<i64> = (1..=5).map(|n| backoff_ms(n) / 60_000).collect();
        assert_eq!(waits, [1, 5, 25, 125, 625]);
        let now = Instant(1_000);
        assert_eq!(after(1, Outcome::NotNow, now), (MessageState::Waiting, Instant(61_000)));
        assert_eq!(after(MAX_ATTEMPTS, Outcome::NotNow, now).0, MessageState::GivenUp);
        assert_eq!(after(1, Outcome::Refused, now).0, MessageState::GivenUp);
        assert_eq!(after(1, Outcome::Uncertain, now).0, MessageState::Unknown);
        for state in MessageState::ALL {
            assert_eq!(MessageState::from_key(state.key()), Some(state));
        }
    }

    #[test]
    fn messages_go_on_working_days() {
        let d = |s| parse_iso(s).unwrap();
        let calendar = WorkCalendar::default();
        let at = |s, hour: i64| Instant::start_of(d(s)).plus_ms(hour * 3_600_000);
        assert_eq!(sending_day(at("2026-11-23", 0), &calendar, |_| false), d("2026-11-23"));
        assert_eq!(sending_day(at("2026-11-22", 12), &calendar, |_| false), d("2026-11-23"));
        assert_eq!(sending_day(at("2026-11-20", 12), &calendar, |day| day == d("2026-11-20")), d("2026-11-23"));
    }

    #[test]
    fn what_comes_up_in_the_evening_goes_with_the_next_morning() {
        let d = |s| parse_iso(s).unwrap();
        let calendar = WorkCalendar::default();
        let at = |s, hour: i64| Instant::start_of(d(s)).plus_ms(hour * 3_600_000);
        for (hour, day, open) in [
            (8, "2026-11-20", false),
            (9, "2026-11-20", true),
            (17, "2026-11-20", true),
            (18, "2026-11-23", false),
            (23, "2026-11-23", false),
        ] {
            assert_eq!(sending_day(at("2026-11-20", hour), &calendar, |_| false), d(day), "{hour}:00 of a Friday");
            assert_eq!(is_open(at("2026-11-20", hour), &calendar), open, "{hour}:00 of a Friday");
        }
        assert!(!is_open(at("2026-11-22", 12), &calendar), "a Sunday");
        assert!(is_open(opening_of(d("2026-11-23")), &calendar));
    }

    #[derive(Debug, Clone, Copy)]
    enum Event {
        /// A try that ends; the other side had taken it over in the last two cases.
        Try(Outcome),
        /// The process dies while it sends; whether the message had arrived nobody knows.
        Crash { arrived: bool },
        /// The process dies between two messages.
        Restart,
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let one = prop_oneof![
            Just(Event::Try(Outcome::Accepted)),
            Just(Event::Try(Outcome::NotNow)),
            Just(Event::Try(Outcome::NotNow)),
            Just(Event::Try(Outcome::Refused)),
            Just(Event::Try(Outcome::Uncertain)),
            any::<bool>().prop_map(|arrived| Event::Crash { arrived }),
            Just(Event::Restart),
        ];
        prop::collection::vec(one, 0..20)
    }

    proptest! {
        /// Whatever happens and in whatever order, nothing arrives twice, and it ends.
        #[test]
        fn never_twice(events in events()) {
            let (mut state, mut attempts, mut arrived, mut now) = (MessageState::Waiting, 0, 0, Instant(0));
            for event in events {
                match event {
                    Event::Restart => state = at_restart(state),
                    Event::Try(_) | Event::Crash { .. } if state != MessageState::Waiting => {}
                    Event::Try(outcome) => {
                        attempts += 1;
                        // An uncertain one counts as arrived: the worst case.
                        arrived += u32::from(matches!(outcome, Outcome::Accepted | Outcome::Uncertain));
                        (state, now) = after(attempts, outcome, now);
                    }
                    Event::Crash { arrived: yes } => {
                        attempts += 1;
                        arrived += u32::from(yes);
                        state = at_restart(MessageState::Sending);
                    }
                }
            }
            prop_assert!(arrived <= 1);
            prop_assert!(attempts <= MAX_ATTEMPTS);
        }
    }
}
