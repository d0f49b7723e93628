//! What a portrait is made of. Loaded by the server for one term of one post; nothing in it is an opinion.

use serde::{Deserialize, Serialize};

use crate::{
    accountability::ItemKind,
    board::Satisfied,
    duties::Frequency,
    ids::{DutyId, InspectionId, ItemId, LeaderListId, MeetingId, OccurrenceId, RemarkId},
    oversight::RemarkKind,
    time::{Day, Window},
};

/// One person in one post for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermSpan {
    /// First day.
    pub from: Day,
    /// Last day; `None` while it runs.
    pub to: Option<Day>,
    /// 主持工作.
    pub acting: bool,
}

/// A list that was handed out (下达) to the post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFact {
    /// List.
    pub id: LeaderListId,
    /// Year of it.
    pub year: i32,
    /// When it was handed out.
    pub issued_on: Day,
    /// Last day for the receipt.
    pub receipt_due: Option<Day>,
    /// When it was signed.
    pub signed_on: Option<Day>,
    /// Replaced before anybody signed it: asked of nobody any more.
    pub replaced: bool,
}

/// One occurrence of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccurrenceFact {
    /// Occurrence.
    pub id: OccurrenceId,
    /// Window.
    pub window: Window,
    /// Last day to do it.
    pub due: Day,
    /// The record that satisfied it.
    pub satisfied: Option<Satisfied>,
}

/// An item of the list of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFact {
    /// Item.
    pub duty: DutyId,
    /// Year of the list.
    pub year: i32,
    /// Printed number.
    pub code: String,
    /// The whole text: what is cut off may be what is asked for.
    pub text: String,
    /// 大项 number.
    pub group_no: u32,
    /// 大项 name.
    pub group: String,
    /// Key of the responsibility list (五张责任清单) it belongs to,
    pub list: String,
    /// and the district's name of it.
    pub list_name: String,
    /// The frequency that its windows follow.
    pub cadence: Frequency,
    /// Last event of the term that names it; what is known of a 随时 item.
    pub last_event: Option<Day>,
    /// Its standing occurrences.
    pub occurrences: Vec<OccurrenceFact>,
}

/// A remark that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkFact {
    /// Remark.
    pub id: RemarkId,
    /// What was found.
    pub kind: RemarkKind,
    /// 「第 3 页」, `6.3`, 「整本」.
    pub about: String,
}

/// A reading of the book that both sides signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadingFact {
    /// Reading.
    pub id: InspectionId,
    /// What for: 半年梳理.
    pub purpose: String,
    /// Its last day: whose book was read is who held the post then.
    pub to: Day,
    /// When both had signed.
    pub closed_on: Day,
    /// Its remarks about this term.
    pub remarks: Vec<RemarkFact>,
}

/// A sealed result of a review. Loaded only for those who may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFact {
    /// Meeting.
    pub meeting: MeetingId,
    /// Year that was reviewed.
    pub year: i32,
    /// Day of the meeting.
    pub on: Day,
    /// 等次; `None` where too few ballots gave none.
    pub grade: Option<String>,
}

/// An item of the 问题整改台账.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingFact {
    /// Item.
    pub id: ItemId,
    /// 台账编号.
    pub number: String,
    /// Kind.
    pub kind: ItemKind,
    /// What is to be put right.
    pub problem: String,
    /// Put on the account.
    pub opened_on: Day,
    /// Struck off.
    pub closed_on: Option<Day>,
    /// To be finished by.
    pub deadline: Day,
}

/// All that is known of one term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortraitFacts {
    /// The term.
    pub term: TermSpan,
    /// 启用日.
    pub enabled_on: Day,
    /// 明.
    pub lists: Vec<ListFact>,
    /// 履.
    pub items: Vec<ItemFact>,
    /// 督.
    pub readings: Vec<ReadingFact>,
    /// 评.
    pub reviews: Vec<ReviewFact>,
    /// 问.
    pub findings: Vec<FindingFact>,
}

impl PortraitFacts {
    /// A term that nothing is known of yet.
    pub fn empty(term: TermSpan, enabled_on: Day) -> Self {
        Self {
            term,
            enabled_on,
            lists: Vec::new(),
            items: Vec::new(),
            readings: Vec::new(),
            reviews: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// First day that counts: the later of arrival and 启用日.
    pub fn starts(&self) -> Day {
        self.term.from.max(self.enabled_on)
    }

    /// The day that the portrait shows: today, or the last day of a term that ended.
    pub fn as_of(&self, today: Day) -> Day {
        self.term.to.map_or(today, |to| to.min(today))
    }

    /// Is what fell due on `due` asked of this head?
    pub fn obliges(&self, due: Day) -> bool {
        due >= self.starts() && self.term.to.is_none_or(|to| due <= to)
    }
}
