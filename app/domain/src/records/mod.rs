//! 履责: what a leader logs, to which items it corresponds, what must not enter.

mod checking;
mod closing;
mod correction;
mod details;
mod district;
mod guard;
mod kind;
mod leaves;
mod look;
mod mind_map;
mod months;
mod proxy;
mod record;
mod suggestion;
mod talk;
mod talk_elements;
mod year_book;

pub use checking::Checking;
pub use closing::{
    AUTOMATIC, CARRIED, ClosedBy, ClosingEffects, NOT_CONFIRMED, automatic_day, closed_how, closes_by_itself,
    may_close, takes_records, to_be_signed,
};
pub use correction::{Change, Corrected, CorrectionDraft, DETAILS};
pub use details::{DetailField, FieldShape, LONG_MAX, MARK_MAX, RecordDetails, fields, kind_notice};
pub use district::{CLUE_WORDS_MAX, closing_day, closing_words, clue_words, proxy_days};
pub use guard::{Hit, IDENTITY, blocked, clue_list, inspect, masked};
pub use kind::RecordKind;
pub use leaves::{Around, ContentsLine, LEAVES_AT_ONCE, Leaf, Leaves};
pub use look::{ClueWords, Findings, Look, findings};
pub use mind_map::{MapBox, MapKind, MapLayout, MapNode, MapState, map_below, map_layout, map_svg, mind_map};
pub use months::{MonthFacts, month_phrase, month_together, year_months};
pub use proxy::{DROPPED, ProxyDays, REWRITTEN, WITHDRAWN, Waiting, refusal};
pub use record::{NewRecord, Placement, RecordDraft};
pub use suggestion::{
    SUGGESTIONS_MAX, Suggestion, resembles, suggest, suggest_like, suggest_talk, why, why_like, why_talk,
};
pub use talk::{Shareable, TalkKept, TalkType};
pub use talk_elements::{TALK_COMMON, TALKS, TalkElements};
pub use year_book::{
    BookCorrection, BookEntry, BookHead, BookItem, BookList, BookMonth, BookMonthItem, BookRemark, BookSignature,
    CLOSING_SIGNED, YearBook,
};
