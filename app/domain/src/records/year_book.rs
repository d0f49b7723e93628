//! 《履责记录本》 of one post and year, read once and drawn many ways: the turning book, the
//! mind map, the calendar and the papers all show this one value. Holds only what its viewer
//! may read (what he may not is absent, never masked later). Refuses counts of entries.

use std::collections::HashSet;

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use super::{ClosedBy, RecordKind, closed_how};
use crate::{
    board::{Progress, Tone},
    duties::{Action, Frequency},
    ids::{DutyId, PostId, RecordId},
    oversight::RemarkKind,
    people::access::Sight,
    time::{Day, last_of},
};

/// The book, as far as its viewer may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearBook {
    /// Post.
    pub post: PostId,
    /// Year.
    pub year: i32,
    /// District, unit and title of the post, as they were called at the end of the year or are now.
    pub district: String,
    /// Unit.
    pub unit: String,
    /// Title of the post: 党工委书记.
    pub title: String,
    /// Who held the post in the year, in order.
    pub heads: Vec<BookHead>,
    /// How much the viewer reads.
    pub sight: Sight,
    /// The list in force; none before one is issued.
    pub list: Option<BookList>,
    /// Items in printed order.
    pub items: Vec<BookItem>,
    /// Twelve months of the 履职月历.
    pub months: Vec<BookMonth>,
    /// Records in the order of their pages; without a page at the end.
    pub entries: Vec<BookEntry>,
    /// 检查反馈意见 of announced readings.
    pub remarks: Vec<BookRemark>,
    /// Signatures under list, readings and closing.
    pub signatures: Vec<BookSignature>,
    /// Day on which the year was closed; the book takes nothing more from then on.
    pub closed_on: Option<Day>,
    /// How that came about; none for an open book.
    pub closed_by: Option<ClosedBy>,
}

/// What is signed at the end of a book, as its signatures are called.
pub const CLOSING_SIGNED: &str = "年度结转";

impl YearBook {
    /// Did somebody sign the closing?
    pub fn closing_is_signed(&self) -> bool {
        self.closed_by.is_some_and(|by| by != ClosedBy::Due)
    }

    /// What the board says of an item that is near, overdue or waits for a checker: its tone and word, and no
    /// others anywhere. By the item itself: a number may mean another one in another edition.
    pub fn pressing(&self, duty: DutyId) -> Option<(Tone, String)> {
        let item = self.items.iter().find(|item| item.duty == duty)?;
        matches!(item.tone, Tone::Warn | Tone::Late | Tone::Pending).then(|| (item.tone, item.word.clone()))
    }

    /// The book as it is read on a day: what is wanting up to the end of the month says what the board says, and
    /// so does what is recorded but does not count as 已落实 yet.
    #[must_use]
    pub fn on(mut self, today: Day) -> Self {
        let until = last_of(today.year(), today.month());
        let mut months = std::mem::take(&mut self.months);
        let speaks = |line: &BookMonthItem| {
            if line.done { line.awaited } else { line.due.is_some_and(|due| due <= until) }
        };
        let lines = || months.iter().flat_map(|month| &month.items);
        let spoken: HashSet<DutyId> = lines().filter(|line| speaks(line)).map(|line| line.duty).collect();
        for line in months.iter_mut().flat_map(|month| &mut month.items) {
            let said = || self.pressing(line.duty);
            let red = || said().filter(|(tone, _)| matches!(tone, Tone::Late | Tone::Pending));
            line.state = match (line.done, speaks(line)) {
                // Nothing of it is recorded: what waits for the checker is another window.
                (false, true) => said().filter(|(tone, _)| *tone != Tone::Pending),
                // Whatever another window of the item is: this one waits for the checker.
                (true, true) => red().map(|_| (Tone::Pending, Tone::Pending.word().to_owned())),
                // No line explains the colour: it is about what was recorded (核查不符).
                (true, false) if !spoken.contains(&line.duty) => red(),
                (_, false) => None,
            };
        }
        self.months = months;
        self
    }

    /// How a closed book was closed; none for an open one.
    pub fn closed_words(&self) -> Option<String> {
        self.closed_on.map(|on| closed_how(on, self.closing_is_signed()))
    }
}

/// One who held the post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookHead {
    /// Name.
    pub name: String,
    /// First day in the post.
    pub from: Day,
    /// Last day; none while in the post.
    pub until: Option<Day>,
}

/// The list of the year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookList {
    /// Version.
    pub version: u32,
    /// 下达.
    pub issued_on: Option<Day>,
    /// 签收.
    pub signed_on: Option<Day>,
}

