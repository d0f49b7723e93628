//! 更正: a record is never rewritten. A correction keeps what stood before beside what
//! stands now, never changes the page, and may add details later: kind, event date,
//! items. Refuses another year (another book) and a day after the record was written.

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use super::{NewRecord, RecordDetails, RecordDraft, RecordKind};
use crate::{
    Rejection,
    ids::DutyId,
    text,
    time::{Day, zh},
};

/// Reason kept where only details were added and none was typed.
pub const DETAILS: &str = "补充细节";

/// What the author changed; `None` leaves that part as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionDraft {
    /// 履责类型.
    pub kind: Option<RecordKind>,
    /// The whole text.
    pub text: String,
    /// When it happened.
    pub event_on: Option<Day>,
    /// Every item ticked now, also those ticked before.
    pub duties: Option<Vec<DutyId>>,
    /// Every field of the kind as it stands now.
    pub details: Option<RecordDetails>,
    /// Why; may be left out where only a kind, items and details were added.
    pub reason: String,
}

/// A correction that may be stored: both versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// What stood so far.
    pub before: NewRecord,
    /// What stands now.
    pub after: NewRecord,
    /// Why.
    pub reason: String,
}

/// What a correction changed, as it is stored. A pair is before and after; none where that part stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Texts.
    pub texts: (String, String),
    /// 履责类型.
    pub kinds: Option<(RecordKind, RecordKind)>,
    /// Did the event date change?
    pub moved: bool,
    /// Printed numbers of the items, joined by 、.
    pub codes: Option<(String, String)>,
    /// Fields of the kind.
    pub details: Option<(RecordDetails, RecordDetails)>,
}

impl Change {
    /// [`Corrected::adds_only`], asked of what is stored.
    pub fn adds_only(&self) -> bool {
        let listed = |codes: &str, code: &str| codes.split('、').any(|one| one == code);
        let untick = |(before, after): &(String, String)| {
            before.split('、').any(|code| !code.is_empty() && !listed(after, code))
        };
        let parts = Parts {
            texts: (&self.texts.0, &self.texts.1),
            kinds: self.kinds,
            moved: self.moved,
            unticked: self.codes.as_ref().is_some_and(untick),
            details: self.details.as_ref().map(|(before, after)| (before, after)),
        };
        parts.only_add()
    }
}

/// What decides whether a change only fills in what was left open: a 补充, no 更正. The one rule for what
/// is about to be stored and for what is.
struct Parts<'a> {
    texts: (&'a str, &'a str),
    kinds: Option<(RecordKind, RecordKind)>,
    moved: bool,
    /// An item is not ticked any more.
    unticked: bool,
    details: Option<(&'a RecordDetails, &'a RecordDetails)>,
}

impl Parts<'_> {
    fn only_add(&self) -> bool {
        // A kind that was not chosen is stored as 其他: choosing it later changes nothing that was said.
        let fills_in = |(before, after): (RecordKind, RecordKind)| before == after || before == RecordKind::Other;
        self.texts.0 == self.texts.1
            && self.kinds.is_none_or(fills_in)
            && !self.moved
            && !self.unticked
            && self.details.is_none_or(|(before, after)| after.only_adds_to(before))
    }
}

