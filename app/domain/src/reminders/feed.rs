//! The .ics feed (RFC 5545): one all-day event for each day on which something is due, saying only
//! how many. Identities are stable, a changed number counts the sequence up, what fell away
//! stays as CANCELLED so that calendars take it off.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use super::outside_words;
use crate::time::{Day, Instant};

/// One event as last published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedEvent {
    /// Day; identity within a person's feed.
    pub day: Day,
    /// How many are due.
    pub n: u32,
    /// Counted up by every change.
    pub sequence: u32,
    /// Fell away.
    pub cancelled: bool,
    /// When it last changed.
    pub changed_at: Instant,
}

/// How many fall due on each day.
pub fn wanted_days(due: impl IntoIterator<Item = Day>) -> BTreeMap<Day, u32> {
    let mut days = BTreeMap::new();
    for day in due {
        *days.entry(day).or_insert(0) += 1;
    }
    days
}

/// Events after `wanted` is published over `old`. What is over (before `today`) stays as it was:
/// a calendar keeps its past.
pub fn reconcile(old: &[FeedEvent], wanted: &BTreeMap<Day, u32>, today: Day, now: Instant) -> Vec<FeedEvent> {
    let mut all: BTreeMap<Day, FeedEvent> = old.iter().map(|e| (e.day, e.clone())).collect();
    for event in all.values_mut().filter(|e| e.day >= today) {
        match wanted.get(&event.day) {
            Some(n) if !event.cancelled && event.n == *n => {}
            None if event.cancelled => {}
            other => {
                event.sequence += 1;
                event.cancelled = other.is_none();
                event.n = other.copied().unwrap_or(event.n);
                event.changed_at = now;
            }
        }
    }
    for (day, n) in wanted.iter().filter(|(day, _)| **day >= today) {
        all.entry(*day).or_insert_with(|| FeedEvent {
            day: *day,
            n: *n,
            sequence: 0,
            cancelled: false,
            changed_at: now,
        });
    }
    all.into_values().collect()
}

/// Octets of a content line without its end (RFC 5545 3.1).
const LINE: usize = 75;

/// Appends one content line, folded between characters so that no octet sequence is cut.
fn line(out: &mut String, text: &str) {
    let mut room = LINE;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
}

fn basic(day: Day) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn utc(at: Instant) -> String {
    // Shanghai is eight hours ahead the whole year.
    let there = at.plus_ms(-8 * 3_600_000);
    format!("{}T{}00Z", basic(there.day()), there.clock().replace(':', ""))
}

/// The calendar as text. `owner` names the feed in the identities; it must say nothing of the
/// person. `name` is the calendar's name.
pub fn calendar_text(owner: &str, name: &str, events: &[FeedEvent]) -> String {
    let mut out = String::new();
    for fixed in
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//wuze//reminders//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    {
        line(&mut out, fixed);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for fixed in [
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "TZNAME:CST",
        "END:STANDARD",
        "END:VTIMEZONE",
    ] {
        line(&mut out, fixed);
    }
    for event in events {
        let mut one = String::new();
        let day = basic(event.day);
        let _ = write!(one, "UID:{day}-{owner}@wuze");
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &one);
        line(&mut out, &format!("DTSTAMP:{}", utc(event.changed_at)));
        line(&mut out, &format!("LAST-MODIFIED:{}", utc(event.changed_at)));
        line(&mut out, &format!("SEQUENCE:{}", event.sequence));
        line(&mut out, &format!("DTSTART;TZID=Asia/Shanghai:{day}T090000"));
        line(&mut out, &format!("DTEND;TZID=Asia/Shanghai:{day}T093000"));
        line(&mut out, if event.cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, &format!("SUMMARY:{}", escaped(&outside_words(event.n))));
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

/// Text values (RFC 5545 3.3.11).
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n").replace('\r', "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::parse_iso;

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    const GOLDEN: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//wuze//reminders//ZH\r\nCALSCALE:GREGORIAN\r\n\
METHOD:PUBLISH\r\nX-WR-CALNAME:履责提醒\r\nX-WR-TIMEZONE:Asia/Shanghai\r\n\
REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\nBEGIN:STANDARD\r\n\
DTSTART:19700101T000000\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nTZNAME:CST\r\nEND:STANDARD\r\n\
END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:20261130-abc@wuze\r\nDTSTAMP:20261122T163000Z\r\n\
LAST-MODIFIED:20261122T163000Z\r\nSEQUENCE:1\r\nDTSTART;TZID=Asia/Shanghai:20261130T090000\r\n\
DTEND;TZID=Asia/Shanghai:20261130T093000\r\nSTATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n\
SUMMARY:履责提醒（有 3 项）\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn the_golden_calendar() {
        // 2026-11-23 00:30 in Shanghai.
        let at = Instant::start_of(d("2026-11-23")).plus_ms(30 * 60_000);
        let event = FeedEvent { day: d("2026-11-30"), n: 3, sequence: 1, cancelled: true, changed_at: at };
        assert_eq!(calendar_text("abc", "履责提醒", &[event]), GOLDEN);
    }

    #[test]
    fn changes_count_up_and_what_falls_away_stays() {
        let (now, later) = (Instant(1), Instant(2));
        let today = d("2026-11-20");
        let first = reconcile(&[], &wanted_days([d("2026-11-30"), d("2026-11-30"), d("2026-12-31")]), today, now);
        assert_eq!(first.iter().map(|e| (e.n, e.sequence)).collect::<Vec<_>>(), [(2, 0), (1, 0)]);
        assert_eq!(
            reconcile(&first, &wanted_days([d("2026-11-30"), d("2026-11-30"), d("2026-12-31")]), today, later),
            first
        );
        let second = reconcile(&first, &wanted_days([d("2026-11-30")]), today, later);
        let told: Vec<_> = second.iter().map(|e| (e.n, e.sequence, e.cancelled, e.changed_at)).collect();
        assert_eq!(told, [(1, 1, false, later), (1, 1, true, later)]);
        let third = reconcile(&second, &wanted_days([d("2026-12-31")]), today, later);
        assert_eq!(third.iter().map(|e| (e.sequence, e.cancelled)).collect::<Vec<_>>(), [(2, true), (2, false)]);
        // The past is left alone.
        assert_eq!(reconcile(&third, &wanted_days([]), d("2027-01-05"), Instant(9)), third);
    }

    proptest! {
        /// Lines of at most 75 octets, and unfolding gives the text back, Chinese included.
        #[test]
        fn lines_fold(text in "[ -~一-龥，。（）]{0,200}") {
            let mut out = String::new();
            line(&mut out, &text);
            for one in out.trim_end_matches("\r\n").split("\r\n") {
                prop_assert!(one.len() <= LINE);
            }
            prop_assert_eq!(out.replace("\r\n ", ""), format!("{text}\r\n"));
        }
    }
}
