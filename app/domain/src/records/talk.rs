//! Types of 谈心谈话 (domain 3.2): which elements belong to one and how much of it may be kept
//! here. Refuses 谈话函询 altogether, and contents of talks that are kept as a mark only.

use serde::{Deserialize, Serialize};

use super::{RecordKind, TALKS, TalkElements};
use crate::Rejection;

/// A type of talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TalkType {
    /// “三交底”廉政谈话.
    Arrival,
    /// 班子成员谈心.
    Member,
    /// 下级党组织主要负责人监督谈话.
    Lower,
    /// 年轻干部谈心.
    Young,
    /// 重点岗位廉政谈话.
    KeyPost,
    /// 提醒谈话: only that it was held, and until when.
    Reminder,
    /// 批评教育、责令检查: a mark and a document number.
    Criticism,
    /// 诫勉: a mark and a document number.
    Admonition,
    /// 谈话函询: never here.
    Inquiry,
    /// 回访教育.
    Revisit,
    /// 勉励谈话.
    Encouragement,
    /// 集体廉政谈话.
    Group,
}

/// How much of a talk may be kept here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TalkKept {
    /// 谈话要点.
    Notes,
    /// The papers of the talk stand elsewhere; here only who, where, until when.
    Sheet,
    /// 已谈 and a term.
    Term,
    /// A mark and a document number.
    Mark,
    /// Nothing.
    Nothing,
}

impl TalkType {
    /// Every type, in the order of the book's table ([`TALKS`]).
    pub const ALL: [Self; 12] = [
        Self::Arrival,
        Self::Member,
        Self::Lower,
        Self::Young,
        Self::KeyPost,
        Self::Reminder,
        Self::Criticism,
        Self::Admonition,
        Self::Inquiry,
        Self::Revisit,
        Self::Encouragement,
        Self::Group,
    ];

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::Member => "member",
            Self::Lower => "lower",
            Self::Young => "young",
            Self::KeyPost => "key_post",
            Self::Reminder => "reminder",
            Self::Criticism => "criticism",
            Self::Admonition => "admonition",
            Self::Inquiry => "inquiry",
            Self::Revisit => "revisit",
            Self::Encouragement => "encouragement",
            Self::Group => "group",
        }
    }

    /// The type of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.key() == key)
    }

    /// Its line in the table of the book.
    pub fn table(self) -> &'static TalkElements {
        &TALKS[self as usize]
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        self.table().kind
    }

    /// What belongs to it: prompts to tick, never contents.
    pub fn elements(self) -> Vec<&'static str> {
        match self.kept() {
            TalkKept::Notes | TalkKept::Sheet => self.table().elements.split('、').collect(),
            _ => Vec::new(),
        }
    }

    /// How much of it may be kept.
    pub fn kept(self) -> TalkKept {
        match self {
            Self::Arrival => TalkKept::Sheet,
            Self::Reminder => TalkKept::Term,
            Self::Criticism | Self::Admonition => TalkKept::Mark,
            Self::Inquiry => TalkKept::Nothing,
            _ => TalkKept::Notes,
        }
    }

    /// The only sentence that may stand for it; `None` where the author writes his own.
    pub fn marker(self) -> Option<String> {
        match self.kept() {
            TalkKept::Term => Some(format!("{}：已谈", self.label())),
            TalkKept::Mark => Some(format!("{}：只作标记", self.label())),
            _ => None,
        }
    }

    /// Why its notes stay with the author, so that not even the 联络员 may read them; `None` for the other types.
    pub fn confined(self) -> Option<&'static str> {
        match self {
            Self::Young => Some("只有本人可见"),
            Self::Revisit => Some("限范围知悉"),
            _ => None,
        }
    }

    /// What its author must know before he writes; empty for an ordinary talk.
    pub fn notice(self) -> &'static str {
        match self.kept() {
            TalkKept::Notes => "",
            TalkKept::Sheet => "谈话记录表和承诺书另行存档，这里只记谁、在哪里、何时到期。",
            TalkKept::Term => "只存“已谈”和期限，谈话内容不存入本系统。",
            TalkKept::Mark => "只存标记和文号，内容不存入本系统。",
            TalkKept::Nothing => "谈话函询不入本系统，请由承办的纪检机构按规定在线下办理和保管。",
        }
    }
}

