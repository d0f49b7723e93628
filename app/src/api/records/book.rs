//! Wire types of the book, of one record, and of what is decided about it.

use domain::{
    ids::{CommandId, DutyId, PostId, RecordId},
    people::access::Sight,
    records::{Look, RecordDetails, RecordKind},
};
use serde::{Deserialize, Serialize};

use super::{Choice, LookAgain, PostChoice};
use crate::api::{drafts::Draft, evidence::EvidencePart};

/// A record as a row of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// Record.
    pub id: RecordId,
    /// Page number.
    pub page: Option<u32>,
    /// Kind.
    pub kind: RecordKind,
    /// Text, as far as the viewer may read it.
    pub text: Option<String>,
    /// Event day.
    pub event_on: String,
    /// Day of recording, when another one.
    pub recorded_on: String,
    /// 补记.
    pub late: bool,
    /// 代录 by whom.
    pub proxy: Option<String>,
    /// Waits for confirmation.
    pub unconfirmed: bool,
    /// Refused by the head, with the reason; not where its 联络员 took it back.
    pub refused: Option<String>,
    /// 已核实.
    pub verified: bool,
    /// Items.
    pub codes: Vec<String>,
    /// Has corrections.
    pub corrected: bool,
    /// Words that tell what is particular about it: 补记, 代录, 有更正, 11月20日补充.
    pub tags: Vec<String>,
    /// Fields of the kind, label and value; empty where the text may not be read.
    pub details: Vec<(String, String)>,
    /// 代录 drafted later than the district allows.
    pub drafted_late: bool,
    /// The 联络员 may read the notes of this talk.
    pub shared: bool,
    /// Its words are those of a talk, now or before a correction: no reading opens them.
    pub talk: bool,
    /// Lawfully removed: only its page number remains.
    pub stub: bool,
}

/// The book's list of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookPage {
    /// Post.
    pub post: PostId,
    /// Unit, head.
    pub title: String,
    /// Posts of the viewer to choose from, in his own book only; empty with only one.
    pub posts: Vec<PostChoice>,
    /// Year.
    pub year: i32,
    /// How much the viewer may read.
    pub sight: Sight,
    /// The item asked for: code and text; none without one, or where it may not be read.
    pub about: Option<(String, String)>,
    /// Rows, newest first.
    pub rows: Vec<RecordRow>,
    /// May write here.
    pub may_write: bool,
    /// Older rows exist: `before` cursor for the next page.
    pub older: Option<String>,
}

/// Which rows of the book.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookQuery {
    /// Post; the own one when empty.
    pub post: Option<String>,
    /// Year; this one when empty.
    pub year: Option<i32>,
    /// Only records of this item (duty id).
    pub duty: Option<String>,
    /// Rows behind this one, as the page before named it (`older`).
    pub before: Option<String>,
}

/// A correction: both versions stay readable. A pair is before and after; none where the
/// correction left that part alone or the viewer may not read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Text before; none where it did not change or may not be read.
    pub before: Option<String>,
    /// Text after.
    pub after: Option<String>,
    /// 履责类型、发生日期、对应条目: what it is, before, after.
    pub parts: Vec<(String, String, String)>,
    /// Why; empty where the texts may not be read.
    pub reason: String,
    /// It only filled in what was left open: a 补充, no 更正. What stood nowhere has no version before.
    pub supplement: bool,
    /// `11月20日 10:32`.
    pub at: String,
    /// Who corrected it.
    pub by: String,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPage {
    /// Idempotency key of the form on the page.
    pub command: CommandId,
    /// The row.
    pub row: RecordRow,
    /// Post of the book.
    pub post: PostId,
    /// Unit, head.
    pub title: String,
    /// Items with short text: id, code, text.
    pub items: Vec<(DutyId, String, String)>,
    /// Corrections in order.
    pub corrections: Vec<Correction>,
    /// May correct; may change, where it is a 代录 of his own that is not confirmed.
    pub may_correct: bool,
    /// Items that a correction can tick; empty where the viewer may not correct.
    pub choices: Vec<Choice>,
    /// For the author of a record without an item: why some could correspond, and which; none elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggests: Option<(String, Vec<DutyId>)>,
    /// Event day, ISO.
    pub event_iso: String,
    /// Day of recording, ISO: the event is not later.
    pub recorded_iso: String,
    /// May confirm or refuse (head, unconfirmed 代录).
    pub may_confirm: bool,
    /// May mark as checked.
    pub may_verify: bool,
    /// The running 翻阅检查 in which the viewer may remark.
    pub reading: Option<domain::ids::InspectionId>,
    /// May send a 代录 that came back to the head again (its 联络员).
    pub may_resend: bool,
    /// Until when the head decides on a 代录, or since when it is back.
    pub waiting: Option<String>,
    /// May let the 联络员 read this talk, or take that back.
    pub may_share: bool,
    /// Two of these look on when the record goes offline (转线下); empty where it cannot.
    pub officers: Vec<(String, String)>,
    /// It went offline and waits: the viewer has something to do with that (`/handling/{id}`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub handling: bool,
    /// Fields of the kind as they stand; empty where the viewer may not change them.
    pub details: RecordDetails,
    /// The question that the form came back with.
    pub look: Option<LookAgain>,
    /// What was typed before a refusal.
    pub draft: Draft,
    /// 佐证材料.
    pub evidence: EvidencePart,
    /// Row version for writes.
    pub version: i64,
}

/// Which record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordQuery {
    /// Record id.
    pub id: String,
    /// Draft to continue.
    pub draft: Option<String>,
}

/// A correction of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectRecord {
    /// Idempotency key.
    pub command: CommandId,
    /// Record.
    pub record: RecordId,
    /// Version seen.
    pub seen: i64,
    /// The whole text as it stands now; as before when `None`.
    pub text: Option<String>,
    /// Kind; as before when empty.
    pub kind: Option<RecordKind>,
    /// Event day, ISO; as before when empty.
    pub event_on: String,
    /// Every item ticked now; as before when `None`.
    pub duties: Option<Vec<DutyId>>,
    /// Every field of the kind now; as before when `None`.
    #[serde(default)]
    pub details: Option<RecordDetails>,
    /// What the author said when he was asked to look again.
    #[serde(default)]
    pub look: Look,
    /// Why; may be empty where only details were added.
    pub reason: String,
}

/// A decision about a record: confirm, refuse or send again a 代录, mark as checked, share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideRecord {
    /// Idempotency key.
    pub command: CommandId,
    /// Record.
    pub record: RecordId,
    /// Version seen.
    pub seen: i64,
    /// `confirm`, `refuse`, `resend`, `withdraw`, `drop`, `verify`, `verify_paper` (a talk), `share`, `unshare`.
    pub decision: String,
    /// Why refused.
    pub reason: String,
    /// The text as the head confirms it or the 联络员 sends it again; as drafted when `None`.
    #[serde(default)]
    pub text: Option<String>,
    /// What the author said when he was asked to look again.
    #[serde(default)]
    pub look: Look,
}
