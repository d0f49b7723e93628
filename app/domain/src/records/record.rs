//! One record (履责记录): what is checked before it is kept, to which occurrences it
//! goes. Records are only added; how one is corrected stands in `correction`. Refuses
//! photos, places and counting.

use serde::{Deserialize, Serialize};

use super::{RecordDetails, RecordKind};
use crate::{
    Rejection,
    duties::{DutyItem, ExistingOccurrence, Frequency},
    ids::{DutyId, OccurrenceId},
    text,
    time::{Day, zh},
};

/// What the author typed and ticked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordDraft {
    /// 履责类型; [`RecordKind::Other`] if not chosen.
    pub kind: Option<RecordKind>,
    /// One sentence is enough.
    pub text: String,
    /// When it happened; `None` means today.
    pub event_on: Option<Day>,
    /// Items ticked by the author.
    pub duties: Vec<DutyId>,
    /// Fields of the kind, as far as they were filled in.
    pub details: RecordDetails,
}

/// A record that may be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecord {
    /// 履责类型.
    pub kind: RecordKind,
    /// Clean text.
    pub text: String,
    /// When it happened.
    pub event_on: Day,
    /// Items it corresponds to, without repetition, in the order ticked.
    pub duties: Vec<DutyId>,
    /// Fields of its kind.
    pub details: RecordDetails,
}

impl RecordDraft {
    /// Checks the draft for a head whose term began on `term_from`. `known` are the items
    /// of his list; with no list in force a record corresponds to nothing.
    pub fn check(self, today: Day, term_from: Day, known: &[DutyId]) -> Result<NewRecord, Rejection> {
        let kind = self.kind.unwrap_or(RecordKind::Other);
        let details = self.details.check(kind)?;
        let text = match details.marker(kind) {
            // Of such a one nothing but the mark is kept, and not without its author's word.
            Some(marker) if self.text.trim().is_empty() || self.text.trim() == marker => marker,
            Some(marker) => {
                return Err(Rejection::field(
                    "look",
                    format!("{}将只存“{marker}”，您写的这句话不会存入。", details.notice(kind)),
                ));
            }
            None => clean("text", "内容", &self.text)?,
        };
        let event_on = self.event_on.unwrap_or(today);
        if event_on > today {
            return Err(Rejection::field(
                "event_on",
                format!("发生日期 {} 还没有到，没有保存。请改为今天或以前的日期。", zh(event_on)),
            ));
        }
        if event_on < term_from {
            return Err(Rejection::field(
                "event_on",
                format!("发生日期早于您到任的日期（{}），没有保存。请核对日期。", zh(term_from)),
            ));
        }
        let mut duties: Vec<DutyId> = Vec::with_capacity(self.duties.len());
        for duty in self.duties {
            if !known.contains(&duty) {
                return Err(Rejection::field(
                    "duties",
                    "所选条目不在您现行的第一责任人履责清单里，没有保存。请刷新页面后重新对应，您填写的文字已保留。",
                ));
            }
            if duties.contains(&duty) {
                return Err(Rejection::field("duties", "同一条目对应了两次，没有保存。请去掉重复的一条后再提交。"));
            }
            duties.push(duty);
        }
        Ok(NewRecord { kind, text, event_on, duties, details })
    }
}

/// Text of a record: required, bounded, without what must not enter.
fn clean(field: &str, label: &str, value: &str) -> Result<String, Rejection> {
    text::required(field, label, value, text::RECORD_MAX)
}

/// Where one tick goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Item.
    pub duty: DutyId,
    /// The occurrence whose window holds the event date; `None` for 随时 items and where
    /// nothing is due.
    pub occurrence: Option<OccurrenceId>,
    /// The first record of the occurrence satisfies it; a later one is further evidence.
    pub satisfies: bool,
    /// 补记: recorded after the due day.
    pub late: bool,
}

impl NewRecord {
    /// Places every tick. `items` is the list, `occurrences` those of the post (of both
    /// years, if the event lies in the last one).
    pub fn place(&self, recorded_on: Day, items: &[DutyItem], occurrences: &[ExistingOccurrence]) -> Vec<Placement> {
        let place = |duty: &DutyId| {
            let item = items.iter().find(|i| i.duty == *duty);
            let found = item.and_then(|item| self.occurrence(item, occurrences));
            Placement {
                duty: *duty,
                occurrence: found.map(|o| o.id),
                satisfies: found.is_some_and(|o| !o.satisfied),
                late: found.is_some_and(|o| recorded_on > o.due),
            }
        };
        self.duties.iter().map(place).collect()
    }

