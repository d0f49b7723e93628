//! How often an item is due.

use serde::{Deserialize, Serialize};

/// Frequency (频次) of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// 每月.
    Monthly,
    /// 每季度.
    Quarterly,
    /// 每半年.
    HalfYearly,
    /// 每年.
    Yearly,
    /// 随时: as it happens; never due, never coloured by itself.
    AnyTime,
    /// 任期一次: three months after the term began.
    OncePerTerm,
}

impl Frequency {
    /// Every frequency, in the order of a page.
    pub const ALL: [Self; 6] =
        [Self::Monthly, Self::Quarterly, Self::HalfYearly, Self::Yearly, Self::AnyTime, Self::OncePerTerm];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Monthly => "每月",
            Self::Quarterly => "每季度",
            Self::HalfYearly => "每半年",
            Self::Yearly => "每年",
            Self::AnyTime => "随时",
            Self::OncePerTerm => "任期一次",
        }
    }

    /// Stable key for storage and forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::HalfYearly => "half_yearly",
            Self::Yearly => "yearly",
            Self::AnyTime => "any_time",
            Self::OncePerTerm => "once_per_term",
        }
    }

    /// The frequency of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.key() == key)
    }

    /// Windows of one year; 0 where windows do not follow the calendar.
    pub fn per_year(self) -> u32 {
        match self {
            Self::Monthly => 12,
            Self::Quarterly => 4,
            Self::HalfYearly => 2,
            Self::Yearly => 1,
            Self::AnyTime | Self::OncePerTerm => 0,
        }
    }
}
