//! Where a matter stands, and in which of the five steps of article 000 that is.

use serde::{Deserialize, Serialize};

/// The five steps (分析研判—明确责任—模拟问责—发起预警—实施响应).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FiveStep {
    /// 分析研判.
    Analyse,
    /// 明确责任.
    Assign,
    /// 模拟问责.
    Simulate,
    /// 发起预警.
    Warn,
    /// 实施响应.
    Respond,
}

impl FiveStep {
    /// Every step in order.
    pub const ALL: [Self; 5] = [Self::Analyse, Self::Assign, Self::Simulate, Self::Warn, Self::Respond];

    /// Words of the article.
    pub fn label(self) -> &'static str {
        match self {
            Self::Analyse => "分析研判",
            Self::Assign => "明确责任",
            Self::Simulate => "模拟问责",
            Self::Warn => "发起预警",
            Self::Respond => "实施响应",
        }
    }
}

/// Who 点题: daily supervision, people, a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 日常监督.
    Daily,
    /// 群众.
    Public,
    /// 部门.
    Department,
}

impl Source {
    /// Every source, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Daily, Self::Public, Self::Department];

    /// Word for the office; units read 「监督中发现」 (practice 3.2).
    pub fn label(self) -> &'static str {
        match self {
            Self::Daily => "日常监督发现",
            Self::Public => "群众点题",
            Self::Department => "部门点题",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Public => "public",
            Self::Department => "department",
        }
    }

    /// The source of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// Where a matter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 已点题, waits for 研判.
    Proposed,
    /// 不采纳, with the reason.
    Declined,
    /// The 牵头部门 drafts 问题清单 and 责任清单.
    Drafting,
    /// Units 会签 the borders.
    Countersign,
    /// 监督室 drafts the 问责清单.
    Simulating,
    /// 分管副书记 reviews.
    Reviewing,
    /// 书记 signs.
    Issuing,
    /// 办公室 numbers and seals.
    Sealing,
    /// Notices are out: delivery, 签收, measures, 整改, 会商.
    Responding,
    /// 办结报告 waits for the 分管副书记.
    Closing,
    /// 已办结.
    Closed,
    /// 终止, with the reason.
    Dropped,
}

impl Stage {
    /// Every stage, in the order of a filter.
    pub const ALL: [Self; 12] = [
        Self::Proposed,
        Self::Declined,
        Self::Drafting,
        Self::Countersign,
        Self::Simulating,
        Self::Reviewing,
        Self::Issuing,
        Self::Sealing,
        Self::Responding,
        Self::Closing,
        Self::Closed,
        Self::Dropped,
    ];

    /// Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proposed => "待研判",
            Self::Declined => "不采纳",
            Self::Drafting => "牵头部门起草",
            Self::Countersign => "单位会签",
            Self::Simulating => "起草问责清单",
            Self::Reviewing => "待分管副书记审定",
            Self::Issuing => "待书记签发",
            Self::Sealing => "待编号用印",
            Self::Responding => "实施响应",
            Self::Closing => "办结待审定",
            Self::Closed => "已办结",
            Self::Dropped => "已终止",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Declined => "declined",
            Self::Drafting => "drafting",
            Self::Countersign => "countersign",
            Self::Simulating => "simulating",
            Self::Reviewing => "reviewing",
            Self::Issuing => "issuing",
            Self::Sealing => "sealing",
            Self::Responding => "responding",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Dropped => "dropped",
        }
    }

    /// The stage of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Its step of the five; of one that ended early, the step in which nothing more comes.
    pub fn step(self) -> FiveStep {
        match self {
            Self::Proposed | Self::Declined | Self::Dropped => FiveStep::Analyse,
            Self::Drafting | Self::Countersign => FiveStep::Assign,
            Self::Simulating => FiveStep::Simulate,
            Self::Reviewing | Self::Issuing | Self::Sealing => FiveStep::Warn,
            Self::Responding | Self::Closing | Self::Closed => FiveStep::Respond,
        }
    }

    /// Did it end?
    pub fn is_over(self) -> bool {
        matches!(self, Self::Declined | Self::Closed | Self::Dropped)
    }

    /// Were notices made from the lists? From then on the lists stand as they were sealed.
    pub fn is_sent(self) -> bool {
        matches!(self, Self::Responding | Self::Closing | Self::Closed)
    }

    /// May problems and duties be changed?
    pub fn drafts(self) -> bool {
        self == Self::Drafting
    }

    /// May a unit fill in its own cells (定人员、定措施)? Also while the 问责清单 is written.
    pub fn fills(self) -> bool {
        matches!(self, Self::Drafting | Self::Countersign | Self::Simulating)
    }
}
