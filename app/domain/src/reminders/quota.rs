//! The quota of interruptions (`practice.md` 3.8, 国办函〔2026〕12号 as a bound on design): one 履责
//! reminder a quarter for everything together, one digest of statutory deadlines a day, one
//! 催办 for an item and deadline; nothing on days off. Decided from a stored ledger of what was
//! sent, so that neither a restart nor a clock set back can open it twice.

use std::fmt;

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use crate::time::{Day, WorkCalendar, first_of, last_of};

/// A calendar quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quarter {
    /// Year.
    pub year: i32,
    /// 1 to 4.
    pub quarter: u32,
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: Day) -> Self {
        Self { year: day.year(), quarter: day.month0() / 3 + 1 }
    }

    /// Its first day.
    pub fn first_day(self) -> Day {
        first_of(self.year, self.quarter * 3 - 2)
    }

    /// Its last day.
    pub fn last_day(self) -> Day {
        last_of(self.year, self.quarter * 3)
    }

    /// Is this the month in which the quarter's reminder goes out (March, June, September, December)?
    pub fn is_reminding(day: Day) -> bool {
        day.month().is_multiple_of(3)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.quarter {
            1 => "一",
            2 => "二",
            3 => "三",
            _ => "四",
        };
        write!(f, "{}年第{words}季度", self.year)
    }
}

/// What reaches a person without having been asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interruption {
    /// 季度履责提醒, to the head.
    Quarter,
    /// Statutory deadlines of the day, merged.
    Digest,
    /// 催办, to the 联络员.
    Urge,
}

impl Interruption {
    /// Every kind, in the order of a page.
    pub const ALL: [Self; 3] = [Self::Quarter, Self::Digest, Self::Urge];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Quarter => "quarter",
            Self::Digest => "digest",
            Self::Urge => "urge",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Quarter => "季度履责提醒",
            Self::Digest => "法定期限提醒",
            Self::Urge => "请联络员跟进",
        }
    }
}

/// One entry of a person's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// What.
    pub kind: Interruption,
    /// Day by the server's clock.
    pub on: Day,
    /// Of a 催办: item and deadline. Empty for the others.
    pub about: String,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// A day off by the district's calendar.
    DayOff,
    /// The quota is used.
    Quota,
    /// The ledger is ahead of the clock: it was set back. In-app 待办 go on as ever.
    ClockBack,
}

