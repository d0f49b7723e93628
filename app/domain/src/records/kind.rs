//! Kinds of record (履责类型): one tap, and the only ground for suggesting items.

use serde::{Deserialize, Serialize};

/// What kind of activity a record notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// 专题研究部署.
    Study,
    /// 谈心谈话.
    Talk,
    /// 调研督导、蹲点.
    Visit,
    /// 党课、学习.
    Lecture,
    /// 民主生活会.
    Meeting,
    /// 警示教育.
    Warning,
    /// 签批督办 (marker only).
    Endorsement,
    /// 制度建设.
    Institution,
    /// 其他.
    Other,
}

impl RecordKind {
    /// Every kind, in the order of the chips.
    pub const ALL: [Self; 9] = [
        Self::Study,
        Self::Talk,
        Self::Visit,
        Self::Lecture,
        Self::Meeting,
        Self::Warning,
        Self::Endorsement,
        Self::Institution,
        Self::Other,
    ];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Study => "专题研究部署",
            Self::Talk => "谈心谈话",
            Self::Visit => "蹲点调研",
            Self::Lecture => "党课学习",
            Self::Meeting => "民主生活会",
            Self::Warning => "警示教育",
            Self::Endorsement => "签批督办",
            Self::Institution => "制度建设",
            Self::Other => "其他",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::Talk => "talk",
            Self::Visit => "visit",
            Self::Lecture => "lecture",
            Self::Meeting => "meeting",
            Self::Warning => "warning",
            Self::Endorsement => "endorsement",
            Self::Institution => "institution",
            Self::Other => "other",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// Are the words of a record of this kind those of a talk (`practice.md` 2)? It is one now, or it was one
    /// `before` a correction: to call a talk something else opens nothing. The one rule for every reader of them.
    pub fn is_talk(self, before: bool) -> bool {
        self == Self::Talk || before
    }

    /// Was a record a talk before the correction that keeps this key of its former kind?
    pub fn was_talk(before_kind: Option<&str>) -> bool {
        before_kind == Some(Self::Talk.key())
    }
}
