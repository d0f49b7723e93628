//! Which reports there are, which facts each is filled with, and which judgements people write in it.

use serde::{Deserialize, Serialize};

use super::Part;

/// Longest judgement, in characters.
pub const JUDGEMENT_MAX: usize = 5_000;

/// A kind of report (domain 3.10; the names of the last three follow 「季度一提醒、半年一梳理、年底一检查」).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 政治生态分析报告.
    Ecology,
    /// 季度督责简报.
    Quarter,
    /// 半年梳理情况报告.
    HalfYear,
    /// 年底检查情况报告.
    YearEnd,
}

impl Kind {
    /// Every kind, in the order of a form.
    pub const ALL: [Self; 4] = [Self::Quarter, Self::HalfYear, Self::YearEnd, Self::Ecology];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Ecology => "政治生态分析报告",
            Self::Quarter => "季度督责简报",
            Self::HalfYear => "半年梳理情况报告",
            Self::YearEnd => "年底检查情况报告",
        }
    }

    /// Name after a period, whose last word it does not say again: 「2026年第三季度督责简报」.
    pub fn after_period(self) -> &'static str {
        match self {
            Self::Quarter => "督责简报",
            Self::HalfYear => "梳理情况报告",
            Self::Ecology | Self::YearEnd => self.label(),
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ecology => "ecology",
            Self::Quarter => "quarter",
            Self::HalfYear => "half_year",
            Self::YearEnd => "year_end",
        }
    }

    /// The kind of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// Is it written about a period of this length?
    pub fn takes(self, part: Part) -> bool {
        match self {
            Self::Ecology => true,
            Self::Quarter => matches!(part, Part::Quarter(_)),
            Self::HalfYear => matches!(part, Part::Half(_)),
            Self::YearEnd => part == Part::Year,
        }
    }

    /// The facts it is filled with, in printed order.
    pub fn blocks(self) -> &'static [Block] {
        match self {
            Self::Ecology | Self::YearEnd => &Block::ALL,
            Self::Quarter => &[Block::Items, Block::Colours, Block::Inspections, Block::Loop, Block::Season],
            Self::HalfYear => &[
                Block::Receipts,
                Block::Items,
                Block::Colours,
                Block::Inspections,
                Block::Loop,
                Block::Season,
                Block::Talks,
            ],
        }
    }

    /// The judgements that people write, in printed order. None is ever filled in beforehand.
    pub fn judgements(self) -> &'static [Judgement] {
        match self {
            Self::Ecology | Self::YearEnd => &Judgement::ALL,
            Self::Quarter => &[Judgement::Traits, Judgement::Problems, Judgement::Advice],
            Self::HalfYear => &[Judgement::Overall, Judgement::Traits, Judgement::Problems, Judgement::Advice],
        }
    }
}

/// Facts of one sort, with their sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// 清单签收.
    Receipts,
    /// 条目落实.
    Items,
    /// 需关注的条目: red and yellow by name, with the reason.
    Colours,
    /// 翻阅检查 and what was found.
    Inspections,
    /// 述责评议 and 等次.
    Reviews,
    /// 问题整改.
    Loop,
    /// 督责步骤.
    Season,
    /// “三交底”廉政谈话 held in the period.
    Talks,
}

impl Block {
    /// Every block, in printed order.
    pub const ALL: [Self; 8] = [
        Self::Receipts,
        Self::Items,
        Self::Colours,
        Self::Inspections,
        Self::Reviews,
        Self::Loop,
        Self::Season,
        Self::Talks,
    ];

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Receipts => "责任清单签收",
            Self::Items => "清单条目落实",
            Self::Colours => "需关注的条目",
            Self::Inspections => "翻阅检查",
            Self::Reviews => "述责评议",
            Self::Loop => "问题整改",
            Self::Season => "督责步骤",
            Self::Talks => "“三交底”廉政谈话",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Items => "items",
            Self::Colours => "colours",
            Self::Inspections => "inspections",
            Self::Reviews => "reviews",
            Self::Loop => "loop",
            Self::Season => "season",
            Self::Talks => "talks",
        }
    }

    /// The block of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.key() == key)
    }

    /// Can it be worked out again as it stood at the moment it was computed? Only then a difference is a correction.
    /// Steps of 督责 are moved and reassigned as a matter of course, without a trace of the moment.
    pub fn is_checked(self) -> bool {
        self != Self::Season
    }
}

/// A part of a report that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// 总体评价.
    Overall,
    /// 主要特点.
    Traits,
    /// 存在问题.
    Problems,
    /// 原因分析.
    Causes,
    /// 工作建议.
    Advice,
}

impl Judgement {
    /// Every part, in printed order.
    pub const ALL: [Self; 5] = [Self::Overall, Self::Traits, Self::Problems, Self::Causes, Self::Advice];

    /// Its title in a report of this kind (示范).
    pub fn label(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Overall, Kind::Ecology) => "总体评价",
            (Self::Overall, _) => "总体情况",
            (Self::Traits, _) => "主要特点",
            (Self::Problems, Kind::Quarter) => "需要关注的问题",
            (Self::Problems, _) => "存在问题",
            (Self::Causes, _) => "原因分析",
            (Self::Advice, Kind::Quarter) => "下一季度工作建议",
            (Self::Advice, Kind::HalfYear) => "下半年工作建议",
            (Self::Advice, _) => "工作建议",
        }
    }

    /// Stable key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Overall => "overall",
            Self::Traits => "traits",
            Self::Problems => "problems",
            Self::Causes => "causes",
            Self::Advice => "advice",
        }
    }

    /// The part of a storage key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|j| j.key() == key)
    }
}