/// A record as the rule about letting the 联络员 read a talk sees it (`practice.md` 2, H2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shareable {
    /// Its kind.
    pub kind: RecordKind,
    /// It was a talk before a correction.
    pub talked: bool,
    /// It stands in the book, with a page.
    pub recorded: bool,
    /// Its type, or the type it had before a correction, whose notes stay with the author.
    pub confined: Option<TalkType>,
}

impl Shareable {
    /// The type whose notes stay with the author, of those that a record has and had.
    pub fn confined_of(types: impl IntoIterator<Item = TalkType>) -> Option<TalkType> {
        types.into_iter().find(|talk| talk.confined().is_some())
    }

    /// May its author let the 联络员 read it (`shared`), or take that back? Everything but a talk he reads anyway.
    ///
    /// # Errors
    /// No talk, nothing that stands in the book, a type whose notes stay with the author.
    pub fn check(self, shared: bool) -> Result<(), Rejection> {
        if !(self.recorded && self.kind.is_talk(self.talked)) {
            return Err(Rejection::state("只有已编页的谈话记录才能设置是否让联络员看到。请先确认，再设置。"));
        }
        match self.confined.and_then(|talk| Some((talk.label(), talk.confined()?))).filter(|_| shared) {
            Some((label, why)) => Err(Rejection::state(format!(
                "{label}的谈话要点{why}，不能让联络员看到，没有保存。需要联络员配合的事项，请另记一条。"
            ))),
            None => Ok(()),
        }
    }

    /// Is it offered, in a book that is `closed` or not? What is `shared` can be taken back at any time.
    pub fn is_offered(self, closed: bool, shared: bool) -> bool {
        self.check(!shared).is_ok() && (shared || !closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_are_the_lines_of_the_table() {
        assert_eq!(TalkType::ALL.len(), TALKS.len());
        for (at, talk) in TalkType::ALL.into_iter().enumerate() {
            assert_eq!(talk as usize, at);
            assert_eq!(TalkType::from_key(talk.key()), Some(talk));
            let kept = talk.table().kept;
            let expected = match talk.kept() {
                TalkKept::Nothing => kept == "不入系统",
                TalkKept::Term => kept.contains("已谈"),
                TalkKept::Mark => kept.contains("文号"),
                TalkKept::Sheet => kept.contains("记录表"),
                TalkKept::Notes => kept.contains("要点") || kept.contains("会议记录"),
            };
            assert!(expected, "{} {kept}", talk.label());
            assert_eq!(talk.marker().is_some(), matches!(talk.kept(), TalkKept::Term | TalkKept::Mark));
            assert_eq!(talk.notice().is_empty(), talk.kept() == TalkKept::Notes);
        }
        // What the table keeps to the author is never shared.
        for talk in TalkType::ALL {
            let kept = talk.table().kept;
            assert_eq!(talk.confined().is_some(), kept.contains("本人") || kept.contains("限范围"), "{kept}");
        }
        assert_eq!(TalkType::KeyPost.elements(), ["流程", "风险点", "防控", "承诺"]);
        assert!(TalkType::Reminder.elements().is_empty() && TalkType::Inquiry.elements().is_empty());
    }

    #[test]
    fn only_a_talk_of_the_book_is_shared_and_a_closed_book_only_takes_it_back() {
        let of = |kind, talked, recorded| Shareable { kind, talked, recorded, confined: None };
        let young = Shareable { confined: Some(TalkType::Young), ..of(RecordKind::Talk, false, true) };
        let revisit = Shareable { confined: Some(TalkType::Revisit), ..of(RecordKind::Visit, true, true) };
        assert_eq!(Shareable::confined_of([TalkType::Member, TalkType::Revisit]), Some(TalkType::Revisit));
        assert!(young.check(true).unwrap_err().to_string().contains("只有本人可见"));
        for (record, open, closed, shared_and_closed) in [
            (of(RecordKind::Talk, false, true), true, false, true),
            // Called something else since: its words are those of a talk still.
            (of(RecordKind::Visit, true, true), true, false, true),
            (of(RecordKind::Visit, false, true), false, false, false),
            (of(RecordKind::Talk, false, false), false, false, false),
            // Shared before it was one of these: taken back at any time.
            (young, false, false, true),
            (revisit, false, false, true),
        ] {
            let offered =
                [record.is_offered(false, false), record.is_offered(true, false), record.is_offered(true, true)];
            assert_eq!(offered, [open, closed, shared_and_closed], "{record:?}");
        }
    }
}
