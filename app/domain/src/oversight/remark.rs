//! A remark (检查意见) on a record, an item or the whole book. 「与实际不符」 is two persons' word:
//! one writes it, another reader agrees; before that it counts for nothing and the head does not see it.

use serde::{Deserialize, Serialize};

use super::ProposalState;
use crate::{
    Rejection,
    ids::{DutyId, PersonId, RecordId},
    records::masked,
    text,
};

/// Longest remark, answer or reason, in characters.
pub const REMARK_MAX: usize = 1_000;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// 印证充分.
    Sound,
    /// 与实际不符（须两人）.
    Mismatch,
    /// 需补充.
    Wanting,
}

impl RemarkKind {
    /// Every kind, in the order of the chips.
    pub const ALL: [Self; 3] = [Self::Sound, Self::Mismatch, Self::Wanting];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sound => "印证充分",
            Self::Mismatch => "与实际不符",
            Self::Wanting => "需补充",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Mismatch => "mismatch",
            Self::Wanting => "wanting",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// What a reader typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemarkDraft {
    /// Kind.
    pub kind: RemarkKind,
    /// Words; 印证充分 needs none.
    pub text: String,
}

impl RemarkDraft {
    /// Clean words: bounded, without what must not be stored, phone numbers starred.
    ///
    /// # Errors
    /// Nothing said where something must be, too long, or not to be stored.
    pub fn check(self) -> Result<Self, Rejection> {
        let said = self.text.trim();
        if said.is_empty() && self.kind == RemarkKind::Sound {
            return Ok(Self { text: String::new(), ..self });
        }
        Ok(Self { text: check_word("text", "说明", said)?, ..self })
    }
}

/// Words of a remark, an answer or a reason.
///
/// # Errors
/// Empty, too long, or not to be stored.
pub fn check_word(field: &str, label: &str, value: &str) -> Result<String, Rejection> {
    Ok(masked(&text::required(field, label, value, REMARK_MAX)?))
}

/// A remark as rules need it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one remark")]
pub struct Remark {
    /// Kind.
    pub kind: RemarkKind,
    /// Who wrote it.
    pub by: PersonId,
    /// The second reader agreed.
    pub agreed: bool,
    /// The head asked for a check (申请核对),
    pub check_asked: bool,
    /// and it was answered.
    pub check_answered: bool,
    /// Taken back.
    pub withdrawn: bool,
    /// Shall it become an item?
    pub proposal: ProposalState,
}

impl Remark {
    /// Does it count, and does the head see it?
    pub fn counts(&self) -> bool {
        !self.withdrawn && (self.kind != RemarkKind::Mismatch || self.agreed)
    }

    /// Waits for the second reader?
    pub fn waits_for_second(&self) -> bool {
        !self.withdrawn && self.kind == RemarkKind::Mismatch && !self.agreed
    }

    /// The head's question is open?
    pub fn waits_for_answer(&self) -> bool {
        !self.withdrawn && self.check_asked && !self.check_answered
    }

    /// May `person` agree as the second reader?
    ///
    /// # Errors
    /// It is his own, of another kind, or settled.
    pub fn agree(&self, person: PersonId) -> Result<(), Rejection> {
        if !self.waits_for_second() {
            return Err(Rejection::state("这条意见不需要第二人认定，或已经认定。请刷新页面查看。"));
        }
        if self.by == person {
            return Err(Rejection::state(
                "“与实际不符”须由另一名翻阅人员认定，您不能认定自己填写的意见。请另一名同志登录后认定。",
            ));
        }
        Ok(())
    }

    /// Is it the word of `person`: written, or agreed to as the `second` reader?
    pub fn is_of(&self, person: PersonId, second: Option<PersonId>) -> bool {
        self.by == person || second == Some(person)
    }

