//! 模拟问责: what would be suggested to whom. The words warn and never name a decision: a decision is made outside, by
//! those who have the right to it (practice 3.9, domain 2.4).

use serde::{Deserialize, Serialize};

use crate::{Rejection, text};

/// The three levels of the 问责清单 (article 000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 直接责任人.
    Direct,
    /// 分管领导责任人.
    Deputy,
    /// 主要领导责任人.
    Head,
}

impl Level {
    /// Every level in order.
    pub const ALL: [Self; 3] = [Self::Direct, Self::Deputy, Self::Head];

    /// Words of the article.
    pub fn label(self) -> &'static str {
        match self {
            Self::Direct => "直接责任人",
            Self::Deputy => "分管领导责任人",
            Self::Head => "主要领导责任人",
        }
    }

    /// Form field.
    pub fn key(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Deputy => "deputy",
            Self::Head => "head",
        }
    }
}

/// Ways of handling that a form offers (示范); a district may write its own words.
pub const HANDLINGS: [&str; 9] = [
    "提醒谈话",
    "批评教育",
    "提醒谈话或批评教育",
    "约谈",
    "责令检查",
    "建议诫勉",
    "建议通报",
    "倒查领导责任",
    "移送线下办理",
];

/// Longest way of handling, in characters.
pub const HANDLING_MAX: usize = 40;

/// What only a decision can say. 诫勉 and 通报 stand for themselves only as a suggestion (建议).
const DECISIONS: [&str; 19] = [
    "决定",
    "处分",
    "警告",
    "记过",
    "降级",
    "降职",
    "撤职",
    "撤销",
    "开除",
    "免职",
    "停职",
    "辞职",
    "辞退",
    "立案",
    "留置",
    "改组",
    "留党察看",
    "刑事",
    "判处",
];

/// A way of handling on one level.
///
/// # Errors
/// Nothing written, too long, or it names a decision.
pub fn handling(level: Level, typed: &str) -> Result<String, Rejection> {
    let words = text::required(level.key(), level.label(), typed, HANDLING_MAX)?;
    let plain = words.replace("移送司法机关", "刑事");
    let named = DECISIONS
        .into_iter()
        .find(|word| plain.contains(word))
        .or_else(|| ["诫勉", "通报"].into_iter().find(|word| plain.contains(word) && !plain.contains("建议")));
    if let Some(word) = named {
        let words = format!(
            "{}写了“{word}”，没有保存。清单只作提示，不写处理决定：请改为“提醒谈话”“责令检查”“建议诫勉”等，正式决定在线下按权限作出。",
            level.label()
        );
        return Err(Rejection::field(level.key(), words));
    }
    Ok(words)
}
