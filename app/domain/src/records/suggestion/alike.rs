//! How much a sentence and an item have in common: pairs of characters, without those that say no more than what
//! kind of record it is.

use std::collections::BTreeSet;

/// Pairs that stand in items of every theme (示范).
const COMMON: [&str; 14] =
    ["研究", "会议", "主持", "听取", "汇报", "部署", "学习", "检查", "谈话", "谈心", "工作", "情况", "组织", "开展"];

/// Pairs of characters of a text, none across what is no letter.
fn pairs(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .flat_map(|part| part.chars().zip(part.chars().skip(1)))
        .map(|(a, b)| format!("{a}{b}"))
        .filter(|pair| !COMMON.contains(&pair.as_str()))
        .collect()
}

/// Pairs that both have.
pub(super) fn alike(text: &str, item: &str) -> usize {
    pairs(text).intersection(&pairs(item)).count()
}