/// An item and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookItem {
    /// Identity across versions.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// 大项 number.
    pub group_no: u32,
    /// 大项 name.
    pub group: String,
    /// Text.
    pub text: String,
    /// Frequency.
    pub frequency: Frequency,
    /// 规定动作 or 自选动作.
    pub action: Action,
    /// Months in which the 履职月历 suggests it.
    pub months: Vec<u32>,
    /// Monthly routine, confirmed once a quarter.
    pub routine: bool,
    /// Tone, word and reason of the stored colour; never recomputed by readers.
    pub tone: Tone,
    /// Word of the colour.
    pub word: String,
    /// One sentence.
    pub reason: String,
    /// Progress.
    pub progress: Progress,
    /// Pages that correspond to it.
    pub pages: Vec<u32>,
}

impl BookItem {
    /// How far it is, in one word. An item without a date is never ahead of one: 未到期 would promise a date.
    pub fn far(&self) -> &'static str {
        match self.progress {
            Progress::NotDue if self.frequency == Frequency::AnyTime => "暂无记录",
            other => other.label(),
        }
    }
}

/// A month of the 履职月历, adjusted to this list, 启用日 and arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookMonth {
    /// 1 to 12.
    pub month: u32,
    /// Suggested items; empty for months before the start.
    pub items: Vec<BookMonthItem>,
    /// One sentence of the template (示范); may be empty.
    pub phrase: String,
}

/// An item in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookMonthItem {
    /// Item.
    pub duty: DutyId,
    /// Printed number.
    pub code: String,
    /// Short text.
    pub short: String,
    /// Due day, when it lies in this month.
    pub due: Option<Day>,
    /// Recorded in the window that holds the month.
    pub done: bool,
    /// Recorded after its last day and not checked. For [`YearBook::on`]; pages draw the state.
    #[serde(skip)]
    pub awaited: bool,
    /// What the board says of it, where it is near, overdue or waits for a checker ([`YearBook::on`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<(Tone, String)>,
}

/// A record on its page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookEntry {
    /// Record.
    pub record: RecordId,
    /// Page number; none while a 代录 is unconfirmed.
    pub page: Option<u32>,
    /// Kind.
    pub kind: RecordKind,
    /// Text in force; none where the viewer may not read it, or where it was lawfully removed.
    pub text: Option<String>,
    /// Fields of the kind, label and value, in their order.
    pub details: Vec<(String, String)>,
    /// When it happened.
    pub event_on: Day,
    /// When it was recorded.
    pub recorded_on: Day,
    /// 补记.
    pub late: bool,
    /// Who wrote it for the head; none for his own.
    pub proxy: Option<String>,
    /// The head under whom it was recorded.
    pub head: String,
    /// 已核实.
    pub verified: bool,
    /// Printed numbers of today that it corresponds to; of an item that is not in the list any more, the last one.
    pub codes: Vec<String>,
    /// The items themselves: a number may mean another one since. For papers; pages draw the numbers.
    #[serde(skip)]
    pub duties: Vec<DutyId>,
    /// Corrections, oldest first.
    pub corrections: Vec<BookCorrection>,
    /// A stub of a lawful removal.
    pub stub: bool,
    /// It was a talk before one of its corrections.
    pub talked: bool,
}

impl BookEntry {
    /// Are its words those of a talk ([`RecordKind::is_talk`])?
    pub fn is_talk(&self) -> bool {
        self.kind.is_talk(self.talked)
    }
}

/// A correction; both versions stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookCorrection {
    /// Day.
    pub on: Day,
    /// Text before and after, where it changed and may be read.
    pub texts: Option<(String, String)>,
    /// Other parts: what, before, after.
    pub parts: Vec<(String, String, String)>,
    /// Why; may be empty.
    pub reason: String,
    /// It only filled in what was left open: a 补充, no 更正.
    #[serde(default)]
    pub supplement: bool,
}

/// A remark of an announced reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookRemark {
    /// Day on which it was written.
    pub on: Day,
    /// Body and person who read.
    pub by: String,
    /// What it is about: 「第 12 页」, 「6.3」, or the whole book (empty).
    pub about: String,
    /// What was found; none for the conclusion of a reading.
    pub kind: Option<RemarkKind>,
    /// Remark.
    pub text: String,
    /// Answer of the head; may be empty.
    pub answer: String,
}

/// A signature in the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookSignature {
    /// What was signed: 「签收履责清单」, 「半年梳理反馈意见（2026年7月10日）」. Signatures under one thing stand together.
    pub purpose: String,
    /// As what, where several sign one thing: 「检查人员」; empty otherwise.
    pub role: String,
    /// Name.
    pub name: String,
    /// Day.
    pub on: Day,
    /// Path in a 600 × 200 box, when drawn.
    pub drawing: Option<String>,
    /// 「纸质已签」 with its handler; empty otherwise.
    pub paper: String,
}
