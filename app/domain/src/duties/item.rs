//! One item (条目) of a duty list.

use serde::{Deserialize, Serialize};

use super::Frequency;
use crate::ids::DutyId;

/// Which of the five duty lists an item belongs to. Names, order and number are
/// the district's own; the keys are ours.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DutyListKey(pub String);

impl DutyListKey {
    /// Default lists (示范), each with key, name and responsible party.
    pub const DEFAULTS: [(&'static str, &'static str, &'static str); 5] = [
        ("party_committee", "党委（党组）主体责任清单", "党委（党组）"),
        ("first_responsible", "书记第一责任人责任清单", "党委（党组）书记"),
        ("dual_duty", "班子成员“一岗双责”责任清单", "班子其他成员"),
        ("supervision", "纪检监察机关（机构）监督责任清单", "纪检监察机关（机构）"),
        ("function", "职能部门监管责任清单", "职能部门"),
    ];

    /// The leader's own list.
    pub fn first_responsible() -> Self {
        Self("first_responsible".into())
    }
}

/// 规定动作 or 自选动作.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 规定动作: the same for every unit of a kind.
    Mandatory,
    /// 自选动作: chosen for this unit.
    Optional,
}

impl Action {
    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Mandatory => "规定动作",
            Self::Optional => "自选动作",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Mandatory => "mandatory",
            Self::Optional => "optional",
        }
    }

    /// The action of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Mandatory, Self::Optional].into_iter().find(|a| a.key() == key)
    }
}

/// Where a 自选动作 comes from. Seen by the office only; a unit reads 「监督中发现」.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 日常监督检查.
    Inspection,
    /// 巡视巡察.
    Patrol,
    /// 信访举报.
    Petition,
    /// 执纪审查.
    Discipline,
    /// 述责评议.
    Review,
    /// 单位自提.
    Own,
    /// 述责评议, proposed by the system and not decided on yet: nobody chooses it in a form.
    Suggested,
}

impl Source {
    /// Every source that a form offers.
    pub const ALL: [Self; 6] =
        [Self::Inspection, Self::Patrol, Self::Petition, Self::Discipline, Self::Review, Self::Own];

    /// Chinese word for the office.
    pub fn label(self) -> &'static str {
        match self {
            Self::Inspection => "日常监督检查",
            Self::Patrol => "巡视巡察",
            Self::Petition => "信访举报",
            Self::Discipline => "执纪审查",
            Self::Review => "述责评议",
            Self::Own => "单位自提",
            Self::Suggested => "建议，待定（述责评议）",
        }
    }

    /// The only word a unit reads.
    pub const OUTSIDE: &'static str = "监督中发现";

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Inspection => "inspection",
            Self::Patrol => "patrol",
            Self::Petition => "petition",
            Self::Discipline => "discipline",
            Self::Review => "review",
            Self::Own => "own",
            Self::Suggested => "suggested",
        }
    }

    /// The source of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Suggested]).find(|s| s.key() == key)
    }

    /// The source once somebody decided for the item.
    #[must_use]
    pub fn adopted(self) -> Self {
        if self == Self::Suggested { Self::Review } else { self }
    }
}

/// Kind of evidence (佐证材料) an item names. Photos are always optional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// 会议记录.
    Meeting,
    /// 文件.
    Paper,
    /// 谈话要点.
    Talk,
    /// 现场照片.
    Photo,
    /// 检查单.
    Inspection,
    /// 书面报告.
    Report,
    /// 签批或承诺.
    Endorsement,
    /// 台账.
    Ledger,
    /// 学习记录.
    Study,
    /// 系统自动取数.
    System,
}

impl Evidence {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Meeting,
        Self::Paper,
        Self::Talk,
        Self::Photo,
        Self::Inspection,
        Self::Report,
        Self::Endorsement,
        Self::Ledger,
        Self::Study,
        Self::System,
    ];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Meeting => "会议记录",
            Self::Paper => "文件",
            Self::Talk => "谈话要点",
            Self::Photo => "现场照片（可选）",
            Self::Inspection => "检查单",
            Self::Report => "书面报告",
            Self::Endorsement => "签批或承诺",
            Self::Ledger => "台账",
            Self::Study => "学习记录",
            Self::System => "系统自动取数",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Paper => "paper",
            Self::Talk => "talk",
            Self::Photo => "photo",
            Self::Inspection => "inspection",
            Self::Report => "report",
            Self::Endorsement => "endorsement",
            Self::Ledger => "ledger",
            Self::Study => "study",
            Self::System => "system",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|e| e.key() == key)
    }

    /// The kind of a word in an imported list.
    pub fn from_label(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|e| e.label() == text || e.label().trim_end_matches("（可选）") == text).or(
            match text {
                "照片" | "图片" | "现场图片" => Some(Self::Photo),
                "报告" | "总结" => Some(Self::Report),
                "签批" | "承诺" | "承诺书" => Some(Self::Endorsement),
                "会议纪要" | "纪要" | "会议" => Some(Self::Meeting),
                "谈话记录" | "谈话" => Some(Self::Talk),
                "制度" | "通知" | "文件资料" => Some(Self::Paper),
                "学习笔记" => Some(Self::Study),
                _ => None,
            },
        )
    }
}

/// One item of a list, whether of a template or of a leader's own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyItem {
    /// Identity across versions.
    pub duty: DutyId,
    /// Number as printed: `6.3`.
    pub code: String,
    /// 大项 number, from 1.
    pub group_no: u32,
    /// 大项 name.
    pub group: String,
    /// What is to be done.
    pub text: String,
    /// How often.
    pub frequency: Frequency,
    /// A named date (month, day) instead of the end of the window, such as 6月底前.
    pub due: Option<(u32, u32)>,
    /// Months in which the 履职月历 suggests it; never a deadline.
    pub months: Vec<u32>,
    /// Evidence kinds.
    pub evidence: Vec<Evidence>,
    /// 规定动作 or 自选动作.
    pub action: Action,
    /// Hard items may go red; all others are at most yellow.
    pub hard: bool,
    /// Monthly routine confirmed once a quarter.
    pub routine: bool,
    /// Which of the five lists it belongs to.
    pub list: DutyListKey,
    /// Internal source of a 自选动作; `None` outside the office.
    pub source: Option<Source>,
}

impl DutyItem {
    /// Sort key of a printed number: `10.2` comes after `9.4`.
    pub fn order(code: &str) -> Vec<u32> {
        code.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
    }

    /// The short form of the text for chips and rows: up to the first comma, at most 18 characters.
    pub fn short(&self) -> String {
        Self::shorten(&self.text)
    }

    /// [`short`](Self::short) of a text alone.
    pub fn shorten(text: &str) -> String {
        let head = text.split(['，', '。', '；', '（']).next().unwrap_or(text);
        let mut short: String = head.chars().take(18).collect();
        if head.chars().count() > 18 {
            short.push('…');
        }
        short
    }
}