/// May this person be interrupted today? `sent` is his whole ledger (催办: the item's).
///
/// # Errors
/// Why not. Sent quarters and sent days only ever grow, whatever the clock does.
pub fn may_interrupt(
    kind: Interruption,
    about: &str,
    sent: &[Sent],
    today: Day,
    calendar: &WorkCalendar,
) -> Result<(), No> {
    if !calendar.is_working(today) {
        return Err(No::DayOff);
    }
    let mut same = sent.iter().filter(|s| s.kind == kind);
    match kind {
        Interruption::Quarter => match same.map(|s| Quarter::of(s.on)).max() {
            Some(last) if last > Quarter::of(today) => Err(No::ClockBack),
            Some(last) if last == Quarter::of(today) => Err(No::Quota),
            _ => Ok(()),
        },
        Interruption::Digest => match same.map(|s| s.on).max() {
            Some(last) if last > today => Err(No::ClockBack),
            Some(last) if last == today => Err(No::Quota),
            _ => Ok(()),
        },
        Interruption::Urge if same.any(|s| s.about == about) => Err(No::Quota),
        Interruption::Urge => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use chrono::Days;
    use proptest::prelude::*;

    use super::*;
    use crate::time::{DayKind, parse_iso};

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn sent(kind: Interruption, on: &str) -> Sent {
        Sent { kind, on: d(on), about: "x@2026-12-01".into() }
    }

    #[test]
    fn the_table_of_the_quota() {
        use Interruption::*;
        let calendar = WorkCalendar::new([(d("2026-10-01"), DayKind::Holiday), (d("2026-10-10"), DayKind::Workday)]);
        let table = [
            (Quarter, "2026-12-01", vec![], Ok(())),
            (Quarter, "2026-12-01", vec![sent(Quarter, "2026-10-08")], Err(No::Quota)),
            (Quarter, "2026-12-31", vec![sent(Quarter, "2026-09-30")], Ok(())),
            (Quarter, "2026-09-30", vec![sent(Quarter, "2026-10-08")], Err(No::ClockBack)),
            (Quarter, "2025-12-01", vec![sent(Quarter, "2026-03-02")], Err(No::ClockBack)),
            // What else was sent does not use up the reminder, nor the other way round.
            (Quarter, "2026-12-01", vec![sent(Digest, "2026-12-01"), sent(Urge, "2026-11-30")], Ok(())),
            (Quarter, "2026-12-05", vec![], Err(No::DayOff)),
            (Quarter, "2026-10-01", vec![], Err(No::DayOff)),
            (Digest, "2026-10-10", vec![], Ok(())),
            (Digest, "2026-12-01", vec![sent(Digest, "2026-12-01")], Err(No::Quota)),
            (Digest, "2026-11-30", vec![sent(Digest, "2026-12-01")], Err(No::ClockBack)),
            (Digest, "2026-12-02", vec![sent(Digest, "2026-12-01")], Ok(())),
            (Urge, "2026-12-02", vec![sent(Urge, "2026-12-01")], Err(No::Quota)),
            (Urge, "2026-12-06", vec![], Err(No::DayOff)),
        ];
        for (kind, today, ledger, want) in table {
            let got = may_interrupt(kind, "x@2026-12-01", &ledger, d(today), &calendar);
            assert_eq!(got, want, "{kind:?} {today} {ledger:?}");
        }
        assert_eq!(
            may_interrupt(Urge, "x@2026-12-20", &[sent(Urge, "2026-12-01")], d("2026-12-02"), &calendar),
            Ok(())
        );
        assert_eq!(super::Quarter::of(d("2026-12-31")).to_string(), "2026年第四季度");
        assert!(super::Quarter::is_reminding(d("2026-03-01")) && !super::Quarter::is_reminding(d("2026-04-30")));
    }

    proptest! {
        /// However the clock jumps, forwards or back: at most one reminder a quarter, one digest a
        /// day, one 催办 for an item and deadline, and none of them on a day off.
        #[test]
        fn never_more_than_the_quota(
            jumps in prop::collection::vec((0_u64..1500, 0_usize..3, 0_u8..4), 1..120),
            holidays in prop::collection::vec(0_u64..1500, 0..40),
        ) {
            let start = d("2025-01-01");
            let calendar = WorkCalendar::new(holidays.iter().map(|n| (start + Days::new(*n), DayKind::Holiday)));
            let mut ledger: Vec<Sent> = Vec::new();
            for (at, kind, item) in jumps {
                let (today, kind, about) = (start + Days::new(at), Interruption::ALL[kind], format!("i{item}"));
                // A service that tries thrice must get it once.
                for _ in 0..3 {
                    if may_interrupt(kind, &about, &ledger, today, &calendar).is_ok() {
                        ledger.push(Sent { kind, on: today, about: about.clone() });
                    }
                }
            }
            let mut seen: HashMap<String, u32> = HashMap::new();
            for s in &ledger {
                prop_assert!(calendar.is_working(s.on));
                let slot = match s.kind {
                    Interruption::Quarter => super::Quarter::of(s.on).to_string(),
                    Interruption::Digest => s.on.to_string(),
                    Interruption::Urge => s.about.clone(),
                };
                let n = seen.entry(format!("{:?} {slot}", s.kind)).or_default();
                *n += 1;
                prop_assert!(*n == 1, "{slot} twice");
            }
        }
    }
}