impl CorrectionDraft {
    /// Checks a correction of `before`, written on `recorded_on` by a head whose term began
    /// on `term_from`. `known` are the items of his list now.
    pub fn check(
        self,
        before: NewRecord,
        recorded_on: Day,
        term_from: Day,
        known: &[DutyId],
    ) -> Result<Corrected, Rejection> {
        let event_on = self.event_on.unwrap_or(before.event_on);
        if event_on.year() != before.event_on.year() {
            return Err(Rejection::field(
                "event_on",
                format!(
                    "这条记录编在{}年的记录本里，发生日期不能改到别的年度，没有保存。请在那一年另记一条。",
                    before.event_on.year()
                ),
            ));
        }
        if event_on > recorded_on {
            return Err(Rejection::field(
                "event_on",
                format!("发生日期不能晚于当时记录的日期（{}），没有保存。请核对日期，或另记一条。", zh(recorded_on)),
            ));
        }
        // What was ticked once may stay, though the list has been superseded since.
        let mut allowed = known.to_vec();
        allowed.extend(&before.duties);
        let kind = self.kind.unwrap_or(before.kind);
        let details = match self.details {
            Some(details) => details,
            // Fields of another kind are left behind with it.
            None if kind != before.kind => RecordDetails::default(),
            None => before.details.clone(),
        };
        // Written before the kind kept a mark only: the sentence stands, nothing is written in its place.
        let stands = kind == RecordKind::Endorsement && before.kind == kind && self.text.trim() == before.text.trim();
        if details.marker(kind).is_some_and(|marker| before.text != marker) && !stands {
            let field = if kind == RecordKind::Talk { "d.talk" } else { "kind" };
            return Err(Rejection::field(
                field,
                "这条记录已有正文，不能改为只存标记的类型，没有保存。请另记一条；正文涉及具体问题的，请用“转线下”。",
            ));
        }
        let draft = RecordDraft {
            kind: Some(kind),
            text: if stands { String::new() } else { self.text },
            event_on: Some(event_on),
            duties: self.duties.unwrap_or_else(|| before.duties.clone()),
            details,
        };
        let mut after = draft.check(recorded_on, term_from.min(before.event_on), &allowed)?;
        if stands || after.text == before.text.trim() {
            after.text.clone_from(&before.text);
        }
        let mut corrected = Corrected { before, after, reason: String::new() };
        let (added, removed) = (corrected.added(), corrected.removed());
        let same_text = corrected.before.text == corrected.after.text;
        let details = corrected.before.kind != corrected.after.kind
            || corrected.detailed()
            || !added.is_empty()
            || !removed.is_empty();
        if same_text && !details && !corrected.moved() {
            return Err(Rejection::field("text", "内容与原来相同，没有保存。请修改后再提交。"));
        }
        corrected.reason = if corrected.adds_only() && self.reason.trim().is_empty() {
            DETAILS.to_owned()
        } else {
            text::required("reason", "更正原因", &self.reason, text::LINE_MAX)?
        };
        Ok(corrected)
    }
}

impl Corrected {
    /// Does it only fill in what was left open? That is a 补充, no 更正: it needs no reason.
    pub fn adds_only(&self) -> bool {
        let parts = Parts {
            texts: (&self.before.text, &self.after.text),
            kinds: Some((self.before.kind, self.after.kind)),
            moved: self.moved(),
            unticked: !self.removed().is_empty(),
            details: Some((&self.before.details, &self.after.details)),
        };
        parts.only_add()
    }

    /// Did the event date change?
    pub fn moved(&self) -> bool {
        self.before.event_on != self.after.event_on
    }

    /// Did the fields of the kind change?
    pub fn detailed(&self) -> bool {
        self.before.details != self.after.details
    }

    /// Items ticked by the correction.
    pub fn added(&self) -> Vec<DutyId> {
        self.after.duties.iter().filter(|d| !self.before.duties.contains(d)).copied().collect()
    }

