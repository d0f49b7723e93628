//! Values and rows that look the same on both databases: text, whole numbers and
//! bytes are all that the schema uses, so one small enum replaces two typed row
//! mappings per query.

use std::{str::FromStr, sync::Arc};

use domain::{
    ids,
    time::{self, Day, Instant},
};

use super::StorageError;

/// A bound value or a column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// TEXT.
    Text(Option<String>),
    /// BIGINT.
    Int(Option<i64>),
    /// BLOB / BYTEA.
    Bytes(Option<Vec<u8>>),
}

impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(Some(v.to_owned()))
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(Some(v))
    }
}
impl From<&String> for Value {
    fn from(v: &String) -> Self {
        Self::Text(Some(v.clone()))
    }
}
impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Self::Int(Some(v))
    }
}
impl From<i32> for Value {
    fn from(v: i32) -> Self {
        Self::Int(Some(v.into()))
    }
}
impl From<u32> for Value {
    fn from(v: u32) -> Self {
        Self::Int(Some(v.into()))
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Self::Int(Some(v.into()))
    }
}
impl From<Vec<u8>> for Value {
    fn from(v: Vec<u8>) -> Self {
        Self::Bytes(Some(v))
    }
}
impl From<Day> for Value {
    fn from(v: Day) -> Self {
        Self::Text(Some(time::iso(v)))
    }
}
impl From<Instant> for Value {
    fn from(v: Instant) -> Self {
        Self::Int(Some(v.0))
    }
}
impl From<Option<&str>> for Value {
    fn from(v: Option<&str>) -> Self {
        Self::Text(v.map(str::to_owned))
    }
}
impl From<Option<String>> for Value {
    fn from(v: Option<String>) -> Self {
        Self::Text(v)
    }
}
impl From<Option<i64>> for Value {
    fn from(v: Option<i64>) -> Self {
        Self::Int(v)
    }
}
impl From<Option<u32>> for Value {
    fn from(v: Option<u32>) -> Self {
        Self::Int(v.map(Into::into))
    }
}
impl From<Option<Day>> for Value {
    fn from(v: Option<Day>) -> Self {
        Self::Text(v.map(time::iso))
    }
}
impl From<Option<Instant>> for Value {
    fn from(v: Option<Instant>) -> Self {
        Self::Int(v.map(|i| i.0))
    }
}

macro_rules! id_values {
    ($($name:ident),* $(,)?) => {$(
        impl From<ids::$name> for Value {
            fn from(v: ids::$name) -> Self {
                Self::Text(Some(v.to_string()))
            }
        }
        impl From<Option<ids::$name>> for Value {
            fn from(v: Option<ids::$name>) -> Self {
                Self::Text(v.map(|id| id.to_string()))
            }
        }
    )*};
}

id_values!(
    DistrictId,
    UnitId,
    PostId,
    PersonId,
    TermId,
    AccountId,
    SessionId,
    DutyListId,
    TemplateId,
    DutyId,
    LeaderListId,
    OccurrenceId,
    RecordId,
    EvidenceId,
    DraftId,
    UploadId,
    TaskId,
    HandoverId,
    CommandId,
    MeetingId,
    RoundId,
    PresenterId,
    RaterId,
    SeatId,
    BallotId,
    QuestionId,
    ItemId,
    InspectionId,
    RemarkId,
    TakingId,
    CheckId,
    RuleDraftId,
    ReportId,
    ReminderId,
    VoiceId,
    ReliefAnswerId,
    SeasonStepId,
    MeasureId,
    AdviceId,
    RegulationId,
    LetterId,
    ToleranceId,
    ClearanceId,
    WarningId,
    WarningLineId,
    WarningNoticeId,
    TalkId,
    TalkGroupId,
    RiskId,
);

/// A row with its column names.
#[derive(Debug, Clone)]
pub struct Row {
    pub(super) names: Arc<[String]>,
    pub(super) values: Vec<Value>,
}

impl Row {
    fn value(&self, name: &str) -> Result<&Value, StorageError> {
        self.names
            .iter()
            .position(|n| n == name)
            .and_then(|i| self.values.get(i))
            .ok_or_else(|| StorageError::shape(name))
    }

    /// Text that may be NULL.
    pub fn opt_text(&self, name: &str) -> Result<Option<String>, StorageError> {
        match self.value(name)? {
            Value::Text(text) => Ok(text.clone()),
            // SQLite gives NULL no type.
            Value::Int(None) | Value::Bytes(None) => Ok(None),
            _ => Err(StorageError::shape(name)),
        }
    }

    /// Text.
    pub fn text(&self, name: &str) -> Result<String, StorageError> {
        self.opt_text(name)?.ok_or_else(|| StorageError::shape(name))
    }

    /// A number that may be NULL.
    pub fn opt_int(&self, name: &str) -> Result<Option<i64>, StorageError> {
        match self.value(name)? {
            Value::Int(n) => Ok(*n),
            Value::Text(None) | Value::Bytes(None) => Ok(None),
            _ => Err(StorageError::shape(name)),
        }
    }

    /// A number.
    pub fn int(&self, name: &str) -> Result<i64, StorageError> {
        self.opt_int(name)?.ok_or_else(|| StorageError::shape(name))
    }

    /// A number that fits `u32`.
    pub fn small(&self, name: &str) -> Result<u32, StorageError> {
        u32::try_from(self.int(name)?).map_err(|_| StorageError::shape(name))
    }

    /// A year.
    pub fn year(&self, name: &str) -> Result<i32, StorageError> {
        i32::try_from(self.int(name)?).map_err(|_| StorageError::shape(name))
    }

    /// A 0/1 column.
    pub fn flag(&self, name: &str) -> Result<bool, StorageError> {
        Ok(self.int(name)? != 0)
    }

    /// Bytes.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, StorageError> {
        match self.value(name)? {
            Value::Bytes(Some(bytes)) => Ok(bytes.clone()),
            _ => Err(StorageError::shape(name)),
        }
    }

    /// A day that may be NULL.
    pub fn opt_day(&self, name: &str) -> Result<Option<Day>, StorageError> {
        self.opt_text(name)?.map(|t| time::parse_iso(&t).ok_or_else(|| StorageError::shape(name))).transpose()
    }

    /// A day.
    pub fn day(&self, name: &str) -> Result<Day, StorageError> {
        self.opt_day(name)?.ok_or_else(|| StorageError::shape(name))
    }

    /// An instant.
    pub fn instant(&self, name: &str) -> Result<Instant, StorageError> {
        Ok(Instant(self.int(name)?))
    }

    /// An instant that may be NULL.
    pub fn opt_instant(&self, name: &str) -> Result<Option<Instant>, StorageError> {
        Ok(self.opt_int(name)?.map(Instant))
    }

    /// An id, or anything else that parses from its text.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, StorageError> {
        self.text(name)?.parse().map_err(|_| StorageError::shape(name))
    }

    /// An id that may be NULL.
    pub fn opt_id<T: FromStr>(&self, name: &str) -> Result<Option<T>, StorageError> {
        self.opt_text(name)?.map(|t| t.parse().map_err(|_| StorageError::shape(name))).transpose()
    }

    /// A storage key turned into its type by `read`.
    pub fn keyed<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, StorageError> {
        read(&self.text(name)?).ok_or_else(|| StorageError::shape(name))
    }

    /// A JSON column.
    pub fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<T, StorageError> {
        serde_json::from_str(&self.text(name)?).map_err(|_| StorageError::shape(name))
    }
}