    /// What taking back by `person` comes to: one's own word is one's own, what two said both take back.
    /// `asked`: its author asked to already.
    ///
    /// # Errors
    /// Somebody else's word, or the other one's turn.
    pub fn retract(&self, person: PersonId, second: Option<PersonId>, asked: bool) -> Result<Retracting, Rejection> {
        if self.withdrawn {
            return Err(Rejection::state("这条意见已经撤回，没有再处理。请刷新页面查看。"));
        }
        if !self.is_of(person, second) {
            return Err(Rejection::state("只有填写这条意见的同志可以撤回，没有撤回。请与其联系。"));
        }
        match (second.is_some(), asked, self.by == person) {
            (false, ..) | (true, true, false) => Ok(Retracting::Whole),
            (true, false, true) => Ok(Retracting::Asked),
            (true, false, false) => {
                Err(Rejection::state("这条意见经两人认定，须由填写的同志先提出撤回，没有撤回。请与其联系。"))
            }
            (true, true, true) => Err(Rejection::state("已经提出撤回，没有重复提出。请等认定这条意见的同志同意。")),
        }
    }

    /// May the head ask for a check of it?
    ///
    /// # Errors
    /// It does not count, or he asked before.
    pub fn ask_check(&self) -> Result<(), Rejection> {
        if !self.counts() {
            return Err(Rejection::NotFound);
        }
        if self.check_asked {
            return Err(Rejection::state("这条意见已经申请过核对，没有重复提交。请等检查人员答复。"));
        }
        Ok(())
    }
}

/// A remark with what it is about, for comparing remarks of one reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// A record, where it is about one.
    pub record: Option<RecordId>,
    /// An item, where it is about one.
    pub duty: Option<DutyId>,
    /// The remark.
    pub remark: &'a Remark,
    /// Its words.
    pub text: &'a str,
    /// Of a remark on a record as a whole: the items that the record corresponds to, or did until this remark.
    pub reach: &'a [DutyId],
}

impl Mark<'_> {
    /// Is it about the same thing, and not the book as a whole? What is said of a page as a whole is said of each of
    /// its items.
    fn is_about(&self, record: Option<RecordId>, duty: Option<DutyId>) -> bool {
        match (self.record, record) {
            (Some(a), Some(b)) => a == b && (self.duty == duty || self.duty.is_none() || duty.is_none()),
            (None, None) => duty.is_some() && self.duty == duty,
            _ => false,
        }
    }

    /// Is it about a page that stands for the item which `item` is about?
    fn is_page_of(&self, item: &Mark<'_>) -> bool {
        let stands = |duty| self.duty.map_or_else(|| self.reach.contains(&duty), |own| own == duty);
        self.record.is_some() && item.record.is_none() && item.duty.is_some_and(stands)
    }

    /// Do the two say the opposite, whoever said them? Of one thing, 印证充分 and anything else; of an item and a page of
    /// it, 印证充分 and 与实际不符: a page may be in order while its item wants more.
    fn contradicts(&self, other: &Mark<'_>) -> bool {
        let sound = |mark: &Mark<'_>| mark.remark.kind == RemarkKind::Sound;
        let refutes = |mark: &Mark<'_>| mark.remark.kind == RemarkKind::Mismatch;
        if self.remark.withdrawn || other.remark.withdrawn {
            return false;
        }
        if self.is_about(other.record, other.duty) {
            return sound(self) != sound(other);
        }
        let apart = (sound(self) && refutes(other)) || (refutes(self) && sound(other));
        apart && (self.is_page_of(other) || other.is_page_of(self))
    }

    /// May a new tap of its author on the same thing simply take its place? Only while nobody else built on it.
    fn is_free(&self) -> bool {
        let r = self.remark;
        !r.withdrawn && !r.agreed && !r.check_asked && r.proposal == ProposalState::Absent
    }
}

/// What a tap on a row comes to, given what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tap {
    /// The mark at this place says the same already.
    Same(usize),
    /// The own mark at this place gives way.
    Instead(usize),
    /// Another one beside what stands there.
    New,
}