    /// Items not ticked any more.
    pub fn removed(&self) -> Vec<DutyId> {
        self.before.duties.iter().filter(|d| !self.after.duties.contains(d)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        duties::fixture,
        records::{DetailField, TalkType},
        time::parse_iso,
    };

    fn d(s: &str) -> Day {
        parse_iso(s).unwrap()
    }

    fn duty(code: &str) -> DutyId {
        DutyId(fixture::id(code))
    }

    fn before() -> NewRecord {
        NewRecord {
            kind: RecordKind::Other,
            text: "与3人谈话".into(),
            event_on: d("2026-10-20"),
            duties: vec![duty("6.3")],
            details: RecordDetails::default(),
        }
    }

    fn check(draft: CorrectionDraft) -> Result<Corrected, Rejection> {
        draft.check(before(), d("2026-10-21"), d("2026-03-01"), &[duty("6.1")])
    }

    fn draft(text: &str, reason: &str) -> CorrectionDraft {
        CorrectionDraft { text: text.into(), reason: reason.into(), ..CorrectionDraft::default() }
    }

    #[test]
    fn a_correction_differs_says_why_and_keeps_both() {
        let made = check(draft(" 与4人谈话 ", "人数记错")).unwrap();
        assert_eq!((made.before.text.as_str(), made.after.text.as_str()), ("与3人谈话", "与4人谈话"));
        assert_eq!((made.after.duties.clone(), made.moved()), (vec![duty("6.3")], false));
        assert_eq!(check(draft(" 与3人谈话 ", "因")).unwrap_err().field_name(), Some("text"));
        assert_eq!(check(draft("与4人谈话", " ")).unwrap_err().field_name(), Some("reason"));
        assert!(matches!(check(draft("【秘密】", "因")), Err(Rejection::MustNotEnter { .. })));
    }

    #[test]
    fn details_can_be_added_later_without_a_reason() {
        let made = check(CorrectionDraft {
            kind: Some(RecordKind::Talk),
            duties: Some(vec![duty("6.3"), duty("6.1")]),
            ..draft("与3人谈话", "")
        })
        .unwrap();
        assert_eq!((made.after.kind, made.added(), made.removed()), (RecordKind::Talk, vec![duty("6.1")], vec![]));
        assert_eq!(made.reason, DETAILS);
        // To take a tick back one says why.
        let none = CorrectionDraft { duties: Some(vec![]), ..draft("与3人谈话", "") };
        assert_eq!(check(none.clone()).unwrap_err().field_name(), Some("reason"));
        let taken = check(CorrectionDraft { reason: "对应错了".into(), ..none }).unwrap();
        assert_eq!(taken.removed(), vec![duty("6.3")]);
        let foreign = CorrectionDraft { duties: Some(vec![duty("9.9")]), ..draft("与3人谈话", "因") };
        assert_eq!(check(foreign).unwrap_err().field_name(), Some("duties"));
    }

    #[test]
    fn an_addition_is_told_from_a_correction() {
        let with = |place: &str| RecordDetails {
            values: [(DetailField::Place, place.to_owned())].into_iter().collect(),
            ..RecordDetails::default()
        };
        let same = || Change { texts: ("一".into(), "一".into()), ..Change::default() };
        let (other, talk, visit) = (RecordKind::Other, RecordKind::Talk, RecordKind::Visit);
        let codes = |before: &str, after: &str| Some((before.to_owned(), after.to_owned()));
        for (change, adds) in [
            (Change { kinds: Some((other, talk)), ..same() }, true),
            (Change { kinds: Some((talk, visit)), ..same() }, false),
            (Change { texts: ("一".into(), "二".into()), ..same() }, false),
            (Change { moved: true, ..same() }, false),
            (Change { codes: codes("", "6.3"), ..same() }, true),
            (Change { codes: codes("6.3", "6.3、9.1"), ..same() }, true),
            (Change { codes: codes("6.3", "6.30"), ..same() }, false),
            (Change { details: Some((RecordDetails::default(), with("窗口"))), ..same() }, true),
            (Change { details: Some((with("大厅"), with("窗口"))), ..same() }, false),
        ] {
            assert_eq!(change.adds_only(), adds, "{change:?}");
        }
        // A kind that was chosen is changed for a reason.
        let chosen = |reason: &str| {
            let before = NewRecord { kind: visit, ..before() };
            let draft = CorrectionDraft { kind: Some(talk), ..draft("与3人谈话", reason) };
            draft.check(before, d("2026-10-21"), d("2026-03-01"), &[])
        };
        assert_eq!(chosen("").unwrap_err().field_name(), Some("reason"));
        assert!(!chosen("类型选错").unwrap().adds_only());
    }

    #[test]
    fn fields_are_added_without_a_reason_and_changed_with_one() {
        let with = |place: &str| RecordDetails {
            values: [(DetailField::Place, place.to_owned())].into_iter().collect(),
            ..RecordDetails::default()
        };
        let made = check(CorrectionDraft { details: Some(with("会议室")), ..draft("与3人谈话", "") }).unwrap();
        assert_eq!((made.reason.as_str(), made.detailed()), (DETAILS, true));
        let again = |details: Option<RecordDetails>, kind: Option<RecordKind>, reason: &str| {
            let before = NewRecord { details: with("会议室"), ..before() };
            CorrectionDraft { kind, details, ..draft("与3人谈话", reason) }.check(
                before,
                d("2026-10-21"),
                d("2026-03-01"),
                &[],
            )
        };
        assert_eq!(again(Some(with("大厅")), None, "").unwrap_err().field_name(), Some("reason"));
        assert!(again(Some(with("大厅")), None, "地点记错").unwrap().detailed());
        // Another kind leaves them behind, which is no mere addition.
        assert_eq!(again(None, Some(RecordKind::Talk), "").unwrap_err().field_name(), Some("reason"));
        let reminder = RecordDetails { talk: Some(TalkType::Reminder), ..RecordDetails::default() };
        let no = again(Some(reminder), Some(RecordKind::Talk), "改").unwrap_err();
        assert_eq!(no.field_name(), Some("d.talk"));
    }

    #[test]
    fn the_event_stays_in_its_year_and_before_the_writing() {
        let on = |day: &str, reason: &str| {
            check(CorrectionDraft { event_on: Some(d(day)), ..draft("与3人谈话", reason) })
        };
        assert!(on("2026-09-28", "日期记错").unwrap().moved());
        for (day, reason, field) in [
            ("2026-09-28", "", "reason"),
            ("2025-12-31", "日期记错", "event_on"),
            ("2026-10-22", "日期记错", "event_on"),
            ("2026-02-28", "日期记错", "event_on"),
        ] {
            assert_eq!(on(day, reason).unwrap_err().field_name(), Some(field), "{day}");
        }
    }
}