    fn occurrence<'a>(&self, item: &DutyItem, occurrences: &'a [ExistingOccurrence]) -> Option<&'a ExistingOccurrence> {
        let mine = |o: &&ExistingOccurrence| o.is_of(item.duty) && self.event_on >= o.counts_from;
        let open = || occurrences.iter().filter(mine);
        open().find(|o| o.window.holds(self.event_on)).or_else(|| {
            // 任期一次 has no later window: done late, it still goes to the only one there is.
            open().filter(|_| item.frequency == Frequency::OncePerTerm).max_by_key(|o| o.window.from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        duties::{OccurrenceState, Plan, fixture},
        time::{WorkCalendar, parse_iso},
    };

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn draft(text: &str, event_on: &str, duties: &[DutyId]) -> RecordDraft {
        RecordDraft {
            text: text.into(),
            event_on: Some(d(event_on)),
            duties: duties.to_vec(),
            ..RecordDraft::default()
        }
    }

    fn duty(code: &str) -> DutyId {
        DutyId(fixture::id(code))
    }

    #[test]
    fn one_sentence_is_enough() {
        let today = d("2026-11-22");
        let made = RecordDraft { text: " 与三名年轻干部谈心 ".into(), ..RecordDraft::default() }
            .check(today, d("2024-01-01"), &[])
            .unwrap();
        assert_eq!((made.kind, made.text.as_str(), made.event_on), (RecordKind::Other, "与三名年轻干部谈心", today));
    }

    #[test]
    fn each_refusal_names_its_field() {
        let known = [duty("1.1")];
        let check = |draft: RecordDraft| draft.check(d("2026-11-22"), d("2026-03-01"), &known).unwrap_err();
        let long = "字".repeat(text::RECORD_MAX + 1);
        let table = [
            (draft("  ", "2026-11-22", &[]), "text"),
            (draft(&long, "2026-11-22", &[]), "text"),
            (draft("开会", "2026-11-23", &[]), "event_on"),
            (draft("开会", "2026-02-28", &[]), "event_on"),
            (draft("开会", "2026-11-22", &[duty("9.9")]), "duties"),
            (draft("开会", "2026-11-22", &[duty("1.1"), duty("1.1")]), "duties"),
            (draft("传达机密★10年文件", "2026-11-22", &[]), "text"),
        ];
        for (draft, field) in table {
            assert_eq!(check(draft.clone()).field_name(), Some(field), "{draft:?}");
        }
    }

    #[test]
    fn of_a_reminder_talk_only_the_mark_is_kept() {
        let check = |text: &str| {
            RecordDraft {
                kind: Some(RecordKind::Talk),
                text: text.into(),
                details: RecordDetails { talk: Some(super::super::TalkType::Reminder), ..RecordDetails::default() },
                ..RecordDraft::default()
            }
            .check(d("2026-11-22"), d("2024-01-01"), &[])
        };
        assert_eq!(check("").unwrap().text, "提醒谈话：已谈");
        assert_eq!(check(" 提醒谈话：已谈 ").unwrap().text, "提醒谈话：已谈");
        assert_eq!(check("就某事提醒").unwrap_err().field_name(), Some("look"));
    }

    #[test]
    fn of_an_endorsement_only_the_mark_is_kept() {
        let check = |text: &str| {
            RecordDraft { kind: Some(RecordKind::Endorsement), text: text.into(), ..RecordDraft::default() }.check(
                d("2026-11-22"),
                d("2024-01-01"),
                &[],
            )
        };
        for text in ["", " 签批督办：只作标记 "] {
            assert_eq!(check(text).unwrap().text, "签批督办：只作标记");
        }
        let asked = check("请从严核查并依规处理").unwrap_err();
        assert_eq!(asked.field_name(), Some("look"));
        assert!(asked.to_string().contains("将只存“签批督办：只作标记”"), "{asked}");
    }

    #[test]
    fn a_tick_goes_to_the_window_of_the_event() {
        let items = [
            fixture::item("6.3", "谈心谈话", Frequency::Quarterly),
            fixture::item("1.4", "请示报告", Frequency::AnyTime),
        ];
        let calendar = WorkCalendar::default();
        let mut stored: Vec<_> = Plan {
            year: 2026,
            items: &items,
            term_from: d("2026-08-15"),
            enabled_on: d("2026-01-01"),
            effective_on: d("2026-01-01"),
            vacancies: &[],
            calendar: &calendar,
        }
        .occurrences()
        .iter()
        .map(fixture::occurrence)
        .collect();
        stored[1].satisfied = true;
        let place = |event: &str, recorded: &str, stored: &[ExistingOccurrence]| {
            let record = draft("谈话", event, &[items[0].duty, items[1].duty])
                .check(d(recorded), d("2026-01-01"), &[items[0].duty, items[1].duty])
                .unwrap();
            record.place(d(recorded), &items, stored)
        };
        let third = place("2026-09-25", "2026-10-09", &stored);
        assert_eq!(
            third[0],
            Placement { duty: items[0].duty, occurrence: Some(stored[0].id), satisfies: true, late: true }
        );
        assert_eq!(third[1], Placement { duty: items[1].duty, occurrence: None, satisfies: false, late: false });
        let fourth = place("2026-11-20", "2026-11-20", &stored)[0];
        assert_eq!((fourth.occurrence, fourth.satisfies, fourth.late), (Some(stored[1].id), false, false));
        // Before the arrival and in a cancelled window nothing is satisfied.
        assert_eq!(place("2026-08-01", "2026-11-20", &stored)[0].occurrence, None);
        stored[0].state = OccurrenceState::Cancelled;
        assert_eq!(place("2026-09-25", "2026-10-09", &stored)[0].occurrence, None);
    }

    #[test]
    fn once_per_term_can_be_made_good_after_its_window() {
        let items = [fixture::item("12.2", "三个月报告", Frequency::OncePerTerm)];
        let calendar = WorkCalendar::default();
        let plan = Plan {
            year: 2026,
            items: &items,
            term_from: d("2026-03-01"),
            enabled_on: d("2026-01-01"),
            effective_on: d("2026-01-01"),
            vacancies: &[],
            calendar: &calendar,
        };
        let stored: Vec<_> = plan.occurrences().iter().map(fixture::occurrence).collect();
        let record =
            draft("报告", "2026-06-20", &[items[0].duty]).check(d("2026-06-20"), d("2026-03-01"), &[items[0].duty]);
        let placed = record.unwrap().place(d("2026-06-20"), &items, &stored);
        assert_eq!((placed[0].occurrence, placed[0].satisfies, placed[0].late), (Some(stored[0].id), true, true));
    }
}
