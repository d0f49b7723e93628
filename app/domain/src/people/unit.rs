//! Units and the terms of their heads.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{PostId, TermId, UnitId},
    time::Day,
};

/// Kind of a unit (单位类型); decides which variant of a list it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 街道（镇）.
    Town,
    /// 区直部门, 政府工作部门, 人大、政协、法检 and so on.
    Department,
    /// 区属国企.
    Enterprise,
    /// 区委、区政府 and other leading bodies.
    Leading,
    /// 派驻纪检监察组.
    Team,
    /// 区纪委监委's own offices (党风政风监督室、纪检监察室、办公室).
    Commission,
    /// 镇（街道）纪（工）委.
    Committee,
    /// 下属单位 of another unit.
    Subordinate,
}

impl UnitKind {
    /// Every kind, in the order of a page.
    pub const ALL: [Self; 8] = [
        Self::Town,
        Self::Department,
        Self::Enterprise,
        Self::Leading,
        Self::Team,
        Self::Commission,
        Self::Committee,
        Self::Subordinate,
    ];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Town => "街道（镇）",
            Self::Department => "区直部门",
            Self::Enterprise => "区属国企",
            Self::Leading => "区级领导机关",
            Self::Team => "派驻组",
            Self::Commission => "纪委监委机关",
            Self::Committee => "镇街纪（工）委",
            Self::Subordinate => "下属单位",
        }
    }

    /// Stable key for storage and URLs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Town => "town",
            Self::Department => "department",
            Self::Enterprise => "enterprise",
            Self::Leading => "leading",
            Self::Team => "team",
            Self::Commission => "commission",
            Self::Committee => "committee",
            Self::Subordinate => "subordinate",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// The kind of a word in an imported list; half-width brackets and common short forms are taken too.
    pub fn from_label(text: &str) -> Option<Self> {
        let text = text.trim().replace('(', "（").replace(')', "）");
        Self::ALL.into_iter().find(|k| k.label() == text).or(match text.as_str() {
            "街道" | "镇" | "镇街" | "镇（街道）" | "乡镇" | "乡镇街道" => Some(Self::Town),
            "部门" | "区级部门" | "机关部门" | "区直单位" | "区级机关" => Some(Self::Department),
            "国企" | "国有企业" | "区管国企" => Some(Self::Enterprise),
            "派驻纪检监察组" | "派驻机构" => Some(Self::Team),
            "纪委机关" | "区纪委监委" | "纪检监察室" => Some(Self::Commission),
            "纪工委" | "纪委" | "镇街纪委" => Some(Self::Committee),
            "下属" | "事业单位" => Some(Self::Subordinate),
            _ => None,
        })
    }

    /// Is this kind a row of the board (has a head who answers for a list)?
    pub fn answers_for_a_list(self) -> bool {
        !matches!(self, Self::Team | Self::Committee | Self::Commission)
    }
}

/// A person's term in a head post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadTerm {
    /// Term.
    pub term: TermId,
    /// Head post.
    pub post: PostId,
    /// Unit of the post.
    pub unit: UnitId,
    /// First day.
    pub from: Day,
    /// Last day, if ended.
    pub to: Option<Day>,
    /// 主持工作 without appointment.
    pub acting: bool,
}

impl HeadTerm {
    /// Is the term running on `day`?
    pub fn runs_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}