/// What a tap of `person` comes to: his own mark on the same thing is changed, never doubled; what others said,
/// or what somebody else built on, stays beside it.
pub fn tap(
    standing: &[Mark<'_>],
    person: PersonId,
    (record, duty): (Option<RecordId>, Option<DutyId>),
    (kind, text): (RemarkKind, &str),
) -> Tap {
    let own = |m: &Mark<'_>| m.is_about(record, duty) && m.remark.by == person && !m.remark.withdrawn;
    if let Some(at) = standing.iter().position(|m| own(m) && m.remark.kind == kind && m.text == text) {
        return Tap::Same(at);
    }
    standing.iter().position(|m| own(m) && m.is_free()).map_or(Tap::New, Tap::Instead)
}

/// Does a mismatch about `duty` of a record mean the same items as one about `other`, given what the record corresponds
/// to? One about no item means all of them.
fn same_reach(duty: Option<DutyId>, other: Option<DutyId>, ticked: &[DutyId]) -> bool {
    match (duty, other) {
        (None, Some(one)) | (Some(one), None) => ticked == [one],
        (a, b) => a == b,
    }
}

/// Mismatches of others that wait for a second reader and say of the same record and items (of the same item, where there
/// is no record) what `person` says now: his word confirms them, whatever words he chose. `ticked`: what the record
/// corresponds to.
pub fn seconded(
    standing: &[Mark<'_>],
    person: PersonId,
    (record, duty): (Option<RecordId>, Option<DutyId>),
    ticked: &[DutyId],
) -> Vec<usize> {
    let same = |m: &Mark<'_>| m.is_about(record, duty) && (record.is_none() || same_reach(m.duty, duty, ticked));
    let waits = |m: &Mark<'_>| m.remark.waits_for_second() && m.remark.by != person && same(m);
    standing.iter().enumerate().filter(|(_, m)| waits(m)).map(|(at, _)| at).collect()
}

/// Own mismatches of `person` that wait for a second reader and say the same: they go into the one he confirms.
pub fn joined(
    standing: &[Mark<'_>],
    person: PersonId,
    (record, duty): (Option<RecordId>, Option<DutyId>),
    ticked: &[DutyId],
) -> Vec<usize> {
    let same = |m: &Mark<'_>| m.is_about(record, duty) && (record.is_none() || same_reach(m.duty, duty, ticked));
    let own = |m: &Mark<'_>| m.remark.waits_for_second() && m.remark.by == person && same(m);
    standing.iter().enumerate().filter(|(_, m)| own(m)).map(|(at, _)| at).collect()
}

/// What two said of one thing, in one remark: the first one's words, and the second one's where they are others.
pub fn both_said(first: &str, name: &str, second: &str) -> String {
    if second.is_empty() || first.contains(second) { first.to_owned() } else { format!("{first}；{name}：{second}") }
}

/// Which marks contradict another one, of another reader or of the same: nothing is signed as both 印证充分 and not.
pub fn contradicting(all: &[Mark<'_>]) -> Vec<bool> {
    all.iter().map(|a| all.iter().any(|b| a.contradicts(b))).collect()
}

/// What taking a remark back comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retracting {
    /// It is taken back.
    Whole,
    /// Two agreed: the author asks, and the second reader's yes is waited for.
    Asked,
}

/// May the feedback be written from these remarks?
///
/// # Errors
/// A 「与实际不符」 is only one person's word, or a proposed item waits for the 监督室.
pub fn feedback_ready(remarks: &[Remark]) -> Result<(), Rejection> {
    if remarks.iter().any(Remark::waits_for_second) {
        return Err(Rejection::state(
            "还有“与实际不符”的意见没有经第二人认定，反馈意见没有定稿。请先认定或撤回这条意见。",
        ));
    }
    if remarks.iter().any(Remark::waits_for_office) {
        return Err(Rejection::state(
            "还有提请转为整改事项的意见待党风政风监督室审定，反馈意见没有定稿。请等审定后再定稿。",
        ));
    }
    Ok(())
}
