//! Wire types of 随手记.

use domain::{
    ids::{CommandId, DutyId, PostId, RecordId},
    records::{Look, RecordDetails, RecordKind, TalkType},
};
use serde::{Deserialize, Serialize};

use crate::api::drafts::Draft;

/// An item that a record can correspond to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Item.
    pub duty: DutyId,
    /// `8.2`.
    pub code: String,
    /// The item's whole text; chips wrap.
    pub short: String,
    /// 大项.
    pub group: String,
}

/// Items suggested for a kind, with the sentence that explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// Kind the suggestion is for.
    pub kind: RecordKind,
    /// Type of talk; none for the kind as a whole.
    pub talk: Option<TalkType>,
    /// 「因为类型是专题研究部署，可对应 3.3、2.2」; empty without one.
    pub why: String,
    /// Items, the best fit first.
    pub duties: Vec<DutyId>,
}

/// What the author is asked to look at again: which buttons the form offers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookAgain {
    /// Words that may hint at a clue.
    pub words: bool,
    /// Mobile numbers that could be masked.
    pub numbers: bool,
    /// The mark that alone is kept of such a talk.
    pub marker: Option<String>,
}

/// The page of 随手记.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRecordPage {
    /// Idempotency key of this form.
    pub command: CommandId,
    /// Post the record goes to.
    pub post: PostId,
    /// Unit and title.
    pub unit: String,
    /// Today, ISO.
    pub today: String,
    /// Earliest event day that counts, ISO.
    pub earliest: String,
    /// Every item of the list.
    pub choices: Vec<Choice>,
    /// Suggestions by kind.
    pub suggested: Vec<Suggested>,
    /// What was typed before a refusal.
    pub draft: Draft,
    /// The question that the form came back with.
    pub look: Option<LookAgain>,
    /// 代录: the head must confirm.
    pub proxy: bool,
}

/// Which new record form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRecordQuery {
    /// Draft to continue.
    pub draft: Option<String>,
}

/// What 随手记 sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaveRecord {
    /// Idempotency key.
    pub command: CommandId,
    /// Post.
    pub post: PostId,
    /// Kind; 其他 when not chosen.
    pub kind: Option<RecordKind>,
    /// The one required field.
    pub text: String,
    /// Event day, ISO; today when empty.
    pub event_on: String,
    /// Ticked items.
    pub duties: Vec<DutyId>,
    /// Fields of the kind.
    #[serde(default)]
    pub details: RecordDetails,
    /// What the author said when he was asked to look again.
    #[serde(default)]
    pub look: Look,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedRecord {
    /// The record.
    pub record: RecordId,
    /// Page in the book; none for an unconfirmed 代录.
    pub page: Option<u32>,
    /// Recorded after the due day.
    pub late: bool,
    /// `8.2、7.2`: the items it corresponds to.
    pub codes: String,
}
